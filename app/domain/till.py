"""The till between two messages: what it knows, what it may look up, and the sheet of paper a step writes on.

:class:`Till` is the small frozen state (who is signed in, what the cashier is doing). :class:`Book` holds the open
transactions and the secrets of the cards in hand; it changes only by applying a commit that is on disk.
:class:`Draft` is one step's scratch paper: it reads both, collects records and effects, and ends as a :class:`Step`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from app.domain import effects as e
from app.domain import records as r
from app.domain.card import CardRef, CardSecret, IssuedSecret, Pan, PinBlock, Programme
from app.domain.flow import Flow, SignInFlow
from app.domain.host import LineHealth
from app.domain.ids import BusinessDay, Fresh, OperatorId, SaleId, Stan, TerminalId, TransactionId
from app.domain.messages import ReaderState
from app.domain.money import Currency, Money, zero
from app.domain.policy import CardExposure, CardMemory, Limits, TillExposure
from app.domain.product import BasketLine
from app.domain.sale import Sale
from app.domain.transaction import WAITING, Transaction, apply
from app.domain.verb import LOADS, SPENDS, Capabilities, Verb, VerbRule
from app.domain.view import Notice, NoticeKind, OperatorView

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

    def rule(self, face: str, verb: Verb) -> VerbRule | None:
        """A backend's rule for a verb, or None."""
        backend = self.capabilities.get(face)
        return backend.rule(verb) if backend else None


class Shelf(Protocol):
    """What a step may look up on disk. Reading only."""

    def transaction(self, transaction_id: TransactionId) -> Transaction | None:
        """One transaction, open or long settled."""

    def by_stan(self, stan: Stan) -> Transaction | None:
        """The newest transaction with this STAN."""

    def last_undoable(self, day: BusinessDay) -> Transaction | None:
        """The newest booked or accepted money movement of the day that was not taken back."""

    def card_memory(self, key: str) -> CardMemory | None:
        """What is remembered of a card."""

    def card_exposure(self, key: str, day: BusinessDay, currency: Currency) -> CardExposure:
        """What was accepted offline on a card."""

    def sale(self, sale_id: SaleId) -> Sale | None:
        """A sale."""

    def legs_of(self, sale_id: SaleId) -> tuple[Transaction, ...]:
        """The transactions of a sale, oldest first."""

    def open_sales(self) -> tuple[Sale, ...]:
        """Sales that were neither paid nor given up."""

    def unsealed(self, transaction_id: TransactionId) -> CardSecret | IssuedSecret | None:
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
        failed_sends: Consecutive unanswered tries of the worst queued item; six raise the alarm.
        sending: Progress of a forward run: (done, total).
    """

    business_day: BusinessDay
    stan_count: int
    limits: Limits
    flow: Flow = field(default_factory=SignInFlow)
    operator: OperatorView | None = None
    sale: Sale | None = None
    line_up: bool = True
    health: Mapping[str, LineHealth] = field(default_factory=dict)
    reader: ReaderState = ReaderState.MISSING
    reader_name: str = ""
    printer_ok: bool = True
    receipts: tuple[Transaction, ...] = ()
    notice: Notice | None = None
    sending: tuple[int, int] | None = None
    printed: Mapping[TransactionId, int] = field(default_factory=dict)


class Book:
    """The open transactions, and what must never be written down: cards and PIN blocks of this life.

    Changed only by :meth:`apply`, after the commit is on disk.
    """

    def __init__(self, currency: Currency) -> None:
        self._open: dict[TransactionId, Transaction] = {}
        self._secrets: dict[TransactionId, CardSecret | IssuedSecret] = {}
        self._pins: dict[TransactionId, PinBlock] = {}
        self._currency = currency
        self._waiting_amount = 0
        self._waiting: dict[TransactionId, Transaction] = {}
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

    def secret(self, transaction_id: TransactionId) -> CardSecret | IssuedSecret | None:
        """The card of a transaction, if it was in hand in this life."""
        return self._secrets.get(transaction_id)

    def pin(self, transaction_id: TransactionId) -> PinBlock | None:
        """The PIN block of a transaction, if it was entered in this life."""
        return self._pins.get(transaction_id)

    def holds(self, stan: Stan) -> bool:
        """Whether an open transaction has this STAN."""
        return stan in self._held

    def exposure(self) -> TillExposure:
        """The queue: sum, count, oldest. O(1) but for the first key."""
        oldest = next(iter(self._waiting.values()), None)
        return TillExposure(
            Money(self._waiting_amount, self._currency), len(self._waiting), oldest.opened_at if oldest else None
        )

    def apply(self, commit: e.Commit, pins: Mapping[TransactionId, PinBlock]) -> None:
        """Follows a commit that is on disk."""
        self._pins.update(pins)
        self._secrets.update(commit.secrets)
        for transaction in commit.transactions:
            self._put(transaction)

    def _put(self, transaction: Transaction) -> None:
        before = self._waiting.get(transaction.id)
        if before is not None:
            self._waiting_amount -= before.amount.minor
        if transaction.state in WAITING and transaction.verb in SPENDS | LOADS:
            self._waiting[transaction.id] = transaction  # in place: the dictionary stays in order of acceptance
            self._waiting_amount += transaction.amount.minor
        else:
            self._waiting.pop(transaction.id, None)
        if transaction.is_open:
            self._open[transaction.id] = transaction
            self._held[transaction.stan] = transaction.id
        else:
            self._open.pop(transaction.id, None)
            self._held.pop(transaction.stan, None)
            self._secrets.pop(transaction.id, None)
            self._pins.pop(transaction.id, None)


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to: the next state, one commit, then the effects."""

    till: Till
    commit: e.Commit
    effects: tuple[e.Effect, ...]
    pins: Mapping[TransactionId, PinBlock]


