"""A peer that can do on a real socket what a well-behaved server never would.

It answers like a small Swedbank host (a token, balances, payments booked on sight) unless the test has queued a reply
for the next calls. Every request is kept with its exact path and bytes.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

Json = dict[str, Any]

BASE = "/payment-api/api/payments"
TOKEN = "/authorization/oauth/token"
ACCOUNT = "PP-2053658"


@dataclass(frozen=True)
class Received:
    """One request as it stood on the wire. ``connection`` counts connections from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Reply:
    """Bytes to send. ``hold`` keeps the connection open and silent afterwards; ``drip`` sends byte by byte."""

    data: bytes = b""
    close: bool = False
    hold: bool = False
    drip: bool = False


Answering = Reply | Callable[[Received], Reply]


def http(status: int, body: bytes, kind: str = "application/json", *headers: str, close: bool = False) -> Reply:
    """A well-formed response."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return Reply("\r\n".join([*lines, "", ""]).encode() + body, close=close)


def reply(values: Any, status: int = 200) -> Reply:
    """A JSON response."""
    return http(status, json.dumps(values).encode())


def problem(status: int, text: str) -> Reply:
    """A refusal as the platform writes them."""
    return http(status, json.dumps({"status": status, "message": text}).encode(), "application/problem+json")


def payment(received: Received, state: str = "OK", **changes: Any) -> Json:
    """The answer to a payment, capture, reversal or cancel."""
    asked = received.json
    kind = {"capture": "transactionId", "reversal": "transactionId", "cancel": "operationId"}
    answer: Json = {
        "state": state,
        "paymentOrderRef": asked["paymentOrderRef"],
        "paymentTransactionRef": asked["paymentTransactionRef"],
        kind.get(received.path.rpartition("/")[2], "paymentId"): "4526987",
        "_links": [],
    }
    for name in ("amount", "currency"):
        if name in asked:
            answer[name] = asked[name]
    return answer | changes


def booked(state: str = "OK", status: int = 200, **changes: Any) -> Callable[[Received], Reply]:
    """A reply in which the payment has this state, with fields changed or added."""
    return lambda received: reply(payment(received, state, **changes), status)


def balance(account_id: object = ACCOUNT, minor: object = 10000, currency: str = "NOK") -> Json:
    """The answer to balance."""
    summary = {"accountId": account_id, "balance": minor, "currency": currency, "expiryDate": "2029-12-31"}
    return {"paymentAccount": {"accountSummary": summary, "issuerSummary": {}}, "_links": {"self": "odd"}}


class Peer:
    """Listens on loopback while the ``with`` lasts."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.received: list[Received] = []
        self.closed = threading.Event()
        self.tokens: deque[Answering] = deque()
        self._queue: deque[Answering] = deque()
        self._tokens_given = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._count = 0

    def __enter__(self) -> Peer:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        for thread in self._threads:
            thread.join(10)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def then(self, *answers: Answering) -> None:
        """Queues replies for the next calls; tokens are not counted."""
        self._queue.extend(answers)

    def calls(self, ending: str = "") -> list[Received]:
        """What arrived besides token calls, where the path ends so."""
        with self._lock:
            return [item for item in self.received if item.path != TOKEN and item.path.endswith(ending)]

    def token_calls(self) -> list[Received]:
        with self._lock:
            return [item for item in self.received if item.path == TOKEN]

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(connection)
                self._count += 1
                number = self._count
            self._start(self._serve, connection, number)

    def _serve(self, plain: socket.socket, number: int) -> None:
        connection = plain
        if self._tls is not None:
            try:
                connection = self._tls.wrap_socket(plain, server_side=True)
            except OSError:  # the client did not like our certificate
                plain.close()
                return
        with connection, connection.makefile("rb") as stream:
            try:
                while not self._over.is_set() and self._one(connection, stream, number):
                    pass
            except OSError:
                pass
            _shut(connection)
        self.closed.set()

    def _one(self, connection: socket.socket, stream: Any, number: int) -> bool:
        line = stream.readline().decode()
        if not line:
            return False
        method, path, _ = line.split(" ")
        headers: dict[str, str] = {}
        while (line := stream.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        received = Received(method, path, headers, body, number)
        with self._lock:
            self.received.append(received)
            answer = self._choose(received)
        made = answer if isinstance(answer, Reply) else answer(received)
        return self._say(connection, made)

    def _say(self, connection: socket.socket, made: Reply) -> bool:
        if made.drip:
            for place in range(len(made.data)):
                connection.sendall(made.data[place : place + 1])
                if self._over.wait(0.02):
                    return False
        else:
            connection.sendall(made.data)
        if made.hold:
            self._over.wait(30)
        return not (made.close or made.hold)

    def _choose(self, received: Received) -> Answering:
        if received.path == TOKEN:
            self._tokens_given += 1
            token = {"access_token": f"token-{self._tokens_given}", "token_type": "Bearer", "expires_in": 3600}
            return self.tokens.popleft() if self.tokens else reply(token)
        if self._queue:
            return self._queue.popleft()
        name = received.path.rpartition("/")[2]
        if name == "balance":
            return reply(balance())
        if name == "ping":
            return reply({"state": "OK"})
        return booked() if received.method == "POST" else problem(404, "no such payment")


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
