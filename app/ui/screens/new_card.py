"""What was just given out, shown once: a card, a PIN, a code, an address, a box of unsold cards.

Every figure of it is a secret widget; leaving the screen wipes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.card import IssuedBatch, IssuedSecret, IssuedToken
from app.domain.messages import HandOver, PrintCopy
from app.domain.verb import Verb
from app.domain.view import NewCardBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.job_text import JobSay
from app.ui.screens.base import ENTER, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.big_amount import BigAmount
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.qr_code import QrCode
from app.ui.widgets.secret import SecretLabel, SecretText
from app.ui.widgets.secret_table import SecretTable

QR_FROM = 720
"""Width of the middle from which the code stands beside the number."""
SHORT, LONG = 8, 20
"""Signs of a PIN or code that stand alone on the screen in 72 and in 44 px."""
TITLES: Mapping[Verb, JobSay] = {
    Verb.ROTATE_PIN: JobSay.NEW_PIN,
    Verb.NEW_CODE: JobSay.NEW_CODE,
    Verb.MAKE_BLANKS: JobSay.NEW_BLANKS,
    Verb.GIFT: JobSay.GIFT_CARD,
}
"""What made it says what it is; everything else makes a new card."""


class NewCardScreen(ScreenWidget):
    """Amount, the secrets, a code to scan, and the two things to do."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._scannable = False
        self._title = Text("", 28, bold=True)
        self._programme = Text("", 16, muted=True)
        self._amount = BigAmount(self.look, sizes=(72, 44))
        self._message = Text("", 16, wrap=True)
        self.tell("amount", self._amount)
        self.tell("message", self._message)
        self._single, self._box = self._one(), self._many()
        self._print = TaskButton(self.look, say(Say.PRINT_AGAIN), "P", big=True)
        self._print.clicked.connect(self._print_again)
        self._hand = TaskButton(self.look, say(Say.HANDED_OVER), "H", "primary", big=True)
        self._hand.clicked.connect(lambda: self.desk.send(HandOver()))
        head = row([self._title, 1, self._programme])
        foot = row([self._print, 1, self._hand])
        layout = page([head, self._amount, self._single, self._box, self._message, 1, foot], gap=2)
        layout.setStretch(3, 8)
        self.setLayout(layout)

    def _one(self) -> QWidget:
        """A card, or what is less than one: a field for each thing there is."""
        self._number = SecretLabel(self.look, say(Say.NUMBER), 28)
        self._large = SecretLabel(self.look, "", 72)
        self._address = SecretText(self.look, say(JobSay.ADDRESS), 16)
        self._small = {word: SecretLabel(self.look, say(word), 20) for word in (Say.EXPIRY, Say.CVC, Say.CODE, Say.PIN)}
        self._fields = {
            label: self._field(word, label)
            for word, label in (
                (Say.NUMBER, self._number), (JobSay.ADDRESS, self._address), *self._small.items(),
            )
        }  # fmt: skip
        self._label = Text("", 16, bold=True)
        self._large_name = Text("", 14, muted=True)
        self._large_field = QWidget()
        self._large_field.setLayout(column([self._large_name, self._large], gap=0))
        self._qr = QrCode(self.look)
        small = row([*(self._fields[label] for label in self._small.values()), 1], gap=3)
        figures = column(
            [self._label, self._fields[self._number], self._large_field, small, self._fields[self._address], 1], gap=2
        )
        box = row([figures, self._qr], gap=3, margin=2)
        box.setStretch(0, 1)
        return frame("panel", box)

    def _many(self) -> QWidget:
        """A box of unsold cards, a page at a time."""
        self._table = SecretTable(self.look, say(JobSay.NEW_BLANKS))
        self._table.turned.connect(self._show_place)
        self._place = Text("", 16, muted=True)
        self._earlier = TaskButton(self.look, say(JobSay.EARLIER), "PgUp")
        self._earlier.clicked.connect(lambda: self._table.turn(-1))
        self._later = TaskButton(self.look, say(JobSay.LATER), "PgDn")
        self._later.clicked.connect(lambda: self._table.turn(1))
        table = frame("panel", column([self._table], margin=1))
        holder = QWidget()
        layout = column([table, row([self._place, 1, self._earlier, self._later])])
        layout.setStretch(0, 1)
        holder.setLayout(layout)
        return holder

    def _field(self, name: StrEnum, label: SecretLabel) -> QWidget:
        holder = QWidget()
        holder.setLayout(column([Text(say(name), 14, muted=True), label], gap=0))
        return holder

    # --- what is seen ---------------------------------------------------------------------------------------------

    def show_body(self, view: TillView) -> None:
        """The secret, until it is handed over."""
        body = view.body
        assert isinstance(body, NewCardBody)
        batch = isinstance(body.secret, IssuedBatch)
        self._title.say(say(_title(body)))
        self._programme.say(body.programme)
        self._amount.show_money(body.amount)
        self._amount.setVisible(body.amount.is_positive)
        done = Say.NEW_CARD_DONE if isinstance(body.secret, IssuedSecret) else JobSay.DONE
        once = JobSay.ONCE_BLANKS if batch else Say.NEW_CARD_ONCE
        self._message.say(say(done if body.confirmed else once))
        self._hand.relabel(say(JobSay.PUT_AWAY if batch else Say.HANDED_OVER))
        self._box.setVisible(batch)
        self._single.setVisible(not batch)
        if body.confirmed:
            self._wipe()
            return
        match body.secret:
            case IssuedBatch():
                self._show_batch(body.secret)
            case IssuedToken():
                self._show_token(body.secret)
            case IssuedSecret():
                self._show_card(body.secret)

    def _show_card(self, card: IssuedSecret) -> None:
        expiry = card.expiry.mm_yy if card.expiry else ""
        self._fill(number=fmt.number_on(card), small=(expiry, card.cvc, card.code, card.pin), label=card.label)
        # what is scanned names its programme by itself, where the number alone might not
        self._scan(card.code or card.pan.reveal(), Say.SCAN_ME)

    def _show_token(self, token: IssuedToken) -> None:
        """One thing alone stands large; several beside each other."""
        alone = [(word, text) for word, text in ((Say.CODE, token.code), (Say.PIN, token.pin)) if text]
        if len(alone) == 1 and not token.url:
            self._large_name.say(say(alone[0][0]))
            self._large.setAccessibleName(say(Say.SECRET, name=self._large_name.text()))
            self._fill(large=alone[0][1])
        else:
            self._fill(small=("", "", token.code, token.pin), address=token.url)
        self._scan(token.url, JobSay.SCAN_ADDRESS)

    def _fill(
        self, *, number: str = "", large: str = "", small: tuple[str, ...] = ("",) * 4, address: str = "",
        label: str = "",
    ) -> None:  # fmt: skip
        texts = {self._number: number, self._address: address, **dict(zip(self._small.values(), small, strict=True))}
        for secret, text in texts.items():
            secret.show_secret(text)
            self._fields[secret].setVisible(bool(text))
        self._large.show_secret(large, 72 if len(large) <= SHORT else 44 if len(large) <= LONG else 28)
        self._large_field.setVisible(bool(large))
        self._label.say(label)
        self._label.setVisible(bool(label))

    def _scan(self, text: str, name: Say | JobSay) -> None:
        self._scannable = bool(text)
        if text:
            self._qr.show_secret(text, say(name))
        self._fit_code()

    def _show_batch(self, batch: IssuedBatch) -> None:
        rows = [(card.label, fmt.number_on(card), card.code, card.pin) for card in batch.cards]
        heads = (JobSay.LABEL, Say.NUMBER, Say.CODE, Say.PIN)
        used = [place for place in range(len(heads)) if any(cells[place] for cells in rows)]
        self._table.show_secrets([say(heads[p]) for p in used], [[cells[p] for p in used] for cells in rows])

    def _show_place(self) -> None:
        first, count = self._table.first, self._table.count
        last = min(first + self._table.fits, count)
        self._place.say(say(JobSay.SHOWN_OF, first=first + 1, last=last, count=count) if count else "")
        self._earlier.setEnabled(first > 0)
        self._later.setEnabled(last < count)

    def leave(self) -> None:
        """Nothing of it stays behind."""
        super().leave()
        self._wipe()
        self.view = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A narrow middle has no room for the code to scan: the print carries it."""
        super().resizeEvent(event)
        self._fit_code()

    def _fit_code(self) -> None:
        self._qr.setVisible(self._scannable and self.width() >= QR_FROM)

    def _wipe(self) -> None:
        for label in (*self._fields, self._large):
            label.wipe()
        self._qr.wipe()
        self._table.wipe()

    # --- what is done ---------------------------------------------------------------------------------------------

    def _print_again(self) -> None:
        body = self.view.body if self.view else None
        if isinstance(body, NewCardBody):
            self.desk.send(PrintCopy(body.transaction_id))

    def key(self, key: int, text: str) -> bool:
        """H hands over, P prints again, pages turn. Enter and Escape do nothing: it would be gone for good."""
        pages = {int(Qt.Key.Key_PageUp): -1, int(Qt.Key.Key_PageDown): 1}
        if text.lower() == "h":
            self.desk.send(HandOver())
        elif text.lower() == "p":
            self._print_again()
        elif key in pages:
            self._table.turn(pages[key])
        elif key in ENTER or key == int(Qt.Key.Key_Escape) or text.lower() == "k":
            pass
        else:
            return super().key(key, text)
        return True


def _title(body: NewCardBody) -> Say | JobSay:
    if isinstance(body.secret, IssuedToken) and body.secret.url:
        return JobSay.NEW_ADDRESS
    return TITLES.get(body.verb, Say.NEW_CARD)
