"""Everything that happens at the till, as data: commands of people, news from devices, hosts and clocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.card import CardFault, CardSecret, PinBlock
from app.domain.codes import CodeText
from app.domain.hook_messages import CardTouched, HooksHeard
from app.domain.host import HostReply, LineHealth
from app.domain.ids import TransactionId
from app.domain.job_messages import (
    DropSource,
    EndSource,
    FreeCard,
    MoreCards,
    PickReservation,
    PickStored,
    TextEntered,
)
from app.domain.money import Money
from app.domain.product import BasketLine
from app.domain.records import Settlement, TenderKind

# --- commands of the cashier and the manager (sent by the window) ------------------------------------------------


class Task(StrEnum):
    """What a rail button or function key starts."""

    BALANCE = "balance"
    PAY = "pay"
    LOAD = "load"
    SELL = "sell"
    REFUND = "refund"
    VOID = "void"
    QUEUE = "queue"
    MANAGER = "manager"
    JOURNAL = "journal"
    X_REPORT = "x-report"
    # behind F7 and on a card's sheet
    ENTER_PIN = "enter-pin"
    TRANSFER = "transfer"
    COMBINE = "combine"
    SAVE = "save"
    SHARE = "share"
    GIFT = "gift"
    GIFT_NEW = "gift-new"
    PREFER = "prefer"
    DELETE = "delete"
    NEW_PIN = "new-pin"
    NEW_CODE = "new-code"
    ACTIVATE = "activate"
    RANGE = "range"
    BLANKS = "blanks"
    RESERVE = "reserve"
    RESERVATIONS = "reservations"
    CAPTURE = "capture"
    RELEASE = "release"
    CASH_OUT = "cash-out"
    CUSTOMER = "customer"
    ALL_CARDS = "all-cards"
    STOP = "stop"
    STOP_LIST = "stop-list"


@dataclass(frozen=True, slots=True)
class Start:
    """A rail button: begin a task. From a card's sheet it begins with that card."""

    task: Task


