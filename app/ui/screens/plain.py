"""One sentence in the middle: while the till starts, and for a screen that is not there. Never an empty window."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.view import TillView
from app.ui.desk import Desk
from app.ui.screens.base import ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.parts import Text, column


class PlainScreen(ScreenWidget):
    """One sentence."""

    def __init__(self, desk: Desk, text: Say = Say.NOT_YET) -> None:
        super().__init__(desk)
        self._text = Text(say(text), 28, bold=True, wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        self.tell("message", self._text)
        self.setLayout(column([1, self._text, 1], margin=4))

    def show_body(self, view: TillView) -> None:
        """Nothing to draw."""
