"""A sale under the cashier's hands: its amount, its tenders, and how it is left."""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain import job_end
from app.domain import records as r
from app.domain.draft import Draft
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    HomeFlow,
    LookingFlow,
    OutcomeFlow,
    TenderFlow,
    VoidFlow,
)
from app.domain.host import Cause, HostRequest, Phase
from app.domain.ids import TransactionId
from app.domain.job import PREPAID
from app.domain.legs import await_card, cancel, present, ready
from app.domain.messages import AmountEntered, TakeTender, Task
from app.domain.particulars import MAX_TEXT, Particulars
from app.domain.product import basket_total
from app.domain.records import SaleKind, TenderKind
from app.domain.sale import Sale, Tender
from app.domain.sales import (
    close_sale,
    free_the_counter,
    give_up_sale,
    go_home,
    has_money,
    open_sale,
    paid_legs,
    payments,
    settle,
    undecided,
)
from app.domain.transaction import State, Transaction
from app.domain.undo import take_back
from app.domain.verb import UNDOES, Verb
from app.domain.view import NoticeKind

_KINDS = {Task.PAY: SaleKind.PAY, Task.LOAD: SaleKind.LOAD, Task.SELL: SaleKind.ISSUE}


def amount_entered(d: Draft, flow: AmountFlow, message: AmountEntered) -> None:
    """A sale begins. An amount that is not its basket's is some other screen's, and no sale."""
    amount, basket = message.amount, message.basket
    if not amount.is_positive or amount.currency is not d.setup.currency:
        return
    if basket and (flow.task is not Task.PAY or basket_total(basket, d.setup.currency) != amount):
        return
    sale = open_sale(d, _KINDS[flow.task], amount, basket=basket, programme=flow.programme)
    if sale.kind is SaleKind.ISSUE:
        d.go(TenderFlow())
    elif flow.card is not None:
        present(d, sale, flow.card)
    else:
        await_card(d, sale)


# --- tenders ------------------------------------------------------------------------------------------------------


def ask_tender(d: Draft) -> None:
    """T: the rest is paid otherwise. What is in doubt of this sale is abandoned, so that nobody pays twice."""
    flow = d.till.flow
    sale = d.till.sale
    if sale is None or sale.kind is not SaleKind.PAY or not isinstance(flow, AskingFlow | OutcomeFlow | AwaitCardFlow):
        return
    if isinstance(flow, AskingFlow):
        transaction = d.transaction(flow.transaction_id)
        if transaction is None or transaction.verb in UNDOES:
            return
    for leg in undecided(d, sale):
        abandon(d, d.transaction(leg.id) or leg)
    d.go(TenderFlow())


def abandon(d: Draft, transaction: Transaction) -> bool:
    """The cashier gives up on a transaction under way. What is in doubt will be undone if it turns out approved."""
    match transaction.state:
        case State.OPEN | State.READY:
            d.effects.append(e.Release(transaction.id))
            cancel(d, transaction, "given-up")
        case State.SENT | State.UNKNOWN | State.FORWARDING:
            take_back(d, transaction)
        case _:
            return False
    return True


def take_tender(d: Draft, flow: TenderFlow, message: TakeTender) -> None:
    """Cash, a bank card elsewhere: an amount, its slip's reference where that is asked for, and never more than is
    still to pay.
    """
    sale = d.till.sale
    kind, amount = message.kind, message.amount
    if sale is None or amount.currency is not d.setup.currency or not amount.is_positive:
        return
    reference = message.reference.strip()[:MAX_TEXT]
    if names_its_funding(d, sale) and not (kind is TenderKind.BANK_CARD and reference and reference.isprintable()):
        return
    rest = d.rest(sale) if sale.kind is SaleKind.PAY else sale.due - sale.tendered
    amount = min(amount, rest)  # change is the drawer's business
    if not amount.is_positive:
        return
    reference = reference if kind is TenderKind.BANK_CARD and reference.isprintable() else ""
    sale = sale.take(Tender(kind, amount, reference))
    d.write(r.TenderTaken(sale.id, kind, amount, reference))
    d.put_sale(sale)
    if sale.kind is SaleKind.PAY:
        _after_payment(d, sale)
    elif (sale.due - sale.tendered).is_positive:
        pass  # the load is not paid for yet
    elif sale.kind is SaleKind.ISSUE:
        _issue(d, sale)
    elif sale.kind in PREPAID:
        job_end.paid(d, sale)
    elif flow.card is not None:
        present(d, sale, flow.card)
    else:
        await_card(d, sale)


