"""Cards in hand, people at the till, and the day: what a swipe means, who may do what, one Z."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.card import CardFault
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    ConflictFlow,
    HomeFlow,
    ManagerFlow,
    PickProgrammeFlow,
    PinFlow,
    RefundFlow,
    ReportFlow,
    SheetFlow,
    SignInFlow,
)
from app.domain.job_messages import TextEntered
from app.domain.messages import Task
from app.domain.transaction import State
from app.domain.view import NoticeKind, Role
from tests.helpers.counter import (
    ASKS_PIN,
    BANK,
    CASHIER,
    LOW,
    MANAGER,
    ORDINARY,
    OTHER,
    SHARED,
    Counter,
    nok,
)

NOBODYS = "7099990000000000009"


def notice(counter: Counter) -> NoticeKind | None:
    return counter.till.notice.kind if counter.till.notice else None


# --- cards --------------------------------------------------------------------------------------------------------


def test_a_bank_card_is_dropped_swiped_and_keyed() -> None:
    counter = Counter()
    counter.swipe(BANK)
    assert notice(counter) is NoticeKind.CARD_REFUSED
    assert counter.till.notice is not None
    assert counter.till.notice.fault is CardFault.BANK_CARD
    counter.key(BANK)
    assert counter.till.notice.fault is CardFault.BANK_CARD
    assert counter.host.asked == []
    assert not counter.archive.rows


@pytest.mark.parametrize("number", [SHARED, NOBODYS])
def test_a_card_of_two_programmes_or_none_lets_the_cashier_pick(number: str) -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(number)
    assert isinstance(counter.flow, PickProgrammeFlow)
    counter.say(m.PickProgramme("nobody"))
    assert isinstance(counter.flow, PickProgrammeFlow)
    counter.say(m.PickProgramme("South"))
    if number == SHARED:
        assert counter.row(counter.last).state is State.APPROVED
        assert counter.last.card is not None
        assert counter.last.card.programme == "South"


def test_two_cards_for_one_amount_ask_which() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.say(m.Start(Task.PAY))
    counter.swipe(OTHER)
    assert isinstance(counter.flow, ConflictFlow)
    counter.say(m.PickCard(second=True))
    counter.say(m.AmountEntered(nok(10_00)))
    assert counter.balance(OTHER) == 90_00
    assert counter.balance(ORDINARY) == 100_00


def test_a_second_card_while_the_first_is_looked_up_asks_which() -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(ORDINARY)
    counter.swipe(OTHER)
    assert isinstance(counter.flow, ConflictFlow)
    counter.say(m.PickCard(second=False))
    counter.deliver()
    assert counter.balance(ORDINARY) == 90_00
    assert len(counter.archive.rows) == 1


def test_the_same_card_twice_is_one_card() -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(ORDINARY)
    counter.swipe(ORDINARY)
    assert notice(counter) is NoticeKind.SAME_CARD
    counter.deliver()
    assert counter.balance(ORDINARY) == 90_00


@pytest.mark.parametrize("number", [OTHER, SHARED, NOBODYS, BANK])
def test_no_swipe_takes_the_screen_from_money_under_way(number: str) -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(ORDINARY)
    counter.deliver_one()
    counter.run()
    counter.swipe(number)
    assert isinstance(counter.flow, AskingFlow)
    assert notice(counter) is NoticeKind.CARD_IGNORED


@pytest.mark.parametrize("number", [OTHER, SHARED])
def test_no_swipe_takes_the_pin_pad_away_or_opens_a_locked_till(number: str) -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    counter.swipe(number)
    assert isinstance(counter.flow, PinFlow)
    counter.esc()
    counter.enter()
    counter.say(m.Lock())
    counter.swipe(number)
    assert isinstance(counter.flow, SignInFlow)


def test_a_keyed_card_is_marked_and_its_cvc_travels_once_and_rests_nowhere() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.key(ORDINARY)
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.keyed
    request = counter.host.sent[0]
    assert request.card is not None
    assert request.card.cvc == "847"
    assert not counter.archive.sealed


def test_a_stripe_that_works_after_all_replaces_the_form() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)), m.KeyCard())
    counter.swipe(ORDINARY)
    assert counter.row(counter.last).state is State.APPROVED


@pytest.mark.parametrize("task", [Task.QUEUE, Task.REFUND, Task.SELL])
def test_a_swipe_opens_its_card_from_any_screen(task: Task) -> None:
    counter = Counter()
    counter.say(m.Start(task))
    counter.swipe(ORDINARY)
    assert isinstance(counter.flow, SheetFlow)
    counter.enter()
    assert isinstance(counter.flow, AmountFlow)


@pytest.mark.parametrize("keyed", [False, True], ids=["swiped", "keyed"])
def test_a_manager_asks_for_the_balance_of_any_card(keyed: bool) -> None:
    counter = Counter()
    counter.manager()
    counter.say(m.Start(Task.MANAGER))
    assert isinstance(counter.flow, ManagerFlow)
    counter.say(m.Start(Task.BALANCE))
    if keyed:
        counter.key(ORDINARY)
    else:
        counter.swipe(ORDINARY)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.balance == nok(100_00)
    assert counter.host.sent == [], "no money call"


def test_keys_in_a_file_are_told_at_the_start_and_to_every_manager() -> None:
    counter = Counter()
    counter.setup = replace(counter.setup, keys_in_file=True)
    assert notice(counter) is None
    counter.restart(None)
    assert notice(counter) is NoticeKind.KEYS_IN_FILE
    before = counter.till.notice
    counter.sign_in(CASHIER)
    assert counter.till.notice == before, "a cashier can do nothing about it"
    counter.manager()
    assert notice(counter) is NoticeKind.KEYS_IN_FILE
    assert counter.till.notice != before


def test_numbers_that_were_left_out_are_told_at_the_start() -> None:
    counter = Counter()
    counter.say(m.Recovered(1003))
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.count) == (NoticeKind.STAN_SKIPPED, 1003)


def test_a_stripe_of_rubbish_says_so() -> None:
    counter = Counter()
    full_width = "\uff17\uff10\uff11\uff13\uff13\uff16" * 3
    for text in ("", "E", "70133600O0000000000=2012", "7" * 38, "=2012", f"{full_width}=3012"):
        before = counter.till.notice.number if counter.till.notice else 0
        counter.say(m.CardSwiped(m.TrackText(text)))
        assert counter.till.notice is not None
        assert counter.till.notice.number == before + 1
        assert isinstance(counter.flow, HomeFlow)


# --- people -------------------------------------------------------------------------------------------------------


def test_a_locked_till_does_nothing_until_somebody_signs_in() -> None:
    counter = Counter()
    counter.say(m.Lock(), m.Start(Task.PAY), m.Confirm(), m.Back(), m.SendNow())
    assert counter.flow == SignInFlow()
    counter.sign_in(CASHIER)
    assert isinstance(counter.flow, HomeFlow)


def test_a_role_comes_from_the_configuration_and_not_from_the_message() -> None:
    counter = Counter()
    counter.say(m.Lock(), m.SignIn(CASHIER.id, "manager"))
    assert counter.till.operator is not None
    assert counter.till.operator.role is Role.CASHIER
    counter.say(m.Lock(), m.SignIn("somebody", "manager"))
    assert isinstance(counter.flow, SignInFlow)


def test_a_wrong_pin_at_sign_in_is_told_with_its_wait() -> None:
    counter = Counter()
    counter.say(m.Lock(), m.SignInFailed(30))
    body = counter.view().body
    assert isinstance(body, v.SignInBody)
    assert (body.failed, body.wait_seconds) == (True, 30)


@pytest.mark.parametrize("task", [Task.MANAGER, Task.JOURNAL, Task.X_REPORT])
def test_a_managers_task_calls_for_a_manager_and_then_goes_on(task: Task) -> None:
    counter = Counter()
    counter.say(m.Start(task))
    assert counter.flow == SignInFlow(then=task)
    body = counter.view().body
    assert isinstance(body, v.SignInBody)
    assert body.operators == (MANAGER,)
    assert body.demo_pins == ("2222",)
    counter.sign_in(CASHIER)
    assert counter.flow == SignInFlow(then=task)
    counter.sign_in(MANAGER)
    assert counter.screen.value == task.value or isinstance(counter.flow, ReportFlow)


def test_esc_from_the_call_for_a_manager_leads_back() -> None:
    counter = Counter()
    counter.say(m.Start(Task.MANAGER), m.Back())
    assert isinstance(counter.flow, HomeFlow)
    assert counter.till.operator == CASHIER


# --- the day ------------------------------------------------------------------------------------------------------


def test_a_z_is_made_once_and_open_items_keep_their_day() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.say(m.CloseDay())
    assert counter.till.business_day == "2026-03-02"
    counter.manager()
    counter.say(m.Start(Task.X_REPORT), m.CloseDay())
    assert counter.flow == ReportFlow(1)
    assert counter.reports == [1]
    counter.say(m.CloseDay())
    assert counter.reports == [1]
    assert counter.till.business_day == "2026-03-03"
    counter.say(m.Start(Task.X_REPORT), m.CloseDay())
    assert counter.reports == [1], "one Z a day: today's is made"
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.DAY_CLOSED
    counter.join()
    assert counter.row(leg).business_day == "2026-03-02"
    assert counter.row(leg).state is State.APPROVED


def test_a_cashier_makes_no_z() -> None:
    counter = Counter()
    counter.manager()
    counter.say(m.Start(Task.MANAGER))
    assert isinstance(counter.flow, ManagerFlow)
    counter.say(m.Lock())
    counter.sign_in(CASHIER)
    counter.say(m.CloseDay())
    assert not any(isinstance(record.body, r.DayClosed) for record in counter.archive.records)


# --- papers and pages ---------------------------------------------------------------------------------------------


def test_reprints_are_counted_and_recorded() -> None:
    counter = Counter()
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.say(m.ShowReceipt(leg.id), m.PrintCopy(leg.id), m.PrintCopy(leg.id))
    body = counter.view().body
    assert isinstance(body, v.ReceiptBody)
    assert (body.copies, body.receipt.copy) == (2, 2)
    assert [record.body.copy for record in counter.archive.records if isinstance(record.body, r.Printed)] == [1, 2]
    counter.say(m.ShowReceipt(leg.id), m.Back())
    assert isinstance(counter.flow, HomeFlow)


def test_a_printer_without_paper_leaves_the_sale_alone() -> None:
    counter = Counter()
    leg = counter.pay(10_00, ORDINARY)
    counter.say(m.PrinterFailed(leg.id))
    assert notice(counter) is NoticeKind.PRINTER
    assert counter.row(leg).state is State.APPROVED


@pytest.mark.parametrize(
    "message",
    [
        m.HandOver(), m.PickCard(True), m.PickProgramme("Gift"), m.Older(None), m.KeepWaiting(), m.AskTender(),
        m.Refund("000001"), m.AmountEntered(nok(5)), m.TakeTender(r.TenderKind.CASH, nok(5)), m.CloseDay(), m.Confirm(),
    ],
    ids=lambda message: type(message).__name__,
)  # fmt: skip
def test_a_command_with_no_meaning_here_changes_nothing(message: m.Message) -> None:
    counter = Counter()
    before = (counter.till, len(counter.archive.records))
    done = counter.step(message)
    assert done.commit.is_empty
    assert done.effects == ()
    assert (counter.till, len(counter.archive.records)) == before


def test_a_refund_form_forgets_what_it_did_not_find() -> None:
    counter = Counter()
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.say(m.Start(Task.REFUND), m.Refund("77"))
    assert counter.flow == RefundFlow(not_found=True)
    counter.say(m.Refund(leg.stan.digits))
    assert counter.flow == RefundFlow(leg.id)
    body = counter.view().body
    assert isinstance(body, v.RefundBody)
    assert body.refundable == nok(10_00)
    counter.say(m.Refund("000009", nok(1)))
    assert len(counter.host.sent) == 1


def test_await_card_shows_what_is_due() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    assert isinstance(counter.flow, AwaitCardFlow)
    body = counter.view().body
    assert isinstance(body, v.AwaitCardBody)
    assert (body.amount, body.due, body.paid) == (nok(10_00), nok(10_00), nok(0))


def test_a_clock_that_was_set_back_hides_no_receipt() -> None:
    counter = Counter()
    first = counter.pay(1_00, ORDINARY)
    counter.enter()
    counter.now -= timedelta(days=1)
    second = counter.pay(2_00, ORDINARY)
    assert [line.id for line in counter.till.receipts] == [second.id, first.id]


# --- what is in the way is said -----------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [Task.BALANCE, Task.PAY, Task.LOAD, Task.SELL])
def test_a_task_that_a_half_paid_sale_stands_in_the_way_of_says_so(task: Task) -> None:
    counter = Counter()
    counter.pay(150_00, ORDINARY)
    assert counter.outcome.rest == nok(50_00)
    counter.say(m.Start(task))
    assert counter.outcome.rest == nok(50_00)
    assert counter.till.notice is not None
    assert (counter.till.notice.why, counter.till.notice.task) == (v.Why.BUSY, task)


def test_at_home_nothing_is_in_the_way_of_a_balance() -> None:
    counter = Counter()
    counter.say(m.Start(Task.BALANCE))
    assert isinstance(counter.flow, HomeFlow)
    assert counter.till.notice is None


def test_a_till_is_locked_over_a_new_card_and_shows_it_again_to_whoever_comes() -> None:
    counter = Counter()
    counter.sell(200_00)
    counter.enter()
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    counter.say(m.Lock())
    assert isinstance(counter.flow, SignInFlow)
    counter.sign_in(MANAGER)
    again = counter.view().body
    assert isinstance(again, v.NewCardBody)
    assert again.secret == body.secret
    counter.say(m.HandOver())
    assert isinstance(counter.flow, HomeFlow)


def test_a_lock_that_must_wait_says_so() -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    counter.say(m.Lock())
    assert isinstance(counter.flow, PinFlow)
    assert counter.till.notice is not None
    assert counter.till.notice.why is v.Why.BUSY


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [BANK, "4111 1111-1111 1111", f"no. {ORDINARY}", "7013 3600 0000 0000 001 is lost"])
def test_a_card_s_number_among_words_is_neither_written_down_nor_sent(words: str) -> None:
    counter = Counter(further=True)
    counter.manager()
    records = len(counter.archive.records)
    asked: list[m.Message] = [m.AllowOffline(enabled=False, why=words)]
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    asked.append(TextEntered(words))
    for message in asked:
        counter.say(message)
        assert notice(counter) is NoticeKind.NUMBER_TYPED
        assert counter.screen is v.Screen.QUESTION
    assert len(counter.archive.records) == records
    assert not counter.wire
    assert counter.till.limits.enabled


def test_a_bank_card_s_number_is_no_reference_of_its_slip() -> None:
    counter = Counter()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(50_00)))
    counter.swipe(LOW)
    counter.slip(50_00, BANK)
    assert notice(counter) is NoticeKind.NUMBER_TYPED
    assert counter.screen is v.Screen.TENDER
    counter.slip(50_00, "700000123456")
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.drawer() == 50_00
