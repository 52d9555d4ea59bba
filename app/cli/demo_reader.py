"""The devices of a training till that was started without any: simulated, behind real pseudo terminals.

A newcomer has no reader, no scanner and no card. The window's tray names the issuer's demo cards; this shows them to
their device: the bytes of a stripe, or of a code, on a line that the till opens like any other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.ui.desk import DemoCard
from hardware.virtual.reader import VirtualReader
from hardware.virtual.scanner import VirtualScanner


class DemoReader:
    """A simulated reader and scanner in a private folder that goes with them. Holds the demo cards, and shows none."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stanchion-")
        self._reader = VirtualReader(Path(self._folder.name) / "reader")
        self._scanner = VirtualScanner(Path(self._folder.name) / "scanner")
        self._stripes: dict[str, str] = {}
        self._codes: dict[str, str] = {}

    @property
    def url(self) -> str:
        """What the till opens as its reader."""
        return str(self._reader.name)

    @property
    def scanner_url(self) -> str:
        """What it opens as its scanner."""
        return str(self._scanner.name)

    def take(self, cards: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[DemoCard, ...]:
        """The cards of the issuer's contract line, as the tray shows them; without stripe and code there is none.

        Args:
            cards: The contract's.
            titles: What the cards of each face are called.
        """
        offered: list[DemoCard] = []
        for card in cards:
            card_id, code = f"{card['face']}/{card['name']}", card["code"]
            scanned = bool(code) and not code.isdigit()
            if scanned:
                self._codes[card_id] = code
            elif card["track2"]:
                self._stripes[card_id] = card["track2"]
            else:
                continue
            last4 = (code if scanned else card["number"])[-4:]
            title = titles.get(card["face"], card["face"])
            offered.append(DemoCard(card_id, card["name"], last4, title, card["pin"], scanned=scanned))
        return tuple(offered)

    def present(self, card_id: str) -> None:
        """Pull this card through, or hold its code before the scanner."""
        if card_id in self._codes:
            self._scanner.scan(self._codes[card_id])
        else:
            self._reader.swipe(self._stripes[card_id])

    def close(self) -> None:
        """Unplug, and take the folder away."""
        self._reader.close()
        self._scanner.close()
        self._folder.cleanup()
