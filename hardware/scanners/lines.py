"""The serial scanner: barcode and QR readers that send each code as a line of text.

On the wire, at 9600 baud, 8 data bits, no parity, 1 stop bit:

    DINCARD:709913518630612593<CR>

The scanner talks by itself; nothing is ever sent to it. Hand scanners with an RS-232 or USB-serial ("COM port")
interface send this as delivered, or after one setup barcode of their manual. Some add LF, some send no line end at
all, some can be told to put bytes before and behind each code, or the AIM identifier (`]C1` for Code 128, `]Q1` for a
QR code): each is an option here, and all of them are off. A scanner that is set up as a *keyboard* is no device of
this till: nobody can tell what it types from a person's typing. Its manual has a barcode that makes it a serial one.

The same code again within 1.5 s is the trigger held down, or a scanner that reads for ever, and is dropped. Only a
hash of it is kept for that: Python's own, 64 bits under a key that the interpreter draws at each start. Another code
that soon is told like any other: which one counts is not the scanner's to decide.
"""

from collections.abc import Mapping, Sequence

from hardware.device import LINE_OPTIONS, Driver, Kind, Option
from hardware.events import (
    BadScan,
    CodeData,
    CodeScanned,
    DeviceEvent,
    Notice,
    ReaderNotice,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.frames.lines import CodeLine, LineFinding, LineFramer, LineProfile
from hardware.frames.swipe import DEBOUNCE_SECONDS
from hardware.frames.track import Noise, Terminator, WrongSettings

BYTES = r"(?:(?!0[3AaDd])[0-9A-Fa-f]{2}){0,8}"
"""Up to eight bytes in hex: more than any manual lets a scanner put around a code. None of them ends a line (CR, LF,
ETX): that is the terminator's to say."""


class LineScanner:
    """A device: see `hardware.device.Device`."""

    def __init__(self, scanner: str, profile: LineProfile) -> None:
        self._scanner = scanner
        self._framer = LineFramer(profile)
        self._misconfigured = False
        self._last_hash: int | None = None
        self._last_at = 0.0
        self.double_scans = 0

    @property
    def buffered(self) -> int:
        """How many bytes are held back."""
        return self._framer.buffered

    def feed(self, data: bytes, now: float) -> Sequence[DeviceEvent]:
        """Take bytes as they came; tell what they completed."""
        return self._tell(self._framer.feed(data, now))

    def tick(self, now: float) -> Sequence[DeviceEvent]:
        """Tell what a pause has ended."""
        return self._tell(self._framer.tick(now))

    def deadline(self) -> float | None:
        """Return when `tick` is due."""
        return self._framer.deadline()

    def reset(self) -> None:
        """Forget half a line; what was scanned before is still remembered."""
        self._framer.reset()
        self._misconfigured = False

    def _tell(self, findings: Sequence[LineFinding]) -> list[DeviceEvent]:
        events: list[DeviceEvent] = []
        for finding in findings:
            match finding:
                case CodeLine(_, None, _):
                    if self._misconfigured:
                        self._misconfigured = False
                        events.append(ReaderStatus(self._scanner, ReaderState.READY))
                    events += self._once(finding)
                case CodeLine(_, fault, _):
                    assert fault is not None
                    events.append(BadScan(self._scanner, fault))
                case WrongSettings():
                    if not self._misconfigured:
                        self._misconfigured = True
                        events.append(
                            ReaderStatus(self._scanner, ReaderState.MISCONFIGURED, StatusReason.SERIAL_SETTINGS)
                        )
                case Noise(count):
                    events.append(ReaderNotice(self._scanner, Notice.NOISE, count))
        return events

    def _once(self, line: CodeLine) -> list[DeviceEvent]:
        fingerprint = hash(line.text)
        again = fingerprint == self._last_hash and line.ended_at - self._last_at < DEBOUNCE_SECONDS
        # a scanner that reads for ever keeps saying it: the time counts from the last time it did
        self._last_hash, self._last_at = fingerprint, line.ended_at
        if again:
            self.double_scans += 1
            return []
        return [CodeScanned(self._scanner, CodeData(line.text), line.ended_at)]


def _make(scanner: str, options: Mapping[str, str]) -> LineScanner:
    return LineScanner(
        scanner,
        LineProfile(
            terminator=Terminator(options["terminator"]),
            prefix=bytes.fromhex(options["prefix"]),
            suffix=bytes.fromhex(options["suffix"]),
            aim_id=options["aim_id"] == "on",
        ),
    )


DRIVER = Driver(
    name="lines",
    title="Serial barcode and QR scanner",
    kind=Kind.SCANNER,
    options=(
        *LINE_OPTIONS,
        Option("terminator", tuple(item.value for item in Terminator), "line", "what ends a line; line takes any"),
        Option("prefix", (), "", "bytes before each code, in hex, such as 02; no line end", BYTES),
        Option("suffix", (), "", "bytes behind each code, in hex, such as 09; no line end", BYTES),
        Option("aim_id", ("on", "off"), "off", "whether the AIM identifier of the symbology stands before the code"),
    ),
    make=_make,
)
