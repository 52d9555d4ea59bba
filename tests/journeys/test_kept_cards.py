"""Cards that a backend keeps for a customer: what deleting one does to the card in the customer's hand."""

from __future__ import annotations

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.messages import Task
from app.domain.verb import Verb
from app.domain.view import Screen, Warn
from tests.helpers.counter import OLA, VAULT, WALLET, Counter, nok


def delete(counter: Counter, programme: str, card_id: str) -> tuple[Warn, ...]:
    """A manager finds the customer, opens the card and deletes it; what was said before."""
    counter.manager()
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme(programme))
    counter.type(OLA)
    counter.say(j.PickStored(card_id))
    counter.start(Task.DELETE)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.last.verb is Verb.DELETE
    counter.enter()
    return body.warnings


def known_here(counter: Counter, number: str, *, pin: bool = False) -> None:
    """The till has seen the card, and knows what its backend calls it."""
    counter.swipe(number)
    if pin:
        counter.enter()
        counter.pin()
    assert counter.screen is Screen.SHEET
    counter.esc()


def test_where_only_a_reference_is_kept_the_card_in_hand_stays_good() -> None:
    counter = Counter(further=True)
    known_here(counter, VAULT, pin=True)
    assert delete(counter, "Vault", "vault-1") == (Warn.KEPT_NO_MORE,)
    counter.swipe(VAULT)
    counter.enter()
    counter.pin()
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert (body.balance, body.refused) == (nok(100_00), None)
    memory = next(kept for kept in counter.archive.memories.values() if kept.last4 == VAULT[-4:])
    assert memory.balance == nok(100_00), "nothing was lost"


def test_elsewhere_the_card_ends_with_it() -> None:
    counter = Counter(further=True)
    known_here(counter, WALLET)
    assert delete(counter, "Wallet", "wallet-1") == (Warn.CARD_ENDS, Warn.NO_UNDO)
    memory = next(kept for kept in counter.archive.memories.values() if kept.last4 == WALLET[-4:])
    assert memory.balance == nok(0), "the till must not stand in for it"


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "never seen"])
def test_what_was_deleted_is_named_by_no_id_any_more(seen: bool) -> None:
    counter = Counter(further=True)
    if seen:
        known_here(counter, VAULT, pin=True)
    delete(counter, "Vault", "vault-1")
    assert all(kept.account_id != "vault-1" for kept in counter.archive.memories.values())


def test_a_card_that_was_stopped_is_stopped_in_its_customers_list_too() -> None:
    counter = Counter(further=True)
    counter.swipe(WALLET)
    counter.start(Task.STOP)
    counter.type("reported lost")
    counter.manager()
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Wallet"))
    counter.type(OLA)
    counter.say(j.PickStored("wallet-1"))
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.stopped == "reported lost"
    assert all(verb.why is v.Why.CARD_STOPPED for verb in body.verbs if verb.task is Task.PAY)


def test_what_is_paid_from_the_list_is_not_good_for_spending_offline_once_more() -> None:
    counter = Counter(further=True)
    known_here(counter, WALLET)
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Wallet"))
    counter.type(OLA)
    counter.say(j.PickStored("wallet-1"))
    counter.start(Task.PAY)
    counter.amount(70_00)
    assert counter.balance(WALLET) == 30_00
    counter.enter()
    counter.cut()
    counter.pay(50_00, WALLET)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    assert counter.outcome.offered == nok(30_00)


def test_of_what_nothing_is_kept_nothing_can_be_deleted() -> None:
    counter = Counter(further=True)
    counter.host.accounts[VAULT].id = ""
    counter.manager()
    counter.swipe(VAULT)
    counter.enter()
    counter.pin()
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert [verb.why for verb in body.verbs if verb.task is Task.DELETE] == [v.Why.STORED_ONLY]
    counter.start(Task.DELETE)
    assert counter.screen is Screen.SHEET


def test_a_card_with_money_on_it_is_not_activated_once_more() -> None:
    counter = Counter(further=True)
    counter.swipe(WALLET)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert [verb.why for verb in body.verbs if verb.task is Task.ACTIVATE] == [v.Why.ACTIVE]
    counter.start(Task.ACTIVATE)
    assert counter.screen is Screen.SHEET
