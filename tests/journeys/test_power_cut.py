"""The power goes: what was in doubt is asked again, what was not begun is let go, and nothing is lost or doubled."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.card import PinBlock
from app.domain.flow import AwaitCardFlow, HomeFlow, PinFlow
from app.domain.host import Cause, Decline, HostDeclined, HostRefused, HostSilent
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State
from app.domain.verb import Verb
from tests.helpers.counter import ASKS_PIN, BREAD, LOW, ORDINARY, Counter, nok
from tests.helpers.ledger import Mood


def cut_while_sent(counter: Counter, *, booked: bool, number: str = ORDINARY, amount: int = 60_00) -> None:
    """The power goes while a payment is on the wire."""
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(amount)))
    counter.swipe(number)
    counter.deliver_one()
    counter.run()
    assert counter.last.state is State.SENT
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False


@pytest.mark.parametrize("booked", [True, False])
def test_a_payment_on_the_wire_is_repeated_and_its_approval_offered_to_keep_or_void(booked: bool) -> None:
    counter = Counter()
    cut_while_sent(counter, booked=booked)
    counter.restart()
    leg = counter.last
    assert (leg.state, leg.unconfirmed, leg.at_desk) == (State.APPROVED, True, True)
    assert counter.host.sent[-1].repeat
    assert counter.balance(ORDINARY) == 40_00
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.KEEP))
    assert not counter.archive.open_rows()


def test_an_unconfirmed_approval_can_be_voided() -> None:
    counter = Counter()
    cut_while_sent(counter, booked=True)
    counter.restart()
    leg = counter.last
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.REVERSE))
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00
    assert not counter.archive.open_rows()


@pytest.mark.parametrize("stop", ["card-read", "ready"])
def test_what_was_not_sent_is_let_go(stop: str) -> None:
    counter = Counter()
    if stop == "card-read":
        counter.pay(10_00, ASKS_PIN)
        assert isinstance(counter.flow, PinFlow)
    else:
        counter.hold = True
        counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
        counter.swipe(ORDINARY)
        request = counter.wire.popleft()
        counter.commit_only(m.HostAnswered(request.transaction_id, counter.host.answer(request)))
        assert counter.last.state is State.READY
    sent = len(counter.host.sent)
    counter.hold = False
    counter.restart()
    assert counter.last.state is State.CANCELLED
    assert len(counter.host.sent) == sent
    assert not counter.archive.open_sales()


def test_what_was_being_forwarded_is_forwarded_again_as_a_repeat() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.hold = True
    counter.join()
    assert counter.row(leg).state is State.FORWARDING
    counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.row(leg).state is State.APPROVED
    assert not counter.row(leg).unconfirmed
    assert counter.balance(ORDINARY) == 90_00


def test_starting_twice_says_the_same_twice() -> None:
    counter = Counter()
    cut_while_sent(counter, booked=True)
    counter._wake()
    counter.commit_only(m.Recovered())
    counter.restart()
    counter.restart()
    assert counter.balance(ORDINARY) == 40_00
    assert counter.last.unconfirmed


@pytest.mark.parametrize("booked", [True, False])
def test_a_repeat_without_its_pin_is_never_taken_at_its_word_when_refused(booked: bool) -> None:
    counter = Counter(proves=False)
    counter.pay(10_00, ASKS_PIN)
    counter.hold = True
    flow = counter.flow
    assert isinstance(flow, PinFlow)
    counter.say(m.PinEntered(flow.transaction_id, PinBlock(b"right", 0)))
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.host.moods.append(HostDeclined(Decline.PIN_REQUIRED))
    counter.restart()
    assert counter.last.state is State.ATTENTION


def test_a_checking_that_lost_its_pin_in_a_crash_is_not_taken_at_its_word_either() -> None:
    counter = Counter(proves=False)
    counter.pay(10_00, ASKS_PIN)
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.host.moods.append(HostDeclined(Decline.WRONG_PIN))
    counter.restart()
    assert counter.last.state is State.ATTENTION


def test_a_refused_repeat_stands_at_the_desk_unless_the_host_looks_references_up_first() -> None:
    for proves, state in ((True, State.DECLINED), (False, State.ATTENTION)):
        counter = Counter(proves=proves)
        cut_while_sent(counter, booked=False)
        counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
        counter.restart()
        assert counter.last.state is state


def test_a_host_that_has_something_else_under_our_reference_has_not_said_that_nothing_was_booked() -> None:
    counter = Counter(proves=True)
    cut_while_sent(counter, booked=True)
    counter.host.moods.append(HostRefused(Decline.REFERENCE_REUSED, 409))
    counter.restart()
    assert counter.last.state is State.ATTENTION


def test_a_repeat_that_its_own_client_could_not_send_proves_nothing_whatever_the_host_promises() -> None:
    counter = Counter(proves=True)
    cut_while_sent(counter, booked=False)
    counter.host.moods.append(HostRefused(Decline.PIN_REQUIRED, 0))
    counter.restart()
    assert counter.last.state is State.ATTENTION


def test_a_half_paid_sale_is_put_before_the_cashier_again() -> None:
    counter = Counter()
    counter.pay(150_00, LOW)
    counter.restart()
    assert counter.outcome.rest == nok(130_00)
    counter.enter()
    assert isinstance(counter.flow, AwaitCardFlow)
    counter.swipe(ORDINARY)
    assert counter.outcome.rest == nok(30_00)


def test_two_half_paid_sales_are_both_finished() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(150_00, LOW)
    counter.enter()  # left as "checking"
    counter.pay(150_00, ORDINARY)
    counter.restart()
    for _ in range(2):
        rest = counter.outcome.rest
        counter.say(m.AskTender())
        counter.cash(rest.minor)
        counter.enter()
    assert isinstance(counter.flow, HomeFlow)
    assert not counter.archive.open_sales()


def test_a_sale_left_as_checking_comes_back_when_it_is_only_part() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(150_00, LOW)
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)
    counter.retry()
    assert counter.outcome.rest == nok(130_00)


def test_a_refusal_of_what_was_left_as_checking_is_money_missing() -> None:
    counter = Counter()
    counter.host.moods.extend([Mood.REQUEST_LOST, Mood.DECLINED])
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION


def test_news_in_the_background_takes_no_screen_away() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(30_00, ORDINARY, BREAD)
    assert counter.last.verb is Verb.AUTHORIZE
    counter.enter()
    counter.say(m.Start(Task.LOAD))
    counter.retry()
    assert counter.screen is v.Screen.AMOUNT
    assert counter.balance(ORDINARY) == 70_00
    assert not counter.archive.open_rows()


@pytest.mark.parametrize("after", ["authorize-sent", "authorized", "capture-sent"])
def test_a_crash_between_the_two_phases_leaves_no_reservation_behind(after: str) -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00), (BREAD,)))
    counter.swipe(ORDINARY)
    counter.deliver_one()
    counter.run()
    if after == "authorize-sent":
        counter.host.answer(counter.wire[0])
    else:
        request = counter.wire.popleft()
        reply = m.HostAnswered(request.transaction_id, counter.host.answer(request))
        if after == "authorized":
            counter.commit_only(reply)
        else:
            counter.say(reply)
            assert counter.last.verb is Verb.CAPTURE
            counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.host.accounts[ORDINARY].held == 0
    assert not any(row.is_reservation for row in counter.archive.rows.values())
    assert counter.balance(ORDINARY) == (70_00 if after == "capture-sent" else 100_00)


def test_the_reason_of_what_a_restart_let_go_is_told() -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    counter.restart()
    assert counter.last.reason == Cause.RESTART.value


def test_what_was_shown_as_checking_before_the_cut_is_offered_to_keep_or_void() -> None:
    counter = Counter()
    cut_while_sent(counter, booked=True)
    leg = counter.last
    counter.hold = True
    counter.say(m.HostAnswered(leg.id, HostSilent(Cause.TIMEOUT)))
    assert counter.row(leg).state is State.UNKNOWN
    counter.hold = False
    counter.restart()
    counter.retry()
    assert counter.row(leg).state is State.APPROVED
    assert counter.row(leg).unconfirmed


def test_money_taken_for_a_load_that_was_not_sent_is_told_to_be_given_back() -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(30_00)))
    counter.swipe(ORDINARY)
    counter.cash(30_00)
    counter.hold = False
    counter.restart()
    notice = counter.till.notice
    assert notice is not None
    assert notice.kind is v.NoticeKind.TENDER_BACK
    assert notice.amount == nok(30_00)


@pytest.mark.parametrize("booked", [True, False])
def test_what_is_made_once_and_was_on_the_wire_waits_for_a_person(booked: bool) -> None:
    counter = Counter(once=True)
    cut_while_sent(counter, booked=booked)
    sent = len(counter.host.sent)
    counter.restart()
    leg = counter.last
    assert (leg.state, leg.at_desk) == (State.ATTENTION, True)
    counter.retry()
    counter.restart()
    assert counter.row(leg).state is State.ATTENTION
    assert len(counter.host.sent) == sent, "nothing may be sent a second time"


@pytest.mark.parametrize("reach", ["wire", "host"])
def test_an_undo_that_is_made_once_and_was_on_the_wire_waits_for_a_person(reach: str) -> None:
    counter = Counter(once=True)
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.hold = True
    counter.say(m.Start(Task.VOID), m.Confirm())
    if reach == "host":
        counter.host.answer(counter.wire[0])
    counter.hold = False
    sent = len(counter.host.sent)
    counter.restart()
    undo = counter.undo_of(leg)
    assert (undo.state, counter.row(leg).state) == (State.ATTENTION, State.REVERSING)
    counter.retry()
    assert len(counter.host.sent) == sent
    counter.say(m.Decide(undo.id, DeskAction.MONEY_GIVEN_BACK, "paid out in cash"))
    assert counter.row(leg).state is State.CLOSED
    assert not counter.archive.open_rows()


def test_what_is_made_once_offers_no_second_try_at_the_desk() -> None:
    counter = Counter(once=True)
    counter.host.moods.append(HostSilent(Cause.TIMEOUT))
    leg = counter.pay(10_00, ORDINARY)
    assert counter.row(leg).state is State.ATTENTION
    counter.enter()
    counter.say(m.Start(Task.QUEUE))
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert DeskAction.RETRY not in body.rows[0].actions
    sent = len(counter.host.sent)
    counter.say(m.Decide(leg.id, DeskAction.RETRY))
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION
    assert len(counter.host.sent) == sent


def test_a_refused_refund_that_is_made_once_may_be_tried_again_as_a_first_copy() -> None:
    """The host has said that it did not book it."""
    counter = Counter(once=True)
    leg = counter.pay(30_00, ORDINARY)
    counter.enter()
    counter.cut()
    counter.say(m.Start(Task.REFUND), m.Refund(leg.stan.digits), m.Refund(leg.stan.digits, nok(10_00)))
    counter.host.moods.append(HostRefused(Decline.OTHER, 403))
    counter.join()
    refund = counter.undo_of(leg)
    assert refund.state is State.DISPUTED
    counter.say(m.Confirm(), m.Decide(refund.id, DeskAction.RETRY))
    assert not counter.host.sent[-1].repeat
    assert counter.row(refund).state is State.APPROVED
