"""A pseudo terminal under a stable name: the wire of every simulated device.

    simulated device --> master  ===pty===  slave <-- stable name (a symbolic link) <-- the till's serial port

Pulling the cable closes the master, which hangs the till's end up, and removes the name, as udev does.
Putting it back makes a new pair under the same name. A pty has no speed, parity or modem lines.

POSIX only: a port to another system replaces this file.
"""

import os
import threading
import tty
from pathlib import Path


class VirtualLine:
    """One cable. `send` may be used from one thread while another unplugs."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._master = -1
        self._slave = -1

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._master >= 0

    def plug(self) -> None:
        """Put the cable in: a new pair of ends under the name. Nothing happens when it is in already."""
        with self._lock:
            if self._master >= 0:
                return
            # Our own hold on the slave keeps what is sent before the till has opened, and the raw mode,
            # alive.
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            fresh = self.name.with_name(f".{self.name.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.name)

    def unplug(self) -> None:
        """Pull the cable out: the name goes, the till's end hangs up, bytes under way are lost."""
        with self._lock:
            if self._master < 0:
                return
            self.name.unlink(missing_ok=True)
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1

    def send(self, data: bytes, piece: int = 0, gap: float = 0.0) -> int:
        """Send bytes, whole or in pieces with a pause between; return how many went out.

        Args:
            data: what to send.
            piece: bytes per write; 0 sends all in one.
            gap: seconds between writes; `close` ends a pause.
        """
        size = piece or max(len(data), 1)
        sent = 0
        for start in range(0, len(data), size):
            if start and gap and self._closing.wait(gap):
                break
            written = self._write(data[start : start + size])
            sent += written
            if written < len(data[start : start + size]):
                break
        return sent

    def close(self) -> None:
        """Unplug for good and end a pause in `send`."""
        self._closing.set()
        self.unplug()

    def _write(self, data: bytes) -> int:
        with self._lock:
            if self._master < 0:
                return 0
            try:
                return os.write(self._master, data)
            except BlockingIOError:
                return 0  # nobody reads and the line's buffer is full: a real line loses these bytes as well
