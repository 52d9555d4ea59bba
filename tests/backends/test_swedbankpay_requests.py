"""What leaves the till for Swedbank Pay: paths, headers, bodies, references, and how often."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

from app.backends.base import Surroundings
from app.backends.providers.swedbankpay import SwedbankPay
from app.domain.host import (
    Cause,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostSilent,
    Phase,
)
from app.domain.money import Currency, Money
from app.domain.verb import Verb
from tests.backends import making
from tests.backends.making import CVC, LINE, ORDER, ORIGINAL, PAN, REF, SECONDS, TRACK2, card, nok, request
from tests.backends.peer import ACCOUNT, BASE, Peer, Reply, balance, booked, http, problem, reply

NEW_CARD = {"accountKey": 7013361234567890123, "cvc": 7, "expiryDate": "2029-11-30", "balance": 0}


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


def test_the_account_is_looked_up_and_the_number_never_stands_in_a_path(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(reply(balance(account_id=123456789)))
    answered = backend.send(request(account_id=""), SECONDS)
    assert answered == HostApproved("4526987", "123456789", nok(12345))
    lookup, purchase = peer.calls()
    assert lookup.json == {"accountIdentifier": {"accountKey": PAN, "cvc": CVC}}
    assert purchase.path == f"{BASE}/payment-account/123456789/payment/purchase"
    assert purchase.json["accountIdentifier"]["accountId"] == "123456789"
    assert not any(PAN in call.path for call in peer.calls())


def test_a_pin_is_tried_once_even_where_the_account_is_looked_up_first(peer: Peer, backend: SwedbankPay) -> None:
    backend.send(request(account_id="", pin_block=making.pin_block(), want_balance=True), SECONDS)
    blocks = [call.json["accountIdentifier"].get("encryptedPin") for call in peer.calls()]
    assert blocks == [None, "0A1B2C3D4E5F6071", None]


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


def test_balance_tells_account_amount_and_expiry(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(reply(balance(minor=1050)))
    asked = request(Verb.BALANCE, account_id="", pin_block=making.pin_block())
    assert backend.send(asked, SECONDS) == HostPrepared(ACCOUNT, nok(1050), "12/29")
    assert peer.calls()[0].json["accountIdentifier"]["encryptedPin"] == "0A1B2C3D4E5F6071"


@pytest.mark.parametrize(
    ("wire", "money"), [("250", nok(250)), (250.5, None), ("12.5", None), (True, None), (None, None)]
)
def test_a_balance_is_whole_minor_units_or_not_known(
    peer: Peer, backend: SwedbankPay, wire: object, money: Money | None
) -> None:
    peer.then(reply(balance(minor=wire)))
    assert backend.send(request(Verb.BALANCE), SECONDS) == HostPrepared(ACCOUNT, money, "12/29")


def test_the_receipt_gets_the_balance_of_the_same_call(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(booked(), reply(balance(minor=777)))
    answered = backend.send(request(want_balance=True), SECONDS)
    assert answered == HostApproved("4526987", ACCOUNT, nok(12345), nok(777))


@pytest.mark.parametrize(
    "answer", [http(500, b""), Reply(close=True), reply(balance(currency="SEK")), problem(404, "gone"), reply([])]
)
def test_a_balance_that_fails_changes_no_outcome(peer: Peer, backend: SwedbankPay, answer: Reply) -> None:
    peer.then(booked("DUPLICATE"), answer, answer)
    answered = backend.send(request(want_balance=True), SECONDS)
    assert answered == HostApproved("4526987", ACCOUNT, nok(12345), None, duplicate=True)


def test_a_new_card_is_made_empty_and_its_account_looked_up(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(reply({"accountSummaryGiftCard": NEW_CARD, "paymentId": None}), reply(balance(minor=0)))
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, card=None, account_id=""), SECONDS)
    assert isinstance(made, HostPrepared)
    assert made.issued is not None
    assert (made.account_id, made.balance, made.expiry) == (ACCOUNT, nok(0), "12/29")
    assert (made.issued.pan.reveal(), made.issued.cvc) == ("7013361234567890123", "007")
    assert peer.calls()[0].json == {"amount": 0, "agreementMerchantId": "SystemtestGC"}
    assert peer.calls()[1].json["accountIdentifier"] == {"accountKey": "7013361234567890123", "cvc": "007"}


@pytest.mark.parametrize(
    "answer", [Reply(close=True), http(500, b""), reply({}), reply({"accountSummaryGiftCard": {"accountKey": "x"}})]
)
def test_a_new_card_is_never_asked_for_twice(peer: Peer, backend: SwedbankPay, answer: Reply) -> None:
    backend.ping()  # so that the call meets a connection that is kept alive
    peer.then(answer)
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, card=None, account_id=""), SECONDS)
    assert isinstance(made, HostNotSent)
    assert len(peer.calls("/get-new-gift-card")) == 1


def test_a_new_card_with_money_on_it_is_not_sold(peer: Peer, backend: SwedbankPay) -> None:
    peer.then(reply({"accountSummaryGiftCard": NEW_CARD}), reply(balance(minor=10000)))
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, card=None, account_id=""), SECONDS)
    assert made == HostNotSent(Cause.MISMATCH, ACCOUNT)


def test_a_pre_deposit_converts_the_expiry_and_spells_its_references_its_own_way(
    peer: Peer, backend: SwedbankPay
) -> None:
    peer.then(reply({"balance": 22345, "paymentId": 4526990}))
    assert backend.pre_deposit(request(Verb.RELOAD), SECONDS) == HostApproved(
        "4526990", ACCOUNT, nok(12345), nok(22345)
    )
    assert peer.calls("/gift-card/pre-deposit")[0].json == {
        "amount": 12345,
        "currency": "NOK",
        "orderRef": ORDER,
        "transactionRef": REF,
        "simpleAccountIdentifier": {"accountKey": PAN, "cvc": CVC, "expiryDate": "12/29"},
    }
    peer.then(problem(404, "no such account"), reply({}), Reply(close=True))
    assert isinstance(backend.pre_deposit(request(Verb.RELOAD), SECONDS), HostRefused)
    assert backend.pre_deposit(request(Verb.RELOAD), SECONDS) == HostSilent(Cause.UNREADABLE, ACCOUNT)
    assert backend.pre_deposit(request(Verb.RELOAD), SECONDS) == HostSilent(Cause.BROKEN, ACCOUNT)


def test_a_credit_is_a_payment_of_its_own(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.credit(request(Verb.RELOAD), SECONDS) == HostApproved("4526987", ACCOUNT, nok(12345))
    assert peer.calls()[0].path == f"{BASE}/payment-account/{ACCOUNT}/payment/credit"


@pytest.mark.parametrize(
    ("verb", "path", "id_field"),
    [
        (Verb.REDEEM, f"/payment-account/{ACCOUNT}/payment/99", "paymentId"),
        (Verb.CAPTURE, f"/payment-account/{ACCOUNT}/payment/4526000/transactions/99", "transactionId"),
        (Verb.REVERSE, f"/payment-account/{ACCOUNT}/payment/4526000/transactions/99", "transactionId"),
        (Verb.CANCEL, f"/payment-account/{ACCOUNT}/payment/4526000/operations/99", "operationId"),
    ],
)
def test_a_payment_can_be_looked_up_by_the_hosts_id(
    peer: Peer, backend: SwedbankPay, verb: Verb, path: str, id_field: str
) -> None:
    asked = request(verb)
    order = asked.original.order_ref if asked.original else ORDER
    peer.then(reply({"state": "OK", "paymentOrderRef": order, "paymentTransactionRef": REF, id_field: 99}))
    assert backend.query(asked, "99", SECONDS) == HostApproved("99", ACCOUNT, nok(12345))
    received = peer.calls()[0]
    assert (received.method, received.path, received.body) == ("GET", BASE + path, b"")
    assert "content-type" not in received.headers


def test_ping_is_the_lamp_of_the_line(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.ping().up
    assert peer.calls("/ping")[0].json == {"description": "till", "agreementMerchantId": "SystemtestGC"}
    peer.then(problem(403, "unknown agreement"), reply([]), http(503, b""))
    assert [backend.ping().cause for _ in range(3)] == [Cause.CONFIGURATION, Cause.UNREADABLE, Cause.SERVER]


def test_a_lookup_that_is_refused_declines_a_first_copy_and_says_nothing_of_a_repeat(
    peer: Peer, backend: SwedbankPay
) -> None:
    peer.then(problem(404, "nothing here"), problem(403, "the card is blocked"))
    first = backend.send(request(account_id=""), SECONDS)
    assert isinstance(first, HostRefused)
    assert not isinstance(first, HostDeclined)
    assert backend.send(request(account_id="", repeat=True), SECONDS) == HostNotSent(Cause.LOOKUP)
    assert peer.calls("/purchase") == []


def test_a_lookup_without_answer_is_not_sent(peer: Peer, backend: SwedbankPay) -> None:
    # a lookup that meets a closed connection is made once more, on a fresh one
    peer.then(Reply(close=True), Reply(close=True), http(500, b""))
    assert backend.send(request(account_id=""), SECONDS) == HostNotSent(Cause.BROKEN)
    assert backend.send(request(account_id=""), SECONDS) == HostNotSent(Cause.SERVER)
    assert backend.send(request(account_id="", card=None), SECONDS) == HostNotSent(Cause.LOOKUP)


def test_amounts_go_out_in_minor_units_and_exact(peer: Peer, backend: SwedbankPay) -> None:
    large = Money(10**15, Currency.SEK)
    assert backend.send(request(amount=large), SECONDS) == HostApproved("4526987", ACCOUNT, large)
    assert b'"amount":1000000000000000,' in peer.calls()[0].body


def test_a_verb_the_backend_does_not_have_is_not_sent(peer: Peer, backend: SwedbankPay) -> None:
    assert backend.send(request(Verb.TRANSFER), SECONDS) == HostNotSent(Cause.CONFIGURATION, ACCOUNT)
    assert peer.received == []
