"""The calls around the money: lookups, balances, new cards, pre-deposits, and the lamp."""

from __future__ import annotations

import pytest

from app.backends.providers.swedbankpay import SwedbankPay
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostSilent,
    Phase,
)
from app.domain.money import Money
from app.domain.verb import Verb
from tests.backends import making
from tests.backends.making import CVC, ORDER, PAN, REF, SECONDS, nok, request
from tests.backends.peer import ACCOUNT, BASE, Peer, Reply, balance, booked, http, problem, reply

NEW_CARD = {"accountKey": 7013361234567890123, "cvc": 7, "expiryDate": "2029-11-30", "balance": 0}


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
    again = backend.send(request(account_id="", repeat=True), SECONDS)
    assert again == HostRefused(Decline.BLOCKED, 0), "our own word: no copy was sent, and nobody knows of the first"
    assert peer.calls("/purchase") == []


def test_a_lookup_without_answer_is_not_sent(peer: Peer, backend: SwedbankPay) -> None:
    # a lookup that meets a closed connection is made once more, on a fresh one
    peer.then(Reply(close=True), Reply(close=True), http(500, b""))
    assert backend.send(request(account_id=""), SECONDS) == HostNotSent(Cause.BROKEN)
    assert backend.send(request(account_id=""), SECONDS) == HostNotSent(Cause.SERVER)
    assert backend.send(request(account_id="", card=None), SECONDS) == HostNotSent(Cause.LOOKUP)
