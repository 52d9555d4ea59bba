"""When a sale comes to rest: paid, waiting, given up; and which sale stands before the cashier.

A sale of the counter waits for three kinds of things: a customer (more cards, other tenders), a host (a leg in doubt),
or a person at the repair desk. Only when none of them can add anything is it closed.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain import records as r
from app.domain.calls import show_outcome, watched
from app.domain.draft import Draft
from app.domain.flow import AwaitCardFlow, HomeFlow, NewCardFlow, OutcomeFlow, RangeFlow, TenderFlow
from app.domain.frame import Why
from app.domain.ids import TransactionId
from app.domain.messages import Task
from app.domain.money import Money, total
from app.domain.product import BasketLine
from app.domain.records import SaleKind, Settlement, TenderKind
from app.domain.sale import Sale, Tender
from app.domain.transaction import FINAL, State, Transaction
from app.domain.undo import take_back
from app.domain.verb import UNDOES
from app.domain.view import NoticeKind

_UNDECIDED = frozenset({State.OPEN, State.CARD_READ, State.READY, State.SENT, State.UNKNOWN, State.ATTENTION})


def payments(d: Draft, sale: Sale) -> list[Transaction]:
    """The legs that move the sale's money, oldest first: everything but undos."""
    return [leg for leg in d.legs(sale.id) if leg.verb not in UNDOES]


def paid_legs(d: Draft, sale: Sale) -> list[Transaction]:
    """The legs that brought something, oldest first."""
    return [leg for leg in payments(d, sale) if leg.counts]


def undecided(d: Draft, sale: Sale) -> list[Transaction]:
    """Legs that may still pay something without anybody doing anything at the counter."""
    return [leg for leg in payments(d, sale) if leg.state in _UNDECIDED and not leg.abandoned]


def has_money(d: Draft, sale: Sale) -> bool:
    """Whether something was paid: then it is finished or taken back, never forgotten."""
    return bool(paid_legs(d, sale)) or sale.tendered.is_positive


def open_sale(
    d: Draft, kind: SaleKind, due: Money, *, basket: tuple[BasketLine, ...] = (), programme: str = ""
) -> Sale:
    """A customer stands at the counter: the sale that is now in front."""
    sale = Sale(
        id=d.context.fresh.sale_id(),
        kind=kind,
        due=due,
        business_day=d.till.business_day,
        operator=d.operator,
        opened_at=d.context.now,
        basket=basket,
        programme=programme,
    )
    d.till = replace(d.till, sale=sale)
    d.write(r.SaleOpened(sale.id, sale.kind, sale.due, sale.business_day, sale.operator, sale.programme))
    d.put_sale(sale)
    return sale


# --- does it come to rest? ----------------------------------------------------------------------------------------


def after_leg(d: Draft, transaction: Transaction) -> None:
    """A transaction came to rest: does its sale? What the customer gets back is told whatever is on the screen."""
    flow = d.till.flow
    # what comes of a box is on its own screen, with what goes back
    seen = watched(d, transaction.id) or (isinstance(flow, RangeFlow) and flow.sale_id == transaction.sale_id)
    show_outcome(d, transaction.id)
    if transaction.secret_open and transaction.state is State.APPROVED and isinstance(d.till.flow, HomeFlow):
        go_home(d)  # what it made was heard of late, and nobody is at the counter: put before the cashier at once
    sale = d.sale(transaction.sale_id)
    if sale is None:
        return
    settle(d, sale)
    owed = sale.tendered - (d.sale(sale.id) or sale).tendered
    if owed.is_positive and not seen:
        d.notice(NoticeKind.TENDER_BACK, amount=owed)


def settle(d: Draft, sale: Sale) -> None:
    """Closes, gives up, or leaves a sale waiting, by what its legs say now."""
    if sale.kind is SaleKind.PAY:
        if not sale.closed:
            _settle_pay(d, sale)
    else:
        _settle_load(d, sale)


def _settle_pay(d: Draft, sale: Sale) -> None:
    if not d.rest(sale).is_positive:
        close_sale(d, sale)
        return
    in_front = d.till.sale is not None and d.till.sale.id == sale.id
    if in_front or undecided(d, sale):
        return
    if any(leg.state is State.CLOSED for leg in payments(d, sale)):
        close_sale(d, sale)  # a person said where the money is
    elif not has_money(d, sale):
        give_up_sale(d, sale)
    elif isinstance(d.till.flow, HomeFlow):
        go_home(d)  # half paid and nobody at the counter: put before the cashier at once


def _settle_load(d: Draft, sale: Sale) -> None:
    legs = payments(d, sale)
    if any(leg.state not in FINAL and not leg.counts for leg in legs):
        return  # the host or a person has not spoken yet
    kept = [leg.amount - (leg.refunded or d.nothing) for leg in legs if _came_of_it(sale, leg)]
    if kept:
        if not sale.closed:
            if sale.kind is SaleKind.RANGE:  # each card was paid for, and some of them may have got nothing
                sale = give_tenders_back(d, sale, sale.tendered - total(kept, sale.due.currency))
                d.effects.extend([e.Print(leg.id) for leg in legs if leg.counts][:1])  # one slip for all of them
            close_sale(d, sale)
    elif not sale.closed:
        give_up_sale(d, sale)
    else:
        give_tenders_back(d, sale, sale.tendered)


