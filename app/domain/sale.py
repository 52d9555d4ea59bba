"""A sale stands above its transactions: what a customer owes, the cards that pay it, and the other tenders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.ids import BusinessDay, OperatorId, SaleId
from app.domain.money import Money, total, zero
from app.domain.product import BasketLine
from app.domain.records import SaleKind, TenderKind
from app.domain.transaction import Transaction
from app.domain.verb import SPENDS, Verb


@dataclass(frozen=True, slots=True)
class Tender:
    """Something else than a gift card: an amount, and what its own slip calls it. Negative is given back."""

    kind: TenderKind
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """What one customer pays.

    Attributes:
        due: What the whole sale comes to. For a load or a new card: what is put on the card.
        basket: Lines, where the cashier rang them up.
        tenders: Other means of payment taken so far.
        closed: Paid in full, or given up.
        programme: Whose card is sold, where the till sells several.
    """

    id: SaleId
    kind: SaleKind
    due: Money
    business_day: BusinessDay
    operator: OperatorId
    opened_at: datetime
    basket: tuple[BasketLine, ...] = ()
    tenders: tuple[Tender, ...] = ()
    closed: bool = False
    abandoned: bool = False
    programme: str = ""

    @property
    def funding(self) -> str:
        """The reference of the bank-card purchase that paid for it, where one was keyed from its slip."""
        return next((t.reference for t in self.tenders if t.reference and t.amount.is_positive), "")

    @property
    def tendered(self) -> Money:
        """What other tenders brought."""
        return total([tender.amount for tender in self.tenders], self.due.currency)

    @property
    def given_back(self) -> Money:
        """What the drawer gave back of them."""
        return total([-t.amount for t in self.tenders if not t.amount.is_positive], self.due.currency)

    def held(self) -> dict[TenderKind, Money]:
        """What each tender brought, less what was given back of it."""
        kinds = dict.fromkeys(tender.kind for tender in self.tenders)
        return {kind: total([t.amount for t in self.tenders if t.kind is kind], self.due.currency) for kind in kinds}

    def on_cards(self, legs: Iterable[Transaction]) -> Money:
        """What gift cards paid: booked and accepted legs. An authorization counts by its capture. What was given back
        of a leg before the sale was closed is still to pay; afterwards it is a refund of its own.
        """
        return total(
            [
                leg.amount - leg.refunded if leg.refunded and not self.closed else leg.amount
                for leg in legs
                if leg.sale_id == self.id and leg.counts and leg.verb in (SPENDS | {Verb.CAPTURE}) - {Verb.AUTHORIZE}
            ],
            self.due.currency,
        )

    def rest(self, legs: Iterable[Transaction]) -> Money:
        """What is still to pay: never below zero."""
        left = self.due - self.on_cards(legs) - self.tendered
        return left if left.is_positive else zero(self.due.currency)

    def is_overpaid(self, legs: Iterable[Transaction]) -> bool:
        """Whether more came in than is due: a leg in doubt was booked after the rest had been paid otherwise."""
        return (self.on_cards(legs) + self.tendered - self.due).is_positive

    def take(self, tender: Tender) -> Sale:
        """The sale with one more tender."""
        return replace(self, tenders=(*self.tenders, tender))
