"""The customer's PIN: dots, a keypad, and who must enter it. The digits pass through and are kept nowhere here."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.verb import Verb
from app.domain.view import PinBody, TillView
from app.ui import format as fmt
from app.ui.card_text import Card
from app.ui.desk import Desk
from app.ui.job_text import JobSay
from app.ui.list_text import task_name
from app.ui.screens.base import BACKSPACE, ENTER, ESCAPE, ScreenWidget, digit_of
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.pin_dots import PinDots

MIN_DIGITS = 4
"""ISO 9564-1."""
CENTRE = Qt.AlignmentFlag.AlignHCenter


class PinScreen(ScreenWidget):
    """Amount and dots on the left, keypad on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._count = 0
        self._transaction = ""
        self._title = Text(say(Say.PIN_TITLE), 28, bold=True, wrap=True)
        self._amount = BigAmount(self.look, sizes=(44, 28))
        self._card = Text("", 16, muted=True)
        self._for = Text(say(JobSay.PIN_TO_SEE), 16, wrap=True)
        self._dots = PinDots(self.look)
        self._message = Text("", 16, bold=True, wrap=True, tone="declined")
        self._safe = Text("", 16, muted=True, wrap=True)
        self._demo = Text("", 16, bold=True, tone="information")
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._type)
        self._keypad.back.connect(self._clear)
        self._keypad.clear.connect(self._clear)
        self._shuffle = TaskButton(self.look, say(Say.PIN_SHUFFLE), "S")
        self._shuffle.clicked.connect(self._keypad.shuffle)
        self._done = TaskButton(self.look, say(Say.DONE), say(Say.ENTER), "primary", big=True)
        self._done.clicked.connect(self._finish)
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(self.desk.pin.cancel)
        box = frame("panel", column([self._dots], margin=2))
        left = column(
            [self._title, self._amount, self._card, self._for, box, self._message, self._safe, self._demo, 1], gap=2
        )
        right = column([self._keypad, row([self._shuffle]), 1])
        middle = row([left, right], gap=3)
        middle.setStretch(0, 1)
        layout = page([middle, row([cancel, 1, self._done])], gap=1)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def enter(self) -> None:
        """No digit is in."""
        super().enter()
        self._keypad.in_order()
        self._show(0)

    def leave(self) -> None:
        """The dots go with the screen."""
        super().leave()
        self._show(0)
        self._transaction = ""

    def show_body(self, view: TillView) -> None:
        """For what, from which card."""
        body = view.body
        assert isinstance(body, PinBody)
        self._amount.show_money(body.amount)
        # a PIN that only lets the service tell what is on the card pays for nothing
        self._amount.setVisible(body.amount.is_positive)
        self._for.setVisible(not body.amount.is_positive)
        to_do = say(JobSay.PIN_TO_DO, what=task_name(body.verb, 0))
        self._for.say(say(JobSay.PIN_TO_SEE) if body.verb is Verb.BALANCE else to_do)
        self._show_demo(body)
        self._card.say(f"{fmt.masked(body.card.last4)} · {body.card.programme}")
        self._safe.say(say(Card.PIN_IN_CLEAR if body.in_clear else Say.PIN_SAFE))
        if body.transaction_id != self._transaction:
            self._transaction = body.transaction_id
            self._show(0)
            self._message.say(say(Say.PIN_AGAIN) if body.wrong_before else "")

    def _show_demo(self, body: PinBody) -> None:
        """What the customer of a demo card would know; other cards are in nobody's tray."""
        of_card = [c for c in self.desk.tray.cards if (c.last4, c.programme) == (body.card.last4, body.card.programme)]
        pin = next((card.pin for card in of_card if card.pin), "")
        self._demo.say(say(JobSay.PIN_DEMO, pin=pin) if pin else "")
        self._demo.setVisible(bool(pin))

    def key(self, key: int, text: str) -> bool:
        """Digits go straight on; Backspace begins anew, because nobody can see which digit was wrong."""
        digit = digit_of(text)
        if digit is not None:
            self._type(digit)
        elif key == BACKSPACE:
            self._clear()
        elif key in ENTER:
            self._finish()
        elif key == ESCAPE:
            self._show(0)
            self.desk.pin.cancel()
        elif text.lower() == "s":
            self._keypad.shuffle()
        elif text.lower() == "k":
            pass  # a card is in hand; no other is keyed now
        else:
            return super().key(key, text)
        return True

    def _type(self, digit: int) -> None:
        self._show(self.desk.pin.digit(digit))

    def _clear(self) -> None:
        self._show(self.desk.pin.clear())

    def _show(self, count: int) -> None:
        self._count = count
        self._dots.show_count(count)

    def _finish(self) -> None:
        if self._count < MIN_DIGITS:
            self._message.say(say(Say.PIN_SHORT))
            return
        self._show(0)
        self.desk.pin.done()
