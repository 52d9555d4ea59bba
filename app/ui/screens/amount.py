"""The amount as it is typed, 72 px; a keypad for fingers, quick amounts, and the basket behind F2.

Digits are minor units and stay here until Enter. Nothing on this screen is sent anywhere before that.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from app.domain.messages import AmountEntered, Task
from app.domain.money import Money, zero
from app.domain.product import BasketLine
from app.domain.view import AmountBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import AMOUNTS
from app.ui.screens.base import BACKSPACE, DELETE, ENTER, ScreenWidget, digit_of
from app.ui.screens.basket import BasketPanel
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, empty, frame, page, row

MAX_DIGITS = 9
"""9,999,999.99: more than any gift card, and it still fits the screen in 72 px."""
QUICK = (10000, 20000, 50000, 100000)
"""Offered with one touch, in minor units of a currency with two decimals."""


class AmountScreen(ScreenWidget):
    """Type, or ring up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._digits = ""
        self._body: AmountBody | None = None
        self._question = Text("", 20, bold=True, wrap=True)
        self._card = Text("", 16, muted=True)
        self._amount = BigAmount(self.look, Qt.AlignmentFlag.AlignRight)
        self._message = Text("", 16, muted=True)
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._basket = BasketPanel(self.look)
        self._basket.changed.connect(self._draw)
        self._below = QStackedWidget()
        self._below.addWidget(self._typing())
        self._below.addWidget(self._basket)
        self._enter = TaskButton(self.look, say(Say.CONTINUE), say(Say.ENTER), "primary", big=True)
        self._enter.clicked.connect(self._done)
        self._cancel = TaskButton(self.look, say(Say.CANCEL), say(Say.ESC), big=True)
        self._cancel.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        self._toggle = TaskButton(self.look, say(Say.BASKET), "F2", big=True)
        self._toggle.clicked.connect(self._flip)
        head = column([self._question, self._card, self._message, 1], gap=0)
        foot = row([self._cancel, self._toggle, 1, self._enter])
        box = row([head, self._amount], margin=1)
        box.setContentsMargins(16, 8, 16, 8)
        panel = frame("panel", box)
        layout = page([panel, self._below, foot])
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _typing(self) -> QWidget:
        typing = QWidget()
        self._quick = QGridLayout()
        self._quick.setSpacing(8)
        self._keypad = Keypad(self.look)
        self._keypad.digit.connect(self._type)
        self._keypad.back.connect(self._delete)
        self._keypad.clear.connect(self._clear)
        left = column([self._quick, 1])
        box = row([left, column([self._keypad, 1])], gap=2)
        box.setStretch(0, 1)
        typing.setLayout(box)
        return typing

    # --- what is seen ---------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """A new amount begins with nothing."""
        super().enter()
        self._forget()

    def _forget(self) -> None:
        self._digits = ""
        self._basket.clear()
        self._below.setCurrentIndex(0)

    def show_body(self, view: TillView) -> None:
        """Question, card, quick amounts."""
        body = view.body
        assert isinstance(body, AmountBody)
        fresh = self._body is None or self._body != body
        if self._body is not None and self._body.task is not body.task:
            self._forget()  # what was typed to be paid is not what goes on a card
        self._body = body
        self._question.say(say(AMOUNTS.get(body.task, Say.AMOUNT_PAY)))
        card = body.programme
        if body.card is not None:
            number = fmt.masked(body.card.last4) if body.card.last4 else ""
            card = " · ".join(part for part in (number, body.card.programme) if part)
        self._card.say(card)
        self._toggle.setVisible(body.basket_allowed and bool(body.catalogue))
        self._basket.take(body.catalogue, view.currency)
        if fresh:
            self._offer(body)
        self._draw()

    def _offer(self, body: AmountBody) -> None:
        """Quick amounts: what is due, what is on the card, round sums; none above the limit."""
        offers: list[tuple[str, Money]] = []
        if body.suggested is not None:
            whole = body.suggested == body.balance
            offers.append((say(Say.WHOLE_BALANCE if whole else Say.ALL_DUE), body.suggested))
        if body.balance is not None and body.balance.is_positive and body.task is Task.PAY:
            offers.append((say(Say.WHOLE_BALANCE), body.balance))
        currency = self._nothing().currency
        scale = 1 if currency.exponent == 2 else 100
        for minor in QUICK:
            money = Money(minor // scale, currency)
            if body.limit is None or money <= body.limit:
                offers.append(("", money))
        empty(self._quick)
        place = 0
        for word, money in offers:
            text = f"{word} {fmt.amount(money)}".strip()
            button = TaskButton(self.look, text, big=True)
            button.clicked.connect(lambda _checked=False, chosen=money: self._set(chosen))
            # an offer with a word takes a line of its own
            span = 2 if word else 1
            self._quick.addWidget(button, place // 2, place % 2, 1, span)
            place += span

    def _nothing(self) -> Money:
        assert self.view is not None
        return zero(self.view.currency)

    def _typed(self) -> Money:
        return Money(int(self._digits or "0"), self._nothing().currency)

    def _chosen(self) -> tuple[Money, tuple[BasketLine, ...]]:
        """What Enter would send."""
        assert self._body is not None
        if self._below.currentIndex() == 1:
            return self._basket.total(), self._basket.lines()
        if not self._digits and self._body.suggested is not None:
            return self._body.suggested, ()
        return self._typed(), ()

    def _draw(self) -> None:
        if self._body is None:
            return
        money, _ = self._chosen()
        proposed = not self._digits and self._below.currentIndex() == 0
        self._amount.show_money(money, "muted" if proposed else "ink")
        limit = self._body.limit
        over = limit is not None and money > limit
        hint = say(Say.UP_TO, amount=fmt.money(limit)) if limit is not None else ""
        if over and limit is not None:
            hint = say(Say.ABOVE_LIMIT, amount=fmt.money(limit))
        self._message.say(hint)
        self._message.dress(tone="declined" if over else "", muted=not over)
        ringing = self._below.currentIndex() == 1
        self._toggle.relabel(say(Say.TYPE_AMOUNT if ringing else Say.BASKET))

    # --- what is typed --------------------------------------------------------------------------------------------

    def key(self, key: int, text: str) -> bool:
        """Digits, Backspace, Enter, F2; in the basket a digit adds a line and Backspace takes one off."""
        ringing = self._below.currentIndex() == 1
        digit = digit_of(text)
        if key == int(Qt.Key.Key_F2) and not self._toggle.isHidden():
            self._flip()
        elif digit is not None and ringing:
            self._basket.add(digit - 1)
        elif digit is not None:
            self._type(digit)
        elif key == BACKSPACE and ringing:
            self._basket.remove_last()
        elif key == BACKSPACE:
            self._delete()
        elif key == DELETE and not ringing:
            self._clear()
        elif key in ENTER:
            self._done()
        else:
            return super().key(key, text)
        return True

    def _flip(self) -> None:
        self._below.setCurrentIndex(1 - self._below.currentIndex())
        self._draw()

    def _type(self, digit: int) -> None:
        # a leading zero is no digit of an amount
        if len(self._digits) < MAX_DIGITS and (self._digits or digit):
            self._digits += str(digit)
        self._draw()

    def _delete(self) -> None:
        self._digits = self._digits[:-1]
        self._draw()

    def _clear(self) -> None:
        self._digits = ""
        self._draw()

    def _set(self, money: Money) -> None:
        self._digits = str(money.minor)
        self._draw()

    def _done(self) -> None:
        assert self._body is not None
        money, basket = self._chosen()
        if not money.is_positive:
            self._message.say(say(Say.TYPE_FIRST))
            self._message.dress(tone="checking")
            return
        if self._body.limit is not None and money > self._body.limit:
            self._draw()
            return
        self.desk.send(AmountEntered(money, basket))
