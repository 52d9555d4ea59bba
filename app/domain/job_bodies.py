"""Bodies of the screens behind F7: questions, confirmations, lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.bodies import CardView
from app.domain.frame import ReceiptLine
from app.domain.host import Cause, Decline, StoredCard
from app.domain.ids import TransactionId
from app.domain.job import Question
from app.domain.messages import Task
from app.domain.money import Money


class Warn(StrEnum):
    """What a person must know before Enter. Each is a sentence."""

    BALANCE_MOVES = "balance-moves"
    """The money goes to a new card with a new number."""
    SOURCE_ENDS = "source-ends"
    SOURCES_END = "sources-end"
    BOTH_USE_IT = "both-use-it"
    """Sharing: both pay with the same money."""
    LEAVES_OWNER = "leaves-owner"
    """A gift: the card is the recipient's alone from now on."""
    CARD_ENDS = "card-ends"
    CARD_STAYS = "card-stays"
    """Only what the backend keeps of it is deleted."""
    OLD_PIN_DIES = "old-pin-dies"
    TOLD_ONCE = "told-once"
    """The codes are shown and printed this once and can't be read again."""
    CASH_FROM_DRAWER = "cash-from-drawer"
    RESERVATION_ENDS = "reservation-ends"
    NO_UNDO = "no-undo"
    """The backend has no way back."""
    EACH_IS_ONE = "each-is-one"
    """Every card of the range is a transaction of its own; what fails stands on the list."""


@dataclass(frozen=True, slots=True)
class QuestionBody:
    """Something is typed: who keeps the card, who gets it, why, from which to which, how many.

    Attributes:
        backend: Whose customer, whose card.
        most: The longest or largest answer that is taken.
        wrong: The last answer was none; the screen says what one looks like.
        numbers: For a first or last card: whether card numbers are asked for (else ids such as BOX1-0001).
        suggested: What stands there to begin with. For a first or last card it may be a number: never in a repr.
    """

    task: Task
    question: Question
    backend: str
    card: CardView | None = None
    most: int = 0
    wrong: bool = False
    numbers: bool = False
    suggested: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A card that will give its money away. Balance None is "not known", never zero."""

    card: CardView
    balance: Money | None


@dataclass(frozen=True, slots=True)
class SourcesBody:
    """Which cards go into ``target``. ``asking``: the last swiped one is being looked up."""

    target: CardView
    target_balance: Money | None
    sources: tuple[SourceRow, ...]
    total: Money
    asking: bool
    most: int


@dataclass(frozen=True, slots=True)
class ConfirmBody:
    """All of it once more, and what a person must know, before Enter.

    Attributes:
        end_source: For a transfer: whether the old card ends; None where that is no question.
        first, last: Of a range: ids as they are, numbers by their last four digits.
        count: How many cards (a range, blanks), or how many hours.
        each: What each card of a range is worth; ``amount`` is all of it.
    """

    task: Task
    backend: str
    card: CardView | None = None
    balance: Money | None = None
    amount: Money | None = None
    each: Money | None = None
    customer: str = ""
    recipient: str = ""
    sources: tuple[SourceRow, ...] = ()
    first: str = ""
    last: str = ""
    count: int = 0
    end_source: bool | None = None
    end_possible: bool = False
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class CardsBody:
    """Cards that a backend keeps. ``customer`` is empty for all of the account's.

    Attributes:
        task: What one is chosen for; None opens its sheet.
        asking: The list or a page is on its way.
        more: Whether there is another page.
        detailed: The card whose details were asked for and came.
    """

    backend: str
    customer: str
    task: Task | None
    cards: tuple[StoredCard, ...]
    more: bool
    asking: bool
    refused: Decline | Cause | None
    detailed: StoredCard | None = None


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """Money that is held on a card."""

    line: ReceiptLine
    card: CardView | None
    since: datetime
    busy: bool
    """A capture or a release of it is under way."""


@dataclass(frozen=True, slots=True)
class ReservationsBody:
    """All reservations that stand, oldest first, and what they hold together."""

    rows: tuple[ReservationRow, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class StopEntry:
    """A card on the stop list, with who put it there and why."""

    key: str
    last4: str
    programme: str
    at: datetime
    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class StopListBody:
    """The till's own list. Only a manager takes a card off it."""

    rows: tuple[StopEntry, ...]
    can_free: bool


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A card of the range that did not simply get its value."""

    transaction_id: TransactionId
    last4: str
    stan: str
    reason: Decline | Cause | None
    checking: bool


@dataclass(frozen=True, slots=True)
class RangeBody:
    """A range on its way, and what came of it.

    Attributes:
        done, refused, waiting: How many; together ``count``. Doubtful ones count as waiting until a host or a person
            has spoken.
        each: What each card gets.
        given_back: What the drawer owes the customer for those that failed.
        problems: Those that failed or are being checked, first ones first.
        more: How many problems are not shown.
    """

    count: int
    done: int
    refused: int
    waiting: int
    each: Money
    given_back: Money | None
    problems: tuple[RangeRow, ...]
    more: int
    over: bool
