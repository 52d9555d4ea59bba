"""What Swedbank Pay's answers are taken to mean for the money."""

from __future__ import annotations

from typing import Any

import pytest

from app.backends.providers.swedbankpay import SwedbankPay
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostRefused,
    HostReply,
    HostSilent,
)
from app.domain.verb import Verb
from tests.backends.making import ORDER, REF, SECONDS, nok, request
from tests.backends.peer import ACCOUNT, Answering, Peer, Reply, booked, http, problem, reply

APPROVED = HostApproved("4526987", ACCOUNT, nok(12345))
DUPLICATE = HostApproved("4526987", ACCOUNT, nok(12345), duplicate=True)


def outcome(peer: Peer, backend: SwedbankPay, *answers: Answering, **changes: Any) -> HostReply:
    peer.then(*answers)
    return backend.send(request(**changes), SECONDS)


def test_the_state_decides_and_not_the_status(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, booked("OK")) == APPROVED
    assert outcome(peer, backend, booked("OK", 201)) == APPROVED
    assert outcome(peer, backend, booked("FAILED")) == HostDeclined(Decline.OTHER, 200, ACCOUNT)


def test_a_duplicate_is_the_payment_itself(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, booked("DUPLICATE"), repeat=True) == DUPLICATE


def test_a_payment_that_was_reversed_pays_for_nothing(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, booked("REVERSED"), repeat=True) == HostDeclined(Decline.OTHER, 200, ACCOUNT)


@pytest.mark.parametrize("verb", [Verb.REVERSE, Verb.REFUND])
def test_a_reversal_that_reads_reversed_is_done(peer: Peer, backend: SwedbankPay, verb: Verb) -> None:
    assert outcome(peer, backend, booked("REVERSED"), verb=verb) == DUPLICATE


def test_an_unknown_state_is_looked_up_once(peer: Peer, backend: SwedbankPay) -> None:
    echo = {"paymentOrderRef": ORDER, "paymentTransactionRef": REF, "paymentId": "4526987"}
    assert outcome(peer, backend, booked("PENDING"), reply(echo | {"state": "OK"})) == APPROVED
    declined = outcome(peer, backend, booked("PENDING"), reply(echo | {"state": "FAILED"}))
    assert declined == HostDeclined(Decline.OTHER, 200, ACCOUNT)
    assert [call.method for call in peer.calls()] == ["POST", "GET", "POST", "GET"]


@pytest.mark.parametrize(
    "lookup", [problem(404, "no such payment"), Reply(close=True), http(500, b""), reply({"state": "PENDING"})]
)
def test_an_unknown_state_nobody_can_explain_is_silence(peer: Peer, backend: SwedbankPay, lookup: Reply) -> None:
    silent = HostSilent(Cause.UNKNOWN_STATE, ACCOUNT)
    assert outcome(peer, backend, booked("PENDING"), lookup, lookup) == silent


@pytest.mark.parametrize("state", ["", 7, {"is": "OK"}, ["OK"], True])
def test_a_state_of_no_shape_is_not_confirmed(peer: Peer, backend: SwedbankPay, state: object) -> None:
    peer.then(booked(state=state))  # type: ignore[arg-type]  # a host may write anything
    assert isinstance(backend.send(request(), SECONDS), HostSilent)


@pytest.mark.parametrize(
    "changes",
    [
        {"paymentOrderRef": "other"},
        {"paymentTransactionRef": "other"},
        {"paymentTransactionRef": None},
        {"amount": 12344},
        {"amount": 123.45},
        {"amount": 12345.5},
        {"currency": "SEK"},
    ],
)
def test_an_answer_about_something_else_is_silence(peer: Peer, backend: SwedbankPay, changes: dict[str, Any]) -> None:
    for state in ("OK", "FAILED", "DUPLICATE"):
        assert outcome(peer, backend, booked(state, **changes)) == HostSilent(Cause.MISMATCH, ACCOUNT)


def test_odd_spelling_and_unknown_fields_change_nothing(peer: Peer, backend: SwedbankPay) -> None:
    odd = booked(
        "ok",
        paymentId=4526987,
        amount="12345",
        paymentTransactionRef=REF.upper(),
        _links={"self": {"href": "x"}},
        merchant="a word",
        issuer=[1, 2],
        allowedProductIds=["001", 7854, None, {}],
        remainingReversalAmount=1.5,
        accountIdentifier={"cvc": 123},
        surprise={"deep": [[[[]]]]},
    )
    assert outcome(peer, backend, odd) == HostApproved("4526987", ACCOUNT, nok(12345), allowed_products=("001", "7854"))


