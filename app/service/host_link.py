"""The threads that talk to backends, and the lamp that says whether they answer.

Each backend has a few threads for money calls (as many as its lanes allow) and two more for look-ups, so that a card's
balance is never behind a queue that is being forwarded. What comes back goes into the terminal's inbox as a message.

Health is made of real calls: one refused connection is evidence enough to say the line is down; one answer, whatever
it says, that it is up. While nothing else is said, a ping is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

from app.backends.base import Backend
from app.domain.host import (
    Cause,
    HostDeclined,
    HostNotSent,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    LineHealth,
    Phase,
)
from app.domain.messages import HealthChanged, HostAnswered, Message
from app.service.clock import Clock
from app.service.lanes import PER_FACE
from app.service.worker import Worker

MONEY_SECONDS = 20.0
"""Total deadline of a money call: the vendor's own client waits 20 s (Swedbank Pay demo client)."""
LOOKUP_SECONDS = 4.0
"""Total deadline of a look-up: after this the till decides from what it remembers."""
LOOKUP_THREADS = 2
PING_UP_SECONDS = 15.0
PING_DOWN_SECONDS = 2.0
"""How often a silent line is tried: the queue should start within seconds of the line's return."""
SILENCES_TO_DOWN = 2
"""Unanswered calls in a row before the line counts as down: one may be a single lost packet."""

_DOWN = frozenset({Cause.CONNECT, Cause.TLS, Cause.TOKEN, Cause.LINE_CUT})


class Health:
    """What is known of one backend's line, with hysteresis. Pure."""

    def __init__(self) -> None:
        self._silences = 0
        self.known: LineHealth | None = None

    def after(self, reply: HostReply, milliseconds: int) -> LineHealth | None:
        """The new state after a call, or None when nothing changed."""
        if isinstance(reply, HostNotSent) and reply.cause in _DOWN:
            return self._set(LineHealth(up=False, cause=reply.cause))
        if _is_our_own(reply):
            return None
        if isinstance(reply, HostSilent) or (isinstance(reply, HostNotSent) and reply.cause is Cause.TIMEOUT):
            self._silences += 1
            if self._silences >= SILENCES_TO_DOWN:
                return self._set(LineHealth(up=False, cause=reply.cause))
            return None
        if isinstance(reply, HostNotSent):
            return None  # a full host or a wrong key says nothing about the line
        return self.pinged(LineHealth(up=True, milliseconds=milliseconds))

    def pinged(self, health: LineHealth) -> LineHealth | None:
        """The new state after a ping, or None when nothing worth telling changed."""
        if health.up:
            self._silences = 0
        return self._set(health)

    def _set(self, health: LineHealth) -> LineHealth | None:
        before = self.known
        self.known = health
        coarse = before is None or (before.up, before.cause) != (health.up, health.cause)
        slower = before is not None and abs(before.milliseconds - health.milliseconds) > max(250, before.milliseconds)
        return health if coarse or slower else None


def _is_our_own(reply: HostReply) -> bool:
    """Whether the client answered by itself: a second copy of what is made once, or a request that lacks something."""
    if isinstance(reply, HostSilent):
        return reply.cause is Cause.RESTART
    return isinstance(reply, HostDeclined | HostRefused) and reply.status == 0


class HostLink:
    """All backends of a till, behind one ``send`` that never blocks for long."""

    def __init__(
        self,
        backends: Mapping[str, Backend],
        post: Callable[[Message], None],
        clock: Clock,
        failed: Callable[[BaseException], None],
        *,
        per_face: int = PER_FACE,
    ) -> None:
        self._backends = backends
        self._post = post
        self._clock = clock
        self._health = {face: Health() for face in backends}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._workers: list[Worker[HostRequest]] = []
        self._money: dict[str, list[Worker[HostRequest]]] = {}
        self._lookups: dict[str, list[Worker[HostRequest]]] = {}
        for face in backends:
            self._money[face] = [self._make(f"host-{face}-{n}", MONEY_SECONDS, failed) for n in range(per_face)]
            self._lookups[face] = [
                self._make(f"look-{face}-{n}", LOOKUP_SECONDS, failed) for n in range(LOOKUP_THREADS)
            ]
        self._pinger: Worker[None] = Worker("ping", self._ping, timeout=self._pause, failed=failed)

    def _make(self, name: str, seconds: float, failed: Callable[[BaseException], None]) -> Worker[HostRequest]:
        worker: Worker[HostRequest] = Worker(name, partial(self._call, seconds), timeout=lambda: None, failed=failed)
        self._workers.append(worker)
        return worker

    def start(self) -> None:
        """Begins; the first ping goes out at once."""
        for worker in self._workers:
            worker.start()
        self._pinger.start()
        self._pinger.post(None)

    def send(self, request: HostRequest) -> None:
        """Puts a request on its way. Its lane is free, so a thread is."""
        threads = self._lookups if request.phase is Phase.PREPARE else self._money
        idle = min(threads[request.face], key=lambda worker: worker.backlog)
        idle.post(request)

    def ping_now(self) -> None:
        """Looks at the line at once (it was joined by hand)."""
        self._pinger.post(None)

    def stop(self) -> None:
        """Lets calls under way come home, then ends the threads and closes the clients."""
        self._stopping.set()
        self._pinger.stop()
        for worker in self._workers:
            worker.stop()
        for backend in self._backends.values():
            backend.close()

    def _call(self, seconds: float, requests: list[HostRequest]) -> None:
        for request in requests:
            started = self._clock.ticks()
            reply = self._backends[request.face].send(request, seconds)
            milliseconds = round((self._clock.ticks() - started) * 1000)
            with self._lock:
                news = self._health[request.face].after(reply, milliseconds)
            # the lamp first: the step that takes the reply should know whether the line is down
            if news is not None:
                self._post(HealthChanged(request.face, news))
            self._post(HostAnswered(request.transaction_id, reply))

    def _ping(self, _: list[None]) -> None:
        for face, backend in self._backends.items():
            if self._stopping.is_set():
                return
            health = backend.ping()
            with self._lock:
                news = self._health[face].pinged(health)
            if news is not None:
                self._post(HealthChanged(face, news))

    def _pause(self) -> float:
        with self._lock:
            all_up = all(health.known is not None and health.known.up for health in self._health.values())
        return PING_UP_SECONDS if all_up else PING_DOWN_SECONDS
