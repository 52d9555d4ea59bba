"""F7: the window's own list of what has no key of its own in the rail. Local to the window; the till knows nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.domain.messages import KeyCard, Message, Start, Task, ToggleLine
from app.domain.view import TillView
from app.ui.desk import Desk
from app.ui.screens.base import ScreenWidget
from app.ui.sentences import WHYS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text, column, row


class MoreScreen(ScreenWidget):
    """A few big buttons, numbered."""

    chosen = Signal()
    """Something was chosen, or the list was closed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._journal = TaskButton(self.look, say(TASKS[Task.JOURNAL]), "1", big=True)
        self._report = TaskButton(self.look, say(TASKS[Task.X_REPORT]), "2", big=True)
        self._key = TaskButton(self.look, say(Say.KEY_NUMBER), "K", big=True)
        self._line = TaskButton(self.look, say(Say.CUT_LINE), "F12", big=True)
        self._back = TaskButton(self.look, say(Say.BACK), say(Say.ESC))
        self._journal.clicked.connect(lambda: self._choose(Start(Task.JOURNAL)))
        self._report.clicked.connect(lambda: self._choose(Start(Task.X_REPORT)))
        self._key.clicked.connect(lambda: self._choose(KeyCard()))
        self._line.clicked.connect(lambda: self._choose(ToggleLine()))
        self._back.clicked.connect(self.chosen)
        title = Text(say(Say.MORE_TITLE), 28, bold=True, align=Qt.AlignmentFlag.AlignHCenter)
        list_of = column([self._journal, self._report, self._key, self._line])
        self.setLayout(column([1, title, row([1, list_of, 1]), 1, row([1, self._back, 1])], gap=2, margin=3))

    def show_body(self, view: TillView) -> None:
        """Dim what cannot work."""
        whys = {task.task: task.why for task in view.tasks}
        for task, button in ((Task.JOURNAL, self._journal), (Task.X_REPORT, self._report)):
            why = whys.get(task)
            button.relabel(say(TASKS[task]), WHYS[why].text() if why else "")
        self._line.setVisible(view.training)
        self._line.relabel(say(Say.JOIN_LINE if view.line_cut else Say.CUT_LINE))

    def key(self, key: int, text: str) -> bool:
        """1 and 2 choose; Escape and Enter close."""
        if text == "1" and self._journal.isEnabled():
            self._choose(Start(Task.JOURNAL))
        elif text == "2" and self._report.isEnabled():
            self._choose(Start(Task.X_REPORT))
        elif key == int(Qt.Key.Key_Escape):
            self.chosen.emit()
        else:
            return False
        return True

    def _choose(self, message: Message) -> None:
        self.chosen.emit()
        self.desk.send(message)
