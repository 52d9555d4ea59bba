"""The hand on the real window: tells when it is painted and ready, and sells when it is told to."""

from __future__ import annotations

import itertools
import sys
import time

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer

from app.domain import messages as m
from app.domain.money import Currency, Money
from app.domain.view import Screen, TillView
from app.ui.main_window import MainWindow

AMOUNT = Money(1_00, Currency.NOK)
LOOK_MS = 1
CARDS = 100
UP_PREFIX = "701336"


class Watch(QObject):
    """Looks at the window's pictures; never changes anything but by messages a cashier could send."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._said: set[str] = set()
        self._left = 0
        self._last: TillView | None = None
        self._cards = itertools.cycle(range(CARDS))
        window.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._go_on)
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Carries the update request out itself, so that it knows when it was."""
        if watched is not self._window or event.type() != QEvent.Type.UpdateRequest:
            return False
        self._window.event(event)
        self._tell("painted")
        view = self._window.view
        if view is not None and view.screen is Screen.HOME and view.strip.reader is m.ReaderState.READY:
            self._tell("ready")
        return True

    def _tell(self, word: str) -> None:
        if word not in self._said:
            self._said.add(word)
            sys.stdout.write(f"{word} {time.monotonic_ns()}\n")
            sys.stdout.flush()

    def _told(self) -> None:
        line = sys.stdin.readline().strip()
        if line in ("", "end"):
            self._notifier.setEnabled(False)
            self._window.close()
            return
        self._left, self._last = int(line), None
        self._timer.start()

    def _go_on(self) -> None:
        """One step of a sale per picture."""
        view = self._window.view
        if view is None or view is self._last:
            return
        self._last = view
        send = self._window.desk.send
        if view.screen is Screen.HOME and self._left:
            send(m.Start(m.Task.PAY))
            send(m.AmountEntered(AMOUNT))
        elif view.screen is Screen.AWAIT_CARD:
            number = f"{UP_PREFIX}{next(self._cards):013d}"
            send(m.CardSwiped(m.TrackText(f"{number}=31121250000")))
        elif view.screen is Screen.OUTCOME:
            self._left -= 1
            send(m.Confirm())
        elif view.screen is Screen.HOME:
            self._timer.stop()
            sys.stdout.write("done\n")
            sys.stdout.flush()
