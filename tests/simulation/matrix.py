"""The crash matrix: every commit of every verb under every fault, two deaths and then peace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.runs import FAULTS, SCENARIOS, Run, Scenario, deaths_of, play
from tests.simulation.wire import Fault
from tests.simulation.world import Death, Ground, Parts, When

TIMES = (1, 3)
"""How often a fault strikes: once, and often enough to meet the repeats as well."""
SECOND_LIFE = 6
"""The second life dies within its first commits: recovery, its repeats, the next sale."""


@dataclass
class Tally:
    """What was run and what was found."""

    runs: int = 0
    deaths: int = 0
    found: list[tuple[Run, tuple[str, ...]]] = field(default_factory=list)

    def line(self) -> str:
        """One sentence for whoever ran it."""
        return f"{self.runs} runs, {self.deaths} deaths, {len(self.found)} with something wrong"


def cells() -> list[tuple[Scenario, Fault, int]]:
    """Every verb under every fault."""
    faults = [(fault, times) for fault in FAULTS for times in (TIMES if fault.kind != "none" else (1,))]
    return [(scenario, fault, times) for scenario in SCENARIOS for fault, times in faults]


def whole(ground: Ground, seed: int = 0, part: int = 0, parts: int = 1) -> Iterator[Run]:
    """All of it: every first death in every cell, the second drawn by lot."""
    for scenario, fault, times in cells()[part::parts]:
        chance = random.Random(f"{seed}/{scenario.name}/{fault}/{times}")
        for death in deaths_of(ground, scenario, fault, times):
            yield Run(scenario, fault, times, death, _second(chance), chance.randrange(1 << 30))


def share(ground: Ground, seed: int, per_cell: int, part: int = 0, parts: int = 1) -> Iterator[Run]:
    """Some deaths of every cell (or of every ``parts``-th), drawn by lot."""
    for scenario, fault, times in cells()[part::parts]:
        chance = random.Random(f"{seed}/{scenario.name}/{fault}/{times}")
        places = list(deaths_of(ground, scenario, fault, times))
        for death in chance.sample(places, min(per_cell, len(places))):
            yield Run(scenario, fault, times, death, _second(chance), chance.randrange(1 << 30))


def _second(chance: random.Random) -> Death:
    return Death(chance.randint(1, SECOND_LIFE), chance.choice(list(When)))


def work(ground: Ground, runs: Iterator[Run], tally: Tally, parts: Parts | None = None, *, stop: bool = False) -> Tally:
    """Plays them all, or until something is found."""
    for run in runs:
        outcome = play(ground, run, parts)
        tally.runs += 1
        tally.deaths += outcome.deaths
        if outcome.wrong:
            tally.found.append((run, outcome.wrong))
            if stop:
                break
    return tally
