"""Money from card to card: a transfer to a new one, several into one. The drawer has no part in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.card import IssuedSecret
from app.domain.desk import actions_for
from app.domain.flow import HomeFlow, JobFlow, NewCardFlow, PinFlow
from app.domain.host import Decline, HostApproved, HostPrepared
from app.domain.messages import DeskAction, Task
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.domain.view import NoticeKind, Screen, Warn
from tests.helpers.counter import CASHIER, ORDINARY, PAR, PAR_EMPTY, PAR_SECOND, PAR_THIRD, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood
from tests.helpers.walks import reserve


def shop(*, once: bool = False) -> Counter:
    return Counter(further=True, once=once)


def notice(counter: Counter) -> v.Notice:
    assert counter.till.notice is not None
    return counter.till.notice


def transfer(counter: Counter, minor: int = 60_00, *, end: bool = False) -> Transaction:
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(minor)
    if end:
        counter.say(j.EndSource(True))
    counter.enter()
    counter.pin()
    return counter.last


def shown(counter: Counter) -> IssuedSecret:
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    assert isinstance(body.secret, IssuedSecret)
    return body.secret


def confirm(counter: Counter) -> v.ConfirmBody:
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    return body


# --- transfer -----------------------------------------------------------------------------------------------------


def test_a_card_that_was_proven_for_a_transfer_pays_without_its_passcode_afterwards() -> None:
    """What one verb needs is not what the card needs, and a card that needs a PIN can't be queued."""
    counter = shop()
    transfer(counter)
    counter.enter()
    counter.say(m.HandOver())
    assert (counter.pay(10_00, PAR).state, counter.last.pin) == (State.APPROVED, False)
    counter.enter()
    counter.cut()
    assert counter.pay(10_00, PAR).state is State.STORED
    counter.join()
    counter.enter()
    evening(counter)


def test_part_of_it_goes_to_a_new_card_that_is_handed_over() -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert (body.balance, body.suggested) == (nok(100_00), nok(100_00))
    counter.amount(60_00)
    assert confirm(counter).warnings == (Warn.BALANCE_MOVES, Warn.TOLD_ONCE, Warn.NO_UNDO)
    assert (confirm(counter).end_source, confirm(counter).end_possible) == (False, False)
    counter.enter()
    assert isinstance(counter.flow, PinFlow)
    counter.pin()
    leg = counter.last
    assert (counter.outcome.kind, counter.outcome.new_card) == (v.OutcomeKind.APPROVED, True)
    assert counter.outcome.receipt is not None
    assert (counter.outcome.receipt.before, counter.outcome.receipt.after) == (nok(100_00), nok(40_00))
    assert counter.printed == [leg.id]
    counter.enter()
    number = shown(counter).pan.reveal()
    assert (counter.balance(PAR), counter.balance(number)) == (40_00, 60_00)
    counter.esc()
    assert shown(counter).pan.reveal() == number, "the customer's only copy is left by handing it over"
    counter.say(m.HandOver())
    body = counter.view().body
    assert isinstance(body, v.HomeBody)
    assert body.last is not None
    assert body.last.transaction_id == leg.id
    assert not counter.archive.sealed
    assert counter.drawer() == 0
    evening(counter)


def test_more_than_there_is_can_not_be_transferred() -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(100_01)
    assert (notice(counter).kind, notice(counter).amount) == (NoticeKind.AMOUNT_TOO_LARGE, nok(100_00))
    assert counter.screen is Screen.AMOUNT


def test_an_empty_card_has_nothing_to_give() -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR_EMPTY)
    assert (counter.outcome.reason, counter.outcome.verb) == (Decline.EMPTY, Verb.TRANSFER)
    counter.enter()
    counter.swipe(PAR_EMPTY)
    counter.start(Task.TRANSFER)
    assert notice(counter).why is v.Why.NOTHING_ON_IT


def test_from_its_sheet_the_card_is_not_asked_for_again() -> None:
    counter = shop()
    counter.swipe(PAR)
    asked = len(counter.host.asked)
    counter.start(Task.TRANSFER)
    assert counter.screen is Screen.AMOUNT
    assert len(counter.host.asked) == asked
    counter.amount(10_00)
    counter.enter()
    counter.pin()
    assert counter.row(counter.last).state is State.APPROVED


def test_from_a_sheet_that_is_still_asking_the_card_is_looked_up_first() -> None:
    counter = shop()
    counter.hold = True
    counter.swipe(PAR)
    counter.start(Task.TRANSFER)
    assert counter.screen is Screen.ASKING
    counter.deliver()
    body = counter.view().body
    assert isinstance(body, v.AmountBody)
    assert body.balance == nok(100_00)


