"""What devices tell: facts about bytes and cables, never about money.

Every event is frozen, names the reader it came from, and hides card data from `repr`. Times are seconds of
the monotonic clock the device's loop runs on; they are only good for differences.
"""

from dataclasses import dataclass, field
from enum import Enum, unique


@dataclass(frozen=True, slots=True)
class TrackData:
    """The characters of one track as the reader sent them, without sentinels and check character.

    `text` is the only way to the content; `repr`, `str` and format all hide it.
    """

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "TrackData(hidden)"

    def __repr__(self) -> str:
        return "TrackData(hidden)"


@dataclass(frozen=True, slots=True)
class CodeData:
    """The signs of one code as the scanner read them, without what it puts around them. Hidden like `TrackData`."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "CodeData(hidden)"

    def __repr__(self) -> str:
        return "CodeData(hidden)"


@unique
class BadReadReason(Enum):
    """Why a swipe gave no card, or a scan no code; each asks for another."""

    READER_ERROR = "reader-error"  # the reader itself reported that it could not read track 2
    INCOMPLETE = "incomplete"  # a sentinel or the end of the line is missing: part of the track may be cut off
    CHECK_CHARACTER = "check-character"  # the longitudinal check does not match
    CHARACTERS = "characters"  # something else than the 5-bit set stands in track 2, or than printable ASCII in a code
    TOO_LONG = "too-long"  # more than a track, or a line of a scanner, can hold
    NO_TRACK_2 = "no-track-2"  # only another track came, or an empty one


@unique
class Notice(Enum):
    """Things worth a line in diagnostics that need nobody's hand."""

    NOISE = "noise"  # many bytes belonged to no frame: a break, a bad cable or a wrong baud rate


@unique
class ReaderState(Enum):
    """How a reader is, as the status strip shows it."""

    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"
    MISCONFIGURED = "misconfigured"


@unique
class StatusReason(Enum):
    """Why a reader is in its state."""

    NONE = "none"
    NOT_FOUND = "not-found"  # there is no such device
    NO_PERMISSION = "no-permission"  # it is there and this user may not open it
    BUSY = "busy"  # another program holds it
    UNPLUGGED = "unplugged"  # it was there and hung up
    BAD_ADDRESS = "bad-address"  # the port's address can never work: a matter of configuration, not tried again
    FAILED = "failed"  # any other error of the port
    SERIAL_SETTINGS = "serial-settings"  # bytes arrive with the wrong parity or size: 7E1 read as 8N1


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was swiped and its track 2 arrived whole: at most 37 5-bit characters, check character good.

    What the characters *mean* is not decided here.
    """

    reader: str
    track2: TrackData
    track1: TrackData | None
    at_monotonic: float


@dataclass(frozen=True, slots=True)
class CardConflict:
    """A second, different card followed the last one so closely that a person must say which one counts."""

    reader: str
    second: CardRead


@dataclass(frozen=True, slots=True)
class BadRead:
    """Somebody swiped and nothing usable came."""

    reader: str
    reason: BadReadReason


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A code was scanned and arrived whole: printable ASCII, at least one sign. What it *means* is not decided here."""

    scanner: str
    code: CodeData
    at_monotonic: float


@dataclass(frozen=True, slots=True)
class BadScan:
    """Somebody scanned and nothing usable came."""

    scanner: str
    reason: BadReadReason


@dataclass(frozen=True, slots=True)
class ReaderNotice:
    """A remark for diagnostics. `count` is the number of bytes it is about."""

    reader: str
    notice: Notice
    count: int


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """A reader's state changed."""

    reader: str
    state: ReaderState
    reason: StatusReason = StatusReason.NONE


DeviceEvent = CardRead | CardConflict | BadRead | CodeScanned | BadScan | ReaderNotice | ReaderStatus
