"""What only Gr4vy has: cards that are stored and belong to buyers, from the till's side and the host's."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from app.backends.providers.gr4vy import Gr4vy
from app.domain.card import CardSecret, Pan
from app.domain.host import (
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostPrepared,
    HostRefused,
    StoredCard,
)
from app.domain.verb import Verb
from app.issuer.card_numbers import luhn_digit
from tests.contract.bench import SECONDS, Bench, Fresh, nok

gr4vy_alone = pytest.mark.parametrize("bench", ["gr4vy"], indirect=True)


@gr4vy_alone
def test_an_activation_loads_a_printed_card_once_with_its_pin_or_without(bench: Bench) -> None:
    new = bench.printed(0, active=False)
    refused = bench.send(bench.request(Verb.REDEEM, new, nok(1)))
    assert refused == HostDeclined(Decline.INACTIVE)
    pin = bench.pin_block(new.card, new.pin)
    reply = bench.send(bench.request(Verb.ACTIVATE, new, nok(5000), want_balance=True, pin_block=pin))
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.balance, reply.expiry) == (nok(5000), nok(5000), "12/31")
    again = bench.send(bench.request(Verb.ACTIVATE, new, nok(5000)))
    assert again == HostRefused(Decline.ACTIVE_ALREADY, 400)
    assert bench.balance_of(new) == 5000
    other = bench.printed(0, active=False)
    wrong = bench.pin_block(other.card, "99999")
    refused = bench.send(bench.request(Verb.ACTIVATE, other, nok(5000), pin_block=wrong))
    assert refused == HostRefused(Decline.UNKNOWN_CARD, 400)
    done = bench.send(bench.request(Verb.ACTIVATE, other, nok(5000), want_balance=True))
    assert isinstance(done, HostApproved)
    assert done.balance is None, "without the PIN nothing tells what is on it"


def test_a_printed_row_is_activated_by_numbers_that_count_up() -> None:
    """What a till does with a range: it is told the first number and the last, and none in between, and no PIN."""
    with Bench("gr4vy") as bench:
        first, last = 701337900000000001, 701337900000000005
        for place, body in enumerate(range(first, last + 1), 1):
            number = f"{body}{luhn_digit(str(body))}"
            request = bench.request(Verb.ACTIVATE, amount=nok(10_000), card=CardSecret(Pan(number)))
            assert isinstance(bench.send(request), HostApproved)
            sold = Fresh("", CardSecret(Pan(number)), f"9000{place}")
            assert isinstance(bench.send(bench.request(Verb.REDEEM, sold, nok(1))), HostApproved)


@gr4vy_alone
def test_a_stored_card_pays_and_is_given_back_without_number_and_pin(bench: Bench) -> None:
    customer = bench.customer()
    kept = bench.kept(customer, 1000)
    request = bench.request(Verb.REDEEM, kept, nok(600), card=None, pin_block=None, customer=customer)
    reply = bench.send(request)
    assert isinstance(reply, HostApproved)
    found = bench.send(bench.request(Verb.BALANCE, kept, card=None, pin_block=None))
    assert found == HostPrepared(kept.account_id, nok(400), "12/31")
    original = bench.original(request, reply)
    assert isinstance(bench.send(bench.request(Verb.REVERSE, amount=nok(600), original=original)), HostApproved)
    assert bench.balance_of(kept) == 1000


@gr4vy_alone
def test_a_stored_card_pays_for_nobody_but_its_buyer(bench: Bench) -> None:
    customer, stranger = bench.customer(), bench.customer()
    kept = bench.kept(customer, 1000)
    request = bench.request(Verb.REDEEM, kept, nok(600), card=None, pin_block=None, customer=stranger)
    assert isinstance(bench.send(request), HostRefused)
    assert bench.balance_of(kept) == 1000


@gr4vy_alone
def test_a_customers_cards_are_listed_with_balances_read_and_deleted(bench: Bench) -> None:
    customer = bench.customer()
    kept = [bench.kept(customer, minor) for minor in (0, 42)]
    listed = bench.listed(customer)
    assert {card.id: card.balance for card in listed} == {kept[0].account_id: nok(0), kept[1].account_id: nok(42)}
    page = bench.send(bench.request(Verb.LIST_ALL, customer=customer))
    assert isinstance(page, HostListed)
    assert len(page.cards) == 2
    one = bench.send(bench.request(Verb.READ, kept[0]))
    assert isinstance(one, HostListed)
    assert one.cards[0] in page.cards
    (card,) = one.cards
    assert card == StoredCard(kept[0].account_id, kept[0].card.pan.last4, card.title, None, "12/31")
    assert card.title
    delete = bench.request(Verb.DELETE, kept[0], card=None)
    assert isinstance(bench.send(delete), HostApproved)
    assert isinstance(bench.send(replace(delete, repeat=True)), HostApproved)
    assert [card.id for card in bench.listed(customer)] == [kept[1].account_id]


@gr4vy_alone
def test_a_card_that_was_taken_out_of_the_vault_stays_good_in_hand(bench: Bench) -> None:
    """A till remembers a card's id; somebody else may have deleted what was kept under it."""
    kept = bench.kept(bench.customer(), 1000)
    assert isinstance(bench.send(bench.request(Verb.DELETE, kept, card=None)), HostApproved)
    pin = bench.pin_block(kept.card, kept.pin)
    found = bench.send(bench.request(Verb.BALANCE, kept, pin_block=pin))
    assert found == HostPrepared("", nok(1000), "12/31")
    assert bench.send(bench.request(Verb.BALANCE, kept, pin_block=None)) == HostRefused(Decline.PIN_REQUIRED, 0)
    paid = bench.send(bench.request(Verb.REDEEM, kept, nok(400), account_id="", pin_block=pin))
    assert isinstance(paid, HostApproved)
    gone = bench.send(bench.request(Verb.BALANCE, kept, card=None, pin_block=None))
    assert gone == HostRefused(Decline.UNKNOWN_CARD, 404, kept.account_id), "without the card there is no other way"


@gr4vy_alone
def test_a_card_is_saved_once_per_customer(bench: Bench) -> None:
    customer = bench.customer()
    kept = bench.kept(customer, 100)
    again = bench.send(bench.request(Verb.SAVE, kept, account_id="", customer=customer))
    assert again == HostApproved(kept.account_id, kept.account_id, nok(0), duplicate=True)
    assert len(bench.listed(customer)) == 1


@gr4vy_alone
def test_without_a_theme_no_virtual_cards_are_offered(bench: Bench) -> None:
    other = bench.another_with(issuance_theme="")
    assert other.capabilities.rule(Verb.ISSUE) is None
    other.close()


@gr4vy_alone
def test_everything_is_given_back_by_one_call(bench: Bench) -> None:
    assert isinstance(bench.backend, Gr4vy)
    new = bench.printed(1000)
    request = bench.request(Verb.REDEEM, new, nok(600))
    original = bench.original(request, bench.send(request))
    assert bench.backend.refund_all(original, str(uuid.uuid4()), SECONDS) == ("succeeded",)
    assert bench.balance_of(new) == 1000
