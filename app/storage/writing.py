"""One step's rows, as they go into the database: the hot path of every sale.

Written with plain statements; sqlite-utils' ``insert`` looks the schema up three times a row. Everything here runs
inside :meth:`Store.commit`: an exception undoes all of it. It may run twice (a full disk is tried again with the
reserve freed), so it keeps what it found out apart from what it was given.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from app.crypto.seal import seal
from app.domain.effects import Commit, StopChange
from app.domain.ids import STAN_CYCLE, BusinessDay, SaleId, Stan, TransactionId
from app.domain.records import (
    Body,
    CardPresented,
    DayClosed,
    Opened,
    SaleClosed,
    SaleOpened,
    StanSkipped,
    TenderTaken,
)
from app.domain.transaction import FINAL, Transaction
from app.storage.chain import link
from app.storage.codec import encode_body, encode_row, encode_secret, encode_time
from app.storage.database import SEQ_OF, STAN_COUNT, Store
from app.storage.errors import Misuse, StanRefused

MAX_JUMP = 20_000
"""How far a STAN may lie ahead of the last: held numbers are left out, and a queue holds no more than half of this."""


@dataclass(frozen=True, slots=True)
class End:
    """Where the journal ends and how far the till has counted. The one writer keeps it, so no commit reads it again.

    Attributes:
        seq, head: The last record and its code.
        stan_count: STANs drawn or left out.
        skipped: What that count was when last some were left out.
        z_number: The last Z.
        business_day: The day sales are counted on, once there is one.
        day_start: The last ``DayClosed``.
    """

    seq: int
    head: bytes
    stan_count: int
    skipped: int
    z_number: int
    business_day: str | None
    day_start: int

    @classmethod
    def read(cls, store: Store, genesis: bytes) -> End:
        """What the database says."""
        last = store.one("SELECT seq, mac FROM record ORDER BY seq DESC LIMIT 1") or (0, genesis)
        count = store.one(STAN_COUNT) or (0,)
        till = store.one("SELECT skipped, z_number, business_day, day_start FROM till") or (0, 0, None, 0)
        return cls(*last, *count, *till)


class Step:
    """Writes one :class:`Commit` behind a known end of the journal.

    Attributes:
        end: The journal's end once :meth:`write` is committed.
    """

    def __init__(self, key: bytes, seal_key: bytes, commit: Commit, end: End) -> None:
        self._key = key
        self._seal_key = seal_key
        self._commit = commit
        self._before = end
        self._presented = {record.transaction_id for record in commit.records if isinstance(record.body, CardPresented)}
        self.end = end

    def write(self, connection: sqlite3.Connection) -> None:
        """All of it, inside the transaction that is open on ``connection``.

        Raises:
            Misuse: the commit contradicts itself or the journal.
        """
        commit = self._commit
        drawn = self._append(connection)
        told = {row.id for row in commit.transactions}
        for record in commit.records:
            if record.transaction_id is not None and record.transaction_id not in told:
                raise Misuse("a record without its transaction's row")
        if not set(commit.secrets) <= told:
            raise Misuse("a secret without its transaction's row")
        for row in commit.transactions:
            self._put(connection, row, drawn.get(row.id))
        for sale in commit.sales:
            connection.execute(_UPSERT_SALE, (sale.id, sale.kind.value, int(not sale.closed), encode_row(sale)))
        for memory in commit.memories:
            connection.execute(_UPSERT_MEMORY, (memory.key, encode_row(memory)))
            if memory.account_id:
                connection.execute(_UPSERT_ACCOUNT, (memory.face, memory.account_id, memory.key))
        self._stop(connection)

    def _append(self, connection: sqlite3.Connection) -> dict[TransactionId, tuple[int, int]]:
        """The records, chained. Returns where transactions were opened, and with which draw."""
        drawn: dict[TransactionId, tuple[int, int]] = {}
        counters = _Counters(connection, self._before)
        seq, head = self._before.seq, self._before.head
        for record in self._commit.records:
            seq, at, txn = seq + 1, encode_time(record.at), record.transaction_id
            kind, text = encode_body(record.body)
            counters.count(record.body, seq)
            if isinstance(record.body, Opened):
                if txn is None or connection.execute(_IS_KNOWN, (txn,)).fetchone():
                    raise Misuse("a transaction is opened once")
                drawn[txn] = (seq, counters.stan_count)
            head = link(self._key, head, seq, at, txn, kind, text)
            connection.execute(_INSERT_RECORD, (seq, at, txn, _sale_of(record.body), kind, text, head))
        self.end = counters.save(seq, head)
        return drawn

    def _stop(self, connection: sqlite3.Connection) -> None:
        """The stop list. It is small and changes rarely, so it is held against its records at once."""
        meant: dict[str, tuple[int, StopChange]] = {}
        for seq, record in enumerate(self._commit.records, self._before.seq + 1):
            change = StopChange.of(record)
            if change is not None:
                meant[change.key] = (seq, change)
        if {change.key: change for change in self._commit.stops} != {key: change for key, (_, change) in meant.items()}:
            raise Misuse("a stop list that is not what its records say")
        for seq, change in meant.values():
            connection.execute("DELETE FROM stop WHERE key = ?", (change.key,))
            if change.entry is not None:
                connection.execute(_INSERT_STOP, (seq, change.key, encode_row(change.entry)))

    def _put(self, connection: sqlite3.Connection, row: Transaction, drawn: tuple[int, int] | None) -> None:
        secret = self._commit.secrets.get(row.id)
        # an approval ends the need for a card, even where a person has still to look at it; only a new card that was
        # not handed over is kept beyond
        needed = row.state not in FINAL or row.secret_open
        sealed = None
        if secret is not None and needed:
            sealed = seal(self._seal_key, encode_secret(secret), row.id.encode())
        columns = {
            "id": row.id,
            "card": row.card.key if row.card else None,
            "state": row.state.value,
            "amount": row.amount.minor,
            "offline": int(row.offline),
            "open": int(row.is_open),
            "body": encode_row(row),
            "sealed": sealed,
        }
        if drawn is not None:
            columns |= {
                "seq": drawn[0],
                "draw": drawn[1],
                "stan": row.stan.digits,
                "business_day": row.business_day,
                "sale": row.sale_id,
                "verb": row.verb.value,
                "currency": row.amount.currency.value,
            }
            connection.execute(_INSERT_ROW, columns)
            return
        if connection.execute(_UPDATE_ROW, columns).rowcount != 1:
            raise Misuse("a transaction that was never opened")
        if row.id in self._presented:
            connection.execute(_UPDATE_CARD, columns)
        if sealed is not None:
            connection.execute(_SEAL, columns)
        elif not needed:
            connection.execute(_ERASE, columns)


class _Counters:
    """What a step's records count; the till's row is written only if it changed."""

    def __init__(self, connection: sqlite3.Connection, end: End) -> None:
        self._connection = connection
        self._before = (end.skipped, end.z_number, end.business_day, end.day_start)
        self._skipped, self._z_number, self._day, self._day_start = self._before
        self.stan_count = end.stan_count

    def count(self, body: Body, seq: int) -> None:
        match body:
            case Opened(stan=stan, business_day=day):
                self._draw(stan, day)
                self._day = self._day or day
            case SaleOpened(business_day=day):
                self._day = self._day or day
            case StanSkipped(by):
                if by < 1:
                    raise Misuse("STANs are left out forwards")
                self.stan_count += by
                self._skipped = self.stan_count
            case DayClosed(number=number, next_day=day):
                if number != self._z_number + 1:
                    raise Misuse(f"Z {number} after {self._z_number}")
                self._z_number, self._day, self._day_start = number, day, seq
            case _:
                pass

    def _draw(self, stan: Stan, day: BusinessDay) -> None:
        ahead = (int(stan.digits) - 1 - self.stan_count) % STAN_CYCLE
        if ahead > MAX_JUMP:
            raise StanRefused(f"{stan} after {self.stan_count} draws")
        held = self._connection.execute(
            "SELECT 1 FROM txn INDEXED BY txn_stan WHERE stan = ? AND (business_day = ? OR open = 1) LIMIT 1",
            (stan.digits, day),
        ).fetchone()
        if held:
            raise StanRefused(f"{stan} is held")
        self.stan_count += ahead + 1

    def save(self, seq: int, head: bytes) -> End:
        after = (self._skipped, self._z_number, self._day, self._day_start)
        if after != self._before:
            self._connection.execute(
                "UPDATE till SET skipped = ?, z_number = ?, business_day = ?, day_start = ?", after
            )
        return End(seq, head, self.stan_count, *after)


def _sale_of(body: Body) -> SaleId | None:
    return body.sale_id if isinstance(body, SaleOpened | TenderTaken | SaleClosed) else None


_INSERT_RECORD = "INSERT INTO record (seq, at, txn, sale, kind, body, mac) VALUES (?, ?, ?, ?, ?, ?, ?)"
_IS_KNOWN = "SELECT 1 FROM record INDEXED BY record_txn WHERE txn = ? LIMIT 1"
_INSERT_ROW = """
    INSERT INTO txn (seq, id, draw, stan, business_day, sale, card, verb, state, amount, currency, offline, open, body,
                     sealed)
    VALUES (:seq, :id, :draw, :stan, :business_day, :sale, :card, :verb, :state, :amount, :currency, :offline, :open,
            :body, :sealed)
