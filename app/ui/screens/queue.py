"""F8: what must still be told to the services, and what a person must decide. Nothing here can be thrown away.

Up and down choose a row, a number does what the button with that number says, S sends at once, Enter opens the
receipt. What cannot be taken back asks once more, and a write-off wants a reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.messages import Decide, DeskAction, SendNow, ShowReceipt
from app.domain.records import Settlement
from app.domain.view import QueueBody, QueueRow, TillView
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.list_text import is_plain, task_name
from app.ui.office_presenters import queue_row
from app.ui.office_text import ACTION_WHYS, ACTIONS, STATES, Office, row_reason
from app.ui.presenters import money_words
from app.ui.screens.base import ENTER, ScreenWidget, announce, digit_of
from app.ui.text import Say, say
from app.ui.widgets.buttons import Kind, TaskButton
from app.ui.widgets.decision import Decision
from app.ui.widgets.figures import Progress, Total
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, column, empty, frame, page, row
from app.ui.widgets.rows import Rows

SIDE = 304
A_SECOND = timedelta(seconds=1)
UP, DOWN = int(Qt.Key.Key_Up), int(Qt.Key.Key_Down)
REASONED = {DeskAction(settlement.value) for settlement in Settlement}
CENTRE = Qt.AlignmentFlag.AlignHCenter


class QueueScreen(ScreenWidget):
    """Totals and rows at the left, the chosen row and what can be done about it at the right."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows: dict[str, QueueRow] = {}
        self._shown: QueueRow | None = None
        self._asked: tuple[QueueRow, DeskAction] | None = None
        self._announced = 0
        self._aged: datetime = desk.now()
        self._count = Total(self.look, say(Office.WAITING))
        self._amount = Total(self.look)
        self._sending = Text("", 14, tone="information")
        self._progress = Progress(self.look)
        self._list = Rows(self.look, say(Say.QUEUE))
        self._more = Text("", 14, muted=True)
        self._send = TaskButton(self.look, say(Office.SEND_NOW), "S", "primary")
        self._send.clicked.connect(lambda: self.desk.send(SendNow()))
        self._back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        self._back.clicked.connect(lambda: self.key(int(Qt.Key.Key_Escape), ""))
        self._list.chosen.connect(self._show_choice)
        self._list.opened.connect(self._open)
        self._full = self._build_full()
        self._empty = self._build_empty()
        self.setLayout(page([self._full, self._empty]))

    def _build_full(self) -> QWidget:
        totals = row([self._count, self._amount], gap=3)
        totals.setStretch(1, 1)
        left = column([totals, self._sending, self._progress, self._list, self._more, row([self._send, 1, self._back])])
        left.setStretch(3, 1)
        self._what = Text("", 20, bold=True, wrap=True)
        self._about = Text("", 14, muted=True, wrap=True)
        self._reason = Text("", 14, wrap=True)
        self.tell("message", self._reason)
        self._hint = Text("", 14, bold=True, wrap=True)
        self._actions = column()
        open_receipt = TaskButton(self.look, say(Office.OPEN_RECEIPT), say(Say.ENTER))
        open_receipt.clicked.connect(self._open)
        self._detail = frame(
            "panel",
            column([self._what, self._about, self._reason, self._hint, self._actions, 1, open_receipt], margin=1),
        )
        self._decision = Decision(self.look)
        self._decision.decided.connect(self._decide)
        self._decision.left.connect(self._end_question)
        right = QWidget()
        right.setFixedWidth(SIDE)
        right.setLayout(column([self._detail, self._decision]))
        full = QWidget()
        layout = row([left, right], gap=2)
        layout.setStretch(0, 1)
        full.setLayout(layout)
        return full

    def _build_empty(self) -> QWidget:
        nothing = QWidget()
        title = Text(say(Office.QUEUE_EMPTY), 44, bold=True, align=CENTRE)
        why = Text(say(Office.QUEUE_EMPTY_WHY), 20, muted=True, wrap=True, align=CENTRE)
        back = TaskButton(self.look, say(Say.DONE), say(Say.ENTER), "primary", big=True)
        back.clicked.connect(lambda: self.key(ENTER[0], ""))
        mark = row([1, ShapeMark(self.look, 96, "tick", "approved"), 1])
        nothing.setLayout(column([1, mark, title, why, row([1, back, 1]), 1], gap=2, margin=2))
        return nothing

    def enter(self) -> None:
        """The newest trouble stands at the top; nothing is half asked."""
        super().enter()
        self._asked = None
        self._decision.close_question()
        self._list.to_top()

    def leave(self) -> None:
        """A reason half typed is forgotten."""
        super().leave()
        self._decision.close_question()

    def show_body(self, view: TillView) -> None:
        """Totals, progress, rows."""
        body = view.body
        assert isinstance(body, QueueBody)
        now = self.desk.now()
        filled = bool(body.rows or body.totals.count)
        self._full.setVisible(filled)
        self._empty.setVisible(not filled)
        self._show_totals(body, now)
        self._show_sending(body)
        self._rows = {entry.transaction_id: entry for entry in body.rows}
        self._list.show_rows([queue_row(entry, view.business_day, now) for entry in body.rows])
        self._more.say(say(Office.QUEUE_MORE, n=body.more) if body.more else "")
        self._more.setVisible(bool(body.more))
        self._show_choice()

    def _show_totals(self, body: QueueBody, now: datetime) -> None:
        totals = body.totals
        self._count.show_figure(str(totals.count), "declined" if totals.alarm else "ink")
        about = [say(Say.QUEUE_OLDEST, age=fmt.age(totals.oldest, now))] if totals.oldest else []
        if totals.at_desk:
            about.append(say(Say.QUEUE_DESK, n=totals.at_desk))
        self._amount.show_figure(fmt.money(totals.amount), caption=" · ".join(about) or say(Office.IN_ALL))

    def _show_sending(self, body: QueueBody) -> None:
        self._sending.setVisible(body.sending is not None)
        self._progress.setVisible(body.sending is not None)
        if body.sending is not None:
            done, total = body.sending
            self._sending.say(say(Office.SENDING, n=done, total=total))
            self._progress.show_progress(done, total)
            if done == total != self._announced:
                announce(self, self._sending.text())
            self._announced = total if done == total else 0

    def tick(self) -> None:
        """Ages go on, once a second."""
        now = self.desk.now()
        if self.view is not None and isinstance(self.view.body, QueueBody) and now - self._aged >= A_SECOND:
            body, self._aged = self.view.body, now
            self._show_totals(body, now)
            self._list.show_rows([queue_row(entry, self.view.business_day, now) for entry in body.rows])

    # --- the chosen row

    def _show_choice(self) -> None:
        chosen = self._rows.get(self._list.key)
        if self._asked is not None and not self._still_asked(chosen):
            self._decision.close_question()
        if chosen == self._shown:
            return
        self._shown = chosen
        empty(self._actions)
        if chosen is None:
            return
        self._what.say(money_words(chosen.verb, chosen.amount, chosen.state))
        card = fmt.masked(chosen.last4) if chosen.last4 else ""
        about = (say(STATES[chosen.state]), card, say(Office.PAYMENT_NO, stan=chosen.stan))
        self._about.say(" · ".join(part for part in about if part))
        self._reason.say(row_reason(chosen))
        self._hint.say(say(Office.DECIDE_TITLE if chosen.actions else Office.NOTHING_TO_DECIDE))
        for number, action in enumerate(chosen.actions, start=1):
            kind: Kind = "danger" if action is DeskAction.WRITTEN_OFF else "quiet"
            button = TaskButton(self.look, say(ACTIONS[action]), str(number), kind)
            button.clicked.connect(lambda _checked=False, which=action: self._choose(which))
            self._actions.addWidget(button)

    def _still_asked(self, chosen: QueueRow | None) -> bool:
        """Whether the question is about this row and still makes sense; a yes must never fall on another."""
        if chosen is None or self._asked is None:
            return False
        row, action = self._asked
        return chosen.transaction_id == row.transaction_id and action in chosen.actions

    def _choose(self, action: DeskAction) -> None:
        chosen = self._rows.get(self._list.key)
        if chosen is None or action not in chosen.actions:
            return
        if action not in ACTION_WHYS:
            self.desk.send(Decide(chosen.transaction_id, action))
            return
        self._asked = (chosen, action)
        self._detail.hide()
        what = (
            task_name(chosen.verb, chosen.amount.minor)
            if is_plain(chosen.verb, chosen.amount.minor)
            else fmt.money(chosen.amount)
        )
        self._decision.ask(
            f"{say(ACTIONS[action])}: {what}",
            say(ACTION_WHYS[action]),
            say(ACTIONS[action]),
            kind="danger" if action is DeskAction.WRITTEN_OFF else "primary",
            reason=action in REASONED,
            required=action is DeskAction.WRITTEN_OFF,
        )

    def _decide(self, why: str) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            self.desk.send(Decide(asked[0].transaction_id, asked[1], why))

    def _end_question(self) -> None:
        self._detail.show()

    def _open(self) -> None:
        chosen = self._rows.get(self._list.key)
        if chosen is not None:
            self.desk.send(ShowReceipt(chosen.transaction_id))

    def key(self, key: int, text: str) -> bool:
        """Arrows, numbers, S, Enter, Esc."""
        if self._decision.asking:
            return self._decision.key(key) if key not in FUNCTION_KEYS else False
        digit = digit_of(text)
        chosen = self._rows.get(self._list.key)
        if key in (UP, DOWN):
            self._list.move_choice(-1 if key == UP else 1)
        elif text.lower() == "s":
            self.desk.send(SendNow())
        elif digit is not None and chosen is not None and 1 <= digit <= len(chosen.actions):
            self._choose(chosen.actions[digit - 1])
        elif key in ENTER and chosen is not None:
            self._open()
        else:
            return super().key(key, text)
        return True


FUNCTION_KEYS = range(int(Qt.Key.Key_F1), int(Qt.Key.Key_F12) + 1)
"""They work while a question stands, and close it by leaving the screen."""
