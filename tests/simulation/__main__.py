"""``python -m tests.simulation``: the long search. ``--matrix`` plays the whole crash matrix, ``--seeds N`` N days.

Ends with 0 when nothing was found, else with 1 and the runs that show it.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.days import day
from tests.simulation.matrix import Tally, whole, work
from tests.simulation.world import Ground

SHOWN = 20
"""Findings that are printed."""


def _matrix(part: int, parts: int, seed: int) -> tuple[int, int, list[str]]:
    ground = Ground()
    tally = work(ground, whole(ground, seed, part, parts), Tally())
    ground.close()
    return tally.runs, tally.deaths, [f"{run}: {'; '.join(wrong)}" for run, wrong in tally.found]


def _days(part: int, parts: int, first: int, count: int) -> tuple[int, int, list[str]]:
    ground = Ground()
    runs = deaths = 0
    found = []
    for seed in range(first + part, first + count, parts):
        try:
            outcome = day(ground, seed)
        except AssertionError as error:
            found.append(f"seed {seed}: {error}")
            continue
        runs, deaths = runs + 1, deaths + outcome.deaths
        if outcome.wrong:
            found.append(f"seed {seed}: {'; '.join(outcome.wrong)}")
    ground.close()
    return runs, deaths, found


def main() -> int:
    """Reads the command line and searches."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--matrix", action="store_true", help="every first death of every cell")
    parser.add_argument("--seeds", type=int, default=0, help="how many days by lot")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    given = parser.parse_args()
    started = time.monotonic()
    jobs: list[tuple[int, int, list[str]]] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        waiting = []
        if given.matrix:
            waiting += [pool.submit(_matrix, part, given.jobs, given.first) for part in range(given.jobs)]
        if given.seeds:
            waiting += [pool.submit(_days, part, given.jobs, given.first, given.seeds) for part in range(given.jobs)]
        jobs = [job.result() for job in waiting]
    found = [line for _, _, lines in jobs for line in lines]
    runs, deaths = sum(job[0] for job in jobs), sum(job[1] for job in jobs)
    for line in found[:SHOWN]:
        print(line)
    print(f"{runs} runs, {deaths} deaths, {len(found)} with something wrong, {time.monotonic() - started:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
