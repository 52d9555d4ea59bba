"""Keying a card: a number or a code, and beside it what its backend reads, no more and no less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.domain import messages as m
from app.domain.card import CardSecret, Code, Pan
from app.domain.view import KeyCardBody, KeyedKind
from app.ui.screens.key_card import KeyCardScreen
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Key, Keypad
from app.ui.widgets.letter_pad import LetterPad
from tests.ui import samples
from tests.ui.conftest import MakeRig
from tests.ui.window import Rig, settle

K = Qt.Key
GIFT, MEAL, CITY, WEB = samples.KINDS
UUID_CODE = "DINCARD:123e4567-e89b-12d3-a456-426614174000"


@pytest.fixture
def form(rig: Rig) -> Rig:
    rig.show(samples.picture("key-card-four"))
    return rig


def with_kinds(rig: Rig, *kinds: KeyedKind) -> None:
    rig.show(samples.picture("key-card", body=KeyCardBody(None, None, kinds)))


def fields(rig: Rig) -> list[str]:
    """What is asked for, by name, in the order of the screen."""
    shown = [field for field in rig.window.findChildren(DigitField) if field.isVisible()]
    return [field.accessibleName().partition(":")[0] for field in shown]


def said(rig: Rig) -> list[str]:
    return [label.text() for label in rig.window.stack.findChildren(QLabel) if label.isVisible() and label.text()]


def sent(rig: Rig) -> CardSecret:
    (message,) = rig.sent
    assert isinstance(message, m.CardKeyed)
    return message.card


def press_button(rig: Rig, text: str) -> None:
    next(button for button in rig.window.findChildren(TaskButton) if button.text() == text).click()
    settle()


def press_key(rig: Rig, name: str) -> None:
    pad = rig.window.findChild(LetterPad)
    assert isinstance(pad, LetterPad)
    next(key for key in pad.findChildren(Key) if key.accessibleName() == name).click()


# --- what is asked for


def test_before_anything_is_typed_the_form_asks_for_what_any_card_might_want(form: Rig) -> None:
    assert fields(form) == ["Number or code", "Expiry", "CVC or PIN"]


@pytest.mark.parametrize(
    ("typed", "programme", "asked"),
    [
        ("701336", "Stanchion Gift Card", ["Number or code", "Expiry", "CVC"]),
        ("704128", "Meal Card", ["Number or code", "Passcode"]),
        ("701337", "City Card", ["Number or code", "PIN on the card"]),
        ("709913", "Web Card", ["Number or code"]),
        ("DINCARD:7", "Web Card", ["Number or code"]),
        ("70133", "", ["Number or code", "Expiry", "CVC or PIN"]),
        ("dincard:7", "", ["Number or code"]),
    ],
)
def test_the_beginning_of_a_card_names_its_programme_and_what_is_printed_on_it(
    form: Rig, typed: str, programme: str, asked: list[str]
) -> None:
    form.press(typed)
    assert fields(form) == asked
    names = {kind.programme for kind in samples.KINDS}
    assert [text for text in said(form) if text in names] == ([programme] if programme else [])


def test_deleting_the_beginning_asks_anew(form: Rig) -> None:
    form.press("709913")
    assert len(fields(form)) == 1
    form.press(K.Key_Backspace)
    assert len(fields(form)) == 3


def test_a_till_of_one_programme_asks_for_nothing_else_from_the_start(rig: Rig) -> None:
    with_kinds(rig, GIFT)
    assert fields(rig) == ["Number", "Expiry", "CVC"]
    with_kinds(rig, CITY)
    assert fields(rig) == ["Number", "PIN on the card"]


def test_two_programmes_of_one_range_ask_for_what_either_wants(rig: Rig) -> None:
    with_kinds(rig, GIFT, replace(MEAL, prefixes=GIFT.prefixes))
    rig.press("701336")
    assert fields(rig) == ["Number", "Expiry", "CVC or PIN"]


# --- numbers


def test_a_number_goes_out_with_what_its_backend_reads(form: Rig) -> None:
    form.press("7013371234567890123", K.Key_Return, "48213", K.Key_Return)
    card = sent(form)
    assert (card.pan, card.expiry, card.cvc) == (Pan("7013371234567890123"), None, "48213")


def test_a_pin_has_up_to_twelve_digits_and_a_thirteenth_is_not_taken(form: Rig) -> None:
    form.press("7041281234567890123", K.Key_Return, "1234567890129", K.Key_Return)
    assert sent(form).cvc == "123456789012"


def test_a_card_that_has_nothing_printed_on_it_goes_out_at_once(form: Rig) -> None:
    form.press("709913518630612593", K.Key_Return)
    card = sent(form)
    assert (card.pan, card.expiry, card.cvc) == (Pan("709913518630612593"), None, "")


def test_what_is_not_asked_for_any_more_is_not_sent(form: Rig) -> None:
    form.press("7013361", K.Key_Return, "1228", "731", K.Key_Up, K.Key_Up)
    form.press(*[K.Key_Backspace] * 7, "7099135186306125", K.Key_Return)
    card = sent(form)
    assert (card.pan, card.expiry, card.cvc) == (Pan("7099135186306125"), None, "")


@pytest.mark.parametrize(
    ("typed", "told"), [("1234", "5 to 19 digits"), ("1" * 20, "5 to 19 digits"), ("AB12", "8 to 64")]
)
def test_what_is_neither_number_nor_code_says_so_and_keeps_what_was_typed(form: Rig, typed: str, told: str) -> None:
    form.press(typed, K.Key_Return)
    assert form.sent == []
    assert told in form.text("message")
    assert sum(field.count for field in form.window.findChildren(DigitField)) == len(typed)
    form.press(K.Key_Backspace)
    assert form.text("message") == ""


# --- codes


@pytest.mark.parametrize("code", ["DINCARD:709913518630612593", UUID_CODE, "7H2kq9xw", "a" * 63 + "B", "dk-DK_.:/!"])
def test_a_code_is_typed_sign_by_sign(form: Rig, code: str) -> None:
    form.press(code, K.Key_Return)
    card = sent(form)
    assert (type(card.pan), card.pan, card.cvc, card.expiry) == (Code, Code(code), "", None)
    assert all(field.count == 0 for field in form.window.findChildren(DigitField))
    assert code not in " ".join(said(form))


def test_a_code_has_at_most_64_signs(form: Rig) -> None:
    form.press("A" * 70, K.Key_Return)
    assert sent(form).pan == Code("A" * 64)


def test_a_blank_between_groups_is_nothing(form: Rig) -> None:
    form.press("7H2K Q9XW", K.Key_Return)
    assert sent(form).pan == Code("7H2KQ9XW")


def test_letters_go_to_the_code_alone(form: Rig) -> None:
    form.press("7013361234567", K.Key_Return, "12x", K.Key_Down, "7a3b1")
    assert [field.count for field in form.window.findChildren(DigitField)] == [13, 2, 3]


def test_without_programmes_that_have_codes_no_letter_is_typed(rig: Rig) -> None:
    with_kinds(rig, GIFT, MEAL)
    rig.press("70k13a36")
    assert [field.count for field in rig.window.findChildren(DigitField)] == [6, 0, 0]
    assert "Letters" not in [button.text() for button in rig.window.findChildren(TaskButton) if button.isVisible()]


def test_a_stripe_typed_like_a_keyboard_fills_nothing_though_letters_are_taken(form: Rig) -> None:
    form.press("DINCARD:7")
    form.press("%B7013360000000000000^GIFT/CARD^2012125123?;7013360000000000000=2012125123?", apart=0)
    assert all(field.count == 0 for field in form.window.findChildren(DigitField))
    form.press(K.Key_Return)
    assert form.sent == []
    form.press("DIN")
    assert sum(field.count for field in form.window.findChildren(DigitField)) == 3


def test_the_beginning_that_all_codes_share_has_a_button(form: Rig) -> None:
    form.press("709913518630612593")
    press_button(form, "DINCARD:")
    press_button(form, "DINCARD:")
    form.press(K.Key_Return)
    assert sent(form).pan == Code("DINCARD:709913518630612593")


def test_a_code_is_keyed_by_touch_letter_by_letter(form: Rig) -> None:
    press_button(form, "Letters")
    assert not form.window.findChildren(Keypad)[-1].isVisible()
    for sign in "DIN-7":
        press_key(form, sign)
    press_key(form, "Capital letters; press for small ones")
    for sign in "kz":
        press_key(form, sign)
    press_key(form, "Small letters; press for capital ones")
    press_key(form, "Q")
    press_button(form, "Use this card")
    assert sent(form).pan == Code("DIN-7kzQ")
    press_button(form, "Digits")


def test_a_letter_by_touch_goes_to_the_code_whatever_field_is_open(form: Rig) -> None:
    form.press("7013361234567", K.Key_Return)
    press_button(form, "Letters")
    press_key(form, "A")
    assert [field.count for field in form.window.findChildren(DigitField)] == [14, 0, 0]


# --- going from field to field


def test_tab_and_the_arrows_go_round_the_fields_that_are_asked_for(form: Rig) -> None:
    form.press("7041281", K.Key_Tab, "1", K.Key_Tab, "2", K.Key_Backtab, "3", K.Key_Down, "4", K.Key_Up, "5")
    assert [field.count for field in form.window.findChildren(DigitField) if field.isVisible()] == [9, 3]


def test_what_a_reader_is_told_of_a_field_is_how_much_is_in_it(form: Rig) -> None:
    form.press("DINCARD:7")
    named = [field.accessibleName() for field in form.window.findChildren(DigitField) if field.isVisible()]
    assert named == ["Number or code: 9 signs typed"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (1280, 800)], ids=str)
@pytest.mark.parametrize("language", ["en", "pseudo"])
def test_everything_has_room_with_either_pad_and_with_a_complaint(
    make_rig: MakeRig, request: pytest.FixtureRequest, theme: Theme, size: tuple[int, int], language: str
) -> None:
    if language == "pseudo":
        request.getfixturevalue("pseudo")
    rig = make_rig(theme, size)
    rig.show(samples.picture("key-card-four"))
    screen = rig.window.findChild(KeyCardScreen)
    assert isinstance(screen, KeyCardScreen)
    for _ in range(2):
        rig.press("12", K.Key_Return)
        settle()
        assert rig.text("message")
        assert rig.window.size().toTuple() == size
        assert screen.minimumSizeHint().width() <= screen.width()
        assert screen.minimumSizeHint().height() <= screen.height()
        screen._change_pad()
        settle()
