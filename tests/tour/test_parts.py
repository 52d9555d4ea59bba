"""The tour's place, its configuration file, its wire and its eyes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import CannotStart
from app.tour import wire
from app.tour.config import to_toml
from app.tour.day import Outcome
from app.tour.driver import KEYS, matches
from app.tour.place import MARKER, prepare
from app.tour.reconciliation import Side, reconcile


def test_a_place_is_made_and_emptied_by_the_next_tour(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    place = prepare(out)
    (place.receipts / "old.txt").write_text("old")
    (out / "01-old.png").write_text("old")
    again = prepare(out)
    assert again == place
    assert sorted(item.name for item in out.iterdir()) == [MARKER, "issuer", "receipts", "till"]
    assert list(place.receipts.iterdir()) == []


def test_what_no_tour_left_there_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    with pytest.raises(CannotStart) as refused:
        prepare(tmp_path)
    assert refused.value.exit_code == 2
    assert (tmp_path / "thesis.txt").read_text() == "dear"


def test_a_link_in_a_tour_s_place_is_removed_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "dear.txt").write_text("dear")
    out = prepare(tmp_path / "out").out
    (out / "link").symlink_to(elsewhere)
    prepare(out)
    assert (elsewhere / "dear.txt").exists()


def test_a_place_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(CannotStart):
        prepare(tmp_path / "out")


def test_the_default_place_is_here_or_where_one_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare(None).out == tmp_path / "tour-out"


def test_a_day_is_good_only_where_the_books_agree_and_nothing_else_is_wrong() -> None:
    paid = Side("000001", "ref", "APPROVED", -100)
    agreed, differs = reconcile([paid], [paid]), reconcile([paid], [replace(paid, amount=-99)])
    assert Outcome((), agreed, (), (), 0.0).good
    assert not Outcome((), differs, (), (), 0.0).good
    assert not Outcome((), agreed, (), ("journal: mac at record 3",), 0.0).good


def test_a_configuration_written_is_the_one_read() -> None:
    table = {
        "till": {"terminal_id": "T1", "store": 'Å "quoted" \\ shop\n', "count": 3, "on": True},
        "backend": {"face": {"base_url": "http://127.0.0.1:1/a=b#c"}},
        "operator": [{"id": "1", "pins": ["a", "b"]}, {"id": "2", "pins": []}],
        "product": [],
    }
    assert tomllib.loads(to_toml(table)) == table


def test_lines_arrive_in_any_pieces() -> None:
    data = wire.encode({"do": "press", "keys": ["å"]}) + wire.encode({"do": "say"})
    lines = wire.Lines()
    told = [one for place in range(len(data)) for one in lines.feed(data[place : place + 1])]
    assert told == [{"do": "press", "keys": ["å"]}, {"do": "say"}]


@pytest.mark.parametrize("data", [b"no json\n", b"x" * (wire.LONGEST_LINE + 1)])
def test_a_peer_that_talks_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(wire.Broken):
        wire.Lines().feed(data)


def test_every_key_with_a_name_is_a_key() -> None:
    assert set(wire.KEY_NAMES) == set(KEYS)


@pytest.mark.parametrize(
    ("want", "met"),
    [
        ({"screen": "home"}, True),
        ({"screen": "pin"}, False),
        ({"due": ""}, True),
        ({"due": "!"}, False),
        ({"screen": "!pin"}, True),
        ({"screen": "~om"}, True),
        ({"seen": "~C-05"}, True),
        ({"screen": "home", "seen": "~C-06"}, False),
    ],
)
def test_what_is_waited_for(want: dict[str, str], *, met: bool) -> None:
    assert matches(want, {"screen": "home", "due": ""}, "a bank card (C-05)") is met
