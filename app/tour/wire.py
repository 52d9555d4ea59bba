"""What parent and till say to each other: one JSON object a line, over a socket that only these two hold.

The parent asks, the till answers, one at a time and in order. ``do`` says what is asked:

========== ============================ ==================================================================
``press``  ``keys``                     one key event after the other, as a hand presses them
``click``  ``labels``                   a push on the visible button with each label
``wait``   ``want``, ``seconds``        until the window's named widgets say what is wanted
``shoot``  ``path``, ``step``           a picture and, beside it, all text that can be seen
``say``                                 what the named widgets say now
``leave``                               close the window
========== ============================ ==================================================================

An answer has ``ok``; where it is false, ``why`` and what the window says instead.
"""

from __future__ import annotations

import json
from typing import Any

LONGEST_LINE = 1 << 20
"""Bytes. All the text of a window is a few kilobytes; a line without an end is a broken peer."""

KEY_NAMES = ("Enter", "Esc", "Backspace", "Up", "Down", *(f"F{number}" for number in range(1, 13)))
"""Keys that are called by a word. Any other key is the sign it types."""

Told = dict[str, Any]


class Broken(Exception):
    """The peer says what no peer says."""


def encode(told: Told) -> bytes:
    """One line."""
    return json.dumps(told).encode() + b"\n"


class Lines:
    """Bytes in any pieces, whole objects out."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Told]:
        """What became complete.

        Raises:
            Broken: no object, or no end of a line.
        """
        self._rest += data
        *lines, rest = bytes(self._rest).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise Broken("a line has no end")
        self._rest[:] = rest
        try:
            return [json.loads(line) for line in lines]
        except ValueError:
            raise Broken("a line is no JSON") from None
