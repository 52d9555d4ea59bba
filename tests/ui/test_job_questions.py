"""What is asked before one of the further verbs goes out: what is typed, and what is said before Enter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain.view import (
    ConfirmBody,
    QuestionBody,
    Screen,
    SourcesBody,
)
from app.ui import job_text
from app.ui.job_text import JobSay
from app.ui.text import Say, say
from app.ui.widgets.digit_field import DigitField
from app.ui.widgets.keypad import Keypad
from app.ui.widgets.rows import Rows
from app.ui.widgets.text_line import TextLine
from tests.ui import jobs, samples
from tests.ui.jobs import button, middle, shown, texts
from tests.ui.test_screens import visible
from tests.ui.window import Rig, settle

K = Qt.Key


# --- questions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["question-customer", "question-share", "question-reason"])
def test_everything_that_can_be_typed_is_typed_and_nothing_else_happens(rig: Rig, name: str) -> None:
    rig.window.offer_cards((), lambda _name: None)
    rig.show(jobs.job(name))
    rig.press("kdtp: K, D & T@x.no +47 1")
    assert rig.sent == []
    assert rig.text("screen") == Screen.QUESTION.value
    rig.press(K.Key_Backspace, K.Key_Return)
    assert rig.sent == [j.TextEntered("kdtp: K, D & T@x.no +47")]


def test_what_is_typed_with_the_line_in_focus_is_the_same(rig: Rig) -> None:
    rig.show(jobs.job("question-reason"))
    line = next(w for w in visible(rig) if isinstance(w, TextLine))
    QTest.keyClicks(line, "  kept  by the kiosk ")
    QTest.keyClick(line, K.Key_Return)
    assert rig.sent == [j.TextEntered("kept by the kiosk")]


def test_a_question_begins_with_what_was_answered_before(rig: Rig) -> None:
    rig.show(jobs.job("question-list"))
    rig.press(K.Key_Return)
    rig.show(jobs.job("question-hours"))
    rig.press(K.Key_Return)
    assert rig.sent == [j.TextEntered("kari-nordmann-0041"), j.TextEntered("24")]


def test_nothing_is_no_answer(rig: Rig) -> None:
    rig.show(jobs.job("question-customer"))
    rig.press("  ", K.Key_Return)
    assert rig.sent == []
    assert rig.text("message_code") == "Q-01"
    rig.press("a")
    assert rig.text("message") == ""


def test_a_wrong_answer_stays_to_be_mended_and_the_screen_says_what_one_looks_like(rig: Rig) -> None:
    rig.show(jobs.job("question-share"))
    rig.press("kari", K.Key_Return)
    body = jobs.job("question-share").body
    assert isinstance(body, QuestionBody)
    rig.show(jobs.job("question-share", body=replace(body, wrong=True)))
    assert "kari@example.no" in rig.text("message")
    assert rig.text("message_code") == "Q-04"
    rig.press("@x.no", K.Key_Return)
    assert rig.sent == [j.TextEntered("kari"), j.TextEntered("kari@x.no")]
    assert rig.text("message_code") == "Q-04"  # until the till says otherwise


def test_the_next_question_begins_empty(rig: Rig) -> None:
    rig.show(jobs.job("question-customer"))
    rig.press("somebody")
    rig.show(jobs.job("question-share"))
    rig.press(K.Key_Return)
    assert rig.sent == []


def test_how_many_is_bounded_by_what_the_backend_takes(rig: Rig) -> None:
    rig.show(jobs.job("question-blanks"))
    rig.press("x0")
    assert rig.text("amount") == "0\u00a0cards"
    rig.press("501", K.Key_Return)
    assert rig.sent == []
    assert "1 to 500" in rig.text("message")
    rig.press(K.Key_Backspace, K.Key_Backspace, K.Key_Return)
    assert rig.sent == [j.TextEntered("5")]


def test_a_card_s_number_is_typed_into_a_secret_field(rig: Rig) -> None:
    rig.show(jobs.job("question-last"))
    rig.press("9578a10250b0000543", K.Key_Return)
    assert rig.sent == [j.TextEntered("9578102500000543")]
    said = "\n".join(widget.accessibleName() for widget in rig.window.findChildren(QWidget))
    assert "95781025" not in said.replace(" ", "")
    (field,) = middle(rig).findChildren(DigitField)
    assert field.property("secret")
    rig.show(samples.picture("home"))
    assert field.count == 0


def test_the_keypad_types_figures_into_every_answer_but_a_reason(rig: Rig) -> None:
    for name, keypad in (("question-share", True), ("question-blanks", True), ("question-reason", False)):
        shown(rig, name)
        pads = [pad for pad in middle(rig).findChildren(Keypad) if pad.isVisible()]
        assert bool(pads) is keypad
        for pad in pads:
            pad.digit.emit(4)
            pad.digit.emit(7)
            pad.back.emit()
            rig.press(K.Key_Return)
            assert rig.sent == [j.TextEntered("4")]


@pytest.mark.parametrize("name", ["question-share", "question-reason", "question-last", "question-blanks"])
def test_a_swipe_typed_like_a_keyboard_never_becomes_an_answer(rig: Rig, name: str) -> None:
    shown(rig, name)
    rig.press(";9578102500000048=28121010000?", K.Key_Return, apart=0)
    assert rig.sent == []
    assert rig.text("message_code") == "Q-02"
    assert "9578" not in "".join(line.text() for line in rig.window.findChildren(TextLine))
    rig.press("12", K.Key_Return)
    assert rig.sent == [j.TextEntered("12")]


def test_track_one_is_known_too_and_a_percentage_is_not_a_stripe(rig: Rig) -> None:
    shown(rig, "question-reason")
    rig.press("%B9578102500000048^NORDMANN/KARI^2812101?", K.Key_Return)
    rig.press("lost; 50 % of them, +47 900 00 000", K.Key_Return)
    assert rig.sent == [j.TextEntered("lost; 50 % of them, +47 900 00 000")]


def test_the_line_hands_the_keys_back_when_its_screen_goes(rig: Rig) -> None:
    shown(rig, "question-reason")
    rig.show(samples.picture("home"))
    assert not isinstance(rig.window.focusWidget(), TextLine)
    rig.press("k")
    assert rig.sent == [m.KeyCard()]


def test_a_picture_that_changes_nothing_leaves_what_is_being_typed(rig: Rig) -> None:
    shown(rig, "question-reason")
    rig.press("half a wo")
    rig.show(replace(jobs.job("question-reason"), line_cut=True))
    rig.press("rd", K.Key_Return)
    assert rig.sent == [j.TextEntered("half a word")]


# --- sources and confirmation -------------------------------------------------------------------------------------


def test_sources_go_on_with_enter_and_the_last_comes_off_with_backspace(rig: Rig) -> None:
    shown(rig, "sources-some")
    rig.press(K.Key_Backspace, K.Key_Return, "k")
    assert rig.sent == [j.DropSource(), m.Confirm(), m.KeyCard()]
    assert rig.text("amount").replace("\u00a0", " ") == "125.50 NOK"


@pytest.mark.parametrize("name", ["sources-none", "sources-asking"])
def test_without_a_source_or_while_one_is_asked_for_nothing_goes_on(rig: Rig, name: str) -> None:
    shown(rig, name)
    rig.press(K.Key_Return, K.Key_Backspace)
    assert rig.sent == []
    assert not button(rig, say(Say.ENTER)).isEnabled()


def test_sources_say_that_they_end_and_when_there_are_enough(rig: Rig) -> None:
    shown(rig, "sources-some")
    assert say(JobSay.WARN_SOURCES_END) in texts(rig)
    body = jobs.job("sources-some").body
    assert isinstance(body, SourcesBody)
    rig.show(jobs.job("sources-some", body=replace(body, most=3)))
    assert rig.text("message") == "3 cards at most. Go on with these."


def test_a_source_that_tells_no_balance_is_not_called_empty(rig: Rig) -> None:
    shown(rig, "sources-some")
    (listed,) = middle(rig).findChildren(Rows)
    assert [row.title.replace("\u00a0", " ") for row in listed.rows] == ["Balance not known", "25.50 NOK", "100.00 NOK"]
    assert say(JobSay.SOURCES_SUM_KNOWN) in texts(rig)


@pytest.mark.parametrize("name", [n for n, (screen, _) in jobs.BODIES.items() if screen is Screen.CONFIRM])
def test_enter_confirms_once_and_the_button_says_what(rig: Rig, name: str) -> None:
    shown(rig, name)
    body = jobs.job(name).body
    assert isinstance(body, ConfirmBody)
    assert button(rig, say(Say.ENTER)).text() == say(job_text.CONFIRMS[body.task][1])
    rig.press(K.Key_Return, "k")
    assert rig.sent == [m.Confirm()]
    told = texts(rig)
    for warn in body.warnings:
        assert say(job_text.WARNINGS[warn]) in told


def test_e_says_whether_the_old_card_ends(rig: Rig) -> None:
    shown(rig, "confirm-transfer")
    rig.press("e")
    shown_body = jobs.job("confirm-transfer").body
    assert isinstance(shown_body, ConfirmBody)
    assert rig.sent == [j.EndSource(False)]
    rig.show(jobs.job("confirm-transfer", body=replace(shown_body, end_source=False)))
    assert say(JobSay.WARN_SOURCE_ENDS) not in texts(rig)
    assert button(rig, "E").accessibleName().endswith(say(JobSay.NO))
    rig.press("e")
    assert rig.sent == [j.EndSource(False), j.EndSource(True)]


def test_a_card_with_something_left_on_it_cannot_end(rig: Rig) -> None:
    shown(rig, "confirm-transfer-part")
    rig.press("e")
    assert rig.sent == []
    assert button(rig, "E").accessibleDescription() == "Only when all of it moves"
    assert "365.50" in texts(rig)


def test_e_means_nothing_where_no_card_could_end(rig: Rig) -> None:
    shown(rig, "confirm-cash-out")
    rig.press("e")
    assert rig.sent == []


def test_of_printed_cards_only_the_ends_of_their_numbers_are_shown(rig: Rig) -> None:
    shown(rig, "confirm-range")
    told = texts(rig).replace("\u00a0", " ")
    assert "•••• 0048" in told
    assert "•••• 0543" in told
    assert "95781025" not in told
    body = jobs.job("confirm-range").body
    assert isinstance(body, ConfirmBody)
    rig.show(jobs.job("confirm-range", body=replace(body, first="BOX1-0001", last="BOX1-0050")))
    settle()
    assert "BOX1-0001" in texts(rig)


def test_sharing_and_giving_away_tell_themselves_apart(rig: Rig) -> None:
    shown(rig, "confirm-share")
    shared = texts(rig)
    shown(rig, "confirm-gift")
    given = texts(rig)
    assert "Shared, not given away" in shared
    assert "Given away, not shared" in given
    assert "Shared, not given away" not in given
