"""The keyboard contract, pressed on the real window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain import messages as m
from app.domain.messages import Task
from app.domain.records import TenderKind
from app.domain.view import AmountBody, AskingBody, OperatorView, PinBody, Role, Screen, TaskView, Why
from app.ui.desk import DemoCard
from app.ui.screens.asking import AskingScreen
from app.ui.screens.pin import PinScreen
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.keypad import Key
from app.ui.widgets.parts import Text
from tests.ui import samples
from tests.ui.window import Rig

K = Qt.Key
ALL = tuple(TaskView(task) for task in Task)


@pytest.mark.parametrize(
    ("key", "task"),
    [
        (K.Key_F1, Task.BALANCE),
        (K.Key_F2, Task.PAY),
        (K.Key_F3, Task.LOAD),
        (K.Key_F4, Task.SELL),
        (K.Key_F5, Task.REFUND),
        (K.Key_F6, Task.VOID),
        (K.Key_F8, Task.QUEUE),
        (K.Key_F9, Task.MANAGER),
    ],
)
def test_a_function_key_starts_its_task(rig: Rig, key: Qt.Key, task: Task) -> None:
    rig.show(samples.picture("home", tasks=ALL))
    rig.press(key)
    assert rig.sent == [m.Start(task)]


def test_a_dimmed_key_sends_nothing_and_says_why(rig: Rig) -> None:
    rig.show(samples.picture("home"))
    rig.press(K.Key_F6)
    assert rig.sent == []
    assert rig.window.toast.text() == "Void last: Nothing to void (W-05)"


def test_a_key_the_picture_does_not_offer_does_nothing(rig: Rig) -> None:
    rig.show(samples.picture("home", tasks=()))
    rig.press(K.Key_F2)
    assert rig.sent == []


def test_f10_locks_and_f12_cuts_the_line_in_training_only(rig: Rig) -> None:
    rig.show(samples.picture("home"))
    rig.press(K.Key_F10, K.Key_F12)
    assert rig.sent == [m.Lock(), m.ToggleLine()]
    rig.show(samples.picture("home", training=False))
    rig.press(K.Key_F12)
    assert len(rig.sent) == 2


def test_f7_says_what_is_in_its_way(rig: Rig) -> None:
    rig.show(samples.picture("pin", tasks=tuple(TaskView(task, Why.BUSY) for task in Task)))
    rig.press(K.Key_F7)
    assert rig.window.toast.text() == "Finish this first (W-06)"


def test_f7_lists_the_rest_and_escape_closes_it(rig: Rig) -> None:
    rig.show(samples.picture("home", tasks=ALL))
    rig.press(K.Key_F7, "1")
    assert rig.sent == [m.Start(Task.JOURNAL)]
    rig.press(K.Key_F7, K.Key_Escape)
    assert rig.sent == [m.Start(Task.JOURNAL)]
    rig.press(K.Key_Escape)
    assert rig.sent[-1] == m.Back()


def test_paying_is_f2_digits_enter(rig: Rig) -> None:
    rig.show(samples.picture("home", tasks=ALL))
    rig.press(K.Key_F2)
    rig.show(samples.picture("amount"))
    rig.press("25000", K.Key_Return)
    assert rig.sent == [m.Start(Task.PAY), m.AmountEntered(samples.nok(25000))]


def test_digits_are_minor_units_and_backspace_takes_one(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.press("0", "1", "2", "3", K.Key_Backspace)
    assert rig.text("amount").replace("\u00a0", " ") == "0.12 NOK"
    rig.press("123456789")
    assert rig.text("amount").replace("\u00a0", " ") == "1,212,345.67 NOK"


def test_delete_and_the_keypads_word_forget_all_that_was_typed(rig: Rig) -> None:
    for name in ("amount", "tender"):
        rig.show(samples.picture(name))
        before = rig.text("amount")
        rig.press("123")
        assert rig.text("amount") != before
        rig.press(K.Key_Delete)
        assert rig.text("amount") == before
        rig.press("123")
        clear = next(key for key in rig.window.findChildren(Key) if key.isVisible() and key.text() == say(Say.CLEAR))
        clear.click()
        assert rig.text("amount") == before


def test_a_new_card_is_sold_under_its_name(rig: Rig) -> None:
    body = AmountBody(Task.SELL, None, None, None, None, basket_allowed=False, programme="Meal card")
    rig.show(samples.picture("amount", body=body))
    assert any(text.text() == "Meal card" for text in rig.window.findChildren(Text) if text.isVisible())


def test_the_pin_of_a_demo_card_is_told_and_of_no_other(rig: Rig) -> None:
    mine = DemoCard("g/1", "pin", samples.CARD.last4, samples.CARD.programme, "2580")
    rig.window.offer_cards((replace(mine, id="g/2", last4="0000", pin="1111"), mine), lambda _card: None)
    rig.show(samples.picture("pin"))
    told = [text.text() for text in rig.window.findChildren(Text) if text.isVisible()]
    assert "Demo card: its PIN is 2580." in told
    rig.show(samples.picture("pin", body=PinBody(samples.TID, samples.nok(100), replace(samples.CARD, last4="9999"))))
    assert not any("Demo card" in text.text() for text in rig.window.findChildren(Text) if text.isVisible())


def test_enter_on_no_amount_asks_for_one(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.press(K.Key_Return)
    assert rig.sent == []
    assert rig.text("message") == "Type an amount first."


def test_an_amount_above_the_limit_is_not_sent(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.press("1000001", K.Key_Return)
    assert rig.sent == []
    assert "10,000.00" in rig.text("message")


def test_enter_takes_what_is_due_when_nothing_is_typed(rig: Rig) -> None:
    rig.show(samples.picture("amount-card"))
    rig.press(K.Key_Return)
    assert rig.sent == [m.AmountEntered(samples.nok(25000))]


def test_a_new_amount_begins_with_nothing(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.press("99")
    rig.show(samples.picture("home"))
    rig.show(samples.picture("amount"))
    assert rig.text("amount").replace("\u00a0", " ") == "0.00 NOK"


def test_f2_twice_opens_the_basket_and_numbers_ring_up(rig: Rig) -> None:
    rig.show(samples.picture("amount", tasks=ALL))
    rig.press(K.Key_F2, "1", "1", "3", "5", K.Key_Backspace, K.Key_Return)
    (message,) = rig.sent
    assert isinstance(message, m.AmountEntered)
    assert message.amount == samples.nok(2 * 3900 + 8900)
    assert [(line.product_id, line.quantity, line.amount.minor) for line in message.basket] == [
        ("0101", Decimal(2), 7800),
        ("0103", Decimal(1), 8900),
    ]


def test_f2_goes_back_to_typing(rig: Rig) -> None:
    rig.show(samples.picture("amount", tasks=ALL))
    rig.press(K.Key_F2, "1", K.Key_F2, "5", K.Key_Return)
    assert rig.sent == [m.AmountEntered(samples.nok(5))]


def test_a_load_has_no_basket(rig: Rig) -> None:
    rig.show(samples.picture("amount-load", tasks=ALL))
    rig.press(K.Key_F2)
    assert rig.sent == [m.Start(Task.PAY)]


def test_a_second_enter_within_half_a_second_does_nothing(rig: Rig) -> None:
    rig.show(samples.picture("outcome-approved"))
    rig.press(K.Key_Return)
    rig.press(K.Key_Return, apart=499)
    assert rig.sent == [m.Confirm()]
    rig.press(K.Key_Enter, apart=1)
    assert rig.sent == [m.Confirm(), m.Confirm()]


def test_enter_works_while_a_button_has_the_focus_and_space_pushes_it(rig: Rig) -> None:
    rig.show(samples.picture("outcome-part"))
    buttons = [b for b in rig.window.findChildren(TaskButton) if b.isVisible() and b.key == "T"]
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], K.Key_Space)
    assert rig.sent == [m.AskTender()]
    rig.milliseconds += 1000
    QTest.keyClick(buttons[0], K.Key_Return)
    assert rig.sent == [m.AskTender(), m.Confirm()]


def test_tab_reaches_every_button_and_leaves_it_again(rig: Rig) -> None:
    rig.show(samples.picture("outcome-part", tasks=ALL))
    rig.window.activateWindow()
    wanted = {b for b in rig.window.findChildren(TaskButton) if b.isVisible() and b.isEnabled()}
    seen: set[QWidget] = set()
    for _ in range(60):
        rig.window.focusNextChild()
        seen.add(rig.window.focusWidget())
    assert wanted <= seen


def test_no_ring_lies_around_what_nobody_chose(rig: Rig) -> None:
    rig.show(samples.picture("home", tasks=ALL))
    rig.activate()
    assert QApplication.focusWidget() is rig.window.centralWidget()
    rig.show(samples.picture("tender"))
    assert QApplication.focusWidget() is rig.window.centralWidget()


def test_whatever_tab_reaches_shows_it(rig: Rig) -> None:
    rig.window.offer_cards((), lambda _card: None)
    rig.show(samples.picture("outcome-part", tasks=ALL))
    rig.activate()
    seen: set[QWidget] = set()
    ground = rig.window.centralWidget()
    assert ground is not None
    for _ in range(60):
        rig.window.focusNextChild()
        focused = QApplication.focusWidget()
        if focused is None or focused in (ground, *seen):
            continue
        seen.add(focused)
        there = focused.grab().toImage()
        ground.setFocus()
        assert focused.grab().toImage() != there, focused.accessibleName()
        focused.setFocus(Qt.FocusReason.TabFocusReason)
    assert len(seen) > 12


@pytest.mark.parametrize("name", ["home", "sheet", "await-card", "tender", "outcome-approved", "asking", "conflict"])
def test_escape_is_always_back(rig: Rig, name: str) -> None:
    rig.show(samples.picture(name))
    rig.press(K.Key_Escape)
    assert rig.sent == [m.Back()]


def test_k_keys_a_card_and_t_takes_another_tender(rig: Rig) -> None:
    rig.show(samples.picture("await-card"))
    rig.press("k", "t")
    assert rig.sent == [m.KeyCard(), m.AskTender()]


def test_enter_does_not_stand_in_for_a_swipe(rig: Rig) -> None:
    rig.show(samples.picture("await-card"))
    rig.press(K.Key_Return)
    assert rig.sent == [m.Confirm()]  # the step has no meaning for it on this screen, and changes nothing


def test_the_tender_screen_takes_by_letter_part_and_enter(rig: Rig) -> None:
    rig.show(samples.picture("tender"))
    rig.press("b")
    rig.press("5000", "c")
    rig.press("9900000", K.Key_Return)
    assert rig.sent == [
        m.TakeTender(TenderKind.BANK_CARD, samples.nok(8000)),
        m.TakeTender(TenderKind.CASH, samples.nok(5000)),
        m.TakeTender(TenderKind.CASH, samples.nok(8000)),  # never more than the rest
    ]


def test_two_cards_and_programmes_are_picked_by_number(rig: Rig) -> None:
    rig.show(samples.picture("conflict"))
    rig.press("2", "1")
    rig.show(samples.picture("pick-programme"))
    rig.press("9", "2")
    assert rig.sent == [m.PickCard(second=True), m.PickCard(second=False), m.PickProgramme("Winter Card")]


def test_a_new_card_is_handed_over_on_purpose_only(rig: Rig) -> None:
    rig.show(samples.picture("new-card"))
    rig.press(K.Key_Return, K.Key_Escape, "k")
    assert rig.sent == []
    rig.press("p", "h")
    assert rig.sent == [m.PrintCopy(samples.TID), m.HandOver()]


def test_pin_digits_go_to_the_session_and_nowhere_else(rig: Rig) -> None:
    rig.show(samples.picture("pin"))
    rig.press("48")
    rig.press(K.Key_Return)
    assert "done" not in rig.pin.events
    rig.press("21", K.Key_Return)
    assert rig.pin.events == ["digit"] * 4 + ["done"]
    assert rig.sent == []
    screen = rig.window.findChild(PinScreen)
    assert isinstance(screen, PinScreen)
    assert not any("4821" in repr(value) for value in vars(screen).values())


def test_backspace_clears_a_pin_and_escape_gives_up(rig: Rig) -> None:
    rig.show(samples.picture("pin"))
    rig.press("4", K.Key_Backspace, "s", K.Key_Escape)
    assert rig.pin.events == ["digit", "clear", "cancel"]
    assert rig.sent == []


def test_waiting_shows_a_spinner_then_words_then_a_choice(rig: Rig) -> None:
    view = samples.picture("asking")
    assert isinstance(view.body, AskingBody)
    rig.now = view.body.since
    rig.show(view)
    screen = rig.window.findChild(AskingScreen)
    assert isinstance(screen, AskingScreen)
    seen = []
    for milliseconds in (0, 299, 300, 999, 1000, 7999, 8000):
        rig.now = view.body.since + timedelta(milliseconds=milliseconds)
        screen.tick()
        seen.append((screen._spinner.spinning, bool(screen._seconds.text()), screen._wait.isVisible()))
    assert seen == [
        (False, False, False),
        (False, False, False),
        (True, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, False),
        (True, True, True),
    ]
    rig.press(K.Key_Return, "t", K.Key_Escape)
    assert rig.sent == [m.KeepWaiting(), m.AskTender(), m.Back()]


def test_a_manager_sees_what_a_cashier_may_not_start(rig: Rig) -> None:
    manager = OperatorView("marit", "Marit", Role.MANAGER)
    rig.show(samples.picture("home", operator=manager, tasks=ALL))
    rig.press(K.Key_F9)
    assert rig.sent == [m.Start(Task.MANAGER)]


def test_clicks_on_rail_strip_and_receipts_do_what_the_keys_do(rig: Rig) -> None:
    rig.show(samples.picture("home", tasks=ALL))
    QTest.mouseClick(rig.window.strip.queue, Qt.MouseButton.LeftButton)
    rig.window.rail.started.emit(Task.PAY)
    rig.window.side.opened.emit(samples.RECEIPTS[0].transaction_id)
    assert rig.sent == [
        m.Start(Task.QUEUE),
        m.Start(Task.PAY),
        m.ShowReceipt(samples.RECEIPTS[0].transaction_id),
    ]


def test_every_reason_for_a_dimmed_button_fits_the_rail(rig: Rig) -> None:
    for why in Why:
        rig.show(samples.picture("home", tasks=tuple(TaskView(task, why) for task in Task)))
        rig.press(K.Key_F2)
    assert rig.sent == []
    assert rig.text("screen") == Screen.HOME.value


def test_an_enter_after_something_was_typed_is_meant_however_fast(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.press("100", K.Key_Return, apart=10)
    rig.show(samples.picture("pin"))
    rig.press("4821", K.Key_Return, apart=10)
    assert rig.pin.events[-1] == "done"


def test_p_takes_the_part_that_is_offered_and_nothing_where_none_is(rig: Rig) -> None:
    rig.show(samples.picture("outcome-declined"))
    rig.press("p")
    assert rig.sent == [m.TakePart(samples.nok(4000))]
    rig.show(samples.picture("outcome-blocked"))
    rig.press("p")
    assert rig.sent == [m.TakePart(samples.nok(4000))]
