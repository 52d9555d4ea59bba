"""Every command tells what it does, a wrong call gets a sentence and 2, and the README tells the same."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path

import pytest

from app.cli import COMMANDS, main

README = (Path(__file__).parents[2] / "README.md").read_text()
FOR_PEOPLE = [name for name, told in COMMANDS.items() if told]
OPTION = re.compile(r"--[a-z][a-z-]+")


def parser_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    importlib.import_module(f"app.cli.{name.replace('-', '_')}").add_arguments(parser)
    return parser


def options_of(name: str) -> set[str]:
    return set(OPTION.findall(parser_of(name).format_help())) - {"--help"}


def row_of(name: str) -> str:
    rows = [line for line in README.splitlines() if re.match(rf"\| `{name}[ `]", line)]
    assert len(rows) == 1, f"one row of the README for {name}"
    return rows[0]


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name in FOR_PEOPLE if f"  {name} " not in told] == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"stanchion \d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_each_command_tells_its_options_and_each_option_what_it_is(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"stanchion {name}" in told
    assert COMMANDS[name] in " ".join(told.split())
    mute = [action.dest for action in parser_of(name)._actions if not action.help and not action.choices]
    assert mute == []


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_the_readme_shows_the_options_a_command_has(name: str) -> None:
    assert set(OPTION.findall(row_of(name))) == options_of(name)


@pytest.mark.parametrize(
    "call", [["no-such-command"], ["journal"], ["journal", "burn"], ["doctor", "--fix"], ["vault", "set"], ["--wat"]]
)
def test_a_wrong_call_ends_with_2_and_a_sentence(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(call))  # argparse ends by itself, we by a code: the shell sees no difference
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert "stanchion" in told.err
    assert "Traceback" not in told.err
