"""The lists behind F7: what each sends, that nothing acts by accident, and that it fits every till's screen."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from app.domain import messages as m
from app.domain.host import Cause, Decline, StoredCard
from app.domain.job_messages import FreeCard, MoreCards, PickReservation, PickStored
from app.domain.messages import Back, Confirm, Task
from app.domain.money import Money
from app.domain.report import Line
from app.domain.transaction import State
from app.domain.verb import PLAIN, READS, Verb
from app.domain.view import CardsBody, RangeBody, ReportBody, ReservationsBody, Screen, StopListBody
from app.ui import list_text, office_text, report_paper
from app.ui.list_presenters import plain_reason, range_reason, stored_row, stored_shape
from app.ui.list_text import Lists, card_state, is_plain
from app.ui.look import FLOOR_PX
from app.ui.office_text import VerbName, verb_name
from app.ui.presenters import money_words, receipt_text
from app.ui.text import CONTEXT, TASKS, PseudoTranslator, say
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.rows import Rows
from tests.ui import lists, office, samples
from tests.ui.conftest import MakeRig
from tests.ui.samples import nok
from tests.ui.test_screens import LANGUAGES, SIZES, clipped, visible
from tests.ui.window import Rig, settle

K = Qt.Key
ASKED = {"stop-list-free": ("stop-list", "f")}
"""Pictures with a question on them, and the key that puts it."""
NAMES = (*lists.BODIES, *ASKED)


def shown(rig: Rig, name: str) -> None:
    base, keys = ASKED.get(name, (name, ""))
    rig.show(office.office("stopped"))
    rig.show(lists.lists(base))
    rig.press(keys)
    rig.sent.clear()
    settle()


def words(rig: Rig) -> list[str]:
    return [label.text() for label in visible(rig) if isinstance(label, QLabel)]


def button(rig: Rig, key: str) -> TaskButton:
    (found,) = [b for b in visible(rig) if isinstance(b, TaskButton) and b.key == key]
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
    for name in NAMES:
        shown(rig, name)
        assert rig.window.size().toTuple() == size, f"{name} pushes the window to {rig.window.size()}"
        if found := clipped(rig):
            problems[name] = found
    assert not problems


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name_and_a_thumb_fits_it(rig: Rig, name: str) -> None:
    shown(rig, name)
    for widget in visible(rig):
        if isinstance(widget, QAbstractButton | QLineEdit | Rows):
            assert widget.accessibleName(), widget
            assert widget.height() >= FLOOR_PX, widget.accessibleName()
            assert widget.width() >= FLOOR_PX, widget.accessibleName()


@pytest.mark.parametrize("name", lists.BODIES)
def test_the_screen_is_told_by_name_and_function_keys_and_escape_work_on_it(rig: Rig, name: str) -> None:
    view = lists.lists(name)
    rig.show(replace(view, tasks=tuple(replace(task, why=None) for task in view.tasks)))
    assert rig.text("screen") == view.screen.value
    rig.press(K.Key_Escape, K.Key_F8, K.Key_F10)
    assert rig.sent == [Back(), m.Start(Task.QUEUE), m.Lock()]


def test_every_list_has_a_screen_of_its_own() -> None:
    drawn = {screen for screen, _ in lists.BODIES.values()}
    assert {Screen.CARDS, Screen.RESERVATIONS, Screen.STOP_LIST, Screen.RANGE} <= drawn


# --- cards a service keeps ----------------------------------------------------------------------------------------


def test_arrows_and_digits_choose_the_card_that_enter_takes(rig: Rig) -> None:
    rig.show(lists.lists("cards"))
    rig.press(K.Key_Down, K.Key_Return, "4", K.Key_Return, "9", K.Key_Return)
    assert rig.sent == [PickStored("gc-2"), PickStored("gc-4"), PickStored("gc-4")]


def test_i_asks_what_else_is_known_of_the_chosen_one(rig: Rig) -> None:
    rig.show(lists.lists("cards"))
    rig.press("3", "i")
    assert rig.sent == [PickStored("gc-3", details=True)]
    rig.show(lists.lists("cards", body=replace(lists.CARDS, detailed=lists.BLOCKED)))
    assert rig.text("balance").replace("\u00a0", " ") == "80.00 NOK", "the choice stayed, and its details came"
    assert Lists.DETAILED.value in words(rig)
    rig.press(K.Key_Up)
    assert Lists.DETAILED.value not in words(rig)


def test_a_balance_that_was_not_told_is_never_zero(rig: Rig) -> None:
    rig.show(lists.lists("cards"))
    rig.press("3")
    assert rig.text("balance") == Lists.NOT_KNOWN.value
    rows = [stored_row(card, 1).figure.replace("\u00a0", " ") for card in lists.STORED[1:3]]
    assert rows == ["0.00 NOK", "not known"]


def test_the_next_page_is_asked_for_once_and_only_where_there_is_one(rig: Rig) -> None:
    rig.show(lists.lists("cards"))
    rig.press("m", K.Key_PageDown)
    assert rig.sent == [MoreCards(), MoreCards()]
    rig.show(lists.lists("cards-page"))
    rig.press("m", "i")
    rig.show(lists.lists("cards-details"))
    rig.press("m", K.Key_PageDown)
    assert len(rig.sent) == 2
    assert not button(rig, "M").isEnabled()


def test_a_page_that_did_not_come_leaves_the_cards_and_is_asked_for_again(rig: Rig) -> None:
    rig.show(lists.lists("cards-page-refused"))
    assert rig.text("message") == "No answer from the gift-card service. (T-12)"
    rig.press("m", "2", K.Key_Return)
    assert rig.sent == [MoreCards(), PickStored("gc-2")]


def test_a_list_that_did_not_come_says_why_with_its_code_and_can_be_asked_for_again(rig: Rig) -> None:
    rig.show(lists.lists("cards-refused"))
    assert rig.text("empty").endswith("(D-15)")
    rig.press("m", K.Key_Return)
    assert rig.sent == [MoreCards(), Back()]


def test_an_empty_list_names_who_keeps_nothing_for_whom(rig: Rig) -> None:
    rig.show(lists.lists("cards-empty"))
    assert rig.text("empty") == f"Gr4vy keeps no cards for {lists.WHO}."
    rig.press("m", "i", "1", K.Key_Return)
    assert rig.sent == [Back()]
    rig.show(lists.lists("cards-account-empty"))
    assert rig.text("empty") == "Gr4vy keeps no cards in this account."


def test_while_the_list_is_asked_for_only_escape_does_something(rig: Rig) -> None:
    rig.show(lists.lists("cards-asking"))
    rig.press("m", "i", "1", K.Key_Return)
    assert rig.sent == []
    rig.press(K.Key_Escape)
    assert rig.sent == [Back()]


def test_a_chosen_card_stays_chosen_while_its_list_grows(rig: Rig) -> None:
    rig.show(lists.lists("cards", body=replace(lists.CARDS, cards=lists.STORED[:3])))
    rig.press("3")
    rig.show(lists.lists("cards"))
    rig.press(K.Key_Return)
    assert rig.sent == [PickStored("gc-3")]


def test_the_next_customers_list_does_not_inherit_a_choice(rig: Rig) -> None:
    rig.show(lists.lists("cards"))
    rig.press("3")
    rig.show(samples.picture("home"))
    rig.show(lists.lists("cards"))
    rig.press(K.Key_Return)
    assert rig.sent == [PickStored("gc-1")]


@pytest.mark.parametrize("task", [None, *Task])
def test_the_heading_says_what_a_card_is_chosen_for(rig: Rig, task: Task | None) -> None:
    rig.show(lists.lists("cards", body=replace(lists.CARDS, task=task)))
    heading = f"Cards of {lists.WHO}" if task is None else say(Lists.CARDS_FOR, task=say(TASKS[task]))
    assert heading in words(rig)


def test_a_state_nobody_foresaw_is_shown_as_the_service_says_it() -> None:
    assert card_state("pending_review") == "pending_review"
    assert card_state("ACTIVE") == card_state("active") == "Active"
    assert "pending_review" in stored_row(lists.STORED[5], 6).under
    nameless = StoredCard("5f1c", "", "", None)
    assert stored_row(nameless, 10).title == "5f1c"
    assert stored_row(nameless, 10).lead == ""


def test_a_card_that_was_used_and_has_money_left_is_not_called_used_up() -> None:
    used = StoredCard("gc-9", "2593", "", nok(4000), state="used")
    assert "up" not in card_state("used").lower().split()
    assert stored_shape(used) == ("none", "muted")


# --- reservations -------------------------------------------------------------------------------------------------


def test_enter_captures_and_r_releases_the_chosen_reservation(rig: Rig) -> None:
    rig.show(lists.lists("reservations"))
    assert rig.text("amount").replace("\u00a0", " ") == "3,675.00 NOK"
    rig.press(K.Key_Return, K.Key_Down, K.Key_Down, "r")
    first, _, third, _ = (row.line.transaction_id for row in lists.HELD)
    assert rig.sent == [PickReservation(first), PickReservation(third, release=True)]


def test_what_is_under_way_is_neither_captured_nor_released_again(rig: Rig) -> None:
    rig.show(lists.lists("reservations"))
    rig.press("2", K.Key_Return, "r")
    assert rig.sent == []
    assert not button(rig, "R").isEnabled()
    rig.show(lists.lists("reservations", body=ReservationsBody(lists.HELD[:1], samples.nok(250000))))
    rig.press("r")
    assert rig.sent == [PickReservation(lists.HELD[0].line.transaction_id, release=True)]


def test_nothing_reserved_says_so(rig: Rig) -> None:
    rig.show(lists.lists("reservations-empty"))
    assert Lists.RESERVATIONS_NONE.value in words(rig)
    rig.press("r", "1", K.Key_Return)
    assert rig.sent == [Back()]


# --- stop list ----------------------------------------------------------------------------------------------------


def test_a_card_is_freed_after_a_question_and_escape_is_no(rig: Rig) -> None:
    rig.show(lists.lists("stop-list"))
    rig.press("2", "f", K.Key_Escape)
    assert rig.sent == []
    rig.press("f", K.Key_Return)
    assert rig.sent == [FreeCard(lists.STOPPED[1].key)]


def test_a_yes_never_falls_on_another_card(rig: Rig) -> None:
    """Another person's till view changes meanwhile: the card that was asked about is gone from the list."""
    rig.show(lists.lists("stop-list"))
    rig.press("2", "f")
    rig.show(lists.lists("stop-list", body=StopListBody(lists.STOPPED[::2], can_free=True)))
    rig.press(K.Key_Return)
    assert rig.sent == [Back()], "the question is closed, and Enter only leaves"


