"""One whole day, played once for all that is asked of it."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from app.issuer.demo import demo_cards
from app.tour.day import play
from app.tour.hand import screen_environment
from app.tour.place import prepare
from app.tour.script import BANK_CARD
from tests.journeys_ui.played import Day

SWIPED = ("ordinary", "pin", "low", "blocked", "restricted")


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("day")
    place = prepare(folder / "out")
    died = folder / "died"
    slips: list[str] = []

    def watch(line: str) -> None:
        if "SIGKILL" in line:
            shutil.copytree(place.till, died)
            slips.extend(path.read_text(encoding="utf-8") for path in place.receipts.glob("*-new-card.txt"))

    offscreen = Path(str(files("resources").joinpath("offscreen.json")))
    outcome = play(place, screen_environment(has_screen=False, offscreen=offscreen), watch)
    (slip,) = slips
    cards = demo_cards(1)
    sold = "".join(re.findall(r"\d{4} \d{4} \d{4} \d{4} ?\d*", slip)[:1]).replace(" ", "")
    assert len(sold) == 19, "the slip of the new card has its number"
    sold_cvc = re.findall(r"CVC\D*(\d{3})\b", slip)
    numbers = [card.number for card in cards] + [sold, BANK_CARD.partition("=")[0]]
    # beyond the "=" of a track stand expiry, service code and the issuer's own digits: these are secret too
    tracks = [card.track2.partition("=")[2] for card in cards if card.name in SWIPED]
    codes = [card.cvc for card in cards] + [card.pin for card in cards if card.pin] + sold_cvc + tracks
    codes += ["".join(str((int(digit) + 1) % 10) for digit in card.pin) for card in cards if card.pin]  # mistyped
    return Day(place, outcome, died, tuple(numbers), tuple(codes))
