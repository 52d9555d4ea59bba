"""A line that is listened to: bytes go through unchanged, and what a till said is kept, request by request."""

from __future__ import annotations

import io
import socket
import threading
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True)
class Heard:
    """One request as it stood on the line."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Tap:
    """Listens on loopback for one host while the ``with`` lasts."""

    def __init__(self, host_port: int) -> None:
        self._host_port = host_port
        self._said: list[bytearray] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Tap:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        for thread in self._threads:
            thread.join(10)
        for connection in self._open:
            connection.close()

    def heard(self) -> list[Heard]:
        """Every whole request so far, connection by connection."""
        with self._lock:
            return [request for said in self._said for request in _requests(bytes(said))]

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args)  # type: ignore[arg-type]  # methods of this class
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._listener.accept()
            except OSError:
                return
            host = socket.create_connection(("127.0.0.1", self._host_port))
            said = bytearray()
            with self._lock:
                self._open += [till, host]
                self._said.append(said)
            self._start(self._carry, till, host, said)
            self._start(self._carry, host, till, bytearray())

    def _carry(self, source: socket.socket, target: socket.socket, said: bytearray) -> None:
        try:
            while data := source.recv(65536):
                with self._lock:
                    said += data
                target.sendall(data)
        except OSError:
            pass
        _shut(target)  # whichever side hangs up, the other hears of it


def _requests(said: bytes) -> list[Heard]:
    found: list[Heard] = []
    stream = io.BytesIO(said)
    while line := stream.readline().decode():
        method, path, _ = line.split(" ")
        headers: dict[str, str] = {}
        while (line := stream.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        found.append(Heard(method, path, headers, stream.read(int(headers.get("content-length", "0")))))
    return found


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
