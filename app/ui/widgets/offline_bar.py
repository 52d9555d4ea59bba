"""How much may still be accepted while the line is down: figures and a bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.view import TillView
from app.ui import format as fmt
from app.ui.look import Look
from app.ui.presenters import room_percent
from app.ui.text import Say, say
from app.ui.widgets.parts import Text

LOW_PERCENT = 25
"""Below this the bar takes the warning colour; the figures say the same."""


class Bar(QWidget):
    """A bar that is full when all is left."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._percent = 0
        self.setFixedHeight(8)

    def fill(self, percent: int) -> None:
        """0 to 100."""
        self._percent = percent
        self.setAccessibleName(f"{percent} %")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Track and fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("pressed"))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(self._look.colour("primary" if self._percent >= LOW_PERCENT else "checking"))
        width = box.width() * self._percent / 100
        if self._percent:
            painter.drawRoundedRect(QRectF(0, 0, max(8.0, width), box.height()), 4, 4)
        painter.end()


class OfflineBar(QWidget):
    """The offline room in the right column."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._title = Text(say(Say.OFFLINE_ROOM), 14, bold=True, muted=True)
        self._left = Text("", 20, bold=True)
        self._of = Text("", 14, muted=True)
        self._bar = Bar(look)
        self._count = Text("", 14, muted=True, wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for item in (self._title, self._left, self._of, self._bar, self._count):
            layout.addWidget(item)

    def show_view(self, view: TillView) -> None:
        """Figures, or one line where offline is off."""
        room = view.offline
        for item in (self._left, self._of, self._bar):
            item.setVisible(room.enabled)
        self._left.say(fmt.money(room.amount_left))
        self._of.say(say(Say.ROOM_OF, limit=fmt.money(room.amount_limit)))
        self._bar.fill(room_percent(view))
        count = say(Say.ROOM_COUNT, left=room.count_left, limit=room.count_limit)
        sale = say(Say.ROOM_PER_SALE, amount=fmt.money(room.per_sale))
        self._count.say(f"{count}\n{sale}" if room.enabled else say(Say.OFFLINE_OFF))
        self._count.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
