"""Every job with the line down at the start, falling before and after it was sent, refused, and not answered."""

from __future__ import annotations

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.flow import AskingFlow, NewCardFlow
from app.domain.host import Cause, Decline, HostRefused, LineHealth
from app.domain.job import MORE_TASKS
from app.domain.messages import HandOver, Task
from app.domain.records import Settlement
from app.domain.transaction import State, Transaction
from app.domain.verb import PLAIN, RepeatRule, Verb
from app.domain.view import NoticeKind, Screen, Why
from tests.helpers.counter import (
    CASHIER,
    MANAGER,
    OLA,
    ORDINARY,
    PAR,
    PAR_EMPTY,
    VAULT,
    WALLET,
    WALLET_BLANK,
    Counter,
)
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood
from tests.helpers.walks import (
    CAPTURE,
    COMBINE,
    GIFT,
    GIFT_NEW,
    NEW_CODE,
    PREFER,
    RANGE,
    RELEASE,
    RESERVE,
    SENT,
    TRANSFER,
    Walk,
    reserve,
)

QUEUED = (CAPTURE, RELEASE)
"""What the host holds already: only its end waits, so it is queued whatever the limits."""
ONE_BY_ONE = [walk for walk in SENT if walk is not RANGE]
every_sent = pytest.mark.parametrize("walk", ONE_BY_ONE, ids=str)


def ready_to_send(walk: Walk, *, once: bool = False) -> Counter:
    """All is answered but the last question."""
    counter = walk.begin(once=once)
    walk.walk(counter, len(walk.answers) - 1)
    return counter


def send(counter: Counter, walk: Walk) -> Transaction:
    walk.answers[-1][1](counter)
    return next(row for row in reversed(counter.archive.rows.values()) if row.verb is walk.verb)


def rule(counter: Counter, leg: Transaction) -> RepeatRule:
    found = counter.setup.rule(leg.face, leg.verb)
    assert found is not None
    return found.repeat


# --- what is offered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["up", "cut", "down"])
@pytest.mark.parametrize("who", [CASHIER, MANAGER], ids=lambda who: str(who.id))
@pytest.mark.parametrize("task", MORE_TASKS)
def test_the_button_and_the_command_say_the_same(task: Task, who: v.OperatorView, line: str) -> None:
    counter = Counter(further=True)
    if who is MANAGER:
        counter.manager()
    if line == "cut":
        counter.cut()
    elif line == "down":
        for face in counter.setup.capabilities:
            counter.say(m.HealthChanged(face, LineHealth(False, cause=Cause.CONNECT)))
    button = next(shown for shown in counter.view().more if shown.task is task)
    before = counter.flow
    counter.start(task)
    notice = counter.till.notice
    match button.why:
        case None:
            assert counter.flow != before
        case Why.MANAGER_ONLY:
            assert counter.screen is Screen.SIGN_IN
            counter.sign_in(MANAGER)
            assert counter.screen is not Screen.SIGN_IN
        case why:
            assert counter.flow == before
            assert notice is not None
            assert (notice.kind, notice.why, notice.task) == (NoticeKind.CANT_NOW, why, task)


@pytest.mark.parametrize("line", ["up", "cut"])
@pytest.mark.parametrize("who", [CASHIER, MANAGER], ids=lambda who: str(who.id))
@pytest.mark.parametrize("number", [ORDINARY, PAR, PAR_EMPTY, WALLET, WALLET_BLANK, VAULT, OLA])
def test_a_cards_buttons_and_their_commands_say_the_same(number: str, who: v.OperatorView, line: str) -> None:
    """All on its sheet; a payment and a load may be begun whatever the line, and are refused at their end."""

    def at_its_sheet() -> Counter:
        counter = Counter(further=True)
        if who is MANAGER:
            counter.manager()
        if number == OLA:  # a card out of a customer's list
            counter.start(Task.CUSTOMER)
            counter.say(m.PickProgramme("Par"), j.TextEntered(OLA), j.PickStored("par-1"))
        else:
            counter.swipe(number)
        if line == "cut":
            counter.cut()
        assert counter.screen is Screen.SHEET
        return counter

    body = at_its_sheet().view().body
    assert isinstance(body, v.SheetBody)
    for shown in body.verbs:
        counter = at_its_sheet()
        before = counter.flow
        counter.start(shown.task)
        notice = counter.till.notice
        if shown.why is None:
            assert counter.flow != before, shown
        elif shown.task not in (Task.PAY, Task.LOAD, Task.BALANCE):
            assert counter.flow == before, shown
            assert notice is not None
            assert (notice.kind, notice.why, notice.task) == (NoticeKind.CANT_NOW, shown.why, shown.task)


