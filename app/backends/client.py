"""The one road out: HTTP to a backend, with every way it can fail told apart by what it proves.

**What is proven.** The till must know whether a money call can have happened. So this module does not guess from the
names of exceptions: the network stream under httpx is our own thin one, and it notes, per attempt, how far the call
came. ``NotSent`` is said only where our stream was never asked to write a byte of the request; everything later is
``Silent``.

    =========== ======================================== =============================
    stage       trouble here means                       cause
    =========== ======================================== =============================
    WAITING     no free connection, deadline, line cut   busy, timeout, line-cut
    CONNECTING  DNS, refused, unreachable                connect
    SECURING    TLS handshake, certificate               tls
    WRITING     anything after the first byte            timeout, broken, line-cut
    =========== ======================================== =============================

**Deadlines.** httpx's timeouts bound one read or write each, so a host that drips a byte a second would hold a lane
for hours. Our stream cuts each wait down to what is left of the *total* deadline, headers included. What it can't cut
short is the system's resolver (``getaddrinfo`` has no timeout; glibc gives up after about 10 seconds per server).

**Kept-alive connections.** A host closes idle connections when it likes (uvicorn after 5 seconds). Ours are dropped
after 4, and one that the host has closed meanwhile is found readable and is replaced before it is used. What is left
is the race in which the close crosses our request. Then nothing proves that the host did not read it: for a money
call that is silence, and the repeat with the same references settles it. A call that may safely be made twice says
``again=True`` and is made once more on a fresh connection.

**What is refused.** Plain http anywhere but on this machine; redirects (a signed call is for one address); proxies and
other settings from the environment; compressed answers (an answer's size is bounded, and a bomb is small); cookies.
Answers longer than 1 MiB: the longest honest one, a balance with its links, is under 4 KiB.

**What is never told.** No exception, log line or ``repr`` of this module carries a header or a body.

Threads: one ``HttpClient`` serves all lanes of a backend at once.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from app.backends.base import Deadline, NotSent, Silent, Surroundings
from app.backends.network import Attempt, Attempts, Network
from app.domain.host import Cause

MAX_ANSWER = 1024 * 1024
KEEP_ALIVE_SECONDS = 4.0
"""Below uvicorn's 5, the shortest we know of."""
CONNECT_SECONDS = 5.0
"""A shop's line that needs longer for one handshake is down for a customer who waits."""
SPARE_CONNECTIONS = 2
"""Beside those of the lanes: one for the lamp, one for a token."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. ``body`` are the bytes that were signed and that go out."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response, whole. ``milliseconds`` is the round trip, connecting included; ``date`` the host's clock."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    milliseconds: int = 0
    date: str = ""


def is_acceptable(url: str) -> bool:
    """Whether calls to ``url`` may be made: https, or http to this very machine."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if not parsed.host or parsed.userinfo or parsed.query or parsed.fragment:
        return False
    return parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host))


def path_as_sent(url: str) -> str:
    """The path exactly as it stands in the request line: what a signature covers. Without the query."""
    return httpx.URL(url).raw_path.partition(b"?")[0].decode("ascii")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Body(httpx.SyncByteStream):
    """An answer's body as it arrives."""

    def __init__(self, inner: Iterable[bytes]) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


class _Transport(httpx.BaseTransport):
    """httpx over our own network; no proxy, no environment, no HTTP/2."""

    def __init__(self, context: ssl.SSLContext, attempts: Attempts, connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=Network(attempts),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()


class HttpClient:
    """Makes calls for one backend.

    Args:
        surroundings: The cut switch and the clocks.
        encrypted: Whether any address is https; without it no certificates are loaded and TLS trusts nobody.
        ca_file: A file of further certificate authorities, or empty.

    Raises:
        OSError: ``ca_file`` can't be read (``ssl.SSLError`` where it holds no certificate).
    """

    def __init__(self, surroundings: Surroundings, *, encrypted: bool, ca_file: str = "") -> None:
        self._surroundings = surroundings
        self._attempts = Attempts()
        self._closed = False
        context = _trust(ca_file) if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.Client(
            transport=_Transport(context, self._attempts, surroundings.lanes + SPARE_CONNECTIONS),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "Stanchion", "Accept-Encoding": "identity"},
        )

    def send(self, call: Call, deadline: Deadline, *, again: bool = False) -> Answer:
        """Makes one call.

        Args:
            call: What to send.
            deadline: When everything must be over.
            again: Whether it may be made a second time if a kept-alive connection turns out to be closed.

        Raises:
            NotSent: no byte of it left.
            Silent: it may have arrived.
        """
        attempt = Attempt(deadline, self._surroundings)
        answer = self._try(call, attempt)
        if answer is None and again and attempt.met_a_closed_connection:
            attempt = Attempt(deadline, self._surroundings)
            answer = self._try(call, attempt)
        if answer is None:
            raise attempt.failure()
        return answer

    def close(self) -> None:
        """Closes all connections for good."""
        self._closed = True
        self._client.close()

    def _try(self, call: Call, attempt: Attempt) -> Answer | None:
        """One attempt; None when it failed, and then the attempt knows how."""
        if self._closed or not is_acceptable(call.url.partition("?")[0]):
            raise NotSent(Cause.CONFIGURATION)
        started = self._surroundings.ticks()
        self._attempts.current = attempt
        try:
            left = attempt.allow(None)
            timeout = httpx.Timeout(left, connect=min(left, CONNECT_SECONDS))
            with self._client.stream(
                call.method, call.url, content=call.body, headers=call.headers, timeout=timeout
            ) as response:
                body = _bounded(response)
            took = round((self._surroundings.ticks() - started) * 1000)
            kind, date = (response.headers.get(name, "") for name in ("content-type", "date"))
            return Answer(response.status_code, kind, body, took, date)
        except (httpx.TimeoutException, httpcore.TimeoutException):
            attempt.timed_out = True
        except (httpx.HTTPError, httpx.StreamError, httpcore.NetworkError, httpcore.ProtocolError):
            pass  # the attempt knows how far it came; the exception holds the request and is dropped here
        finally:
            self._attempts.current = None
        return None


def _bounded(response: httpx.Response) -> bytes:
    """The body, as it stands on the wire.

    Raises:
        Silent: it is longer than any honest answer, or compressed though we asked for plain.
    """
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Silent(Cause.UNREADABLE)
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > MAX_ANSWER:
            raise Silent(Cause.UNREADABLE)
    return bytes(body)


def _trust(ca_file: str) -> ssl.SSLContext:
    """Whom we believe: the public authorities, the machine's own (a chain's own CA lives there), and ``ca_file``."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context
