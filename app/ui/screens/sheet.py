"""A card's sheet after a swipe: its balance is the big thing, what can be done with it stands below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.domain.host import Cause, Decline
from app.domain.messages import Start, Task
from app.domain.view import OutcomeKind, SheetBody, TaskView, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.presenters import KEY_NAMES
from app.ui.screens.base import ScreenWidget, announce
from app.ui.sentences import WHYS, reason
from app.ui.text import TASKS, Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import Kind, TaskButton
from app.ui.widgets.card_face import CardFace
from app.ui.widgets.parts import Text, column, empty, frame, page, row


class SheetScreen(ScreenWidget):
    """Card, balance, verbs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._verbs: tuple[TaskView, ...] | None = None
        self._said = ""
        self._face = CardFace(self.look)
        self._label = Text(say(Say.ON_THE_CARD), 16, muted=True)
        self._balance = BigAmount(self.look)
        self._unknown = Text("", 28, bold=True, muted=True, wrap=True)
        self._age = Text("", 16, muted=True)
        self._notes = Text("", 16, wrap=True, tone="checking")
        self._message = Text("", 20, wrap=True, tone="declined")
        self._code = Text("", 14, muted=True)
        self.tell("balance", self._balance)
        self.tell("notes", self._notes)
        self.tell("message", self._message)
        self.tell("message_code", self._code)
        figures = column([1, self._label, self._balance, self._unknown, self._age, 1], gap=0)
        top = frame("panel", row([self._face, figures], gap=3, margin=2))
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        foot = row([back, 1])
        self.setLayout(page([top, self._notes, self._message, self._code, self._grid, 1, foot], gap=2))

    def show_body(self, view: TillView) -> None:
        """Balance or why there is none, its age, and the verbs."""
        body = view.body
        assert isinstance(body, SheetBody)
        self._face.show_card(body.card)
        known = body.balance is not None
        self._balance.setVisible(known)
        self._unknown.setVisible(not known)
        self._unknown.say(say(Say.ASKING_BALANCE if body.asking else Say.BALANCE_UNKNOWN))
        if body.balance is not None:
            self._balance.show_money(body.balance)
        self._show_age(body)
        self._show_notes(body)
        over = fmt.is_over(body.card.expiry, self.desk.now())
        # some services tell what is on an expired card as if it were good
        self._show_refusal(body.refused or (Decline.EXPIRED if over else None))
        self._show_verbs(body.verbs)
        if body.balance is not None and self._said != self._balance.text():
            self._said = self._balance.text()
            announce(self, f"{say(Say.ON_THE_CARD)} {self._said}")

    def leave(self) -> None:
        """The next card's balance is announced even if it is the same."""
        super().leave()
        self._said = ""

    def tick(self) -> None:
        """The age goes on."""
        if self.view is not None and isinstance(self.view.body, SheetBody):
            self._show_age(self.view.body)

    def _show_age(self, body: SheetBody) -> None:
        if body.balance is None:
            self._age.say("")
        elif body.as_of is None:
            self._age.say(say(Say.JUST_NOW))
        else:
            now = self.desk.now()
            age, time = fmt.age(body.as_of, now), fmt.moment(body.as_of, now)
            fresh = age == say(Say.AGE_NOW)
            self._age.say(say(Say.AS_OF_NOW, time=time) if fresh else say(Say.AS_OF, time=time, age=age))
        self._age.dress(muted=body.as_of is None, tone="checking" if body.as_of is not None else "")

    def _show_notes(self, body: SheetBody) -> None:
        notes = []
        if body.used_elsewhere:
            notes.append(say(Say.USED_ELSEWHERE))
        if body.unsent:
            notes.append(say(Say.UNSENT, amount=fmt.money(body.unsent)))
        if body.available_offline is not None:
            notes.append(say(Say.AVAILABLE_OFFLINE, amount=fmt.money(body.available_offline)))
        self._notes.say("\n".join(notes))
        self._notes.setVisible(bool(notes))

    def _show_refusal(self, refused: Decline | Cause | None) -> None:
        self._message.setVisible(refused is not None)
        self._code.setVisible(refused is not None)
        if refused is not None:
            sentence = reason(OutcomeKind.DECLINED, refused)
            self._message.say(sentence.text())
            self._code.say(sentence.code)

    def _show_verbs(self, verbs: tuple[TaskView, ...]) -> None:
        if verbs == self._verbs:
            return
        self._verbs = verbs
        empty(self._grid)
        for index, verb in enumerate(verbs):
            kind: Kind = "primary" if verb.task is Task.PAY and verb.why is None else "quiet"
            button = TaskButton(self.look, say(TASKS[verb.task]), KEY_NAMES.get(verb.task, ""), kind, big=True)
            button.relabel(say(TASKS[verb.task]), WHYS[verb.why].text() if verb.why else "")
            button.clicked.connect(lambda _checked=False, task=verb.task: self.desk.send(Start(task)))
            self._grid.addWidget(button, index // 2, index % 2)
