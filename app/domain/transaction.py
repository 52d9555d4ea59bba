"""The life of a transaction: one table, and the fold that reads it.

A transaction is opened with its STAN and references before anything else happens. From there a cashier, a host or a
silence pushes it along; every push is a record, and the record's kind is what the table is keyed by. A pair that is
not in the table is refused and changes nothing.

The interesting part is the middle. ``RequestSent`` is committed before the first byte leaves, so a till that dies in
``SENT`` wakes up knowing that money may have moved. From ``SENT`` only three things are certain: *approved*, *declined*
and *proven not sent*. Everything else is ``UNKNOWN``, which is left by asking again with the same references, never by
trying anew.

``STORED`` is the till standing in for the issuer: accepted offline, still to be told. It is forwarded until the host
books it (``APPROVED``), or refuses it (``DISPUTED``: somebody must decide where the money comes from).

An approved transaction is taken back by an undo, a transaction of its own with its own STAN. While that is on its way
the original is ``REVERSING``.

Whatever no machine can settle is ``ATTENTION`` (the host can't tell) or ``DISPUTED`` (the host said no): both stand at
the repair desk until a person acts.

State names are persisted. Money is in doubt in ``SENT``, ``UNKNOWN``, ``FORWARDING``, ``REVERSING`` and ``ATTENTION``,
and only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.domain import records as r
from app.domain.card import CardRef
from app.domain.host import Cause
from app.domain.ids import (
    BusinessDay,
    OperatorId,
    OrderRef,
    SaleId,
    Stan,
    TerminalId,
    TransactionId,
    TransactionRef,
)
from app.domain.money import Money, zero
from app.domain.particulars import NONE, Particulars
from app.domain.product import BasketLine
from app.domain.verb import LOADS, MAKES, SPENDS, UNDOES, Verb


class State(StrEnum):
    """Where a transaction stands. Names are persisted."""

    OPEN = "OPEN"
    CARD_READ = "CARD_READ"
    READY = "READY"
    SENT = "SENT"
    UNKNOWN = "UNKNOWN"
    STORED = "STORED"
    FORWARDING = "FORWARDING"
    APPROVED = "APPROVED"
    REVERSING = "REVERSING"
    REVERSED = "REVERSED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    ATTENTION = "ATTENTION"
    DISPUTED = "DISPUTED"
    CLOSED = "CLOSED"


S = State
TABLE: Mapping[tuple[State | None, type[r.TransactionBody]], State] = {
    (None, r.Opened): S.OPEN,
    # before anything is sent
    (S.OPEN, r.CardPresented): S.CARD_READ,
    (S.OPEN, r.Ready): S.READY,
    (S.CARD_READ, r.Ready): S.READY,
    (S.OPEN, r.Cancelled): S.CANCELLED,
    (S.CARD_READ, r.Cancelled): S.CANCELLED,
    (S.READY, r.Cancelled): S.CANCELLED,
    (S.READY, r.RequestSent): S.SENT,
    # the line is down: stand in, or refuse
    (S.READY, r.Stored): S.STORED,
    (S.READY, r.Declined): S.DECLINED,
    # the answer, or none
    (S.SENT, r.Approved): S.APPROVED,
    (S.SENT, r.Declined): S.DECLINED,
    (S.SENT, r.NotSent): S.READY,
    (S.SENT, r.Silence): S.UNKNOWN,
    (S.SENT, r.Abandoned): S.SENT,
    (S.UNKNOWN, r.RepeatSent): S.UNKNOWN,
    (S.UNKNOWN, r.NotSent): S.UNKNOWN,
    (S.UNKNOWN, r.Silence): S.UNKNOWN,
    (S.UNKNOWN, r.Abandoned): S.UNKNOWN,
    (S.UNKNOWN, r.Approved): S.APPROVED,
    (S.UNKNOWN, r.Declined): S.DECLINED,
    (S.UNKNOWN, r.Stuck): S.ATTENTION,
    # the queue
    (S.STORED, r.ForwardSent): S.FORWARDING,
    (S.STORED, r.Voided): S.CANCELLED,
    (S.STORED, r.Overdue): S.STORED,
    (S.FORWARDING, r.ForwardSent): S.FORWARDING,
    (S.FORWARDING, r.Approved): S.APPROVED,
    (S.FORWARDING, r.Disputed): S.DISPUTED,
    (S.FORWARDING, r.Declined): S.DECLINED,
    (S.FORWARDING, r.Silence): S.FORWARDING,
    (S.FORWARDING, r.HeldBack): S.FORWARDING,
    (S.FORWARDING, r.NotSent): S.STORED,
    (S.FORWARDING, r.Abandoned): S.FORWARDING,
    (S.FORWARDING, r.Overdue): S.FORWARDING,
    (S.FORWARDING, r.Stuck): S.ATTENTION,
    # taking back
    (S.APPROVED, r.Voided): S.REVERSING,
    (S.APPROVED, r.Refunded): S.APPROVED,
    (S.APPROVED, r.Captured): S.APPROVED,
    (S.APPROVED, r.Kept): S.APPROVED,
    (S.APPROVED, r.HandedOver): S.APPROVED,
    (S.REVERSING, r.Undone): S.REVERSED,
    (S.REVERSING, r.UndoFailed): S.ATTENTION,
    (S.REVERSING, r.HandedOver): S.REVERSING,
    # the repair desk
    (S.ATTENTION, r.Retried): S.UNKNOWN,
    (S.ATTENTION, r.Voided): S.REVERSING,
    (S.ATTENTION, r.Closed): S.CLOSED,
    (S.DISPUTED, r.Retried): S.FORWARDING,
    (S.DISPUTED, r.Closed): S.CLOSED,
}

FINAL = frozenset({S.APPROVED, S.DECLINED, S.CANCELLED, S.REVERSED, S.CLOSED})
"""Nothing more happens by itself; the sealed card is erased on arrival."""
IN_DOUBT = frozenset({S.SENT, S.UNKNOWN, S.FORWARDING, S.REVERSING, S.ATTENTION})
"""Money may or may not have moved."""
WAITING = frozenset({S.STORED, S.FORWARDING})
"""Accepted on the issuer's behalf, and the issuer has not been told."""
QUEUED = WAITING | {S.UNKNOWN}
"""In the queue as a cashier sees it: what a host must still be told or asked. What is being asked right now is on the
screen, and what is being taken back is counted by its undo."""
ALARM_TRIES = 6
"""After six failed tries an item raises an alarm (PayEx asks for manual intervention after six); it is still tried."""


