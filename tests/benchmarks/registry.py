"""Which goals there are."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks.commit import run_commit, run_libraries
from tests.benchmarks.drain import run_drain
from tests.benchmarks.measure import Figure, Plan
from tests.benchmarks.reader import run_reader
from tests.benchmarks.scale import run_scale
from tests.benchmarks.start import run_start
from tests.benchmarks.swipe import run_swipe

GOALS: dict[str, Callable[[Plan], list[Figure]]] = {
    "G1": run_reader,
    "G2": run_swipe,
    "G3": run_swipe,
    "G4": run_commit,
    "G5": run_libraries,
    "G6": run_scale,
    "G7": run_drain,
    "G9": run_start,
    "G11": run_start,
}
"""Goals that are measured together stand under each of their names and run once."""


def run(names: list[str], plan: Plan) -> list[Figure]:
    """The goals of these names, each measurement once, in the order of the table."""
    wanted = {name.upper() for name in names}
    figures: list[Figure] = []
    for measure in dict.fromkeys(GOALS[name] for name in GOALS if name in wanted):
        print(f"{measure.__name__} ...", file=sys.stderr, flush=True)
        figures += measure(plan)
    return figures
