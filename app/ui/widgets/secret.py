"""Secrets on the screen: drawn for the eyes in front of it, as blocks in every picture that is taken.

The switch is one for the whole program, and a widget that draws a secret asks it at each painting. Whoever takes a
picture turns it on first (:func:`hidden`), and the property ``secret`` tells a script not to read the text either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.ui.look import Look, Size, font
from app.ui.text import Say, say


class _Switch:
    blocks = False


def blocks() -> bool:
    """Whether secrets are painted as blocks now."""
    return _Switch.blocks


def set_blocks(on: bool) -> None:
    """Paint secrets as blocks, or show them; every open window is painted again."""
    _Switch.blocks = on
    for window in QApplication.topLevelWidgets():
        for child in window.findChildren(QWidget):
            if child.property("secret"):
                child.update()


@contextmanager
def hidden() -> Iterator[None]:
    """Blocks for as long as a picture is taken."""
    before = _Switch.blocks
    set_blocks(True)
    try:
        yield
    finally:
        set_blocks(before)


def paint_blocks(painter: QPainter, look: Look, box: QRectF, count: int, size: int) -> None:
    """``count`` blocks where characters would stand."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("muted"))
    step = min(size * 0.6, box.width() / max(1, count))
    width = step - 3
    for index in range(count):
        left = box.left() + index * step
        painter.drawRoundedRect(QRectF(left, box.center().y() - size * 0.4, width, size * 0.8), 3, 3)


class SecretLabel(QWidget):
    """One secret text. It has no ``text()``: only the painter reads it, and :meth:`wipe` forgets it."""

    def __init__(self, look: Look, name: str, size: Size = 28) -> None:
        super().__init__()
        self._look = look
        self._size: Size = size
        self._secret = ""
        self.setProperty("secret", True)  # noqa: FBT003 - Qt's signature
        self.setAccessibleName(say(Say.SECRET, name=name))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_secret(self, secret: str, size: Size | None = None) -> None:
        """Keep it for painting until :meth:`wipe`; ``size`` where it depends on how long it is."""
        self._secret = secret
        self._size = size or self._size
        self.updateGeometry()
        self.update()

    def wipe(self) -> None:
        """Forget it."""
        self._secret = ""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the secret."""
        metrics = QFontMetrics(font(self._size, bold=True))
        return QSize(metrics.horizontalAdvance(self._secret) + 4, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The text, or as many blocks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if blocks():
            paint_blocks(painter, self._look, box, len(self._secret), self._size)
        else:
            painter.setFont(font(self._size, bold=True))
            painter.setPen(self._look.colour("ink"))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._secret)
        painter.end()


class SecretText(SecretLabel):
    """A secret that may be longer than its place is wide, such as an address: broken where it must be."""

    LINES = 3

    def __init__(self, look: Look, name: str, size: Size = 16) -> None:
        super().__init__(look, name, size)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few lines."""
        return QSize(240, self.LINES * QFontMetrics(font(self._size, bold=True)).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The lines, or one of blocks."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if blocks():
            paint_blocks(painter, self._look, box, len(self._secret), self._size)
        else:
            painter.setFont(font(self._size, bold=True))
            painter.setPen(self._look.colour("ink"))
            painter.drawText(box, Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignTop, self._secret)
        painter.end()
