"""The switch that cuts a line on purpose."""

from __future__ import annotations

import threading


class LineSwitch:
    """The line's switch (F12 in training): backends ask it before each byte."""

    def __init__(self) -> None:
        self._cut = threading.Event()

    def set(self, cut: bool) -> None:
        """Cuts or joins."""
        if cut:
            self._cut.set()
        else:
            self._cut.clear()

    def is_cut(self) -> bool:
        """Whether no byte may pass."""
        return self._cut.is_set()
