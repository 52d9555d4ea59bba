"""F7: the window's own list of what has no key of its own in the rail. Local to the window; the till knows nothing.

The verbs stand in three columns under headings, each with its letter; what cannot be done says why.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from app.domain.messages import KeyCard, Message, Start, Task, ToggleLine
from app.domain.view import TaskView, TillView, Why
from app.ui.desk import Desk
from app.ui.job_text import SHORT, JobSay
from app.ui.presenters import KEY_NAMES, LETTERS, why_text
from app.ui.screens.base import ScreenWidget, announce
from app.ui.sentences import WHYS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, empty, page, row
from app.ui.widgets.verb_button import VerbButton

COLUMNS: tuple[tuple[tuple[JobSay, tuple[Task, ...]], ...], ...] = (
    (
        (
            JobSay.GROUP_MONEY,
            (
                Task.TRANSFER, Task.COMBINE, Task.ACTIVATE, Task.RANGE, Task.RESERVE, Task.RESERVATIONS, Task.CASH_OUT,
            ),
        ),
    ),
    (
        (JobSay.GROUP_CUSTOMERS, (Task.CUSTOMER, Task.SAVE, Task.SHARE, Task.GIFT, Task.GIFT_NEW)),
        (JobSay.GROUP_TILL, (Task.JOURNAL, Task.X_REPORT)),
    ),
    (
        (JobSay.GROUP_CARDS, (Task.NEW_PIN, Task.NEW_CODE, Task.BLANKS, Task.ALL_CARDS, Task.DELETE)),
        (JobSay.GROUP_STOPPED, (Task.STOP, Task.STOP_LIST)),
    ),
)  # fmt: skip
"""Where the further tasks stand."""
OWN = frozenset({Task.JOURNAL, Task.X_REPORT})
"""Tasks of the rail that have no place in it."""
ROOMY = 600
"""Height of the middle from which there is room for the question above the columns."""


def _starts(task: TaskView) -> bool:
    """Whether choosing it leads somewhere: where only a manager may, one is called for."""
    return task.why is None or (task.why is Why.MANAGER_ONLY and task.task not in OWN)


class MoreScreen(ScreenWidget):
    """Columns of verbs, and the till's own row."""

    chosen = Signal()
    """Something was chosen, or the list was closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tasks: tuple[TaskView, ...] | None = None
        self._title = Text(say(Say.MORE_TITLE), 28, bold=True)
        self._columns = [QVBoxLayout() for _ in COLUMNS]
        for each in self._columns:
            each.setSpacing(6)
        wide = row([*self._columns], gap=2)
        for place in range(len(COLUMNS)):
            wide.setStretch(place, 1)
        key = TaskButton(self.look, say(Say.KEY_NUMBER), "K")
        self._line = TaskButton(self.look, say(Say.CUT_LINE), "F12")
        key.clicked.connect(lambda: self._choose(KeyCard()))
        self._line.clicked.connect(lambda: self._choose(ToggleLine()))
        back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        back.clicked.connect(self.chosen)
        layout = page([self._title, wide, row([back, 1, self._line, key])], gap=1)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def show_body(self, view: TillView) -> None:
        """Dim what cannot work."""
        self._line.setVisible(view.training)
        self._line.relabel(say(Say.JOIN_LINE if view.line_cut else Say.CUT_LINE))
        listed = (*view.more, *(task for task in view.tasks if task.task in OWN))
        if listed != self._tasks:
            self._tasks = listed
            self._fill({task.task: task for task in listed})

    def _fill(self, offered: dict[Task, TaskView]) -> None:
        for layout, groups in zip(self._columns, COLUMNS, strict=True):
            empty(layout)
            for heading, tasks in groups:
                here = [offered[task] for task in tasks if task in offered]
                if here:
                    layout.addWidget(Text(say(heading), 14, bold=True, muted=True))
                for task in here:
                    layout.addWidget(self._button(task), 4)
            layout.addStretch(1)

    def _button(self, task: TaskView) -> VerbButton:
        word = say(SHORT.get(task.task, TASKS[task.task]))
        button = VerbButton(self.look, word, KEY_NAMES[task.task])
        button.explain(WHYS[task.why].text() if task.why else "", works=_starts(task))
        button.clicked.connect(lambda: self._choose(Start(task.task)))
        return button

    def key(self, key: int, text: str) -> bool:
        """The letter or figure on a button chooses it; Escape and Enter close."""
        if key in (int(Qt.Key.Key_Escape), int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self.chosen.emit()
            return True
        task = next((shown for shown in self._tasks or () if text and LETTERS.get(shown.task) == text.upper()), None)
        if task is None:
            return False
        if _starts(task):
            self._choose(Start(task.task))
        elif task.why is not None:
            announce(self, why_text(task.why, task.task).text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A low window keeps its room for the buttons."""
        super().resizeEvent(event)
        self._title.setVisible(event.size().height() >= ROOMY)

    def _choose(self, message: Message) -> None:
        self.chosen.emit()
        self.desk.send(message)