@pytest.mark.parametrize("walk", [walk for walk in SENT if walk not in QUEUED], ids=str)
def test_with_the_line_down_it_is_not_begun(walk: Walk) -> None:
    counter = Counter(further=True)
    counter.cut()
    walk.open(counter)
    assert counter.screen is Screen.HOME
    assert counter.till.notice is not None
    assert counter.till.notice.why is Why.LINE_DOWN


# --- the line falls -----------------------------------------------------------------------------------------------


@every_sent
def test_the_line_falls_before_the_last_answer(walk: Walk) -> None:
    counter = ready_to_send(walk)
    drawer, sent = counter.drawer(), len(counter.host.sent)
    counter.cut()
    if walk in (PREFER, RESERVE):  # a card is shown last, and it is refused before anything is opened
        walk.answers[-1][1](counter)
        assert counter.screen is walk.answers[-1][0]
        assert counter.till.notice is not None
        assert counter.till.notice.why is Why.LINE_DOWN
        return
    leg = send(counter, walk)
    assert len(counter.host.sent) == sent
    if walk in QUEUED:
        assert counter.outcome.kind is v.OutcomeKind.STORED
        counter.join()
        assert counter.row(leg).state is State.APPROVED
    else:
        assert counter.outcome.kind is v.OutcomeKind.DECLINED
        assert counter.row(leg).state is State.DECLINED
        assert counter.outcome.reason is not Decline.OFFLINE_PIN, "no other card could do it without the line"
        assert counter.drawer() == drawer
        assert (counter.outcome.give_back is not None) is (walk.paid > 0)
    counter.enter()
    evening(counter)


@every_sent
def test_proven_not_sent_is_as_if_it_had_not_been_asked(walk: Walk) -> None:
    counter = ready_to_send(walk)
    drawer, total = counter.drawer(), counter.host.total()
    counter.host.moods.append(Mood.NEVER_LEFT)
    leg = send(counter, walk)
    if walk in QUEUED:
        counter.retry()
        assert counter.row(leg).state is State.APPROVED
    else:
        assert counter.row(leg).state is State.DECLINED
        assert (counter.drawer(), counter.host.total()) == (drawer, total)
    evening(counter)


@every_sent
def test_a_wrong_configuration_declines_nothing_and_keeps_nothing(walk: Walk) -> None:
    counter = ready_to_send(walk)
    drawer = counter.drawer()
    counter.host.moods.append(Mood.CONFIGURATION)
    leg = send(counter, walk)
    if walk is not RELEASE:
        assert counter.row(leg).state is State.CANCELLED
        assert counter.outcome.reason is Cause.CONFIGURATION
        assert counter.drawer() == drawer
    evening(counter)


@every_sent
@pytest.mark.parametrize("mood", [Mood.DECLINED, HostRefused(Decline.FORBIDDEN, 403)], ids=["declined", "refused"])
def test_declined_nothing_moved_and_the_tender_goes_back(walk: Walk, mood: Mood | HostRefused) -> None:
    counter = ready_to_send(walk)
    drawer, total = counter.drawer(), counter.host.total()
    counter.host.moods.append(mood)
    leg = send(counter, walk)
    assert counter.row(leg).state is State.DECLINED
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    assert (counter.drawer(), counter.host.total()) == (drawer, total)
    assert (counter.outcome.give_back is not None) is (walk.paid > 0)
    assert not counter.outcome.new_card
    assert leg.id not in counter.printed
    evening(counter)


# --- silence ------------------------------------------------------------------------------------------------------


@every_sent
@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
@pytest.mark.parametrize("leave", ["wait", "enter", "esc"])
def test_silence_is_checked_and_never_asked_anew(walk: Walk, mood: Mood, leave: str) -> None:
    counter = ready_to_send(walk)
    counter.host.moods.append(mood)
    leg = send(counter, walk)
    sent = len(counter.host.sent)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    if leave != "wait":
        counter.enter() if leave == "enter" else counter.esc()
    counter.retry()
    counter.retry()
    if rule(counter, leg) is RepeatRule.ONCE:
        assert len(counter.host.sent) == sent
        assert counter.row(leg).at_desk
    elif leave == "esc" and leg.sale_id is not None and counter.row(leg).abandoned:
        assert counter.row(leg).state in (State.REVERSED, State.ATTENTION)
    else:
        assert counter.row(leg).state is State.APPROVED
        assert {request.transaction_ref for request in counter.host.sent[sent:]} == {leg.transaction_ref}
        if walk.made:
            counter.start(Task.QUEUE)
            counter.esc()
            assert isinstance(counter.flow, NewCardFlow)
            counter.say(HandOver())
    evening(counter)


