"""G2 and G3: a swipe until it is durable and on the screen, alone and while a queue goes home.

The swipe is one whose backend is unreachable: the amount stands, the card goes through the reader, and what happens
next is one step (transaction opened, card sealed, accepted offline, sale closed), one commit and one picture. With a
line there would be calls and several commits between swipe and outcome, and the network would be measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from app.cli.till import SWITCH_INTERVAL
from app.domain.messages import AmountEntered, Confirm, Start, Task
from app.domain.view import Lamp, Screen, TillView
from tests.benchmarks.children import A, B, Counter
from tests.benchmarks.fill import queue
from tests.benchmarks.measure import Figure, Goal, Plan, median, quantile, ratios
from tests.benchmarks.rig import Issuer, Rig
from tests.benchmarks.shop import AMOUNT, DOWN, DOWN_PREFIX, number_of, open_journal, track_of

FRAME_MS = 16.7
PAUSE_MS = 105
_WORK = "step, five records with their codes, a sealed card, the picture and the widgets, in Python"
G2 = Goal("G2", "swipe durable and on screen, p50", "bare read + write + fdatasync", 3, _WORK)
G2_TAIL = Goal("G2", "swipe durable and on screen, p99", "the same p99", 6, "the disk's and the scheduler's own spikes")
G2_FRAME = Goal("G2", "swipe durable and on screen, p99", "one frame at 60 Hz", FRAME_MS, _WORK, unit=" ms")
G3 = Goal("G3", "the same while a queue drains, p50", "idle, beside it", 4, "four lanes and the terminal share the GIL")
G3_FRAME = Goal("G3", "the same while a queue drains, p99", "one frame at 60 Hz", FRAME_MS, "the GIL", unit=" ms")
CARDS = 100


class Cashier:
    """Rings up, swipes and looks; notes how long each swipe took."""

    def __init__(self, rig: Rig, counter: Counter, first: int = 0) -> None:
        self._rig = rig
        self._counter = counter
        self._first = first
        self.taken: list[int] = []
        self.bare: list[int] = []

    def ready(self) -> None:
        """The reader is open and the second backend is known to be away."""
        self._rig.until(
            lambda view: (
                view.screen is Screen.HOME
                and any(lamp.face == DOWN and lamp.lamp is Lamp.BAD for lamp in view.strip.backends)
            )
        )
        self._rig.pause(300)

    def swipe(self) -> None:
        """One sale, and one swipe for the floor."""
        rig, turn = self._rig, len(self.taken)
        rig.say(Start(Task.PAY), AmountEntered(AMOUNT))
        rig.until(_shows(Screen.AWAIT_CARD))
        rig.pause(PAUSE_MS)
        track = track_of(number_of(DOWN_PREFIX, self._first + turn))
        self._counter.swipe(A, track)
        rig.until(_shows(Screen.OUTCOME))
        self.taken.append(rig.window.painted_at - self._counter.stamps.get(0, self._first + turn))
        rig.say(Confirm())
        rig.until(_shows(Screen.HOME))
        self._counter.swipe(B, track)
        rig.pause(PAUSE_MS)
        self.bare.append(self._counter.floor(self._first + turn))


def _shows(screen: Screen) -> Callable[[TillView], bool]:
    return lambda view: view.screen is screen


def run_swipe(plan: Plan) -> list[Figure]:
    """G2 and G3."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    per_round = plan.pick(2, 20, 60)
    folder = plan.folder / "g2"
    folder.mkdir()
    idle = plan.rounds * per_round
    busy = plan.pick(2, 60, 200)
    counter = Counter(folder, idle + busy, synced=True)
    try:
        alone = Cashier(Rig(folder / "alone", None, counter.reader), counter)
        _serve(alone, idle)
        beside, waiting = _while_draining(plan, counter, idle, busy)
    finally:
        counter.close()
        sys.setswitchinterval(before)
    parts = [slice(start, start + per_round) for start in range(0, idle, per_round)]
    ours = [median(alone.taken[part]) for part in parts]
    floor = [median(alone.bare[part]) for part in parts]
    tail = quantile(alone.taken, 0.99)
    note = f"p50 {median(alone.taken):.0f} us, floor {median(alone.bare):.0f} us, {idle} swipes"
    late = f"p50 {median(beside.taken):.0f} us, {len(beside.taken)} swipes while {waiting} waited, idle as above"
    return [
        Figure(G2, ratios(ours, floor), note),
        Figure(G2_TAIL, (tail / quantile(alone.bare, 0.99),), note),
        Figure(G2_FRAME, (tail / 1000,), note),
        Figure(G3, (median(beside.taken) / median(alone.taken),), late),
        Figure(G3_FRAME, (quantile(beside.taken, 0.99) / 1000,), late),
    ]


def _serve(cashier: Cashier, swipes: int) -> None:
    rig = cashier._rig
    rig.start()
    try:
        cashier.ready()
        for _ in range(swipes):
            cashier.swipe()
    finally:
        rig.close()


def _while_draining(plan: Plan, counter: Counter, first: int, most: int) -> tuple[Cashier, int]:
    """Swipes as long as the queue of the other backend lasts, at most ``most``."""
    waiting = plan.pick(30, 3_000, 10_000)
    folder = plan.folder / "g3"
    folder.mkdir()
    issuer = Issuer(folder, CARDS)
    try:
        journal, vault = open_journal(folder / "till")
        queue(journal, vault, issuer.accounts, waiting)
        journal.close()
        rig = Rig(folder / "till", issuer.contract, counter.reader)
        cashier = Cashier(rig, counter, first)
        rig.start()
        try:
            cashier.ready()
            while not cashier.taken or (len(cashier.taken) < most and not _is_gone(rig, len(cashier.taken))):
                cashier.swipe()
        finally:
            rig.close()
    finally:
        issuer.stop()
    return cashier, waiting


def _is_gone(rig: Rig, ours: int) -> bool:
    """Whether only what this cashier sold is left in the queue."""
    view = rig.window.view
    return view is not None and view.strip.queue.count <= ours
