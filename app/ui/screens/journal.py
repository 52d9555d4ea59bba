"""History, a page at a time, newest first. Arrows choose, Enter opens the receipt, PgDn goes back in time."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain.messages import Older, ShowReceipt
from app.domain.view import JournalBody, ReceiptLine, TillView
from app.ui.desk import Desk
from app.ui.office_presenters import journal_row
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ScreenWidget
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, page, row
from app.ui.widgets.rows import Rows

STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
PAGE_UP, PAGE_DOWN = int(Qt.Key.Key_PageUp), int(Qt.Key.Key_PageDown)


class JournalScreen(ScreenWidget):
    """One list and two ways through time."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines: dict[str, ReceiptLine] = {}
        self._older: int | None = None
        title = Text(say(Office.JOURNAL_TITLE), 28, bold=True)
        self._nothing = Text(say(Office.JOURNAL_EMPTY), 20, muted=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._list = Rows(self.look, say(Say.JOURNAL))
        self._list.opened.connect(self._open)
        self._down = TaskButton(self.look, say(Office.OLDER), "PgDn")
        self._up = TaskButton(self.look, say(Office.NEWEST), "PgUp")
        self._receipt = TaskButton(self.look, say(Office.OPEN_RECEIPT), say(Say.ENTER), "primary")
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        self._down.clicked.connect(lambda: self.key(PAGE_DOWN, ""))
        self._up.clicked.connect(lambda: self.key(PAGE_UP, ""))
        self._receipt.clicked.connect(self._open)
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        foot = row([self._receipt, self._up, self._down, 1, back])
        layout = page([title, self._nothing, self._list, foot])
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def show_body(self, view: TillView) -> None:
        """The page."""
        body = view.body
        assert isinstance(body, JournalBody)
        now = self.desk.now()
        self._older = body.older
        self._lines = {line.transaction_id: line for line in body.rows}
        before = {entry.key for entry in self._list.rows}
        self._list.show_rows([journal_row(line, now) for line in body.rows])
        if before.isdisjoint(self._lines):
            self._list.to_top()
        self._nothing.setVisible(not body.rows)
        self._list.setVisible(bool(body.rows))
        self._receipt.setVisible(bool(body.rows))
        self._down.relabel(say(Office.OLDER), "" if body.older is not None else say(Office.NO_OLDER))

    def _open(self) -> None:
        line = self._lines.get(self._list.key)
        if line is not None:
            self.desk.send(ShowReceipt(line.transaction_id))

    def key(self, key: int, text: str) -> bool:
        """Arrows, pages, Enter; Esc goes back."""
        if key in STEPS:
            self._list.move_choice(STEPS[key])
        elif key == PAGE_DOWN:
            if self._older is not None:
                self.desk.send(Older(self._older))
        elif key in (PAGE_UP, int(Qt.Key.Key_Home)):
            self.desk.send(Older(None))
        elif key in ENTER and self._list.key:
            self._open()
        else:
            return super().key(key, text)
        return True
