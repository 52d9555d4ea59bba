"""Fonts, icon and the offscreen screen: a machine that has none of its own still shows words and amounts."""

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources

HERE = Path(resources.__file__).parent
WEIGHTS = {400: "Inter-Regular.otf", 600: "Inter-SemiBold.otf"}
# What the screens and receipts write beyond ASCII.
NEEDED = "£€åäöøæÅÄÖØÆłźß·•✓×−–…→←↑↓↔⌫⚠"


@pytest.fixture
def inter(qapp: QApplication) -> None:
    """Both weights, loaded the way the till loads them."""
    for name in WEIGHTS.values():
        font = QFontDatabase.addApplicationFont(str(HERE / "fonts" / name))
        assert "Inter" in QFontDatabase.applicationFontFamilies(font)


def _font(weight: int) -> QFont:
    font = QFont("Inter")
    font.setPixelSize(44)
    font.setWeight(QFont.Weight(weight))
    return font


@pytest.mark.usefixtures("inter")
@pytest.mark.parametrize("weight", WEIGHTS)
def test_each_weight_is_a_face_of_its_own_with_every_sign_the_till_writes(weight: int) -> None:
    face = QRawFont.fromFont(_font(weight))
    assert (face.familyName().split()[0], face.weight()) == ("Inter", weight)
    # By code point: given a string, PySide6 answers False for signs that are there.
    assert [sign for sign in NEEDED if not face.supportsCharacter(ord(sign))] == []


@pytest.mark.usefixtures("inter")
@pytest.mark.parametrize("weight", WEIGHTS)
def test_tabular_figures_make_every_amount_as_wide_as_its_digits(weight: int) -> None:
    font = _font(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    assert len({metrics.horizontalAdvance(digit * 7) for digit in "0123456789"}) == 1


def test_the_font_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (HERE / "fonts/OFL.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("qapp")
def test_the_icon_can_be_drawn_small() -> None:
    renderer = QSvgRenderer(str(HERE / "icons/stanchion.svg"))
    assert renderer.isValid()
    picture = QImage(24, 24, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    assert len({picture.pixel(x, y) for x in range(24) for y in range(24)}) > 3


def test_the_offscreen_screen_is_the_size_the_pictures_promise() -> None:
    (screen,) = json.loads((HERE / "offscreen.json").read_text(encoding="utf-8"))["screens"]
    assert (screen["width"], screen["height"], screen["dpr"]) == (1280, 800, 1)
