"""The till that is measured: two programmes of one kind of card, one whose backend answers and one whose line is down.

A card of the second is accepted offline: its swipe is one step with one commit and a picture, whatever the first
backend does meanwhile. That is the swipe the goals are about.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from pathlib import Path

from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_settings import FACE, SwedbankPaySettings
from app.domain import effects as e
from app.domain import messages as m
from app.domain.card import PinRule, Programme
from app.domain.host import Cause, LineHealth
from app.domain.ids import BusinessDay, TerminalId
from app.domain.money import Currency, Money
from app.domain.policy import Limits
from app.domain.till import Book, Setup
from app.domain.verb import Capabilities
from app.domain.view import OperatorView, Role, TillView
from app.service.clock import SystemClock
from app.service.lanes import Lanes
from app.service.running import till_of
from app.service.terminal import Ports, Store, Terminal
from app.storage.journal import Journal, Stamp
from app.storage.vault import Vault

NOK = Currency.NOK
DOWN = "elsewhere"
UP_PREFIX, DOWN_PREFIX = "701336", "701337"
WHO = OperatorView("1", "Cashier 1", Role.CASHIER)
BOSS = OperatorView("9", "Manager", Role.MANAGER)
TILL = TerminalId("TILL0001")
STAMP = Stamp("training", TILL, NOK, ("Here", "Elsewhere"), (FACE, DOWN))
AMOUNT = Money(12_50, NOK)
ROOM = Money(10**12, NOK)
LIMITS = Limits(ROOM, ROOM, 10**9, ROOM, 10**9, timedelta(days=30), ROOM, enabled=True)
"""Offline room that is never used up: what is measured is the work, not the policy's no."""


def capabilities() -> Capabilities:
    """What the real provider can do, without a line to it."""
    nowhere = "http://127.0.0.1:9"
    backend = SwedbankPay(SwedbankPaySettings(nowhere, nowhere, "c", "s", "u", "h", "m", repeat_checked_first=True))
    try:
        return backend.capabilities
    finally:
        backend.close()


def setup() -> Setup:
    """Two programmes, two backends."""
    here = capabilities()
    return Setup(
        terminal_id=TILL,
        store="Bench",
        currency=NOK,
        programmes=(
            Programme("Here", FACE, (UP_PREFIX,), pin=PinRule.NEVER),
            Programme("Elsewhere", DOWN, (DOWN_PREFIX,), pin=PinRule.NEVER),
        ),
        capabilities={FACE: here, DOWN: replace(here, face=DOWN, title="Elsewhere")},
        operators=(WHO, BOSS),
        training=True,
    )


def number_of(prefix: str, index: int) -> str:
    """A card number nobody issued: 19 digits."""
    return f"{prefix}{index:013d}"


def track_of(number: str) -> str:
    """Its stripe."""
    return f"{number}=31121250000"


def open_journal(directory: Path) -> tuple[Journal, Vault]:
    """The till's journal, as the till opens it."""
    vault = Vault.open(directory)
    return Journal.open(directory, vault, STAMP), vault


@dataclass
class Stepper:
    """A till without threads and without a screen: the real terminal on a real journal, its effects dropped."""

    directory: Path
    wrap: Callable[[Journal], Store] = lambda journal: journal
    shown: list[TillView] = field(default_factory=list)
    who: OperatorView = WHO

    def __post_init__(self) -> None:
        self.journal, vault = open_journal(self.directory)
        clock = SystemClock()
        book = Book(NOK)
        book.load(self.journal.open_transactions())
        self.terminal = Terminal(
            till=till_of(self.journal, LIMITS, self.who, clock.local().date()),
            book=book,
            setup=setup(),
            store=self.wrap(self.journal),
            archive=self.journal,
            lanes=Lanes(random.Random(1)),
            ports=Ports(
                send=_drop,
                open_pin=_drop,
                print_receipt=_drop,
                print_card=_drop,
                print_report=_drop,
                switch_line=_drop,
                show=self.shown.append,
            ),
            clock=clock,
            card_key=vault.card_key,
            entropy=lambda: secrets.token_bytes(16),
        )
        self.say(m.Recovered(), m.HealthChanged(DOWN, LineHealth(up=False, cause=Cause.CONNECT)))
        self._cards = 0

    def say(self, *messages: m.Message) -> None:
        """Each in a turn of its own, as a cashier is slow."""
        for message in messages:
            self.terminal.handle([message])
            del self.shown[:-1]

    def ring_up(self) -> m.CardSwiped:
        """The amount stands; what comes next is the swipe."""
        self.say(m.Start(m.Task.PAY), m.AmountEntered(AMOUNT))
        self._cards += 1
        return m.CardSwiped(m.TrackText(track_of(number_of(DOWN_PREFIX, self._cards))))

    def sale(self) -> None:
        """A whole sale, accepted offline."""
        self.say(self.ring_up(), m.Confirm())

    def close(self) -> None:
        """The journal is free again."""
        self.journal.close()


def _drop(*_: object) -> None:
    """An effect that nobody wants."""


def today() -> BusinessDay:
    """The business day of a young journal."""
    return BusinessDay(SystemClock().now().astimezone(UTC).date().isoformat())


def commit_of(step: e.Commit) -> str:
    """What is in a commit, for a note."""
    return "+".join(type(record.body).__name__ for record in step.records)
