"""The power goes at every single commit of a journey, in each of the three places where it can.

before    the step was thought, its commit never reached the disk
after     it is on the disk, nothing else was done
effects   the effects were done, too: what was sent is booked by the host, and nobody hears the answer
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.domain import messages as m
from app.domain.till import Step
from tests.helpers.counter import CASHIER, Counter
from tests.helpers.evening import evening

PLACES = ("before", "after", "effects")
MOST_COMMITS = 2_000  # a journey with more is no journey


class PowerCut(Exception):
    """The till is dead."""


class Fragile(Counter):
    """A counter whose power goes at its n-th commit from now."""

    _left: int | None = None
    _place = ""

    def cut_power_at(self, commits: int, place: str) -> None:
        self._left, self._place = commits, place

    def commit_only(self, message: m.Message) -> Step:
        if self._left is not None and self._left == 0 and self._place == "before":
            raise PowerCut
        done = super().commit_only(message)
        if self._left is not None and not done.commit.is_empty:
            self._left -= 1
            if self._left < 0 and self._place == "after":
                raise PowerCut
        return done

    def step(self, message: m.Message) -> Step:
        done = super().step(message)
        if self._left is not None and self._left < 0 and self._place == "effects":
            for request in self.wire:
                self.host.answer(request)
            raise PowerCut
        return done


def every_cut(
    make: Callable[[], Fragile], act: Callable[[Fragile], None], place: str, *, stride: int = 1
) -> Iterator[Fragile]:
    """The till after each cut, restarted with a cashier signed in; when the caller has looked, its evening balances."""
    for commits in range(0, MOST_COMMITS, stride):
        counter = make()
        counter.cut_power_at(commits, place)
        try:
            act(counter)
        except PowerCut:
            counter.cut_power_at(MOST_COMMITS, "")
            counter.hold = False
            counter.restart(CASHIER)
            yield counter
            evening(counter)
        else:
            return
    raise AssertionError("a journey without an end")
