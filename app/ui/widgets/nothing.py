"""What stands in the place of a list that has no rows: a sign, what that means, why, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.look import Look, Shape
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, column, row
from app.ui.widgets.spinner import Spinner

CENTRE = Qt.AlignmentFlag.AlignHCenter
SIDE = 96


class Nothing(QWidget):
    """Sign or spinner, title, reason, buttons."""

    def __init__(self, look: Look, *buttons: TaskButton) -> None:
        super().__init__()
        self._mark = ShapeMark(look, SIDE, "none", "muted")
        self._spinner = Spinner(look)
        self._title = Text("", 44, bold=True, wrap=True, align=CENTRE)
        self.why = Text("", 20, muted=True, wrap=True, align=CENTRE)
        signs = row([1, self._mark, self._spinner, 1])
        self.setLayout(column([1, signs, self._title, self.why, row([1, *buttons, 1], gap=2), 1], gap=2, margin=2))

    def tell(self, shape: Shape, role: str, title: str, why: str) -> None:
        """Why there are no rows."""
        self._spinner.hide()
        self._spinner.spin(on=False)
        self._mark.setVisible(shape != "none")
        self._mark.change(shape, role)
        self._title.say(title)
        self.why.say(why)
        self.why.setVisible(bool(why))

    def wait(self, title: str) -> None:
        """They are on their way."""
        self.tell("none", "muted", title, "")
        self._spinner.show()
        self._spinner.spin(on=True)

    def beat(self) -> None:
        """The spinner's next step."""
        self._spinner.beat()
