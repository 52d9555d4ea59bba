"""The HTTP client: what each kind of trouble proves, and what it never does."""

from __future__ import annotations

import json
import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest

from app.backends.base import Deadline, HostError, NotSent, Silent, Surroundings
from app.backends.client import (
    KEEP_ALIVE_SECONDS,
    MAX_ANSWER,
    SPARE_CONNECTIONS,
    Call,
    HttpClient,
    is_acceptable,
    path_as_sent,
)
from app.domain.host import Cause
from tests.backends.peer import Peer, Reply, http, reply

SECRET = "7013361234567890123"


@pytest.fixture
def client() -> Iterator[HttpClient]:
    made = HttpClient(Surroundings(), encrypted=False)
    yield made
    made.close()


def deadline(seconds: float = 5.0) -> Deadline:
    return Deadline(seconds, Surroundings().ticks)


def call(peer: Peer, path: str = "/money") -> Call:
    return Call("POST", peer.url + path, (("Authorization", f"Bearer {SECRET}"),), SECRET.encode())


def trouble(client: HttpClient, made: Call, seconds: float = 5.0, *, again: bool = False) -> HostError:
    """What a call that must fail is said to prove."""
    with pytest.raises(HostError) as caught:
        client.send(made, deadline(seconds), again=again)
    return caught.value


def warm(peer: Peer, client: HttpClient) -> None:
    """Leaves one connection kept alive."""
    peer.then(reply({}))
    client.send(call(peer), deadline())


def test_an_answer_comes_back_whole(peer: Peer, client: HttpClient) -> None:
    peer.then(http(418, b"teapot", "text/plain"))
    answer = client.send(call(peer), deadline())
    assert (answer.status, answer.content_type, answer.body) == (418, "text/plain", b"teapot")
    assert peer.calls()[0].body == SECRET.encode()


def test_a_refused_connection_is_not_sent(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failed = trouble(client, Call("POST", f"http://127.0.0.1:{port}/"))
    assert (type(failed), failed.cause) == (NotSent, Cause.CONNECT)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".invalid"])
def test_an_unknown_name_is_not_sent(host: str) -> None:
    client = HttpClient(Surroundings(), encrypted=True)
    failed = trouble(client, Call("POST", f"https://{host}/"))
    client.close()
    assert isinstance(failed, NotSent)
    assert failed.cause in (Cause.CONNECT, Cause.CONFIGURATION)


def test_a_host_that_speaks_no_tls_is_not_sent() -> None:
    client = HttpClient(Surroundings(), encrypted=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        speaker = threading.Thread(target=_speak_plainly, args=(listener,))
        speaker.start()
        failed = trouble(client, Call("POST", f"https://127.0.0.1:{listener.getsockname()[1]}/", (), SECRET.encode()))
        speaker.join()
    client.close()
    assert (type(failed), failed.cause) == (NotSent, Cause.TLS)


def _speak_plainly(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.recv(4096)


def test_a_connection_that_ends_without_an_answer_is_silence(peer: Peer, client: HttpClient) -> None:
    peer.then(Reply(close=True))
    failed = trouble(client, call(peer))
    assert (type(failed), failed.cause) == (Silent, Cause.BROKEN)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", close=True),
        Reply(b"HTTP/1.1 200 O", close=True),
        Reply(b"\x00\x01garbage\r\n\r\n", close=True),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", close=True),
        Reply(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, close=True),
        Reply(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, close=True),
    ],
    ids=["truncated", "half a line", "noise", "broken chunks", "endless header", "only promises"],
)
def test_an_answer_that_breaks_off_or_breaks_the_rules_is_silence(
    peer: Peer, client: HttpClient, answer: Reply
) -> None:
    peer.then(answer)
    failed = trouble(client, call(peer))
    assert (type(failed), failed.cause) == (Silent, Cause.BROKEN)


def test_a_host_that_keeps_silent_is_silence_after_the_deadline(peer: Peer, client: HttpClient) -> None:
    peer.then(Reply(hold=True))
    failed = trouble(client, call(peer), 0.2)
    assert (type(failed), failed.cause) == (Silent, Cause.TIMEOUT)


@pytest.mark.parametrize(
    "data",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" + b" " * 4000, b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 4000],
    ids=["body", "headers"],
)
def test_a_drip_is_bounded_by_one_total_deadline(peer: Peer, client: HttpClient, data: bytes) -> None:
    # byte by byte no single read ever times out; left alone this answer would take more than a minute
    peer.then(Reply(data, drip=True))
    failed = trouble(client, call(peer), 0.3)
    assert (type(failed), failed.cause) == (Silent, Cause.TIMEOUT)


