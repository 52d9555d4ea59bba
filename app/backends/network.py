"""The sockets under the HTTP client: each wait within one deadline, and a note of how far each call came.

httpx leaves opening, reading and writing connections to httpcore, and httpcore to a *network backend* that can be
replaced; ours is a thin one over httpcore's own. It is where ``client.py`` learns whether a byte of a call has left.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import httpcore

from app.backends.base import Deadline, HostError, NotSent, Silent, Surroundings
from app.domain.host import Cause

MAX_ADDRESSES = 4
"""How many addresses of one name are tried: two families, two hosts each."""


class Stage(IntEnum):
    """How far a call came. Only at the last one can the host have heard of it."""

    WAITING = 0
    CONNECTING = 1
    SECURING = 2
    WRITING = 3


class Attempt:
    """How far one call came. Lives on the stack of the thread that makes it."""

    __slots__ = ("answered", "cut", "deadline", "fresh", "line_is_cut", "stage", "timed_out")

    def __init__(self, deadline: Deadline, surroundings: Surroundings) -> None:
        self.deadline = deadline
        self.line_is_cut = surroundings.cut
        self.stage = Stage.WAITING
        self.fresh = False
        self.answered = False
        self.cut = False
        self.timed_out = False

    def allow(self, timeout: float | None) -> float:
        """How long the next wait may be.

        Raises:
            httpcore.TimeoutException: nothing is left.
            httpcore.NetworkError: the line is cut.
        """
        if self.line_is_cut():
            self.cut = True
            raise httpcore.NetworkError
        left = self.deadline.left
        if left <= 0:
            raise httpcore.TimeoutException
        return left if timeout is None else min(left, timeout)

    def failure(self) -> HostError:
        """What the trouble of this attempt proves."""
        if self.cut:
            cause = Cause.LINE_CUT
        elif self.stage is Stage.SECURING:
            cause = Cause.TLS
        elif self.stage is Stage.CONNECTING:
            cause = Cause.CONNECT
        elif self.timed_out and (self.stage is Stage.WRITING or self.deadline.left <= 0):
            cause = Cause.TIMEOUT
        else:
            cause = Cause.BROKEN if self.stage is Stage.WRITING else Cause.BUSY
        return Silent(cause) if self.stage is Stage.WRITING else NotSent(cause)

    @property
    def met_a_closed_connection(self) -> bool:
        """Whether a kept-alive connection ended before the first byte of an answer."""
        reused = self.stage is Stage.WRITING and not self.fresh
        return reused and not (self.answered or self.timed_out or self.cut)


class Attempts(threading.local):
    """The attempt each thread is in: httpcore reads and writes in the thread that called."""

    current: Attempt | None = None


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the deadline of whoever uses it just now and notes what it did."""

    def __init__(self, inner: httpcore.NetworkStream, attempts: Attempts) -> None:
        self._inner = inner
        self._attempts = attempts

    def _attempt(self) -> Attempt:
        attempt = self._attempts.current
        if attempt is None:  # httpcore never reads or writes outside a call
            raise httpcore.NetworkError
        return attempt

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        attempt = self._attempt()
        data = self._inner.read(max_bytes, attempt.allow(timeout))
        attempt.allow(None)  # a line that was cut meanwhile brings no answer
        attempt.answered = attempt.answered or data != b""
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        attempt = self._attempt()
        allowed = attempt.allow(timeout)
        attempt.stage = Stage.WRITING
        self._inner.write(buffer, allowed)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        attempt = self._attempt()
        allowed = attempt.allow(timeout)
        attempt.stage = Stage.SECURING
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, allowed), self._attempts)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Network(httpcore.NetworkBackend):
    """Opens connections: each address of a name in turn, all within one deadline."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one.

        Raises:
            httpcore.ConnectError: none does, or the name is not known.
            httpcore.TimeoutException: the deadline has passed.
        """
        attempt = self._attempts.current
        if attempt is None:
            raise httpcore.ConnectError
        attempt.fresh = True
        attempt.allow(timeout)
        attempt.stage = Stage.CONNECTING
        failed: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError()
        for address in _addresses(host, port):
            try:
                allowed = attempt.allow(timeout)
                stream = self._sockets.connect_tcp(address, port, allowed, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self._attempts)
        raise failed


def _addresses(host: str, port: int) -> list[str]:
    """The first few addresses of a name, in the resolver's order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpcore.ConnectError from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MAX_ADDRESSES]
