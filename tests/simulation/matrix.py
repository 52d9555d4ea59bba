"""The crash matrix: every commit of every verb of every backend under every fault, two deaths and then peace."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.verb import Verb
from tests.simulation.ground import Ground
from tests.simulation.recipe import Scenario
from tests.simulation.runs import FAULTS, Run, play
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.wire import Fault
from tests.simulation.world import Death, Parts, When

TIMES = (1, 3)
"""How often a fault strikes: once, and often enough to meet the repeats as well."""
SECOND_LIFE = 6
"""The second life dies within its first commits: recovery, its repeats, the next sale."""
MORE_COMMITS = 4
"""A life under a fault makes a few commits more than one in peace."""


@dataclass
class Tally:
    """What was run and what was found."""

    runs: int = 0
    deaths: int = 0
    desk: int = 0
    found: list[tuple[Run, tuple[str, ...]]] = field(default_factory=list)

    def line(self) -> str:
        """One sentence for whoever ran it."""
        return (
            f"{self.runs} runs, {self.deaths} deaths, {self.desk} items left to a person, "
            f"{len(self.found)} with something wrong"
        )


Cell = tuple[Scenario, Fault, int]


def cells(chosen: Sequence[Scenario] = SCENARIOS) -> list[Cell]:
    """Every verb of every backend under every fault."""
    faults = [(fault, times) for fault in FAULTS for times in (TIMES if fault.kind != "none" else (1,))]
    return [(scenario, fault, times) for scenario in chosen for fault, times in faults]


def whole(ground: Ground, seed: int, wanted: Sequence[Cell]) -> Iterator[Run]:
    """All of it: every first death in every cell, the second drawn by lot."""
    for scenario, fault, times in wanted:
        chance = random.Random(f"{seed}/{scenario}/{fault}/{times}")
        alone = play(ground, Run(scenario, fault, times, None, None, 1))
        for commit in range(1, alone.commits + 1):
            for when in When:
                yield Run(scenario, fault, times, Death(commit, when), _second(chance), chance.randrange(1 << 30))


def chosen(seed: int) -> list[Cell]:
    """What is played each time: every fault on every verb of every backend, on some of its scenarios in turn.

    What a backend does on its vendor's bare word is tried as often where that makes its calls once; elsewhere it
    differs in one rule only, and is tried with one fault in eight.
    """
    places: Counter[tuple[str, bool, Verb]] = Counter()
    picked = []
    for scenario in SCENARIOS:
        kin = scenario.face, scenario.bare, scenario.verb
        like = sum(kin == (other.face, other.bare, other.verb) for other in SCENARIOS)
        rare = scenario.bare and not scenario.once
        every = 8 if rare else min(like, 3)
        for at, fault in enumerate(FAULTS):
            if (at + places[kin] + seed) % every == 0:
                picked.append((scenario, fault, TIMES[(at // every + seed) % len(TIMES)]))
        places[kin] += 1
    return picked


def share(ground: Ground, seed: int, part: int = 0, parts: int = 1) -> Iterator[Run]:
    """One death of every cell of :func:`chosen` (or of every ``parts``-th), drawn by lot."""
    return by_lot(ground, seed, chosen(seed)[part::parts])


def by_lot(ground: Ground, seed: int, wanted: Sequence[Cell]) -> Iterator[Run]:
    """One death of each of these cells."""
    for scenario, fault, times in wanted:
        chance = random.Random(f"{seed}/{scenario}/{fault}/{times}")
        first = Death(chance.randint(1, commits_in_peace(ground, scenario) + MORE_COMMITS), chance.choice(list(When)))
        yield Run(scenario, fault, times, first, _second(chance), chance.randrange(1 << 30))


def commits_in_peace(ground: Ground, scenario: Scenario) -> int:
    """How many commits a scenario makes when it is left alone."""
    if str(scenario) not in ground.commits:
        ground.commits[str(scenario)] = play(ground, Run(scenario, FAULTS[0], 1, None, None, 1)).commits
    return ground.commits[str(scenario)]


def _second(chance: random.Random) -> Death:
    return Death(chance.randint(1, SECOND_LIFE), chance.choice(list(When)))


def work(ground: Ground, runs: Iterator[Run], tally: Tally, parts: Parts | None = None, *, stop: bool = False) -> Tally:
    """Plays them all, or until something is found."""
    for run in runs:
        outcome = play(ground, run, parts)
        tally.runs += 1
        tally.deaths += outcome.deaths
        tally.desk += outcome.desk
        if outcome.wrong:
            tally.found.append((run, outcome.wrong))
            if stop:
                break
    return tally
