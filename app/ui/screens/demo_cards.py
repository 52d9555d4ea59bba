"""The tray of a training till (key D): demo cards, each swiped through the simulated reader with one key.

Local to the window, like the list behind F7. A card chosen here goes the whole road of a card of plastic: bytes on a
line, the framer, the step. The tray knows a card's name and never its stripe.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from app.domain.view import TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.screens.base import ScreenWidget, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, row

NAMES: Mapping[str, Say] = {
    "ordinary": Say.DEMO_ORDINARY,
    "pin": Say.DEMO_WITH_PIN,
    "low": Say.DEMO_LOW,
    "zero": Say.DEMO_ZERO,
    "expired": Say.DEMO_EXPIRED,
    "blocked": Say.DEMO_BLOCKED,
    "inactive": Say.DEMO_INACTIVE,
    "restricted": Say.DEMO_RESTRICTED,
}
"""Words for the contract's names; another card is called what it is called there."""
COLUMNS = 2
MOST = 9
"""As many cards as there are digits to choose them by."""


class DemoCardsScreen(ScreenWidget):
    """Big buttons, numbered."""

    chosen = Signal()
    """A card was swiped, or the tray was closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._cards = desk.tray.cards[:MOST]
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, card in enumerate(self._cards):
            name = say(NAMES[card.name]) if card.name in NAMES else card.name
            button = TaskButton(self.look, f"{name} {fmt.masked(card.last4)}", str(place + 1), big=True)
            if card.pin:
                button.annotate(say(Say.DEMO_PIN, pin=card.pin))
            button.clicked.connect(lambda _checked=False, chosen=card.name: self._swipe(chosen))
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(self.chosen)
        title = Text(say(Say.DEMO_TITLE), 28, bold=True, align=Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column([1, title, grid, 1, row([1, back, 1])], gap=2, margin=3))

    def show_body(self, view: TillView) -> None:
        """The tray does not change with the till."""

    def key(self, key: int, text: str) -> bool:
        """A digit swipes its card; Escape and D close."""
        digit = digit_of(text)
        if digit is not None and 0 < digit <= len(self._cards):
            self._swipe(self._cards[digit - 1].name)
        elif key == int(Qt.Key.Key_Escape) or text.lower() == "d":
            self.chosen.emit()
        else:
            return digit is not None  # a digit of no card is no digit of an amount behind the tray
        return True

    def _swipe(self, name: str) -> None:
        self.chosen.emit()
        self.desk.tray.swipe(name)
