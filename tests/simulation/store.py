"""The real journal, on SQLite's own memory: the same commit, the same queries, no disk.

Every so many runs the real file is used instead, opened and closed as a till does it: what is proven here fast is
proven there too.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from app.storage.database import Store, _prepare
from app.storage.journal import Journal, Stamp
from app.storage.vault import Vault

STATEMENTS = 128


class Shelf:
    """Makes young journals."""

    def __init__(self, stamp: Stamp) -> None:
        base = Path("/dev/shm")
        self.directory = Path(tempfile.mkdtemp(prefix="stanchion-", dir=base if base.is_dir() else None))
        self.vault = Vault.open(self.directory, use_keyring=False)
        self._stamp = stamp
        self._template = self._connect()
        store = self._store(self._template)
        _prepare(store, fresh=False)
        Journal(store, self.vault, self.directory)._adopt(stamp)

    @staticmethod
    def _connect() -> sqlite3.Connection:
        return sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENTS)

    def _store(self, connection: sqlite3.Connection) -> Store:
        return Store(self.directory / "journal.db", connection)

    def fresh(self) -> Journal:
        """A young journal in memory."""
        connection = self._connect()
        self._template.backup(connection)
        journal = Journal(self._store(connection), self.vault, self.directory)
        journal._adopt(self._stamp)
        journal._catch_up()
        return journal

    def on_disk(self, name: str) -> Journal:
        """A journal in a file, opened as a till opens it."""
        directory = self.directory / name
        directory.mkdir(exist_ok=True)
        return Journal.open(directory, self.vault, self._stamp)

    def text_on_disk(self, name: str) -> bytes:
        """Every byte of a journal's directory."""
        return b"".join(path.read_bytes() for path in sorted((self.directory / name).rglob("*")) if path.is_file())

    def close(self) -> None:
        self._template.close()
        shutil.rmtree(self.directory)
