"""What is paid for before the backend is asked: a printed card, a gift of a new one, a new card of several backends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.card import IssuedSecret, IssuedToken
from app.domain.flow import AmountFlow, ChooseFlow, HomeFlow, NewCardFlow, TenderFlow
from app.domain.host import Cause, Decline, HostApproved, HostRefused, LineHealth
from app.domain.messages import DeskAction, Task
from app.domain.records import TenderKind
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.domain.view import NoticeKind, Screen, Why
from tests.helpers.counter import (
    CASHIER,
    KARI,
    OLA,
    ORDINARY,
    PAR_FACE,
    VAULT_BLANK,
    VAULT_FACE,
    WALLET,
    WALLET_BLANK,
    WALLET_FACE,
    Counter,
    nok,
)
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood


def shop() -> Counter:
    return Counter(further=True)


def notice(counter: Counter) -> v.Notice:
    assert counter.till.notice is not None
    return counter.till.notice


def activating(counter: Counter, number: str = WALLET_BLANK, minor: int = 50_00) -> None:
    """Everything but the tender."""
    counter.start(Task.ACTIVATE)
    counter.swipe(number)
    counter.amount(minor)


def activate(counter: Counter, number: str = WALLET_BLANK, minor: int = 50_00) -> Transaction:
    activating(counter, number, minor)
    counter.cash(minor)
    return counter.last


def void(counter: Counter) -> None:
    counter.enter()
    counter.start(Task.VOID)
    if counter.screen is Screen.VOID:
        counter.enter()


# --- a printed card -----------------------------------------------------------------------------------------------


def test_it_is_paid_for_before_the_backend_hears_of_it() -> None:
    counter = shop()
    activating(counter)
    body = counter.view().body
    assert isinstance(body, v.TenderBody)
    assert (body.due, body.rest, body.kinds) == (nok(50_00), nok(50_00), tuple(TenderKind))
    assert counter.host.sent == []
    counter.cash(50_00)
    kinds = [type(record.body) for record in counter.archive.records]
    assert kinds.index(r.TenderTaken) < kinds.index(r.Opened) < kinds.index(r.RequestSent)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert (counter.balance(WALLET_BLANK), counter.drawer()) == (50_00, 50_00)
    assert counter.outcome.receipt is not None
    assert counter.outcome.receipt.tenders == ((TenderKind.CASH, nok(50_00)),)
    evening(counter)


def test_a_card_that_is_in_use_is_refused_and_its_tender_goes_back() -> None:
    counter = shop()
    leg = activate(counter, WALLET)
    assert (counter.outcome.kind, counter.outcome.give_back) == (v.OutcomeKind.DECLINED, nok(50_00))
    assert counter.row(leg).state is State.DECLINED
    assert counter.drawer() == 0
    assert not counter.archive.open_sales()
    evening(counter)


def test_from_its_sheet_that_says_it_was_not_sold_yet() -> None:
    counter = shop()
    counter.swipe(WALLET_BLANK)
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    assert body.refused is Decline.INACTIVE
    counter.start(Task.ACTIVATE)
    counter.amount(50_00)
    counter.cash(50_00)
    assert counter.balance(WALLET_BLANK) == 50_00


def test_it_is_taken_back_where_the_backend_can_and_the_drawer_pays() -> None:
    counter = shop()
    leg = activate(counter)
    void(counter)
    assert counter.row(leg).state is State.REVERSED
    assert (counter.balance(WALLET_BLANK), counter.drawer()) == (0, 0)
    assert counter.outcome.give_back == nok(50_00)
    evening(counter)


def test_where_there_is_no_way_back_it_says_so() -> None:
    counter = shop()
    activate(counter, VAULT_BLANK)
    void(counter)
    assert notice(counter).kind is NoticeKind.NO_UNDO
    assert (counter.balance(VAULT_BLANK), counter.drawer()) == (50_00, 50_00)
    evening(counter)


@pytest.mark.parametrize(
    ("action", "drawer"),
    [(DeskAction.MONEY_GIVEN_BACK, 0), (DeskAction.OTHER_TENDER, 50_00), (DeskAction.WRITTEN_OFF, 50_00)],
)
@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_one_that_is_made_once_is_settled_by_a_person_and_so_is_its_tender(
    mood: Mood, action: DeskAction, drawer: int
) -> None:
    counter = shop()
    counter.host.moods.append(mood)
    leg = activate(counter, VAULT_BLANK)
    assert counter.row(leg).state is State.ATTENTION
    assert counter.drawer() == 50_00
    counter.enter()
    counter.manager()
    counter.say(m.Decide(leg.id, action, "asked at the vendor's"))
    assert counter.drawer() == drawer
    assert not counter.archive.open_sales()
    evening(counter)


def test_given_up_while_it_is_under_way_at_a_backend_without_an_undo() -> None:
    counter = shop()
    activating(counter, VAULT_BLANK)
    counter.hold = True
    counter.cash(50_00)
    counter.esc()
    counter.deliver()
    leg = counter.last
    assert (counter.row(leg).state, counter.row(leg).at_desk) == (State.ATTENTION, True)
    assert counter.drawer() == 50_00, "the card has its value; a person settles it with the customer"
    counter.enter()
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.MONEY_GIVEN_BACK))
    assert counter.drawer() == 0
    evening(counter)


def test_a_card_that_can_not_be_loaded_is_told_before_anybody_pays() -> None:
    counter = shop()
    counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(30_00)))
    counter.swipe(VAULT_BLANK)
    assert counter.screen is Screen.AWAIT_CARD
    assert (notice(counter).kind, notice(counter).why) == (NoticeKind.CANT_NOW, Why.NOT_AT_BACKEND)
    counter.swipe(ORDINARY)
    assert isinstance(counter.flow, TenderFlow)
    counter.cash(30_00)
    assert counter.balance(ORDINARY) == 130_00


# --- half paid ----------------------------------------------------------------------------------------------------


def test_half_paid_it_waits_over_other_work_and_another_cashier() -> None:
    counter = shop()
    activating(counter)
    counter.cash(20_00)
    counter.say(m.Start(Task.QUEUE), m.Back())
    assert isinstance(counter.flow, TenderFlow)
    counter.say(m.Start(Task.PAY))
    assert isinstance(counter.flow, TenderFlow), "what is half paid is shown"
    counter.say(m.Lock())
    counter.sign_in(CASHIER)
    body = counter.view().body
    assert isinstance(body, v.TenderBody)
    assert body.rest == nok(30_00)
    counter.slip(30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.balance(WALLET_BLANK) == 50_00
    evening(counter)


def test_half_paid_and_left_it_goes_back_and_is_told() -> None:
    counter = shop()
    activating(counter)
    counter.cash(20_00)
    counter.esc()
    assert (notice(counter).kind, notice(counter).amount) == (NoticeKind.TENDER_BACK, nok(20_00))
    assert counter.drawer() == 0
    assert counter.till.job is None


def test_half_paid_when_the_power_goes_it_goes_back_and_is_told() -> None:
    counter = shop()
    activating(counter)
    counter.cash(20_00)
    counter.restart()
    assert (notice(counter).kind, notice(counter).amount) == (NoticeKind.TENDER_BACK, nok(20_00))
    assert counter.drawer() == 0
    assert isinstance(counter.flow, HomeFlow)


def test_half_paid_it_is_not_forgotten_over_a_refund() -> None:
    counter = shop()
    leg = counter.pay(10_00, ORDINARY)
    counter.enter()
    activating(counter)
    counter.cash(20_00)
    stan = leg.stan.digits
    counter.say(m.Start(Task.REFUND), m.Refund(stan), m.Refund(stan, nok(10_00)))
    assert counter.outcome.verb is Verb.REFUND
    counter.enter()
    assert isinstance(counter.flow, TenderFlow)
    counter.cash(30_00)
    assert counter.balance(WALLET_BLANK) == 50_00


def test_more_than_is_due_is_not_taken() -> None:
    counter = shop()
    activating(counter)
    counter.cash(20_00)
    counter.cash(100_00)
    assert counter.drawer() == 50_00


# --- a gift of a new card -----------------------------------------------------------------------------------------


def gifting(counter: Counter, minor: int = 50_00) -> None:
    counter.start(Task.GIFT_NEW)
    counter.type(OLA, KARI)
    counter.amount(minor)


def test_a_gift_names_the_purchase_that_paid_for_it() -> None:
    counter = shop()
    gifting(counter)
    body = counter.view().body
    assert isinstance(body, v.TenderBody)
    assert (body.kinds, body.reference_needed) == ((TenderKind.BANK_CARD,), True)
    counter.slip(50_00, "  POS-4711 ")
    request = counter.host.last()
    assert (request.verb, request.funding, request.customer, request.recipient) == (Verb.GIFT, "POS-4711", OLA, KARI)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.drawer() == 50_00
    evening(counter)


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        (TenderKind.CASH, "POS-4711"),
        (TenderKind.OTHER, "POS-4711"),
        (TenderKind.BANK_CARD, ""),
        (TenderKind.BANK_CARD, "   "),
        (TenderKind.BANK_CARD, "POS\x1b4711"),
    ],
)
def test_nothing_else_pays_for_it(kind: TenderKind, reference: str) -> None:
    counter = shop()
    gifting(counter)
    counter.say(m.TakeTender(kind, nok(50_00), reference))
    assert isinstance(counter.flow, TenderFlow)
    assert counter.drawer() == 0
    assert counter.host.sent == []


def test_a_gift_that_is_declined_gives_its_tender_back() -> None:
    counter = shop()
    gifting(counter)
    counter.host.moods.append(HostRefused(Decline.NOT_FOUND, 404))
    counter.slip(50_00)
    assert (counter.outcome.kind, counter.outcome.give_back) == (v.OutcomeKind.DECLINED, nok(50_00))
    assert counter.drawer() == 0
    evening(counter)


def test_a_gift_is_sent_and_there_is_no_way_back() -> None:
    counter = shop()
    gifting(counter)
    counter.slip(50_00)
    void(counter)
    assert notice(counter).kind in (NoticeKind.NO_UNDO, NoticeKind.NOTHING_TO_VOID)
    assert counter.drawer() == 50_00


@pytest.mark.parametrize("booked", [True, False])
def test_after_a_crash_a_gift_is_repeated_with_all_it_said(*, booked: bool) -> None:
    counter = shop()
    gifting(counter)
    counter.hold = True
    counter.slip(50_00, "POS-4711")
    if booked:
        counter.host.answer(counter.wire[0])
    counter.hold = False
    counter.restart()
    assert counter.host.last().repeat
    assert counter.host.last().funding == "POS-4711"
    assert counter.last.state is State.APPROVED
    gifts = [account for account in counter.host.accounts.values() if account.keepers == (KARI,)]
    assert [account.balance for account in gifts] == [50_00]
    evening(counter)


# --- a new card ---------------------------------------------------------------------------------------------------


def selling(counter: Counter, programme: str, minor: int = 200_00) -> Transaction:
    counter.start(Task.SELL)
    assert isinstance(counter.flow, ChooseFlow)
    counter.say(m.PickProgramme(programme), m.AmountEntered(nok(minor)))
    counter.cash(minor)
    return counter.last


def test_whose_card_is_sold_is_asked_where_several_make_them() -> None:
    counter = shop()
    counter.start(Task.SELL)
    body = counter.view().body
    assert isinstance(body, v.PickProgrammeBody)
    assert (body.last4, body.programmes) == ("", ("Gift", "Par", "Wallet", "Vault"))
    counter.say(m.PickProgramme("nobody"))
    assert isinstance(counter.flow, ChooseFlow)
    counter.say(m.PickProgramme("Wallet"))
    assert isinstance(counter.flow, AmountFlow)
    counter.esc()
    assert isinstance(counter.flow, HomeFlow)
    assert not counter.archive.sales


@pytest.mark.parametrize(("programme", "face"), [("Gift", "swedbankpay"), ("Par", PAR_FACE), ("Wallet", WALLET_FACE)])
def test_an_empty_card_of_the_chosen_one_is_made_and_filled(programme: str, face: str) -> None:
    counter = shop()
    leg = selling(counter, programme)
    assert (leg.face, counter.row(leg).state) == (face, State.APPROVED)
    counter.enter()
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    assert isinstance(body.secret, IssuedSecret)
    assert (body.programme, body.verb) == (programme, Verb.ISSUE)
    assert counter.balance(body.secret.pan.reveal()) == 200_00
    counter.say(m.HandOver())
    evening(counter)


def test_a_card_that_is_an_address_comes_in_one_call_and_is_handed_over() -> None:
    counter = shop()
    leg = selling(counter, "Vault")
    assert [(request.verb, request.amount) for request in counter.host.sent] == [(Verb.ISSUE, nok(200_00))]
    assert [request.verb for request in counter.host.asked] == []
    assert counter.outcome.new_card
    counter.enter()
    body = counter.view().body
    assert isinstance(body, v.NewCardBody)
    assert isinstance(body.secret, IssuedToken)
    assert body.secret.url.startswith("https://")
    assert (body.programme, body.amount) == ("Vault", nok(200_00))
    counter.restart()
    assert isinstance(counter.flow, NewCardFlow)
    counter.say(m.HandOver())
    assert not counter.archive.sealed
    assert counter.row(leg).state is State.APPROVED
    evening(counter)


def test_an_address_that_was_not_told_is_left_to_a_person() -> None:
    counter = shop()
    counter.host.moods.append(HostApproved("H1", "new-1", nok(200_00)))
    leg = selling(counter, "Vault")
    assert counter.outcome.missing
    assert counter.row(leg).at_desk
    assert counter.drawer() == 200_00
    counter.enter()
    assert isinstance(counter.flow, HomeFlow)


@pytest.mark.parametrize("mood", [Mood.DECLINED, Mood.NEVER_LEFT, Mood.CONFIGURATION])
def test_no_card_no_money(mood: Mood) -> None:
    counter = shop()
    counter.host.moods.append(mood)
    selling(counter, "Vault")
    assert counter.outcome.give_back == nok(200_00)
    assert counter.drawer() == 0
    evening(counter)


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_silence_at_a_card_that_is_made_once_is_a_persons_to_settle(mood: Mood) -> None:
    counter = shop()
    counter.host.moods.append(mood)
    leg = selling(counter, "Vault")
    counter.enter()
    counter.restart()
    counter.retry()
    assert len(counter.host.sent) == 1
    assert counter.row(leg).state is State.ATTENTION
    counter.say(m.Start(Task.QUEUE), m.Decide(leg.id, DeskAction.MONEY_GIVEN_BACK))
    assert counter.drawer() == 0
    evening(counter)


@pytest.mark.parametrize("reach", ["ready", "wire"])
def test_the_power_goes_at_a_card_that_is_made_once(reach: str) -> None:
    counter = shop()
    counter.start(Task.SELL)
    counter.say(m.PickProgramme("Vault"), m.AmountEntered(nok(200_00)))
    counter.hold = True
    if reach == "ready":
        counter.commit_only(m.TakeTender(TenderKind.CASH, nok(200_00)))
    else:
        counter.cash(200_00)
    counter.hold = False
    counter.restart()
    if reach == "ready":
        assert counter.last.state is State.CANCELLED
        assert (notice(counter).kind, counter.drawer()) == (NoticeKind.TENDER_BACK, 0)
    else:
        assert counter.last.state is State.ATTENTION
        assert counter.drawer() == 200_00
    evening(counter)


def test_nothing_is_sold_where_no_backend_makes_cards() -> None:
    counter = shop()
    backends = {
        face: replace(table, verbs={verb: rule for verb, rule in table.verbs.items() if verb is not Verb.ISSUE})
        for face, table in counter.setup.capabilities.items()
    }
    counter.setup = replace(counter.setup, capabilities=backends)
    counter.start(Task.SELL)
    assert isinstance(counter.flow, HomeFlow)
    assert (notice(counter).kind, notice(counter).why) == (NoticeKind.CANT_NOW, Why.NOT_AT_BACKEND)


def test_one_backend_down_does_not_keep_the_others_from_selling() -> None:
    counter = shop()
    counter.say(m.HealthChanged(VAULT_FACE, LineHealth(False, cause=Cause.CONNECT)))
    counter.start(Task.SELL)
    counter.say(m.PickProgramme("Vault"))
    assert isinstance(counter.flow, ChooseFlow)
    assert notice(counter).why is Why.LINE_DOWN
    selling(counter, "Par")
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
