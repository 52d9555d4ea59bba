"""Which goals there are."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.commit import run_commit, run_libraries
from tests.benchmarks.measure import Figure, Plan
from tests.benchmarks.reader import run_reader

GOALS: dict[str, Callable[[Plan], list[Figure]]] = {
    "G1": run_reader,
    "G4": run_commit,
    "G5": run_libraries,
}
"""Goals that are measured together stand under each of their names and run once."""


def run(name: str, plan: Plan) -> list[Figure]:
    """One goal."""
    return GOALS[name](plan)
