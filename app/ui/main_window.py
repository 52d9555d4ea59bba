"""The one window: the frame around every screen, and the keyboard contract.

Keys are read here, at the window, whatever has the focus: a button lets Enter and letters through, so that the key
printed on a button works from everywhere. The screen in front is asked first, then the window's own keys. A card is
never read through the keyboard.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.domain.ids import TransactionId
from app.domain.messages import KeyCard, Lock, Message, ShowReceipt, Start, Task, ToggleLine
from app.domain.view import Notice, Screen, TillView, Why
from app.ui.bridge import Bridge
from app.ui.desk import Clock, DemoCard, Desk, PinSession, Send, SignIn, utc_now
from app.ui.look import Look
from app.ui.opening import build_screen
from app.ui.presenters import KEYS, notice_text, why_text
from app.ui.screens.base import ENTER, ScreenWidget, announce
from app.ui.screens.demo_cards import DemoCardsScreen
from app.ui.screens.more import MoreScreen
from app.ui.screens.plain import PlainScreen
from app.ui.text import Say, say
from app.ui.theme import Theme, style_sheet
from app.ui.widgets.parts import let_go
from app.ui.widgets.rail import Rail
from app.ui.widgets.side import COLLAPSE_BELOW, SideColumn
from app.ui.widgets.strip import StatusStrip
from app.ui.widgets.toast import Toast
from app.ui.widgets.topbar import TopBar

DOUBLE_ENTER_MS = 500
"""A second Enter this soon is the same press of a nervous finger."""
TICK_MS = 100
"""Beat of spinners and ages."""


def monotonic_ms() -> int:
    """Milliseconds that never run backwards."""
    return time.monotonic_ns() // 1_000_000


def _there(widget: QWidget | None) -> QWidget | None:
    """A widget that may be none, whatever Qt's stubs say."""
    return widget


