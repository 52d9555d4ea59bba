"""The small parts every screen is made of: labels in the six sizes, panels, rows and columns on the grid of eight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMainWindow,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.look import STEP, Size, font

Box = TypeVar("Box", bound=QBoxLayout)
Tone = Literal["", "approved", "checking", "declined", "information", "primary"]


class Text(QLabel):
    """A label in one of the till's sizes; its accessible name is its text."""

    def __init__(
        self,
        text: str = "",
        size: Size = 16,
        *,
        bold: bool = False,
        muted: bool = False,
        tone: Tone = "",
        wrap: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__()
        self.setProperty("typesize", str(size))
        self.setProperty("bold", bold)
        self.setProperty("muted", muted)
        self.setProperty("tone", tone)
        self.setFont(font(size, bold=bold))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.say(text)

    def say(self, text: str) -> None:
        """Show a text; nothing happens when it is the one that stands there."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def dress(self, *, tone: Tone = "", muted: bool = False) -> None:
        """Change colour by role."""
        if self.property("tone") == tone and self.property("muted") == muted:
            return
        self.setProperty("tone", tone)
        self.setProperty("muted", muted)
        self.style().unpolish(self)
        self.style().polish(self)

    def resize_type(self, size: Size) -> None:
        """Change the size of type."""
        if self.property("typesize") == str(size):
            return
        self.setProperty("typesize", str(size))
        self.setFont(font(size, bold=bool(self.property("bold"))))
        self.style().unpolish(self)
        self.style().polish(self)


class ElidedText(Text):
    """A label that gives way: what does not fit ends in dots, and the whole of it is in the tool tip."""

    def __init__(self, text: str = "", size: Size = 14, *, bold: bool = False) -> None:
        super().__init__(text, size, bold=bold)
        self.setProperty("elides", True)  # noqa: FBT003 - Qt's signature

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few letters."""
        return QSize(min(48, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """As much as fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if text != self.text() else "")
        painter.drawText(self.rect(), self.alignment(), text)
        painter.end()


def frame(part: str, layout: QLayout | None = None) -> QFrame:
    """A frame that the style sheet knows as ``part``: panel, tint, rule, top, rail, side, strip."""
    result = QFrame()
    result.setProperty("part", part)
    if layout is not None:
        result.setLayout(layout)
    return result


def rule() -> QFrame:
    """A hairline."""
    result = frame("rule")
    result.setFixedHeight(1)
    return result


def column(items: Iterable[QWidget | QLayout | int] = (), *, gap: int = 1, margin: int = 0) -> QVBoxLayout:
    """Things below each other. ``gap`` and ``margin`` count steps of eight; an int item is a stretch of that weight."""
    return _filled(QVBoxLayout(), items, gap, margin)


def row(items: Iterable[QWidget | QLayout | int] = (), *, gap: int = 1, margin: int = 0) -> QHBoxLayout:
    """Things beside each other; see :func:`column`."""
    return _filled(QHBoxLayout(), items, gap, margin)


def _filled(box: Box, items: Iterable[QWidget | QLayout | int], gap: int, margin: int) -> Box:
    box.setSpacing(gap * STEP)
    box.setContentsMargins(margin * STEP, margin * STEP, margin * STEP, margin * STEP)
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addStretch(item)
    return box


def page(items: Iterable[QWidget | QLayout | int], *, gap: int = 1) -> QVBoxLayout:
    """The outermost column of a screen: 24 px at the sides, 16 above and below."""
    box = column(items, gap=gap)
    box.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
    return box


def let_go(widget: QWidget) -> None:
    """The focus leaves a widget, if it has it, for the window's ground: no key means anything there, and no ring shows.
    A window in which nothing has the focus would give it to its first button whenever it comes to the front.
    """
    window = widget.window()
    ground = window.centralWidget() if isinstance(window, QMainWindow) else None
    if not widget.hasFocus():
        return
    if ground is not None:
        ground.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        widget.clearFocus()


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        inner = item.layout()
        if inner is not None:
            empty(inner)
