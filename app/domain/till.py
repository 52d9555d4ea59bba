"""The till between two messages: what it knows, what it may look up, and the sheet of paper a step writes on.

:class:`Till` is the small frozen state (who is signed in, what the cashier is doing). :class:`Book` holds the open
transactions and the secrets of the cards in hand; it changes only by applying a commit that is on disk.
A step reads both, writes on a :class:`~app.domain.draft.Draft`, and ends as a :class:`Step`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain import effects as e
from app.domain.card import CardSecret, Issued, Pan, PinBlock, Programme
from app.domain.flow import Flow, Job, SignInFlow
from app.domain.host import LineHealth
from app.domain.ids import BusinessDay, Fresh, SaleId, Stan, TerminalId, TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.messages import ReaderState
from app.domain.money import Currency, Money
from app.domain.policy import CardExposure, CardMemory, Limits, TillExposure
from app.domain.product import BasketLine
from app.domain.sale import Sale
from app.domain.transaction import ALARM_TRIES, WAITING, Transaction
from app.domain.verb import LOADS, SPENDS, Capabilities, Verb, VerbRule
from app.domain.view import Notice, OperatorView

RECEIPTS_SHOWN = 8
"""Rows of "last receipts": what fits beside the screen at 1280 x 800."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is fixed while the till runs: the configuration as the domain sees it."""

    terminal_id: TerminalId
    store: str
    currency: Currency
    programmes: tuple[Programme, ...]
    capabilities: Mapping[str, Capabilities]
    operators: tuple[OperatorView, ...]
    training: bool
    catalogue: tuple[BasketLine, ...] = ()
    demo_pins: tuple[str, ...] = ()
    keys_in_file: bool = False
    cash_out_up_to: Money | None = None
    """The most a cashier pays out without a manager; None: nothing."""

    def programme(self, name: str) -> Programme | None:
        """A programme by its name."""
        return next((programme for programme in self.programmes if programme.name == name), None)

    def makers(self, verb: Verb) -> tuple[Programme, ...]:
        """The programmes whose backend can do a verb, one for each backend: which of them is a question."""
        found: dict[str, Programme] = {}
        for programme in self.programmes:
            if self.rule(programme.face, verb) is not None:
                found.setdefault(programme.face, programme)
        return tuple(found.values())

    def rule(self, face: str, verb: Verb) -> VerbRule | None:
        """A backend's rule for a verb, or None."""
        backend = self.capabilities.get(face)
        return backend.rule(verb) if backend else None

    def pin_in_clear(self, face: str) -> bool:
        """Whether a backend's wire wants a PIN's digits as they are."""
        backend = self.capabilities.get(face)
        return backend is not None and backend.pin_in_clear

    def only_forgets(self, face: str) -> bool:
        """Whether a deletion takes a save back and no more: the card in the customer's hand stays good."""
        saving = self.rule(face, Verb.SAVE)
        return saving is not None and saving.undo is Verb.DELETE


class Shelf(Protocol):
    """What a step may look up on disk. Reading only."""

    def transaction(self, transaction_id: TransactionId) -> Transaction | None:
        """One transaction, open or long settled."""

    def by_stan(self, stan: Stan) -> Transaction | None:
        """The newest transaction with this STAN."""

    def last_undoable(self, day: BusinessDay) -> Transaction | None:
        """The last money movement of the day, if nothing of it was taken back."""

    def card_memory(self, key: str) -> CardMemory | None:
        """What is remembered of a card."""

    def stopped(self, key: str) -> StopEntry | None:
        """Why the shop takes a card no more, or None."""

    def memory_of_account(self, face: str, account_id: str) -> CardMemory | None:
        """What is remembered of a card, by its backend's own id."""

    def made_here(self, key: str, reference: str) -> bool:
        """Whether a transaction of this till on this card has this reference."""

    def card_exposure(self, key: str, day: BusinessDay, currency: Currency) -> CardExposure:
        """What was accepted offline on a card."""

    def sale(self, sale_id: SaleId) -> Sale | None:
        """A sale."""

    def legs_of(self, sale_id: SaleId) -> tuple[Transaction, ...]:
        """The transactions of a sale, oldest first."""

    def open_sales(self) -> tuple[Sale, ...]:
        """Sales that were neither paid nor given up."""

    def unsealed(self, transaction_id: TransactionId) -> CardSecret | Issued | None:
        """The sealed card of an open transaction."""

    def head(self) -> str:
        """The journal chain's head, hex."""

    def z_number(self) -> int:
        """Number of the last Z."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may use besides state and message.

    Attributes:
        now: UTC wall clock.
        local: The till's local time, with zone.
        fresh: New ids.
        shelf: Look-ups.
        card_key: Keyed hash of a card number.
    """

    now: datetime
    local: datetime
    fresh: Fresh
    shelf: Shelf
    setup: Setup
    card_key: Callable[[Pan], str]


