"""A whole till without a window: real threads, real journal, real host over HTTP; a test is its cashier."""

from __future__ import annotations

import queue
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.bootstrap import Place, open_bare, pin_key
from app.domain import messages as m
from app.domain.card import Issued
from app.domain.effects import Commit
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.receipt import Receipt
from app.domain.report import DayReport
from app.domain.view import Screen, TillView
from app.issuer.ledger import FIRST_FACE
from app.issuer.server import IssuerHost
from app.service.clock import Clock, SystemClock
from app.service.devices import ready
from app.service.line_switch import LineSwitch
from app.service.printing import FilePrinter, Renderer
from app.service.running import RunningTill
from app.settings import Settings
from app.storage.errors import CommitUnknown, StorageError
from app.storage.journal import Journal
from app.training import training_settings

PATIENCE = 60.0
"""Seconds within which anything that is going to happen has happened, on the busiest machine."""


class ShakyJournal(Journal):
    """A journal on a disk that a test can spoil; the errors are SQLite's own where that is possible."""

    after_commit: StorageError | None = None

    def commit(self, commit: Commit) -> None:
        super().commit(commit)
        trouble, self.after_commit = self.after_commit, None
        if trouble is not None and not commit.is_empty:
            self._stopped = trouble if isinstance(trouble, CommitUnknown) else None
            raise trouble

    def fill_the_disk(self) -> None:
        """No page more: SQLite's own SQLITE_FULL, and the reserve is gone already."""
        (self._store.path.with_name("reserve")).unlink(missing_ok=True)
        self._store.one("PRAGMA max_page_count = 1")

    def refuse_commits(self) -> None:
        """The COMMIT itself fails."""

        def allow(action: int, what: str | None, *_: object) -> int:
            commit = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
            return sqlite3.SQLITE_DENY if commit else sqlite3.SQLITE_OK

        self._store._connection.set_authorizer(allow)

    def refuse_reading(self) -> None:
        """No row can be read any more."""

        def allow(action: int, *_: object) -> int:
            return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ else sqlite3.SQLITE_OK

        self._store._connection.set_authorizer(allow)


class Live:
    """A running till and the host it talks to."""

    def __init__(
        self, host: IssuerHost, data: Path, settings: Settings | None = None, clock: Clock | None = None
    ) -> None:
        self.host = host
        self.data = data
        self.settings: Settings = settings or training_settings(host.contract)
        self.clock = clock or SystemClock()
        self.line = LineSwitch()
        self.views: queue.Queue[TillView] = queue.Queue()
        self.view: TillView | None = None
        self.broken: list[BaseException] = []
        self.journals: list[ShakyJournal] = []
        self.may_open: StorageError | None = None
        self._bare = open_bare(self.settings, data)
        self.till = self._make()

    def _open(self) -> ShakyJournal:
        if self.may_open is not None:
            raise self.may_open
        journal = ShakyJournal.open(self.data, self._bare.vault, self._bare.stamp)
        assert isinstance(journal, ShakyJournal)
        self.journals.append(journal)
        return journal

    @contextmanager
    def reopened(self) -> Iterator[Journal]:
        """The journal of a till that was stopped, to be written to."""
        journal = Journal.open(self.data, self._bare.vault, self._bare.stamp)
        try:
            yield journal
        finally:
            journal.close()

    def _make(self) -> RunningTill:
        bare = self._bare
        paper = Renderer(_receipt, _card, _report)
        return RunningTill(
            journal=self._open(),
            reopen=self._open,
            setup=bare.setup,
            limits=self.settings.limits(),
            backends=bare.backends,
            printer=lambda post, failed: FilePrinter(Place(self.data).receipts, paper, post, failed),
            pin_key=pin_key(self.settings, bare.vault),
            cut=bare.line.set,
            show=self.views.put,
            clock=self.clock,
            card_key=bare.vault.card_key,
            operator=bare.setup.operators[-1],
            failed=self.broken.append,
            hooks=self.data if self.settings.hooks.faces else None,
        )

    @property
    def journal(self) -> ShakyJournal:
        """The one that is open now."""
        return self.journals[-1]

    def say(self, *messages: m.Message) -> None:
        for message in messages:
            self.till.post(message)

    def until(self, wanted: Callable[[TillView], bool], what: str) -> TillView:
        """Waits for a picture."""
        end = time.monotonic() + PATIENCE
        if self.view is not None and self.views.empty() and wanted(self.view):
            return self.view
        while (left := end - time.monotonic()) > 0:
            assert not self.broken, self.broken
            try:
                self.view = self.views.get(timeout=min(left, 0.2))
            except queue.Empty:
                continue
            if wanted(self.view):
                return self.view
        raise AssertionError(f"never seen: {what}; last: {self.view}")

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        """Waits for something beside the till."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"never: {what}"
            time.sleep(0.01)

    def screen(self, screen: Screen) -> TillView:
        return self.until(lambda view: view.screen is screen, screen.value)

    def card(self, name: str = "ordinary", face: str = FIRST_FACE) -> dict[str, Any]:
        """A demo card as the contract lists it now."""
        cards: list[dict[str, Any]] = self.host.contract["cards"]
        return next(card for card in cards if (card["face"], card["name"]) == (face, name))

    def track(self, name: str = "ordinary", face: str = FIRST_FACE) -> m.CardSwiped:
        return m.CardSwiped(m.TrackText(self.card(name, face)["track2"]))

    def begin_pay(self, amount: int, name: str = "ordinary") -> None:
        """F2, amount, swipe."""
        self.say(m.Start(Task.PAY), m.AmountEntered(Money(amount, Currency.NOK)))
        self.screen(Screen.AWAIT_CARD)
        self.say(self.track(name))

    def begin_pay_somehow(self) -> None:
        """Whatever leads to a commit."""
        self.say(m.Start(Task.PAY), m.AmountEntered(Money(1_00, Currency.NOK)))

    def pay(self, amount: int, name: str = "ordinary") -> TillView:
        """A payment to its end."""
        self.begin_pay(amount, name)
        outcome = self.screen(Screen.OUTCOME)
        self.say(m.Confirm())
        self.screen(Screen.HOME)
        return outcome

    def balance(self, name: str = "ordinary", face: str = FIRST_FACE) -> int:
        found: int = self.card(name, face)["balance"]
        return found


def _receipt(slip: Receipt) -> list[str]:
    return [slip.stan, slip.mark.value]


def _card(secret: Issued) -> list[str]:
    return [repr(secret)]


def _report(report: DayReport) -> list[str]:
    return [str(report.number)]


@contextmanager
def live(
    data: Path, faces: Collection[str] = (FIRST_FACE,), devices: Mapping[str, tuple[str, Path]] | None = None
) -> Iterator[Live]:
    """A till that is started, and stopped in the end. ``devices`` are drivers and ports by what they are."""
    with IssuerHost(faces=faces) as host:
        made = Live(host, data)
        for name, (driver, port) in (devices or {}).items():
            device = ready(name, driver, str(port), {})
            assert device is not None
            made.till.add_device(device)
        made.till.start()
        try:
            made.screen(Screen.HOME)
            yield made
        finally:
            made.till.stop()
        assert not made.broken, made.broken
