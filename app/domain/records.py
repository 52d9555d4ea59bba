"""What the journal writes: facts, in the past tense, one small dataclass each.

A record is appended and never changed. The class name is its persisted kind; fields are added with defaults, never
renamed. No record has room for a secret: the codec encodes these dataclasses and the plain values in them, and
refuses anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.card import CardRef
from app.domain.host import Cause, Decline
from app.domain.ids import (
    BusinessDay,
    OperatorId,
    OrderRef,
    SaleId,
    Stan,
    TerminalId,
    TransactionId,
    TransactionRef,
)
from app.domain.money import Money
from app.domain.particulars import NONE, Particulars
from app.domain.product import BasketLine
from app.domain.verb import Verb


# --- of one transaction -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Opened:
    """STAN and references were drawn. ``local_time`` is the till's wall clock, kept in every repeat."""

    verb: Verb
    amount: Money
    stan: Stan
    order_ref: OrderRef
    transaction_ref: TransactionRef
    terminal_id: TerminalId
    business_day: BusinessDay
    local_time: datetime
    operator: OperatorId
    sale_id: SaleId | None = None
    face: str = ""
    original: TransactionId | None = None
    original_stan: Stan | None = None
    products: tuple[BasketLine, ...] = ()
    particulars: Particulars = NONE


@dataclass(frozen=True, slots=True)
class CardPresented:
    """The card is known (swiped, keyed, or just issued by the backend)."""

    card: CardRef


@dataclass(frozen=True, slots=True)
class Ready:
    """Nothing more is needed: the PIN was entered, or none is."""

    pin: bool


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Given up before anything was sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class RequestSent:
    """Committed before the first byte of the money call leaves."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The host booked it, once. ``balance`` None is "not known"; ``issued``: something came that is to hand over."""

    host_id: str
    account_id: str
    amount: Money
    balance: Money | None = None
    duplicate: bool = False
    allowed_products: tuple[str, ...] = ()
    issued: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The host, or the till's own offline policy, said no. No money moved."""

    reason: Decline
    status: int = 0


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven: this attempt never reached the host."""

    cause: Cause
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """An attempt was sent and nothing readable came back."""

    cause: Cause
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class RepeatSent:
    """The same message goes again, marked as a repeat. Committed before its first byte."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing more can be asked of the host: a person must look."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Accepted on the issuer's behalf while the line was down. ``available`` is what the policy counted on."""

    available: Money | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class ForwardSent:
    """A stored transaction goes to the host. Committed before its first byte."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """This forward never left, but an earlier copy was silent: it stays in doubt."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Disputed:
    """The host refused what the till had accepted offline: money is missing until a person decides."""

    reason: Decline
    status: int = 0


@dataclass(frozen=True, slots=True)
class Overdue:
    """Older than the limit; flagged at the repair desk, still tried."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The cashier took another tender meanwhile: if this turns out approved it must be undone."""


@dataclass(frozen=True, slots=True)
class Voided:
    """To be undone: a stored one is struck out, an approved one gets an undo of its own."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The undo was booked."""

    undo: TransactionId


@dataclass(frozen=True, slots=True)
class UndoFailed:
    """The host refused the undo."""

    undo: TransactionId
    reason: Decline


@dataclass(frozen=True, slots=True)
class Refunded:
    """Part or all of it was given back by a refund of its own."""

    refund: TransactionId
    amount: Money


@dataclass(frozen=True, slots=True)
class Captured:
    """Second phase of a reservation: what ``capture`` took is booked, the rest is released."""

    capture: TransactionId


@dataclass(frozen=True, slots=True)
class Kept:
    """An approval that came after a restart was looked at and kept."""

    operator: OperatorId


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The new card's number was given to the customer; its sealed copy is erased with this."""


@dataclass(frozen=True, slots=True)
class Retried:
    """A person at the repair desk sent it round again."""

    operator: OperatorId


