"""Figures with a caption: the tiles of the manager's view and the totals of the queue; and the bar of a run."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.ui.look import Look, Shape, Size, fitting, font
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, column, frame, row


class Figure(QWidget):
    """A number painted as large as fits its width: never cut, never wrapped."""

    def __init__(self, look: Look, sizes: tuple[Size, ...] = (28, 20, 16)) -> None:
        super().__init__()
        self._look = look
        self._sizes = sizes
        self._text = ""
        self._role = "ink"
        self.setFixedHeight(QFontMetrics(font(sizes[0], bold=True)).height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What stands there."""
        return self._text

    def say(self, text: str, role: str = "ink") -> None:
        """Another number, in a role's colour."""
        if (text, role) != (self._text, self._role):
            self._text, self._role = text, role
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the number at its largest."""
        return QSize(QFontMetrics(font(self._sizes[0], bold=True)).horizontalAdvance(self._text) + 2, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the number at its smallest."""
        return QSize(QFontMetrics(font(self._sizes[-1], bold=True)).horizontalAdvance(self._text) + 2, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """On the base line of the largest size, so that neighbours line up."""
        painter = QPainter(self)
        painter.setFont(fitting(self._text, self.width(), self._sizes))
        painter.setPen(self._look.colour(self._role))
        base = QFontMetrics(font(self._sizes[0], bold=True)).ascent()
        painter.drawText(0, base, self._text)
        painter.end()


class Tile(QFrame):
    """Caption, figure, one line below; a shape where it must be looked at."""

    def __init__(self, look: Look, caption: str) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._caption = caption
        self.figure = Figure(look)
        self._under = Text("", 14, muted=True, wrap=True)
        self._mark = ShapeMark(look, 18, "none")
        head = row([Text(caption, 14, bold=True, muted=True, wrap=True), self._mark])
        head.setStretch(0, 1)
        layout = column([head, self.figure, self._under], gap=0)
        layout.setContentsMargins(14, 10, 14, 10)
        self.setLayout(layout)

    def show_figure(self, text: str, under: str, shape: Shape = "none", role: str = "ink") -> None:
        """A figure, its line and, where it must be looked at, a shape and a colour."""
        self.figure.say(text, role)
        self._under.say(under)
        self._mark.change(shape, role)
        self.setAccessibleName(f"{self._caption}: {text}, {under}")


class Total(QWidget):
    """A large figure with its caption below, without a panel."""

    def __init__(self, look: Look, caption: str = "", sizes: tuple[Size, ...] = (44, 28, 20)) -> None:
        super().__init__()
        self.figure = Figure(look, sizes)
        self._caption = Text(caption, 14, muted=True)
        self.setLayout(column([self.figure, self._caption], gap=0))

    def show_figure(self, text: str, role: str = "ink", caption: str = "") -> None:
        """The figure, and another caption where it changes."""
        self.figure.say(text, role)
        if caption:
            self._caption.say(caption)
        self.setAccessibleName(f"{text} {self._caption.text()}")


class Progress(QWidget):
    """How far a run is: a bar that fills. What failed fills it in another colour, and is said in words beside it."""

    def __init__(self, look: Look, height: int = 8) -> None:
        super().__init__()
        self._look = look
        self._done = 0
        self._failed = 0
        self._total = 1
        self.setFixedHeight(height)

    def show_progress(self, done: int, total: int, failed: int = 0) -> None:
        """``done`` of ``total``, and ``failed`` besides."""
        self._done, self._total = max(0, min(done, total)), max(1, total)
        self._failed = max(0, min(failed, self._total - self._done))
        self.setAccessibleName(f"{self._done} / {self._total}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Track and fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("pressed"))
        round_by = self.height() // 2
        painter.drawRoundedRect(QRectF(self.rect()), round_by, round_by)
        # the longer one first, and the done part over its beginning
        for part, role in ((self._done + self._failed, "declined"), (self._done, "information")):
            if part and (role == "information" or self._failed):
                painter.setBrush(self._look.colour(role))
                width = max(self.height(), self.width() * part // self._total)
                painter.drawRoundedRect(QRectF(0, 0, width, self.height()), round_by, round_by)
        painter.end()


def panel_of(*items: QWidget | int, margin: int = 2) -> QFrame:
    """Things below each other on a panel."""
    return frame("panel", column(items, margin=margin))