TAKES_BACK = (SPENDS | LOADS | {Verb.CAPTURE}) - {Verb.AUTHORIZE}
"""Verbs that a void or a refund may name: a reservation is released, not given back."""


class Refused(Exception):
    """A record does not fit the state. Nothing was changed."""

    def __init__(self, state: State | None, kind: str) -> None:
        super().__init__(f"{kind} does not fit {state}")
        self.state = state
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Transaction:
    """The fold of one transaction's records.

    Attributes:
        tries: How many times the money call was started.
        silent: How many of them were not answered; above zero, a proof of "not sent" proves nothing.
        asked: What was asked for; ``amount`` becomes what was booked.
        offline: Whether the till accepted it on the issuer's behalf.
        abandoned: The cashier took another tender; an approval must be undone.
        unconfirmed: The cashier has not seen it: settled only after a restart, or what it made was not told.
        overdue: Older than the limit.
        secret_open: A new card that was not handed over yet.
        captured: A reservation whose money was taken by a capture of its own.
        reason: Persisted code of the last decline, cause or settlement.
    """

    id: TransactionId
    verb: Verb
    state: State
    asked: Money
    amount: Money
    stan: Stan
    business_day: BusinessDay
    opened_at: datetime
    local_time: datetime
    order_ref: OrderRef
    transaction_ref: TransactionRef
    terminal_id: TerminalId
    operator: OperatorId
    sale_id: SaleId | None
    face: str
    original: TransactionId | None = None
    original_stan: Stan | None = None
    products: tuple[BasketLine, ...] = ()
    card: CardRef | None = None
    pin: bool = False
    account_id: str = ""
    host_id: str = ""
    balance: Money | None = None
    allowed_products: tuple[str, ...] = ()
    offline: bool = False
    tries: int = 0
    silent: int = 0
    abandoned: bool = False
    unconfirmed: bool = False
    overdue: bool = False
    secret_open: bool = False
    captured: bool = False
    duplicate: bool = False
    refunded: Money | None = None
    reason: str = ""
    settled_at: datetime | None = None
    particulars: Particulars = NONE

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do: by the syncer, or by a person. This is the journal's partial index."""
        return self.state not in FINAL or self.unconfirmed or self.secret_open or self.is_reservation

    @property
    def is_told(self) -> bool:
        """Whether it belongs among the last receipts: something was asked of a host or accepted. A reservation that was
        granted on the way to a payment is no receipt; its capture is.
        """
        on_the_way = self.verb is Verb.AUTHORIZE and not self.particulars.standing
        granted = on_the_way and self.state in (S.APPROVED, S.REVERSING, S.REVERSED)
        return not granted and self.state not in (S.OPEN, S.CARD_READ, S.READY, S.CANCELLED)

    @property
    def is_reservation(self) -> bool:
        """Whether it holds money on the card that was neither taken nor released yet."""
        return self.verb is Verb.AUTHORIZE and self.state is S.APPROVED and not self.captured

    @property
    def is_missing(self) -> bool:
        """Whether it was booked and what it made was not told."""
        return self.state is S.APPROVED and self.verb in MAKES and self.unconfirmed and not self.secret_open

    @property
    def in_box(self) -> bool:
        """Whether it is one of a box of cards that was paid for at once, and goes on by itself until it is through."""
        return self.verb is Verb.ACTIVATE and self.particulars.count > 0

    @property
    def is_queued(self) -> bool:
        """Whether a host must still be told or asked of it without anybody standing there."""
        return self.state in QUEUED or (self.state is S.READY and self.in_box)

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody stood there for its answer, so that one that comes after a restart was not seen."""
        return not self.offline and self.verb not in UNDOES and not self.in_box

    @property
    def counts(self) -> bool:
        """Whether the money is on this side of the counter: booked, or accepted on the issuer's behalf."""
        return self.state in (S.APPROVED, S.STORED, S.FORWARDING) and not self.abandoned

    @property
    def at_desk(self) -> bool:
        """Whether a person must decide."""
        return self.state in (S.ATTENTION, S.DISPUTED) or (self.unconfirmed and self.state is S.APPROVED)

    @property
    def was_booked(self) -> bool:
        """Whether the host once booked it: then what a person must settle is its undo."""
        return self.settled_at is not None

    @property
    def refundable(self) -> Money:
        """What may still be given back of it."""
        if self.state is not S.APPROVED or self.verb not in TAKES_BACK:
            return zero(self.amount.currency)
        return self.amount - self.refunded if self.refunded else self.amount


