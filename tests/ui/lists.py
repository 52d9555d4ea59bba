"""Pictures of the till for every list behind F7, as the service would send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.host import Cause, Decline, StoredCard
from app.domain.ids import TransactionId
from app.domain.messages import Task
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import (
    Body,
    CardsBody,
    CardView,
    JournalBody,
    QueueBody,
    RangeBody,
    RangeRow,
    ReservationRow,
    ReservationsBody,
    Screen,
    StopEntry,
    StopListBody,
    TillView,
)
from tests.ui import office
from tests.ui.samples import CARD, NOW, OTHER_CARD, line, nok

WHO = "anna.nordahl@example.com"
STORED = (
    StoredCard("gc-1", "0048", "Stanchion Gift Card", nok(56550), "12/28", preferred=True, state="Active"),
    StoredCard("gc-2", "7713", "Winter Card", nok(0), "01/27", state="used"),
    StoredCard("gc-3", "9912", "Torget Centre Card", None, state="service_error"),
    StoredCard("gc-4", "", "Bakery on the corner, birthday card", nok(25000), "06/28", state="unused"),
    StoredCard("gc-5", "3301", "", nok(100000), state="Combined"),
    StoredCard("5f1c0d7e-7f4e-4a6e-9a93", "", "", None, state="pending_review"),
)
BLOCKED = StoredCard("gc-3", "9912", "Torget Centre Card", nok(8000), "03/28", state="blocked")
CARDS = CardsBody("Gr4vy", WHO, Task.SHARE, STORED, more=True, asking=False, refused=None)


def reservation(number: int, minor: int, minutes: int, card: CardView | None, *, busy: bool = False) -> ReservationRow:
    entry = line(number, Verb.AUTHORIZE, minor, minutes=minutes)
    return ReservationRow(entry, card, entry.at, busy)


HELD = (
    reservation(31, 250000, 60 * 49, OTHER_CARD),
    reservation(44, 80000, 200, CARD, busy=True),
    reservation(51, 12500, 34, None),
    reservation(57, 25000, 0, CARD),
)
STOPPED = (
    StopEntry("a" * 64, "0048", "Stanchion Gift Card", NOW - timedelta(days=12), "Ingrid", "Reported stolen by its "
              "owner, who showed the receipt of 4 November and a police report. Keep the card if it turns up, and call "
              "the manager on duty before anything is said to the customer."),
    StopEntry("b" * 64, "7713", "Winter Card", NOW - timedelta(hours=3), "Maja-Kristine Nordahl", ""),
    StopEntry("c" * 64, "", "Torget Centre Card", NOW, "Jonas", "Charged back"),
)  # fmt: skip


def problem(number: int, reason: Decline | Cause | None, *, checking: bool = False, last4: str = "") -> RangeRow:
    return RangeRow(TransactionId(f"{number:032x}"), last4, f"{number:06d}", reason, checking)


PROBLEMS = (
    problem(118, Decline.INACTIVE, last4="0118"),
    problem(131, Decline.UNKNOWN_CARD, last4="0131"),
    problem(142, Cause.TIMEOUT, checking=True, last4="0142"),
    problem(143, None, checking=True),
)
RANGE = RangeBody(200, 137, 0, 63, nok(50000), None, (), 0, over=False)
OVER = replace(RANGE, done=196, waiting=0, refused=4, given_back=nok(200000), problems=PROBLEMS, more=1, over=True)
VERBS = tuple(
    line(90 - n, verb, 0 if n % 2 == 0 and verb is not Verb.CASH_OUT else 12500, state, n * 11)
    for n, (verb, state) in enumerate(
        (
            (Verb.SAVE, State.APPROVED),
            (Verb.TRANSFER, State.APPROVED),
            (Verb.SHARE, State.DECLINED),
            (Verb.COMBINE, State.UNKNOWN),
            (Verb.GIFT, State.APPROVED),
            (Verb.GIFT, State.APPROVED),
            (Verb.DELETE, State.UNKNOWN),
            (Verb.CASH_OUT, State.APPROVED),
            (Verb.ROTATE_PIN, State.CANCELLED),
            (Verb.ACTIVATE, State.APPROVED),
            (Verb.MAKE_BLANKS, State.ATTENTION),
            (Verb.AUTHORIZE, State.APPROVED),
        )
    )
)
DESK = (
    office.queue_row(80, State.ATTENTION, 0, 12, verb=Verb.MAKE_BLANKS, last4="", at_desk=True, tries=1,
                     reason=Cause.TIMEOUT.value, actions=office.CLOSING),
    office.queue_row(81, State.UNKNOWN, 12500, 10, verb=Verb.COMBINE, tries=2, reason=Cause.BROKEN.value),
    office.queue_row(82, State.UNKNOWN, 0, 9, verb=Verb.SHARE, tries=1, reason=Cause.TIMEOUT.value),
    office.queue_row(83, State.REVERSING, 25000, 5, verb=Verb.AUTHORIZE, tries=1),
)  # fmt: skip

BODIES: Mapping[str, tuple[Screen, Body]] = {
    "cards": (Screen.CARDS, CARDS),
    "cards-details": (
        Screen.CARDS,
        replace(CARDS, task=None, cards=STORED[2:], more=False, detailed=BLOCKED),
    ),
    "cards-page": (Screen.CARDS, replace(CARDS, customer="", task=Task.DELETE, asking=True)),
    "cards-page-refused": (Screen.CARDS, replace(CARDS, refused=Cause.TIMEOUT)),
    "cards-asking": (Screen.CARDS, replace(CARDS, cards=(), more=False, asking=True)),
    "cards-empty": (Screen.CARDS, replace(CARDS, cards=(), more=False)),
    "cards-account-empty": (Screen.CARDS, replace(CARDS, customer="", cards=(), more=False)),
    "cards-refused": (Screen.CARDS, replace(CARDS, cards=(), more=False, refused=Decline.FORBIDDEN)),
    "reservations": (Screen.RESERVATIONS, ReservationsBody(HELD, nok(367500))),
    "reservations-empty": (Screen.RESERVATIONS, ReservationsBody((), nok(0))),
    "stop-list": (Screen.STOP_LIST, StopListBody(STOPPED, can_free=True)),
    "stop-list-cashier": (Screen.STOP_LIST, StopListBody(STOPPED[1:], can_free=False)),
    "stop-list-empty": (Screen.STOP_LIST, StopListBody((), can_free=True)),
    "range": (Screen.RANGE, RANGE),
    "range-problems": (Screen.RANGE, replace(RANGE, refused=2, waiting=61, problems=PROBLEMS)),
    "range-over": (Screen.RANGE, OVER),
    "range-all": (Screen.RANGE, replace(RANGE, done=200, refused=0, waiting=0, over=True)),
    "journal-verbs": (Screen.JOURNAL, JournalBody(VERBS, None)),
    "queue-verbs": (Screen.QUEUE, QueueBody(office.TOTALS, DESK, 0, None)),
}


def lists(name: str, **changes: object) -> TillView:
    """The whole picture of one of :data:`BODIES`."""
    screen, body = BODIES[name]
    return replace(office.office("queue", screen=screen, body=body), **changes)  # type: ignore[arg-type]
