"""Cards that are scanned: whose they are, what the till writes down of them, and that a number stays a number."""

from __future__ import annotations

import pytest

from app.domain import messages as m
from app.domain.card import CardFault, CardSecret, EntryMode
from app.domain.flow import AmountFlow, AwaitCardFlow, HomeFlow, KeyCardFlow, PickProgrammeFlow, PinFlow, SheetFlow
from app.domain.messages import Task
from app.domain.transaction import State
from app.domain.view import NoticeKind, PickProgrammeBody
from tests.helpers.counter import ASKS_PIN, BANK, CODE, CODED, ORDINARY, SHARED, Counter, nok

STRANGER = "7H2KQ9XWPLMN"


def fault(counter: Counter) -> CardFault | None:
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.CARD_REFUSED
    return counter.till.notice.fault


@pytest.mark.parametrize("task", [None, Task.QUEUE, Task.REFUND, Task.SELL])
def test_a_scanned_code_opens_its_card_from_any_screen(task: Task | None) -> None:
    counter = Counter()
    if task is not None:
        counter.say(m.Start(task))
    counter.scan(CODE)
    assert isinstance(counter.flow, SheetFlow)
    card = counter.flow.card
    assert (card.ref.programme, card.ref.entry, card.ref.last4) == ("Web", EntryMode.SCANNED, CODE[-4:])
    assert counter.flow.balance == nok(60_00)


def test_a_scanned_code_pays_and_the_receipt_says_that_it_was_scanned() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.scan(CODE)
    assert counter.row(counter.last).state is State.APPROVED
    assert counter.balance(CODE) == 50_00
    receipt = counter.outcome.receipt
    assert receipt is not None
    assert (receipt.scanned, receipt.keyed, receipt.last4) == (True, False, CODE[-4:])
    assert not counter.archive.sealed


def test_a_keyed_code_is_a_card_too_and_marked_as_keyed() -> None:
    counter = Counter()
    counter.key(CODE)
    assert isinstance(counter.flow, SheetFlow)
    assert counter.flow.card.ref.entry is EntryMode.KEYED
    assert counter.flow.balance == nok(60_00)


def test_a_code_that_waits_for_the_line_is_sealed_and_forwarded_whole() -> None:
    counter = Counter()
    counter.scan(CODE)
    counter.cut()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    assert counter.row(counter.last).state is State.STORED
    sealed = [secret for secret in counter.archive.sealed.values() if isinstance(secret, CardSecret)]
    assert [secret.pan.reveal() for secret in sealed] == [CODE]
    counter.enter()
    counter.restart()
    assert counter.row(counter.last).state is State.APPROVED
    assert counter.balance(CODE) == 50_00


@pytest.mark.parametrize("number", [ORDINARY, CODED])
def test_a_scanned_text_of_digits_is_a_number(number: str) -> None:
    counter = Counter()
    counter.scan(number)
    assert isinstance(counter.flow, SheetFlow)
    assert counter.flow.card.ref.entry is EntryMode.SCANNED


@pytest.mark.parametrize("text", [BANK, "4111-1111-1111-1111", f"card:{BANK}"])
@pytest.mark.parametrize("scanned", [True, False], ids=["scanned", "keyed"])
def test_a_bank_card_is_dropped_whatever_the_source(text: str, scanned: bool) -> None:
    counter = Counter()
    if scanned:
        counter.scan(text)
    else:
        counter.key(text)
    assert fault(counter) is CardFault.BANK_CARD
    assert counter.host.asked == []
    assert not counter.archive.rows


@pytest.mark.parametrize("text", ["short", "with a blank in it", "A" * 65, "", "\x02ABCDEFGH"])
def test_what_is_no_code_is_told_and_changes_nothing(text: str) -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    before = counter.flow
    counter.scan(text)
    assert fault(counter) is CardFault.CODE
    assert counter.flow == before


@pytest.mark.parametrize("scanned", [True, False], ids=["scanned", "keyed"])
def test_a_code_nobody_claims_is_placed_by_the_cashier_among_those_with_codes(scanned: bool) -> None:
    counter = Counter()
    counter.host.accounts[STRANGER] = counter.host.accounts[CODE]
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    if scanned:
        counter.scan(STRANGER)
    else:
        counter.key(STRANGER)
    body = counter.view().body
    assert isinstance(body, PickProgrammeBody)
    assert (body.programmes, body.last4) == (("Web", "Shop"), STRANGER[-4:])
    counter.say(m.PickProgramme("Gift"))
    assert isinstance(counter.flow, PickProgrammeFlow), "a programme without codes is no answer"
    counter.say(m.PickProgramme("Shop"))
    assert counter.row(counter.last).state is State.APPROVED
    assert counter.last.card is not None
    assert counter.last.card.programme == "Shop"
    assert counter.last.card.entry is (EntryMode.SCANNED if scanned else EntryMode.KEYED)


def test_escape_from_the_question_keeps_the_sale() -> None:
    counter = Counter()
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.scan(STRANGER)
    counter.esc()
    assert isinstance(counter.flow, AwaitCardFlow)
    counter.scan(STRANGER)
    counter.scan(CODE)  # the right card after all
    assert counter.row(counter.last).state is State.APPROVED


def test_a_number_that_lets_the_cashier_pick_offers_every_programme_still() -> None:
    counter = Counter()
    counter.scan(SHARED)
    body = counter.view().body
    assert isinstance(body, PickProgrammeBody)
    assert body.programmes == ("North", "South")


def test_one_card_swiped_and_scanned_is_one_card() -> None:
    counter = Counter()
    counter.hold = True
    counter.say(m.Start(Task.PAY), m.AmountEntered(nok(10_00)))
    counter.swipe(CODED)
    counter.scan(f"WEB:{CODED}")
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.SAME_CARD
    counter.deliver()
    assert len(counter.archive.rows) == 1


def test_no_scan_takes_the_pin_pad_away_and_none_types_into_a_form() -> None:
    counter = Counter()
    counter.pay(10_00, ASKS_PIN)
    counter.scan(CODE)
    assert isinstance(counter.flow, PinFlow)
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.CARD_IGNORED
    counter.esc()
    counter.enter()
    counter.say(m.Start(Task.PAY), m.KeyCard())
    assert isinstance(counter.flow, KeyCardFlow)
    counter.scan(CODE)
    assert isinstance(counter.flow, AmountFlow)
    assert counter.flow.card is not None
    assert counter.flow.card.ref.entry is EntryMode.SCANNED


def test_a_locked_till_hears_no_code() -> None:
    counter = Counter()
    counter.say(m.Lock())
    counter.scan(CODE)
    assert not isinstance(counter.flow, SheetFlow | HomeFlow)
