"""A short line that passes: it lies above the screen's buttons, lets touches through and never takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.look import CORNER, Look, font
from app.ui.presenters import NoticeText
from app.ui.widgets.shapes import paint_shape

SHOWN_MS = 6000
"""Long enough to read two short sentences twice."""
PAD = 16
MARK = 24


class Toast(QWidget):
    """Shape and sentence on a panel with a coloured edge."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._look = look
        self._notice = NoticeText("", "info", "information")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._notice.text

    def show_notice(self, notice: NoticeText) -> None:
        """Say something; a later one replaces it."""
        self._notice = notice
        self.setAccessibleName(notice.text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_MS)
        self.update()

    def place(self) -> None:
        """Above the row of buttons at the foot, as wide as the sentence needs and no wider than the parent."""
        parent = self._over
        width = max(200, min(parent.width() - 32, 720))
        size = self._wanted(width)
        self.resize(size)
        self.move((parent.width() - size.width()) // 2, parent.height() - size.height() - self._look.key - 40)

    def _wanted(self, width: int) -> QSize:
        metrics = QFontMetrics(font(16))
        room = width - 2 * PAD - MARK - 12
        flags = Qt.TextFlag.TextWordWrap
        box = metrics.boundingRect(0, 0, room, 1000, flags, self._notice.text)
        return QSize(min(width, box.width() + 2 * PAD + MARK + 16), max(MARK, box.height()) + 2 * PAD)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Panel, edge, shape, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        colour = self._look.colour(self._notice.role)
        painter.setBrush(self._look.colour("panel"))
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(box, CORNER, CORNER)
        mark = QRectF(box.left() + PAD, box.center().y() - MARK / 2, MARK, MARK)
        paint_shape(painter, mark, self._notice.shape, colour, self._look.colour("panel"))
        painter.setFont(font(16))
        painter.setPen(self._look.colour("ink"))
        words = box.adjusted(PAD + MARK + 12, 0, -PAD, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._notice.text)
        painter.end()