def test_a_cashier_reads_the_list_and_frees_nothing(rig: Rig) -> None:
    rig.show(lists.lists("stop-list-cashier"))
    rig.press("f", K.Key_Return)
    assert rig.sent == [Back()]
    assert button(rig, "F").accessibleDescription() == Lists.FREE_MANAGER.value


def test_a_manager_who_leaves_takes_the_question_along(rig: Rig) -> None:
    rig.show(lists.lists("stop-list"))
    rig.press("f")
    rig.show(lists.lists("stop-list", body=StopListBody(lists.STOPPED, can_free=False)))
    rig.press(K.Key_Return)
    assert FreeCard not in map(type, rig.sent)


def test_the_whole_reason_is_said_below_the_list(rig: Rig) -> None:
    rig.show(lists.lists("stop-list"))
    assert rig.text("message") == lists.STOPPED[0].why
    rig.press("2")
    assert rig.text("message") == Lists.STOP_NO_WHY.value


# --- a range ------------------------------------------------------------------------------------------------------


def test_a_range_under_way_can_be_left_and_not_settled(rig: Rig) -> None:
    rig.show(lists.lists("range"))
    assert rig.text("amount") == "137 of 200"
    assert Lists.RANGE_GOES_ON.value in words(rig)
    rig.press(K.Key_Return, K.Key_Escape)
    assert rig.sent == [Back()]


