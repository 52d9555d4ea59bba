"""What leaves the till for Swedbank Pay: paths, headers, bodies, references, and how often."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

from app.backends.base import Surroundings
from app.backends.providers.swedbankpay import SwedbankPay
from app.domain.card import CLEAR_PIN, PinBlock
from app.domain.host import (
    Cause,
    HostApproved,
    HostNotSent,
    HostSilent,
)
from app.domain.money import Currency, Money
from app.domain.verb import Verb
from tests.backends import making
from tests.backends.making import CVC, LINE, ORDER, ORIGINAL, PAN, REF, SECONDS, TRACK2, card, nok, request
from tests.backends.peer import ACCOUNT, BASE, Peer, Reply, http, problem, reply


def test_every_call_names_the_agreement_and_carries_a_token_and_a_signature(peer: Peer, backend: SwedbankPay) -> None:
    backend.send(request(Verb.BALANCE), SECONDS)
    backend.send(request(), SECONDS)
    backend.send(request(Verb.REVERSE), SECONDS)
    backend.query(request(), "1", SECONDS)
    backend.ping()
    assert len(peer.calls()) == 5
    for call in peer.calls():
        assert call.headers["agreement-merchant-id"] == "SystemtestGC"
        assert call.headers["authorization"] == "Bearer token-1"
        assert call.headers["hmac"].startswith("HmacSHA512 till:")


@pytest.mark.parametrize("verb", [Verb.BALANCE, Verb.REDEEM])
def test_a_pin_in_clear_never_leaves_for_this_backend(peer: Peer, backend: SwedbankPay, verb: Verb) -> None:
    asked = request(verb, pin_block=PinBlock(b"4711", CLEAR_PIN))
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.CONFIGURATION, asked.account_id)
    assert peer.calls() == []


def test_each_attempt_has_its_own_nonce_time_and_session_and_the_same_references(peer: Peer) -> None:
    moments = iter(datetime(2026, 5, 4, 12, 0, second, tzinfo=timezone(timedelta(hours=2))) for second in range(60))
    backend = making.backend(peer.url, Surroundings(now=lambda: next(moments)))
    backend.send(request(), SECONDS)
    backend.send(request(repeat=True), SECONDS)
    backend.close()
    first, second = peer.calls()
    assert first.headers["transmission-time"] == "2026-05-04T10:00:00.000Z"
    for header in ("hmac", "session-id", "transmission-time"):
        assert first.headers[header] != second.headers[header]
    nonces = {call.headers["hmac"].split(":")[1] for call in (first, second)}
    assert len(nonces) == 2
    assert "repeat" not in first.json
    assert second.json == first.json | {"repeat": True}


def test_the_token_is_fetched_once_kept_and_never_signed(peer: Peer, backend: SwedbankPay) -> None:
    for _ in range(3):
        backend.send(request(), SECONDS)
    assert len(peer.token_calls()) == 1
    call = peer.token_calls()[0]
    assert "hmac" not in call.headers
    assert call.headers["authorization"].startswith("Basic ")
    assert call.body == b"grant_type=client_credentials&scope=publicapi"


def test_a_token_is_fetched_anew_before_it_ends(peer: Peer) -> None:
    now = [0.0]
    backend = making.backend(peer.url, Surroundings(ticks=lambda: now[0]))
    backend.send(request(), SECONDS)
    now[0] = 3569.0
    backend.send(request(), SECONDS)
    assert len(peer.token_calls()) == 1
    now[0] = 3571.0
    backend.send(request(), SECONDS)
    backend.close()
    assert len(peer.token_calls()) == 2


def test_four_lanes_fetch_one_token(peer: Peer, backend: SwedbankPay) -> None:
    replies: list[object] = []
    lanes = [threading.Thread(target=lambda: replies.append(backend.send(request(), SECONDS))) for _ in range(4)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert [type(item) for item in replies] == [HostApproved] * 4
    assert len(peer.token_calls()) == 1


def test_a_refused_token_is_renewed_once_and_the_call_made_again_with_the_same_references(
    peer: Peer, backend: SwedbankPay
) -> None:
    peer.then(problem(401, "expired token"))
    assert isinstance(backend.send(request(), SECONDS), HostApproved)
    first, second = peer.calls()
    assert (first.headers["authorization"], second.headers["authorization"]) == ("Bearer token-1", "Bearer token-2")
    assert first.body == second.body
    assert first.headers["hmac"] != second.headers["hmac"]


def test_refused_twice_it_is_a_matter_of_configuration_and_never_a_decline(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(problem(401, "who are you"), problem(401, "who are you"))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.CONFIGURATION, ACCOUNT)
    assert len(peer.calls()) == 2


@pytest.mark.parametrize(
    "answer",
    [
        reply({"error": "invalid_client"}, 401),
        reply({"token_type": "Bearer"}),
        reply({"access_token": "a\r\nX: y"}),
        http(200, b"<html>sign in</html>", "text/html"),
        http(500, b""),
        Reply(close=True),
    ],
)
def test_without_a_token_nothing_is_sent(peer: Peer, backend: SwedbankPay, answer: Reply) -> None:
    peer.tokens.extend([answer, answer])
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.TOKEN, ACCOUNT)
    assert peer.calls() == []


def test_a_lane_waits_for_another_lanes_token_no_longer_than_its_own_deadline(peer: Peer, backend: SwedbankPay) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def keep_waiting(_: object) -> Reply:
        asked.set()
        go_on.wait(20)
        return http(500, b"")

    peer.tokens.append(keep_waiting)
    first = threading.Thread(target=backend.send, args=(request(), 20.0))
    first.start()
    assert asked.wait(5)
    second = backend.send(request(), 0.1)
    waited_alone = first.is_alive()
    go_on.set()
    first.join()
    assert second == HostNotSent(Cause.TOKEN, ACCOUNT)
    assert waited_alone
    assert peer.calls() == []


@pytest.mark.parametrize("verb", [Verb.REDEEM, Verb.RELOAD, Verb.AUTHORIZE, *making.UNDOING])
def test_a_money_call_is_never_made_twice_by_the_client(peer: Peer, backend: SwedbankPay, verb: Verb) -> None:
    backend.ping()  # so that the call meets a connection that is kept alive
    peer.then(Reply(close=True))
    assert backend.send(request(verb), SECONDS) == HostSilent(Cause.BROKEN, ACCOUNT)
    assert len(peer.calls()) == 2


@pytest.mark.parametrize("account_id", [".", "..", "x" * 256, "a\nb"])
def test_an_account_id_that_would_change_the_path_is_not_sent(
    backend: SwedbankPay, peer: Peer, account_id: str
) -> None:
    assert backend.send(request(account_id=account_id), SECONDS) == HostNotSent(Cause.LOOKUP, account_id)
    assert peer.calls() == []


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        (Verb.REDEEM, "purchase"),
        (Verb.AUTHORIZE, "authorize"),
        (Verb.RELOAD, "deposit"),
        (Verb.ISSUE, "deposit"),
    ],
)
def test_a_payment_goes_out_complete_and_as_text(peer: Peer, backend: SwedbankPay, verb: Verb, name: str) -> None:
    sent = request(
        verb, card=card(track2=TRACK2), pin_block=making.pin_block(), description="café", additional_data="x"
    )
    assert backend.send(sent, SECONDS) == HostApproved("4526987", ACCOUNT, nok(12345))
    received = peer.calls()[0]
    assert received.path == f"{BASE}/payment-account/{ACCOUNT}/payment/{name}"
    assert received.headers["content-type"] == "application/json"
    assert received.json == {
        "accountIdentifier": {
            "accountId": ACCOUNT,
            "accountKey": PAN,
            "cvc": CVC,
            "encryptedPin": "0A1B2C3D4E5F6071",
            "track2": TRACK2,
        },
        "amount": 12345,
        "currency": "NOK",
        "merchant": {"merchantName": "Test Merchant 101", "terminalId": "00101"},
        "paymentOrderRef": ORDER,
        "paymentTransactionRef": REF,
        "stan": "000042",
        "description": "café",
        "additionalData": "x",
    }


def test_a_basket_goes_out_with_exact_decimals_and_on_purchases_only(peer: Peer, backend: SwedbankPay) -> None:
    backend.send(request(products=(LINE,)), SECONDS)
    backend.send(request(Verb.AUTHORIZE, products=(LINE,)), SECONDS)
    purchase, authorize = peer.calls()
    assert b'"quantity":13.370,' in purchase.body
    assert b'"vatRate":25.5' in purchase.body
    line = purchase.json["products"][0]
    assert (line["productId"], line["amount"], line["unitOfMeasure"]) == ("001", 12345, "L")
    assert line["vatAmount"] == LINE.vat.minor
    assert "products" not in authorize.json


@pytest.mark.parametrize(
    ("verb", "name", "extra"),
    [
        (Verb.CAPTURE, "capture", {"amount": 12345, "cancelRemainingAuth": True}),
        (Verb.REVERSE, "reversal", {"amount": 12345}),
        (Verb.REFUND, "reversal", {"amount": 12345}),
        (Verb.CANCEL, "cancel", {}),
    ],
)
def test_a_later_phase_keeps_the_order_and_has_a_reference_of_its_own(
    peer: Peer, backend: SwedbankPay, verb: Verb, name: str, extra: dict[str, object]
) -> None:
    assert backend.send(request(verb), SECONDS) == HostApproved("4526987", ACCOUNT, nok(12345))
    received = peer.calls()[0]
    assert received.path == f"{BASE}/payment-account/{ACCOUNT}/payment/{ORIGINAL.host_id}/{name}"
    assert received.json == extra | {
        "paymentOrderRef": ORIGINAL.order_ref,
        "paymentTransactionRef": REF,
        "stan": "000042",
        "merchant": {"merchantName": "Test Merchant 101", "terminalId": "00101"},
    }


def test_a_capture_that_is_not_the_last_keeps_the_rest_reserved(peer: Peer, backend: SwedbankPay) -> None:
    backend.send(request(Verb.CAPTURE, final=False), SECONDS)
    assert "cancelRemainingAuth" not in peer.calls()[0].json


def test_a_phase_without_its_original_is_not_sent(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.send(request(Verb.REVERSE, original=None), SECONDS) == HostNotSent(Cause.LOOKUP, ACCOUNT)
    assert peer.calls() == []


def test_a_repeat_after_a_restart_goes_without_the_card(peer: Peer, backend: SwedbankPay) -> None:
    assert isinstance(backend.send(request(card=None, repeat=True), SECONDS), HostApproved)
    assert peer.calls()[0].json["accountIdentifier"] == {"accountId": ACCOUNT}


def test_a_credit_is_a_payment_of_its_own(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.credit(request(Verb.RELOAD), SECONDS) == HostApproved("4526987", ACCOUNT, nok(12345))
    assert peer.calls()[0].path == f"{BASE}/payment-account/{ACCOUNT}/payment/credit"


def test_amounts_go_out_in_minor_units_and_exact(peer: Peer, backend: SwedbankPay) -> None:
    large = Money(10**15, Currency.SEK)
    assert backend.send(request(amount=large), SECONDS) == HostApproved("4526987", ACCOUNT, large)
    assert b'"amount":1000000000000000,' in peer.calls()[0].body


def test_a_verb_the_backend_does_not_have_is_not_sent(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.send(request(Verb.TRANSFER), SECONDS) == HostNotSent(Cause.CONFIGURATION, ACCOUNT)
    assert peer.received == []
