"""The frame of the picture: what is drawn around every screen, and what each screen may look up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from app.domain import view as v
from app.domain.business import has_business, stop_entry
from app.domain.flow import (
    AskingFlow,
    CardInHand,
    LookingFlow,
    NewCardFlow,
    PinFirstFlow,
    PinFlow,
    StoppedFlow,
)
from app.domain.host import Cause
from app.domain.ids import BusinessDay, TransactionId
from app.domain.job import MORE_TASKS
from app.domain.job_bodies import StopEntry
from app.domain.messages import Task
from app.domain.money import Money, zero
from app.domain.offers import Standing, is_manager, line_up, why_not
from app.domain.report import DayReport, Line
from app.domain.till import Book, Setup, Shelf, Till
from app.domain.transaction import QUEUED, Transaction

_RAIL = (
    Task.BALANCE, Task.PAY, Task.LOAD, Task.SELL, Task.REFUND, Task.VOID, Task.QUEUE, Task.MANAGER,
)  # fmt: skip
SLOW_MS = 1500
"""A backend that takes longer is shown as slow: a customer starts to look up."""


class Archive(Shelf, Protocol):
    """What the picture may read besides what a step may."""

    def day_report(self) -> DayReport:
        """The figures since the last Z."""

    def sales_today(self) -> Line:
        """Gift cards taken as payment since the last Z: how many, and less what was given back."""

    def closed_report(self, number: int) -> DayReport | None:
        """The figures of a numbered Z."""

    def hours(self, day: BusinessDay) -> tuple[v.HourBar, ...]:
        """The chart of the day."""

    def stop_list(self) -> tuple[StopEntry, ...]:
        """The cards the shop takes no more, oldest first."""

    def page(self, before: int | None, limit: int) -> tuple[tuple[Transaction, ...], int | None]:
        """History, newest first, and the key of the next page."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the picture needs of now."""

    now: datetime
    local: datetime


class FramePainter:
    """Draws the frame; the screens are drawn by its child, the painter of the whole."""

    def __init__(self, till: Till, book: Book, setup: Setup, archive: Archive, moment: Moment) -> None:
        self._till = till
        self._book = book
        self._setup = setup
        self._archive = archive
        self._now = moment.now
        self._zero = zero(setup.currency)

    @cached_property
    def _open(self) -> list[Transaction]:
        """All that is open, oldest first; sorted only for the screens that list it, not for every picture."""
        return sorted(self._book, key=lambda transaction: transaction.id)

    # --- the frame

    def _tasks(self) -> tuple[v.TaskView, ...]:
        return tuple(v.TaskView(task, self._why_not(task)) for task in _RAIL)

    def _more(self) -> tuple[v.TaskView, ...]:
        """What F7 opens: all that some backend of this till can do, and what the till does by itself."""
        shown = [v.TaskView(task, self._why_not(task)) for task in MORE_TASKS]
        return tuple(line for line in shown if line.why is not v.Why.NOT_AT_BACKEND)

    def _why_not(self, task: Task) -> v.Why | None:
        if isinstance(self._till.flow, StoppedFlow):
            return v.Why.STOPPED
        if self._till.operator is None:
            return v.Why.SIGN_IN_FIRST
        if isinstance(self._till.flow, AskingFlow | PinFlow | PinFirstFlow | NewCardFlow | LookingFlow):
            return v.Why.BUSY
        if task is Task.BALANCE:
            return None  # what is remembered is shown without the line, too
        return why_not(task, self._standing())

    def _standing(self, card: CardInHand | None = None, balance: Money | None = None) -> Standing:
        stopped = card is not None and stop_entry(card.ref, self._archive) is not None
        busy = card is not None and has_business(card.ref, self._book)
        return Standing(self._till, self._setup, stopped, balance, busy, self._standing_reservations)

    def _reserved(self) -> list[Transaction]:
        """Money that was reserved on purpose, oldest first."""
        return [t for t in self._open if t.is_reservation and t.particulars.standing]

    @cached_property
    def _standing_reservations(self) -> bool:
        return any(t.is_reservation and t.particulars.standing for t in self._book)

    def _up(self, face: str) -> bool:
        return line_up(self._till, face)

    def _strip(self) -> v.Strip:
        lamps = tuple(self._backend_lamp(face) for face in self._setup.capabilities)
        if not self._till.line_up:
            line = v.Lamp.OFF
        elif all(lamp.lamp is v.Lamp.BAD for lamp in lamps):
            line = v.Lamp.BAD
        else:
            line = v.Lamp.GOOD
        return v.Strip(
            reader=self._till.reader,
            reader_name=self._till.reader_name,
            line=line,
            backends=lamps,
            queue=self._queue_totals(),
            printer=v.Lamp.GOOD if self._till.printer_ok else v.Lamp.BAD,
            keys_in_file=self._setup.keys_in_file,
            scanner=self._till.scanner,
            scanner_name=self._till.scanner_name,
        )

    def _backend_lamp(self, face: str) -> v.BackendLamp:
        title = self._setup.capabilities[face].title
        health = self._till.health.get(face)
        if not self._till.line_up:
            return v.BackendLamp(face, title, v.Lamp.OFF, cause=Cause.LINE_CUT)
        if health is None:
            return v.BackendLamp(face, title, v.Lamp.BUSY)
        if not health.up:
            return v.BackendLamp(face, title, v.Lamp.BAD, cause=health.cause)
        slow = health.milliseconds > SLOW_MS
        return v.BackendLamp(face, title, v.Lamp.WARN if slow else v.Lamp.GOOD, health.milliseconds)

    def _queue_totals(self) -> v.QueueTotals:
        queue = self._book.queue()
        return v.QueueTotals(
            count=queue.count,
            amount=queue.amount,
            oldest=queue.oldest,
            at_desk=queue.at_desk,
            alarm=queue.alarm,
        )

    def _room(self) -> v.OfflineRoom:
        limits = self._till.limits
        exposure = self._book.exposure()
        left = limits.per_till - exposure.amount
        return v.OfflineRoom(
            enabled=limits.enabled,
            amount_left=left if left.is_positive else self._zero,
            amount_limit=limits.per_till,
            count_left=max(0, limits.per_till_count - exposure.count),
            count_limit=limits.per_till_count,
            per_sale=limits.per_sale,
        )

    def _line(self, transaction: Transaction) -> v.ReceiptLine:
        return v.ReceiptLine(
            transaction_id=transaction.id,
            at=transaction.local_time,
            verb=transaction.verb,
            amount=transaction.amount,
            state=transaction.state,
            offline=transaction.offline and transaction.state in QUEUED,
            stan=transaction.stan.digits,
        )

    # --- what the screens look up, too

    def _get(self, transaction_id: TransactionId) -> Transaction:
        found = self._book.get(transaction_id) or self._archive.transaction(transaction_id)
        assert found is not None, "a flow names a transaction that was committed with it"
        return found

    def _is_manager(self) -> bool:
        return is_manager(self._till)

    def _rest(self) -> Money | None:
        sale = self._till.sale
        return sale.rest(self._archive.legs_of(sale.id)) if sale else None