def test_a_deadline_that_has_passed_sends_nothing(peer: Peer, client: HttpClient) -> None:
    failed = trouble(client, call(peer), 0.0)
    assert (type(failed), failed.cause) == (NotSent, Cause.TIMEOUT)
    assert peer.received == []


def test_an_answer_is_bounded_in_size(peer: Peer, client: HttpClient) -> None:
    peer.then(http(200, b"x" * MAX_ANSWER), http(200, b"x" * (MAX_ANSWER + 1)))
    assert len(client.send(call(peer), deadline()).body) == MAX_ANSWER
    failed = trouble(client, call(peer))
    assert (type(failed), failed.cause) == (Silent, Cause.UNREADABLE)


def test_a_compressed_answer_is_not_unpacked(peer: Peer, client: HttpClient) -> None:
    peer.then(http(200, b"\x1f\x8b", "application/json", "Content-Encoding: gzip"))
    assert trouble(client, call(peer)).cause is Cause.UNREADABLE
    assert peer.calls()[0].headers["accept-encoding"] == "identity"


def test_a_redirect_is_an_answer_and_is_not_followed(peer: Peer, client: HttpClient) -> None:
    peer.then(http(307, b"", "text/html", f"Location: {peer.url}/elsewhere"))
    assert client.send(call(peer), deadline()).status == 307
    assert len(peer.calls()) == 1


def test_cookies_are_not_kept(peer: Peer, client: HttpClient) -> None:
    peer.then(http(200, b"{}", "application/json", "Set-Cookie: session=1; Path=/"), reply({}))
    client.send(call(peer), deadline())
    client.send(call(peer), deadline())
    assert "cookie" not in peer.calls()[1].headers


def test_a_proxy_in_the_environment_is_not_asked(peer: Peer) -> None:
    before = os.environ.get("http_proxy")
    os.environ["http_proxy"] = "http://127.0.0.1:9"
    try:
        client = HttpClient(Surroundings(), encrypted=False)
        peer.then(reply({}))
        assert client.send(call(peer), deadline()).status == 200
        client.close()
    finally:
        del os.environ["http_proxy"]
        if before is not None:
            os.environ["http_proxy"] = before


def test_calls_share_one_connection(peer: Peer, client: HttpClient) -> None:
    for _ in range(3):
        warm(peer, client)
    assert {received.connection for received in peer.calls()} == {1}
    assert KEEP_ALIVE_SECONDS < 5, "uvicorn closes after 5 seconds of idleness"


def test_an_idle_connection_the_host_has_closed_is_replaced_without_a_word(peer: Peer, client: HttpClient) -> None:
    peer.then(http(200, b"{}", close=True), reply({}))
    client.send(call(peer), deadline())
    assert peer.closed.wait(5)
    assert client.send(call(peer), deadline()).status == 200
    assert [received.connection for received in peer.calls()] == [1, 2]


def test_a_money_call_that_meets_a_closing_connection_is_silence_and_not_made_twice(
    peer: Peer, client: HttpClient
) -> None:
    warm(peer, client)
    peer.then(Reply(close=True))
    failed = trouble(client, call(peer))
    assert (type(failed), failed.cause) == (Silent, Cause.BROKEN)
    assert len(peer.calls()) == 2


def test_a_harmless_call_that_meets_a_closing_connection_is_made_once_more(peer: Peer, client: HttpClient) -> None:
    warm(peer, client)
    peer.then(Reply(close=True), reply({"second": True}))
    assert json.loads(client.send(call(peer), deadline(), again=True).body) == {"second": True}
    assert [received.connection for received in peer.calls()] == [1, 1, 2]


def test_a_harmless_call_on_a_fresh_connection_is_not_made_again(peer: Peer, client: HttpClient) -> None:
    peer.then(Reply(close=True))
    assert trouble(client, call(peer), again=True).cause is Cause.BROKEN
    assert len(peer.calls()) == 1


def test_a_cut_line_sends_no_byte(peer: Peer) -> None:
    cut = [True]
    client = HttpClient(Surroundings(cut=lambda: cut[0]), encrypted=False)
    failed = trouble(client, call(peer))
    assert (type(failed), failed.cause) == (NotSent, Cause.LINE_CUT)
    assert peer.received == []
    cut[0] = False
    warm(peer, client)
    cut[0] = True
    failed = trouble(client, call(peer), again=True)
    assert (type(failed), failed.cause) == (NotSent, Cause.LINE_CUT)
    assert len(peer.received) == 1
    client.close()


