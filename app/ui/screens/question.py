"""One question in plain words, and a place to type the answer: who, for whom, why, from which card, how many.

Letters type here and mean nothing else. Where an answer may be figures, there is a keypad for fingers. What was typed
stays when it was no answer, so that it can be mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from app.domain.job import MOST_IN_RANGE, Question
from app.domain.job_messages import TextEntered
from app.domain.messages import Task
from app.domain.particulars import MAX_TEXT
from app.domain.view import QuestionBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import EMPTY, QUESTIONS, STRIPE, WRONG, WRONG_NUMBER, JobSay
from app.ui.screens.base import BACKSPACE, ENTER, ESCAPE, ScreenWidget, announce, digit_of
from app.ui.sentences import Sentence
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, page, row
from app.ui.widgets.text_line import SENTINELS, StripeGuard, TextLine

MAX_NUMBER = 19
"""Figures of the longest card number (ISO/IEC 7812-1)."""
FIELDS = {
    Question.CUSTOMER: JobSay.FIELD_CUSTOMER,
    Question.RECIPIENT: JobSay.FIELD_RECIPIENT,
    Question.REASON: JobSay.FIELD_WHY,
    Question.FIRST: JobSay.FIELD_ID,
    Question.LAST: JobSay.FIELD_ID,
}


class _Way(StrEnum):
    """How an answer is typed."""

    TEXT = "text"
    NUMBER = "number"
    """A card's number: painted as blocks in every picture."""
    COUNT = "count"


