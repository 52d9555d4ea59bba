"""Other means of payment: for the rest of a sale, or for the money that goes on a card.

An amount and, where the backend wants to know the purchase behind it, what the bank terminal's slip calls it.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.messages import TakeTender
from app.domain.money import Money
from app.domain.records import SaleKind, TenderKind
from app.domain.view import TenderBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import NO_REFERENCE, STRIPE, JobSay
from app.ui.screens.base import BACKSPACE, DELETE, ENTER, ESCAPE, ScreenWidget, announce, digit_of
from app.ui.sentences import Sentence
from app.ui.text import TENDERS, Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import Kind, TaskButton
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.parts import Text, column, empty, frame, page, row
from app.ui.widgets.text_line import TextLine

MAX_DIGITS = 9
MAX_REFERENCE = 64
"""Signs of a slip's reference: bank terminals print up to 36, and a line shows no more."""
LETTERS: Mapping[TenderKind, str] = {TenderKind.CASH: "C", TenderKind.BANK_CARD: "B", TenderKind.OTHER: "O"}
"""One letter a kind, the same in every language: they are printed on the buttons."""
FIRST: Mapping[SaleKind, JobSay] = {
    SaleKind.ACTIVATE: JobSay.TENDER_ACTIVATE,
    SaleKind.RANGE: JobSay.TENDER_ACTIVATE,
    SaleKind.GIFT: JobSay.TENDER_GIFT,
}
"""What follows once the money is taken; for every other sale the card is loaded."""


