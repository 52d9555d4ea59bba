"""A till without threads, disk or screen: the real step, a shelf in memory, one lane per card, and a small host.

After every message the driver checks what must always hold; a journey then only says what a person sees.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.domain import effects as e
from app.domain import job_messages as j
from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.card import CardSecret, Expiry, PinBlock, presented
from app.domain.checkout import step
from app.domain.codes import CodeText
from app.domain.flow import AskingFlow, Flow, PinFirstFlow, PinFlow
from app.domain.host import Cause, HostNotSent, HostReply, HostRequest
from app.domain.ids import BusinessDay, Fresh, TransactionId
from app.domain.messages import Task
from app.domain.picture import Moment, Painter
from app.domain.policy import Limits
from app.domain.product import BasketLine
from app.domain.records import TenderKind
from app.domain.till import Book, Context, Step, Till
from app.domain.transaction import Transaction
from app.domain.view import OperatorView
from tests.helpers.archive import MemoryArchive
from tests.helpers.backends import (
    ASKS_PIN,
    BANK,
    BREAD,
    CASHIER,
    CODE,
    CODED,
    KARI,
    LOW,
    MANAGER,
    NOK,
    OLA,
    ORDINARY,
    OTHER,
    PAR,
    PAR_EMPTY,
    PAR_FACE,
    PAR_SECOND,
    PAR_THIRD,
    PINNED,
    RESTRICTED,
    SHARED,
    TOY,
    VAULT,
    VAULT_BLANK,
    VAULT_FACE,
    WALLET,
    WALLET_BLANK,
    WALLET_FACE,
    nok,
    setup,
)
from tests.helpers.further import Ledger
from tests.helpers.holds import CVC, Holds
from tests.helpers.ledger import PASSCODE, Account

__all__ = [
    "ASKS_PIN", "BANK", "BREAD", "CASHIER", "CODE", "CODED", "CVC", "KARI", "LOW", "MANAGER", "NOK",
    "OLA", "ORDINARY", "OTHER", "PAR", "PAR_EMPTY", "PAR_FACE", "PAR_SECOND",
    "PAR_THIRD", "PASSCODE", "PINNED", "RESTRICTED", "SHARED", "TOY", "VAULT",
    "VAULT_BLANK", "VAULT_FACE", "WALLET", "WALLET_BLANK", "WALLET_FACE", "Counter", "nok", "setup",
]  # fmt: skip

MAX_TURNS = 2_000  # a step that leads to this many others is a circle: a box of 200 cards is 600 of them


def opening_cards(host: Ledger, *, further: bool) -> None:
    """The cards that customers bring."""
    for number, balance in ((ORDINARY, 100_00), (OTHER, 100_00), (LOW, 20_00), (SHARED, 50_00)):
        host.accounts[number] = Account(balance)
    host.accounts[RESTRICTED] = Account(100_00, allowed=("001",))
    host.accounts |= {CODE: Account(60_00), CODED: Account(70_00), f"WEB:{CODED}": Account(70_00)}
    host.accounts[PINNED] = Account(100_00, pin=True)
    host.accounts[ASKS_PIN] = Account(100_00, pin=True)
    if not further:
        return
    pars = {PAR: 100_00, PAR_SECOND: 40_00, PAR_THIRD: 25_00, PAR_EMPTY: 0}
    for place, (number, balance) in enumerate(pars.items(), 1):
        keepers = (OLA,) if number == PAR else ()
        host.accounts[number] = Account(balance, id=f"par-{place}", face=PAR_FACE, keepers=keepers)
    host.accounts[WALLET] = Account(100_00, id="wallet-1", face=WALLET_FACE, keepers=(OLA,))
    host.accounts[WALLET_BLANK] = Account(0, id="wallet-2", face=WALLET_FACE, active=False)
    host.accounts[VAULT] = Account(100_00, id="vault-1", face=VAULT_FACE, pin=True, mute=True, keepers=(OLA,))
    host.accounts[VAULT_BLANK] = Account(0, id="vault-2", face=VAULT_FACE, active=False)


@dataclass
class Lane:
    """What waits for one card; the first is in flight when ``flying``."""

    face: str
    waiting: deque[TransactionId] = field(default_factory=deque)
    flying: TransactionId | None = None


class Counter:
    """The driver. ``hold`` keeps calls on the wire until :meth:`deliver`."""

    def __init__(
        self,
        *,
        proves: bool = True,
        once: bool = False,
        training: bool = True,
        offline: bool = True,
        further: bool = False,
    ) -> None:
        self.setup = setup(proves=proves, once=once, training=training, further=further)
        self.archive = MemoryArchive(NOK)
        self.host = Ledger()
        opening_cards(self.host, further=further)
        self.opened_with = self.host.total()
        """What lay on all cards at the start; a test that puts some there says so."""
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.limits = Limits.shipped(NOK, enabled=offline)
        self.holds = Holds(self.setup, self.archive, self.host)
        self.printed: list[TransactionId] = []
        self.reports: list[int] = []
        self.hold = False
        self.busy_lanes = False
        """Something else is in flight in every lane."""
        self._seed = itertools.count(1)
        self.day = BusinessDay("2026-03-02")
        self._wake()
        self.say(m.Recovered())
        self.sign_in(CASHIER)

    def _wake(self, *, line_up: bool = True) -> None:
        self.book = Book(NOK)
        self.book.load(self.archive.open_rows())
        self.till = Till(self.day, self.archive.stan_count, self.limits, line_up=line_up)
        self.wire: deque[HostRequest] = deque()
        self.lanes: dict[str, Lane] = {}
        self.parked: set[TransactionId] = set()

    # --- the loop

    def say(self, *messages: m.Message) -> None:
        """Each message and everything it leads to."""
        for message in messages:
            self.step(message)
            self.run()

    def step(self, message: m.Message) -> Step:
        """One message, one commit, then the effects."""
        self.now += timedelta(seconds=2)
        done = self.commit_only(message)
        for effect in done.effects:
            self._do(effect)
        return done

    def commit_only(self, message: m.Message) -> Step:
        """One message and its commit; the effects die with the till."""
        done = step(self.till, self.book, message, self._context())
        self.archive.apply(done.commit)
        self.book.apply(done.commit, done.pins)
        self.till = done.till
        self.day = done.till.business_day
        self.limits = done.till.limits
        self.holds.setup = self.setup
        self.holds.check(done, self.till, self.book, self.view())
        return done

    def _context(self) -> Context:
        return Context(
            now=self.now,
            local=self.now,
            fresh=Fresh(next(self._seed).to_bytes(8, "big"), self.now),
            shelf=self.archive,
            setup=self.setup,
            card_key=lambda pan: f"key{hash(pan) & 0xFFFFFFFF:08x}",
        )

    def run(self) -> None:
        """Lanes and host until nothing moves."""
        for _ in range(MAX_TURNS):
            turn = self._next_turn()
            if turn is not None:
                self.step(m.LaneFree(turn))
            elif self.wire and not self.hold:
                self.deliver_one()
            else:
                return
        raise AssertionError("the till and its host go round in circles")

    def _next_turn(self) -> TransactionId | None:
        if not self.till.line_up or self.busy_lanes:
            return None
        for lane in self.lanes.values():
            health = self.till.health.get(lane.face)
            if health is not None and not health.up:
                continue
            if lane.flying is None and lane.waiting and lane.waiting[0] not in self.parked:
                lane.flying = lane.waiting[0]
                return lane.flying
        return None

    def deliver_one(self, reply: HostReply | None = None) -> None:
        """The oldest call on the wire is answered."""
        request = self.wire.popleft()
        if reply is None:
            reply = self.host.answer(request) if self.till.line_up else HostNotSent(Cause.LINE_CUT)
        self.step(m.HostAnswered(request.transaction_id, reply))

    def deliver(self) -> None:
        """The wire is let go of."""
        self.hold = False
        self.run()

    def retry(self) -> None:
        """The back-off of everything has passed."""
        self.parked.clear()
        self.run()

    def _do(self, effect: e.Effect) -> None:
        match effect:
            case e.Ask(request) | e.Send(request):
                self.wire.append(request)
            case e.Enqueue(transaction_id, name, urgent):
                lane = self.lanes.setdefault(name, Lane(self._face_of(transaction_id)))
                if transaction_id in lane.waiting:
                    return
                if urgent:
                    lane.waiting.insert(1 if lane.flying else 0, transaction_id)
                else:
                    lane.waiting.append(transaction_id)
            case e.Release(transaction_id, again):
                self._release(transaction_id, again=again)
            case e.Print(transaction_id):
                self.printed.append(transaction_id)
            case e.PrintReport(number):
                self.reports.append(number)
            case e.Hurry():
                self.parked.clear()
            case _:
                pass

    def _face_of(self, transaction_id: TransactionId) -> str:
        return self.archive.rows[transaction_id].face

    def _release(self, transaction_id: TransactionId, *, again: bool) -> None:
        for lane in self.lanes.values():
            if lane.flying == transaction_id:
                lane.flying = None
            if transaction_id in lane.waiting:
                if again:
                    self.parked.add(transaction_id)
                else:
                    lane.waiting.remove(transaction_id)

    # --- what a person does

    def sign_in(self, who: OperatorView) -> None:
        self.say(m.SignIn(who.id, who.role.value))

    def manager(self) -> None:
        self.say(m.Lock())
        self.sign_in(MANAGER)

    def swipe(self, number: str, *, service: str = "120") -> None:
        self.say(m.CardSwiped(m.TrackText(f"{number}=3012{service}123")))

    def key(self, number: str, cvc: str = CVC) -> None:
        self.say(m.KeyCard(), m.CardKeyed(CardSecret(presented(number), Expiry(2030, 12), cvc)))

    def scan(self, text: str) -> None:
        self.say(m.CodeScanned(CodeText(text)))

    def pay(self, amount: int, number: str, *basket: BasketLine) -> Transaction:
        """F2, the amount, Enter, swipe; and the leg that came of it."""
        self.say(m.Start(Task.PAY), m.AmountEntered(nok(amount), basket))
        self.swipe(number)
        return self.last

    def load(self, amount: int, number: str) -> Transaction:
        """F3, the amount, Enter, swipe, cash."""
        self.say(m.Start(Task.LOAD), m.AmountEntered(nok(amount)))
        self.swipe(number)
        self.cash(amount)
        return self.last

    def sell(self, amount: int) -> Transaction:
        """F4, the amount, Enter, cash."""
        self.say(m.Start(Task.SELL), m.AmountEntered(nok(amount)))
        self.cash(amount)
        return self.last

    def cash(self, amount: int) -> None:
        self.say(m.TakeTender(TenderKind.CASH, nok(amount)))

    def slip(self, amount: int, reference: str = "BANK-1") -> None:
        """Paid by bank card elsewhere; its slip's number is keyed."""
        self.say(m.TakeTender(TenderKind.BANK_CARD, nok(amount), reference))

    def start(self, task: Task) -> None:
        self.say(m.Start(task))

    def amount(self, amount: int) -> None:
        self.say(m.AmountEntered(nok(amount)))

    def type(self, *texts: str) -> None:
        """Answers to questions, one after the other."""
        for text in texts:
            self.say(j.TextEntered(text))

    def enter(self) -> None:
        self.say(m.Confirm())

    def esc(self) -> None:
        self.say(m.Back())

    def cut(self) -> None:
        assert self.till.line_up
        self.say(m.ToggleLine())

    def join(self) -> None:
        assert not self.till.line_up
        self.say(m.ToggleLine())

    def pin(self, block: bytes = b"right") -> None:
        flow = self.flow
        assert isinstance(flow, PinFlow | PinFirstFlow)
        token = flow.transaction_id if isinstance(flow, PinFlow) else flow.token
        self.say(m.PinEntered(token, PinBlock(block, 0)))

    def restart(self, who: OperatorView | None = CASHIER) -> None:
        """The power goes and comes back: everything in memory is lost, and what was on the wire is never heard of."""
        self._wake()
        self.say(m.Recovered())
        if who is not None:
            self.sign_in(who)

    # --- what a person sees

    def view(self) -> v.TillView:
        moment = Moment(self.now, self.now)
        return Painter(self.till, self.book, self.setup, self.archive, moment).picture()

    @property
    def flow(self) -> Flow:
        return self.till.flow

    @property
    def screen(self) -> v.Screen:
        return self.view().screen

    @property
    def outcome(self) -> v.OutcomeBody:
        body = self.view().body
        assert isinstance(body, v.OutcomeBody), body
        return body

    @property
    def last(self) -> Transaction:
        """The transaction that was opened last."""
        return list(self.archive.rows.values())[-1]

    def row(self, transaction: Transaction) -> Transaction:
        return self.archive.rows[transaction.id]

    def undo_of(self, transaction: Transaction) -> Transaction:
        return next(row for row in reversed(self.archive.rows.values()) if row.original == transaction.id)

    def bodies(self, transaction: Transaction) -> list[str]:
        return [type(record.body).__name__ for record in self.archive.life_of(transaction.id)]

    def balance(self, number: str) -> int:
        account = self.host.accounts[number]
        return account.balance - account.held

    def drawer(self) -> int:
        """What the till's records say lies in the drawer."""
        taken: Sequence[r.Record] = self.archive.records
        return sum(record.body.amount.minor for record in taken if isinstance(record.body, r.TenderTaken))

    @property
    def is_asking(self) -> bool:
        return isinstance(self.flow, AskingFlow)
