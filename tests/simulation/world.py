"""Lives of one till: the real terminal, lanes, step and journal, driven by an event queue instead of threads.

Time is a number. What a thread does in the product (a host call, a ping) is an event here; what it posts is delivered
to the terminal as it would be: messages that are waiting together are handled together.

A till dies by a :class:`PowerCut` at a commit: before it, after it and before its effects, or after its effects. What
was on the wire then may still reach the host; its answer reaches nobody.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial

from app.domain import job_messages as j
from app.domain import messages as m
from app.domain.card import Issued, IssuedToken
from app.domain.effects import Commit
from app.domain.host import HostReply, HostRequest, HostSilent, LineHealth, Phase
from app.domain.ids import Stan, TerminalId, TransactionId
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.report import DayReport
from app.domain.till import Book, Setup, Step
from app.domain.transaction import State
from app.domain.verb import RepeatRule
from app.domain.view import NewCardBody, OutcomeBody, OutcomeKind, TillView
from app.service.host_link import LOOKUP_SECONDS, MONEY_SECONDS, PING_DOWN_SECONDS, PING_UP_SECONDS, Health
from app.service.lanes import Lanes
from app.service.running import JournalStore, till_of
from app.service.terminal import Ports, Store, Terminal
from app.storage.journal import Journal
from tests.simulation.backend import WiredBackend
from tests.simulation.ground import Ground
from tests.simulation.issuer import FACES
from tests.simulation.wire import LATE_SECONDS, Line

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
LAMP_MILLISECONDS = 5
"""A ping's round trip, as the issuer tells it."""
MAX_EVENTS = 40_000
"""Events of one run: a history that needs more goes round in circles."""


class PowerCut(Exception):
    """The till is dead from here on."""


class When(Enum):
    """Where in the loop the power goes."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit"
    AFTER_EFFECTS = "after the effects"


@dataclass(frozen=True)
class Death:
    """The power goes at this commit of a life (counted from 1)."""

    commit: int
    when: When


class Clock:
    """Simulated time. ``wall`` is what somebody set the wall clock forward by, or back."""

    def __init__(self) -> None:
        self.at = 0.0
        self.wall = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.at + self.wall)

    def local(self) -> datetime:
        return self.now()

    def ticks(self) -> float:
        return self.at


@dataclass(frozen=True)
class Seen:
    """Something that left the till for good: a slip of paper, or an outcome a cashier read."""

    transaction_id: TransactionId
    stan: str
    amount: int
    settled: bool
    count: int = 1


class MortalStore:
    """The journal as the terminal's store, on a machine whose power may go."""

    def __init__(self, inner: Store, world: World) -> None:
        self._inner = inner
        self._world = world

    def commit(self, commit: Commit) -> None:
        self._world.commits += 1
        self._world.dies(When.BEFORE_COMMIT)
        self._inner.commit(commit)
        self._world.dies(When.AFTER_COMMIT)


class MortalTerminal(Terminal):
    """The real terminal; only after the effects of a commit the power may go."""

    world: World

    def _settle(self, group: Sequence[Step]) -> None:
        before = self.world.commits
        super()._settle(group)
        if self.world.commits > before:
            self.world.dies(When.AFTER_EFFECTS)


@dataclass
class Parts:
    """Where a planted fault may take the place of a part; the real ones by default."""

    terminal: type[MortalTerminal] = MortalTerminal
    lanes: type[Lanes] = Lanes
    backend: type[WiredBackend] = WiredBackend


