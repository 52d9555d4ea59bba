"""F9: how the day stands, what a person must decide, and the manager's keys.

Four tiles, the day by the hour, the decisions; below them the keys. The balance of any card needs no screen of its
own: a swipe opens its sheet from here, K keys its number.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.domain.messages import AllowOffline, KeyCard, Start, Task
from app.domain.view import ManagerBody, TillView, Why
from app.ui import format as fmt
from app.ui.desk import Desk
from app.ui.office_presenters import difference_count, queue_row
from app.ui.office_text import Office
from app.ui.screens.base import ENTER, ScreenWidget
from app.ui.sentences import WHYS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.day_chart import DayChart
from app.ui.widgets.decision import Decision
from app.ui.widgets.figures import Tile
from app.ui.widgets.parts import Text, column, frame, page, row
from app.ui.widgets.rows import Rows

DECISIONS_SHOWN = 5
"""The first few; all of them are behind F8."""
FUNCTION_KEYS = range(int(Qt.Key.Key_F1), int(Qt.Key.Key_F12) + 1)
A_SECOND = timedelta(seconds=1)
STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}


class ManagerScreen(ScreenWidget):
    """The manager's view."""

    spread = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._body: ManagerBody | None = None
        self._aged: datetime = desk.now()
        self._sold = Tile(self.look, say(Office.TILE_SOLD))
        self._loaded = Tile(self.look, say(Office.TILE_LOADED))
        self._waiting = Tile(self.look, say(Office.TILE_WAITING))
        self._difference = Tile(self.look, say(Office.TILE_DIFFERENCE))
        tiles = row([self._sold, self._loaded, self._waiting, self._difference])
        for place in range(4):
            tiles.setStretch(place, 1)
        self._day_page = self._build_day()
        self._hint = Text(say(Office.CHECK_BALANCE), 14, muted=True, wrap=True)
        self._keys = self._build_keys()
        self._decision = Decision(self.look, wide=True)
        self._decision.decided.connect(self._switch_offline)
        self._decision.left.connect(lambda: self._show_question(asking=False))
        layout = page([tiles, self._day_page, self._decision, self._hint, self._keys])
        layout.setStretch(1, 1)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _show_question(self, *, asking: bool) -> None:
        """A question takes the place of everything that does not work while it stands."""
        for part in (self._day_page, self._hint, self._keys):
            part.setVisible(not asking)

    def _build_day(self) -> QWidget:
        self._day = Text("", 14, bold=True, muted=True, wrap=True)
        self._chart = DayChart(self.look)
        left = frame("panel", column([self._day, self._chart], margin=2))
        self._to_decide = Text(say(Office.DECIDE), 14, bold=True, muted=True)
        self._decisions = Rows(self.look, say(Office.DECIDE), framed=False)
        self._decisions.opened.connect(lambda: self.desk.send(Start(Task.QUEUE)))
        self._calm = Text(say(Office.DECIDE_NONE), 16, wrap=True, tone="approved")
        self._more = Text("", 14, muted=True)
        for label in (self._to_decide, self._calm, self._more):
            label.setContentsMargins(8, 8, 8, 0)
        inner = column([self._to_decide, self._decisions, self._calm, self._more], margin=1)
        inner.addStretch(0)
        right = frame("panel", inner)
        day = QWidget()
        layout = row([left, right])
        # by hand, because the two halves ask for different widths
        for half in (left, right):
            half.setMinimumWidth(240)
            half.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        layout.setStretch(0, 1)
        layout.setStretch(1, 1)
        day.setLayout(layout)
        return day

    def _build_keys(self) -> QWidget:
        keys = QWidget()
        grid = QGridLayout(keys)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._x = TaskButton(self.look, say(TASKS[Task.X_REPORT]), "X")
        self._z = TaskButton(self.look, say(Office.CLOSE_DAY), "Z")
        self._queue = TaskButton(self.look, say(TASKS[Task.QUEUE]), "F8")
        self._journal = TaskButton(self.look, say(TASKS[Task.JOURNAL]), "J")
        self._key_card = TaskButton(self.look, say(Say.KEY_NUMBER), "K")
        self._offline = TaskButton(self.look, say(Office.OFFLINE_OFF), "O")
        letters = ((self._x, "x"), (self._z, "z"), (self._journal, "j"), (self._key_card, "k"), (self._offline, "o"))
        for button, letter in letters:
            button.clicked.connect(lambda _checked=False, typed=letter: self.key(0, typed))
        self._queue.clicked.connect(lambda: self.desk.send(Start(Task.QUEUE)))
        for place, button in enumerate((self._x, self._z, self._queue, self._journal, self._key_card, self._offline)):
            grid.addWidget(button, place // 3, place % 3)
        for column_number in range(3):
            grid.setColumnStretch(column_number, 1)
        return keys

    def enter(self) -> None:
        """Nothing is asked."""
        super().enter()
        self._decision.close_question()

    def leave(self) -> None:
        """A reason half typed is forgotten."""
        super().leave()
        self._decision.close_question()

    # --- what is seen

    def show_body(self, view: TillView) -> None:
        """Tiles, chart, decisions, keys."""
        body = view.body
        assert isinstance(body, ManagerBody)
        self._body = body
        self._day.say(f"{say(Office.CHART)} · {say(Office.DAY, day=body.business_day)}")
        self._chart.show_hours(body.hours)
        self._show_tiles(body)
        self._show_decisions(view, body)
        why = "" if body.allowed else WHYS[Why.MANAGER_ONLY].text()
        self._offline.relabel(say(Office.OFFLINE_OFF if body.offline.enabled else Office.OFFLINE_ON), why)
        self._z.relabel(say(Office.CLOSE_DAY), why)
        waiting = body.queue.count + body.queue.at_desk
        self._queue.relabel(say(TASKS[Task.QUEUE]), badge=str(waiting) if waiting else "")

    def _show_tiles(self, body: ManagerBody) -> None:
        report, queue = body.report, body.queue
        self._sold.show_figure(fmt.money(report.sales.amount), say(Office.COUNT, n=report.sales.count))
        self._loaded.show_figure(fmt.money(report.loads.amount), say(Office.COUNT, n=report.loads.count))
        if queue.count and queue.oldest is not None:
            under = say(Office.OLDEST_AGE, n=queue.count, age=fmt.age(queue.oldest, self.desk.now()))
            bad = queue.alarm
            self._waiting.show_figure(
                fmt.money(queue.amount), under, "warn" if bad else "clock", "declined" if bad else "checking"
            )
        else:
            self._waiting.show_figure(fmt.money(queue.amount), say(Office.COUNT, n=0), "tick", "approved")
        differences = difference_count(report)
        if differences:
            amount = fmt.money(report.disputed.amount + report.unknown.amount)
            self._difference.show_figure(amount, say(Office.COUNT, n=differences), "warn", "declined")
        else:
            amount = fmt.money(report.disputed.amount)
            self._difference.show_figure(amount, say(Office.NO_DIFFERENCE), "tick", "approved")

    def _show_decisions(self, view: TillView, body: ManagerBody) -> None:
        shown = body.desk[:DECISIONS_SHOWN]
        now = self.desk.now()
        rows = [queue_row(entry, view.business_day, now) for entry in shown]
        self._decisions.show_rows(rows, choose_first=False)
        self._decisions.setVisible(bool(shown))
        self._calm.setVisible(not shown)
        more = len(body.desk) - len(shown)
        self._more.say(say(Office.DECIDE_MORE, n=more) if more else "")
        self._more.setVisible(more > 0)

    def tick(self) -> None:
        """Ages go on, once a second."""
        now = self.desk.now()
        if self._body is not None and now - self._aged >= A_SECOND:
            self._aged = now
            self._show_tiles(self._body)

    # --- hands

    def _ask_offline(self) -> None:
        if self._body is None or not self._body.allowed:
            return
        room = self._body.offline
        self._show_question(asking=True)
        if room.enabled:
            self._decision.ask(
                say(Office.OFFLINE_OFF_TITLE), say(Office.OFFLINE_OFF_WHY), say(Office.TURN_OFF), reason=True
            )
        else:
            limits = say(Office.OFFLINE_ON_WHY, sale=fmt.money(room.per_sale), till=fmt.money(room.amount_limit))
            self._decision.ask(say(Office.OFFLINE_ON_TITLE), limits, say(Office.TURN_ON), reason=True, required=True)

    def _switch_offline(self, why: str) -> None:
        if self._body is not None:
            self.desk.send(AllowOffline(not self._body.offline.enabled, why))

    def key(self, key: int, text: str) -> bool:
        """The letters on the keys; arrows and Enter for the decisions; Enter without one goes home."""
        if self._decision.asking and key not in FUNCTION_KEYS:
            return self._decision.key(key)
        letter = text.lower()
        if letter in ("x", "z"):
            # Z is asked for on the report itself, in sight of the figures it fixes
            if letter == "x" or (self._body is not None and self._body.allowed):
                self.desk.send(Start(Task.X_REPORT))
        elif letter == "j":
            self.desk.send(Start(Task.JOURNAL))
        elif letter == "k":
            self.desk.send(Start(Task.BALANCE))
            self.desk.send(KeyCard())
        elif letter == "o":
            self._ask_offline()
        elif key in STEPS and self._decisions.rows:
            self._decisions.move_choice(STEPS[key])
        elif key in ENTER and self._decisions.key:
            self.desk.send(Start(Task.QUEUE))
        else:
            return super().key(key, text)
        return True
