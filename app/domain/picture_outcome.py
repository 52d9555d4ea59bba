"""How a sale stands: the outcome of a transaction, what is still to pay, and what the drawer owes or is owed."""

from __future__ import annotations

from app.domain import view as v
from app.domain.flow import OutcomeFlow
from app.domain.ids import SaleId
from app.domain.money import Money
from app.domain.paper import receipt_of
from app.domain.picture_jobs import JobPainter, card_view, outcome_kind, reason_of
from app.domain.receipt import Receipt
from app.domain.records import SaleKind, TenderKind
from app.domain.sale import Sale
from app.domain.transaction import State, Transaction
from app.domain.verb import UNDOES, Verb

_MEANT = {
    SaleKind.PAY: Verb.REDEEM,
    SaleKind.LOAD: Verb.RELOAD,
    SaleKind.ISSUE: Verb.ISSUE,
    SaleKind.ACTIVATE: Verb.ACTIVATE,
    SaleKind.RANGE: Verb.ACTIVATE,
    SaleKind.GIFT: Verb.GIFT,
    SaleKind.RESERVE: Verb.AUTHORIZE,
    SaleKind.CASH_OUT: Verb.CASH_OUT,
    SaleKind.REFUND: Verb.REFUND,
    SaleKind.VOID: Verb.REVERSE,
}


class OutcomePainter(JobPainter):
    """Draws outcomes and tenders."""

    def _outcome(self, flow: OutcomeFlow) -> v.OutcomeBody:
        transaction = self._get(flow.transaction_id) if flow.transaction_id else None
        sale = self._sale_of(transaction, flow.sale_id)
        due, rest = self._due_and_rest(transaction, sale)
        if transaction is None:
            declined = v.OutcomeKind.DECLINED
            kind_of_sale = sale.kind if sale else None
            verb = flow.verb or (_MEANT[kind_of_sale] if kind_of_sale else Verb.REDEEM)
            asked = rest if rest.is_positive else due
            return v.OutcomeBody(
                None, declined, kind_of_sale, verb, asked, None, due, rest, flow.reason,
                flow.offered, card_view(flow.card.ref) if flow.card else None, None, flow.restricted_to,
                tender_possible=self._tender_possible(sale), give_back=_owed(sale),
            )  # fmt: skip
        kind = outcome_kind(transaction)
        shown = kind in (v.OutcomeKind.APPROVED, v.OutcomeKind.STORED, v.OutcomeKind.CHECKING)
        return v.OutcomeBody(
            transaction_id=transaction.id,
            kind=kind,
            sale_kind=sale.kind if sale else None,
            verb=transaction.verb,
            amount=transaction.amount,
            # what was told before it was taken back is no longer so
            balance=None if kind is v.OutcomeKind.CANCELLED else transaction.balance,
            due=due,
            rest=rest,
            reason=flow.reason or reason_of(transaction),
            offered=flow.offered,
            card=card_view(transaction.card) if transaction.card else None,
            receipt=self._receipt(transaction, 0) if shown else None,
            restricted_to=flow.restricted_to,
            tender_possible=self._tender_possible(sale),
            give_back=_owed(sale),
            take_in=_back_into_drawer(sale, transaction),
            missing=transaction.is_missing,
            stuck=transaction.state is State.ATTENTION,
            new_card=transaction.secret_open and kind is v.OutcomeKind.APPROVED,
            customer=transaction.particulars.customer,
            recipient=transaction.particulars.recipient,
        )

    def _tender_possible(self, sale: Sale | None) -> bool:
        return sale is not None and sale.kind is SaleKind.PAY and not sale.closed

    def _sale_of(self, transaction: Transaction | None, sale_id: SaleId | None = None) -> Sale | None:
        named = transaction.sale_id if transaction is not None else sale_id
        current = self._till.sale
        if named is None or (current is not None and current.id == named):
            return current
        return self._archive.sale(named)

    def _due_and_rest(self, transaction: Transaction | None, sale: Sale | None) -> tuple[Money, Money]:
        if sale is None or (transaction is not None and transaction.verb in UNDOES):
            return (transaction.amount if transaction else self._zero), self._zero
        if sale.kind is not SaleKind.PAY or sale.closed:
            return sale.due, self._zero
        return sale.due, sale.rest(self._archive.legs_of(sale.id))

    def _tender(self) -> v.TenderBody:
        sale = self._till.sale
        if sale is None:
            return v.TenderBody(SaleKind.PAY, self._zero, self._zero, tuple(TenderKind))
        rest = (self._rest() or self._zero) if sale.kind is SaleKind.PAY else sale.due - sale.tendered
        programme = self._setup.programme(sale.programme)
        gift = self._setup.rule(programme.face, Verb.GIFT) if programme is not None else None
        needed = gift is not None and gift.needs_funding and sale.kind is SaleKind.GIFT
        kinds = (TenderKind.BANK_CARD,) if needed else tuple(TenderKind)
        wanted = gift is not None and gift.needs_funding and sale.kind is SaleKind.ISSUE
        return v.TenderBody(sale.kind, sale.due, rest, kinds, needed, wanted)

    def _receipt(self, transaction: Transaction, copy: int) -> Receipt:
        return receipt_of(transaction, self._sale_of(transaction), self._archive, self._setup, copy)


def _owed(sale: Sale | None) -> Money | None:
    """What is to be handed out of the drawer for this sale. The cash of a card that was paid out comes back with its
    undo, so then it is owed no more.
    """
    if sale is None:
        return None
    owed = -sale.tendered if sale.kind is SaleKind.CASH_OUT else sale.given_back
    return owed if owed.is_positive else None


def _back_into_drawer(sale: Sale | None, transaction: Transaction) -> Money | None:
    """What the customer hands back: the cash of a payout that this very undo has taken back."""
    undone = transaction.verb in UNDOES and transaction.state is State.APPROVED
    if sale is None or sale.kind is not SaleKind.CASH_OUT or not undone:
        return None
    last = sale.tenders[-1].amount if sale.tenders else sale.tendered
    return last if last.is_positive else None
