"""A card whose stripe is dead: number, CVC and expiry, typed by hand into three fields that take only digits."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.card import CardRefused, CardSecret, Expiry, Pan
from app.domain.messages import CardKeyed
from app.domain.view import KeyCardBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.screens.base import BACKSPACE, ENTER, ScreenWidget, digit_of
from app.ui.sentences import CARD_FAULTS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, page, row

MIN_NUMBER, MAX_NUMBER = 5, 19
MAX_CVC = 4
SENTINELS = ";%+"
"""What a stripe begins with. A reader that types like a keyboard is not a cashier: its characters are dropped up to
the Enter that ends them."""
MAX_SWALLOWED = 120
"""Longest stripe of all three tracks, with room to spare: after that the field listens again."""


class KeyCardScreen(ScreenWidget):
    """Fields on the left, keypad on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._swallowing = 0
        self._title = Text(say(Say.KEY_TITLE), 28, bold=True)
        self._for = Text("", 20)
        self._why = Text(say(Say.KEY_WHY), 16, muted=True, wrap=True)
        self._number = DigitField(self.look, say(Say.NUMBER), say(Say.NUMBER_HINT), MAX_NUMBER, group=4)
        self._cvc = DigitField(self.look, say(Say.CVC), say(Say.CVC_HINT), MAX_CVC, dots=True)
        self._expiry = DigitField(self.look, say(Say.EXPIRY), say(Say.EXPIRY_HINT), 4, group=2, between=" / ")
        self._fields = (self._number, self._cvc, self._expiry)
        self._active = 0
        for index, field in enumerate(self._fields):
            field.chosen.connect(lambda chosen=index: self._go(chosen))
        self._message = Text("", 16, wrap=True, tone="declined")
        self.tell("message", self._message)
        keypad = Keypad(self.look)
        keypad.digit.connect(self._type)
        keypad.back.connect(self._delete)
        keypad.clear.connect(self._clear)
        self._use = TaskButton(self.look, say(Say.KEY_NEXT), say(Say.ENTER), "primary", big=True)
        self._use.clicked.connect(self._enter_key)
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        number = column([Text(say(Say.NUMBER), 14, muted=True), self._number])
        cvc = column([Text(say(Say.CVC), 14, muted=True), self._cvc])
        expiry = column([Text(say(Say.EXPIRY), 14, muted=True), self._expiry])
        left = column([self._for, self._why, number, row([expiry, cvc], gap=2), self._message, 1], gap=2)
        middle = row([left, column([keypad, 1])], gap=3)
        middle.setStretch(0, 1)
        layout = page([self._title, middle, row([cancel, 1, self._use])], gap=1)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def enter(self) -> None:
        """Empty fields."""
        super().enter()
        self._wipe()

    def leave(self) -> None:
        """Nothing of a card stays behind."""
        super().leave()
        self._wipe()

    def show_body(self, view: TillView) -> None:
        """What the card is for."""
        body = view.body
        assert isinstance(body, KeyCardBody)
        self._for.setVisible(body.task is not None)
        if body.task is not None:
            name = say(TASKS[body.task])
            what = say(Say.KEY_FOR, task=name, amount=fmt.money(body.amount)) if body.amount else name
            self._for.say(what)

    def key(self, key: int, text: str) -> bool:
        """Digits go to the field in hand; Enter goes on; Tab and arrows change the field."""
        if self._swallow(key, text):
            return True
        digit = digit_of(text)
        if digit is not None:
            self._type(digit)
        elif key == BACKSPACE:
            self._delete()
        elif key in ENTER:
            self._enter_key()
        elif key in (int(Qt.Key.Key_Down), int(Qt.Key.Key_Up)):
            self._go((self._active + (1 if key == int(Qt.Key.Key_Down) else -1)) % len(self._fields))
        elif text.lower() == "k":
            pass  # already here
        else:
            return super().key(key, text)
        return True

    def _swallow(self, key: int, text: str) -> bool:
        if text and text in SENTINELS:
            self._wipe()
            self._swallowing = MAX_SWALLOWED
            return True
        if not self._swallowing:
            return False
        self._swallowing = 0 if key in ENTER else self._swallowing - 1
        return True

    def _type(self, digit: int) -> None:
        field = self._fields[self._active]
        field.type(digit)
        self._message.say("")
        if field.full and field is self._expiry:
            self._go(1)

    def _delete(self) -> None:
        self._fields[self._active].delete()

    def _clear(self) -> None:
        self._fields[self._active].wipe()

    def _go(self, index: int) -> None:
        self._active = index
        for place, field in enumerate(self._fields):
            field.activate(place == index)
        last = self._fields[index] is self._cvc
        self._use.relabel(say(Say.KEY_USE if last else Say.KEY_NEXT))

    def _enter_key(self) -> None:
        """Number, then expiry, then CVC, as they stand on the card; after the last the card is used."""
        if self._fields[self._active] is self._number:
            if self._number.count < MIN_NUMBER:
                self._message.say(say(Say.NUMBER_SHORT))
                return
            self._go(2)
        elif self._fields[self._active] is self._expiry:
            if self._expiry.count not in (0, 4):
                self._message.say(say(Say.EXPIRY_WRONG))
                return
            self._go(1)
        else:
            self._send()

    def _send(self) -> None:
        if self._number.count < MIN_NUMBER:
            self._go(0)
            self._message.say(say(Say.NUMBER_SHORT))
            return
        number, expiry, cvc = self._number.take(), self._expiry.take(), self._cvc.take()
        self._wipe()
        try:
            card = CardSecret(Pan(number), Expiry.parse(expiry) if expiry else None, cvc)
        except CardRefused as refused:
            self._message.say(CARD_FAULTS[refused.fault].full())
            return
        self.desk.send(CardKeyed(card))

    def _wipe(self) -> None:
        for field in self._fields:
            field.wipe()
        self._message.say("")
        self._swallowing = 0
        self._go(0)
