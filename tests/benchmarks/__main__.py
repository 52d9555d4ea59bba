"""The command: runs what was asked for and prints the table."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.benchmarks.measure import Plan, table
from tests.benchmarks.registry import GOALS, run


def main() -> int:
    """Exit code 0 whatever was missed: a time is no test."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("goals", nargs="*", default=list(GOALS), metavar="GOAL", help=" ".join(GOALS))
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds (7)")
    parser.add_argument("--full", action="store_true", help="the sizes of the goals: a million rows, 10,000 queued")
    parser.add_argument("--quick", action="store_true", help="the least that runs at all: figures mean nothing")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--folder", type=Path, help="where databases are made (build/benchmarks): a disk, no tmpfs")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.goals if name.upper() not in GOALS]
    if unknown:
        parser.error(f"no such goal: {' '.join(unknown)}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    root: Path = arguments.folder or Path("build/benchmarks")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        plan = Plan(Path(folder).absolute(), arguments.rounds, 2 if arguments.full else 0 if arguments.quick else 1)
        figures = run(arguments.goals, plan)
    print(table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
