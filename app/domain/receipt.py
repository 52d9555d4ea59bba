"""What prints: a receipt as data. Words and layout are made at the edge.

A receipt never carries more of a card than its last four digits. ``pending`` stands on an offline sale, ``copy`` on a
reprint, ``training`` on everything printed in training mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import BusinessDay
from app.domain.money import Money
from app.domain.product import BasketLine
from app.domain.records import TenderKind
from app.domain.verb import Verb


class ReceiptMark(StrEnum):
    """The large word at the top, besides what the receipt is for."""

    FINAL = "final"
    PENDING = "pending"
    DECLINED = "declined"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One slip of paper.

    Attributes:
        before: Balance before, where it is known.
        after: Balance after; None is "not known".
        rest: What was still to pay when it printed.
        check: Short code by which a pending receipt can be looked up at the till: the STAN and two letters.
        customer, recipient: Who keeps the card or gets it, shortened: enough to know it again, too little to use.
        count: How many cards, or for how many hours, where that is what it was about.
        undone: What is taken back, where the slip is about that.
        last_of_box: For a box of cards: the last four digits of its last one; ``last4`` are those of its first.
    """

    verb: Verb
    mark: ReceiptMark
    store: str
    terminal_id: str
    operator: str
    at: datetime
    business_day: BusinessDay
    stan: str
    reference: str
    host_id: str
    amount: Money
    after: Money | None
    before: Money | None
    rest: Money | None
    last4: str
    programme: str
    keyed: bool
    expiry: str
    original_stan: str = ""
    lines: tuple[BasketLine, ...] = ()
    tenders: tuple[tuple[TenderKind, Money], ...] = ()
    copy: int = 0
    training: bool = False
    check: str = ""
    customer: str = ""
    recipient: str = ""
    count: int = 0
    last_of_box: str = ""
    scanned: bool = False
    undone: Verb | None = None