class ScreenStack(QStackedWidget):
    """The middle. :meth:`text` and the accessible name carry the :class:`Screen` in front."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("screen")
        self._screen = ""

    def text(self) -> str:
        """Value of the screen in front, such as ``home``."""
        return self._screen

    def setCurrentWidget(self, widget: QWidget) -> None:  # noqa: N802 - Qt's name
        """Turn to a page. The focus stays with what is left: Qt would give it to the first button of the new page, and
        Space would press one that nobody chose.
        """
        left, focus = _there(self.currentWidget()), _there(QApplication.focusWidget())
        if left is not None and left is not widget and focus is not None and left.isAncestorOf(focus):
            let_go(focus)
        super().setCurrentWidget(widget)

    def told(self, screen: Screen) -> None:
        """Remember which one it is."""
        self._screen = screen.value
        self.setProperty("screen", screen.value)
        self.setAccessibleName(screen.value)


class MainWindow(QMainWindow):
    """The till's window.

    Args:
        send: Takes commands, on this thread, at once.
        pin: Where a customer's PIN goes, digit by digit.
        bridge: Brings pictures from other threads.
        theme: Colours to start with.
        sign_in: Takes an operator's id and PIN digits.
        now: The wall clock, for ages and spinners.
        milliseconds: The monotonic clock, for the second Enter.
        look: Scale and colours; made for the primary screen when left out.
    """

    first_picture = Signal()
    """Emitted once, when the first picture is drawn: whatever is slow to import may start now."""

    def __init__(
        self,
        send: Send,
        pin: PinSession,
        bridge: Bridge,
        theme: Theme,
        *,
        sign_in: SignIn,
        now: Clock = utc_now,
        milliseconds: Callable[[], int] = monotonic_ms,
        look: Look | None = None,
    ) -> None:
        super().__init__()
        self.look = look or Look.of_screen(QGuiApplication.primaryScreen(), theme)
        self.look.theme = theme
        self.desk = Desk(self.look, send, pin, sign_in, now)
        self.view: TillView | None = None
        self._milliseconds = milliseconds
        self._last_enter: int | None = None
        self._last_notice: Notice | None = None
        self._screens: dict[Screen, ScreenWidget] = {}
        self._front: ScreenWidget | None = None
        self._cards: DemoCardsScreen | None = None
        self.setWindowTitle(say(Say.APP))
        self.setMinimumSize(1024, 600)
        self._build()
        self.apply_theme(theme)
        bridge.view_changed.connect(self.show_view)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _build(self) -> None:
        self.top = TopBar(self.look)
        self.rail = Rail(self.look)
        self.side = SideColumn(self.look)
        self.strip = StatusStrip(self.look)
        self.stack = ScreenStack()
        self._more = MoreScreen(self.desk)
        self.stack.addWidget(PlainScreen(self.desk, Say.STARTING))
        self.stack.addWidget(self._more)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.side)
        body = QWidget()
        body.setObjectName("window-body")
        outer = QVBoxLayout(body)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top)
        outer.addLayout(middle, 1)
        outer.addWidget(self.strip)
        self.setCentralWidget(body)
        body.setFocus(Qt.FocusReason.OtherFocusReason)  # nobody's place: see let_go
        # before the first picture nothing works, and nothing looks as if it did
        self.rail.setEnabled(False)
        self.toast = Toast(self.look, self.stack)
        self.rail.started.connect(self._start)
        self.rail.more_clicked.connect(self._show_more)
        self.side.opened.connect(self._open_receipt)
        self.strip.queue_clicked.connect(lambda: self._start(Task.QUEUE))
        self.top.lock_clicked.connect(lambda: self._send(Lock()))
        self.top.line_clicked.connect(lambda: self._send(ToggleLine()))
        self._more.chosen.connect(self._close_more)

    # --- pictures -------------------------------------------------------------------------------------------------

    @Slot(object)
    def show_view(self, view: TillView) -> None:
        """Draw a picture. An equal one costs nothing."""
        if view == self.view:
            return
        first, before, self.view = self.view is None, self.view, view
        self.rail.setEnabled(True)
        if before is None or before.strip != view.strip or before.line_cut != view.line_cut:
            self.strip.show_view(view, self.desk.now())
        self.top.show_view(view)
        self.top.show_time(self.desk.now())
        self.rail.show_view(view)
        self.side.show_view(view)
        self._show_screen(view, before)
        self._show_notice(view.notice)
        if first:
            self.first_picture.emit()

    def _show_screen(self, view: TillView, before: TillView | None) -> None:
        widget = self._screens.get(view.screen)
        if widget is None:
            widget = self._screens[view.screen] = build_screen(view.screen, self.desk)
            self.stack.addWidget(widget)
        changed = widget is not self._front
        if changed:
            self.toast.hide()  # it spoke of the screen before; a new notice comes with its own picture
            if self._front is not None:
                self._front.leave()
            self._front = widget
            self.stack.told(view.screen)
            widget.enter()
        if changed or before is None or before.body != view.body or before != view:
            widget.show_view(view)
        above = self._above()
        if changed or above is None:
            self.stack.setCurrentWidget(widget)
        else:
            above.show_view(view)
        self.toast.raise_()

    def _show_notice(self, notice: Notice | None) -> None:
        if notice is None or notice == self._last_notice:
            return
        self._last_notice = notice
        words = notice_text(notice)
        self.toast.show_notice(words)
        announce(self.toast, words.text)

    def offer_cards(self, cards: tuple[DemoCard, ...], present: Callable[[str], None]) -> None:
        """Training with simulated devices: put these cards into the tray behind key D, once."""
        self.desk.tray.cards, self.desk.tray.present = cards, present
        self._cards = DemoCardsScreen(self.desk)
        self._cards.chosen.connect(self._close_more)
        self.stack.addWidget(self._cards)
        self.top.offer_cards()
        self.top.cards_clicked.connect(self._show_cards)

    def _show_cards(self) -> None:
        if self._cards is not None and self.view is not None and self.view.operator is not None:
            self.stack.setCurrentWidget(self._cards)

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours, everywhere."""
        self.look.theme = theme
        self.setStyleSheet(style_sheet(theme, self.look.key, self.look.touch))
        self.update()

    def _tick(self) -> None:
        now = self.desk.now()
        self.top.show_time(now)
        if self.view is not None:
            self.strip.queue.show_view(self.view, now)
        if self._front is not None:
            self._front.tick()

    # --- commands -------------------------------------------------------------------------------------------------

    def _send(self, message: Message) -> None:
        self.desk.send(message)

    def _start(self, task: Task) -> None:
        if self.view is None:
            return
        whys = {shown.task: shown.why for shown in self.view.tasks}
        if task not in whys:
            return
        why = whys[task]
        if why is not None:
            self._explain(why, task)
            return
        self._close_more()
        self._send(Start(task))

    def _explain(self, why: Why, task: Task | None) -> None:
        words = why_text(why, task)
        self.toast.show_notice(words)
        announce(self.toast, words.text)

    def _open_receipt(self, transaction_id: TransactionId) -> None:
        self._send(ShowReceipt(transaction_id))

    def _show_more(self) -> None:
        if self.view is None or self.view.operator is None:
            return
        held = next((why for why in (Why.BUSY, Why.STOPPED) if why in {shown.why for shown in self.view.tasks}), None)
        if held is not None:
            self._explain(held, None)
        else:
            self._more.show_view(self.view)
            self.stack.setCurrentWidget(self._more)

    def _above(self) -> MoreScreen | DemoCardsScreen | None:
        """The window's own list that lies above the till's screen, if one does."""
        current = self.stack.currentWidget()
        return current if isinstance(current, MoreScreen | DemoCardsScreen) else None

    def _close_more(self) -> None:
        if self._front is not None:
            self.stack.setCurrentWidget(self._front)

    # --- keys -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard contract: the screen in front first, then the window's own keys."""
        key, text = event.key(), event.text()
        command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.isAutoRepeat() and key != int(Qt.Key.Key_Backspace):
            return
        if event.modifiers() & command or self.view is None or self._front is None:
            super().keyPressEvent(event)
            return
        if key in ENTER and not self._fresh_enter():
            return
        if key not in ENTER:
            self._last_enter = None  # something was typed in between: the next Enter is meant
        above = self._above()
        if above is not None and above.key(key, text):
            return
        # what lies behind a list of the window's own hears nothing meanwhile
        used = self._window_key(key, covered=above is not None)
        used = used or (above is None and self._front.key(key, text)) or self._letter(text)
        if not used:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name and signature
        """Tab: a screen that has something to change by it comes before the next button."""
        focus, asked = _there(QApplication.focusWidget()), self._above() or self._front
        # Qt calls this, too, when what has the focus is hidden or dimmed, and then nobody pressed Tab
        pressed = focus is None or (focus.isVisible() and focus.isEnabled())
        return (pressed and asked is not None and asked.tab(forward=forward)) or super().focusNextPrevChild(forward)

    def _fresh_enter(self) -> bool:
        now = self._milliseconds()
        fresh = self._last_enter is None or now - self._last_enter >= DOUBLE_ENTER_MS
        if fresh:
            self._last_enter = now
        return fresh

    def _window_key(self, key: int, *, covered: bool) -> bool:
        """Function keys. A screen may take one first (F2 on the amount opens the basket)."""
        front, view = self._front, self.view
        assert front is not None
        assert view is not None
        if key in KEYS:
            if covered or not front.key(key, ""):
                self._start(KEYS[key])
        elif key == int(Qt.Key.Key_F7):
            self._show_more()
        elif key == int(Qt.Key.Key_F10):
            self._send(Lock())
        elif key == int(Qt.Key.Key_F12) and view.training:
            self._send(ToggleLine())
        else:
            return False
        return True

    def _letter(self, text: str) -> bool:
        """K keys a card and D opens the tray of a training till, unless somebody is writing a reason."""
        if isinstance(QApplication.focusWidget(), QLineEdit):
            return False
        if text.lower() == "d" and self._cards is not None:
            self._show_cards()
        elif text.lower() == "k":
            self._close_more()
            self._send(KeyCard())
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Narrow windows do without the right column."""
        super().resizeEvent(event)
        self.side.setVisible(event.size().width() >= COLLAPSE_BELOW)
        self.toast.place()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A new palette means new colours for everything painted by hand."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()
