"""A newcomer has no reader and no card: the simulated one swipes demo cards over a real line."""

from __future__ import annotations

from pathlib import Path

import serial

from app.cli.demo_reader import DemoReader

CARDS = (
    {"name": "ordinary", "number": "7013360000000000001", "track2": "7013360000000000001=3112125", "pin": ""},
    {"name": "code-only", "number": "7013360000000000002", "track2": "", "pin": "2580"},
)


def test_a_demo_card_is_read_from_the_line_as_any_card_is() -> None:
    reader = DemoReader()
    try:
        with serial.Serial(reader.url, timeout=5) as port:
            offered = reader.take(CARDS)
            reader.swipe("ordinary")
            assert port.read_until(b"\r") == b";7013360000000000001=3112125?\r"
        assert [(card.name, card.last4) for card in offered] == [("ordinary", "0001")], "no stripe, no swipe"
    finally:
        reader.close()
    assert not Path(reader.url).parent.exists()
