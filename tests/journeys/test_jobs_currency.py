"""A card that is kept in another currency: its money is told, and nothing is counted with it."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.host import Decline, HostPrepared
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.view import NoticeKind, Screen, Why
from tests.helpers.counter import PAR, PAR_SECOND, WALLET, Counter

EUROS = HostPrepared("abroad", Money(500_00, Currency.EUR), "12/30")


@pytest.mark.parametrize(("task", "number"), [(Task.TRANSFER, PAR), (Task.CASH_OUT, WALLET), (Task.COMBINE, PAR)])
def test_a_job_refuses_it_when_it_is_swiped(task: Task, number: str) -> None:
    counter = Counter(further=True)
    counter.manager()
    counter.host.prepared = EUROS
    counter.start(task)
    counter.swipe(number)
    assert counter.outcome.reason is Decline.CURRENCY
    assert not counter.archive.rows


def test_its_sheet_dims_whatever_needs_an_amount() -> None:
    counter = Counter(further=True)
    counter.manager()
    counter.host.prepared = EUROS
    counter.swipe(PAR)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    whys = {line.task: line.why for line in body.verbs}
    assert {whys[task] for task in (Task.PAY, Task.LOAD, Task.TRANSFER, Task.COMBINE)} == {Why.OTHER_CURRENCY}
    assert whys[Task.SAVE] is None
    counter.say(m.Start(Task.TRANSFER))
    assert counter.screen is Screen.SHEET
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, Why.OTHER_CURRENCY)


def test_it_is_put_into_no_other_card() -> None:
    counter = Counter(further=True)
    counter.start(Task.COMBINE)
    counter.swipe(PAR)
    counter.host.prepared = EUROS
    counter.swipe(PAR_SECOND)
    body = counter.view().body
    assert isinstance(body, v.SourcesBody)
    assert body.sources == ()
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.SOURCE_REFUSED
