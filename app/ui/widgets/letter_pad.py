"""Letters and digits for a code that is keyed by touch: small keys, because nobody types a code in a hurry.

Like the keypad it only says what was pressed. Small and capital letters differ in a code, so one key changes all of
them and says which they are.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.ui.card_text import Card
from app.ui.look import Look
from app.ui.text import Say, say
from app.ui.widgets.keypad import BACK, Key

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm:")
"""As on every keyboard; the dash and the colon are the signs between the parts of codes."""
SHIFT = "\u21e7"
GAP = 6


class SmallKey(Key):
    """A key of the least height that is touched."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A finger."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A finger."""
        return QSize(self._look.touch, self._look.touch)


class LetterPad(QWidget):
    """Ten columns; capitals at first, because what stands before the digits of a code is mostly written so."""

    sign = Signal(str)
    back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._capitals = True
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        self._signs: list[tuple[SmallKey, str]] = []
        for line, signs in enumerate(ROWS):
            first = 1 if line == len(ROWS) - 1 else 0
            for place, sign in enumerate(signs):
                key = SmallKey(look, sign, sign)
                key.clicked.connect(lambda _checked=False, chosen=sign: self.sign.emit(self._shown(chosen)))
                grid.addWidget(key, line, place + first)
                self._signs.append((key, sign))
        self._shift = SmallKey(look, SHIFT, "")
        self._shift.clicked.connect(self._change)
        grid.addWidget(self._shift, len(ROWS) - 1, 0)
        back = SmallKey(look, BACK, say(Say.DELETE_DIGIT))
        back.clicked.connect(self.back)
        grid.addWidget(back, len(ROWS) - 1, len(ROWS[0]) - 1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._label()

    def capitals(self) -> None:
        """As it was at first."""
        self._capitals = True
        self._label()

    def _change(self) -> None:
        self._capitals = not self._capitals
        self._label()

    def _shown(self, sign: str) -> str:
        return sign.upper() if self._capitals else sign

    def _label(self) -> None:
        for key, sign in self._signs:
            key.setText(self._shown(sign))
            key.setAccessibleName(self._shown(sign))
        self._shift.setAccessibleName(say(Card.CAPITALS if self._capitals else Card.SMALL_LETTERS))
        self._shift.update()
