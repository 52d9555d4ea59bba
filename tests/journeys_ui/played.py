"""What is left of a day that was played."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.tour.day import Outcome
from app.tour.place import Place


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was played, the till's folder as the killed till left it, what was printed to be handed over, and the
    secrets that were about.
    """

    place: Place
    outcome: Outcome
    died: Path
    slips: tuple[str, ...]
    numbers: tuple[str, ...]
    codes: tuple[str, ...]
