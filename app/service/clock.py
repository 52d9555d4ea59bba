"""Time, handed in: a wall clock for records, a monotonic one for waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the service asks the time. Tests and the simulator bring their own."""

    def now(self) -> datetime:
        """UTC wall clock, for records. May jump."""

    def local(self) -> datetime:
        """The till's local time with its zone, for receipts and hosts."""

    def ticks(self) -> float:
        """Monotonic seconds, for waits. Never jumps."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """UTC wall clock."""
        return datetime.now(UTC)

    def local(self) -> datetime:
        """Local time with its offset."""
        return datetime.now().astimezone()

    def ticks(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()


JUMP_SECONDS = 60
"""A wall clock that moves this much against the monotonic one was set by somebody: worth a record, not a stop."""


FIRST_YEAR, LAST_YEAR = 2025, 2037
"""A clock outside was never set (1970), or by a flat battery. 2038 is where 32-bit clocks end."""


def astray(now: datetime, last: datetime | None) -> int:
    """Seconds by which a clock is wrong for sure, or 0 where nothing shows: behind what was written already (negative),
    or outside the years this program is sold in.
    """
    if last is not None and (last - now).total_seconds() > JUMP_SECONDS:
        return round((now - last).total_seconds())
    nearest = min(max(now.year, FIRST_YEAR), LAST_YEAR)
    return 0 if nearest == now.year else (now.year - nearest) * 365 * 86_400


class JumpWatch:
    """Notices when the wall clock jumps. Order in the journal is by sequence, so nothing else needs to happen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._measure()

    def _measure(self) -> float:
        return self._clock.now().timestamp() - self._clock.ticks()

    def jumped(self) -> int:
        """Seconds the wall clock moved since the last look, or 0 for less than the limit."""
        offset = self._measure()
        moved = round(offset - self._offset)
        if abs(moved) < JUMP_SECONDS:
            return 0
        self._offset = offset
        return moved
