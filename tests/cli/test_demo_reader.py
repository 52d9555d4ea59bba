"""A newcomer has no reader and no card: the simulated one swipes demo cards over a real line."""

from __future__ import annotations

from pathlib import Path

import serial

from app.cli.demo_reader import DemoReader


def card(face: str, name: str, number: str, *, track2: str = "", code: str = "", pin: str = "") -> dict[str, str]:
    return {"face": face, "name": name, "number": number, "track2": track2, "code": code, "pin": pin}


CARDS = (
    card("swedbankpay", "ordinary", "7013360000000000001", track2="7013360000000000001=3112125"),
    card("swedbankpay", "nothing", "7013360000000000002", pin="2580"),
    card("gr4vy", "ordinary", "7013370000000000003", track2="7013370000000000003=3112125", pin="48213"),
    card(
        "dintero", "ordinary", "709913000000000004", track2="709913000000000004=3112", code="DINCARD:709913000000000004"
    ),
    card("dintero", "digits", "709913000000000005", track2="709913000000000005=3112", code="709913000000000005"),
)
TITLES = {"swedbankpay": "Gift card", "dintero": "Web card"}


def test_a_demo_card_is_read_from_its_line_as_any_card_is() -> None:
    reader = DemoReader()
    try:
        with serial.Serial(reader.url, timeout=5) as port, serial.Serial(reader.scanner_url, timeout=5) as scanner:
            offered = reader.take(CARDS, TITLES)
            reader.present("swedbankpay/ordinary")
            assert port.read_until(b"\r") == b";7013360000000000001=3112125?\r"
            reader.present("dintero/ordinary")
            assert scanner.read_until(b"\r") == b"DINCARD:709913000000000004\r"
            reader.present("dintero/digits")
            assert port.read_until(b"\r") == b";709913000000000005=3112?\r"
        assert [(shown.id, shown.last4, shown.programme, shown.scanned) for shown in offered] == [
            ("swedbankpay/ordinary", "0001", "Gift card", False),
            ("gr4vy/ordinary", "0003", "gr4vy", False),
            ("dintero/ordinary", "0004", "Web card", True),
            ("dintero/digits", "0005", "Web card", False),
        ], "no stripe and no code, no card"
        assert "48213" not in repr(offered)
    finally:
        reader.close()
    assert not Path(reader.url).parent.exists()
