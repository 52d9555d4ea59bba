"""A till without threads, disk or screen: the real step, a shelf in memory, one lane per card, and a small host.

After every message the driver checks what must always hold; a journey then only says what a person sees.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain import effects as e
from app.domain import messages as m
from app.domain import records as r
from app.domain import view as v
from app.domain.card import CardSecret, Expiry, ExpiryRule, PinBlock, PinRule, Profile, Programme, presented
from app.domain.checkout import step
from app.domain.codes import CodeText
from app.domain.flow import AskingFlow, Flow, PinFlow
from app.domain.host import Cause, HostNotSent, HostReply, HostRequest
from app.domain.ids import BusinessDay, Fresh, TerminalId, TransactionId
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.picture import Moment, Painter
from app.domain.policy import Limits
from app.domain.product import BasketLine
from app.domain.records import TenderKind
from app.domain.till import Book, Context, Queue, Setup, Step, Till
from app.domain.transaction import ALARM_TRIES, QUEUED, Transaction, fold
from app.domain.verb import Capabilities, RepeatRule, Verb, VerbRule
from app.domain.view import OperatorView, Role
from tests.helpers.archive import MemoryArchive
from tests.helpers.ledger import ISSUED_CVC, NOK, Account, Ledger

ORDINARY = "7013360000000000001"
OTHER = "7013360000000000002"
LOW = "7013360000000000003"
RESTRICTED = "7013360000000000004"
PINNED = "7013370000000000005"
ASKS_PIN = "7013360000000000006"
SHARED = "7014400000000000007"
BANK = "4111111111111111"
CODE = "WEB:7H2K-q9XW-PLMN"
CODED = "709913000000000008"
"""A number that is scanned behind its programme's prefix, and swiped without it."""
CVC = "847"
PIN_BLOCKS = (b"right", b"wrong")
MAX_TURNS = 500  # a step that leads to this many others is a circle


def nok(minor: int) -> Money:
    return Money(minor, NOK)


def rules(*, proves: bool = True, once: bool = False) -> dict[Verb, VerbRule]:
    repeat = RepeatRule.ONCE if once else RepeatRule.REPEATABLE

    def rule(undo: Verb | None = None, *, offline: bool = False, card: bool = False) -> VerbRule:
        return VerbRule(repeat, undo, offline, card, refusal_of_repeat_proves_not_booked=proves)

    return {
        Verb.BALANCE: rule(card=True),
        Verb.ISSUE: rule(Verb.REVERSE, card=True),
        Verb.RELOAD: rule(Verb.REVERSE, offline=True, card=True),
        Verb.REDEEM: rule(Verb.REVERSE, offline=True, card=True),
        Verb.AUTHORIZE: rule(Verb.CANCEL, card=True),
        Verb.CAPTURE: rule(Verb.REVERSE),
        Verb.CANCEL: rule(),
        Verb.REVERSE: rule(),
        Verb.REFUND: rule(),
    }


BREAD = BasketLine("001", "Bread", nok(30_00), vat_rate=Decimal(15))
TOY = BasketLine("002", "Toy", nok(70_00))
PLAIN = Profile(13, 19, ExpiryRule.YYMM)
PROGRAMMES = (
    Programme("Gift", "swedbankpay", ("701336",), PLAIN),
    Programme("Pinned", "swedbankpay", ("701337",), replace(PLAIN, service_code=True), PinRule.SERVICE_CODE),
    Programme("North", "swedbankpay", ("701440",), PLAIN),
    Programme("South", "swedbankpay", ("701440",), PLAIN),
    Programme("Web", "swedbankpay", ("709913",), PLAIN, code_prefixes=("WEB:",)),
    Programme("Shop", "swedbankpay", ("709914",), PLAIN, code_prefixes=("SHOP:",)),
)
CASHIER = OperatorView("kari", "Kari", Role.CASHIER)
MANAGER = OperatorView("mona", "Mona", Role.MANAGER)


def setup(*, proves: bool = True, once: bool = False, training: bool = True) -> Setup:
    return Setup(
        terminal_id=TerminalId("T1"),
        store="Shop",
        currency=NOK,
        programmes=PROGRAMMES,
        capabilities={"swedbankpay": Capabilities("swedbankpay", "Swedbank Pay", rules(proves=proves, once=once))},
        operators=(CASHIER, MANAGER),
        training=training,
        catalogue=(BREAD, TOY),
        demo_pins=("1111", "2222"),
    )


