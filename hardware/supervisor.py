"""The loop around one device: open, read, feed, tell; and when the cable goes, wait and open again.

    CONNECTING --opened--> READY --lost--> LOST --wait--> opened --> READY ...
        |
        +------ the address can never work --> MISCONFIGURED, and the loop ends

The loop reads the clock and the link; all meaning is in the device, which is pure. Between a burst of bytes
and the event it completes stand one poll, one read and the driver: nothing else may be put there.
"""

import threading
import time
from collections.abc import Callable

from hardware.device import Device
from hardware.errors import BadLinkUrl, LinkLost
from hardware.events import DeviceEvent, ReaderState, ReaderStatus, StatusReason
from hardware.link.base import Link

# Tries to open have no limit: a till waits for its reader all day. The wait between them has: short enough
# that a replugged reader is back before the cashier looks up, long enough to cost nothing.
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0

Sink = Callable[[DeviceEvent], None]


class Supervisor:
    """Runs one device over one link until stopped. `run` blocks; `stop` may come from any thread."""

    def __init__(
        self,
        reader: str,
        device: Device,
        link: Link,
        sink: Sink,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._device = device
        self._link = link
        self._sink = sink
        self._clock = clock
        self._stopping = False
        self._told = ReaderStatus(reader, ReaderState.CONNECTING)
        self._wait = FIRST_WAIT_SECONDS

    def run(self) -> None:
        """Serve the device until `stop`, or until its address proves unusable; the link is released at the end."""
        self._sink(self._told)
        try:
            self._serve()
        except BadLinkUrl:
            self._tell(ReaderState.MISCONFIGURED, StatusReason.BAD_ADDRESS)
        finally:
            self._link.release()

    def _serve(self) -> None:
        while not self._stopping:
            try:
                self._link.open()
                self._tell(ReaderState.READY, StatusReason.NONE)
                self._pump()
            except LinkLost as lost:
                self._tell(ReaderState.LOST, lost.reason)
            finally:
                self._link.close()
                self._device.reset()
            if not self._stopping:
                self._link.pause(self._wait)
                self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)

    def stop(self) -> None:
        """End `run` at once, whatever it waits for."""
        self._stopping = True
        self._link.wake()

    def release(self) -> None:
        """Give the link back when `run` was never called."""
        self._link.release()

    def _pump(self) -> None:
        device, link, clock, sink = self._device, self._link, self._clock, self._sink
        while not self._stopping:
            due = device.deadline()
            data = link.read(None if due is None else due - clock())
            if data:
                self._wait = FIRST_WAIT_SECONDS  # a port that speaks is well; one that only opens is not yet
                events = device.feed(data, clock())
            else:
                events = device.tick(clock())
            for event in events:
                sink(event)

    def _tell(self, state: ReaderState, reason: StatusReason) -> None:
        status = ReaderStatus(self._reader, state, reason)
        if status != self._told:
            self._told = status
            self._sink(status)


class DeviceThread:
    """A thread around a supervisor: started once, stopped once, joined; never a daemon."""

    def __init__(self, supervisor: Supervisor, name: str) -> None:
        self._supervisor = supervisor
        self._thread = threading.Thread(target=supervisor.run, name=name)

    def start(self) -> None:
        """Begin to serve the device."""
        self._thread.start()

    def stop(self) -> None:
        """End the loop and wait for the thread; safe to call twice and when the loop has ended by itself."""
        self._supervisor.stop()
        if self._thread.ident is not None:
            self._thread.join()
        else:
            self._supervisor.release()
