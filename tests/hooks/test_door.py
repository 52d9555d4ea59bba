"""Whoever is outside may send anything, at any speed: it costs little, ends soon, and the next vendor gets in."""

from __future__ import annotations

import random
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from app.backends.hooks.base import MAX_BODY
from app.hooks import server as door_module
from app.hooks.server import MAX_CONNECTIONS, MAX_DRAINED, MAX_FIELDS, MAX_HEAD, listen
from tests.hooks.door import Door, of_dintero

POST = b"POST /hooks/dintero HTTP/1.1\r\nHost: x\r\n"


def still_good(door: Door) -> None:
    """The door works as before."""
    assert door.post("dintero", *of_dintero()) == 204


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("GET", "/hooks/dintero", 405),
        ("PUT", "/hooks/gr4vy", 405),
        ("POST", "/", 404),
        ("POST", "/hooks/", 404),
        ("POST", "/hooks/parpay", 404),
        ("POST", "/hooks/dintero/", 404),
        ("POST", "/hooks/../hooks/dintero", 404),
        ("POST", "/HOOKS/dintero", 404),
        ("POST", "/hooks/dintero?x=1", 401),
    ],
)
def test_only_a_post_to_a_backends_own_path_is_read(door: Door, method: str, path: str, wanted: int) -> None:
    answer = door.raw(f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
    assert status(answer) == wanted
    assert b"server:" not in answer.lower()
    if wanted == 405:
        assert b"allow: POST" in answer


def test_an_answer_ends_the_connection_and_says_nothing_else(door: Door) -> None:
    headers, body = of_dintero()
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    request = POST + f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
    answer = door.raw(request + request)
    assert answer.count(b"HTTP/1.1 204") == 1
    assert b"connection: close" in answer.lower()
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"\r\n" * 50,
    ],
)
def test_what_is_no_http_is_turned_away(door: Door, garbage: bytes) -> None:
    door.raw(garbage, wait=False)
    still_good(door)


def test_random_bytes_in_any_pieces_never_bring_a_5xx_or_an_end(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "CONNECTION_SECONDS", 0.2)
    chance = random.Random(11)
    for _ in range(15):
        content = chance.randbytes(chance.randrange(400))
        head = POST if chance.random() < 0.5 else b""
        answer = door.raw(head, content[: len(content) // 2], content[len(content) // 2 :], b"\r\n\r\n")
        assert answer == b"" or 400 <= status(answer) < 500
    still_good(door)


def test_a_body_that_is_too_long_is_named_so_and_not_kept_in_memory(door: Door) -> None:
    headers, body = of_dintero(padding="x" * MAX_BODY)
    assert door.post("dintero", headers, body) == 413
    endless = POST + f"Content-Length: {10**12}\r\n\r\n".encode()
    answer = door.raw(endless, b"x" * (MAX_DRAINED + 70_000))
    assert answer == b"" or status(answer) == 413
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    answer = door.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 12)
    assert answer == b"" or status(answer) == 413
    still_good(door)


def test_a_body_as_long_as_allowed_is_read_whole(door: Door) -> None:
    bare = of_dintero(padding="")[1]
    headers, body = of_dintero(padding="x" * (MAX_BODY - len(bare)))
    assert len(body) == MAX_BODY
    assert door.post("dintero", headers, body) == 204


def test_too_many_fields_or_too_long_ones_are_refused(door: Door) -> None:
    headers, body = of_dintero()
    fits = {f"x-{number}": "y" for number in range(MAX_FIELDS - 12)}
    assert door.post("dintero", headers | fits, body) == 204
    assert door.post("dintero", headers | {f"x-{number}": "y" for number in range(MAX_FIELDS)}, body) == 431
    answer = door.raw(POST + b"X: " + b"y" * (MAX_HEAD + 100) + b"\r\n\r\n")
    assert answer == b"" or status(answer) in (400, 431)
    still_good(door)


def test_the_first_of_two_equal_fields_counts(door: Door) -> None:
    headers, body = of_dintero()
    good, length = headers["event-signature"], f"Content-Length: {len(body)}\r\n\r\n"
    twice = f"event-signature: {good}\r\nevent-signature: {'0' * 40}\r\n{length}"
    assert status(door.raw(POST + twice.encode() + body)) == 204
    twice = f"event-signature: {'0' * 40}\r\nevent-signature: {good}\r\n{length}"
    assert status(door.raw(POST + twice.encode() + body)) == 401


def test_a_slow_body_is_given_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "BODY_SECONDS", 0.1)
    assert status(door.raw(POST + b"Content-Length: 10\r\n\r\n", b"drop")) == 408
    still_good(door)


def test_a_head_that_comes_drop_by_drop_is_cut_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "CONNECTION_SECONDS", 0.2)
    address = urlsplit(door.server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(POST)
        ended = False
        for _ in range(1_000):  # far longer than it may take
            try:
                line.sendall(b"X: y\r\n")
            except ConnectionError:
                ended = True
                break
            time.sleep(0.01)
    assert ended
    still_good(door)


def test_a_connection_that_says_nothing_is_cut_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "CONNECTION_SECONDS", 0.2)
    assert door.raw() == b""


def test_a_body_that_breaks_off_is_no_hook(door: Door) -> None:
    headers, body = of_dintero()
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    door.raw(POST + f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-5], wait=False)
    still_good(door)
    assert len(door.kept) == 1


def test_a_crowd_is_turned_away_and_leaves_the_door_as_it_was(door: Door) -> None:
    address = urlsplit(door.server.url)
    with ExitStack() as crowd:
        for _ in range(MAX_CONNECTIONS + 5):
            line = crowd.enter_context(socket.create_connection((address.hostname, address.port), timeout=20))
            line.sendall(POST)
        assert door.post("dintero", *of_dintero()) == 503
    for _ in range(200):
        if door.post("dintero", *of_dintero("after")) == 204:
            break
        time.sleep(0.02)
    assert [told.delivery for told in door.kept] == ["after"]


def test_a_name_without_an_address_and_a_port_that_is_taken_are_told() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(OSError):
        listen("no-such-host.invalid", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])
def test_it_listens_where_it_is_told(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        listen(host, 0).close()
    except OSError:
        if host != "::1":
            raise
        pytest.skip("this machine has no IPv6 loopback")
