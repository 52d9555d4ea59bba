"""The hand in a till: it presses the window's keys and says what the window shows, as its parent asks.

It runs on the window's thread and never waits there: each thing it is asked is done in small turns of Qt's own loop, so
the till under its hands goes on as under a cashier's.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from app.tour import wire
from app.tour.eyes import CannotSave, named, shoot, visible_text
from app.ui.main_window import DOUBLE_ENTER_MS, MainWindow

SIZE = (1280, 800)
BEAT_MS = 10
"""Between two looks at the window: shorter than anything a picture could show."""
CHUNK = 65_536
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
KEYS: dict[str, Qt.Key] = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Backspace": Qt.Key.Key_Backspace,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    **{f"F{number}": Qt.Key(Qt.Key.Key_F1.value + number - 1) for number in range(1, 13)},
}
"""Keys by the words printed on them; a single sign is the key that types it."""


def matches(want: dict[str, str], said: dict[str, str], everything: str) -> bool:
    """Whether the window says what is wanted.

    A wanted text is met exactly; one that begins with ``~`` is contained, with ``!`` it is not said. The name ``seen``
    means all text on the window.
    """
    for name, text in want.items():
        now = everything if name == "seen" else said.get(name, "")
        if text.startswith("~"):
            met = text[1:] in now
        elif text.startswith("!"):
            met = now != text[1:]
        else:
            met = now == text
        if not met:
            return False
    return True


class Driver(QObject):
    """The hand on one window.

    Args:
        window: The till's.
        channel: The socket to the parent, connected.
    """

    def __init__(self, window: MainWindow, channel: socket.socket) -> None:
        super().__init__(window)
        self._window = window
        self._channel = channel
        channel.settimeout(0)
        self._lines = wire.Lines()
        self._asked: deque[wire.Told] = deque()
        self._busy = False
        self._last_enter = 0.0
        window.resize(*SIZE)
        self._notifier = QSocketNotifier(channel.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    # --- asked and answered

    def _read(self) -> None:
        try:
            data = self._channel.recv(CHUNK)
        except BlockingIOError:
            return
        if not data:
            # the parent is gone: a till without its hand would stand there for ever
            self._notifier.setEnabled(False)
            self._window.close()
            return
        self._asked.extend(self._lines.feed(data))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._asked:
            return
        self._busy = True
        asked = self._asked.popleft()
        match asked["do"]:
            case "press":
                self._press(deque(asked["keys"]))
            case "click":
                self._click(deque(asked["labels"]))
            case "wait":
                self._wait(asked["want"], time.monotonic() + asked["seconds"])
            case "shoot":
                # after what is under way on the window has been laid out and painted
                QTimer.singleShot(BEAT_MS, lambda: self._shoot(Path(asked["path"]), asked["step"]))
            case "say":
                self._answer(said=named(self._window))
            case "leave":
                self._answer()
                self._notifier.setEnabled(False)
                self._window.close()
            case other:
                self._fail(f"nobody here can {other}")

    def _answer(self, **told: object) -> None:
        self._channel.sendall(wire.encode({"ok": True, **told}))
        self._busy = False
        QTimer.singleShot(0, self._next)

    def _fail(self, why: str) -> None:
        self._channel.sendall(wire.encode({"ok": False, "why": why, "said": named(self._window)}))
        self._busy = False

    # --- hands

    def _press(self, keys: deque[str]) -> None:
        if not keys:
            self._answer()
            return
        key = KEYS.get(keys[0])
        if key in ENTERS:
            # the window takes two within half a second for one; a hand that knows the till lets go in between
            left = self._last_enter + DOUBLE_ENTER_MS / 1000 - time.monotonic()
            if left > 0:
                QTimer.singleShot(int(left * 1000) + 2, lambda: self._press(keys))
                return
        elif not isinstance(QApplication.focusWidget(), QLineEdit):
            self._last_enter = 0.0  # the window hears what is typed in between: the next Enter is meant
        word = keys.popleft()
        self._send_key(key if key is not None else Qt.Key(ord(word.upper())), "" if key is not None else word)
        QTimer.singleShot(0, lambda: self._pressed(key, keys))

    def _pressed(self, key: Qt.Key | None, keys: deque[str]) -> None:
        """The window has heard it by now."""
        if key in ENTERS:
            self._last_enter = time.monotonic()
        self._press(keys)

    def _send_key(self, key: Qt.Key, text: str) -> None:
        focused = QApplication.focusWidget()
        target = self._window if focused is None else focused
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.postEvent(target, QKeyEvent(kind, key.value, Qt.KeyboardModifier.NoModifier, text))

    def _click(self, labels: deque[str]) -> None:
        if not labels:
            self._answer()
            return
        label = labels.popleft()
        buttons = [b for b in self._window.findChildren(QAbstractButton) if b.isVisible() and b.text() == label]
        if not buttons:
            self._fail("there is no such button")
            return
        self._push(buttons[0])
        QTimer.singleShot(0, lambda: self._click(labels))

    def _push(self, button: QAbstractButton) -> None:
        here = QPointF(button.rect().center())
        there = QPointF(button.mapToGlobal(button.rect().center()))
        left, none, plain = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            QApplication.postEvent(button, QMouseEvent(kind, here, there, left, held, plain))

    # --- eyes

    def _wait(self, want: dict[str, str], until: float) -> None:
        said = named(self._window)
        everything = "\n".join(line["text"] for line in visible_text(self._window)) if "seen" in want else ""
        if matches(want, said, everything):
            self._answer(said=said)
        elif time.monotonic() > until:
            self._fail(f"waited in vain for {want}")
        else:
            QTimer.singleShot(BEAT_MS, lambda: self._wait(want, until))

    def _shoot(self, path: Path, step: str) -> None:
        try:
            shoot(self._window, path, step)
        except CannotSave as error:
            self._fail(f"the picture could not be saved: {error}")
            return
        self._answer()
