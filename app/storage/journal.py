"""The journal: what happened, what it amounts to, and what is left to do.

One object, one writer. :meth:`Journal.commit` takes everything of one step and makes it durable in one SQLite
transaction: records are appended and chained, transaction rows replaced by their new fold, sales and card memories with
them, sealed cards added and erased. The journal *is* the queue: nothing else remembers what is still to be sent.

Reading is :class:`~app.storage.queries.JournalReader`; checking is :mod:`app.storage.verify`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.domain.effects import Commit
from app.domain.ids import TerminalId
from app.domain.money import Currency
from app.domain.records import DayClosed, Record, StanSkipped
from app.storage import chain, witness
from app.storage.database import Store, open_store
from app.storage.errors import CommitUnknown, Damaged, Mismatch, Misuse, StorageError
from app.storage.files import make_directory
from app.storage.queries import JournalReader
from app.storage.vault import Key, Vault
from app.storage.verify import Finding, What, check
from app.storage.writing import End, Step

FILE = "journal.db"
CHECK_LAST = 200
"""Records whose codes are checked at every start: more than fit between two witnesses. ``verify`` checks all."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose journal this is.

    Attributes:
        environment: ``training`` or ``production``.
        terminal_id: The terminal as the backends know it.
        currency: What the till counts in.
        programmes: Names of the gift-card programmes, in any order.
        base_urls: Roots of the backends, in any order. In training the issuer's port changes with every start: give
            its name instead.
    """

    environment: str
    terminal_id: TerminalId
    currency: Currency = Currency.NOK
    programmes: tuple[str, ...] = ()
    base_urls: tuple[str, ...] = ()

    def fields(self) -> tuple[tuple[str, str], ...]:
        """As persisted: sorted names and texts."""
        return (
            ("base_urls", _list(self.base_urls)),
            ("currency", self.currency.value),
            ("environment", self.environment),
            ("programmes", _list(self.programmes)),
            ("terminal_id", self.terminal_id),
        )


_TELLING = ("environment", "terminal_id", "currency", "programmes", "base_urls")
"""In which order a mismatch is told: training beside real money differs in everything, and one word says it."""


def _list(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(sorted(values)).decode()


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The journal is older than its witness, or another than the one it saw. Selling stops until a person resumes.

    Attributes:
        seq, stan_count: How far this journal goes.
        witness: How far it once went.
        forked: Whether it went on differently after a common beginning.
    """

    seq: int
    stan_count: int
    witness: witness.Witness
    forked: bool

    @property
    def skip(self) -> int:
        """STANs to leave out so that none is used twice."""
        return max(self.witness.stan_count - self.stan_count, 0) + witness.RESUME_GAP


