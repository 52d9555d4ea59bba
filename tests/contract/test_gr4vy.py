"""What only Gr4vy has: cards that are stored, listed and activated, from the till's side and the host's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.backends.providers.gr4vy import Gr4vy
from app.backends.providers.gr4vy_settings import Gr4vySettings
from app.domain.card import IssuedToken
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostPrepared,
    HostRefused,
    HostSilent,
    Original,
)
from app.domain.verb import RepeatRule, Verb
from tests.contract.bench import SECONDS, Bench, Fresh, nok


@pytest.fixture(scope="module")
def running() -> Iterator[Bench]:
    with Bench("gr4vy") as bench:
        yield bench


@pytest.fixture(scope="module")
def gr4vy(running: Bench) -> Iterator[Gr4vy]:
    settings = running.host.contract["faces"]["gr4vy"]
    with_theme = Gr4vy(Gr4vySettings(**settings, issuance_theme="031111372"))
    yield with_theme
    with_theme.close()


def saved(bench: Bench, new: Fresh, customer: str) -> Fresh:
    reply = bench.send(bench.request(Verb.SAVE, new, customer=customer))
    assert isinstance(reply, HostApproved), reply
    return Fresh(reply.account_id, new.card)


def test_an_activation_loads_a_printed_card_once(bench: Bench) -> None:
    new = bench.printed(0, active=False)
    refused = bench.send(bench.request(Verb.REDEEM, new, nok(1)))
    assert refused == HostDeclined(Decline.INACTIVE)
    request = bench.request(Verb.ACTIVATE, new, nok(5000), want_balance=True)
    reply = bench.send(request)
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.balance, reply.expiry) == (nok(5000), nok(5000), "12/31")
    again = bench.send(bench.request(Verb.ACTIVATE, new, nok(5000)))
    assert isinstance(again, HostRefused)
    assert bench.balance_of(new) == 5000


@pytest.mark.parametrize(("kind", "booked"), [("lose_request", 0), ("lose_answer", 5000)])
def test_an_activation_that_was_not_answered_is_never_sent_again_by_the_client(
    bench: Bench, kind: str, booked: int
) -> None:
    rule = bench.backend.capabilities.rule(Verb.ACTIVATE)
    assert rule is not None
    assert rule.repeat is RepeatRule.ONCE
    new = bench.printed(0, active=False)
    bench.spoil({"kind": kind, "endpoint": bench.endpoint(Verb.ACTIVATE), "next": 1})
    assert bench.send(bench.request(Verb.ACTIVATE, new, nok(5000))) == HostSilent(Cause.BROKEN)
    (fault,) = bench.host.faults._armed
    assert fault.seen == 1
    assert bench.balance_of(new) == booked


@pytest.mark.parametrize("kind", ["lose_request", "lose_answer", "garble"])
def test_a_save_that_was_not_answered_ends_with_one_card(bench: Bench, kind: str) -> None:
    new, customer = bench.printed(100), f"C-{uuid.uuid4().hex}"
    request = bench.request(Verb.SAVE, new, customer=customer)
    bench.spoil({"kind": kind, "endpoint": bench.endpoint(Verb.SAVE), "method": "POST", "next": 1})
    assert isinstance(bench.send(request), HostSilent)
    again = bench.send(replace(request, repeat=True))
    assert isinstance(again, HostApproved)
    assert again.duplicate == (kind != "lose_request")
    listed = bench.send(bench.request(Verb.LIST_CARDS, customer=customer))
    assert isinstance(listed, HostListed)
    assert [card.id for card in listed.cards] == [again.account_id]


def test_a_stored_card_pays_and_is_given_back_without_number_and_pin(bench: Bench) -> None:
    kept = saved(bench, bench.printed(1000), "C-pays")
    request = bench.request(Verb.REDEEM, kept, nok(600), card=None)
    reply = bench.send(request)
    assert isinstance(reply, HostApproved)
    found = bench.send(bench.request(Verb.BALANCE, kept, card=None))
    assert found == HostPrepared(kept.account_id, nok(400), "12/31")
    original = bench.original(request, reply)
    assert isinstance(bench.send(bench.request(Verb.REVERSE, amount=nok(600), original=original)), HostApproved)
    assert bench.balance_of(kept) == 1000


def test_a_customers_cards_are_listed_with_balances_and_deleted(bench: Bench, gr4vy: Gr4vy) -> None:
    kept = [saved(bench, bench.printed(minor), "C-lists") for minor in (0, 42)]
    listed = bench.send(bench.request(Verb.LIST_CARDS, customer="C-lists"))
    assert isinstance(listed, HostListed)
    assert {card.id: card.balance for card in listed.cards} == {
        kept[0].account_id: nok(0),
        kept[1].account_id: nok(42),
    }
    page = bench.send(bench.request(Verb.LIST_ALL, customer="C-lists"))
    assert isinstance(page, HostListed)
    assert len(page.cards) == 2
    one = bench.send(bench.request(Verb.READ, kept[0]))
    assert isinstance(one, HostListed)
    assert one.cards[0] in page.cards
    delete = bench.request(Verb.DELETE, kept[0], card=None)
    assert isinstance(bench.send(delete), HostApproved)
    assert isinstance(bench.send(replace(delete, repeat=True)), HostApproved)
    listed = bench.send(bench.request(Verb.LIST_CARDS, customer="C-lists"))
    assert isinstance(listed, HostListed)
    assert [card.id for card in listed.cards] == [kept[1].account_id]


def test_an_issuance_is_booked_and_answers_with_an_address(bench: Bench, gr4vy: Gr4vy) -> None:
    before = bench.host.store.check().postings
    request = replace(bench.request(Verb.REDEEM, amount=nok(700)), verb=Verb.ISSUE)
    made = gr4vy.send(request, SECONDS)
    assert isinstance(made, HostApproved)
    assert isinstance(made.issued, IssuedToken)
    assert made.issued.url.startswith("https://")
    assert bench.host.store.check().postings == before + 2


def test_everything_is_given_back_by_one_call(bench: Bench, gr4vy: Gr4vy) -> None:
    new = bench.printed(1000)
    request = bench.request(Verb.REDEEM, new, nok(600))
    original: Original = bench.original(request, bench.send(request))
    assert gr4vy.refund_all(original, str(uuid.uuid4()), SECONDS) == ("succeeded",)
    assert bench.balance_of(new) == 1000
