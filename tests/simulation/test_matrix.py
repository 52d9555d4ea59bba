"""A crash at every commit, under every fault of the line, on every verb of every backend: the books balance."""

from collections.abc import Iterable
from typing import get_args

import pytest

from app.backends.registry import PROVIDERS
from app.issuer.books import Entry
from app.issuer.faults import Kind
from app.issuer.ledger import State
from tests.simulation.bugs import PLANTED, RARE
from tests.simulation.ground import Ground
from tests.simulation.issuer import FACES
from tests.simulation.matrix import Tally, by_lot, cells, chosen, share, whole, work
from tests.simulation.recipe import TABLES, Scenario
from tests.simulation.runs import FAULTS, Run, play
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.world import Death, When

PARTS = 6
"""Slices of the matrix, so that each stays well inside a test's time limit on a busy machine."""
MIX = 7
"""So many strides through the cells of a backend, so that each of its verbs comes early."""
RARE_CELL = ("dintero: redeem with a PIN that was asked for before", "late", 1)
ON_FILE = SCENARIOS[:: len(SCENARIOS) // 20]
"""Some of every backend."""


def told(entries: Iterable[Entry]) -> list[tuple[object, ...]]:
    """What a host booked; its own ids are drawn by lot."""
    return [(entry.stan, entry.operation, entry.state, entry.amount, entry.created) for entry in entries]


def test_the_till_of_a_world_knows_every_backend_there_is() -> None:
    assert set(FACES) == set(PROVIDERS)


@pytest.mark.parametrize("bare", TABLES)
@pytest.mark.parametrize("face", FACES)
def test_every_verb_of_a_table_is_played(face: str, bare: bool) -> None:
    played = {scenario.verb for scenario in SCENARIOS if (scenario.face, scenario.bare) == (face, bare)}
    assert played >= set(TABLES[bare][face].verbs)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_each_scenario_does_what_its_name_says(scenario: Scenario, ground: Ground) -> None:
    outcome = play(ground, Run(scenario, FAULTS[0], 1, None, None, 1), thorough=True)
    assert outcome.wrong == ()
    assert outcome.desk == scenario.desk
    done = [entry.operation.value for entry in ground.issuer.entries() if entry.state is not State.FAILED]
    assert done == [*scenario.books, "Purchase"], "what it is about, and the sale after it"


def test_every_kind_of_the_fault_plan_is_in_the_matrix() -> None:
    assert set(get_args(Kind)) <= {fault.kind for fault in FAULTS}


def test_the_share_meets_every_verb_of_every_backend_with_every_fault() -> None:
    met = {(cell.face, cell.verb, fault) for cell, fault, _ in chosen(0)}
    verbs = {(face, verb) for face, table in TABLES[False].items() for verb in table.verbs}
    assert met >= {(face, verb, fault) for face, verb in verbs for fault in FAULTS}
    once = {scenario for scenario in SCENARIOS if scenario.once}
    assert once, "some backend makes its calls once"
    met_once = {(cell.face, cell.verb, fault) for cell, fault, _ in chosen(0) if cell.once}
    assert met_once >= {(cell.face, cell.verb, fault) for cell in once for fault in FAULTS}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_balance_after_two_deaths_and_a_quiet_life(part: int, ground: Ground, tell: list[str]) -> None:
    tally = work(ground, share(ground, 0, part, PARTS), Tally())
    tell.append(f"crash matrix {part + 1} of {PARTS} ({len(SCENARIOS)} scenarios in all): {tally.line()}")
    assert tally.found == [], [f"{run}: {wrong}" for run, wrong in tally.found[:5]]
    assert tally.deaths > tally.runs, "the deaths happened"


@pytest.mark.parametrize(("name", "face"), [(name, face) for name, bug in PLANTED.items() for face in bug.faces])
def test_a_planted_mistake_is_found_at_every_backend(name: str, face: str, ground: Ground) -> None:
    bug = PLANTED[name]
    own = [cell for cell in chosen(1) if (cell[0].face, cell[0].bare) == (face, bug.bare)]
    mixed = [cell for stride in range(MIX) for cell in own[stride::MIX]]
    tally = work(ground, by_lot(ground, 1, mixed), Tally(), bug.parts, stop=True)
    assert tally.found, f"{name}: nothing found at {face} in {tally.line()}"


@pytest.mark.parametrize("name", RARE)
def test_a_rare_mistake_is_found_where_it_shows_and_nothing_else_is(name: str, ground: Ground) -> None:
    wanted = [cell for cell in cells() if (str(cell[0]), cell[1].kind, cell[2]) == RARE_CELL]
    assert work(ground, whole(ground, 1, wanted), Tally(), RARE[name], stop=True).found
    assert not work(ground, whole(ground, 1, wanted), Tally()).found


@pytest.mark.parametrize("scenario", ON_FILE, ids=str)
def test_the_journal_in_a_file_tells_the_same_story(scenario: Scenario, ground: Ground) -> None:
    """The fast journal in memory stands for the real one: the same run on a real file, opened anew after each death."""
    fault = FAULTS[4]
    run = Run(scenario, fault, 1, Death(3, When.AFTER_COMMIT), Death(2, When.BEFORE_COMMIT), 7)
    outcomes, booked = [], []
    for disk in ("", f"file-{SCENARIOS.index(scenario)}"):
        outcomes.append(play(ground, run, disk=disk, thorough=True))
        booked.append(told(ground.issuer.entries()))
    assert outcomes[0].wrong == ()
    assert outcomes[0] == outcomes[1]
    assert booked[0] == booked[1]


@pytest.mark.parametrize("face", FACES)
def test_a_run_replays_to_the_letter(face: str, ground: Ground) -> None:
    cell = next(cell for cell in chosen(3) if cell[0].face == face and cell[1].kind == "lose_answer")
    run = next(by_lot(ground, 3, [cell]))
    first = play(ground, run)
    entries = told(ground.issuer.entries())
    assert play(ground, run) == first
    assert told(ground.issuer.entries()) == entries