def names_its_funding(d: Draft, sale: Sale) -> bool:
    """Whether the backend wants to know the bank-card purchase behind it: then nothing else pays for it."""
    programme = d.setup.programme(sale.programme)
    rule = d.setup.rule(programme.face, Verb.GIFT) if programme is not None and sale.kind is SaleKind.GIFT else None
    return rule is not None and rule.needs_funding


def _after_payment(d: Draft, sale: Sale) -> None:
    paid = paid_legs(d, sale)
    if d.rest(sale).is_positive:
        await_card(d, sale)
        return
    close_sale(d, sale)
    d.go(OutcomeFlow(paid[-1].id) if paid else HomeFlow())


def _issue(d: Draft, sale: Sale) -> None:
    """Paid for: ask the backend for an empty card, then put the money on it; or for both at once, where it is so."""
    programme = d.setup.programme(sale.programme) or next(iter(d.setup.makers(Verb.ISSUE)), None)
    face = programme.face if programme is not None else None
    if face is None or not d.line_up(face):
        d.go(OutcomeFlow(None, reason=Cause.LINE_CUT, sale_id=sale.id))
        give_up_sale(d, sale)
        return
    transaction = d.open(
        Verb.ISSUE, sale.due, None, sale=sale, face=face, particulars=Particulars(funding=sale.funding)
    )
    rule = d.setup.rule(face, Verb.ISSUE)
    if rule is not None and rule.one_call:
        ready(d, transaction, pin=False)
        return
    d.go(AskingFlow(transaction.id, d.context.now))
    d.effects.append(
        e.Ask(
            HostRequest(
                transaction_id=transaction.id,
                face=face,
                phase=Phase.PREPARE,
                verb=Verb.ISSUE,
                amount=d.nothing,
                stan=transaction.stan,
                order_ref=transaction.order_ref,
                transaction_ref=transaction.transaction_ref,
                terminal_id=transaction.terminal_id,
                local_time=transaction.local_time,
            )
        )
    )


# --- leaving ------------------------------------------------------------------------------------------------------


def leave_outcome(d: Draft, transaction_id: TransactionId | None) -> None:
    """Enter: on to the rest that is due, or home. What is in doubt waits for its answer in the background."""
    sale = d.till.sale
    if sale is not None and sale.kind is SaleKind.PAY and not sale.closed:
        if has_money(d, sale) and not undecided(d, sale):
            await_card(d, sale)  # part is paid: the rest is asked for
            return
        free_the_counter(d)
    elif sale is not None and payments(d, sale):
        d.till = replace(d.till, sale=None)
    go_home(d, transaction_id)  # what is not paid for yet is shown again


def leave(d: Draft) -> None:
    """Esc: out of a sale. With a card's money in it the cashier is asked first; without, it never was."""
    sale = d.till.sale
    flow = d.till.flow
    if sale is None or sale.closed:
        go_home(d)
        return
    paid = paid_legs(d, sale)
    if paid and sale.kind is SaleKind.PAY:
        if isinstance(flow, TenderFlow | LookingFlow | AwaitCardFlow):
            d.go(OutcomeFlow(paid[-1].id))
        else:
            d.go(VoidFlow(paid[-1].id, sale=True, back=flow))
        return
    if sale.kind is not SaleKind.PAY and payments(d, sale):
        for leg in payments(d, sale):
            take_back(d, leg)  # what was taken for it goes back when the host has spoken
        settle(d, sale)
        d.till = replace(d.till, sale=None)
    else:
        if sale.tendered.is_positive:
            d.notice(NoticeKind.TENDER_BACK, amount=sale.tendered)
        give_up_sale(d, sale)
    go_home(d)
