"""PAR Pay's client and face together, where other backends have nothing like it: cards that are kept, shared, given."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.backends.providers.parpay import ParPay
from app.domain.card import CLEAR_PIN, CardSecret, IssuedSecret, PinBlock
from app.domain.host import (
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostPrepared,
    HostRefused,
    HostSilent,
    Phase,
    StoredCard,
)
from app.domain.verb import Verb
from tests.contract.bench import SECONDS, SOON, Bench, Fresh, nok


@pytest.fixture(scope="module")
def par() -> Iterator[Bench]:
    with Bench("parpay") as bench:
        yield bench


@pytest.fixture
def bench(par: Bench) -> Iterator[Bench]:
    yield par
    par.host.faults.clear()
    check = par.host.store.check()
    assert check.balanced, check.faults


def customer() -> str:
    return f"customer-{uuid.uuid4()}"


def listed(bench: Bench, user: str) -> tuple[StoredCard, ...]:
    reply = bench.send(bench.request(Verb.LIST_CARDS, customer=user))
    assert isinstance(reply, HostListed)
    return reply.cards


def kept(bench: Bench, user: str, minor: int = 50_000) -> Fresh:
    new = bench.fresh(minor)
    saved = bench.send(bench.request(Verb.SAVE, new, account_id="", customer=user, pin_block=clear(new.pin)))
    assert saved == HostApproved(new.account_id, new.account_id, nok(0))
    return new


def clear(passcode: str) -> PinBlock:
    return PinBlock(passcode.encode(), CLEAR_PIN)


def test_a_saved_card_is_listed_and_pays_by_its_id(bench: Bench) -> None:
    user = customer()
    new = kept(bench, user)
    (card,) = listed(bench, user)
    assert (card.id, card.last4, card.balance) == (new.account_id, new.card.pan.last4, nok(50_000))
    assert (card.state, card.preferred, len(card.expiry)) == ("Active", False, 5)
    paid = bench.send(bench.request(Verb.REDEEM, new, nok(100), card=None, customer=user))
    assert isinstance(paid, HostApproved)
    assert paid.balance == nok(49_900)
    stranger = bench.send(bench.request(Verb.REDEEM, new, nok(100), card=None, customer=customer()))
    assert isinstance(stranger, HostRefused)


def test_a_wrong_passcode_keeps_nothing(bench: Bench) -> None:
    user, new = customer(), bench.fresh(100)
    reply = bench.send(bench.request(Verb.SAVE, new, account_id="", customer=user, pin_block=clear("00000")))
    assert reply == HostRefused(Decline.WRONG_PIN, 422)
    assert listed(bench, user) == ()


def test_a_wrong_passcode_tells_no_balance(bench: Bench) -> None:
    new = bench.fresh(100)
    wrong = clear(f"{(int(new.pin) + 1) % 10_000:04d}")
    reply = bench.send(bench.request(Verb.BALANCE, new, pin_block=wrong, phase=Phase.PREPARE))
    assert reply == HostRefused(Decline.WRONG_PIN, 422, new.account_id)


def test_a_shared_card_stays_with_both_and_a_given_one_leaves(bench: Bench) -> None:
    user, friend = customer(), customer()
    new = kept(bench, user)
    assert isinstance(bench.send(bench.request(Verb.SHARE, new, customer=user, recipient=friend)), HostApproved)
    assert [card.id for card in listed(bench, user)] == [card.id for card in listed(bench, friend)] == [new.account_id]
    given = bench.send(bench.request(Verb.GIFT, new, customer=user, recipient=friend + "@example.org"))
    assert isinstance(given, HostApproved)
    assert listed(bench, user) == listed(bench, friend) == ()
    assert [card.id for card in listed(bench, friend + "@example.org")] == [new.account_id]
    assert bench.balance_of(new) == 50_000


def test_one_card_is_preferred(bench: Bench) -> None:
    user = customer()
    cards = [kept(bench, user) for _ in range(2)]
    for card in cards:
        assert isinstance(bench.send(bench.request(Verb.PREFER, card, customer=user)), HostApproved)
    assert [card.id for card in listed(bench, user) if card.preferred] == [cards[1].account_id]


GIFT_MISHAPS: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"kind": "lose_request"}, False),
    ({"kind": "lose_answer"}, True),
    ({"kind": "garble"}, True),
    ({"kind": "status", "status": 503, "when": "after"}, True),
    ({"kind": "drip", "seconds": 0.005}, True),
)


@pytest.mark.parametrize(("fault", "booked"), GIFT_MISHAPS, ids=str)
def test_a_gift_is_given_once_whatever_the_line_does(bench: Bench, fault: dict[str, Any], booked: bool) -> None:
    user, friend = customer(), customer()
    request = bench.request(Verb.GIFT, None, nok(2_500), customer=user, recipient=friend, funding=f"CC-{user}")
    bench.spoil(fault | {"endpoint": "*/gift", "next": 1})
    assert isinstance(bench.send(request, SOON if fault["kind"] == "drip" else SECONDS), HostSilent)
    again = bench.send(replace(request, repeat=True))
    assert isinstance(again, HostApproved)
    assert (again.duplicate, again.amount) == (booked, nok(2_500))
    assert [(card.id, card.balance) for card in listed(bench, friend)] == [(again.account_id, nok(2_500))]


@pytest.mark.parametrize(("fault", "booked"), GIFT_MISHAPS, ids=str)
def test_a_transfer_whose_answer_was_lost_shows_its_card_on_the_repeat(
    bench: Bench, fault: dict[str, Any], booked: bool
) -> None:
    new = bench.fresh(1_000)
    request = bench.request(Verb.TRANSFER, new, nok(400))
    bench.spoil(fault | {"endpoint": "*/balanceTransfer", "next": 1})
    assert isinstance(bench.send(request, SOON if fault["kind"] == "drip" else SECONDS), HostSilent)
    again = bench.send(replace(request, repeat=True))
    assert isinstance(again, HostApproved)
    assert (again.duplicate, again.balance) == (booked, nok(600))
    assert isinstance(again.issued, IssuedSecret)
    made = CardSecret(again.issued.pan)
    paid = bench.send(bench.request(Verb.REDEEM, None, nok(400), card=made, pin_block=clear(again.issued.pin)))
    assert isinstance(paid, HostApproved)


@pytest.mark.parametrize("ends", [True, False])
def test_a_source_ends_only_when_it_is_asked_to(bench: Bench, ends: bool) -> None:
    new = bench.fresh(1_000)
    assert isinstance(bench.send(bench.request(Verb.TRANSFER, new, nok(1_000), end_source=ends)), HostApproved)
    reply = bench.send(bench.request(Verb.RELOAD, new, nok(1)))
    assert isinstance(reply, HostRefused) == ends
    if isinstance(reply, HostRefused):
        assert reply.reason is Decline.INACTIVE


def test_a_transfer_without_a_passcode_never_leaves(bench: Bench) -> None:
    new = bench.fresh(1_000)
    reply = bench.send(bench.request(Verb.TRANSFER, new, nok(1), pin_block=None))
    assert reply == HostDeclined(Decline.PIN_REQUIRED, 0, new.account_id)


def test_cards_in_hand_are_combined(bench: Bench) -> None:
    target, sources = bench.fresh(100), [bench.fresh(minor) for minor in (20, 3)]
    cards = tuple(source.card for source in sources)
    reply = bench.send(bench.request(Verb.COMBINE, target, nok(23), account_id="", sources=cards))
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.balance, bench.balance_of(target)) == (nok(23), nok(123), 123)
    for source in sources:
        look = bench.send(bench.request(Verb.BALANCE, source, phase=Phase.PREPARE))
        assert isinstance(look, HostPrepared)
        assert look.balance == nok(0)
        assert isinstance(bench.send(bench.request(Verb.RELOAD, source, nok(1))), HostRefused)


def test_a_loaded_card_in_one_call(bench: Bench) -> None:
    assert isinstance(bench.backend, ParPay)
    issue = bench.backend.issue
    request = bench.request(Verb.ISSUE, None, nok(700), funding=f"CC-{customer()}")
    first, again = issue(request, SECONDS), issue(replace(request, repeat=True), SECONDS)
    assert isinstance(first, HostApproved)
    assert isinstance(again, HostApproved)
    assert isinstance(first.issued, IssuedSecret)
    assert isinstance(again.issued, IssuedSecret)
    assert first.issued.pan == again.issued.pan
    assert (first.duplicate, again.duplicate, again.balance) == (False, True, nok(700))


def test_a_till_that_names_another_location_is_not_let_in() -> None:
    with Bench("parpay") as bench:
        stranger = bench.another_with(location_id="LOC-0")
        reply = stranger.send(bench.request(Verb.REDEEM, None, nok(1), card=bench.demo("ordinary")), SECONDS)
        assert reply == HostRefused(Decline.FORBIDDEN, 403)
        assert not stranger.ping().up
        stranger.close()
