"""The amount stands; now a card. The swipe is the confirmation."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.job import PLANS, Question
from app.domain.messages import AskTender, KeyCard, ReaderState, Task
from app.domain.view import AwaitCardBody, TillView
from app.ui import format as fmt
from app.ui.card_text import Card
from app.ui.desk import Desk
from app.ui.job_text import SWIPES, JobSay
from app.ui.presenters import reader_lamp
from app.ui.screens.base import ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.lamp import LampLabel, show_scanner
from app.ui.widgets.parts import Text, page, row
from app.ui.widgets.swipe_art import SwipeArt

CENTRE = Qt.AlignmentFlag.AlignHCenter


class AwaitCardScreen(ScreenWidget):
    """Amount, picture, lamp, the other ways."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._title = Text("", 28, bold=True, wrap=True, align=CENTRE)
        self._amount = BigAmount(self.look, CENTRE)
        self._paid = Text("", 16, muted=True, align=CENTRE)
        self._hint = Text("", 16, muted=True, wrap=True, align=CENTRE)
        self._reader = LampLabel(self.look, 20)
        self._scanner = LampLabel(self.look, 20)
        self.tell("amount", self._amount)
        self.tell("message", self._title)
        key = TaskButton(self.look, say(Say.KEY_NUMBER), "K", big=True)
        key.clicked.connect(lambda: self.desk.send(KeyCard()))
        self._tender = TaskButton(self.look, say(Say.OTHER_TENDER), "T", big=True)
        self._tender.clicked.connect(lambda: self.desk.send(AskTender()))
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        art = row([1, SwipeArt(self.look), 1])
        lamp = row([1, self._reader, self._scanner, 1], gap=3)
        foot = row([cancel, 1, key, self._tender])
        self.setLayout(page([1, self._title, self._amount, self._paid, art, lamp, self._hint, 1, foot], gap=1))

    def show_body(self, view: TillView) -> None:
        """What for, how much, what is paid already."""
        body = view.body
        assert isinstance(body, AwaitCardBody)
        self._title.say(say(SWIPES.get(body.task, Say.SWIPE_A_CARD)))
        self._amount.setVisible(body.amount.is_positive)
        self._amount.show_money(body.amount)
        part = body.paid.is_positive
        self._paid.setVisible(part)
        self._paid.say(say(Say.PAID_SO_FAR, paid=fmt.money(body.paid), due=fmt.money(body.due)) if part else "")
        self._tender.setVisible(body.task is Task.PAY)
        ready = view.strip.reader is ReaderState.READY
        if view.strip.scanner is ReaderState.READY:
            self._hint.say(say(Card.OR_SCAN if ready else Card.ONLY_SCAN))
        else:
            self._hint.say(say(_what_a_swipe_does(body.task) if ready else Say.READER_NOT_READY))
        self._hint.dress(muted=ready, tone="" if ready else "checking")
        lamp = reader_lamp(view.strip.reader)
        self._reader.show_lamp(lamp.lamp, lamp.text)
        show_scanner(self._scanner, view.strip)

    def key(self, key: int, text: str) -> bool:
        """T takes another tender. Enter does nothing: the swipe is the confirmation."""
        if text.lower() == "t" and not self._tender.isHidden():
            self.desk.send(AskTender())
            return True
        return super().key(key, text)


def _what_a_swipe_does(task: Task) -> Say | JobSay:
    """The last question is answered by it, or another one comes first."""
    plan = PLANS.get(task)
    last = plan is None or plan.questions[-1] is Question.CARD
    return Say.SWIPE_IS_YES if last else JobSay.NOTHING_YET
