"""What Gr4vy's answers mean for the money, and what comes of answers nobody documented."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.backends.providers.gr4vy import MAX_PAGES, Gr4vy
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostSilent,
)
from app.domain.verb import RepeatRule, Verb
from tests.backends import gr4vy_making as making
from tests.backends.gr4vy_making import CARD_ID, PAN, PIN, REF, SECONDS, error, nok, redemption, transaction
from tests.backends.peer import Peer, Reply, http, reply

PAID = HostApproved(f"{making.PAID_ID}/{making.SPENT_ID}", "", nok(1299))
SOON = 0.3


@pytest.fixture
def gr4vy(peer: Peer) -> Iterator[Gr4vy]:
    opened = making.backend(peer.url)
    yield opened
    opened.close()


def failed(code: str | None, **changes: Any) -> Reply:
    return reply(transaction("failed", redemption("failed", error_code=code), **changes), 201)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("invalid_gift_card", Decline.UNKNOWN_CARD),
        ("expired_card", Decline.EXPIRED),
        ("inactive_card", Decline.INACTIVE),
        ("insufficient_funds", Decline.INSUFFICIENT),
        ("incorrect_currency", Decline.CURRENCY),
        ("invalid_amount", Decline.AMOUNT),
        ("suspected_fraud", Decline.BLOCKED),
        ("duplicate_transaction", Decline.REFERENCE_REUSED),
        ("service_network_error", Decline.OTHER),
        ("a_code_of_next_year", Decline.OTHER),
        (None, Decline.OTHER),
    ],
)
def test_gc2_a_failed_outcome_is_a_decline_whatever_its_code(
    peer: Peer, gr4vy: Gr4vy, code: str | None, reason: Decline
) -> None:
    peer.then(failed(code))
    assert gr4vy.send(making.request(), SECONDS) == HostDeclined(reason)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (transaction("pending"), Cause.UNKNOWN_STATE),
        (transaction("a word of next year"), Cause.UNKNOWN_STATE),
        (transaction("succeeded", redemption("failed")), Cause.UNKNOWN_STATE),
        (transaction("succeeded", redemption("created")), Cause.UNKNOWN_STATE),
        (transaction("failed", redemption("succeeded")), Cause.UNKNOWN_STATE),
        (transaction("failed", redemption("succeeded", refunded_amount=1298)), Cause.UNKNOWN_STATE),
        (transaction("failed", redemption("created")), Cause.UNKNOWN_STATE),
        (transaction(gift_card_redemptions=[]), Cause.UNKNOWN_STATE),
        (transaction("succeeded", redemption(amount=1)), Cause.MISMATCH),
        (transaction(amount=1298), Cause.MISMATCH),
        (transaction(amount=1299.5), Cause.MISMATCH),
        (transaction(currency="SEK"), Cause.MISMATCH),
        (transaction(external_identifier="somebody"), Cause.MISMATCH),
        (transaction(intent_outcome=None), Cause.UNREADABLE),
        ({}, Cause.UNREADABLE),
        ([], Cause.UNREADABLE),
    ],
)
def test_gc5_gc11_a_201_that_does_not_say_what_became_of_the_money_is_silence(
    peer: Peer, gr4vy: Gr4vy, answer: Any, cause: Cause
) -> None:
    peer.then(reply(answer, 201), reply(answer))
    assert gr4vy.send(making.request(), SECONDS) == HostSilent(cause)


def test_gc5_an_outcome_that_is_pending_is_looked_up_once(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(transaction("pending", redemption("created")), 201), reply(transaction()))
    assert gr4vy.send(making.request(), SECONDS) == PAID
    assert [call.path for call in peer.calls()] == ["/transactions", f"/transactions/{making.PAID_ID}"]


def test_a_card_that_was_given_back_within_a_failed_outcome_is_a_decline(peer: Peer, gr4vy: Gr4vy) -> None:
    returned = redemption("succeeded", refunded_amount=1299)
    victim = redemption("failed", error_code="operation_canceled")
    culprit = redemption("failed", error_code="expired_card")
    peer.then(reply(transaction("failed", returned, victim, culprit), 201))
    assert gr4vy.send(making.request(), SECONDS) == HostDeclined(Decline.EXPIRED)


FASTAPI = {"detail": [{"loc": ["body", "currency"], "msg": "Input should be a currency", "type": "value_error"}]}
OWN = {"location": "body", "pointer": "/amount", "message": "Input should be less", "type": "value_error"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(400, "bad_request"), HostRefused(Decline.MALFORMED, 400)),
        (error(400, "bad_request", details=[OWN]), HostRefused(Decline.AMOUNT, 400)),
        (reply(FASTAPI, 422), HostRefused(Decline.CURRENCY, 422)),
        (reply({"detail": "text"}, 422), HostRefused(Decline.MALFORMED, 422)),
        (error(400, "expired_card"), HostRefused(Decline.EXPIRED, 400)),
        (error(400, "x", details=[OWN | {"type": "inactive_card"}]), HostRefused(Decline.INACTIVE, 400)),
        (error(403, "forbidden"), HostRefused(Decline.FORBIDDEN, 403)),
        (error(404, "not_found"), HostRefused(Decline.UNKNOWN_CARD, 404)),
        (error(405, "method_not_allowed"), HostRefused(Decline.MALFORMED, 405)),
        (error(409, "duplicate_record"), HostRefused(Decline.REFERENCE_REUSED, 409)),
        (error(409, "concurrent_request"), HostSilent(Cause.BUSY)),
        (error(425, "too_early"), HostNotSent(Cause.BUSY)),
        (error(429, "too_many_requests"), HostNotSent(Cause.BUSY)),
        (error(500, "server_error"), HostSilent(Cause.SERVER)),
        (error(504, "gateway_timeout"), HostSilent(Cause.SERVER)),
        (http(502, b"<html>bad gateway</html>", "text/html"), HostSilent(Cause.SERVER)),
        (http(400, b"<html>a portal</html>", "text/html"), HostSilent(Cause.UNREADABLE)),
        (http(302, b"", "text/html"), HostSilent(Cause.UNREADABLE)),
        (http(418, b"{}"), HostSilent(Cause.UNREADABLE)),
        (http(201, b"\xff\xfe"), HostSilent(Cause.UNREADABLE)),
        (Reply(b"", close=True), HostSilent(Cause.BROKEN)),
        (Reply(b"HTTP/1.1 201 Created\r\n", close=True), HostSilent(Cause.BROKEN)),
    ],
    ids=str,
)
def test_gc6_every_shape_of_trouble_is_a_reply(peer: Peer, gr4vy: Gr4vy, answer: Reply, expected: HostReply) -> None:
    peer.then(answer)
    assert gr4vy.send(making.request(), SECONDS) == expected


def test_gc3_gc6_no_answer_is_silence_and_nothing_is_sent_again(peer: Peer, gr4vy: Gr4vy) -> None:
    for verb in (Verb.REDEEM, Verb.ACTIVATE, Verb.SAVE):
        peer.then(Reply(hold=True))
        assert gr4vy.send(making.request(verb), SOON) == HostSilent(Cause.TIMEOUT)
    assert len(peer.calls()) == 3


def test_gc3_a_repeat_looks_first_and_then_sends_the_same_key(peer: Peer, gr4vy: Gr4vy) -> None:
    strangers = making.listed(transaction(external_identifier="somebody"), more="next")
    peer.then(strangers, making.listed(transaction()))
    assert gr4vy.send(making.request(repeat=True), SECONDS) == replace(PAID, duplicate=True)
    assert [call.method for call in peer.calls()] == ["GET", "GET"]
    peer.then(making.listed(), reply(transaction(), 201))
    assert gr4vy.send(making.request(repeat=True), SECONDS) == PAID
    assert peer.calls()[-1].headers["idempotency-key"] == REF


def test_gc3_a_repeat_without_its_pin_can_only_look(peer: Peer, gr4vy: Gr4vy) -> None:
    bare = making.request(repeat=True, card=None)
    peer.then(making.listed(transaction()), making.listed())
    assert gr4vy.send(bare, SECONDS) == replace(PAID, duplicate=True)
    assert gr4vy.send(bare, SECONDS) == HostNotSent(Cause.LOOKUP)
    peer.then(error(403, "forbidden"))
    assert gr4vy.send(bare, SECONDS) == HostNotSent(Cause.LOOKUP), "nor was anything looked at"
    # a copy that is not there after so long will not come any more: a person decides, unless the host's word is enough
    peer.then(making.listed())
    old = replace(bare, local_time=datetime.now(UTC) - timedelta(minutes=6))
    assert gr4vy.send(old, SECONDS) == HostRefused(Decline.PIN_REQUIRED, 0)


def test_a_search_that_is_refused_leaves_it_to_the_key_while_it_lives(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(error(403, "forbidden"), reply(transaction(), 201))
    assert gr4vy.send(making.request(repeat=True), SECONDS) == PAID
    old = datetime.now(UTC) - timedelta(hours=24)
    peer.then(error(403, "forbidden"))
    assert gr4vy.send(making.request(repeat=True, local_time=old), SECONDS) == HostNotSent(Cause.LOOKUP)


def test_a_list_without_an_end_ends(peer: Peer, gr4vy: Gr4vy) -> None:
    old = datetime.now(UTC) - timedelta(hours=24)
    peer.then(*[making.listed(more="again")] * MAX_PAGES)
    assert gr4vy.send(making.request(repeat=True, local_time=old), SECONDS) == HostNotSent(Cause.LOOKUP)


def test_a_search_that_breaks_proves_nothing(peer: Peer, gr4vy: Gr4vy) -> None:
    for answer, cause in ((http(503, b""), Cause.SERVER), (error(429, "x"), Cause.BUSY)):
        peer.then(answer)
        assert gr4vy.send(making.request(repeat=True), SECONDS) == HostNotSent(cause)
    assert [call.method for call in peer.calls()] == ["GET", "GET"]


def test_a_repeated_refund_looks_first(peer: Peer, gr4vy: Gr4vy) -> None:
    given = HostApproved(making.REFUND_ID, "", nok(1299))
    peer.then(making.listed(making.refund(external_identifier=None), making.refund()))
    again = making.request(Verb.REFUND, repeat=True)
    assert gr4vy.send(again, SECONDS) == replace(given, duplicate=True)
    peer.then(making.listed(), reply(making.refund(), 201))
    assert gr4vy.send(again, SECONDS) == given


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([making.refund("processing"), making.refund()], HostApproved(making.REFUND_ID, "", nok(1299))),
        ([making.refund("processing"), making.refund("processing")], HostSilent(Cause.UNKNOWN_STATE)),
        ([making.refund("failed")], HostDeclined(Decline.OTHER)),
        ([making.refund("declined", error_code="inactive_card")], HostDeclined(Decline.INACTIVE)),
        ([making.refund("voided")], HostDeclined(Decline.OTHER)),
        ([making.refund("a new word"), making.refund("a new word")], HostSilent(Cause.UNKNOWN_STATE)),
        ([making.refund(target_id=CARD_ID)], HostSilent(Cause.MISMATCH)),
        ([making.refund(amount=1)], HostSilent(Cause.MISMATCH)),
        ([{}], HostSilent(Cause.UNREADABLE)),
    ],
)
def test_a_refund_is_what_its_status_says(peer: Peer, gr4vy: Gr4vy, answers: list[Any], expected: HostReply) -> None:
    first, *rest = answers
    peer.then(reply(first, 201), *(reply(answer) for answer in rest))
    assert gr4vy.send(making.request(Verb.REFUND), SECONDS) == expected


def test_a_repeated_save_finds_the_card_and_never_makes_a_second(peer: Peer, gr4vy: Gr4vy) -> None:
    again = making.request(Verb.SAVE, repeat=True, customer="C-17")
    saved = HostApproved(CARD_ID, CARD_ID, nok(0), duplicate=True)
    peer.then(making.listed(making.stored(last4="9999"), more="2"), making.listed(making.stored()))
    assert gr4vy.send(again, SECONDS) == saved
    peer.then(error(403, "forbidden"))
    assert gr4vy.send(again, SECONDS) == HostNotSent(Cause.LOOKUP)
    assert {call.method for call in peer.calls()} == {"GET"}
    peer.then(making.listed(), reply(making.stored(), 201))
    assert gr4vy.send(again, SECONDS) == replace(saved, duplicate=False, expiry="12/31")
    bare = replace(again, card=making.card().for_sealing())  # the till was started anew: no PIN
    peer.then(making.listed(making.stored()), making.listed())
    assert gr4vy.send(bare, SECONDS) == saved
    assert gr4vy.send(bare, SECONDS) == HostRefused(Decline.PIN_REQUIRED, 0)


def test_a_card_that_a_customer_keeps_already_is_saved(peer: Peer, gr4vy: Gr4vy) -> None:
    there = error(409, "duplicate_record", resource_id=CARD_ID)
    peer.then(there, error(409, "duplicate_record", resource_id="../x"), error(409, "duplicate_record"))
    asked = making.request(Verb.SAVE, customer="C-17")
    assert gr4vy.send(asked, SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0), duplicate=True)
    for _ in range(2):
        assert gr4vy.send(asked, SECONDS) == HostRefused(Decline.REFERENCE_REUSED, 409)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, HostPrepared("", nok(1299))),
        ({"balance": 0}, HostPrepared("", nok(0))),
        ({"balance": None}, HostPrepared("", None)),
        ({"balance": None, "balance_error_code": "service_error"}, HostPrepared("", None)),
        ({"balance": None, "balance_error_code": "a_code_of_next_year"}, HostPrepared("", None)),
        ({"balance": None, "balance_error_code": "expired_card"}, HostRefused(Decline.EXPIRED, 200)),
        ({"balance": 12.5}, HostPrepared("", None)),
        ({"currency": "XXX"}, HostPrepared("", None)),
        ({"expiration_date": "2031-12-31T00:00:00+00:00"}, HostPrepared("", nok(1299), "12/31")),
        ({"expiration_date": "soon"}, HostPrepared("", nok(1299))),
        ({"last4": "9999"}, HostNotSent(Cause.UNREADABLE)),
    ],
)
def test_gc1_a_balance_that_is_not_known_is_not_zero(
    peer: Peer, gr4vy: Gr4vy, changes: dict[str, Any], expected: HostReply
) -> None:
    peer.then(reply({"items": [making.summary(**changes)]}))
    assert gr4vy.send(making.request(Verb.BALANCE), SECONDS) == expected


def test_a_receipt_learns_what_is_left_or_does_not(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(transaction(), 201), reply({"items": [making.summary(balance=1)]}))
    assert gr4vy.send(making.request(want_balance=True), SECONDS) == replace(PAID, balance=nok(1))
    peer.then(reply(transaction(), 201), http(500, b""))
    assert gr4vy.send(making.request(want_balance=True), SECONDS) == PAID


def test_gc10_429_is_never_repeated_by_the_client_itself(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(error(429, "too_many_requests"))
    assert gr4vy.send(making.request(Verb.BALANCE), SECONDS) == HostNotSent(Cause.BUSY)
    assert len(peer.calls()) == 1


def test_gc4_number_pin_key_and_token_are_in_no_log_and_no_repr(
    peer: Peer, gr4vy: Gr4vy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore.http11", "httpcore.connection", "app.backends"):
        caplog.set_level(logging.DEBUG, logger=name)
    requests = [making.request(), making.request(Verb.SAVE), making.request(Verb.ACTIVATE)]
    for request in requests:
        peer.then(error(400, "bad_request", f"{PAN} {PIN}"))
        answer = gr4vy.send(request, SECONDS)
        assert PAN not in repr((answer, request))
        assert PIN not in repr((answer, request))
    tokens = [call.headers["authorization"].split()[1] for call in peer.calls()]
    assert caplog.records
    for secret in (PAN, f'"{PIN}"', *tokens, making.KEY.pem()):
        assert secret not in caplog.text


def test_the_lamp(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(making.listed(), error(403, "forbidden"), http(503, b""))
    assert gr4vy.ping().up
    assert gr4vy.ping().cause is Cause.CONFIGURATION
    assert gr4vy.ping().cause is Cause.SERVER


def test_the_table_says_what_may_be_repeated_and_undone_and_takes_nothing_offline(gr4vy: Gr4vy) -> None:
    table = gr4vy.capabilities.verbs
    assert not any(rule.offline for rule in table.values())
    assert [verb for verb, rule in table.items() if rule.repeat is RepeatRule.ONCE] == [Verb.ACTIVATE]
    assert [verb for verb, rule in table.items() if rule.repeat is RepeatRule.QUERYABLE] == [Verb.SAVE]
    assert {verb for verb, rule in table.items() if rule.needs_pin} == {Verb.BALANCE, Verb.REDEEM, Verb.SAVE}
    assert {verb for verb, rule in table.items() if rule.needs_customer} == {Verb.SAVE, Verb.LIST_CARDS}
    assert {verb: rule.undo for verb, rule in table.items() if rule.undo} == {
        Verb.REDEEM: Verb.REVERSE,
        Verb.SAVE: Verb.DELETE,
    }
    for verb in set(Verb) - set(table):
        assert gr4vy.send(making.request(verb), SECONDS) == HostNotSent(Cause.CONFIGURATION)
