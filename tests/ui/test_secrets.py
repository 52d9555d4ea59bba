"""What is secret is seen by the eyes in front of the screen and by nothing else."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain import messages as m
from app.domain.card import Expiry, IssuedBatch, IssuedSecret, IssuedToken, Pan
from app.domain.view import NewCardBody
from app.ui.widgets import secret
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.qr_code import QrCode
from app.ui.widgets.secret_table import SecretTable
from tests.ui import jobs, samples
from tests.ui.window import Rig, settle

K = Qt.Key


def everything_said(rig: Rig) -> str:
    """All text a script or a screen reader could get from the window."""
    parts = []
    for widget in rig.window.findChildren(QWidget):
        text = getattr(widget, "text", None)
        parts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        parts += [str(text())] if callable(text) else []
    return "\n".join(parts)


@pytest.mark.parametrize("name", ["new-card", "key-card"])
def test_a_picture_shows_blocks_where_a_secret_stands(rig: Rig, name: str) -> None:
    rig.show(samples.picture(name))
    if name == "key-card":
        rig.press("9578102500001234567")
    secrets = [w for w in rig.window.findChildren(QWidget) if w.property("secret") and w.isVisible()]
    assert secrets
    open_look = {widget: widget.grab().toImage() for widget in secrets}
    with secret.hidden():
        hidden_look = {widget: widget.grab().toImage() for widget in secrets}
        if name == "new-card":
            other = IssuedSecret(Pan("1111222233334444555"), "999", Expiry(2030, 1), "2MLP-Q7XK", "1234")
            body = NewCardBody(samples.TID, samples.nok(50000), "Stanchion Gift Card", other, confirmed=False)
            rig.show(samples.picture(name, body=body))
            settle()
            assert all(widget.grab().toImage() == hidden_look[widget] for widget in secrets)
    changed = [widget for widget in secrets if open_look[widget] != hidden_look[widget]]
    assert len(changed) == (len(secrets) if name == "new-card" else 1)
    assert not secret.blocks()


def test_the_new_card_is_in_no_text_a_script_can_read(rig: Rig) -> None:
    rig.show(samples.picture("new-card"))
    said = everything_said(rig).replace(" ", "")
    for hidden in (samples.SECRET.pan.reveal(), samples.SECRET.pin, samples.SECRET.code):
        assert hidden not in said


def test_the_new_card_is_wiped_when_its_screen_is_left(rig: Rig) -> None:
    rig.show(samples.picture("new-card"))
    labels = rig.window.findChildren(secret.SecretLabel)
    assert any(label._secret for label in labels)
    rig.show(samples.picture("home"))
    assert not any(label._secret for label in labels)


def test_a_keyed_card_goes_out_once_and_leaves_empty_fields(rig: Rig) -> None:
    rig.show(samples.picture("key-card"))
    rig.press("9578102500000048", K.Key_Return, "1228", "731", K.Key_Return)
    (message,) = rig.sent
    assert isinstance(message, m.CardKeyed)
    assert message.card.pan.reveal() == "9578102500000048"
    assert message.card.expiry == Expiry(2028, 12)
    assert message.card.cvc == "731"
    assert all(field.count == 0 for field in rig.window.findChildren(DigitField))
    assert "9578" not in everything_said(rig)


def test_a_keyed_card_needs_no_expiry_or_cvc(rig: Rig) -> None:
    rig.show(samples.picture("key-card"))
    rig.press("95781", K.Key_Return, K.Key_Return, K.Key_Return)
    (message,) = rig.sent
    assert isinstance(message, m.CardKeyed)
    assert message.card.expiry is None


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("1234", K.Key_Return), "The number has 5 to 19 digits."),
        (("12345", K.Key_Return, "12", K.Key_Return), "The expiry is a month and a year, such as 12/28."),
        (("12345", K.Key_Return, "1328", K.Key_Return), "The expiry could not be read."),
    ],
)
def test_a_wrong_field_says_so_and_nothing_is_sent(rig: Rig, keys: tuple[Qt.Key | str, ...], said: str) -> None:
    rig.show(samples.picture("key-card"))
    rig.press(*keys)
    assert rig.sent == []
    assert rig.text("message").startswith(said)


def test_a_swipe_typed_like_a_keyboard_never_fills_the_fields(rig: Rig) -> None:
    rig.show(samples.picture("key-card"))
    rig.press("95", apart=0)
    rig.press(";9578102500000048=28121010000?", apart=0)
    assert all(field.count == 0 for field in rig.window.findChildren(DigitField))
    rig.press(K.Key_Return)
    assert rig.sent == []
    rig.press("12")
    assert sum(field.count for field in rig.window.findChildren(DigitField)) == 2


def test_fields_are_wiped_when_their_screen_is_left(rig: Rig) -> None:
    rig.show(samples.picture("key-card"))
    rig.press("957810")
    rig.show(samples.picture("home"))
    assert all(field.count == 0 for field in rig.window.findChildren(DigitField))


def test_no_pin_digit_survives_in_any_widget(rig: Rig) -> None:
    rig.show(samples.picture("pin"))
    rig.press("482193")
    gc.collect()
    for widget in rig.window.findChildren(QWidget):
        for value in vars(widget).values():
            assert "482193" not in str(value)


GIVEN_OUT = ["new-card-transfer", "new-pin", "new-code", "new-address", "new-batch"]


def hidden_words(body: NewCardBody) -> list[str]:
    """Everything in it that nobody but the customer may have."""
    match body.secret:
        case IssuedBatch(cards=cards):
            return [word for card in cards for word in (card.pan.reveal(), card.code, card.pin) if word]
        case IssuedToken() as token:
            return [word for word in (token.pin, token.code, token.url) if word]
        case IssuedSecret() as card:
            return [word for word in (card.pan.reveal(), card.code, card.pin) if word]


def strings(value: object) -> list[str]:
    """Every text in a value and in what it holds; an object's address is no text."""
    if isinstance(value, str | bytearray):
        return [value if isinstance(value, str) else value.decode("ascii")]
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for item in held for text in strings(item)]


