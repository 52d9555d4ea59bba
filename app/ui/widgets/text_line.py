"""A line to type in: a name, a reference, a reason. It takes the window's keys as well as its own.

A swipe never fills it: cards come over the reader's line, and should a reader type like a keyboard after all, what
looks like a stripe is wiped as soon as it can be told and the rest of it is dropped up to the Enter that ends it.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui.widgets.parts import let_go

ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
BACKSPACE = int(Qt.Key.Key_Backspace)
SENTINELS = ";%"
"""What tracks 1 and 2 begin with (ISO/IEC 7813)."""
STRIPE = re.compile(r"[;%][Bb]?[0-9]{5}.*")
"""The sentinel of track 1 or 2 (ISO/IEC 7813), its format code, and more figures in a row than follow a ``;`` or a
``%`` in a sentence."""
MAX_SWALLOWED = 120
"""Longest stripe of all three tracks, with room to spare: after that the line listens again."""


class StripeGuard:
    """Drops what a reader that types like a keyboard sends, up to the Enter that ends it."""

    def __init__(self) -> None:
        self._left = 0

    @property
    def on(self) -> bool:
        """Whether a stripe is being dropped."""
        return self._left > 0

    def begin(self) -> None:
        """A stripe was recognised."""
        self._left = MAX_SWALLOWED

    def end(self) -> None:
        """Listen again."""
        self._left = 0

    def swallows(self, key: int) -> bool:
        """Whether this key belongs to the stripe."""
        if not self._left:
            return False
        self._left = 0 if key in ENTER else self._left - 1
        return True


class TextLine(QLineEdit):
    """One line of text."""

    stripe = Signal()
    """Something like a stripe was wiped."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = StripeGuard()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.textChanged.connect(self._look)

    @property
    def said(self) -> str:
        """What was typed, without the blanks around it and with single ones inside."""
        return " ".join(self.text().split())

    @property
    def swallowing(self) -> bool:
        """Whether the rest of a stripe is being dropped."""
        return self._guard.on

    def begin(self, name: str, most: int, text: str = "") -> None:
        """A new answer: what is asked for, how long it may be, and what stands there already."""
        self._guard.end()
        self.setAccessibleName(name)
        self.setMaxLength(most)
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        """Nothing stays, and keys belong to the window again."""
        self._guard.end()
        self.clear()
        let_go(self)

    def press(self, key: int, text: str) -> bool:
        """A key that reached the window: whether it was one for this line."""
        if self._guard.swallows(key):
            return True
        if key == BACKSPACE:
            self.backspace()
        elif text and text.isprintable():
            self.insert(text)
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A key while the line has the focus. Enter and Escape are the window's."""
        if event.key() in ENTER or not self._guard.swallows(event.key()):
            super().keyPressEvent(event)

    def _look(self, text: str) -> None:
        found = STRIPE.search(text)
        if found is not None:
            self._guard.begin()
            self.setText(text[: found.start()])
            self.stripe.emit()
