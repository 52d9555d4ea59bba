"""A card that can't be read: its number or code, and what else is printed on it, typed by hand.

The form asks for what the card's backend reads and for nothing else. Which backend that is shows as soon as the
number's range or the code's prefix does; until then the form asks for what any of them might want.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.card import MAX_CODE, MAX_PAN, MIN_CODE, MIN_PAN, CardRefused, CardSecret, Expiry, presented
from app.domain.messages import CardKeyed
from app.domain.verb import Printed
from app.domain.view import KeyCardBody, KeyedKind, TillView
from app.ui import format as fmt
from app.ui.card_text import Card
from app.ui.desk import Desk
from app.ui.screens.base import BACKSPACE, ENTER, ScreenWidget, digit_of
from app.ui.sentences import CARD_FAULTS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.letter_pad import LetterPad
from app.ui.widgets.parts import Text, column, empty, page, row

MAX_SECRET = 12
"""The longest PIN there is (ISO 9564-1); CVCs and passcodes are shorter."""
PREFIXES_SHOWN = 2
"""Beginnings of codes that have a button of their own; more of them are typed."""
SENTINELS = ";%+"
"""What a stripe begins with. A reader that types like a keyboard is not a cashier: its characters are dropped up to
the Enter that ends them. So a code with one of these signs in it is scanned, not keyed."""
MAX_SWALLOWED = 120
"""Longest stripe of all three tracks, with room to spare: after that the field listens again."""

_SECRETS: Mapping[Printed | None, tuple[Card | Say, Card | Say]] = {
    None: (Card.CVC_OR_PIN, Card.IF_PRINTED),
    Printed.CVC: (Say.CVC, Say.CVC_HINT),
    Printed.PIN: (Card.PRINTED_PIN, Card.PRINTED_PIN_HINT),
    Printed.PASSCODE: (Card.PASSCODE, Card.PASSCODE_HINT),
}
"""What the field beside the number is called, and its hint."""


class KeyCardScreen(ScreenWidget):
    """Fields on the left, keys on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._swallowing = 0
        self._kinds: tuple[KeyedKind, ...] = ()
        self._for = Text("", 20, wrap=True)
        self._kind = Text("", 14, bold=True)
        self._number = DigitField(self.look, say(Say.NUMBER), say(Say.NUMBER_HINT), MAX_PAN, group=4)
        self._expiry = DigitField(self.look, say(Say.EXPIRY), say(Say.EXPIRY_HINT), 4, group=2, between=" / ")
        self._secret = DigitField(self.look, say(Say.CVC), say(Say.CVC_HINT), MAX_SECRET, dots=True)
        self._why = Text(say(Card.KEY_WHY), 16, muted=True, wrap=True)
        self._number_name = Text(say(Say.NUMBER), 14, muted=True)
        self._secret_name = Text(say(Say.CVC), 14, muted=True)
        self._active = self._number
        for field in (self._number, self._expiry, self._secret):
            field.chosen.connect(lambda chosen=field: self._go(chosen))
        self._message = Text("", 16, wrap=True, tone="declined")
        self.tell("message", self._message)
        self._expiry_box = QWidget()
        self._expiry_box.setLayout(column([Text(say(Say.EXPIRY), 14, muted=True), self._expiry]))
        self._secret_box = QWidget()
        self._secret_box.setLayout(column([self._secret_name, self._secret]))
        self._prefixes = row()
        self._use = TaskButton(self.look, say(Say.KEY_NEXT), say(Say.ENTER), "primary", big=True)
        self._use.clicked.connect(self._enter_key)
        self._build()

    def _build(self) -> None:
        number = column([row([self._number_name, 1, self._kind]), self._number, self._prefixes])
        small = row([self._expiry_box, self._secret_box], gap=2)
        left = column([self._for, self._why, number, small, self._message, 1], gap=2)
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._type)
        self._keypad.back.connect(self._delete)
        self._keypad.clear.connect(self._clear)
        self._letters = LetterPad(self.look)
        self._letters.sign.connect(self._put)
        self._letters.back.connect(self._delete)
        self._letters.hide()
        self._pads = TaskButton(self.look, say(Card.LETTERS))
        self._pads.clicked.connect(self._change_pad)
        right = column([self._keypad, self._letters, 1])
        middle = row([left, right], gap=3)
        middle.setStretch(0, 1)
        cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        title = Text(say(Say.KEY_TITLE), 28, bold=True)
        layout = page([title, middle, row([cancel, 1, self._pads, self._use])], gap=1)
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
        """What the card is for, and which cards there are."""
        body = view.body
        assert isinstance(body, KeyCardBody)
        self._for.setVisible(body.task is not None)
        if body.task is not None:
            name = say(TASKS[body.task])
            what = say(Say.KEY_FOR, task=name, amount=fmt.money(body.amount)) if body.amount else name
            self._for.say(what)
        if body.kinds != self._kinds:
            self._kinds = body.kinds
            self._offer_prefixes()
        self._ask()

    # --- which card it is, and so what is asked for ---------------------------------------------------------------

    @property
    def _takes_codes(self) -> bool:
        return any(kind.code_prefixes for kind in self._kinds)

    def _recognised(self) -> tuple[KeyedKind, ...]:
        """The programmes whose range or prefix stands there; none where nobody's does."""
        known = [
            (len(prefix), kind)
            for kind in self._kinds
            for prefix in self._beginnings(kind)
            if self._number.begins(prefix)
        ]
        longest = max((length for length, _ in known), default=0)
        return tuple(kind for length, kind in known if length == longest) if self._number.count else ()

    def _beginnings(self, kind: KeyedKind) -> tuple[str, ...]:
        return kind.prefixes if self._number.is_number else kind.code_prefixes

    def _ask(self) -> None:
        """Names, hints and fields for what has been typed so far."""
        codes = self._takes_codes
        name = say(Card.NUMBER_OR_CODE if codes else Say.NUMBER)
        hint = say(Card.NUMBER_OR_CODE_HINT if codes else Say.NUMBER_HINT)
        self._number.rename(name, hint, MAX_CODE if codes else MAX_PAN)
        self._number_name.say(name)
        self._pads.setVisible(codes)
        found = self._recognised()
        self._kind.say(found[0].programme if len(found) == 1 else "")
        possible = found or tuple(kind for kind in self._kinds if self._beginnings(kind))
        self._expiry_box.setVisible(not possible or any(kind.reads_expiry for kind in possible))
        wanted = {kind.printed for kind in possible}
        printed = wanted.pop() if len(wanted) == 1 else None
        self._secret_box.setVisible(printed is not Printed.NOTHING)
        if printed is not Printed.NOTHING:
            called, hinted = (say(word) for word in _SECRETS[printed])
            self._secret.rename(called, hinted, MAX_SECRET)
            self._secret_name.say(called)
        if self._active not in self._fields():
            self._go(self._number)
        self._relabel()

    def _fields(self) -> list[DigitField]:
        """Those that are asked for, in the order of Enter: as they stand on the card."""
        boxes = ((self._expiry_box, self._expiry), (self._secret_box, self._secret))
        return [self._number, *(field for box, field in boxes if not box.isHidden())]

    def _offer_prefixes(self) -> None:
        empty(self._prefixes)
        known = sorted({prefix for kind in self._kinds for prefix in kind.code_prefixes if prefix})
        for prefix in known[:PREFIXES_SHOWN]:
            button = TaskButton(self.look, prefix)
            button.clicked.connect(lambda _checked=False, chosen=prefix: self._begin_with(chosen))
            self._prefixes.addWidget(button)
        self._prefixes.addStretch(1)

    def _begin_with(self, prefix: str) -> None:
        self._go(self._number)
        self._number.put_before(prefix)
        self._typed()

    # --- keys -----------------------------------------------------------------------------------------------------

    def tab(self, *, forward: bool) -> bool:
        """Tab goes to the next field."""
        fields = self._fields()
        self._go(fields[(fields.index(self._active) + (1 if forward else -1)) % len(fields)])
        return True

    def key(self, key: int, text: str) -> bool:
        """Digits and the signs of a code go to the field in hand; Enter goes on; Tab and arrows change the field."""
        if self._swallow(key, text):
            return True
        digit = digit_of(text)
        if digit is not None:
            self._type(digit)
        elif self._active is self._number and self._takes_codes and len(text) == 1 and "!" <= text <= "~":
            self._put(text)
        elif key == BACKSPACE:
            self._delete()
        elif key in ENTER:
            self._enter_key()
        elif key in (int(Qt.Key.Key_Down), int(Qt.Key.Key_Up)):
            self.tab(forward=key == int(Qt.Key.Key_Down))
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
        self._put(str(digit))

    def _put(self, sign: str) -> None:
        if self._active is not self._number and not sign.isdigit():
            self._go(self._number)  # a letter by touch can only be meant for the code
        field = self._active
        field.put(sign)
        self._typed()
        if field.full and field is self._expiry:
            self.tab(forward=True)

    def _typed(self) -> None:
        self._complain("")
        self._ask()

    def _delete(self) -> None:
        self._active.delete()
        self._typed()

    def _clear(self) -> None:
        self._active.wipe()
        self._typed()

    def _change_pad(self) -> None:
        letters = self._letters.isHidden()
        self._letters.setVisible(letters)
        self._keypad.setVisible(not letters)
        self._pads.relabel(say(Card.DIGITS if letters else Card.LETTERS))

    def _go(self, chosen: DigitField) -> None:
        self._active = chosen
        for field in (self._number, self._expiry, self._secret):
            field.activate(field is chosen)
        self._relabel()

    def _relabel(self) -> None:
        last = self._fields()[-1] is self._active
        self._use.relabel(say(Say.KEY_USE if last else Say.KEY_NEXT))

    def _enter_key(self) -> None:
        """The next field; after the last the card is used."""
        wrong = self._wrong(self._active)
        if wrong is not None:
            self._complain(say(wrong))
        elif self._active is self._fields()[-1]:
            self._send()
        else:
            self.tab(forward=True)

    def _wrong(self, field: DigitField) -> Say | Card | None:
        """What is wrong with a field, told before anything is made of it."""
        if field is self._number:
            if field.is_number:
                return None if MIN_PAN <= field.count <= MAX_PAN else Say.NUMBER_SHORT
            return None if field.count >= MIN_CODE else Card.CODE_SHORT
        return Say.EXPIRY_WRONG if field is self._expiry and field.count not in (0, 4) else None

    def _send(self) -> None:
        fields = self._fields()
        for field in fields:
            wrong = self._wrong(field)
            if wrong is not None:
                self._go(field)
                self._complain(say(wrong))
                return
        # what is not asked for any more is not sent either
        number, expiry, secret = (
            field.take() if field in fields else "" for field in (self._number, self._expiry, self._secret)
        )
        self._wipe()
        try:
            card = CardSecret(presented(number), Expiry.parse(expiry) if expiry else None, secret)
        except CardRefused as refused:
            self._complain(CARD_FAULTS[refused.fault].full())
            return
        self.desk.send(CardKeyed(card))

    def _complain(self, text: str) -> None:
        """What is wrong, in the place of what the form is for; nothing where nothing is."""
        self._message.say(text)
        self._why.setVisible(not text)

    def _wipe(self) -> None:
        for field in (self._number, self._expiry, self._secret):
            field.wipe()
        self._complain("")
        self._swallowing = 0
        self._letters.capitals()
        self._go(self._number)
        self._ask()