@dataclass
class Lane:
    """What waits for one card; the first is in flight when ``flying``."""

    waiting: deque[TransactionId]
    flying: TransactionId | None = None


class Counter:
    """The driver. ``hold`` keeps calls on the wire until :meth:`deliver`."""

    def __init__(self, *, proves: bool = True, once: bool = False, training: bool = True, offline: bool = True) -> None:
        self.setup = setup(proves=proves, once=once, training=training)
        self.archive = MemoryArchive(NOK)
        self.host = Ledger()
        for number, balance in ((ORDINARY, 100_00), (OTHER, 100_00), (LOW, 20_00), (SHARED, 50_00)):
            self.host.accounts[number] = Account(balance)
        self.host.accounts |= {CODE: Account(60_00), CODED: Account(70_00), f"WEB:{CODED}": Account(70_00)}
        self.host.accounts[RESTRICTED] = Account(100_00, allowed=("001",))
        self.host.accounts[PINNED] = Account(100_00, pin=True)
        self.host.accounts[ASKS_PIN] = Account(100_00, pin=True)
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.limits = Limits.shipped(NOK, enabled=offline)
        self.first_sent: dict[TransactionId, tuple[object, ...]] = {}
        self.printed: list[TransactionId] = []
        self.reports: list[int] = []
        self.hold = False
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
        self._check(done)
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
        if not self.till.line_up:
            return None
        for lane in self.lanes.values():
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
                lane = self.lanes.setdefault(name, Lane(deque()))
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

    def _release(self, transaction_id: TransactionId, *, again: bool) -> None:
        for lane in self.lanes.values():
            if lane.flying == transaction_id:
                lane.flying = None
            if transaction_id in lane.waiting:
                if again:
                    self.parked.add(transaction_id)
                else:
                    lane.waiting.remove(transaction_id)

    # --- what must always hold

    def _check(self, done: Step) -> None:
        for row in done.commit.transactions:
            assert fold(self.archive.life_of(row.id)) == row, "the row is the fold of its records"
        for sale in done.commit.sales:
            assert all(not held.minor < 0 for held in sale.held().values()), "no tender goes back twice"
        for effect in done.effects:
            if isinstance(effect, e.Send):
                self._check_send(effect.request)
        stans = [transaction.stan for transaction in self.book]
        assert len(stans) == len(set(stans)), "no two open transactions share a STAN"
        given = [row for row in self.archive.rows.values() if row.refunded is not None]
        assert all(row.refunded is not None and row.refunded <= row.amount for row in given), "refunds exceed"
        self._check_queue()
        self._check_secrets(done, self.view())

    def _check_queue(self) -> None:
        waiting = sorted((row for row in self.book if row.state in QUEUED), key=lambda row: row.id)
        counted = Queue(
            count=len(waiting),
            amount=nok(sum(row.amount.minor for row in waiting)),
            oldest=waiting[0].opened_at if waiting else None,
            at_desk=len([row for row in self.book if row.at_desk]),
            alarm=any(row.tries >= ALARM_TRIES or row.overdue for row in waiting),
        )
        assert self.book.queue() == counted, "the figures that are kept are those that are counted"

    def _check_send(self, request: HostRequest) -> None:
        life = self.archive.life_of(request.transaction_id)
        assert isinstance(life[-1].body, r.RequestSent | r.RepeatSent | r.ForwardSent), "recorded before it is sent"
        silent = any(isinstance(record.body, r.Silence) for record in life)
        assert request.repeat or not silent, "what may have arrived is marked as a repeat"
        same = (
            request.stan, request.order_ref, request.transaction_ref, request.amount, request.local_time,
            request.verb, request.original,
        )  # fmt: skip
        assert self.first_sent.setdefault(request.transaction_id, same) == same, "a repeat keeps its references"

    def _check_secrets(self, done: Step, view: v.TillView) -> None:
        shown = f"{done!r}{view!r}{list(self.book)!r}"
        numbers = (*self.host.accounts, BANK, CVC, ISSUED_CVC)
        # the small host calls its accounts by their number, which a till may write down; a real one does not
        shown = re.sub("account_id='[^']*'", "", shown)
        for number in numbers:
            assert f"'{number}'" not in shown, "a secret is shown"
            assert f"{number}=" not in shown, "a track is shown"
        assert not any(repr(block) in shown for block in PIN_BLOCKS), "a PIN block is shown"

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
        assert isinstance(flow, PinFlow)
        self.say(m.PinEntered(flow.transaction_id, PinBlock(block, 0)))

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
