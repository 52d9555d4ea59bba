"""How it ended: a shape, a big word, the amount, what is still to pay, and a sentence for three questions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QScrollArea

from app.domain.messages import AskTender, Confirm, ShowReceipt, TakePart
from app.domain.records import SaleKind
from app.domain.verb import LOADS, Verb
from app.domain.view import OutcomeBody, OutcomeKind, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import JobSay
from app.ui.look import Shape, font
from app.ui.moved import done, is_moneyless, moved, moved_word, name, suited
from app.ui.screens.base import ScreenWidget, announce
from app.ui.sentences import reason
from app.ui.text import OUTCOMES, Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, Tone, column, frame, page, row
from app.ui.widgets.receipt_paper import WIDTH as PAPER_WIDTH
from app.ui.widgets.receipt_paper import ReceiptPaper

SHAPES: Mapping[OutcomeKind, tuple[Shape, Tone]] = {
    OutcomeKind.APPROVED: ("tick", "approved"),
    OutcomeKind.STORED: ("tick", "checking"),
    OutcomeKind.DECLINED: ("cross", "declined"),
    OutcomeKind.CHECKING: ("clock", "checking"),
    OutcomeKind.CANCELLED: ("off", ""),
}
RECEIPT_FROM = 720
"""Width of the middle from which the receipt stands beside the words."""
ROOMY = 560
"""Height of the middle from which the sentence is set in 20 px."""
MARK = 56
DONE = (OutcomeKind.APPROVED, OutcomeKind.STORED)
GROWS = LOADS | {Verb.COMBINE}
"""Verbs after which there is more on the card than before: nothing is "left" on it."""
SHOWS: Mapping[Verb, JobSay] = {
    Verb.ROTATE_PIN: JobSay.SHOW_PIN,
    Verb.NEW_CODE: JobSay.SHOW_CODE,
    Verb.MAKE_BLANKS: JobSay.SHOW_CARDS,
}
"""What Enter shows next, where it is no card."""


class OutcomeScreen(ScreenWidget):
    """Words on the left, paper on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._announced: tuple[object, ...] = ()
        self._spoken = ""
        self._mark = ShapeMark(self.look, MARK)
        self._word = Text("", 44, bold=True, wrap=True)
        self._amount = BigAmount(self.look)
        self._deed = Text("", 28, bold=True, wrap=True)
        self._moved = Text("", 16, muted=True, wrap=True)
        self._rest_title = Text(say(Say.STILL_TO_PAY), 20, bold=True)
        self._rest = BigAmount(self.look, Qt.AlignmentFlag.AlignRight, (44, 28))
        self._balance_title = Text(say(Say.NEW_BALANCE), 16, muted=True)
        self._balance = Text("", 20, bold=True)
        self._message = Text("", 20, wrap=True)
        self._code = Text("", 14, muted=True)
        for told, widget in (
            ("outcome", self._word), ("amount", self._amount), ("due", self._rest), ("balance", self._balance),
            ("message", self._message), ("message_code", self._code),
        ):  # fmt: skip
            self.tell(told, widget)
        rest = row([self._rest_title, self._rest])
        rest.setContentsMargins(16, 8, 16, 8)
        self._rest_panel = frame("tint", rest)
        self._balance_row = row([self._balance_title, self._balance, 1], gap=1)
        self._paper = ReceiptPaper(self.look)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._paper)
        self._scroll.setFixedWidth(PAPER_WIDTH + 16)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(say(Say.OPEN_FULL_RECEIPT))
        self._next = TaskButton(self.look, "", say(Say.ENTER), "primary", big=True)
        self._next.clicked.connect(lambda: self.desk.send(Confirm()))
        self._tender = TaskButton(self.look, say(Say.OTHER_TENDER), "T", big=True)
        self._tender.clicked.connect(lambda: self.desk.send(AskTender()))
        self._part = TaskButton(self.look, "", "P", big=True)
        self._part.clicked.connect(self._take_part)
        self._receipt = TaskButton(self.look, say(Say.OPEN_FULL_RECEIPT), "R", big=True)
        self._receipt.clicked.connect(self._open_receipt)
        head = row([self._mark, self._word], gap=2)
        head.setStretch(1, 1)
        balance_row = self._balance_row
        part = row([self._part, 1])
        words = column(
            [
                head,
                self._moved,
                self._amount,
                self._deed,
                self._rest_panel,
                balance_row,
                self._message,
                part,
                self._code,
                1,
            ]
        )
        middle = row([words, self._scroll], gap=3)
        middle.setStretch(0, 1)
        layout = page([middle, row([self._receipt, self._tender, 1, self._next])])
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def show_body(self, view: TillView) -> None:
        """Everything that is known, the biggest first."""
        body = view.body
        assert isinstance(body, OutcomeBody)
        shape, tone = SHAPES[body.kind]
        self._mark.change(shape, tone or "muted")
        self._word.say(say(OUTCOMES[body.kind]))
        self._word.dress(tone=tone)
        self._amount.show_money(body.amount)
        moneyless = is_moneyless(body.verb, body.amount)
        self._amount.setVisible(not moneyless)
        self._deed.setVisible(moneyless)
        booked = body.kind in DONE
        self._deed.say(_deed(body) if moneyless else "")
        rest = body.rest.is_positive
        checking = body.kind is OutcomeKind.CHECKING
        # a decline of everything would show one amount twice: the word says both
        all_open = rest and not booked and body.rest == body.amount
        self._moved.say(self._heading(body, all_open=all_open and not checking))
        money = fmt.money(body.amount)
        spoken = moved(body.verb, money) if booked else say(Say.ASKED_FOR, amount=money)
        self._spoken = self._deed.text() or spoken
        self._rest_panel.setVisible(rest and not all_open)
        self._rest.show_money(body.rest)
        self._show_balance(body)
        self._show_message(body)
        self._show_paper(body)
        self._fit_word()
        offered = body.offered if body.tender_possible else None
        self._part.setVisible(offered is not None)
        self._part.relabel(say(Say.TAKE_PART, amount=fmt.amount(offered)) if offered is not None else "")
        self._tender.setVisible(rest and body.tender_possible)
        self._next.relabel(say(self._after(body)))
        self._receipt.setVisible(body.transaction_id is not None)
        self._announce(body)

    @staticmethod
    def _after(body: OutcomeBody) -> Say | JobSay:
        """Where Enter leads: to what was given out, to a rest of which part is paid, or to the next customer."""
        booked = body.kind in DONE
        if body.new_card:
            return SHOWS.get(body.verb, Say.SHOW_CARD)
        if body.verb is Verb.ISSUE and booked:
            return Say.SHOW_CARD
        part_paid = body.rest.is_positive and (booked or body.rest < body.due)
        return Say.GO_ON if part_paid else Say.NEXT_CUSTOMER

    def _fit_word(self) -> None:
        """44 px, in two lines if need be; 28 where even one word is wider than the column."""
        paper = self._scroll.width() + 24 if not self._scroll.isHidden() else 0
        room = self.width() - paper - MARK - 64 - 8
        metrics = QFontMetrics(font(44, bold=True))
        widest = max(metrics.horizontalAdvance(word) for word in self._word.text().split())
        self._word.resize_type(44 if widest <= room else 28)
        wide = QFontMetrics(font(28, bold=True)).horizontalAdvance(max(self._deed.text().split() or [""], key=len))
        self._deed.resize_type(28 if wide <= room + MARK else 20)

    @staticmethod
    def _heading(body: OutcomeBody, *, all_open: bool) -> str:
        word = moved_word(body.verb, body.recipient)
        if body.kind not in DONE:
            word = say(Say.WORD_ALL_TO_PAY if all_open else Say.WORD_ASKED_FOR)
        elif is_moneyless(body.verb, body.amount):
            word = ""  # what happened stands below, in large
        number = fmt.masked(body.card.last4) if body.card and body.card.last4 else ""
        return " · ".join(part for part in (word, number) if part)

    def _show_balance(self, body: OutcomeBody) -> None:
        self._balance.say(fmt.money(body.balance) if body.balance is not None else say(Say.BALANCE_UNKNOWN))
        self._balance_title.setVisible(body.balance is not None)
        self._balance.dress(muted=body.balance is None)
        # where nothing moved, what is on the card is not the question
        self._balance_title.say(say(Say.ON_THE_CARD if body.verb in GROWS else Say.NEW_BALANCE))
        # what is on a gift is its new owner's affair
        moved_money = body.kind in DONE and not is_moneyless(body.verb, body.amount) and body.verb is not Verb.GIFT
        self._balance.setVisible(moved_money or body.balance is not None)

    def _show_message(self, body: OutcomeBody) -> None:
        begun = body.transaction_id is not None
        sentence = suited(reason(body.kind, body.reason), body.verb, body.amount, begun=begun, stuck=body.stuck)
        parts = [sentence.text()]
        if body.restricted_to:
            parts.append(say(Say.ONLY_FOR, products=", ".join(body.restricted_to)))
        if body.give_back is not None and _is_handed_out(body):
            parts.insert(0, say(JobSay.HAND_OVER, amount=fmt.money(body.give_back)))
        elif body.give_back is not None:
            parts.append(say(Say.GIVE_BACK, amount=fmt.money(body.give_back)))
        if body.offered is not None and body.offered.is_positive:
            parts.append(say(Say.OFFERED, amount=fmt.money(body.offered)))
        booked = body.kind in DONE
        if booked and body.sale_kind is SaleKind.PAY and not body.rest.is_positive and body.due > body.amount:
            parts.append(say(Say.NOTHING_TO_PAY, amount=fmt.money(body.due)))
        if body.rest.is_positive and booked:
            parts.append(say(Say.SWIPE_ANOTHER))
        self._message.say(" ".join(parts))
        self._code.say(sentence.code)

    def _show_paper(self, body: OutcomeBody) -> None:
        if body.receipt is not None:
            self._paper.show_receipt(body.receipt)
        self._scroll.setVisible(body.receipt is not None and self.width() >= RECEIPT_FROM)

    def _announce(self, body: OutcomeBody) -> None:
        told = (body.transaction_id, body.kind, body.amount, body.rest)
        if told == self._announced:
            return
        self._announced = told
        words = say(Say.ANNOUNCE, outcome=self._word.text(), amount=self._spoken)
        if body.rest.is_positive:
            words += " " + say(Say.ANNOUNCE_REST, amount=fmt.money(body.rest))
        announce(self._word, words)

    def _open_receipt(self) -> None:
        body = self.view.body if self.view else None
        if isinstance(body, OutcomeBody) and body.transaction_id is not None:
            self.desk.send(ShowReceipt(body.transaction_id))

    def _take_part(self) -> None:
        body = self.view.body if self.view else None
        if isinstance(body, OutcomeBody) and body.offered is not None and not self._part.isHidden():
            self.desk.send(TakePart(body.offered))

    def key(self, key: int, text: str) -> bool:
        """T takes another tender, P what the card is good for, R opens the receipt."""
        if text.lower() == "t" and not self._tender.isHidden():
            self.desk.send(AskTender())
        elif text.lower() == "p" and not self._part.isHidden():
            self._take_part()
        elif text.lower() == "r":
            self._open_receipt()
        else:
            return super().key(key, text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The paper comes and goes with the room, and a low window gets smaller sentences."""
        super().resizeEvent(event)
        self._message.resize_type(20 if event.size().height() >= ROOMY else 16)
        if self.view is not None and isinstance(self.view.body, OutcomeBody):
            self._show_paper(self.view.body)
            self._fit_word()


def _deed(body: OutcomeBody) -> str:
    """What happened where no money moved; where it did not happen, what was wanted."""
    return done(body.verb, body.customer, body.recipient) if body.kind in DONE else name(body.verb)


def _is_handed_out(body: OutcomeBody) -> bool:
    """Whether the drawer owes what a card was emptied of: the first thing to do, not an afterthought."""
    return body.verb is Verb.CASH_OUT and body.kind in DONE
