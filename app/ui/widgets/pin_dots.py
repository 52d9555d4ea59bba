"""How many digits of a PIN are in. It is given a count and knows nothing else."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look import Look
from app.ui.text import Say, say

USUAL = 4
MOST = 12
"""ISO 9564: four to twelve digits."""
STEP_PX = 36


class PinDots(QWidget):
    """Filled dots for what is in, rings for what usually follows."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._count = 0
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_count(0)

    @property
    def count(self) -> int:
        """Dots filled."""
        return self._count

    def show_count(self, count: int) -> None:
        """How many digits are in."""
        self._count = min(count, MOST)
        self.setAccessibleName(say(Say.PIN_DIGITS, n=self._count))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for four."""
        return QSize(USUAL * STEP_PX, 48)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Dots and rings."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = max(USUAL, self._count)
        step = min(STEP_PX, self.width() // total)
        left = (self.width() - total * step) / 2
        for index in range(total):
            centre = QPointF(left + step * index + step / 2, self.height() / 2)
            full = index < self._count
            painter.setPen(QPen(self._look.colour("ink" if full else "muted"), 2))
            painter.setBrush(self._look.colour("ink") if full else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 10, 10)
        painter.end()
