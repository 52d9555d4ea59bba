"""Two short questions that only a person can answer: which programme, and which of two cards."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.messages import PickCard, PickProgramme, Task
from app.domain.view import ConflictBody, PickProgrammeBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import WHOSE, JobSay
from app.ui.screens.base import ScreenWidget, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.card_face import CardFace
from app.ui.widgets.parts import Text, column, empty, page, row

CENTRE = Qt.AlignmentFlag.AlignHCenter
MAX_SHOWN = 9
"""One digit each."""


class PickProgrammeScreen(ScreenWidget):
    """A numbered list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._programmes: tuple[str, ...] = ()
        self._title = Text(say(Say.PICK_TITLE), 28, bold=True, wrap=True, align=CENTRE)
        self._card = Text("", 20, align=CENTRE)
        self._why = Text("", 16, muted=True, wrap=True, align=CENTRE)
        self.tell("message", self._title)
        self._list = column()
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        body = row([1, self._list, 1])
        self.setLayout(page([1, self._title, self._card, self._why, body, 2, row([cancel, 1])], gap=2))

    def show_body(self, view: TillView) -> None:
        """One button a programme."""
        body = view.body
        assert isinstance(body, PickProgrammeBody)
        whose = WHOSE.get(body.task or Task.SELL, JobSay.WHOSE_SOLD)
        self._title.say(say(Say.PICK_TITLE if body.last4 else whose))
        self._why.say(say(Say.PICK_WHY if body.last4 else JobSay.WHOSE_WHY))
        self._card.say(fmt.masked(body.last4) if body.last4 else "")
        self._card.setVisible(bool(body.last4))
        if body.programmes == self._programmes:
            return
        self._programmes = body.programmes[:MAX_SHOWN]
        empty(self._list)
        for index, name in enumerate(self._programmes):
            button = TaskButton(self.look, name, str(index + 1), big=True)
            button.clicked.connect(lambda _checked=False, chosen=name: self.desk.send(PickProgramme(chosen)))
            self._list.addWidget(button)

    def key(self, key: int, text: str) -> bool:
        """A digit picks."""
        digit = digit_of(text)
        if digit is not None:
            if 1 <= digit <= len(self._programmes):
                self.desk.send(PickProgramme(self._programmes[digit - 1]))
            return True
        return super().key(key, text)


class ConflictScreen(ScreenWidget):
    """Two cards side by side."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        title = Text(say(Say.CONFLICT_TITLE), 28, bold=True, wrap=True, align=CENTRE)
        why = Text(say(Say.CONFLICT_WHY), 16, muted=True, wrap=True, align=CENTRE)
        self.tell("message", title)
        self._faces = (CardFace(self.look), CardFace(self.look))
        columns = []
        for index, (face, word) in enumerate(zip(self._faces, (Say.FIRST_CARD, Say.SECOND_CARD), strict=True)):
            button = TaskButton(self.look, say(word), str(index + 1), big=True)
            button.clicked.connect(lambda _checked=False, second=bool(index): self.desk.send(PickCard(second)))
            columns.append(column([face, button], gap=2))
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        pair = row([1, columns[0], columns[1], 1], gap=4)
        self.setLayout(page([1, title, why, pair, 2, row([cancel, 1])], gap=2))

    def show_body(self, view: TillView) -> None:
        """Their faces."""
        body = view.body
        assert isinstance(body, ConflictBody)
        self._faces[0].show_card(body.first)
        self._faces[1].show_card(body.second)

    def key(self, key: int, text: str) -> bool:
        """1 or 2."""
        if text in ("1", "2"):
            self.desk.send(PickCard(text == "2"))
            return True
        return super().key(key, text)
