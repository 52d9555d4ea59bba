"""The one big thing: an amount in 72 px with tabular figures, its currency small beside it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.money import Money
from app.ui import format as fmt
from app.ui.look import Look, Size, fitting, font

GAP = 12


class BigAmount(QWidget):
    """Draws an amount as large as fits: 72, else 44, else 28. :meth:`text` is the whole of it with its currency."""

    def __init__(
        self, look: Look, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, sizes: tuple[Size, ...] = (72, 44, 28)
    ) -> None:
        super().__init__()
        self._look = look
        self._align = align
        self._sizes = sizes
        self._figures = ""
        self._unit = ""
        self._role = "ink"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # figures have no descenders: a line of them needs little more than its type size
        self.setFixedHeight(sizes[0] * 17 // 16)

    def text(self) -> str:
        """``250.00 NOK``."""
        return f"{self._figures}{fmt.SPACE}{self._unit}" if self._unit else self._figures

    def show_money(self, money: Money, role: str = "ink") -> None:
        """An amount in a role's colour (``muted`` for one that is only proposed)."""
        self.show_text(fmt.amount(money), money.currency.value, role)

    def show_text(self, figures: str, unit: str = "", role: str = "ink") -> None:
        """Figures and what they count."""
        self._figures, self._unit, self._role = figures, unit, role
        self.setAccessibleName(self.text())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the usual amount."""
        return QSize(320, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It shrinks its type before it is cut."""
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Figures on one base line with their unit."""
        painter = QPainter(self)
        unit_font = font(28 if self._sizes[0] >= 44 else 20)
        unit_width = QFontMetrics(unit_font).horizontalAdvance(self._unit) + GAP if self._unit else 0
        figures_font = fitting(self._figures, self.width() - unit_width, self._sizes)
        metrics = QFontMetrics(figures_font)
        width = metrics.horizontalAdvance(self._figures) + unit_width
        left = 0
        if self._align == Qt.AlignmentFlag.AlignHCenter:
            left = (self.width() - width) // 2
        elif self._align == Qt.AlignmentFlag.AlignRight:
            left = self.width() - width
        base = (self.height() + metrics.capHeight()) // 2
        painter.setFont(figures_font)
        painter.setPen(self._look.colour(self._role))
        painter.drawText(left, base, self._figures)
        if self._unit:
            painter.setFont(unit_font)
            painter.setPen(self._look.colour("muted"))
            painter.drawText(left + width - unit_width + GAP, base, self._unit)
        painter.end()