class Journal(JournalReader):
    """The open journal. Made by :meth:`open`; belongs to the terminal's thread."""

    def __init__(self, store: Store, vault: Vault, escrow: Path) -> None:
        super().__init__(store, vault)
        self._key = vault.key(Key.JOURNAL)
        self._seal_key = vault.key(Key.SEAL)
        self._escrow = escrow
        self._witnessed = 0
        self._stopped: CommitUnknown | None = None
        self._end = End(0, b"", 0, 0, 0, None, 0)
        self._stamp: tuple[tuple[str, str], ...] = ()
        self.rolled_back: RolledBack | None = None
        self.witness_problem = ""

    @classmethod
    def open(
        cls,
        directory: Path,
        vault: Vault,
        stamp: Stamp | None,
        *,
        escrow: Path | None = None,
        check_last: int = CHECK_LAST,
    ) -> Journal:
        """Opens the journal of a data directory.

        Args:
            directory: The data directory.
            vault: Its keys.
            stamp: Whose journal it must be; a young directory gets it. None opens what is there, and makes nothing.
            escrow: Where the witness lies; by default beside the journal, which protects against less.
            check_last: How many records' codes to check.

        Raises:
            InUse, ReadOnly, Absent, DiskFull, Damaged, NewerSchema, Mismatch: the journal is unchanged.
        """
        make_directory(directory)
        store = open_store(directory / FILE, create=stamp is not None)
        try:
            journal = cls(store, vault, escrow or directory / "escrow")
            journal._adopt(stamp)
            journal._catch_up()
            journal._check(check_last)
            young = not journal._compare_witness() and journal.seq == 0
            if stamp is None:
                journal._witnessed = journal.seq  # whoever only reads is no witness
            elif young:
                journal.write_witness()  # from the first record on, one that is missing was taken away
            store.keep_reserve()
            store.checkpoint_truncate()
        except BaseException:
            with suppress(StorageError):
                store.close()
            raise
        return journal

    # --- writing

    def commit(self, commit: Commit) -> None:
        """Makes everything of one step durable, or nothing.

        Raises:
            Misuse: the commit contradicts itself or the journal; nothing was written.
            DiskFull, DiskFailed, Damaged: nothing was written.
            CommitUnknown: nobody knows; close, open again, ask :meth:`holds`. Every later commit says the same.
        """
        if self._stopped is not None:
            raise self._stopped
        if commit.is_empty:
            return
        step = Step(self._key, self._seal_key, commit, self._end)
        try:
            self._store.commit(step.write, self.seq)
        except CommitUnknown as error:
            self._stopped = error
            raise
        self._end = step.end
        closed = any(isinstance(record.body, DayClosed) for record in commit.records)
        if closed or self.seq - self._witnessed >= witness.EVERY:
            self.write_witness()

    @property
    def witness_due(self) -> bool:
        """Whether a moment in which nobody waits is good for a witness; past ``EVERY`` a commit writes it itself."""
        return self._stopped is None and self.seq - self._witnessed >= witness.SOON

    def holds(self, commit: Commit, after: int) -> bool:
        """After :class:`CommitUnknown` and a new start: whether that commit is in the journal after all.

        Args:
            commit: What was refused.
            after: ``last_seq`` of the error.
        """
        kept = [entry.record for entry in self.entries(after)]
        return kept[: len(commit.records)] == list(commit.records) and bool(commit.records)

    @property
    def low_on_space(self) -> bool:
        """Whether the reserve was needed: only reversals and closing should be begun now."""
        return self._store.low_on_space

    def head(self) -> str:
        """The chain's head, hex: what a Z prints."""
        return self._end.head.hex()

    @property
    def seq(self) -> int:
        """The last record; records have no holes, so also their count."""
        return self._end.seq

    # --- care

    def grow_wal(self) -> None:
        """See :meth:`Store.grow_wal`. From any thread, after the first paint."""
        self._store.grow_wal()

    def tidy(self) -> bool:
        """When idle, at Z and at stop: erased cards leave the log for good, then the log is grown again."""
        done = self._store.checkpoint_truncate()
        if done:
            self._store.grow_wal()
        return done

    def write_witness(self) -> bool:
        """Writes the witness. A place that can't be written is told in :attr:`witness_problem`, and stops nothing.

        While the journal is older than its witness nothing is written: it is the only proof.
        """
        if self.rolled_back is not None:
            return False
        self._witnessed = self.seq  # on failure, too: the next try is due after as many records again
        told = dict(self._stamp)
        try:
            witness.save(
                self._escrow,
                self._key,
                witness.Witness(self.seq, self.head(), self.last_stan_count(), told["terminal_id"], witness.now()),
            )
        except StorageError as error:
            self.witness_problem = error.code
            return False
        self.witness_problem = ""
        return True

    def resume(self, record: Record) -> None:
        """Goes on after a roll-back that a person has seen: leaves numbers out and makes a new witness.

        Args:
            record: A ``StanSkipped`` of at least :attr:`RolledBack.skip`.
        """
        if self.rolled_back is None:
            raise Misuse("there was no roll-back")
        if not isinstance(record.body, StanSkipped) or record.body.by < self.rolled_back.skip:
            raise Misuse("too few STANs are left out")
        self.commit(Commit(records=(record,)))
        self.rolled_back = None
        self.write_witness()

    def verify(self) -> list[Finding]:
        """Checks everything: chain, fold, counters, sealed cards, witness. Changes nothing; seconds for a million."""
        keys = (self._key, self._seal_key)
        return self._witness_findings() + check(self._store, *keys, self._stamp)

    def _witness_findings(self) -> list[Finding]:
        if self.rolled_back is not None:
            what = What.FORKED if self.rolled_back.forked else What.ROLLED_BACK
            return [Finding(what, detail=f"{self.seq} of {self.rolled_back.witness.seq} records")]
        if self.witness_problem:
            absent = self.witness_problem == "absent"
            return [Finding(What.WITNESS_ABSENT if absent else What.WITNESS_DAMAGED, detail=self.witness_problem)]
        return []

    def export(self) -> Iterator[str]:
        """Every record as a line of JSON, with its code, in order: what an auditor's tool can check by itself."""
        for seq, at, txn, kind, body, mac in self._store.pages(
            "SELECT seq, at, txn, kind, body, mac FROM record WHERE seq > ?"
        ):
            line = {
                "seq": seq, "at": at, "transaction": txn, "kind": kind, "body": msgspec.Raw(body.encode()),
                "mac": mac.hex(),
            }  # fmt: skip
            yield msgspec.json.encode(line).decode()

    def reader(self) -> JournalReader:
        """The same questions over a connection of its own, for another thread (history, charts)."""
        return JournalReader(self._store.reader(), self._vault)

    def close(self) -> None:
        """Witness where there is news, last checkpoint, and the file is free for the next till."""
        if self._stopped is None and self.seq:
            with suppress(StorageError):
                if self.seq != self._witnessed:
                    self.write_witness()
                self._store.checkpoint_truncate()
        self._store.close()

    # --- opening

    def _adopt(self, stamp: Stamp | None) -> None:
        stamped = tuple((name, value) for name, value in self._store.all("SELECT name, value FROM stamp ORDER BY name"))
        if not stamped and stamp is not None:
            fields = stamp.fields()

            def write(connection: sqlite3.Connection) -> None:
                connection.executemany("INSERT INTO stamp VALUES (?, ?)", fields)

            self._store.commit(write)
            stamped = fields
        if not stamped:
            raise Damaged("the journal has no stamp")
        if stamp is not None:
            told = dict(stamped)
            for name, wanted in sorted(stamp.fields(), key=lambda field: _TELLING.index(field[0])):
                if told.get(name) != wanted:
                    raise Mismatch(name, told.get(name, ""), wanted)
        self._stamp = stamped

    def _catch_up(self) -> None:
        self._end = End.read(self._store, chain.genesis(self._key, self._stamp))

    def _check(self, last: int) -> None:
        """The codes of the last records, and that none is missing among them. Raises Damaged."""
        start = max(self.seq - last, 0)
        for break_at in chain.broken_links(self._store, self._key, self._stamp, start):
            raise Damaged(f"the chain does not hold at record {break_at}")

    def _compare_witness(self) -> bool:
        """Whether there is one."""
        try:
            seen = witness.load(self._escrow, self._key)
        except StorageError as error:
            self.witness_problem = error.code
            return True
        if seen is None:
            self.witness_problem = "absent" if self.seq >= witness.EVERY else ""
            return False
        count = self.last_stan_count()
        at = self._store.one("SELECT mac FROM record WHERE seq = ?", (seen.seq,)) if seen.seq else None
        forked = at is not None and at[0].hex() != seen.head
        if self.seq < seen.seq or count < seen.stan_count or forked:
            self.rolled_back = RolledBack(self.seq, count, seen, forked)
        else:
            self._witnessed = seen.seq
        return True
