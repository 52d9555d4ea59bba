"""A card at a reader's slot: the one picture on the home screen, told again by the words below it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look import CORNER, Look

WIDTH, HEIGHT = 260, 150


class SwipeArt(QWidget):
    """Drawn, so that it takes the theme's colours."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(WIDTH, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Fixed."""
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The card stands in the slot, its stripe inside; an arrow shows the way."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour
        painter.setPen(Qt.PenStyle.NoPen)
        card = QRectF(68, 8, 148, 94)
        painter.setBrush(colour("primary"))
        painter.drawRoundedRect(card, CORNER, CORNER)
        painter.setBrush(colour("primary_pressed"))
        painter.drawRect(QRectF(card.left(), card.bottom() - 26, card.width(), 18))
        painter.setBrush(colour("on_primary"))
        painter.drawRoundedRect(QRectF(card.left() + 14, card.top() + 16, 56, 8), 4, 4)
        painter.drawRoundedRect(QRectF(card.left() + 14, card.top() + 34, 84, 6), 3, 3)
        # the reader hides the stripe
        painter.setBrush(colour("panel"))
        painter.setPen(QPen(colour("hairline"), 2))
        painter.drawRoundedRect(QRectF(16, 92, 228, 46), CORNER, CORNER)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("pressed"))
        painter.drawRoundedRect(QRectF(28, 92, 204, 8), 4, 4)
        painter.setPen(QPen(colour("primary"), 4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawLine(QPointF(20, 54), QPointF(52, 54))
        painter.drawPolyline(QPolygonF([QPointF(42, 44), QPointF(52, 54), QPointF(42, 64)]))
        painter.end()
