"""The basket: numbered goods on the right, what was rung up on the left. Part of the amount screen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.domain.money import Currency, Money, zero
from app.domain.product import BasketLine, basket_total
from app.ui import format as fmt
from app.ui.look import Look
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, empty, frame, row

MAX_LINES = 50
"""Products one basket holds; a gift-card till is not a warehouse, and hosts bound their lists too."""
MAX_COUNT = 99
"""How often one product can be rung up in one basket."""
SHOWN = 9
"""Goods with a number key."""


class BasketPanel(QWidget):
    """Lines and goods. Quantities are whole multiples of what the catalogue states."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._catalogue: tuple[BasketLine, ...] | None = None
        self._currency = Currency.NOK
        self._counts: dict[str, int] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._nothing = Text(say(Say.BASKET_EMPTY), 16, muted=True, wrap=True)
        inner = QWidget()
        inner.setLayout(column([self._nothing, self._rows, 1]))
        self._scroll = _scrolling(inner, Say.BASKET)
        self._remove = TaskButton(look, say(Say.REMOVE_LINE), "\u2190")
        self._remove.clicked.connect(self.remove_last)
        left = frame("panel", column([self._scroll, self._remove], margin=2))
        self._goods = QGridLayout()
        self._goods.setSpacing(8)
        goods = QWidget()
        goods.setLayout(column([self._goods, 1]))
        box = row([left, _scrolling(goods, Say.GOODS)], gap=2)
        box.setStretch(0, 1)
        box.setStretch(1, 1)
        self.setLayout(box)

    def take(self, catalogue: tuple[BasketLine, ...], currency: Currency) -> None:
        """What can be rung up."""
        if catalogue == self._catalogue and currency is self._currency:
            return
        self._catalogue, self._currency = catalogue, currency
        self._counts.clear()
        empty(self._goods)
        for index, line in enumerate(catalogue[:SHOWN]):
            button = TaskButton(self._look, line.description, str(index + 1))
            button.annotate(fmt.amount(line.amount))
            button.clicked.connect(lambda _checked=False, chosen=index: self.add(chosen))
            self._goods.addWidget(button, index, 0)
        self._draw()

    def clear(self) -> None:
        """An empty basket."""
        self._counts.clear()
        self._draw()

    def add(self, index: int) -> None:
        """One more of the ``index``-th product; a number without a product does nothing."""
        goods = self._catalogue or ()
        if not 0 <= index < min(len(goods), SHOWN):
            return
        product = goods[index].product_id
        if len(self._counts) >= MAX_LINES and product not in self._counts:
            return
        count = min(self._counts.pop(product, 0) + 1, MAX_COUNT)
        self._counts[product] = count  # the newest stands last, where Backspace looks
        self._draw()
        self.changed.emit()

    def remove_last(self) -> None:
        """One less of what was rung up last."""
        if not self._counts:
            return
        product, count = self._counts.popitem()
        if count > 1:
            self._counts[product] = count - 1
        self._draw()
        self.changed.emit()

    def lines(self) -> tuple[BasketLine, ...]:
        """The basket as the host will see it: one line a product, quantity and amount multiplied."""
        found = {line.product_id: line for line in self._catalogue or ()}
        return tuple(
            replace(
                found[product],
                amount=Money(found[product].amount.minor * count, self._currency),
                quantity=found[product].quantity * count,
            )
            for product, count in self._counts.items()
        )

    def total(self) -> Money:
        """What it comes to."""
        lines = self.lines()
        return basket_total(lines, self._currency) if lines else zero(self._currency)

    def _draw(self) -> None:
        empty(self._rows)
        lines = self.lines()
        self._nothing.setVisible(not lines)
        for line in lines:
            name = Text(say(Say.BASKET_LINE, quantity=f"{line.quantity:f}", name=line.description), 16, wrap=True)
            amount: QLabel = Text(fmt.amount(line.amount), 16, bold=True, align=Qt.AlignmentFlag.AlignRight)
            pair = row([name, amount])
            pair.setStretch(0, 1)
            holder = QWidget()
            holder.setLayout(pair)
            self._rows.addWidget(holder)
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())


def _scrolling(inner: QWidget, name: Say) -> QScrollArea:
    """More than fits is reached with a finger; the number keys work for all of it."""
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(say(name))
    return area
