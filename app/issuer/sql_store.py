"""The books in SQL: SQLAlchemy Core, one connection, one writer, one commit per step.

The statements are portable and built once, so SQLAlchemy compiles each of them once. On SQLite the file is
opened in WAL mode with `synchronous=FULL` (an acknowledged booking survives a power cut) and every step
begins with `BEGIN IMMEDIATE`, so nothing can change between what a rule reads and what it writes, not even
from another process. A process-wide lock stands in front, because waiting for it is cheaper than SQLite's
own busy polling. Rows of `entry` and `posting` are never deleted, and postings are never updated.

No card number, CVC or PIN is stored: `account` holds keyed digests made by `desk.py`.
"""

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from app.issuer import sql_schema as sql
from app.issuer.books import MAX_NOTES, Answer, Books, Changes, Check, DuplicateReference, Entry, Step
from app.issuer.check import examine
from app.issuer.ledger import CardAccount, Posting


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # this module says BEGIN and COMMIT itself
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_engine(url: str, *, must_exist: bool) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise ValueError("the database must be 'memory' or a URL such as sqlite:///issuer.db") from error
    path = parsed.database
    if path not in (None, "", ":memory:"):
        # The file holds this host's credentials, so nobody else may read it from the first byte on.
        if must_exist and not Path(path).exists():
            raise FileNotFoundError("there is no such database")
        Path(path).touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    # One connection serves every thread; the lock in `SqlStore` keeps them apart.
    engine = sa.create_engine(
        parsed, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


class _SqlBooks:
    """The books as one open transaction sees them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def account(self, account_id: str) -> CardAccount | None:
        row = self._connection.execute(sql.ACCOUNT_BY_ID, {"key": account_id}).one_or_none()
        return None if row is None else sql.read_account(row)

    def account_of_card(self, card_digest: bytes) -> CardAccount | None:
        row = self._connection.execute(sql.ACCOUNT_BY_CARD, {"key": card_digest}).one_or_none()
        return None if row is None else sql.read_account(row)

    def balance(self, ledger_account: str) -> int:
        return self._connection.execute(sql.BALANCE_OF, {"key": ledger_account}).scalar_one_or_none() or 0

    def entry(self, entry_id: str) -> Entry | None:
        row = self._connection.execute(sql.ENTRY_BY_ID, {"key": entry_id}).one_or_none()
        return None if row is None else sql.read_entry(row)

    def entry_of_reference(self, merchant_id: str, transaction_ref: str) -> Entry | None:
        keys = {"merchant": merchant_id, "key": transaction_ref}
        row = self._connection.execute(sql.ENTRY_BY_REFERENCE, keys).one_or_none()
        return None if row is None else sql.read_entry(row)

    def note(self, kind: str, owner: str, key: str) -> str | None:
        keys = {"kind": kind, "owner": owner, "key": key}
        value: str | None = self._connection.execute(sql.NOTE_OF, keys).scalar_one_or_none()
        return value

    def notes(self, kind: str, owner: str, after: str = "", limit: int = MAX_NOTES) -> list[tuple[str, str]]:
        rows = self._connection.execute(sql.NOTES_OF, {"kind": kind, "owner": owner, "after": after, "most": limit})
        return [(key, value) for key, value in rows]

    def next_entry(self) -> int:
        return (self._connection.execute(sql.LAST_ENTRY).scalar_one_or_none() or 0) + 1

    def next_account(self) -> int:
        return (self._connection.execute(sql.LAST_ACCOUNT).scalar_one_or_none() or 0) + 1


class SqlStore:
    """The books in a database; see the module's docstring for its promises.

    Raises:
        ValueError: the URL is not one this host can serve.
        OSError: the database cannot be opened.
    """

    def __init__(self, url: str, *, must_exist: bool = False) -> None:
        self._lock = threading.Lock()
        self._engine = _open_engine(url, must_exist=must_exist)
        try:
            with self._engine.begin() as connection:
                sql.complete(connection)
            self._connection = self._engine.connect()
        except DBAPIError as error:
            self._engine.dispose()
            raise OSError("the issuer's database cannot be opened") from error

    @contextmanager
    def _unit(self) -> Iterator[None]:
        """One transaction, alone. A refused commit is unknown to the caller, never "no"."""
        with self._lock:
            try:
                with self._connection.begin():
                    yield
            except DBAPIError as error:
                raise OSError("the issuer's database cannot be read or written") from error

    def run(self, work: Callable[[Books], Step[Answer]]) -> Answer:
        """See `Store`."""
        with self._unit():
            step = work(_SqlBooks(self._connection))
            self._apply(step.changes)
            return step.answer

    def _apply(self, changes: Changes) -> None:
        if changes.entry is not None:
            try:
                self._connection.execute(sa.insert(sql.ENTRY), sql.entry_row(changes.entry))
            except IntegrityError as error:
                raise DuplicateReference from error
            self._post(changes.entry.number, changes.postings)
        for entry in changes.updated:
            new = {
                "key": entry.entry_id,
                "new_state": entry.state.value,
                "new_updated": entry.updated.isoformat(),
                "new_capture": entry.remaining.capture,
                "new_cancel": entry.remaining.cancel,
                "new_reversal": entry.remaining.reversal,
            }
            self._connection.execute(sql.UPDATE_ENTRY, new)
        for account in changes.cards:
            row = sql.account_row(account)
            values = {f"new_{name}": row[name] for name in sql.ACCOUNT_CHANGES} | {"key": row["account_id"]}
            if self._connection.execute(sql.UPDATE_ACCOUNT, values).rowcount == 0:
                self._connection.execute(sa.insert(sql.ACCOUNT), row)
        for note in changes.notes:
            place = {"of_kind": note.kind, "of_owner": note.owner, "of_key": note.key}
            self._connection.execute(sql.STRIKE_OUT_NOTE, place)
            if note.value is not None:
                row = {"kind": note.kind, "owner": note.owner, "key": note.key, "value": note.value}
                self._connection.execute(sa.insert(sql.NOTE), row)

    def _post(self, number: int, postings: tuple[Posting, ...]) -> None:
        if not postings:
            return
        lines = [
            {"entry": number, "line": line, "account": posting.account, "amount": posting.amount}
            for line, posting in enumerate(postings)
        ]
        self._connection.execute(sa.insert(sql.POSTING), lines)
        for posting in postings:
            change = {"key": posting.account, "change": posting.amount}
            if self._connection.execute(sql.ADD_TO_BALANCE, change).rowcount == 0:
                row = {"account": posting.account, "amount": posting.amount}
                self._connection.execute(sa.insert(sql.BALANCE), row)

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """See `Store`."""
        with self._unit():
            rows = self._connection.execute(sql.ENTRIES_AFTER, {"after": after, "most": limit})
            return [sql.read_entry(row) for row in rows]

    def accounts(self, after: int, limit: int) -> Sequence[CardAccount]:
        """See `Store`."""
        with self._unit():
            rows = self._connection.execute(sql.ACCOUNTS_AFTER, {"after": after, "most": limit})
            return [sql.read_account(row) for row in rows]

    def balances(self, names: Sequence[str]) -> dict[str, int]:
        """See `Store`."""
        with self._unit():
            books = _SqlBooks(self._connection)
            return {name: books.balance(name) for name in names}

    def check(self) -> Check:
        """See `Store`."""
        with self._unit():
            entries = [sql.read_entry(row) for row in self._connection.execute(sa.select(sql.ENTRY))]
            lines = self._connection.execute(
                sa.select(sql.POSTING.c.entry, sql.POSTING.c.account, sql.POSTING.c.amount)
            )
            postings = [(number, Posting(account, amount)) for number, account, amount in lines]
            kept = self._connection.execute(sa.select(sql.BALANCE.c.account, sql.BALANCE.c.amount))
            return examine(entries, postings, dict(kept.all()))

    def settings(self) -> dict[str, str]:
        """See `Store`."""
        with self._unit():
            return dict(self._connection.execute(sa.select(sql.SETTING.c.name, sql.SETTING.c.value)).all())

    def keep_settings(self, values: dict[str, str]) -> None:
        """See `Store`."""
        with self._unit():
            known = set(self._connection.execute(sa.select(sql.SETTING.c.name)).scalars())
            rows = [{"name": name, "value": value} for name, value in values.items() if name not in known]
            if rows:
                self._connection.execute(sa.insert(sql.SETTING), rows)

    def close(self) -> None:
        """See `Store`."""
        with self._lock:
            self._connection.close()
            self._engine.dispose()
