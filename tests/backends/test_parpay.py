"""PAR Pay's client by the rows of its page (2.5): what leaves the till, and what an answer means for the money."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.backends.base import SettingsFault, Surroundings
from app.backends.providers import parpay, parpay_wire
from app.backends.providers.parpay import ParPay
from app.backends.registry import open_backend
from app.domain.card import IssuedSecret
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
from app.domain.money import Currency, Money
from app.domain.verb import RepeatRule, Verb
from tests.backends import parpay_making as making
from tests.backends.making import ORDER, REF, SECONDS, nok
from tests.backends.parpay_making import CARD_ID, NEW_NUMBER, NUMBER, PASSCODE, USER, ParPeer, card, clear_pin, request
from tests.backends.peer import Peer, Received, Reply, http, reply

MONEY = (Verb.REDEEM, Verb.RELOAD, Verb.REFUND, Verb.REVERSE, Verb.GIFT, Verb.TRANSFER, Verb.COMBINE, Verb.ISSUE)


@pytest.fixture
def peer() -> Iterator[ParPeer]:
    par = ParPeer()
    with par:
        yield par


@pytest.fixture
def backend(peer: Peer) -> Iterator[ParPay]:
    opened = making.backend(peer.url, repeat_checked_first=True)
    yield opened
    opened.close()


def asking(verb: Verb) -> Any:
    """A request of each verb that moves money, complete."""
    more: dict[Verb, dict[str, Any]] = {
        Verb.GIFT: {"funding": "CC-1", "customer": USER, "recipient": "bo@example.org"},
        Verb.TRANSFER: {"pin_block": clear_pin()},
        Verb.COMBINE: {"card": None, "account_id": CARD_ID, "source_ids": ("GC-1", "GC-2"), "customer": USER},
    }
    return request(verb, **more.get(verb, {}))


def said(**changes: Any) -> Any:
    return lambda received: reply(making.answer(received, **changes))


def test_row_1_nothing_is_hard_coded_and_a_bad_setting_is_named() -> None:
    good = {name: getattr(making.settings("https://h.example"), name) for name in ("base_url", "token_url")}
    good |= {"client_id": "a", "client_secret": "b-secret", "location_id": "c"}
    for name in good:
        with pytest.raises(SettingsFault) as caught:
            open_backend("parpay", {key: value for key, value in good.items() if key != name})
        assert caught.value.field == name
    with pytest.raises(SettingsFault) as caught:
        open_backend("parpay", good | {"location_id": "a\nb"})
    assert caught.value.field == "location_id"
    with pytest.raises(SettingsFault):
        open_backend("parpay", good | {"base_url": "http://shop.example"})
    assert "b-secret" not in repr(making.settings("https://h.example", client_secret="b-secret"))


def test_row_2_both_headers_on_every_call_and_one_token(peer: Peer, backend: ParPay) -> None:
    for verb in MONEY:
        assert isinstance(backend.send(asking(verb), SECONDS), HostApproved), verb
    backend.send(request(Verb.BALANCE), SECONDS)
    assert backend.ping().up
    assert len(peer.token_calls()) == 1
    assert len(peer.calls()) == len(MONEY) + 2
    for call in peer.calls():
        assert (call.headers["authorization"], call.headers["x-locationid"]) == ("Bearer token-1", "LOC-7")


def test_row_2_a_refused_token_is_renewed_once_and_the_same_bytes_go_again(peer: Peer, backend: ParPay) -> None:
    peer.then(reply({"error": "expired"}, 401))
    assert isinstance(backend.send(request(), SECONDS), HostApproved)
    first, second = peer.calls()
    assert (first.body, first.headers["authorization"]) == (second.body, "Bearer token-1")
    assert second.headers["authorization"] == "Bearer token-2"
    peer.then(reply({}, 401), reply({}, 401))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.CONFIGURATION)


@pytest.mark.parametrize(
    ("asked", "method", "path"),
    [
        (request(Verb.ISSUE, phase=Phase.PREPARE), "POST", "virtual/issue"),
        (request(Verb.RELOAD), "POST", "reload"),
        (request(Verb.ISSUE), "POST", "reload"),
        (request(Verb.REDEEM), "POST", "redeem"),
        (request(Verb.BALANCE), "POST", "balanceInquiry"),
        (asking(Verb.TRANSFER), "POST", "balanceTransfer"),
        (request(Verb.REFUND), "POST", "refund"),
        (request(Verb.SAVE, customer=USER, pin_block=clear_pin()), "POST", "savegiftcard"),
        (request(Verb.SHARE, customer=USER, account_id=CARD_ID, recipient="bo"), "POST", "sharegiftcard"),
        (asking(Verb.GIFT), "POST", "gift"),
        (asking(Verb.COMBINE), "POST", "combine"),
        (request(Verb.LIST_CARDS, customer=USER), "GET", "giftcards?userId=anna"),
        (request(Verb.PREFER, customer=USER, account_id=CARD_ID), "PATCH", "giftcards"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_3_paths_in_their_exact_case(peer: Peer, backend: ParPay, asked: Any, method: str, path: str) -> None:
    reply = backend.send(asked, SECONDS)
    assert isinstance(reply, HostApproved | HostPrepared | HostListed)
    (call,) = peer.calls()
    assert (call.method, call.path) == (method, f"/par/giftcard/v1/{path}")


def test_row_4_a_redeem_is_undone_by_refund(peer: Peer, backend: ParPay) -> None:
    rule = backend.capabilities.rule(Verb.REDEEM)
    assert rule is not None
    assert rule.undo is Verb.REVERSE
    backend.send(request(Verb.REVERSE, amount=nok(12345)), SECONDS)
    backend.send(request(Verb.REFUND, amount=nok(45)), SECONDS)
    first, second = peer.calls("/refund")
    assert (first.json["originalTransactionId"], first.json["amount"]) == ("T-41", "123.45")
    assert second.json["amount"] == "0.45"
    assert "cardNumber" not in first.json


def test_row_5_no_reservations_are_offered(backend: ParPay) -> None:
    for verb in (Verb.AUTHORIZE, Verb.CAPTURE, Verb.CANCEL, Verb.ACTIVATE, Verb.CASH_OUT, Verb.DELETE):
        assert backend.capabilities.rule(verb) is None
        assert backend.send(request(verb), SECONDS) == HostNotSent(Cause.CONFIGURATION)


def test_row_6_a_new_gift_carries_its_amount_and_funding_and_an_existing_one_neither(
    peer: Peer, backend: ParPay
) -> None:
    backend.send(asking(Verb.GIFT), SECONDS)
    backend.send(
        request(Verb.GIFT, account_id=CARD_ID, customer=USER, recipient="+4791234567", funding="CC-1"), SECONDS
    )
    new, given = (call.json for call in peer.calls("/gift"))
    assert (new["amount"], new["sourceTransactionId"], new["recipientEmail"]) == ("123.45", "CC-1", "bo@example.org")
    assert "giftCardId" not in new
    assert (given["giftCardId"], given["recipientPhone"], given["userId"]) == (CARD_ID, "+4791234567", USER)
    assert not {"amount", "sourceTransactionId", "recipientEmail", "recipientUserId"} & set(given)


@pytest.mark.parametrize("lacking", [{"funding": ""}, {"amount": nok(0)}])
def test_row_6_a_new_gift_without_them_is_not_sent(peer: Peer, backend: ParPay, lacking: dict[str, Any]) -> None:
    asked = {"funding": "CC-1", "customer": USER, "recipient": "bo", **lacking}
    assert backend.send(request(Verb.GIFT, **asked), SECONDS) == HostDeclined(Decline.MALFORMED, 0)
    assert peer.calls() == []


def test_row_7_a_transfer_wants_number_and_passcode_even_of_a_saved_card(peer: Peer, backend: ParPay) -> None:
    for lacking in ({"card": None, "pin_block": clear_pin()}, {"pin_block": None}):
        asked = request(Verb.TRANSFER, account_id=CARD_ID, customer=USER, **lacking)
        assert backend.send(asked, SECONDS) == HostDeclined(Decline.PIN_REQUIRED, 0, CARD_ID)
    assert peer.calls() == []
    made = backend.send(request(Verb.TRANSFER, account_id=CARD_ID, customer=USER, pin_block=clear_pin()), SECONDS)
    (call,) = peer.calls()
    assert (call.json["cardNumber"], call.json["passcode"]) == (NUMBER, PASSCODE)
    assert isinstance(made, HostApproved)
    assert isinstance(made.issued, IssuedSecret)
    assert (made.issued.pan.reveal(), made.issued.pin) == (NEW_NUMBER, PASSCODE)
    assert (made.amount, made.balance) == (nok(12345), nok(100))


def test_row_7_the_target_is_always_a_new_card(peer: Peer, backend: ParPay) -> None:
    asked = request(Verb.TRANSFER, to_card=card(), pin_block=clear_pin())
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.CONFIGURATION)
    assert peer.calls() == []


def test_row_8_the_source_is_ended_only_when_asked_to(peer: Peer, backend: ParPay) -> None:
    backend.send(asking(Verb.TRANSFER), SECONDS)
    backend.send(request(Verb.TRANSFER, pin_block=clear_pin(), end_source=True), SECONDS)
    first, second = (call.json for call in peer.calls())
    assert "isDeleteSourceCard" not in first
    assert second["isDeleteSourceCard"] is True


@pytest.mark.parametrize("verb", MONEY)
def test_row_11_nothing_is_sent_again_to_a_host_that_may_book_it_twice(peer: Peer, verb: Verb) -> None:
    backend = making.backend(peer.url)
    rule = backend.capabilities.rule(verb)
    assert rule is not None
    assert (rule.repeat, rule.offline) == (RepeatRule.ONCE, False)
    peer.then(Reply(close=True))
    assert backend.send(asking(verb), SECONDS) == HostSilent(Cause.BROKEN, asking(verb).account_id)
    asked = asking(verb)
    again = backend.send(replace(asked, repeat=True), SECONDS)
    backend.close()
    assert again == HostSilent(Cause.RESTART, asked.account_id)
    assert len(peer.calls()) == 1


@pytest.mark.parametrize("verb", MONEY)
def test_row_11_a_repeat_is_the_same_message_with_the_same_reference(peer: Peer, backend: ParPay, verb: Verb) -> None:
    asked = asking(verb)
    backend.send(asked, SECONDS)
    backend.send(replace(asked, repeat=True), SECONDS)
    first, second = peer.calls()
    assert first.body == second.body
    if verb is not Verb.GIFT:
        assert (first.json["stan"], first.json["terminalId"]) == ("000042", "00101")
        assert first.json["orderReference"] == ORDER
    assert first.json["requestId"] == REF


def test_row_11_after_a_restart_a_repeat_names_the_card_by_its_id(peer: Peer, backend: ParPay) -> None:
    for verb in (Verb.REDEEM, Verb.RELOAD, Verb.TRANSFER):
        backend.send(request(verb, card=None, account_id=CARD_ID, repeat=True), SECONDS)
    for call in peer.calls():
        assert call.json["giftCardId"] == CARD_ID
        assert not {"cardNumber", "passcode"} & set(call.json)


@pytest.mark.parametrize(
    ("amount", "text"), [(nok(1), "0.01"), (nok(1000), "10.00"), (Money(500, Currency.ISK), "500.00")]
)
def test_row_12_amounts_are_decimal_text(peer: Peer, backend: ParPay, amount: Money, text: str) -> None:
    assert isinstance(backend.send(request(amount=amount), SECONDS), HostApproved)
    assert peer.calls()[0].json["amount"] == text
    assert peer.calls()[0].json["currency"] == amount.currency.value


def test_row_12_or_minor_units_where_the_settings_say_so(peer: Peer) -> None:
    backend = making.backend(peer.url, minor_units=True)
    peer.then(said(balance=7655))
    reply = backend.send(request(), SECONDS)
    backend.close()
    assert isinstance(reply, HostApproved)
    assert (peer.calls()[0].json["amount"], reply.balance) == (12345, nok(7655))


@pytest.mark.parametrize(
    ("told", "minor"),
    [
        ("76.55", 7655), ("10", 1000), (42, 4200), (13.5, 1350), ("$10.00", 1000), (0, 0), ("0.10", 10),
        ("1e3", 100000), ("76.555", None), ("ten", None), (True, None), ("", None), ("9" * 30, None), ([], None),
        ("1e999999999", None), ("NaN", None), ("١٢", None),
    ],
)  # fmt: skip
def test_row_12_amounts_are_read_from_text_and_number_exactly(
    peer: Peer, backend: ParPay, told: object, minor: int | None
) -> None:
    peer.then(said(balance=told))
    answer = backend.send(request(), SECONDS)
    assert isinstance(answer, HostApproved)
    assert answer.balance == (None if minor is None else nok(minor))


def test_row_12_aliases_unknown_fields_and_unknown_words_are_survived(peer: Peer, backend: ParPay) -> None:
    peer.then(reply({"id": 9007199254740993, "remainingBalance": 5, "status": "Jubilant", "colour": {"a": [1]}}))
    assert backend.send(request(), SECONDS) == HostApproved("9007199254740993", "", nok(12345), nok(500))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"errors": "Insufficient funds"}, Decline.INSUFFICIENT),
        ({"errors": {"passcode": "passcode is invalid"}}, Decline.WRONG_PIN),
        ({"errors": {"card": ["the card is blocked", "x"]}}, Decline.BLOCKED),
        ({"errors": ["the card has expired"]}, Decline.EXPIRED),
        ({"error": "card not found"}, Decline.UNKNOWN_CARD),
        ({"message": "the passcode is required"}, Decline.PIN_REQUIRED),
        ({"errors": {"a": {"b": "c"}}}, Decline.OTHER),
        ({"errors": 7, "message": None}, Decline.OTHER),
        ([], Decline.OTHER),
        (None, Decline.OTHER),
    ],
    ids=str,
)
def test_row_13_errors_are_read_in_all_shapes(peer: Peer, backend: ParPay, body: object, reason: Decline) -> None:
    peer.then(reply(body, 422) if body is not None else http(422, b""))
    assert backend.send(request(), SECONDS) == HostRefused(reason, 422)


@pytest.mark.parametrize("status", [400, 403, 404, 406, 409, 410, 412, 422])
def test_row_13_every_refusal_of_the_family_refuses(peer: Peer, backend: ParPay, status: int) -> None:
    peer.then(http(status, b""))
    assert isinstance(backend.send(request(), SECONDS), HostRefused)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http(200, b""), HostSilent(Cause.UNREADABLE)),
        (http(200, b"[]"), HostSilent(Cause.UNREADABLE)),
        (http(200, b"{}"), HostSilent(Cause.UNREADABLE)),
        (http(404, b"<html>sign in</html>", "text/html"), HostSilent(Cause.UNREADABLE)),
        (http(302, b""), HostSilent(Cause.UNREADABLE)),
        (http(500, b"{}"), HostSilent(Cause.SERVER)),
        (http(429, b"{}"), HostNotSent(Cause.BUSY)),
        (reply({"transactionId": "1", "status": "processing"}), HostSilent(Cause.UNKNOWN_STATE)),
        (reply({"transactionId": "1", "amount": "123.46"}), HostSilent(Cause.MISMATCH)),
        (reply({"transactionId": "1", "amount": "x"}), HostSilent(Cause.MISMATCH)),
        (reply({"transactionId": "1", "amount": "123.45", "currency": "SEK"}), HostSilent(Cause.MISMATCH)),
        (reply({"transactionId": "1", "requestId": "another"}), HostSilent(Cause.MISMATCH)),
        (reply({"errors": ["insufficient balance"]}), HostDeclined(Decline.INSUFFICIENT)),
        (reply({"transactionId": "1", "status": "declined"}), HostDeclined(Decline.OTHER)),
        (reply({"transactionId": "1", "amount": "100.00"}), HostApproved("1", "", nok(10000))),
    ],
)
def test_what_comes_back_counts_as_what_it_proves(peer: Peer, backend: ParPay, answer: Reply, expected: object) -> None:
    peer.then(answer)
    assert backend.send(request(), SECONDS) == expected


def test_row_14_no_number_passcode_or_user_in_any_log(
    peer: Peer, backend: ParPay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for asked in (*(asking(verb) for verb in MONEY), request(Verb.LIST_CARDS, customer="somebody-s-id")):
        backend.send(asked, SECONDS)
        assert PASSCODE not in repr(asked)
        assert NUMBER not in repr(asked)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("app."))
    assert "redeem" in told
    for secret in (NUMBER, NEW_NUMBER, PASSCODE, "somebody-s-id", "token-1"):
        assert secret not in told
    assert NUMBER not in repr(parpay_wire.Body().put(parpay_wire.CARD_NUMBER, NUMBER))


def test_row_15_the_bodies_are_labelled_a_house_contract() -> None:
    for module in (parpay, parpay_wire):
        assert "house contract" in (module.__doc__ or "")


def test_a_card_is_sold_empty_and_then_loaded(peer: Peer, backend: ParPay) -> None:
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, card=None, amount=nok(0)), SECONDS)
    assert isinstance(made, HostPrepared)
    assert made.issued is not None
    assert (made.account_id, made.issued.pan.reveal(), made.issued.pin) == (CARD_ID, NEW_NUMBER, PASSCODE)
    assert peer.calls()[0].json["amount"] == "0.00"
    assert "requestId" not in peer.calls()[0].json
    peer.then(said(balance="5.00"))
    assert backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS) == HostNotSent(Cause.MISMATCH, CARD_ID)
    peer.then(Reply(close=True))
    assert backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS) == HostNotSent(Cause.BROKEN)


def test_a_loaded_card_in_one_call(peer: Peer, backend: ParPay) -> None:
    made = backend.issue(request(Verb.ISSUE, card=None, funding="CC-9", customer=USER), SECONDS)
    assert isinstance(made, HostApproved)
    assert made.issued is not None
    asked = peer.calls("/virtual/issue")[0].json
    assert (asked["amount"], asked["sourceTransactionId"], asked["userId"]) == ("123.45", "CC-9", USER)


def test_a_saved_card_pays_by_its_id(peer: Peer, backend: ParPay) -> None:
    backend.send(request(account_id=CARD_ID, customer=USER), SECONDS)
    asked = peer.calls()[0].json
    assert (asked["giftCardId"], asked["userId"]) == (CARD_ID, USER)
    assert not {"cardNumber", "passcode"} & set(asked)


@pytest.mark.parametrize("given", [{"pin_block": clear_pin()}, {"card": card(passcode=PASSCODE)}])
def test_a_passcode_goes_with_the_number(peer: Peer, backend: ParPay, given: dict[str, Any]) -> None:
    backend.send(request(**given), SECONDS)
    assert peer.calls()[0].json["passcode"] == PASSCODE


def test_cards_in_hand_are_combined_by_their_ids(peer: Peer, backend: ParPay) -> None:
    peer.then(reply({"giftCardId": "GC-5", "balance": 1}), reply({"giftCardId": "GC-6", "balance": 1}))
    answer = backend.send(request(Verb.COMBINE, sources=(card(),), source_ids=("GC-4",), customer=USER), SECONDS)
    assert isinstance(answer, HostApproved)
    combined = peer.calls()[-1]
    assert (combined.json["sourceGiftCardIds"], combined.json["targetGiftCardId"]) == (["GC-4", "GC-5"], "GC-6")
    peer.then(reply({"error": "no such card"}, 404))
    refused = backend.send(request(Verb.COMBINE, sources=(card(),)), SECONDS)
    assert refused == HostRefused(Decline.UNKNOWN_CARD, 404)
    assert len(peer.calls("/combine")) == 1


def test_a_combine_of_nothing_is_not_sent(peer: Peer, backend: ParPay) -> None:
    assert backend.send(request(Verb.COMBINE), SECONDS) == HostNotSent(Cause.LOOKUP)
    assert peer.calls() == []


def test_a_customers_cards_are_listed_with_what_is_known_of_them(peer: Peer, backend: ParPay) -> None:
    listed = [
        {"giftCardId": "GC-1", "cardNumber": "************0123", "balance": "5.00", "isPreferred": True, "name": "A"},
        {"id": "GC-2", "lastFour": "0987", "status": "Combined", "expiryDate": "12/29", "balance": None},
        "nonsense",
    ]
    peer.then(reply({"giftCards": listed}))
    answer = backend.send(request(Verb.LIST_CARDS, customer=USER), SECONDS)
    assert isinstance(answer, HostListed)
    first, second = answer.cards
    assert (first.id, first.last4, first.balance, first.preferred, first.title) == ("GC-1", "0123", nok(500), True, "A")
    assert (second.id, second.last4, second.balance, second.expiry) == ("GC-2", "0987", None, "12/29")
    assert second.state == "Combined"


def test_saving_answers_with_the_id_and_may_be_said_again(peer: Peer, backend: ParPay) -> None:
    asked = request(Verb.SAVE, customer=USER, card=card(passcode=PASSCODE))
    assert backend.send(asked, SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0))
    peer.then(http(503, b""))
    assert backend.send(asked, SECONDS) == HostSilent(Cause.SERVER)
    peer.then(http(200, b"{}"))
    assert backend.send(asked, SECONDS) == HostSilent(Cause.UNREADABLE)
    assert backend.send(replace(asked, repeat=True), SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0))
    assert peer.calls()[0].json == {"userId": USER, "cardNumber": NUMBER, "passcode": PASSCODE}
    assert peer.calls()[0].body == peer.calls()[-1].body


def test_saving_without_the_passcode_is_not_sent_and_its_repeat_looks(peer: Peer, backend: ParPay) -> None:
    asked = request(Verb.SAVE, customer=USER)
    assert backend.send(asked, SECONDS) == HostDeclined(Decline.PIN_REQUIRED, 0)
    assert peer.calls() == []
    again = replace(asked, repeat=True)
    peer.then(said(), reply({"giftCards": [{"giftCardId": "GC-9"}, {"giftCardId": CARD_ID}]}))
    assert backend.send(again, SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0), duplicate=True)
    by_id = replace(again, card=None, account_id=CARD_ID)
    peer.then(reply({"giftCards": []}), http(503, b""), reply({}, 403))
    assert backend.send(by_id, SECONDS) == HostDeclined(Decline.PIN_REQUIRED, 0, CARD_ID)
    assert backend.send(by_id, SECONDS) == HostNotSent(Cause.SERVER, CARD_ID)
    assert backend.send(by_id, SECONDS) == HostNotSent(Cause.LOOKUP, CARD_ID)
    assert not peer.calls("savegiftcard")


@pytest.mark.parametrize("verb", [Verb.SHARE, Verb.PREFER])
def test_sharing_and_preferring_move_nothing_and_silence_is_silence(peer: Peer, backend: ParPay, verb: Verb) -> None:
    asked = request(verb, customer=USER, account_id=CARD_ID, recipient="bo")
    assert backend.send(asked, SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0))
    peer.then(Reply(close=True), said(giftCardId="GC-9"), reply({"error": "card not found"}, 404))
    assert backend.send(asked, SECONDS) == HostSilent(Cause.BROKEN, CARD_ID)
    assert backend.send(asked, SECONDS) == HostSilent(Cause.MISMATCH, CARD_ID)
    assert backend.send(asked, SECONDS) == HostRefused(Decline.UNKNOWN_CARD, 404, CARD_ID)


@pytest.mark.parametrize("told", [{}, {"amount": "500.00"}, {"amount": "x"}])
def test_a_card_that_is_given_away_moves_no_money_whatever_is_on_it(
    peer: Peer, backend: ParPay, told: dict[str, Any]
) -> None:
    peer.then(said(**told))
    given = request(Verb.GIFT, account_id=CARD_ID, customer=USER, recipient="bo", amount=nok(0))
    assert backend.send(given, SECONDS) == HostApproved("T-77", CARD_ID, nok(0), nok(7655))


@pytest.mark.parametrize("verb", [Verb.REDEEM, Verb.RELOAD, Verb.BALANCE])
def test_a_stored_card_is_named_by_its_id_and_its_customer(peer: Peer, backend: ParPay, verb: Verb) -> None:
    backend.send(request(verb, card=None, account_id=CARD_ID, customer=USER, funding="CC-5"), SECONDS)
    (call,) = peer.calls()
    assert (call.json["giftCardId"], call.json["userId"]) == (CARD_ID, USER)
    assert call.json.get("sourceTransactionId") == ("CC-5" if verb is Verb.RELOAD else None)


def test_a_list_is_asked_in_whatever_phase_and_a_list_that_is_none_is_not_empty(peer: Peer, backend: ParPay) -> None:
    asked = request(Verb.LIST_CARDS, customer=USER, phase=Phase.PREPARE)
    assert backend.send(asked, SECONDS) == HostListed(())
    peer.then(http(200, b"{}"), http(503, b""))
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.UNREADABLE)
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.SERVER)
    assert {call.path for call in peer.calls()} == {"/par/giftcard/v1/giftcards?userId=anna"}


def test_the_table_says_what_else_a_verb_needs(backend: ParPay) -> None:
    table = backend.capabilities.verbs
    assert {verb for verb, rule in table.items() if rule.needs_pin} == {Verb.TRANSFER, Verb.SAVE}
    assert {verb for verb, rule in table.items() if rule.needs_funding} == {Verb.GIFT}
    needing = {Verb.GIFT, Verb.SAVE, Verb.SHARE, Verb.PREFER, Verb.LIST_CARDS}
    assert {verb for verb, rule in table.items() if rule.needs_customer} == needing


def test_a_lamp_that_is_not_let_in_says_configuration(peer: Peer, backend: ParPay) -> None:
    peer.then(reply({"error": "location"}, 403), http(200, b"<html>"), http(503, b""))
    assert backend.ping().cause is Cause.CONFIGURATION
    assert backend.ping().cause is Cause.UNREADABLE
    assert backend.ping().cause is Cause.SERVER


def test_a_balance_that_can_not_be_had_moved_nothing(peer: Peer, backend: ParPay) -> None:
    asked = request(Verb.BALANCE)
    peer.then(http(500, b""), http(200, b"{}"), reply({"error": "unknown card"}, 404), said(balance="1.00"))
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.SERVER)
    assert backend.send(asked, SECONDS) == HostNotSent(Cause.UNREADABLE)
    assert backend.send(asked, SECONDS) == HostRefused(Decline.UNKNOWN_CARD, 404)
    assert backend.send(asked, SECONDS) == HostPrepared(CARD_ID, nok(100))
    assert backend.send(request(Verb.BALANCE, card=None), SECONDS) == HostNotSent(Cause.LOOKUP)


def test_a_cut_line_sends_nothing(peer: Peer) -> None:
    backend = making.backend(peer.url, Surroundings(cut=lambda: True))
    assert backend.send(request(), SECONDS) == HostNotSent(Cause.LINE_CUT)
    backend.close()
    assert peer.received == []


def test_a_money_call_is_made_once_even_on_a_connection_that_was_closed(peer: Peer, backend: ParPay) -> None:
    def close_it(received: Received) -> Reply:
        return Reply(close=True)

    backend.send(request(), SECONDS)
    peer.then(close_it)
    assert backend.send(request(), SECONDS) == HostSilent(Cause.BROKEN)
    assert len(peer.calls()) == 2
