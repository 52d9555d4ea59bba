"""Reading the journal: each question is one look at an index.

Nothing here counts all rows, skips with OFFSET or looks at settled rows to find open ones; a million rows cost no more
than a thousand. The hot questions name their index (``INDEXED BY``), so that a forgotten one fails instead of slowing
down. A reader may live in any thread, with a connection of its own (:meth:`Journal.reader`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.crypto.seal import SealError, unseal
from app.domain.card import CardSecret, Issued
from app.domain.ids import BusinessDay, SaleId, Stan, TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.money import Currency, Money
from app.domain.policy import CardExposure, CardMemory, TillExposure
from app.domain.records import OfflineSwitched, Record
from app.domain.report import DayReport, Line
from app.domain.sale import Sale
from app.domain.transaction import TAKES_BACK, WAITING, State, Transaction
from app.domain.verb import BETWEEN, LOADS, SPENDS, Verb
from app.domain.view import HourBar
from app.storage.codec import decode_body, decode_record, decode_row, decode_secret, decode_time
from app.storage.database import SEQ_OF, STAN_COUNT, Store, Values
from app.storage.errors import Damaged, StanRefused
from app.storage.reports import Reports
from app.storage.vault import Key, Vault

MAX_HELD = 10_000
"""STANs held one after the other before the search gives up: twice the largest queue a till was planned for."""

_WAITING = ", ".join(f"'{state}'" for state in sorted(WAITING))
_SPENDS = ", ".join(f"'{verb}'" for verb in sorted(SPENDS))
_OURS = ", ".join(f"'{verb}'" for verb in sorted(SPENDS | LOADS))
_NO_WAY_BACK = BETWEEN | {Verb.GIFT}
_MOVES = ", ".join(f"'{verb}'" for verb in sorted(TAKES_BACK | _NO_WAY_BACK))
_NOT_TAKEN = ", ".join(f"'{state}'" for state in sorted((State.CANCELLED, State.DECLINED)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it lies in the journal."""

    seq: int
    record: Record
    mac: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction and its place in the journal: ``seq`` is that of its first record, the key of history pages."""

    seq: int
    transaction: Transaction

    def as_json(self) -> dict[str, str | int | bool | None]:
        """One object of ``journal list --json``."""
        told = self.transaction
        return {
            "seq": self.seq,
            "stan": told.stan.digits,
            "business_day": told.business_day,
            "opened_at": told.opened_at.isoformat(),
            "verb": told.verb.value,
            "state": told.state.value,
            "amount": told.amount.minor,
            "currency": told.amount.currency.value,
            "card": told.card.last4 if told.card else "",
            "face": told.face,
            "terminal_id": told.terminal_id,
            "order_ref": told.order_ref,
            "transaction_ref": told.transaction_ref,
            "host_id": told.host_id,
            "original_stan": told.original_stan.digits if told.original_stan else None,
            "offline": told.offline,
            "tries": told.tries,
            "reason": told.reason,
        }


class JournalReader:
    """Everything that can be asked of a journal."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._reports = Reports(store)

    def close(self) -> None:
        """Gives the connection back."""
        self._store.close()

    # --- transactions

    def open_transactions(self) -> tuple[Transaction, ...]:
        """All that is left to do, oldest first."""
        rows = self._store.all("SELECT body FROM txn INDEXED BY txn_open WHERE open = 1 ORDER BY seq")
        return tuple(decode_row(Transaction, body) for (body,) in rows)

    def oldest_open(self) -> Transaction | None:
        """What has waited longest."""
        return self._transaction("SELECT body FROM txn INDEXED BY txn_open WHERE open = 1 ORDER BY seq LIMIT 1")

    def open_count(self) -> int:
        """How much is left to do."""
        return self._number("SELECT count(*) FROM txn INDEXED BY txn_open WHERE open = 1")

    def transaction(self, transaction_id: TransactionId) -> Transaction | None:
        """One by its id."""
        return self._transaction(f"SELECT body FROM txn WHERE seq = {SEQ_OF}", {"id": transaction_id})  # noqa: S608 - constant

    def by_stan(self, stan: Stan, day: BusinessDay | None = None) -> Transaction | None:
        """The latest with a STAN: on one business day, or of all."""
        where, values = ("AND business_day = ?", (stan.digits, day)) if day else ("", (stan.digits,))
        return self._transaction(
            f"SELECT body FROM txn INDEXED BY txn_stan WHERE stan = ? {where} ORDER BY seq DESC LIMIT 1",  # noqa: S608 - constant text
            values,
        )

    def last_transactions(self, count: int) -> tuple[Transaction, ...]:
        """The newest, newest first."""
        return tuple(row.transaction for row in self.rows_before(None, count))

    def last_undoable(self, day: BusinessDay) -> Transaction | None:
        """The last money movement of a business day, if there is a way back and nothing of it was taken back: never the
        one before it, which is another customer's. A reservation that stands is a movement, too; it is released.
        """
        rows = self._store.all(
            f"""
            SELECT body FROM txn NOT INDEXED
            WHERE seq > (SELECT day_start FROM till) AND business_day = ?
              AND (verb IN ({_MOVES}) OR verb = 'authorize' AND json_extract(body, '$.particulars.standing'))
              AND state IN ('APPROVED', 'STORED', 'FORWARDING', 'REVERSING', 'REVERSED')
            ORDER BY seq DESC LIMIT 1
            """,  # noqa: S608 - constant text
            (day,),
        )
        last = decode_row(Transaction, rows[0][0]) if rows else None
        if last is None or last.verb not in TAKES_BACK - _NO_WAY_BACK:
            return None
        return last if last.counts and not last.refunded else None

    def page(self, before: int | None, limit: int) -> tuple[tuple[Transaction, ...], int | None]:
        """A page of history, newest first, and the key of the next page (None: there is none)."""
        rows = self.rows_before(before, limit + 1)
        shown = rows[:limit]
        return tuple(row.transaction for row in shown), shown[-1].seq if len(rows) > limit else None

    def rows_before(self, before: int | None, limit: int) -> tuple[Row, ...]:
        """Transactions older than a place in the journal (None: the newest), newest first."""
        start = before if before is not None else 2**62
        rows = self._store.all("SELECT seq, body FROM txn WHERE seq < ? ORDER BY seq DESC LIMIT ?", (start, limit))
        return tuple(Row(seq, decode_row(Transaction, body)) for seq, body in rows)

    def rows(self) -> Iterator[Row]:
        """Every transaction, oldest first, in pages."""
        for seq, body in self._store.pages("SELECT seq, body FROM txn WHERE seq > ?"):
            yield Row(seq, decode_row(Transaction, body))

    def unsealed(self, transaction_id: TransactionId) -> CardSecret | Issued | None:
        """The card kept with a transaction, or None where it was erased or never kept.

        Raises:
            Damaged: the blob does not open with this till's key, or belongs to another row.
        """
        row = self._store.one(f"SELECT sealed FROM txn WHERE seq = {SEQ_OF}", {"id": transaction_id})  # noqa: S608 - constant
        if row is None or row[0] is None:
            return None
        try:
            plain = unseal(self._vault.key(Key.SEAL), row[0], transaction_id.encode())
        except SealError as error:
            raise Damaged(f"a sealed card: {error.code.value}") from None
        return decode_secret(plain)

    # --- records

    def records_of(self, transaction_id: TransactionId) -> tuple[Record, ...]:
        """The life of a transaction, in order."""
        rows = self._store.all(
            "SELECT at, txn, kind, body FROM record INDEXED BY record_txn WHERE txn = ? ORDER BY seq",
            (transaction_id,),
        )
        return tuple(decode_record(*row) for row in rows)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every record after a place in the journal, in pages."""
        sql = "SELECT seq, at, txn, kind, body, mac FROM record WHERE seq > ?"
        for seq, at, txn, kind, body, mac in self._store.pages(sql, after):
            yield Entry(seq, decode_record(at, txn, kind, body), mac)

    # --- sales and cards

    def sales(self, *, open_only: bool) -> tuple[Sale, ...]:
        """Sales, oldest first; all of them only where somebody exports them."""
        where = "INDEXED BY sale_open WHERE open = 1" if open_only else ""
        rows = self._store.all(f"SELECT body FROM sale {where} ORDER BY id")  # noqa: S608 - constant text
        return tuple(decode_row(Sale, body) for (body,) in rows)

    def open_sales(self) -> tuple[Sale, ...]:
        """Sales that were neither paid nor given up."""
        return self.sales(open_only=True)

    def sale(self, sale_id: SaleId) -> Sale | None:
        """One by its id."""
        row = self._store.one("SELECT body FROM sale WHERE id = ?", (sale_id,))
        return decode_row(Sale, row[0]) if row else None

    def legs_of(self, sale_id: SaleId) -> tuple[Transaction, ...]:
        """The transactions of a sale, in order."""
        rows = self._store.all(
            "SELECT body FROM txn INDEXED BY txn_sale WHERE sale = ? ORDER BY seq",
            (sale_id,),
        )
        return tuple(decode_row(Transaction, body) for (body,) in rows)

    def card_memory(self, key: str) -> CardMemory | None:
        """What the till remembers of a card, by keyed hash."""
        row = self._store.one("SELECT body FROM card_memory WHERE key = ?", (key,))
        return decode_row(CardMemory, row[0]) if row else None

    def stopped(self, key: str) -> StopEntry | None:
        """Who stopped a card here, when and why; None for a card that may be taken."""
        row = self._store.one("SELECT body FROM stop WHERE key = ?", (key,))
        return decode_row(StopEntry, row[0]) if row else None

    def stop_list(self) -> tuple[StopEntry, ...]:
        """The cards this shop takes no more, oldest first."""
        return tuple(decode_row(StopEntry, body) for (body,) in self._store.all("SELECT body FROM stop ORDER BY seq"))

    def memory_of_account(self, face: str, account_id: str) -> CardMemory | None:
        """The same by the backend's own id of the card."""
        row = self._store.one(
            """
            SELECT body FROM card_account JOIN card_memory USING (key) WHERE face = ? AND account_id = ?
            """,
            (face, account_id),
        )
        return decode_row(CardMemory, row[0]) if row else None

    def made_here(self, key: str, reference: str) -> bool:
        """Whether a transaction of this till on this card (its keyed hash) has this reference."""
        row = self._store.one(
            """
            SELECT 1 FROM txn INDEXED BY txn_card
            WHERE card = ? AND lower(json_extract(body, '$.transaction_ref')) = ?
            """,
            (key, reference.lower()),
        )
        return row is not None

    def card_exposure(self, key: str, day: BusinessDay, currency: Currency) -> CardExposure:
        """What was accepted offline on one card."""
        row = self._store.one(
            f"""
            SELECT coalesce(sum(amount) FILTER (WHERE state IN ({_WAITING}) AND verb IN ({_SPENDS})), 0),
                   coalesce(sum(amount) FILTER (WHERE business_day = :day AND state NOT IN ({_NOT_TAKEN})), 0),
                   count(*) FILTER (WHERE business_day = :day AND state NOT IN ({_NOT_TAKEN}))
            FROM txn INDEXED BY txn_card
            WHERE card = :card AND offline = 1 AND verb IN ({_OURS}) AND currency = :currency
            """,  # noqa: S608 - constant text
            {"card": key, "day": day, "currency": currency.value},
        )
        unsent, today, count = row or (0, 0, 0)
        return CardExposure(Money(unsent, currency), Money(today, currency), count)

    def till_exposure(self, currency: Currency) -> TillExposure:
        """What waits in the queue: spends and loads the host was not told of yet."""
        row = self._store.one(
            f"""
            SELECT coalesce(sum(amount), 0), count(*), min(seq) FROM txn INDEXED BY txn_open
            WHERE open = 1 AND state IN ({_WAITING}) AND verb IN ({_OURS}) AND currency = ?
            """,  # noqa: S608 - constant text
            (currency.value,),
        )
        amount, count, seq = row or (0, 0, None)
        oldest = self._store.one("SELECT at FROM record WHERE seq = ?", (seq,)) if seq is not None else None
        return TillExposure(Money(amount, currency), count, decode_time(oldest[0]) if oldest else None)

    # --- counters and days

    def last_stan_count(self) -> int:
        """How many STANs this till has drawn in its life."""
        return self._number(STAN_COUNT)

    def free_stan_count(self, day: BusinessDay) -> int:
        """The count of the next STAN that nothing open and nothing of this business day holds.

        Raises:
            StanRefused: the next :data:`MAX_HELD` are all held.
        """
        first = self.last_stan_count() + 1
        for count in range(first, first + MAX_HELD):
            if not self.stan_held(Stan.from_count(count), day):
                return count
        raise StanRefused(f"{MAX_HELD} in a row are held")

    def stan_held(self, stan: Stan, day: BusinessDay) -> bool:
        """Whether an open transaction, or any of this business day, has this STAN."""
        return (
            self._store.one(
                "SELECT 1 FROM txn INDEXED BY txn_stan WHERE stan = ? AND (business_day = ? OR open = 1) LIMIT 1",
                (stan.digits, day),
            )
            is not None
        )

    def business_day(self) -> BusinessDay | None:
        """The day sales are counted on now; None in a journal that has seen neither a sale nor a Z."""
        row = self._store.one("SELECT business_day FROM till")
        return BusinessDay(row[0]) if row and row[0] else None

    def z_number(self) -> int:
        """The number of the last Z; 0 before the first."""
        return self._number("SELECT z_number FROM till")

    def day_report(self) -> DayReport:
        """The figures since the last Z (an X)."""
        return self._reports.since_last_z()

    def closed_report(self, number: int) -> DayReport | None:
        """The figures of a numbered Z, as it stood when the day was closed; None if there is no such Z."""
        return self._reports.closed(number)

    def sales_today(self) -> Line:
        """Gift cards taken as payment since the last Z, less what was given back: home shows it after every message."""
        return self._reports.sales_today()

    def hours(self, day: BusinessDay) -> tuple[HourBar, ...]:
        """The chart of a day: what was paid and loaded, by the hour of the till's own clock; empty hours left out."""
        return self._reports.hours(day)

    def offline_enabled(self) -> bool | None:
        """What a manager last said of standing in for the issuer; None if nobody ever did."""
        row = self._store.one(
            "SELECT body FROM record INDEXED BY record_offline WHERE kind = 'OfflineSwitched' ORDER BY seq DESC LIMIT 1"
        )
        body = decode_body("OfflineSwitched", row[0]) if row else None
        return body.enabled if isinstance(body, OfflineSwitched) else None

    @property
    def training(self) -> bool:
        """Whether this is the journal of training mode."""
        row = self._store.one("SELECT value FROM stamp WHERE name = 'environment'")
        return row is not None and row[0] == "training"

    def _transaction(self, sql: str, values: Values = ()) -> Transaction | None:
        row = self._store.one(sql, values)
        return decode_row(Transaction, row[0]) if row else None

    def _number(self, sql: str) -> int:
        row = self._store.one(sql)
        return int(row[0]) if row else 0
