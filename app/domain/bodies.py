"""The big thing in the middle: one frozen body per screen.

The one secret among them is :class:`NewCardBody`, which carries the card that was just sold until it is handed over;
the widget that draws it is marked ``secret`` and is painted as blocks in every screenshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.card import Issued
from app.domain.frame import OfflineRoom, OperatorView, QueueTotals, ReceiptLine, TaskView
from app.domain.host import Cause, Decline
from app.domain.ids import BusinessDay, TransactionId
from app.domain.messages import DeskAction, Task
from app.domain.money import Money
from app.domain.product import BasketLine
from app.domain.receipt import Receipt
from app.domain.records import SaleKind, TenderKind
from app.domain.report import DayReport
from app.domain.transaction import State
from app.domain.verb import Printed, Verb


@dataclass(frozen=True, slots=True)
class SignInBody:
    """Who may sign in. ``demo_pins`` (training only) are shown beside the names."""

    operators: tuple[OperatorView, ...]
    demo_pins: tuple[str, ...] = ()
    failed: bool = False
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class HomeBody:
    """Waiting for a card. ``sum_today`` is less what was given back; ``last`` is the outcome just left."""

    count_today: int
    sum_today: Money
    last: ReceiptLine | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """A card in hand, masked."""

    last4: str
    programme: str
    face: str
    expiry: str
    keyed: bool
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class SheetBody:
    """A card's sheet after a swipe.

    Attributes:
        balance: What is on it, or None while asking or not known.
        as_of: When that was known; None means just now, from the host.
        asking: The host is being asked.
        unsent: What this till accepted on the card and has not told the host.
        available_offline: What would be accepted now without the line, where the line is down.
        refused: Why the host (or the till) would not say.
        verbs: What can be done with this card; each that can't now says why.
        stopped: Why the shop takes it no more; None where it does.
        pin_first: The backend tells nothing without the PIN.
        stored: It was chosen from a list: there is no number.
        customer: Whose stored card it is.
        used_elsewhere: Whether it was used after ``as_of``, so that there is another figure by now.
    """

    card: CardView
    balance: Money | None
    as_of: datetime | None
    asking: bool
    unsent: Money
    available_offline: Money | None
    refused: Decline | Cause | None
    verbs: tuple[TaskView, ...]
    stopped: str | None = None
    pin_first: bool = False
    stored: bool = False
    customer: str = ""
    used_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class AmountBody:
    """The amount is being typed.

    Attributes:
        limit: The most that may be put on a card now; None where nothing limits it. A payment is never limited here:
            several cards and other tenders may share it.
        suggested: What is due, if anything.
        basket_allowed: F2 once more rings up products.
        programme: Whose card it is, where there is none in hand yet.
    """

    task: Task
    card: CardView | None
    balance: Money | None
    limit: Money | None
    suggested: Money | None
    basket_allowed: bool
    catalogue: tuple[BasketLine, ...] = ()
    programme: str = ""


@dataclass(frozen=True, slots=True)
class AwaitCardBody:
    """The amount stands; now swipe. ``rest`` differs from ``amount`` when an earlier card paid part."""

    task: Task
    amount: Money
    due: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class KeyedKind:
    """What the form asks for of one programme's cards, and by which beginnings it knows them."""

    programme: str
    prefixes: tuple[str, ...]
    code_prefixes: tuple[str, ...]
    printed: Printed
    reads_expiry: bool


@dataclass(frozen=True, slots=True)
class KeyCardBody:
    """The form for a card that can't be read; ``task`` and ``amount`` are what it will be used for, if anything."""

    task: Task | None
    amount: Money | None
    kinds: tuple[KeyedKind, ...] = ()


@dataclass(frozen=True, slots=True)
class PickProgrammeBody:
    """A card of no programme, or of several; with no ``last4`` the question is whose it is that ``task`` is about."""

    last4: str
    programmes: tuple[str, ...]
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class ConflictBody:
    """Two different cards were swiped: which one?"""

    first: CardView
    second: CardView


@dataclass(frozen=True, slots=True)
class PinBody:
    """The customer enters a PIN. The digits are in the PIN session; the screen shows dots.

    ``verb`` says what for: BALANCE where the backend only tells nothing of the card without it. ``amount`` is zero
    where no money moves. ``in_clear``: it travels as it is, protected by the line alone.
    """

    transaction_id: TransactionId
    amount: Money
    card: CardView
    wrong_before: bool = False
    in_clear: bool = False
    verb: Verb = Verb.BALANCE


@dataclass(frozen=True, slots=True)
class AskingBody:
    """A money call is under way. ``since`` feeds the spinner (0.3 s), the words (1 s) and the choices (8 s)."""

    transaction_id: TransactionId
    verb: Verb
    amount: Money
    backend: str
    since: datetime
    sent: bool
    abandoned: bool


