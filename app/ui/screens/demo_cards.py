"""The tray of a training till (key D): demo cards, each shown to the simulated reader or scanner with one key.

Local to the window, like the list behind F7. A card chosen here goes the whole road of a card of plastic: bytes on a
line, the framer, the step. The tray knows a card's name and never its stripe or code. One programme's cards lie open;
its letter, Tab or the arrows open another's, and the one that lay open last is there next time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from app.domain.view import TillView
from app.ui import format as fmt
from app.ui.card_text import Card
from app.ui.desk import DemoCard, Desk
from app.ui.screens.base import ScreenWidget, announce, digit_of
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
    "blank-1": Say.DEMO_BLANK,
    "blank-2": Say.DEMO_BLANK,
}
"""Words for the contract's names; another card is called what it is called there."""
COLUMNS = 2
MOST = 9
"""As many cards of a programme as there are digits to choose them by."""
HEIGHT = 62
"""Two lines with room for a thumb; four rows of them stand in the lowest window."""
TAKEN = frozenset("dk")
"""Letters with a meaning of their own while the tray is open: D closes it, K keys a card."""


class DemoCardsScreen(ScreenWidget):
    """A row of programmes, and the cards of one of them as big numbered buttons."""

    chosen = Signal()
    """A card was shown, or the tray was closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        groups: dict[str, list[DemoCard]] = {}
        for card in desk.tray.cards:
            groups.setdefault(card.programme, []).append(card)
        self._groups = {name: cards[:MOST] for name, cards in groups.items()}
        self._letters = letters(tuple(self._groups))
        self._open = 0
        self._title = Text("", 28, bold=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._tabs = [TaskButton(self.look, name, self._letters[name].upper()) for name in self._groups]
        for place, tab in enumerate(self._tabs):
            tab.clicked.connect(lambda _checked=False, at=place: self._turn_to(at))
            tab.setVisible(len(self._tabs) > 1)
        self._buttons = [TaskButton(self.look, "", str(place + 1)) for place in range(self._rows())]
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, button in enumerate(self._buttons):
            button.setFixedHeight(HEIGHT)
            button.clicked.connect(lambda _checked=False, at=place: self._present(at))
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        for at in range(COLUMNS):
            grid.setColumnStretch(at, 1)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(self.chosen)
        tabs = row([1, *self._tabs, 1])
        self.setLayout(column([1, self._title, tabs, grid, 1, row([1, back, 1])], gap=2, margin=2))
        self._draw()

    def _rows(self) -> int:
        return max((len(cards) for cards in self._groups.values()), default=0)

    @property
    def _cards(self) -> Sequence[DemoCard]:
        return list(self._groups.values())[self._open] if self._groups else ()

    def show_body(self, view: TillView) -> None:
        """The tray does not change with the till."""

    def tab(self, *, forward: bool) -> bool:
        """Tab opens the next programme's cards."""
        self._turn_to(self._open + (1 if forward else -1))
        return True

    def key(self, key: int, text: str) -> bool:
        """A digit shows its card, a letter or an arrow opens a programme; Escape and D close."""
        digit = digit_of(text)
        letter = text.lower()
        names = [name for name, own in self._letters.items() if own == letter]
        if digit is not None and 0 < digit <= len(self._cards):
            self._present(digit - 1)
        elif names and len(self._tabs) > 1:
            self._turn_to(list(self._groups).index(names[0]))
        elif key in (int(Qt.Key.Key_Right), int(Qt.Key.Key_Left)):
            self._turn_to(self._open + (1 if key == int(Qt.Key.Key_Right) else -1))
        elif key == int(Qt.Key.Key_Escape) or letter == "d":
            self.chosen.emit()
        else:
            return digit is not None  # a digit of no card is no digit of an amount behind the tray
        return True

    def _turn_to(self, place: int) -> None:
        before, self._open = self._open, place % max(len(self._tabs), 1)
        self._draw()
        if self._open != before:
            announce(self, list(self._groups)[self._open])

    def _draw(self) -> None:
        cards = self._cards
        scanned = any(card.scanned for card in cards)
        self._title.say(say(Card.DEMO_SCANNED if scanned else Say.DEMO_TITLE))
        for place, tab in enumerate(self._tabs):
            tab.setProperty("chosen", place == self._open)
            tab.update()
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(cards))
            if place < len(cards):
                card = cards[place]
                name = say(NAMES[card.name]) if card.name in NAMES else card.name
                button.relabel(name)
                button.annotate(say(Say.DEMO_PIN, pin=card.pin) if card.pin else "", fmt.masked(card.last4))

    def _present(self, place: int) -> None:
        card = self._cards[place]
        self.chosen.emit()
        self.desk.tray.present(card.id)


def letters(names: Sequence[str]) -> Mapping[str, str]:
    """A key for each name: a letter of its own that no other has, or nothing where none is left."""
    given: dict[str, str] = {}
    for name in names:
        free = (sign for sign in name.lower() if sign.isascii() and sign.isalpha())
        given[name] = next((sign for sign in free if sign not in TAKEN | set(given.values())), "")
    return given
