"""Dintero's cards out of lists and boxes: named by their ids, and what is told of them once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.backends.providers.dintero import Dintero
from app.backends.providers.dintero_once import blank_ids
from app.domain.card import IssuedBatch, IssuedToken
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostRequest,
    HostSilent,
    Phase,
)
from app.domain.verb import Verb
from tests.backends import dintero_peer as small
from tests.backends.dintero_peer import CARD, CODE, SALE, Wallets, error, request, told
from tests.backends.making import REF, SECONDS, nok
from tests.backends.peer import Json, Received, Reply, http, reply

PIN = "0042"


@pytest.fixture
def peer() -> Iterator[Wallets]:
    with Wallets() as listening:
        yield listening


@pytest.fixture
def backend(peer: Wallets) -> Iterator[Dintero]:
    opened = small.backend(peer.url)
    yield opened
    opened.close()


def reading(verb: Verb, **changes: Any) -> HostRequest:
    return request(verb, phase=Phase.PREPARE, amount=nok(0), **changes)


def box(count: int = 2, **changes: Any) -> HostRequest:
    return request(Verb.MAKE_BLANKS, amount=nok(0), account_id="", count=count, **changes)


def printed(received: Received, **changes: Any) -> Reply:
    """The answer to a batch: a code for each card."""
    secret: Json = {"card_token": {"token": {"value": CODE}}, "pin": {"pin": {"value": PIN}}}
    return reply({"cards": [card | secret | changes for card in received.json["cards"]]})


# -- lists -------------------------------------------------------------------------------------------------------------


def test_the_account_is_read_page_by_page(peer: Wallets, backend: Dintero) -> None:
    cards = [told(card_id=str(number)) for number in range(3)]
    peer.then(reply({"cards": cards, "starting_after": "k&1"}), reply({"cards": [told()], "starting_after": None}))
    first = backend.send(reading(Verb.LIST_ALL), SECONDS)
    assert isinstance(first, HostListed)
    assert ([card.id for card in first.cards], first.more) == (["0", "1", "2"], "k&1")
    second = backend.send(reading(Verb.LIST_ALL, more=first.more), SECONDS)
    assert isinstance(second, HostListed)
    assert ([card.id for card in second.cards], second.more) == ([CARD], "")
    assert [call.path.partition("?")[2] for call in peer.calls()] == ["limit=100", "limit=100&starting_after=k%261"]


def test_a_card_that_waits_for_its_buyer_is_called_by_the_label_printed_on_it(peer: Wallets, backend: Dintero) -> None:
    sold, blank = told("unused", card_id="BOX1-001"), told("inactive", 0, card_id="BOX1-002")
    peer.then(reply({"cards": [sold, blank], "starting_after": None}))
    listed = backend.send(reading(Verb.LIST_ALL), SECONDS)
    assert isinstance(listed, HostListed)
    assert [card.title for card in listed.cards] == ["", "BOX1-002"]


@pytest.mark.parametrize("verb", [Verb.LIST_ALL, Verb.LIST_CARDS, Verb.READ])
def test_a_list_that_can_not_be_had_is_not_sent_and_not_empty(peer: Wallets, backend: Dintero, verb: Verb) -> None:
    asked = reading(verb, customer="c-1" if verb is Verb.LIST_CARDS else "")
    for answer, cause in (
        (http(500, b""), Cause.SERVER),
        (http(200, b"{}"), Cause.UNREADABLE),
        (http(403, b"<html>", "text/html"), Cause.UNREADABLE),
        (Reply(close=True), Cause.BROKEN),
    ):
        peer.then(answer, answer)  # a closed connection is tried once more
        found = backend.send(asked, SECONDS)
        assert isinstance(found, HostNotSent)
        assert found.cause is cause
        peer._queue.clear()
    peer.then(error(403, "no"))
    refused = backend.send(asked, SECONDS)
    assert isinstance(refused, HostRefused)
    assert refused.reason is Decline.FORBIDDEN


def test_one_card_is_read_by_its_id_or_only_if_it_is_the_customers(peer: Wallets, backend: Dintero) -> None:
    peer.then(reply(told("sleeping", 345)), reply(told()), error(404, "unknown"))
    one = backend.send(reading(Verb.READ), SECONDS)
    assert isinstance(one, HostListed)
    ((card,), more) = (one.cards, one.more)
    assert (card.id, card.balance, card.state, card.last4, card.expiry, more) == (
        CARD, nok(345), "sleeping", "3456", "12/29", "",
    )  # fmt: skip
    backend.send(reading(Verb.READ, customer="c 1"), SECONDS)
    assert backend.send(reading(Verb.READ), SECONDS) == HostRefused(Decline.UNKNOWN_CARD, 404, CARD)
    assert peer.calls()[1].path.endswith(f"/customers/c%201/cards/{CARD}")


# -- a card out of a list ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        (Verb.REDEEM, "drawdown"),
        (Verb.CASH_OUT, "drawdown"),
        (Verb.AUTHORIZE, "drawdown"),
        (Verb.RELOAD, "fund"),
    ],
)
def test_a_card_out_of_a_list_is_named_by_its_id_and_the_receipt_learns_the_rest(
    peer: Wallets, backend: Dintero, verb: Verb, kind: str
) -> None:
    done = backend.send(request(verb, card=None, want_balance=True), SECONDS)
    assert done == HostApproved(SALE, CARD, nok(12345), nok(10_000))
    paid, read = peer.calls()
    assert (paid.json["card_id"], paid.json["type"], "token" in paid.json) == (CARD, kind, False)
    assert (read.method, read.path.rpartition("/")[2]) == ("GET", CARD)


def test_the_balance_of_a_card_out_of_a_list(peer: Wallets, backend: Dintero) -> None:
    assert backend.send(reading(Verb.BALANCE, card=None), SECONDS) == HostPrepared(CARD, nok(10_000), "12/29")
    assert backend.send(reading(Verb.BALANCE, card=None, account_id=""), SECONDS) == HostNotSent(Cause.LOOKUP)


def test_a_printed_card_is_activated_by_its_id_alone_for_a_customer(peer: Wallets, backend: Dintero) -> None:
    peer.then(reply(told("active", 12345, amount=12345, metadata={"transaction_ref": REF})))
    done = backend.send(request(Verb.ACTIVATE, card=None, customer="c-1"), SECONDS)
    assert isinstance(done, HostApproved)
    (call,) = peer.calls()
    assert call.path.endswith(f"/cards/{CARD}/activate")
    assert call.json["customer_id"] == "c-1"
    assert "code" not in call.json


def test_a_new_card_is_the_customers_it_is_made_for(peer: Wallets, backend: Dintero) -> None:
    backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, customer="c-1"), SECONDS)
    backend.send(request(Verb.ISSUE, phase=Phase.PREPARE), SECONDS)
    first, second = (call.json for call in peer.calls("/cards"))
    assert (first["customer_id"], "customer_id" in second) == ("c-1", False)


# -- another PIN, a further code ---------------------------------------------------------------------------------------


def test_a_new_pin_is_told_once_and_a_lost_one_is_replaced_by_the_next(peer: Wallets, backend: Dintero) -> None:
    told_once = reply({"pin": {"pin": {"value": PIN}}})
    asked = request(Verb.ROTATE_PIN, amount=nok(0))
    peer.then(told_once, Reply(close=True), http(200, b"{}"), told_once, error(404, "unknown"))
    first = backend.send(asked, SECONDS)
    assert backend.send(asked, SECONDS) == HostSilent(Cause.BROKEN, CARD)
    assert backend.send(asked, SECONDS) == HostSilent(Cause.UNREADABLE, CARD)
    for done in (first, backend.send(replace(asked, repeat=True), SECONDS)):
        assert isinstance(done, HostApproved)
        assert (done.host_id, done.account_id, done.amount) == (CARD, CARD, nok(0))
        assert isinstance(done.issued, IssuedToken)
        assert (done.issued.pin, done.issued.code) == (PIN, "")
        assert PIN not in repr(done)
    assert backend.send(asked, SECONDS) == HostRefused(Decline.UNKNOWN_CARD, 404, CARD)
    assert peer.calls()[0].json["pin"]["format"]["length"] == 4


def test_a_lost_pin_is_not_replaced_while_its_first_copy_may_still_be_on_the_line(
    peer: Wallets, backend: Dintero
) -> None:
    """It would make another PIN, after the one that the customer was told."""
    just_now = request(Verb.ROTATE_PIN, amount=nok(0), local_time=datetime.now(UTC))
    assert backend.send(replace(just_now, repeat=True), SECONDS) == HostNotSent(Cause.LOOKUP, CARD)
    assert peer.calls() == []


def test_a_further_code_is_for_so_many_hours_and_one_transaction_and_is_made_once(
    peer: Wallets, backend: Dintero
) -> None:
    asked = request(Verb.NEW_CODE, amount=nok(0), count=36)
    peer.then(reply({"id": "t-1", "ref_id": REF, "token": {"value": "0777"}}))
    done = backend.send(asked, SECONDS)
    assert isinstance(done, HostApproved)
    assert (done.host_id, done.account_id, done.amount) == ("t-1", CARD, nok(0))
    assert isinstance(done.issued, IssuedToken)
    assert (done.issued.code, "0777" in repr(done)) == ("0777", False)
    (call,) = peer.calls("/tokens")
    assert (call.json["ref_id"], call.json["expires_in"]) == (REF, 36 * 3600)
    assert call.json["expires_after_transaction"] is True
    assert backend.send(replace(asked, repeat=True), SECONDS) == HostSilent(Cause.RESTART, CARD)
    assert len(peer.calls()) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply({"ref_id": "other", "token": {"value": "1"}}), HostSilent(Cause.MISMATCH, CARD)),
        (reply({"ref_id": REF}), HostSilent(Cause.UNREADABLE, CARD)),
        (error(409, "this ref_id is used"), HostRefused(Decline.REFERENCE_REUSED, 409, CARD)),
        (Reply(close=True), HostSilent(Cause.BROKEN, CARD)),
    ],
)
def test_a_further_code_that_is_not_told_is_none(
    peer: Wallets, backend: Dintero, answer: Reply, expected: object
) -> None:
    peer.then(answer)
    assert backend.send(request(Verb.NEW_CODE, amount=nok(0), count=1), SECONDS) == expected


@pytest.mark.parametrize("hours", [0, -1, 24 * 366 + 1])
def test_a_code_for_no_time_or_for_ever_is_not_asked_for(peer: Wallets, backend: Dintero, hours: int) -> None:
    asked = request(Verb.NEW_CODE, amount=nok(0), count=hours)
    assert backend.send(asked, SECONDS) == HostDeclined(Decline.MALFORMED, 0, CARD)
    assert peer.calls() == []


# -- a box of unsold cards ---------------------------------------------------------------------------------------------


def test_the_names_of_a_box_follow_from_its_reference() -> None:
    names = blank_ids(box(3))
    assert names == blank_ids(replace(box(3), repeat=True))
    assert [name.partition("-")[2] for name in names] == ["001", "002", "003"]
    assert len({name.partition("-")[0] for name in names}) == 1
    head = names[0].partition("-")[0]
    assert (len(head), head.upper(), head.isalnum()) == (8, head, True)
    assert names[0] != blank_ids(replace(box(3), transaction_ref=type(REF)("another")))[0]


def test_a_box_of_cards_is_told_with_labels_codes_and_pins(peer: Wallets, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    backend = small.backend(peer.url, new_cards_have_a_pin=True)
    peer.then(printed)
    done = backend.send(box(), SECONDS)
    backend.close()
    assert isinstance(done, HostApproved)
    assert (done.host_id, done.account_id, done.amount) == (blank_ids(box())[0], "", nok(0))
    assert isinstance(done.issued, IssuedBatch)
    assert [card.label for card in done.issued.cards] == list(blank_ids(box()))
    assert [(card.code, card.pan.reveal(), card.pin) for card in done.issued.cards] == [(CODE, CODE, PIN)] * 2
    (call,) = peer.calls("/cards/batch")
    assert [set(card) for card in call.json["cards"]] == [{"card_id", "type"}] * 2
    assert CODE not in repr(done) + caplog.text


@pytest.mark.parametrize("count", [0, -1, 101])
def test_a_box_has_one_to_a_hundred_cards(peer: Wallets, backend: Dintero, count: int) -> None:
    assert backend.send(box(count), SECONDS) == HostDeclined(Decline.MALFORMED, 0)
    assert peer.calls() == []


UNREADABLE: tuple[Callable[[Received], Reply], ...] = (
    lambda received: http(200, b"{}"),
    lambda received: printed(received, card_id="x"),
    lambda received: printed(received, card_token={"token": {"value": "LETTERS"}}),
    lambda received: reply({"cards": []}),
    lambda received: error(409, "this card_id is used"),
)


@pytest.mark.parametrize("answer", UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_box_whose_codes_are_not_told_is_silence(
    peer: Wallets, backend: Dintero, answer: Callable[[Received], Reply]
) -> None:
    peer.then(answer)
    assert backend.send(box(), SECONDS) == HostSilent(Cause.UNREADABLE)


def test_a_box_that_was_never_made_is_made_by_the_repeat(peer: Wallets, backend: Dintero) -> None:
    peer.then(error(404, "unknown"), printed)
    assert isinstance(backend.send(box(repeat=True), SECONDS), HostApproved)
    assert [call.method for call in peer.calls()] == ["GET", "POST"]


def test_a_box_whose_codes_were_lost_is_deleted_its_first_card_last(peer: Wallets, backend: Dintero) -> None:
    ids = blank_ids(box(3))
    there = reply(told("inactive", 0, card_id=ids[0]))
    again = box(3, repeat=True)
    peer.then(there, http(204, b""), http(503, b""))
    assert backend.send(again, SECONDS) == HostNotSent(Cause.SERVER)
    peer.then(there, error(404, "gone"), http(204, b""), http(204, b""))
    assert backend.send(again, SECONDS) == HostDeclined(Decline.TOLD_AND_LOST)
    deleted = [call.path.rpartition("/")[2] for call in peer.calls() if call.method == "DELETE"]
    assert deleted == [ids[2], ids[1], ids[2], ids[1], ids[0]]
    assert not peer.calls("/cards/batch")


@pytest.mark.parametrize("theirs", [{"status": "used"}, {"created_at": ""}], ids=["in use", "older"])
def test_cards_that_somebody_else_made_under_a_name_of_ours_are_left_alone(
    peer: Wallets, backend: Dintero, theirs: Json
) -> None:
    again = box(repeat=True)
    if "created_at" in theirs:
        theirs = {"created_at": (again.local_time - timedelta(days=2)).isoformat()}
    peer.then(reply(told("inactive", 0, card_id=blank_ids(again)[0]) | theirs))
    assert backend.send(again, SECONDS) == HostRefused(Decline.REFERENCE_REUSED, 409)
    assert [call.method for call in peer.calls()] == ["GET"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http(503, b""), HostNotSent(Cause.SERVER)),
        (error(403, "no"), HostNotSent(Cause.LOOKUP)),
        (reply(told(card_id="another")), HostNotSent(Cause.UNREADABLE)),
    ],
)
def test_a_box_that_can_not_be_looked_for_waits(
    peer: Wallets, backend: Dintero, answer: Reply, expected: object
) -> None:
    peer.then(answer)
    assert backend.send(box(repeat=True), SECONDS) == expected
