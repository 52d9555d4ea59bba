"""A card's sheet after a swipe: its balance is the big thing, what can be done with it stands below.

Paying and loading are big; the rest are compact buttons with a letter each, the same letters as behind F7. What cannot
be done says why on its own button.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from app.domain.host import Cause, Decline
from app.domain.messages import Start, Task
from app.domain.view import OutcomeKind, SheetBody, TaskView, TillView, Why
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import SHORT, JobSay
from app.ui.presenters import KEY_NAMES, LETTERS, why_text
from app.ui.screens.base import ScreenWidget, announce
from app.ui.sentences import WHYS, reason
from app.ui.text import TASKS, Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import Kind, TaskButton
from app.ui.widgets.card_face import CardFace
from app.ui.widgets.parts import Text, column, empty, frame, page, row
from app.ui.widgets.verb_button import VerbButton

BIG = (Task.ENTER_PIN, Task.PAY, Task.LOAD)
COLUMNS = 3
MANY = 11
"""From so many compact buttons on, four columns: three rows of four leave the balance its room on a low screen."""
ROOMY = 560
"""Height of the middle from which the card has its usual size and the air around things is doubled."""
PANEL_MOST = 300
"""The balance needs no more room than this, however high the screen is."""


class SheetScreen(ScreenWidget):
    """Card, balance, verbs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: tuple[tuple[TaskView, ...], bool] | None = None
        self._said = ""
        self._face = CardFace(self.look)
        self._label = Text(say(Say.ON_THE_CARD), 16, muted=True)
        self._balance = BigAmount(self.look)
        self._unknown = Text("", 28, bold=True, muted=True, wrap=True)
        self._age = Text("", 16, muted=True)
        self._kept = Text("", 16, muted=True, wrap=True)
        self._notes = Text("", 16, wrap=True, tone="checking")
        self._message = Text("", 20, wrap=True, tone="declined")
        self._code = Text("", 14, muted=True)
        self.tell("balance", self._balance)
        self.tell("notes", self._notes)
        self.tell("message", self._message)
        self.tell("message_code", self._code)
        figures = column([1, self._label, self._balance, self._unknown, self._age, self._kept, 1], gap=0)
        self._inner = row([self._face, figures], gap=3, margin=2)
        self._inner.setStretch(1, 1)
        panel = frame("panel", self._inner)
        panel.setMaximumHeight(PANEL_MOST)
        self._big = QHBoxLayout()
        self._big.setSpacing(8)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        said = row([self._message, self._code])
        said.setStretch(0, 1)
        self._page = page([panel, self._notes, said, 1, self._big, self._grid], gap=2)
        self._page.setStretch(0, 8)
        self.setLayout(self._page)

    def show_body(self, view: TillView) -> None:
        """Balance or why there is none, its age, and the verbs."""
        body = view.body
        assert isinstance(body, SheetBody)
        self._face.show_card(body.card)
        known = body.balance is not None
        self._balance.setVisible(known)
        self._unknown.setVisible(not known)
        self._unknown.say(self._why_unknown(body))
        if body.balance is not None:
            self._balance.show_money(body.balance)
        self._show_age(body)
        kept = say(JobSay.KEPT_FOR, customer=body.customer) if body.customer else say(JobSay.KEPT)
        self._kept.say(kept if body.stored else "")
        self._kept.setVisible(body.stored)
        self._show_notes(body)
        self._show_refusal(body)
        self._show_verbs(body)
        if body.balance is not None and self._said != self._balance.text():
            self._said = self._balance.text()
            announce(self, f"{say(Say.ON_THE_CARD)} {self._said}")

    @staticmethod
    def _why_unknown(body: SheetBody) -> str:
        if body.asking:
            return say(Say.ASKING_BALANCE)
        return say(JobSay.PIN_FIRST if body.pin_first else Say.BALANCE_UNKNOWN)

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

    def _show_refusal(self, body: SheetBody) -> None:
        """Why the shop takes it no more, else why the service would not say, else that it is over."""
        over = fmt.is_over(body.card.expiry, self.desk.now())
        asks = body.pin_first and body.refused is Decline.PIN_REQUIRED  # its own button says so: nothing was refused
        # some services tell what is on an expired card as if it were good
        refused: Decline | Cause | None = (None if asks else body.refused) or (Decline.EXPIRED if over else None)
        text = code = ""
        if body.stopped is not None:
            text, code = say(JobSay.STOPPED, why=body.stopped or "–"), WHYS[Why.CARD_STOPPED].code
        elif refused is Decline.PIN_REQUIRED and body.pin_first:
            pass  # where the balance would stand it says so, and the PIN is what Enter asks for
        elif refused is not None:
            sentence = reason(OutcomeKind.DECLINED, refused)
            text, code = sentence.text(), sentence.code
        self._message.say(text)
        self._code.say(code)
        self._message.setVisible(bool(text))
        self._code.setVisible(bool(text))

    # --- verbs ----------------------------------------------------------------------------------------------------

    def _show_verbs(self, body: SheetBody) -> None:
        if self._shown == (body.verbs, body.pin_first):
            return
        self._shown = (body.verbs, body.pin_first)
        empty(self._big)
        empty(self._grid)
        for verb in (verb for verb in body.verbs if verb.task in BIG):
            self._big.addWidget(self._big_button(verb, first=Task.ENTER_PIN if body.pin_first else Task.PAY))
        small = [verb for verb in body.verbs if verb.task not in BIG]
        columns = COLUMNS if len(small) <= MANY else COLUMNS + 1
        last = len(small) // columns
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        # where every screen has it: at the left of the last row
        self._grid.addWidget(back, last, 0)
        places = (place for place in range((last + 1) * columns) if place != last * columns)
        for place, verb in zip(places, small, strict=False):
            button = VerbButton(self.look, say(SHORT.get(verb.task, TASKS[verb.task])), KEY_NAMES[verb.task])
            self._equip(button, verb)
            self._grid.addWidget(button, place // columns, place % columns)
        for place in range(COLUMNS + 1):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)

    def _big_button(self, verb: TaskView, first: Task) -> TaskButton:
        leads = verb.task is first and verb.why is None
        kind: Kind = "primary" if leads else "quiet"
        key = say(Say.ENTER) if verb.task is Task.ENTER_PIN else KEY_NAMES[verb.task]
        button = TaskButton(self.look, say(TASKS[verb.task]), key, kind, big=True)
        self._equip(button, verb)
        return button

    def _equip(self, button: TaskButton, verb: TaskView) -> None:
        button.relabel(button.text(), WHYS[verb.why].text() if verb.why else "")
        button.clicked.connect(lambda: self.desk.send(Start(verb.task)))

    def key(self, key: int, text: str) -> bool:
        """The letters on the buttons. One that is dimmed says why once more, to those who do not see it."""
        body = self.view.body if self.view else None
        offered = {LETTERS[v.task]: v for v in body.verbs if v.task in LETTERS} if isinstance(body, SheetBody) else {}
        verb = offered.get(text.upper())
        if verb is None:
            return super().key(key, text)
        if verb.why is None:
            self.desk.send(Start(verb.task))
        else:
            announce(self, why_text(verb.why, verb.task).text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A low window has a smaller card and less air."""
        super().resizeEvent(event)
        roomy = event.size().height() >= ROOMY
        self._face.shrink(small=not roomy)
        self._page.setSpacing(16 if roomy else 8)
        self._inner.setContentsMargins(*([16] * 4 if roomy else [8] * 4))
        self._message.resize_type(20 if roomy else 16)
