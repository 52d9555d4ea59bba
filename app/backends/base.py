"""What every gift-card backend is to the rest of the till.

A backend is handed :class:`~app.domain.host.HostRequest` and gives back one of the replies of ``app/domain/host.py``;
wire trouble, a broken answer and a refusal are values like any other. Inside this room the wire speaks through two
exceptions that differ in one thing, *what they prove about the money*; a provider turns them into the same-named
reply at its border, and none of them leaves the room.

    NotSent   no byte of the call left, or the host turned it away before it looked at it
    Silent    at least one byte left and nothing usable came back

Neither carries text, headers or a body: only a :class:`~app.domain.host.Cause`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from app.domain.host import Cause, HostReply, HostRequest, HostSilent, LineHealth, Phase
from app.domain.verb import Capabilities, RepeatRule, VerbRule


class HostError(Exception):
    """A call that brought no usable answer."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class NotSent(HostError):
    """Proven: the call did not happen."""


class Silent(HostError):
    """The call may have happened."""


class SettingsFault(ValueError):
    """A backend's settings can't be used. Names the field, never its value."""

    def __init__(self, face: str, field: str, problem: str) -> None:
        super().__init__(f"{face}: {field} {problem}")
        self.face = face
        self.field = field
        self.problem = problem


def _never() -> bool:
    return False


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a backend needs of the machine around it.

    Attributes:
        cut: Whether the line is switched off (F12 in training). Asked before each call and around each read and
            write; while it says yes no byte leaves and no answer is heard. Called from lane threads: must not block.
        now: Aware time for ``Transmission-Time``.
        ticks: Monotonic seconds, for deadlines and the life of tokens.
        lanes: How many threads may send at once; each gets a connection of its own.
    """

    cut: Callable[[], bool] = _never
    now: Callable[[], datetime] = _utc_now
    ticks: Callable[[], float] = time.monotonic
    lanes: int = 4


class Deadline:
    """The moment by which a whole call must be over, tokens, lookups and repeats on a new token included."""

    __slots__ = ("_end", "_ticks")

    def __init__(self, seconds: float, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._end = ticks() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; zero or less when it has passed."""
        return self._end - self._ticks()

    def within(self, seconds: float) -> Deadline:
        """A deadline no later than this one and at most ``seconds`` away."""
        return Deadline(min(seconds, self.left), self._ticks)


def made_once(rule: VerbRule, request: HostRequest) -> HostSilent | None:
    """What the second copy of a call that is made once is answered with; None where the call may go out.

    It is not sent, and what became of the first copy is not known: that is silence, which leads to a person. It is not
    ``NotSent``, which would say that nothing had happened and would be tried for ever.
    """
    if request.repeat and request.phase is Phase.MONEY and rule.repeat is RepeatRule.ONCE:
        return HostSilent(Cause.RESTART, request.account_id)
    return None


class Backend(Protocol):
    """One gift-card backend. Safe to call from all lanes at once."""

    @property
    def face(self) -> str:
        """Its name in settings and journal."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do: the table that buttons, recovery and offline policy read."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        """Makes one call and waits at most ``timeout`` seconds in all. Wire and host trouble are values.

        What only reads is answered whatever its phase, and its failure is always ``HostNotSent``. What moves no money
        (``verb.PLAIN``, the gift of a stored card) is asked for with amount zero and approved with amount zero.
        """

    def ping(self) -> LineHealth:
        """Whether the backend answers and takes our credentials: the line's lamp."""

    def close(self) -> None:
        """Drops all connections. Calls made afterwards are ``HostNotSent``; those in flight become silent."""
