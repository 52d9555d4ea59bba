"""What only POSIX has: waiting on a descriptor and a wake-up pipe at once, and the errors of a terminal line.

A port to another system replaces this file.
"""

import errno
import math
import os
import select
import termios
import threading

from hardware.errors import LinkLost
from hardware.events import StatusReason

# pyserial's SerialException is an OSError; after an unplug some of its calls raise termios.error, which is
# not.
PORT_ERRORS: tuple[type[Exception], ...] = (OSError, termios.error)

# More than any burst of a reader; a bound on what one read can return.
READ_BYTES = 4096

_REASONS = {
    errno.ENOENT: StatusReason.NOT_FOUND,
    errno.ENXIO: StatusReason.NOT_FOUND,
    errno.ENODEV: StatusReason.NOT_FOUND,
    errno.EACCES: StatusReason.NO_PERMISSION,
    errno.EPERM: StatusReason.NO_PERMISSION,
    errno.EBUSY: StatusReason.BUSY,
    errno.EAGAIN: StatusReason.BUSY,
    errno.EIO: StatusReason.UNPLUGGED,
}


def reason_of(error: Exception) -> StatusReason:
    """Say in our words why a port failed."""
    number = error.errno if isinstance(error, OSError) else None
    return _REASONS.get(number, StatusReason.FAILED) if number is not None else StatusReason.FAILED


class WakePipe:
    """A pipe whose reading end can be waited on beside a port; a byte in it ends the wait."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        self._closing = threading.RLock()  # re-entrant: a signal handler may wake while its thread closes
        self._closed = False
        self._poll = select.poll()
        self._poll.register(self._read_end, select.POLLIN)
        self._port = -1

    def attach(self, descriptor: int) -> None:
        """Wait on this descriptor too."""
        self._port = descriptor
        self._poll.register(descriptor, select.POLLIN)

    def detach(self) -> None:
        """Stop waiting on the attached descriptor."""
        if self._port >= 0:
            self._poll.unregister(self._port)
            self._port = -1

    def wait(self, timeout: float | None) -> bool:
        """Wait for either; True when the attached descriptor has something to say, a hang-up included."""
        ready = self._poll.poll(None if timeout is None else math.ceil(max(timeout, 0.0) * 1000))
        port_ready = False
        for descriptor, _ in ready:
            if descriptor == self._port:
                port_ready = True
            else:
                self._drain()
        return port_ready

    def read(self, timeout: float | None) -> bytes:
        """Wait, then read what the attached descriptor has; empty on time-out or wake-up.

        Raises:
            LinkLost: the descriptor hung up or failed.
        """
        if not self.wait(timeout):
            return b""
        try:
            data = os.read(self._port, READ_BYTES)
        except BlockingIOError:
            return b""  # another process took the bytes, or the wake-up of poll was spurious
        except OSError as error:
            raise LinkLost(reason_of(error)) from None
        if not data:
            raise LinkLost(StatusReason.UNPLUGGED)
        return data

    def wake(self) -> None:
        """End a wait; safe from any thread, when already woken, and after the end."""
        with self._closing:
            if self._closed:
                return
            try:
                os.write(self._write_end, b"\x00")
            except BlockingIOError:
                return  # the pipe is full of wake-ups already

    def close(self) -> None:
        """Give both ends back; may be called again."""
        with self._closing:
            if not self._closed:
                self._closed = True
                os.close(self._read_end)
                os.close(self._write_end)

    def _drain(self) -> None:
        try:
            while os.read(self._read_end, READ_BYTES):
                pass
        except BlockingIOError:
            return
