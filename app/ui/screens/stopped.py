"""The till does not sell: what happened, what became of the money, what now, and the code for the telephone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLayout, QWidget

from app.domain.view import StoppedBody, TillView
from app.ui.desk import Desk
from app.ui.office_text import Office
from app.ui.screens.base import ScreenWidget, announce
from app.ui.sentences import STOPS
from app.ui.text import CONTEXT, say
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, column, frame, row

CENTRE = Qt.AlignmentFlag.AlignHCenter


class StoppedScreen(ScreenWidget):
    """One panel; no key does anything but the window's own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._said = ""
        self._what = Text("", 28, bold=True, wrap=True, align=CENTRE)
        self._money = Text("", 20, wrap=True, align=CENTRE)
        self._now = Text("", 20, bold=True, wrap=True, align=CENTRE)
        self._code = Text("", 20, bold=True, muted=True, align=CENTRE)
        self._detail = Text("", 14, muted=True, wrap=True, align=CENTRE)
        self.tell("message", self._what)
        self.tell("message_code", self._code)
        title = Text(say(Office.STOPPED), 20, bold=True, tone="declined", wrap=True, align=CENTRE)
        mark = row([1, ShapeMark(self.look, 72, "cross", "declined"), 1])
        words: list[QWidget | QLayout] = [mark, title, self._what, self._money, self._now, self._code, self._detail]
        self.setLayout(column([1, frame("panel", column(words, gap=2, margin=4)), 1], margin=4))

    def show_body(self, view: TillView) -> None:
        """The sentence in its parts, each on its own line."""
        body = view.body
        assert isinstance(body, StoppedBody)
        sentence = STOPS[body.kind]
        parts = ((self._what, sentence.what), (self._money, sentence.money), (self._now, sentence.now))
        for label, part in parts:
            label.say(QCoreApplication.translate(CONTEXT, part) if part else "")
            label.setVisible(bool(part))
        self._code.say(sentence.code)
        self._detail.say(say(Office.FOR_SUPPORT, detail=body.detail) if body.detail else "")
        self._detail.setVisible(bool(body.detail))
        if self._said != sentence.code:
            self._said = sentence.code
            announce(self, sentence.full())

    def leave(self) -> None:
        """Said again when it comes again."""
        super().leave()
        self._said = ""

    def key(self, key: int, text: str) -> bool:  # noqa: ARG002
        """Nothing to confirm and nowhere to go back to."""
        return False