def apply(before: Transaction | None, record: r.Record) -> Transaction:
    """One record onto one transaction.

    Raises:
        Refused: the pair is not in the table; ``before`` is unchanged.
    """
    body = record.body
    kind = type(body)
    state = before.state if before else None
    # the table is keyed by transaction bodies; a till's record finds no row and is refused like any other misfit
    target = TABLE.get((state, kind))  # type: ignore[arg-type]
    if target is None or record.transaction_id is None:
        raise Refused(state, kind.__name__)
    if before is None:
        assert isinstance(body, r.Opened)
        return _opened(record.transaction_id, record.at, body)
    after = replace(_told(before, body), state=target)
    if target in FINAL and before.state not in FINAL:
        after = replace(after, settled_at=record.at)
    return after


def fold(records: list[r.Record] | tuple[r.Record, ...]) -> Transaction:
    """The whole life from its records.

    Raises:
        Refused: they are not a life.
    """
    transaction: Transaction | None = None
    for record in records:
        transaction = apply(transaction, record)
    if transaction is None:
        raise Refused(None, "nothing")
    return transaction


def _opened(transaction_id: TransactionId, at: datetime, body: r.Opened) -> Transaction:
    return Transaction(
        id=transaction_id,
        verb=body.verb,
        state=S.OPEN,
        asked=body.amount,
        amount=body.amount,
        stan=body.stan,
        business_day=body.business_day,
        opened_at=at,
        local_time=body.local_time,
        order_ref=body.order_ref,
        transaction_ref=body.transaction_ref,
        terminal_id=body.terminal_id,
        operator=body.operator,
        sale_id=body.sale_id,
        face=body.face,
        original=body.original,
        original_stan=body.original_stan,
        products=body.products,
        particulars=body.particulars,
    )


def _told(before: Transaction, body: r.Body) -> Transaction:
    """What a record says besides the state."""
    match body:
        case r.CardPresented(card):
            return replace(
                before, card=card, face=card.face, account_id=card.account_id, secret_open=before.verb is Verb.ISSUE
            )
        case r.Ready(pin):
            return replace(before, pin=pin)
        case r.RequestSent() | r.RepeatSent() | r.ForwardSent():
            return replace(before, tries=before.tries + 1)
        case r.Approved():
            return replace(
                before,
                amount=body.amount,
                host_id=body.host_id,
                account_id=body.account_id or before.account_id,
                balance=body.balance,
                duplicate=body.duplicate,
                allowed_products=body.allowed_products,
                secret_open=before.secret_open or body.issued,
                reason="",
                unconfirmed=before.unconfirmed or (before.verb in MAKES and not (before.secret_open or body.issued)),
            )
        case r.Declined(reason) | r.Disputed(reason) | r.UndoFailed(_, reason):
            return replace(before, reason=reason.value, unconfirmed=False, secret_open=False)
        case r.Silence(cause, account_id):
            return replace(
                before,
                reason=cause.value,
                silent=before.silent + 1,
                account_id=account_id or before.account_id,
                unconfirmed=before.unconfirmed or (cause is Cause.RESTART and before.is_waited_for),
            )
        case r.NotSent(cause, account_id):
            return replace(before, reason=cause.value, account_id=account_id or before.account_id)
        case r.HeldBack(cause):
            return replace(before, reason=cause.value)
        case r.Stored():
            return replace(before, offline=True)
        case r.Cancelled(reason):
            return replace(before, reason=reason, secret_open=False)
        case r.Stuck(reason):
            return replace(before, reason=reason)  # a new card's number is kept: it may yet turn out booked
        case _:
            return _told_by_people(before, body)


def _told_by_people(before: Transaction, body: r.Body) -> Transaction:
    match body:
        case r.Abandoned():
            return replace(before, abandoned=True)
        case r.Overdue():
            return replace(before, overdue=True)
        case r.Voided():
            return replace(before, unconfirmed=False, secret_open=False)
        case r.Kept():
            return replace(before, unconfirmed=False)
        case r.Captured():
            return replace(before, captured=True)
        case r.Refunded(_, amount):
            return replace(before, refunded=before.refunded + amount if before.refunded else amount)
        case r.HandedOver():
            return replace(before, secret_open=False)
        case r.Closed(how):
            return replace(before, reason=how.value, unconfirmed=False, secret_open=False)
        case _:
            return before
