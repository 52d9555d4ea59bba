"""Printed cards in a row are getting their value: how many have it, and which to lay apart.

It goes on by itself: Esc leaves it, and nothing is lost. When it is over, Enter settles it: what was paid for cards
that failed goes back to the customer.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.messages import Confirm
from app.domain.view import RangeBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.list_presenters import range_row
from app.ui.list_text import Lists
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ScreenWidget, announce
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.figures import Progress, Total
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.rows import Rows

STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
BAR = 16


class RangeScreen(ScreenWidget):
    """A big figure, a bar, and the exceptions."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._body: RangeBody | None = None
        self._said = False
        self._title = Text("", 20, bold=True, wrap=True)
        self._done = Total(self.look, say(Lists.RANGE_ACTIVE), (72, 44))
        self.tell("amount", self._done.figure)
        self._refused = Total(self.look, say(Lists.RANGE_REFUSED), (44, 28))
        self._waiting = Total(self.look, say(Lists.RANGE_WAITING), (44, 28))
        self._bar = Progress(self.look, BAR)
        small = row([self._refused, self._waiting], gap=3)
        figures = row([self._done, column([1, small])], gap=3)
        figures.setStretch(0, 3)
        figures.setStretch(1, 2)
        self._back_money = Text("", 28, bold=True, wrap=True, tone="checking")
        self.tell("due", self._back_money)
        self._heading = Text(say(Lists.RANGE_PROBLEMS), 14, bold=True, muted=True)
        self._apart = Text(say(Lists.RANGE_LAY_APART), 14, tone="checking")
        self._list = Rows(self.look, say(Lists.RANGE_PROBLEMS), framed=False)
        self._why = Text("", 14, muted=True, wrap=True)
        self._more = Text("", 14, muted=True)
        self.tell("message", self._why)
        self._list.chosen.connect(self._show_choice)
        self._list.fitted.connect(self._show_choice)
        heading = row([self._heading, 1, self._apart])
        inner = column([heading, self._list, self._why, self._more], margin=1)
        inner.setStretch(1, 1)
        self._problems = frame("panel", inner)
        self._calm = Text(say(Lists.RANGE_NO_PROBLEM), 16, muted=True)
        self._note = Text(say(Lists.RANGE_GOES_ON), 14, muted=True, wrap=True)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        self._enter = TaskButton(self.look, say(Say.DONE), say(Say.ENTER), "primary")
        self._enter.clicked.connect(lambda: self.key(ENTER[0], ""))
        foot = row([back, self._note, self._enter], gap=2)
        foot.setStretch(1, 1)
        below = QWidget()
        room = column([self._problems])
        room.setStretch(0, 1)
        room.addWidget(self._calm, 0, Qt.AlignmentFlag.AlignTop)
        below.setLayout(room)
        layout = page([self._title, figures, self._bar, self._back_money, below, foot])
        layout.setStretch(4, 1)
        self.setLayout(layout)

    def enter(self) -> None:
        """What comes of this range is said once."""
        super().enter()
        self._said = False

    def leave(self) -> None:
        """The next range begins at its top."""
        super().leave()
        self._list.show_rows(())

    def show_body(self, view: TillView) -> None:
        """How far it is."""
        body = view.body
        assert isinstance(body, RangeBody)
        self._body = body
        each = fmt.money(body.each)
        self._title.say(say(Lists.RANGE_OVER if body.over else Lists.RANGE_TITLE, amount=each))
        self._done.show_figure(say(Lists.RANGE_DONE, n=body.done, total=body.count))
        self._refused.show_figure(str(body.refused), "declined" if body.refused else "muted")
        self._waiting.show_figure(str(body.waiting), "ink" if body.waiting else "muted")
        self._bar.show_progress(body.done, body.count, body.refused)
        owed = body.given_back is not None and body.given_back.is_positive
        self._back_money.setVisible(owed)
        if body.given_back is not None:
            self._back_money.say(say(Say.GIVE_BACK, amount=fmt.money(body.given_back)))
        self._problems.setVisible(bool(body.problems))
        self._calm.setVisible(not body.problems and not body.refused)
        self._calm.dress(tone="approved" if body.over else "", muted=not body.over)
        self._list.show_rows([range_row(problem) for problem in body.problems])
        self._more.say(say(Office.QUEUE_MORE, n=body.more) if body.more else "")
        self._more.setVisible(bool(body.more))
        self._note.say("" if body.over else say(Lists.RANGE_GOES_ON))
        self._enter.relabel(say(Say.DONE), "" if body.over else say(Lists.RANGE_NOT_OVER))
        self._show_choice()
        if body.over and not self._said:
            self._said = True
            told = say(Lists.RANGE_TOLD, n=body.done, total=body.count)
            announce(self, f"{told} {self._back_money.text() if owed else ''}".strip())

    def _show_choice(self) -> None:
        """What the chosen row has no room for."""
        chosen = next((problem for problem in self._list.rows if problem.key == self._list.key), None)
        self._why.say(chosen.under if chosen is not None else "")
        self._why.setVisible(chosen is not None and self._list.cuts(chosen))

    def key(self, key: int, text: str) -> bool:
        """Arrows for the exceptions; Enter settles it when it is over; Esc leaves it to itself."""
        if key in STEPS:
            self._list.move_choice(STEPS[key])
        elif key in ENTER:
            if self._body is not None and self._body.over:
                self.desk.send(Confirm())
        else:
            return super().key(key, text)
        return True
