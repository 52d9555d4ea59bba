"""Calls that come in pairs or look before they go, on a line that fails: the client alone, until it has its answer."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.host import (
    HostApproved,
    HostNotSent,
    HostPrepared,
    HostReply,
    HostRequest,
    HostSilent,
    Original,
    Phase,
)
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.verb import RepeatRule, Verb
from app.issuer.ledger import reserved_account
from tests.contract.table import CODE_IS_PIN, ENDPOINTS
from tests.simulation.backend import WiredBackend
from tests.simulation.ground import Ground
from tests.simulation.issuer import Card
from tests.simulation.recipe import HISTORIES
from tests.simulation.runs import FAULTS
from tests.simulation.wire import Fault, Line

SECONDS = 20.0
TRIES = 12
"""Copies of one call: far more than any fault here strikes."""
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
FAILING = [fault for fault in FAULTS if fault.kind not in ("none", "late")]
"""A late copy has no clock to come by here."""


class Hand:
    """Sends one call after the other, each until it is settled, as the lanes would."""

    def __init__(self, ground: Ground, face: str, *, bare: bool = False) -> None:
        self.issuer = ground.issuer
        self.issuer.reset(lambda: START, 1)
        self.line = Line(self.issuer, random.Random(1))
        self.backend = WiredBackend(ground.patterns[bare][face], self.line, lambda: 0.0)
        self.face = face
        self.card: Card = self.issuer.card("ordinary", face)
        self._stans = iter(range(1, 100))
        found = self.backend.send(self.request(Verb.BALANCE, 0, phase=Phase.PREPARE), SECONDS)
        assert isinstance(found, HostPrepared)
        self.account = found.account_id

    def request(self, verb: Verb, minor: int, original: Original | None = None, **more: Any) -> HostRequest:
        rule = self.backend.capabilities.rule(verb)
        assert rule is not None
        code = self.card.pin if self.face in CODE_IS_PIN else ""
        values: dict[str, Any] = {
            "transaction_id": TransactionId(uuid.uuid4().hex),
            "face": self.face,
            "phase": Phase.MONEY,
            "verb": verb,
            "amount": Money(minor, Currency.NOK),
            "stan": Stan.from_count(next(self._stans)),
            "order_ref": OrderRef(str(uuid.uuid4())),
            "transaction_ref": TransactionRef(str(uuid.uuid4())),
            "terminal_id": TerminalId("TILL0001"),
            "local_time": START,
            "card": self.card.keyed(code) if rule.needs_card else None,
            "account_id": getattr(self, "account", ""),
            "original": original,
            "want_balance": False,
        }
        return HostRequest(**(values | more))

    def settle(self, request: HostRequest) -> HostReply:
        """The answer, however many copies it takes."""
        silent = False
        for _ in range(TRIES):
            reply = self.backend.send(replace(request, repeat=silent), SECONDS)
            if isinstance(reply, HostSilent):
                silent = True
                self.line.watch.unanswered(request.transaction_ref)
            elif not isinstance(reply, HostNotSent):
                return reply
        raise AssertionError("never settled")

    def done(self, verb: Verb, minor: int, original: Original | None = None) -> Original:
        """One that must be approved, as what follows it names it."""
        request = self.request(verb, minor, original)
        reply = self.settle(request)
        assert isinstance(reply, HostApproved), reply
        assert reply.amount.minor == minor
        order = original.order_ref if original is not None else request.order_ref
        account = reply.account_id or self.account
        return Original(reply.host_id, account, request.stan, order, request.transaction_ref, verb)

    def spoil(self, fault: Fault, endpoint: str, times: int) -> None:
        self.line.spoil(replace(fault, endpoint=endpoint, next=times))

    @property
    def on_card(self) -> tuple[int, int]:
        """What the card can spend, and what is reserved on it."""
        assert not self.issuer.store.check().faults
        assert self.line.watch.wrong == []
        account_id = self.issuer.account_of[self.card.number]
        reserved = reserved_account(account_id)
        return self.issuer.spendable()[account_id], self.issuer.store.balances([reserved])[reserved]


def hands(ground: Ground, verb: Verb) -> Iterator[Hand]:
    for face, bare in ground.lit:
        if ground.patterns[bare][face].capabilities.rule(verb) is not None:
            yield Hand(ground, face, bare=bare)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", FAILING, ids=str)
def test_a_part_capture_releases_the_rest_whatever_the_line_does(fault: Fault, times: int, ground: Ground) -> None:
    for hand in hands(ground, Verb.CAPTURE):
        for place in (ENDPOINTS[hand.face][Verb.CAPTURE], ENDPOINTS[hand.face][Verb.CANCEL]):
            before = hand.on_card[0]
            reserved = hand.done(Verb.AUTHORIZE, 20_00)
            assert hand.on_card == (before - 20_00, 20_00)
            hand.spoil(fault, place, times)
            hand.done(Verb.CAPTURE, 12_00, reserved)
            assert hand.on_card == (before - 12_00, 0), (hand.face, place)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", FAILING, ids=str)
def test_a_void_releases_all_of_it_whatever_the_line_does(fault: Fault, times: int, ground: Ground) -> None:
    for hand in hands(ground, Verb.CANCEL):
        before = hand.on_card[0]
        reserved = hand.done(Verb.AUTHORIZE, 20_00)
        hand.spoil(fault, ENDPOINTS[hand.face][Verb.CANCEL], times)
        hand.done(Verb.CANCEL, 20_00, reserved)
        assert hand.on_card == (before, 0), hand.face


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("fault", FAILING, ids=str)
def test_what_is_given_back_in_parts_comes_to_what_was_paid(fault: Fault, times: int, ground: Ground) -> None:
    """The cap is reckoned from a history or kept by the host, and holds when the look before fails, too."""
    for hand in hands(ground, Verb.REFUND):
        if hand.backend.capabilities.verbs[Verb.REFUND].repeat is RepeatRule.ONCE:
            continue  # after silence a person decides
        before = hand.on_card[0]
        paid = hand.done(Verb.REDEEM, 20_00)
        for place in (ENDPOINTS[hand.face][Verb.REFUND], HISTORIES.get(hand.face, "nowhere")):
            hand.spoil(fault, place, times)
            hand.done(Verb.REFUND, 10_00, paid)
        assert hand.on_card == (before, 0), hand.face
        hand.spoil(fault, ENDPOINTS[hand.face][Verb.REFUND], times)
        assert not isinstance(hand.settle(hand.request(Verb.REFUND, 1, paid)), HostApproved)
        assert hand.on_card == (before, 0), "nothing is left to give back"
