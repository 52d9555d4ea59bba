"""Several secrets below each other: a box of unsold cards. One widget, secret as a whole, with as many rows as fit.

Like a :class:`~app.ui.widgets.secret.SecretLabel` it has no ``text()``, and :meth:`SecretTable.wipe` forgets it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look import Look, font
from app.ui.text import Say, say
from app.ui.widgets.secret import blocks, paint_blocks

ROW = 36
HEAD = 26
PAD = 12
GAP = 20


class SecretTable(QWidget):
    """Rows of secrets under headings; columns as wide as what stands in them."""

    turned = Signal()
    """Other rows stand there now."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._first = 0
        self.setProperty("secret", True)  # noqa: FBT003 - Qt's signature
        self.setAccessibleName(say(Say.SECRET, name=name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def first(self) -> int:
        """Place of the first row that is shown, from 0."""
        return self._first

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def fits(self) -> int:
        """How many rows a page has."""
        return max(1, (self.height() - HEAD) // ROW)

    def show_secrets(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Keep them for painting until :meth:`wipe`."""
        self._heads, self._rows = tuple(heads), tuple(tuple(row) for row in rows)
        self.turn(0)

    def wipe(self) -> None:
        """Forget them."""
        self._heads, self._rows = (), ()
        self.turn(0)

    def turn(self, pages: int) -> None:
        """Later pages or earlier ones; stays at the ends."""
        last = max(0, (len(self._rows) - 1) // self.fits * self.fits)
        self._first = max(0, min(self._first + pages * self.fits, last)) if self._rows else 0
        self.update()
        self.turned.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another height, other pages."""
        super().resizeEvent(event)
        self._first -= self._first % self.fits
        self.turn(0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its headings and two rows."""
        return QSize(320, HEAD + 2 * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Headings, then a page of rows: the texts, or as many blocks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lefts = self._lefts()
        painter.setFont(font(14, bold=True))
        painter.setPen(self._look.colour("muted"))
        for head, left in zip(self._heads, lefts, strict=False):
            painter.drawText(QRectF(left, 0, 400, HEAD), Qt.AlignmentFlag.AlignVCenter, head)
        for place, row in enumerate(self._rows[self._first : self._first + self.fits]):
            box = QRectF(PAD, HEAD + place * ROW, self.width() - 2 * PAD, ROW)
            painter.setPen(QPen(self._look.colour("hairline"), 1))
            painter.drawLine(box.topLeft(), box.topRight())
            self._paint_row(painter, row, lefts, box)
        painter.end()

    def _paint_row(self, painter: QPainter, row: tuple[str, ...], lefts: list[int], box: QRectF) -> None:
        painter.setFont(font(16, bold=True))
        for cell, left in zip(row, lefts, strict=False):
            room = QRectF(left, box.top(), box.right() - left, box.height())
            if blocks():
                paint_blocks(painter, self._look, room, len(cell), 16)
            else:
                painter.setPen(self._look.colour("ink"))
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cell)

    def _lefts(self) -> list[int]:
        small = QFontMetrics(font(14, bold=True))
        lefts, left = [], PAD
        for column, head in enumerate(self._heads):
            lefts.append(left)
            cells = [_width(row[column]) for row in self._rows]
            left += max([small.horizontalAdvance(head), *cells]) + GAP
        return lefts


def _width(cell: str) -> int:
    """Of one cell; in a picture every sign is as wide as the next, or the blocks would tell letters apart."""
    return len(cell) * 10 if blocks() else QFontMetrics(font(16, bold=True)).horizontalAdvance(cell)
