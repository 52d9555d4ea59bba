"""A list of two-line rows: what moved above, why it stands there below. For the queue, the journal and the desk.

A list and not a tree: screen readers read lists. The rows never take keys themselves; the window hands arrows to the
screen, and the screen moves the choice with :meth:`Rows.move`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.ui.look import CORNER, Look, Shape, font
from app.ui.widgets.shapes import paint_shape

HEIGHT = 60
"""Two lines of type and air; above the least target."""
MARK = 20
PAD = 12


@dataclass(frozen=True, slots=True)
class RowText:
    """One row.

    Attributes:
        key: What the screen finds the row by.
        lead: A time, in its own column.
        title: What moved, bold.
        aside: At the right of the first line.
        under: The second line; cut where it is too long, so the screen says it in full elsewhere.
        under_aside: At the right of the second line.
        shape, role: The state's sign and its colour.
        figure: An amount at the right of the first line, as bold as the title; the title gives way to it.
        faint: The figure is none: it says that nothing is known.
    """

    key: str
    lead: str
    title: str
    aside: str
    under: str
    under_aside: str
    shape: Shape
    role: str
    figure: str = ""
    faint: bool = False

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        parts = (self.lead, self.title, self.figure, self.aside, self.under, self.under_aside)
        return ", ".join(part for part in parts if part)


class _Painter(QStyledItemDelegate):
    def __init__(self, rows: Rows, look: Look) -> None:
        super().__init__(rows)
        self._rows = rows
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802, ARG002 - Qt's name
        return QSize(240, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, box, chosen=bool(state & QStyle.StateFlag.State_Selected))
        self._words(painter, box, self._rows.rows[index.row()])
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, *, chosen: bool) -> None:
        if chosen:
            painter.setPen(QPen(self._look.colour("primary"), 2))
            painter.setBrush(self._look.colour("tint"))
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), CORNER - 2, CORNER - 2)
            return
        painter.setPen(QPen(self._look.colour("hairline"), 1))
        painter.drawLine(box.left() + PAD, box.bottom(), box.right() - PAD, box.bottom())

    def _words(self, painter: QPainter, box: QRect, row: RowText) -> None:
        colour = self._look.colour
        mark = QRectF(box.left() + PAD, box.center().y() - MARK / 2, MARK, MARK)
        paint_shape(painter, mark, row.shape, colour(row.role), colour("panel"))
        left = box.left() + PAD + MARK + PAD
        inner = QRect(left, box.top() + 8, box.right() - PAD - left, box.height() - 16)
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        lower = QRect(inner.left(), inner.top() + half, inner.width(), inner.height() - half)
        small = QFontMetrics(font(14))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        line = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        bold = font(16, bold=True)
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(font(14))
        painter.setPen(colour("muted"))
        painter.drawText(lower, right, row.under_aside)
        if row.under_aside:
            lower.setRight(lower.right() - small.horizontalAdvance(row.under_aside) - PAD)
        painter.drawText(lower, line, small.elidedText(row.under, elide, lower.width()))
        if row.lead:
            painter.drawText(upper, line, row.lead)
            upper.setLeft(upper.left() + small.horizontalAdvance(row.lead) + PAD)
        self._figure(painter, upper, row)
        # what moved comes first: the words beside it take what it leaves
        title = QFontMetrics(bold).elidedText(row.title, elide, upper.width())
        left_over = upper.width() - QFontMetrics(bold).horizontalAdvance(title) - PAD
        if left_over > 3 * PAD:
            painter.setFont(font(14))
            painter.setPen(colour("muted"))
            painter.drawText(upper, right, small.elidedText(row.aside, elide, left_over))
        painter.setFont(bold)
        painter.setPen(colour("ink"))
        painter.drawText(upper, line, title)

    def _figure(self, painter: QPainter, line: QRect, row: RowText) -> None:
        """The amount; what else is on the line has what is left of it."""
        if not row.figure:
            return
        made = font(14) if row.faint else font(16, bold=True)
        painter.setFont(made)
        painter.setPen(self._look.colour("muted" if row.faint else "ink"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.figure)
        line.setRight(line.right() - QFontMetrics(made).horizontalAdvance(row.figure) - PAD)


class Rows(QListWidget):
    """The list. Its choice survives a redraw as long as the row does."""

    chosen = Signal()
    """The choice moved."""
    opened = Signal()
    """A row was tapped twice."""
    fitted = Signal()
    """There is another width for the rows."""

    def __init__(self, look: Look, name: str, *, framed: bool = True) -> None:
        super().__init__()
        self.setProperty("framed", framed)
        self.rows: tuple[RowText, ...] = ()
        self.setAccessibleName(name)
        self.setItemDelegate(_Painter(self, look))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.currentRowChanged.connect(lambda _row: self.chosen.emit())
        self.itemDoubleClicked.connect(lambda _item: self.opened.emit())

    def show_rows(self, rows: Sequence[RowText], *, choose_first: bool = True) -> None:
        """Draw rows; an equal list costs nothing."""
        fresh = tuple(rows)
        if fresh == self.rows:
            return
        before = self.key
        self.blockSignals(True)  # noqa: FBT003 - Qt takes no keyword
        self.rows = fresh
        while self.count() > len(fresh):
            self.takeItem(self.count() - 1)
        for index, row in enumerate(fresh):
            item = self.item(index) if index < self.count() else None
            if item is None:
                item = QListWidgetItem()
                self.addItem(item)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
            item.setToolTip(row.under)
        keys = [row.key for row in fresh]
        if before in keys:
            self.setCurrentRow(keys.index(before))
        else:
            self.setCurrentRow(0 if fresh and choose_first else -1)
        self.blockSignals(False)  # noqa: FBT003 - Qt takes no keyword
        self.viewport().update()
        self.chosen.emit()

    @property
    def key(self) -> str:
        """Key of the chosen row; empty for none."""
        index = self.currentRow()
        return self.rows[index].key if 0 <= index < len(self.rows) else ""

    def move_choice(self, by: int) -> None:
        """Up or down; stays at the ends."""
        if self.rows:
            self.setCurrentRow(max(0, min(len(self.rows) - 1, self.currentRow() + by)))

    def choose(self, index: int) -> None:
        """A row by its place, if there is one."""
        if 0 <= index < len(self.rows):
            self.setCurrentRow(index)

    def cuts(self, row: RowText) -> bool:
        """Whether a row's second line does not fit, as wide as the list is now."""
        room = self.viewport().width() - MARK - 3 * PAD
        small = QFontMetrics(font(14))
        if row.under_aside:
            room -= small.horizontalAdvance(row.under_aside) + PAD
        return small.horizontalAdvance(row.under) > room

    def to_top(self) -> None:
        """The first row."""
        if self.rows:
            self.setCurrentRow(0)
            self.scrollToTop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt tells the list when the room inside it changes, with its scroll bar, too."""
        super().resizeEvent(event)
        self.fitted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Every key belongs to the window."""
        event.ignore()
