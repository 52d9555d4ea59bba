"""Which class draws which screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.view import Screen
from app.ui.desk import Desk
from app.ui.screens.amount import AmountScreen
from app.ui.screens.asking import AskingScreen
from app.ui.screens.await_card import AwaitCardScreen
from app.ui.screens.base import ScreenWidget
from app.ui.screens.choices import ConflictScreen, PickProgrammeScreen
from app.ui.screens.home import HomeScreen
from app.ui.screens.key_card import KeyCardScreen
from app.ui.screens.new_card import NewCardScreen
from app.ui.screens.outcome import OutcomeScreen
from app.ui.screens.pin import PinScreen
from app.ui.screens.plain import PlainScreen
from app.ui.screens.sheet import SheetScreen
from app.ui.screens.tender import TenderScreen

SCREENS: Mapping[Screen, Callable[[Desk], ScreenWidget]] = {
    # selling
    Screen.HOME: HomeScreen,
    Screen.SHEET: SheetScreen,
    Screen.AMOUNT: AmountScreen,
    Screen.AWAIT_CARD: AwaitCardScreen,
    Screen.KEY_CARD: KeyCardScreen,
    Screen.PICK_PROGRAMME: PickProgrammeScreen,
    Screen.CONFLICT: ConflictScreen,
    Screen.PIN: PinScreen,
    Screen.ASKING: AskingScreen,
    Screen.OUTCOME: OutcomeScreen,
    Screen.TENDER: TenderScreen,
    Screen.NEW_CARD: NewCardScreen,
    # back office
}


def build(screen: Screen, desk: Desk) -> ScreenWidget:
    """The widget of a screen, made when it is first shown."""
    return SCREENS.get(screen, PlainScreen)(desk)
