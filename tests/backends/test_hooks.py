"""Hooks are believed for what their signed bytes say, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.backends import hooks
from app.backends.hooks import Hook, HookFault, HookVerifier, signature

ACCOUNT = "T12345678"
SECRET = "local-secret"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(clock: Clock) -> HookVerifier:
    return HookVerifier(SECRET, ACCOUNT, clock)


def body(delivery: str = "d1", *, created_at: str = "", **changes: Any) -> bytes:
    told = {"id": "tx", "card_id": "card", "type": "drawdown"} | ({"created_at": created_at} if created_at else {})
    wrapper = {"account_id": ACCOUNT, "event": "wallet_transaction", "event_delivery": delivery}
    return json.dumps(wrapper | {"wallet_transaction": told} | changes).encode()


def headers(content: bytes, **changes: str) -> dict[str, str]:
    return {"event-signature": signature(SECRET, content)} | {
        name.replace("_", "-"): text for name, text in changes.items()
    }


def test_the_vector_of_the_page() -> None:
    content = b'{"account_id":"T12345678","event":"wallet_transaction"}'
    assert signature(SECRET, content) == "7a6820309dafca20f07c84a320222200119f7efd"


def test_dh35_a_hook_is_verified_over_its_raw_bytes(verifier: HookVerifier) -> None:
    content = body()
    odd = content.replace(b": ", b" :\n")
    assert verifier.take(headers(content), content) == Hook("wallet_transaction", "d1", "card", "tx")
    assert verifier.take(headers(content), odd) is HookFault.FORGED
    second = body("d2").replace(b": ", b" :\n")
    assert verifier.take(headers(second), second) == Hook("wallet_transaction", "d2", "card", "tx")


def test_dh35_one_changed_byte_fails(verifier: HookVerifier) -> None:
    content = body()
    good = headers(content)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert verifier.take(good, bytes(changed)) is HookFault.FORGED
    assert verifier.take({}, content) is HookFault.UNSIGNED
    assert verifier.take({"event-signature": "ø"}, content) is HookFault.FORGED
    assert HookVerifier("other", ACCOUNT, verifier.now).take(good, content) is HookFault.FORGED


def test_a_delivery_counts_once_whatever_its_headers_say(verifier: HookVerifier, clock: Clock) -> None:
    content = body("D-1")
    assert isinstance(verifier.take(headers(content, event_delivery="d-1"), content), Hook)
    assert verifier.take(headers(content), content) is HookFault.DUPLICATE
    assert verifier.take(headers(content, event_delivery="another"), content) is HookFault.FORGED
    assert verifier.take(headers(content, event="card_deleted"), content) is HookFault.FORGED
    clock.now += timedelta(minutes=59)
    assert verifier.take(headers(content), content) is HookFault.DUPLICATE


@pytest.mark.parametrize(
    ("age", "believed"),
    [
        (timedelta(0), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=61), False),
        (-timedelta(minutes=6), False),
    ],
)
def test_a_hook_that_tells_its_age_is_taken_inside_the_window_only(
    verifier: HookVerifier, clock: Clock, age: timedelta, believed: bool
) -> None:
    content = body(created_at=(clock.now - age).isoformat())
    assert isinstance(verifier.take(headers(content), content), Hook) == believed


def test_a_replay_is_never_taken_while_its_age_would_be(verifier: HookVerifier, clock: Clock) -> None:
    ahead = clock.now + timedelta(minutes=5)
    content = body(created_at=ahead.isoformat())
    assert isinstance(verifier.take(headers(content), content), Hook)
    for _ in range(80):
        clock.now += timedelta(minutes=1)
        other = body(str(clock.now))
        verifier.take(headers(other), other)
        assert verifier.take(headers(content), content) in (HookFault.DUPLICATE, HookFault.STALE)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[]", HookFault.UNREADABLE),
        (b"\xff", HookFault.UNREADABLE),
        (b"{}", HookFault.UNREADABLE),
        (body(event_delivery=None), HookFault.UNREADABLE),
        (body(event=["x"]), HookFault.UNREADABLE),
        (body(account_id="T00000000"), HookFault.OTHER_ACCOUNT),
        (b" " * (hooks.MAX_BODY + 1), HookFault.TOO_LARGE),
    ],
)
def test_what_is_not_a_hook_of_ours_is_named(verifier: HookVerifier, content: bytes, fault: HookFault) -> None:
    assert verifier.take(headers(content), content) is fault


def test_a_ping_is_a_signed_subscription_and_no_news_of_a_card(verifier: HookVerifier) -> None:
    content = b'{"id":"h","config":{},"events":["wallet_transaction"]}'
    assert verifier.take(headers(content, event="ping"), content) == Hook("ping", "")
    real = body()
    assert verifier.take(headers(real, event="ping"), real) is HookFault.FORGED
    assert SECRET not in repr(verifier)


def test_an_object_of_no_shape_is_survived_and_memory_is_bounded(verifier: HookVerifier) -> None:
    shapes: list[object] = [None, [], "x", {"card_id": ["x"]}, {"created_at": "yesterday"}]
    for told in shapes:
        content = body(str(told), wallet_transaction=told)
        assert isinstance(verifier.take(headers(content), content), Hook)
    for number in range(hooks.MAX_REMEMBERED + 10):
        content = body(f"n{number}")
        verifier.take(headers(content), content)
    assert len(verifier._seen) <= hooks.MAX_REMEMBERED
