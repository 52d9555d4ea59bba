"""Money held on a card on purpose: it stands until a person takes it or lets it go, over restarts and over the day."""

from __future__ import annotations

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.flow import PinFlow, SignInFlow
from app.domain.host import Decline, HostRefused
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.domain.view import NoticeKind, Screen, Why
from tests.helpers.counter import ORDINARY, OTHER, PINNED, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood
from tests.helpers.walks import reserve


def shop() -> Counter:
    """One with 30.00 reserved on a card."""
    counter = Counter(further=True)
    reserve(counter)
    return counter


def notice(counter: Counter) -> v.Notice:
    assert counter.till.notice is not None
    return counter.till.notice


def listed(counter: Counter) -> v.ReservationsBody:
    counter.start(Task.RESERVATIONS)
    body = counter.view().body
    assert isinstance(body, v.ReservationsBody)
    return body


def pick(counter: Counter, *, release: bool = False, place: int = 0) -> None:
    counter.say(j.PickReservation(listed(counter).rows[place].line.transaction_id, release))


def capture(counter: Counter, minor: int) -> Transaction:
    pick(counter)
    counter.amount(minor)
    return counter.last


def reservation(counter: Counter) -> Transaction:
    return next(row for row in counter.archive.rows.values() if row.verb is Verb.AUTHORIZE)


def held(counter: Counter, number: str = WALLET) -> int:
    return counter.host.accounts[number].held


# --- it stands ----------------------------------------------------------------------------------------------------


def test_it_is_held_printed_and_listed_and_nobody_pays_yet() -> None:
    counter = Counter(further=True)
    counter.start(Task.RESERVE)
    counter.amount(30_00)
    counter.swipe(WALLET)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert (counter.outcome.verb, counter.outcome.balance) == (Verb.AUTHORIZE, nok(70_00))
    assert counter.printed == [counter.last.id]
    assert (held(counter), counter.drawer()) == (30_00, 0)
    assert counter.archive.sales_today().amount == nok(0)
    body = listed(counter)
    assert body.total == nok(30_00)
    [row] = body.rows
    assert (row.line.amount, row.busy) == (nok(30_00), False)


def test_it_stands_over_a_restart_and_over_the_z() -> None:
    counter = shop()
    counter.restart()
    counter.manager()
    counter.start(Task.X_REPORT)
    counter.say(m.CloseDay())
    counter.restart()
    assert listed(counter).total == nok(30_00)
    assert held(counter) == 30_00
    capture(counter, 30_00)
    assert counter.balance(WALLET) == 70_00
    evening(counter)


def test_from_a_cards_sheet_only_the_amount_is_asked() -> None:
    counter = Counter(further=True)
    counter.swipe(WALLET)
    counter.start(Task.RESERVE)
    counter.amount(30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert held(counter) == 30_00


def test_a_card_that_needs_its_pin_is_reserved_with_it() -> None:
    counter = Counter(further=True)
    counter.start(Task.RESERVE)
    counter.amount(30_00)
    counter.swipe(PINNED, service="126")
    assert isinstance(counter.flow, PinFlow)
    counter.pin(b"wrong")
    assert isinstance(counter.flow, PinFlow), "asked again, as for a payment"
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert held(counter, PINNED) == 30_00
    assert listed(counter).total == nok(30_00)
    evening(counter)


def test_more_than_there_is_is_not_reserved() -> None:
    counter = Counter(further=True)
    reserve(counter, 100_01)
    assert reservation(counter).state is State.DECLINED
    counter.start(Task.RESERVATIONS)
    assert notice(counter).why is Why.NO_RESERVATION


def test_two_stand_beside_each_other_oldest_first() -> None:
    counter = shop()
    reserve(counter, 20_00, ORDINARY)
    body = listed(counter)
    assert [row.line.amount for row in body.rows] == [nok(30_00), nok(20_00)]
    assert body.total == nok(50_00)
    pick(counter, place=1)
    counter.amount(20_00)
    assert counter.balance(ORDINARY) == 80_00
    assert held(counter) == 30_00


@pytest.mark.parametrize("booked", [True, False])
@pytest.mark.parametrize("action", [DeskAction.KEEP, DeskAction.REVERSE])
def test_one_that_was_on_the_wire_when_the_power_went_is_kept_or_let_go_by_a_person(
    action: DeskAction, *, booked: bool
) -> None:
    counter = Counter(further=True)
    counter.start(Task.RESERVE)
    counter.amount(30_00)
    counter.hold = True
    counter.swipe(WALLET)
    assert reservation(counter).state is State.SENT
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    leg = reservation(counter)
    assert (leg.state, leg.unconfirmed) == (State.APPROVED, True)
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, action))
    counter.run()
    assert held(counter) == (30_00 if action is DeskAction.KEEP else 0)
    evening(counter)


