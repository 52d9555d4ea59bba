"""What is not the ordinary course: void, refund, the repair desk, the close of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.domain import effects as e
from app.domain import records as r
from app.domain.calls import enqueue
from app.domain.draft import Draft
from app.domain.flow import OutcomeFlow, RefundFlow, ReportFlow
from app.domain.freshness import refresh
from app.domain.host import Decline
from app.domain.ids import BusinessDay, Stan
from app.domain.messages import DeskAction
from app.domain.money import Money
from app.domain.records import Settlement
from app.domain.remembering import given_up
from app.domain.sales import after_leg, give_tenders_back, go_home, pay_out
from app.domain.transaction import TAKES_BACK, WAITING, State, Transaction
from app.domain.undo import free_reservation, pending_refunds, send_undo, still_refundable, take_back, undo, undone_by
from app.domain.verb import BETWEEN, LOADS, PLAIN, UNDOES, RepeatRule, Verb, VerbRule
from app.domain.view import NoticeKind, Role

# --- void and refund ----------------------------------------------------------------------------------------------


def void(d: Draft, transaction: Transaction) -> None:
    """Takes the last one back: strikes out what was never sent, undoes what was booked."""
    if transaction.state in WAITING and transaction.verb in TAKES_BACK and not transaction.abandoned:
        after = strike_out(d, transaction)
        d.go(OutcomeFlow(transaction.id, cancelled=after.state is State.CANCELLED))
    elif transaction.refundable.is_positive and not has_undo(d, transaction):
        d.notice(NoticeKind.NO_UNDO)
        go_home(d)
    elif transaction.refundable.is_positive and not pending_refunds(transaction, d.open_transactions()):
        undo(d, transaction, interactive=True)
    else:
        d.notice(NoticeKind.NOTHING_TO_VOID)
        go_home(d)


def has_undo(d: Draft, transaction: Transaction) -> bool:
    """Whether the backend has a way to take it back."""
    rule = d.setup.rule(transaction.face, transaction.verb)
    return rule is not None and rule.undo is not None


def strike_out(d: Draft, transaction: Transaction) -> Transaction:
    """Takes a transaction back from where it stands, and its sale's tenders with it where that is certain at once."""
    take_back(d, transaction)
    after = d.transaction(transaction.id) or transaction
    after_leg(d, after)
    return after


def find_refund(d: Draft, stan: str) -> None:
    """The payment that a receipt's STAN names, if it can be given back at all."""
    try:
        found = d.context.shelf.by_stan(Stan(stan.zfill(6)))
    except ValueError:
        found = None
    if found is None or not still_refundable(found, d.open_transactions()).is_positive or not has_undo(d, found):
        d.go(RefundFlow(not_found=True))
    else:
        d.go(RefundFlow(found.id))


def refund(d: Draft, original: Transaction, amount: Money) -> None:
    """Gives back all or part of a booked payment, to the card it came from."""
    left = still_refundable(original, d.open_transactions())
    if undone_by(d, original) is None or not amount.is_positive or amount > left:
        d.notice(NoticeKind.AMOUNT_TOO_LARGE, amount=left)
        return
    new = d.open(Verb.REFUND, amount, original.card, original=original, face=original.face)
    send_undo(d, new, interactive=True)


# --- the repair desk ----------------------------------------------------------------------------------------------


_BACK = TAKES_BACK | {Verb.AUTHORIZE}
"""What a person may want not to have happened. Elsewhere that is no way out: what was made would be lost with it."""


