"""The power goes at every commit of every job: nothing is lost, nothing is done twice, the drawer is right, and what a
customer waits for is offered first.
"""

from __future__ import annotations

import pytest

from app.domain import view as v
from app.domain.flow import HomeFlow, NewCardFlow
from app.domain.transaction import State
from app.domain.view import NoticeKind
from tests.helpers.counter import CASHIER
from tests.helpers.power import PLACES, Fragile, every_cut
from tests.helpers.walks import SENT, Walk

every_place = pytest.mark.parametrize("place", PLACES)


def make(walk: Walk, *, once: bool = False) -> Fragile:
    counter = walk.begin(Fragile, once=once)
    assert isinstance(counter, Fragile)
    return counter


@every_place
@pytest.mark.parametrize("walk", SENT, ids=str)
def test_the_power_goes_at_every_commit(walk: Walk, place: str) -> None:
    def act(counter: Fragile) -> None:
        walk.walk(counter)
        counter.enter()

    cuts = 0
    for counter in every_cut(lambda: make(walk), act, place):
        cuts += 1
        owed_and_told(counter)
        offered_first(counter, walk)
    assert cuts > 1


@every_place
@pytest.mark.parametrize("walk", SENT, ids=str)
def test_the_power_goes_where_nothing_may_be_sent_again(walk: Walk, place: str) -> None:
    for counter in every_cut(lambda: make(walk, once=True), walk.walk, place):
        owed_and_told(counter)


@every_place
@pytest.mark.parametrize("walk", SENT, ids=str)
def test_the_power_goes_again_while_it_wakes_up(walk: Walk, place: str) -> None:
    """What a start does, the next start does again to the same end."""

    def act(counter: Fragile) -> None:
        counter.hold = True
        walk.answers[-1][1](counter)
        counter.hold = False
        counter.restart(CASHIER)

    def ready() -> Fragile:
        counter = make(walk)
        walk.walk(counter, len(walk.answers) - 1)
        return counter

    for counter in every_cut(ready, act, place):
        owed_and_told(counter)


def owed_and_told(counter: Fragile) -> None:
    """A tender that nothing came of is back with the customer, and the cashier was told how much that is."""
    assert counter.till.job is None
    for sale in counter.archive.sales.values():
        legs = counter.archive.legs_of(sale.id)
        if sale.given_back.is_positive and sale.abandoned and all(leg.state is State.CANCELLED for leg in legs):
            assert counter.till.notice is not None
            assert counter.till.notice.kind is NoticeKind.TENDER_BACK


def offered_first(counter: Fragile, walk: Walk) -> None:
    """A card that was made and not handed over stands before everything else."""
    waiting = [row for row in counter.book if row.secret_open and row.state is State.APPROVED]
    if walk.made and waiting:
        counter.esc()
        assert isinstance(counter.flow, NewCardFlow)
        body = counter.view().body
        assert isinstance(body, v.NewCardBody)
        assert body.verb is walk.verb
    else:
        assert isinstance(counter.flow, HomeFlow) or counter.screen is v.Screen.RANGE
