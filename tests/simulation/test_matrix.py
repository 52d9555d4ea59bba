"""A crash at every commit, under every fault of the line, on every verb: the books balance and nothing is lost."""

import itertools
from typing import get_args

import pytest

from app.issuer.faults import Kind
from tests.simulation.bugs import PLANTED
from tests.simulation.matrix import Tally, cells, share, work
from tests.simulation.runs import FAULTS, SCENARIOS, Run, Scenario, play
from tests.simulation.world import Death, Ground, When

PER_CELL = 2
PARTS = 6
"""Slices of the matrix, so that each stays well inside a test's time limit on a busy machine."""
ENOUGH = 150
"""Runs within which a planted mistake must show."""

EXPECTED = {
    "balance": [],
    "redeem": ["Purchase"],
    "redeem in part": ["Purchase"],
    "redeem with a PIN": ["Purchase", "Purchase"],
    "redeem, given up": ["Purchase"],
    "reload": ["Deposit"],
    "issue": ["Deposit"],
    "issue: the empty card": ["Deposit"],
    "authorize": ["Authorize", "Capture"],
    "capture": ["Authorize", "Capture"],
    "cancel": ["Authorize", "Cancel"],
    "reverse": ["Purchase", "Reversal"],
    "reverse a capture": ["Authorize", "Capture", "Reversal"],
    "reverse a load": ["Deposit", "Reversal"],
    "refund": ["Purchase", "Reversal"],
    "stored redeem": ["Purchase"],
    "stored reload": ["Deposit"],
    "stored and struck out": [],
    "stored reverse": ["Purchase", "Reversal"],
    "stored refund": ["Purchase", "Reversal"],
    "any call": ["Purchase", "Deposit"],
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_each_scenario_does_what_its_name_says(scenario: Scenario, ground: Ground) -> None:
    outcome = play(ground, Run(scenario, FAULTS[0], 1, None, None, 1), thorough=True)
    assert outcome.wrong == ()
    done = [entry.operation.value.title() for entry in ground.issuer.entries()]
    following = ["Purchase"] if scenario.name != "redeem, given up" or len(done) > 1 else []
    assert done == EXPECTED[scenario.name] + following


def test_every_kind_of_the_fault_plan_is_in_the_matrix() -> None:
    assert set(get_args(Kind)) <= {fault.kind for fault in FAULTS}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_balance_after_two_deaths_and_a_quiet_life(part: int, ground: Ground, tell: list[str]) -> None:
    tally = work(ground, share(ground, 0, PER_CELL, part, PARTS), Tally())
    tell.append(f"crash matrix {part + 1} of {PARTS} ({len(cells())} cells in all): {tally.line()}")
    assert tally.found == [], [f"{run}: {wrong}" for run, wrong in tally.found[:5]]
    assert tally.deaths > tally.runs, "the deaths happened"


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found(name: str, ground: Ground) -> None:
    runs = itertools.islice(share(ground, 1, 2), ENOUGH)
    tally = work(ground, runs, Tally(), PLANTED[name], stop=True)
    assert tally.found, f"{name}: nothing found in {tally.line()}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_journal_in_a_file_tells_the_same_story(scenario: Scenario, ground: Ground) -> None:
    """The fast journal in memory stands for the real one: the same run on a real file, opened anew after each death."""
    fault = FAULTS[4]
    run = Run(scenario, fault, 1, Death(3, When.AFTER_COMMIT), Death(2, When.BEFORE_COMMIT), 7)
    outcomes, told = [], []
    for disk in ("", f"file-{SCENARIOS.index(scenario)}"):
        outcomes.append(play(ground, run, disk=disk, thorough=True))
        told.append(
            [
                (entry.stan, entry.operation, entry.state, entry.amount, entry.created)
                for entry in ground.issuer.entries()
            ]
        )
    assert outcomes[0].wrong == ()
    assert outcomes[0] == outcomes[1]
    assert told[0] == told[1]


def test_a_run_replays_to_the_letter(ground: Ground) -> None:
    run = next(share(ground, 3, 1))
    first = play(ground, run)
    entries = ground.issuer.entries()
    assert play(ground, run) == first
    assert ground.issuer.entries() == entries
