"""The plain ASCII stripe reader: what nearly every serial swipe reader sends, or can be set to send.

On the wire, at 9600 baud, 8 data bits, no parity, 1 stop bit:

    %B7013360000000000000^GIFT/CARD^2012125123?;7013360000000000000=2012125123?<CR>
    |track 1                                   |track 2                        |end of line

The reader talks by itself; nothing is ever sent to it. Some readers end each track with a CR of its own, some
put STX and ETX around the line, some send no sentinels, some no line end at all, some add a check character
after the `?`:
each is an option here. A track the reader could not read comes as the single letter E (`;E?`). After power-up
a reader may send a line of text about itself.

Serial settings that do not match are told from what arrives: even parity read as no parity sets the top bit
of half of all characters.
"""

from collections.abc import Mapping, Sequence

from hardware.device import LINE_OPTIONS, Driver, Option
from hardware.events import (
    CardRead,
    DeviceEvent,
    Notice,
    ReaderNotice,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.frames.swipe import SwipeAssembler
from hardware.frames.track import (
    Finding,
    Noise,
    Terminator,
    TrackFrame,
    TrackFramer,
    TrackProfile,
    WrongSettings,
)


class AsciiReader:
    """A device: see `hardware.device.Device`."""

    def __init__(self, reader: str, profile: TrackProfile) -> None:
        self._reader = reader
        self._framer = TrackFramer(profile)
        self._swipe = SwipeAssembler(reader)
        self._misconfigured = False

    @property
    def buffered(self) -> int:
        """How many bytes are held back."""
        return self._framer.buffered

    def feed(self, data: bytes, now: float) -> Sequence[DeviceEvent]:
        """Take bytes as they came; tell what they completed."""
        return self._tell(self._framer.feed(data, now))

    def tick(self, now: float) -> Sequence[DeviceEvent]:
        """Tell what a pause has ended; a line in progress keeps its swipe open."""
        events = self._tell(self._framer.tick(now))
        if not self._framer.buffered:
            events += self._swipe.tick(now)
        return events

    def deadline(self) -> float | None:
        """Return when `tick` is due."""
        due = self._framer.deadline()
        return self._swipe.deadline() if due is None else due

    def reset(self) -> None:
        """Forget half a line and half a swipe."""
        self._framer.reset()
        self._swipe.reset()
        self._misconfigured = False

    def _tell(self, findings: Sequence[Finding]) -> list[DeviceEvent]:
        events: list[DeviceEvent] = []
        for finding in findings:
            match finding:
                case TrackFrame():
                    told = self._swipe.take(finding)
                    if self._misconfigured and any(isinstance(event, CardRead) for event in told):
                        self._misconfigured = False
                        events.append(ReaderStatus(self._reader, ReaderState.READY))
                    events += told
                case WrongSettings():
                    if not self._misconfigured:
                        self._misconfigured = True
                        events.append(
                            ReaderStatus(self._reader, ReaderState.MISCONFIGURED, StatusReason.SERIAL_SETTINGS)
                        )
                case Noise(count):
                    events.append(ReaderNotice(self._reader, Notice.NOISE, count))
        return events


def _make(reader: str, options: Mapping[str, str]) -> AsciiReader:
    return AsciiReader(
        reader,
        TrackProfile(
            terminator=Terminator(options["terminator"]),
            sentinels=options["sentinels"] == "on",
            check_character=options["check_character"] == "on",
        ),
    )


DRIVER = Driver(
    name="ascii",
    title="Plain ASCII stripe reader",
    options=(
        *LINE_OPTIONS,
        Option("terminator", tuple(item.value for item in Terminator), "line", "what ends a line; line takes any"),
        Option("sentinels", ("on", "off"), "on", "whether tracks come with their start and end sentinels"),
        Option("check_character", ("on", "off"), "off", "whether the check character follows the end sentinel"),
    ),
    make=_make,
)
