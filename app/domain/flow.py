"""What the cashier is doing: one small frozen state per screen.

These are never persisted: after a restart the journal says what is left to do, and the cashier starts at home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.card import CardRef, CardSecret, EntryMode, Programme
from app.domain.host import Cause, Decline
from app.domain.ids import SaleId, TransactionId
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.view import StopKind


@dataclass(frozen=True, slots=True)
class CardInHand:
    """A card that was swiped or keyed: its secret half hides itself, its other half may be written down."""

    ref: CardRef
    secret: CardSecret
    programme: Programme
    read_at: datetime


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """Nobody has the till; ``then`` is what a manager was called for."""

    then: Task | None = None
    failed: bool = False
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class HomeFlow:
    """Waiting for a card. ``last`` was just finished."""

    last: TransactionId | None = None


@dataclass(frozen=True, slots=True)
class SheetFlow:
    """A card lies on the counter. ``ask`` is the look-up under way."""

    card: CardInHand
    ask: TransactionId | None = None
    balance: Money | None = None
    refused: Decline | Cause | None = None


@dataclass(frozen=True, slots=True)
class AmountFlow:
    """How much?"""

    task: Task
    card: CardInHand | None = None
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class AwaitCardFlow:
    """The amount stands; which card?"""

    task: Task


@dataclass(frozen=True, slots=True)
class KeyCardFlow:
    """The number is keyed by hand; ``back`` is where Esc leads."""

    back: Flow


@dataclass(frozen=True, slots=True)
class PickProgrammeFlow:
    """The card's number or code says too little: which programme is it?"""

    secret: CardSecret
    entry: EntryMode
    track: str = field(repr=False)
    programmes: tuple[Programme, ...]
    back: Flow


@dataclass(frozen=True, slots=True)
class ConflictFlow:
    """Two cards were swiped before anything was sent."""

    first: CardInHand
    second: CardInHand
    back: Flow


@dataclass(frozen=True, slots=True)
class LookingFlow:
    """Asking what is on the card before its part of the sale is opened. Nothing was sent that moves money."""

    ask: TransactionId
    card: CardInHand
    since: datetime


@dataclass(frozen=True, slots=True)
class PinFlow:
    """The customer enters a PIN."""

    transaction_id: TransactionId
    wrong_before: bool = False


@dataclass(frozen=True, slots=True)
class AskingFlow:
    """A transaction is on its way."""

    transaction_id: TransactionId
    since: datetime


@dataclass(frozen=True, slots=True)
class OutcomeFlow:
    """How it ended. Without a transaction: refused before one was opened, in the sale ``sale_id``.

    ``offered`` is what ``card``, which still lies on the counter, would pay in part.
    """

    transaction_id: TransactionId | None
    reason: Decline | Cause | None = None
    offered: Money | None = None
    card: CardInHand | None = None
    cancelled: bool = False
    restricted_to: tuple[str, ...] = ()
    sale_id: SaleId | None = None


@dataclass(frozen=True, slots=True)
class TenderFlow:
    """How is the rest (or the load) paid? ``card`` waits for a load."""

    card: CardInHand | None = None


@dataclass(frozen=True, slots=True)
class NewCardFlow:
    """The new card is shown until it is handed over."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class RefundFlow:
    """Which payment is given back?"""

    found: TransactionId | None = None
    not_found: bool = False


@dataclass(frozen=True, slots=True)
class VoidFlow:
    """Really take it back? ``sale`` when every leg of the open sale goes."""

    transaction_id: TransactionId
    sale: bool
    back: Flow


@dataclass(frozen=True, slots=True)
class QueueFlow:
    """Queue and repair desk."""


@dataclass(frozen=True, slots=True)
class ManagerFlow:
    """The manager's view."""


@dataclass(frozen=True, slots=True)
class JournalFlow:
    """History, a page at a time, from ``before`` downwards."""

    before: int | None = None


@dataclass(frozen=True, slots=True)
class ReportFlow:
    """An X, or the Z that was just made."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptFlow:
    """A receipt as it printed."""

    transaction_id: TransactionId
    back: Flow


@dataclass(frozen=True, slots=True)
class StoppedFlow:
    """The till does not sell."""

    kind: StopKind
    detail: str = ""


Flow = (
    SignInFlow | HomeFlow | SheetFlow | AmountFlow | AwaitCardFlow | KeyCardFlow | PickProgrammeFlow | ConflictFlow
    | LookingFlow | PinFlow | AskingFlow | OutcomeFlow | TenderFlow | NewCardFlow | RefundFlow | VoidFlow | QueueFlow
    | ManagerFlow | JournalFlow | ReportFlow | ReceiptFlow | StoppedFlow
)  # fmt: skip
