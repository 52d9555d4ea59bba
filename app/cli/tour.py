"""``stanchion tour``: a scripted day on real tills, then both books side by side."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import as_file, files
from pathlib import Path

from app.cli.display import usable_display
from app.domain.errors import CannotStart
from app.tour.day import Failed, Outcome, play
from app.tour.hand import screen_environment
from app.tour.place import Place, prepare
from app.tour.reconciliation import Row

DIFFERENCE = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--out", type=Path, help="where the pictures go (default: tour-out here); emptied before")


def run(arguments: argparse.Namespace) -> int:
    """Plays, reconciles, tells; 0 only when till and issuer agree to the cent."""
    try:
        place = prepare(arguments.out)
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code
    has_screen = usable_display()
    print(f"The day is played on {'this screen' if has_screen else 'a screen that nobody sees'}:", flush=True)
    with as_file(files("resources").joinpath("offscreen.json")) as offscreen:
        environment = screen_environment(has_screen=has_screen, offscreen=offscreen)
        try:
            outcome = play(place, environment, lambda line: print(f"  {line}", flush=True))
        except Failed as error:
            print(f"stanchion: the tour stopped: {error}\nWhat there is lies in {place.out}", file=sys.stderr)
            return DIFFERENCE
        except KeyboardInterrupt:
            print(f"\nThe tour was stopped. What there is lies in {place.out}", file=sys.stderr)
            return DIFFERENCE
    _tell(outcome, place)
    return 0 if outcome.good else DIFFERENCE


def _tell(outcome: Outcome, place: Place) -> None:
    result = outcome.reconciliation
    for row in result.rows:
        if not row.agrees:
            print(f"  differs: {_row(row)}")
    for fault in outcome.faults:
        print(f"  wrong: {fault}")
    verdict = "Till and issuer agree to the cent" if outcome.good else "Till and issuer do NOT agree"
    print(
        f"{verdict}: {len(result.rows)} transactions, {result.till_total / 100:,.2f} here, "
        f"{result.issuer_total / 100:,.2f} there; {outcome.duplicates} settled by DUPLICATE; {outcome.seconds:.0f} s.\n"
        f"{len(outcome.shots)} pictures, receipts and reconciliation.json: {place.out}"
    )


def _row(row: Row) -> str:
    return (
        f"STAN {row.stan or '(none)'}: till {row.till_state or 'nothing'} {row.till_amount}, "
        f"issuer {row.issuer_state or 'nothing'} {row.issuer_amount}"
    )
