"""What every simulated device is: something plugged in under a name that sends bytes."""

from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.virtual.line import VirtualLine


class VirtualDevice:
    """A device plugged in under `name`; use it in a `with` block or `close` it."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._line = VirtualLine(name)
        self._line.plug()

    def __enter__(self) -> Self:
        """Use the device in a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unplug for good."""
        self.close()

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
