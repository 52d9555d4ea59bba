"""Signing in: a PIN leaves as bytes and stays nowhere, a wrong one waits, and the right person is meant."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain import messages as m
from app.domain.view import Role, SignInBody
from app.ui.bridge import Bridge
from app.ui.look import Look
from app.ui.main_window import MainWindow
from app.ui.screens.sign_in import PersonTile
from app.ui.theme import LIGHT
from tests.ui import office, samples
from tests.ui.conftest import MakeRig
from tests.ui.test_screens import clipped
from tests.ui.window import CountingPin, Rig

K = Qt.Key


class Door:
    """Takes what the window hands over at sign-in and wipes it, as the service does."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, list[int]]] = []
        self.arrays: list[bytearray] = []

    def sign_in(self, operator: str, digits: bytearray) -> None:
        assert type(digits) is bytearray
        self.seen.append((operator, list(digits)))
        self.arrays.append(digits)
        digits[:] = bytes(len(digits))


@pytest.fixture
def door(rig: Rig) -> Door:
    door = Door()
    window = rig.window
    rig.window = MainWindow(
        rig.sent.append, CountingPin(), Bridge(), LIGHT, sign_in=door.sign_in, now=lambda: rig.now,
        milliseconds=lambda: rig.milliseconds, look=Look(LIGHT),
    )  # fmt: skip
    window.close()
    rig.window.show()
    rig.window.show_view(office.office("sign-in"))
    return door


def test_the_pin_goes_out_as_bytes_and_leaves_nothing_behind(rig: Rig, door: Door) -> None:
    rig.press(K.Key_Down, "9999", K.Key_Return)
    assert door.seen == [("maja", [9, 9, 9, 9])]
    assert door.arrays == [bytearray(4)]
    rig.press("482193")
    gc.collect()
    for widget in rig.window.findChildren(QWidget):
        assert all("482193" not in str(value) for value in vars(widget).values())
    rig.window.show_view(samples.picture("home"))
    rig.window.show_view(office.office("sign-in"))
    rig.press(K.Key_Return)
    assert len(door.seen) == 1


def test_arrows_choose_a_person_and_forget_what_was_typed(rig: Rig, door: Door) -> None:
    rig.press("12", K.Key_Right, "3456", K.Key_Return)
    assert door.seen == [("jonas", [3, 4, 5, 6])]


def test_backspace_and_escape_take_digits_away(rig: Rig, door: Door) -> None:
    rig.press("12345", K.Key_Backspace, K.Key_Return, "9999", K.Key_Escape, "1111", K.Key_Return)
    assert [digits for _, digits in door.seen] == [[1, 2, 3, 4], [1, 1, 1, 1]]


def test_a_short_pin_is_not_handed_over(rig: Rig, door: Door) -> None:
    rig.press("123", K.Key_Return)
    assert door.seen == []
    assert "four digits" in rig.text("message")


def test_no_more_digits_are_taken_than_a_pin_has(rig: Rig, door: Door) -> None:
    rig.press("1" * 40, K.Key_Return)
    assert door.seen == [("ingrid", [1] * 12)]


def test_after_wrong_pins_the_next_try_waits_and_says_how_long(rig: Rig) -> None:
    rig.show(office.office("sign-in-wait"))
    assert "30 s" in rig.text("message")
    rig.press("1111", K.Key_Return)
    assert rig.signed == []
    rig.now += timedelta(seconds=29)
    rig.window._tick()
    assert "1 s" in rig.text("message")
    rig.now += timedelta(seconds=1)
    rig.window._tick()
    assert rig.text("message").endswith("(I-01)")
    rig.press("1111", K.Key_Return)
    assert rig.signed == [("ingrid", 4)]


def test_a_manager_who_is_called_can_be_sent_away(rig: Rig) -> None:
    rig.show(office.office("sign-in", operator=office.PEOPLE[0], body=SignInBody(office.PEOPLE[2:], ("9999",))))
    rig.press(K.Key_Escape)
    assert rig.sent == [m.Back()]


def test_demo_pins_are_shown_only_where_the_till_sends_them(rig: Rig) -> None:
    for name, expected in (("sign-in", True), ("sign-in-wait", False)):
        rig.show(office.office(name))
        names = [tile.accessibleName() for tile in rig.window.findChildren(PersonTile) if tile.isVisible()]
        assert len(names) == 3
        assert all(("PIN" in told) is expected for told in names)


def test_twenty_people_are_scrolled_and_the_chosen_one_is_in_sight(make_rig: MakeRig) -> None:
    rig = make_rig(size=(1024, 600))
    people = tuple(replace(office.PEOPLE[0], id=f"p{n}", name=f"Person {n}", role=Role.CASHIER) for n in range(20))
    rig.show(office.office("sign-in", body=SignInBody(people)))
    rig.press(*[K.Key_Down] * 9, "1111", K.Key_Return)
    assert rig.signed == [("p18", 4)]
    assert not clipped(rig)