def test_a_range_that_is_over_says_what_goes_back_and_enter_settles_it(rig: Rig) -> None:
    rig.show(lists.lists("range-over"))
    assert rig.text("due").replace("\u00a0", " ") == "Give 2,000.00 NOK back to the customer."
    assert Lists.RANGE_GOES_ON.value not in words(rig)
    rig.press(K.Key_Return)
    assert rig.sent == [Confirm()]


def test_nothing_goes_back_where_nothing_failed(rig: Rig) -> None:
    rig.show(lists.lists("range-all"))
    assert not rig.find("due").isVisible()
    assert Lists.RANGE_NO_PROBLEM.value in words(rig)


def test_a_range_does_not_call_a_doubt_a_refusal() -> None:
    refused, _, checked, silent = lists.PROBLEMS
    assert range_reason(refused) == "The card has not been activated. (D-05)"
    assert range_reason(checked) == f"{Lists.CHECKED.value} No answer from the gift-card service. (T-12)"
    assert range_reason(silent) == Lists.CHECKED.value


def test_arrows_go_through_the_problems_and_a_reason_without_room_is_said_in_full(make_rig: MakeRig) -> None:
    long = replace(lists.PROBLEMS[2], reason=Decline.OTHER)
    body = replace(lists.OVER, problems=(long, lists.PROBLEMS[0]))
    rig = make_rig(size=(1024, 600))
    rig.show(lists.lists("range-over", body=body))
    (rows,) = [rows for rows in visible(rig) if isinstance(rows, Rows)]
    rows.setFixedWidth(400)
    settle()
    assert rig.find("message").isVisible()
    assert rig.text("message") == range_reason(long)
    rig.press(K.Key_Down)
    assert rows.key == lists.PROBLEMS[0].transaction_id
    assert not rig.find("message").isVisible()
    rows.setFixedWidth(700)
    rig.press(K.Key_Up)
    settle()
    assert not rig.find("message").isVisible()
    assert rig.sent == []


