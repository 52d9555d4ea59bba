"""One receipt on 80 mm paper, exactly as it prints, and its copies."""

from __future__ import annotations

from app.domain.messages import PrintCopy
from app.domain.view import ReceiptBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.moved import done, is_moneyless, moved
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ESCAPE, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.paper_scroll import PaperScroll
from app.ui.widgets.parts import Text, column, frame, page, row


class ReceiptScreen(ScreenWidget):
    """Paper at the left; copies at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown = ""
        self._scroll = PaperScroll(self.look)
        self._title = Text("", 28, bold=True, wrap=True)
        self._about = Text("", 16, muted=True, wrap=True)
        self._copies = Text("", 16, bold=True, wrap=True)
        self.tell("message", self._copies)
        why = Text(say(Office.COPY_WHY), 16, muted=True, wrap=True)
        self._print = TaskButton(self.look, say(Office.PRINT_COPY), "P", big=True)
        self._print.clicked.connect(self._copy)
        done = TaskButton(self.look, say(Say.DONE), say(Say.ENTER), "primary", big=True)
        done.clicked.connect(lambda: self.key(ENTER[0], ""))
        words = frame("panel", column([self._title, self._about, self._copies, why], margin=2))
        right = column([words, 1, self._print, done])
        sides = row([self._scroll, right], gap=2)
        sides.setStretch(1, 1)
        self.setLayout(page([sides]))

    def show_body(self, view: TillView) -> None:
        """The slip and how many copies there are of it."""
        body = view.body
        assert isinstance(body, ReceiptBody)
        receipt = body.receipt
        if body.transaction_id != self._shown:
            self._shown = body.transaction_id
            self._scroll.to_top()
        self._scroll.paper.show_receipt(receipt)
        deed = is_moneyless(receipt.verb, receipt.amount)
        self._title.say(done(receipt.verb) if deed else moved(receipt.verb, fmt.money(receipt.amount)))
        self._about.say(f"{fmt.moment(receipt.at, self.desk.now())} · {say(Office.PAYMENT_NO, stan=receipt.stan)}")
        counted = {0: say(Office.NO_COPY), 1: say(Office.ONE_COPY)}
        self._copies.say(counted.get(body.copies, say(Office.COPIES, n=body.copies)))

    def _copy(self) -> None:
        if self.view is not None and isinstance(self.view.body, ReceiptBody):
            self.desk.send(PrintCopy(self.view.body.transaction_id))

    def key(self, key: int, text: str) -> bool:
        """P prints; the arrows turn the paper; Enter and Esc go back to where it was opened."""
        if text.lower() == "p":
            self._copy()
            return True
        return self._scroll.key(key) or (key in (*ENTER, ESCAPE) and super().key(key, text))