class TenderScreen(ScreenWidget):
    """The rest in 72 px, the kinds below it, a keypad for a part."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._digits = ""
        self._kinds: tuple[TenderKind, ...] = ()
        self._title = Text("", 20, bold=True, wrap=True)
        self._due = Text("", 16, muted=True)
        self._amount = BigAmount(self.look, Qt.AlignmentFlag.AlignRight)
        self._message = Text("", 16, muted=True, wrap=True)
        self.tell("amount", self._amount)
        self.tell("due", self._due)
        self.tell("message", self._message)
        self._asked: TenderKind | None = None
        self._shown: TenderBody | None = None
        self._buttons = column()
        keypad = Keypad(self.look)
        keypad.digit.connect(self._type)
        keypad.back.connect(self._delete)
        keypad.clear.connect(self._clear)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC), big=True)
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        kinds = QWidget()
        kinds.setLayout(column([self._buttons, self._message, 1]))
        self._left = QStackedWidget()
        self._left.addWidget(kinds)
        self._left.addWidget(self._slip())
        middle = row([self._left, column([keypad, 1])], gap=3)
        middle.setStretch(0, 1)
        box = row([column([self._title, self._due, 1], gap=0), self._amount])
        box.setContentsMargins(16, 8, 16, 8)
        panel = frame("panel", box)
        layout = page([panel, middle, row([back, 1])])
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _slip(self) -> QWidget:
        """The second step of a bank card: what its slip calls the purchase."""
        slip = QWidget()
        self._line = TextLine()
        self._line.stripe.connect(lambda: self._complain(STRIPE))
        self._slip_hint = Text("", 16, muted=True, wrap=True)
        self._problem = Text("", 16, wrap=True, tone="declined")
        self._go = TaskButton(self.look, "", say(Say.ENTER), "primary", big=True)
        self._go.clicked.connect(self._take_slip)
        title = Text(say(JobSay.SLIP_TITLE), 20, bold=True, wrap=True)
        slip.setLayout(column([title, self._line, self._slip_hint, self._problem, 1, self._go]))
        return slip

    def enter(self) -> None:
        """All of the rest, until something is typed."""
        super().enter()
        self._digits = ""
        self._ask_slip(None)

    def leave(self) -> None:
        """What was typed goes with the screen."""
        super().leave()
        self._ask_slip(None)

    def _body(self) -> TenderBody:
        assert self.view is not None
        assert isinstance(self.view.body, TenderBody)
        return self.view.body

    def show_body(self, view: TillView) -> None:
        """What is to be paid, and the kinds."""
        body = view.body
        assert isinstance(body, TenderBody)
        paying = body.sale_kind is SaleKind.PAY
        self._title.say(say(Say.TENDER_PAY if paying else Say.TENDER_LOAD))
        part = body.rest != body.due
        paid = body.due - body.rest
        self._due.say(say(Say.PAID_SO_FAR, paid=fmt.money(paid), due=fmt.money(body.due)) if part else "")
        if body.kinds != self._kinds:
            self._kinds = body.kinds
            self._list()
        if body != self._shown:
            self._shown = body
            self._ask_slip(None)  # another sum: what the slip says belongs to the one before
        self._draw()

    def _list(self) -> None:
        empty(self._buttons)
        for index, kind in enumerate(self._kinds):
            # Enter takes the first kind; its letter works too
            cap = f"{LETTERS[kind]} · {say(Say.ENTER)}" if index == 0 else LETTERS[kind]
            look: Kind = "primary" if index == 0 else "quiet"
            button = TaskButton(self.look, say(TENDERS[kind]), cap, look, big=True)
            button.clicked.connect(lambda _checked=False, chosen=kind: self._take(chosen))
            self._buttons.addWidget(button)

    def _chosen(self) -> Money:
        body = self._body()
        return Money(int(self._digits), body.rest.currency) if self._digits else body.rest

    def _draw(self) -> None:
        body = self._body()
        chosen = self._chosen()
        self._amount.show_money(chosen)
        if chosen > body.rest:
            self._message.say(say(Say.TENDER_TOO_MUCH, amount=fmt.money(body.rest)))
            self._message.dress(tone="checking")
            return
        hints = [say(JobSay.SLIP_ONLY)] if body.reference_needed else []
        hints.append(say(Say.TENDER_PART))
        if body.sale_kind is not SaleKind.PAY:
            hints.insert(0, say(FIRST.get(body.sale_kind, Say.TENDER_WHY_LOAD)))
        self._message.say(" ".join(hints))
        self._message.dress(muted=True)

    def key(self, key: int, text: str) -> bool:
        """Letters take, digits make it a part, Enter takes the first kind; on the slip's line everything types."""
        if self._asked is not None:
            return self._slip_key(key, text)
        digit = digit_of(text)
        letters = {LETTERS[kind].lower(): kind for kind in self._kinds}
        if digit is not None:
            self._type(digit)
        elif key == BACKSPACE:
            self._delete()
        elif key == DELETE:
            self._clear()
        elif key in ENTER and self._kinds:
            self._take(self._kinds[0])
        elif text.lower() in letters:
            self._take(letters[text.lower()])
        else:
            return super().key(key, text)
        return True

    def _slip_key(self, key: int, text: str) -> bool:
        if key == ESCAPE:
            self._ask_slip(None)
        elif self._line.press(key, "" if key in ENTER else text):
            pass
        elif key in ENTER:
            self._take_slip()
        else:
            return False
        return True

    def _type(self, digit: int) -> None:
        if self._asked is not None:
            self._line.insert(str(digit))
            return
        if len(self._digits) < MAX_DIGITS and (self._digits or digit):
            self._digits += str(digit)
        self._draw()

    def _delete(self) -> None:
        if self._asked is not None:
            self._line.backspace()
            return
        self._digits = self._digits[:-1]
        self._draw()

    def _clear(self) -> None:
        if self._asked is not None:
            self._line.clear()
            return
        self._digits = ""
        self._draw()

    def _take(self, kind: TenderKind, reference: str | None = None) -> None:
        """Change comes from the drawer: never more than the rest is taken."""
        body = self._body()
        chosen = min(self._chosen(), body.rest)
        if not chosen.is_positive:
            return
        if kind is TenderKind.BANK_CARD and reference is None and (body.reference_needed or body.reference_wanted):
            self._ask_slip(kind)
            return
        self._digits = ""
        self._ask_slip(None)
        self.desk.send(TakeTender(kind, chosen, reference or ""))

    # --- the slip -------------------------------------------------------------------------------------------------

    def _ask_slip(self, kind: TenderKind | None) -> None:
        """Ask what the slip calls it; None: no more."""
        self._asked = kind
        if kind is None:
            self._line.put_away()  # before it is hidden, or the focus goes to whatever button comes next
        self._left.setCurrentIndex(0 if kind is None else 1)
        self._complain(None)
        if kind is None:
            return
        body = self._body()
        self._slip_hint.say(say(JobSay.SLIP_NEEDED if body.reference_needed else JobSay.SLIP_WANTED))
        self._go.relabel(say(JobSay.SLIP_TAKE, amount=fmt.money(min(self._chosen(), body.rest))))
        self._line.begin(say(JobSay.SLIP_TITLE), MAX_REFERENCE)

    def _take_slip(self) -> None:
        said = self._line.said
        if self._asked is None or (not said and self._body().reference_needed):
            self._complain(NO_REFERENCE)
            return
        self._take(self._asked, said)

    def _complain(self, sentence: Sentence | None) -> None:
        self._problem.say(sentence.full() if sentence is not None else "")
        self._problem.setVisible(sentence is not None)
        if sentence is not None:
            announce(self._problem, self._problem.text())
