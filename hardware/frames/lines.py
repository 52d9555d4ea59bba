"""The line framer: finds the codes of a barcode or QR scanner in a stream of bytes.

A line, as almost every serial scanner sends it or can be set to:

    prefix  ]Q1  DINCARD:709913518630612593  suffix  CR LF
    |       |    |                           |       |
    |       |    the code, printable ASCII   |       what ends the line
    |       AIM identifier (ISO/IEC 15424): which symbology it was, where the scanner is set to send it
    bytes the scanner is set to send before and behind each code; none as delivered

There is no check character on the wire: the symbologies check themselves inside the scanner, and the line is taken or
left as a whole. So nothing is corrected here. A line whose prefix, identifier or suffix is missing was cut, and a code
that lost its front is *another* code; a line with anything else than printable signs in it is no code. Control
characters before a line are what breaks and power-ups leave on a wire, and blanks around a code are padding: both are
dropped.

Bounds. A line holds at most 256 bytes: the longest code of a card has 64 signs, and a QR code with an address in it
should be told as too long, not as a broken line. What is longer is thrown away up to its end. A pause of 100 ms inside
a line (see `hardware/frames/track.py`) means the rest will never come, or, where the scanner sends no line end, that
this was all.

Serial settings that do not match are told from what arrives: 7E1 read as 8N1 gives every byte an even number of ones,
7O1 an odd one. Text in another script has high bytes, too, but not all of one parity.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hardware.events import BadReadReason
from hardware.frames.track import (
    INTER_CHARACTER_SECONDS,
    MAX_LINE_BYTES,
    NOISE_WARNING_BYTES,
    Noise,
    Terminator,
    WrongSettings,
)

FEWEST_SIGNS = 4
"""Fewer without a line end are crosstalk, not a code somebody waits for."""
PROOF_BYTES = 8
"""So many bytes of one parity, some of them high, are no text in any encoding: chance does it once in 128 lines."""

_ENDINGS = {
    Terminator.LINE: b"\r\n\x03",
    Terminator.CR: b"\r",
    Terminator.LF: b"\n",
    Terminator.CRLF: b"\r\n",
    Terminator.ETX: b"\x03",
    Terminator.NONE: b"\r\n\x03",
}
_LEADING = bytes(range(0x20)) + b"\x7f"
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_PRINTABLE = re.compile(rb"[ -~]+\Z")


@dataclass(frozen=True, slots=True)
class LineProfile:
    """How one scanner is set: what ends its lines, and what it puts around a code."""

    terminator: Terminator = Terminator.LINE
    prefix: bytes = b""
    suffix: bytes = b""
    aim_id: bool = False


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code without what the scanner put around it, or why there is none."""

    text: str = field(repr=False)
    fault: BadReadReason | None
    ended_at: float


LineFinding = CodeLine | WrongSettings | Noise


class LineFramer:
    """Bytes and time in, codes out. Not thread-safe: it belongs to its device's loop."""

    def __init__(self, profile: LineProfile) -> None:
        self._profile = profile
        self._endings = re.compile(b"[" + re.escape(_ENDINGS[profile.terminator]) + b"]")
        # a scanner's own prefix may be a control character; then it is not noise
        self._leading = _LEADING.translate(None, profile.prefix)
        self._line = bytearray()
        self._last_at = 0.0
        self._skipping = False  # an overlong line: wait for its end
        self._noise = 0

    @property
    def buffered(self) -> int:
        """How many bytes are held back, never more than MAX_LINE_BYTES."""
        return len(self._line)

    def deadline(self) -> float | None:
        """Return when a pause will have ended what is half received."""
        return self._last_at + INTER_CHARACTER_SECONDS if self._line or self._skipping else None

    def reset(self) -> None:
        """Forget everything that is half received."""
        self._line.clear()
        self._skipping = False

    def tick(self, now: float) -> list[LineFinding]:
        """Tell what a pause has ended."""
        due = self.deadline()
        if due is None or now < due:
            return []
        line = bytes(self._line)
        self.reset()
        return list(self._end_by_pause(line))

    def feed(self, data: bytes, now: float) -> list[LineFinding]:
        """Take bytes in any pieces; return what they completed."""
        found = self.tick(now)
        self._last_at = now
        position = 0
        while position < len(data):
            ending = self._endings.search(data, position)
            end = ending.start() if ending else len(data)
            found.extend(self._take(data[position:end], now))
            if ending is None:
                break
            line = bytes(self._line)
            self.reset()
            found.extend(self._parse(line, now))
            position = end + 1
        return found

    def _take(self, piece: bytes, now: float) -> Iterator[LineFinding]:
        """Move bytes into the line up to its limit."""
        if self._skipping:
            return
        if len(self._line) + len(piece) <= MAX_LINE_BYTES:
            self._line += piece
            return
        whole = bytes(self._line) + piece
        self._line.clear()
        self._skipping = True
        yield WrongSettings() if _wrong_settings(whole) else CodeLine("", BadReadReason.TOO_LONG, now)

    def _end_by_pause(self, line: bytes) -> Iterator[LineFinding]:
        if self._profile.terminator is Terminator.NONE:
            yield from self._parse(line, self._last_at)
        elif _wrong_settings(line):  # its line end has the top bit, too
            yield WrongSettings()
        elif len(line.translate(None, _LEADING)) < FEWEST_SIGNS:
            yield from self._count_noise(len(line))
        else:
            yield CodeLine("", BadReadReason.INCOMPLETE, self._last_at)

    def _parse(self, raw: bytes, ended_at: float) -> Iterator[LineFinding]:
        line = raw.lstrip(self._leading)
        yield from self._count_noise(len(raw) - len(line))
        if not line:
            return  # the LF behind a CR
        if _wrong_settings(line):
            yield WrongSettings()
            return
        bare = self._unwrapped(line)
        if bare is None:
            yield CodeLine("", BadReadReason.INCOMPLETE, ended_at)
        elif not _PRINTABLE.match(bare):
            yield CodeLine("", BadReadReason.CHARACTERS, ended_at)
        elif bare.strip(b" "):
            self._noise = 0
            yield CodeLine(bare.strip(b" ").decode("ascii"), None, ended_at)

    def _unwrapped(self, line: bytes) -> bytes | None:
        """The line without what the scanner is set to put around a code; None where part of that is missing."""
        profile = self._profile
        if not (line.startswith(profile.prefix) and line.endswith(profile.suffix)):
            return None
        bare = line.removeprefix(profile.prefix).removesuffix(profile.suffix)
        if len(bare) + len(profile.prefix) + len(profile.suffix) != len(line):
            return None  # they overlap
        if not profile.aim_id:
            return bare
        return bare[3:] if _AIM.match(bare) else None

    def _count_noise(self, count: int) -> Iterator[Noise]:
        before = self._noise
        self._noise += count
        if before < NOISE_WARNING_BYTES <= self._noise:
            yield Noise(self._noise)


def _wrong_settings(line: bytes) -> bool:
    """Whether a parity bit was read as the top bit of each byte."""
    if line.isascii() or len(line) < PROOF_BYTES:
        return False
    return len({byte.bit_count() % 2 for byte in line}) == 1
