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
SMALL_WIDTH, SMALL_HEIGHT = 192, 121
"""The same where a screen has much to say."""


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
        number = fmt.masked(card.last4) if card.last4 else ""
        told = (card.programme, number, self._expiry(), self._entry())
        self.setAccessibleName(" ".join(part for part in told if part))
        self.update()

    def shrink(self, *, small: bool) -> None:
        """The small face, or the usual one."""
        self.setFixedSize(*((SMALL_WIDTH, SMALL_HEIGHT) if small else (WIDTH, HEIGHT)))

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
        return self.minimumSize()

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
        small = self.width() < WIDTH
        stripe = QRectF(box.left(), box.top() + (14 if small else 22), box.width(), 16 if small else 24)
        painter.drawRect(stripe)
        inner = box.adjusted(16, stripe.bottom() + (6 if small else 12), -16, -8 if small else -14)
        painter.setPen(QPen(ink))
        painter.setFont(fitting(self._card.programme, int(inner.width()), (20, 16, 14)))
        name = QFontMetrics(painter.font()).elidedText(
            self._card.programme, Qt.TextElideMode.ElideRight, int(inner.width())
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(font(20, bold=True))
        number = fmt.masked(self._card.last4) if self._card.last4 else ""
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number)
        painter.setFont(font(14))
        below = Qt.AlignmentFlag.AlignBottom
        words = " · ".join(p for p in (self._expiry(), self._entry()) if p)
        metrics = QFontMetrics(painter.font())
        if metrics.horizontalAdvance(words) > inner.width():  # a month and a year need no word before them
            words = " · ".join(p for p in (self._card.expiry, self._entry()) if p)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | below, words)
        painter.end()
