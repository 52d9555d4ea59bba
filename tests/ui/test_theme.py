"""The table of colours keeps its promises, measured."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtGui import QGuiApplication

from app.ui.look import FLOOR_PX, Look
from app.ui.theme import DARK, LIGHT, Theme, contrast, high_contrast, style_sheet

THEMES = [LIGHT, DARK]


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1.0)


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("role", ["ink", "muted", "declined", "information"])
@pytest.mark.parametrize("behind", ["panel"])
def test_words_a_cashier_must_read_have_seven_to_one(theme: Theme, role: str, behind: str) -> None:
    assert contrast(getattr(theme, role), getattr(theme, behind)) >= 7


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("role", ["approved", "checking", "primary", "muted", "declined", "information"])
@pytest.mark.parametrize("behind", ["panel", "ground", "raised"])
def test_every_other_word_has_four_and_a_half_to_one(theme: Theme, role: str, behind: str) -> None:
    assert contrast(getattr(theme, role), getattr(theme, behind)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize(
    ("front", "behind"),
    [
        ("on_primary", "primary"),
        ("on_primary", "primary_pressed"),
        ("on_information", "information"),
        ("ink", "tint"),
        ("ink", "pressed"),
        ("paper_ink", "paper"),
        ("paper_muted", "paper"),
    ],
)
def test_text_on_a_colour_has_seven_to_one(theme: Theme, front: str, behind: str) -> None:
    assert contrast(getattr(theme, front), getattr(theme, behind)) >= 7


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_high_contrast_leaves_no_muted_word(theme: Theme) -> None:
    assert contrast(high_contrast(theme).muted, theme.panel) >= 14


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_the_style_sheet_takes_every_colour_from_the_table(theme: Theme) -> None:
    text = style_sheet(theme, 68, 46)
    colours = {word.strip(";{} ") for word in text.split() if word.startswith("#") and len(word.strip(";{} ")) == 7}
    assert colours <= set(asdict(theme).values())
    assert "$" not in text


@pytest.mark.parametrize(("dpi", "calibration"), [(96, 100), (9, 100), (500, 100), (120, 130), (96, 1)])
def test_a_key_is_never_smaller_than_a_finger_whatever_the_screen_reports(dpi: int, calibration: int) -> None:
    look = Look(dots_per_inch=dpi, calibration=calibration)
    assert look.touch >= FLOOR_PX
    assert look.key >= FLOOR_PX


def test_millimetres_become_pixels_by_density() -> None:
    assert Look(dots_per_inch=96).mm(18) == 68
    assert Look(dots_per_inch=127).mm(18) == 90


def test_the_screen_is_asked_for_its_density(qapp: QGuiApplication) -> None:
    assert Look.of_screen(qapp.primaryScreen()).key >= 56


def test_a_dense_small_screen_gets_as_much_of_a_thumb_as_fits() -> None:
    assert Look(dots_per_inch=170, height=600).key == 68
    assert Look(dots_per_inch=149, height=800).key == 106  # 18 mm: there is room
    assert Look(dots_per_inch=226, height=1200).key == 160
