"""Void, refund, abandon: making things not have happened, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.flow import AskingFlow, HomeFlow, RefundFlow, TenderFlow
from app.domain.host import Decline, HostApproved, HostRefused
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.domain.view import NoticeKind
from tests.helpers.counter import BREAD, LOW, ORDINARY, OTHER, TOY, Counter, nok
from tests.helpers.ledger import Mood


def notice(counter: Counter) -> NoticeKind | None:
    return counter.till.notice.kind if counter.till.notice else None


# --- refund -------------------------------------------------------------------------------------------------------


def give_back(counter: Counter, stan: str, amount: int) -> None:
    counter.say(m.Start(Task.REFUND), m.Refund(stan), m.Refund(stan, nok(amount)))


def test_a_payment_is_given_back_in_parts_and_never_more_than_it_was() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    give_back(counter, leg.stan.digits, 20_00)
    assert counter.balance(ORDINARY) == 60_00
    assert counter.outcome.verb is Verb.REFUND
    counter.enter()
    give_back(counter, str(int(leg.stan.digits)), 40_01)
    assert notice(counter) is NoticeKind.AMOUNT_TOO_LARGE
    give_back(counter, leg.stan.digits, 40_00)
    assert counter.balance(ORDINARY) == 100_00
    give_back(counter, leg.stan.digits, 1)
    assert counter.flow == RefundFlow(not_found=True)


@pytest.mark.parametrize("stan", ["999999", "0", "nonsense", "", "1234567"])
def test_a_number_nobody_knows_is_not_found(stan: str) -> None:
    counter = Counter()
    counter.say(m.Start(Task.REFUND), m.Refund(stan))
    assert counter.flow == RefundFlow(not_found=True)


def test_a_refund_under_way_is_not_given_a_second_time() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    give_back(counter, leg.stan.digits, 60_00)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.enter()
    counter.say(m.Start(Task.REFUND), m.Refund(leg.stan.digits))
    assert counter.flow == RefundFlow(not_found=True)
    counter.say(m.Start(Task.VOID), m.Confirm())
    counter.retry()
    assert counter.balance(ORDINARY) == 100_00
    assert counter.row(leg).refunded == nok(60_00)


def test_a_refund_promised_offline_and_refused_stands_at_the_desk() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.cut()
    give_back(counter, leg.stan.digits, 60_00)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    counter.host.moods.append(HostRefused(Decline.NOTHING_LEFT, 409))
    counter.join()
    assert counter.undo_of(leg).state is State.DISPUTED
    assert counter.row(leg).state is State.APPROVED


def test_a_refund_sent_in_a_crash_is_settled_without_asking_anybody() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.hold = True
    give_back(counter, leg.stan.digits, 60_00)
    counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.undo_of(leg).state is State.APPROVED
    assert not counter.archive.open_rows()


# --- void ---------------------------------------------------------------------------------------------------------


def void_last(counter: Counter) -> None:
    counter.say(m.Start(Task.VOID), m.Confirm())


def test_an_approved_payment_is_undone_under_a_number_of_its_own() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    void_last(counter)
    undo = counter.undo_of(leg)
    assert counter.row(leg).state is State.REVERSED
    assert (undo.verb, undo.stan != leg.stan, undo.order_ref) == (Verb.REVERSE, True, leg.order_ref)
    assert undo.transaction_ref != leg.transaction_ref
    assert counter.balance(ORDINARY) == 100_00
    void_last(counter)
    assert notice(counter) is NoticeKind.NOTHING_TO_VOID


def test_a_stored_payment_is_struck_out_and_nothing_is_sent() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    void_last(counter)
    assert counter.outcome.kind is v.OutcomeKind.CANCELLED
    counter.join()
    assert counter.row(leg).state is State.CANCELLED
    assert counter.host.sent == []


@pytest.mark.parametrize("booked", [True, False])
def test_one_that_is_being_forwarded_is_abandoned_and_undone_when_it_turns_out_booked(booked: bool) -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.host.moods.append(Mood.ANSWER_LOST if booked else Mood.REQUEST_LOST)
    counter.join()
    void_last(counter)
    assert counter.row(leg).abandoned
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.retry()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00


def test_one_voided_on_its_way_that_provably_never_got_there_is_struck_out() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.hold = True
    counter.join()
    void_last(counter)
    counter.host.moods.append(Mood.NEVER_LEFT)
    counter.deliver()
    counter.retry()
    assert counter.row(leg).state is State.CANCELLED
    assert len(counter.host.sent) == 1


def test_a_void_while_the_line_is_down_is_queued_whatever_the_limits() -> None:
    counter = Counter(offline=False)
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.cut()
    void_last(counter)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.row(leg).state is State.REVERSING
    counter.join()
    assert counter.row(leg).state is State.REVERSED


@pytest.mark.parametrize("reach", ["ready", "sent", "booked"])
def test_a_crash_at_any_point_of_a_void_still_takes_it_back(reach: str) -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.say(m.Start(Task.VOID))
    counter.hold = True
    if reach == "ready":
        counter.commit_only(m.Confirm())
    else:
        counter.say(m.Confirm())
    if reach == "booked":
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00
    assert not counter.archive.open_rows()


def test_a_refused_void_stands_at_the_desk_and_can_be_tried_again() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
    void_last(counter)
    assert counter.row(leg).state is State.ATTENTION
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.RETRY))
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00


def test_closing_a_stuck_undo_closes_what_it_should_have_undone() -> None:
    counter = Counter(once=True)
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.host.moods.append(Mood.REQUEST_LOST)
    void_last(counter)
    undo = counter.undo_of(leg)
    assert (undo.state, counter.row(leg).state) == (State.ATTENTION, State.REVERSING)
    counter.enter()
    counter.manager()
    counter.say(m.Decide(undo.id, DeskAction.WRITTEN_OFF, "host will not say"))
    assert (counter.row(undo).state, counter.row(leg).state) == (State.CLOSED, State.CLOSED)
    assert not counter.archive.open_rows()


def test_esc_leaves_an_undo_under_way_and_does_not_stop_it() -> None:
    counter = Counter()
    leg = counter.pay(60_00, ORDINARY)
    counter.enter()
    counter.hold = True
    void_last(counter)
    assert isinstance(counter.flow, AskingFlow)
    counter.esc()
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)
    counter.deliver()
    assert counter.row(leg).state is State.REVERSED


# --- abandon ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [m.Back(), m.AskTender()])
def test_a_late_approval_of_something_abandoned_is_undone_at_once(key: m.Message) -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(60_00)))
    counter.swipe(ORDINARY)
    counter.deliver_one()
    counter.run()
    leg = counter.last
    assert leg.state is State.SENT
    counter.say(key)
    if isinstance(key, m.AskTender):
        counter.cash(60_00)
    counter.deliver()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00


def test_another_tender_while_checking_never_pays_twice() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = counter.pay(60_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.say(m.AskTender())
    assert isinstance(counter.flow, TenderFlow)
    assert counter.row(leg).abandoned
    counter.cash(60_00)
    counter.retry()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00


def test_another_card_while_checking_is_ignored() -> None:
    counter = Counter()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.pay(60_00, ORDINARY)
    counter.swipe(OTHER)
    assert notice(counter) is NoticeKind.CARD_IGNORED
    counter.retry()
    assert counter.balance(OTHER) == 100_00


def test_a_stuck_leg_that_turns_out_booked_after_cash_was_taken_is_undone() -> None:
    counter = Counter(proves=False)
    counter.host.moods.extend([Mood.ANSWER_LOST, HostRefused(Decline.FORBIDDEN, 403)])
    leg = counter.pay(60_00, ORDINARY)
    counter.say(m.AskTender())
    counter.cash(60_00)
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.RETRY))
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00


def test_what_may_be_sent_only_once_is_not_sent_again_by_a_person_either() -> None:
    counter = Counter(once=True)
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = counter.pay(60_00, ORDINARY)
    assert counter.row(leg).state is State.ATTENTION
    assert (counter.outcome.kind, counter.outcome.stuck) == (v.OutcomeKind.CHECKING, True)
    counter.say(m.Start(Task.QUEUE))
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert DeskAction.RETRY not in body.rows[0].actions
    counter.say(m.Decide(leg.id, DeskAction.RETRY))
    assert counter.row(leg).state is State.ATTENTION
    counter.say(m.Decide(leg.id, DeskAction.OTHER_TENDER))
    assert counter.row(leg).state is State.CLOSED


def test_esc_between_reservation_and_capture_releases_the_reservation() -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(100_00), (BREAD, TOY)))
    counter.swipe(ORDINARY)
    counter.deliver_one()  # the look-up
    counter.run()
    authorize = counter.wire.popleft()
    counter.step(m.HostAnswered(authorize.transaction_id, counter.host.answer(authorize)))
    assert counter.last.verb is Verb.CAPTURE
    assert counter.last.state is State.READY
    counter.esc()
    counter.deliver()
    assert counter.balance(ORDINARY) == 100_00
    assert not counter.archive.open_rows()


@pytest.mark.parametrize("lost", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_giving_up_while_a_capture_is_in_doubt_waits_for_it_before_releasing(lost: Mood) -> None:
    counter = Counter()
    counter.host.moods.extend([Mood.GOOD, lost])
    counter.pay(100_00, ORDINARY, BREAD, TOY)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.esc()
    if counter.screen is v.Screen.VOID:
        counter.enter()
    assert not any(row.verb is Verb.CANCEL for row in counter.archive.rows.values())
    counter.retry()
    counter.retry()
    assert counter.balance(ORDINARY) == 100_00
    assert not counter.archive.open_rows()


def test_a_backend_that_can_not_undo_leaves_it_to_a_person() -> None:
    counter = Counter()
    table = counter.setup.capabilities["swedbankpay"]
    redeem = replace(table.verbs[Verb.REDEEM], undo=None)
    counter.setup = replace(
        counter.setup, capabilities={"swedbankpay": replace(table, verbs={**table.verbs, Verb.REDEEM: redeem})}
    )
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = counter.pay(20_00, LOW)
    counter.esc()
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION
    assert counter.row(leg).at_desk


@pytest.mark.parametrize("key", [Task.VOID, Task.REFUND])
def test_a_payment_that_the_host_gave_no_name_is_left_to_a_person(key: Task) -> None:
    """There is nothing an undo could name: it would be asked for round and round."""
    counter = Counter()
    counter.host.moods.append(HostApproved("", ORDINARY, nok(10_00)))
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    sent = len(counter.host.sent)
    if key is Task.VOID:
        counter.say(m.Start(key), m.Confirm())
        assert counter.row(leg).state is State.ATTENTION
    else:
        give_back(counter, leg.stan.digits, 5_00)
        assert counter.row(leg).refunded is None
        assert [row.verb for row in counter.archive.rows.values()] == [Verb.REDEEM]
    assert len(counter.host.sent) == sent
    assert not [row for row in counter.archive.open_rows() if not row.at_desk]


def test_a_reservation_that_the_host_gave_no_name_takes_no_money_and_is_left_to_a_person() -> None:
    counter = Counter()
    counter.host.moods.append(HostApproved("", ORDINARY, nok(30_00)))
    leg = counter.pay(30_00, ORDINARY, BREAD)
    assert counter.row(leg).state is State.ATTENTION
    assert counter.outcome.kind is not v.OutcomeKind.APPROVED
    assert not [row for row in counter.archive.rows.values() if row.verb is Verb.CAPTURE]


def half_paid(counter: Counter) -> tuple[Transaction, Transaction]:
    """150.00 due; 20.00 and 100.00 of it paid by two cards."""
    first = counter.pay(150_00, LOW)
    counter.swipe(ORDINARY)
    return first, counter.last


def test_what_is_given_back_of_an_open_sale_is_still_to_pay() -> None:
    counter = Counter()
    _, second = half_paid(counter)
    assert counter.outcome.rest == nok(30_00)
    give_back(counter, second.stan.digits, 40_00)
    counter.enter()
    body = counter.view().body
    assert isinstance(body, v.AwaitCardBody)
    assert body.amount == nok(70_00)
    counter.swipe(OTHER)
    assert counter.outcome.rest == nok(0)
    assert counter.balance(OTHER) == 30_00


@pytest.mark.parametrize("lost", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_giving_up_a_sale_gives_nothing_back_twice(lost: Mood) -> None:
    counter = Counter()
    _, second = half_paid(counter)
    counter.host.moods.append(lost)
    give_back(counter, second.stan.digits, 40_00)
    counter.enter()
    counter.say(m.Back(), m.Back(), m.Confirm())
    undos = [row for row in counter.archive.rows.values() if row.original == second.id]
    assert sum(row.amount.minor for row in undos) == 100_00
    counter.retry()
    counter.retry()
    assert (counter.balance(LOW), counter.balance(ORDINARY)) == (20_00, 100_00)


def test_a_refund_that_is_refused_after_its_sale_was_given_up_is_made_good() -> None:
    counter = Counter()
    _, second = half_paid(counter)
    counter.host.moods.append(Mood.REQUEST_LOST)
    give_back(counter, second.stan.digits, 100_00)
    counter.enter()
    counter.say(m.Back(), m.Back(), m.Confirm())
    counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
    counter.retry()
    counter.retry()
    assert counter.row(second).state is State.REVERSED
    assert counter.balance(ORDINARY) == 100_00