@pytest.mark.parametrize("end", [True, False])
def test_a_card_that_gave_all_may_end_with_it(*, end: bool) -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(60_00)
    counter.say(j.EndSource(True))
    assert not confirm(counter).end_source, "one that keeps money does not end"
    counter.esc()
    counter.amount(100_00)
    assert confirm(counter).end_possible
    counter.say(j.EndSource(True))
    assert confirm(counter).warnings[:2] == (Warn.BALANCE_MOVES, Warn.SOURCE_ENDS)
    if not end:
        counter.say(j.EndSource(False))
    counter.enter()
    counter.pin()
    assert counter.host.last().end_source is end
    assert counter.host.accounts[PAR].ended is end


def test_the_end_of_the_old_card_is_forgotten_with_another_amount() -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(100_00)
    counter.say(j.EndSource(True))
    counter.esc()
    counter.amount(50_00)
    counter.enter()
    counter.pin()
    assert not counter.host.accounts[PAR].ended


def test_a_wrong_pin_moves_nothing() -> None:
    counter = shop()
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(60_00)
    counter.enter()
    counter.pin(b"wrong")
    assert (counter.outcome.kind, counter.outcome.reason) == (v.OutcomeKind.DECLINED, Decline.WRONG_PIN)
    assert counter.balance(PAR) == 100_00
    evening(counter)


def test_after_a_crash_the_new_card_is_offered_first_and_kept_by_handing_it_over() -> None:
    counter = shop()
    counter.hold = True
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.deliver()
    counter.amount(60_00)
    counter.enter()
    counter.hold = True
    counter.pin()
    counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    leg = counter.last
    assert (counter.row(leg).state, counter.row(leg).unconfirmed) == (State.APPROVED, True)
    assert counter.balance(shown(counter).pan.reveal()) == 60_00
    counter.say(m.HandOver())
    assert not counter.archive.open_rows()


def test_an_approval_that_shows_no_new_card_is_left_to_a_person() -> None:
    counter = shop()
    counter.host.moods.append(HostApproved("H7", "par-1", nok(60_00), nok(40_00)))
    leg = transfer(counter)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert (counter.outcome.new_card, counter.outcome.missing) == (False, True)
    assert counter.row(leg).at_desk
    counter.enter()
    counter.start(Task.QUEUE)
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert body.rows[0].actions == (DeskAction.KEEP,)
    counter.say(m.Decide(leg.id, DeskAction.KEEP))
    assert not counter.archive.open_rows()


def test_what_moved_between_cards_is_not_offered_for_void_or_refund() -> None:
    counter = shop()
    counter.pay(10_00, ORDINARY)
    counter.enter()
    leg = transfer(counter)
    counter.enter()
    counter.say(m.HandOver(), m.Start(Task.VOID))
    assert notice(counter).kind is NoticeKind.NOTHING_TO_VOID, "never the customer before"
    counter.say(m.Start(Task.REFUND), m.Refund(leg.stan.digits))
    body = counter.view().body
    assert isinstance(body, v.RefundBody)
    assert body.not_found


def test_at_the_desk_a_new_card_is_never_thrown_away() -> None:
    """Taking back is no way out where there is none: the number would be gone with it."""
    counter = shop()
    counter.host.moods.append(Mood.ANSWER_LOST)
    leg = transfer(counter)
    counter.restart()
    row = counter.row(leg)
    assert (row.state, row.unconfirmed, row.secret_open) == (State.APPROVED, True, True)
    rule = counter.setup.rule(row.face, row.verb)
    assert actions_for(row, rule) == (DeskAction.KEEP,)


def test_a_card_with_a_reservation_on_it_does_not_end() -> None:
    counter = shop()
    table = counter.setup.capabilities["parpay"]
    verbs = {**table.verbs, Verb.AUTHORIZE: table.verbs[Verb.REDEEM], Verb.CANCEL: table.verbs[Verb.REFUND]}
    counter.setup = replace(
        counter.setup, capabilities={**counter.setup.capabilities, "parpay": replace(table, verbs=verbs)}
    )
    reserve(counter, 30_00, PAR)
    counter.start(Task.TRANSFER)
    counter.swipe(PAR)
    counter.amount(70_00)
    assert not confirm(counter).end_possible
    counter.say(j.EndSource(True))
    assert not confirm(counter).end_source
    for _ in range(3):
        counter.esc()
    combining(counter, PAR, target=PAR_SECOND)
    assert notice(counter).why is v.Why.BUSY


# --- combine ------------------------------------------------------------------------------------------------------


def combining(counter: Counter, *sources: str, target: str = PAR) -> None:
    counter.start(Task.COMBINE)
    counter.swipe(target)
    for number in sources:
        counter.swipe(number)


def sources(counter: Counter) -> v.SourcesBody:
    body = counter.view().body
    assert isinstance(body, v.SourcesBody)
    return body


def test_several_become_one_and_the_others_end() -> None:
    counter = shop()
    combining(counter, PAR_SECOND, PAR_THIRD)
    assert sources(counter).total == nok(65_00)
    assert [row.card.last4 for row in sources(counter).sources] == ["0012", "0013"]
    counter.enter()
    assert confirm(counter).warnings == (Warn.SOURCES_END, Warn.NO_UNDO)
    assert confirm(counter).amount == nok(65_00)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.outcome.balance == nok(165_00)
    assert counter.host.last().source_ids == ("par-2", "par-3")
    assert (counter.balance(PAR), counter.balance(PAR_SECOND), counter.balance(PAR_THIRD)) == (165_00, 0, 0)
    evening(counter)


