"""The one SQLite file: opening, migrating, committing, and the care of its write-ahead log.

Opened with ``vfs=unix-excl``: it refuses a second process by itself, allows several connections inside this one, keeps
the WAL index on the heap (a full disk can't kill the process through a mapped ``-shm`` file), and costs nothing per
commit. ``synchronous=FULL`` because NORMAL loses acknowledged rows in a power cut. ``secure_delete`` plus a truncating
checkpoint is what removes erased card data from the medium.

There is one way to write: :meth:`Store.commit`, with our own ``BEGIN IMMEDIATE``. A failure before ``COMMIT`` is a no;
a failure of ``COMMIT`` itself is *unknown* (a row whose sync failed may still be there after the next start), except
for a full disk, where SQLite writes the frame that would have made it valid last.

Never open and close the database file by other means while it is in use here: on POSIX closing *any* descriptor of a
file drops all locks the process holds on it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database, Migrations

from app.storage.errors import (
    Absent,
    CommitUnknown,
    Damaged,
    DiskFailed,
    DiskFull,
    InUse,
    Misuse,
    NewerSchema,
    ReadOnly,
    StorageError,
)

BUSY_MS = 5_000
"""How long a commit waits for another connection of this process (growing the WAL holds the lock a few ms)."""
WAL_BYTES = 4_600_000
"""The WAL's resting size: SQLite starts it over after 1,000 pages of 4,120 bytes, plus one commit of some pages."""
SPILL_BYTES = 200_000
"""What of a large transaction stays in the page cache instead of spilling into the log; generous."""
RESERVE_BYTES = 1 << 20
"""Set aside at start and freed when the disk is full: room for about 50 more commits, to reverse and to close."""

PAGE = 500
"""Rows fetched at a time where all of them are read: some hundred KiB."""

STAN_COUNT = """
    SELECT max(skipped, coalesce((SELECT draw FROM txn WHERE seq = (SELECT max(seq) FROM txn)), 0)) FROM till
"""
"""How many STANs the till has drawn or left out in its life."""
SEQ_OF = "(SELECT seq FROM record INDEXED BY record_txn WHERE txn = :id ORDER BY seq LIMIT 1)"
"""Where the row of transaction ``:id`` lies: its first record's place."""

Value = str | int | bytes | None
Values = Sequence[Value] | Mapping[str, Value]
Row = tuple[Any, ...]