# --- words of every verb ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", State)
def test_every_verb_has_words_in_every_state(verb: Verb, state: State) -> None:
    """Payments may be "asked for": everything else says what was asked."""
    for minor in (0, 12500):
        said = money_words(verb, samples.nok(minor), state).replace("\u00a0", " ")
        assert said
        assert "_" not in said, "no raw code"
        named = (Verb.REDEEM, Verb.CAPTURE, Verb.RELOAD, Verb.ISSUE, Verb.REFUND, Verb.REVERSE)
        assert "asked for" not in said or verb in named
        assert ("NOK" in said) == (not is_plain(verb, minor)), "what moves no money names no amount"


def test_what_is_not_known_is_not_called_done() -> None:
    done = {money_words(verb, samples.nok(0), State.APPROVED) for verb in PLAIN | READS}
    for verb in PLAIN:
        for state in (State.SENT, State.UNKNOWN, State.ATTENTION, State.DECLINED, State.CANCELLED):
            assert money_words(verb, samples.nok(0), state) not in done


def test_a_gift_says_which_kind_it_was() -> None:
    assert money_words(Verb.GIFT, samples.nok(0), State.APPROVED) == "Card given away"
    assert money_words(Verb.GIFT, samples.nok(100), State.APPROVED).endswith("given as a gift")


def test_a_cash_out_is_called_paid_out_and_never_paid() -> None:
    line = samples.line(1, Verb.CASH_OUT, 6100)
    assert receipt_text(line, narrow=True).words == "61.00 paid out"
    assert verb_name(Verb.CASH_OUT) == "Paid out in cash"


def test_every_verb_has_a_noun_of_its_own() -> None:
    assert set(office_text.VERBS) == set(Verb)
    nouns = [verb_name(verb) for verb in Verb if verb not in READS]
    assert len(nouns) == len(set(nouns))


def test_a_report_shows_cash_outs_apart_and_no_sums_of_nothing() -> None:
    paper = [(line.left, line.right.replace("\u00a0", " ")) for line in report_paper.report_paper(office.REPORT)]
    assert ("2 × Paid out of the drawer", "61.00 NOK") in paper
    assert ("3 × Shared", "") in paper
    assert ("7 × Cash", "2,089.00 NOK") in paper
    assert not any(left.endswith(report_paper.OnReport.OUT_BACK.value) for left, _ in paper)
    back = replace(office.REPORT, paid_out_back=Line(1, samples.nok(100)))
    assert any(line.left == "1 × Put back on cards" for line in report_paper.report_paper(back))
    quiet = [line.left for line in report_paper.report_paper(office.QUIET)]
    assert report_paper.OnReport.PAID_OUT.value not in quiet


def test_the_report_screen_shows_what_was_paid_out_where_something_was(rig: Rig) -> None:
    rig.show(office.office("report-x"))
    told = [widget.accessibleName().replace("\u00a0", " ") for widget in visible(rig)]
    assert "61.00 NOK Paid out" in told
    rig.show(office.office("report-x", body=ReportBody(0, office.QUIET, can_close=True)))
    assert not any("Paid out" in widget.accessibleName() for widget in visible(rig))


def test_a_write_off_of_what_moved_no_money_names_the_deed(rig: Rig) -> None:
    rig.show(lists.lists("queue-verbs"))
    rig.press("3")
    assert "Write it off: Make blank cards" in words(rig)


# --- sentences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [*Cause, *Decline])
def test_a_refused_list_says_what_happened_and_nothing_of_money(reason: Cause | Decline) -> None:
    said = plain_reason(reason)
    assert re.fullmatch(r".+ \([A-Z]-\d\d\)", said)
    assert "money" not in said.lower(), "a list moves none"


@pytest.mark.usefixtures("pseudo")
def test_no_text_of_the_lists_escapes_translation() -> None:
    for source in (*Lists, *VerbName, *report_paper.OnReport):
        names = re.findall(r"{\w+}", source.value)
        translated = PseudoTranslator().translate(CONTEXT, source.value)
        assert translated is not None
        assert translated != source.value
        assert sorted(re.findall(r"{\w+}", translated)) == sorted(names)


def test_the_translators_tool_finds_every_text_of_the_lists(tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    sources = [str(module.__file__) for module in (list_text, office_text, report_paper)]
    subprocess.run([str(tool), *sources, "-ts", str(tmp_path / "till.ts")], check=True, capture_output=True)
    tree = ElementTree.parse(tmp_path / "till.ts")
    found = {node.text for node in tree.iter("source")}
    assert {word.value for word in (*Lists, *VerbName, *report_paper.OnReport)} <= found


def test_every_body_of_the_samples_is_one_the_till_could_show() -> None:
    for screen, body in lists.BODIES.values():
        match body:
            case RangeBody():
                assert body.done + body.refused + body.waiting == body.count
            case ReservationsBody():
                assert body.total == sum((row.line.amount for row in body.rows), Money(0, body.total.currency))
            case CardsBody():
                assert screen is Screen.CARDS
