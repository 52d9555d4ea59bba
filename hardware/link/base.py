"""The shape of a link, so that a loop runs the same over a port, a recording or memory."""

from typing import Protocol


class Link(Protocol):
    """One cable. All calls but `wake` come from the one loop that owns it."""

    def open(self) -> None:
        """Open the cable.

        Raises:
            LinkLost: it cannot be opened now; worth trying again later.
            BadLinkUrl: it can never be opened under this address.
        """
        ...

    def read(self, timeout: float | None) -> bytes:
        """Wait for bytes, at most `timeout` seconds (None: for ever); empty when time or a wake-up ended it.

        Raises:
            LinkLost: the cable went away.
        """
        ...

    def pause(self, seconds: float) -> None:
        """Wait without reading; a wake-up ends it."""
        ...

    def wake(self) -> None:
        """End a wait from any thread, the present one or else the next; nothing happens after `release`."""
        ...

    def close(self) -> None:
        """Close the cable, whatever state it is in; may be opened again."""
        ...

    def release(self) -> None:
        """Give back what survives a close; nothing may be called after it."""
        ...