"""
_UPDATE_ROW = f"""
    UPDATE txn SET state = :state, amount = :amount, offline = :offline, open = :open, body = :body WHERE seq = {SEQ_OF}
"""  # noqa: S608 - constant text
# statements of their own, because SQLite touches an index (or a blob) only where its column is named
_UPDATE_CARD = f"UPDATE txn SET card = :card WHERE seq = {SEQ_OF}"  # noqa: S608 - constant text
_SEAL = f"UPDATE txn SET sealed = :sealed WHERE seq = {SEQ_OF}"  # noqa: S608 - constant text
_ERASE = f"UPDATE txn SET sealed = NULL WHERE seq = {SEQ_OF} AND sealed IS NOT NULL"  # noqa: S608 - constant text
_UPSERT_SALE = """
    INSERT INTO sale (id, kind, open, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET open = excluded.open, body = excluded.body
"""
_INSERT_STOP = "INSERT INTO stop (seq, key, body) VALUES (?, ?, ?)"
_UPSERT_ACCOUNT = """
    INSERT INTO card_account (face, account_id, key) VALUES (?, ?, ?)
    ON CONFLICT (face, account_id) DO UPDATE SET key = excluded.key WHERE key <> excluded.key
"""
_UPSERT_MEMORY = """
    INSERT INTO card_memory (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body
"""
