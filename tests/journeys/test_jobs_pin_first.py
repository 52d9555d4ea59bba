"""A backend that tells nothing of a card without its PIN: the customer enters it first, and once."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.card import CardSecret, Expiry, Pan, PinBlock
from app.domain.flow import AwaitCardFlow, HomeFlow, PinFirstFlow, PinFlow, SheetFlow
from app.domain.host import Cause, Decline, HostNotSent, LineHealth
from app.domain.ids import TransactionId
from app.domain.legs import PIN_TRIES
from app.domain.messages import Task
from app.domain.transaction import State
from app.domain.view import NoticeKind, Screen
from tests.helpers.counter import OLA, ORDINARY, PASSCODE, VAULT, VAULT_FACE, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood


def shop() -> Counter:
    return Counter(further=True)


def sheet(counter: Counter) -> v.SheetBody:
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    return body


def pin_body(counter: Counter) -> v.PinBody:
    body = counter.view().body
    assert isinstance(body, v.PinBody)
    return body


def token(counter: Counter) -> TransactionId:
    assert isinstance(counter.flow, PinFirstFlow)
    return counter.flow.token


# --- balance ------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_card_before_its_pin() -> None:
    counter = shop()
    counter.swipe(VAULT)
    assert (sheet(counter).pin_first, sheet(counter).refused) == (True, Decline.PIN_REQUIRED)
    assert sheet(counter).verbs[0] == v.TaskView(Task.ENTER_PIN)
    assert counter.host.asked == []
    counter.enter()
    assert (pin_body(counter).amount, pin_body(counter).card.last4) == (nok(0), VAULT[-4:])
    counter.pin()
    assert (sheet(counter).balance, sheet(counter).pin_first) == (nok(100_00), False)
    assert [request.pin_block is not None for request in counter.host.asked] == [True]
    assert not counter.archive.rows


def test_without_the_line_no_pin_is_entered_that_nobody_could_check() -> None:
    counter = shop()
    counter.cut()
    counter.swipe(VAULT)
    assert sheet(counter).verbs[0] == v.TaskView(Task.ENTER_PIN, v.Why.LINE_DOWN)
    counter.enter()
    assert counter.screen is Screen.SHEET
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, v.Why.LINE_DOWN)


def test_the_pin_that_was_entered_pays_without_a_second_one() -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    counter.pin()
    counter.enter()
    counter.amount(30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.host.last().pin_block is not None
    assert counter.balance(VAULT) == 70_00
    evening(counter)


def test_a_wrong_pin_is_forgotten_and_asked_for_again() -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    counter.pin(b"wrong")
    assert (sheet(counter).refused, sheet(counter).pin_first) == (Decline.WRONG_PIN, True)
    counter.enter()
    assert isinstance(counter.flow, PinFirstFlow)
    assert pin_body(counter).wrong_before
    counter.pin()
    assert sheet(counter).balance == nok(100_00)


@pytest.mark.parametrize("how", ["esc", "pad"])
def test_a_customer_who_gives_up_leaves_the_sheet_as_it_was(how: str) -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    counter.say(m.Back() if how == "esc" else m.PinCancelled(token(counter)))
    assert isinstance(counter.flow, SheetFlow)
    assert sheet(counter).pin_first
    assert counter.host.asked == []


def test_a_pin_for_another_question_is_no_pin_for_this_one() -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    old = token(counter)
    counter.esc()
    counter.enter()
    counter.say(m.PinEntered(old, PinBlock(PASSCODE.encode(), 0)), m.PinCancelled(old))
    assert isinstance(counter.flow, PinFirstFlow)
    assert counter.host.asked == []


def test_a_code_that_was_keyed_with_the_number_is_the_pin() -> None:
    counter = shop()
    counter.say(m.KeyCard(), m.CardKeyed(CardSecret(Pan(VAULT), Expiry(2030, 12), PASSCODE)))
    assert sheet(counter).balance == nok(100_00)
    counter.enter()
    counter.amount(30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    evening(counter)


# --- paying -------------------------------------------------------------------------------------------------------


def test_the_amount_stands_then_the_pin_then_the_payment() -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(130_00)))
    counter.swipe(VAULT)
    assert isinstance(counter.flow, PinFirstFlow)
    counter.pin()
    assert (counter.outcome.amount, counter.outcome.rest) == (nok(100_00), nok(30_00))
    assert counter.balance(VAULT) == 0
    assert len(counter.host.sent) == 1
    counter.swipe(ORDINARY)
    assert counter.outcome.rest == nok(0)
    evening(counter)


def test_a_wrong_pin_at_a_payment_is_asked_again_three_times_at_most() -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    for place in range(PIN_TRIES):
        assert isinstance(counter.flow, PinFirstFlow)
        assert pin_body(counter).wrong_before is (place > 0)
        counter.pin(b"wrong")
    assert counter.outcome.reason is Decline.WRONG_PIN
    assert counter.host.sent == []
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)
    assert not counter.archive.open_sales()


def test_after_a_wrong_one_the_right_one_pays() -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    counter.pin(b"wrong")
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    evening(counter)


@pytest.mark.parametrize("how", ["esc", "pad"])
def test_giving_up_the_pin_asks_for_a_card_again_and_keeps_the_sale(how: str) -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    counter.say(m.Back() if how == "esc" else m.PinCancelled(token(counter)))
    assert isinstance(counter.flow, AwaitCardFlow)
    counter.swipe(ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


def test_a_look_up_that_never_came_does_not_keep_anybody_from_paying() -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    counter.hold = True
    counter.pin()
    counter.deliver_one(HostNotSent(Cause.TIMEOUT))
    counter.deliver()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


# --- disturbed ----------------------------------------------------------------------------------------------------


def test_nothing_takes_the_pad_from_the_customer() -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    flow = counter.flow
    counter.swipe(ORDINARY)
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.CARD_IGNORED
    counter.say(m.Lock(), m.Start(Task.PAY), m.Start(Task.TRANSFER), m.KeyCard(), m.Confirm())
    assert counter.flow == flow
    counter.restart()
    assert isinstance(counter.flow, HomeFlow)
    assert not counter.archive.rows


def test_without_the_line_nobody_enters_a_pin_in_vain() -> None:
    counter = shop()
    counter.say(m.HealthChanged(VAULT_FACE, LineHealth(False, cause=Cause.CONNECT)))
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    assert counter.outcome.reason is Decline.OFFLINE_VERB
    assert counter.host.asked == []


def test_the_line_falls_between_the_pin_and_the_payment() -> None:
    counter = shop()
    counter.swipe(VAULT)
    counter.enter()
    counter.pin()
    counter.say(m.HealthChanged(VAULT_FACE, LineHealth(False, cause=Cause.CONNECT)))
    counter.enter()
    counter.amount(30_00)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    assert counter.host.sent == []
    assert counter.balance(VAULT) == 100_00


def test_silence_at_the_payment_is_repeated_with_the_pin_of_this_life() -> None:
    counter = shop()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT)
    counter.host.moods.append(Mood.REQUEST_LOST)
    counter.pin()
    counter.retry()
    assert counter.row(counter.last).state is State.APPROVED
    assert counter.balance(VAULT) == 70_00
    evening(counter)


# --- jobs ---------------------------------------------------------------------------------------------------------


def test_a_job_that_must_know_the_card_asks_for_the_pin_first() -> None:
    counter = shop()
    counter.manager()
    counter.start(Task.DELETE)
    counter.swipe(VAULT)
    assert isinstance(counter.flow, PinFirstFlow)
    counter.esc()
    assert counter.screen is Screen.AWAIT_CARD
    counter.swipe(VAULT)
    counter.pin(b"wrong")
    assert isinstance(counter.flow, PinFirstFlow)
    counter.pin()
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert body.balance == nok(100_00)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    account = counter.host.accounts[VAULT]
    assert (account.keepers, account.ended) == ((), False), "a vault forgets its copy, and the card stays good"


def test_a_wrong_pin_ends_a_jobs_question_after_three() -> None:
    counter = shop()
    counter.manager()
    counter.start(Task.DELETE)
    counter.swipe(VAULT)
    for _ in range(PIN_TRIES):
        counter.pin(b"wrong")
    assert counter.outcome.reason is Decline.WRONG_PIN
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)


@pytest.mark.parametrize("known", [True, False])
def test_a_save_takes_the_pin_that_was_entered_or_asks_for_it_at_its_end(*, known: bool) -> None:
    counter = shop()
    counter.host.accounts[VAULT].keepers = ()
    counter.swipe(VAULT)
    if known:
        counter.enter()
        counter.pin()
    counter.start(Task.SAVE)
    counter.type(OLA)
    if not known:
        assert isinstance(counter.flow, PinFlow)
        counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.host.accounts[VAULT].keepers == (OLA,)
    evening(counter)
