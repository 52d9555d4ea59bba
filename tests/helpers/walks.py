"""Every job from its first question to its outcome: which screen asks what, and what a person answers there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import view as v
from app.domain.messages import Task
from app.domain.verb import Verb
from app.domain.view import OperatorView, Screen
from tests.helpers.backends import WALLET_FACE, WALLET_RANGE
from tests.helpers.counter import (
    CASHIER,
    KARI,
    MANAGER,
    OLA,
    ORDINARY,
    PAR,
    PAR_SECOND,
    PAR_THIRD,
    WALLET,
    WALLET_BLANK,
    Counter,
)
from tests.helpers.ledger import Account

Act = Callable[[Counter], None]
S = Screen


@dataclass(frozen=True)
class Walk:
    """One job.

    Attributes:
        answers: Screen by screen; the last one sends it on its way.
        verb: What the backend is asked for; None where the till does it by itself.
        ends: The screen at the end of a good day.
        made: Something is handed over at the end.
        paid: What the drawer holds more afterwards.
    """

    name: str
    task: Task
    verb: Verb | None
    answers: tuple[tuple[Screen, Act], ...]
    who: OperatorView = CASHIER
    ends: Screen = S.OUTCOME
    made: bool = False
    paid: int = 0
    prepare: Act = field(default=lambda counter: None)

    def begin(self, make: Callable[..., Counter] = Counter, **how: bool) -> Counter:
        """A shop in which the right person has just pressed the button."""
        counter = make(further=True, **how)
        self.open(counter)
        return counter

    def open(self, counter: Counter) -> None:
        if self.who is MANAGER:
            counter.manager()
        self.prepare(counter)
        counter.start(self.task)

    def walk(self, counter: Counter, upto: int | None = None) -> None:
        """Answers the first ``upto`` questions, or all."""
        for screen, answer in self.answers[:upto]:
            assert counter.screen is screen, f"{self.name}: {counter.screen} where {screen} should ask"
            answer(counter)

    def __str__(self) -> str:
        return self.name


def swipe(number: str) -> Act:
    return lambda counter: counter.swipe(number)


def amount(minor: int) -> Act:
    return lambda counter: counter.amount(minor)


def typed(text: str) -> Act:
    return lambda counter: counter.type(text)


def enter(counter: Counter) -> None:
    counter.enter()


def pin(counter: Counter) -> None:
    counter.pin()


def cash(minor: int) -> Act:
    return lambda counter: counter.cash(minor)


def slip(minor: int) -> Act:
    return lambda counter: counter.slip(minor)


def programme(name: str) -> Act:
    return lambda counter: counter.say(m.PickProgramme(name))


def stored(card_id: str) -> Act:
    return lambda counter: counter.say(j.PickStored(card_id))


def reservation(*, release: bool) -> Act:
    def act(counter: Counter) -> None:
        body = counter.view().body
        assert isinstance(body, v.ReservationsBody)
        counter.say(j.PickReservation(body.rows[0].line.transaction_id, release))

    return act


def reserve(counter: Counter, minor: int = 30_00, number: str = WALLET) -> None:
    """A reservation that stands, made and left."""
    counter.start(Task.RESERVE)
    counter.amount(minor)
    counter.swipe(number)
    counter.enter()


def box(count: int) -> Act:
    """Printed cards that were not sold yet, BOX1-0001 and on."""

    def act(counter: Counter) -> None:
        for place in range(1, count + 1):
            blank = Account(0, id=f"BOX1-{place:04d}", face=WALLET_FACE, active=False)
            counter.host.accounts[f"{WALLET_RANGE}{place:04d}"[-19:]] = blank

    return act


BOX = 5
"""Cards of the ordinary box: enough that some are done, some are on the wire and some wait."""

TRANSFER = Walk(
    "transfer",
    Task.TRANSFER,
    Verb.TRANSFER,
    ((S.AWAIT_CARD, swipe(PAR)), (S.AMOUNT, amount(60_00)), (S.CONFIRM, enter), (S.PIN, pin)),
    made=True,
)
COMBINE = Walk(
    "combine",
    Task.COMBINE,
    Verb.COMBINE,
    (
        (S.AWAIT_CARD, swipe(PAR)),
        (S.SOURCES, swipe(PAR_SECOND)),
        (S.SOURCES, swipe(PAR_THIRD)),
        (S.SOURCES, enter),
        (S.CONFIRM, enter),
    ),
)
SAVE = Walk(
    "save",
    Task.SAVE,
    Verb.SAVE,
    ((S.AWAIT_CARD, swipe(PAR_SECOND)), (S.QUESTION, typed(OLA)), (S.PIN, pin)),
)
SHARE = Walk(
    "share",
    Task.SHARE,
    Verb.SHARE,
    ((S.QUESTION, typed(OLA)), (S.CARDS, stored("par-1")), (S.QUESTION, typed(KARI)), (S.CONFIRM, enter)),
)
GIFT = Walk(
    "gift",
    Task.GIFT,
    Verb.GIFT,
    ((S.QUESTION, typed(OLA)), (S.CARDS, stored("par-1")), (S.QUESTION, typed(KARI)), (S.CONFIRM, enter)),
)
GIFT_NEW = Walk(
    "gift-new",
    Task.GIFT_NEW,
    Verb.GIFT,
    ((S.QUESTION, typed(OLA)), (S.QUESTION, typed(KARI)), (S.AMOUNT, amount(50_00)), (S.TENDER, slip(50_00))),
    paid=50_00,
)
PREFER = Walk("prefer", Task.PREFER, Verb.PREFER, ((S.QUESTION, typed(OLA)), (S.CARDS, stored("par-1"))))
DELETE = Walk("delete", Task.DELETE, Verb.DELETE, ((S.AWAIT_CARD, swipe(WALLET)), (S.CONFIRM, enter)), who=MANAGER)
NEW_PIN = Walk(
    "new-pin",
    Task.NEW_PIN,
    Verb.ROTATE_PIN,
    ((S.AWAIT_CARD, swipe(WALLET)), (S.CONFIRM, enter)),
    who=MANAGER,
    made=True,
)
NEW_CODE = Walk(
    "new-code",
    Task.NEW_CODE,
    Verb.NEW_CODE,
    ((S.AWAIT_CARD, swipe(WALLET)), (S.QUESTION, typed("24"))),
    who=MANAGER,
    made=True,
)
ACTIVATE = Walk(
    "activate",
    Task.ACTIVATE,
    Verb.ACTIVATE,
    ((S.AWAIT_CARD, swipe(WALLET_BLANK)), (S.AMOUNT, amount(50_00)), (S.TENDER, cash(50_00))),
    paid=50_00,
)
RANGE = Walk(
    "range",
    Task.RANGE,
    Verb.ACTIVATE,
    (
        (S.PICK_PROGRAMME, programme("Wallet")),
        (S.QUESTION, typed("BOX1-0001")),
        (S.QUESTION, typed(f"BOX1-{BOX:04d}")),
        (S.AMOUNT, amount(10_00)),
        (S.CONFIRM, enter),
        (S.TENDER, cash(10_00 * BOX)),
    ),
    who=MANAGER,
    ends=S.RANGE,
    paid=10_00 * BOX,
    prepare=box(BOX),
)
BLANKS = Walk(
    "blanks",
    Task.BLANKS,
    Verb.MAKE_BLANKS,
    ((S.QUESTION, typed("3")), (S.CONFIRM, enter)),
    who=MANAGER,
    made=True,
)
RESERVE = Walk("reserve", Task.RESERVE, Verb.AUTHORIZE, ((S.AMOUNT, amount(30_00)), (S.AWAIT_CARD, swipe(WALLET))))
CAPTURE = Walk(
    "capture",
    Task.RESERVATIONS,
    Verb.CAPTURE,
    ((S.RESERVATIONS, reservation(release=False)), (S.AMOUNT, amount(20_00))),
    prepare=reserve,
)
RELEASE = Walk(
    "release",
    Task.RESERVATIONS,
    Verb.CANCEL,
    ((S.RESERVATIONS, reservation(release=True)), (S.CONFIRM, enter)),
    prepare=reserve,
)
CASH_OUT = Walk(
    "cash-out",
    Task.CASH_OUT,
    Verb.CASH_OUT,
    ((S.AWAIT_CARD, swipe(WALLET)), (S.AMOUNT, amount(15_00)), (S.CONFIRM, enter)),
    paid=-15_00,
)
CUSTOMER = Walk(
    "customer",
    Task.CUSTOMER,
    None,
    ((S.PICK_PROGRAMME, programme("Par")), (S.QUESTION, typed(OLA))),
    ends=S.CARDS,
)
ALL_CARDS = Walk(
    "all-cards", Task.ALL_CARDS, None, ((S.PICK_PROGRAMME, programme("Wallet")),), who=MANAGER, ends=S.CARDS
)
STOP = Walk("stop", Task.STOP, None, ((S.AWAIT_CARD, swipe(ORDINARY)), (S.QUESTION, typed("stolen"))), ends=S.HOME)

SENT = (
    TRANSFER, COMBINE, SAVE, SHARE, GIFT, GIFT_NEW, PREFER, DELETE, NEW_PIN, NEW_CODE, ACTIVATE, RANGE, BLANKS, RESERVE,
    CAPTURE, RELEASE, CASH_OUT,
)  # fmt: skip
"""Jobs that ask a backend for something."""
WALKS = (*SENT, CUSTOMER, ALL_CARDS, STOP)
EVERY_QUESTION = [(walk, place) for walk in WALKS for place in range(len(walk.answers))]
EVERY_QUESTION_IDS = [f"{walk}-{place}" for walk, place in EVERY_QUESTION]
