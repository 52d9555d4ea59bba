"""What is not the ordinary course: void, refund, the repair desk, the start after a crash, the close of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.domain import effects as e
from app.domain import records as r
from app.domain.flow import AskingFlow, HomeFlow, NewCardFlow, OutcomeFlow, RefundFlow, ReportFlow
from app.domain.host import Cause
from app.domain.ids import BusinessDay, Stan, TransactionId
from app.domain.legs import close_sale, give_up_sale, lane_of, take_back, undo
from app.domain.messages import DeskAction
from app.domain.money import Money
from app.domain.records import SaleKind, Settlement
from app.domain.till import Draft
from app.domain.transaction import TAKES_BACK, WAITING, State, Transaction
from app.domain.verb import UNDOES, Verb
from app.domain.view import NoticeKind, Role

# --- void and refund ----------------------------------------------------------------------------------------------


def void(d: Draft, transaction: Transaction) -> None:
    """Takes the last one back: strikes out what was never sent, undoes what was booked."""
    if transaction.state in WAITING:
        take_back(d, transaction)
        after = d.transaction(transaction.id) or transaction
        d.go(OutcomeFlow(transaction.id, cancelled=after.state is State.CANCELLED))
        _tender_back(d, after)
    elif transaction.state is State.APPROVED:
        undo(d, transaction, interactive=True)


def _tender_back(d: Draft, transaction: Transaction) -> None:
    sale = d.sale(transaction.sale_id)
    if transaction.state is State.CANCELLED and sale is not None and sale.kind is SaleKind.LOAD:
        give_up_sale(d, replace(sale, closed=False))


def find_refund(d: Draft, stan: str) -> None:
    """The payment that a receipt's STAN names, if it can be given back at all."""
    try:
        found = d.context.shelf.by_stan(Stan(stan.zfill(6)))
    except ValueError:
        found = None
    if found is None or not found.refundable.is_positive:
        d.go(RefundFlow(not_found=True))
    else:
        d.go(RefundFlow(found.id))


def refund(d: Draft, original: Transaction, amount: Money) -> None:
    """Gives back all or part of a booked payment, to the card it came from."""
    rule = d.setup.rule(original.face, original.verb)
    if rule is None or rule.undo is None or not amount.is_positive or amount > original.refundable:
        d.notice(NoticeKind.AMOUNT_TOO_LARGE, amount=original.refundable)
        return
    new = d.open(Verb.REFUND, amount, original.card, original=original, face=original.face)
    new = d.record(new.id, r.Ready(pin=False))
    d.go(AskingFlow(new.id, d.context.now))
    # also when the line is down the lane tries at once: a refund is queued whatever the limits
    d.effects.append(e.Enqueue(new.id, lane_of(new), urgent=True))


# --- the repair desk ----------------------------------------------------------------------------------------------


def actions_for(transaction: Transaction) -> tuple[DeskAction, ...]:
    """What a person may do about an open transaction."""
    closing = (DeskAction.OTHER_TENDER, DeskAction.MONEY_GIVEN_BACK, DeskAction.WRITTEN_OFF)
    match transaction.state:
        case State.ATTENTION | State.DISPUTED:
            return (DeskAction.RETRY, *closing)
        case State.APPROVED if transaction.unconfirmed:
            return (DeskAction.KEEP, DeskAction.REVERSE)
        case State.STORED:
            return (DeskAction.REVERSE,) if transaction.verb in TAKES_BACK else ()
        case _:
            return ()


def decide(d: Draft, transaction: Transaction, action: DeskAction, why: str) -> None:
    """A decision at the repair desk. What the row does not offer is ignored."""
    if action not in actions_for(transaction):
        return
    if action is DeskAction.WRITTEN_OFF and not is_manager(d):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    match action:
        case DeskAction.KEEP:
            d.record(transaction.id, r.Kept(d.operator))
        case DeskAction.REVERSE:
            take_back(d, transaction)
            _tender_back(d, d.transaction(transaction.id) or transaction)
        case DeskAction.RETRY:
            _retry(d, transaction)
        case _:
            d.record(transaction.id, r.Closed(Settlement(action.value), d.operator, why))
            _release_reservation(d, transaction)


def _retry(d: Draft, transaction: Transaction) -> None:
    if transaction.state is State.ATTENTION and transaction.host_id:
        undo(d, transaction)  # it was booked; what failed is taking it back
        return
    d.record(transaction.id, r.Retried(d.operator))
    d.effects.append(e.Enqueue(transaction.id, lane_of(transaction)))


