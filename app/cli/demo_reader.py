"""The reader of a training till that was started without one: simulated, behind a real pseudo terminal.

A newcomer has no reader and no card. The window's tray names the issuer's demo cards; this swipes them: the bytes of a
stripe on a line that the till opens like any other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.ui.desk import DemoCard
from hardware.virtual.reader import VirtualReader


class DemoReader:
    """A simulated reader in a private folder that goes with it. Holds the stripes of the demo cards, and shows none."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stanchion-")
        self._reader = VirtualReader(Path(self._folder.name) / "reader")
        self._stripes: dict[str, str] = {}

    @property
    def url(self) -> str:
        """What the till opens."""
        return str(self._reader.name)

    def take(self, cards: Sequence[Mapping[str, Any]]) -> tuple[DemoCard, ...]:
        """The cards of the issuer's contract line; those that have a stripe, as the tray shows them."""
        striped = [card for card in cards if card["track2"]]
        self._stripes = {card["name"]: card["track2"] for card in striped}
        return tuple(DemoCard(card["name"], card["number"][-4:], card["pin"]) for card in striped)

    def swipe(self, name: str) -> None:
        """Pull the card of this name through."""
        self._reader.swipe(self._stripes[name])

    def close(self) -> None:
        """Unplug, and take the folder away."""
        self._reader.close()
        self._folder.cleanup()
