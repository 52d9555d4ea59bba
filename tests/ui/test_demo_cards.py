"""The tray of a training till: a digit shows a card, and no till but a training one has it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain import messages as m
from app.ui.desk import DemoCard
from app.ui.screens.demo_cards import DemoCardsScreen, letters
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.parts import Text
from tests.ui import samples
from tests.ui.conftest import MakeRig
from tests.ui.window import Rig

K = Qt.Key
CARDS = (
    DemoCard("g/1", "ordinary", "0001", "Gift card"),
    DemoCard("g/2", "pin", "0002", "Gift card", "2580"),
    DemoCard("g/3", "some-new-kind", "0003", "Gift card"),
)
NAMES = ("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive", "restricted")
PROGRAMMES = ("Gift card", "Meal card", "City card", "Web card")
FOUR = tuple(
    DemoCard(f"{programme[0]}/{name}", name, f"00{at}", programme, "48213", scanned=programme == "Web card")
    for programme in PROGRAMMES
    for at, name in enumerate(NAMES[: 8 if programme == "Gift card" else 7])
)


def tray(rig: Rig, screen: str = "home", cards: tuple[DemoCard, ...] = CARDS) -> list[str]:
    """A till with demo cards; what is shown to its devices."""
    shown: list[str] = []
    rig.window.offer_cards(cards, shown.append)
    rig.show(samples.picture(screen))
    return shown


def buttons(rig: Rig, *, digits: bool) -> list[TaskButton]:
    """What can be pressed in the tray: the cards, or the programmes."""
    shown = rig.window.stack.currentWidget()
    assert isinstance(shown, DemoCardsScreen)
    found = [button for button in shown.findChildren(TaskButton) if not button.isHidden()]
    return [button for button in found if button.key.isdigit() is digits and len(button.key) == 1]


def test_d_and_a_digit_swipe_a_card_and_send_no_command(rig: Rig) -> None:
    swiped = tray(rig)
    rig.press("d", "2")
    assert swiped == ["g/2"]
    assert rig.sent == []
    assert not isinstance(rig.window.stack.currentWidget(), DemoCardsScreen)


def test_a_digit_behind_the_tray_is_no_digit_of_the_amount(rig: Rig) -> None:
    tray(rig, "amount")
    rig.press("d", "9", K.Key_Escape, "5", K.Key_Return)
    assert rig.sent == [m.AmountEntered(samples.nok(5))]


def test_every_card_has_words_its_digit_and_the_pin_its_customer_would_know(rig: Rig) -> None:
    tray(rig)
    rig.press("d")
    cards = buttons(rig, digits=True)
    assert [button.key for button in cards] == ["1", "2", "3"]
    assert "2580" in cards[1].accessibleName()
    assert "some-new-kind" in cards[2].text()
    assert "2580" not in repr(CARDS)
    assert buttons(rig, digits=False) == [], "one programme needs no choice"


def test_each_programme_has_a_letter_and_its_own_cards(rig: Rig) -> None:
    shown = tray(rig, cards=FOUR)
    rig.press("d")
    assert [(tab.key, tab.text()) for tab in buttons(rig, digits=False)] == [
        ("G", "Gift card"), ("M", "Meal card"), ("C", "City card"), ("W", "Web card"),
    ]  # fmt: skip
    assert len(buttons(rig, digits=True)) == 8
    rig.press("m", "2")
    assert shown == ["M/pin"]
    rig.press("d")
    assert len(buttons(rig, digits=True)) == 7, "the programme that lay open last lies open again"
    rig.press("8", "C", "1")
    assert shown == ["M/pin", "C/ordinary"], "a digit of no card is nothing"


def test_tab_and_the_arrows_go_round_the_programmes(rig: Rig) -> None:
    shown = tray(rig, cards=FOUR)
    for keys in ((K.Key_Tab,), (K.Key_Tab, K.Key_Tab), (K.Key_Right,), (K.Key_Left, K.Key_Left), (K.Key_Backtab,)):
        rig.press("d", *keys, "1")
    assert shown == ["M/ordinary", "W/ordinary", "G/ordinary", "C/ordinary", "M/ordinary"]


def test_a_touch_does_the_same(rig: Rig) -> None:
    shown = tray(rig, cards=FOUR)
    rig.press("d")
    buttons(rig, digits=False)[3].click()
    assert "scanned" in " ".join(text.text() for text in rig.window.stack.findChildren(Text) if text.isVisible())
    buttons(rig, digits=True)[0].click()
    assert shown == ["W/ordinary"]
    assert not isinstance(rig.window.stack.currentWidget(), DemoCardsScreen)


def test_the_focus_leaving_a_closed_tray_turns_nothing(rig: Rig) -> None:
    shown = tray(rig, cards=FOUR)
    rig.activate()
    for _ in range(2):
        rig.press("d")
        buttons(rig, digits=False)[0].setFocus(Qt.FocusReason.TabFocusReason)
        rig.press("c", "1")
        assert QApplication.focusWidget() is rig.window.centralWidget(), "no ring wanders on to what nobody chose"
        rig.press("d", "2")
    assert shown == ["C/ordinary", "C/pin"] * 2


def test_a_word_stands_whole_within_the_focus_ring(rig: Rig) -> None:
    tray(rig, cards=FOUR)
    rig.activate()
    rig.press("d")
    for button in (*buttons(rig, digits=False), *buttons(rig, digits=True)):
        button.setFocus(Qt.FocusReason.TabFocusReason)
        rig.window.grab()
        assert button.hasFocus()
        assert button.toolTip() == "", f"{button.text()}: a cut word has itself as its tip"


def test_letters_are_told_apart_and_leave_the_trays_own_alone() -> None:
    assert letters(("Day card", "Kiosk", "Art", "Arts", "1234", "A")) == {
        "Day card": "a", "Kiosk": "i", "Art": "r", "Arts": "t", "1234": "", "A": "",
    }  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (1280, 800)], ids=str)
def test_no_word_of_the_tray_is_cut(make_rig: MakeRig, theme: Theme, size: tuple[int, int]) -> None:
    rig = make_rig(theme, size)
    tray(rig, cards=FOUR)
    rig.press("d")
    for programme in "gmcw":
        rig.press(programme)
        rig.window.grab()
        shown = [*buttons(rig, digits=True), *buttons(rig, digits=False)]
        assert [button.text() for button in shown if button.toolTip()] == [], "a cut word has itself as its tip"
        area = rig.window.stack.rect()
        for button in shown:
            corner = button.mapTo(rig.window.stack, button.rect().bottomRight())
            assert area.contains(corner), button.text()
            assert button.height() >= 44


def test_a_till_without_demo_cards_has_no_tray(rig: Rig) -> None:
    rig.show(samples.picture("home"))
    before = rig.window.stack.currentWidget()
    rig.press("d")
    assert rig.window.stack.currentWidget() is before
    assert rig.sent == []
