"""The till's own list of cards it takes no more. F frees one, after a question, for managers: whoever frees a card that
was stolen makes it good again, and to stop it once more it must be at hand.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.job_messages import FreeCard
from app.domain.messages import Back
from app.domain.view import StopEntry, StopListBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.list_presenters import stop_row
from app.ui.list_text import Lists
from app.ui.screens.base import ENTER, ScreenWidget, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.decision import Decision
from app.ui.widgets.nothing import Nothing
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.rows import Rows

STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
FUNCTION_KEYS = range(int(Qt.Key.Key_F1), int(Qt.Key.Key_F12) + 1)


class StopListScreen(ScreenWidget):
    """The list, and the chosen card's story below it."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._entries: dict[str, StopEntry] = {}
        self._can_free = False
        self._asked = ""
        title = Text(say(Lists.STOP_TITLE), 28, bold=True, wrap=True)
        self._list = Rows(self.look, say(Say.STOP_LIST))
        self._list.chosen.connect(self._show_choice)
        self._who = Text("", 14, muted=True, wrap=True)
        self._why = Text("", 16, wrap=True)
        self.tell("message", self._why)
        self._story = frame("panel", column([self._why, self._who], margin=1))
        self._free = TaskButton(self.look, say(Lists.FREE), "F")
        self._free.clicked.connect(self._ask)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        self._keys = QWidget()
        self._keys.setLayout(row([self._free, 1, back]))
        self._decision = Decision(self.look, wide=True)
        self._decision.decided.connect(lambda _why: self._set_free())
        self._decision.left.connect(lambda: self._show_question(asking=False))
        layout = column([title, self._list, self._story, self._decision, self._keys])
        layout.setStretch(1, 1)
        self._full = QWidget()
        self._full.setLayout(layout)
        done = TaskButton(self.look, say(Say.BACK), say(Say.ENTER), "primary", big=True)
        done.clicked.connect(lambda: self.key(ENTER[0], ""))
        self._nothing = Nothing(self.look, done)
        self._nothing.tell("tick", "approved", say(Lists.STOP_NONE), say(Lists.STOP_NONE_WHY))
        self.setLayout(page([self._full, self._nothing]))

    def enter(self) -> None:
        """Nothing is asked."""
        super().enter()
        self._decision.close_question()

    def leave(self) -> None:
        """A question left open is no yes."""
        super().leave()
        self._decision.close_question()
        self._list.show_rows(())

    def show_body(self, view: TillView) -> None:
        """The rows."""
        body = view.body
        assert isinstance(body, StopListBody)
        self._can_free = body.can_free
        self._entries = {entry.key: entry for entry in body.rows}
        if self._decision.asking and (self._asked not in self._entries or not body.can_free):
            self._decision.close_question()  # a yes must never fall on another card
        self._full.setVisible(bool(body.rows))
        self._nothing.setVisible(not body.rows)
        now = self.desk.now()
        self._list.show_rows([stop_row(entry, at, now) for at, entry in enumerate(body.rows, start=1)])
        self._free.relabel(say(Lists.FREE), "" if body.can_free else say(Lists.FREE_MANAGER))
        self._show_choice()

    def _show_choice(self) -> None:
        chosen = self._entries.get(self._list.key)
        if chosen is not None:
            moment = f"{fmt.date(chosen.at)} {fmt.clock(chosen.at)}"
            self._why.say(chosen.why or say(Lists.STOP_NO_WHY))
            self._who.say(say(Lists.STOPPED_BY, name=chosen.operator, moment=moment))

    def _show_question(self, *, asking: bool) -> None:
        self._keys.setVisible(not asking)
        self._story.setVisible(not asking)
        self._list.setEnabled(not asking)

    # --- hands

    def _ask(self) -> None:
        chosen = self._entries.get(self._list.key)
        if chosen is None or not self._can_free:
            return
        self._asked = chosen.key
        self._show_question(asking=True)
        card = fmt.masked(chosen.last4) if chosen.last4 else chosen.programme
        self._decision.ask(say(Lists.FREE_ASK, card=card), say(Lists.FREE_WHY), say(Lists.FREE), kind="danger")

    def _set_free(self) -> None:
        if self._asked in self._entries and self._can_free:
            self.desk.send(FreeCard(self._asked))

    def key(self, key: int, text: str) -> bool:
        """Arrows, digits, F; Esc goes back, and so does Enter: nothing is done to a row by a slip."""
        if self._decision.asking and key not in FUNCTION_KEYS:
            return self._decision.key(key)
        digit = digit_of(text)
        if key in STEPS:
            self._list.move_choice(STEPS[key])
        elif digit is not None:
            self._list.choose(digit - 1)
        elif text.lower() == "f":
            self._ask()
        elif key in ENTER:
            self.desk.send(Back())
        else:
            return super().key(key, text)
        return True
