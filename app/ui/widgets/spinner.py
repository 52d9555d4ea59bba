"""An arc that goes round while somebody is asked. It is moved by the window's beat, not by a timer of its own."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look import Look

STEPS = 12


class Spinner(QWidget):
    """Draws nothing until told to spin."""

    def __init__(self, look: Look, side: int = 72) -> None:
        super().__init__()
        self._look = look
        self._step = 0
        self._spinning = False
        self.setFixedSize(side, side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def spinning(self) -> bool:
        """Whether it is seen."""
        return self._spinning

    def spin(self, on: bool) -> None:
        """Show or hide; the place it takes stays the same."""
        if on != self._spinning:
            self._spinning = on
            self.update()

    def beat(self) -> None:
        """One step on."""
        if self._spinning:
            self._step = (self._step + 1) % STEPS
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """A ring and an arc."""
        if not self._spinning:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        painter.setPen(QPen(self._look.colour("hairline"), 6))
        painter.drawEllipse(box)
        painter.setPen(QPen(self._look.colour("primary"), 6, c=Qt.PenCapStyle.RoundCap))
        painter.drawArc(box, -self._step * 16 * 360 // STEPS + 90 * 16, -90 * 16)
        painter.end()
