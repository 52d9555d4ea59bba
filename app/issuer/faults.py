"""Faults on demand: a bad day for the network, described as data and injected below the application.

`FaultInjector` is ASGI middleware. It spoils requests and answers the way a line does, not the way a friendly
host would: a lost answer is a closed connection without a byte, after the books were written.

A `FaultPlan` is posted to `admin_url/faults` as JSON (and cleared with DELETE; GET shows it with what fired)::

    {"seed": 1, "faults": [{"kind": "lose_answer", "endpoint": "*/payment/purchase", "next": 1}]}

============= ==================================================================================================
`kind`        `lose_request` close before the host saw it; `lose_answer` close after it was served;
              `delay` wait `seconds` before or after serving (`when`); `repeat` serve the same bytes twice and
              send the answer `answer` ("first" or "second"); `garble` answer noise of the same length;
              `truncate` send `bytes` bytes of the body and close; `status` answer `status` (5xx, 401 ...)
              with `when` "before" or "after" it was served; `drip` send one byte per `seconds`;
              `extend` answer with further members in every JSON object; `reword` answer with words of next
              year in the `members` that are named, wherever they stand
`endpoint`    a glob over the path, "*" by default (token calls too; the admin paths never)
`method`      "POST", "GET" or "*"
`skip`        leave this many matching requests alone first (0)
`next`        then spoil this many and stop; null means no end
`probability` spoil with this chance, drawn from the plan's seed (1.0)
`when`        "before" (default) or "after"
`members`     for `reword`: names of members whose texts are changed
`seconds`     0 to 60: for `lose_request` and `lose_answer` how long the line stays silent before it closes
============= ==================================================================================================

The first fault of the list that matches a request and fires is the only one it suffers.
"""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.issuer.wires import Wires

# More faults than this in one plan is a mistake, and every request walks the list.
_MAX_FAULTS = 100

# A request spoiled by a repeat is kept whole; the face refuses larger ones anyway.
_MAX_BODY = 256 * 1024

Kind = Literal[
    "lose_request", "lose_answer", "delay", "repeat", "garble", "truncate", "status", "drip", "extend", "reword"
]
Name = Annotated[str, msgspec.Meta(max_length=100)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a plan; see the module's docstring."""

    kind: Kind
    endpoint: str = "*"
    method: str = "*"
    skip: Count = 0
    next: Count | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    when: Literal["before", "after"] = "before"
    seconds: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.0
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    bytes: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 10
    answer: Literal["first", "second"] = "first"
    members: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall go wrong. The same plan on the same requests goes wrong the same way."""

    seed: int = 1
    faults: Annotated[tuple[Fault, ...], msgspec.Meta(max_length=_MAX_FAULTS)] = ()


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0
    fired: int = 0

    def fires(self, method: str, path: str, chance: random.Random) -> bool:
        fault = self.fault
        if fault.method not in ("*", method) or not fnmatchcase(path, fault.endpoint):
            return False
        self.seen += 1
        if self.seen <= fault.skip or (fault.next is not None and self.fired >= fault.next):
            return False
        if fault.probability < 1.0 and chance.random() >= fault.probability:
            return False
        self.fired += 1
        return True


@dataclass(slots=True)
class FaultDesk:
    """The plan in force. Safe to call from any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _plan: FaultPlan = field(default_factory=FaultPlan)
    _armed: list[_Armed] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)
    _under_way: int = 0

    def install(self, plan: FaultPlan) -> None:
        """Puts a plan in place of the one in force; all counts begin at zero."""
        with self._lock:
            self._plan = plan
            self._armed = [_Armed(fault) for fault in plan.faults]
            self._chance = random.Random(plan.seed)  # noqa: S311 - chance for tests, not for secrets

    def clear(self) -> None:
        """Ends all faults."""
        self.install(FaultPlan())

    def choose(self, method: str, path: str) -> Fault | None:
        """The fault this request suffers, or None."""
        with self._lock:
            for armed in self._armed:
                if armed.fires(method, path, self._chance):
                    return armed.fault
        return None

    @property
    def under_way(self) -> int:
        """How many spoilt requests have not come to their end: a late one may still be booked."""
        with self._lock:
            return self._under_way

    @contextmanager
    def spoiling(self) -> Iterator[None]:
        """While the ``with`` lasts a request is being spoilt."""
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def report(self) -> dict[str, object]:
        """The plan with, per fault, how many requests matched it and how many it spoiled."""
        with self._lock:
            faults = [
                msgspec.to_builtins(armed.fault) | {"seen": armed.seen, "fired": armed.fired} for armed in self._armed
            ]
            return {"seed": self._plan.seed, "faults": faults}


