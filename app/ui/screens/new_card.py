"""The new card, shown once. Every figure of it is a secret widget; leaving the screen wipes them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.card import IssuedSecret
from app.domain.messages import HandOver, PrintCopy
from app.domain.view import NewCardBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.screens.base import ENTER, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.qr_code import QrCode
from app.ui.widgets.secret import SecretLabel

QR_FROM = 720
"""Width of the middle from which the code stands beside the number."""


class NewCardScreen(ScreenWidget):
    """Amount, number, the small secrets, a code to scan, and the two things to do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._title = Text(say(Say.NEW_CARD), 28, bold=True)
        self._programme = Text("", 16, muted=True)
        self._amount = BigAmount(self.look, sizes=(72, 44))
        self._message = Text("", 16, wrap=True)
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._number = SecretLabel(self.look, say(Say.NUMBER), 28)
        self._cvc = SecretLabel(self.look, say(Say.CVC), 20)
        self._expiry = SecretLabel(self.look, say(Say.EXPIRY), 20)
        self._code = SecretLabel(self.look, say(Say.CODE), 20)
        self._pin = SecretLabel(self.look, say(Say.PIN), 20)
        self._qr = QrCode(self.look)
        self._number_field = self._field(Say.NUMBER, self._number)
        self._small = {
            label: self._field(say_, label)
            for say_, label in (
                (Say.EXPIRY, self._expiry), (Say.CVC, self._cvc), (Say.CODE, self._code), (Say.PIN, self._pin),
            )
        }  # fmt: skip
        figures = column([self._number_field, row([*self._small.values(), 1], gap=3), 1], gap=2)
        box = row([figures, self._qr], gap=3, margin=2)
        box.setStretch(0, 1)
        panel = frame("panel", box)
        self._print = TaskButton(self.look, say(Say.PRINT_AGAIN), "P", big=True)
        self._print.clicked.connect(self._print_again)
        self._hand = TaskButton(self.look, say(Say.HANDED_OVER), "H", "primary", big=True)
        self._hand.clicked.connect(lambda: self.desk.send(HandOver()))
        head = row([self._title, 1, self._programme])
        foot = row([self._print, 1, self._hand])
        self.setLayout(page([head, self._amount, panel, self._message, 1, foot], gap=2))

    def _field(self, name: Say, label: SecretLabel) -> QWidget:
        holder = QWidget()
        holder.setLayout(column([Text(say(name), 14, muted=True), label], gap=0))
        return holder

    def show_body(self, view: TillView) -> None:
        """The secret, until it is handed over."""
        body = view.body
        assert isinstance(body, NewCardBody)
        self._programme.say(body.programme)
        self._amount.show_money(body.amount)
        self._message.say(say(Say.NEW_CARD_DONE if body.confirmed else Say.NEW_CARD_ONCE))
        if body.confirmed:
            self._wipe()
            return
        assert isinstance(body.secret, IssuedSecret)
        number = fmt.number_on(body.secret)
        self._number.show_secret(number)
        self._number_field.setVisible(bool(number))
        # what is scanned names its programme by itself, where the number alone might not
        self._qr.show_secret(body.secret.code or body.secret.pan.reveal())
        texts = {
            self._expiry: body.secret.expiry.mm_yy if body.secret.expiry else "",
            self._cvc: body.secret.cvc,
            self._code: body.secret.code,
            self._pin: body.secret.pin,
        }
        for label, text in texts.items():
            label.show_secret(text)
            self._small[label].setVisible(bool(text))

    def leave(self) -> None:
        """Nothing of it stays behind."""
        super().leave()
        self._wipe()
        self.view = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A narrow middle has no room for the code to scan: the print carries it."""
        super().resizeEvent(event)
        self._qr.setVisible(event.size().width() >= QR_FROM)

    def _wipe(self) -> None:
        for label in (self._number, *self._small):
            label.wipe()
        self._qr.wipe()

    def _print_again(self) -> None:
        body = self.view.body if self.view else None
        if isinstance(body, NewCardBody):
            self.desk.send(PrintCopy(body.transaction_id))

    def key(self, key: int, text: str) -> bool:
        """H hands over, P prints again. Enter and Escape do nothing: the number would be gone for good."""
        if text.lower() == "h":
            self.desk.send(HandOver())
        elif text.lower() == "p":
            self._print_again()
        elif key in ENTER or key == int(Qt.Key.Key_Escape) or text.lower() == "k":
            pass
        else:
            return super().key(key, text)
        return True
