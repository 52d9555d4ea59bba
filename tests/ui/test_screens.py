"""Every screen, both themes, both sizes, English and a language 40 % longer: nothing clipped, everything named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

from app.domain.view import NoticeKind, TillView
from app.ui.look import FLOOR_PX
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Key
from tests.ui import samples
from tests.ui.conftest import MakeRig
from tests.ui.window import Rig, settle

SIZES = [(1280, 800), (1024, 600), (1920, 1080)]
LANGUAGES = ["en", "pseudo"]


def visible(rig: Rig) -> list[QWidget]:
    return [widget for widget in rig.window.findChildren(QWidget) if widget.isVisible()]


def scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def clipped(rig: Rig) -> list[str]:
    """Labels whose text needs more room than they have, and widgets that stick out of their parents."""
    found = []
    window = QRect(0, 0, rig.window.width(), rig.window.height())
    for widget in visible(rig):
        if scrolled(widget) or (isinstance(widget, QLabel) and not widget.text()):
            continue
        if not window.contains(QRect(widget.mapTo(rig.window, QPoint(0, 0)), widget.size())):
            found.append(f"outside: {widget.__class__.__name__} {widget.accessibleName()}")
        least = widget.minimumSizeHint()
        if widget.height() < least.height() or widget.width() < least.width():
            found.append(f"small: {widget.__class__.__name__} {widget.accessibleName()} {widget.size()} < {least}")
        if isinstance(widget, QLabel) and widget.text() and not widget.property("elides"):
            box = widget.contentsRect()
            flags = int(Qt.TextFlag.TextWordWrap) if widget.wordWrap() else 0
            needed = QFontMetrics(widget.font()).boundingRect(QRect(0, 0, box.width(), 4000), flags, widget.text())
            if needed.width() > box.width() + 1 or needed.height() > box.height() + 2:
                found.append(f"clipped: {widget.text()!r} needs {needed.size()} has {box.size()}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_nothing_is_clipped(
    make_rig: MakeRig, request: pytest.FixtureRequest, theme: Theme, size: tuple[int, int], language: str
) -> None:
    if language == "pseudo":
        request.getfixturevalue("pseudo")
    rig = make_rig(theme, size)
    problems = {}
    for name in samples.BODIES:
        for kind, view in (("fair", samples.picture(name)), ("stormy", samples.stormy(name))):
            rig.show(view)
            settle()
            assert rig.window.size().toTuple() == size, f"{name} pushes the window to {rig.window.size()}"
            if found := clipped(rig):
                problems[f"{name} {kind}"] = found
    assert not problems


@pytest.mark.parametrize("name", samples.BODIES)
def test_every_control_has_a_name_and_a_thumb_fits_it(rig: Rig, name: str) -> None:
    rig.show(samples.picture(name))
    buttons = [widget for widget in visible(rig) if isinstance(widget, QAbstractButton)]
    assert buttons
    fields = [w for w in visible(rig) if isinstance(w, DigitField) or w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [field for field in fields if not field.accessibleName()] == []
    for button in buttons:
        assert button.accessibleName(), button
        assert button.height() >= FLOOR_PX, button.accessibleName()
        assert button.width() >= FLOOR_PX, button.accessibleName()


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", ["amount", "tender", "pin", "key-card"])
def test_keypad_keys_keep_their_eighteen_millimetres(make_rig: MakeRig, name: str, size: tuple[int, int]) -> None:
    rig = make_rig(size=size)
    rig.show(samples.picture(name))
    keys = [key for key in rig.window.findChildren(Key) if key.isVisible()]
    assert len(keys) == 12
    assert all(min(key.width(), key.height()) >= rig.window.look.key for key in keys)


@pytest.mark.parametrize("name", samples.BODIES)
def test_the_screen_in_front_is_told_by_name(rig: Rig, name: str) -> None:
    view = samples.picture(name)
    rig.show(view)
    assert rig.text("screen") == view.screen.value
    assert rig.find("screen").accessibleName() == view.screen.value


def test_the_contract_names_carry_the_values(rig: Rig) -> None:
    rig.show(samples.picture("outcome-part"))
    told = {name: rig.text(name).replace("\u00a0", " ") for name in ("outcome", "amount", "due", "balance")}
    assert told == {"outcome": "APPROVED", "amount": "170.00 NOK", "due": "80.00 NOK", "balance": "0.00 NOK"}
    assert rig.text("reader") == "Reader ready"
    assert rig.text("line") == "Line"
    assert rig.text("backend") == "Swedbank Pay"
    assert rig.text("queue_count") == "3"
    assert rig.text("queue_amount").replace("\u00a0", " ") == "1,250.00 NOK"
    rig.show(samples.picture("outcome-checking"))
    assert rig.text("message_code") == "T-12"
    assert rig.text("message").startswith("No answer from the gift-card service.")


def test_a_name_belongs_to_the_screen_in_front_alone(rig: Rig) -> None:
    rig.show(samples.picture("amount"))
    rig.show(samples.picture("outcome-approved"))
    rig.show(samples.picture("home"))
    assert not rig.window.findChildren(QWidget, "outcome")
    assert len(rig.window.findChildren(QWidget, "message")) == 1


def test_training_stands_on_every_screen_and_nowhere_else(rig: Rig) -> None:
    for name in samples.BODIES:
        rig.show(samples.picture(name))
        assert rig.window.top.band.isVisible()
        rig.show(samples.picture(name, training=False))
        assert not rig.window.top.band.isVisible()


def test_the_right_column_leaves_a_narrow_window(make_rig: MakeRig) -> None:
    for width, shown in ((1280, True), (1100, True), (1099, False), (1024, False)):
        rig = make_rig(size=(width, 700))
        rig.show(samples.picture("home"))
        assert rig.window.side.isVisible() is shown


def test_a_notice_passes_over_the_screen_and_is_told_once(rig: Rig) -> None:
    view: TillView = samples.stormy("home")
    rig.show(view)
    assert rig.window.toast.isVisible()
    assert rig.window.toast.text().endswith("(N-07)")
    assert view.notice is not None
    assert view.notice.kind is NoticeKind.LINE_CUT
    rig.window.toast.hide()
    rig.show(samples.picture("home", notice=view.notice))
    assert not rig.window.toast.isVisible()


def test_a_change_of_theme_repaints_what_is_there(rig: Rig) -> None:
    rig.show(samples.picture("sheet"))
    before = rig.window.grab().toImage()
    rig.window.apply_theme(DARK)
    settle()
    after = rig.window.grab().toImage()
    assert before != after
    assert after.pixelColor(640, 450) == DARK.colour("ground")


def test_before_the_first_picture_nothing_looks_as_if_it_worked(rig: Rig) -> None:
    settle()
    assert not any(button.isEnabled() for button in visible(rig) if isinstance(button, QAbstractButton))
    assert "Starting …" in [widget.text() for widget in visible(rig) if isinstance(widget, QLabel)]
    rig.press(Qt.Key.Key_F2, Qt.Key.Key_Return, "k")
    assert rig.sent == []
    rig.show(samples.picture("home"))
    assert rig.find("reader").isVisible()


def test_a_notice_leaves_the_buttons_at_the_foot_free(make_rig: MakeRig) -> None:
    for size in SIZES:
        rig = make_rig(size=size)
        for name in samples.BODIES:
            rig.show(samples.picture("home"))
            rig.show(samples.stormy(name))
            toast = rig.window.toast
            assert toast.geometry().bottom() < rig.window.stack.height() - 16 - rig.window.look.touch


def test_a_notice_does_not_outlive_its_screen(rig: Rig) -> None:
    view = samples.stormy("home")
    rig.show(view)
    rig.show(samples.picture("sheet", notice=view.notice))
    assert not rig.window.toast.isVisible()
