"""A running till: the threads, in the order they start and stop, and what happens when the disk says no.

    reader, host calls, ping, hooks, printer --messages--> terminal --effects--> host calls, printer, PIN pad, window

Stop order is devices, hooks, pings and host calls, terminal, printer, journal: whoever produces messages ends first,
and the journal is closed when nobody can write any more.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.backends.base import Backend
from app.crypto.pinblock import PinBlockFormat
from app.domain import messages as m
from app.domain.card import Pan
from app.domain.effects import Commit
from app.domain.flow import AmountFlow, HomeFlow, OutcomeFlow, SheetFlow, SignInFlow, StoppedFlow
from app.domain.hook_messages import HooksHeard
from app.domain.ids import BusinessDay
from app.domain.policy import Limits
from app.domain.records import StanSkipped
from app.domain.till import RECEIPTS_SHOWN, Book, Setup, Till
from app.domain.view import OperatorView, StopKind, TillView
from app.service.clock import Clock, JumpWatch, astray
from app.service.hook_watch import HookWatcher
from app.service.host_link import HostLink
from app.service.lanes import PER_FACE, Lanes
from app.service.peripherals import interpret
from app.service.pin_session import PinSession
from app.service.printing import FilePrinter
from app.service.terminal import GROUP, Ports, StoreFailed, Terminal
from app.service.worker import Worker
from app.storage.errors import CommitUnknown, DiskFailed, DiskFull, InUse, ReadOnly, StorageError
from app.storage.journal import Journal
from hardware.events import DeviceEvent
from hardware.supervisor import DeviceThread

REOPEN_SECONDS = 3.0
"""How often a till that stopped for its disk looks whether it can go on."""
TIDY_SECONDS = 60.0
"""After this without a message the journal's log is emptied: erased cards are then gone from the disk, too."""

AT_REST = (HomeFlow, SignInFlow, OutcomeFlow, SheetFlow, AmountFlow)
"""What a cashier may be doing while no money is under way."""

log = logging.getLogger("stanchion.till")


def stop_kind(error: StorageError) -> StopKind:
    """What a storage error means at the counter."""
    match error:
        case CommitUnknown():
            return StopKind.COMMIT_UNKNOWN
        case DiskFull():
            return StopKind.DISK_FULL
        case ReadOnly() | DiskFailed() | InUse():
            return StopKind.DISK_READ_ONLY
        case _:
            return StopKind.JOURNAL_DAMAGED


class JournalStore:
    """The journal as the terminal's ``Store``: its errors become reasons to stop selling."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def commit(self, commit: Commit) -> None:
        """One commit, or :class:`StoreFailed`."""
        try:
            self._journal.commit(commit)
        except StorageError as error:
            if error.ours:
                raise  # our own mistake: the worker reports it and the till stops
            raise StoreFailed(stop_kind(error), error.code) from error


def till_of(journal: Journal, limits: Limits, operator: OperatorView | None, today: date) -> Till:
    """The till's state as the journal tells it."""
    day = journal.business_day() or BusinessDay(today.isoformat())
    last = journal.last_transactions(RECEIPTS_SHOWN)
    enabled = journal.offline_enabled()
    return Till(
        business_day=day,
        stan_count=journal.last_stan_count(),
        limits=limits if enabled is None else replace(limits, enabled=enabled),
        flow=HomeFlow() if operator else SignInFlow(),
        operator=operator,
        receipts=tuple(transaction for transaction in last if transaction.is_told),
    )


