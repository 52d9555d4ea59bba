"""A box of printed cards: each a transaction of its own, paid for at once, through whatever happens in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.flow import RangeFlow
from app.domain.host import Cause, Decline, HostRefused, LineHealth
from app.domain.job import MOST_IN_RANGE
from app.domain.messages import DeskAction, Task
from app.domain.ranges import luhn
from app.domain.sale import Sale
from app.domain.transaction import State, Transaction
from app.domain.verb import UNDOES, Verb
from app.domain.view import NoticeKind, Screen
from tests.helpers.backends import WALLET_RANGE
from tests.helpers.counter import BANK, CASHIER, ORDINARY, VAULT_FACE, WALLET_FACE, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Account, Mood
from tests.helpers.power import MOST_COMMITS, PLACES, Fragile, PowerCut, every_cut
from tests.helpers.walks import BOX, box

EACH = 10_00


def answered(counter: Counter, cards: int = BOX) -> None:
    """A manager has answered everything; the tender is next."""
    counter.manager()
    box(cards)(counter)
    counter.start(Task.RANGE)
    counter.say(m.PickProgramme("Wallet"))
    counter.type("BOX1-0001", f"BOX1-{cards:04d}")
    counter.amount(EACH)
    counter.enter()


def activate(counter: Counter, cards: int = BOX) -> list[Transaction]:
    answered(counter, cards)
    counter.cash(EACH * cards)
    return legs(counter)


def shop(cards: int = BOX) -> Counter:
    counter = Counter(further=True)
    answered(counter, cards)
    return counter


def legs(counter: Counter) -> list[Transaction]:
    return [row for row in counter.archive.rows.values() if row.verb is Verb.ACTIVATE]


def the_sale(counter: Counter) -> Sale:
    [sale] = counter.archive.sales.values()
    return sale


def closings(counter: Counter) -> int:
    return sum(isinstance(record.body, r.SaleClosed) for record in counter.archive.records)


def seen(counter: Counter) -> v.RangeBody:
    counter.till = replace(counter.till, flow=RangeFlow(the_sale(counter).id))
    body = counter.view().body
    assert isinstance(body, v.RangeBody)
    return body


def states(counter: Counter) -> list[State]:
    return [leg.state for leg in legs(counter)]


def boxed(counter: Counter, cards: int = BOX) -> list[int]:
    named = {account.id: account.balance for account in counter.host.accounts.values()}
    return [named[f"BOX1-{place:04d}"] for place in range(1, cards + 1)]


# --- a good day ---------------------------------------------------------------------------------------------------


def test_a_whole_box_gets_its_value_in_order_and_once() -> None:
    counter = Counter(further=True)
    activate(counter, MOST_IN_RANGE)
    assert boxed(counter, MOST_IN_RANGE) == [EACH] * MOST_IN_RANGE
    assert [request.account_id for request in counter.host.sent] == [
        f"BOX1-{place:04d}" for place in range(1, MOST_IN_RANGE + 1)
    ]
    assert counter.drawer() == EACH * MOST_IN_RANGE
    assert (the_sale(counter).closed, the_sale(counter).abandoned, closings(counter)) == (True, False, 1)
    body = counter.view().body
    assert isinstance(body, v.RangeBody)
    assert (body.count, body.done, body.refused, body.waiting, body.over) == (200, 200, 0, 0, True)
    counter.enter()
    evening(counter)


def test_the_box_is_one_slip_of_paper() -> None:
    """Two hundred slips are no receipt: one says how many cards there are and what they are worth together."""
    counter = Counter(further=True)
    activate(counter)
    assert len(counter.printed) == 1
    counter.say(m.ShowReceipt(counter.printed[0]))
    body = counter.view().body
    assert isinstance(body, v.ReceiptBody)
    assert (body.receipt.count, body.receipt.amount) == (BOX, nok(EACH * BOX))


def test_the_counter_is_free_while_the_box_is_worked_through() -> None:
    counter = shop()
    counter.hold = True
    counter.cash(EACH * BOX)
    assert counter.screen is Screen.RANGE
    counter.enter()
    counter.hold = False
    waiting = list(counter.wire)
    counter.wire.clear()
    counter.pay(10_00, ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    counter.enter()
    counter.wire.extend(waiting)
    counter.run()
    assert boxed(counter) == [EACH] * BOX


# --- the line -----------------------------------------------------------------------------------------------------


def test_what_never_left_waits_for_its_turn_and_goes() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.GOOD, Mood.NEVER_LEFT, Mood.NEVER_LEFT])
    counter.cash(EACH * BOX)
    assert states(counter).count(State.APPROVED) == BOX - 2
    assert not the_sale(counter).closed
    counter.retry()
    assert boxed(counter) == [EACH] * BOX
    assert closings(counter) == 1
    evening(counter)


@pytest.mark.parametrize("down", ["cut", "lamp"])
def test_the_line_falls_in_the_middle_and_the_rest_waits_for_it(down: str) -> None:
    counter = shop()
    counter.hold = True
    counter.cash(EACH * BOX)
    counter.deliver_one()
    counter.deliver_one()
    if down == "cut":
        counter.cut()
    else:
        counter.say(m.HealthChanged(WALLET_FACE, LineHealth(False, cause=Cause.CONNECT)))
        counter.host.moods.extend([Mood.NEVER_LEFT] * BOX)
    counter.deliver()
    assert states(counter).count(State.APPROVED) == 2
    assert states(counter).count(State.READY) == BOX - 2
    assert counter.drawer() == EACH * BOX, "it is paid for, and not through"
    body = seen(counter)
    assert (body.done, body.waiting, body.over, body.given_back) == (2, BOX - 2, False, None)
    assert (counter.view().strip.queue.count, counter.view().strip.queue.amount) == (BOX - 2, nok(EACH * (BOX - 2)))
    counter.host.moods.clear()
    if down == "cut":
        counter.join()
    else:
        counter.say(m.HealthChanged(WALLET_FACE, LineHealth(True, 20)))
    counter.retry()
    assert boxed(counter) == [EACH] * BOX
    assert closings(counter) == 1
    evening(counter)


def test_paid_for_while_the_line_is_down_it_waits_as_a_whole() -> None:
    counter = shop()
    counter.cut()
    counter.cash(EACH * BOX)
    assert counter.screen is Screen.RANGE
    assert states(counter) == [State.READY] * BOX
    counter.restart()  # and the line is back
    assert boxed(counter) == [EACH] * BOX
    evening(counter)


def test_silence_in_the_middle_holds_up_nobody_else() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.GOOD, Mood.ANSWER_LOST, Mood.REQUEST_LOST])
    counter.cash(EACH * BOX)
    assert states(counter).count(State.UNKNOWN) == 2
    body = counter.view().body
    assert isinstance(body, v.RangeBody)
    assert [row.checking for row in body.problems] == [True, True]
    counter.retry()
    assert boxed(counter) == [EACH] * BOX
    assert closings(counter) == 1
    evening(counter)


# --- refused ------------------------------------------------------------------------------------------------------


def test_those_that_are_refused_get_their_money_back_and_the_sale_closes_once() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.DECLINED, Mood.GOOD, HostRefused(Decline.INACTIVE, 400)])
    counter.cash(EACH * BOX)
    assert counter.drawer() == EACH * (BOX - 2)
    assert (the_sale(counter).closed, the_sale(counter).abandoned, closings(counter)) == (True, False, 1)
    body = counter.view().body
    assert isinstance(body, v.RangeBody)
    assert (body.done, body.refused, body.given_back) == (BOX - 2, 2, nok(2 * EACH))
    assert [row.reason for row in body.problems] == [Decline.BLOCKED, Decline.INACTIVE]
    assert told(counter) is None, "its own screen says what goes back"
    evening(counter)


def test_whoever_has_left_the_box_is_told_what_goes_back() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.DECLINED])
    counter.hold = True
    counter.cash(EACH * BOX)
    counter.enter()
    assert counter.screen is Screen.HOME
    counter.deliver()
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.amount) == (NoticeKind.TENDER_BACK, nok(EACH))


def test_all_refused_is_no_sale() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.DECLINED] * BOX)
    counter.cash(EACH * BOX)
    assert counter.drawer() == 0
    assert (the_sale(counter).abandoned, closings(counter)) == (True, 1)
    assert counter.printed == []
    evening(counter)


def test_a_wrong_configuration_gives_everything_back() -> None:
    counter = shop()
    counter.host.moods.extend([Mood.CONFIGURATION] * BOX)
    counter.cash(EACH * BOX)
    assert states(counter) == [State.CANCELLED] * BOX
    assert counter.drawer() == 0
    evening(counter)


# --- a person -----------------------------------------------------------------------------------------------------


def test_those_that_were_not_sent_can_be_called_off() -> None:
    counter = shop()
    counter.hold = True
    counter.cash(EACH * BOX)
    counter.deliver_one()
    counter.cut()
    counter.deliver()
    waiting = [leg for leg in legs(counter) if leg.state is State.READY]
    counter.start(Task.QUEUE)
    body = counter.view().body
    assert isinstance(body, v.QueueBody)
    assert {row.actions for row in body.rows} == {(DeskAction.REVERSE,)}
    for leg in waiting[:2]:
        counter.say(m.Decide(leg.id, DeskAction.REVERSE))
    assert [counter.row(leg).state for leg in waiting[:2]] == [State.CANCELLED] * 2
    assert not the_sale(counter).closed
    counter.join()
    assert boxed(counter).count(EACH) == BOX - 2
    assert counter.drawer() == EACH * (BOX - 2)
    assert closings(counter) == 1
    evening(counter)


@pytest.mark.parametrize(
    ("action", "kept"),
    [(DeskAction.MONEY_GIVEN_BACK, 0), (DeskAction.OTHER_TENDER, 1), (DeskAction.WRITTEN_OFF, 1)],
)
def test_one_in_doubt_is_closed_by_a_person_and_one_refused_is_paid_back(action: DeskAction, kept: int) -> None:
    counter = Counter(further=True, proves=False)
    answered(counter)
    counter.host.moods.extend([Mood.REQUEST_LOST, Mood.DECLINED])
    counter.cash(EACH * BOX)
    counter.host.moods.append(HostRefused(Decline.FORBIDDEN, 403))
    counter.retry()
    doubtful = legs(counter)[0]
    assert doubtful.state is State.ATTENTION
    assert (the_sale(counter).closed, counter.drawer()) == (False, EACH * BOX)
    counter.say(m.Start(Task.QUEUE), m.Decide(doubtful.id, action, "asked"))
    assert counter.drawer() == EACH * (BOX - 2 + kept)
    assert closings(counter) == 1
    evening(counter)


def test_the_last_of_the_box_can_be_voided_and_its_money_goes_back() -> None:
    counter = Counter(further=True)
    activate(counter)
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())
    assert boxed(counter) == [EACH] * (BOX - 1) + [0]
    assert counter.drawer() == EACH * (BOX - 1)
    assert counter.outcome.give_back == nok(EACH)
    evening(counter)


@pytest.mark.parametrize("how", ["void", "refund"])
def test_one_that_was_given_back_before_the_box_was_through_is_not_paid_for_twice(how: str) -> None:
    counter = shop()
    counter.host.moods.extend([Mood.DECLINED, Mood.REQUEST_LOST])
    counter.cash(EACH * BOX)
    counter.enter()
    last = legs(counter)[-1]
    if how == "void":
        counter.say(m.Start(Task.VOID), m.Confirm())
    else:
        stan = last.stan.digits
        counter.say(m.Start(Task.REFUND), m.Refund(stan), m.Refund(stan, nok(EACH)))
    assert counter.drawer() == EACH * (BOX - 1)
    assert not the_sale(counter).closed
    counter.retry()
    assert counter.drawer() == EACH * (BOX - 2)
    assert closings(counter) == 1
    evening(counter)


# --- the power ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_the_power_goes_at_every_commit_of_a_box(place: str) -> None:
    def make() -> Fragile:
        counter = Fragile(further=True)
        answered(counter)
        return counter

    def act(counter: Fragile) -> None:
        counter.host.moods.extend([Mood.GOOD, Mood.DECLINED, Mood.ANSWER_LOST])
        counter.cash(EACH * BOX)
        counter.retry()

    for counter in every_cut(make, act, place):
        after_the_cut(counter, BOX)


@pytest.mark.parametrize("place", PLACES)
def test_the_power_goes_in_a_full_box(place: str) -> None:
    def make() -> Fragile:
        counter = Fragile(further=True)
        answered(counter, MOST_IN_RANGE)
        return counter

    counter = make()
    counter.cut_power_at(MOST_IN_RANGE, place)
    with pytest.raises(PowerCut):
        counter.cash(EACH * MOST_IN_RANGE)
    counter.cut_power_at(MOST_COMMITS, "")
    counter.restart()
    after_the_cut(counter, MOST_IN_RANGE)


def after_the_cut(counter: Fragile, cards: int) -> None:
    """All of the box or nothing of it: whatever was paid for goes on by itself."""
    if not counter.archive.rows:
        assert boxed(counter, cards) == [0] * cards
        assert counter.drawer() == 0
        return
    assert (counter.screen is Screen.RANGE) is not the_sale(counter).closed
    for _ in range(3):
        counter.retry()
    done = boxed(counter, cards).count(EACH)
    refused = states(counter).count(State.DECLINED)
    assert done + refused == cards
    assert counter.drawer() == EACH * done
    assert closings(counter) == 1
    assert len(legs(counter)) == cards
    assert not any(row.at_desk for row in counter.book), "nobody has to keep what was paid for"


def test_after_a_restart_the_box_is_shown_and_what_came_of_it() -> None:
    counter = shop()
    counter.hold = True
    counter.cash(EACH * BOX)
    counter.restart(None)
    counter.sign_in(CASHIER)
    assert counter.screen is Screen.RANGE
    counter.deliver()
    counter.enter()
    assert counter.view().screen is Screen.HOME


# --- which cards --------------------------------------------------------------------------------------------------


def asks_for_ends(programme: str) -> Counter:
    counter = Counter(further=True)
    counter.manager()
    counter.start(Task.RANGE)
    counter.say(m.PickProgramme(programme))
    return counter


def wrong(counter: Counter) -> bool:
    body = counter.view().body
    return isinstance(body, v.QuestionBody) and body.wrong


@pytest.mark.parametrize("first", ["BOX", "", "1" * 65, "BOX1-000x", "BØX1", "\uff14\uff12"])
def test_no_first_card(first: str) -> None:
    counter = asks_for_ends("Wallet")
    counter.type(first)
    assert wrong(counter)
    assert counter.screen is Screen.QUESTION


@pytest.mark.parametrize(
    "last", ["BOX1-0000", "BOX2-0002", "BOX1-002", "BOX1-0202", "BOX1-00010", "", "BOX1-", "box1-0002"]
)
def test_no_last_card(last: str) -> None:
    counter = asks_for_ends("Wallet")
    counter.type("BOX1-0001", last)
    assert wrong(counter)


@pytest.mark.parametrize(("last", "count"), [("BOX1-0001", 1), ("BOX1-0200", 200), (" BOX1-0010 ", 10)])
def test_how_many_it_is(last: str, count: int) -> None:
    counter = asks_for_ends("Wallet")
    counter.type("BOX1-0001", last)
    counter.amount(EACH)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert (body.count, body.each, body.amount) == (count, nok(EACH), nok(EACH * count))


def numbers(count: int, *, checked: bool, programme: str = "704400") -> list[str]:
    bodies = [f"{programme}00000000{place:04d}" for place in range(7, 7 + count)]
    return [body + luhn(body) for body in bodies] if checked else [f"{body}" for body in bodies]


@pytest.mark.parametrize("checked", [True, False], ids=["luhn", "plain"])
def test_a_box_by_numbers_is_activated_card_by_card(*, checked: bool) -> None:
    counter = asks_for_ends("Vault")
    printed = numbers(4, checked=checked)
    for number in printed:
        counter.host.accounts[number] = Account(0, id=f"v-{number[-5:]}", face=VAULT_FACE, active=False)
    counter.type(f"{printed[0][:4]} {printed[0][4:]}", printed[-1])
    counter.amount(EACH)
    counter.enter()
    counter.cash(EACH * 4)
    assert [counter.balance(number) for number in printed] == [EACH] * 4
    assert [request.card.pan.reveal() for request in counter.host.sent if request.card] == printed
    assert not counter.archive.sealed
    assert {leg.card.programme for leg in legs(counter) if leg.card} == {"Vault"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("7044000000000007", "7044000000000003"),
        ("7044000000000007", "70440000000000099"),
        ("7044000000000007", "7044000000000300"),
        ("7044000000000007", "7055000000000008"),
    ],
    ids=["backwards", "longer", "too many", "another programme"],
)
def test_no_row_of_numbers(first: str, last: str) -> None:
    counter = asks_for_ends("Vault")
    counter.type(first, last)
    assert wrong(counter)


@pytest.mark.parametrize("first", ["4111111111111111", "7033000000000000021", "704400000007", "7044000000000000000000"])
def test_no_number_of_this_backend(first: str) -> None:
    counter = asks_for_ends("Vault")
    counter.type(first)
    assert wrong(counter)


def test_the_ends_of_a_row_are_shown_instead_of_typed() -> None:
    counter = asks_for_ends("Vault")
    printed = numbers(3, checked=True)
    for number in printed:
        counter.host.accounts[number] = Account(0, id=f"v-{number[-5:]}", face=VAULT_FACE, active=False)
    counter.swipe(printed[0])
    assert not wrong(counter)
    counter.scan(printed[-1])
    counter.amount(EACH)
    counter.enter()
    counter.cash(EACH * 3)
    assert [counter.balance(number) for number in printed] == [EACH] * 3


def test_a_card_of_another_backend_ends_no_row() -> None:
    counter = asks_for_ends("Vault")
    counter.swipe(ORDINARY)
    assert counter.screen is Screen.SHEET, "it opens its own sheet, as from any screen"


def told(counter: Counter) -> NoticeKind | None:
    return counter.till.notice.kind if counter.till.notice else None


def test_a_scanned_label_names_an_unsold_card_and_a_bank_card_does_not() -> None:
    counter = asks_for_ends("Wallet")
    counter.scan(BANK)
    assert told(counter) is NoticeKind.CARD_REFUSED
    counter.type(BANK)
    assert told(counter) is NoticeKind.NUMBER_TYPED
    assert counter.screen is Screen.QUESTION
    counter.scan("BOX1-0001")
    counter.scan("BOX1-0003")
    counter.amount(EACH)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert body.count == 3


def test_a_number_of_the_backends_other_programme_is_its_own() -> None:
    counter = Counter(further=True)
    backends = counter.setup.capabilities
    by_number = replace(backends[WALLET_FACE], blanks_by_id=False)
    counter.setup = replace(counter.setup, capabilities={**backends, WALLET_FACE: by_number})
    printed = numbers(2, checked=False, programme="703311")
    for number in printed:
        counter.host.accounts[number] = Account(0, id=f"w-{number[-4:]}", face=WALLET_FACE, active=False)
    counter.manager()
    counter.start(Task.RANGE)
    counter.say(m.PickProgramme("Wallet"))
    counter.type(*printed)
    counter.amount(EACH)
    counter.enter()
    counter.cash(EACH * 2)
    assert [leg.card.programme for leg in legs(counter) if leg.card] == ["Second wallet"] * 2
    assert [counter.balance(number) for number in printed] == [EACH] * 2


def test_a_box_with_a_stopped_card_is_not_sold() -> None:
    counter = asks_for_ends("Vault")
    printed = numbers(4, checked=False)
    counter.esc()
    counter.esc()
    counter.start(Task.STOP)
    counter.swipe(printed[2])
    counter.type("stolen in June")
    counter.start(Task.RANGE)
    counter.say(m.PickProgramme("Vault"))
    counter.type(printed[0], printed[-1])
    assert counter.screen is Screen.QUESTION
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, v.Why.CARD_STOPPED)
    counter.type(printed[1])
    assert counter.view().screen is Screen.AMOUNT


def test_undos_are_no_cards_of_the_box() -> None:
    counter = Counter(further=True)
    activate(counter)
    counter.enter()
    counter.say(m.Start(Task.VOID), m.Confirm())
    body = seen(counter)
    assert body.count == BOX
    assert (body.done, body.refused) == (BOX - 1, 1)
    assert any(row.verb in UNDOES for row in counter.archive.rows.values())


def test_a_row_that_is_no_row_can_not_be_confirmed() -> None:
    counter = asks_for_ends("Wallet")
    counter.type("BOX1-0001")
    counter.say(m.Confirm(), j.TextEntered("\x07"))
    assert wrong(counter)


def test_one_blank_out_of_the_list_of_all_cards_is_sold_by_its_id() -> None:
    counter = Counter(further=True)
    counter.manager()
    box(1)(counter)
    counter.start(Task.ALL_CARDS)
    counter.say(m.PickProgramme("Wallet"))
    counter.say(j.PickStored("BOX1-0001"))
    counter.start(Task.ACTIVATE)
    counter.amount(50_00)
    counter.cash(50_00)
    assert (counter.last.verb, counter.last.state) == (Verb.ACTIVATE, State.APPROVED)
    assert counter.host.accounts[f"{WALLET_RANGE}0001"[-19:]].balance == 50_00
    assert counter.drawer() == 50_00
    evening(counter)


def test_a_kept_card_of_a_service_that_knows_blanks_by_number_must_be_at_hand() -> None:
    counter = Counter(further=True)
    counter.manager()
    counter.start(Task.ALL_CARDS)
    counter.say(m.PickProgramme("Vault"))
    body = counter.view().body
    assert isinstance(body, v.CardsBody)
    counter.say(j.PickStored(body.cards[0].id))
    counter.start(Task.ACTIVATE)
    assert counter.till.notice is not None
    assert counter.till.notice.why is v.Why.CARD_ONLY
