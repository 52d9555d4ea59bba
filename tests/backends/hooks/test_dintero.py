"""Row DH35 from the receiving side: believed over its raw bytes, by what is signed, and inside its window."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.hooks.base import MAX_BODY, MAX_TEXT, Hook, HookFault
from app.backends.hooks.dintero import DinteroVerifier, signature

SECRET = "local-secret"
ACCOUNT = "T12345678"
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
VERIFIER = DinteroVerifier((SECRET,), ACCOUNT)
TOUCHED = Hook("dintero", "wallet_transaction", "d1", "card", "", "our-ref", ("d1",))

NAMES = st.sampled_from(["account_id", "event", "event_delivery", "wallet_transaction", "card_id", "created_at"])
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


def body(delivery: str = "d1", *, created_at: str = "", **changes: Any) -> bytes:
    told = {"id": "tx", "card_id": "card", "type": "drawdown", "ref_id": "our-ref"}
    told |= {"created_at": created_at} if created_at else {}
    wrapper = {"account_id": ACCOUNT, "event": "wallet_transaction", "event_delivery": delivery}
    return json.dumps(wrapper | {"wallet_transaction": told} | changes).encode()


def headers(content: bytes, secret: str = SECRET, **changes: str) -> dict[str, str]:
    return {"event-signature": signature(secret, content)} | {
        name.replace("_", "-"): text for name, text in changes.items()
    }


def read(content: bytes, **changes: str) -> Hook | HookFault:
    return VERIFIER.read(headers(content, **changes), content, NOW)


def test_the_vector_of_the_page() -> None:
    content = b'{"account_id":"T12345678","event":"wallet_transaction"}'
    assert signature(SECRET, content) == "7a6820309dafca20f07c84a320222200119f7efd"


def test_a_hook_names_the_card_and_the_tills_own_reference() -> None:
    assert read(body()) == TOUCHED
    rest = body(wallet_transaction={"card_id": "card", "ref_id": "our-ref-rest"})
    assert read(rest) == TOUCHED, "the second half of a capture is the same transaction"


def test_dh35_a_hook_is_verified_over_its_raw_bytes() -> None:
    content = body()
    odd = content.replace(b": ", b" :\n")
    assert VERIFIER.read(headers(content), odd, NOW) is HookFault.FORGED
    assert read(odd) == TOUCHED


def test_dh35_one_changed_byte_fails() -> None:
    content = body()
    good = headers(content)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert VERIFIER.read(good, bytes(changed), NOW) is HookFault.FORGED
    assert VERIFIER.read({}, content, NOW) is HookFault.UNSIGNED
    assert VERIFIER.read({"event-signature": "ø"}, content, NOW) is HookFault.FORGED
    assert DinteroVerifier(("other",), ACCOUNT).read(good, content, NOW) is HookFault.FORGED


@given(st.binary(max_size=200), st.integers(0), st.integers(1, 255))
def test_no_byte_of_any_body_can_be_changed(content: bytes, place: int, mask: int) -> None:
    changed = bytearray(content or b"{}")
    changed[place % len(changed)] ^= mask
    assert VERIFIER.read(headers(content or b"{}"), bytes(changed), NOW) is HookFault.FORGED


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=60), max_size=5), st.binary(max_size=400))
def test_whatever_arrives_unsigned_is_refused_and_survived(given_headers: dict[str, str], content: bytes) -> None:
    assert isinstance(VERIFIER.read(given_headers, content, NOW), HookFault)


@given(ODD)
def test_whatever_the_vendor_signs_is_survived(told: Any) -> None:
    content = json.dumps(told).encode()
    found = read(content)
    assert isinstance(found, HookFault) or (found.face, found.keys) == ("dintero", (found.delivery,))


def test_a_secret_and_the_one_before_it_are_both_good_while_they_change() -> None:
    content = body()
    verifier = DinteroVerifier(("new", "old"), ACCOUNT)
    assert verifier.read(headers(content, "new"), content, NOW) == TOUCHED
    assert verifier.read(headers(content, "old"), content, NOW) == TOUCHED
    assert verifier.read(headers(content), content, NOW) is HookFault.FORGED
    assert "new" not in repr(verifier)
    assert "old" not in repr(verifier)


def test_headers_may_only_agree_with_what_is_signed() -> None:
    content = body("D-1")
    found = read(content, event_delivery="d-1", event="wallet_transaction")
    assert isinstance(found, Hook)
    assert found.keys == ("d-1",)
    assert read(content, event_delivery="another") is HookFault.FORGED
    assert read(content, event="card_deleted") is HookFault.FORGED


@pytest.mark.parametrize(
    ("age", "believed"),
    [
        (timedelta(0), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=61), False),
        (-timedelta(minutes=5), True),
        (-timedelta(minutes=6), False),
    ],
)
def test_a_hook_that_tells_its_age_is_taken_inside_the_window_only(age: timedelta, believed: bool) -> None:
    found = read(body(created_at=(NOW - age).isoformat()))
    assert isinstance(found, Hook) if believed else found is HookFault.STALE


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[]", HookFault.UNREADABLE),
        (b"\xff", HookFault.UNREADABLE),
        (b"{}", HookFault.UNREADABLE),
        (body(event_delivery=None), HookFault.UNREADABLE),
        (body(event=["x"]), HookFault.UNREADABLE),
        (body("d" * (MAX_TEXT + 1)), HookFault.UNREADABLE),
        (body(wallet_transaction={"card_id": "c" * (MAX_TEXT + 1)}), HookFault.UNREADABLE),
        (body(account_id="T00000000"), HookFault.OTHER_ACCOUNT),
        (b" " * (MAX_BODY + 1), HookFault.TOO_LARGE),
    ],
)
def test_what_is_not_a_hook_of_ours_is_named(content: bytes, fault: HookFault) -> None:
    assert read(content) is fault


def test_a_ping_is_a_signed_subscription_and_no_news_of_a_card() -> None:
    content = b'{"id":"h","config":{},"events":["wallet_transaction"]}'
    assert read(content, event="ping") == Hook("dintero", "ping")
    assert read(body(), event="ping") is HookFault.FORGED


@pytest.mark.parametrize("told", [None, [], "x", {"card_id": ["x"]}, {"created_at": "yesterday"}])
def test_an_object_of_no_shape_is_believed_and_names_no_card(told: object) -> None:
    found = read(body(wallet_transaction=told))
    assert isinstance(found, Hook)
    assert (found.account_id, found.reference) == ("", "")
