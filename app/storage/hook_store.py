"""Hooks that were taken, and which were seen before: a small database of its own, beside the journal.

Two processes share it. The receiver (``stanchion hooks``) writes; a till on the same directory looks about once a
second. So it is opened the ordinary way, not exclusively like the journal, and with a rollback journal instead of a
write-ahead log: what processes share of such a log lies mapped in their memory, and on a full disk that mapping kills
whoever touches it. A till must not die of a hook.

What is kept is what the till can use: which card, what happened, whose reference. No body, no secret. A delivery is
kept in the commit that finds it new, so none is taken twice whatever ends in between; and each key is remembered for
longer than either vendor goes on sending, so that a restart forgets nothing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

from app.storage.database import in_our_words
from app.storage.errors import Absent, CommitUnknown, Damaged, NewerSchema
from app.storage.files import make_directory, translated

FILE = "hooks.db"
REMEMBERED = timedelta(days=8)
"""The longest any vendor goes on sending one delivery is seven days."""
MAX_HOOKS = 10_000
"""Rows: a busy day of a chain. A till reads within seconds; the rest is for a person who asks what came."""
MAX_KEYS = 100_000
"""Each key is 16 bytes in two places: a few megabytes. Beyond it the oldest is forgotten."""
BEAT = timedelta(seconds=10)
"""How often a receiver says that it is there."""
SILENT = timedelta(seconds=30)
"""A receiver that has said nothing for three beats is not there."""
WRITE_MS = 5_000
"""How long a write waits for a till that is looking (it looks for a millisecond)."""
LOOK_MS = 200
"""How long a look waits for a write: a till looks again in a second anyway."""

_VERSION = 1
_SCHEMA = """
    CREATE TABLE hook (
        seq        INTEGER PRIMARY KEY AUTOINCREMENT,
        at         INTEGER NOT NULL,
        face       TEXT NOT NULL,
        event      TEXT NOT NULL,
        delivery   TEXT NOT NULL,
        account_id TEXT NOT NULL,
        last4      TEXT NOT NULL,
        reference  TEXT NOT NULL
    ) STRICT;
    CREATE TABLE seen (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at  INTEGER NOT NULL,
        key BLOB NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE face (
        name       TEXT PRIMARY KEY,
        came       INTEGER NOT NULL,
        event      TEXT NOT NULL,
        taken      INTEGER NOT NULL,
        refused    INTEGER NOT NULL,
        why        TEXT NOT NULL,
        refused_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE receiver (
        id      INTEGER PRIMARY KEY CHECK (id = 1),
        at      INTEGER NOT NULL,
        faces   TEXT NOT NULL,
        address TEXT NOT NULL
    ) STRICT;
"""

T = TypeVar("T")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A hook as it is kept: what :class:`~app.backends.hooks.base.Hook` says, less its keys."""

    face: str
    event: str
    delivery: str = ""
    account_id: str = ""
    last4: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What came of one backend, for a person who asks.

    Attributes:
        face: Whose hooks.
        came: When the last good one came; None for never.
        event: What it told.
        taken: How many were taken in all.
        refused: How many were not believed in all.
        why: Why the last of those was not.
        refused_at: When that was.
    """

    face: str
    came: datetime | None
    event: str
    taken: int
    refused: int
    why: str
    refused_at: datetime | None


class HookStore:
    """One open connection. Its owner's thread uses it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Opens the store of a data directory for a receiver; makes it where there is none.

        Raises:
            ReadOnly, DiskFull, DiskFailed, InUse: as they say.
            Damaged, NewerSchema: the file is not one of ours; it is unchanged.
        """
        make_directory(directory)
        path = directory / FILE
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))  # its owner's alone from the start
        except OSError as error:
            raise translated(error, path) from error
        return cls._checked(_connect(path, WRITE_MS))

    @classmethod
    def look(cls, directory: Path) -> Self:
        """Opens it for whoever only reads.

        Raises:
            Absent: no receiver ever ran here.
            StorageError: as it says.
        """
        path = directory / FILE
        if not path.exists():
            raise Absent(FILE)
        # not "ro": a receiver that died in the middle of a write leaves a journal that the next to open rolls back
        return cls._checked(_connect(path, LOOK_MS, "query_only = ON"), young=False)

    @classmethod
    def _checked(cls, connection: sqlite3.Connection, *, young: bool = True) -> Self:
        store = cls(connection)
        try:
            version = store._number("PRAGMA user_version")
            if version == 0 and young and not store._number("SELECT count(*) FROM sqlite_schema"):
                store._commit(_make)
            elif version == 0:
                raise Absent(FILE) if not young else Damaged(FILE)
            elif version != _VERSION:
                raise NewerSchema(f"{FILE} {version}")
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Closes the connection."""
        with suppress(sqlite3.Error):
            self._connection.close()

    # --- the receiver's

    def take(self, told: Told, keys: Iterable[str], now: datetime) -> bool:
        """Keeps a hook unless one of its keys was seen before; whether it was new. Either way all its keys are now.

        A hook without keys (a ping) is counted and not kept.

        Raises:
            StorageError: as it says; of :class:`CommitUnknown` nobody knows whether it was kept.
        """
        at, digests = _ms(now), [_digest(told.face, key) for key in keys]

        def write(connection: sqlite3.Connection) -> bool:
            fresh = 0
            for digest in digests:
                added = connection.execute("INSERT OR IGNORE INTO seen (at, key) VALUES (?, ?)", (at, digest))
                fresh += added.rowcount
            is_new = fresh == len(digests)
            connection.execute(_COUNT_TAKEN, (told.face, at, told.event, int(is_new)))
            if is_new and digests:
                row = (at, told.face, told.event, told.delivery, told.account_id, told.last4, told.reference)
                connection.execute(_INSERT, row)
                connection.execute(_BOUND_HOOKS, (MAX_HOOKS,))
            connection.execute(_BOUND_KEYS, (MAX_KEYS,))
            return is_new

        return self._commit(write)

    def refused(self, face: str, why: str, count: int, now: datetime) -> None:
        """Counts what was not believed. Called now and then, not for each: a flood of forgeries must cost no disk."""
        self._commit(lambda connection: connection.execute(_COUNT_REFUSED, (face, count, why, _ms(now))))

    def beat(self, faces: Iterable[str], address: str, now: datetime) -> None:
        """A receiver is there; what is older than :data:`REMEMBERED` is dropped meanwhile."""
        old = _ms(now - REMEMBERED)

        def write(connection: sqlite3.Connection) -> None:
            values = (_ms(now), " ".join(sorted(faces)), address)
            connection.execute("INSERT OR REPLACE INTO receiver VALUES (1, ?, ?, ?)", values)
            connection.execute("DELETE FROM hook WHERE at < ?", (old,))
            connection.execute("DELETE FROM seen WHERE at < ?", (old,))

        self._commit(write)

    def leave(self) -> None:
        """The receiver goes."""
        self._commit(lambda connection: connection.execute("DELETE FROM receiver"))

    # --- whoever looks

    def newest(self) -> int:
        """The number of the last hook that was ever kept; 0 for none."""
        return self._number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'hook'")

    def after(self, seq: int, limit: int) -> list[tuple[int, Told]]:
        """Hooks that were kept after this number, in order, with theirs."""
        columns = "seq, face, event, delivery, account_id, last4, reference"
        rows = self._all(f"SELECT {columns} FROM hook WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))  # noqa: S608 - constant text
        return [(row[0], Told(*row[1:])) for row in rows]

    def receiving(self, now: datetime) -> frozenset[str]:
        """The backends whose hooks are being received now."""
        return frozenset(self.receiver(now)[0])

    def receiver(self, now: datetime) -> tuple[tuple[str, ...], str]:
        """What the receiver that is there now takes, and where it listens; nothing where there is none."""
        rows = self._all("SELECT at, faces, address FROM receiver")
        if not rows or abs(_ms(now) - rows[0][0]) > SILENT // timedelta(milliseconds=1):
            return (), ""
        return tuple(rows[0][1].split()), rows[0][2]

    def news(self) -> list[News]:
        """What came of each backend."""
        rows = self._all("SELECT name, came, event, taken, refused, why, refused_at FROM face ORDER BY name")
        return [News(row[0], _time(row[1]), row[2], row[3], row[4], row[5], _time(row[6])) for row in rows]

    # --- SQL

    def _all(self, sql: str, values: tuple[int, ...] = ()) -> list[Row]:
        with in_our_words(FILE):
            return self._connection.execute(sql, values).fetchall()

    def _number(self, sql: str) -> int:
        return int(self._all(sql)[0][0])

    def _commit(self, write: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection
        with in_our_words(FILE):
            connection.execute("BEGIN IMMEDIATE")
            try:
                done = write(connection)
            except BaseException:
                _roll_back(connection)
                raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            raise CommitUnknown(type(error).__name__, 0) from error
        return done


_COUNT_TAKEN = """
    INSERT INTO face VALUES (?, ?, ?, ?, 0, '', 0)
    ON CONFLICT (name) DO UPDATE
    SET came = excluded.came, event = excluded.event, taken = taken + excluded.taken
"""
_COUNT_REFUSED = """
    INSERT INTO face (name, came, event, taken, refused, why, refused_at) VALUES (?, 0, '', 0, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE
    SET refused = refused + excluded.refused, why = excluded.why, refused_at = excluded.refused_at
"""
_INSERT = "INSERT INTO hook (at, face, event, delivery, account_id, last4, reference) VALUES (?, ?, ?, ?, ?, ?, ?)"
_BOUND_HOOKS = "DELETE FROM hook WHERE seq <= (SELECT max(seq) FROM hook) - ?"
_BOUND_KEYS = "DELETE FROM seen WHERE seq <= (SELECT max(seq) FROM seen) - ?"


def _connect(path: Path, busy_ms: int, *more: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=rw"
    with in_our_words(path.name):
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            for pragma in (
                f"busy_timeout = {busy_ms}",
                "journal_mode = TRUNCATE",  # no file is made and deleted for each hook
                "synchronous = FULL",  # what was answered with 2xx is not sent again
                "trusted_schema = OFF",
                "cell_size_check = ON",
                *more,
            ):
                connection.execute(f"PRAGMA {pragma}").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def _make(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return  # another receiver was first
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _roll_back(connection: sqlite3.Connection) -> None:
    # after some errors SQLite has rolled back already, and says so with an error
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _digest(face: str, key: str) -> bytes:
    return hashlib.sha256(f"{face}\0{key}".encode("utf-8", "surrogatepass")).digest()[:16]


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _time(milliseconds: int) -> datetime | None:
    return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds else None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
