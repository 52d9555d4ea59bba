"""A real till in a process of its own, without a window: what a kill is aimed at.

It is forked from a server that has imported everything, so a life begins in a few milliseconds. Commands come through
a pipe as messages, pictures go back through it; what the parent has received, a cashier has seen.
"""

from __future__ import annotations

import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from app.bootstrap import Place, Wish, start
from app.domain.view import TillView
from app.ui import slip

PAPER = (slip.receipt_lines, slip.card_lines, slip.report_lines)


def live(pipe: Connection, data: Path, config: Path) -> None:
    """One life: until ``None`` comes through the pipe, a SIGTERM, or death."""
    broken: list[str] = []
    ended = threading.Event()
    lock = threading.Lock()

    def show(view: TillView) -> None:
        with lock:
            pipe.send(view)

    def failed(fault: BaseException) -> None:
        broken.append(repr(fault))
        with lock:
            pipe.send(f"a thread ended by {fault!r}")

    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    opened = start(Wish(Place(data), config, None, PAPER, show, failed))
    opened.till.start()
    while not ended.is_set():
        if pipe.poll(0.05):
            message = pipe.recv()
            if message is None:
                break
            opened.till.post(message)
    opened.till.stop()
    pipe.send("stopped")
