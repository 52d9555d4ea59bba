"""Any day at all: random people, hosts, lines and power cuts; afterwards the books balance and nothing is stuck.

The driver checks its invariants after each message; what must hold in the evening stands in ``helpers/evening.py``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.card import CardFault, CardSecret, Expiry, Pan, PinBlock
from app.domain.flow import PinFirstFlow, PinFlow
from app.domain.host import Cause, Decline, HostApproved, HostNotSent, HostPrepared, LineHealth
from app.domain.ids import TransactionId
from app.domain.messages import DeskAction, ReaderState, Task
from app.domain.records import TenderKind
from tests.helpers.counter import (
    ASKS_PIN,
    BANK,
    BREAD,
    CASHIER,
    KARI,
    LOW,
    MANAGER,
    OLA,
    ORDINARY,
    OTHER,
    PAR,
    PAR_SECOND,
    PAR_THIRD,
    PINNED,
    RESTRICTED,
    SHARED,
    TOY,
    VAULT,
    VAULT_BLANK,
    WALLET,
    WALLET_BLANK,
    Counter,
    nok,
)
from tests.helpers.evening import evening
from tests.helpers.ledger import Mood
from tests.helpers.walks import BOX, WALKS, Walk, box

CARDS = (
    ORDINARY, OTHER, LOW, RESTRICTED, PINNED, ASKS_PIN, SHARED, PAR, PAR_SECOND, PAR_THIRD, WALLET, WALLET_BLANK, VAULT,
    VAULT_BLANK, BANK, "7099990000000000009",
)  # fmt: skip
TEXTS = (OLA, KARI, "1", "3", "24", "BOX1-0001", "BOX1-0003", "BOX1-0005", "", "x" * 201, "\x07", "7044000000000007")
AMOUNTS = (1, 10_00, 20_00, 50_00, 100_00, 150_00, 600_00)
MOODS = (*Mood, HostPrepared("x", None), HostApproved("H0", "x", nok(10**9)))


class AnyDay(RuleBasedStateMachine):
    """One till, one host, and everybody who can get between them."""

    @initialize(
        proves=st.booleans(),
        once=st.sampled_from((False, False, False, True)),
        tells=st.booleans(),
        further=st.booleans(),
    )
    def open_the_shop(self, *, proves: bool, once: bool, tells: bool, further: bool) -> None:
        self.counter = Counter(proves=proves, once=once, further=further)
        self.counter.host.tell_balance = tells
        self.counter.host.page = 2
        if further:
            box(BOX)(self.counter)

    # --- people in the ordinary course

    @rule(amount=st.sampled_from(AMOUNTS), number=st.sampled_from(CARDS))
    def pay(self, amount: int, number: str) -> None:
        self.counter.say(m.Start(Task.PAY), m.AmountEntered(nok(amount)))
        self.counter.swipe(number)

    @rule(number=st.sampled_from(CARDS), basket=st.sampled_from(((BREAD,), (TOY,), (BREAD, TOY))))
    def pay_basket(self, number: str, basket: tuple[Any, ...]) -> None:
        amount = sum(line.amount.minor for line in basket)
        self.counter.say(m.Start(Task.PAY), m.AmountEntered(nok(amount), basket))
        self.counter.swipe(number)

    @rule(amount=st.sampled_from(AMOUNTS), number=st.sampled_from(CARDS))
    def load(self, amount: int, number: str) -> None:
        self.counter.say(m.Start(Task.LOAD), m.AmountEntered(nok(amount)))
        self.counter.swipe(number)
        self.counter.cash(amount)

    @rule(amount=st.sampled_from(AMOUNTS))
    def sell(self, amount: int) -> None:
        self.counter.say(m.Start(Task.SELL), m.AmountEntered(nok(amount)))
        self.counter.cash(amount)

    @rule(number=st.sampled_from(CARDS), service=st.sampled_from(("120", "126")))
    def swipe(self, number: str, service: str) -> None:
        self.counter.swipe(number, service=service)

    @rule(task=st.sampled_from(list(Task)))
    def start(self, task: Task) -> None:
        self.counter.say(m.Start(task))

    # --- the further verbs

    @rule(walk=st.sampled_from(WALKS), upto=st.integers(0, 6), who=st.sampled_from((None, CASHIER, MANAGER)))
    def walk_a_job(self, walk: Walk, upto: int, who: Any) -> None:
        """From its button through its questions, whatever is on the screen by then; or only some of the way."""
        self.counter.say(m.Confirm(), m.HandOver())  # whatever is left open there
        if who is not None:
            self.counter.say(m.Lock())
            self.counter.sign_in(who)
        self.counter.say(m.Start(walk.task))
        for screen, answer in walk.answers[:upto]:
            if self.counter.screen is screen:
                answer(self.counter)

    @rule(which=st.integers(0, 50), text=st.sampled_from(TEXTS), amount=st.sampled_from(AMOUNTS))
    def answer_what_is_asked(self, which: int, text: str, amount: int) -> None:
        """Something, sensible or not, to the question that is open."""
        counter = self.counter
        match counter.view().body:
            case v.QuestionBody():
                counter.type(text)
            case v.AmountBody():
                counter.amount(amount)
            case v.AwaitCardBody() | v.SourcesBody():
                counter.swipe(CARDS[which % len(CARDS)])
            case v.PickProgrammeBody(_, names) if names:
                counter.say(m.PickProgramme(names[which % len(names)]))
            case v.CardsBody(cards=cards) if cards:
                counter.say(j.PickStored(cards[which % len(cards)].id, details=which % 5 == 0))
            case v.ReservationsBody(rows=rows) if rows:
                chosen = rows[which % len(rows)].line.transaction_id
                counter.say(j.PickReservation(chosen, release=which % 2 == 0))
            case v.StopListBody(rows=entries) if entries:
                counter.say(j.FreeCard(entries[which % len(entries)].key))
            case v.TenderBody(rest=rest):
                counter.slip(rest.minor) if which % 2 else counter.cash(rest.minor)
            case _:
                counter.say(m.Confirm())

    @rule(message=st.sampled_from((j.MoreCards(), j.DropSource(), j.EndSource(True), j.EndSource(False))))
    def a_key_of_the_further_screens(self, message: m.Message) -> None:
        self.counter.say(message)

    @rule(amount=st.sampled_from(AMOUNTS), kind=st.sampled_from(list(TenderKind)))
    def tender(self, amount: int, kind: TenderKind) -> None:
        self.counter.say(m.AskTender(), m.TakeTender(kind, nok(amount)))

    @rule()
    def take_part(self) -> None:
        body = self.counter.view().body
        if isinstance(body, v.OutcomeBody) and body.offered is not None:
            self.counter.say(m.TakePart(body.offered))

    @rule(message=st.sampled_from((m.Confirm(), m.Confirm(), m.Back(), m.HandOver(), m.AskTender(), m.KeyCard())))
    def press(self, message: m.Message) -> None:
        self.counter.say(message)

    @rule(block=st.sampled_from((b"right", b"wrong")))
    def enter_pin(self, block: bytes) -> None:
        flow = self.counter.flow
        if isinstance(flow, PinFlow):
            self.counter.say(m.PinEntered(flow.transaction_id, PinBlock(block, 0)))
        elif isinstance(flow, PinFirstFlow):
            self.counter.say(m.PinEntered(flow.token, PinBlock(block, 0)))

    @rule()
    def void_the_last(self) -> None:
        self.counter.say(m.Start(Task.VOID), m.Confirm())

    @rule(which=st.integers(0, 50), amount=st.sampled_from(AMOUNTS))
    def refund(self, which: int, amount: int) -> None:
        stan = f"{which % max(1, self.counter.archive.stan_count) + 1:06d}"
        self.counter.say(m.Start(Task.REFUND), m.Refund(stan), m.Refund(stan, nok(amount)))

    @rule(which=st.integers(0, 50), action=st.sampled_from(list(DeskAction)))
    def decide(self, which: int, action: DeskAction) -> None:
        rows = list(self.counter.book)
        if rows:
            self.counter.say(m.Decide(rows[which % len(rows)].id, action, "because"))

    @rule(number=st.sampled_from((ORDINARY, SHARED, BANK)))
    def key_a_card(self, number: str) -> None:
        self.counter.say(m.KeyCard(), m.CardKeyed(CardSecret(Pan(number), Expiry(2030, 12), "847")))

    @rule(
        message=st.sampled_from((
            m.PickProgramme("North"), m.PickProgramme("nobody"), m.PickCard(True), m.PickCard(False), m.Older(None),
            m.SendNow(), m.KeepWaiting(), m.SignInFailed(3), m.BadSwipe(CardFault.TRACK_UNREADABLE),
            m.ReaderChanged(ReaderState.LOST), m.PrinterFailed(None), m.ClockMoved(-400), m.Tick(), m.CloseDay(),
            m.LaneFree(TransactionId("f" * 32)), m.LaneWaited(TransactionId("f" * 32)), m.AllowOffline(True),
            m.PinCancelled(TransactionId("f" * 32)), m.HealthChanged("swedbankpay", LineHealth(True, 40)),
            m.HealthChanged("swedbankpay", LineHealth(False, cause=Cause.CONNECT)),
            m.HostAnswered(TransactionId("f" * 32), HostNotSent(Cause.TLS)), m.ShowReceipt(TransactionId("f" * 32)),
            m.PrintCopy(TransactionId("f" * 32)), m.CardSwiped(m.TrackText("rubbish")),
        ))
    )  # fmt: skip
    def anything(self, message: m.Message) -> None:
        self.counter.say(message)

    @rule(who=st.sampled_from((CASHIER, MANAGER)))
    def change_hands(self, who: Any) -> None:
        self.counter.say(m.Lock())
        self.counter.sign_in(who)

    # --- the world

    @rule(moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=4))
    def host_misbehaves(self, moods: list[Any]) -> None:
        self.counter.host.moods.extend(moods)

    @rule()
    def hold_the_wire(self) -> None:
        self.counter.hold = True

    @rule()
    def let_go(self) -> None:
        self.counter.deliver()

    @rule()
    def one_answer(self) -> None:
        if self.counter.wire:
            self.counter.deliver_one()

    @rule()
    def wait_for_the_lane(self) -> None:
        for lane in list(self.counter.lanes.values()):
            for waiting in list(lane.waiting):
                if waiting != lane.flying:
                    self.counter.say(m.LaneWaited(waiting))

    @rule()
    def back_off_passes(self) -> None:
        self.counter.retry()

    @rule()
    def switch_the_line(self) -> None:
        self.counter.say(m.ToggleLine())

    @rule(hours=st.sampled_from((1, 30)))
    def time_passes(self, hours: int) -> None:
        self.counter.now += timedelta(hours=hours)
        self.counter.say(m.Tick())

    @rule(who=st.sampled_from((CASHIER, MANAGER)))
    def power_cut(self, who: Any) -> None:
        """What is on the wire arrives at the host, or does not; its answer is never heard."""
        for request in list(self.counter.wire):
            self.counter.host.answer(request)
        self.counter.restart(who)

    @rule(message=st.sampled_from((m.Confirm(), m.Back(), m.HandOver(), m.Recovered(), m.Tick())))
    def power_cut_after_a_commit(self, message: m.Message) -> None:
        self.counter.commit_only(message)
        self.counter.restart()

    # --- the end of the day

    def teardown(self) -> None:
        if hasattr(self, "counter"):
            evening(self.counter)


AnyDay.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
test_any_day = pytest.mark.slow(AnyDay.TestCase)


LONG_DAYS = 60
STEPS = 150


def long_day(seed: int) -> AnyDay:
    """A day drawn by lot rather than by hypothesis: denser in sales, so that queues, desks and undos pile up."""
    lot = random.Random(seed)
    day = AnyDay()
    further = lot.random() < 0.6
    day.open_the_shop(proves=lot.random() < 0.5, once=lot.random() < 0.15, tells=lot.random() < 0.7, further=further)

    def amount() -> int:
        return lot.choice(AMOUNTS)

    def card() -> str:
        return lot.choice(CARDS[:14])

    deeds: list[tuple[int, Callable[[], None]]] = [
        (10, lambda: day.pay(amount=amount(), number=card())),
        (4, lambda: day.pay_basket(number=card(), basket=lot.choice(((BREAD,), (TOY,), (BREAD, TOY))))),
        (5, lambda: day.load(amount=amount(), number=card())),
        (3, lambda: day.sell(amount=amount())),
        (4, lambda: day.swipe(number=card(), service="120")),
        (6, lambda: day.tender(amount=amount(), kind=lot.choice(list(TenderKind)))),
        (4, day.take_part),
        (10, lambda: day.press(message=lot.choice((m.Confirm(), m.Back(), m.HandOver(), m.AskTender())))),
        (4, lambda: day.enter_pin(block=lot.choice((b"right", b"wrong")))),
        (4, day.void_the_last),
        (30, lambda: day.walk_a_job(walk=lot.choice(WALKS), upto=lot.choice((2, 6, 6)), who=MANAGER)),
        (6, lambda: day.answer_what_is_asked(which=lot.randrange(50), text=lot.choice(TEXTS), amount=amount())),
        (1, lambda: day.a_key_of_the_further_screens(message=lot.choice((j.EndSource(True), j.DropSource())))),
        (4, lambda: day.refund(which=lot.randrange(50), amount=amount())),
        (8, lambda: day.decide(which=lot.randrange(50), action=lot.choice(list(DeskAction)))),
        (1, lambda: day.key_a_card(number=ORDINARY)),
        (2, lambda: day.change_hands(who=MANAGER)),
        (8, lambda: day.host_misbehaves(moods=[lot.choice(MOODS)])),
        (4, day.hold_the_wire),
        (6, day.let_go),
        (6, day.one_answer),
        (2, day.wait_for_the_lane),
        (4, day.back_off_passes),
        (4, day.switch_the_line),
        (1, lambda: day.time_passes(hours=lot.choice((1, 30)))),
        (1, lambda: day.start(task=lot.choice(list(Task)))),
        (2, lambda: day.power_cut(who=CASHIER)),
        (1, lambda: day.power_cut_after_a_commit(message=lot.choice((m.Confirm(), m.Back())))),
    ]
    weights = [weight for weight, _ in deeds]
    for _ in range(STEPS):
        lot.choices(deeds, weights)[0][1]()
    day.teardown()
    return day


@pytest.mark.parametrize("seed", range(LONG_DAYS))
def test_a_long_day_drawn_by_lot_ends_with_balanced_books(seed: int) -> None:
    long_day(seed)


def test_decline_reasons_are_told_apart_from_causes() -> None:
    """Both are persisted in one column."""
    assert not {reason.value for reason in Decline} & {cause.value for cause in Cause}