@dataclass(frozen=True, slots=True)
class AmountEntered:
    """The amount was confirmed with Enter; ``basket`` lines where the cashier rang them up (else empty)."""

    amount: Money
    basket: tuple[BasketLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CardKeyed:
    """A number or a code keyed by hand. The card object is made by the window's presenter and never kept there."""

    card: CardSecret


@dataclass(frozen=True, slots=True)
class KeyCard:
    """Open the form for a card that can't be read (key K)."""


@dataclass(frozen=True, slots=True)
class PickProgramme:
    """The cashier says which programme a card of two or none belongs to."""

    programme: str


@dataclass(frozen=True, slots=True)
class PickCard:
    """The cashier says which of two cards is meant."""

    second: bool


@dataclass(frozen=True, slots=True)
class Older:
    """The next page of the journal, from this key downwards; None is the newest page."""

    before: int | None


@dataclass(frozen=True, slots=True)
class TakeTender:
    """Other means of payment for (part of) what is due. ``reference`` is what its own slip calls it."""

    kind: TenderKind
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TakePart:
    """After a refusal: take what the card is good for (key P); the rest stays to pay.

    ``amount`` is what the screen offered: if that is not what the till offers now, nothing happens.
    """

    amount: Money


@dataclass(frozen=True, slots=True)
class AskTender:
    """Open the tender screen (key T)."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Refund by reference: the STAN printed on the receipt, and how much of it."""

    stan: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Enter: go on, accept, home from an outcome."""


@dataclass(frozen=True, slots=True)
class Back:
    """Esc: always safe. In ``SENT`` it marks *abandon*; elsewhere it leaves without moving money."""


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """Chosen after eight seconds of silence: go on waiting."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The new card's number was given to the customer."""


@dataclass(frozen=True, slots=True)
class PrintCopy:
    """Reprint a receipt, marked and counted."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class ShowReceipt:
    """Open a receipt from the list."""

    transaction_id: TransactionId


class DeskAction(StrEnum):
    """What a person may do at the repair desk."""

    RETRY = "retry"
    REVERSE = "reverse"
    KEEP = "keep"
    WENT_THROUGH = Settlement.WENT_THROUGH.value
    OTHER_TENDER = Settlement.OTHER_TENDER.value
    MONEY_GIVEN_BACK = Settlement.MONEY_GIVEN_BACK.value
    WRITTEN_OFF = Settlement.WRITTEN_OFF.value


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision at the repair desk. Write-offs need a manager and a reason."""

    transaction_id: TransactionId
    action: DeskAction
    why: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody claims the till. The PIN is compared by the service (slow hash); only the result becomes a message."""

    operator: str
    role: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """A wrong PIN; ``wait_seconds`` until the next try is taken."""

    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Lock:
    """F10. The sale and the queue stay."""


@dataclass(frozen=True, slots=True)
class ToggleLine:
    """F12, training only: cut or join the line."""


@dataclass(frozen=True, slots=True)
class AllowOffline:
    """A manager switches offline acceptance."""

    enabled: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Make the Z."""


@dataclass(frozen=True, slots=True)
class SendNow:
    """Try the queue at once, whatever the back-off says."""


# --- news from the counter --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardSwiped:
    """A stripe was read whole; ``track2`` without sentinels. Its repr hides it."""

    track2: TrackText


class TrackText:
    """Raw track 2 characters on their way from the reader to the parser. Shown by nothing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The characters, for the parser."""
        return self._text

    def __repr__(self) -> str:
        return "TrackText(…)"


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A code was scanned whole, as the scanner read it. Its repr hides it."""

    code: CodeText


@dataclass(frozen=True, slots=True)
class BadSwipe:
    """The reader could not make a card of it, or the scanner a code. ``hint`` is the device's own reason."""

    fault: CardFault
    hint: str = ""


class ReaderState(StrEnum):
    """The reader's lamp."""

    MISSING = "missing"
    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader came, went or is set up wrongly."""

    state: ReaderState
    name: str = ""


@dataclass(frozen=True, slots=True)
class ScannerChanged:
    """The same of the scanner. A till without one never hears it."""

    state: ReaderState
    name: str = ""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """The customer's PIN, encrypted the moment it was complete."""

    transaction_id: TransactionId
    block: PinBlock


@dataclass(frozen=True, slots=True)
class PinCancelled:
    """The customer gave up at the PIN pad."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class PrinterFailed:
    """The receipt did not come out. The sale stands."""

    transaction_id: TransactionId | None


# --- news from hosts and clocks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HostAnswered:
    """A reply to an :class:`~app.domain.effects.Ask` or :class:`~app.domain.effects.Send` came home."""

    transaction_id: TransactionId
    reply: HostReply


@dataclass(frozen=True, slots=True)
class LaneFree:
    """The scheduler gives this transaction its turn: put its next attempt on the wire."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class LaneWaited:
    """An interactive transaction waited too long for its card's lane: it counts as offline."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """A backend came up or went down, by real calls."""

    face: str
    health: LineHealth


@dataclass(frozen=True, slots=True)
class Tick:
    """About once a second: ages, overdue items, the screen's clock."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """First message of every start: fold what the last life left open.

    ``skipped`` numbers were left out just before, because the journal was older than its witness.
    """

    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """The wall clock jumped against the monotonic clock."""

    seconds: int


Command = (
    Start | AmountEntered | CardKeyed | KeyCard | PickProgramme | PickCard | Older | TakeTender | TakePart | AskTender
    | Refund | Confirm | Back | KeepWaiting | HandOver | PrintCopy | ShowReceipt | Decide | SignIn | SignInFailed | Lock
    | ToggleLine | AllowOffline | CloseDay | SendNow | TextEntered | EndSource | DropSource | PickStored | MoreCards
    | PickReservation | FreeCard
)  # fmt: skip
News = (
    CardSwiped | CodeScanned | BadSwipe | ReaderChanged | ScannerChanged | PinEntered | PinCancelled | PrinterFailed
    | HostAnswered | LaneFree | LaneWaited | HealthChanged | CardTouched | HooksHeard | Tick | Recovered | ClockMoved
)  # fmt: skip
Message = Command | News
