"""F5: give back by reference. First the number printed on the receipt, then how much of it; nothing without a payment
that was found."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.domain.messages import Refund
from app.domain.money import Money
from app.domain.view import ReceiptLine, RefundBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.moved import moved
from app.ui.office_text import REFUND_NONE, REFUND_TOO_MUCH, Office
from app.ui.screens.base import BACKSPACE, DELETE, ENTER, ESCAPE, ScreenWidget, announce, digit_of
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, frame, page, row

STAN_DIGITS = 6
AMOUNT_DIGITS = 9


class RefundScreen(ScreenWidget):
    """Number or amount at the left, keypad at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._digits = ""
        self._asked = ""
        self._found: ReceiptLine | None = None
        self._left: Money | None = None
        self._title = Text("", 28, bold=True, wrap=True)
        self._hint = Text("", 16, muted=True, wrap=True)
        self._amount = BigAmount(self.look)
        self._message = Text("", 16, bold=True, wrap=True, tone="declined")
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._payment = self._build_payment()
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._type)
        self._keypad.back.connect(self._delete)
        self._keypad.clear.connect(self._clear)
        self._enter = TaskButton(self.look, "", say(Say.ENTER), "primary", big=True)
        self._enter.clicked.connect(self._go)
        back = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        back.clicked.connect(lambda: self.key(ESCAPE, ""))
        left = column([self._title, self._payment, self._amount, self._hint, self._message, 1])
        middle = row([left, column([self._keypad, 1])], gap=3)
        middle.setStretch(0, 1)
        layout = page([middle, row([back, 1, self._enter])])
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _build_payment(self) -> QWidget:
        self._what = Text("", 20, bold=True)
        self._when = Text("", 16, muted=True)
        self._room = Text("", 16, bold=True, tone="primary", wrap=True)
        return frame("panel", column([self._what, self._when, self._room], margin=2))

    def enter(self) -> None:
        """Nothing is typed."""
        super().enter()
        self._digits = self._asked = ""
        self._found = None

    def show_body(self, view: TillView) -> None:
        """The search, or the payment that was found."""
        body = view.body
        assert isinstance(body, RefundBody)
        if body.found != self._found:
            self._digits = ""
        fresh = body.found is not None and body.found != self._found
        self._found, self._left = body.found, body.refundable
        self._draw(view, body)
        if fresh:
            announce(self, f"{self._what.text()}. {self._room.text()}")
        elif self._message.text():
            announce(self, self._message.text())

    def _draw(self, view: TillView, body: RefundBody) -> None:
        found = self._found
        self._payment.setVisible(found is not None)
        problem = ""
        if found is None:
            self._title.say(say(Office.REFUND_STAN))
            self._hint.say(say(Office.REFUND_HINT))
            typed = self._digits.rjust(STAN_DIGITS, "0")
            self._amount.show_text(typed, role="ink" if self._digits else "muted")
            self._enter.relabel(say(Office.REFUND_FIND))
            self._enter.setEnabled(True)
            if body.not_found and self._digits == self._asked:
                problem = REFUND_NONE.full()
        else:
            now = self.desk.now()
            self._title.say(say(Office.REFUND_HOW_MUCH))
            self._hint.say(say(Office.REFUND_PART))
            self._what.say(moved(found.verb, fmt.money(found.amount)))
            self._when.say(f"{fmt.moment(found.at, now)} · {say(Office.PAYMENT_NO, stan=found.stan)}")
            left = self._left or found.amount
            self._room.say(say(Office.REFUND_LEFT, amount=fmt.money(left)))
            chosen = self._chosen(view)
            self._amount.show_money(chosen, "ink" if self._digits else "muted")
            self._enter.relabel(say(Office.GIVE_BACK, amount=fmt.money(chosen)))
            self._enter.setEnabled(chosen.is_positive and chosen <= left)
            if chosen > left:
                problem = REFUND_TOO_MUCH.full(amount=fmt.money(left))
        self._message.say(problem)
        self._message.setVisible(bool(problem))
        self._hint.setVisible(not problem)

    def _chosen(self, view: TillView) -> Money:
        """What was typed; all that is left where nothing was."""
        assert self._found is not None
        left = self._left or self._found.amount
        return Money(int(self._digits), view.currency) if self._digits else left

    # --- hands

    def _redraw(self) -> None:
        if self.view is not None and isinstance(self.view.body, RefundBody):
            self._draw(self.view, self.view.body)

    def _type(self, digit: int) -> None:
        most = STAN_DIGITS if self._found is None else AMOUNT_DIGITS
        if len(self._digits) < most and (self._digits or digit or self._found is None):
            self._digits += str(digit)
        self._redraw()

    def _delete(self) -> None:
        self._digits = self._digits[:-1]
        self._redraw()

    def _clear(self) -> None:
        self._digits = ""
        self._redraw()

    def _go(self) -> None:
        if self.view is None:
            return
        if self._found is None:
            if self._digits.strip("0"):
                self._asked = self._digits
                self.desk.send(Refund(self._digits.rjust(STAN_DIGITS, "0")))
            return
        chosen = self._chosen(self.view)
        if chosen.is_positive and chosen <= (self._left or self._found.amount):
            self.desk.send(Refund(self._found.stan, chosen))

    def key(self, key: int, text: str) -> bool:
        """Digits, Backspace, Enter; Esc forgets what was typed, then goes back."""
        digit = digit_of(text)
        if digit is not None:
            self._type(digit)
        elif key == BACKSPACE:
            self._delete()
        elif key in ENTER:
            self._go()
        elif (key == ESCAPE and self._digits) or key == DELETE:
            self._clear()
        elif text.lower() == "k":
            pass  # the money goes back to the card it came from; none is keyed
        else:
            return super().key(key, text)
        return True
