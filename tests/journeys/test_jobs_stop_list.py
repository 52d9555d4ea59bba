"""The till's own stop list: a card on it is taken for nothing, with the line or without, until a manager frees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.host import Decline
from app.domain.job import CARD_TASKS
from app.domain.messages import Task
from app.domain.view import NoticeKind, Screen, Why
from tests.helpers.counter import MANAGER, OLA, ORDINARY, OTHER, PAR, PAR_SECOND, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.walks import reserve


def stop(counter: Counter, number: str = PAR, why: str = "lost in town") -> None:
    counter.start(Task.STOP)
    counter.swipe(number)
    counter.type(why)


def shop(number: str = PAR) -> Counter:
    counter = Counter(further=True)
    counter.swipe(number)
    counter.esc()
    stop(counter, number)
    assert notice(counter).kind is NoticeKind.CARD_STOPPED
    return counter


def notice(counter: Counter) -> v.Notice:
    assert counter.till.notice is not None
    return counter.till.notice


def stop_list(counter: Counter) -> v.StopListBody:
    counter.start(Task.STOP_LIST)
    body = counter.view().body
    assert isinstance(body, v.StopListBody)
    return body


def test_who_stopped_it_when_and_why_is_on_the_list() -> None:
    counter = shop()
    [row] = stop_list(counter).rows
    assert (row.last4, row.programme, row.operator, row.why) == (PAR[-4:], "Par", "Kari", "lost in town")
    assert not stop_list(counter).can_free


def test_its_sheet_says_why_and_offers_nothing_but_a_look() -> None:
    counter = shop()
    counter.swipe(PAR)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert (body.stopped, body.balance) == ("lost in town", nok(100_00))
    assert {shown.task for shown in body.verbs if shown.why is None} == {Task.BALANCE}
    assert {shown.why for shown in body.verbs} == {None, Why.CARD_STOPPED}
    assert Task.STOP not in {shown.task for shown in body.verbs}


@pytest.mark.parametrize("line", ["up", "cut"])
@pytest.mark.parametrize("task", [task for task in CARD_TASKS if task not in (Task.BALANCE, Task.ENTER_PIN)])
def test_no_task_begins_with_it_from_its_sheet(task: Task, line: str) -> None:
    counter = shop()
    if line == "cut":
        counter.cut()
    counter.manager()
    counter.swipe(PAR)
    records = len(counter.archive.records)
    counter.start(task)
    assert counter.screen is Screen.SHEET
    assert (notice(counter).kind, notice(counter).why) == (NoticeKind.CANT_NOW, Why.CARD_STOPPED)
    counter.enter()
    assert counter.screen is Screen.SHEET
    assert len(counter.archive.records) == records


SHOWS: dict[str, Callable[[Counter], None]] = {
    "swiped": lambda counter: counter.swipe(PAR),
    "keyed": lambda counter: counter.key(PAR),
}


@pytest.mark.parametrize("line", ["up", "cut"])
@pytest.mark.parametrize("how", SHOWS)
@pytest.mark.parametrize("task", [Task.PAY, Task.LOAD])
def test_it_pays_for_nothing_and_is_loaded_with_nothing(task: Task, how: str, line: str) -> None:
    counter = shop()
    if line == "cut":
        counter.cut()
    counter.say(m.Start(task), m.AmountEntered(nok(10_00)))
    SHOWS[how](counter)
    assert counter.outcome.reason is Decline.STOPPED_CARD
    assert not counter.archive.rows
    counter.enter()
    if task is Task.PAY:
        assert counter.screen is Screen.HOME
    else:
        assert counter.screen is Screen.AWAIT_CARD, "another card may be loaded"
        counter.esc()
    assert not counter.archive.open_sales()
    evening(counter)


@pytest.mark.parametrize("how", SHOWS)
@pytest.mark.parametrize("task", [Task.TRANSFER, Task.COMBINE, Task.SAVE, Task.STOP])
def test_no_job_takes_it(task: Task, how: str) -> None:
    counter = shop()
    counter.start(task)
    SHOWS[how](counter)
    assert counter.screen is Screen.AWAIT_CARD
    assert (notice(counter).kind, notice(counter).why) == (NoticeKind.CANT_NOW, Why.CARD_STOPPED)


def test_it_is_no_source_and_reserves_nothing() -> None:
    counter = shop()
    counter.start(Task.COMBINE)
    counter.swipe(PAR_SECOND)
    counter.swipe(PAR)
    assert notice(counter).kind is NoticeKind.SOURCE_REFUSED
    stop(counter, WALLET)
    counter.start(Task.RESERVE)
    counter.amount(10_00)
    counter.swipe(WALLET)
    assert notice(counter).why is Why.CARD_STOPPED
    assert counter.host.sent == []


def test_what_it_reserved_is_let_go_and_not_taken() -> None:
    counter = Counter(further=True)
    reserve(counter)
    stop(counter, WALLET)
    counter.start(Task.RESERVATIONS)
    body = counter.view().body
    assert isinstance(body, v.ReservationsBody)
    reserved = body.rows[0].line.transaction_id
    counter.say(j.PickReservation(reserved))
    assert counter.screen is Screen.RESERVATIONS
    assert notice(counter).why is Why.CARD_STOPPED
    counter.say(j.PickReservation(reserved, release=True), m.Confirm())
    assert counter.balance(WALLET) == 100_00
    evening(counter)


def test_stopped_between_its_swipe_and_the_amount_it_does_not_pay() -> None:
    counter = Counter(further=True)
    stop(counter)
    counter.start(Task.PAY)
    counter.swipe(PAR)
    counter.amount(10_00)
    assert counter.outcome.reason is Decline.STOPPED_CARD


def test_only_a_manager_frees_it_and_then_it_pays_again() -> None:
    counter = shop()
    key = stop_list(counter).rows[0].key
    counter.say(j.FreeCard(key))
    assert notice(counter).kind is NoticeKind.MANAGER_NEEDED
    counter.manager()
    assert stop_list(counter).can_free
    counter.say(j.FreeCard("nobody"), j.FreeCard(key))
    assert notice(counter).kind is NoticeKind.CARD_FREED
    assert stop_list(counter).rows == ()
    freed = [record.body for record in counter.archive.records if isinstance(record.body, r.CardFreed)]
    assert [(body.card.key, body.operator) for body in freed] == [(key, MANAGER.id)]
    counter.esc()
    counter.pay(10_00, PAR)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


def test_it_stays_stopped_over_a_restart() -> None:
    counter = shop()
    counter.restart()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(PAR)
    assert counter.outcome.reason is Decline.STOPPED_CARD


def test_others_pay_as_ever() -> None:
    counter = shop()
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    counter.enter()
    counter.pay(200_00, PAR)
    assert counter.outcome.reason is Decline.STOPPED_CARD
    counter.swipe(OTHER)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED


# --- a card and the same card in a customer's list ----------------------------------------------------------------


def ola(counter: Counter, backend: str = "Par") -> None:
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme(backend))
    counter.type(OLA)


def test_a_card_that_was_lost_is_stopped_from_its_owners_list_and_found_at_the_counter() -> None:
    counter = Counter(further=True)
    ola(counter)
    counter.say(j.PickStored("par-1"))
    counter.start(Task.STOP)
    assert counter.screen is Screen.QUESTION
    counter.type("lost")
    assert len(stop_list(counter).rows) == 1
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(PAR)
    assert counter.outcome.reason is Decline.STOPPED_CARD
    assert not counter.archive.rows


def test_a_card_stopped_in_hand_is_stopped_in_its_owners_list() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"))
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.stopped == "lost in town"
    counter.start(Task.PAY)
    assert notice(counter).why is Why.CARD_STOPPED
    assert len(stop_list(counter).rows) == 1, "it is one card"
    counter.manager()
    counter.say(j.FreeCard(stop_list(counter).rows[0].key))
    ola(counter)
    counter.say(j.PickStored("par-1"))
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    counter.enter()
    counter.pay(10_00, PAR)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
