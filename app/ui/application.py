"""Qt's application as the till needs it: fonts, colours, messages, signals of the operating system, failures.

Three things Qt does not do by itself are done here. Ctrl-C and SIGTERM wake the event loop through a socket (a Python
handler alone would wait for the next event). Qt's own messages go to the log. An exception in a slot, in a thread or in
the interpreter marks the run as failed, so that the program does not end with code 0 after it.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from types import TracebackType

from PySide6.QtCore import (
    QLocale,
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QRawFont
from PySide6.QtWidgets import QApplication

from app.ui.main_window import MainWindow
from app.ui.theme import DARK, LIGHT, Theme, high_contrast

log = logging.getLogger(__name__)

FAMILY = "Inter"
CHECKED_GLYPHS = "£€•✓"
"""Must be drawable, or a till shows boxes where an amount should be."""
THEMES = {"light": LIGHT, "dark": DARK}


class Failures:
    """Whether anything went wrong that nobody caught. ``code`` is 0 until then."""

    def __init__(self) -> None:
        self.code = 0

    def mark(self, kind: type[BaseException], where: str) -> None:
        """Remember a failure. The text of the exception stays out of the log: it may quote what it choked on."""
        self.code = 1
        log.critical("unhandled %s in %s", kind.__name__, where)


def make_application(arguments: Sequence[str], *, locale: str = "en_US") -> QApplication:
    """The one QApplication: Fusion as ground for the style sheet, Inter as font, separators of ``locale``.

    Font engines need a display decision first: the caller sets ``QT_QPA_PLATFORM`` before this module is imported.
    """
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(list(arguments))
    application.setApplicationName("Stanchion")
    application.setApplicationDisplayName("Stanchion")
    application.setDesktopFileName("stanchion")
    application.setStyle("Fusion")
    QLocale.setDefault(QLocale(locale))
    load_fonts(application)
    return application


def load_fonts(application: QApplication) -> str:
    """Load the bundled Inter and make it the application's font; the system's font where it is not there.

    Returns:
        The family in use.
    """
    folder = files("resources").joinpath("fonts")
    for name in sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []:
        if name.endswith((".otf", ".ttf")):
            with as_file(folder.joinpath(name)) as path:
                QFontDatabase.addApplicationFont(str(path))
    font = QFont(FAMILY) if FAMILY in QFontDatabase.families() else QFont(application.font())
    font.setPixelSize(16)
    font.setFeature(QFont.Tag("tnum"), 1)
    application.setFont(font)
    raw = QRawFont.fromFont(font)
    missing = [glyph for glyph in CHECKED_GLYPHS if not raw.supportsCharacter(ord(glyph))]
    if missing:
        log.warning("the font %s lacks %s", font.family(), " ".join(missing))
    return font.family()


def theme_for(choice: str = "system") -> Theme:
    """``light``, ``dark``, or what the desktop says; with more contrast where the desktop asks for it."""
    hints = QGuiApplication.styleHints()
    named = THEMES.get(choice)
    theme = named or (DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT)
    return (
        high_contrast(theme)
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        else theme
    )


def follow_system(window: MainWindow, choice: str = "system") -> None:
    """Change the window's colours when the desktop changes its mind, unless the theme was chosen by hand."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(lambda _scheme: window.apply_theme(theme_for(choice)))
    hints.accessibility().contrastPreferenceChanged.connect(lambda _more: window.apply_theme(theme_for(choice)))


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "qt: %s (%s)", text, context.category or "default")


def route_qt_messages() -> None:
    """Qt's messages into the log instead of onto the terminal."""
    qInstallMessageHandler(_qt_message)


@contextmanager
def failure_hooks(failures: Failures) -> Iterator[None]:
    """Uncaught exceptions of slots and threads mark the run as failed; the old hooks come back afterwards."""
    old_hook, old_thread = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        failures.mark(kind, _where(trace))
        old_hook(kind, value, trace)

    def thread_hook(caught: threading.ExceptHookArgs) -> None:
        failures.mark(caught.exc_type, _where(caught.exc_traceback))
        old_thread(caught)

    sys.excepthook, threading.excepthook = hook, thread_hook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = old_hook, old_thread


def _where(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"


class SignalWatch(QObject):
    """SIGINT and SIGTERM into the event loop: each is emitted as :attr:`caught` on the window's thread.

    Must be made on the main thread. :meth:`close` gives the signals back.
    """

    caught = Signal(int)

    def __init__(self, numbers: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM)) -> None:
        super().__init__()
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.settimeout(0)
        self._old_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, self._quiet) for number in numbers}
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)

    @staticmethod
    def _quiet(number: int, _frame: object) -> None:
        """A Python handler must exist for the wake-up byte to be written; the byte does the work."""

    def _wake(self) -> None:
        try:
            # a few signals may have piled up; one stop is enough
            numbers = self._reader.recv(64)
        except BlockingIOError:
            return
        for number in numbers[:1]:
            self.caught.emit(number)

    def close(self) -> None:
        """Old handlers and descriptor back, sockets closed."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_descriptor)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()


def run(application: QApplication, window: MainWindow, stop: Callable[[], None]) -> int:
    """Show the window and run until it is closed or the system says stop.

    Args:
        stop: Called once, on this thread, after the loop ended: a clean stop of the service.

    Returns:
        0, or 1 when anything failed that nobody caught.
    """
    failures = Failures()
    with failure_hooks(failures):
        watch = SignalWatch()
        watch.caught.connect(lambda _number: application.quit())
        window.show()
        code = application.exec()
        watch.close()
        stop()
    return failures.code or code
