"""A real window on recorded hands: what it sends is kept in a list, PIN digits are only counted."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.messages import Message
from app.domain.view import TillView
from app.ui.bridge import Bridge
from app.ui.look import Look
from app.ui.main_window import MainWindow
from app.ui.theme import LIGHT, Theme
from tests.ui import samples


class CountingPin:
    """A PIN session that counts. It shows that the window hands digits on and asks how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.events: list[str] = []

    def digit(self, d: int) -> int:
        assert 0 <= d <= 9
        self.count = min(self.count + 1, 12)
        self.events.append("digit")
        return self.count

    def clear(self) -> int:
        self.count = 0
        self.events.append("clear")
        return 0

    def done(self) -> None:
        self.events.append("done")

    def cancel(self) -> None:
        self.events.append("cancel")


class Rig:
    """Window, bridge and the ends of everything it is connected to; clocks stand still until moved."""

    def __init__(self, theme: Theme = LIGHT, size: tuple[int, int] = (1280, 800)) -> None:
        self.sent: list[Message] = []
        self.signed: list[tuple[str, int]] = []
        self.pin = CountingPin()
        self.bridge = Bridge()
        self.now: datetime = samples.NOW
        self.milliseconds = 0
        self.window = MainWindow(
            self.sent.append,
            self.pin,
            self.bridge,
            theme,
            sign_in=lambda operator, digits: self.signed.append((operator, len(digits))),
            now=lambda: self.now,
            milliseconds=lambda: self.milliseconds,
            look=Look(theme),
        )
        self.window.resize(*size)
        self.window.show()

    def show(self, view: TillView) -> None:
        self.bridge.show(view)
        settle()

    def press(self, *keys: Qt.Key | str, apart: int = 1000) -> None:
        """Press keys; ``apart`` milliseconds of the window's clock pass before each."""
        for key in keys:
            self.milliseconds += apart
            if isinstance(key, str):
                QTest.keyClicks(self.window, key)
            else:
                QTest.keyClick(self.window, key)

    def activate(self) -> None:
        """The window in front, so that something in it can have the focus."""
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)

    def find(self, name: str) -> QWidget:
        widget = self.window.findChild(QWidget, name)
        assert isinstance(widget, QWidget), name
        return widget

    def text(self, name: str) -> str:
        text = getattr(self.find(name), "text", None)
        return str(text()) if callable(text) else self.find(name).accessibleName()

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        settle()


def settle() -> None:
    """Let layouts, deferred deletions and queued signals run dry."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
