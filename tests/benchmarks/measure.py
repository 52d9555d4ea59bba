"""Rounds, ratios and the table.

Both sides of a ratio take turns inside one run, so that a machine that slows down slows both. What is told is the
median of the rounds' ratios; the lowest and the highest stand beside it, because a median alone hides a bad machine.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure.

    Attributes:
        folder: Where databases are made: the disk that is measured.
        rounds: Interleaved rounds.
        size: 0 for the least that runs at all, 1 for minutes, 2 for the sizes of the goals.
    """

    folder: Path
    rounds: int = 7
    size: int = 1

    def pick(self, least: int, usual: int, full: int) -> int:
        """A number by size."""
        return (least, usual, full)[self.size]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted. ``bar`` None: only told, no goal."""

    name: str
    what: str
    yardstick: str
    bar: float | None
    bound: str = ""
    at_least: bool = False
    unit: str = "x"


@dataclass(frozen=True, slots=True)
class Figure:
    """What came out: one value per round."""

    goal: Goal
    values: tuple[float, ...]
    note: str = ""

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        bar = self.goal.bar
        if bar is None:
            return "told"
        reached = self.value >= bar if self.goal.at_least else self.value <= bar
        return "reached" if reached else "MISSED"

    def as_json(self) -> dict[str, object]:
        """One object of ``--json``."""
        return {
            "goal": self.goal.name,
            "what": self.goal.what,
            "yardstick": self.goal.yardstick,
            "value": self.value,
            "low": min(self.values),
            "high": max(self.values),
            "unit": self.goal.unit,
            "bar": self.goal.bar,
            "at_least": self.goal.at_least,
            "verdict": self.verdict,
            "bound": self.goal.bound,
            "note": self.note,
        }


@dataclass(slots=True)
class Times:
    """Nanoseconds of single operations, and what a round made of them."""

    taken: list[int] = field(default_factory=list)

    def of(self, operation: Callable[..., object], *arguments: object) -> object:
        """Runs and times it once; what it gave back."""
        started = time.perf_counter_ns()
        given = operation(*arguments)
        self.taken.append(time.perf_counter_ns() - started)
        return given


def quantile(nanoseconds: Sequence[int], share: float) -> float:
    """Microseconds at a share of the sorted values."""
    ordered = sorted(nanoseconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1000


def median(nanoseconds: Sequence[int]) -> float:
    """Microseconds."""
    return statistics.median(nanoseconds) / 1000


def ratios(product: Sequence[float], yardstick: Sequence[float]) -> tuple[float, ...]:
    """Round by round."""
    return tuple(one / other for one, other in zip(product, yardstick, strict=True))


def rate(name: str, values: Sequence[float]) -> str:
    """A side's own median, for the note: orientation, never a goal."""
    return f"{name} {statistics.median(values):,.0f} us"


def table(figures: Sequence[Figure]) -> str:
    """For people."""
    head = ("goal", "what / yardstick", "measured", "low-high", "goal", "verdict")
    rows = []
    for figure in figures:
        goal, unit = figure.goal, figure.goal.unit
        sign = ">=" if goal.at_least else "<="
        bar = "-" if goal.bar is None else f"{sign} {goal.bar:g}{unit}"
        rows.append(
            (
                goal.name,
                f"{goal.what} / {goal.yardstick}",
                f"{figure.value:.2f}{unit}",
                f"{min(figure.values):.2f}-{max(figure.values):.2f}",
                bar,
                figure.verdict,
            )
        )
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.append("")
    for figure in figures:
        told = "; ".join(part for part in (figure.note, figure.goal.bound) if part)
        lines.append(f"{figure.goal.name}  {figure.goal.what}: {told}")
    return "\n".join(lines)


class Overwrite:
    """The limit of a durable commit: 640 bytes over bytes that are there, and one ``fdatasync``."""

    SIZE = 640
    FILE = 4 << 20

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.pwrite(self._descriptor, os.urandom(self.FILE), 0)
        os.fsync(self._descriptor)
        self._bytes = os.urandom(self.SIZE)
        self._at = 0

    def __call__(self) -> None:
        os.pwrite(self._descriptor, self._bytes, self._at)
        os.fdatasync(self._descriptor)
        self._at = (self._at + self.SIZE) % (self.FILE - self.SIZE)

    def close(self) -> None:
        """Gives the descriptor back."""
        os.close(self._descriptor)