class RunningTill:
    """Everything between the window and the disk.

    Args:
        journal: Open.
        reopen: Opens it again after a failure.
        setup: The domain's view of the configuration.
        limits: Offline room as configured.
        backends: By face.
        show: Takes each new picture; called from the terminal's thread.
        operator: Who is signed in at start (training), or nobody.
        per_face: Money calls in flight per backend. A line of 40 ms carries four times as much with sixteen as with
            four; a small host is not hurt by four.
        hooks: The data directory where a receiver keeps the backends' hooks; None where none are configured.
    """

    def __init__(
        self,
        journal: Journal,
        reopen: Callable[[], Journal],
        setup: Setup,
        limits: Limits,
        backends: Mapping[str, Backend],
        printer: Callable[[Callable[[m.Message], None], Callable[[BaseException], None]], FilePrinter],
        pin_key: tuple[PinBlockFormat, bytes],
        cut: Callable[[bool], None],
        show: Callable[[TillView], None],
        clock: Clock,
        card_key: Callable[[Pan], str],
        *,
        operator: OperatorView | None = None,
        failed: Callable[[BaseException], None],
        per_face: int = PER_FACE,
        hooks: Path | None = None,
    ) -> None:
        self._journal = journal
        self._reopen = reopen
        self._setup = setup
        self._limits = limits
        self._clock = clock
        self._card_key = card_key
        self._cut = cut
        self._show = show
        self._failed = failed
        self._devices: list[DeviceThread] = []
        self._jumps = JumpWatch(clock)
        self._last_message = clock.ticks()
        self._next_reopen = 0.0
        self._missed: dict[str, m.HealthChanged | m.ReaderChanged | m.ScannerChanged | HooksHeard] = {}
        self._tidy = True
        self._fresh = True
        self.pin = PinSession(self.post, pin_key[1], pin_key[0], training=setup.training)
        self._per_face = per_face
        self._links = HostLink(backends, self.post, clock, self._fail, per_face=per_face)
        self._hooks = HookWatcher(hooks, self.post, clock, self._fail) if hooks is not None else None
        self._printer = printer(self.post, self._fail)
        self._terminal = self._make_terminal(operator)
        self._worker: Worker[m.Message] = Worker(
            "terminal", self._turn, timeout=self._wait, failed=self._fail, batch=GROUP
        )

    def _make_terminal(self, operator: OperatorView | None, *, line_up: bool = True) -> Terminal:
        book = Book(self._setup.currency)
        book.load(self._journal.open_transactions())
        return Terminal(
            till=replace(till_of(self._journal, self._limits, operator, self._clock.local().date()), line_up=line_up),
            book=book,
            setup=self._setup,
            store=JournalStore(self._journal),
            archive=self._journal,
            lanes=Lanes(secrets.SystemRandom(), self._per_face),
            ports=Ports(
                send=self._links.send,
                open_pin=self.pin.open,
                print_receipt=self._printer.receipt,
                print_card=self._printer.card,
                print_report=self._printer.report,
                switch_line=self._switch_line,
                show=self._show,
            ),
            clock=self._clock,
            card_key=self._card_key,
            entropy=lambda: secrets.token_bytes(16),
        )

    @property
    def titles(self) -> Mapping[str, str]:
        """What the cards of each backend are called; the first programme's name where it has several."""
        return {programme.face: programme.name for programme in reversed(self._setup.programmes)}

    # --- from outside

    def post(self, message: m.Message) -> None:
        """A command or news, from any thread."""
        self._worker.post(message)

    def add_device(self, make: Callable[[Callable[[DeviceEvent], None]], DeviceThread]) -> None:
        """A device that tells its events to this till. Started with it."""
        self._devices.append(make(self._device_event))

    def start(self) -> None:
        """Begins: recovery first, then the rest of the world."""
        # asked before the journal belongs to the terminal's thread
        last = next((entry.record for entry in self._journal.entries(self._journal.seq - 1)), None)
        wrong = astray(self._clock.now(), last.at if last is not None else None)
        self._worker.start()
        # it stays the last record until somebody sells: a till that is started twice says so twice
        skipped = last.body.by if last is not None and isinstance(last.body, StanSkipped) else 0
        self.post(m.Recovered(skipped))
        if wrong:
            self.post(m.ClockMoved(wrong))
        self._printer.start()
        self._links.start()
        if self._hooks is not None:
            self._hooks.start()
        for device in self._devices:
            device.start()

    def stop(self) -> None:
        """A clean stop. What is queued stays queued; nothing is asked twice."""
        for device in self._devices:
            device.stop()
        if self._hooks is not None:
            self._hooks.stop()
        self._links.stop()
        self._worker.stop()
        self._printer.stop()
        self._journal.close()

    # --- inside the terminal's thread

    def _wait(self) -> float:
        return self._terminal.wait()  # a new terminal takes the place of one that stopped

    def _turn(self, messages: list[m.Message]) -> None:
        """What can't be read stops the till as what can't be written does: it opens the journal again and goes on from
        there. Whatever this turn had not committed never was.
        """
        now = self._clock.ticks()
        try:
            if isinstance(self._terminal.till.flow, StoppedFlow):
                self._keep_news(messages)
                self._try_again(now)
            else:
                self._sell(messages, now)
        except StorageError as error:
            if error.ours:
                raise
            log.critical("the journal could not be read: %s", error.code)
            self._terminal.stop_selling(stop_kind(error), error.code)

    def _sell(self, messages: list[m.Message], now: float) -> None:
        moved = self._jumps.jumped()
        if moved:
            messages = [m.ClockMoved(moved), *messages]
        first, self._fresh = self._fresh, False
        if messages:
            self._last_message = now
            self._tidy = True
        self._terminal.handle(messages)
        if self._journal.low_on_space and isinstance(self._terminal.till.flow, AT_REST):
            # the reserve took what was under way when the disk filled up; nothing new is begun on it
            self._terminal.stop_selling(StopKind.DISK_FULL)
            return
        if first:
            self._journal.grow_wal()
        if not messages and self._journal.witness_due:
            self._journal.write_witness()
        if self._tidy and now - self._last_message > TIDY_SECONDS:
            self._tidy = False
            self._journal.tidy()

    def _try_again(self, now: float) -> None:
        """After a disk said no: close, open again, and go on from what is really there."""
        if now < self._next_reopen:
            return
        self._next_reopen = now + REOPEN_SECONDS
        before = self._terminal.till
        try:
            self._journal.close()
            self._journal = self._reopen()
        except StorageError as error:
            self._terminal.stop_selling(stop_kind(error), error.code)
            return
        if self._journal.rolled_back is not None:
            self._terminal.stop_selling(StopKind.JOURNAL_OLD)
            return
        if self._journal.low_on_space:
            return
        log.warning("the journal is open again; going on at record %d", self._journal.seq)
        self._terminal = self._make_terminal(before.operator, line_up=before.line_up)
        # not in the journal, and not told again: lines, reader and hooks speak only when they change
        lamps: list[m.Message] = [m.HealthChanged(face, health) for face, health in before.health.items()]
        lamps += [m.ReaderChanged(before.reader, before.reader_name), HooksHeard(before.hooked)]
        if before.scanner is not None:
            lamps.append(m.ScannerChanged(before.scanner, before.scanner_name))
        self._terminal.handle([*lamps, *self._missed.values(), m.Recovered()])
        self._missed.clear()

    def _keep_news(self, messages: list[m.Message]) -> None:
        """Lamps change while the till is stopped, and say so once; everything else it would have refused."""
        for message in messages:
            match message:
                case m.HealthChanged(face):
                    self._missed[face] = message
                case m.ReaderChanged() | m.ScannerChanged():
                    self._missed[type(message).__name__] = message
                case HooksHeard():
                    self._missed["hooks"] = message
                case _:
                    pass

    def _device_event(self, event: DeviceEvent) -> None:
        message = interpret(event)
        if message is not None:
            self.post(message)

    def _switch_line(self, up: bool) -> None:
        self._cut(not up)
        if up:
            self._links.ping_now()

    def _fail(self, fault: BaseException) -> None:
        log.critical("a thread ended by %s", type(fault).__name__)
        self._failed(fault)
