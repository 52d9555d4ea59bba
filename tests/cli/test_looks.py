"""The window's colours and separators come from the configuration, before anything else of it is read."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from app.cli.till import add_arguments, fills, looks


def asked(*words: str) -> tuple[str, str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return looks(parser.parse_args(words))


def test_without_a_configuration_they_are_the_systems() -> None:
    assert asked() == ("system", "en_US")


def test_the_configuration_names_them_and_the_command_line_wins(tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    path.write_text('[till]\ntheme = "dark"\nlocale = "nb_NO"\n')
    assert asked("--config", str(path)) == ("dark", "nb_NO")
    assert asked("--config", str(path), "--theme", "light") == ("light", "nb_NO")


@pytest.mark.parametrize("content", [b"[till", b"till = 3", b"\xff", b""])
def test_what_is_wrong_in_it_is_told_later_by_the_checks(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "till.toml"
    path.write_bytes(content)
    assert asked("--config", str(path)) == ("system", "en_US")
    assert asked("--config", str(tmp_path / "none.toml")) == ("system", "en_US")


@pytest.mark.parametrize(
    ("room", "all_of_it"),
    [
        ((1920, 1080), False),
        ((1280, 1024), False),
        ((1280, 856), False),
        ((1280, 800), True),  # the title bar would push the strip below the edge
        ((1366, 768), True),
        ((1024, 600), True),
        ((800, 800), False),  # no till has such a screen: it is pretended
    ],
    ids=str,
)
def test_a_window_that_would_not_stand_whole_beside_its_title_bar_takes_all_the_room(
    room: tuple[int, int], all_of_it: bool
) -> None:
    assert fills(QSize(*room), QSize(1024, 600)) is all_of_it
