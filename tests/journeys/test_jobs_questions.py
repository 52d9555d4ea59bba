"""Every job, question by question: walked to its end, left, disturbed, answered with rubbish. Nothing moves before the
last answer, and once it was given it is given once.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.flow import HomeFlow, JobFlow, NewCardFlow
from app.domain.host import HostPrepared
from app.domain.ids import TransactionId
from app.domain.messages import HandOver, Task
from app.domain.money import MAX_MINOR, Currency, Money
from app.domain.records import TenderKind
from app.domain.view import NoticeKind, Screen, Warn
from tests.helpers.counter import BANK, CASHIER, MANAGER, OLA, OTHER, WALLET, Counter, nok
from tests.helpers.evening import evening
from tests.helpers.walks import EVERY_QUESTION, EVERY_QUESTION_IDS, GIFT, RANGE, SENT, SHARE, WALKS, Walk

every_question = pytest.mark.parametrize(("walk", "place"), EVERY_QUESTION, ids=EVERY_QUESTION_IDS)


def standing_at(walk: Walk, place: int) -> Counter:
    counter = walk.begin()
    walk.walk(counter, place)
    assert counter.screen is walk.answers[place][0]
    return counter


def moved(counter: Counter) -> tuple[object, ...]:
    """What a customer or an accountant would notice."""
    return len(counter.host.sent), counter.host.total(), counter.drawer(), len(counter.printed)


def home(counter: Counter) -> None:
    """Esc until nothing is left to leave."""
    for _ in range(10):
        if isinstance(counter.flow, HomeFlow):
            break
        counter.esc()
        if counter.screen is Screen.VOID:
            counter.enter()
    assert isinstance(counter.flow, HomeFlow), counter.flow


@pytest.mark.parametrize("walk", WALKS, ids=str)
def test_a_job_is_walked_to_its_end(walk: Walk) -> None:
    counter = walk.begin()
    drawer = counter.drawer()
    walk.walk(counter)
    assert counter.screen is walk.ends
    assert counter.drawer() - drawer == walk.paid
    if walk.verb is not None:
        assert counter.host.last().verb is walk.verb
    if walk.ends is Screen.OUTCOME:
        assert counter.outcome.kind is v.OutcomeKind.APPROVED
        assert counter.outcome.new_card is walk.made
    counter.enter()
    if walk.made:
        assert isinstance(counter.flow, NewCardFlow)
        counter.say(HandOver())
        assert not counter.archive.sealed
    assert walk.ends is Screen.CARDS or isinstance(counter.flow, HomeFlow)
    evening(counter)


# --- Esc ----------------------------------------------------------------------------------------------------------


def before(walk: Walk, place: int) -> Screen:
    """Where Esc should lead from a question."""
    here = walk.answers[place][0]
    if here is Screen.PIN:
        return Screen.OUTCOME  # a customer gave up, and is told so
    if here is Screen.TENDER or place == 0:
        return Screen.HOME
    earlier = walk.answers[place - 1][0]
    if here is Screen.SOURCES or earlier is Screen.AWAIT_CARD:
        return Screen.SHEET
    return earlier


@every_question
def test_esc_leads_back_by_one_and_moves_nothing(walk: Walk, place: int) -> None:
    counter = standing_at(walk, place)
    was = moved(counter)
    counter.esc()
    assert counter.screen is before(walk, place)
    home(counter)
    assert moved(counter) == was
    assert counter.till.job is None
    assert not counter.archive.open_sales()
    evening(counter)


INSIDE = [
    (walk, place) for walk, place in EVERY_QUESTION if place and before(walk, place) is walk.answers[place - 1][0]
]


@pytest.mark.parametrize(("walk", "place"), INSIDE, ids=[f"{walk}-{place}" for walk, place in INSIDE])
def test_a_question_that_was_gone_back_to_is_answered_anew(walk: Walk, place: int) -> None:
    counter = standing_at(walk, place)
    counter.esc()
    for screen, answer in walk.answers[place - 1 :]:
        assert counter.screen is screen
        answer(counter)
    assert counter.screen is walk.ends


# --- disturbed ----------------------------------------------------------------------------------------------------


@every_question
def test_a_bank_card_is_dropped_and_the_question_stays(walk: Walk, place: int) -> None:
    counter = standing_at(walk, place)
    flow = counter.flow
    counter.swipe(BANK)
    assert counter.flow == flow
    assert counter.till.notice is not None
    assert counter.till.notice.kind in (NoticeKind.CARD_REFUSED, NoticeKind.CARD_IGNORED)
    walk_on(counter, walk, place)


def walk_on(counter: Counter, walk: Walk, place: int) -> None:
    for _, answer in walk.answers[place:]:
        answer(counter)
    assert counter.screen is walk.ends


@every_question
def test_another_card_moves_nothing_by_itself(walk: Walk, place: int) -> None:
    counter = standing_at(walk, place)
    was = moved(counter)
    counter.swipe(OTHER)
    if walk.answers[place][0] is not Screen.AWAIT_CARD:
        assert moved(counter) == was
        assert counter.screen in (walk.answers[place][0], Screen.SHEET)
        home(counter)
    evening(counter)


@every_question
@pytest.mark.parametrize("task", [Task.PAY, Task.QUEUE, Task.TRANSFER, Task.STOP_LIST])
def test_a_function_key_leaves_the_question_and_loses_no_money(walk: Walk, place: int, task: Task) -> None:
    counter = standing_at(walk, place)
    was = moved(counter)
    counter.start(task)
    assert moved(counter) == was
    home(counter)
    assert counter.till.job is None
    evening(counter)


@every_question
@pytest.mark.parametrize("who", [CASHIER, MANAGER], ids=lambda who: str(who.id))
def test_locked_in_the_middle_it_goes_on_or_is_forgotten_and_nothing_moves(
    walk: Walk, place: int, who: v.OperatorView
) -> None:
    counter = standing_at(walk, place)
    was = moved(counter)
    counter.say(m.Lock())
    busy = walk.answers[place][0] is Screen.PIN
    assert (counter.screen is Screen.SIGN_IN) is not busy
    if busy:
        return
    counter.sign_in(who)
    assert moved(counter) == was
    if walk.answers[place][0] is Screen.TENDER:
        walk_on(counter, walk, place)
    else:
        assert isinstance(counter.flow, HomeFlow)
    evening(counter)


# --- rubbish ------------------------------------------------------------------------------------------------------

NOBODY = TransactionId("f" * 32)
RUBBISH: tuple[m.Message, ...] = (
    j.TextEntered(""), j.TextEntered("  \t "), j.TextEntered("x" * 201), j.TextEntered("a\x00b"),
    j.TextEntered("\x1b[2J"), j.TextEntered("a\u202eb"), m.AmountEntered(nok(0)), m.AmountEntered(nok(-1)),
    m.AmountEntered(Money(1_00, Currency.EUR)), m.PickProgramme("nobody"), m.PickProgramme(""),
    j.PickStored("nobody"), j.PickStored(""), j.PickStored("nobody", details=True), j.MoreCards(),
    j.PickReservation(NOBODY), j.PickReservation(NOBODY, release=True), j.FreeCard("nobody"),
    m.TakeTender(TenderKind.CASH, nok(0)), m.TakeTender(TenderKind.CASH, Money(1_00, Currency.EUR)),
    m.TakePart(nok(1_00)), m.PickCard(second=True), m.HandOver(), m.Refund("000001", nok(1_00)),
    m.PinCancelled(NOBODY), m.LaneFree(NOBODY), m.LaneWaited(NOBODY),
)  # fmt: skip


@every_question
def test_rubbish_is_no_answer_and_spoils_nothing(walk: Walk, place: int) -> None:
    counter = standing_at(walk, place)
    records = len(counter.archive.records)
    for message in RUBBISH:
        counter.say(message)
        assert counter.screen is walk.answers[place][0], message
    assert len(counter.archive.records) == records
    walk_on(counter, walk, place)


@pytest.mark.parametrize("walk", WALKS, ids=str)
def test_what_was_typed_is_said_to_be_none(walk: Walk) -> None:
    for place, (screen, _) in enumerate(walk.answers):
        if screen is Screen.QUESTION:
            counter = standing_at(walk, place)
            counter.type("a\x00b")
            body = counter.view().body
            assert isinstance(body, v.QuestionBody)
            assert body.wrong


# --- twice --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("walk", SENT, ids=str)
def test_the_last_answer_given_twice_sends_once(walk: Walk) -> None:
    counter = standing_at(walk, len(walk.answers) - 1)
    sent, rows = len(counter.host.sent), len(counter.archive.rows)
    counter.hold = True
    walk.answers[-1][1](counter)
    again: Callable[[], None] = lambda: counter.say(  # noqa: E731 - one name for what a double key press says
        m.Confirm(),
        m.TakeTender(TenderKind.CASH, nok(50_00)),
        m.AmountEntered(nok(20_00)),
        j.TextEntered("24"),
        j.PickStored("par-1"),
    )
    again()
    opened = [row for row in list(counter.archive.rows.values())[rows:] if row.verb is walk.verb]
    assert len(opened) <= (5 if walk is RANGE else 1)
    counter.deliver()
    again()
    assert len(counter.host.sent) - sent == (5 if walk is RANGE else 1)
    evening(counter)


def test_a_range_that_no_drawer_could_hold_is_no_answer() -> None:
    counter = standing_at(RANGE, 3)
    counter.amount(MAX_MINOR)
    assert counter.screen is Screen.AMOUNT
    assert counter.till.notice is not None
    assert counter.till.notice.kind is NoticeKind.AMOUNT_TOO_LARGE
    assert isinstance(counter.flow, JobFlow)


@pytest.mark.parametrize("walk", [GIFT, SHARE], ids=str)
def test_what_is_on_a_card_out_of_the_list_is_said_before_it_goes(walk: Walk) -> None:
    counter = standing_at(walk, len(walk.answers) - 1)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert body.balance == nok(100_00)


@pytest.mark.parametrize(("programme", "warned"), [("Vault", Warn.KEPT_NO_MORE), ("Wallet", Warn.CARD_ENDS)])
def test_a_deletion_says_whether_the_card_ends_or_is_only_forgotten(programme: str, warned: Warn) -> None:
    counter = Counter(further=True)
    counter.manager()
    counter.start(Task.CUSTOMER)
    counter.say(m.PickProgramme(programme), j.TextEntered(OLA))
    body = counter.view().body
    assert isinstance(body, v.CardsBody)
    counter.say(j.PickStored(body.cards[0].id))
    counter.start(Task.DELETE)
    body = counter.view().body
    assert isinstance(body, v.ConfirmBody)
    assert body.warnings[0] is warned


@pytest.mark.parametrize("sheet", [True, False])
def test_a_card_that_its_backend_has_no_name_for_is_not_deleted(*, sheet: bool) -> None:
    """A deletion names the backend's id and nothing else: without one it could be neither sent nor asked about."""
    counter = Counter(further=True)
    counter.manager()
    counter.hold = True
    if sheet:
        counter.swipe(WALLET)
        counter.deliver_one(HostPrepared("", nok(0)))
        counter.start(Task.DELETE)
    else:
        counter.start(Task.DELETE)
        counter.swipe(WALLET)
    counter.deliver_one(HostPrepared("", nok(0)))
    assert counter.screen is Screen.AWAIT_CARD
    assert counter.till.notice is not None
    assert (counter.till.notice.kind, counter.till.notice.why) == (NoticeKind.CANT_NOW, v.Why.STORED_ONLY)
    assert not counter.archive.rows
