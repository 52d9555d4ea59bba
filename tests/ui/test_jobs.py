"""The further verbs in the window: a card's sheet, what is behind F7, and that all of it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain.host import Decline
from app.domain.job import MORE_TASKS
from app.domain.messages import Task
from app.domain.view import (
    Screen,
    SheetBody,
    TaskView,
    Why,
)
from app.ui import format as fmt
from app.ui.job_text import JobSay
from app.ui.look import FLOOR_PX
from app.ui.screens.confirm import shown_id
from app.ui.text import Say, say
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.text_line import TextLine
from app.ui.widgets.verb_button import VerbButton
from tests.ui import jobs, samples
from tests.ui.conftest import MakeRig
from tests.ui.jobs import SLIP, button, shown, texts
from tests.ui.samples import nok
from tests.ui.test_screens import LANGUAGES, SIZES, clipped, visible
from tests.ui.window import Rig, settle

K = Qt.Key


# --- what is seen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("theme", "size"),
    [*((LIGHT, size) for size in SIZES), (DARK, (1024, 600))],
    ids=lambda v: getattr(v, "name", str(v)),
)
def test_nothing_is_clipped(
    make_rig: MakeRig, request: pytest.FixtureRequest, theme: Theme, size: tuple[int, int], language: str
) -> None:
    if language == "pseudo":
        request.getfixturevalue("pseudo")
    rig = make_rig(theme, size)
    problems = {}
    for name in (*jobs.BODIES, *SLIP):
        if name in SLIP:
            shown(rig, name)
        else:
            rig.show(jobs.job(name))
        assert rig.window.size().toTuple() == size, f"{name} pushes the window to {rig.window.size()}"
        if found := clipped(rig):
            problems[name] = found
    rig.show(samples.picture("home", more=jobs.MORE))
    rig.press(K.Key_F7)
    settle()
    assert rig.window.size().toTuple() == size
    problems["more"] = clipped(rig)
    assert problems == {"more": []}


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.usefixtures("pseudo")
def test_no_word_behind_f7_is_cut_in_a_longer_language(make_rig: MakeRig, size: tuple[int, int]) -> None:
    rig = make_rig(size=size)
    rig.show(samples.picture("home", more=jobs.ALL_DIM))
    rig.press(K.Key_F7)
    settle()
    buttons = [b for b in rig.window.findChildren(VerbButton) if b.isVisible()]
    assert len(buttons) == len(MORE_TASKS) + 2
    assert [b.text() for b in buttons if b.is_cut] == []


@pytest.mark.parametrize("name", ["sheet-many", "sheet-pin", "sheet-stopped"])
def test_no_verb_of_a_card_is_cut(make_rig: MakeRig, name: str) -> None:
    rig = make_rig(size=(1024, 600))
    rig.show(jobs.job(name))
    settle()
    buttons = [b for b in rig.window.findChildren(VerbButton) if b.isVisible()]
    assert buttons
    assert [b.text() for b in buttons if b.is_cut] == []


def test_every_verb_there_is_fits_a_low_window(make_rig: MakeRig) -> None:
    rig = make_rig(size=(1024, 600))
    rig.show(jobs.job("sheet-many", body=replace(jobs.SHEET, verbs=jobs.EVERYTHING)))
    settle()
    assert rig.window.size().toTuple() == (1024, 600)
    assert clipped(rig) == []


def test_every_control_has_a_name_and_a_thumb_fits_it(rig: Rig) -> None:
    nameless, small = [], []
    for name in (*jobs.BODIES, *SLIP):
        shown(rig, name)
        for widget in visible(rig):
            touched = isinstance(widget, QAbstractButton | TextLine)
            if (touched or widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not widget.accessibleName():
                nameless.append((name, widget))
            if touched and min(widget.width(), widget.height()) < FLOOR_PX:
                small.append((name, widget.accessibleName()))
    assert (nameless, small) == ([], [])


def test_the_screen_in_front_is_told_by_name_and_escape_is_always_back(rig: Rig) -> None:
    for name, (screen, _) in jobs.BODIES.items():
        shown(rig, name)
        assert rig.text("screen") == screen.value
        rig.press(K.Key_Escape)
        # a PIN is given up at its pad, and what is given out once cannot be left
        expected = [] if screen in (Screen.PIN, Screen.NEW_CARD) else [m.Back()]
        assert rig.sent == expected, name


# --- a card's sheet -----------------------------------------------------------------------------------------------


def test_each_letter_starts_its_verb_and_a_dimmed_one_does_not(rig: Rig) -> None:
    rig.show(jobs.job("sheet-many"))
    rig.press("c", "S", "n", "h", "u")
    assert rig.sent == [m.Start(Task.COMBINE), m.Start(Task.SAVE), m.Start(Task.CASH_OUT)]


def test_a_letter_that_is_not_offered_is_no_command(rig: Rig) -> None:
    rig.show(jobs.job("sheet-pin"))
    rig.press("h", "z")
    assert rig.sent == []


def test_a_touch_does_what_the_letter_does_and_a_dimmed_button_says_why(rig: Rig) -> None:
    rig.show(jobs.job("sheet-many"))
    QTest.mouseClick(button(rig, "C"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(rig, "H"), Qt.MouseButton.LeftButton)
    assert rig.sent == [m.Start(Task.COMBINE)]
    assert button(rig, "H").accessibleDescription() == "Customer's cards only"


def test_a_card_that_tells_nothing_without_its_pin_leads_with_it(rig: Rig) -> None:
    rig.show(jobs.job("sheet-pin"))
    assert say(JobSay.PIN_FIRST) in texts(rig)
    first = button(rig, say(Say.ENTER))
    assert first.text() == say(Say.ENTER_PIN)
    assert first._kind == "primary"
    assert button(rig, "F2")._kind == "quiet"
    rig.press(K.Key_Return)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert rig.sent == [m.Confirm(), m.Start(Task.ENTER_PIN)]


def test_a_stopped_card_says_who_said_what(rig: Rig) -> None:
    rig.show(jobs.job("sheet-stopped"))
    assert "Reported stolen" in rig.text("message")
    assert rig.text("message_code") == "W-10"


def test_a_stored_card_says_whose_it_is(rig: Rig) -> None:
    rig.show(jobs.job("sheet-stored"))
    assert "Kept for kari-nordmann-0041" in texts(rig)


def test_the_verbs_are_drawn_anew_once_the_pin_is_in(rig: Rig) -> None:
    rig.show(jobs.job("sheet-pin"))
    body = jobs.job("sheet-pin").body
    assert isinstance(body, SheetBody)
    rig.show(jobs.job("sheet-pin", body=replace(body, pin_first=False, balance=nok(100), verbs=body.verbs[1:])))
    settle()
    assert button(rig, "F2")._kind == "primary"


def test_a_service_that_wants_the_pin_first_has_refused_nothing(rig: Rig) -> None:
    """The button says what to do; nobody is to swipe again for it."""
    body = jobs.job("sheet-pin").body
    assert isinstance(body, SheetBody)
    rig.show(jobs.job("sheet-pin", body=replace(body, refused=Decline.PIN_REQUIRED)))
    assert not rig.find("message").isVisible()
    rig.show(jobs.job("sheet-pin", body=replace(body, refused=Decline.BLOCKED)))
    assert "blocked" in rig.text("message")


def test_the_ends_of_a_row_are_masked_like_every_number_and_ids_are_not() -> None:
    assert shown_id("3425") == fmt.masked("3425")
    assert shown_id("BOX1-0001") == "BOX1-0001"


# --- behind F7 ----------------------------------------------------------------------------------------------------


def test_f7_starts_what_its_letters_say(rig: Rig) -> None:
    rig.show(samples.picture("home", more=jobs.MORE))
    for letter in ("c", "v", "m", "2", "z"):  # V has no reservation, 2 is a manager's
        rig.press(K.Key_F7, letter, K.Key_Escape)
    assert [sent for sent in rig.sent if sent != m.Back()] == [
        m.Start(Task.COMBINE), m.Start(Task.CUSTOMER), m.Start(Task.RANGE),
    ]  # fmt: skip


def test_what_only_a_manager_may_do_calls_for_one(rig: Rig) -> None:
    rig.show(samples.picture("home", more=(TaskView(Task.DELETE, Why.MANAGER_ONLY),)))
    rig.press(K.Key_F7)
    assert button(rig, "L").accessibleDescription() == "Managers only"
    QTest.mouseClick(button(rig, "L"), Qt.MouseButton.LeftButton)
    assert rig.sent == [m.Start(Task.DELETE)]


def test_what_no_backend_can_do_is_not_listed(rig: Rig) -> None:
    rig.show(samples.picture("home", more=(TaskView(Task.STOP),)))
    rig.press(K.Key_F7, "c")
    listed = [b.key for b in rig.window.findChildren(VerbButton) if b.isVisible()]
    assert listed == ["1", "2", "O"]
    assert rig.sent == []


def test_nothing_is_typed_into_a_screen_behind_the_list(rig: Rig) -> None:
    rig.show(jobs.job("question-customer"))
    rig.press(K.Key_F7, "q", "9", K.Key_Backspace, K.Key_F2, K.Key_Return)
    rig.press("a", K.Key_Return)
    assert rig.sent == [m.Start(Task.STOP_LIST), m.Start(Task.PAY), j.TextEntered("a")]


def test_k_behind_f7_keys_a_card(rig: Rig) -> None:
    rig.show(samples.picture("amount", more=jobs.MORE))
    rig.press(K.Key_F7, "k")
    assert rig.sent == [m.KeyCard()]
