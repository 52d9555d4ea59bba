"""The window's colours and separators come from the configuration, before anything else of it is read."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from app.cli.till import add_arguments, looks


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
