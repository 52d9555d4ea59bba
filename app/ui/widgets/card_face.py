"""A gift card as the cashier holds it: programme, last four, expiry. Nothing more of a card is ever drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.view import CardView
from app.ui import format as fmt
from app.ui.look import CORNER, Look, fitting, font
from app.ui.text import Say, say

WIDTH, HEIGHT = 248, 156
"""ISO/IEC 7810 ID-1 proportions, 85.6 x 54."""


class CardFace(QWidget):
    """One card."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._card: CardView | None = None
        self.setFixedSize(WIDTH, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_card(self, card: CardView) -> None:
        """Which card."""
        self._card = card
        told = (card.programme, fmt.masked(card.last4), self._expiry(), self._entry())
        self.setAccessibleName(" ".join(part for part in told if part))
        self.update()

    def _expiry(self) -> str:
        assert self._card is not None
        return say(Say.EXPIRES, date=self._card.expiry) if self._card.expiry else ""

    def _entry(self) -> str:
        assert self._card is not None
        if self._card.keyed:
            return say(Say.KEYED)
        return say(Say.SCANNED) if self._card.scanned else ""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A card."""
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Face, stripe and three lines of text."""
        if self._card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        face, ink = self._look.colour("primary"), self._look.colour("on_primary")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(face)
        painter.drawRoundedRect(box, CORNER, CORNER)
        painter.setBrush(self._look.colour("primary_pressed"))
        painter.drawRect(QRectF(box.left(), box.top() + 22, box.width(), 24))
        inner = box.adjusted(16, 58, -16, -14)
        painter.setPen(QPen(ink))
        painter.setFont(fitting(self._card.programme, int(inner.width()), (20, 16, 14)))
        name = QFontMetrics(painter.font()).elidedText(
            self._card.programme, Qt.TextElideMode.ElideRight, int(inner.width())
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(font(20, bold=True))
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fmt.masked(self._card.last4)
        )
        painter.setFont(font(14))
        below = Qt.AlignmentFlag.AlignBottom
        small = " · ".join(p for p in (self._expiry(), self._entry()) if p)
        metrics = QFontMetrics(painter.font())
        small = metrics.elidedText(small, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | below, small)
        painter.end()