class Settlement(StrEnum):
    """How a person closed what the host would not."""

    WENT_THROUGH = "went-through"
    OTHER_TENDER = "other-tender"
    MONEY_GIVEN_BACK = "money-given-back"
    WRITTEN_OFF = "written-off"


@dataclass(frozen=True, slots=True)
class Closed:
    """A person decided where the money is; the reason in their words."""

    how: Settlement
    operator: OperatorId
    why: str = ""


# --- of the till --------------------------------------------------------------------------------------------------


class SaleKind(StrEnum):
    """What a sale is for."""

    PAY = "pay"
    LOAD = "load"
    ISSUE = "issue"
    REFUND = "refund"
    VOID = "void"
    ACTIVATE = "activate"
    RANGE = "range"
    GIFT = "gift"
    RESERVE = "reserve"
    CASH_OUT = "cash-out"


class TenderKind(StrEnum):
    """Means of payment besides gift cards: amounts only, the drawer and the bank terminal are elsewhere."""

    CASH = "cash"
    BANK_CARD = "bank-card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SaleOpened:
    """A customer stands at the counter. ``due`` is what is to be paid, or loaded; ``programme`` whose card is sold."""

    sale_id: SaleId
    kind: SaleKind
    due: Money
    business_day: BusinessDay
    operator: OperatorId
    programme: str = ""


@dataclass(frozen=True, slots=True)
class TenderTaken:
    """Something else than a gift card was taken. Negative: given back. ``reference`` is what its own slip says."""

    sale_id: SaleId
    kind: TenderKind
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SaleClosed:
    """Paid in full, or given up with every leg undone."""

    sale_id: SaleId
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody took the till."""

    operator: OperatorId
    role: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Nobody has the till. The queue stays."""

    operator: OperatorId


@dataclass(frozen=True, slots=True)
class LineSwitched:
    """The line was cut or joined by hand (training)."""

    up: bool


@dataclass(frozen=True, slots=True)
class OfflineSwitched:
    """A manager allowed or forbade offline acceptance."""

    enabled: bool
    operator: OperatorId
    why: str = ""


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The numbered Z. Its figures are computed from the journal up to this record; the text is what was printed."""

    number: int
    business_day: BusinessDay
    next_day: BusinessDay
    operator: OperatorId
    head: str


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The wall clock moved against the monotonic one by more than the limit."""

    seconds: int


@dataclass(frozen=True, slots=True)
class StanSkipped:
    """The journal was older than its witness: numbers were left out so that none is used twice."""

    by: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A receipt went to the printer; ``copy`` counts reprints (0 is the original)."""

    transaction_id: TransactionId
    copy: int


@dataclass(frozen=True, slots=True)
class CardStopped:
    """The shop takes this card no more: lost, stolen, disputed. The till's own list, whatever the backend says."""

    card: CardRef
    operator: OperatorId
    why: str = ""


@dataclass(frozen=True, slots=True)
class CardFreed:
    """A manager took a card off the stop list."""

    card: CardRef
    operator: OperatorId


TransactionBody = (
    Opened | CardPresented | Ready | Cancelled | RequestSent | Approved | Declined | NotSent | Silence
    | RepeatSent | Stuck | Stored | ForwardSent | HeldBack | Disputed | Overdue | Abandoned | Voided | Undone
    | UndoFailed | Refunded | Captured | Kept | HandedOver | Retried | Closed
)  # fmt: skip
TillBody = (
    SaleOpened | TenderTaken | SaleClosed | SignedIn | SignedOut | LineSwitched | OfflineSwitched | DayClosed
    | ClockJumped | StanSkipped | Printed | CardStopped | CardFreed
)  # fmt: skip
Body = TransactionBody | TillBody


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the journal before it has a sequence number.

    Attributes:
        at: Wall-clock time (UTC). Order is by sequence, never by this.
        transaction_id: Whose life it belongs to; None for the till's own records.
        body: The fact.
    """

    at: datetime
    transaction_id: TransactionId | None
    body: Body
