"""The door: ``POST /hooks/{backend}`` over plain HTTP, for vendors who come through a tunnel or a proxy that ends TLS.

Whoever is outside may send anything, at any speed. So everything has a bound: the head by bytes and by fields, the
body, the time for either, the life of a connection, and how many there are. One request a connection: a vendor brings a
hook now and then, and a connection that is kept open is one more thing to wait for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.backends.hooks.base import MAX_BODY
from app.hooks.receiver import Receiver
from app.storage.hook_store import BEAT

ROOT = "/hooks/"
MAX_HEAD = 16 * 1024
"""Bytes of the request line and all header fields: a vendor's are under 1 KB, a proxy's not much more."""
MAX_FIELDS = 64
"""Header fields; a vendor sends a dozen, and each proxy on the way a few."""
MAX_DRAINED = 4 * MAX_BODY
"""What is read and thrown away of a body that is too long, so that its sender hears why."""
BODY_SECONDS = 5.0
"""Both vendors give up on an answer after five seconds themselves."""
CONNECTION_SECONDS = 10.0
"""From the first byte to the last, whatever comes in between; then it is cut."""
MAX_CONNECTIONS = 64
"""A vendor tells of one card at a time; more than this is somebody else, and gets 503."""

_BACKLOG = 64
_START_SECONDS = 15.0
_STOP_SECONDS = 15.0
_GRACE_SECONDS = 2

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class _Brief(H11Protocol):
    """uvicorn's HTTP connection with an end: it has no time limit of its own for a head that comes drop by drop."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        super().connection_made(transport)
        self._end = self.loop.call_later(CONNECTION_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    """uvicorn's server, saying when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()


def listen(host: str, port: int) -> socket.socket:
    """Opens the listening socket; the protocol is named, because asyncio turns Nagle's delay off only where it is.

    Raises:
        OSError: the name has no address, it is not this machine's, or the port is taken.
    """
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class HookServer:
    """A receiver behind its door. A context manager; `start` and `stop` do the same by hand.

    Args:
        receiver: Judges and keeps. Asked on one thread of its own, so that a slow disk holds up no connection.
        listener: From :func:`listen`.
        ended: Told when the server's thread is over, whatever the reason.
    """

    def __init__(self, receiver: Receiver, listener: socket.socket, ended: Callable[[], None] = lambda: None) -> None:
        self._receiver = receiver
        self._listener = listener
        self._ended = ended
        self._keeping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hook-store")
        self._server = _Server(
            uvicorn.Config(
                self._app,
                interface="asgi3",
                http=_Brief,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=MAX_CONNECTIONS,
                h11_max_incomplete_event_size=MAX_HEAD,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._thread = threading.Thread(target=self._run, name="hooks-http")

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ipaddress.ip_address(host).version == 6 else f"http://{host}:{port}"

    def address_of(self, face: str) -> str:
        """Where a backend's hooks go."""
        return f"{self.url}{ROOT}{face}"

    def start(self) -> None:
        """Begins to answer; returns when it does.

        Raises:
            OSError: it does not answer in time.
        """
        self._receiver.beat(self.url)
        self._thread.start()
        if not self._server.answering.wait(_START_SECONDS):
            self.stop()
            raise OSError("the receiver does not answer")

    def stop(self) -> None:
        """Finishes what is being answered, closes the store and frees the port."""
        url = self.url
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._keeping.shutdown(wait=True)
        self._receiver.close(url)
        self._listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ended()

    async def _serve(self) -> None:
        beating = asyncio.create_task(self._beat())
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            await asyncio.get_running_loop().run_in_executor(self._keeping, self._receiver.beat, self.url)

    # --- one request

    async def _app(self, scope: Message, receive: Receive, send: Send) -> None:
        status = await self._status(scope, receive)
        headers = [(b"connection", b"close"), (b"content-length", b"0")]
        if status == 405:
            headers.append((b"allow", b"POST"))
        if status == 204:
            headers = headers[:1]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Message, receive: Receive) -> int:
        path: str = scope["path"]
        face = path.removeprefix(ROOT)
        if not path.startswith(ROOT) or face not in self._receiver.faces:
            return 404
        if scope["method"] != "POST":
            return 405
        fields: list[tuple[bytes, bytes]] = scope["headers"]
        # h11 stops at MAX_HEAD only where the head comes in pieces
        if len(fields) > MAX_FIELDS or sum(len(name) + len(value) for name, value in fields) > MAX_HEAD:
            return 431
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _whole(receive)
        except TimeoutError:
            return 408
        if body is None:
            return 413
        headers: dict[str, str] = {}
        for name, value in fields:
            headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._keeping, lambda: self._receiver.take(face, headers, body))


async def _whole(receive: Receive) -> bytes | None:
    """The body; None where it is longer than any hook, or breaks off (then nobody is there to be answered)."""
    body = bytearray()
    length = 0
    while length <= MAX_DRAINED:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        length += len(part)
        if length <= MAX_BODY:
            body += part
        if not message.get("more_body", False):
            return bytes(body) if length <= MAX_BODY else None
    return None
