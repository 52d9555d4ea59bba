"""A simulated stripe reader: swipes by command, over a real pseudo terminal.

It sends what `hardware/readers/ascii.py` describes: sentinels, tracks, a CR. Everything else a real one may
do (noise, pauses, half a swipe, a pulled cable) is done with `send`, `unplug` and `replug`.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.frames.track import check_character
from hardware.virtual.line import VirtualLine


def stripe(track2: str, track1: str = "", *, with_check: bool = False, ending: bytes = b"\r") -> bytes:
    """Return the bytes of one swipe. Tracks are given without sentinels; an empty one is not sent."""
    framed = [f"{start}{text}?" for start, text in (("%", track1), (";", track2)) if text]
    return "".join(f + (check_character(f) if with_check else "") for f in framed).encode("latin-1") + ending


class VirtualReader:
    """A reader plugged in under `name`; use it in a `with` block or `close` it."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._line = VirtualLine(name)
        self._line.plug()

    def __enter__(self) -> Self:
        """Use the reader in a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unplug for good."""
        self.close()

    def swipe(self, track2: str, track1: str = "") -> int:
        """Swipe a card; return the number of bytes sent."""
        return self._line.send(stripe(track2, track1))

    def send(self, data: bytes, piece: int = 0, gap: float = 0.0) -> int:
        """Send any bytes, in pieces of `piece` bytes with `gap` seconds between; return how many went."""
        return self._line.send(data, piece, gap)

    def unplug(self) -> None:
        """Pull the cable."""
        self._line.unplug()

    def replug(self) -> None:
        """Put the cable back under the same name."""
        self._line.plug()

    def close(self) -> None:
        """Unplug for good."""
        self._line.close()