class World:
    """One run of one till that knows all backends.

    Args:
        bare: Whether its backends are taken at their vendors' bare word, not at what our own host promises.
        first: The backend that sells new cards where several can: it stands first in the till's table.
        disk: A name for a journal in a file; in memory without.
    """

    def __init__(
        self,
        ground: Ground,
        seed: int,
        parts: Parts | None = None,
        *,
        bare: bool = False,
        first: str = FACES[0],
        disk: str = "",
    ) -> None:
        self.ground = ground
        self.parts = parts or Parts()
        self.bare = bare
        self.faces = sorted(FACES, key=lambda face: face != first)
        self.chance = random.Random(seed)
        self.clock = Clock()
        ground.issuer.reset(self.clock.now, seed)
        self.line = Line(ground.issuer, random.Random(seed + 1))
        self._disk = disk
        self.journal: Journal = ground.shelf.on_disk(disk) if disk else ground.shelf.fresh()
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._inbox: list[m.Message] = []
        self.life = 0
        self.commits = 0
        self.death: Death | None = None
        self.arrives = True
        self.deaths = 0
        self.seen: list[Seen] = []
        self.let_go: set[TransactionId] = set()
        self.told: dict[TransactionId, Issued] = {}
        self.pins: dict[str, str] = {}
        self.wrong: list[str] = []
        self.flying: dict[TransactionId, str] = {}
        self.view: TillView | None = None
        self.begin()

    # --- lives

    def begin(self) -> None:
        """Power on: everything in memory is new, and the journal tells the rest."""
        self.life += 1
        self.commits = 0
        self.flying = {}
        self._inbox = []
        self.line.cut = False
        self.health = {face: Health() for face in self.faces}
        patterns = self.ground.patterns[self.bare]
        self.backends = {face: self.parts.backend(patterns[face], self.line, self.clock.ticks) for face in self.faces}
        settings = self.ground.settings
        self.setup = Setup(
            terminal_id=TerminalId(settings.till.terminal_id),
            store="Shop",
            currency=settings.till.currency,
            programmes=settings.programmes(),
            capabilities={face: backend.capabilities for face, backend in self.backends.items()},
            operators=settings.operators(),
            training=True,
            catalogue=settings.catalogue(),
        )
        book = Book(self.setup.currency)
        book.load(self.journal.open_transactions())
        manager = self.setup.operators[-1]
        self.lanes = self.parts.lanes(random.Random(self.chance.random()))
        self.terminal = self.parts.terminal(
            till=till_of(self.journal, settings.limits(), manager, self.clock.local().date()),
            book=book,
            setup=self.setup,
            store=MortalStore(JournalStore(self.journal), self),
            archive=self.journal,
            lanes=self.lanes,
            ports=Ports(
                send=self._send,
                open_pin=lambda _id, _pan, _clear: None,
                print_receipt=self._printed,
                print_card=self._printed_card,
                print_report=self._reported,
                switch_line=self._switch,
                show=self._shown,
            ),
            clock=self.clock,
            card_key=self.ground.shelf.vault.card_key,
            entropy=lambda: self.chance.randbytes(16),
        )
        self.terminal.world = self
        self.post(m.Recovered())
        self.after(0.0, self._ping)

    def dies(self, when: When) -> None:
        """The power goes here, if it is time.

        Raises:
            PowerCut: it is.
        """
        if self.death == Death(self.commits, when):
            raise PowerCut

    def die(self) -> None:
        """The power went: what is on the wire may arrive, and nobody hears the answer."""
        self.deaths += 1
        for transaction_id in self.flying:
            row = self.journal.transaction(transaction_id)
            if row is not None:
                self.line.watch.unanswered(row.transaction_ref)
        self.death = None
        self.arrives = self.chance.random() < 0.5
        if self._disk:
            self.journal._store.close()  # no witness, no last words
            self.journal = self.ground.shelf.on_disk(self._disk)
        self.begin()

    def set_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.clock.wall += seconds
        self.post(m.ClockMoved(round(seconds)))

    def close(self) -> None:
        self.journal._store.close()

    # --- the loop

    def after(self, seconds: float, event: Callable[[], object]) -> None:
        heapq.heappush(self._events, (self.clock.at + seconds, next(self._order), event))

    def in_this_life(self, seconds: float, event: Callable[[], object]) -> None:
        """An event that dies with the till."""
        life = self.life
        self.after(seconds, lambda: event() if life == self.life else None)

    def post(self, message: m.Message) -> None:
        match message:
            case j.PickReservation(transaction_id, True) | m.Decide(transaction_id, m.DeskAction.REVERSE):
                self.let_go.add(transaction_id)
            case _:
                pass
        self._inbox.append(message)

    def run(self, until: Callable[[], bool], seconds: float) -> bool:
        """Until something holds, at most this long; whether it does."""
        end = self.clock.at + seconds
        for _ in range(MAX_EVENTS):
            self._turn()
            if until():
                return True
            following = min(self._events[0][0] if self._events else end, self._next_wake())
            if following > end:
                self.clock.at = end
                return until()
            self.clock.at = max(self.clock.at, following)
            while self._events and self._events[0][0] <= self.clock.at:
                heapq.heappop(self._events)[2]()
        raise AssertionError("the till goes round in circles")

    def _next_wake(self) -> float:
        return self.clock.at + self.terminal.wait() if not self._inbox else self.clock.at

    def _turn(self) -> None:
        if not self._inbox and self.terminal.wait() > 0:
            return
        messages, self._inbox = self._inbox, []
        try:
            self.terminal.handle(messages)
        except PowerCut:
            self.die()

    # --- ports

    def _send(self, request: HostRequest) -> None:
        if request.phase is Phase.MONEY:
            self._one_in_flight(request)
            rule = self.ground.patterns[self.bare][request.face].capabilities.rule(request.verb)
            if rule is not None and rule.repeat is RepeatRule.ONCE:
                self.line.watch.once.add(request.transaction_ref)
        life, backend = self.life, self.backends[request.face]
        self.after(0.001, lambda: self._call(life, backend, request))

    def _one_in_flight(self, request: HostRequest) -> None:
        transaction = self.terminal.book.get(request.transaction_id)
        card = transaction.card.key if transaction is not None and transaction.card is not None else ""
        if card in self.flying.values():
            self.wrong.append("two calls of one card in flight")
        self.flying[request.transaction_id] = card
        row = self.journal.transaction(request.transaction_id)
        if row is None or row.state not in (State.SENT, State.UNKNOWN, State.FORWARDING):
            self.wrong.append(f"sent before it was committed: {request.verb}")

    def _call(self, life: int, backend: WiredBackend, request: HostRequest) -> None:
        """A host thread's work."""
        if life != self.life and not self.arrives:
            return
        money = request.phase is Phase.MONEY
        late = len(self.line.late)
        backend.wire.orphaned = life != self.life
        reply, spent = backend.timed(request, MONEY_SECONDS if money else LOOKUP_SECONDS)
        for call in self.line.late[late:]:
            self.after(LATE_SECONDS, partial(self.line.serve, call))
        if money and (isinstance(reply, HostSilent) or life != self.life):
            self.line.watch.unanswered(request.transaction_ref)
        if life == self.life:
            self.in_this_life(spent, lambda: self._answer(request, reply, spent))

    def _answer(self, request: HostRequest, reply: HostReply, spent: float) -> None:
        self.flying.pop(request.transaction_id, None)
        news = self.health[request.face].after(reply, round(spent * 1000))
        if news is not None:
            self.post(m.HealthChanged(request.face, news))
        self.post(m.HostAnswered(request.transaction_id, reply))

    def _ping(self) -> None:
        """All lamps, one after the other; again soon while one of them is red."""
        life = self.life
        self._look_at_lamps()
        up = all(health.known is not None and health.known.up for health in self.health.values())
        if life == self.life:
            self.in_this_life(PING_UP_SECONDS if up else PING_DOWN_SECONDS, self._ping)

    def _switch(self, up: bool) -> None:
        self.line.cut = not up
        if up:
            self.in_this_life(0.0, self._look_at_lamps)

    def _look_at_lamps(self) -> None:
        for face, backend in self.backends.items():
            news = self.health[face].pinged(self._lamp(face, backend))
            if news is not None:
                self.post(m.HealthChanged(face, news))

    def _lamp(self, face: str, backend: WiredBackend) -> LineHealth:
        """What a ping says. Where nothing on the line can dim a lamp that was seen lit, it is not made again."""
        if self.line.cut or self.line.threatens(self.ground.lit[face, self.bare]):
            return backend.ping()
        return LineHealth(up=True, milliseconds=LAMP_MILLISECONDS)

    def _printed(self, slip: Receipt) -> None:
        row = self.journal.by_stan(Stan(slip.stan))
        if row is None:
            self.wrong.append(f"printed and not in the journal: {slip.stan}")
            return
        cards = slip.count if row.in_box else 1  # a box has one slip
        settled = slip.mark is ReceiptMark.FINAL
        self.seen.append(Seen(row.id, slip.stan, slip.amount.minor, settled, cards))

    def _printed_card(self, slip: Receipt, _secret: Issued) -> None:
        self._printed(slip)

    def _reported(self, _report: DayReport) -> None:
        """A report moves no money."""

    def _shown(self, view: TillView) -> None:
        self.view = view
        body = view.body
        if isinstance(body, NewCardBody):
            self.told[body.transaction_id] = body.secret
            row = self.journal.transaction(body.transaction_id)
            if isinstance(body.secret, IssuedToken) and body.secret.pin and row is not None and row.card is not None:
                self.pins[row.card.key] = body.secret.pin
        if not isinstance(body, OutcomeBody) or body.transaction_id is None:
            return
        row = self.journal.transaction(body.transaction_id)
        if row is None:
            self.wrong.append("shown and not in the journal")
        elif body.kind in (OutcomeKind.APPROVED, OutcomeKind.STORED):
            settled = body.kind is OutcomeKind.APPROVED
            self.seen.append(Seen(row.id, row.stan.digits, body.amount.minor, settled))
