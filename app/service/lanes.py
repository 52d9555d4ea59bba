"""Who may talk to a host now: one lane per card, a few calls per backend, one in flight per lane.

A pure stepper: it is told what wants to go, what came back and what time it is, and answers with whose turn it is.
Online sales and forwarding both go through it, so a card's transactions reach the host in the order they were made.

    submit --> waiting in its lane --> due --> LaneFree --> in flight --> release
                     ^                                                       |
                     '------------------ again, after a back-off ------------'

* The head of a lane blocks the rest of *that* lane (order per card), and nothing else.
* A reversal goes before other work of its card, and reversals keep their order among themselves. Its original is done
  by then: an undo is only opened after it.
* A cashier is waiting for *interactive* work. When its lane does not come free in time it is given back, and counts
  as offline.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from app.domain.ids import TransactionId
from app.domain.messages import LaneFree, LaneWaited

PER_FACE = 4
"""Calls in flight per backend: measured, 4 to 16 sustain the line and 4 are what a small host is not hurt by."""
LANE_WAIT_SECONDS = 8.0
"""What a cashier and a customer will stand before the till decides without the host (usability: 8-10 s)."""
FIRST_DELAY = 1.0
LONGEST_DELAY = 300.0
"""Back-off doubles from one second to five minutes: a host that comes back is found within five minutes, and a
thousand tills do not knock at it every second."""
JITTER = 0.25
"""Share of the delay that is drawn by lot, so that tills cut off together do not come back together."""


class Backoff:
    """How long to wait before the n-th try."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def delay(self, tries: int) -> float:
        """Seconds before try number ``tries`` + 1."""
        base: float = min(FIRST_DELAY * 2 ** min(tries - 1, 10), LONGEST_DELAY)
        return base * (1 + self._chance.uniform(-JITTER, JITTER))


@dataclass(slots=True)
class _Work:
    transaction_id: TransactionId
    face: str
    lane: str
    urgent: bool
    due: float
    give_up: float | None
    tries: int = 0


@dataclass(slots=True)
class _Lane:
    """What is urgent stands together at the front of ``waiting``."""

    waiting: deque[_Work] = field(default_factory=deque)
    flying: _Work | None = None

    @property
    def urgent(self) -> int:
        """How many of those that wait are urgent: the place of the first that is not."""
        return sum(1 for _ in takewhile(lambda work: work.urgent, self.waiting))

    def join(self, work: _Work) -> None:
        """Takes its place behind its like."""
        self.waiting.insert(self.urgent if work.urgent else len(self.waiting), work)

    def rejoin(self, work: _Work) -> None:
        """It had its turn and wants another: before its like, which were made after it."""
        self.waiting.insert(0 if work.urgent else self.urgent, work)


@dataclass(slots=True)
class _Face:
    open: bool = True
    flying: int = 0
    heap: list[tuple[float, int, str]] = field(default_factory=list)


class Lanes:
    """The scheduler. Times are seconds of one monotonic clock."""

    def __init__(self, chance: random.Random, per_face: int = PER_FACE) -> None:
        self._backoff = Backoff(chance)
        self._per_face = per_face
        self._lanes: dict[str, _Lane] = {}
        self._faces: dict[str, _Face] = {}
        self._known: dict[TransactionId, _Work] = {}
        self._patient: dict[TransactionId, _Work] = {}
        self._turn = 0

    def __len__(self) -> int:
        return len(self._known)

    def submit(
        self, transaction_id: TransactionId, face: str, lane: str, now: float, *, urgent: bool, interactive: bool
    ) -> None:
        """Something wants to go. Known work is not queued twice."""
        if transaction_id in self._known:
            return
        give_up = now + LANE_WAIT_SECONDS if interactive else None
        work = _Work(transaction_id, face, lane, urgent, now, give_up)
        self._known[transaction_id] = work
        if interactive:
            self._patient[transaction_id] = work
        self._lanes.setdefault(lane, _Lane()).join(work)
        self._announce(lane)

    def release(self, transaction_id: TransactionId, now: float, *, again: bool) -> None:
        """It came back, or is not wanted any more. ``again``: it wants another turn, later."""
        work = self._known.get(transaction_id)
        if work is None:
            return
        lane = self._lanes[work.lane]
        if lane.flying is work:
            lane.flying = None
            self._faces[work.face].flying -= 1
        else:
            lane.waiting.remove(work)
        self._patient.pop(transaction_id, None)
        if again:
            work.tries += 1
            work.due = now + self._backoff.delay(work.tries)
            work.give_up = None
            lane.rejoin(work)
        else:
            del self._known[transaction_id]
        if lane.waiting:
            self._announce(work.lane)
        elif lane.flying is None:
            del self._lanes[work.lane]

    def set_open(self, face: str, now: float, *, is_open: bool) -> None:
        """The line to a backend came or went. What waits for it is due at once when it comes."""
        state = self._faces.setdefault(face, _Face())
        if is_open and not state.open:
            state.open = True
            self.hurry(now)
        state.open = is_open

    def hurry(self, now: float) -> None:
        """Everything that waits is due now."""
        for name, lane in self._lanes.items():
            for work in lane.waiting:
                work.due = min(work.due, now)
            if lane.waiting:
                self._announce(name)

    def due(self, now: float) -> list[LaneFree | LaneWaited]:
        """Whose turn it is. Each is in flight from now on, until released."""
        turns: list[LaneFree | LaneWaited] = []
        for face in self._faces.values():
            while face.open and face.flying < self._per_face and face.heap and face.heap[0][0] <= now:
                _, _, name = heapq.heappop(face.heap)
                work = self._head(name, now)
                if work is not None:
                    lane = self._lanes[name]
                    lane.waiting.popleft()
                    lane.flying = work
                    face.flying += 1
                    self._patient.pop(work.transaction_id, None)
                    turns.append(LaneFree(work.transaction_id))
        turns.extend(self._given_back(now))
        return turns

    def next_at(self) -> float | None:
        """When :meth:`due` has something to say again by the clock alone."""
        times: Iterable[float] = [
            face.heap[0][0] for face in self._faces.values() if face.open and face.heap and face.flying < self._per_face
        ]
        waits = [work.give_up for work in self._patient.values() if work.give_up is not None]
        return min([*times, *waits], default=None)

    def _given_back(self, now: float) -> list[LaneWaited]:
        late = [work for work in self._patient.values() if work.give_up is not None and work.give_up <= now]
        for work in late:
            self.release(work.transaction_id, now, again=False)
        return [LaneWaited(work.transaction_id) for work in late]

    def _announce(self, name: str) -> None:
        """Puts the lane's head on its backend's heap. Old entries are told apart when they are popped."""
        head = self._lanes[name].waiting[0]
        self._turn += 1
        face = self._faces.setdefault(head.face, _Face())
        heapq.heappush(face.heap, (head.due, self._turn, name))

    def _head(self, name: str, now: float) -> _Work | None:
        """The work whose turn a heap entry means, unless the entry is stale."""
        lane = self._lanes.get(name)
        if lane is None or lane.flying is not None or not lane.waiting:
            return None
        head = lane.waiting[0]
        return head if head.due <= now else None
