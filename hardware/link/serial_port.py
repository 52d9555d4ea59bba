"""A serial port, or anything pyserial can open by URL.

pyserial opens and configures; on a port with a descriptor the waiting and reading is ours (`link/posix.py`):
one poll and one read per burst, and a stop that does not wait. URLs without a descriptor are read through
pyserial in slices.

The port is opened again under the name it was given, so give it a stable one (`/dev/serial/by-id/...`).
"""

import io
from urllib.parse import urlsplit

import serial
from serial.tools import list_ports

from hardware.device import LineSettings
from hardware.errors import BadLinkUrl, LinkLost
from hardware.events import StatusReason
from hardware.link.posix import PORT_ERRORS, READ_BYTES, WakePipe, reason_of

# A read through pyserial cannot be woken on every kind of URL: a stop waits at most this long.
_SLICE_SECONDS = 0.2
# spy:// writes every byte, card numbers included, to a file or the terminal.
_FORBIDDEN_SCHEMES = frozenset({"spy"})


class SerialLink:
    """A link over a serial port; see `hardware.link.base.Link`."""

    def __init__(self, url: str, line: LineSettings) -> None:
        self._url = url
        self._line = line
        self._pipe = WakePipe()
        self._port: serial.Serial | None = None
        self._has_descriptor = False

    def open(self) -> None:
        """Open and configure the port; bytes that came before are thrown away.

        A device opens at once; a `socket://` URL may take pyserial's 5 s, which no wake-up shortens.
        """
        scheme = urlsplit(self._url).scheme
        if scheme in _FORBIDDEN_SCHEMES:
            raise BadLinkUrl(f"{scheme}: is not allowed, it records card data")
        try:
            port = serial.serial_for_url(
                self._url,
                baudrate=self._line.baudrate,
                bytesize=self._line.bytesize,
                parity=self._line.parity,
                stopbits=self._line.stopbits,
                timeout=0,
                exclusive=None if scheme else True,
            )
        except ValueError:
            raise BadLinkUrl(f"the address of the port cannot be used: scheme {scheme!r} or its settings") from None
        except PORT_ERRORS as error:
            raise LinkLost(reason_of(error)) from None
        self._port = port
        try:
            self._pipe.attach(port.fileno())
            self._has_descriptor = True
        except (io.UnsupportedOperation, AttributeError):
            self._has_descriptor = False

    def read(self, timeout: float | None) -> bytes:
        """Wait for bytes; see `Link.read`."""
        if self._has_descriptor:
            return self._pipe.read(timeout)
        if self._port is None:
            raise LinkLost(StatusReason.UNPLUGGED)
        try:
            self._port.timeout = _SLICE_SECONDS if timeout is None else min(timeout, _SLICE_SECONDS)
            return bytes(self._port.read(min(max(1, self._port.in_waiting), READ_BYTES)))
        except PORT_ERRORS as error:
            raise LinkLost(reason_of(error)) from None

    def pause(self, seconds: float) -> None:
        """Wait without reading."""
        self._pipe.wait(seconds)

    def wake(self) -> None:
        """End a wait from any thread."""
        self._pipe.wake()

    def close(self) -> None:
        """Close the port, also when it is already gone."""
        self._pipe.detach()
        port, self._port, self._has_descriptor = self._port, None, False
        if port is None:
            return
        try:
            port.close()
        except PORT_ERRORS:
            return  # it went away before: nothing is left to close

    def release(self) -> None:
        """Give the wake-up pipe back."""
        self.close()
        self._pipe.close()


def list_serial_ports() -> list[str]:
    """Return the names of the serial ports this machine has now."""
    return sorted(port.device for port in list_ports.comports())
