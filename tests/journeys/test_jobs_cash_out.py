"""Paying a card out: what left the card is what the drawer paid, whatever happens in between."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain import view as v
from app.domain.host import Decline, HostApproved, HostRefused
from app.domain.messages import DeskAction, Task
from app.domain.records import TenderKind
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.domain.view import NoticeKind, Screen
from tests.helpers.counter import PAR, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood
from tests.helpers.walks import CASH_OUT


def cash_out(counter: Counter, minor: int = 15_00) -> Transaction:
    counter.start(Task.CASH_OUT)
    counter.swipe(WALLET)
    counter.amount(minor)
    counter.enter()
    return counter.last


def shop() -> Counter:
    return Counter(further=True)


def notice(counter: Counter) -> v.Notice:
    assert counter.till.notice is not None
    return counter.till.notice


def test_the_drawer_pays_what_left_the_card_and_the_slip_says_so() -> None:
    counter = shop()
    leg = cash_out(counter)
    assert (counter.balance(WALLET), counter.drawer()) == (85_00, -15_00)
    assert counter.outcome.give_back == nok(15_00)
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.tenders == ((TenderKind.CASH, nok(-15_00)),)
    assert (counter.outcome.receipt.before, counter.outcome.receipt.after) == (nok(100_00), nok(85_00))
    assert counter.printed == [leg.id]
    evening(counter)


def test_all_of_it_is_suggested_and_more_is_not_taken() -> None:
    counter = shop()
    counter.manager()
    counter.start(Task.CASH_OUT)
    counter.swipe(WALLET)
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert (body.suggested, body.balance, body.limit) == (nok(100_00), nok(100_00), None)
    counter.amount(100_01)
    assert (notice(counter).kind, notice(counter).amount) == (NoticeKind.AMOUNT_TOO_LARGE, nok(100_00))
    counter.amount(100_00)
    counter.enter()
    assert (counter.balance(WALLET), counter.drawer()) == (0, -100_00)


def test_a_cashier_pays_out_up_to_the_limit() -> None:
    counter = shop()
    counter.start(Task.CASH_OUT)
    counter.swipe(WALLET)
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert body.limit == nok(20_00)
    counter.amount(20_01)
    assert notice(counter).kind is NoticeKind.MANAGER_NEEDED
    assert counter.screen is Screen.AMOUNT
    counter.amount(20_00)
    counter.enter()
    assert counter.drawer() == -20_00


def test_an_empty_card_is_told_and_a_card_of_another_backend_is_not_taken() -> None:
    counter = shop()
    counter.host.accounts[WALLET].balance = 0
    counter.start(Task.CASH_OUT)
    counter.swipe(PAR)
    assert notice(counter).why is v.Why.NOT_AT_BACKEND
    counter.swipe(WALLET)
    assert (counter.outcome.reason, counter.outcome.verb) == (Decline.EMPTY, Verb.CASH_OUT)
    assert not counter.archive.rows


def test_less_than_was_asked_for_is_what_the_drawer_pays() -> None:
    counter = shop()
    counter.hold = True
    counter.start(Task.CASH_OUT)
    counter.swipe(WALLET)
    counter.deliver()
    counter.amount(15_00)
    counter.host.moods.append(HostApproved("H9", "wallet-1", nok(9_00)))
    counter.enter()
    assert counter.drawer() == -9_00
    assert counter.outcome.give_back == nok(9_00)


# --- taken back ---------------------------------------------------------------------------------------------------


def void(counter: Counter) -> None:
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())


def test_a_payout_that_is_voided_brings_its_cash_back() -> None:
    counter = shop()
    leg = cash_out(counter)
    void(counter)
    assert counter.row(leg).state is State.REVERSED
    assert (counter.balance(WALLET), counter.drawer()) == (100_00, 0)
    assert (counter.outcome.give_back, counter.outcome.take_in) == (None, nok(15_00))
    evening(counter)


def test_part_of_a_payout_is_given_back_by_its_number() -> None:
    counter = shop()
    leg = cash_out(counter)
    counter.enter()
    stan = leg.stan.digits
    counter.say(m.Start(Task.REFUND), m.Refund(stan), m.Refund(stan, nok(5_00)))
    assert (counter.balance(WALLET), counter.drawer()) == (90_00, -10_00)
    assert (counter.outcome.give_back, counter.outcome.take_in) == (nok(10_00), nok(5_00))
    evening(counter)


def test_a_void_that_waits_for_the_line_leaves_the_cash_out_until_then() -> None:
    counter = shop()
    leg = cash_out(counter)
    counter.cut()
    void(counter)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.drawer() == -15_00
    counter.join()
    assert counter.row(leg).state is State.REVERSED
    assert counter.drawer() == 0


def test_a_void_that_is_refused_leaves_the_drawer_as_it_is() -> None:
    counter = shop()
    leg = cash_out(counter)
    counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
    void(counter)
    assert counter.row(leg).state is State.ATTENTION
    assert counter.drawer() == -15_00
    counter.enter()
    counter.manager()
    counter.say(m.Decide(leg.id, DeskAction.WRITTEN_OFF, "the customer has the cash"))
    assert counter.drawer() == -15_00
    evening(counter)


# --- in doubt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "drawer"),
    [(DeskAction.MONEY_GIVEN_BACK, -15_00), (DeskAction.OTHER_TENDER, 0), (DeskAction.WRITTEN_OFF, 0)],
)
def test_a_person_says_whether_the_customer_got_the_cash(action: DeskAction, drawer: int) -> None:
    counter = Counter(further=True, proves=False)
    counter.host.moods.extend([Mood.ANSWER_LOST, HostRefused(Decline.FORBIDDEN, 403)])
    leg = cash_out(counter)
    counter.enter()
    counter.retry()
    assert counter.row(leg).state is State.ATTENTION
    assert counter.drawer() == 0
    counter.manager()
    counter.say(m.Decide(leg.id, action, "asked at the vendor's"))
    assert counter.drawer() == drawer
    assert not counter.archive.open_sales()
    evening(counter)


@pytest.mark.parametrize("booked", [True, False])
@pytest.mark.parametrize("action", [DeskAction.KEEP, DeskAction.REVERSE])
def test_after_a_crash_a_person_keeps_or_takes_back(action: DeskAction, *, booked: bool) -> None:
    counter = CASH_OUT.begin()
    CASH_OUT.walk(counter, 2)
    counter.hold = True
    counter.enter()
    leg = counter.last
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert (counter.row(leg).state, counter.row(leg).unconfirmed) == (State.APPROVED, True)
    assert counter.drawer() == -15_00
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, action))
    assert counter.drawer() == (-15_00 if action is DeskAction.KEEP else 0)
    evening(counter)
