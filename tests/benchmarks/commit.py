"""G4 and G5: what a durable commit costs beside the least that is durable, and beside libraries that store less."""

from __future__ import annotations

import itertools
import json
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path

import dataset
import persistqueue
import sqlite_utils

from app.domain.effects import Commit
from app.domain.ids import Fresh, OperatorId, Stan
from app.domain.messages import Confirm
from app.domain.records import Opened, Record
from app.domain.transaction import apply
from app.domain.verb import Verb
from app.service.clock import SystemClock
from app.storage.journal import Journal
from tests.benchmarks.measure import Figure, Goal, Overwrite, Plan, Times, median, rate, ratios
from tests.benchmarks.shop import AMOUNT, TILL, WHO, Stepper, open_journal, today

FIRST = 150
"""Commits after opening in which a log that was not grown beforehand still grows."""
_BOUND = "one fdatasync; the rest is what SQLite writes: a page of each table and index that is touched"
G4 = Goal("G4", "STAN + row + MAC, durable, steady", "640-byte overwrite + fdatasync", 1.6, _BOUND)
G4_SALE = Goal(
    "G4", "a whole swipe (5 records, row, sale, sealed card), steady", "640-byte overwrite + fdatasync", None, _BOUND
)
G4_FIRST = Goal(
    "G4",
    f"STAN + row + MAC, first {FIRST} after opening",
    "640-byte overwrite + fdatasync",
    2.6,
    "the file system allocates blocks while the log grows",
)
G4_GROWN = Goal(
    "G4", f"STAN + row + MAC, first {FIRST}, log grown at start", "640-byte overwrite + fdatasync", 1.6, _BOUND
)
_FEWER = "the same sync under each; what differs is statements and indexes around it"
G5 = (
    Goal("G5", "STAN + row + MAC", "persist-queue put", 0.9, _FEWER),
    Goal("G5", "STAN + row + MAC", "sqlite-utils insert", 0.8, _FEWER),
    Goal("G5", "STAN + row + MAC", "dataset insert", 0.45, _FEWER),
)


class Opener:
    """Opens transactions: one STAN, one record with its code, one row, one commit."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._clock = SystemClock()
        self._count = journal.last_stan_count()
        self._day = journal.business_day() or today()

    def made(self) -> Commit:
        """The next one, ready to be committed."""
        now = self._clock.now()
        fresh = Fresh(secrets.token_bytes(16), now)
        self._count += 1
        opened = Opened(
            Verb.REDEEM,
            AMOUNT,
            Stan.from_count(self._count),
            fresh.order_ref(),
            fresh.transaction_ref(),
            TILL,
            self._day,
            self._clock.local(),
            OperatorId(WHO.id),
            None,
        )
        record = Record(now, fresh.transaction_id(), opened)
        return Commit((record,), (apply(None, record),))

    def __call__(self) -> None:
        self.journal.commit(self.made())


class TimedStore:
    """Times what the terminal commits on a swipe, and nothing else."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.times = Times()

    def commit(self, commit: Commit) -> None:
        """One commit."""
        if commit.transactions:
            self.times.of(self._journal.commit, commit)
        else:
            self._journal.commit(commit)


def run_commit(plan: Plan) -> list[Figure]:
    """G4."""
    operations = plan.pick(3, 100, 200)
    folder = plan.folder / "g4"
    folder.mkdir()
    limit = Overwrite(folder / "limit")
    stores: list[TimedStore] = []

    def wrapped(journal: Journal) -> TimedStore:
        stores.append(TimedStore(journal))
        return stores[-1]

    till = Stepper(folder / "till", wrapped)
    journal, _ = open_journal(folder / "steady")
    lean = Opener(journal)
    for grown in (till.journal, journal):
        grown.grow_wal()
    for _ in range(plan.pick(1, 20, 50)):
        lean()
        till.sale()
    columns: dict[str, list[float]] = {"limit": [], "lean": [], "sale": []}
    for _ in range(plan.rounds):
        bare, opened, swiped = Times(), Times(), Times()
        stores[0].times = swiped
        for _ in range(operations):
            bare.of(limit)
            commit = lean.made()
            opened.of(journal.commit, commit)
            till.say(till.ring_up(), Confirm())
        for name, times in zip(columns, (bare, opened, swiped), strict=True):
            columns[name].append(median(times.taken))
    till.close()
    journal.close()
    note = ", ".join(rate(name, values) for name, values in columns.items())
    figures = [
        Figure(G4, ratios(columns["lean"], columns["limit"]), note),
        Figure(G4_SALE, ratios(columns["sale"], columns["limit"]), note),
        _first(plan, limit, G4_FIRST, grown=False),
        _first(plan, limit, G4_GROWN, grown=True),
    ]
    limit.close()
    return figures


