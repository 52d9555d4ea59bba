"""Mistakes with the further verbs are found, each at every backend where it shows."""

import pytest

from tests.simulation.bugs_behind_f7 import HIDDEN
from tests.simulation.ground import Ground
from tests.simulation.matrix import Tally, by_lot, cells, work
from tests.simulation.scenarios import SCENARIOS


@pytest.mark.parametrize(("name", "face"), [(name, face) for name, bug in HIDDEN.items() for face in bug.faces])
def test_a_mistake_behind_f7_is_found(name: str, face: str, ground: Ground) -> None:
    bug = HIDDEN[name]
    own = [s for s in SCENARIOS if (s.face, s.bare) == (face, bug.bare) and any(p in s.name for p in bug.scenarios)]
    assert own, "the scenarios are there"
    tally = work(ground, by_lot(ground, 1, cells(own)), Tally(), bug.parts, stop=True)
    assert tally.found, f"{name}: nothing found at {face} in {tally.line()}"
