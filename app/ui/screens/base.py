"""What every screen is: a widget in the middle of the window that draws one kind of body and answers to keys.

To add a screen: write a file here with a subclass of :class:`ScreenWidget`, draw in ``show_body``, answer keys in
``key``, give the widgets that scripts and readers look for a name with :meth:`ScreenWidget.tell`, and enter the class
in :mod:`app.ui.screens.registry`.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.messages import Back, Confirm
from app.domain.view import TillView
from app.ui.desk import Desk
from app.ui.look import Look

ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
ESCAPE = int(Qt.Key.Key_Escape)
BACKSPACE = int(Qt.Key.Key_Backspace)
DELETE = int(Qt.Key.Key_Delete)
"""Forgets all that was typed, like the key of that name on the keypad."""
MOST_WIDTH, MOST_HEIGHT = 1040, 800
"""On a large screen the words and keys of one sale stay together: eyes and hands travel no further than on a small
one."""


class ScreenWidget(QWidget):
    """One screen.

    A screen keeps no state of the till, only of the hands: digits being typed, the row that is selected. It is built
    once and shown again; :meth:`enter` is called whenever it becomes the one in the middle.
    """

    spread: ClassVar[bool] = False
    """Whether this screen uses all the room there is (long lists do)."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.view: TillView | None = None
        self._told: dict[str, QWidget] = {}
        self._margins: QMargins | None = None
        self.setProperty("ground", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    @property
    def look(self) -> Look:
        """Colours, fonts and scale."""
        return self.desk.look

    def tell(self, name: str, widget: QWidget) -> None:
        """Give a widget an object name of the contract (``amount``, ``balance``, ``outcome`` ...).

        The name is on the widget only while this screen is shown, so that a search finds the one in front.
        """
        self._told[name] = widget

    def enter(self) -> None:
        """This screen comes to the front. Overriders call ``super().enter()`` and forget what was typed before."""
        for name, widget in self._told.items():
            widget.setObjectName(name)

    def leave(self) -> None:
        """Another screen comes to the front. Overriders call ``super().leave()`` and wipe what must not stay."""
        for widget in self._told.values():
            widget.setObjectName("")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what belongs together together, in the middle."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is None or self.spread:
            return
        if self._margins is None:
            self._margins = layout.contentsMargins()
        beside = max(0, event.size().width() - MOST_WIDTH) // 2
        above = max(0, event.size().height() - MOST_HEIGHT) // 2
        layout.setContentsMargins(self._margins + QMargins(beside, above, beside, above))

    def show_view(self, view: TillView) -> None:
        """Take a picture and draw it."""
        self.view = view
        self.show_body(view)

    def show_body(self, view: TillView) -> None:
        """Draw ``view.body``."""
        raise NotImplementedError

    def tick(self) -> None:
        """About ten times a second while this screen is in front: spinners and ages."""

    def tab(self, *, forward: bool) -> bool:  # noqa: ARG002 - overriders read it
        """Tab, or Shift and Tab. Whether it was used; by default it goes to the next button."""
        return False

    def key(self, key: int, text: str) -> bool:  # noqa: ARG002 - overriders read it
        """A key pressed anywhere in the window.

        Args:
            key: Qt's key code; ``text`` what it types.

        Returns:
            Whether it was used. By default Enter confirms and Escape goes back.
        """
        if key in ENTER:
            self.desk.send(Confirm())
            return True
        if key == ESCAPE:
            self.desk.send(Back())
            return True
        return False


def digit_of(text: str) -> int | None:
    """The digit a key types, or None. Only 0 to 9: other scripts' digits are not ours."""
    return int(text) if len(text) == 1 and text in "0123456789" else None


def announce(widget: QWidget, text: str) -> None:
    """Say something to a screen reader at once, without moving the focus."""
    event = QAccessibleAnnouncementEvent(widget, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