def _first(plan: Plan, limit: Overwrite, goal: Goal, *, grown: bool) -> Figure:
    """The first commits of young journals: one journal a round."""
    firsts, bares = [], []
    for turn in range(plan.rounds):
        journal, _ = open_journal(plan.folder / f"first-{grown}-{turn}")
        if grown:
            journal.grow_wal()
        lean, bare, opened = Opener(journal), Times(), Times()
        for _ in range(plan.pick(3, FIRST, FIRST)):
            bare.of(limit)
            commit = lean.made()
            opened.of(journal.commit, commit)
        firsts.append(median(opened.taken))
        bares.append(median(bare.taken))
        journal.close()
    return Figure(goal, ratios(firsts, bares), f"{rate('commit', firsts)}, {rate('limit', bares)}")


# --- libraries ----------------------------------------------------------------------------------------------------

_TABLE = """
CREATE TABLE journal (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stan INTEGER NOT NULL, card TEXT NOT NULL,
  amount INTEGER NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, payload TEXT NOT NULL);
CREATE INDEX pending ON journal (seq) WHERE state = 'P';
CREATE INDEX of_card ON journal (card, seq);
"""
_PAYLOAD = json.dumps({f"field_{index}": "x" * 12 for index in range(18)})[:512]


def _row(index: int) -> dict[str, str | int | float]:
    return {
        "id": secrets.token_hex(16),
        "stan": index,
        "card": f"{DIGITS}{index % 500:08d}",
        "amount": 1250,
        "state": "P",
        "created": 1.7e9 + index,
        "payload": _PAYLOAD,
    }


DIGITS = "70133600"


def _sqlite_utils(path: Path) -> Callable[[], object]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(_TABLE)
    database = sqlite_utils.Database(connection)
    counter = itertools.count(1)
    return lambda: database.table("journal").insert(_row(next(counter)))  # the table API as its documentation shows it


def _dataset(path: Path) -> Callable[[], object]:
    database = dataset.connect(
        f"sqlite:///{path}", sqlite_wal_mode=True, on_connect_statements=["PRAGMA synchronous = FULL"]
    )
    table = database.create_table("journal", primary_id="seq")
    counter = itertools.count(1)
    table.insert(_row(next(counter)))
    return lambda: table.insert(_row(next(counter)))


def _persist_queue(path: Path) -> Callable[[], object]:
    queue = persistqueue.SQLiteAckQueue(str(path), auto_commit=True, multithreading=True)
    return lambda: queue.put(_PAYLOAD)


def run_libraries(plan: Plan) -> list[Figure]:
    """G5."""
    operations = plan.pick(3, 80, 200)
    folder = plan.folder / "g5"
    folder.mkdir()
    journal, _ = open_journal(folder / "till")
    journal.grow_wal()
    lean = Opener(journal)
    others = {
        "persist-queue": _persist_queue(folder / "persist-queue"),
        "sqlite-utils": _sqlite_utils(folder / "sqlite-utils.db"),
        "dataset": _dataset(folder / "dataset.db"),
    }
    for _ in range(plan.pick(1, 300, 300)):  # all logs have grown
        lean()
        for other in others.values():
            other()
    columns: dict[str, list[float]] = {name: [] for name in ("ours", *others)}
    for _ in range(plan.rounds):
        times = {name: Times() for name in columns}
        for _ in range(operations):
            commit = lean.made()
            times["ours"].of(journal.commit, commit)
            for name, other in others.items():
                times[name].of(other)
        for name, taken in times.items():
            columns[name].append(median(taken.taken))
    journal.close()
    note = ", ".join(rate(name, values) for name, values in columns.items())
    return [Figure(goal, ratios(columns["ours"], columns[name]), note) for goal, name in zip(G5, others, strict=True)]
