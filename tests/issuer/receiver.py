"""Somebody who is told: takes hooks as they arrive and answers what the test says."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = 10


@dataclass
class Told:
    """One delivery as it arrived."""

    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Takes hooks and answers what the test says."""

    daemon_threads = True

    def __init__(self) -> None:
        self.told: queue.Queue[Told] = queue.Queue()
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks?till=7"

    def next(self) -> Told:
        return self.told.get(timeout=SECONDS)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.put(Told({name.lower(): text for name, text in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens until the block ends."""
    with Receiver() as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield listening
        finally:
            listening.shutdown()
            thread.join(SECONDS)
