"""The day by the hour: a full bar for what was paid, a striped one for what was loaded. Integers to the last pixel."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.view import HourBar
from app.ui import format as fmt
from app.ui.look import Look, font
from app.ui.office_text import Office
from app.ui.text import say

FEWEST_HOURS = 8
"""The axis shows at least a shop's morning, so that one bar does not fill the width."""
LABEL = 20
BAR_MOST = 22


class DayChart(QWidget):
    """Two bars an hour. Its accessible name tells the figures."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._hours: tuple[HourBar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(80)
        self.setAccessibleName(say(Office.CHART_EMPTY))

    def show_hours(self, hours: tuple[HourBar, ...]) -> None:
        """Bars of a day; hours without any are left out by the caller."""
        if hours == self._hours:
            return
        self._hours = hours
        told = [
            say(Office.CHART_TOLD, hour=bar.hour, paid=fmt.money(bar.paid), loaded=fmt.money(bar.loaded))
            for bar in hours
        ]
        self.setAccessibleName("; ".join([say(Office.CHART), *told]) if told else say(Office.CHART_EMPTY))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Whatever is left."""
        return QSize(320, 160)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Legend, base line, bars, hours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(14))
        most = max((max(bar.paid.minor, bar.loaded.minor) for bar in self._hours), default=0)
        if most <= 0:
            painter.setPen(self._look.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, say(Office.CHART_EMPTY))
        else:
            self._legend(painter)
            self._bars(painter, most)
        painter.end()

    def _legend(self, painter: QPainter) -> None:
        metrics = QFontMetrics(painter.font())
        left = 0
        for role, word in (("paid", Office.CHART_PAID), ("loaded", Office.CHART_LOADED)):
            self._bar(painter, QRect(left, 4, 12, 12), role)
            painter.setPen(self._look.colour("muted"))
            text = say(word)
            painter.drawText(QRect(left + 18, 0, self.width(), LABEL), Qt.AlignmentFlag.AlignVCenter, text)
            left += 18 + metrics.horizontalAdvance(text) + 20

    def _bars(self, painter: QPainter, most: int) -> None:
        first = min(bar.hour for bar in self._hours)
        last = max(*(bar.hour for bar in self._hours), min(23, first + FEWEST_HOURS - 1))
        first = min(first, max(0, last - FEWEST_HOURS + 1))
        count = last - first + 1
        base = self.height() - LABEL - 2
        room = base - LABEL - 12
        slot = self.width() // count
        wide = max(4, min(BAR_MOST, slot // 2 - 4))
        for bar in self._hours:
            middle = (bar.hour - first) * slot + slot // 2
            paid = bar.paid.minor * room // most
            loaded = bar.loaded.minor * room // most
            if bar.paid.is_positive:
                self._bar(painter, QRect(middle - wide - 1, base - max(2, paid), wide, max(2, paid)), "paid")
            if bar.loaded.is_positive:
                self._bar(painter, QRect(middle + 1, base - max(2, loaded), wide, max(2, loaded)), "loaded")
        painter.setPen(QPen(self._look.colour("hairline"), 1))
        painter.drawLine(0, base, self.width(), base)
        painter.setPen(self._look.colour("muted"))
        every = 1 if slot >= 28 else 3
        for hour in range(first, last + 1):
            if (hour - first) % every == 0:
                place = QRect((hour - first) * slot, base + 2, slot, LABEL)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{hour:02d}")

    def _bar(self, painter: QPainter, box: QRect, kind: str) -> None:
        if kind == "paid":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("primary"))
        else:
            colour = self._look.colour("information")
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(box)