def test_a_line_that_is_cut_under_way_brings_no_answer(peer: Peer) -> None:
    cut = threading.Event()
    client = HttpClient(Surroundings(cut=cut.is_set), encrypted=False)

    def answer_after_the_cut(_: object) -> Reply:
        cut.set()
        return reply({})

    peer.then(answer_after_the_cut)
    failed = trouble(client, call(peer))
    client.close()
    assert (type(failed), failed.cause) == (Silent, Cause.LINE_CUT)


def test_a_closed_client_sends_nothing(peer: Peer) -> None:
    client = HttpClient(Surroundings(), encrypted=False)
    client.close()
    assert isinstance(trouble(client, call(peer)), NotSent)
    assert peer.received == []


def test_many_lanes_share_one_client(peer: Peer, client: HttpClient) -> None:
    peer.then(*[reply({}) for _ in range(40)])
    seen: list[int] = []

    def lane() -> None:
        seen.extend(client.send(call(peer), deadline(20)).status for _ in range(5))

    lanes = [threading.Thread(target=lane) for _ in range(8)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    assert seen == [200] * 40
    assert max(received.connection for received in peer.calls()) <= Surroundings().lanes + SPARE_CONNECTIONS


def test_a_lane_that_finds_no_free_connection_sends_nothing(peer: Peer) -> None:
    client = HttpClient(Surroundings(lanes=1), encrypted=False)
    arrived, go_on = threading.Semaphore(0), threading.Event()

    def keep_waiting(_: object) -> Reply:
        arrived.release()
        go_on.wait(20)
        return reply({})

    connections = 1 + SPARE_CONNECTIONS
    peer.then(*[keep_waiting] * connections)
    busy = [threading.Thread(target=client.send, args=(call(peer), deadline(20))) for _ in range(connections)]
    for thread in busy:
        thread.start()
    for _ in busy:
        assert arrived.acquire(timeout=5)
    failed = trouble(client, call(peer, "/late"), 0.1)
    go_on.set()
    for thread in busy:
        thread.join()
    client.close()
    assert (type(failed), failed.cause) == (NotSent, Cause.TIMEOUT)
    assert peer.calls("/late") == []


@pytest.mark.parametrize(
    ("url", "acceptable"),
    [
        ("https://host.example/api", True),
        ("http://127.0.0.1:8080/api", True),
        ("http://[::1]:8080/api", True),
        ("http://localhost/api", True),
        ("http://host.example/api", False),
        ("http://10.0.0.1/api", False),
        ("http://127.0.0.1.host.example/api", False),
        ("ftp://127.0.0.1/api", False),
        ("https://user:word@host.example/api", False),
        ("https://host.example/api?x=1", False),
        ("https://", False),
        ("host.example/api", False),
        ("", False),
        ("https://host.example:port/", False),
    ],
)
def test_plain_http_is_for_this_machine_alone(url: str, acceptable: bool) -> None:
    assert is_acceptable(url) is acceptable


def test_a_call_to_a_plain_http_host_elsewhere_is_not_sent(client: HttpClient) -> None:
    failed = trouble(client, Call("POST", "http://host.example/"))
    assert (type(failed), failed.cause) == (NotSent, Cause.CONFIGURATION)


def test_the_signed_path_leaves_out_host_and_query() -> None:
    assert path_as_sent("https://host.example:8443/a%2Fb/c?x=1") == "/a%2Fb/c"


def test_a_file_without_certificates_is_told_at_once() -> None:
    with pytest.raises(OSError):
        HttpClient(Surroundings(), encrypted=True, ca_file="/nowhere/ca.pem")
    with pytest.raises(ssl.SSLError):
        HttpClient(Surroundings(), encrypted=True, ca_file=__file__)


def test_nothing_that_travels_is_told_in_logs_or_errors(
    peer: Peer, client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    peer.then(reply({"pan": SECRET}), Reply(close=True), Reply(close=True))
    answer = client.send(call(peer), deadline())
    failed = trouble(client, call(peer), again=True)
    told = caplog.text + repr(answer) + repr(call(peer)) + repr(failed) + str(failed)
    assert SECRET not in told
    assert failed.__context__ is None
    assert failed.__cause__ is None
