"""What stands around every screen: the rail, the lamps, the queue's sum, the room that is left offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.host import Cause
from app.domain.ids import TransactionId
from app.domain.messages import ReaderState, Task
from app.domain.money import Money
from app.domain.transaction import State
from app.domain.verb import Verb


class Role(StrEnum):
    """Who may do what: a manager may do everything a cashier may."""

    CASHIER = "cashier"
    MANAGER = "manager"


class Why(StrEnum):
    """Why a control does not work now; each is one line on the screen."""

    MANAGER_ONLY = "manager-only"
    LINE_DOWN = "line-down"
    OFFLINE_OFF = "offline-off"
    NOT_AT_BACKEND = "not-at-backend"
    NOTHING_TO_VOID = "nothing-to-void"
    BUSY = "busy"
    STOPPED = "stopped"
    SIGN_IN_FIRST = "sign-in-first"
    NO_CARD_DATA = "no-card-data"
    CARD_STOPPED = "card-stopped"
    CARD_ONLY = "card-only"
    """The card itself must be swiped: the backend wants its number."""
    STORED_ONLY = "stored-only"
    """Only for a card that a backend keeps for a customer."""
    NOTHING_ON_IT = "nothing-on-it"
    NO_RESERVATION = "no-reservation"
    OTHER_CURRENCY = "other-currency"
    """The card is kept in a currency that this till does not count in."""
    ACTIVE = "active"
    """There is money on the card: it was activated before."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """A rail button. ``why`` is None when it works."""

    task: Task
    why: Why | None = None


class Lamp(StrEnum):
    """State of a lamp: drawn as shape, colour and word."""

    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class BackendLamp:
    """One backend in the strip."""

    face: str
    title: str
    lamp: Lamp
    milliseconds: int = 0
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class QueueTotals:
    """What is waiting to be told to the hosts."""

    count: int
    amount: Money
    oldest: datetime | None
    at_desk: int = 0
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The status strip. ``scanner`` is None where the till has none."""

    reader: ReaderState
    reader_name: str
    line: Lamp
    backends: tuple[BackendLamp, ...]
    queue: QueueTotals
    printer: Lamp = Lamp.GOOD
    keys_in_file: bool = False
    scanner: ReaderState | None = None
    scanner_name: str = ""


@dataclass(frozen=True, slots=True)
class OfflineRoom:
    """What may still be accepted while the line is down."""

    enabled: bool
    amount_left: Money
    amount_limit: Money
    count_left: int
    count_limit: int
    per_sale: Money


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One row of "last receipts"."""

    transaction_id: TransactionId
    at: datetime
    verb: Verb
    amount: Money
    state: State
    offline: bool
    stan: str


class Screen(StrEnum):
    """Which screen stands in the middle."""

    SIGN_IN = "sign-in"
    HOME = "home"
    SHEET = "sheet"
    AMOUNT = "amount"
    AWAIT_CARD = "await-card"
    KEY_CARD = "key-card"
    PICK_PROGRAMME = "pick-programme"
    CONFLICT = "conflict"
    PIN = "pin"
    ASKING = "asking"
    OUTCOME = "outcome"
    TENDER = "tender"
    NEW_CARD = "new-card"
    REFUND = "refund"
    VOID = "void"
    QUEUE = "queue"
    MANAGER = "manager"
    JOURNAL = "journal"
    REPORT = "report"
    RECEIPT = "receipt"
    QUESTION = "question"
    SOURCES = "sources"
    CONFIRM = "confirm"
    CARDS = "cards"
    RESERVATIONS = "reservations"
    STOP_LIST = "stop-list"
    RANGE = "range"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class OperatorView:
    """Who is signed in."""

    id: str
    name: str
    role: Role