def actions_for(transaction: Transaction, rule: VerbRule | None) -> tuple[DeskAction, ...]:
    """What a person may do about an open transaction.

    ``rule`` is the backend's for its verb: what can be neither repeated nor looked up is never sent again, not even by
    a person who can't know better; they ask the vendor, and say what they were told. What the host refused is no copy.
    That it went through can be said of what no other tender stands in for: money put on a card or moved between cards.
    """
    money = (DeskAction.OTHER_TENDER, DeskAction.MONEY_GIVEN_BACK)
    closing = (*(() if transaction.verb in PLAIN else money), DeskAction.WRITTEN_OFF)
    told = (DeskAction.WENT_THROUGH,) if transaction.verb in LOADS | BETWEEN else ()
    once = rule is None or rule.repeat is RepeatRule.ONCE
    match transaction.state:
        case State.ATTENTION if not transaction.was_booked:
            return (*(() if once else (DeskAction.RETRY,)), *told, *closing)
        case State.ATTENTION | State.DISPUTED:
            return (DeskAction.RETRY, *closing)
        case State.READY if transaction.verb is Verb.ACTIVATE:
            return (DeskAction.REVERSE,)
        case State.APPROVED if transaction.unconfirmed and transaction.verb in _BACK and transaction.amount:
            return (DeskAction.KEEP, DeskAction.REVERSE)
        case State.APPROVED if transaction.unconfirmed:
            return (DeskAction.KEEP,)
        case State.STORED:
            return (DeskAction.REVERSE,) if transaction.verb in TAKES_BACK else ()
        case _:
            return ()


def decide(d: Draft, transaction: Transaction, action: DeskAction, why: str) -> None:
    """A decision at the repair desk. What the row does not offer is ignored."""
    if action not in actions_for(transaction, d.setup.rule(transaction.face, transaction.verb)):
        return
    if action is DeskAction.WRITTEN_OFF and transaction.verb not in PLAIN and not is_manager(d):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    match action:
        case DeskAction.KEEP:
            d.record(transaction.id, r.Kept(d.operator))
        case DeskAction.REVERSE:
            strike_out(d, transaction)
        case DeskAction.RETRY:
            _retry(d, transaction)
        case _:
            _close(d, transaction, Settlement(action.value), why)


def _retry(d: Draft, transaction: Transaction) -> None:
    if transaction.state is State.ATTENTION and transaction.was_booked:
        undo(d, transaction)  # it was booked; what failed is taking it back
    else:
        enqueue(d, d.record(transaction.id, r.Retried(d.operator)))


def _close(d: Draft, transaction: Transaction, how: Settlement, why: str) -> None:
    """A person says where the money is. What hangs on this transaction is settled by the same word."""
    closed = d.record(transaction.id, r.Closed(how, d.operator, why))
    if transaction.state is State.ATTENTION and not transaction.was_booked:
        given_up(d, transaction)
    free_reservation(d, closed)
    original = d.transaction(closed.original) if closed.original else None
    if closed.verb in UNDOES and original is not None and original.state is State.REVERSING:
        d.record(original.id, r.UndoFailed(closed.id, Decline.OTHER))
        closed = d.record(original.id, r.Closed(how, d.operator, why))
    sale = d.sale(closed.sale_id)
    if how is Settlement.MONEY_GIVEN_BACK and sale is not None:
        if closed.verb in LOADS:
            give_tenders_back(d, sale, closed.amount)
        elif transaction.verb is Verb.CASH_OUT and not transaction.was_booked:
            # nobody knew whether it left the card; the customer got the cash, a person says
            pay_out(d, sale, closed.amount)
    after_leg(d, closed)


def is_manager(d: Draft) -> bool:
    """Whether a manager has the till."""
    return d.till.operator is not None and d.till.operator.role is Role.MANAGER


# --- the day ------------------------------------------------------------------------------------------------------


def tick(d: Draft) -> None:
    """About once a second: what has become too old is flagged, and still tried; the open sheet may ask again."""
    limit = d.context.now - d.till.limits.max_age
    for transaction in d.open_transactions():
        if transaction.state in WAITING and not transaction.overdue and transaction.opened_at < limit:
            d.record(transaction.id, r.Overdue())
    refresh(d)


def close_day(d: Draft) -> None:
    """The numbered Z: one per business day. Open items carry over with the day they belong to."""
    if not is_manager(d):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    today = date.fromisoformat(d.till.business_day)
    if today > d.context.local.date():
        d.notice(NoticeKind.DAY_CLOSED)  # one Z a day: what is sold after it belongs to the next one
        return
    number = d.context.shelf.z_number() + 1
    next_day = BusinessDay(max(today + timedelta(days=1), d.context.local.date()).isoformat())
    d.write(r.DayClosed(number, d.till.business_day, next_day, d.operator, d.context.shelf.head()))
    d.till = replace(d.till, business_day=next_day)
    d.effects.append(e.PrintReport(number))
    d.go(ReportFlow(number))