@dataclass(frozen=True, slots=True)
class Till:
    """The state a step reads and replaces. Small: everything large is in the journal.

    Attributes:
        stan_count: How many STANs were ever drawn; the next is the one after.
        line_up: False while the line is cut by hand (training).
        health: Per backend, by real calls.
        hooked: The backends that tell unasked when a card was used.
        scanner: None where the till has none.
        sending: Progress of a forward run: (done, total).
        job: What the sale in front is for, where it is one of ``job.PLANS`` that is being paid for.
    """

    business_day: BusinessDay
    stan_count: int
    limits: Limits
    flow: Flow = field(default_factory=SignInFlow)
    operator: OperatorView | None = None
    sale: Sale | None = None
    line_up: bool = True
    health: Mapping[str, LineHealth] = field(default_factory=dict)
    hooked: frozenset[str] = frozenset()
    reader: ReaderState = ReaderState.MISSING
    reader_name: str = ""
    scanner: ReaderState | None = None
    scanner_name: str = ""
    printer_ok: bool = True
    receipts: tuple[Transaction, ...] = ()
    notice: Notice | None = None
    sending: tuple[int, int] | None = None
    job: Job | None = None
    printed: Mapping[TransactionId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """What still needs a call to a host, and what needs a person: the figures of the strip."""

    count: int
    amount: Money
    oldest: datetime | None
    at_desk: int
    alarm: bool


class _InOrder:
    """Some of the open transactions, oldest first, though the repair desk may send an old one round again."""

    def __init__(self) -> None:
        self._kept: dict[TransactionId, Transaction] = {}
        self.minor = 0

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, transaction: Transaction) -> None:
        """Takes it in, or its next state in its place."""
        before = self._kept.get(transaction.id)
        youngest = next(reversed(self._kept), transaction.id)
        self._kept[transaction.id] = transaction
        self.minor += transaction.amount.minor - (before.amount.minor if before else 0)
        if youngest > transaction.id and before is None:
            self._kept = dict(sorted(self._kept.items()))

    def drop(self, transaction_id: TransactionId) -> None:
        """Lets go of it, if it is there."""
        gone = self._kept.pop(transaction_id, None)
        self.minor -= gone.amount.minor if gone else 0

    @property
    def oldest(self) -> datetime | None:
        """When the first was opened."""
        first = next(iter(self._kept.values()), None)
        return first.opened_at if first else None


class Book:
    """The open transactions, and what must never be written down: cards and PIN blocks of this life.

    Changed only by :meth:`apply`, after the commit is on disk.
    """

    def __init__(self, currency: Currency) -> None:
        self._open: dict[TransactionId, Transaction] = {}
        self._secrets: dict[TransactionId, CardSecret | Issued] = {}
        self._pins: dict[TransactionId, PinBlock] = {}
        self._currency = currency
        self._waiting = _InOrder()
        self._queued = _InOrder()
        self._at_desk: set[TransactionId] = set()
        self._alarming: set[TransactionId] = set()
        self._held: dict[Stan, TransactionId] = {}

    def load(self, transactions: tuple[Transaction, ...]) -> None:
        """Takes what the journal holds open, at start-up."""
        for transaction in transactions:
            self._put(transaction)

    def get(self, transaction_id: TransactionId) -> Transaction | None:
        """An open transaction."""
        return self._open.get(transaction_id)

    def __iter__(self) -> Iterator[Transaction]:
        return iter(self._open.values())

    def secret(self, transaction_id: TransactionId) -> CardSecret | Issued | None:
        """The card of a transaction, if it was in hand in this life."""
        return self._secrets.get(transaction_id)

    def pin(self, transaction_id: TransactionId) -> PinBlock | None:
        """The PIN block of a transaction, if it was entered in this life."""
        return self._pins.get(transaction_id)

    def holds(self, stan: Stan) -> bool:
        """Whether an open transaction has this STAN."""
        return stan in self._held

    def exposure(self) -> TillExposure:
        """What was accepted on the issuer's behalf: sum, count, oldest. Kept as it changes: a queue may be long."""
        return TillExposure(Money(self._waiting.minor, self._currency), len(self._waiting), self._waiting.oldest)

    def queue(self) -> Queue:
        """The strip's figures, kept as they change: they stand in every picture."""
        amount = Money(self._queued.minor, self._currency)
        return Queue(len(self._queued), amount, self._queued.oldest, len(self._at_desk), bool(self._alarming))

    def apply(self, commit: e.Commit, pins: Mapping[TransactionId, PinBlock]) -> None:
        """Follows a commit that is on disk."""
        self._pins.update(pins)
        self._secrets.update(commit.secrets)
        for transaction in commit.transactions:
            self._put(transaction)

    def _put(self, transaction: Transaction) -> None:
        if transaction.state in WAITING and transaction.verb in SPENDS | LOADS:
            self._waiting.put(transaction)
        else:
            self._waiting.drop(transaction.id)
        self._count(transaction)
        if transaction.is_open:
            self._open[transaction.id] = transaction
            self._held[transaction.stan] = transaction.id
        else:
            self._open.pop(transaction.id, None)
            if self._held.get(transaction.stan) == transaction.id:  # a refund may touch one from before the wrap
                del self._held[transaction.stan]
            self._secrets.pop(transaction.id, None)
            self._pins.pop(transaction.id, None)

    def _count(self, transaction: Transaction) -> None:
        queued = transaction.is_queued
        if queued:
            self._queued.put(transaction)
        else:
            self._queued.drop(transaction.id)
        alarming = queued and (transaction.tries >= ALARM_TRIES or transaction.overdue)
        for kept, belongs in ((self._alarming, alarming), (self._at_desk, transaction.is_open and transaction.at_desk)):
            if belongs:
                kept.add(transaction.id)
            else:
                kept.discard(transaction.id)


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to: the next state, one commit, then the effects."""

    till: Till
    commit: e.Commit
    effects: tuple[e.Effect, ...]
    pins: Mapping[TransactionId, PinBlock]
