"""A compact button for one of many verbs: its letter, its word, and below both why it does not work now.

The reason has the whole width, so that a column of 180 px still says it in full.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from app.ui.look import CORNER, Look, fitting, font
from app.ui.widgets.buttons import RING, TaskButton

PAD = 10
CAP = 24
"""Height of the key cap, and its least width: a letter."""
TALLEST = 60
LEAST = 44


class VerbButton(TaskButton):
    """One verb of a list; as high as its row, never lower than a finger."""

    def __init__(self, look: Look, text: str, key: str) -> None:
        super().__init__(look, text, key)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(max(TALLEST, look.touch))

    def explain(self, why: str, *, works: bool = False) -> None:
        """Say why it does not work, or (``works``) what stands in the way and is asked for when it is chosen."""
        self.relabel(self.text(), why)
        self.setEnabled(works or not why)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A column decides the width."""
        return QSize(160, max(LEAST, min(self._look.touch, TALLEST)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two lines of small type."""
        return QSize(120, LEAST)

    def _cap_width(self) -> int:
        return max(CAP + 2, QFontMetrics(font(14, bold=True)).horizontalAdvance(self._key) + 12)

    @property
    def is_cut(self) -> bool:
        """Whether word or reason end in dots at this width."""
        word, room = self._word_font(), self._room()
        why = QFontMetrics(font(14)).horizontalAdvance(self._why)
        return QFontMetrics(word).horizontalAdvance(self.text()) > room or why > self.width() - 2 * PAD

    def _room(self) -> int:
        return self.width() - 2 * PAD - self._cap_width() - 8

    def _word_font(self) -> QFont:
        return fitting(self.text(), self._room(), (16, 14))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Face, cap and word on one line, the reason below, the focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, edge, ink, cap = self._colours()
        inset = RING if self.hasFocus() else 0
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setBrush(face)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        inner = QRectF(self.rect()).adjusted(PAD, 0, -PAD, 0)
        small = QFontMetrics(font(14))
        line = CAP - 2 if self._why else CAP
        height = line + (small.height() if self._why else 0)
        upper = QRectF(inner.left(), inner.center().y() - height / 2, inner.width(), line)
        self._paint_key(painter, QRectF(upper.left(), upper.top(), self._cap_width(), line), cap)
        self._paint_word(painter, upper.adjusted(self._cap_width() + 8, 0, 0, 0), ink)
        if self._why:
            painter.setFont(font(14))
            below = QRectF(inner.left(), upper.bottom(), inner.width(), small.height())
            why = small.elidedText(self._why, Qt.TextElideMode.ElideRight, int(inner.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, why)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("primary"), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), CORNER + 2, CORNER + 2)
        painter.end()

    def _paint_key(self, painter: QPainter, cap: QRectF, colour: QColor) -> None:
        painter.setFont(font(14, bold=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _paint_word(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        word = self._word_font()
        painter.setFont(word)
        painter.setPen(ink)
        text = QFontMetrics(word).elidedText(self.text(), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        cut = [part for part in (self.text(), self._why) if part] if self.is_cut else []
        self.setToolTip(": ".join(cut))
