"""Gr4vy's hooks: stamp and bytes signed together, in both header families, inside a tolerance on both sides."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import SettingsFault
from app.backends.hooks.base import MAX_BODY, MAX_TEXT, Hook, HookFault
from app.backends.hooks.gr4vy import MAX_SIGNATURES, Gr4vyVerifier, signature
from app.backends.hooks.registry import has_hooks, verifier_of

SECRET = "local-secret"
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
VERIFIER = Gr4vyVerifier((SECRET,), "default")
CARD = "0b1d4f0e-0d8a-4a53-9d39-0a6f6e1c7c11"
GUIDE = ("x-gr4vy-webhook-signatures", "x-gr4vy-webhook-timestamp")
READ_ME = ("x-gr4vy-signature", "x-gr4vy-timestamp")

NAMES = st.sampled_from(["event", "id", "target", "gift_card", "last4", "merchant_account_id"])
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


def body(**changes: Any) -> bytes:
    card = {"type": "gift-card", "id": CARD, "last4": "4321"}
    target = {"type": "gift-card-redemption", "gift_card": card, "transaction_external_identifier": "our-ref"}
    event = {"type": "event", "id": "evt-1", "event": "gift-card-redemption-succeeded", "target": target}
    return json.dumps(event | {"merchant_account_id": "default"} | changes).encode()


def headers(
    content: bytes, stamp: str = STAMP, *, secret: str = SECRET, family: tuple[str, str] = GUIDE, delivery: str = "D-1"
) -> dict[str, str]:
    signed = {family[0]: signature(secret, stamp, content), family[1]: stamp}
    return signed | ({"x-gr4vy-webhook-id": delivery} if delivery else {})


def read(content: bytes, **how: Any) -> Hook | HookFault:
    return VERIFIER.read(headers(content, **how), content, NOW)


def keys(found: Hook | HookFault) -> set[str]:
    assert isinstance(found, Hook)
    return set(found.keys)


def test_the_vector_of_the_page() -> None:
    content = b'{"id":"evt-1","amount":1299}'
    wanted = "296ea2d33b405caaba4ccb7ab2989e3a74eea88951e56b7833abb96bfb96e2c8"
    assert signature(SECRET, "1760000000", content) == wanted


@pytest.mark.parametrize("family", [GUIDE, READ_ME])
def test_a_hook_names_the_card_and_the_tills_own_reference(family: tuple[str, str]) -> None:
    found = read(body(), family=family)
    assert isinstance(found, Hook)
    assert (found.face, found.event) == ("gr4vy", "gift-card-redemption-succeeded")
    assert (found.account_id, found.last4, found.reference) == (CARD, "4321", "our-ref")
    assert found.delivery == "d-1"


def test_a_refund_goes_by_its_own_reference_and_never_by_its_sales() -> None:
    target = {"type": "refund", "external_identifier": "its-own", "transaction_external_identifier": "another-tills"}
    found = read(body(target=target))
    assert isinstance(found, Hook)
    assert found.reference == "its-own"
    nameless = read(body(target=target | {"external_identifier": None}))
    assert isinstance(nameless, Hook)
    assert nameless.reference == ""


def test_a_stamp_of_one_family_is_not_taken_for_the_signatures_of_the_other() -> None:
    content = body()
    mixed = {GUIDE[0]: signature(SECRET, STAMP, content), READ_ME[1]: STAMP}
    assert VERIFIER.read(mixed, content, NOW) is HookFault.UNSIGNED
    worse = headers(content, secret="wrong") | headers(content, family=READ_ME)
    assert VERIFIER.read(worse, content, NOW) is HookFault.FORGED, "the guide's names count first"


@given(st.binary(max_size=200), st.integers(0), st.integers(1, 255))
def test_no_byte_of_any_body_can_be_changed(content: bytes, place: int, mask: int) -> None:
    changed = bytearray(content or b"{}")
    changed[place % len(changed)] ^= mask
    assert VERIFIER.read(headers(content or b"{}"), bytes(changed), NOW) is HookFault.FORGED


@given(st.integers(-300, 300).filter(bool))
def test_nor_can_the_stamp(seconds: int) -> None:
    content = body()
    moved = headers(content) | {GUIDE[1]: str(int(STAMP) + seconds)}
    assert VERIFIER.read(moved, content, NOW) is HookFault.FORGED


@given(st.dictionaries(st.sampled_from([*GUIDE, *READ_ME, "x-gr4vy-webhook-id"]), st.text(max_size=80)), st.binary())
def test_whatever_arrives_unsigned_is_refused_and_survived(given_headers: dict[str, str], content: bytes) -> None:
    assert isinstance(VERIFIER.read(given_headers, content, NOW), HookFault)


@given(ODD)
def test_whatever_the_vendor_signs_is_survived(told: Any) -> None:
    found = read(json.dumps(told).encode())
    assert isinstance(found, HookFault) or len(found.last4) <= 4


@pytest.mark.parametrize("stamp", ["", "now", "-1", "١٧٦", "1" * 13, "1760000000.5"])
def test_a_stamp_that_is_no_time_signs_nothing(stamp: str) -> None:
    content = body()
    assert read(content, stamp=stamp) is (HookFault.FORGED if stamp else HookFault.UNSIGNED)


@pytest.mark.parametrize(
    ("age", "believed"),
    [(0, True), (300, True), (301, False), (-300, True), (-301, False), (86_400 * 365, False), (-86_400 * 365, False)],
)
def test_a_stamp_is_good_for_five_minutes_on_both_sides(age: int, believed: bool) -> None:
    found = read(body(), stamp=str(int(STAMP) - age))
    assert isinstance(found, Hook) if believed else found is HookFault.STALE


def test_one_good_signature_of_several_is_enough() -> None:
    content = body()
    good, other = signature(SECRET, STAMP, content), signature("other", STAMP, content)
    for signed in (f"{other},{good}", f"{good},{other}", f" {other} , {good} ", good.upper()):
        found = VERIFIER.read({GUIDE[0]: signed, GUIDE[1]: STAMP}, content, NOW)
        assert isinstance(found, Hook), signed
    for signed in (f"{other},{other}", ",", f"{good} {other}", ",".join([other] * MAX_SIGNATURES + [good])):
        assert VERIFIER.read({GUIDE[0]: signed, GUIDE[1]: STAMP}, content, NOW) is HookFault.FORGED, signed


def test_a_secret_and_the_one_before_it_are_both_good_while_they_change() -> None:
    content = body()
    verifier = Gr4vyVerifier(("new", "old"), "default")
    for secret, believed in (("new", True), ("old", True), (SECRET, False)):
        found = verifier.read(headers(content, secret=secret), content, NOW)
        assert isinstance(found, Hook) is believed
    assert "old" not in repr(verifier)


def test_a_retry_and_a_replay_share_a_key_with_the_first_and_news_does_not() -> None:
    first = keys(read(body()))
    later = str(int(STAMP) + 60)
    assert first & keys(read(body(), stamp=later)), "a retry is stamped anew and keeps its ID"
    assert first & keys(read(body(), delivery="d-2")), "a replay under another ID is the same signed bytes"
    assert not first & keys(read(body(id="evt-2"), delivery="d-2"))
    assert not first & keys(read(body(), delivery="d-2", stamp=later)), "another delivery of the same words"
    bare = keys(read(body(), delivery=""))
    assert bare & keys(read(body(), delivery="", stamp=later)), "without an ID the body tells a retry"
    assert not bare & keys(read(body(id="evt-2"), delivery="", stamp=later))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[]", HookFault.UNREADABLE),
        (b"\xff", HookFault.UNREADABLE),
        (b"{}", HookFault.UNREADABLE),
        (body(event=None), HookFault.UNREADABLE),
        (body(event="e" * (MAX_TEXT + 1)), HookFault.UNREADABLE),
        (body(merchant_account_id="second"), HookFault.OTHER_ACCOUNT),
        (b" " * (MAX_BODY + 1), HookFault.TOO_LARGE),
    ],
)
def test_what_is_not_a_hook_of_ours_is_named(content: bytes, fault: HookFault) -> None:
    assert read(content) is fault


@pytest.mark.parametrize("target", [None, [], "x", {}, {"gift_card": None}, {"gift_card": {"id": None}}])
def test_an_event_that_names_no_card_is_believed_and_says_nothing(target: object) -> None:
    found = read(body(target=target))
    assert isinstance(found, Hook)
    assert (found.account_id, found.last4) == ("", "")


def test_a_verifier_is_made_from_a_backends_own_settings() -> None:
    assert verifier_of("gr4vy", {"merchant_account_id": "default"}, (SECRET,)) == VERIFIER
    assert verifier_of("dintero", {"account_id": "T12345678"}, (SECRET, "old")).face == "dintero"
    assert [face for face in ("swedbankpay", "parpay", "gr4vy", "dintero") if has_hooks(face)] == ["gr4vy", "dintero"]


@pytest.mark.parametrize(
    ("face", "options", "secrets", "field"),
    [
        ("parpay", {}, (SECRET,), "hooks"),
        ("gr4vy", {}, (SECRET,), "merchant_account_id"),
        ("dintero", {"account_id": 7}, (SECRET,), "account_id"),
        ("dintero", {"account_id": "T12345678"}, (), "hook_secret"),
        ("gr4vy", {"merchant_account_id": "default"}, ("",), "hook_secret"),
    ],
)
def test_what_a_verifier_lacks_is_named(face: str, options: Any, secrets: tuple[str, ...], field: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        verifier_of(face, options, secrets)
    assert (fault.value.face, fault.value.field) == (face, field)
    assert SECRET not in str(fault.value)


def test_the_tolerance_is_the_tills_own() -> None:
    content = body()
    strict = Gr4vyVerifier((SECRET,), "default", timedelta(seconds=10))
    old = headers(content, str(int(STAMP) - 11))
    assert strict.read(old, content, NOW) is HookFault.STALE
