"""One step's scratch paper: reads the till, collects records and effects, ends as a step."""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain import records as r
from app.domain.business import has_business, stop_entry
from app.domain.card import CardRef, CardSecret, EntryMode, Issued, PinBlock
from app.domain.flow import CardInHand, Flow
from app.domain.ids import OperatorId, SaleId, Stan, TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.money import Money, zero
from app.domain.offers import Standing, line_up
from app.domain.particulars import NONE, Particulars
from app.domain.policy import CardMemory
from app.domain.product import BasketLine
from app.domain.sale import Sale
from app.domain.till import RECEIPTS_SHOWN, Book, Context, Step, Till
from app.domain.transaction import Transaction, apply
from app.domain.verb import Verb
from app.domain.view import Notice, NoticeKind


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
        self._secrets: dict[TransactionId, CardSecret | Issued] = {}
        self._sales: dict[SaleId, Sale] = {}
        self._memories: dict[str, CardMemory] = {}
        self._pins: dict[TransactionId, PinBlock] = {}

    def finish(self) -> Step:
        """The step."""
        changes = [change for change in map(e.StopChange.of, self._records) if change is not None]
        commit = e.Commit(
            tuple(self._records),
            tuple(self._changed.values()),
            self._secrets,
            tuple(self._sales.values()),
            tuple(self._memories.values()),
            tuple({change.key: change for change in changes}.values()),
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

    def secret(self, transaction_id: TransactionId) -> CardSecret | Issued | None:
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

    def open_sales(self) -> list[Sale]:
        """Sales that were neither paid nor given up, as this step left them so far."""
        merged = {sale.id: sale for sale in self.context.shelf.open_sales()}
        merged.update(self._sales)
        return [sale for sale in merged.values() if not sale.closed]

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
        """Whether a call to this backend is worth trying."""
        return line_up(self.till, face)

    def standing(self, card: CardInHand | None = None, balance: Money | None = None) -> Standing:
        """What decides whether something may be done, with a card where there is one."""
        stopped = card is not None and self.is_stopped(card.ref)
        busy = card is not None and self.has_business(card.ref)
        reserved = any(t.is_reservation and t.particulars.standing for t in self.open_transactions())
        return Standing(self.till, self.setup, stopped, balance, busy, reserved)

    def has_business(self, card: CardRef) -> bool:
        """Whether something of a card is not settled: on its way, queued, in doubt, or reserved."""
        return has_business(card, self.open_transactions())

    def is_stopped(self, card: CardRef) -> bool:
        """Whether the shop takes a card no more."""
        return stop_entry(card, self.context.shelf) is not None

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
        self._show_receipt_line(after, new=before is None or not before.is_told)
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
        particulars: Particulars = NONE,
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
            particulars=particulars,
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

    def keep_secret(self, transaction_id: TransactionId, secret: CardSecret | Issued) -> None:
        """Seal this with the commit."""
        self._secrets[transaction_id] = secret

    def keep_pin(self, transaction_id: TransactionId, block: PinBlock) -> None:
        """Hold this in memory until the transaction is settled."""
        self._pins[transaction_id] = block

    def put_sale(self, sale: Sale) -> None:
        """The sale as it stands now."""
        self._sales[sale.id] = sale
        if self.till.sale is not None and self.till.sale.id == sale.id:
            # what it was opened for ends with it
            closed = sale.closed
            self.till = replace(self.till, sale=None if closed else sale, job=None if closed else self.till.job)

    def remember(self, memory: CardMemory) -> None:
        """What is known of a card now."""
        self._memories[memory.key] = memory

    def stop_card(self, card: CardRef, why: str) -> None:
        """The shop takes this card no more."""
        self.write(r.CardStopped(card, self.operator, why))

    def free_card(self, entry: StopEntry) -> None:
        """The shop takes this card again."""
        card = CardRef(entry.key, entry.last4, entry.programme, face="", entry=EntryMode.KEYED)
        self.write(r.CardFreed(card, self.operator))

    def notice(self, kind: NoticeKind, **details: object) -> None:
        """A short line for the cashier."""
        number = self.till.notice.number + 1 if self.till.notice else 1
        self.till = replace(self.till, notice=replace(Notice(kind, number), **details))  # type: ignore[arg-type]  # fields of Notice

    def _show_receipt_line(self, transaction: Transaction, *, new: bool) -> None:
        """Newest first, in the order they were told: a clock that was set back hides nothing."""
        shown = list(self.till.receipts)
        place = next((at for at, line in enumerate(shown) if line.id == transaction.id), None)
        if place is None:
            shown[:0] = [transaction] if new and transaction.is_told else []
        elif transaction.is_told:
            shown[place] = transaction
        else:
            del shown[place]
        self.till = replace(self.till, receipts=tuple(shown[:RECEIPTS_SHOWN]))
