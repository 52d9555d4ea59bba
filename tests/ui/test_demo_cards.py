"""The tray of a training till: a digit swipes a card, and no till but a training one has it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.domain import messages as m
from app.ui.desk import DemoCard
from app.ui.screens.demo_cards import DemoCardsScreen
from app.ui.widgets.buttons import TaskButton
from tests.ui import samples
from tests.ui.window import Rig

K = Qt.Key
CARDS = (DemoCard("ordinary", "0001"), DemoCard("pin", "0002", "2580"), DemoCard("some-new-kind", "0003"))


def tray(rig: Rig, screen: str = "home") -> list[str]:
    """A till with demo cards; what is swiped."""
    swiped: list[str] = []
    rig.window.offer_cards(CARDS, swiped.append)
    rig.show(samples.picture(screen))
    return swiped


def test_d_and_a_digit_swipe_a_card_and_send_no_command(rig: Rig) -> None:
    swiped = tray(rig)
    rig.press("d", "2")
    assert swiped == ["pin"]
    assert rig.sent == []
    assert not isinstance(rig.window.stack.currentWidget(), DemoCardsScreen)


def test_a_digit_behind_the_tray_is_no_digit_of_the_amount(rig: Rig) -> None:
    tray(rig, "amount")
    rig.press("d", "9", K.Key_Escape, "5", K.Key_Return)
    assert rig.sent == [m.AmountEntered(samples.nok(5))]


def test_every_card_has_words_its_digit_and_the_pin_its_customer_would_know(rig: Rig) -> None:
    tray(rig)
    rig.press("d")
    shown = rig.window.stack.currentWidget()
    assert isinstance(shown, DemoCardsScreen)
    buttons = [button for button in shown.findChildren(TaskButton) if button.key.isdigit()]
    assert [button.key for button in buttons] == ["1", "2", "3"]
    assert all(button.accessibleName() for button in buttons)
    assert "some-new-kind" in buttons[2].text()
    assert "2580" not in repr(CARDS)


def test_a_till_without_demo_cards_has_no_tray(rig: Rig) -> None:
    rig.show(samples.picture("home"))
    before = rig.window.stack.currentWidget()
    rig.press("d")
    assert rig.window.stack.currentWidget() is before
    assert rig.sent == []
