"""Cards that a backend keeps: a customer's list, what is chosen from it, and what is done by the id alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.card import EntryMode
from app.domain.flow import CardsFlow, HomeFlow, SheetFlow
from app.domain.host import Cause, Decline, HostDeclined, HostListed, HostNotSent, HostRefused, HostSilent, StoredCard
from app.domain.messages import Task
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import NoticeKind, Screen, TaskView, Why
from tests.helpers.counter import KARI, OLA, ORDINARY, PAR, PAR_FACE, VAULT, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.ledger import Account, Mood


def shop() -> Counter:
    return Counter(further=True)


def cards(counter: Counter) -> v.CardsBody:
    body = counter.view().body
    assert isinstance(body, v.CardsBody)
    return body


def sheet(counter: Counter) -> v.SheetBody:
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    return body


def ola(counter: Counter, backend: str = "Par") -> None:
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme(backend))
    counter.type(OLA)


# --- the list -----------------------------------------------------------------------------------------------------


def test_a_customers_cards_are_listed_and_nothing_is_written_down() -> None:
    counter = shop()
    ola(counter)
    body = cards(counter)
    assert (body.backend, body.customer, body.task) == ("PAR Pay", OLA, None)
    assert [(card.id, card.last4, card.balance) for card in body.cards] == [("par-1", PAR[-4:], nok(100_00))]
    assert (body.more, body.asking, body.refused) == (False, False, None)
    assert not counter.archive.records[1:]


def test_whose_list_it_is_is_a_question_where_several_keep_cards() -> None:
    counter = shop()
    counter.start(Task.CUSTOMER)
    body = counter.view().body
    assert isinstance(body, v.PickProgrammeBody)
    assert body.programmes == ("Par", "Wallet", "Vault")


def test_nobody_has_no_cards() -> None:
    counter = shop()
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    counter.type("nobody@example.no")
    assert cards(counter).cards == ()
    counter.esc()
    assert counter.screen is Screen.QUESTION
    body = counter.view().body
    assert isinstance(body, v.QuestionBody)
    assert body.suggested == "nobody@example.no"


def test_pages_come_one_by_one_and_end() -> None:
    counter = shop()
    counter.host.page = 2
    for place in range(5):
        counter.host.accounts[f"70220090000000{place:05d}"] = Account(
            1_00, id=f"more-{place}", face=PAR_FACE, keepers=(KARI,)
        )
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    counter.type(KARI)
    assert (len(cards(counter).cards), cards(counter).more) == (2, True)
    counter.say(j.MoreCards(), j.MoreCards())
    assert (len(cards(counter).cards), cards(counter).more) == (5, False)
    asked = len(counter.host.asked)
    counter.say(j.MoreCards())
    assert len(counter.host.asked) == asked


def test_a_page_without_anything_new_is_the_last_whatever_it_says() -> None:
    counter = shop()
    ola(counter)
    known = cards(counter).cards
    counter.hold = True
    counter.say(m.Back())
    counter.type(OLA)
    counter.deliver_one(HostListed(known, "again"))
    assert cards(counter).more
    counter.say(j.MoreCards())
    counter.deliver_one(HostListed((*known, StoredCard("", "0000", "nameless", None)), "again"))
    assert not cards(counter).more
    assert cards(counter).cards == known


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (HostNotSent(Cause.TIMEOUT), Cause.TIMEOUT),
        (HostSilent(Cause.SERVER), Cause.SERVER),
        (HostRefused(Decline.FORBIDDEN, 403), Decline.FORBIDDEN),
        (HostDeclined(Decline.NOT_FOUND), Decline.NOT_FOUND),
    ],
)
def test_a_list_that_did_not_come_says_why_and_is_asked_for_again(
    reply: HostNotSent | HostSilent | HostRefused | HostDeclined, reason: Cause | Decline
) -> None:
    counter = shop()
    counter.hold = True
    ola(counter)
    assert cards(counter).asking
    counter.deliver_one(reply)
    assert cards(counter).refused is reason
    counter.hold = False
    counter.say(j.MoreCards())
    assert [card.id for card in cards(counter).cards] == ["par-1"]


def test_a_late_list_takes_no_screen_away() -> None:
    counter = shop()
    counter.hold = True
    ola(counter)
    counter.start(Task.QUEUE)
    counter.deliver()
    assert counter.screen is Screen.QUEUE


def test_what_else_is_known_of_a_card_is_asked_where_it_can_be() -> None:
    counter = shop()
    ola(counter, "Wallet")
    counter.say(j.PickStored("wallet-1", details=True))
    detailed = cards(counter).detailed
    assert detailed is not None
    assert (detailed.id, detailed.balance) == ("wallet-1", nok(100_00)), "the list's balance stands"
    ola(counter)
    asked = len(counter.host.asked)
    counter.say(j.PickStored("par-1", details=True))
    detailed = cards(counter).detailed
    assert detailed is not None
    assert detailed.id == "par-1"
    assert len(counter.host.asked) == asked, "this backend has no such call"


def test_all_of_an_account_is_a_managers() -> None:
    counter = shop()
    counter.start(Task.ALL_CARDS)
    assert counter.screen is Screen.SIGN_IN
    counter.manager()
    counter.start(Task.ALL_CARDS)
    counter.say(m.PickProgramme("Wallet"))
    assert [(card.id, card.state) for card in cards(counter).cards] == [
        ("wallet-1", "active"),
        ("wallet-2", "inactive"),
    ]
    counter.esc()
    assert counter.view().screen is Screen.PICK_PROGRAMME


# --- a card out of it ---------------------------------------------------------------------------------------------


def test_its_sheet_offers_what_the_id_alone_can_do_and_leads_back_to_the_list() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"))
    assert (sheet(counter).stored, sheet(counter).customer, sheet(counter).balance) == (True, OLA, nok(100_00))
    why = {shown.task: shown.why for shown in sheet(counter).verbs}
    assert {task for task, reason in why.items() if reason is None} >= {
        Task.PAY, Task.LOAD, Task.BALANCE, Task.COMBINE, Task.SHARE, Task.GIFT, Task.PREFER, Task.STOP,
    }  # fmt: skip
    assert (why[Task.TRANSFER], why[Task.SAVE]) == (Why.CARD_ONLY, Why.CARD_ONLY)
    counter.esc()
    assert [card.id for card in cards(counter).cards] == ["par-1"]


def test_a_card_in_hand_is_not_shared_or_given_by_its_number() -> None:
    counter = shop()
    counter.swipe(PAR)
    why = {shown.task: shown.why for shown in sheet(counter).verbs}
    assert {why[Task.SHARE], why[Task.GIFT], why[Task.PREFER]} == {Why.STORED_ONLY}
    counter.start(Task.GIFT)
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, Why.STORED_ONLY)
    assert TaskView(Task.TRANSFER) in sheet(counter).verbs


@pytest.mark.parametrize(("backend", "card_id", "number"), [("Par", "par-1", PAR), ("Vault", "vault-1", VAULT)])
def test_it_pays_by_its_id_without_a_number_and_without_a_pin(backend: str, card_id: str, number: str) -> None:
    counter = shop()
    ola(counter, backend)
    counter.say(j.PickStored(card_id), m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    request = counter.host.last()
    assert (request.card, request.pin_block, request.account_id, request.customer) == (None, None, card_id, OLA)
    assert counter.balance(number) == 70_00
    assert counter.last.card is not None
    assert (counter.last.card.entry, counter.last.card.last4) == (EntryMode.STORED, number[-4:])
    assert not counter.archive.sealed
    evening(counter)


def test_it_is_loaded_by_its_id_after_its_tender() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"), m.Start(Task.LOAD), m.AmountEntered(nok(30_00)))
    assert counter.screen is Screen.TENDER
    counter.cash(30_00)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.balance(PAR) == 130_00
    evening(counter)


@pytest.mark.parametrize("mood", [Mood.REQUEST_LOST, Mood.ANSWER_LOST])
def test_after_a_restart_it_is_repeated_by_its_id(mood: Mood) -> None:
    counter = shop()
    ola(counter)
    counter.host.moods.append(mood)
    counter.say(j.PickStored("par-1"), m.Start(Task.PAY), m.AmountEntered(nok(30_00)))
    counter.restart()
    assert (counter.last.state, counter.last.unconfirmed) == (State.APPROVED, True)
    assert counter.host.last().customer == OLA
    assert counter.balance(PAR) == 70_00
    evening(counter)


def test_the_line_falls_before_it_was_sent() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"), m.Start(Task.PAY))
    counter.host.moods.append(Mood.NEVER_LEFT)
    counter.amount(30_00)
    assert counter.outcome.reason is Decline.OFFLINE_VERB
    assert counter.balance(PAR) == 100_00
    counter.swipe(ORDINARY)
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    evening(counter)


def test_a_load_by_id_that_never_left_gives_its_tender_back() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"), m.Start(Task.LOAD), m.AmountEntered(nok(30_00)))
    counter.host.moods.append(Mood.NEVER_LEFT)
    counter.cash(30_00)
    assert counter.outcome.give_back == nok(30_00)
    assert counter.drawer() == 0
    evening(counter)


# --- jobs from it -------------------------------------------------------------------------------------------------


def test_a_gift_from_its_sheet_asks_only_who_gets_it() -> None:
    counter = shop()
    ola(counter)
    counter.say(j.PickStored("par-1"), m.Start(Task.GIFT))
    body = counter.view().body
    assert isinstance(body, v.QuestionBody)
    assert body.card is not None
    counter.esc()
    assert sheet(counter).stored, "nothing else was asked before"
    counter.start(Task.GIFT)
    counter.type(KARI)
    confirm = counter.view().body
    assert isinstance(confirm, v.ConfirmBody)
    assert (confirm.customer, confirm.recipient) == (OLA, KARI)
    assert confirm.warnings == (v.Warn.LEAVES_OWNER, v.Warn.NO_UNDO)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert (counter.outcome.customer, counter.outcome.recipient) == (OLA, KARI)
    assert counter.outcome.receipt is not None
    assert (counter.outcome.receipt.customer, counter.outcome.receipt.recipient) == ("ol…@example.no", "ka…@example.no")
    assert counter.host.accounts[PAR].keepers == (KARI,)
    assert counter.drawer() == 0
    counter.enter()
    counter.start(Task.VOID)
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.NOTHING_TO_VOID


def test_a_card_out_of_all_cards_belongs_to_nobody_and_asks_whose_it_is() -> None:
    """A share says who shares: a card that was found among all of the account's does not tell."""
    counter = shop()
    counter.manager()
    table = counter.setup.capabilities[PAR_FACE]
    wider = replace(table, verbs={**table.verbs, Verb.LIST_ALL: table.verbs[Verb.LIST_CARDS]})
    counter.setup = replace(counter.setup, capabilities={**counter.setup.capabilities, PAR_FACE: wider})
    counter.start(Task.ALL_CARDS)
    counter.say(m.PickProgramme("Par"), j.PickStored("par-1"), m.Start(Task.SHARE))
    body = counter.view().body
    assert isinstance(body, v.QuestionBody)
    assert body.question == "customer"
    counter.type(OLA, KARI)
    counter.enter()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.host.accounts[PAR].keepers == (OLA, KARI)


def test_a_star_on_the_list_prints_nothing() -> None:
    counter = shop()
    counter.start(Task.PREFER)
    counter.type(OLA)
    assert cards(counter).task is Task.PREFER
    counter.say(j.PickStored("par-1"))
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    assert counter.printed == []
    counter.enter()
    ola(counter)
    assert cards(counter).cards[0].preferred


def test_a_swipe_over_a_list_opens_that_card() -> None:
    counter = shop()
    ola(counter)
    counter.swipe(WALLET)
    assert isinstance(counter.flow, SheetFlow)
    assert not sheet(counter).stored
    counter.esc()
    assert isinstance(counter.flow, HomeFlow)


def test_a_card_that_was_saved_is_in_the_list_afterwards() -> None:
    counter = shop()
    counter.start(Task.SAVE)
    counter.swipe(PAR)
    counter.type(KARI)
    counter.pin()
    assert counter.outcome.kind is v.OutcomeKind.APPROVED
    counter.enter()
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme("Par"))
    counter.type(KARI)
    assert [card.id for card in cards(counter).cards] == ["par-1"]
    assert isinstance(counter.flow, CardsFlow)
    evening(counter)
