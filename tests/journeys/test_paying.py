"""Paying with cards: in full, in parts, with a basket, with a PIN."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.flow import AwaitCardFlow, HomeFlow, OutcomeFlow, PinFlow, TenderFlow
from app.domain.host import Decline, HostPrepared
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.transaction import State
from app.domain.verb import Verb
from tests.helpers.counter import (
    ASKS_PIN,
    BREAD,
    LOW,
    ORDINARY,
    OTHER,
    PINNED,
    RESTRICTED,
    TOY,
    Counter,
    nok,
)


def test_a_balance_is_shown_and_moves_nothing() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.balance == nok(100_00)
    assert counter.host.sent == []
    assert not counter.archive.rows


def test_a_payment_in_full_is_approved_printed_and_closes_its_sale() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.bodies(leg) == ["Opened", "CardPresented", "Ready", "RequestSent", "Approved"]
    assert counter.balance(ORDINARY) == 40_00
    assert counter.printed == [leg.id]
    assert all(sale.closed for sale in counter.archive.sales.values())
    counter.enter()
    assert counter.flow == HomeFlow(leg.id)


def test_a_card_swiped_first_pays_without_a_second_swipe() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    assert counter.row(counter.last).state is State.APPROVED


def test_part_by_one_card_part_by_another_and_the_rest_in_cash() -> None:
    counter = Counter()
    first = counter.pay(150_00, LOW)
    assert first.amount == nok(20_00)
    assert counter.outcome.rest == nok(130_00)
    counter.swipe(ORDINARY)
    assert counter.outcome.rest == nok(30_00)
    counter.enter()
    assert isinstance(counter.flow, AwaitCardFlow)
    counter.say(m.AskTender())
    counter.cash(99_00)
    assert counter.drawer() == 30_00
    assert counter.outcome.rest == nok(0)
    assert all(sale.closed for sale in counter.archive.sales.values())


def test_leaving_a_half_paid_sale_asks_first_and_then_undoes_every_card() -> None:
    counter = Counter()
    leg = counter.pay(150_00, LOW)
    counter.esc()
    assert counter.screen is v.Screen.VOID
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(LOW) == 20_00
    assert counter.undo_of(leg).stan != leg.stan


def test_a_card_without_money_opens_no_transaction() -> None:
    counter = Counter()
    counter.host.accounts[LOW].balance = 0
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(LOW)
    assert counter.outcome.reason is Decline.EMPTY
    assert not counter.archive.rows
    counter.swipe(ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


# --- a basket -----------------------------------------------------------------------------------------------------


def test_a_restricted_card_pays_only_for_what_it_may() -> None:
    counter = Counter()
    counter.pay(100_00, RESTRICTED, BREAD, TOY)
    verbs = [row.verb for row in counter.archive.rows.values()]
    assert verbs == [Verb.AUTHORIZE, Verb.CAPTURE]
    assert counter.outcome.rest == nok(70_00)
    assert counter.balance(RESTRICTED) == 70_00
    assert counter.last.products == (BREAD,)
    counter.swipe(ORDINARY)
    assert counter.outcome.rest == nok(0)
    assert counter.balance(ORDINARY) == 30_00


def test_a_card_that_may_pay_for_nothing_here_is_released_whole() -> None:
    counter = Counter()
    reserved = counter.pay(70_00, RESTRICTED, TOY)
    original = next(row for row in counter.archive.rows.values() if row.verb is Verb.AUTHORIZE)
    assert reserved.verb is Verb.CANCEL
    assert original.state is State.REVERSED
    assert counter.outcome.reason is Decline.PRODUCT
    assert counter.outcome.restricted_to == ("001",)
    assert counter.balance(RESTRICTED) == 100_00


def test_an_unrestricted_card_pays_the_whole_basket() -> None:
    counter = Counter()
    counter.pay(100_00, ORDINARY, BREAD, TOY)
    assert counter.balance(ORDINARY) == 0
    assert counter.outcome.rest == nok(0)
    assert not counter.archive.open_rows()


def test_an_amount_that_is_not_its_baskets_starts_no_sale() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(1_00), (BREAD,)))
    assert counter.screen is v.Screen.AMOUNT
    assert not counter.archive.sales


def test_a_basket_is_still_sold_when_the_line_falls_before_its_reservation() -> None:
    counter = Counter()
    counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00), (BREAD,)))
    counter.swipe(ORDINARY)
    counter.deliver_one()  # the look-up
    counter.run()
    counter.say(m.ToggleLine())
    counter.deliver()
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert [row.verb for row in counter.archive.rows.values()][-2:] == [Verb.AUTHORIZE, Verb.REDEEM]
    counter.join()
    assert counter.balance(ORDINARY) == 60_00


# --- PIN ----------------------------------------------------------------------------------------------------------


def test_a_service_code_asks_for_the_pin_before_anything_is_sent() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(PINNED, service="126")
    assert isinstance(counter.flow, PinFlow)
    assert counter.host.sent == []
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.host.sent[0].pin_block is not None


def test_a_host_that_wants_a_pin_gets_one_by_a_new_transaction() -> None:
    counter = Counter()
    refused = counter.pay(10_00, ASKS_PIN)
    assert isinstance(counter.flow, PinFlow)
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert [row.state for row in counter.archive.rows.values()] == [State.DECLINED, State.APPROVED]
    assert counter.last.transaction_ref != refused.transaction_ref or counter.last.id == refused.id


def test_a_wrong_pin_is_asked_again_three_times_at_most() -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    for _ in range(3):
        assert isinstance(counter.flow, PinFlow)
        counter.pin(b"wrong")
    assert counter.outcome.reason is Decline.WRONG_PIN
    assert counter.balance(ASKS_PIN) == 100_00


def test_a_wrong_pin_says_so_on_the_pin_screen() -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    counter.pin(b"wrong")
    body = counter.view().body
    assert isinstance(body, v.PinBody)
    assert body.wrong_before
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


@pytest.mark.parametrize("key", ["esc", "pad"])
def test_a_cancelled_pin_moves_nothing(key: str) -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    flow = counter.flow
    assert isinstance(flow, PinFlow)
    counter.say(m.Back() if key == "esc" else m.PinCancelled(flow.transaction_id))
    assert counter.outcome.kind is v.OutcomeKind.CANCELLED
    assert len(counter.host.sent) == 1
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)
    assert not counter.archive.open_sales()


# --- keys that must not hurt --------------------------------------------------------------------------------------


def test_an_amount_in_another_currency_is_nobodys_amount() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(Money(10_00, nok(0).currency.__class__.EUR)))
    assert not counter.archive.sales


def test_other_work_in_between_does_not_lose_the_sale() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)), m.Start(Task.QUEUE), m.Back())
    assert isinstance(counter.flow, AwaitCardFlow)
    counter.swipe(ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


def test_a_half_paid_sale_is_finished_before_another_begins() -> None:
    counter = Counter()
    counter.pay(150_00, LOW)
    counter.say(m.Start(Task.LOAD))
    assert isinstance(counter.flow, OutcomeFlow)
    counter.say(m.AskTender())
    assert isinstance(counter.flow, TenderFlow)
    counter.cash(130_00)
    assert not counter.archive.open_sales()


def test_locking_and_signing_in_comes_back_to_the_half_paid_sale() -> None:
    counter = Counter()
    counter.pay(150_00, LOW)
    counter.manager()
    assert counter.outcome.rest == nok(130_00)
    assert any(isinstance(record.body, r.SignedOut) for record in counter.archive.records)
    counter.swipe(OTHER)
    assert counter.outcome.rest == nok(30_00)


@pytest.mark.parametrize("task", [Task.PAY, Task.LOAD])
def test_a_card_in_another_currency_is_refused_and_the_till_goes_on(task: Task) -> None:
    counter = Counter()
    euros = Money(500_00, Currency.EUR)
    counter.host.prepared = HostPrepared(ORDINARY, euros, "12/30")
    counter.swipe(ORDINARY)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.balance == euros, "what is on it is told all the same"
    counter.say(m.Start(task))
    asked = counter.view().body
    assert isinstance(asked, v.AmountBody)
    assert asked.balance is None, "no amount to be offered"
    counter.say(m.AmountEntered(nok(10_00)))
    if task is Task.LOAD:
        counter.cash(10_00)
    assert counter.outcome.reason is Decline.CURRENCY
    assert not counter.archive.rows
    counter.enter()
    assert counter.drawer() == 0
    counter.cut()
    counter.swipe(ORDINARY)
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED, "an amount in euros is not what it is good for offline"
