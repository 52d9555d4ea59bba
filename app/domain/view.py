"""The frozen picture of the till that the screen draws. Data only: no word of any language, no secret but one.

This is the one door to it: the frame around every screen, the body of each, and the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.bodies import (
    AmountBody,
    AskingBody,
    AwaitCardBody,
    CardView,
    ConflictBody,
    HomeBody,
    HourBar,
    JournalBody,
    KeyCardBody,
    KeyedKind,
    ManagerBody,
    NewCardBody,
    OutcomeBody,
    OutcomeKind,
    PickProgrammeBody,
    PinBody,
    QueueBody,
    QueueRow,
    ReceiptBody,
    RefundBody,
    ReportBody,
    SheetBody,
    SignInBody,
    StopKind,
    StoppedBody,
    TenderBody,
    VoidBody,
)
from app.domain.card import CardFault
from app.domain.frame import (
    BackendLamp,
    Lamp,
    OfflineRoom,
    OperatorView,
    QueueTotals,
    ReceiptLine,
    Role,
    Screen,
    Strip,
    TaskView,
    Why,
)
from app.domain.ids import BusinessDay
from app.domain.job_bodies import (
    CardsBody,
    ConfirmBody,
    QuestionBody,
    RangeBody,
    RangeRow,
    ReservationRow,
    ReservationsBody,
    SourceRow,
    SourcesBody,
    StopEntry,
    StopListBody,
    Warn,
)
from app.domain.messages import Task
from app.domain.money import Currency, Money

__all__ = [
    "Role",
    "Why",
    "TaskView",
    "Lamp",
    "BackendLamp",
    "QueueTotals",
    "Strip",
    "OfflineRoom",
    "ReceiptLine",
    "Screen",
    "OperatorView",
    "SignInBody",
    "HomeBody",
    "CardView",
    "SheetBody",
    "AmountBody",
    "AwaitCardBody",
    "KeyCardBody",
    "KeyedKind",
    "PickProgrammeBody",
    "ConflictBody",
    "PinBody",
    "AskingBody",
    "OutcomeKind",
    "OutcomeBody",
    "TenderBody",
    "NewCardBody",
    "RefundBody",
    "VoidBody",
    "QueueRow",
    "QueueBody",
    "HourBar",
    "ManagerBody",
    "ReportBody",
    "JournalBody",
    "ReceiptBody",
    "StopKind",
    "StoppedBody",
    "QuestionBody",
    "SourceRow",
    "SourcesBody",
    "ConfirmBody",
    "Warn",
    "CardsBody",
    "ReservationRow",
    "ReservationsBody",
    "StopEntry",
    "StopListBody",
    "RangeBody",
    "RangeRow",
    "Body",
    "NoticeKind",
    "Notice",
    "TillView",
]

Body = (
    SignInBody | HomeBody | SheetBody | AmountBody | AwaitCardBody | KeyCardBody | PickProgrammeBody | ConflictBody
    | PinBody | AskingBody | OutcomeBody | TenderBody | NewCardBody | RefundBody | VoidBody | QueueBody | ManagerBody
    | ReportBody | JournalBody | ReceiptBody | StoppedBody | QuestionBody | SourcesBody | ConfirmBody | CardsBody
    | ReservationsBody | StopListBody | RangeBody
)  # fmt: skip


class NoticeKind(StrEnum):
    """A short line that passes: it never stops anybody."""

    BAD_SWIPE = "bad-swipe"
    CARD_REFUSED = "card-refused"
    CARD_IGNORED = "card-ignored"
    SAME_CARD = "same-card"
    PRINTER = "printer"
    SIGNED_OUT = "signed-out"
    LINE_CUT = "line-cut"
    LINE_BACK = "line-back"
    SENT = "sent"
    CLOCK = "clock"
    MANAGER_NEEDED = "manager-needed"
    NOTHING_TO_VOID = "nothing-to-void"
    AMOUNT_TOO_LARGE = "amount-too-large"
    RECOVERED = "recovered"
    STAN_SKIPPED = "stan-skipped"
    TENDER_BACK = "tender-back"
    DAY_CLOSED = "day-closed"
    KEYS_IN_FILE = "keys-in-file"
    NO_UNDO = "no-undo"
    SOURCE_REFUSED = "source-refused"
    CARD_STOPPED = "card-stopped"
    CARD_FREED = "card-freed"
    CANT_NOW = "cant-now"
    BALANCE_CHANGED = "balance-changed"
    NUMBER_TYPED = "number-typed"
    """Words that are written down held a card's number."""


@dataclass(frozen=True, slots=True)
class Notice:
    """``number`` tells a new notice of the same kind from the old one; ``why`` says what is in the way."""

    kind: NoticeKind
    number: int
    fault: CardFault | None = None
    count: int = 0
    amount: Money | None = None
    why: Why | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class TillView:
    """The whole picture. Equal pictures need no redraw. ``more`` is what F7 opens."""

    screen: Screen
    body: Body
    terminal_id: str
    store: str
    training: bool
    currency: Currency
    business_day: BusinessDay
    operator: OperatorView | None
    tasks: tuple[TaskView, ...]
    strip: Strip
    receipts: tuple[ReceiptLine, ...]
    offline: OfflineRoom
    notice: Notice | None = None
    line_cut: bool = False
    more: tuple[TaskView, ...] = ()
