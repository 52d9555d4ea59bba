"""The track framer: finds the tracks of a magnetic stripe in a stream of ASCII bytes.

A line, as almost every reader sends it:

    noise  %  track 1  ?  ;  track 2  ?  ;  track 3  ?  CR
           |           |  |           |  |
           start       end            end, then the check character where the reader is set to send it

One read is not one swipe: port-powered readers pause 10 ms between bursts, adapters cut anywhere. So bytes
are collected until the line ends and are looked at as a whole. What ends it is the reader's setting: CR, LF,
both, ETX, or nothing at all, in which case a pause after the end sentinel does.

Bounds. A line holds at most 256 bytes: 79 + 40 + 107 characters of three tracks and some framing. What is
longer is thrown away up to the next start sentinel or line end. A pause of 100 ms inside a line (ten
characters at 9600 baud plus a burst gap, doubled and rounded) means the rest will never come. Eight bytes
with the top bit set in one burst mean that the port is set wrongly (even parity read as no parity); stripping
the bit would *guess* at card numbers, so the framer turns deaf until the line is quiet and says so.

The check character (LRC) is the exclusive or of the character values from the start sentinel to the end
sentinel. It can itself look like `?`, `;` or `=`, so it is taken by its place.

    ;7013360000000000000=2012125123?   has the check character   >
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, unique

from hardware.events import BadReadReason

MAX_LINE_BYTES = 256
INTER_CHARACTER_SECONDS = 0.100
HIGH_BYTES_LIMIT = 8
NOISE_WARNING_BYTES = 64

TRACK_1_MAX = 76
TRACK_2_MAX = 37

_STARTS = re.compile(rb"[%;+]")
_RESTARTS = re.compile(rb"[%;]")
# NUL and the rest of the control characters carry nothing; STX, ESC and line ends are framing, all others are
# noise.
_FRAMING = bytes((0x02, 0x03, 0x0A, 0x0D, 0x1B))
_CONTROL = bytes(range(0x20)) + b"\x7f"
_TRACK_2 = re.compile(r"[0-9:<=>]+\Z")
_TRACK_1 = re.compile(r"[ -$&->@-_]+\Z")
# A line of a reader without sentinels that may be a track; five digits are the shortest card number known.
_BARE = re.compile(rb"[0-9=]{5}")
# A clean swipe as it is mostly sent: track 2, perhaps track 1 before it, no check character. No E, no
# sentinel inside.
_PLAIN_SWIPE = rb"(?:%([ -$&-*,-:<->@-_]{2,76})\?)?;([0-9:<=>]{1,37})\?"
_DAMAGED = re.compile(rb"[=?]")


@unique
class Terminator(Enum):
    """What ends a line. LINE takes any of them, and is right unless a reader sends none."""

    LINE = "line"
    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    ETX = "etx"
    NONE = "none"


_ENDING_BYTES = {
    Terminator.LINE: b"\r\n\x03",
    Terminator.CR: b"\r",
    Terminator.LF: b"\n",
    Terminator.CRLF: b"\r\n",
    Terminator.ETX: b"\x03",
    Terminator.NONE: b"\r\n\x03",
}


@dataclass(frozen=True, slots=True)
class TrackProfile:
    """How one reader is set: what ends its lines, whether it sends sentinels and check characters."""

    terminator: Terminator = Terminator.LINE
    sentinels: bool = True
    check_character: bool = False


@unique
class Track(Enum):
    """Which track a frame holds, as far as its first character tells: tracks 2 and 3 share one."""

    ONE = "%"
    TWO = ";"
    THREE = "+"


@dataclass(frozen=True, slots=True)
class TrackFrame:
    """One track: its characters without sentinels, or why they cannot be used."""

    track: Track
    text: str = field(repr=False)
    fault: BadReadReason | None
    started_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class WrongSettings:
    """Too many bytes with the top bit set: the port is not set as the reader is."""


@dataclass(frozen=True, slots=True)
class Noise:
    """So many bytes since the last good track belonged to no frame."""

    count: int


Finding = TrackFrame | WrongSettings | Noise


def check_character(framed: str) -> str:
    """Return the LRC of a track given with both sentinels, as the character a reader sends."""
    base = 0x20 if framed.startswith("%") else 0x30
    value = 0
    for character in framed:
        value ^= ord(character) - base
    return chr(value + base)


class TrackFramer:
    """Bytes and time in, frames out. Not thread-safe: it belongs to its device's loop."""

    def __init__(self, profile: TrackProfile) -> None:
        self._profile = profile
        endings = _ENDING_BYTES[profile.terminator]
        self._endings = re.compile(b"[" + re.escape(endings) + b"]")
        self._plain = re.compile(_PLAIN_SWIPE + b"[" + re.escape(endings) + b"]+")
        self._may_be_plain = profile.sentinels and not profile.check_character
        self._line = bytearray()
        self._started_at = 0.0
        self._last_at = 0.0
        self._skipping = False  # an overlong line: wait for a start sentinel or a line end
        self._deaf = False  # wrong settings: wait for a quiet line
        self._high = 0
        self._noise = 0

    @property
    def buffered(self) -> int:
        """How many bytes are held back, never more than MAX_LINE_BYTES."""
        return len(self._line)

    def deadline(self) -> float | None:
        """Return when a pause will have ended what is half received."""
        return None if self._quiet() else self._last_at + INTER_CHARACTER_SECONDS

    def reset(self) -> None:
        """Forget everything that is half received."""
        self._line.clear()
        self._skipping = self._deaf = False
        self._high = 0

    def tick(self, now: float) -> list[Finding]:
        """Tell what a pause has ended."""
        due = self.deadline()
        if due is None or now < due:
            return []
        found: list[Finding] = []
        if self._line:
            found.extend(self._end_by_pause())
        self.reset()
        return found

    def feed(self, data: bytes, now: float) -> list[Finding]:
        """Take bytes in any pieces; return what they completed."""
        if self._may_be_plain and self._quiet() and (plain := self._plain.fullmatch(data)):
            return self._whole_swipe(plain, now)
        found = self.tick(now)
        self._last_at = now
        if not data.isascii():
            self._high += sum(byte >= 0x80 for byte in data)
            if self._high >= HIGH_BYTES_LIMIT and not self._deaf:
                self._noise += len(self._line)
                self._line.clear()
                self._deaf = True
                found.append(WrongSettings())
        if self._deaf:
            return found
        position = 0
        while position < len(data):
            position = self._skip(data, position) if self._skipping else self._take(data, position, now, found)
        return found

    def _quiet(self) -> bool:
        return not (self._line or self._skipping or self._deaf or self._high)

    def _whole_swipe(self, plain: re.Match[bytes], now: float) -> list[Finding]:
        """Take the usual case in one step: a quiet line, and then one clean swipe in one read.

        It tells what the long way below tells (a test cuts swipes anywhere and compares) and is there for its
        speed:
        between the last byte and the event, code that has gone cold costs ten times what it costs in a loop.
        """
        self._last_at = self._started_at = now
        self._noise = 0
        track1, track2 = plain.groups()
        second = TrackFrame(Track.TWO, track2.decode("ascii"), None, now, now)
        if track1 is None:
            return [second]
        return [TrackFrame(Track.ONE, track1.decode("ascii"), None, now, now), second]

    def _take(self, data: bytes, position: int, now: float, found: list[Finding]) -> int:
        """Move bytes into the line up to its end, its limit or the end of the data; return where to go on."""
        ending = self._endings.search(data, position)
        end = ending.start() if ending else len(data)
        room = MAX_LINE_BYTES - len(self._line)
        if end - position > room:
            self._line += data[position : position + room]
            found.extend(self._overflow(now))
            return position + room
        if end > position:
            if not self._line:
                self._started_at = now
            self._line += data[position:end]
        if ending is None:
            return end
        if self._line:
            line = bytes(self._line)
            self._line.clear()
            found.extend(self._parse(line, now))
        return end + 1

    def _overflow(self, now: float) -> Iterator[Finding]:
        """Give a full line up: a track without an end, or plain noise when nothing in it begins a track."""
        if _STARTS.search(self._line):
            yield TrackFrame(Track.TWO, "", BadReadReason.TOO_LONG, now, now)
        else:
            yield from self._count_noise(len(self._line))
        self._line.clear()
        self._skipping = True

    def _skip(self, data: bytes, position: int) -> int:
        """Throw bytes away until a start sentinel (kept) or a line end."""
        start = _STARTS.search(data, position)
        ending = self._endings.search(data, position)
        stops = [match.start() for match in (start, ending) if match]
        stop = min(stops, default=len(data))
        self._noise += stop - position
        self._skipping = not stops
        return stop

    def _end_by_pause(self) -> Iterator[Finding]:
        line = bytes(self._line)
        if self._profile.terminator is Terminator.NONE:
            yield from self._parse(line, self._last_at)
            return
        begins = _STARTS if self._profile.sentinels else _BARE
        if begins.search(line):
            track = Track.ONE if b"%" in line and b";" not in line else Track.TWO
            yield TrackFrame(track, "", BadReadReason.INCOMPLETE, self._started_at, self._last_at)
        else:
            yield from self._count_noise(len(line.translate(None, _FRAMING)))

    def _count_noise(self, count: int) -> Iterator[Noise]:
        before = self._noise
        self._noise += count
        if before < NOISE_WARNING_BYTES <= self._noise:
            yield Noise(self._noise)

    def _parse(self, raw: bytes, ended_at: float) -> Iterator[Finding]:
        line = raw.translate(None, _CONTROL)
        if len(line) != len(raw):
            yield from self._count_noise(len(raw.translate(None, _FRAMING)) - len(line))
        if not self._profile.sentinels:
            yield from self._parse_bare(line, ended_at)
            return
        start = _STARTS.search(line)
        if start is None:
            if _DAMAGED.search(line):
                yield TrackFrame(Track.TWO, "", BadReadReason.INCOMPLETE, self._started_at, ended_at)
            else:  # a sign-on text or rubbish: not a track in any way
                yield from self._count_noise(len(line))
            return
        if start.start():
            yield from self._count_noise(start.start())
        yield from self._parse_tracks(line, start.start(), ended_at)

    def _parse_tracks(self, line: bytes, position: int, ended_at: float) -> Iterator[Finding]:
        """Walk from start sentinel to start sentinel."""
        while True:
            end = line.find(b"?", position + 1)
            restart = _RESTARTS.search(line, position + 1, end if end >= 0 else len(line))
            if restart:
                if restart.start() > position + 1:  # the one before was cut: its end never came
                    yield self._frame(line, position, None, "", ended_at)
                position = restart.start()
                continue
            if end < 0:
                yield self._frame(line, position, None, "", ended_at)
                return
            after = end + 1
            sent = ""
            if self._profile.check_character and line[position + 1 : end] != b"E":
                sent = line[after : after + 1].decode("latin-1")
                after += 1
            yield self._frame(line, position, end, sent, ended_at)
            following = _STARTS.search(line, after)
            stray = (following.start() if following else len(line)) - after
            if stray > 0:
                yield from self._count_noise(stray)
            if following is None:
                return
            position = following.start()

    def _frame(self, line: bytes, start: int, end: int | None, sent: str, ended_at: float) -> TrackFrame:
        track = Track(chr(line[start]))
        if end is None:
            return TrackFrame(track, "", BadReadReason.INCOMPLETE, self._started_at, ended_at)
        text = line[start + 1 : end].decode("latin-1")
        fault = _fault_of(track, text)
        if fault is None and self._profile.check_character:
            good = sent == check_character(line[start : end + 1].decode("latin-1"))
            fault = None if good else BadReadReason.CHECK_CHARACTER
        if fault is None:
            self._noise = self._high = 0
        return TrackFrame(track, text if fault is None else "", fault, self._started_at, ended_at)

    def _parse_bare(self, line: bytes, ended_at: float) -> Iterator[Finding]:
        """Read a line of a reader that sends no sentinels: it is track 2; a stray sentinel is forgiven."""
        text = line.decode("latin-1").removeprefix(";").removesuffix("?")
        fault = _fault_of(Track.TWO, text)
        if fault is BadReadReason.CHARACTERS and not _DAMAGED.search(line):
            yield from self._count_noise(len(line))  # a sign-on text
            return
        yield TrackFrame(Track.TWO, text if fault is None else "", fault, self._started_at, ended_at)


def _fault_of(track: Track, text: str) -> BadReadReason | None:
    if text == "E":
        return BadReadReason.READER_ERROR
    if not text:
        return BadReadReason.NO_TRACK_2
    if track is Track.ONE:
        if len(text) > TRACK_1_MAX:
            return BadReadReason.TOO_LONG
        return None if _TRACK_1.match(text) else BadReadReason.CHARACTERS
    if track is Track.THREE:
        return None
    if len(text) > TRACK_2_MAX:
        return BadReadReason.TOO_LONG
    return None if _TRACK_2.match(text) else BadReadReason.CHARACTERS
