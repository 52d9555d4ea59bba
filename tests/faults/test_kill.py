"""SIGKILL at random moments of a scripted day, a real process each time. In long: ``python -m tests.faults.kill``."""

from pathlib import Path

import pytest

from tests.faults.every_face import MONEY
from tests.faults.kill import run

KILLS = 20
SEED = 7


@pytest.mark.timeout(300)
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = run(KILLS, SEED, tmp_path)
    with capsys.disabled():
        print(f"\n{figures.line()}")
    assert figures.wrong == []
    assert figures.kills == KILLS
    assert len(figures.booked_at) == len(MONEY), "every backend had its part of the day"
    assert figures.states_at_death, "some kills met a transaction that was under way"
