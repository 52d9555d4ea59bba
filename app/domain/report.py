"""The day in figures: what an X shows and a Z fixes.

A day is a stretch of the journal: the records after one ``DayClosed`` up to and with the next. A transaction counts in
the stretch in which its money was booked, or accepted on the issuer's behalf: once in its life, however often it was
asked about. What is taken back counts where it was taken back, so that a closed day never changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.ids import BusinessDay
from app.domain.money import Money
from app.domain.records import Settlement, TenderKind
from app.domain.verb import Verb


@dataclass(frozen=True, slots=True)
class Line:
    """A count and a sum."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An open transaction that goes into the next day with its original one."""

    stan: str
    business_day: BusinessDay
    verb: Verb
    state: str
    amount: Money


@dataclass(frozen=True, slots=True)
class DayReport:
    """What happened since the last Z.

    Attributes:
        number: Number of the Z; 0 for an X.
        verbs: Booked and accepted, per verb: loads, new cards and cash paid out among them but never in ``sales``, and
            what only moved money from card to card.
        sales: Gift cards taken as payment: turnover.
        loads: Money put on cards: a debt, not turnover.
        tenders: What other tenders brought (loads paid in cash, rests paid by bank card).
        given_back: Sales undone, refunded, or struck out of the queue before the host was told.
        loads_back: Loads taken back in the same ways.
        paid_out: What cards held and the drawer paid: no turnover. The cash stands among ``tenders``, negative.
        paid_out_back: Of that, what was put back on the card.
        unsent: Accepted offline and not told to the host.
        unknown: In doubt: nobody knows yet.
        disputed: Refused by the host after the till had accepted.
        declined: Refused; no money.
        settled: What people closed at the repair desk.
        carried: Open items, with the day they belong to.
        first_seq, last_seq, head: The stretch of the journal, and the chain's head (hex) at its end.
        training: Whether the figures are from training mode.
    """

    number: int
    business_day: BusinessDay
    verbs: tuple[tuple[Verb, Line], ...]
    sales: Line
    loads: Line
    tenders: tuple[tuple[TenderKind, Line], ...]
    given_back: Line
    loads_back: Line
    paid_out: Line
    paid_out_back: Line
    unsent: Line
    unknown: Line
    disputed: Line
    declined: Line
    settled: tuple[tuple[Settlement, Line], ...]
    carried: tuple[CarriedItem, ...]
    first_seq: int
    last_seq: int
    head: str
    training: bool
