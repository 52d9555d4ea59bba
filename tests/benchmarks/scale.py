"""G6: what a till costs that has sold for years, beside one that opened last week: the same operations on both."""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

from app.domain import messages as m
from app.domain.till import Book
from app.domain.transaction import Transaction
from app.domain.view import Screen
from app.service.clock import SystemClock
from app.service.running import till_of
from app.storage.journal import Journal
from app.ui.bridge import Bridge
from app.ui.look import Look
from app.ui.theme import LIGHT
from tests.benchmarks.bulk import build
from tests.benchmarks.commit import Opener
from tests.benchmarks.fill import queue
from tests.benchmarks.measure import Figure, Goal, Plan, Times, median, ratios
from tests.benchmarks.reader import application
from tests.benchmarks.rig import NoPin, PaintedWindow
from tests.benchmarks.shop import BOSS, LIMITS, STAMP, UP_PREFIX, WHO, Stepper, number_of, open_journal

PENDING = 50
ROWS = 50
_TREES = "one more level of each B-tree"
_BARE = "a QTableWidget of the same rows in the same window"


def _goal(what: str, yardstick: str, bar: float | None, bound: str, unit: str = "x") -> Goal:
    return Goal("G6", what, yardstick, bar, bound, unit=unit)


def run_scale(plan: Plan) -> list[Figure]:
    """G6."""
    small, large = plan.pick(20, 1_000, 1_000), plan.pick(60, 100_000, 1_000_000)
    folder = plan.folder / "g6"
    folder.mkdir()
    directories = {name: folder / name for name in ("small", "large")}
    began = time.perf_counter()
    for name, count in (("small", small), ("large", large)):
        build(directories[name], STAMP, count)
        journal, vault = open_journal(directories[name])
        queue(journal, vault, {number_of(UP_PREFIX, 0): "PP-1", number_of(UP_PREFIX, 1): "PP-2"}, PENDING)
        journal.close()
    built = f"{large:,} transactions, {5 * large:,} records, made in {time.perf_counter() - began:.0f} s"
    yardstick = f"the same with {small:,}"
    figures = _operations(plan, directories, yardstick, built)
    figures += _opening(plan, directories, yardstick, built)
    figures += _history(plan, directories, built)
    return figures


def _operations(plan: Plan, directories: dict[str, Path], yardstick: str, note: str) -> list[Figure]:
    journals = {name: open_journal(directory)[0] for name, directory in directories.items()}
    openers = {name: Opener(journal) for name, journal in journals.items()}
    for journal in journals.values():
        journal.grow_wal()
    middles = {name: journal.seq // 2 for name, journal in journals.items()}
    names = ("insert", "next pending", "newest page", "middle page")
    columns: dict[tuple[str, str], list[float]] = {(what, name): [] for what in names for name in journals}
    for _ in range(plan.rounds):
        times = {key: Times() for key in columns}
        for _ in range(plan.pick(2, 40, 100)):
            for name, journal in journals.items():
                commit = openers[name].made()
                times["insert", name].of(journal.commit, commit)
                times["next pending", name].of(journal.oldest_open)
                times["newest page", name].of(journal.page, None, ROWS)
                times["middle page", name].of(journal.page, middles[name], ROWS)
        for key, taken in times.items():
            columns[key].append(median(taken.taken))
    for journal in journals.values():
        journal.close()
    bars = {"insert": 1.25, "next pending": 1.1, "newest page": 1.1, "middle page": 1.1}
    return [
        Figure(
            _goal(what, yardstick, bars[what], _TREES),
            ratios(columns[what, "large"], columns[what, "small"]),
            f"{columns[what, 'large'][0]:.0f} us; {note}",
        )
        for what in names
    ]


def _opening(plan: Plan, directories: dict[str, Path], yardstick: str, note: str) -> list[Figure]:
    """From a closed journal to a till that knows what it was doing."""
    columns: dict[str, list[float]] = {name: [] for name in directories}
    for _ in range(plan.rounds):
        times = {name: Times() for name in directories}
        for _ in range(plan.pick(1, 5, 9)):
            for name, directory in directories.items():
                opened = times[name].of(_ready, directory)
                assert isinstance(opened, Journal)
                opened.close()
        for name, taken in times.items():
            columns[name].append(median(taken.taken))
    note = f"{columns['large'][0]:.0f} us; {note}"
    return [Figure(_goal("open to ready", yardstick, 1.2, _TREES), ratios(columns["large"], columns["small"]), note)]


def _ready(directory: Path) -> Journal:
    journal, _ = open_journal(directory)
    book = Book(STAMP.currency)
    book.load(journal.open_transactions())
    till_of(journal, LIMITS, WHO, SystemClock().local().date())
    journal.sales_today()
    return journal


# --- the history on the screen ------------------------------------------------------------------------------------


def _history(plan: Plan, directories: dict[str, Path], note: str) -> list[Figure]:
    """The journal's screen, page after page, in the real window; beside it a plain table of the same rows."""
    running = application()
    till = Stepper(directories["large"], who=BOSS)
    window = PaintedWindow(_ignore, NoPin(), Bridge(), LIGHT, sign_in=_ignore, look=Look(LIGHT))
    window.resize(1280, 800)
    window.show()
    table = QTableWidget(ROWS, 6)
    table.resize(1280, 800)
    table.show()
    till.say(m.Start(m.Task.MANAGER))
    window.show_view(till.shown[-1])
    running.processEvents()
    before = _memory()
    ours, bare = [], []
    older: int | None = None
    for _ in range(plan.rounds):
        ours_now, bare_now = Times(), Times()
        for _ in range(plan.pick(1, 5, 9)):
            at = older
            ours_now.of(_page, till, window, running, at)
            rows, older = till.journal.page(at, ROWS)
            bare_now.of(_lay, table, rows, running)
        ours.append(median(ours_now.taken))
        bare.append(median(bare_now.taken))
    grown = _memory() - before
    if till.shown[-1].screen is not Screen.JOURNAL:
        raise RuntimeError("the history was not shown")
    window.close()
    table.close()
    till.close()
    pages = "the screen's own widgets, and a page of 50 rows read and decoded"
    return [
        Figure(_goal("history on screen, a page", _BARE, 3, pages), ratios(ours, bare), f"{ours[0]:.0f} us; {note}"),
        Figure(_goal("history on screen, memory", "before it", 8, "no list of rows", " MiB"), (grown,), note),
    ]


def _ignore(*_: object) -> None:
    """Nobody is asked."""


def _page(till: Stepper, window: PaintedWindow, running: QApplication, older: int | None) -> None:
    till.say(m.Older(older) if older is not None else m.Start(m.Task.JOURNAL))
    window.show_view(till.shown[-1])
    running.processEvents()


def _lay(table: QTableWidget, rows: tuple[Transaction, ...], running: QApplication) -> None:
    for line, told in enumerate(rows):
        texts = (told.opened_at.isoformat(), told.verb, told.state, told.stan.digits, str(told.amount.minor), told.face)
        for column, text in enumerate(texts):
            table.setItem(line, column, QTableWidgetItem(text))
    running.processEvents()


def _memory() -> float:
    """Resident, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