@dataclass(slots=True)
class _Recorded:
    """An answer caught on its way out."""

    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")


class FaultInjector:
    """ASGI middleware that spoils what the plan says. Paths under `exempt` are never touched."""

    def __init__(self, app: ASGIApp, desk: FaultDesk, wires: Wires, exempt: str) -> None:
        self._app = app
        self._desk = desk
        self._wires = wires
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, well or badly."""
        if scope["type"] != "http" or scope["path"].startswith(self._exempt):
            await self._app(scope, receive, send)
            return
        fault = self._desk.choose(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        with self._desk.spoiling():
            await self._spoil(fault, scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        request = await _whole_request(receive)
        before = fault.kind == "lose_request" or (fault.kind in ("delay", "status") and fault.when == "before")
        if fault.kind == "delay" and before:
            # On to the end even if the client gives up: a request that arrives late is what hurts.
            await asyncio.sleep(fault.seconds)
        answer = _Recorded()
        if not before or fault.kind == "delay":
            await self._app(scope, _replay(request), answer.send)
        if fault.kind == "repeat":
            second = _Recorded()
            await self._app(scope, _replay(request), second.send)
            answer = second if fault.answer == "second" else answer
        match fault.kind:
            case "lose_request" | "lose_answer":
                await _client_leaves(receive, fault.seconds)
                self._wires.cut(scope)
            case "delay":
                if not before:
                    await _client_leaves(receive, fault.seconds)
                await _send(send, answer.start, bytes(answer.body))
            case "repeat":
                await _send(send, answer.start, bytes(answer.body))
            case "garble":
                noise = random.Random(len(answer.body))  # noqa: S311 - noise, not a secret
                await _send(send, answer.start, noise.randbytes(len(answer.body)))
            case "truncate":
                await send(answer.start)
                part = bytes(answer.body[: min(fault.bytes, max(len(answer.body) - 1, 0))])
                await send({"type": "http.response.body", "body": part, "more_body": True})
                self._wires.hang_up(scope)
            case "status":
                await _send(send, *_failure(fault.status))
            case "extend" | "reword":
                await _send(send, *_changed(answer, frozenset(fault.members)))
            case "drip":
                await send(answer.start)
                for byte in answer.body:
                    if await _client_leaves(receive, fault.seconds):
                        return
                    await send({"type": "http.response.body", "body": bytes((byte,)), "more_body": True})
                await send({"type": "http.response.body", "body": b""})


async def _whole_request(receive: Receive) -> bytes:
    body = bytearray()
    while len(body) <= _MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return bytes(body)


async def _client_leaves(receive: Receive, seconds: float) -> bool:
    """Waits that long, or until the client closes the connection; tells whether it did."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


def _replay(body: bytes) -> Receive:
    """A `receive` that hands out the request once more; after it, the client is gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _failure(status: int) -> tuple[Message, bytes]:
    # Not the face's own error body: a failing proxy in front of a host answers in its own words.
    body = b"<html><body><h1>the host is not well</h1></body></html>"
    headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}, body


def _changed(answer: _Recorded, reworded: frozenset[str]) -> tuple[Message, bytes]:
    """The answer of a host that has moved on: other words in some members, or, with none named, more members."""
    try:
        value = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return answer.start, bytes(answer.body)
    body = msgspec.json.encode(_other_words(value, reworded) if reworded else _more_members(value))
    headers = [(name, value) for name, value in answer.start["headers"] if name.lower() != b"content-length"]
    return {**answer.start, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, body


def _more_members(value: object) -> object:
    if isinstance(value, list):
        return [_more_members(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    told = {name: _more_members(part) for name, part in value.items()}
    return {"aNewMember": "a new word", "a-new-list": [1, None, {}]} | told | {"a_new_object": {"id": "x", "amount": 1}}


def _other_words(value: object, names: frozenset[str]) -> object:
    if isinstance(value, list):
        return [_other_words(entry, names) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        name: "a word of next year" if name in names and isinstance(part, str) else _other_words(part, names)
        for name, part in value.items()
    }


async def _send(send: Send, start: Message, body: bytes) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})
