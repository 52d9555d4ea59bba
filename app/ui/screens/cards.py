"""Cards that a service keeps: a customer's, or all of the account's. One is chosen, and a job goes on with it.

Arrows or a digit choose, Enter takes the card, I asks what else the service knows of it, M or PgDn brings the next
page. A balance that the list does not tell is "not known", never zero.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.host import StoredCard
from app.domain.job_messages import MoreCards, PickStored
from app.domain.messages import Back
from app.domain.view import CardsBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.list_presenters import plain_reason, stored_facts, stored_name, stored_row
from app.ui.list_text import Lists
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ScreenWidget, announce, digit_of
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.figures import Total
from app.ui.widgets.nothing import Nothing
from app.ui.widgets.parts import ElidedText, Text, column, frame, page, row
from app.ui.widgets.rows import Rows

SIDE = 304
STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
PAGE_DOWN = int(Qt.Key.Key_PageDown)


class CardsScreen(ScreenWidget):
    """The list at the left, the chosen card at the right."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._body: CardsBody | None = None
        self._said = ""
        self._title = ElidedText("", 28, bold=True)  # a customer's name at the service may be as long as it likes
        self._kept = ElidedText("", 16)
        self._kept.dress(muted=True)
        self._list = Rows(self.look, say(Say.CUSTOMER))
        self._list.chosen.connect(self._show_choice)
        self._list.opened.connect(self._take)
        self._problem = Text("", 14, wrap=True, tone="declined")
        self.tell("message", self._problem)
        self._more = TaskButton(self.look, say(Lists.MORE_CARDS), "M")
        self._more.clicked.connect(self._next_page)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        self._again = TaskButton(self.look, say(Office.RETRY), "M", big=True)
        self._again.clicked.connect(self._next_page)
        self._leave = TaskButton(self.look, say(Say.BACK), say(Say.ENTER), "primary", big=True)
        self._cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        for button in (self._leave, self._cancel):
            button.clicked.connect(lambda: self.desk.send(Back()))
        self._nothing = Nothing(self.look, self._again, self._leave, self._cancel)
        self.tell("empty", self._nothing.why)
        left = column([self._title, self._kept, self._list, self._problem, row([self._more, 1, back])])
        left.setStretch(2, 1)
        self._full = QWidget()
        sides = row([left, self._build_choice()], gap=2)
        sides.setStretch(0, 1)
        self._full.setLayout(sides)
        self.setLayout(page([self._full, self._nothing]))

    def _build_choice(self) -> QWidget:
        self._name = Text("", 20, bold=True, wrap=True)
        self._balance = Total(self.look, say(Say.ON_THE_CARD), (44, 28, 20))
        self.tell("balance", self._balance.figure)
        self._facts = Text("", 16, wrap=True)
        self._detailed = Text(say(Lists.DETAILED), 14, tone="approved")
        self._details = TaskButton(self.look, say(Lists.DETAILS), "I")
        self._details.clicked.connect(self._ask_details)
        self._enter = TaskButton(self.look, "", say(Say.ENTER), "primary", big=True)
        self._enter.clicked.connect(self._take)
        words: list[QWidget | int] = [self._name, self._balance, self._facts, self._detailed]
        right = frame("panel", column([*words, 1, self._details, self._enter], margin=2))
        right.setFixedWidth(SIDE)
        return right

    def leave(self) -> None:
        """The next customer's list begins at its top."""
        super().leave()
        self._list.show_rows(())
        self._said = ""

    def show_body(self, view: TillView) -> None:
        """The list, or what stands in its place."""
        body = view.body
        assert isinstance(body, CardsBody)
        self._body = body
        self._full.setVisible(bool(body.cards))
        self._nothing.setVisible(not body.cards)
        if body.cards:
            self._show_list(body)
        else:
            self._show_nothing(body)

    def _show_list(self, body: CardsBody) -> None:
        heading = say(Lists.CARDS_OF, customer=body.customer) if body.customer else say(Lists.CARDS_ALL)
        kept = say(Lists.KEPT_BY, backend=body.backend)
        if body.task is not None:
            if body.customer:
                kept = say(Lists.KEPT_FOR, customer=body.customer, backend=body.backend)
            heading = say(Lists.CARDS_FOR, task=say(TASKS[body.task]))
        self._title.say(heading)
        self._kept.say(say(Lists.CARDS_ASKING, backend=body.backend) if body.asking else kept)
        self._problem.say(plain_reason(body.refused) if body.refused is not None else "")
        self._problem.setVisible(body.refused is not None)
        self._list.show_rows([stored_row(card, place) for place, card in enumerate(self._known(body), start=1)])
        none = say(Lists.UNDER_WAY) if body.asking else say(Lists.NO_MORE_CARDS)
        self._more.relabel(say(Lists.MORE_CARDS), "" if body.more and not body.asking else none)
        self._enter.relabel(say(Lists.OPEN_CARD if body.task is None else Lists.TAKE_CARD))
        self._details.relabel(say(Lists.DETAILS), say(Lists.UNDER_WAY) if body.asking else "")
        self._show_choice()

    @staticmethod
    def _known(body: CardsBody) -> list[StoredCard]:
        """The cards, with what was told of one by itself in its place."""
        told = body.detailed
        return [told if told is not None and told.id == card.id else card for card in body.cards]

    def _show_nothing(self, body: CardsBody) -> None:
        self._list.show_rows(())
        self._again.setVisible(body.refused is not None and not body.asking)
        self._leave.setVisible(not body.asking)
        self._cancel.setVisible(body.asking)
        if body.asking:
            self._nothing.wait(say(Lists.CARDS_ASKING, backend=body.backend))
            return
        if body.refused is not None:
            why = plain_reason(body.refused)
            self._nothing.tell("warn", "checking", say(Lists.CARDS_REFUSED), why)
        else:
            empty = Lists.CARDS_EMPTY_WHY if body.customer else Lists.ACCOUNT_EMPTY_WHY
            why = say(empty, backend=body.backend, customer=body.customer)
            self._nothing.tell("info", "information", say(Lists.CARDS_EMPTY), why)
        if why != self._said:
            self._said = why
            announce(self, why)

    def _show_choice(self) -> None:
        chosen = self._chosen()
        if chosen is None or self._body is None:
            return
        self._name.say(stored_name(chosen))
        if chosen.balance is None:
            self._balance.show_figure(say(Lists.NOT_KNOWN), "muted")
        else:
            self._balance.show_figure(fmt.money(chosen.balance))
        self._facts.say(stored_facts(chosen).replace(" · ", "\n"))
        told = self._body.detailed
        self._detailed.setVisible(told is not None and told.id == chosen.id)

    def _chosen(self) -> StoredCard | None:
        body = self._body
        return next((card for card in self._known(body) if card.id == self._list.key), None) if body else None

    # --- hands

    def _take(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.desk.send(PickStored(chosen.id))

    def _ask_details(self) -> None:
        chosen = self._chosen()
        if chosen is not None and self._body is not None and not self._body.asking:
            self.desk.send(PickStored(chosen.id, details=True))

    def _next_page(self) -> None:
        body = self._body
        if body is not None and not body.asking and (body.more or (body.refused is not None and not body.cards)):
            self.desk.send(MoreCards())

    def tick(self) -> None:
        """The spinner goes round."""
        self._nothing.beat()

    def key(self, key: int, text: str) -> bool:
        """Arrows, digits, Enter, I, M, PgDn; Esc goes back, and so does Enter where there is nothing to take."""
        digit = digit_of(text)
        if key in STEPS:
            self._list.move_choice(STEPS[key])
        elif digit is not None:
            self._list.choose(digit - 1)
        elif text.lower() == "i":
            self._ask_details()
        elif key == PAGE_DOWN or text.lower() == "m":
            self._next_page()
        elif key in ENTER:
            if self._chosen() is not None:
                self._take()
            elif self._body is not None and not self._body.asking:
                self.desk.send(Back())
        else:
            return super().key(key, text)
        return True
