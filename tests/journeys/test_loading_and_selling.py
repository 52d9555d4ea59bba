"""Putting money on cards: the tender first, then the host; and a new card whose number is shown until handed over."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.card import IssuedSecret
from app.domain.flow import HomeFlow, TenderFlow
from app.domain.host import Cause, Decline, HostNotSent, HostRefused
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State
from app.domain.verb import Verb
from tests.helpers.counter import LOW, ORDINARY, Counter, nok
from tests.helpers.ledger import Mood


def test_a_load_records_its_tender_before_the_deposit_is_sent() -> None:
    counter = Counter()
    leg = counter.load(50_00, ORDINARY)
    kinds = [type(record.body) for record in counter.archive.records]
    assert kinds.index(r.TenderTaken) < kinds.index(r.RequestSent)
    assert counter.row(leg).state is State.APPROVED
    assert counter.balance(ORDINARY) == 150_00
    assert counter.drawer() == 50_00


def test_a_load_half_paid_for_asks_for_the_rest_and_sends_nothing() -> None:
    counter = Counter()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(50_00)))
    counter.swipe(ORDINARY)
    counter.cash(20_00)
    counter.say(m.Start(Task.QUEUE), m.Back())
    counter.swipe(ORDINARY)
    assert isinstance(counter.flow, TenderFlow)
    assert counter.host.sent == []
    counter.cash(30_00)
    assert counter.balance(ORDINARY) == 150_00


def test_a_load_half_paid_for_is_not_forgotten_over_a_void() -> None:
    counter = Counter()
    counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(50_00)))
    counter.swipe(LOW)
    counter.cash(20_00)
    counter.say(m.Start(Task.VOID), m.Confirm())
    assert counter.outcome.verb is Verb.REVERSE
    counter.enter()
    counter.swipe(LOW)
    assert isinstance(counter.flow, TenderFlow)
    counter.cash(30_00)
    assert counter.balance(LOW) == 70_00


def test_leaving_a_load_half_paid_for_says_what_the_customer_gets_back() -> None:
    counter = Counter()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(50_00)))
    counter.swipe(LOW)
    counter.cash(20_00)
    counter.esc()
    assert counter.drawer() == 0
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.amount) == (v.NoticeKind.TENDER_BACK, nok(20_00))


def test_a_refused_load_gives_the_tender_back() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.DECLINED)
    counter.load(50_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    assert counter.drawer() == 0
    assert not counter.archive.open_sales()


def test_esc_before_the_lane_is_free_gives_the_tender_back() -> None:
    counter = Counter()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(50_00)))
    counter.swipe(ORDINARY)
    counter.hold = True
    counter.cash(50_00)
    counter.esc()
    counter.deliver()
    counter.enter()
    assert counter.drawer() == 0
    assert counter.balance(ORDINARY) == 100_00
    assert not counter.archive.open_sales()


@pytest.mark.parametrize("booked", [True, False])
def test_a_load_abandoned_in_doubt_gives_the_tender_back_exactly_once(booked: bool) -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST if booked else Mood.REQUEST_LOST)
    leg = counter.load(50_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.esc()
    counter.retry()
    counter.retry()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00
    assert counter.drawer() == 0
    counter.restart()
    assert counter.drawer() == 0
    assert not counter.archive.open_sales()


def test_voiding_a_load_takes_it_off_the_card_and_out_of_the_drawer() -> None:
    counter = Counter()
    counter.load(50_00, ORDINARY)
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())
    assert counter.balance(ORDINARY) == 100_00
    assert counter.drawer() == 0


def test_voiding_a_load_on_its_way_that_is_then_refused_gives_the_tender_back() -> None:
    counter = Counter()
    counter.cut()
    leg = counter.load(50_00, ORDINARY)
    counter.enter()
    counter.host.moods.append(Mood.REQUEST_LOST)
    counter.join()
    assert counter.row(leg).state is State.FORWARDING
    counter.say(m.Start(Task.VOID), m.Confirm())
    counter.host.accounts[ORDINARY].blocked = True
    counter.retry()
    assert counter.row(leg).state is State.DECLINED
    assert counter.drawer() == 0


def test_a_load_that_is_disputed_is_settled_with_the_customer_by_a_person() -> None:
    counter = Counter()
    counter.cut()
    leg = counter.load(50_00, ORDINARY)
    counter.enter()
    counter.host.accounts[ORDINARY].blocked = True
    counter.join()
    assert counter.row(leg).state is State.DISPUTED
    assert counter.drawer() == 50_00
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.MONEY_GIVEN_BACK, "paid out"))
    assert counter.row(leg).state is State.CLOSED
    assert counter.drawer() == 0


# --- a new card ---------------------------------------------------------------------------------------------------


def shown(counter: Counter) -> IssuedSecret:
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    assert isinstance(body.secret, IssuedSecret)
    return body.secret


def test_a_new_card_is_made_filled_and_shown_until_handed_over() -> None:
    counter = Counter()
    leg = counter.sell(200_00)
    assert counter.row(leg).state is State.APPROVED
    counter.enter()
    number = shown(counter).pan.reveal()
    assert counter.balance(number) == 200_00
    counter.esc()
    assert shown(counter).pan.reveal() == number
    counter.say(m.HandOver())
    assert counter.flow == HomeFlow(leg.id)
    assert not counter.archive.sealed
    assert counter.book.secret(leg.id) is None


def test_the_tender_for_a_new_card_is_recorded_before_its_deposit_is_sent() -> None:
    counter = Counter()
    counter.sell(200_00)
    kinds = [type(record.body) for record in counter.archive.records]
    assert kinds.index(r.TenderTaken) < kinds.index(r.RequestSent)


def test_no_empty_card_no_money() -> None:
    counter = Counter()
    counter.hold = True
    leg = counter.sell(200_00)
    counter.deliver_one(HostNotSent(Cause.TIMEOUT))
    counter.deliver()
    assert counter.row(leg).state is State.CANCELLED
    assert counter.host.sent == []
    assert counter.drawer() == 0


def test_esc_while_the_empty_card_is_made_gives_the_tender_back_and_late_news_changes_nothing() -> None:
    counter = Counter()
    counter.hold = True
    leg = counter.sell(200_00)
    counter.esc()
    counter.deliver()
    assert counter.row(leg).state is State.CANCELLED
    assert counter.drawer() == 0


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_silence_at_the_deposit_is_asked_again_and_the_card_is_shown_at_last(mood: Mood) -> None:
    counter = Counter()
    counter.host.moods.append(mood)
    leg = counter.sell(200_00)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.APPROVED
    counter.say(m.Start(Task.QUEUE), m.Back())
    assert counter.balance(shown(counter).pan.reveal()) == 200_00


def test_a_new_card_that_got_stuck_is_not_forgotten() -> None:
    counter = Counter(proves=False)
    counter.host.moods.extend([Mood.ANSWER_LOST, HostRefused(Decline.FORBIDDEN, 403)])
    leg = counter.sell(200_00)
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.RETRY))
    counter.retry()
    assert counter.row(leg).state is State.APPROVED
    counter.say(m.Back())
    assert counter.balance(shown(counter).pan.reveal()) == 200_00


@pytest.mark.parametrize("booked", [True, False])
def test_after_a_crash_in_the_deposit_the_card_is_offered_first(booked: bool) -> None:
    counter = Counter()
    counter.hold = True
    leg = counter.sell(200_00)
    counter.deliver_one()  # the empty card
    counter.run()
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.row(leg).state is State.APPROVED
    counter.say(m.Start(Task.QUEUE), m.Back())
    assert counter.balance(shown(counter).pan.reveal()) == 200_00
    counter.say(m.HandOver())
    assert not counter.archive.open_rows()


def test_after_a_crash_before_handing_over_the_card_is_offered_first() -> None:
    counter = Counter()
    counter.sell(200_00)
    counter.enter()
    number = shown(counter).pan.reveal()
    counter.restart()
    assert shown(counter).pan.reveal() == number


@pytest.mark.parametrize("answers", [0, 1])
def test_after_a_crash_before_the_deposit_the_tender_goes_back(answers: int) -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.SELL), m.AmountEntered(nok(200_00)))
    counter.cash(200_00)
    if answers:
        request = counter.wire.popleft()
        counter.commit_only(m.HostAnswered(request.transaction_id, counter.host.answer(request)))
    counter.hold = False
    counter.restart()
    assert counter.last.state is State.CANCELLED
    assert counter.host.sent == []
    assert counter.drawer() == 0


def test_a_new_card_can_not_be_sold_offline_and_the_tender_goes_back() -> None:
    counter = Counter()
    counter.cut()
    counter.say(m.Start(Task.SELL), m.AmountEntered(nok(200_00)))
    counter.cash(200_00)
    assert counter.outcome.reason is Cause.LINE_CUT
    assert counter.outcome.give_back == nok(200_00)
    assert counter.drawer() == 0
    assert not counter.archive.rows


def test_money_put_on_is_not_good_for_spending_until_the_host_says_so() -> None:
    counter = Counter()
    counter.swipe(LOW)
    counter.cut()
    counter.load(50_00, LOW)
    counter.enter()
    counter.pay(50_00, LOW)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    assert counter.outcome.offered == nok(20_00)
    assert counter.last.verb is Verb.REDEEM


def test_after_a_load_is_taken_back_the_cashier_is_told_what_the_drawer_owes() -> None:
    counter = Counter()
    counter.load(50_00, LOW)
    assert counter.outcome.give_back is None
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())
    assert counter.outcome.give_back == nok(50_00)
    assert counter.drawer() == 0
