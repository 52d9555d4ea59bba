"""One whole day, played once for all that is asked of it."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from app.tour.day import play
from app.tour.hand import screen_environment
from app.tour.place import prepare
from tests.journeys_ui.played import Day
from tests.journeys_ui.secrets_of import demo_cards, secrets_of


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
    numbers, codes = secrets_of(demo_cards(), slips)
    return Day(place, outcome, died, tuple(slips), tuple(numbers), tuple(codes))
