"""May the till stand in for the issuer? Each limit at, one below and one above; and never above any room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.host import Decline
from app.domain.money import Currency, Money
from app.domain.policy import (
    Accept,
    CardExposure,
    CardMemory,
    Limits,
    Refuse,
    TillExposure,
    offline_verdict,
)
from app.domain.verb import RepeatRule, Verb, VerbRule

NOK = Currency.NOK
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULE = VerbRule(RepeatRule.REPEATABLE, Verb.REVERSE, offline=True)
LIMITS = Limits.shipped(NOK, enabled=True)


def nok(minor: int) -> Money:
    return Money(minor, NOK)


def known(balance: int | None) -> CardMemory:
    return CardMemory("k", "1234", "Gift", "f", "a", None if balance is None else nok(balance), NOW)


RICH = known(10_000_00)
FRESH_CARD = CardExposure(nok(0), nok(0), 0)
EMPTY_QUEUE = TillExposure(nok(0), 0, None)


def ask(
    amount: int,
    *,
    verb: Verb = Verb.REDEEM,
    rule: VerbRule = RULE,
    limits: Limits = LIMITS,
    memory: CardMemory | None = RICH,
    card: CardExposure = FRESH_CARD,
    till: TillExposure = EMPTY_QUEUE,
    pin: bool = False,
) -> Accept | Refuse:
    return offline_verdict(verb, nok(amount), rule, limits, memory, card, till, pin=pin, now=NOW)


@pytest.mark.parametrize(
    ("case", "room", "reason"),
    [
        ({}, 500_00, Decline.OFFLINE_SALE_LIMIT),
        ({"card": CardExposure(nok(0), nok(460_00), 1)}, 40_00, Decline.OFFLINE_CARD_LIMIT),
        ({"till": TillExposure(nok(4_900_00), 9, NOW)}, 100_00, Decline.OFFLINE_TILL_LIMIT),
        ({"memory": known(80_00)}, 80_00, Decline.OFFLINE_BALANCE),
        ({"memory": known(80_00), "card": CardExposure(nok(30_00), nok(0), 0)}, 50_00, Decline.OFFLINE_BALANCE),
        ({"memory": known(0)}, 0, Decline.OFFLINE_BALANCE),
        ({"memory": None}, 0, Decline.OFFLINE_UNKNOWN_CARD),
        ({"memory": known(None)}, 0, Decline.OFFLINE_UNKNOWN_CARD),
        ({"memory": None, "limits": replace(LIMITS, floor=nok(70_00))}, 70_00, Decline.OFFLINE_UNKNOWN_CARD),
    ],
)
def test_each_room_is_met_to_the_cent(case: dict[str, object], room: int, reason: Decline) -> None:
    for amount in (room - 1, room):
        if amount > 0:
            assert isinstance(ask(amount, **case), Accept)  # type: ignore[arg-type]  # fields of ask
    above = ask(room + 1, **case)  # type: ignore[arg-type]  # fields of ask
    assert above == Refuse(reason, nok(room))


@pytest.mark.parametrize(
    ("at", "below", "reason"),
    [
        (
            {"card": CardExposure(nok(0), nok(0), 2)},
            {"card": CardExposure(nok(0), nok(0), 1)},
            Decline.OFFLINE_CARD_COUNT,
        ),
        ({"till": TillExposure(nok(0), 50, NOW)}, {"till": TillExposure(nok(0), 49, NOW)}, Decline.OFFLINE_TILL_COUNT),
        (
            {"till": TillExposure(nok(0), 1, NOW - timedelta(hours=24, seconds=1))},
            {"till": TillExposure(nok(0), 1, NOW - timedelta(hours=24))},
            Decline.OFFLINE_TOO_OLD,
        ),
        ({"pin": True}, {"pin": False}, Decline.OFFLINE_PIN),
        ({"rule": replace(RULE, offline=False)}, {}, Decline.OFFLINE_VERB),
        ({"verb": Verb.REFUND}, {"verb": Verb.RELOAD}, Decline.OFFLINE_VERB),
        ({"limits": replace(LIMITS, enabled=False)}, {}, Decline.OFFLINE_OFF),
    ],
)
def test_what_stops_acceptance_altogether(at: dict[str, object], below: dict[str, object], reason: Decline) -> None:
    assert ask(1, **at) == Refuse(reason, nok(0))  # type: ignore[arg-type]  # fields of ask
    assert isinstance(ask(1, **below), Accept)  # type: ignore[arg-type]  # fields of ask


amounts = st.integers(0, 600_00)


@given(
    amount=st.integers(1, 600_00),
    balance=st.none() | amounts,
    unsent=amounts,
    today=amounts,
    queued=st.integers(0, 5_100_00),
    verb=st.sampled_from((Verb.REDEEM, Verb.RELOAD)),
)
def test_nothing_is_ever_accepted_above_any_room(
    amount: int, balance: int | None, unsent: int, today: int, queued: int, verb: Verb
) -> None:
    verdict = ask(
        amount,
        verb=verb,
        memory=known(balance),
        card=CardExposure(nok(unsent), nok(today), 1),
        till=TillExposure(nok(queued), 1, NOW),
    )
    rooms = [500_00, 500_00 - today, 5_000_00 - queued]
    if verb is Verb.REDEEM:
        rooms.append((balance or 0) - unsent)  # the last known balance less unsent spends, never plus loads
    if isinstance(verdict, Accept):
        assert amount <= min(rooms)
    else:
        assert amount > min(rooms)
        assert verdict.available == nok(max(0, min(rooms)))
