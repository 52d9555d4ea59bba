"""Which command a bare call means: the till where a window can be opened, the tour where it can't."""

from __future__ import annotations

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
