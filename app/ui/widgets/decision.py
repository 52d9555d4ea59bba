"""One more question before something that cannot be taken back: what it does, why (in words), yes or no.

Stands in the place of what it asks about; never a window of its own. Enter is yes, Esc is no.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.ui.look import Look
from app.ui.office_text import REASON_FIRST, Office
from app.ui.text import Say, say
from app.ui.widgets.buttons import Kind, TaskButton
from app.ui.widgets.parts import Text, column, frame, let_go, row

ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
ESCAPE = int(Qt.Key.Key_Escape)
REASON_LENGTH = 200
"""Longest reason that is kept: a sentence, not a story; it stands in the journal for ever."""


class Decision(QWidget):
    """The question. Hidden until :meth:`ask`; ``wide`` sets the answers side by side."""

    decided = Signal(str)
    """Yes; carries the reason as typed (trimmed)."""
    left = Signal()
    """No."""

    def __init__(self, look: Look, *, wide: bool = False) -> None:
        super().__init__()
        self._needs_reason = False
        self._title = Text("", 20, bold=True, wrap=True)
        self._why = Text("", 14, muted=True, wrap=True)
        self._label = Text("", 14, bold=True)
        self._reason = QLineEdit()
        self._reason.setMaxLength(REASON_LENGTH)
        self._label.setBuddy(self._reason)
        self._problem = Text("", 14, tone="declined", wrap=True)
        self._yes = TaskButton(look, "", say(Say.ENTER), "primary")
        self._danger = TaskButton(look, "", say(Say.ENTER), "danger")
        self._no = TaskButton(look, say(Say.CANCEL), say(Say.ESC))
        for button in (self._yes, self._danger):
            button.clicked.connect(self._accept)
        self._no.clicked.connect(self.close_question)
        answers: list[QWidget | int] = [self._no, 1, self._yes, self._danger]
        buttons = row(answers) if wide else column([self._yes, self._danger, self._no])
        inner = column(
            [self._title, self._why, self._label, self._reason, self._problem, buttons, 1], margin=2 if wide else 1
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame("panel", inner))
        self.hide()

    @property
    def asking(self) -> bool:
        """Whether the question stands."""
        return not self.isHidden()

    def ask(
        self, title: str, why: str, yes: str, *, kind: Kind = "primary", reason: bool = False, required: bool = False
    ) -> None:
        """Put a question.

        Args:
            title: The question.
            why: What a yes does.
            yes: The verb on the button; ``kind`` ``danger`` for what takes away.
            reason: Whether a reason may be typed; ``required`` whether it must.
        """
        self._needs_reason = required
        self._title.say(title)
        self._why.say(why)
        self._why.setVisible(bool(why))
        danger = kind == "danger"
        self._yes.setVisible(not danger)
        self._danger.setVisible(danger)
        (self._danger if danger else self._yes).relabel(yes)
        self._label.setVisible(reason)
        self._reason.setVisible(reason)
        self._reason.clear()
        label = say(Office.REASON if required else Office.REASON_FREE)
        self._label.say(label)
        self._reason.setAccessibleName(label)
        self._problem.say("")
        self._problem.hide()
        self.show()
        if reason:
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_question(self) -> None:
        """No: nothing happens."""
        if self.asking:
            self._reason.clear()
            let_go(self._reason)
            self.hide()
            self.left.emit()

    def key(self, key: int) -> bool:
        """Every key while the question stands; only Enter and Esc do something."""
        if key in ENTER:
            self._accept()
        elif key == ESCAPE:
            self.close_question()
        return True

    def _accept(self) -> None:
        reason = " ".join(self._reason.text().split())
        if self._needs_reason and not reason:
            self._problem.say(REASON_FIRST.full())
            self._problem.show()
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.close_question()
        self.decided.emit(reason)
