"""The line between till and issuer, and everything that can happen on it.

:class:`Wire` stands where the HTTP client stands: it takes the signed bytes of one attempt and gives an answer, or says
what the trouble proves, exactly as ``app/backends/client.py`` would. Above it is the provider's real code, below it the
issuer's real face. Each kind of the host's ``FaultPlan`` has its counterpart here; ``refuse`` and ``late`` are added
(a closed port, and a request that arrives after its sender has given up).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from app.backends.base import Deadline, NotSent, Silent, Surroundings
from app.backends.client import Answer, Call, HttpClient
from app.backends.oauth import ClientCredentials, TokenSource
from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_link import SCOPE, Link
from app.backends.providers.swedbankpay_settings import SwedbankPaySettings, capabilities
from app.domain.host import Cause, HostReply, HostRequest
from tests.simulation.issuer import Issuer

RTT = 0.02
"""Seconds of one round trip."""
LATE_SECONDS = 45.0
"""How long a delayed request lingers: past the money call's deadline of 20 s, and past the first repeats."""

HTML = b"<html><body><h1>the host is not well</h1></body></html>"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong; fields as in the host's ``FaultPlan``."""

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


@dataclass
class Line:
    """The cable: what goes wrong on it, whether it is cut, and what was seen passing. It outlives tills."""

    issuer: Issuer
    chance: random.Random
    faults: list[Fault] = field(default_factory=list)
    cut: bool = False
    late: list[Call] = field(default_factory=list)
    bodies: dict[str, dict[str, object]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    fired: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def spoil(self, *faults: Fault) -> None:
        """What goes wrong from now on."""
        self.faults = list(faults)
        self.fired = [0] * len(faults)

    def choose(self, path: str) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if not fnmatchcase(path, fault.endpoint) or (fault.next is not None and self.fired[index] >= fault.next):
                continue
            if fault.probability < 1 and self.chance.random() >= fault.probability:
                continue
            self.fired[index] += 1
            return fault
        return None

    def serve(self, call: Call) -> Answer:
        """The host hears it."""
        self._watch(call)
        return self.issuer.serve(call)

    def _watch(self, call: Call) -> None:
        """What must hold of all bytes that reach a host."""
        if call.method != "POST" or "/payment/" not in call.url:
            return
        body = json.loads(call.body)
        body.pop("repeat", False)
        identifier = body.pop("accountIdentifier", {})
        body["path"] = urlsplit(call.url).path
        body["card"] = identifier.get("accountKey", "") or body.get("card", "")
        reference = body["paymentTransactionRef"]
        known = self.bodies.setdefault(reference, body)
        if known is body:
            self.order.append(reference)
        elif {**known, "card": ""} != {**body, "card": ""}:
            self.wrong.append(f"two bodies under one reference: {known} and {body}")

    def sent(self, call: Call) -> None:
        """What must hold of what a till puts on the line."""
        if call.method == "POST" and "/payment/" in call.url:
            body = json.loads(call.body)
            if body["paymentTransactionRef"] in self.silent and not body.get("repeat", False):
                self.wrong.append("what may have arrived came again and was not marked as a repeat")

    silent: set[str] = field(default_factory=set)
    """References whose call was not answered."""


class Wire(HttpClient):
    """One till's HTTP client, on simulated time: ``spent`` is how long the call under way has taken."""

    def __init__(self, line: Line, ticks: Callable[[], float]) -> None:
        self._line = line
        self._now = ticks
        self.spent = 0.0
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
            self._line.sent(call)
        fault = self._line.choose(urlsplit(call.url).path)
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
                first, second = line.serve(call), line.serve(call)
                self.spent += RTT
                return first if fault.answer == "first" else second
            case "garble":
                answer = line.serve(call)
                self.spent += RTT
                noise = random.Random(len(answer.body)).randbytes(len(answer.body))
                return Answer(answer.status, answer.content_type, noise, 5)
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


class WiredLink(Link):
    """The provider's link over the simulated wire."""

    def __init__(self, settings: SwedbankPaySettings, around: Surroundings, wire: Wire) -> None:
        self._settings = settings
        self._around = around
        self._base = settings.base_url
        self._client = wire
        credentials = ClientCredentials(settings.token_url, settings.client_id, settings.client_secret, SCOPE)
        self._tokens = TokenSource(wire, credentials, around.ticks)


class WiredBackend(SwedbankPay):
    """The provider's real code over the simulated wire."""

    def __init__(self, settings: SwedbankPaySettings, line: Line, ticks: Callable[[], float]) -> None:
        self.wire = Wire(line, ticks)
        self.line = line
        self._settings = settings
        self._around = Surroundings(ticks=self.wire.ticks, now=line.issuer.now)
        self._link = WiredLink(settings, self._around, self.wire)
        self._capabilities = capabilities(settings)

    def timed(self, request: HostRequest, seconds: float) -> tuple[HostReply, float]:
        """A reply and how long it took."""
        self.wire.spent = 0.0
        reply = self.send(request, seconds)
        return reply, self.wire.spent