@pytest.mark.parametrize("name", GIVEN_OUT)
def test_whatever_is_given_out_once_is_blocks_in_a_picture_and_no_text(rig: Rig, name: str) -> None:
    view = jobs.job(name)
    assert isinstance(view.body, NewCardBody)
    rig.show(view)
    said = everything_said(rig).replace(" ", "")
    assert not [word for word in hidden_words(view.body) if word in said]
    secrets = [w for w in rig.window.findChildren(QWidget) if w.property("secret") and w.isVisible()]
    open_look = {widget: widget.grab().toImage() for widget in secrets}
    with secret.hidden():
        hidden_look = {widget: widget.grab().toImage() for widget in secrets}
    assert secrets
    assert all(open_look[widget] != hidden_look[widget] for widget in secrets)


def test_two_boxes_of_cards_look_alike_in_a_picture(rig: Rig) -> None:
    view = jobs.job("new-batch")
    assert isinstance(view.body, NewCardBody)
    cards = tuple(
        IssuedSecret(Pan(f"8888777766665{n:06d}"), code=f"ZZZZ-ZZ{n:02d}", pin="0000", label=f"BOX9-{n:04d}")
        for n in range(1, 51)
    )
    rig.show(view)
    table = next(w for w in rig.window.findChildren(SecretTable) if w.isVisible())
    with secret.hidden():
        one = table.grab().toImage()
        rig.show(replace(view, body=replace(view.body, secret=IssuedBatch(cards))))
        settle()
        other = table.grab().toImage()
    assert one == other
    assert "BOX9" not in everything_said(rig)


@pytest.mark.parametrize("name", GIVEN_OUT)
def test_what_was_given_out_is_forgotten_when_its_screen_is_left(rig: Rig, name: str) -> None:
    view = jobs.job(name)
    assert isinstance(view.body, NewCardBody)
    rig.show(view)
    screen = jobs.middle(rig)
    rig.show(samples.picture("home"))
    gc.collect()
    kept = [text for widget in [screen, *screen.findChildren(QWidget)] for text in strings(list(vars(widget).values()))]
    assert not [word for word in hidden_words(view.body) for text in kept if word in text.replace(" ", "")]


def test_a_box_of_cards_is_turned_page_by_page(rig: Rig) -> None:
    rig.show(jobs.job("new-batch"))
    table = next(w for w in rig.window.findChildren(SecretTable) if w.isVisible())
    page = table.fits
    assert 1 < page < table.count == 50
    rig.press(K.Key_PageDown)
    assert table.first == page
    for _ in range(60):
        rig.press(K.Key_PageDown)
    assert table.first == 49 // page * page
    rig.press(K.Key_PageUp)
    assert table.first == 49 // page * page - page
    rig.press(K.Key_Return, K.Key_Escape, "p", "h")
    assert rig.sent == [m.PrintCopy(samples.TID), m.HandOver()]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("new-card-transfer", "The new card"),
        ("new-pin", "The new PIN"),
        ("new-code", "The extra code"),
        ("new-address", "The card's address"),
        ("new-batch", "The blank cards"),
    ],
)
def test_what_was_given_out_is_called_what_it_is(rig: Rig, name: str, title: str) -> None:
    view = jobs.job(name)
    assert isinstance(view.body, NewCardBody)
    rig.show(view)
    assert title in jobs.texts(rig)
    assert rig.find("amount").isVisible() is view.body.amount.is_positive
    assert jobs.button(rig, "H").text() == ("Put away" if name == "new-batch" else "Handed over")
    codes = [w for w in rig.window.findChildren(QrCode) if w.isVisible()]
    assert bool(codes) is (name in ("new-card-transfer", "new-address"))


def test_a_printed_card_s_number_is_blocks_while_it_is_typed(rig: Rig) -> None:
    rig.show(jobs.job("question-last"))
    rig.press("9578102500000543")
    (field,) = [w for w in rig.window.findChildren(DigitField) if w.isVisible()]
    shown = field.grab().toImage()
    with secret.hidden():
        assert field.grab().toImage() != shown
    assert "9578" not in everything_said(rig).replace(" ", "")
