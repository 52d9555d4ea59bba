"""Dintero's client: what it sends, and what it makes of the answers. Rows DC1 to DC13 of the behaviours to keep."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from app.backends.base import SettingsFault, Surroundings
from app.backends.providers.dintero import Dintero
from app.backends.registry import open_backend
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostSilent,
    Phase,
)
from app.domain.verb import RepeatRule, Verb
from tests.backends import dintero_peer as small
from tests.backends.dintero_peer import CARD, CODE, SALE, Wallets, booked, error, request, told, transaction
from tests.backends.making import REF, SECONDS, nok
from tests.backends.peer import Answering, Reply, http, reply

APPROVED = HostApproved(SALE, CARD, nok(12345))


@pytest.fixture
def peer() -> Iterator[Wallets]:
    with Wallets() as listening:
        yield listening


@pytest.fixture
def backend(peer: Wallets) -> Iterator[Dintero]:
    opened = small.backend(peer.url)
    yield opened
    opened.close()


@pytest.mark.parametrize("life", [3600, 60, 14400, 86400, "7200", 1])
def test_dc1_a_token_is_fetched_once_with_basic_and_an_audience_and_renewed_before_its_end(
    peer: Wallets, life: object
) -> None:
    ticks = [1000.0]
    backend = small.backend(peer.url, Surroundings(ticks=lambda: ticks[0]))
    answer = reply({"access_token": "a", "token_type": "Bearer", "expires_in": life})
    peer.tokens.extend([answer, answer])
    for _ in range(3):
        assert isinstance(backend.send(request(), SECONDS), HostApproved)
    (call,) = peer.token_calls()
    assert call.headers["authorization"] == "Basic " + base64.b64encode(b"payer:payer-secret").decode()
    assert call.headers["content-type"] == "application/json"
    assert call.json == {
        "grant_type": "client_credentials",
        "audience": "https://api.dintero.com/v1/accounts/T12345678",
    }
    ticks[0] += float(str(life)) - 0.4
    assert isinstance(backend.send(request(), SECONDS), HostApproved)
    assert len(peer.token_calls()) == 2
    backend.close()


@pytest.mark.parametrize("verb", [Verb.REDEEM, Verb.AUTHORIZE, Verb.RELOAD, Verb.CAPTURE, Verb.CANCEL])
def test_dc2_a_timeout_is_silence_and_its_repeat_has_the_same_reference(
    peer: Wallets, backend: Dintero, verb: Verb
) -> None:
    peer.then(Reply(hold=True))
    asked = request(verb, final=False)
    assert backend.send(asked, 0.3) == HostSilent(Cause.TIMEOUT, CARD)
    assert isinstance(backend.send(replace(asked, repeat=True), SECONDS), HostApproved)
    first, second = peer.calls()
    assert first.body == second.body
    assert first.json["ref_id"] == REF


def test_dc3_a_payment_goes_by_the_code_alone_and_a_load_by_the_id_alone(peer: Wallets, backend: Dintero) -> None:
    backend.send(request(), SECONDS)
    backend.send(request(Verb.RELOAD), SECONDS)
    backend.send(request(card=None, repeat=True), SECONDS)
    paid, loaded, purged = (call.json for call in peer.calls("/transactions"))
    assert (paid["token"], "card_id" in paid, paid["type"]) == (CODE, False, "drawdown")
    assert (loaded["card_id"], "token" in loaded, loaded["type"]) == (CARD, False, "fund")
    assert (purged["card_id"], "token" in purged, purged["type"]) == (CARD, False, "drawdown")


def test_dc4_what_can_be_spent_is_the_available_amount(peer: Wallets, backend: Dintero) -> None:
    peer.then(reply(told(available=345)))
    assert backend.send(request(Verb.BALANCE), SECONDS) == HostPrepared(CARD, nok(345), "12/29")
    peer.then(booked(), reply(told(available=7)))
    assert backend.send(request(want_balance=True), SECONDS) == replace(APPROVED, balance=nok(7))
    peer.then(reply(told(available=None)))
    assert backend.send(request(Verb.BALANCE), SECONDS) == HostPrepared(CARD, None, "12/29")


def test_dc5_codes_and_pins_are_text_with_their_zeros_and_their_prefix(peer: Wallets) -> None:
    backend = small.backend(peer.url, code_prefix="VOUCH:", new_cards_have_a_pin=True)
    backend.send(request(pin_block=small.pin("0012")), SECONDS)
    (sent,) = peer.calls("/transactions")
    assert (sent.json["token"], sent.json["pin"]) == (f"VOUCH:{CODE}", "0012")
    peer.then(lambda received: reply(small.new_card(received, f"VOUCH:{CODE}")))
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS)
    backend.close()
    assert isinstance(made, HostPrepared)
    assert made.issued is not None
    assert (made.issued.code, made.issued.pan.reveal(), made.issued.pin) == (f"VOUCH:{CODE}", CODE, "0123")


def test_dc6_no_log_tells_a_code_a_pin_or_a_secret(
    peer: Wallets, backend: Dintero, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = repr(backend.send(request(pin_block=small.pin("4711")), SECONDS))
    shown += repr(backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS))
    shown += repr(small.settings(peer.url)) + repr(small.pin("4711")) + caplog.text
    for secret in (CODE, "4711", "manager-secret", "payer-secret", "token-1", CARD):
        assert secret not in shown.replace(f"account_id='{CARD}'", "")


def test_dc7_a_new_card_is_empty_has_our_name_and_tells_its_code_once(peer: Wallets, backend: Dintero) -> None:
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS)
    assert isinstance(made, HostPrepared)
    (call,) = peer.calls("/cards")
    assert call.json["amount"] == 0
    assert call.json["card_id"] == made.account_id
    assert call.json["card_token"]["format"] == {"length": 18, "numbers": True, "symbols": False, "characters": False}
    funded = backend.send(request(Verb.ISSUE, account_id=made.account_id), SECONDS)
    assert funded == HostApproved(SALE, made.account_id, nok(12345))


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (error(400, "insufficient funds", "SOME CODE"), 400, Decline.INSUFFICIENT),
        (error(403, "wrong pin"), 403, Decline.WRONG_PIN),
        (error(403, "the pin is required"), 403, Decline.PIN_REQUIRED),
        (error(400, "the card is blocked"), 400, Decline.BLOCKED),
        (error(400, "?", "card_expired"), 400, Decline.EXPIRED),
        (error(409, ""), 409, Decline.REFERENCE_REUSED),
        (reply({"error": {"message": 7, "code": None, "errors": "x"}}, 400), 400, Decline.MALFORMED),
        (reply({"error": "text"}, 404), 404, Decline.NOT_FOUND),
        (http(403, b""), 403, Decline.FORBIDDEN),
    ],
)
def test_dc8_a_refusal_needs_no_code(
    peer: Wallets, backend: Dintero, answer: Reply, status: int, reason: Decline
) -> None:
    peer.then(answer)
    assert backend.send(request(), SECONDS) == HostRefused(reason, status, CARD)


def test_dc9_unknown_words_are_survived_and_an_unknown_type_is_not_confirmed(peer: Wallets, backend: Dintero) -> None:
    peer.then(reply(told("sleeping", surprise=[{}])))
    assert isinstance(backend.send(request(Verb.BALANCE), SECONDS), HostPrepared)
    peer.then(booked(type="teleported"))
    assert backend.send(request(), SECONDS) == HostSilent(Cause.UNKNOWN_STATE, CARD)


@pytest.mark.parametrize(
    "changes",
    [{"ref_id": "other"}, {"amount": 12344}, {"currency": "SEK"}, {"type": "fund"}, {"type": "pending_capture"}],
)
def test_an_answer_about_something_else_is_silence(peer: Wallets, backend: Dintero, changes: dict[str, Any]) -> None:
    peer.then(booked(**changes))
    assert backend.send(request(), SECONDS) == HostSilent(Cause.MISMATCH, CARD)


def test_dc10_what_a_capture_leaves_is_released_and_both_are_one_repeatable_thing(
    peer: Wallets, backend: Dintero
) -> None:
    assert backend.send(request(Verb.CAPTURE), SECONDS) == APPROVED
    assert [call.path.rpartition("/")[2] for call in peer.calls()] == ["capture", "void"]
    assert peer.calls("/void")[0].json["ref_id"] == f"{REF}-rest"
    peer.then(booked(), Reply(close=True))
    assert backend.send(request(Verb.CAPTURE), SECONDS) == HostSilent(Cause.BROKEN, CARD)
    peer.then(booked(), error(409, "nothing left to release"))
    assert backend.send(request(Verb.CAPTURE, repeat=True), SECONDS) == APPROVED
    assert backend.send(request(Verb.CAPTURE, final=False), SECONDS) == APPROVED
    assert len(peer.calls("/void")) == 3


@pytest.mark.parametrize(
    ("given", "asked", "allowed"), [(0, 12345, True), (0, 12346, False), (12000, 345, True), (12000, 346, False)]
)
def test_dc11_a_give_back_is_capped_at_its_sale_and_names_it(
    peer: Wallets, backend: Dintero, given: int, asked: int, allowed: bool
) -> None:
    peer.history = [
        transaction("drawdown", 12345, "sale", id=SALE),
        transaction("fund", given, "earlier", metadata={"sale": SALE}),
        transaction("fund", 99, "load"),
    ]
    reply_ = backend.send(request(Verb.REFUND, amount=nok(asked)), SECONDS)
    if not allowed:
        assert reply_ == HostDeclined(Decline.NOTHING_LEFT, account_id=CARD)
        assert peer.calls("/wallets/transactions") == []
        return
    assert reply_ == HostApproved(SALE, CARD, nok(asked))
    (sent,) = peer.calls("/wallets/transactions")
    assert (sent.json["type"], sent.json["metadata"]["sale"]) == ("fund", SALE)


def test_a_give_back_that_is_in_the_history_is_not_sent_again(peer: Wallets, backend: Dintero) -> None:
    peer.history = [transaction("drawdown", 12345, "sale", id=SALE), transaction("fund", 12345, REF, id="given")]
    again = backend.send(request(Verb.REFUND, repeat=True), SECONDS)
    assert again == HostApproved("given", CARD, nok(12345), duplicate=True)
    assert peer.calls("/wallets/transactions") == []


def test_a_load_is_taken_back_by_a_drawdown_and_an_unknown_sale_not_at_all(peer: Wallets, backend: Dintero) -> None:
    peer.history = [transaction("fund", 12345, "load", id=SALE)]
    loaded = replace(small.ORIGINAL, verb=Verb.RELOAD)
    assert backend.send(request(Verb.REVERSE, loaded), SECONDS) == APPROVED
    assert peer.calls("/wallets/transactions")[0].json["type"] == "drawdown"
    peer.history = []
    assert backend.send(request(Verb.REVERSE, loaded), SECONDS) == HostRefused(Decline.NOT_FOUND, 404, CARD)


def test_a_repeat_whose_card_is_refused_before_it_could_go_is_our_own_refusal(peer: Wallets, backend: Dintero) -> None:
    peer.then(error(404, "not found"))
    assert backend.send(request(account_id="", repeat=True), SECONDS) == HostRefused(Decline.UNKNOWN_CARD, 0)
    assert peer.calls("/transactions") == []


@pytest.mark.parametrize("trouble", [error(400, "insufficient funds"), error(409, "ref_id is used")])
def test_the_refusal_of_a_repeat_is_looked_up(peer: Wallets, backend: Dintero, trouble: Answering) -> None:
    peer.then(trouble)
    refused = backend.send(request(repeat=True), SECONDS)
    assert isinstance(refused, HostRefused)
    peer.history = [transaction("drawdown", 12345, REF, id="first")]
    peer.then(trouble)
    assert backend.send(request(repeat=True), SECONDS) == HostApproved("first", CARD, nok(12345), duplicate=True)
    peer.then(trouble, http(500, b""))
    assert backend.send(request(repeat=True), SECONDS) == HostSilent(Cause.UNKNOWN_STATE, CARD)


@pytest.mark.parametrize("lost", [Reply(close=True), http(500, b""), http(200, b"{}")])
def test_dc12_a_new_card_whose_answer_was_lost_is_looked_for_and_deleted(
    peer: Wallets, backend: Dintero, lost: Reply
) -> None:
    def made(received: object) -> Reply:
        return reply(told(available=0, card_id=peer.calls("/cards")[0].json["card_id"]))

    peer.then(lost, made, http(204, b""))
    assert isinstance(backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS), HostNotSent)
    assert [call.method for call in peer.calls()] == ["POST", "GET", "DELETE"]


def test_dc12_an_activation_is_looked_up_before_it_is_made_again(peer: Wallets, backend: Dintero) -> None:
    ours = told("active", 12345, amount=12345, metadata={"transaction_ref": REF})
    done = HostApproved("0d9f", CARD, nok(12345), nok(12345), expiry="12/29")
    peer.then(reply(ours))
    assert backend.send(request(Verb.ACTIVATE), SECONDS) == done
    peer.then(reply(ours))
    assert backend.send(request(Verb.ACTIVATE, repeat=True), SECONDS) == replace(done, duplicate=True)
    peer.then(reply(told("inactive", 0)), reply(ours))
    assert backend.send(request(Verb.ACTIVATE, repeat=True), SECONDS) == done
    peer.then(reply(told("active")))
    assert backend.send(request(Verb.ACTIVATE, repeat=True), SECONDS) == HostRefused(Decline.ACTIVE_ALREADY, 409, CARD)
    assert [call.method for call in peer.calls()] == ["POST", "GET", "GET", "POST", "GET"]


def test_dc12_a_refused_activation_may_be_the_work_of_its_own_copy(peer: Wallets, backend: Dintero) -> None:
    taken = error(409, "the card is active already")
    peer.then(taken, reply(told("active", 12345, amount=12345, metadata={"transaction_ref": REF})))
    done = backend.send(request(Verb.ACTIVATE), SECONDS)
    assert done == HostApproved("0d9f", CARD, nok(12345), nok(12345), duplicate=True, expiry="12/29")
    peer.then(taken, reply(told("active")))
    assert backend.send(request(Verb.ACTIVATE), SECONDS) == HostRefused(Decline.ACTIVE_ALREADY, 409, CARD)
    peer.then(taken, reply(told("inactive", 0)))
    assert backend.send(request(Verb.ACTIVATE), SECONDS) == HostRefused(Decline.REFERENCE_REUSED, 409, CARD)
    peer.then(taken, http(500, b""))
    assert backend.send(request(Verb.ACTIVATE), SECONDS) == HostSilent(Cause.UNKNOWN_STATE, CARD)


def test_a_deletion_is_looked_up_before_it_is_made_again(peer: Wallets, backend: Dintero) -> None:
    peer.then(http(204, b""))
    assert isinstance(backend.send(request(Verb.DELETE), SECONDS), HostApproved)
    peer.then(error(404, "not found"))
    gone = HostApproved(CARD, CARD, nok(0), duplicate=True)
    assert backend.send(request(Verb.DELETE, repeat=True), SECONDS) == gone
    peer.then(error(404, "not found"))
    assert backend.send(request(Verb.DELETE), SECONDS) == gone
    peer.then(error(409, "there is money on the card"))
    assert isinstance(backend.send(request(Verb.DELETE), SECONDS), HostRefused)


def test_dc13_metadata_hold_our_references_and_the_vendors_key_only_for_a_card_a_checkout_sold(
    peer: Wallets, backend: Dintero
) -> None:
    backend.send(request(), SECONDS)
    backend.send(request(Verb.RELOAD, funding="T12345678.abc"), SECONDS)
    plain, sold = (call.json["metadata"] for call in peer.calls("/transactions"))
    assert plain["stan"] == "000042"
    assert not [name for name in plain if name.startswith("dintero_")]
    assert sold["dintero_transaction_id"] == "T12345678.abc"


def test_a_till_that_only_pays_asks_as_the_paying_client_and_offers_nothing_else(peer: Wallets) -> None:
    backend = small.backend(peer.url, client_id="", client_secret="")
    table = backend.capabilities.verbs
    assert set(table) == {Verb.BALANCE, Verb.REDEEM, Verb.AUTHORIZE, Verb.CAPTURE, Verb.CANCEL}
    assert table[Verb.REDEEM].undo is None
    assert not table[Verb.REDEEM].refusal_of_repeat_proves_not_booked
    assert backend.send(request(account_id=""), SECONDS) == APPROVED
    assert backend.send(request(Verb.RELOAD), SECONDS) == HostNotSent(Cause.CONFIGURATION, CARD)
    assert backend.send(request(card=None, repeat=True), SECONDS) == HostNotSent(Cause.LOOKUP, CARD)
    peer.then(error(404, "not found"))
    assert backend.ping().up
    assert {call.headers["authorization"] for call in peer.calls()} == {"Bearer token-1"}
    backend.close()


def test_the_table_says_what_may_be_repeated_and_undone(peer: Wallets, backend: Dintero) -> None:
    table = backend.capabilities.verbs
    queryable = {Verb.ACTIVATE, Verb.DELETE, Verb.MAKE_BLANKS}
    assert {verb for verb, rule in table.items() if rule.repeat is RepeatRule.QUERYABLE} == queryable
    assert [verb for verb, rule in table.items() if rule.repeat is RepeatRule.ONCE] == [Verb.NEW_CODE]
    assert (backend.capabilities.blanks_by_id, backend.capabilities.most_blanks) == (True, 100)
    assert {verb for verb, rule in table.items() if rule.offline} == {Verb.REDEEM, Verb.RELOAD}
    assert table[Verb.AUTHORIZE].undo is Verb.CANCEL
    assert not [verb for verb, rule in table.items() if rule.refusal_of_repeat_proves_not_booked], (
        "a refused ref_id is not used up, and a history does not show what is still on its way"
    )


def test_a_pin_for_another_kind_of_host_is_never_sent(peer: Wallets, backend: Dintero) -> None:
    block = type(small.pin())(b"12345678", 0)
    assert backend.send(request(pin_block=block), SECONDS) == HostNotSent(Cause.CONFIGURATION, CARD)
    assert peer.calls() == []


def test_a_customers_cards_come_bare_and_a_missing_balance_is_not_zero(peer: Wallets, backend: Dintero) -> None:
    without = {"card_id": "b", "status": "used", "name": "Birthday"}
    peer.then(reply([told(), without, 7]))
    listed = backend.send(request(Verb.LIST_CARDS, customer="c 1/2"), SECONDS)
    assert isinstance(listed, HostListed)
    assert [(card.id, card.balance, card.last4) for card in listed.cards] == [
        (CARD, nok(10_000), "3456"),
        ("b", None, ""),
    ]
    assert peer.calls()[0].path.endswith("/customers/c%201%2F2/cards")


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b"<html>Welcome to our guest network</html>", "text/html"),
        http(200, b"[]"),
        http(200, b"{}"),
        http(204, b""),
        http(403, b"<html>Sign in</html>", "text/html"),
        http(418, b"{}"),
        http(200, b"[" * 100_000),
    ],
)
def test_what_can_not_be_read_is_silence(peer: Wallets, backend: Dintero, answer: Reply) -> None:
    peer.then(answer)
    assert backend.send(request(), SECONDS) == HostSilent(Cause.UNREADABLE, CARD)


def test_a_token_that_is_not_taken_is_renewed_once(peer: Wallets, backend: Dintero) -> None:
    peer.then(error(401, "expired"))
    assert backend.send(request(), SECONDS) == APPROVED
    peer.then(error(401, "expired"), error(401, "expired"))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.CONFIGURATION, CARD)
    peer.then(error(429, "later"))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.BUSY, CARD)


def test_a_cut_line_sends_nothing(peer: Wallets) -> None:
    cut = threading.Event()
    cut.set()
    backend = small.backend(peer.url, Surroundings(cut=cut.is_set))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.LINE_CUT, CARD)
    assert backend.ping().cause is Cause.LINE_CUT
    backend.close()
    assert peer.received == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_id", "X12345678"),
        ("account_id", "T1234567"),
        ("account_id", "T1234567\u0668"),
        ("base_url", "http://host.example/v1"),
        ("pay_client_secret", ""),
        ("client_secret", ""),
        ("code_prefix", " VOUCH:"),
        ("code_prefix", "VOU CH:"),
        ("code_prefix", "VÖUCH:"),
        ("ca_file", "/nowhere/ca.pem"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(field: str, value: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        open_backend("dintero", asdict(small.settings("https://host.example")) | {field: value})
    assert caught.value.field == field
