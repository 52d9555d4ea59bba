"""One run: a prelude in peace, deeds under a fault with two deaths, then a quiet life, then the judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from app.domain import flow as f
from app.domain.transaction import State
from app.service.host_link import MONEY_SECONDS
from tests.simulation.cashier import Cashier
from tests.simulation.ground import Ground
from tests.simulation.judge import faults_of
from tests.simulation.recipe import Scenario
from tests.simulation.wire import LATE_SECONDS, Fault
from tests.simulation.world import Death, Parts, World

BUSY_SECONDS = 240.0
"""Simulated seconds a crashing life may last: longer than the deeds, two deadlines and the back-off between."""
QUIET_SECONDS = 1_200.0
"""Until everything has drained: the longest back-off is five minutes."""


FAULTS = (
    Fault("none", "nowhere"),
    Fault("refuse"),
    Fault("lose_request"),
    Fault("late"),
    Fault("lose_answer"),
    Fault("drip"),
    Fault("delay"),
    Fault("delay", when="after"),
    Fault("repeat"),
    Fault("repeat", answer="second"),
    Fault("garble"),
    Fault("truncate"),
    Fault("extend"),
    Fault("reword"),
    Fault("status", status=503),
    Fault("status", status=500, when="after"),
    Fault("status", status=401),
    Fault("status", status=429),
    Fault("status", status=404),
)
"""Every kind of the host's plan, a closed port, a request that arrives late, and a portal's 404 in HTML.

A 4xx *after* the booking is left out: a host that books and then says "not let in" or "too many" breaks HTTP, and no
client can tell it from the truth.
"""


@dataclass(frozen=True)
class Run:
    """What to run."""

    scenario: Scenario
    fault: Fault
    times: int
    first: Death | None
    second: Death | None
    seed: int

    def __str__(self) -> str:
        deaths = ", ".join(f"{d.when.value} {d.commit}" for d in (self.first, self.second) if d is not None)
        return f"{self.scenario} / {self.fault} x{self.times} / dies {deaths or 'never'} / seed {self.seed}"


@dataclass(frozen=True)
class Outcome:
    """What came of it. ``desk`` is how many items wait for a person."""

    wrong: tuple[str, ...]
    deaths: int
    commits: int
    desk: int = 0


def play(ground: Ground, run: Run, parts: Parts | None = None, *, disk: str = "", thorough: bool = False) -> Outcome:
    """Runs it."""
    scenario, fault = run.scenario, run.fault
    world = World(ground, run.seed, parts, bare=scenario.bare, first=scenario.face, disk=disk)
    try:
        peace = Cashier(world, scenario.prelude)
        world.run(lambda: peace.done and drained(world), BUSY_SECONDS)
        strikes = replace(fault, endpoint=scenario.endpoint, next=run.times) if fault.kind != "none" else fault
        world.line.spoil(strikes, *scenario.weather)
        peace.retire()
        cashier = Cashier(world, scenario.deeds)
        world.commits = 0
        commits = 0
        for death in (run.first, run.second):
            world.death = death
            deaths = world.deaths
            if death is not None:
                world.run(partial(dead_or_done, world, cashier, deaths), BUSY_SECONDS)
        world.death = None
        if run.first is None:
            world.run(lambda: cashier.done and drained(world), BUSY_SECONDS)
            commits = world.commits
        wrong = quiet(world, cashier, thorough=thorough)
        return Outcome(tuple(wrong), world.deaths, commits, sum(row.at_desk for row in world.terminal.book))
    finally:
        world.close()


def quiet(world: World, cashier: Cashier, *, thorough: bool) -> list[str]:
    """The faults have stopped; a last life drains what is left."""
    world.line.spoil()
    if world.line.late:
        world.run(lambda: False, LATE_SECONDS + MONEY_SECONDS)  # what lingers on the line arrives
    cashier.deeds = []
    world.die()
    world.deaths -= 1
    done = world.run(lambda: cashier.done and drained(world), QUIET_SECONDS)
    wrong = faults_of(world, thorough=thorough)
    if not done:
        stuck = [f"{row.verb} {row.stan} {row.state}" for row in world.terminal.book if not row.at_desk]
        wrong.append(f"not drained on {type(world.terminal.till.flow).__name__}: {stuck}")
    return wrong


def dead_or_done(world: World, cashier: Cashier, deaths: int) -> bool:
    """Whether the power went, or nothing is left that it could cut short."""
    return world.deaths > deaths or (cashier.done and drained(world))


def drained(world: World) -> bool:
    if world.flying or len(world.lanes):
        return False
    return all(
        row.at_desk or row.state in (State.REVERSING, State.APPROVED) for row in world.terminal.book
    ) and not isinstance(world.terminal.till.flow, f.AskingFlow | f.LookingFlow)
