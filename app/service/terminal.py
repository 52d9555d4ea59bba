"""The terminal: the one owner of the till's state and the only writer of its journal.

    messages --> step, step, step --> one commit --> effects --> picture

A stepper like everything that matters here: it is handed messages and the time, and hands out effects through
:class:`Ports`. The thread around it is a loop of a dozen lines (``till.py``), so the simulator runs this very code.

Messages that were waiting may share one commit when they cannot see each other: turns and answers of different cards
and sales. That is what makes a queue of thousands drain at the speed of the line and not of the disk.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.domain import effects as e
from app.domain import messages as m
from app.domain.card import CardSecret, Issued, Pan
from app.domain.checkout import step
from app.domain.flow import StoppedFlow
from app.domain.host import HostNotSent, HostRequest
from app.domain.ids import Fresh, TransactionId
from app.domain.paper import receipt_of
from app.domain.picture import Archive, Moment, Painter
from app.domain.receipt import Receipt
from app.domain.report import DayReport
from app.domain.till import Book, Context, Setup, Step, Till
from app.domain.transaction import Transaction
from app.domain.view import StopKind, TillView
from app.service.clock import Clock
from app.service.lanes import Lanes

GROUP = 64
"""Messages that may share a commit: past this the gain is gone and the window would wait."""
TICK_SECONDS = 1.0

log = logging.getLogger("stanchion.terminal")


class Store(Protocol):
    """Where commits go."""

    def commit(self, commit: e.Commit) -> None:
        """Makes a commit durable, or raises."""


class StoreFailed(Exception):
    """The store would not take a commit: the till stops selling. ``kind`` says why."""

    def __init__(self, kind: StopKind, detail: str = "") -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Ports:
    """Where effects go. None of these may block for long, and none may call back: answers come as messages."""

    send: Callable[[HostRequest], None]
    open_pin: Callable[[TransactionId, Pan, bool], None]
    print_receipt: Callable[[Receipt], None]
    print_card: Callable[[Receipt, Issued], None]
    print_report: Callable[[DayReport], None]
    switch_line: Callable[[bool], None]
    show: Callable[[TillView], None]


class Terminal:
    """The loop's body. Not thread-safe: one thread owns it."""

    def __init__(
        self,
        till: Till,
        book: Book,
        setup: Setup,
        store: Store,
        archive: Archive,
        lanes: Lanes,
        ports: Ports,
        clock: Clock,
        card_key: Callable[[Pan], str],
        entropy: Callable[[], bytes],
    ) -> None:
        self.till = till
        self.book = book
        self._setup = setup
        self._store = store
        self._archive = archive
        self._lanes = lanes
        self._ports = ports
        self._clock = clock
        self._card_key = card_key
        self._entropy = entropy
        self._next_tick = 0.0
        self._shown: TillView | None = None
        self._run_total = 0

    def handle(self, messages: Sequence[m.Message]) -> None:
        """What was waiting, then whatever has become due meanwhile."""
        self._work(messages)
        now = self._clock.ticks()
        if now >= self._next_tick:
            self._next_tick = now + TICK_SECONDS
            self._work([m.Tick()])
        self._show()

    def wait(self) -> float:
        """Seconds until something becomes due by the clock alone."""
        now = self._clock.ticks()
        due = self._lanes.next_at()
        return max(0.0, min(self._next_tick, due if due is not None else self._next_tick) - now)

    def stop_selling(self, kind: StopKind, detail: str = "") -> None:
        """The till can't be trusted to write: it says so and takes nothing more."""
        self.till = replace(self.till, flow=StoppedFlow(kind, detail))
        self._show()

    # --- steps and commits

    def _work(self, messages: Sequence[m.Message]) -> None:
        """The messages, then whatever became due by them: an answer and the next card's turn share a commit."""
        waiting = deque(messages)
        group: list[Step] = []
        touched: set[str] = set()
        # bounded: a turn is either in flight after its step, of which there are a few, or gives its lane back for good
        while waiting or self._became_due(waiting):
            message = waiting.popleft()
            if isinstance(self.till.flow, StoppedFlow):
                return
            keys = self._keys(message)
            if group and (keys is None or keys & touched or len(group) >= GROUP):
                self._settle(group)
                group, touched = [], set()
            taken = self._step(message)
            group.append(taken)
            if keys is None:
                self._settle(group)
                group = []
            else:
                touched |= keys
        self._settle(group)

    def _became_due(self, waiting: deque[m.Message]) -> bool:
        waiting.extend(self._lanes.due(self._clock.ticks()))
        return bool(waiting)

    def _step(self, message: m.Message) -> Step:
        now = self._clock.now()
        context = Context(
            now=now,
            local=self._clock.local(),
            fresh=Fresh(self._entropy(), now),
            shelf=self._archive,
            setup=self._setup,
            card_key=self._card_key,
        )
        taken = step(self.till, self.book, message, context)
        self.till = taken.till
        # Ahead of the commit on purpose: the next step of the group must see it. If the commit fails the till stops
        # and everything in memory is thrown away with it.
        self.book.apply(taken.commit, taken.pins)
        self._line_up(taken)
        if isinstance(message, m.HealthChanged):
            self._lanes.set_open(message.face, self._clock.ticks(), is_open=message.health.up and self.till.line_up)
        return taken

    def _keys(self, message: m.Message) -> set[str] | None:
        """What a message's step may look up; None for one that must have its commit to itself."""
        match message:
            case m.LaneFree(transaction_id):
                pass
            case m.HostAnswered(transaction_id, reply) if not isinstance(reply, HostNotSent):
                pass
            case _:
                return None
        transaction = self.book.get(transaction_id)
        if transaction is None:
            return None
        current = self.till.sale
        if current is not None and transaction.sale_id == current.id:
            return None
        keys: set[str | None] = {transaction.id, transaction.sale_id, transaction.original}
        if transaction.card is not None:
            keys.add(transaction.card.key)
        return {key for key in keys if key is not None}

    def _settle(self, group: Sequence[Step]) -> None:
        """One commit for the group, then its effects: never one before the other."""
        if not group:
            return
        commit = merged([taken.commit for taken in group])
        if not commit.is_empty:
            try:
                self._store.commit(commit)
            except StoreFailed as failed:
                log.critical("the journal would not take a commit: %s", failed.kind.value)
                self.stop_selling(failed.kind, failed.detail)
                return
        for taken in group:
            for effect in taken.effects:
                self._do(effect)

    # --- effects

    def _line_up(self, taken: Step) -> None:
        """Who waits for which lane: till's memory like the book, and ahead of the commit for the same reason.

        Nothing is sent by it. A lane that is free is a turn, a turn is a step, and what that step sends waits for the
        commit that records it.
        """
        now = self._clock.ticks()
        for effect in taken.effects:
            match effect:
                case e.Enqueue(transaction_id, lane, urgent, interactive):
                    transaction = self.book.get(transaction_id)
                    if transaction is not None:
                        self._lanes.submit(
                            transaction_id, transaction.face, lane, now, urgent=urgent, interactive=interactive
                        )
                case e.Release(transaction_id, again):
                    self._lanes.release(transaction_id, now, again=again)
                case e.Hurry():
                    self._lanes.hurry(now)
                case _:
                    pass

    def _do(self, effect: e.Effect) -> None:
        now = self._clock.ticks()
        match effect:
            case e.Ask(request) | e.Send(request):
                self._ports.send(request)
            case e.StartPin(transaction_id, pan, face):
                self._open_pin(transaction_id, pan, face)
            case e.Print(transaction_id, copy):
                self._print(transaction_id, copy)
            case e.PrintReport(number):
                report = self._archive.closed_report(number) if number else None
                self._ports.print_report(report or self._archive.day_report())
            case e.SwitchLine(up):
                self._ports.switch_line(up)
                for face in self._setup.capabilities:
                    self._lanes.set_open(face, now, is_open=up)

    def _open_pin(self, transaction_id: TransactionId, pan: Pan | None, face: str) -> None:
        if pan is not None:
            self._ports.open_pin(transaction_id, pan, self._setup.pin_in_clear(face))
            return
        secret = self.book.secret(transaction_id)
        transaction = self.book.get(transaction_id)
        if transaction is not None and isinstance(secret, CardSecret):
            self._ports.open_pin(transaction_id, secret.pan, self._setup.pin_in_clear(transaction.face))

    def _print(self, transaction_id: TransactionId, copy: int) -> None:
        transaction = self._archive.transaction(transaction_id)
        if transaction is not None:
            sale = self._archive.sale(transaction.sale_id) if transaction.sale_id else None
            slip = receipt_of(transaction, sale, self._archive, self._setup, copy)
            secret = self.book.secret(transaction_id) or self._archive.unsealed(transaction_id)
            if transaction.secret_open and isinstance(secret, Issued):
                self._ports.print_card(slip, secret)  # the one print of the number, for the customer
            else:
                self._ports.print_receipt(slip)

    # --- the picture

    def _show(self) -> None:
        self._progress()
        moment = Moment(self._clock.now(), self._clock.local())
        picture = Painter(self.till, self.book, self._setup, self._archive, moment).picture()
        if picture != self._shown:
            self._shown = picture
            self._ports.show(picture)

    def _progress(self) -> None:
        """A forwarding run is shown as n of m: m is what waited when it began."""
        waiting = self.book.exposure().count
        up = self.till.line_up and any(health.up for health in self.till.health.values())
        if not waiting or not up:
            self._run_total = 0
            sending = None
        else:
            self._run_total = max(self._run_total, waiting)
            sending = (self._run_total - waiting, self._run_total)
        if sending != self.till.sending:
            self.till = replace(self.till, sending=sending)


def merged(commits: Sequence[e.Commit]) -> e.Commit:
    """Several steps as one commit: records in order, the last state of each row."""
    if len(commits) == 1:
        return commits[0]
    rows: dict[TransactionId, Transaction] = {}
    for commit in commits:
        rows.update((transaction.id, transaction) for transaction in commit.transactions)
    return e.Commit(
        records=tuple(record for commit in commits for record in commit.records),
        transactions=tuple(rows.values()),
        secrets={key: secret for commit in commits for key, secret in commit.secrets.items()},
        sales=tuple({sale.id: sale for commit in commits for sale in commit.sales}.values()),
        memories=tuple({memory.key: memory for commit in commits for memory in commit.memories}.values()),
        stops=tuple({change.key: change for commit in commits for change in commit.stops}.values()),
    )
