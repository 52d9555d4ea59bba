"""The two commands and the lock: what must hold before anybody can start anything."""

import os
import re
import subprocess
import tomllib

import pytest

from tests.structure.tree import ROOT

COMMANDS = ("packaging/run", "packaging/test", "packaging/halves", "packaging/lock", ".ci/run")


def _lock(name: str) -> dict[str, frozenset[str]]:
    """Each locked package, as ``name==version``, with its hashes."""
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {words[0]: frozenset(words[1:]) for words in entries}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_tests_environment_contains_the_tills() -> None:
    """packaging/test marks both as done when it has installed its own list."""
    assert _lock("requirements.txt").items() <= _lock("requirements-test.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_locked_package_has_one_version_and_hashes_and_no_address(name: str) -> None:
    lock = _lock(name)
    assert lock
    for package, hashes in lock.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", package), package
        assert hashes, package
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in hashes), package
    assert "://" not in (ROOT / "packaging" / name).read_text(encoding="utf-8")


def test_every_declared_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]

    def names(lines: list[str]) -> set[str]:
        return {_plain(re.split(r"[<>=~!\[; ]", line)[0]) for line in lines}

    def locked(name: str) -> set[str]:
        return {package.split("==")[0] for package in _lock(name)}

    assert names(project["project"]["dependencies"]) <= locked("requirements.txt")
    assert names(groups["test"] + groups["lint"]) <= locked("requirements-test.txt")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_started(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)


@pytest.mark.parametrize(
    "script", ["packaging/setup.sh", "packaging/run", "packaging/test", "packaging/halves", "packaging/lock"]
)
def test_a_script_is_plain_posix_shell(script: str) -> None:
    """Debian's sh is dash, which refuses what only bash understands."""
    checked = subprocess.run(["sh", "-n", str(ROOT / script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_ci_runs_the_same_command_as_a_person() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "packaging/" in line] == ["exec ./packaging/test"]
