"""A simulated stripe reader: swipes by command, over a real pseudo terminal.

It sends what `hardware/readers/ascii.py` describes: sentinels, tracks, a CR. Everything else a real one may
do (noise, pauses, half a swipe, a pulled cable) is done with `send`, `unplug` and `replug`.
"""

from hardware.frames.track import check_character
from hardware.virtual.device import VirtualDevice


def stripe(track2: str, track1: str = "", *, with_check: bool = False, ending: bytes = b"\r") -> bytes:
    """Return the bytes of one swipe. Tracks are given without sentinels; an empty one is not sent."""
    framed = [f"{start}{text}?" for start, text in (("%", track1), (";", track2)) if text]
    return "".join(f + (check_character(f) if with_check else "") for f in framed).encode("latin-1") + ending


class VirtualReader(VirtualDevice):
    """A reader that swipes."""

    def swipe(self, track2: str, track1: str = "") -> int:
        """Swipe a card; return the number of bytes sent."""
        return self.send(stripe(track2, track1))
