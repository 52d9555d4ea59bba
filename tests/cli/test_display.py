"""Which command a bare call means: the till where a window can be opened, the tour where it can't."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.display import usable_display


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_a_machine_without_a_screen_has_no_usable_display() -> None:
    assert not usable_display()


@pytest.mark.parametrize(("platform", "usable"), [("offscreen", False), ("minimal:x", False), ("xcb", True)])
def test_a_named_platform_decides(platform: str, usable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert usable_display() is usable


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_display_that_is_dead_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, ":99" if name == "DISPLAY" else "/nowhere/wayland-9")
    assert not usable_display()


@pytest.mark.parametrize("display", ["", ":99"])
def test_a_till_without_a_screen_says_so_and_makes_nothing(display: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **({"DISPLAY": display} if display else {})}
    data = tmp_path / "data"
    ended = subprocess.run(
        [sys.executable, "-m", "app", "till", "--data", str(data)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 69
    assert "no screen" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not data.exists()
