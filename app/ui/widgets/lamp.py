"""A lamp: a painted shape and a word in one thing that can be clicked. Never a colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.view import Lamp, Strip
from app.ui.look import Look, Shape, Size
from app.ui.presenters import scanner_lamp
from app.ui.widgets.parts import ElidedText
from app.ui.widgets.shapes import paint_shape

SHAPES: Mapping[Lamp, tuple[Shape, str]] = {
    Lamp.GOOD: ("tick", "approved"),
    Lamp.BUSY: ("busy", "information"),
    Lamp.WARN: ("warn", "checking"),
    Lamp.BAD: ("cross", "declined"),
    Lamp.OFF: ("off", "muted"),
}


class ShapeMark(QWidget):
    """A shape in a role's colour, drawn at a fixed size. Decoration for readers: the word beside it is the name."""

    def __init__(self, look: Look, side: int = 20, shape: Shape = "off", role: str = "muted") -> None:
        super().__init__()
        self._look = look
        self._shape: Shape = shape
        self._role = role
        self._side = side
        self.setFixedSize(side, side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def shape(self) -> Shape:
        """What is drawn."""
        return self._shape

    def change(self, shape: Shape, role: str) -> None:
        """Another shape or colour."""
        if (shape, role) != (self._shape, self._role):
            self._shape, self._role = shape, role
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The shape."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        paint_shape(painter, box, self._shape, self._look.colour(self._role), self._look.colour("panel"))
        painter.end()


class LampLabel(QWidget):
    """Shape and word. :meth:`text` is the word, so that scripts and readers find what the colour means."""

    clicked = Signal()

    def __init__(self, look: Look, size: Size = 14) -> None:
        super().__init__()
        self.mark = ShapeMark(look, 18 if size == 14 else 24)
        self.words = ElidedText("", size, bold=size > 14)
        self._text = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.mark)
        layout.addWidget(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(44)

    def text(self) -> str:
        """The word, whole."""
        return self._text

    def show_lamp(self, lamp: Lamp, text: str) -> None:
        """Take a state and its word."""
        shape, role = SHAPES[lamp]
        self.mark.change(shape, role)
        self._text = text
        self.words.say(text)
        self.words.dress(tone="declined" if lamp is Lamp.BAD else "checking" if lamp is Lamp.WARN else "")
        self.setAccessibleName(text)
        self.setProperty("lamp", lamp.value)

    def shorten(self, word: str) -> None:
        """Draw another word where there is no room; until the next state is shown."""
        self.words.say(word)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click opens the matter."""
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


def show_scanner(label: LampLabel, strip: Strip) -> None:
    """The scanner's lamp; a till without one shows none."""
    label.setVisible(strip.scanner is not None)
    if strip.scanner is not None:
        words = scanner_lamp(strip.scanner)
        label.show_lamp(words.lamp, words.text)
