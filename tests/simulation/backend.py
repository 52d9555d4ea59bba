"""The clients of all vendors, as they are, over the simulated wire.

Nothing of a provider is written again here. One is opened by the registry from a table of settings, as a till opens it,
and kept as a pattern; each life of a till gets a copy in which the wire stands where the HTTP client stood.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from app.backends.base import Backend, Surroundings
from app.backends.client import HttpClient
from app.backends.registry import PROVIDERS, open_backend
from app.crypto.jwt import SigningKey
from app.domain.host import HostReply, HostRequest, LineHealth
from app.domain.verb import Capabilities
from tests.simulation.wire import Line, Wire

PROMISED: Mapping[str, Mapping[str, object]] = {
    face: {"repeat_checked_first": True} for face in ("swedbankpay", "parpay", "gr4vy")
}
"""What our own host promises beside the vendors' words: a training till is told so."""
NEEDED: Mapping[str, Mapping[str, object]] = {"gr4vy": {"issuance_theme": "031111372"}}
"""What a till is told beside its host's contract, whoever's word it is on: how a virtual card looks."""
WITHHELD: Mapping[str, tuple[str, ...]] = {"dintero": ("client_id", "client_secret")}
"""What a till on the bare word of a vendor is not given: Dintero's is one that may only pay."""

_NOWHERE = Surroundings()
_LOCK = type(threading.Lock())


def pattern(face: str, contract: Mapping[str, str], *, bare: bool) -> Backend:
    """A backend as a till opens it, never used itself."""
    told = {name: value for name, value in contract.items() if not (bare and name in WITHHELD.get(face, ()))}
    return open_backend(face, {**told, **NEEDED.get(face, {}), **({} if bare else PROMISED.get(face, {}))}, _NOWHERE)


def table(face: str, *, bare: bool) -> Capabilities:
    """What a backend can do. No host is needed to know it."""
    made_up = {
        "account_id": "T00000001",
        "private_key_pem": SigningKey.generate().pem(),
        "base_url": "http://127.0.0.1:1",
        "token_url": "http://127.0.0.1:1/token",
    }
    wanted = {field.name: made_up.get(field.name, "x") for field in fields(PROVIDERS[face].settings) if _is_told(field)}
    opened = pattern(face, wanted, bare=bare)
    opened.close()
    return opened.capabilities


def _is_told(field: Field[Any]) -> bool:
    """Whether a host's contract has it: what must be told, and the client that sells."""
    return field.default is MISSING or field.name in ("client_id", "client_secret")


def rewired(part: Any, wire: Wire, around: Surroundings) -> Any:
    """A copy of a provider with another client and other clocks in it; what never changes is shared."""
    swaps = {id(_NOWHERE): around, id(_NOWHERE.ticks): around.ticks, id(_NOWHERE.now): around.now}

    def copied(old: Any) -> Any:
        if id(old) in swaps:
            return swaps[id(old)]
        if isinstance(old, HttpClient):
            return wire
        if isinstance(old, _LOCK):
            return threading.Lock()
        slotted = not hasattr(old, "__dict__")  # settings and keys: frozen
        if slotted or isinstance(old, type) or not type(old).__module__.startswith("app.backends."):
            return old
        new = object.__new__(type(old))
        swaps[id(old)] = new
        for name, value in vars(old).items():
            setattr(new, name, copied(value))
        return new

    return copied(part)


class WiredBackend:
    """One backend of one till."""

    def __init__(self, pattern: Backend, line: Line, ticks: Callable[[], float]) -> None:
        self.wire = Wire(line, ticks)
        self.line = line
        self._provider: Backend = rewired(pattern, self.wire, Surroundings(ticks=self.wire.ticks, now=line.issuer.now))

    @property
    def face(self) -> str:
        return self._provider.face

    @property
    def capabilities(self) -> Capabilities:
        return self._provider.capabilities

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        return self._provider.send(request, timeout)

    def ping(self) -> LineHealth:
        self.wire.spent = 0.0
        self.wire.walked.clear()
        return self._provider.ping()

    def timed(self, request: HostRequest, seconds: float) -> tuple[HostReply, float]:
        """A reply and how long it took."""
        self.wire.spent = 0.0
        reply = self.send(request, seconds)
        return reply, self.wire.spent
