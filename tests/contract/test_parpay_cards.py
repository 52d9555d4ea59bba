"""PAR Pay's client and face together, where other backends have nothing like it: cards that are kept, shared, given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.backends.providers.parpay import ParPay
from app.domain.card import CardSecret, IssuedSecret
from app.domain.host import Decline, HostApproved, HostDeclined, HostPrepared, HostRefused
from app.domain.verb import Verb
from tests.contract.bench import SECONDS, Bench, Fresh, nok

pytestmark = pytest.mark.parametrize("bench", ["parpay"], indirect=True)


def test_a_saved_card_is_listed_and_pays_by_its_id(bench: Bench) -> None:
    user = bench.customer()
    new = bench.kept(user, 50_000)
    (card,) = bench.listed(user)
    assert (card.id, card.last4, card.balance) == (new.account_id, new.card.pan.last4, nok(50_000))
    assert (card.state, card.preferred, len(card.expiry)) == ("Active", False, 5)
    paid = bench.send(bench.request(Verb.REDEEM, new, nok(100), card=None, customer=user))
    assert isinstance(paid, HostApproved)
    assert paid.balance == nok(49_900)
    for verb in (Verb.REDEEM, Verb.RELOAD, Verb.BALANCE):
        stranger = bench.send(bench.request(verb, new, nok(100), card=None, customer=bench.customer()))
        assert isinstance(stranger, HostRefused)


def test_a_wrong_passcode_keeps_nothing_and_a_missing_one_does_not_leave(bench: Bench) -> None:
    user, new = bench.customer(), bench.fresh(100)
    wrong = bench.pin_block(new.card, "00000")
    reply = bench.send(bench.request(Verb.SAVE, new, account_id="", customer=user, pin_block=wrong))
    assert reply == HostRefused(Decline.WRONG_PIN, 422)
    reply = bench.send(bench.request(Verb.SAVE, new, customer=user, pin_block=None))
    assert reply == HostDeclined(Decline.PIN_REQUIRED, 0, new.account_id)
    assert bench.listed(user) == ()


def test_a_wrong_passcode_tells_no_balance(bench: Bench) -> None:
    new = bench.fresh(100)
    wrong = bench.pin_block(new.card, f"{(int(new.pin) + 1) % 10_000:04d}")
    reply = bench.send(bench.request(Verb.BALANCE, new, pin_block=wrong))
    assert reply == HostRefused(Decline.WRONG_PIN, 422, new.account_id)


def test_a_shared_card_stays_with_both_and_a_given_one_leaves(bench: Bench) -> None:
    user, friend = bench.customer(), bench.customer()
    new = bench.kept(user, 50_000)
    assert isinstance(bench.send(bench.request(Verb.SHARE, new, customer=user, recipient=friend)), HostApproved)
    assert [card.id for card in bench.listed(user)] == [card.id for card in bench.listed(friend)] == [new.account_id]
    spent = bench.send(bench.request(Verb.REDEEM, new, nok(1), card=None, customer=friend))
    assert isinstance(spent, HostApproved)
    assert [card.balance for card in bench.listed(user)] == [nok(49_999)]
    given = bench.send(bench.request(Verb.GIFT, new, customer=user, recipient=friend + "@example.org"))
    assert isinstance(given, HostApproved)
    assert (given.amount, given.account_id) == (nok(0), new.account_id)
    assert bench.listed(user) == bench.listed(friend) == ()
    assert [card.id for card in bench.listed(friend + "@example.org")] == [new.account_id]
    assert bench.balance_of(new) == 49_999


def test_a_bank_card_purchase_pays_once(bench: Bench) -> None:
    user = bench.customer()
    funding = f"CC-{user}"
    friend = bench.customer()
    gift = bench.request(Verb.GIFT, amount=nok(100), customer=user, recipient=friend, funding=funding)
    assert isinstance(bench.send(gift), HostApproved)
    new = bench.fresh(100)
    refused = bench.send(bench.request(Verb.RELOAD, new, nok(100), funding=funding))
    assert isinstance(refused, HostRefused)
    assert bench.balance_of(new) == 100
    assert isinstance(bench.send(bench.request(Verb.RELOAD, new, nok(100), funding=funding + "x")), HostApproved)


def test_a_transfer_whose_answer_was_lost_shows_its_card_on_the_repeat(bench: Bench) -> None:
    new = bench.fresh(1_000)
    request = bench.request(Verb.TRANSFER, new, nok(400))
    bench.spoil({"kind": "lose_answer"} | bench.at(Verb.TRANSFER) | {"next": 1})
    bench.send(request)
    again = bench.send(replace(request, repeat=True, card=None, pin_block=None))
    assert isinstance(again, HostApproved)
    assert (again.duplicate, again.balance) == (True, nok(600))
    assert isinstance(again.issued, IssuedSecret)
    made = Fresh("", CardSecret(again.issued.pan), again.issued.pin)
    pin = bench.pin_block(made.card, made.pin)
    paid = bench.send(bench.request(Verb.REDEEM, made, nok(400), pin_block=pin))
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
        look = bench.send(bench.request(Verb.BALANCE, source))
        assert isinstance(look, HostPrepared)
        assert look.balance == nok(0)
        assert isinstance(bench.send(bench.request(Verb.RELOAD, source, nok(1))), HostRefused)


def test_a_loaded_card_in_one_call(bench: Bench) -> None:
    assert isinstance(bench.backend, ParPay)
    issue = bench.backend.issue
    request = bench.request(Verb.ISSUE, None, nok(700), funding=f"CC-{bench.customer()}")
    first, again = issue(request, SECONDS), issue(replace(request, repeat=True), SECONDS)
    assert isinstance(first, HostApproved)
    assert isinstance(again, HostApproved)
    assert isinstance(first.issued, IssuedSecret)
    assert isinstance(again.issued, IssuedSecret)
    assert first.issued.pan == again.issued.pan
    assert (first.duplicate, again.duplicate, again.balance) == (False, True, nok(700))


def test_a_till_that_names_another_location_is_not_let_in(bench: Bench) -> None:
    stranger = bench.another_with(location_id="LOC-0")
    reply = stranger.send(bench.request(Verb.REDEEM, None, nok(1), card=bench.demo("ordinary")), SECONDS)
    assert reply == HostRefused(Decline.FORBIDDEN, 403)
    assert not stranger.ping().up
    stranger.close()
