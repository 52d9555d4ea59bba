"""What the cashier is doing: one small frozen state per screen.

These are never persisted: after a restart the journal says what is left to do, and the cashier starts at home.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.card import CardRef, CardSecret, EntryMode, PinBlock, Programme
from app.domain.host import Cause, Decline, StoredCard
from app.domain.ids import SaleId, TransactionId
from app.domain.job import Question
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.verb import Verb
from app.domain.view import StopKind


@dataclass(frozen=True, slots=True)
class CardInHand:
    """A card that was swiped, keyed or chosen from a list: its secret half hides itself, its other half may be written
    down.

    Attributes:
        secret: None for a card that a backend keeps: its id in ``ref`` must do.
        pin: The PIN its customer entered to have it read, for what follows while it lies here. In memory only.
        tries: Wrong PINs so far.
    """

    ref: CardRef
    secret: CardSecret | None
    programme: Programme
    read_at: datetime
    pin: PinBlock | None = None
    tries: int = 0

    def without_wrong_pin(self, refused: Decline) -> CardInHand:
        """What is left in hand after a look-up was refused: a PIN that was wrong is not tried again."""
        if refused is not Decline.WRONG_PIN or self.pin is None:
            return self
        return replace(self, pin=None, tries=self.tries + 1)


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
    """A card lies on the counter. ``ask`` is the look-up under way; ``back`` the list it was chosen from.

    ``shown`` is since when it lies there, ``asked`` when the host was asked last; the other three are told of in
    :mod:`app.domain.freshness`.
    """

    card: CardInHand
    ask: TransactionId | None = None
    balance: Money | None = None
    refused: Decline | Cause | None = None
    shown: datetime | None = None
    asked: datetime | None = None
    quiet: TransactionId | None = None
    touched: datetime | None = None
    late: bool = False
    back: Flow | None = None


@dataclass(frozen=True, slots=True)
class AmountFlow:
    """How much? ``programme`` is whose new card is sold."""

    task: Task
    card: CardInHand | None = None
    balance: Money | None = None
    programme: str = ""


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

    ``offered`` is what ``card``, which still lies on the counter, would pay in part. ``verb`` is what was meant, where
    no sale tells.
    """

    transaction_id: TransactionId | None
    reason: Decline | Cause | None = None
    offered: Money | None = None
    card: CardInHand | None = None
    cancelled: bool = False
    restricted_to: tuple[str, ...] = ()
    sale_id: SaleId | None = None
    verb: Verb | None = None


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
class PinFirstFlow:
    """The backend tells nothing of a card without its PIN, so the customer enters it before anything is asked.

    ``token`` names this question to the PIN pad; ``back`` is the screen that wanted the card.
    """

    token: TransactionId
    card: CardInHand
    back: Flow


@dataclass(frozen=True, slots=True)
class ChooseFlow:
    """Whose card is sold or made: several backends could."""

    task: Task
    programmes: tuple[Programme, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """The answers given so far to the questions of ``job.PLANS``. Nothing was sent and nothing is written down.

    ``first`` and ``last`` may be numbers of cards, so they show themselves to nobody. ``from_sheet``: it was begun with
    the card whose sheet was open, so that card was never asked for.
    """

    task: Task
    programme: Programme | None = None
    card: CardInHand | None = None
    balance: Money | None = None
    amount: Money | None = None
    customer: str = ""
    recipient: str = ""
    end_source: bool = False
    sources: tuple[tuple[CardInHand, Money | None], ...] = ()
    first: str = field(default="", repr=False)
    last: str = field(default="", repr=False)
    count: int = 0
    reason: str = ""
    original: TransactionId | None = None
    from_sheet: bool = False


@dataclass(frozen=True, slots=True)
class JobFlow:
    """One question of a job. ``ask`` is a look-up under way for ``looked``; ``wrong`` says that the last answer was no
    answer.
    """

    job: Job
    question: Question
    ask: TransactionId | None = None
    looked: CardInHand | None = None
    since: datetime | None = None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class CardsFlow:
    """Cards that a backend keeps: a customer's, or (no ``customer``) all of the account's.

    Attributes:
        job: What one is chosen for; None opens its sheet.
        back: The question that led here, or None where there was none.
        more: The key of the next page.
        ask: The list, a page of it, or one card's details are under way.
        detailed: The card whose details were asked for.
    """

    programme: Programme
    customer: str
    job: Job | None = None
    cards: tuple[StoredCard, ...] = ()
    more: str = ""
    ask: TransactionId | None = None
    refused: Decline | Cause | None = None
    asked_for: str = ""
    detailed: StoredCard | None = None
    back: Flow | None = None


@dataclass(frozen=True, slots=True)
class ReservationsFlow:
    """Reservations that stand."""


@dataclass(frozen=True, slots=True)
class StopListFlow:
    """Cards the shop takes no more."""


@dataclass(frozen=True, slots=True)
class RangeFlow:
    """Printed cards in a row are getting their value."""

    sale_id: SaleId


@dataclass(frozen=True, slots=True)
class StoppedFlow:
    """The till does not sell."""

    kind: StopKind
    detail: str = ""


Flow = (
    SignInFlow | HomeFlow | SheetFlow | AmountFlow | AwaitCardFlow | KeyCardFlow | PickProgrammeFlow | ConflictFlow
    | LookingFlow | PinFlow | AskingFlow | OutcomeFlow | TenderFlow | NewCardFlow | RefundFlow | VoidFlow | QueueFlow
    | ManagerFlow | JournalFlow | ReportFlow | ReceiptFlow | StoppedFlow | PinFirstFlow | ChooseFlow | JobFlow
    | CardsFlow | ReservationsFlow | StopListFlow | RangeFlow
)  # fmt: skip
