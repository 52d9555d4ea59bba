"""What a step wants done once its commit is on disk, and the commit itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.card import CardSecret, Issued
from app.domain.host import HostRequest
from app.domain.ids import TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.policy import CardMemory
from app.domain.records import CardFreed, CardStopped, Record
from app.domain.sale import Sale
from app.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a preparatory call (balance, account lookup, empty card) past the lanes: it moves nothing."""

    request: HostRequest


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Give the money call to its lane: the card key, or the account where no card is known."""

    transaction_id: TransactionId
    lane: str
    urgent: bool = False
    interactive: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """Put the money call on the wire now: its ``RequestSent``, ``RepeatSent`` or ``ForwardSent`` is committed."""

    request: HostRequest


@dataclass(frozen=True, slots=True)
class Release:
    """The transaction needs its lane no more (settled, or parked until the next attempt)."""

    transaction_id: TransactionId
    again: bool = False


@dataclass(frozen=True, slots=True)
class Print:
    """Print the receipt of a transaction; ``copy`` above zero is a marked reprint."""

    transaction_id: TransactionId
    copy: int = 0


@dataclass(frozen=True, slots=True)
class PrintReport:
    """Print an X or Z report. ``number`` 0 is an X."""

    number: int


@dataclass(frozen=True, slots=True)
class StartPin:
    """Open the PIN pad for a card. The session holds the digits; this is only a request to listen."""

    transaction_id: TransactionId


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """Cut or join the line (training)."""

    up: bool


@dataclass(frozen=True, slots=True)
class Hurry:
    """Try everything that waits now, whatever the back-off says."""


Effect = Hurry | Ask | Enqueue | Send | Release | Print | PrintReport | StartPin | SwitchLine


@dataclass(frozen=True, slots=True)
class StopChange:
    """A card comes onto the stop list, or (``entry`` None) off it."""

    key: str
    entry: StopEntry | None

    @classmethod
    def of(cls, record: Record) -> StopChange | None:
        """What a record changes of the list. This is its whole fold: the last word on a card counts."""
        match record.body:
            case CardStopped(card, operator, why):
                return cls(card.key, StopEntry(card.key, card.last4, card.programme, record.at, operator, why))
            case CardFreed(card):
                return cls(card.key, None)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything of one step that must be on disk before any effect runs: one SQLite transaction.

    Attributes:
        records: Appended in this order.
        transactions: Rows as they stand after those records (the last state of each).
        secrets: What to seal into a row. A row whose transaction needs it no more is erased by the store itself.
        sales: Sale rows as they stand.
        memories: Card memories to write.
        stops: What its records change of the stop list, one word on a card.
    """

    records: tuple[Record, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    secrets: Mapping[TransactionId, CardSecret | Issued] = field(default_factory=dict)
    sales: tuple[Sale, ...] = ()
    memories: tuple[CardMemory, ...] = ()
    stops: tuple[StopChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write (many steps only change the picture)."""
        return not (self.records or self.transactions or self.sales or self.memories or self.stops)
