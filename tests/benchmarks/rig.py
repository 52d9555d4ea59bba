"""The whole till in one process: real threads, real journal, real window, a reader on a pty, an issuer beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.backends.base import Backend, Surroundings
from app.backends.providers.swedbankpay_settings import FACE
from app.backends.registry import open_backend
from app.crypto.pinblock import PinBlockFormat
from app.domain.messages import Message
from app.domain.view import TillView
from app.issuer.orders import Labels, NewCard
from app.issuer.server import IssuerHost
from app.service.clock import SystemClock
from app.service.lanes import PER_FACE
from app.service.printing import FilePrinter, Renderer
from app.service.running import RunningTill
from app.ui import slip
from app.ui.bridge import Bridge
from app.ui.look import Look
from app.ui.main_window import MainWindow
from app.ui.theme import LIGHT
from hardware.link.serial_port import SerialLink
from hardware.registry import driver
from hardware.supervisor import DeviceThread, Supervisor
from tests.benchmarks.shop import DOWN, LIMITS, UP_PREFIX, WHO, number_of, open_journal, setup

OPENING = 10_000_000
"""What each card of the benchmark has, in minor units: never the reason for a no."""


class Issuer:
    """The issuer host as a process of its own, on SQLite, with as many cards as wanted."""

    def __init__(self, folder: Path, cards: int) -> None:
        database = f"sqlite:///{folder / 'issuer.db'}"
        host = IssuerHost(database)
        merchant = host.keys.credentials.merchants[0]
        self.accounts: dict[str, str] = {}
        for index in range(cards):
            number = number_of(UP_PREFIX, index)
            posted = host.desk.issue(NewCard(number, "123", date(2031, 12, 31), "NOK", OPENING), merchant, Labels())
            self.accounts[number] = posted.account.account_id
        host.stop()
        self.database = folder / "issuer.db"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "issuer", "--json", "--database", database, "--faces", FACE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.contract: dict[str, Any] = json.loads(self._process.stdout.readline())

    @property
    def pid(self) -> int:
        """Whose memory and time it is."""
        return self._process.pid

    def stop(self) -> None:
        """Its stdin ends, and so does it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


def backends(contract: dict[str, Any] | None, port: int | None = None, lanes: int = PER_FACE) -> Mapping[str, Backend]:
    """One backend that answers (or none), and one that refuses every connection.

    Args:
        contract: The issuer's.
        port: Where to find it instead, for a line that is slow.
        lanes: Calls in flight.
    """
    nowhere = {
        "base_url": "http://127.0.0.1:9/api",
        "token_url": "http://127.0.0.1:9/token",
        "client_id": "c",
        "client_secret": "s",
        "hmac_user": "u",
        "hmac_secret": "h",
        "merchant_id": "m",
    }
    table = dict(contract["faces"][FACE]) if contract else dict(nowhere)
    if contract and port:
        listening = contract["listening"]
        for name in ("base_url", "token_url"):
            table[name] = table[name].replace(listening, f"http://127.0.0.1:{port}")
    around = Surroundings(lanes=lanes)
    return {
        FACE: open_backend(FACE, {**table, "repeat_checked_first": True}, around),
        DOWN: open_backend(FACE, nowhere, around),
    }


def running_till(
    directory: Path,
    contract: dict[str, Any] | None,
    show: Callable[[TillView], None],
    *,
    port: int | None = None,
    lanes: int = PER_FACE,
) -> RunningTill:
    """A till as bootstrap would make it, on two backends."""
    journal, vault = open_journal(directory)
    clock = SystemClock()
    renderer = Renderer(slip.receipt_lines, slip.card_lines, slip.report_lines)
    faults: list[BaseException] = []
    return RunningTill(
        journal=journal,
        reopen=lambda: open_journal(directory)[0],
        setup=setup(),
        limits=LIMITS,
        backends=backends(contract, port, lanes),
        printer=lambda post, failed: FilePrinter(directory / "slips", renderer, post, failed),
        pin_key=(PinBlockFormat.ISO_0, bytes(range(16))),
        cut=lambda _cut: None,
        show=show,
        clock=clock,
        card_key=vault.card_key,
        operator=WHO,
        failed=faults.append,
        per_face=lanes,
    )


class PaintedWindow(MainWindow):
    """The window, telling when a picture is on the (offscreen) screen: its update request has been carried out."""

    painted_at = 0

    def event(self, event: QEvent) -> bool:
        """Qt's road to everything."""
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self.painted_at = time.monotonic_ns()
            if self.view is not None and self.after_paint is not None:
                self.after_paint(self.view)
        return done

    after_paint: Callable[[TillView], None] | None = None


class NoPin:
    """Nobody enters a PIN here."""

    def digit(self, d: int) -> int:
        return d * 0

    def clear(self) -> int:
        return 0

    def done(self) -> None:
        return

    def cancel(self) -> None:
        return


class Rig:
    """Till, window and reader. Drive it by messages and swipes; it answers with pictures."""

    def __init__(self, directory: Path, contract: dict[str, Any] | None, reader: Path | None) -> None:
        running = QApplication.instance()
        self.application = running if isinstance(running, QApplication) else QApplication(["benchmarks"])
        self.bridge = Bridge()
        self.till = running_till(directory, contract, self.bridge.show)
        self.window = PaintedWindow(
            self.till.post, NoPin(), self.bridge, LIGHT, sign_in=lambda _who, _digits: None, look=Look(LIGHT)
        )
        self.window.resize(1280, 800)
        if reader is not None:
            kind = driver("ascii")
            self.till.add_device(
                lambda sink: DeviceThread(
                    Supervisor("reader", kind.build("reader", {}), SerialLink(str(reader), kind.line({})), sink),
                    "reader",
                )
            )

    def start(self) -> None:
        """The window, then the till."""
        self.window.show()
        self.till.start()

    def say(self, *messages: Message) -> None:
        """As the window's buttons do."""
        for message in messages:
            self.till.post(message)

    def until(self, wanted: Callable[[TillView], bool], seconds: float = 30.0) -> TillView:
        """Runs the window until a picture that is wanted has been painted."""
        view = self.window.view
        if view is not None and wanted(view):
            return view
        loop = QEventLoop()
        late = QTimer()
        late.setSingleShot(True)
        late.timeout.connect(loop.quit)
        late.start(round(seconds * 1000))
        self.window.after_paint = lambda shown: loop.quit() if wanted(shown) else None
        loop.exec()
        self.window.after_paint = None
        view = self.window.view
        if view is None or not wanted(view):
            raise TimeoutError("the picture did not come")
        return view

    def pause(self, milliseconds: int) -> None:
        """The window runs, nobody does anything."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def close(self) -> None:
        """Everything ends."""
        self.till.stop()
        self.window.close()
        self.window.deleteLater()