def test_void_last_does_not_reach_behind_it() -> None:
    counter = Counter(further=True)
    counter.pay(10_00, ORDINARY)
    counter.enter()
    reserve(counter)
    counter.start(Task.VOID)
    assert notice(counter).kind is NoticeKind.NOTHING_TO_VOID
    assert counter.balance(ORDINARY) == 90_00


# --- taken --------------------------------------------------------------------------------------------------------


def test_part_of_it_is_taken_and_the_rest_is_let_go_with_it() -> None:
    counter = shop()
    pick(counter)
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert body.suggested == nok(30_00)
    counter.amount(20_00)
    assert (counter.outcome.kind, counter.outcome.amount) == (v.OutcomeKind.APPROVED, nok(20_00))
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.original_stan == reservation(counter).stan.digits
    assert (counter.balance(WALLET), held(counter)) == (80_00, 0)
    assert counter.archive.sales_today().amount == nok(20_00)
    counter.enter()
    assert counter.screen is Screen.HOME
    counter.start(Task.RESERVATIONS)
    assert notice(counter).why is Why.NO_RESERVATION
    evening(counter)


def test_more_than_was_reserved_is_not_taken() -> None:
    counter = shop()
    pick(counter)
    counter.amount(30_01)
    assert (notice(counter).kind, notice(counter).amount) == (NoticeKind.AMOUNT_TOO_LARGE, nok(30_00))
    assert counter.screen is Screen.AMOUNT


def test_it_is_taken_once() -> None:
    counter = shop()
    reserved = reservation(counter).id
    capture(counter, 30_00)
    counter.enter()
    reserve(counter, 10_00, ORDINARY)
    counter.start(Task.RESERVATIONS)
    counter.say(j.PickReservation(reserved))
    assert notice(counter).why is Why.BUSY
    assert counter.screen is Screen.RESERVATIONS
    assert counter.balance(WALLET) == 70_00