class OutcomeKind(StrEnum):
    """Three outcomes, not two; and an approval on the issuer's behalf says so."""

    APPROVED = "approved"
    STORED = "stored"
    DECLINED = "declined"
    CHECKING = "checking"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutcomeBody:
    """How it ended.

    Attributes:
        kind: The big word and shape.
        amount: What moved (approved, stored) or was asked for (declined, checking).
        balance: What is left on the card; None is not known.
        due: What the whole sale comes to.
        rest: What is still to pay.
        reason: Why it was declined, or why it is being checked.
        offered: After a decline: what the same card would pay (:class:`~app.domain.messages.TakePart`), if anything.
        restricted_to: The products this card pays for, where that is why.
        tender_possible: Whether other means of payment may be taken for the rest.
        give_back: What the drawer owes the customer now, because the sale came to nothing or was taken back, or because
            the card was paid out.
        stuck: Nothing asks any more: a person must find out how it ended, and decide.
        missing: It was booked, and what it made was not told: a person must find it at the backend.
        take_in: What the customer hands back into the drawer: the cash of a payout that was taken back.
        new_card: Something came with it that Enter shows next: a card, a code, a PIN.
        customer, recipient: Who keeps or gets it, where the verb has such.
    """

    transaction_id: TransactionId | None
    kind: OutcomeKind
    sale_kind: SaleKind | None
    verb: Verb
    amount: Money
    balance: Money | None
    due: Money
    rest: Money
    reason: Decline | Cause | None
    offered: Money | None
    card: CardView | None
    receipt: Receipt | None
    restricted_to: tuple[str, ...] = ()
    tender_possible: bool = True
    give_back: Money | None = None
    new_card: bool = False
    customer: str = ""
    recipient: str = ""
    take_in: Money | None = None
    missing: bool = False
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class TenderBody:
    """How is the rest paid? For a load or a new card: how does the customer pay for it.

    Attributes:
        kinds: What is taken here; a gift that names the purchase behind it takes nothing but a bank card.
        reference_needed: Whether a bank card's slip must tell its reference.
        reference_wanted: Whether it may, and is passed on to the backend.
    """

    sale_kind: SaleKind
    due: Money
    rest: Money
    kinds: tuple[TenderKind, ...]
    reference_needed: bool = False
    reference_wanted: bool = False


@dataclass(frozen=True, slots=True)
class NewCardBody:
    """The new card (or PIN, or code, or unsold cards), once. What is in ``secret`` is drawn by a widget marked secret.

    ``verb`` is what made it.
    """

    transaction_id: TransactionId
    amount: Money
    programme: str
    secret: Issued
    confirmed: bool
    verb: Verb = Verb.ISSUE


@dataclass(frozen=True, slots=True)
class RefundBody:
    """Refund by reference. ``found`` is the payment the STAN names, once typed."""

    found: ReceiptLine | None
    refundable: Money | None
    not_found: bool = False


@dataclass(frozen=True, slots=True)
class VoidBody:
    """Really take back the last one?"""

    line: ReceiptLine
    card: CardView | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open transaction: in the queue, or at the repair desk."""

    transaction_id: TransactionId
    at: datetime
    verb: Verb
    last4: str
    amount: Money
    state: State
    tries: int
    reason: str
    stan: str
    face: str
    business_day: BusinessDay
    overdue: bool
    at_desk: bool
    unconfirmed: bool
    actions: tuple[DeskAction, ...]


@dataclass(frozen=True, slots=True)
class QueueBody:
    """Queue and repair desk. ``sent_of`` is progress of the present run: (done, total)."""

    totals: QueueTotals
    rows: tuple[QueueRow, ...]
    more: int
    sending: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class HourBar:
    """One hour of the chart of the day."""

    hour: int
    paid: Money
    loaded: Money


@dataclass(frozen=True, slots=True)
class ManagerBody:
    """The manager's view: tiles, a chart, and what must be decided."""

    business_day: BusinessDay
    report: DayReport
    queue: QueueTotals
    desk: tuple[QueueRow, ...]
    hours: tuple[HourBar, ...]
    offline: OfflineRoom
    allowed: bool


@dataclass(frozen=True, slots=True)
class ReportBody:
    """An X (``number`` 0) or a Z report as it is printed."""

    number: int
    report: DayReport
    can_close: bool


@dataclass(frozen=True, slots=True)
class JournalBody:
    """A page of history, newest first. ``older`` is the key of the next page."""

    rows: tuple[ReceiptLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class ReceiptBody:
    """A receipt, exactly as it prints. ``transaction_id`` is what a copy is asked for by."""

    transaction_id: TransactionId
    receipt: Receipt
    copies: int


class StopKind(StrEnum):
    """Why the till does not sell."""

    DISK_FULL = "disk-full"
    DISK_READ_ONLY = "disk-read-only"
    JOURNAL_DAMAGED = "journal-damaged"
    JOURNAL_OLD = "journal-old"
    COMMIT_UNKNOWN = "commit-unknown"


@dataclass(frozen=True, slots=True)
class StoppedBody:
    """The till does not sell, and says why and what to do."""

    kind: StopKind
    detail: str = ""
