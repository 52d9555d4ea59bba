"""The one table of colours, light and dark under the same names, and the style sheet filled from it.

Contrasts (WCAG 2.2) are measured against the panel by ``tests/ui/test_theme.py``: ink and outcome colours at least
7:1 in light, everything a cashier must read at least 4.5:1 in both. No colour carries a meaning alone; a shape and a
word always stand beside it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role, each ``#RRGGBB``.

    Attributes:
        name: ``light`` or ``dark``.
        ground: Behind everything.
        panel: Cards and the frame.
        raised: A key or a quiet button on a panel.
        pressed: The same under a finger.
        on_primary: Text on ``primary``.
        tint: The faintest wash of primary: a selected row, the chosen key.
    """

    name: str
    ground: str
    panel: str
    raised: str
    pressed: str
    ink: str
    muted: str
    hairline: str
    primary: str
    primary_pressed: str
    on_primary: str
    tint: str
    approved: str
    checking: str
    declined: str
    information: str
    on_information: str
    paper: str
    paper_ink: str
    paper_muted: str

    def colour(self, role: str) -> QColor:
        """The colour of a role, for painters."""
        return QColor(str(getattr(self, role)))


LIGHT = Theme(
    name="light",
    ground="#F6F7F5",
    panel="#FFFFFF",
    raised="#F1F4F2",
    pressed="#DFE6E2",
    ink="#14201C",
    muted="#4A5752",
    hairline="#D5DBD7",
    primary="#0B5D4B",
    primary_pressed="#084637",
    on_primary="#FFFFFF",
    tint="#E6F1ED",
    approved="#0A6B3D",
    checking="#8A4B00",
    declined="#A31621",
    information="#1B4F8F",
    on_information="#FFFFFF",
    paper="#FFFFFF",
    paper_ink="#14201C",
    paper_muted="#4A5752",
)
DARK = Theme(
    name="dark",
    ground="#101614",
    panel="#18211E",
    raised="#212C28",
    pressed="#2C3A34",
    ink="#F1F5F3",
    muted="#A9B8B1",
    hairline="#33413B",
    primary="#4FD1AE",
    primary_pressed="#7FE3C8",
    on_primary="#06251C",
    tint="#1C3A31",
    approved="#5FD89A",
    checking="#FFB454",
    declined="#FF8A8A",
    information="#8FC1FF",
    on_information="#06203F",
    # paper stays paper: a receipt looks as it prints, a little dimmed so that it does not glare at night
    paper="#E9ECE8",
    paper_ink="#14201C",
    paper_muted="#414D48",
)


def high_contrast(theme: Theme) -> Theme:
    """The same roles where the desktop asks for more contrast: muted text becomes ink, hairlines become visible."""
    values = asdict(theme)
    values.update(muted=theme.ink, hairline=theme.ink, ground=theme.panel)
    return Theme(**values)


def style_sheet(theme: Theme, key_px: int, touch_px: int) -> str:
    """``resources/styles/till.qss`` with its ``$names`` filled in.

    Args:
        theme: Where the colours come from.
        key_px: Side of a keypad key in logical pixels.
        touch_px: Least height of a target in logical pixels.
    """
    text = files("resources").joinpath("styles", "till.qss").read_text(encoding="utf-8")
    return Template(text).substitute(
        asdict(theme), key=str(key_px), touch=str(touch_px), touch_inner=str(touch_px - 10)
    )


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two ``#RRGGBB`` colours, 1 to 21."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
