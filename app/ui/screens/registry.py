"""Which class draws which screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.view import Screen
from app.ui.desk import Desk
from app.ui.screens.amount import AmountScreen
from app.ui.screens.asking import AskingScreen
from app.ui.screens.await_card import AwaitCardScreen
from app.ui.screens.base import ScreenWidget
from app.ui.screens.card_range import RangeScreen
from app.ui.screens.cards import CardsScreen
from app.ui.screens.choices import ConflictScreen, PickProgrammeScreen
from app.ui.screens.confirm import ConfirmScreen
from app.ui.screens.home import HomeScreen
from app.ui.screens.journal import JournalScreen
from app.ui.screens.key_card import KeyCardScreen
from app.ui.screens.manager import ManagerScreen
from app.ui.screens.new_card import NewCardScreen
from app.ui.screens.outcome import OutcomeScreen
from app.ui.screens.pin import PinScreen
from app.ui.screens.plain import PlainScreen
from app.ui.screens.question import QuestionScreen
from app.ui.screens.queue import QueueScreen
from app.ui.screens.receipt import ReceiptScreen
from app.ui.screens.refund import RefundScreen
from app.ui.screens.report import ReportScreen
from app.ui.screens.reservations import ReservationsScreen
from app.ui.screens.sheet import SheetScreen
from app.ui.screens.sign_in import SignInScreen
from app.ui.screens.sources import SourcesScreen
from app.ui.screens.stop_list import StopListScreen
from app.ui.screens.stopped import StoppedScreen
from app.ui.screens.tender import TenderScreen
from app.ui.screens.void import VoidScreen

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
    # jobs
    Screen.QUESTION: QuestionScreen,
    Screen.SOURCES: SourcesScreen,
    Screen.CONFIRM: ConfirmScreen,
    # back office
    Screen.SIGN_IN: SignInScreen,
    Screen.REFUND: RefundScreen,
    Screen.VOID: VoidScreen,
    Screen.QUEUE: QueueScreen,
    Screen.MANAGER: ManagerScreen,
    Screen.REPORT: ReportScreen,
    Screen.JOURNAL: JournalScreen,
    Screen.RECEIPT: ReceiptScreen,
    Screen.STOPPED: StoppedScreen,
    # lists behind F7
    Screen.CARDS: CardsScreen,
    Screen.RESERVATIONS: ReservationsScreen,
    Screen.STOP_LIST: StopListScreen,
    Screen.RANGE: RangeScreen,
}


def build(screen: Screen, desk: Desk) -> ScreenWidget:
    """The widget of a screen, made when it is first shown."""
    return SCREENS.get(screen, PlainScreen)(desk)
