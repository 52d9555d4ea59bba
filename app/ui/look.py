"""How things look on this screen: the theme in force, the fonts, and millimetres turned into pixels.

One :class:`Look` is made at start and handed to every widget that paints itself. A change of theme happens in place
and is followed by a repaint, so that nobody holds a stale colour.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QScreen

from app.ui.theme import LIGHT, Theme

Size = Literal[14, 16, 20, 28, 44, 72]
"""The six sizes of type in logical pixels; there are no others."""

Shape = Literal["tick", "cross", "clock", "warn", "busy", "off", "info", "star", "none"]
"""What stands beside every colour (painted in ``widgets/shapes.py``)."""

STEP = 8
"""All spacing is a multiple of this."""
CORNER = 10
"""Radius of every corner."""
MIN_DPI, MAX_DPI, USUAL_DPI = 80, 240, 96
"""Cheap tills report nonsense; outside this span of logical dots per inch the usual density is taken."""
KEY_MM = 18
"""Side of a keypad key (errors of number entry fall until 18 to 20 mm)."""
TARGET_MM = 12
"""Least height of anything else that is touched."""
LOWEST = 600
"""Height of the smallest window; four keys of 68 px and all around them fit it exactly."""
FLOOR_PX = 44
"""And never below this many logical pixels, whatever the density says."""


class Look:
    """Theme, fonts and scale.

    Args:
        theme: Colours to start with.
        dots_per_inch: Logical dots per inch of the screen, as far as it is to be believed.
        calibration: Percent by which a ruler said the screen differs; 100 is "as reported".
        height: Height of the screen in pixels: what four rows of keys have to fit in.
    """

    def __init__(
        self, theme: Theme = LIGHT, dots_per_inch: int = USUAL_DPI, calibration: int = 100, height: int = LOWEST
    ) -> None:
        self.theme = theme
        # a small dense screen cannot have four keys of 18 mm above each other: they get what there is
        self._key_limit = 68 + max(0, height - LOWEST) // 4
        dpi = dots_per_inch if MIN_DPI <= dots_per_inch <= MAX_DPI else USUAL_DPI
        self._dpi_percent = dpi * max(50, min(calibration, 200))

    @classmethod
    def of_screen(cls, screen: QScreen | None, theme: Theme = LIGHT, calibration: int = 100) -> Look:
        """For a screen as Qt sees it."""
        if screen is None:
            return cls(theme, USUAL_DPI, calibration)
        return cls(theme, round(screen.physicalDotsPerInch()), calibration, screen.availableGeometry().height())

    def mm(self, millimetres: int) -> int:
        """Millimetres on the glass in logical pixels, to the nearest."""
        return (millimetres * self._dpi_percent * 10 + 12700) // 25400

    @property
    def key(self) -> int:
        """Side of a keypad key in pixels."""
        return max(FLOOR_PX, min(self.mm(KEY_MM), self._key_limit))

    @property
    def touch(self) -> int:
        """Least height of a target in pixels."""
        return max(FLOOR_PX, min(self.mm(TARGET_MM), self._key_limit * 2 // 3))

    def colour(self, role: str) -> QColor:
        """A role's colour in the theme in force."""
        return self.theme.colour(role)


def font(size: Size, *, bold: bool = False) -> QFont:
    """The till's font with tabular figures, so that amounts do not dance while they are typed."""
    return QFont(_made(size, bold, QGuiApplication.font().family()))


@cache
def _made(size: Size, bold: bool, _family: str) -> QFont:
    """Made once per application font (a handful): a copy shares the engine Qt found for it, a new one looks again."""
    result = QFont()
    result.setPixelSize(size)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def fitting(text: str, width: int, sizes: tuple[Size, ...], *, bold: bool = True) -> QFont:
    """The largest of ``sizes`` (largest first) in which ``text`` fits ``width``; the last one if none does."""
    chosen = font(sizes[-1], bold=bold)
    for size in sizes:
        candidate = font(size, bold=bold)
        if QFontMetrics(candidate).horizontalAdvance(text) <= width:
            return candidate
    return chosen
