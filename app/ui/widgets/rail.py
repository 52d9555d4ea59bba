"""The left rail: the verbs, always in the same place, their keys printed on them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.messages import Task
from app.domain.view import TillView, Why
from app.ui.look import Look
from app.ui.presenters import KEY_NAMES
from app.ui.sentences import WHYS
from app.ui.text import TASKS, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import frame

WIDTH = 208
ORDER: tuple[Task | None, ...] = (
    Task.BALANCE,
    Task.PAY,
    Task.LOAD,
    Task.SELL,
    Task.REFUND,
    Task.VOID,
    None,
    Task.QUEUE,
    Task.MANAGER,
)
"""From F1 down; None is F7, "more"."""


class Rail(QWidget):
    """Nine buttons."""

    started = Signal(object)
    """Carries the :class:`Task` of the button."""
    more_clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._buttons: dict[Task | None, TaskButton] = {}
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 8, 8, 8)
        inner.setSpacing(8)
        for task in ORDER:
            text, key = (say(TASKS[task]), KEY_NAMES[task]) if task else (say(Say.MORE), "F7")
            button = TaskButton(look, text, key, "rail")
            self._buttons[task] = button
            if task is None:
                button.clicked.connect(self.more_clicked)
            else:
                button.clicked.connect(lambda _checked=False, chosen=task: self.started.emit(chosen))
            inner.addWidget(button)
        inner.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame("rail", inner))

    def show_view(self, view: TillView) -> None:
        """Dim what cannot work and say why; count what waits on the queue's button."""
        whys = {task.task: task.why for task in view.tasks}
        for task, button in self._buttons.items():
            if task is None:
                button.relabel(say(Say.MORE), self._why_no_more(view))
                continue
            why = whys.get(task)
            waiting = view.strip.queue.count + view.strip.queue.at_desk if task is Task.QUEUE else 0
            reason = WHYS[why].text() if why else ""
            button.relabel(say(TASKS[task]), reason, str(waiting) if waiting and not reason else "")

    def _why_no_more(self, view: TillView) -> str:
        if view.operator is None:
            return WHYS[Why.SIGN_IN_FIRST].text()
        shown = {task.why for task in view.tasks}
        held = next((why for why in (Why.BUSY, Why.STOPPED) if why in shown), None)
        return WHYS[held].text() if held is not None else ""
