"""After a day of sales nothing of a card lies anywhere unsealed, and the search that says so can find what it seeks.

Searched are the till's folder (at its end and as a kill left it), its log, the receipts and what lies beside the
pictures. The issuer's database is not: it is the bank's own, in a folder of its own, and a bank knows its cards.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.training import DEMO_PINS
from tests.journeys_ui.played import Day
from tests.journeys_ui.search import forms, found_in, search


def test_nothing_of_a_card_lies_unsealed_in_the_till_s_folder(day: Day) -> None:
    assert (day.place.till / "journal.db").exists()
    assert (day.place.till / "till.log").exists()
    assert search(day.place.till, day.numbers, (*day.codes, *DEMO_PINS)) == {}


def test_nothing_lay_there_when_the_till_was_killed(day: Day) -> None:
    """The hard moment: a payment and two stored sales open, the log unmerged, nobody who could tidy."""
    assert (day.died / "journal.db-wal").stat().st_size > 0
    assert search(day.died, day.numbers, day.codes) == {}


def test_nothing_stands_beside_the_pictures(day: Day) -> None:
    texts = [path for path in day.place.out.iterdir() if path.suffix in (".json", ".txt")]
    found = {path.name: found_in(path.read_bytes(), day.numbers, day.codes) for path in texts}
    assert {name: what for name, what in found.items() if what} == {}
    assert search(day.place.receipts, day.numbers, day.codes) == {}


def test_the_issuer_s_books_lie_outside_the_till_s_folder(day: Day) -> None:
    assert list(day.place.issuer.glob("issuer.db*"))
    assert not list(day.place.till.rglob("issuer*"))


# --- the search itself: a net that has never caught anything may have a hole


def test_the_search_finds_a_number_in_every_form(day: Day, tmp_path: Path) -> None:
    number = day.numbers[0]
    for place, (form, data) in enumerate(forms(number)):
        (tmp_path / "journal.db").write_bytes(b"\x00\xff" * 50 + data + b"\x00\xff" * 50)
        assert search(tmp_path, [number], []), (place, form)


@pytest.mark.parametrize(
    "around",
    [b'{"cvc": "%s"}', b"cvc=%s; rest of the line", b"PIN %s entered", b"\x00\x00the code is %s\x00\x00"],
)
def test_the_search_finds_a_code_in_text(day: Day, around: bytes) -> None:
    for code in day.codes:
        assert found_in(around.replace(b"%s", code.encode()), [], [code])


def plant_in_journal(journal: Path, text: str) -> None:
    """In another process: closing a database file in this one would drop the locks of a till that has it open."""
    code = (
        "import sqlite3, sys\n"
        "with sqlite3.connect(sys.argv[1]) as db:\n"
        "    db.execute('CREATE TABLE planted (note TEXT)')\n"
        "    db.execute('INSERT INTO planted VALUES (?)', (sys.argv[2],))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(journal), text], check=True)


@pytest.mark.parametrize("secret", [lambda day: day.numbers[0], lambda day: f"cvc {day.codes[0]} of the card"])
def test_a_secret_planted_in_the_real_journal_is_found(day: Day, tmp_path: Path, secret: Callable[[Day], str]) -> None:
    copied = tmp_path / "till"
    shutil.copytree(day.place.till, copied)
    plant_in_journal(copied / "journal.db", secret(day))
    assert "journal.db" in search(copied, day.numbers, day.codes)
