"""What the till would stand in for after a card gave its money away, or may have: never more than is safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.host import Cause, Decline, HostRefused, HostSilent, LineHealth
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State
from app.domain.view import NoticeKind
from tests.helpers.counter import OLA, PAR, PAR_FACE, PAR_SECOND, PAR_THIRD, WALLET, WALLET_FACE, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood


def seen(*numbers: str, proves: bool = True) -> Counter:
    """A shop that has looked at these cards."""
    counter = Counter(further=True, proves=proves)
    for number in numbers:
        counter.swipe(number)
        counter.esc()
    return counter


def down(counter: Counter, face: str = PAR_FACE) -> None:
    """The line to one backend is gone."""
    counter.say(m.HealthChanged(face, LineHealth(False, cause=Cause.CONNECT)))


def good_for(counter: Counter, number: str) -> int:
    """What the card would pay now, as the sheet promises it and as a payment gets it."""
    counter.swipe(number)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    promised = body.available_offline
    counter.esc()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(400_00)))
    counter.swipe(number)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED
    offered = counter.outcome.offered.minor if counter.outcome.offered else 0
    counter.enter()
    assert (promised.minor if promised else 0) == offered, "the sheet promises what a payment gets"
    return offered


def transfer(counter: Counter, minor: int, *, end: bool = False) -> None:
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(minor)
    if end:
        counter.say(j.EndSource(True))
    counter.enter()
    counter.pin()


def combine(counter: Counter) -> None:
    counter.start(Task.COMBINE)
    counter.swipe(PAR)
    counter.swipe(PAR_SECOND)
    counter.swipe(PAR_THIRD)
    counter.enter()
    counter.enter()


def leave(counter: Counter) -> None:
    counter.enter()
    counter.say(m.HandOver())


# --- done ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tells", [True, False], ids=["told", "untold"])
def test_after_a_transfer_the_old_card_is_good_for_what_it_kept(*, tells: bool) -> None:
    counter = seen(PAR)
    counter.host.tell_balance = tells
    transfer(counter, 60_00)
    leave(counter)
    down(counter)
    assert good_for(counter, PAR) == 40_00


@pytest.mark.parametrize("tells", [True, False], ids=["told", "untold"])
def test_after_a_combine_the_sources_are_good_for_nothing_and_take_nothing(*, tells: bool) -> None:
    counter = seen(PAR, PAR_SECOND, PAR_THIRD)
    counter.host.tell_balance = tells
    combine(counter)
    leave(counter)
    down(counter)
    assert good_for(counter, PAR) == (165_00 if tells else 100_00), "what came in is not believed until told"
    assert good_for(counter, PAR_SECOND) == 0
    counter.load(10_00, PAR_THIRD)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED, "one that ended takes no load either"
    assert counter.drawer() == 0
    counter.enter()
    counter.say(m.HealthChanged(PAR_FACE, LineHealth(True, 40)))
    evening(counter)


def test_a_card_that_ended_or_was_deleted_is_good_for_nothing() -> None:
    counter = seen(PAR, WALLET)
    transfer(counter, 100_00, end=True)
    leave(counter)
    counter.manager()
    counter.start(Task.DELETE)
    counter.swipe(WALLET)
    counter.enter()
    counter.enter()
    down(counter)
    down(counter, WALLET_FACE)
    assert good_for(counter, PAR) == 0
    assert good_for(counter, WALLET) == 0


def test_a_card_that_comes_back_to_life_is_believed_again() -> None:
    counter = seen(PAR_SECOND)
    combine(counter)
    leave(counter)
    counter.host.accounts[PAR_SECOND].ended = False
    counter.host.accounts[PAR_SECOND].balance = 5_00
    counter.swipe(PAR_SECOND)
    counter.esc()
    down(counter)
    assert good_for(counter, PAR_SECOND) == 5_00


# --- in doubt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_a_transfer_in_doubt_comes_off_what_the_old_card_is_good_for(mood: Mood) -> None:
    counter = seen(PAR)
    counter.host.moods.append(mood)
    transfer(counter, 60_00)
    counter.enter()
    down(counter)
    assert good_for(counter, PAR) == 40_00


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
@pytest.mark.parametrize("known", [True, False])
def test_a_combine_in_doubt_leaves_its_sources_good_for_nothing(mood: Mood, *, known: bool) -> None:
    counter = seen(PAR)
    floor = 50_00
    counter.till = replace(counter.till, limits=replace(counter.limits, floor=nok(floor)))
    counter.host.moods.append(mood)
    combine(counter)
    counter.enter()
    if not known:
        counter.archive.memories.clear()
    down(counter)
    assert good_for(counter, PAR_SECOND) == 0
    assert good_for(counter, PAR_THIRD) == 0
    assert good_for(counter, PAR) == (100_00 if known else floor)
    counter.load(10_00, PAR_SECOND)
    assert counter.outcome.kind is v.OutcomeKind.DECLINED


def test_a_deletion_in_doubt_leaves_its_card_good_for_nothing() -> None:
    counter = seen(WALLET)
    counter.manager()
    counter.host.moods.append(Mood.ANSWER_LOST)
    counter.start(Task.DELETE)
    counter.swipe(WALLET)
    counter.enter()
    counter.enter()
    down(counter, WALLET_FACE)
    assert good_for(counter, WALLET) == 0


def test_a_combine_that_turned_out_refused_gives_its_sources_back() -> None:
    counter = seen(PAR_SECOND)
    counter.host.moods.extend([Mood.REQUEST_LOST, Mood.DECLINED])
    combine(counter)
    counter.enter()
    counter.retry()
    assert counter.last.state is State.DECLINED
    down(counter)
    assert good_for(counter, PAR_SECOND) == 40_00


@pytest.mark.parametrize(
    ("what", "left"), [("transfer", {PAR: 40_00}), ("combine", {PAR: 100_00, PAR_SECOND: 0, PAR_THIRD: 0})]
)
def test_what_a_person_closed_without_knowing_is_taken_for_gone(what: str, left: dict[str, int]) -> None:
    counter = Counter(further=True, once=True)
    for number in (PAR, PAR_SECOND, PAR_THIRD):
        counter.swipe(number)
        counter.esc()
    counter.host.moods.append(HostSilent(Cause.TIMEOUT))
    transfer(counter, 60_00) if what == "transfer" else combine(counter)
    leg = counter.last
    assert leg.state is State.ATTENTION
    counter.enter()
    counter.manager()
    counter.say(m.Decide(leg.id, DeskAction.WRITTEN_OFF, "nobody can say"))
    known = {memory.last4: memory for memory in counter.archive.memories.values()}
    for number, minor in left.items():
        assert known[number[-4:]].balance == nok(minor)


def test_a_spend_that_a_person_closed_without_knowing_is_taken_for_booked() -> None:
    counter = seen(PAR, proves=False)
    counter.host.moods.extend([HostSilent(Cause.TIMEOUT), HostRefused(Decline.FORBIDDEN, 403)])
    counter.pay(80_00, WALLET)
    counter.enter()
    counter.retry()
    leg = counter.last
    assert leg.state is State.ATTENTION
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.OTHER_TENDER))
    down(counter, WALLET_FACE)
    counter.enter()
    assert good_for(counter, WALLET) == 20_00


# --- the same card by its number and by its backend's id ----------------------------------------------------------


def ola_pays(counter: Counter, minor: int) -> None:
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    counter.type(OLA)
    counter.say(j.PickStored("par-1"), m.Start(Task.PAY), m.AmountEntered(nok(minor)))


@pytest.mark.parametrize("tells", [True, False], ids=["told", "untold"])
def test_what_was_paid_by_the_id_is_known_of_the_number(*, tells: bool) -> None:
    counter = seen(PAR)
    counter.host.tell_balance = tells
    ola_pays(counter, 70_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    counter.enter()
    down(counter)
    assert good_for(counter, PAR) == 30_00


def test_what_may_have_been_paid_by_the_id_comes_off_the_number() -> None:
    counter = seen(PAR)
    counter.host.moods.append(Mood.ANSWER_LOST)
    ola_pays(counter, 70_00)
    counter.enter()
    down(counter)
    assert good_for(counter, PAR) == 30_00


def test_a_card_first_met_by_its_id_is_one_card_afterwards() -> None:
    counter = Counter(further=True)
    counter.host.moods.append(Mood.ANSWER_LOST)
    ola_pays(counter, 70_00)
    counter.enter()
    counter.swipe(PAR)  # the number is looked up while that is in doubt, and shows what is left
    counter.esc()
    down(counter)
    assert good_for(counter, PAR) == 0, "once told and once doubted: rather too little"
    counter.say(m.HealthChanged(PAR_FACE, LineHealth(True, 40)))
    counter.retry()
    counter.swipe(PAR)
    counter.esc()
    down(counter)
    assert good_for(counter, PAR) == 30_00


def test_a_stored_card_pays_nothing_without_its_line() -> None:
    counter = seen(PAR)
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    counter.type(OLA)
    counter.say(j.PickStored("par-1"))
    down(counter)
    counter.say(m.Start(Task.PAY))
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, v.Why.LINE_DOWN)
    assert counter.screen is v.Screen.SHEET


def test_the_age_of_a_balance_that_was_only_reckoned_is_that_of_the_last_one_told() -> None:
    counter = seen(PAR)
    counter.host.tell_balance = False
    counter.pay(10_00, PAR)
    [looked_up] = counter.archive.memories.values()
    assert looked_up.balance == nok(90_00)
    settled = counter.row(counter.last).settled_at
    assert settled is not None
    assert looked_up.as_of < settled
