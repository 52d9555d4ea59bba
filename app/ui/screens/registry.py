"""Which class draws which screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.view import Screen
from app.ui.desk import Desk
from app.ui.screens.base import ScreenWidget
from app.ui.screens.plain import PlainScreen

SCREENS: Mapping[Screen, Callable[[Desk], ScreenWidget]] = {
    # selling
    # back office
}


def build(screen: Screen, desk: Desk) -> ScreenWidget:
    """The widget of a screen, made when it is first shown."""
    return SCREENS.get(screen, PlainScreen)(desk)
