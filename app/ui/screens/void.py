"""F6: the last one, and whether it is really meant."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.transaction import State
from app.domain.verb import LOADS
from app.domain.view import TillView, VoidBody
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.moved import moved
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ESCAPE, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.card_face import CardFace
from app.ui.widgets.figures import Figure
from app.ui.widgets.parts import Text, column, frame, page, row


class VoidScreen(ScreenWidget):
    """What would be taken back, what that does, yes or no."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        title = Text(say(Office.VOID_TITLE), 28, bold=True, wrap=True)
        self._face = CardFace(self.look)
        self._amount = Figure(self.look, (44, 28, 20))
        self._when = Text("", 16, muted=True)
        self._why = Text("", 20, wrap=True)
        self.tell("amount", self._amount)
        self.tell("message", self._why)
        yes = TaskButton(self.look, say(Office.TAKE_BACK), say(Say.ENTER), "primary", big=True)
        yes.clicked.connect(lambda: self.key(ENTER[0], ""))
        no = TaskButton(self.look, say(Office.LEAVE_IT), say(Say.ESC), big=True)
        no.clicked.connect(lambda: self.key(ESCAPE, ""))
        figures = column([1, self._amount, self._when, 1], gap=0)
        inner = row([self._face, figures], gap=3, margin=3)
        inner.setStretch(1, 1)
        panel = frame("panel", inner)
        self.setLayout(page([title, panel, self._why, 1, row([no, 1, yes])], gap=2))

    def show_body(self, view: TillView) -> None:
        """The payment, its card, what a yes does."""
        body = view.body
        assert isinstance(body, VoidBody)
        line = body.line
        self._face.setVisible(body.card is not None)
        if body.card is not None:
            self._face.show_card(body.card)
        self._amount.say(moved(line.verb, fmt.money(line.amount)))
        when = f"{fmt.moment(line.at, self.desk.now())} · {say(Office.PAYMENT_NO, stan=line.stan)}"
        self._when.say(when)
        booked = Office.VOID_LOAD_WHY if line.verb in LOADS else Office.VOID_WHY
        self._why.say(say(Office.VOID_OFFLINE if line.state is State.STORED else booked))

    def key(self, key: int, text: str) -> bool:
        """Enter takes it back, Esc leaves it; K has no meaning here."""
        return True if text.lower() == "k" or key == int(Qt.Key.Key_Delete) else super().key(key, text)
