"""A receipt as 80 mm paper: white, a torn edge below, exactly the lines that print."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.receipt import Receipt
from app.ui.look import Look, Size, font
from app.ui.paper import PaperLine, paper

WIDTH = 300
"""80 mm of paper in a size that reads well from 70 cm."""
PAD = 18
TOOTH = 8
RULE_HEIGHT = 17
_SIZES: tuple[tuple[Size, bool], ...] = ((14, False), (14, False), (14, True), (20, True))


def _wrapping(text: str) -> Qt.TextFlag:
    """Sentences break between words; a long reference breaks where it must."""
    return Qt.TextFlag.TextWordWrap if " " in text else Qt.TextFlag.TextWrapAnywhere


class ReceiptPaper(QWidget):
    """Draws any tuple of :class:`PaperLine`; :meth:`show_receipt` lays one out first."""

    def __init__(self, look: Look, width: int = WIDTH) -> None:
        super().__init__()
        self._look = look
        self._lines: tuple[PaperLine, ...] = ()
        self._laid: tuple[int, tuple[int, ...]] | None = None
        self.setFixedWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """All lines, for scripts and readers."""
        return "\n".join(f"{line.left}  {line.right}".strip() for line in self._lines if not line.is_rule)

    def show_receipt(self, receipt: Receipt) -> None:
        """Lay out and draw."""
        self.show_lines(paper(receipt))

    def show_lines(self, lines: tuple[PaperLine, ...]) -> None:
        """Draw lines that somebody else laid out."""
        self._lines = lines
        self._laid = None
        self.setAccessibleName(self.text())
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its lines."""
        height = sum(self._heights())
        return QSize(self.width(), height + 2 * PAD + TOOTH)

    def _font(self, line: PaperLine) -> QFont:
        size, bold = _SIZES[line.weight]
        return font(size, bold=bold)

    def _heights(self) -> tuple[int, ...]:
        """Of each line at this width; measured once, because measuring text costs more than painting it."""
        width = self.width()
        if self._laid is None or self._laid[0] != width:
            self._laid = width, tuple(self._height(line) for line in self._lines)
        return self._laid[1]

    def _height(self, line: PaperLine) -> int:
        if line.is_rule:
            return RULE_HEIGHT
        metrics = QFontMetrics(self._font(line))
        wide = metrics.horizontalAdvance(line.left) + (metrics.horizontalAdvance(line.right) + 12 if line.right else 0)
        room = self.width() - 2 * PAD
        if wide <= room:
            return metrics.height() + 2
        if line.right:
            return metrics.height() + 2 + self._lower(metrics, line.right) + 2
        flags = _wrapping(line.left)
        return metrics.boundingRect(0, 0, room, 1000, flags, line.left).height() + 2

    def _lower(self, metrics: QFontMetrics, right: str) -> int:
        """How high the right half is in lines of its own: a service may call a payment by two long names."""
        return metrics.boundingRect(0, 0, self.width() - 2 * PAD, 1000, _wrapping(right), right).height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paper, then line by line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_paper(painter)
        top = PAD
        for line, height in zip(self._lines, self._heights(), strict=True):
            self._paint_line(painter, line, QRectF(PAD, top, self.width() - 2 * PAD, height))
            top += height
        painter.end()

    def _paint_paper(self, painter: QPainter) -> None:
        width, height = self.width() - 1, self.height() - 1
        foot = height - TOOTH
        points = [QPointF(0.5, 0.5), QPointF(width, 0.5), QPointF(width, foot)]
        teeth = max(2, round(width / (2 * TOOTH)))
        step = width / teeth
        for tooth in range(teeth):
            right = width - tooth * step
            points.append(QPointF(right - step / 2, height))
            points.append(QPointF(right - step, foot))
        painter.setBrush(self._look.colour("paper"))
        painter.setPen(QPen(self._look.colour("hairline"), 1))
        painter.drawPolygon(QPolygonF(points))

    def _paint_line(self, painter: QPainter, line: PaperLine, box: QRectF) -> None:
        if line.is_rule:
            painter.setPen(QPen(self._look.colour("paper_muted"), 1, Qt.PenStyle.DashLine))
            middle = box.center().y()
            painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
            return
        painter.setFont(self._font(line))
        painter.setPen(self._look.colour("paper_muted" if line.weight == 0 else "paper_ink"))
        if not line.right:
            align = Qt.AlignmentFlag.AlignHCenter if line.centred else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, align | _wrapping(line.left), line.left)
            return
        # both halves on one base line, or the right one a line lower where they do not fit side by side
        one_line = box.height() < 2 * painter.fontMetrics().height()
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line.left)
        # one long name that has to be cut is read on from the left
        cut = " " not in line.right and painter.fontMetrics().horizontalAdvance(line.right) > box.width()
        side = Qt.AlignmentFlag.AlignLeft if cut else Qt.AlignmentFlag.AlignRight
        lower = Qt.AlignmentFlag.AlignTop if one_line else Qt.AlignmentFlag.AlignBottom | _wrapping(line.right)
        painter.drawText(box, side | lower, line.right)
