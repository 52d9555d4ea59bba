"""``stanchion till``: the window first, then everything behind it."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.cli.demo_reader import DemoReader
from app.cli.places import training_issuer
from app.domain.errors import CannotStart
from app.domain.messages import Message
from app.issuer.child import IssuerChild
from app.paths import data_directory, log_file
from app.ui import application as qt
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow
from app.ui.opening import OpenTill, open_till

SWITCH_INTERVAL = 0.0005
"""Seconds between the interpreter's looks at other threads: at its default of 5 ms a busy thread makes a swipe wait
30 ms, at this 1.5 ms (measured)."""

DRAWN_FOR = QSize(1280, 800)
"""What the screens are drawn for: the window opens in this size where the screen has the room."""
TITLE_BAR = 56
"""Pixels a desktop puts above and around a window: on a screen with less than this to spare the last line would lie
below its edge.
"""
Drive = Callable[[MainWindow], object]
"""The tour's hand on the window; what it answers is kept alive as long as the window."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--config", type=Path, help="configuration file; without one the till is in training mode")
    parser.add_argument("--data", type=Path, help="data directory")
    parser.add_argument(
        "--reader",
        default="",
        help="device path or pyserial URL of a plain ASCII reader (9600 8N1)",
    )
    parser.add_argument(
        "--scanner",
        default="",
        help="device path or pyserial URL of a barcode and QR scanner that sends lines (9600 8N1)",
    )
    parser.add_argument("--theme", choices=("system", "light", "dark"), default="system", help="colours")
    parser.add_argument("--resume", action="store_true", help="go on with a journal that is older than its witness")


def run(arguments: argparse.Namespace, drive: Drive | None = None) -> int:
    """Opens the window, then the till behind it; the exit code of the contract."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    data: Path = arguments.data or data_directory(training=arguments.config is None)
    # the training issuer starts while the window is drawn
    try:
        child = training_issuer(data) if arguments.config is None else None
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code
    demo = _demo_reader(arguments) if child is not None else None
    try:
        return Program(arguments, data, child, demo).run(drive)
    finally:
        if demo is not None:
            demo.close()
        if child is not None:
            child.stop()


def _demo_reader(arguments: argparse.Namespace) -> DemoReader | None:
    """A newcomer has no device and no card; where even simulated ones can't be made, the till opens without."""
    try:
        return None if arguments.reader or arguments.scanner else DemoReader()
    except OSError as error:
        print(f"stanchion: no simulated reader: {error.strerror}.", file=sys.stderr)
        return None


def looks(arguments: argparse.Namespace) -> tuple[str, str]:
    """Theme and locale: what the command line says, else the configuration.

    Read here by themselves, because the window comes before everything that checks a configuration. What is wrong in
    it is told by those checks a moment later.
    """
    told: object = None
    if arguments.config is not None:
        try:
            told = tomllib.loads(arguments.config.read_text("utf-8")).get("till")
        except (OSError, ValueError):
            told = None
    table = told if isinstance(told, dict) else {}
    theme = arguments.theme if arguments.theme != "system" else str(table.get("theme", "system"))
    return theme, str(table.get("locale", "en_US"))


def fills(room: QSize, least: QSize) -> bool:
    """Whether the window takes all the room there is: where it would not stand whole beside a title bar. A room too
    small for any till (a screen that is only pretended) changes nothing.
    """
    spare = room - DRAWN_FOR
    holds = room.width() >= least.width() and room.height() >= least.height()
    return holds and (spare.width() < 0 or spare.height() < TITLE_BAR)


def ended_by(fault: BaseException, log: Path) -> str:
    """What a person is told of our own mistake: its kind, never its text, which may carry anything."""
    return (
        f"The till had to stop: a fault of its own ({type(fault).__name__}). What was under way is in the journal "
        f"and is settled at the next start; nothing is taken twice. Start it again, and send {log} to the support."
    )


class Program:
    """The window and, once it is open, the till. The window talks to this: before the till is open nothing happens."""

    def __init__(
        self, arguments: argparse.Namespace, data: Path, child: IssuerChild | None, demo: DemoReader | None = None
    ) -> None:
        self._arguments = arguments
        self._data = data
        self._child = child
        self._demo = demo
        self._opened: OpenTill | None = None
        self._code = 0
        chosen, locale = looks(arguments)
        self._application: QApplication = qt.make_application(sys.argv[:1], locale=locale)
        qt.route_qt_messages()
        self._bridge = Bridge()
        theme = qt.theme_for(chosen)
        self.window = MainWindow(self._send, self, self._bridge, theme, sign_in=self._sign_in)
        room = self.window.screen().availableSize()
        self.window.resize(room.boundedTo(DRAWN_FOR))
        if fills(room, self.window.minimumSize()):
            self.window.setWindowState(Qt.WindowState.WindowMaximized)
        qt.follow_system(self.window, chosen)

    def run(self, drive: Drive | None) -> int:
        """Until the window is closed."""
        QTimer.singleShot(0, self._open)
        driver = drive(self.window) if drive is not None else None
        code = qt.run(self._application, self.window, self._stop)
        del driver
        return self._code or code

    def _open(self) -> None:
        # after the first paint: a single shot of 0 ms may come before it
        if not self.window.isVisible():
            QTimer.singleShot(0, self._open)
            return
        QApplication.processEvents()
        arguments = self._arguments
        try:
            self._opened = open_till(
                self._data,
                self._demo.url if self._demo is not None else arguments.reader,
                arguments.config,
                self._child.contract if self._child is not None else None,
                self._bridge.show,
                self._failed,
                resume=arguments.resume,
                scanner=self._demo.scanner_url if self._demo is not None else arguments.scanner,
            )
        except CannotStart as error:
            print(f"stanchion: {error.sentence}", file=sys.stderr)
            self._code = error.exit_code
            self._application.quit()
            return
        if self._opened.without_log:
            print(f"stanchion: no log is written: {self._opened.without_log}.", file=sys.stderr)
        if self._demo is not None and self._child is not None:
            cards = self._demo.take(self._child.contract()["cards"], self._opened.titles)
            self.window.offer_cards(cards, self._demo.present)
        self._opened.start()

    def _failed(self, fault: BaseException) -> None:
        """A thread of the till ended by a fault: the window must not pretend."""
        print(f"stanchion: {ended_by(fault, log_file(self._data))}", file=sys.stderr)
        self._code = 1
        self._application.quit()

    def _stop(self) -> None:
        if self._opened is not None:
            self._opened.stop()

    def _send(self, message: Message) -> None:
        if self._opened is not None:
            self._opened.send(message)

    def _sign_in(self, operator_id: str, digits: bytearray) -> None:
        if self._opened is not None:
            self._opened.sign_in(operator_id, digits)

    # --- the customer's PIN, digit by digit

    def digit(self, d: int) -> int:
        """One digit; how many are in."""
        return self._opened.pin.digit(d) if self._opened is not None else 0

    def clear(self) -> int:
        """No digits."""
        return self._opened.pin.clear() if self._opened is not None else 0

    def done(self) -> None:
        """Complete."""
        if self._opened is not None:
            self._opened.pin.done()

    def cancel(self) -> None:
        """Given up."""
        if self._opened is not None:
            self._opened.pin.cancel()
