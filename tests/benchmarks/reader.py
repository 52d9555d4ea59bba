"""G1: from the last byte of a swipe to a slot of the window's thread, through the real reader."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.cli.till import SWITCH_INTERVAL
from app.domain.messages import CardSwiped
from app.service.peripherals import interpret
from hardware.events import DeviceEvent
from hardware.link.serial_port import SerialLink
from hardware.registry import driver
from hardware.supervisor import DeviceThread, Supervisor
from tests.benchmarks.children import A, B, Counter
from tests.benchmarks.measure import Figure, Goal, Plan, median, quantile, ratios
from tests.benchmarks.shop import UP_PREFIX, number_of, track_of

_BOUND = "one more thread and one queued signal than the floor: two wake-ups instead of one"
G1 = Goal("G1", "last byte of a swipe to the slot, p50", "a process blocked in read(2)", 2.5, _BOUND)
G1_TAIL = Goal("G1", "last byte of a swipe to the slot, p99", "the same process, p99", None, "the machine's scheduler")
PAUSE_MS = 105
"""Between the till's swipe and the floor's: twice this is more than the 200 ms in which lines are one swipe."""


def application() -> QApplication:
    """The one application of this process."""
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication(["benchmarks"])


class _Slot(QObject):
    """What the bridge is: one signal from the device's thread, one slot in the window's."""

    came = Signal(object)

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.taken: list[int] = []
        self._counter = counter
        self._turn = 0
        self.loop = QEventLoop()
        self.came.connect(self._take)

    def sink(self, event: DeviceEvent) -> None:
        """In the device's thread."""
        message = interpret(event)
        if isinstance(message, CardSwiped):
            self.came.emit(message)

    @Slot(object)
    def _take(self, _message: object) -> None:
        self.taken.append(time.monotonic_ns() - self._counter.stamps.get(0, len(self.taken)))
        QTimer.singleShot(PAUSE_MS, self._bare)

    def next(self) -> None:
        """A swipe for the till."""
        if self._turn == self._counter.swipes:
            self.loop.quit()
            return
        self._turn += 1
        self._counter.swipe(A, track_of(number_of(UP_PREFIX, self._turn)))

    def _bare(self) -> None:
        self._counter.swipe(B, track_of(number_of(UP_PREFIX, self._turn)))
        QTimer.singleShot(PAUSE_MS, self.next)


def run_reader(plan: Plan) -> list[Figure]:
    """G1."""
    application()
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    per_round = plan.pick(3, 30, 100)
    folder = plan.folder / "g1"
    folder.mkdir()
    counter = Counter(folder, plan.rounds * per_round, synced=False)
    slot = _Slot(counter)
    kind = driver("ascii")
    device = kind.build("reader", {})
    link = SerialLink(str(counter.reader), kind.line({}))
    thread = DeviceThread(Supervisor("reader", device, link, slot.sink), "reader")
    try:
        thread.start()
        QTimer.singleShot(300, slot.next)  # the port is open by then; what came before is thrown away
        QTimer.singleShot(60_000 + counter.swipes * 400, slot.loop.quit)
        slot.loop.exec()
    finally:
        thread.stop()
        counter.close()
        sys.setswitchinterval(before)
    bare = [counter.floor(index) for index in range(counter.swipes)]
    rounds = [slice(start, start + per_round) for start in range(0, counter.swipes, per_round)]
    ours = [median(slot.taken[part]) for part in rounds]
    floor = [median(bare[part]) for part in rounds]
    tail = quantile(slot.taken, 0.99) / quantile(bare, 0.99)
    note = f"p50 {median(slot.taken):.0f} us, floor {median(bare):.0f} us; p99 {quantile(slot.taken, 0.99):.0f} us"
    return [Figure(G1, ratios(ours, floor), note), Figure(G1_TAIL, (tail,), note)]
