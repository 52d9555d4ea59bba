"""A field that has the focus takes what is typed and nothing of a card: the real window, the real line of a reader."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from app.tour.bank import Bank
from app.tour.config import to_toml
from app.tour.hand import Command, Hand, screen_environment
from app.training import MANAGER_PIN, training_table
from hardware.virtual.reader import VirtualReader


def test_a_swipe_types_nothing_into_the_field_that_has_the_focus(tmp_path: Path) -> None:
    config, errors = tmp_path / "till.toml", tmp_path / "errors"
    offscreen = Path(str(files("resources").joinpath("offscreen.json")))
    environment = screen_environment(has_screen=False, offscreen=offscreen)
    with Bank(tmp_path / "issuer.db") as bank, VirtualReader(tmp_path / "reader") as reader:
        config.write_text(to_toml(training_table(bank.contract)), encoding="utf-8")
        command = Command(config, tmp_path / "till", tmp_path / "reader", environment, errors)
        with Hand(command, "light") as till:
            till.wait({"screen": "home", "reader": "Reader ready", "line": "Line"})
            till.press("F9")
            till.wait({"screen": "sign-in"})
            till.press(MANAGER_PIN, "Enter")
            till.wait({"screen": "manager"})
            till.press("o", "F", "i", "b", "r", "e")
            till.wait({"seen": "~Fibre"})
            card = bank.card("ordinary")
            assert reader.swipe(card["track2"])
            till.wait({"screen": "sheet", "balance": "100.00 NOK"})
            till.shoot(tmp_path / "sheet.png", "sheet")
            till.press("Esc", "F5")
            till.wait({"screen": "refund"})
            till.shoot(tmp_path / "refund.png", "refund")
            assert till.leave() == 0
        for told in tmp_path.glob("*.json"):
            assert card["number"] not in told.read_text("utf-8")
            assert card["number"][:12] not in told.read_text("utf-8")
    assert errors.read_text("utf-8") == ""
