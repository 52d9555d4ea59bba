"""The right column: the last receipts and the offline room. Narrow windows do without it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.view import ReceiptLine, TillView
from app.ui.look import CORNER, Look, font
from app.ui.presenters import receipt_text
from app.ui.text import Say, say
from app.ui.widgets.offline_bar import OfflineBar
from app.ui.widgets.parts import Text, empty, frame, rule
from app.ui.widgets.shapes import paint_shape

WIDTH = 264
COLLAPSE_BELOW = 1100
"""Window width under which the column goes away."""
ROWS = 7
"""Rows that fit at 800 pixels of height beside the offline room."""


class ReceiptRow(QPushButton):
    """Time, words, shape; opens the receipt."""

    def __init__(self, look: Look, line: ReceiptLine) -> None:
        super().__init__()
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_line(line)

    def show_line(self, line: ReceiptLine) -> None:
        """Another receipt in the same row: a sale moves them all, and a widget costs more than a repaint."""
        self.line = line
        self._text = receipt_text(line, narrow=True)
        spoken = receipt_text(line)
        self.setAccessibleName(say(Say.OPEN_RECEIPT, what=f"{spoken.time} {spoken.words}"))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A target."""
        return QSize(WIDTH - 24, 44)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A target."""
        return QSize(WIDTH - 24, 44)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """One line of text; the ring where it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("pressed"))
            painter.drawRoundedRect(box, CORNER, CORNER)
        painter.setFont(font(14))
        painter.setPen(self._look.colour("muted"))
        painter.drawText(box.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._text.time)
        painter.setPen(self._look.colour("ink"))
        words = box.adjusted(56, 0, -32, 0)
        lines = in_two(self._text.words, QFontMetrics(font(14)), int(words.width()))
        self.setToolTip(self._text.words if " ".join(lines) != self._text.words else "")
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, "\n".join(lines))
        mark = QRectF(box.right() - 26, box.center().y() - 8, 16, 16)
        paint_shape(painter, mark, self._text.shape, self._look.colour(self._text.role), self._look.colour("panel"))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("primary"), 3))
            painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), CORNER, CORNER)
        painter.end()


def in_two(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """A text on one line, else on two, broken between words; what fits neither ends in dots."""
    if metrics.horizontalAdvance(text) < width:
        return [text]
    words = text.split(" ")
    fits = [n for n in range(1, len(words)) if metrics.horizontalAdvance(" ".join(words[:n])) < width]
    cut = max(fits, default=0)
    halves = [" ".join(words[:cut]), " ".join(words[cut:])] if cut else [text]
    return [metrics.elidedText(half, Qt.TextElideMode.ElideRight, width) for half in halves]


class SideColumn(QWidget):
    """Receipts above, offline room below."""

    opened = Signal(object)
    """Carries the :class:`TransactionId` of a receipt."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._look = look
        self._shown: tuple[ReceiptLine, ...] | None = None
        title = Text(say(Say.LAST_RECEIPTS), 14, bold=True, muted=True)
        title.setContentsMargins(8, 8, 8, 0)
        self._nothing = Text(say(Say.NO_RECEIPTS), 14, muted=True, wrap=True)
        self._nothing.setContentsMargins(8, 8, 8, 8)
        self._rows = QVBoxLayout()
        self._buttons: list[ReceiptRow] = []
        self._rows.setSpacing(0)
        self.offline = OfflineBar(look)
        self.offline.setContentsMargins(8, 8, 8, 8)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 8, 8, 8)
        inner.setSpacing(8)
        inner.addWidget(title)
        inner.addWidget(self._nothing)
        inner.addLayout(self._rows)
        inner.addStretch(1)
        inner.addWidget(rule())
        inner.addWidget(self.offline)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame("side", inner))

    def show_view(self, view: TillView) -> None:
        """Rebuild the rows only when they changed."""
        self.offline.show_view(view)
        lines = view.receipts[:ROWS]
        if lines == self._shown:
            return
        self._shown = lines
        self._nothing.setVisible(not lines)
        if len(lines) < len(self._buttons):
            empty(self._rows)
            self._buttons.clear()
        for button, line in zip(self._buttons, lines, strict=False):
            button.show_line(line)
        for line in lines[len(self._buttons) :]:
            button = ReceiptRow(self._look, line)
            button.clicked.connect(lambda _checked=False, row=button: self._open(row))
            self._rows.addWidget(button)
            self._buttons.append(button)

    def _open(self, row: ReceiptRow) -> None:
        self.opened.emit(row.line.transaction_id)
