"""``python -m tests.simulation``: the long search. ``--matrix`` plays the whole crash matrix, ``--seeds N`` N days.

``--faces`` and ``--scenarios`` narrow the matrix down. Ends with 0 when nothing was found, else with 1 and the runs
that show it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.days import day
from tests.simulation.ground import Ground
from tests.simulation.issuer import FACES
from tests.simulation.matrix import Cell, Tally, cells, whole, work
from tests.simulation.scenarios import SCENARIOS

SHOWN = 20
"""Findings that are printed."""

Found = tuple[str, Tally, list[str]]


def _matrix(name: str, seed: int, wanted: Sequence[Cell]) -> Found:
    ground = Ground()
    tally = work(ground, whole(ground, seed, wanted), Tally())
    ground.close()
    return name, tally, [f"{run}: {'; '.join(wrong)}" for run, wrong in tally.found]


def _days(part: int, parts: int, first: int, count: int) -> Found:
    ground = Ground()
    tally = Tally()
    found = []
    for seed in range(first + part, first + count, parts):
        try:
            outcome = day(ground, seed)
        except AssertionError as error:
            found.append(f"seed {seed}: {error}")
            continue
        tally.runs, tally.deaths, tally.desk = tally.runs + 1, tally.deaths + outcome.deaths, tally.desk + outcome.desk
        if outcome.wrong:
            found.append(f"seed {seed}: {'; '.join(outcome.wrong)}")
    ground.close()
    return "days", tally, found


def _wanted(faces: str, names: str) -> dict[str, list[Cell]]:
    """The cells of each backend that was asked for, the bare word of its vendor apart."""
    told = faces.split(",")
    parts = [part for part in names.split(",") if part]
    played = [s for s in SCENARIOS if s.face in told and (not parts or any(part in s.name for part in parts))]
    groups: dict[str, list[Cell]] = {}
    for scenario in played:
        groups.setdefault(f"{scenario.face}{' (bare)' if scenario.bare else ''}", []).extend(cells([scenario]))
    return groups


def main() -> int:
    """Reads the command line and searches."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--matrix", action="store_true", help="every first death of every cell")
    parser.add_argument("--faces", default=",".join(FACES), help="which backends, joined by commas")
    parser.add_argument("--scenarios", default="", help="parts of their names, joined by commas")
    parser.add_argument("--seeds", type=int, default=0, help="how many days by lot")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    given = parser.parse_args()
    unknown = set(given.faces.split(",")) - set(FACES)
    if unknown or given.jobs < 1:
        parser.error(f"faces are: {', '.join(FACES)}; jobs are at least one")
    started = time.monotonic()
    totals: dict[str, Counter[str]] = {}
    found: list[str] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        waiting = []
        if given.matrix:
            for name, wanted in _wanted(given.faces, given.scenarios).items():
                waiting += [
                    pool.submit(_matrix, name, given.first, wanted[at :: given.jobs]) for at in range(given.jobs)
                ]
        if given.seeds:
            waiting += [pool.submit(_days, part, given.jobs, given.first, given.seeds) for part in range(given.jobs)]
        for place, job in enumerate(waiting, 1):
            name, tally, lines = job.result()
            total = totals.setdefault(name, Counter())
            total.update(runs=tally.runs, deaths=tally.deaths, desk=tally.desk, wrong=len(lines))
            found += lines
            if place % given.jobs == 0:
                print(
                    f"{name}: {total['runs']} runs, {total['deaths']} deaths, {total['desk']} items left to a person, "
                    f"{total['wrong']} with something wrong",
                    flush=True,
                )
    for line in found[:SHOWN]:
        print(line)
    if not totals:
        print("nothing was asked for: --matrix, --seeds N or both")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if found or not totals else 0


if __name__ == "__main__":
    sys.exit(main())
