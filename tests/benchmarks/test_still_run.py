"""Every benchmark still runs and measures something; what it measures is no business of a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.bulk import build
from tests.benchmarks.measure import Figure, Goal, Plan, table
from tests.benchmarks.registry import GOALS
from tests.benchmarks.shop import STAMP, open_journal


@pytest.mark.parametrize("measure", dict.fromkeys(GOALS.values()), ids=lambda measure: measure.__name__)
def test_a_benchmark_runs_and_its_ratios_are_positive(measure: object, tmp_path: Path, qtbot: object) -> None:
    assert callable(measure)
    figures: list[Figure] = measure(Plan(tmp_path, rounds=1, size=0))
    assert figures
    for figure in figures:
        assert all(value > 0 for value in figure.values) or figure.goal.unit == " MiB", figure.goal.what
    assert figures[0].goal.what in table(figures)
    json.dumps([figure.as_json() for figure in figures])


def test_a_journal_made_in_bulk_is_one_the_till_would_have_written(tmp_path: Path) -> None:
    build(tmp_path / "till", STAMP, 1_200)
    journal, _ = open_journal(tmp_path / "till")
    assert journal.verify() == []
    assert journal.z_number() == 1
    journal.close()


def test_the_verdict_follows_the_direction_of_the_goal() -> None:
    most, least = Goal("G0", "a", "b", 2.0), Goal("G0", "a", "b", 2.0, at_least=True)
    assert [Figure(goal, (1.0, 1.5, 9.0)).verdict for goal in (most, least)] == ["reached", "MISSED"]