def _release_reservation(d: Draft, capture: Transaction) -> None:
    reserved = d.transaction(capture.original) if capture.original else None
    if capture.verb is Verb.CAPTURE and reserved is not None and reserved.is_reservation:
        undo(d, reserved)


def is_manager(d: Draft) -> bool:
    """Whether a manager has the till."""
    return d.till.operator is not None and d.till.operator.role is Role.MANAGER


# --- start and tick -----------------------------------------------------------------------------------------------


def recover(d: Draft) -> None:
    """The first thing a till does: what did the last life leave in doubt?

    Idempotent: a till that dies in here does the same again.
    """
    doubtful = 0
    for transaction in sorted(d.open_transactions(), key=lambda t: t.id):
        match transaction.state:
            case State.OPEN | State.CARD_READ | State.READY:
                # no money call was under way: one that was is in SENT
                d.record(transaction.id, r.Cancelled(Cause.RESTART.value))
            case State.SENT | State.FORWARDING:
                d.record(transaction.id, r.Silence(Cause.RESTART))
                doubtful += 1
                _again(d, transaction)
            case State.UNKNOWN | State.STORED:
                _again(d, transaction)
            case State.APPROVED if transaction.is_reservation and not _capture_under_way(d, transaction):
                undo(d, transaction)
            case _:
                pass
    _recover_sales(d)
    if doubtful:
        d.notice(NoticeKind.RECOVERED, count=doubtful)


def _again(d: Draft, transaction: Transaction) -> None:
    d.effects.append(e.Enqueue(transaction.id, lane_of(transaction), urgent=transaction.verb in UNDOES))


def _capture_under_way(d: Draft, reserved: Transaction) -> bool:
    return any(
        capture.original == reserved.id and capture.verb is Verb.CAPTURE and capture.state is not State.CANCELLED
        for capture in d.open_transactions()
    )


def _recover_sales(d: Draft) -> None:
    """A sale with nothing in doubt and nothing paid is over; a half-paid one is put before the cashier again."""
    for sale in d.context.shelf.open_sales():
        legs = d.legs(sale.id)
        pending = any(leg.state in (State.SENT, State.UNKNOWN) for leg in legs)
        counting = any(leg.counts for leg in legs)
        if sale.kind is not SaleKind.PAY:
            if counting:
                close_sale(d, sale)
            elif not pending:
                give_up_sale(d, sale)
        elif not d.rest(sale).is_positive:
            close_sale(d, sale)
        elif counting or sale.tendered.is_positive:
            d.till = replace(d.till, sale=sale)
        elif not pending:
            give_up_sale(d, sale)


def tick(d: Draft) -> None:
    """About once a second: what has become too old is flagged, and still tried."""
    limit = d.context.now - d.till.limits.max_age
    for transaction in d.open_transactions():
        if transaction.state in WAITING and not transaction.overdue and transaction.opened_at < limit:
            d.record(transaction.id, r.Overdue())


def go_home(d: Draft, last: TransactionId | None = None) -> None:
    """Home, unless a new card still waits to be handed over, or a sale is half paid."""
    for transaction in d.open_transactions():
        if transaction.secret_open and transaction.state is State.APPROVED:
            d.go(NewCardFlow(transaction.id))
            return
    sale = d.till.sale
    if sale is not None and sale.kind is SaleKind.PAY and not sale.closed:
        paid = [leg for leg in d.legs(sale.id) if leg.counts]
        if paid:
            d.go(OutcomeFlow(paid[-1].id))
            return
    d.go(HomeFlow(last))


# --- the day ------------------------------------------------------------------------------------------------------


def close_day(d: Draft) -> None:
    """The numbered Z: one per business day. Open items carry over with the day they belong to."""
    if not is_manager(d):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    number = d.context.shelf.z_number() + 1
    today = date.fromisoformat(d.till.business_day)
    next_day = BusinessDay(max(today + timedelta(days=1), d.context.local.date()).isoformat())
    d.write(r.DayClosed(number, d.till.business_day, next_day, d.operator, d.context.shelf.head()))
    d.till = replace(d.till, business_day=next_day)
    d.effects.append(e.PrintReport(number))
    d.go(ReportFlow(number))