class Draft:
    """One step's scratch paper."""

    def __init__(self, till: Till, book: Book, context: Context) -> None:
        self.till = till
        self.book = book
        self.context = context
        self.setup = context.setup
        self.effects: list[e.Effect] = []
        self._records: list[r.Record] = []
        self._changed: dict[TransactionId, Transaction] = {}
        self._secrets: dict[TransactionId, CardSecret | IssuedSecret] = {}
        self._sales: dict[SaleId, Sale] = {}
        self._memories: dict[str, CardMemory] = {}
        self._pins: dict[TransactionId, PinBlock] = {}

    def finish(self) -> Step:
        """The step."""
        commit = e.Commit(
            tuple(self._records),
            tuple(self._changed.values()),
            self._secrets,
            tuple(self._sales.values()),
            tuple(self._memories.values()),
        )
        return Step(self.till, commit, tuple(self.effects), self._pins)

    # --- reading, with this step's own changes on top

    def transaction(self, transaction_id: TransactionId) -> Transaction | None:
        """A transaction as this step left it so far."""
        return (
            self._changed.get(transaction_id)
            or self.book.get(transaction_id)
            or self.context.shelf.transaction(transaction_id)
        )

    def open_transactions(self) -> list[Transaction]:
        """All open ones, as this step left them so far."""
        merged = {transaction.id: transaction for transaction in self.book}
        merged.update(self._changed)
        return [transaction for transaction in merged.values() if transaction.is_open]

    def secret(self, transaction_id: TransactionId) -> CardSecret | IssuedSecret | None:
        """The card of a transaction: from memory (with CVC), else unsealed (without)."""
        return (
            self._secrets.get(transaction_id)
            or self.book.secret(transaction_id)
            or self.context.shelf.unsealed(transaction_id)
        )

    def pin(self, transaction_id: TransactionId) -> PinBlock | None:
        """The PIN block, if it was entered in this life."""
        return self._pins.get(transaction_id) or self.book.pin(transaction_id)

    def sale(self, sale_id: SaleId | None) -> Sale | None:
        """A sale as this step left it so far."""
        if sale_id is None:
            return None
        current = self.till.sale
        if sale_id in self._sales:
            return self._sales[sale_id]
        if current is not None and current.id == sale_id:
            return current
        return self.context.shelf.sale(sale_id)

    def legs(self, sale_id: SaleId) -> list[Transaction]:
        """The transactions of a sale, oldest first."""
        merged = {leg.id: leg for leg in self.context.shelf.legs_of(sale_id)}
        merged.update({leg.id: leg for leg in self._changed.values() if leg.sale_id == sale_id})
        return list(merged.values())

    def rest(self, sale: Sale) -> Money:
        """What is still to pay."""
        return sale.rest(self.legs(sale.id))

    def memory(self, key: str) -> CardMemory | None:
        """What is remembered of a card."""
        return self._memories.get(key) or self.context.shelf.card_memory(key)

    def line_up(self, face: str) -> bool:
        """Whether a call to this backend is worth trying: not cut by hand, and its last real call came back."""
        health = self.till.health.get(face)
        return self.till.line_up and (health is None or health.up)

    @property
    def operator(self) -> OperatorId:
        """Who acts."""
        return OperatorId(self.till.operator.id if self.till.operator else "")

    @property
    def nothing(self) -> Money:
        """No money, in the till's currency."""
        return zero(self.setup.currency)

    # --- writing

    def go(self, flow: Flow) -> None:
        """The cashier now looks at this."""
        self.till = replace(self.till, flow=flow)

    def write(self, body: r.TillBody) -> None:
        """A record of the till's own."""
        self._records.append(r.Record(self.context.now, None, body))

    def record(self, transaction_id: TransactionId, body: r.TransactionBody) -> Transaction:
        """A record of a transaction; the transaction as it stands after it.

        Raises:
            Refused: the table has no such pair; nothing was written.
        """
        record = r.Record(self.context.now, transaction_id, body)
        before = self._changed.get(transaction_id) or self.book.get(transaction_id)
        if before is None and not isinstance(body, r.Opened):
            before = self.context.shelf.transaction(transaction_id)
        after = apply(before, record)
        self._records.append(record)
        self._changed[transaction_id] = after
        self._show_receipt_line(after)
        return after

    def open(
        self,
        verb: Verb,
        amount: Money,
        card: CardRef | None,
        *,
        sale: Sale | None = None,
        original: Transaction | None = None,
        products: tuple[BasketLine, ...] = (),
        face: str = "",
    ) -> Transaction:
        """A new transaction with its STAN and references, and the card if there is one."""
        fresh = self.context.fresh
        count = self._next_stan_count()
        self.till = replace(self.till, stan_count=count)
        transaction_id = fresh.transaction_id()
        opened = r.Opened(
            verb=verb,
            amount=amount,
            stan=Stan.from_count(count),
            order_ref=original.order_ref if original else fresh.order_ref(),
            transaction_ref=fresh.transaction_ref(),
            terminal_id=self.setup.terminal_id,
            business_day=self.till.business_day,
            local_time=self.context.local,
            operator=self.operator,
            sale_id=sale.id if sale else (original.sale_id if original else None),
            face=face or (card.face if card else ""),
            original=original.id if original else None,
            original_stan=original.stan if original else None,
            products=products,
        )
        transaction = self.record(transaction_id, opened)
        return self.record(transaction_id, r.CardPresented(card)) if card else transaction

    def _next_stan_count(self) -> int:
        """The next number that no open transaction still holds (the counter wraps after 999,999)."""
        count = self.till.stan_count + 1
        # bounded: each turn skips one held number, and the offline policy bounds how many are held
        while self.book.holds(Stan.from_count(count)):
            count += 1
        return count

    def keep_secret(self, transaction_id: TransactionId, secret: CardSecret | IssuedSecret) -> None:
        """Seal this with the commit."""
        self._secrets[transaction_id] = secret

    def keep_pin(self, transaction_id: TransactionId, block: PinBlock) -> None:
        """Hold this in memory until the transaction is settled."""
        self._pins[transaction_id] = block

    def put_sale(self, sale: Sale) -> None:
        """The sale as it stands now."""
        self._sales[sale.id] = sale
        if self.till.sale is not None and self.till.sale.id == sale.id:
            self.till = replace(self.till, sale=None if sale.closed else sale)

    def remember(self, memory: CardMemory) -> None:
        """What is known of a card now."""
        self._memories[memory.key] = memory

    def notice(self, kind: NoticeKind, **details: object) -> None:
        """A short line for the cashier."""
        number = self.till.notice.number + 1 if self.till.notice else 1
        self.till = replace(self.till, notice=replace(Notice(kind, number), **details))  # type: ignore[arg-type]  # fields of Notice

    def _show_receipt_line(self, transaction: Transaction) -> None:
        shown = [line for line in self.till.receipts if line.id != transaction.id]
        worth = transaction.state.value not in ("OPEN", "CARD_READ", "READY", "CANCELLED")
        if worth:
            shown = sorted([transaction, *shown], key=lambda line: line.id, reverse=True)[:RECEIPTS_SHOWN]
        self.till = replace(self.till, receipts=tuple(shown))
