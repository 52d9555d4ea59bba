"""What the further verbs say, ask to be paid, and how they ended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain import messages as m
from app.domain.host import Cause, Decline
from app.domain.job import CARD_TASKS, MORE_TASKS, PLANS, WORDS, Question
from app.domain.job_bodies import Warn
from app.domain.messages import Task
from app.domain.records import TenderKind
from app.domain.transaction import State
from app.domain.verb import BETWEEN, LOADS, PLAIN, READS, SPENDS, UNDOES, Verb
from app.domain.view import (
    AskingBody,
    AwaitCardBody,
    Notice,
    NoticeKind,
    OutcomeBody,
    OutcomeKind,
    PinBody,
    SheetBody,
    TenderBody,
    Why,
)
from app.ui import job_text
from app.ui.job_text import JobSay
from app.ui.look import font
from app.ui.moved import FOR_WHOM, HEADINGS, done, moved, name, suited
from app.ui.presenters import KEY_NAMES, LETTERS, money_words, notice_text
from app.ui.sentences import CAUSES, DECLINES
from app.ui.text import CONTEXT, PseudoTranslator, Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.side import WIDTH, in_two
from tests.ui import jobs, samples
from tests.ui.jobs import button, middle, shown, texts
from tests.ui.samples import nok
from tests.ui.window import Rig

K = Qt.Key


# --- words --------------------------------------------------------------------------------------------------------


def test_every_question_that_is_typed_has_its_words() -> None:
    asked = {(task, q) for task, plan in PLANS.items() for q in plan.questions if q in WORDS}
    assert asked <= set(job_text.QUESTIONS)
    assert set(job_text.WRONG) == WORDS


def test_every_confirmation_amount_and_card_that_is_asked_for_has_its_words() -> None:
    for task, plan in PLANS.items():
        for question, table in (
            (Question.CONFIRM, job_text.CONFIRMS), (Question.AMOUNT, job_text.AMOUNTS), (Question.CARD, job_text.SWIPES)
        ):  # fmt: skip
            assert question not in plan.questions or task in table, (task, question)
    assert set(job_text.WARNINGS) == set(Warn)


def test_every_verb_that_is_written_down_says_what_it_did() -> None:
    written = (SPENDS | LOADS | BETWEEN | UNDOES | {Verb.CAPTURE}) - READS
    assert written <= set(HEADINGS)
    assert set(FOR_WHOM) <= PLAIN | {Verb.GIFT}
    assert all(name(verb) for verb in PLAIN | BETWEEN | {Verb.CASH_OUT})


def test_the_codes_of_what_is_typed_wrong_are_its_own() -> None:
    own = [*job_text.WRONG.values(), job_text.EMPTY, job_text.STRIPE, job_text.WRONG_NUMBER, job_text.NO_REFERENCE]
    codes = [sentence.code for sentence in own]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("Q-") for code in codes)


def test_no_text_of_the_further_verbs_escapes_translation() -> None:
    translator = PseudoTranslator()
    for source in JobSay:
        assert translator.translate(CONTEXT, source.value) not in (None, source.value)


def test_no_letter_does_two_things() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert not set(LETTERS.values()) & set("KDTP")
    assert {*CARD_TASKS, *MORE_TASKS} <= {*KEY_NAMES, Task.ENTER_PIN}


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [
        (Verb.SAVE, State.APPROVED, "Card saved"),
        (Verb.SAVE, State.DECLINED, "Save for a customer: declined"),
        (Verb.SHARE, State.UNKNOWN, "Share: not known yet"),
        (Verb.GIFT, State.APPROVED, "Card given away"),
        (Verb.ROTATE_PIN, State.CANCELLED, "New PIN: cancelled"),
    ],
)
def test_what_moves_no_money_is_told_without_an_amount(verb: Verb, state: State, said: str) -> None:
    assert money_words(verb, nok(0), state) == said


def test_money_that_moved_keeps_its_amount() -> None:
    assert money_words(Verb.GIFT, nok(50000), State.APPROVED, narrow=True) == "500.00 given as a gift"
    assert moved(Verb.CANCEL, "800.00") == "800.00 released"
    assert done(Verb.SHARE, recipient=jobs.KARI) == f"Shared with {jobs.KARI}"


def test_where_nothing_is_to_pay_no_other_tender_is_advised() -> None:
    for sentence in (*CAUSES.values(), *DECLINES.values()):
        for verb in (Verb.SAVE, Verb.SHARE):
            said = suited(sentence, verb, nok(0))
            assert "money may have been taken" not in said.text()
            assert sentence.now == said.now or "tender" not in said.now
            assert said.code == sentence.code
        assert suited(sentence, Verb.REDEEM, nok(100)) == sentence
    for verb in (Verb.TRANSFER, Verb.RELOAD, Verb.ACTIVATE):
        said = suited(CAUSES[Cause.TIMEOUT], verb, nok(100))
        assert "may have moved" in said.text()
        assert "tender" not in said.now


def test_where_something_was_to_be_given_back_no_other_tender_is_advised() -> None:
    for verb in UNDOES:
        said = suited(DECLINES[Decline.INACTIVE], verb, nok(100))
        assert said.now == "Give the money back another way."
        assert said.what == DECLINES[Decline.INACTIVE].what
        assert suited(DECLINES[Decline.NOTHING_LEFT], verb, nok(100)) == DECLINES[Decline.NOTHING_LEFT]


def test_a_card_that_wants_its_pin_first_is_no_refusal(rig: Rig) -> None:
    body = jobs.job("sheet-pin").body
    assert isinstance(body, SheetBody)
    rig.show(jobs.job("sheet-pin", body=replace(body, refused=Decline.PIN_REQUIRED)))
    assert not rig.find("message").isVisible()
    rig.show(jobs.job("sheet-pin", body=replace(body, refused=Decline.WRONG_PIN)))
    assert rig.find("message").isVisible()


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELLED, State.UNKNOWN])
def test_no_word_of_the_last_receipts_is_cut(rig: Rig, state: State) -> None:
    metrics = QFontMetrics(font(14))
    for verb in Verb:
        if verb not in READS:
            words = money_words(verb, nok(1_000_00), state, narrow=True)
            lines = in_two(words, metrics, WIDTH - 24 - 56 - 32)
            assert " ".join(lines) == words, lines


def test_a_notice_says_what_is_in_the_way() -> None:
    swiped = Notice(NoticeKind.CANT_NOW, 1, why=Why.CARD_ONLY, task=Task.TRANSFER)
    assert notice_text(swiped).text == "Transfer: Swipe the card itself (W-11)"
    assert notice_text(Notice(NoticeKind.CANT_NOW, 2, why=Why.BUSY)).text == "Finish this first (W-06)"
    assert notice_text(Notice(NoticeKind.CANT_NOW, 3)).text.endswith("(N-23)")


# --- amounts, cards, PIN, tender ----------------------------------------------------------------------------------


def test_the_whole_balance_is_one_touch_and_enter(rig: Rig) -> None:
    shown(rig, "amount-transfer")
    offers = [b.text() for b in rig.window.findChildren(TaskButton) if b.isVisible() and "565.50" in b.text()]
    assert offers == ["Whole balance 565.50"]
    rig.press(K.Key_Return)
    assert rig.sent == [m.AmountEntered(nok(56550))]


@pytest.mark.parametrize(
    ("name", "hint"), [("await-transfer", JobSay.NOTHING_YET), ("await-reserve", Say.SWIPE_IS_YES)]
)
def test_a_swipe_is_called_a_confirmation_only_where_it_is_one(rig: Rig, name: str, hint: Say | JobSay) -> None:
    shown(rig, name)
    assert say(hint) in texts(rig)
    body = jobs.job(name).body
    assert isinstance(body, AwaitCardBody)
    assert rig.find("amount").isVisible() is body.amount.is_positive
    rig.press("k", "t")
    assert rig.sent == [m.KeyCard()]


def test_whose_card_it_is_asks_for_the_task_in_hand(rig: Rig) -> None:
    shown(rig, "pick-sold")
    assert rig.text("message") == "Whose card is sold?"
    shown(rig, "pick-customer")
    assert rig.text("message") == say(JobSay.WHOSE_CUSTOMER)
    rig.press("3")
    assert rig.sent == [m.PickProgramme("Gr4vy Vault")]


def test_a_pin_that_pays_for_nothing_shows_no_amount(rig: Rig) -> None:
    shown(rig, "pin-to-see")
    assert not rig.find("amount").isVisible()
    assert say(JobSay.PIN_TO_SEE) in texts(rig)
    body = jobs.job("pin-to-see").body
    assert isinstance(body, PinBody)
    rig.show(jobs.job("pin-to-see", body=replace(body, verb=Verb.SAVE)))
    assert say(JobSay.PIN_TO_SEE) not in texts(rig)
    assert "Save for a customer: the service does it with the card's PIN only." in texts(rig)
    shown(rig, "amount-transfer")
    rig.show(samples.picture("pin"))
    assert rig.find("amount").isVisible()


def test_a_bank_card_tells_what_its_slip_says_before_it_is_taken(rig: Rig) -> None:
    shown(rig, "tender-gift")
    rig.press(K.Key_Return)
    rig.press("k c b", "4711-BX", K.Key_Return)
    assert rig.sent == [m.TakeTender(TenderKind.BANK_CARD, nok(50000), "k c b4711-BX")]


def test_after_the_slip_no_button_is_left_with_the_focus_of_its_line(rig: Rig) -> None:
    """It would look chosen on every screen that follows."""
    shown(rig, "slip-needed")
    rig.press("4711", K.Key_Return)
    rig.show(samples.picture("outcome-approved"))
    assert rig.window.focusWidget() is None or not isinstance(rig.window.focusWidget(), QPushButton)


def test_a_needed_reference_cannot_be_left_out_and_escape_leads_to_the_kinds(rig: Rig) -> None:
    shown(rig, "slip-needed")
    rig.press(K.Key_Return)
    assert rig.sent == []
    assert "(Q-10)" in texts(rig)
    rig.press(K.Key_Escape)
    assert rig.sent == []
    rig.press("o", "c", K.Key_Escape)
    assert rig.sent == [m.Back()]


def test_a_wanted_reference_may_be_left_out(rig: Rig) -> None:
    shown(rig, "slip-wanted")
    rig.press(K.Key_Return)
    assert rig.sent == [m.TakeTender(TenderKind.BANK_CARD, nok(50000), "")]


def test_cash_and_a_till_that_wants_no_reference_go_straight_on(rig: Rig) -> None:
    shown(rig, "tender-wanted")
    rig.press("c")
    body = jobs.job("tender-wanted").body
    assert isinstance(body, TenderBody)
    rig.show(jobs.job("tender-wanted", body=replace(body, reference_wanted=False)))
    rig.press("b")
    assert rig.sent == [m.TakeTender(TenderKind.CASH, nok(50000)), m.TakeTender(TenderKind.BANK_CARD, nok(50000))]


def test_what_a_slip_says_belongs_to_its_own_sum(rig: Rig) -> None:
    shown(rig, "slip-needed")
    rig.press("4711")
    rig.show(jobs.job("tender-wanted"))
    rig.press("b", K.Key_Return)
    assert rig.sent == [m.TakeTender(TenderKind.BANK_CARD, nok(50000), "")]


def test_a_reference_keeps_the_part_that_was_typed_and_ends_at_sixty_four_signs(rig: Rig) -> None:
    shown(rig, "tender-wanted")
    rig.press("20000", "b", "9" * 70, K.Key_Return)
    assert rig.sent == [m.TakeTender(TenderKind.BANK_CARD, nok(20000), "9" * 64)]


# --- how it ended -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("outcome-save", "Saved for kari-nordmann-0041"),
        ("outcome-share", f"Shared with {jobs.KARI}"),
        ("outcome-pin", "New PIN made"),
        ("outcome-save-declined", "Save for a customer"),
    ],
)
def test_what_moves_no_money_says_what_happened_instead(rig: Rig, name: str, deed: str) -> None:
    shown(rig, name)
    assert not rig.find("amount").isVisible()
    assert not rig.find("balance").isVisible()
    assert deed in texts(rig)
    assert "0.00" not in "".join(label.text() for label in middle(rig).findChildren(QLabel))


def test_a_card_that_was_paid_out_hands_its_money_over(rig: Rig) -> None:
    shown(rig, "outcome-cash-out")
    assert rig.text("message").replace("\u00a0", " ").startswith("Hand 25.50 NOK to the customer.")
    body = jobs.job("outcome-cash-out").body
    assert isinstance(body, OutcomeBody)
    declined = replace(body, kind=OutcomeKind.DECLINED, give_back=None, reason=Decline.INSUFFICIENT)
    rig.show(jobs.job("outcome-cash-out", body=declined))
    assert "Hand" not in rig.text("message")


@pytest.mark.parametrize(
    ("verb", "leads_to"),
    [
        (Verb.TRANSFER, Say.SHOW_CARD),
        (Verb.ROTATE_PIN, JobSay.SHOW_PIN),
        (Verb.NEW_CODE, JobSay.SHOW_CODE),
        (Verb.MAKE_BLANKS, JobSay.SHOW_CARDS),
    ],
)
def test_enter_leads_to_what_was_given_out(rig: Rig, verb: Verb, leads_to: Say | JobSay) -> None:
    body = jobs.deed(verb, minor=100, new_card=True)
    rig.show(jobs.job("outcome-transfer", body=body))
    assert button(rig, say(Say.ENTER)).text() == say(leads_to)


def test_nobody_is_told_that_money_is_in_doubt_where_none_moves(rig: Rig) -> None:
    shown(rig, "outcome-share-checking")
    assert rig.text("message_code") == "T-12"
    assert "It may have been done." in rig.text("message")
    assert "money" not in rig.text("message")


def test_a_look_up_that_failed_leaves_nothing_in_doubt(rig: Rig) -> None:
    body = jobs.deed(Verb.TRANSFER, OutcomeKind.DECLINED, reason=Cause.TIMEOUT, transaction_id=None)
    rig.show(jobs.job("outcome-transfer", body=body))
    assert rig.text("message") == "No answer from the gift-card service. Nothing has changed. Try again."
    paying = replace(body, verb=Verb.REDEEM, amount=nok(100))
    rig.show(jobs.job("outcome-transfer", body=paying))
    assert "No money has moved." in rig.text("message")
    assert "may" not in rig.text("message")


def test_after_a_load_nothing_is_called_left(rig: Rig) -> None:
    shown(rig, "outcome-combine")
    assert say(Say.NEW_BALANCE) not in texts(rig)
    shown(rig, "outcome-transfer")
    assert say(Say.NEW_BALANCE) in texts(rig)


def test_walking_away_from_what_goes_on_by_itself_is_not_called_cancelling(rig: Rig) -> None:
    shown(rig, "asking-transfer")
    assert button(rig, say(Say.ESC)).text() == say(JobSay.GO_ON)
    assert rig.text("message") == f"{say(JobSay.ASKING_SENT)} {say(JobSay.ASKING_CHOOSE)}"
    body = jobs.job("asking-transfer").body
    assert isinstance(body, AskingBody)
    rig.show(jobs.job("asking-transfer", body=replace(body, sent=False)))
    assert rig.text("message") == f"{say(JobSay.ASKING_UNSENT)} {say(JobSay.ASKING_LEAVE)}"
    rig.show(jobs.job("asking-transfer", body=replace(body, verb=Verb.RELOAD)))
    assert rig.text("message").endswith(say(JobSay.ASKING_NO_TENDER))
    assert [b for b in rig.window.findChildren(TaskButton) if b.isVisible() and b.key == "T"] == []