@every_sent
@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_esc_while_it_is_under_way(walk: Walk, mood: Mood) -> None:
    counter = ready_to_send(walk)
    counter.hold = True
    counter.host.moods.append(mood)
    send(counter, walk)
    assert isinstance(counter.flow, AskingFlow)
    counter.esc()
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.enter()
    assert counter.view().screen is Screen.HOME
    counter.deliver()
    evening(counter)


@every_sent
def test_esc_before_anything_was_sent_takes_it_all_back(walk: Walk) -> None:
    """Its card's lane is taken by something else."""
    counter = ready_to_send(walk)
    drawer, sent = counter.drawer(), len(counter.host.sent)
    counter.busy_lanes = True
    leg = send(counter, walk)
    assert counter.row(leg).state is State.READY
    counter.esc()
    counter.busy_lanes = False
    counter.run()
    if walk is RELEASE:  # what is given back is given back
        assert counter.row(leg).state is State.APPROVED
    else:
        assert counter.row(leg).state is State.CANCELLED
        assert (counter.drawer(), len(counter.host.sent)) == (drawer, sent)
    counter.enter()
    evening(counter)


@pytest.mark.parametrize("walk", [TRANSFER, COMBINE, GIFT, GIFT_NEW, NEW_CODE], ids=str)
@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_what_is_made_once_is_left_to_a_person(walk: Walk, mood: Mood) -> None:
    counter = ready_to_send(walk, once=True)
    counter.host.moods.append(mood)
    leg = send(counter, walk)
    assert rule(counter, leg) is RepeatRule.ONCE
    sent = len(counter.host.sent)
    assert counter.row(leg).state is State.ATTENTION
    counter.enter()
    counter.restart()
    counter.retry()
    assert len(counter.host.sent) == sent
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, m.DeskAction.RETRY))
    assert len(counter.host.sent) == sent
    # where no money is in it, there is no other tender that could have paid instead
    counter.say(m.Decide(leg.id, m.DeskAction.OTHER_TENDER))
    assert counter.row(leg).state is (State.ATTENTION if leg.verb in PLAIN else State.CLOSED)
    counter.say(m.Decide(leg.id, m.DeskAction.WRITTEN_OFF))
    assert counter.row(leg).state is State.CLOSED
    evening(counter)


def test_the_walks_know_every_further_verb() -> None:
    verbs = {walk.verb for walk in SENT}
    known = {verb for backend in Counter(further=True).setup.capabilities.values() for verb in backend.verbs}
    plain = {Verb.BALANCE, Verb.ISSUE, Verb.RELOAD, Verb.REDEEM, Verb.REVERSE, Verb.REFUND}
    assert known - plain - {Verb.LIST_CARDS, Verb.LIST_ALL, Verb.READ} == verbs


@pytest.mark.parametrize("walk", [TRANSFER, COMBINE, GIFT, GIFT_NEW], ids=str)
def test_a_person_may_be_told_that_it_went_through(walk: Walk) -> None:
    """Nothing is given back then: the drawer keeps what paid for it, as after an approval."""
    counter = ready_to_send(walk, once=True)
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = send(counter, walk)
    counter.enter()
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, m.DeskAction.WENT_THROUGH))
    assert (counter.row(leg).state, counter.row(leg).reason) == (State.CLOSED, Settlement.WENT_THROUGH.value)
    assert counter.drawer() == walk.paid
    assert not counter.archive.open_sales()
    evening(counter)


def test_of_what_was_made_and_lost_nobody_says_that_it_went_through() -> None:
    counter = ready_to_send(NEW_CODE, once=True)
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = send(counter, NEW_CODE)
    counter.enter()
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, m.DeskAction.WENT_THROUGH))
    assert counter.row(leg).state is State.ATTENTION


def test_a_reservation_that_stands_waits_for_nobody_and_is_not_in_the_queue() -> None:
    """It has a list of its own; what becomes of it is queued like everything else."""
    counter = Counter(further=True)
    reserve(counter)
    counter.start(Task.QUEUE)
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert (body.rows, body.totals.count) == ((), 0)
    counter.cut()
    counter.start(Task.RESERVATIONS)
    CAPTURE.walk(counter)
    counter.start(Task.QUEUE)
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert [row.verb for row in body.rows] == [Verb.CAPTURE]
