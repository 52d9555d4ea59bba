"""The line falls: selling inside the limits, telling the host later, and what a person must decide then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.host import Cause, Decline, HostRefused, LineHealth
from app.domain.messages import DeskAction, Task
from app.domain.transaction import ALARM_TRIES, State
from app.domain.verb import Verb
from app.domain.view import NoticeKind
from tests.helpers.counter import ASKS_PIN, CASHIER, LOW, ORDINARY, OTHER, PINNED, Counter, nok
from tests.helpers.ledger import Mood


def offline_counter(*seen: str) -> Counter:
    """A till that has seen these cards and then lost its line."""
    counter = Counter()
    for number in seen:
        counter.swipe(number)
        counter.esc()
    counter.cut()
    return counter


def test_a_known_card_is_accepted_and_its_receipt_says_pending() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(60_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.check.startswith(leg.stan.digits)
    assert counter.host.sent == []
    assert counter.view().strip.queue.amount == nok(60_00)
    counter.join()
    assert counter.row(leg).state is State.APPROVED
    assert counter.balance(ORDINARY) == 40_00
    assert counter.view().strip.queue.count == 0


def test_above_what_the_card_is_good_for_the_rest_is_offered() -> None:
    counter = offline_counter(ORDINARY)
    counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.pay(60_00, ORDINARY)
    assert counter.outcome.reason is Decline.OFFLINE_BALANCE
    assert counter.outcome.offered == nok(40_00)


def test_the_part_that_is_offered_is_taken_and_the_rest_stays_to_pay() -> None:
    counter = offline_counter(ORDINARY)
    refused = counter.pay(160_00, ORDINARY)
    assert counter.outcome.offered == nok(100_00)
    counter.say(m.TakePart(nok(100_00)))
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.outcome.amount == nok(100_00)
    assert counter.outcome.rest == nok(60_00)
    assert counter.last.stan != refused.stan
    assert counter.last.sale_id == refused.sale_id
    counter.say(m.AskTender())
    counter.cash(60_00)
    counter.join()
    assert counter.balance(ORDINARY) == 0
    assert counter.row(refused).state is State.DECLINED
    assert counter.drawer() == 60_00


def test_the_part_is_taken_once_and_only_what_is_offered() -> None:
    counter = offline_counter(ORDINARY)
    counter.pay(160_00, ORDINARY)
    counter.say(m.TakePart(nok(160_00)))
    assert len(counter.archive.rows) == 1
    counter.say(m.TakePart(nok(100_00)), m.TakePart(nok(100_00)))
    assert len(counter.archive.rows) == 2


def test_the_part_is_asked_of_the_host_when_the_line_came_back_meanwhile() -> None:
    counter = offline_counter(ORDINARY)
    counter.pay(160_00, ORDINARY)
    counter.join()
    counter.say(m.TakePart(nok(100_00)))
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.balance(ORDINARY) == 0


def test_another_card_may_be_swiped_for_what_one_was_refused() -> None:
    counter = offline_counter(ORDINARY, OTHER)
    counter.pay(160_00, ORDINARY)
    counter.swipe(OTHER)
    assert counter.outcome.offered == nok(100_00)
    counter.say(m.TakePart(nok(100_00)))
    counter.swipe(ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.outcome.rest == nok(0)


def test_what_is_due_may_be_more_than_one_card_may_pay_offline_and_a_load_may_not() -> None:
    counter = offline_counter(ORDINARY)
    counter.say(m.Start(Task.PAY))
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert body.limit is None
    counter.esc()
    counter.say(m.Start(Task.LOAD))
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert body.limit == counter.limits.per_sale


def test_a_card_never_seen_is_good_for_nothing() -> None:
    counter = offline_counter()
    counter.pay(1, ORDINARY)
    assert counter.outcome.reason is Decline.OFFLINE_UNKNOWN_CARD
    assert counter.outcome.offered is None


def test_a_third_payment_with_one_card_on_one_day_is_refused() -> None:
    counter = offline_counter(ORDINARY)
    for _ in range(2):
        counter.pay(10_00, ORDINARY)
        counter.enter()
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.reason is Decline.OFFLINE_CARD_COUNT


def test_offline_switched_off_by_the_manager_refuses_and_says_so() -> None:
    counter = Counter(offline=False)
    counter.swipe(ORDINARY)
    counter.cut()
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.reason is Decline.OFFLINE_OFF
    counter.enter()
    counter.say(m.AllowOffline(True, "storm"))
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.MANAGER_NEEDED
    counter.manager()
    counter.say(m.AllowOffline(True, "storm"))
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.STORED


@pytest.mark.parametrize("number", [PINNED, ASKS_PIN])
def test_a_card_that_needs_its_pin_is_refused_before_anybody_enters_one(number: str) -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(number, service="126")
    counter.pin()
    counter.enter()
    counter.cut()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(number, service="126")
    assert counter.outcome.reason is Decline.OFFLINE_PIN


def test_a_line_that_fell_in_the_look_up_still_sells() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.host.moods.append(Mood.NEVER_LEFT)
    leg = counter.pay(10_00, ORDINARY)
    assert counter.bodies(leg)[:6] == ["Opened", "CardPresented", "Ready", "RequestSent", "NotSent", "Stored"]
    assert counter.row(leg).offline


def test_a_wrong_configuration_accepts_nothing_and_declines_nothing() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.CONFIGURATION)
    leg = counter.pay(10_00, ORDINARY)
    assert counter.row(leg).state is State.CANCELLED
    assert counter.outcome.reason is Cause.CONFIGURATION


def test_a_backend_that_is_down_by_its_own_lamp_counts_as_offline() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.say(m.HealthChanged("swedbankpay", LineHealth(False, cause=Cause.CONNECT)))
    asked = len(counter.host.asked)
    leg = counter.pay(10_00, ORDINARY)
    assert len(counter.host.asked) == asked
    assert "Stored" in counter.bodies(leg)


def test_a_spend_in_doubt_comes_off_what_the_card_is_good_for() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(80_00, ORDINARY)
    counter.enter()
    counter.cut()
    counter.pay(80_00, ORDINARY)
    assert counter.outcome.offered == nok(20_00)


def test_a_load_being_taken_off_again_is_not_good_for_spending() -> None:
    counter = Counter()
    counter.load(50_00, LOW)
    counter.enter()
    counter.cut()
    counter.say(m.Start(Task.VOID), m.Confirm())
    counter.enter()
    counter.pay(70_00, LOW)
    assert counter.outcome.offered == nok(20_00)


# --- back again ---------------------------------------------------------------------------------------------------


def test_what_was_stored_goes_out_in_order_card_by_card() -> None:
    counter = offline_counter(ORDINARY, OTHER)
    stans: dict[str, list[str]] = {ORDINARY: [], OTHER: []}
    for number in (ORDINARY, OTHER, ORDINARY, OTHER):
        stans[number].append(counter.pay(10_00, number).stan.digits)
        counter.enter()
    counter.join()
    for number in (ORDINARY, OTHER):
        sent = [request.stan.digits for request in counter.host.sent if request.account_id == number]
        assert sent == stans[number]
    assert not counter.archive.open_rows()


def test_a_lost_answer_is_repeated_and_the_duplicate_settles_it() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(10_00, ORDINARY)
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.join()
    assert counter.row(leg).state is State.FORWARDING
    counter.retry()
    assert counter.row(leg).state is State.APPROVED
    assert counter.row(leg).duplicate
    assert counter.balance(ORDINARY) == 90_00
    assert [request.repeat for request in counter.host.sent] == [False, True]


def test_one_bad_item_goes_to_the_desk_and_blocks_nobody() -> None:
    counter = offline_counter(ORDINARY, OTHER)
    bad = counter.pay(10_00, ORDINARY)
    counter.enter()
    good = counter.pay(10_00, ORDINARY)
    counter.enter()
    other = counter.pay(10_00, OTHER)
    counter.host.moods.append(HostRefused(Decline.BLOCKED, 403))
    counter.join()
    states = [counter.row(leg).state for leg in (bad, good, other)]
    assert states == [State.DISPUTED, State.APPROVED, State.APPROVED]
    body_of_queue = open_queue(counter)
    assert [row.transaction_id for row in body_of_queue.rows] == [bad.id]


def open_queue(counter: Counter) -> v.QueueBody:
    counter.say(m.Start(Task.QUEUE))
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    return body


def test_a_held_back_repeat_stays_in_doubt() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(10_00, ORDINARY)
    counter.host.moods.extend([Mood.ANSWER_LOST, Mood.NEVER_LEFT])
    counter.join()
    counter.retry()
    assert counter.row(leg).state is State.FORWARDING
    counter.retry()
    assert counter.row(leg).state is State.APPROVED


def test_a_write_off_needs_a_manager() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(10_00, ORDINARY)
    counter.host.moods.append(HostRefused(Decline.BLOCKED, 403))
    counter.join()
    open_queue(counter)
    counter.say(m.Decide(leg.id, DeskAction.WRITTEN_OFF, "gone"))
    assert counter.row(leg).state is State.DISPUTED
    counter.manager()
    counter.say(m.Decide(leg.id, DeskAction.WRITTEN_OFF, "gone"))
    assert counter.row(leg).state is State.CLOSED


def test_a_disputed_one_sent_round_again_is_booked_once() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(10_00, ORDINARY)
    counter.host.moods.append(HostRefused(Decline.BLOCKED, 403))
    counter.join()
    open_queue(counter)
    counter.say(m.Decide(leg.id, DeskAction.RETRY))
    assert counter.row(leg).state is State.APPROVED
    assert counter.host.sent[-1].repeat
    assert counter.balance(ORDINARY) == 90_00


def test_what_is_too_old_is_flagged_still_tried_and_stops_new_acceptance() -> None:
    counter = offline_counter(ORDINARY, OTHER)
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.now += timedelta(hours=24, minutes=1)
    counter.say(m.Tick(), m.Tick())
    assert counter.row(leg).overdue
    assert counter.bodies(leg).count("Overdue") == 1
    assert counter.view().strip.queue.alarm
    counter.pay(10_00, OTHER)
    assert counter.outcome.reason is Decline.OFFLINE_TOO_OLD
    counter.join()
    assert counter.row(leg).state is State.APPROVED


def test_six_failed_tries_raise_the_alarm_and_the_item_is_still_tried() -> None:
    counter = offline_counter(ORDINARY)
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.host.moods.extend([Mood.ANSWER_LOST] * ALARM_TRIES)
    counter.join()
    while counter.row(leg).tries < ALARM_TRIES:
        assert not counter.view().strip.queue.alarm
        counter.retry()
    assert ALARM_TRIES == 6
    assert counter.row(leg).state is State.FORWARDING
    assert counter.view().strip.queue.alarm
    counter.retry()
    assert counter.row(leg).state is State.APPROVED
    assert not counter.view().strip.queue.alarm
    assert counter.balance(ORDINARY) == 90_00, "however often it was told, it was booked once"


def test_waiting_too_long_for_the_lane_counts_as_offline() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.host.moods.append(Mood.REQUEST_LOST)
    counter.pay(10_00, ORDINARY)
    counter.enter()
    waiting = counter.pay(10_00, ORDINARY)
    assert waiting.state is State.READY
    counter.say(m.LaneWaited(waiting.id))
    assert counter.outcome.kind is v.OutcomeKind.STORED
    counter.retry()
    assert counter.balance(ORDINARY) == 80_00


def test_numbers_held_by_open_transactions_are_skipped_after_the_wrap() -> None:
    counter = offline_counter(ORDINARY, OTHER)
    held = counter.pay(10_00, ORDINARY)
    counter.enter()
    assert held.stan.digits == "000001"
    counter.archive.stan_count = 999_998
    counter.till = replace(counter.till, stan_count=999_998)
    last = counter.pay(10_00, OTHER)
    counter.enter()
    wrapped = counter.pay(10_00, OTHER)
    assert (last.stan.digits, wrapped.stan.digits) == ("999999", "000002")


def test_the_line_is_cut_by_hand_in_training_only() -> None:
    counter = Counter(training=False)
    counter.say(m.ToggleLine())
    assert counter.till.line_up
    assert counter.till.operator == CASHIER


def test_a_reservation_is_never_made_offline() -> None:
    counter = offline_counter(ORDINARY)
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(30_00), counter.setup.catalogue[:1]))
    counter.swipe(ORDINARY)
    assert counter.last.verb is Verb.REDEEM
    assert counter.last.state is State.STORED


def test_a_payment_that_is_being_checked_waits_with_its_amount() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(60_00, ORDINARY)
    queue = counter.view().strip.queue
    assert (queue.count, queue.amount) == (1, nok(60_00))


def test_a_card_seen_before_is_forwarded_in_one_call_that_asks_for_no_balance() -> None:
    till = Counter()
    till.pay(10_00, ORDINARY)
    till.enter()
    till.cut()
    stored = till.pay(20_00, ORDINARY)
    till.enter()
    till.hold = True
    till.join()
    [request] = [request for request in till.wire if request.transaction_id == stored.id]
    assert request.account_id == till.row(stored).account_id != ""
    assert not request.want_balance, "its receipt is printed"
    till.deliver()
    assert till.row(stored).state is State.APPROVED
