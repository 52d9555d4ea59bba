"""Somebody is asked. Nothing for 0.3 s, then a spinner, after a second words, after eight a choice."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt

from app.domain.messages import AskTender, KeepWaiting
from app.domain.verb import BETWEEN, PLAIN, SPENDS, UNDOES, Verb
from app.domain.view import AskingBody, TillView
from app.ui.desk import Desk
from app.ui.job_text import JobSay
from app.ui.screens.base import ENTER, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, page, row
from app.ui.widgets.spinner import Spinner

SPINNER_AFTER = timedelta(milliseconds=300)
WORDS_AFTER = timedelta(seconds=1)
CHOICE_AFTER = timedelta(seconds=8)
UNWATCHED = UNDOES | PLAIN | BETWEEN
"""Verbs that go on by themselves when nobody waits for them: walking away gives nothing up."""
CENTRE = Qt.AlignmentFlag.AlignHCenter


class AskingScreen(ScreenWidget):
    """Spinner, backend, amount, seconds, choices."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._spinner = Spinner(self.look)
        self._title = Text("", 44, bold=True, wrap=True, align=CENTRE)
        self._amount = BigAmount(self.look, CENTRE, (44, 28))
        self._seconds = Text("", 20, muted=True, align=CENTRE)
        self._message = Text("", 20, wrap=True, align=CENTRE)
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._wait = TaskButton(self.look, say(Say.WAIT), say(Say.ENTER), "primary", big=True)
        self._wait.clicked.connect(lambda: self.desk.send(KeepWaiting()))
        self._tender = TaskButton(self.look, say(Say.OTHER_TENDER), "T", big=True)
        self._tender.clicked.connect(lambda: self.desk.send(AskTender()))
        self._cancel = cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        spinner = row([1, self._spinner, 1])
        foot = row([cancel, 1, self._tender, self._wait])
        words = column([self._title, self._amount, self._seconds, self._message], gap=2)
        self.setLayout(page([2, spinner, words, 3, foot], gap=2))

    def show_body(self, view: TillView) -> None:
        """Who is asked for what."""
        body = view.body
        assert isinstance(body, AskingBody)
        self._title.say(say(Say.ASKING, backend=body.backend))
        self._amount.setVisible(body.amount.is_positive)
        self._amount.show_money(body.amount)
        self._cancel.relabel(say(JobSay.GO_ON if body.verb in UNWATCHED else Say.CANCEL))
        self.tick()

    def tick(self) -> None:
        """What the time that passed allows to be seen."""
        body = self.view.body if self.view else None
        if not isinstance(body, AskingBody):
            return
        passed = self.desk.now() - body.since
        self._spinner.spin(passed >= SPINNER_AFTER)
        self._spinner.beat()
        seconds = max(0, int(passed.total_seconds()))
        self._seconds.say(say(Say.SECONDS, n=seconds) if passed >= WORDS_AFTER else "")
        choose = passed >= CHOICE_AFTER and not body.abandoned
        self._wait.setVisible(choose)
        self._tender.setVisible(choose and body.verb in SPENDS - {Verb.CASH_OUT})
        if body.abandoned:
            self._message.say(say(Say.ABANDONED))
        elif choose:
            self._message.say(" ".join(say(word) for word in self._choices(body)))
        else:
            self._message.say("")

    def _choices(self, body: AskingBody) -> tuple[Say | JobSay, Say | JobSay]:
        """What is known by now, and what may be done about it."""
        if body.verb in UNWATCHED:
            sent = (JobSay.ASKING_SENT, JobSay.ASKING_CHOOSE)
            return sent if body.sent else (JobSay.ASKING_UNSENT, JobSay.ASKING_LEAVE)
        choice = JobSay.ASKING_NO_TENDER if self._tender.isHidden() else Say.ASKING_CHOOSE
        return (Say.ASKING_SENT if body.sent else Say.ASKING_UNSENT), choice

    def key(self, key: int, text: str) -> bool:
        """T and Escape always work; Enter goes on waiting."""
        if text.lower() == "t":
            self.desk.send(AskTender())
        elif key in ENTER:
            self.desk.send(KeepWaiting())
        elif text.lower() == "k":
            pass  # a payment is under way
        else:
            return super().key(key, text)
        return True