def _came_of_it(sale: Sale, leg: Transaction) -> bool:
    """Whether a leg that came to rest is what the customer's tender was for; of one in doubt a person said so."""
    if leg.state is not State.CLOSED:
        return leg.counts
    given_back = leg.reason == Settlement.MONEY_GIVEN_BACK.value
    return given_back is (sale.kind is SaleKind.CASH_OUT)  # there it is what was asked for


def close_sale(d: Draft, sale: Sale) -> None:
    """Paid in full."""
    d.write(r.SaleClosed(sale.id))
    d.put_sale(replace(sale, closed=True))


def give_up_sale(d: Draft, sale: Sale) -> None:
    """Nothing came of it: tenders go back to the customer, approved legs are undone, latest first."""
    for leg in reversed(d.legs(sale.id)):
        take_back(d, d.transaction(leg.id) or leg)  # as it stands now: taking back a capture frees its reservation
    sale = give_tenders_back(d, sale, sale.tendered)
    d.write(r.SaleClosed(sale.id, abandoned=True))
    d.put_sale(replace(sale, closed=True, abandoned=True))


def give_tenders_back(d: Draft, sale: Sale, amount: Money) -> Sale:
    """The drawer gives back up to ``amount``, never more than each tender brought and still holds."""
    left = amount
    for kind, held in sale.held().items():
        back = min(held, left)
        if back.is_positive:
            d.write(r.TenderTaken(sale.id, kind, -back))
            sale = sale.take(Tender(kind, -back))
            left -= back
    d.put_sale(sale)
    return sale


def pay_out(d: Draft, sale: Sale, amount: Money) -> None:
    """The drawer pays what a card was emptied of."""
    d.write(r.TenderTaken(sale.id, TenderKind.CASH, -amount))
    d.put_sale(sale.take(Tender(TenderKind.CASH, -amount)))


def take_payout_back(d: Draft, sale: Sale, amount: Money) -> None:
    """Its money is on the card again, so the cash comes back into the drawer: what had left it, and no more."""
    back = min(amount, -sale.tendered)
    if back.is_positive:
        pay_out(d, sale, -back)


# --- which sale stands before the cashier -------------------------------------------------------------------------


def left_over(d: Draft) -> Sale | None:
    """A payment that is half paid, waits for nobody but the cashier, and stands before nobody."""
    for sale in d.open_sales():
        if sale.kind is SaleKind.PAY and has_money(d, sale) and not undecided(d, sale):
            return sale
    return None


def box_under_way(d: Draft) -> Sale | None:
    """A box of cards that is paid for and not through."""
    return next((sale for sale in d.open_sales() if sale.kind is SaleKind.RANGE and payments(d, sale)), None)


def free_the_counter(d: Draft) -> bool:
    """Whether another sale may begin. One in doubt waits for its answer in the background; one with money in it must
    be finished or taken back first.
    """
    sale = d.till.sale
    if sale is None or sale.closed:
        d.till = replace(d.till, sale=None)
        return left_over(d) is None
    waiting = undecided(d, sale) if sale.kind is SaleKind.PAY else payments(d, sale)
    if waiting:
        d.till = replace(d.till, sale=None)
        return left_over(d) is None
    if has_money(d, sale):
        return False
    give_up_sale(d, sale)
    return True


def go_home(d: Draft, last: TransactionId | None = None) -> None:
    """Home, unless a new card still waits to be handed over, or a sale is not finished."""
    for transaction in d.open_transactions():
        if transaction.secret_open and transaction.state is State.APPROVED:
            d.go(NewCardFlow(transaction.id))
            return
    sale = d.till.sale or left_over(d)
    if sale is None or sale.closed:
        d.till = replace(d.till, sale=None)
        d.go(HomeFlow(last))
        return
    d.till = replace(d.till, sale=sale)
    _resume(d, sale, last)


def welcome(d: Draft) -> None:
    """Home for whoever has the till from now on: what is not finished comes first, and how far a box of cards is."""
    go_home(d)
    box = box_under_way(d) if isinstance(d.till.flow, HomeFlow) else None
    if box is not None:
        d.go(RangeFlow(box.id))


def show_unfinished(d: Draft, task: Task) -> None:
    """A task was asked for: home, or what stands in its way and that it does."""
    go_home(d)
    if not isinstance(d.till.flow, HomeFlow):
        d.notice(NoticeKind.CANT_NOW, why=Why.BUSY, task=task)


def _resume(d: Draft, sale: Sale, last: TransactionId | None) -> None:
    """The unfinished sale, where the cashier left it."""
    if sale.kind is SaleKind.PAY:
        seen = undecided(d, sale) or paid_legs(d, sale)
        d.go(OutcomeFlow(seen[-1].id) if seen else AwaitCardFlow(Task.PAY))
    elif payments(d, sale):
        d.till = replace(d.till, sale=None)
        d.go(HomeFlow(last))
    elif sale.kind is SaleKind.LOAD:
        d.go(AwaitCardFlow(Task.LOAD))
    else:
        d.go(TenderFlow())