def test_a_cancel_names_no_amount_and_takes_the_one_it_released(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, booked("OK", amount=345), verb=Verb.CANCEL) == APPROVED


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b"<html>Welcome to our guest network</html>", "text/html"),
        http(200, b"\x8f\x00\xff"),
        http(200, b'{"state":"OK"'),
        http(200, b'"OK"'),
        http(200, b"[]"),
        http(200, b"{}"),
        http(200, b"[" * 100_000),
        http(200, b'{"state":"OK","amount":1e999999999}'),
        http(204, b""),
        http(302, b"", "text/html", "Location: https://portal.example/"),
        http(418, b"{}"),
        http(403, b"<html>Sign in to our guest network</html>", "text/html"),
        http(404, b"<!doctype html>", "text/plain"),
    ],
)
def test_what_can_not_be_read_is_silence(peer: Peer, backend: SwedbankPay, answer: Reply) -> None:
    reply_ = outcome(peer, backend, answer)
    assert isinstance(reply_, HostSilent)
    assert reply_.cause in (Cause.UNREADABLE, Cause.MISMATCH)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_host_that_fails_is_silence(peer: Peer, backend: SwedbankPay, status: int) -> None:
    assert outcome(peer, backend, problem(status, "insufficient funds")) == HostSilent(Cause.SERVER, ACCOUNT)


def test_a_host_that_is_too_busy_has_not_looked_at_it(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, problem(429, "later")) == HostNotSent(Cause.BUSY, ACCOUNT)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, Decline.MALFORMED),
        (403, Decline.FORBIDDEN),
        (404, Decline.NOT_FOUND),
        (409, Decline.REFERENCE_REUSED),
    ],
)
def test_a_refusal_is_a_value_with_its_status(peer: Peer, backend: SwedbankPay, status: int, reason: Decline) -> None:
    refused = HostRefused(reason, status, ACCOUNT)
    assert outcome(peer, backend, problem(status, "no")) == refused
    assert outcome(peer, backend, http(status, b"no", "text/plain")) == refused
    assert outcome(peer, backend, http(status, b"")) == refused


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"problems": [{"name": "insufficientFunds", "description": "the balance is too low"}]}, Decline.INSUFFICIENT),
        ({"message": "Insufficient funds."}, Decline.INSUFFICIENT),
        ({"detail": "The card is blocked", "title": "Not enough"}, Decline.BLOCKED),
        ({"title": "Card expired"}, Decline.EXPIRED),
        ({"message": "card not activated"}, Decline.INACTIVE),
        ({"problems": [{"name": "pinWrong"}]}, Decline.WRONG_PIN),
        ({"message": "Incorrect PIN"}, Decline.WRONG_PIN),
        ({"problems": [{"name": "pinRequired", "description": "this card needs its PIN"}]}, Decline.PIN_REQUIRED),
        ({"message": "PIN_REQUIRED"}, Decline.PIN_REQUIRED),
        ({"problems": [{"name": "cvcWrong"}]}, Decline.WRONG_CVC),
        ({"message": "Invalid CVC"}, Decline.WRONG_CVC),
        ({"problems": [{"name": "productNotAllowed"}]}, Decline.PRODUCT),
        ({"problems": [{"name": "currencyMismatch"}]}, Decline.CURRENCY),
        (
            {"problems": [{"name": "nothingToReverse", "description": "not that much left"}]},
            Decline.NOTHING_LEFT,
        ),
        ({"problems": [{"name": "balanceLimit"}]}, Decline.AMOUNT),
        ({"message": "unknown account"}, Decline.UNKNOWN_CARD),
        ({"message": "pinBlockUnreadable"}, Decline.OTHER),
        ({"message": "shopping is invalid today"}, Decline.OTHER),
        ({"description": "expired yoghurt, blocked drain"}, Decline.OTHER),
        ({"problems": "none", "message": 7, "title": None}, Decline.OTHER),
        ({}, Decline.OTHER),
    ],
)
def test_a_decline_gets_a_word_of_the_tills_own(
    peer: Peer, backend: SwedbankPay, texts: dict[str, Any], reason: Decline
) -> None:
    assert outcome(peer, backend, booked("FAILED", **texts)) == HostDeclined(reason, 200, ACCOUNT)


def test_a_business_decline_may_also_come_as_a_refusal(peer: Peer, backend: SwedbankPay) -> None:
    assert outcome(peer, backend, problem(403, "insufficient funds")) == HostRefused(Decline.INSUFFICIENT, 403, ACCOUNT)


def test_a_timeout_of_a_payment_is_silence_and_keeps_the_account(peer: Peer, backend: SwedbankPay) -> None:
    backend.ping()
    peer.then(Reply(hold=True))
    assert backend.send(request(), 0.2) == HostSilent(Cause.TIMEOUT, ACCOUNT)
