"""What a till sends to Gr4vy: the vendor's own requests, signed for this call and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.backends.base import SettingsFault, Surroundings
from app.backends.providers.gr4vy import Gr4vy
from app.domain.card import CLEAR_PIN, IssuedToken, PinBlock
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostSilent,
    Phase,
    StoredCard,
)
from app.domain.verb import RepeatRule, Verb
from tests.backends import gr4vy_making as making
from tests.backends.gr4vy_making import CARD_ID, ORIGINAL, PAID_ID, PAN, PIN, REF, SECONDS, SPENT_ID, nok
from tests.backends.peer import Json, Peer, http, reply


@pytest.fixture
def gr4vy(peer: Peer) -> Iterator[Gr4vy]:
    opened = making.backend(peer.url, issuance_theme="031111372")
    yield opened
    opened.close()


def only(peer: Peer) -> Any:
    (received,) = peer.calls()
    return received


def test_a_payment_is_a_transaction_of_one_card(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(making.transaction(), 201))
    assert gr4vy.send(making.request(), SECONDS) == HostApproved(f"{PAID_ID}/{SPENT_ID}", "", nok(1299))
    sent = only(peer)
    assert (sent.method, sent.path) == ("POST", "/transactions")
    assert sent.json == {
        "amount": 1299,
        "currency": "NOK",
        "gift_cards": [{"number": PAN, "pin": PIN, "amount": 1299}],
        "external_identifier": REF,
        "intent": "capture",
    }
    assert sent.headers["idempotency-key"] == REF
    assert sent.headers["x-gr4vy-merchant-account-id"] == "default"
    assert sent.headers["content-type"] == "application/json"


def test_gc7_amounts_are_whole_numbers_on_the_wire(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(making.transaction(), 201))
    gr4vy.send(making.request(), SECONDS)
    assert b'"amount":1299,' in only(peer).body
    with pytest.raises(TypeError):
        nok(12.5)  # type: ignore[arg-type]  # what is tried


def test_a_stored_card_pays_by_its_id_alone(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(making.transaction(), 201))
    reply_ = gr4vy.send(making.request(account_id=CARD_ID), SECONDS)
    assert isinstance(reply_, HostApproved)
    assert reply_.account_id == CARD_ID
    assert only(peer).json["gift_cards"] == [{"id": CARD_ID, "amount": 1299}]


@pytest.mark.parametrize(
    ("changes", "buyer"),
    [
        ({"account_id": CARD_ID, "customer": "C-17"}, {"buyer_external_identifier": "C-17"}),
        ({"account_id": CARD_ID, "customer": PAID_ID}, {"buyer_id": PAID_ID}),
        ({"customer": "C-17"}, {}),
    ],
)
def test_a_stored_card_pays_for_the_buyer_who_keeps_it(peer: Peer, gr4vy: Gr4vy, changes: Json, buyer: Json) -> None:
    peer.then(reply(making.transaction(), 201))
    gr4vy.send(making.request(**changes), SECONDS)
    body = only(peer).json
    assert {name: body[name] for name in body if name.startswith("buyer")} == buyer


def test_a_pin_keyed_in_clear_goes_before_the_one_on_the_card(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(making.transaction(), 201))
    gr4vy.send(making.request(pin_block=PinBlock(b"0042", CLEAR_PIN)), SECONDS)
    assert only(peer).json["gift_cards"][0]["pin"] == "0042"


@pytest.mark.parametrize("verb", [Verb.REDEEM, Verb.BALANCE, Verb.SAVE])
def test_without_a_pin_nothing_is_asked(peer: Peer, gr4vy: Gr4vy, verb: Verb) -> None:
    bare = making.request(verb, card=making.card().for_sealing(), pin_block=PinBlock(b"12345678", 0))
    assert gr4vy.send(bare, SECONDS) == HostRefused(Decline.PIN_REQUIRED, 0)
    assert peer.calls() == []


@pytest.mark.parametrize("verb", [Verb.REVERSE, Verb.REFUND])
def test_gc9_a_refund_names_what_it_gives_back(peer: Peer, gr4vy: Gr4vy, verb: Verb) -> None:
    peer.then(reply(making.refund(), 201))
    assert gr4vy.send(making.request(verb), SECONDS) == HostApproved(making.REFUND_ID, "", nok(1299))
    sent = only(peer)
    assert (sent.method, sent.path) == ("POST", f"/transactions/{PAID_ID}/refunds")
    assert sent.json == {
        "amount": 1299,
        "target_type": "gift-card-redemption",
        "target_id": SPENT_ID,
        "external_identifier": REF,
    }
    assert sent.headers["idempotency-key"] == REF


def test_gc8_a_balance_is_asked_and_counted_in_the_tills_currency(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply({"items": [making.summary(currency=None)]}))
    assert gr4vy.send(making.request(Verb.BALANCE), SECONDS) == HostPrepared("", nok(1299))
    sent = only(peer)
    assert (sent.method, sent.path) == ("POST", "/gift-cards/balances")
    assert sent.json == {"items": [{"number": PAN, "pin": PIN}]}
    assert "idempotency-key" not in sent.headers


def test_a_balance_is_found_by_its_card_and_not_by_its_place(peer: Peer, gr4vy: Gr4vy) -> None:
    others = [making.summary(last4="9999", balance=1), making.summary(id=CARD_ID, balance=7, last4="8888")]
    for account, expected in (("", 1299), (CARD_ID, 7)):
        peer.then(reply({"items": [*others, making.summary()]}))
        found = gr4vy.send(making.request(Verb.BALANCE, account_id=account), SECONDS)
        assert found == HostPrepared(account, nok(expected))


def test_an_activation_names_amount_and_currency_or_neither(peer: Peer, gr4vy: Gr4vy) -> None:
    for minor in (5000, 0):
        peer.then(reply(making.stored(), 201))
        done = gr4vy.send(making.request(Verb.ACTIVATE, amount=nok(minor)), SECONDS)
        assert done == HostApproved(CARD_ID, "", nok(minor), expiry="12/31")
    with_value, without = (call.json for call in peer.calls("/activations"))
    assert with_value == {
        "number": PAN, "pin": PIN, "amount": 5000, "currency": "NOK", "external_identifier": REF,
    }  # fmt: skip
    assert without == {"number": PAN, "pin": PIN, "external_identifier": REF}
    assert {call.headers["idempotency-key"] for call in peer.calls()} == {REF}


def test_an_activation_for_a_customer_stores_the_card_and_wants_its_pin(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply(making.stored(), 201))
    done = gr4vy.send(making.request(Verb.ACTIVATE, customer="C-17"), SECONDS)
    assert done == HostApproved(CARD_ID, CARD_ID, nok(1299), expiry="12/31")
    body = only(peer).json
    assert (body["store"], body["buyer_external_identifier"], body["pin"]) == (True, "C-17", PIN)
    bare = making.request(Verb.ACTIVATE, customer="C-17", card=making.card().for_sealing())
    assert gr4vy.send(bare, SECONDS) == HostRefused(Decline.PIN_REQUIRED, 0)
    peer.then(reply(making.stored(), 201))
    assert isinstance(gr4vy.send(replace(bare, customer=""), SECONDS), HostApproved)
    assert not {"pin", "store"} & set(peer.calls()[-1].json)


def test_an_issuance_is_one_call_and_answers_with_an_address(peer: Peer, gr4vy: Gr4vy) -> None:
    rule = gr4vy.capabilities.rule(Verb.ISSUE)
    assert rule is not None
    assert (rule.one_call, rule.needs_card, rule.repeat, rule.undo) == (True, False, RepeatRule.ONCE, None)
    address = "https://cards.example/open/secret"
    made: Json = {"id": CARD_ID, "url": address, "amount": 1299, "currency": "NOK"}
    peer.then(reply(made, 201))
    issued = gr4vy.send(making.request(Verb.ISSUE, card=None), SECONDS)
    assert isinstance(issued, HostApproved)
    assert (issued.host_id, issued.account_id, issued.amount) == (CARD_ID, "", nok(1299))
    assert isinstance(issued.issued, IssuedToken)
    assert issued.issued.url == address
    assert address not in repr(issued)
    body = only(peer).json
    assert body == {"theme": "031111372", "amount": 1299, "currency": "NOK", "external_identifier": REF}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [({"amount": 1}, Cause.MISMATCH), ({"currency": "SEK"}, Cause.MISMATCH), ({"url": None}, Cause.UNREADABLE)],
)
def test_an_issuance_that_does_not_say_what_was_issued_is_silence(
    peer: Peer, gr4vy: Gr4vy, changes: Json, cause: Cause
) -> None:
    made: Json = {"id": CARD_ID, "url": "https://x.example", "amount": 1299, "currency": "NOK"}
    peer.then(reply(made | changes, 201))
    assert gr4vy.send(making.request(Verb.ISSUE, card=None), SECONDS) == HostSilent(cause)


@pytest.mark.parametrize("verb", [Verb.ACTIVATE, Verb.ISSUE])
def test_what_is_made_once_is_never_sent_again(peer: Peer, gr4vy: Gr4vy, verb: Verb) -> None:
    assert gr4vy.send(making.request(verb, repeat=True), SECONDS) == HostSilent(Cause.RESTART)
    assert peer.calls() == []


def test_a_card_is_saved_for_a_customer_by_whichever_name(peer: Peer, gr4vy: Gr4vy) -> None:
    for customer, member in (("C-17", "buyer_external_identifier"), (PAID_ID, "buyer_id")):
        peer.then(reply(making.stored(), 201))
        saved = gr4vy.send(making.request(Verb.SAVE, customer=customer), SECONDS)
        assert saved == HostApproved(CARD_ID, CARD_ID, nok(0), expiry="12/31")
        body = peer.calls("/gift-cards")[-1].json
        assert body == {"number": PAN, "pin": PIN, member: customer}


def test_a_customers_cards_come_with_balances_and_a_null_is_no_zero(peer: Peer, gr4vy: Gr4vy) -> None:
    # GC1
    peer.then(listed_summaries())
    found = gr4vy.send(making.request(Verb.LIST_CARDS, card=None, customer="C 17&x"), SECONDS)
    assert isinstance(found, HostListed)
    assert [card.balance for card in found.cards] == [nok(1299), nok(0), None]
    assert [card.state for card in found.cards] == ["", "", "service_network_error"]
    assert only(peer).path == "/buyers/gift-cards?buyer_external_identifier=C%2017%26x&order_by=desc"


def listed_summaries() -> Any:
    unknown = making.summary(balance=None, balance_error_code="service_network_error")
    return reply({"items": [making.summary(), making.summary(balance=0), unknown]})


def test_the_vault_is_read_in_pages_and_card_by_card(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(making.listed(making.stored(), more="a+b/c"), making.listed(), reply(making.stored()))
    asked = making.request(Verb.LIST_ALL, card=None, customer="C-17", phase=Phase.PREPARE)
    first = gr4vy.send(asked, SECONDS)
    assert first == HostListed((StoredCard(CARD_ID, "1234", "Cards", None, "12/31"),), "a+b/c")
    assert gr4vy.send(replace(asked, more="a+b/c"), SECONDS) == HostListed((), "")
    one = making.request(Verb.READ, card=None, account_id=CARD_ID, phase=Phase.PREPARE)
    assert gr4vy.send(one, SECONDS) == replace(first, more="")
    peer.then(making.listed(), http(200, b"{}"), http(500, b""))
    assert gr4vy.send(replace(asked, customer=""), SECONDS) == HostListed((), "")
    assert gr4vy.send(asked, SECONDS) == HostNotSent(Cause.UNREADABLE)
    assert gr4vy.send(one, SECONDS) == HostNotSent(Cause.SERVER, CARD_ID)
    assert [call.path for call in peer.calls()[:4]] == [
        "/gift-cards?buyer_external_identifier=C-17&limit=100",
        "/gift-cards?buyer_external_identifier=C-17&cursor=a%2Bb%2Fc&limit=100",
        f"/gift-cards/{CARD_ID}",
        "/gift-cards?limit=100",
    ]


def test_a_card_is_deleted_without_a_body_and_one_that_is_gone_is_what_was_wanted(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(http(204, b""), making.error(404, "not_found"), making.error(403, "forbidden"))
    request = making.request(Verb.DELETE, card=None, account_id=CARD_ID)
    assert gr4vy.send(request, SECONDS) == HostApproved(CARD_ID, CARD_ID, nok(0))
    again = gr4vy.send(replace(request, repeat=True), SECONDS)
    assert again == HostApproved(CARD_ID, CARD_ID, nok(0), duplicate=True)
    assert gr4vy.send(request, SECONDS) == HostRefused(Decline.FORBIDDEN, 403, CARD_ID)
    assert {(call.method, call.body) for call in peer.calls()} == {("DELETE", b"")}
    assert all("content-type" not in call.headers for call in peer.calls())


def test_all_of_a_transaction_is_given_back_by_one_call(peer: Peer, gr4vy: Gr4vy) -> None:
    peer.then(reply({"items": [making.refund(), making.refund("failed")]}, 201))
    assert gr4vy.refund_all(ORIGINAL, REF, SECONDS) == ("succeeded", "failed")
    assert only(peer).path == f"/transactions/{PAID_ID}/refunds/all"
    assert making.claims(only(peer))["scopes"] == ["transactions.write", "gift-cards.write"]


@pytest.mark.parametrize(
    ("verb", "answer", "scopes"),
    [
        (Verb.REDEEM, reply(making.transaction(), 201), ["transactions.write"]),
        (Verb.REFUND, reply(making.refund(), 201), ["transactions.write"]),
        (Verb.BALANCE, reply({"items": [making.summary()]}), ["gift-cards.read"]),
        (Verb.LIST_CARDS, making.listed(), ["gift-cards.read"]),
        (Verb.LIST_ALL, making.listed(), ["gift-cards.read"]),
        (Verb.READ, reply(making.stored()), ["gift-cards.read"]),
        (Verb.DELETE, http(204, b""), ["gift-cards.write"]),
        (Verb.ISSUE, reply({}, 201), ["gift-cards.write"]),
        (Verb.SAVE, reply(making.stored(), 201), ["gift-cards.write"]),
        (Verb.ACTIVATE, reply(making.stored(), 201), ["gift-cards.write"]),
    ],
)
def test_a_token_may_do_what_its_call_needs_and_no_more(
    peer: Peer, gr4vy: Gr4vy, verb: Verb, answer: Any, scopes: list[str]
) -> None:
    peer.then(answer)
    by_id = verb in (Verb.READ, Verb.DELETE)
    gr4vy.send(making.request(verb, account_id=CARD_ID if by_id else ""), SECONDS)
    assert making.claims(only(peer))["scopes"] == scopes


def test_each_call_signs_a_token_of_its_own_by_the_tills_clock(peer: Peer) -> None:
    now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    gr4vy = making.backend(peer.url + "/prefix/", Surroundings(now=lambda: now))
    peer.then(reply({"items": [making.summary()]}), reply({"items": [making.summary()]}))
    for _ in range(2):
        gr4vy.send(making.request(Verb.BALANCE), SECONDS)
    gr4vy.close()
    first, second = (making.claims(call) for call in peer.calls())
    assert first["jti"] != second["jti"]
    assert first["iat"] == first["nbf"] < now.timestamp() < first["exp"]
    assert peer.calls()[0].path == "/prefix/gift-cards/balances"


def test_a_refused_token_is_signed_anew_once(peer: Peer, gr4vy: Gr4vy) -> None:
    refused = making.error(401, "unauthorized")
    peer.then(refused, reply(making.transaction(), 201))
    assert isinstance(gr4vy.send(making.request(), SECONDS), HostApproved)
    peer.then(refused, refused)
    assert gr4vy.send(making.request(), SECONDS) == HostNotSent(Cause.CONFIGURATION)
    tokens = {making.claims(call)["jti"] for call in peer.calls()}
    assert len(tokens) == len(peer.calls()) == 4
    assert {call.headers["idempotency-key"] for call in peer.calls()} == {REF}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"base_url": "http://api.example.gr4vy.app"}, "base_url"),
        ({"private_key_pem": "nonsense"}, "private_key_pem"),
        ({"merchant_account_id": "a\nb"}, "merchant_account_id"),
        ({"merchant_account_id": ""}, "merchant_account_id"),
        ({"issuance_theme": "x" * 201}, "issuance_theme"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named_and_not_shown(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        making.backend("https://api.example.gr4vy.app", **changes)
    assert caught.value.field == field
    assert "nonsense" not in str(caught.value)


def test_settings_do_not_show_the_key() -> None:
    assert "PRIVATE" not in repr(making.settings("https://api.example.gr4vy.app"))


def test_an_id_that_is_none_never_becomes_a_path(peer: Peer, gr4vy: Gr4vy) -> None:
    for bad in ("../admin", "", f"{PAID_ID}/..", f"{PAID_ID}"):
        original = replace(ORIGINAL, host_id=bad)
        assert gr4vy.send(making.request(Verb.REFUND, original=original), SECONDS) == HostNotSent(Cause.LOOKUP)
    for verb in (Verb.READ, Verb.DELETE):
        bad_card = making.request(verb, account_id="../x")
        assert gr4vy.send(bad_card, SECONDS) == HostNotSent(Cause.LOOKUP, "../x")
    assert peer.calls() == []


def test_a_search_comes_before_a_repeat_only(peer: Peer, gr4vy: Gr4vy) -> None:
    old = making.request(repeat=True, local_time=datetime.now(UTC) - timedelta(days=2))
    peer.then(making.listed(), reply(making.transaction(), 201))
    assert isinstance(gr4vy.send(old, SECONDS), HostApproved)
    assert [call.method for call in peer.calls()] == ["GET", "POST"]
    path = f"/transactions?external_identifier={REF}&has_gift_card_redemptions=true&limit=100"
    assert peer.calls()[0].path == path
    assert making.claims(peer.calls()[0])["scopes"] == ["transactions.read"]
