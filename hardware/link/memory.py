"""A cable in memory: bytes put in one end come out of the other, and it can be pulled."""

import threading
from collections import deque

from hardware.errors import LinkLost
from hardware.events import StatusReason

# Far above what a test or a demonstration has under way; a writer that overruns it loses bytes, as on a real
# line.
MAX_CHUNKS = 4096


class MemoryLink:
    """A link without a port (see `hardware.link.base`); `put`, `unplug`, `replug` work from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque(maxlen=MAX_CHUNKS)
        self._plugged = True
        self._woken = False

    def put(self, data: bytes) -> None:
        """Send bytes as one chunk; lost when the cable is out."""
        with self._changed:
            if self._plugged:
                self._chunks.append(data)
                self._changed.notify_all()

    def unplug(self) -> None:
        """Pull the cable: what was not read yet is lost."""
        with self._changed:
            self._plugged = False
            self._chunks.clear()
            self._changed.notify_all()

    def replug(self) -> None:
        """Put the cable back."""
        with self._changed:
            self._plugged = True
            self._changed.notify_all()

    def open(self) -> None:
        """See `Link.open`."""
        with self._changed:
            if not self._plugged:
                raise LinkLost(StatusReason.NOT_FOUND)

    def read(self, timeout: float | None) -> bytes:
        """See `Link.read`."""
        with self._changed:
            self._changed.wait_for(lambda: self._chunks or self._woken or not self._plugged, timeout)
            self._woken = False
            if not self._plugged:
                raise LinkLost(StatusReason.UNPLUGGED)
            return self._chunks.popleft() if self._chunks else b""

    def pause(self, seconds: float) -> None:
        """See `Link.pause`."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken, seconds)
            self._woken = False

    def wake(self) -> None:
        """See `Link.wake`."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """See `Link.close`."""

    def release(self) -> None:
        """See `Link.release`."""
