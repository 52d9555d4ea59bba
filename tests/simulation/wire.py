"""The line between till and issuer, and everything that can happen on it.

:class:`Wire` stands where the HTTP client stands: it takes the signed bytes of one attempt and gives an answer, or says
what the trouble proves, exactly as ``app/backends/client.py`` would. Above it is the provider's real code, below it the
issuer's real face. Each kind of the host's ``FaultPlan`` has its counterpart here; ``refuse`` and ``late`` are added
(a closed port, and a request that arrives after its sender has given up).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import msgspec

from app.backends.base import Deadline, NotSent, Silent
from app.backends.client import Answer, Call, HttpClient
from app.domain.host import Cause
from app.issuer.faults import _more_members, _other_words
from tests.contract.table import WORDS
from tests.simulation.issuer import Issuer
from tests.simulation.letters import Watch

RTT = 0.02
"""Seconds of one round trip."""
LATE_SECONDS = 45.0
"""How long a delayed request lingers: past the money call's deadline of 20 s, and past the first repeats."""

MEMBERS = frozenset(name for names in WORDS.values() for name in names)
"""Whose words may be others next year."""
HTML = b"<html><body><h1>the host is not well</h1></body></html>"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong; fields as in the host's ``FaultPlan``.

    ``endpoint`` is a path, or a method and a path; several are joined with ``|``.
    """

    kind: str
    endpoint: str = "*"
    next: int | None = 1
    when: str = "before"
    status: int = 503
    answer: str = "first"
    probability: float = 1.0

    def __str__(self) -> str:
        details = {"status": f"{self.status}-{self.when}", "delay": self.when, "repeat": self.answer}
        return f"{self.kind}-{details[self.kind]}" if self.kind in details else self.kind

    def meets(self, call: str) -> bool:
        """Whether it lies in wait there: ``POST /path``."""
        patterns = self.endpoint.split("|")
        return any(fnmatchcase(call, pattern if " " in pattern else f"* {pattern}") for pattern in patterns)


@dataclass
class Line:
    """The cable: what goes wrong on it, whether it is cut, and what was seen passing. It outlives tills.

    ``strays`` are paths on which it delivered a copy of its own making, or one of several that were held up.
    """

    issuer: Issuer
    chance: random.Random
    faults: list[Fault] = field(default_factory=list)
    cut: bool = False
    late: list[Call] = field(default_factory=list)
    strays: set[str] = field(default_factory=set)
    fired: list[int] = field(default_factory=list)
    watch: Watch = field(default_factory=Watch)

    def spoil(self, *faults: Fault) -> None:
        """What goes wrong from now on."""
        self.faults = list(faults)
        self.fired = [0] * len(faults)

    def choose(self, call: str) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if not fault.meets(call) or (fault.next is not None and self.fired[index] >= fault.next):
                continue
            if fault.probability < 1 and self.chance.random() >= fault.probability:
                continue
            self.fired[index] += 1
            return fault
        return None

    def threatens(self, calls: Iterable[str]) -> bool:
        """Whether something may go wrong on one of these."""
        left = [fault for fault, fired in zip(self.faults, self.fired, strict=True) if fired != fault.next]
        return any(fault.meets(call) for fault in left for call in calls)

    def serve(self, call: Call) -> Answer:
        """The host hears it."""
        self.watch.heard(call)
        return self.issuer.serve(call)


class Wire(HttpClient):
    """One till's HTTP client, on simulated time: ``spent`` is how long the call under way has taken.

    ``walked`` are the calls (``POST /path``) that were made since somebody last cleared it.
    """

    def __init__(self, line: Line, ticks: Callable[[], float]) -> None:
        self._line = line
        self._now = ticks
        self.spent = 0.0
        self.walked: list[str] = []
        self.orphaned = False  # the till that sends has died meanwhile: its bytes were on the way already

    def ticks(self) -> float:
        return self._now() + self.spent

    def close(self) -> None:
        """Nothing is held."""

    def send(self, call: Call, deadline: Deadline, *, again: bool = False) -> Answer:
        if self._line.cut:
            raise NotSent(Cause.LINE_CUT)
        if deadline.left <= 0:
            raise NotSent(Cause.TIMEOUT)
        if not self.orphaned:
            self._line.watch.sent(call)
        heading = f"{call.method} {urlsplit(call.url).path}"
        self.walked.append(heading)
        fault = self._line.choose(heading)
        if fault is None:
            self.spent += RTT
            return self._line.serve(call)
        return self._spoiled(fault, call, deadline)

    def _spoiled(self, fault: Fault, call: Call, deadline: Deadline) -> Answer:
        line = self._line
        match fault.kind:
            case "refuse":
                self.spent += RTT
                raise NotSent(Cause.CONNECT)
            case "lose_request":
                self._hang(deadline)
            case "late":
                if any(held.url == call.url for held in line.late):
                    line.strays.add(urlsplit(call.url).path)
                line.late.append(call)
                self._hang(deadline)
            case "lose_answer" | "drip":
                line.serve(call)
                self._hang(deadline)
            case "delay":
                if fault.when == "before":
                    self.spent += min(2.0, max(deadline.left, 0.0))
                    return line.serve(call)
                line.serve(call)
                self._hang(deadline)
            case "repeat":
                line.strays.add(urlsplit(call.url).path)
                first, second = line.serve(call), line.serve(call)
                self.spent += RTT
                return first if fault.answer == "first" else second
            case "garble":
                answer = line.serve(call)
                self.spent += RTT
                noise = random.Random(len(answer.body)).randbytes(len(answer.body))
                return Answer(answer.status, answer.content_type, noise, 5)
            case "extend" | "reword":
                self.spent += RTT
                return _moved_on(line.serve(call), frozenset() if fault.kind == "extend" else MEMBERS)
            case "truncate":
                line.serve(call)
                self.spent += RTT
                raise Silent(Cause.BROKEN)
            case "status":
                if fault.when == "after":
                    line.serve(call)
                self.spent += RTT
                return Answer(fault.status, "text/html", HTML, 5)
        raise AssertionError(fault.kind)

    def _hang(self, deadline: Deadline) -> None:
        self.spent += max(deadline.left, 0.0) + 0.001
        raise Silent(Cause.TIMEOUT)


def _moved_on(answer: Answer, reworded: frozenset[str]) -> Answer:
    """What a host of next year would say: other words in some members, or, with none named, more members."""
    if not answer.body.startswith((b"{", b"[")):
        return answer
    told = msgspec.json.decode(answer.body)
    changed = _other_words(told, reworded) if reworded else _more_members(told)
    return Answer(answer.status, answer.content_type, msgspec.json.encode(changed), answer.milliseconds)