class Store:
    """One open database. The owner's thread writes; :meth:`reader` gives other threads a connection of their own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.db = Database(connection, execute_plugins=False, strict=True)
        self._connection = connection
        self._reserve = path.with_name("reserve")
        self.low_on_space = False

    def __repr__(self) -> str:
        return f"Store({self.path.name})"

    def all(self, sql: str, values: Values = ()) -> list[Row]:
        """Rows of a query."""
        with in_our_words(self.path.name):
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, or None."""
        with in_our_words(self.path.name):
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def pages(self, sql: str, after: int = 0) -> Iterator[Row]:
        """Rows of a query whose first column is seq and whose one value is the seq to go on after, in order.

        No statement stays open between pages, so the longest walk holds up neither a commit nor a checkpoint.
        """
        while rows := self.all(f"{sql} ORDER BY seq LIMIT {PAGE}", (after,)):
            yield from rows
            after = rows[-1][0]

    def commit(self, write: Callable[[sqlite3.Connection], None], last_seq: int = 0) -> None:
        """Runs ``write`` in one transaction that is durable on return.

        A full disk gives the reserve away and tries once more; :attr:`low_on_space` then stays set.

        Raises:
            DiskFull: nothing was written, and there was no reserve left to give.
            CommitUnknown: see there.
            StorageError: nothing was written.
        """
        try:
            self._commit(write, last_seq)
        except DiskFull:
            self.low_on_space = True
            if not self._free_reserve():
                raise
            self._commit(write, last_seq)

    def _commit(self, write: Callable[[sqlite3.Connection], None], last_seq: int) -> None:
        connection = self._connection
        with in_our_words(self.path.name):
            connection.execute("BEGIN IMMEDIATE")
            try:
                write(connection)
            except BaseException:
                _roll_back(connection)
                raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            if _primary(error) == sqlite3.SQLITE_FULL:
                raise DiskFull(self.path.name) from error
            raise CommitUnknown(_name(error), last_seq) from error

    def reader(self) -> Store:
        """A second connection that can't write, for a thread of its own."""
        other = Store(self.path, _connect(self.path, "rw", BUSY_MS))
        other.all("PRAGMA query_only = ON")
        return other

    def grow_wal(self) -> None:
        """Brings the WAL to its resting size, so that commits overwrite blocks instead of allocating them.

        Writes a large transaction that spills into the WAL and is rolled back: the frames are void, the blocks stay.
        Costs a few milliseconds of the write lock; meant for the background, after the first paint.
        """
        wal = self.path.with_name(self.path.name + "-wal")
        with suppress(FileNotFoundError):
            if wal.stat().st_size >= WAL_BYTES:
                return
        connection = _connect(self.path, "rw", BUSY_MS)
        try:
            with in_our_words(self.path.name):
                connection.execute("PRAGMA cache_size = 16")  # pages: more spills to the log at once
                connection.execute("BEGIN IMMEDIATE")
                try:
                    connection.execute("CREATE TABLE growth (filler)")
                    connection.execute("INSERT INTO growth VALUES (zeroblob(?))", (WAL_BYTES + SPILL_BYTES,))
                finally:
                    _roll_back(connection)
        except DiskFull:
            self.low_on_space = True  # the room is not there to be taken in advance; the reserve stays
            return
        finally:
            connection.close()
        _sync(wal)  # the log carries no locks: opening it beside SQLite is safe

    def checkpoint_truncate(self) -> bool:
        """Moves everything into the main file and cuts the WAL to nothing: erased card data is then gone for good.

        Returns:
            Whether it went through. A reader in the middle of a query prevents it, or a full disk: the log is read
            as well as the main file, so it is simply done later.
        """
        try:
            row = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
        except DiskFull:
            self.low_on_space = True
            return False
        return row is not None and row[0] == 0

    def keep_reserve(self) -> None:
        """Sets the reserve file aside. Where there is no room for it, the disk is as good as full."""
        try:
            if self._reserve.exists() and self._reserve.stat().st_size == RESERVE_BYTES:
                self.low_on_space = False
                return
            descriptor = os.open(self._reserve, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            try:
                os.write(descriptor, bytes(RESERVE_BYTES))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError:
            self.low_on_space = True
            self._reserve.unlink(missing_ok=True)
        else:
            self.low_on_space = False

    def _free_reserve(self) -> bool:
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Closes this connection; the last one checkpoints."""
        with in_our_words(self.path.name):
            self._connection.close()


def open_store(path: Path, *, create: bool) -> Store:
    """Opens the database, makes or migrates its schema, and leaves it ready.

    Raises:
        InUse: another process has it.
        Absent: it is not there and ``create`` is False.
        ReadOnly, DiskFull, Damaged, NewerSchema: as they say; the file is unchanged.
    """
    fresh = _look(path, create=create)
    store = Store(path, _connect(path, "rwc" if create else "rw", 0))
    try:
        _prepare(store, fresh=fresh)
    except BaseException:
        with suppress(StorageError):
            store.close()
        raise
    return store


def _look(path: Path, *, create: bool) -> bool:
    """Whether the file is new. Checks first what SQLite would answer only later, or by overwriting."""
    try:
        size = path.stat().st_size if path.exists() else -1
    except OSError as error:
        raise ReadOnly(path.name) from error
    if size < 0 and not create:
        raise Absent(path.name)
    if not os.access(path.parent, os.R_OK | os.W_OK | os.X_OK) or (
        size >= 0 and not os.access(path, os.R_OK | os.W_OK)
    ):
        raise ReadOnly(path.name)
    wal = path.with_name(path.name + "-wal")
    if size <= 0 and wal.exists() and wal.stat().st_size > 0:
        # SQLite would take the log for a stray and delete it: the last sales are in there
        raise Damaged("the journal is gone, its log is not")
    return size <= 0


def _connect(path: Path, mode: str, busy_ms: int) -> sqlite3.Connection:
    exclusive = "&vfs=unix-excl" if os.name == "posix" else ""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}{exclusive}"
    with in_our_words(path.name):
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            for pragma in (
                "synchronous = FULL",
                "secure_delete = ON",
                "foreign_keys = ON",
                "trusted_schema = OFF",
                "cell_size_check = ON",
                f"busy_timeout = {busy_ms}",
            ):
                connection.execute(f"PRAGMA {pragma}").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(store: Store, *, fresh: bool) -> None:
    with in_our_words(store.path.name):
        migrations = _migrations()
        known = {migration.name for migration in migrations.pending(store.db)}
        known |= {name for name, _ in _scripts()}
        newer = sorted(migration.name for migration in migrations.applied(store.db) if migration.name not in known)
        if newer:
            raise NewerSchema(", ".join(newer))
        if fresh or migrations.pending(store.db):
            migrations.apply(store.db)
        store.db.conn.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchone()
    if fresh:
        store.path.chmod(0o600)
        # the change to WAL leaves a rollback journal whose deletion SQLite does not sync: half of the power cuts
        # in a model of that rolled a young database back to nothing
        _sync(store.path.parent)


def _scripts() -> list[tuple[str, str]]:
    """The numbered schema scripts, in order: name and text."""
    folder = files("resources").joinpath("schema")
    return sorted(
        (entry.name.removesuffix(".sql"), entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )


def _migrations() -> Migrations:
    migrations = Migrations("stanchion")
    for name, script in _scripts():
        migrations(name=name)(_step(script))
    return migrations


def _step(script: str) -> Callable[[Database], None]:
    def run(db: Database) -> None:
        for statement in statements(script):
            db.conn.execute(statement)

    return run


def statements(script: str) -> Iterator[str]:
    """Splits a script (``executescript`` would commit what is open, and with it half a migration)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise Misuse("a schema script ends in the middle of a statement")


def _sync(path: Path) -> None:
    with in_our_words(path.name):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _roll_back(connection: sqlite3.Connection) -> None:
    # after some errors SQLite has rolled back already, and says so with an error
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _primary(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _name(error: sqlite3.Error) -> str:
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    return name


@contextmanager
def in_our_words(name: str) -> Iterator[None]:
    """SQLite's and the system's errors in the store's words; the only place that knows their codes."""
    try:
        yield
    except sqlite3.Error as error:
        raise _TRANSLATION.get(_primary(error), Misuse)(f"{name}: {_name(error)}") from error
    except OSError as error:
        raise (DiskFull if error.errno == 28 else DiskFailed)(f"{name}: {error.strerror}") from error


_TRANSLATION: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: InUse,
    sqlite3.SQLITE_LOCKED: InUse,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_CANTOPEN: ReadOnly,
    sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_AUTH: ReadOnly,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskFailed,
    sqlite3.SQLITE_CORRUPT: Damaged,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_FORMAT: Damaged,
}
