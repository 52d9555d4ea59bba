"""Money that is held on cards, oldest first: captured when the customer comes back, or released.

Arrows or a digit choose, Enter captures, R releases; both ask once more. One that is under way takes neither.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.job_messages import PickReservation
from app.domain.messages import Back
from app.domain.view import ReservationRow, ReservationsBody, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.list_presenters import reservation_row
from app.ui.list_text import Lists
from app.ui.screens.base import ENTER, ScreenWidget, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.figures import Total
from app.ui.widgets.nothing import Nothing
from app.ui.widgets.parts import Text, column, page, row
from app.ui.widgets.rows import Rows

STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
A_SECOND = timedelta(seconds=1)


class ReservationsScreen(ScreenWidget):
    """What is held in all, and each of it."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows: dict[str, ReservationRow] = {}
        self._aged: datetime = desk.now()
        self._count = Total(self.look, say(Lists.RESERVATIONS_COUNT))
        self._sum = Total(self.look, say(Lists.RESERVATIONS_HELD))
        self.tell("amount", self._sum.figure)
        totals = row([self._count, self._sum], gap=3)
        totals.setStretch(1, 1)
        self._list = Rows(self.look, say(Lists.RESERVATIONS))
        self._list.chosen.connect(self._show_choice)
        self._list.opened.connect(self._capture)
        why = Text(say(Lists.RESERVATIONS_WHY), 14, muted=True, wrap=True)
        self._take = TaskButton(self.look, say(Say.CAPTURE), say(Say.ENTER), "primary")
        self._take.clicked.connect(self._capture)
        self._free = TaskButton(self.look, say(Say.RELEASE), "R")
        self._free.clicked.connect(self._release)
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        layout = column([totals, self._list, why, row([self._take, self._free, 1, back])])
        layout.setStretch(1, 1)
        self._full = QWidget()
        self._full.setLayout(layout)
        done = TaskButton(self.look, say(Say.BACK), say(Say.ENTER), "primary", big=True)
        done.clicked.connect(lambda: self.key(ENTER[0], ""))
        self._nothing = Nothing(self.look, done)
        self._nothing.tell("tick", "approved", say(Lists.RESERVATIONS_NONE), say(Lists.RESERVATIONS_NONE_WHY))
        self.setLayout(page([self._full, self._nothing]))

    def leave(self) -> None:
        """The next look begins at the oldest."""
        super().leave()
        self._list.show_rows(())

    def show_body(self, view: TillView) -> None:
        """Sum and rows."""
        body = view.body
        assert isinstance(body, ReservationsBody)
        self._full.setVisible(bool(body.rows))
        self._nothing.setVisible(not body.rows)
        self._count.show_figure(str(len(body.rows)))
        self._sum.show_figure(fmt.money(body.total))
        self._rows = {entry.line.transaction_id: entry for entry in body.rows}
        self._show_rows(body)
        self._show_choice()

    def _show_rows(self, body: ReservationsBody) -> None:
        self._aged = self.desk.now()
        self._list.show_rows([reservation_row(entry, at, self._aged) for at, entry in enumerate(body.rows, start=1)])

    def _show_choice(self) -> None:
        chosen = self._rows.get(self._list.key)
        why = say(Lists.UNDER_WAY) if chosen is None or chosen.busy else ""
        self._take.relabel(say(Say.CAPTURE), why)
        self._free.relabel(say(Say.RELEASE), why)

    def tick(self) -> None:
        """Ages go on, once a second."""
        if self.view is None or self.desk.now() - self._aged < A_SECOND:
            return
        if isinstance(self.view.body, ReservationsBody):
            self._show_rows(self.view.body)

    # --- hands

    def _capture(self) -> None:
        self._pick(release=False)

    def _release(self) -> None:
        self._pick(release=True)

    def _pick(self, *, release: bool) -> None:
        chosen = self._rows.get(self._list.key)
        if chosen is not None and not chosen.busy:
            self.desk.send(PickReservation(chosen.line.transaction_id, release))

    def key(self, key: int, text: str) -> bool:
        """Arrows, digits, Enter, R; Esc goes back, and so does Enter where nothing is held."""
        digit = digit_of(text)
        if key in STEPS:
            self._list.move_choice(STEPS[key])
        elif digit is not None:
            self._list.choose(digit - 1)
        elif text.lower() == "r":
            self._release()
        elif key in ENTER:
            if self._rows:
                self._capture()
            else:
                self.desk.send(Back())
        else:
            return super().key(key, text)
        return True