def test_what_lies_there_is_what_moved_whatever_was_reckoned() -> None:
    counter = shop()
    combining(counter, PAR_SECOND)
    counter.host.accounts[PAR_SECOND].balance = 30_00
    counter.opened_with -= 10_00
    counter.enter()
    counter.enter()
    assert counter.outcome.amount == nok(30_00)
    evening(counter)


def test_no_card_twice_and_none_of_another_backend() -> None:
    counter = shop()
    combining(counter, PAR)
    assert notice(counter).kind is NoticeKind.SAME_CARD
    counter.swipe(PAR_SECOND)
    counter.swipe(PAR_SECOND)
    assert notice(counter).kind is NoticeKind.SAME_CARD
    counter.swipe(WALLET)
    assert notice(counter).kind is NoticeKind.SOURCE_REFUSED
    counter.swipe("7022000000000000099")
    assert notice(counter).kind is NoticeKind.SOURCE_REFUSED
    assert len(sources(counter).sources) == 1
    counter.say(j.DropSource(), j.DropSource())
    assert sources(counter).sources == ()
    counter.enter()
    assert counter.screen is Screen.SOURCES, "nothing is combined with nothing"


def test_a_source_that_the_backend_does_not_name_is_not_taken() -> None:
    counter = shop()
    counter.start(Task.COMBINE)
    counter.swipe(PAR)
    counter.hold = True
    counter.swipe(PAR_SECOND)
    assert sources(counter).asking
    counter.deliver_one(HostPrepared("", nok(40_00)))
    assert notice(counter).kind is NoticeKind.SOURCE_REFUSED
    assert sources(counter).sources == ()


def test_a_source_with_a_payment_still_to_be_told_is_not_taken() -> None:
    counter = shop()
    counter.swipe(PAR_SECOND)
    counter.cut()
    counter.pay(10_00, PAR_SECOND)
    counter.enter()
    counter.hold = True
    counter.join()
    counter.host.moods.append(Mood.REQUEST_LOST)
    counter.deliver()
    combining(counter, PAR_SECOND)
    assert (notice(counter).kind, notice(counter).why) == (NoticeKind.CANT_NOW, v.Why.BUSY)
    counter.retry()
    counter.swipe(PAR_SECOND)
    assert sources(counter).total == nok(30_00)


def test_a_balance_that_is_not_known_is_not_zero() -> None:
    counter = shop()
    counter.start(Task.COMBINE)
    counter.swipe(PAR)
    counter.hold = True
    counter.swipe(PAR_SECOND)
    counter.deliver_one(HostPrepared("par-2", None))
    counter.deliver()
    assert [row.balance for row in sources(counter).sources] == [None]
    counter.enter()
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.outcome.amount == nok(40_00)


def test_another_card_at_the_confirmation_leaves_the_job_and_moves_nothing() -> None:
    counter = shop()
    combining(counter, PAR_SECOND)
    counter.enter()
    assert isinstance(counter.flow, JobFlow)
    counter.swipe(PAR_THIRD)
    assert counter.screen is Screen.SHEET
    assert counter.host.sent == []


def test_the_new_card_screen_names_its_programme() -> None:
    counter = shop()
    transfer(counter)
    counter.enter()
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    assert (body.programme, body.verb, body.amount) == ("Par", Verb.TRANSFER, nok(60_00))
    assert isinstance(counter.flow, NewCardFlow)


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_a_new_card_that_is_heard_of_late_is_put_before_the_cashier_at_once(mood: Mood) -> None:
    """Whoever waits for its number stands at a counter where nothing else is going on."""
    counter = shop()
    counter.host.moods.append(mood)
    transfer(counter)
    counter.enter()
    assert counter.screen is Screen.HOME
    counter.retry()
    assert counter.balance(shown(counter).pan.reveal()) == 60_00
    counter.say(m.HandOver())
    assert counter.screen is Screen.HOME
    evening(counter)


def test_a_new_card_that_is_heard_of_late_takes_no_screen_away() -> None:
    counter = shop()
    counter.host.moods.append(Mood.ANSWER_LOST)
    transfer(counter)
    counter.enter()
    counter.start(Task.PAY)
    counter.retry()
    assert counter.screen is Screen.AMOUNT
    counter.esc()
    assert counter.balance(shown(counter).pan.reveal()) == 60_00


def test_a_till_that_somebody_has_at_its_start_offers_the_new_card_before_anything_else() -> None:
    counter = shop()
    leg = transfer(counter)
    assert counter.row(leg).secret_open
    counter._wake()
    counter.till = replace(counter.till, operator=CASHIER, flow=HomeFlow())  # as a training till begins
    counter.say(m.Recovered())
    assert counter.balance(shown(counter).pan.reveal()) == 60_00
