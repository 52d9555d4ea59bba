"""The back office: what each screen sends, that nothing acts by accident, and that it fits every till's screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from app.domain import messages as m
from app.domain.host import Cause, Decline
from app.domain.messages import DeskAction, Task
from app.domain.records import Settlement
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import (
    JournalBody,
    ManagerBody,
    QueueBody,
    RefundBody,
    Screen,
    StopKind,
    StoppedBody,
)
from app.ui import office_text
from app.ui.look import FLOOR_PX
from app.ui.office_text import Office
from app.ui.sentences import STOPS, Sentence
from app.ui.slip import receipt_lines
from app.ui.text import CONTEXT, PseudoTranslator
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.rows import Rows
from tests.ui import office, samples
from tests.ui.conftest import MakeRig
from tests.ui.test_screens import LANGUAGES, SIZES, clipped, visible
from tests.ui.window import Rig, settle

K = Qt.Key

ASKED = {
    "queue-write-off": ("queue", "4"),
    "queue-take-back": ("queue-sending", "1"),
    "manager-offline": ("manager", "o"),
    "manager-offline-on": ("manager-calm", "o"),
    "report-close": ("report-x", "z"),
    "refund-too-much": ("refund-found", "19000"),
}
"""Pictures with a question on them, and the key that puts it."""


def shown(rig: Rig, name: str) -> None:
    base, keys = ASKED.get(name, (name, ""))
    rig.show(office.office("stopped"))
    rig.show(office.office(base))
    rig.press(keys)
    rig.sent.clear()
    settle()


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
    for name in (*office.BODIES, *ASKED):
        shown(rig, name)
        assert rig.window.size().toTuple() == size, f"{name} pushes the window to {rig.window.size()}"
        if found := clipped(rig):
            problems[name] = found
    assert not problems


@pytest.mark.parametrize("name", [*office.BODIES, *ASKED])
def test_every_control_has_a_name_and_a_thumb_fits_it(rig: Rig, name: str) -> None:
    shown(rig, name)
    for widget in visible(rig):
        if isinstance(widget, QAbstractButton | QLineEdit | Rows):
            assert widget.accessibleName(), widget
            assert widget.height() >= FLOOR_PX, widget.accessibleName()
            assert widget.width() >= FLOOR_PX, widget.accessibleName()


@pytest.mark.parametrize("name", office.BODIES)
def test_function_keys_work_on_every_screen(rig: Rig, name: str) -> None:
    view = office.office(name)
    rig.show(replace(view, tasks=tuple(replace(task, why=None) for task in view.tasks)))
    rig.press(K.Key_F8, K.Key_F2, K.Key_F10)
    assert rig.sent == [m.Start(Task.QUEUE), m.Start(Task.PAY), m.Lock()]


def test_escape_leaves_every_screen_but_the_locked_and_the_stopped_one(rig: Rig) -> None:
    for name, (screen, _) in office.BODIES.items():
        rig.show(office.office("stopped"))
        rig.show(office.office(name))
        rig.sent.clear()
        rig.press(K.Key_Escape)
        expected = [] if screen is Screen.STOPPED else [m.Back()]
        assert rig.sent == expected, name


# --- refund and void ----------------------------------------------------------------------------------------------


def test_a_refund_looks_first_and_gives_back_what_is_left(rig: Rig) -> None:
    rig.show(office.office("refund"))
    rig.press("57", K.Key_Return)
    assert rig.sent == [m.Refund("000057")]
    rig.show(office.office("refund-found"))
    assert rig.text("amount").replace("\u00a0", " ") == "170.00 NOK"
    rig.press(K.Key_Return)
    assert rig.sent[1:] == [m.Refund("000057", samples.nok(17000))]


def test_part_of_a_payment_can_be_given_back_and_never_more_than_is_left(rig: Rig) -> None:
    rig.show(office.office("refund-found"))
    rig.press("19000", K.Key_Return)
    assert rig.sent == []
    assert rig.text("message").endswith("(R-02)")
    rig.press(K.Key_Escape, "4550", K.Key_Return)
    assert rig.sent == [m.Refund("000057", samples.nok(4550))]


def test_a_number_without_a_payment_says_so_and_keeps_what_was_typed(rig: Rig) -> None:
    rig.show(office.office("refund"))
    rig.press("999", K.Key_Return)
    rig.show(office.office("refund", body=RefundBody(None, None, not_found=True)))
    assert rig.text("amount") == "000999"
    assert "No money has moved." in rig.text("message")
    rig.press(K.Key_Backspace, K.Key_Return)
    assert rig.sent == [m.Refund("000999"), m.Refund("000099")]


def test_nothing_is_looked_for_without_a_number(rig: Rig) -> None:
    rig.show(office.office("refund"))
    rig.press(K.Key_Return, "000", K.Key_Return)
    assert rig.sent == []


def test_a_void_says_what_goes_back_and_asks(rig: Rig) -> None:
    rig.show(office.office("void"))
    assert rig.text("amount").replace("\u00a0", " ") == "250.00 NOK paid"
    rig.press(K.Key_Return)
    assert rig.sent == [m.Confirm()]
    rig.show(office.office("void-offline"))
    assert "not sent yet" in rig.text("message")


# --- queue and repair desk ----------------------------------------------------------------------------------------


def test_a_retry_needs_one_key_and_no_question(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press("1")
    assert rig.sent == [m.Decide(office.DISPUTED.transaction_id, DeskAction.RETRY)]


def test_a_write_off_wants_a_reason(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press("4", K.Key_Return)
    assert rig.sent == []
    field = next(w for w in rig.window.findChildren(QLineEdit) if w.isVisible())
    QTest.keyClicks(field, "  Customer left, 3 x called ")
    rig.press(K.Key_Return)
    expected = m.Decide(office.DISPUTED.transaction_id, DeskAction.WRITTEN_OFF, "Customer left, 3 x called")
    assert rig.sent == [expected]


def test_what_cannot_be_taken_back_asks_first_and_escape_is_no(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press("3", K.Key_Escape)
    assert rig.sent == []
    rig.press("3", K.Key_Return)
    assert rig.sent == [m.Decide(office.DISPUTED.transaction_id, DeskAction.MONEY_GIVEN_BACK)]


def test_of_what_is_never_sent_again_a_person_says_what_the_service_told_them(rig: Rig) -> None:
    rig.show(office.office("queue", body=QueueBody(office.TOTALS, (office.ONCE,), 0, None)))
    rig.press("1")
    assert rig.sent == []
    rig.press(K.Key_Return)
    assert rig.sent == [m.Decide(office.ONCE.transaction_id, DeskAction.WENT_THROUGH)]


def test_a_question_belongs_to_its_row(rig: Rig) -> None:
    """The row that was asked about is settled meanwhile: the yes must not fall on its neighbour."""
    rig.show(office.office("queue"))
    rig.press("3")
    rig.show(office.office("queue", body=QueueBody(office.TOTALS, office.ROWS[1:], 0, None)))
    rig.press(K.Key_Return)
    assert rig.sent == [m.ShowReceipt(office.ATTENTION.transaction_id)]


def test_arrows_choose_the_row_that_is_acted_on(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press(K.Key_Down, K.Key_Down, "1", K.Key_Up, K.Key_Return)
    assert rig.sent == [
        m.Decide(office.UNCONFIRMED.transaction_id, DeskAction.KEEP),
        m.ShowReceipt(office.ATTENTION.transaction_id),
    ]


def test_the_choice_stays_on_its_row_while_others_go(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press(K.Key_Down, K.Key_Down)
    rig.show(office.office("queue", body=QueueBody(office.TOTALS, office.ROWS[1:], 0, None)))
    rig.press("2", K.Key_Return)
    assert rig.sent == [m.Decide(office.UNCONFIRMED.transaction_id, DeskAction.REVERSE)]


def test_a_row_without_actions_takes_no_number(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press(K.Key_Down, K.Key_Down, K.Key_Down, "1234")
    assert rig.sent == []


def test_the_reason_is_said_in_words_with_its_code(rig: Rig) -> None:
    rig.show(office.office("queue"))
    assert rig.text("message") == "There is not enough on the card. (D-01)"
    rig.press("s")
    assert rig.sent == [m.SendNow()]


def test_an_empty_queue_says_something_good(rig: Rig) -> None:
    rig.show(office.office("queue-empty"))
    texts = [w.accessibleName() for w in visible(rig)]
    assert Office.QUEUE_EMPTY_WHY.value in texts
    rig.press(K.Key_Return)
    assert rig.sent == [m.Confirm()]


# --- manager, reports ---------------------------------------------------------------------------------------------


def test_letters_do_what_is_printed_on_the_keys(rig: Rig) -> None:
    rig.show(office.office("manager"))
    rig.press("x", "j", "k")
    assert rig.sent == [m.Start(Task.X_REPORT), m.Start(Task.JOURNAL), m.Start(Task.BALANCE), m.KeyCard()]


def test_offline_is_switched_with_a_reason(rig: Rig) -> None:
    rig.show(office.office("manager-calm"))
    rig.press("o", K.Key_Return)
    assert rig.sent == []
    field = next(w for w in rig.window.findChildren(QLineEdit) if w.isVisible())
    QTest.keyClicks(field, "Fibre cut, ok by Kari")
    rig.press(K.Key_Return)
    assert rig.sent == [m.AllowOffline(True, "Fibre cut, ok by Kari")]
    rig.show(office.office("manager"))
    rig.press("o", K.Key_Return)
    assert rig.sent[1:] == [m.AllowOffline(False, "")]


def test_a_cashier_in_the_managers_view_cannot_close_or_switch(rig: Rig) -> None:
    _, body = office.BODIES["manager"]
    assert isinstance(body, ManagerBody)
    rig.show(office.office("manager", body=replace(body, allowed=False)))
    rig.press("z", "o", K.Key_Return)
    assert rig.sent == [m.Confirm()]


def test_the_day_is_closed_in_two_steps(rig: Rig) -> None:
    rig.show(office.office("report-x"))
    rig.press("z", K.Key_Escape, "z")
    assert rig.sent == []
    rig.press(K.Key_Return)
    assert rig.sent == [m.CloseDay()]


def test_a_closed_day_cannot_be_closed_again(rig: Rig) -> None:
    rig.show(office.office("report-z"))
    rig.press("z", K.Key_Return)
    assert rig.sent == [m.Confirm()]


# --- journal, receipt, stopped ------------------------------------------------------------------------------------


def test_the_journal_is_paged_by_its_key(rig: Rig) -> None:
    rig.show(office.office("journal"))
    rig.press(K.Key_PageDown, K.Key_PageUp, K.Key_Down, K.Key_Return)
    assert rig.sent == [m.Older(1140), m.Older(None), m.ShowReceipt(office.JOURNAL[1].transaction_id)]
    rig.show(office.office("journal", body=JournalBody(office.JOURNAL[5:], None)))
    rig.sent.clear()
    rig.press(K.Key_PageDown, K.Key_Return)
    assert rig.sent == [m.ShowReceipt(office.JOURNAL[5].transaction_id)]


def test_a_copy_is_asked_for_by_the_transaction(rig: Rig) -> None:
    rig.show(office.office("receipt"))
    rig.press("p", K.Key_Return)
    assert rig.sent == [m.PrintCopy(office.TID), m.Confirm()]


@pytest.mark.parametrize("kind", StopKind)
def test_a_stopped_till_says_what_and_what_now(rig: Rig, kind: StopKind) -> None:
    rig.show(office.office("stopped", body=StoppedBody(kind)))
    assert rig.text("message_code") == STOPS[kind].code
    assert rig.text("message") == STOPS[kind].what
    rig.press(K.Key_Return, K.Key_Escape)
    assert rig.sent == []


# --- words --------------------------------------------------------------------------------------------------------


def test_every_state_action_and_settlement_has_a_word() -> None:
    assert set(office_text.STATES) == set(State)
    assert set(office_text.ACTIONS) == set(DeskAction)
    assert set(office_text.SETTLEMENTS) == set(Settlement)


def test_every_persisted_reason_is_said_in_words() -> None:
    for code in (*Cause, *Decline):
        assert office_text.reason_sentence(code.value) is not None
    assert office_text.reason_sentence("written-off") is None


def test_the_back_office_s_codes_are_its_own() -> None:
    own = [value for value in vars(office_text).values() if isinstance(value, Sentence)]
    codes = [sentence.code for sentence in own]
    assert len(codes) == len(set(codes)) == 5


def test_no_text_of_the_back_office_escapes_translation() -> None:
    translator = PseudoTranslator()
    for source in (*Office, *office_text.Standing, *office_text.VerbName):
        translated = translator.translate(CONTEXT, source.value)
        assert translated
        assert translated != source.value


def test_a_reason_half_typed_survives_a_new_picture_of_its_row(rig: Rig) -> None:
    rig.show(office.office("queue"))
    rig.press("4")
    field = next(w for w in rig.window.findChildren(QLineEdit) if w.isVisible())
    QTest.keyClicks(field, "Left")
    again = (replace(office.DISPUTED, tries=3), *office.ROWS[1:])
    rig.show(office.office("queue", body=QueueBody(office.TOTALS, again, 0, None)))
    rig.press(K.Key_Return)
    assert rig.sent == [m.Decide(office.DISPUTED.transaction_id, DeskAction.WRITTEN_OFF, "Left")]


def test_what_is_taken_back_leaves_nothing_to_pay() -> None:
    receipt = replace(samples.RECEIPT, rest=samples.nok(1200))
    assert "Still to pay" in "\n".join(receipt_lines(receipt))
    assert "Still to pay" not in "\n".join(receipt_lines(replace(receipt, verb=Verb.REVERSE)))