def test_a_capture_that_is_declined_leaves_it_standing_and_the_rest_to_pay() -> None:
    counter = shop()
    counter.host.moods.append(Mood.DECLINED)
    capture(counter, 30_00)
    assert (counter.outcome.kind, counter.outcome.rest) == (v.OutcomeKind.DECLINED, nok(30_00))
    assert held(counter) == 30_00
    counter.esc()
    assert not counter.archive.open_sales()
    capture(counter, 30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.balance(WALLET) == 70_00
    evening(counter)


def test_what_a_declined_capture_leaves_is_paid_by_another_card() -> None:
    counter = shop()
    counter.host.moods.append(Mood.DECLINED)
    capture(counter, 30_00)
    counter.swipe(OTHER)
    assert counter.outcome.rest == nok(0)
    assert (counter.balance(OTHER), held(counter)) == (70_00, 30_00)
    assert listed(counter).total == nok(30_00)


def test_while_a_capture_is_in_doubt_nobody_else_touches_it() -> None:
    counter = shop()
    counter.host.moods.append(Mood.ANSWER_LOST)
    capture(counter, 30_00)
    assert counter.outcome.kind is v.OutcomeKind.CHECKING
    counter.enter()
    assert [row.busy for row in listed(counter).rows] == [True]
    for release in (False, True):
        pick(counter, release=release)
        assert notice(counter).why is Why.BUSY
        assert counter.screen is Screen.RESERVATIONS
    counter.retry()
    assert counter.balance(WALLET) == 70_00
    assert reservation(counter).captured
    evening(counter)


def test_a_capture_given_up_in_doubt_goes_back_to_the_card() -> None:
    counter = shop()
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = capture(counter, 30_00)
    counter.esc()
    counter.retry()
    counter.retry()
    assert counter.row(leg).state is State.REVERSED
    assert counter.balance(WALLET) == 100_00
    evening(counter)


# --- without the line ---------------------------------------------------------------------------------------------


def test_without_the_line_a_capture_is_queued_and_is_under_way_until_then() -> None:
    counter = shop()
    counter.cut()
    leg = capture(counter, 20_00)
    assert counter.outcome.kind is v.OutcomeKind.STORED
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.check
    assert all(sale.closed for sale in counter.archive.sales.values())
    counter.enter()
    assert [row.busy for row in listed(counter).rows] == [True]
    pick(counter)
    assert notice(counter).why is Why.BUSY
    counter.join()
    assert counter.row(leg).state is State.APPROVED
    assert (counter.balance(WALLET), held(counter)) == (80_00, 0)
    evening(counter)


def test_a_queued_capture_that_is_refused_stands_at_the_desk_and_the_money_stays_held() -> None:
    counter = shop()
    counter.cut()
    leg = capture(counter, 20_00)
    counter.enter()
    counter.host.moods.append(HostRefused(Decline.NOTHING_LEFT, 409))
    counter.join()
    assert counter.row(leg).state is State.DISPUTED
    assert [row.busy for row in listed(counter).rows] == [True]
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.OTHER_TENDER, "paid in cash"))
    assert [row.busy for row in listed(counter).rows] == [False]
    pick(counter, release=True)
    counter.enter()
    assert held(counter) == 0
    evening(counter)


def test_a_queued_capture_can_be_struck_out_and_it_stands_again() -> None:
    counter = shop()
    counter.cut()
    leg = capture(counter, 20_00)
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())
    assert counter.row(leg).state is State.CANCELLED
    counter.enter()
    assert [row.busy for row in listed(counter).rows] == [False]
    counter.join()
    assert held(counter) == 30_00
    evening(counter)


# --- let go -------------------------------------------------------------------------------------------------------


def test_it_is_let_go_after_a_confirmation() -> None:
    counter = shop()
    pick(counter, release=True)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert (body.amount, body.warnings) == (nok(30_00), (v.Warn.RESERVATION_ENDS,))
    assert body.card is not None
    assert body.card.last4 == WALLET[-4:]
    counter.enter()
    assert counter.outcome.verb is Verb.CANCEL
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert reservation(counter).state is State.REVERSED
    assert (counter.balance(WALLET), held(counter)) == (100_00, 0)
    evening(counter)


def test_without_the_line_its_release_is_queued() -> None:
    counter = shop()
    counter.cut()
    pick(counter, release=True)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.STORED
    counter.start(Task.RESERVATIONS)
    assert notice(counter).why is Why.NO_RESERVATION
    counter.join()
    assert held(counter) == 0
    evening(counter)


def test_a_release_that_is_refused_stands_at_the_desk() -> None:
    counter = shop()
    counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
    pick(counter, release=True)
    counter.enter()
    leg = reservation(counter)
    assert leg.state is State.ATTENTION
    counter.enter()
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.RETRY))
    assert held(counter) == 0
    evening(counter)


def test_locked_in_between_it_stands() -> None:
    counter = shop()
    pick(counter)
    counter.say(m.Lock())
    assert isinstance(counter.flow, SignInFlow)
    counter.manager()
    assert listed(counter).total == nok(30_00)


def test_a_card_with_a_reservation_is_not_deleted() -> None:
    counter = shop()
    counter.manager()
    counter.start(Task.DELETE)
    counter.swipe(WALLET)
    assert notice(counter).why is Why.BUSY
    assert counter.screen is Screen.AWAIT_CARD


def test_a_basket_reserves_on_the_way_and_leaves_nothing_listed() -> None:
    counter = Counter(further=True)
    counter.pay(30_00, ORDINARY, counter.setup.catalogue[0])
    counter.enter()
    counter.start(Task.RESERVATIONS)
    assert notice(counter).why is Why.NO_RESERVATION
    assert reservation(counter).captured
