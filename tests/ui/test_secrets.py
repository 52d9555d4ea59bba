"""What is secret is seen by the eyes in front of the screen and by nothing else."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain import messages as m
from app.domain.card import Expiry, IssuedSecret, Pan
from app.domain.view import NewCardBody
from app.ui.widgets import secret
from app.ui.widgets.digit_field import DigitField
from tests.ui import samples
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