class QuestionScreen(ScreenWidget):
    """The question above, the answer on the left, the keypad on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked: tuple[Task, Question] | None = None
        self._way = _Way.TEXT
        self._count = ""
        self._guard = StripeGuard()
        self._title = Text("", 28, bold=True, wrap=True)
        self._about = Text("", 16, muted=True, wrap=True)
        self._hint = Text("", 16, wrap=True)
        self._problem = Text("", 16, wrap=True, tone="declined")
        self._code = Text("", 14, muted=True)
        self.tell("message", self._problem)
        self.tell("message_code", self._code)
        self._name = Text("", 14, bold=True, muted=True)
        self._line = TextLine()
        self._line.textChanged.connect(self._mend)
        self._line.stripe.connect(lambda: self._say(STRIPE))
        self._number = DigitField(self.look, say(JobSay.FIELD_NUMBER), say(JobSay.FIELD_NUMBER), MAX_NUMBER, group=4)
        self._number.activate(on=True)
        self._figures = BigAmount(self.look)
        self.tell("amount", self._figures)
        self._fields: Mapping[_Way, QWidget] = {
            _Way.TEXT: self._line, _Way.NUMBER: self._number, _Way.COUNT: self._figures,
        }  # fmt: skip
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._digit)
        self._keypad.back.connect(self._delete)
        self._keypad.clear.connect(self._clear)
        cancel = TaskButton(self.look, say(Say.BACK), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(ESCAPE, ""))
        go_on = TaskButton(self.look, say(Say.CONTINUE), say(Say.ENTER), "primary", big=True)
        go_on.clicked.connect(self._done)
        left = column([self._about, self._name, *self._fields.values(), self._hint, self._problem, self._code, 1])
        middle = row([left, column([self._keypad, 1])], gap=3)
        middle.setStretch(0, 1)
        layout = page([self._title, middle, row([cancel, 1, go_on])])
        layout.setStretch(1, 1)
        self.setLayout(layout)

    # --- what is seen ---------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """What was typed goes with the screen."""
        super().leave()
        self._asked = None
        self._guard.end()
        self._line.put_away()
        self._number.wipe()
        self._count = ""

    def show_body(self, view: TillView) -> None:
        """Another question begins anew; the same one keeps what was typed."""
        body = self._body_of(view)
        title, hint = QUESTIONS[(body.task, body.question)]
        self._title.say(say(title))
        self._hint.say(say(hint, backend=body.backend, most=self._most()))
        self._about.say(self._what_it_is_about(body))
        self._about.setVisible(bool(self._about.text()))
        if self._asked != (body.task, body.question):
            self._asked = (body.task, body.question)
            self._begin(body)
        self._mend()

    @staticmethod
    def _body_of(view: TillView | None) -> QuestionBody:
        assert view is not None
        assert isinstance(view.body, QuestionBody)
        return view.body

    @staticmethod
    def _what_it_is_about(body: QuestionBody) -> str:
        card = body.card
        number = fmt.masked(card.last4) if card is not None and card.last4 else ""
        return " · ".join(part for part in (number, card.programme if card else "", body.backend) if part)

    def _begin(self, body: QuestionBody) -> None:
        self._way = _way_of(body)
        for way, field in self._fields.items():
            field.setVisible(way is self._way)
        self._line.put_away()
        self._number.wipe()
        self._count = ""
        self._name.setVisible(self._way is _Way.TEXT)
        self._keypad.setVisible(body.question is not Question.REASON)
        match self._way:
            case _Way.TEXT:
                self._name.say(say(FIELDS[body.question]))
                self._line.begin(self._name.text(), self._most(), body.suggested)
            case _Way.NUMBER:
                for sign in body.suggested:
                    self._type(sign)
            case _Way.COUNT:
                self._count = body.suggested

    def _most(self) -> int:
        return self._body_of(self.view).most or MAX_TEXT

    def _mend(self) -> None:
        """Something was typed: a sentence that says what an answer looks like stays, every other one goes."""
        if self._line.swallowing:
            return
        body = self._body_of(self.view)
        number = self._way is _Way.NUMBER and body.question is Question.FIRST
        self._say((WRONG_NUMBER if number else WRONG[body.question]) if body.wrong else None)
        self._draw()

    def _draw(self) -> None:
        unit = JobSay.UNIT_HOURS if self._asked == (Task.NEW_CODE, Question.COUNT) else JobSay.UNIT_CARDS
        self._figures.show_text(self._count or "0", say(unit), "ink" if self._count else "muted")

    def _say(self, sentence: Sentence | None) -> None:
        text = sentence.text(most=self._most(), box=MOST_IN_RANGE) if sentence is not None else ""
        if text and text == self._problem.text():
            return
        self._problem.say(text)
        self._code.say(sentence.code if sentence is not None else "")
        for label in (self._problem, self._code):
            label.setVisible(bool(text))
        # the hint has been read by whoever got it wrong: the low screen needs its room
        self._hint.setVisible(not text)
        if text:
            announce(self._problem, text)

    # --- what is typed --------------------------------------------------------------------------------------------

    def key(self, key: int, text: str) -> bool:
        """Everything that types goes into the answer; Enter sends it, Escape goes back."""
        if self._way is _Way.TEXT:
            if key != ESCAPE and self._line.press(key, "" if key in ENTER else text):
                return True
        elif self._is_stripe(key, text):
            return True
        if key in ENTER:
            self._done()
        elif key == ESCAPE:
            return super().key(key, text)
        elif key == BACKSPACE:
            self._delete()
        elif text and text.isprintable():
            self._type(text)
        else:
            return False
        return True

    def _is_stripe(self, key: int, text: str) -> bool:
        """Whether a reader types here like a keyboard: nothing of it is kept."""
        if text and text in SENTINELS:
            self._clear()
            self._guard.begin()
            self._say(STRIPE)
            return True
        return self._guard.swallows(key)

    def _digit(self, digit: int) -> None:
        self._type(str(digit))

    def _type(self, text: str) -> None:
        digit = digit_of(text)
        if self._way is _Way.TEXT:
            self._line.insert(text)
        elif digit is None:
            return
        elif self._way is _Way.NUMBER:
            self._number.type(digit)
        elif len(self._count) < len(str(self._most())) and (self._count or digit):
            self._count += str(digit)
        self._mend()

    def _delete(self) -> None:
        if self._way is _Way.TEXT:
            self._line.backspace()
        self._number.delete()
        self._count = self._count[:-1]
        self._mend()

    def _clear(self) -> None:
        self._line.clear()
        self._number.wipe()
        self._count = ""
        self._mend()

    def _done(self) -> None:
        answer = {_Way.TEXT: self._line.said, _Way.NUMBER: self._number.copy(), _Way.COUNT: self._count}[self._way]
        if not answer:
            self._say(EMPTY)
        elif self._way is _Way.COUNT and not 0 < int(answer) <= self._most():
            self._say(WRONG[Question.COUNT])
        else:
            self.desk.send(TextEntered(answer))


def _way_of(body: QuestionBody) -> _Way:
    if body.question is Question.COUNT:
        return _Way.COUNT
    number = body.numbers and body.question in (Question.FIRST, Question.LAST)
    return _Way.NUMBER if number else _Way.TEXT
