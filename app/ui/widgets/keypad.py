"""Three by four keys the size of a thumb. They only say what was pressed; nothing is kept here."""

from __future__ import annotations

import secrets

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from app.ui.look import CORNER, Look, fitting, font
from app.ui.text import Say, say

BACK = "\u232b"
GAP = 8
"""2 mm between keys: finger size, not gaps, drives speed and errors."""


class Key(QPushButton):
    """One key."""

    def __init__(self, look: Look, face: str, name: str) -> None:
        super().__init__(face)
        self._look = look
        self.setAccessibleName(name)
        # typed keys never need the focus, and a key that holds it would show who typed what last
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(look.key * 5 // 4)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A thumb, a little wider than high."""
        return QSize(self._look.key * 7 // 5, self._look.key)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A thumb."""
        return QSize(self._look.key, self._look.key)

    def _font(self) -> QFont:
        if len(self.text()) == 1:
            return font(28, bold=True)
        return fitting(self.text(), self.width() - 8, (20, 16, 14), bold=False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """A face and a figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._look.colour("pressed" if self.isDown() else "panel"))
        painter.setPen(QPen(self._look.colour("hairline"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        painter.setPen(self._look.colour("ink"))
        if self.text() == BACK:
            self._paint_back(painter)
        else:
            painter.setFont(self._font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _paint_back(self, painter: QPainter) -> None:
        centre = QRectF(self.rect()).center()
        painter.setPen(QPen(self._look.colour("ink"), 2.4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        tip = QPointF(centre.x() - 12, centre.y())
        painter.drawLine(tip, QPointF(centre.x() + 12, centre.y()))
        painter.drawPolyline(QPolygonF([tip + QPointF(8, -8), tip, tip + QPointF(8, 8)]))


class Keypad(QWidget):
    """1 to 9, clear, 0, delete. :meth:`shuffle` deals the figures anew."""

    digit = Signal(int)
    back = Signal()
    clear = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._digits = [Key(look, str(d), say(Say.DIGIT, n=d)) for d in range(10)]
        for d, key in enumerate(self._digits):
            key.clicked.connect(lambda _checked=False, chosen=d: self.digit.emit(chosen))
        # a word: a letter would look like the key of that letter, which takes cash on another screen
        clear = Key(look, say(Say.CLEAR), say(Say.CLEAR))
        clear.clicked.connect(self.clear)
        back = Key(look, BACK, say(Say.DELETE_DIGIT))
        back.clicked.connect(self.back)
        self._grid.addWidget(clear, 3, 0)
        self._grid.addWidget(back, 3, 2)
        self._deal([1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        # no higher than its highest keys: what is left over belongs to the layout around it
        self.setMaximumHeight(4 * (look.key * 5 // 4) + 3 * GAP)

    @property
    def order(self) -> list[int]:
        """The figures as dealt, row by row."""
        return list(self._order)

    def shuffle(self) -> None:
        """Deal the figures at random, so that a hand's movement gives nothing away."""
        order = list(range(10))
        secrets.SystemRandom().shuffle(order)
        self._deal(order)

    def in_order(self) -> None:
        """As on every telephone."""
        self._deal([1, 2, 3, 4, 5, 6, 7, 8, 9, 0])

    def _deal(self, order: list[int]) -> None:
        self._order = order
        for place, d in enumerate(order):
            row, column = divmod(place, 3) if place < 9 else (3, 1)
            self._grid.addWidget(self._digits[d], row, column)
