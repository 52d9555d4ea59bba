"""May this be accepted while the line is down?

Every rival switches gift cards off when the line falls. Stanchion goes on, inside limits that a manager sets and the
screen shows before the swipe. The answer is computed from what the till itself knows: the last balance it saw, less
what it has accepted since and not told the host. Its own unsent loads are never added: a load may still be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.host import Decline
from app.domain.money import Currency, Money, zero
from app.domain.verb import LOADS, SPENDS, Verb, VerbRule


@dataclass(frozen=True, slots=True)
class Limits:
    """The room for offline acceptance. All amounts in the till's currency.

    Shipped defaults (product.md's counter rules): 500.00 a sale; 500.00 and 2 sales per card and day; 5,000.00 and 50
    items per till; the oldest 24 h; a card never seen gets ``floor`` (nothing).
    """

    per_sale: Money
    per_card_day: Money
    per_card_count: int
    per_till: Money
    per_till_count: int
    max_age: timedelta
    floor: Money
    enabled: bool = False

    @classmethod
    def shipped(cls, currency: Currency, *, enabled: bool) -> Limits:
        """The defaults: off in production until a manager turns it on, on in training."""
        return cls(
            per_sale=Money(500_00, currency),
            per_card_day=Money(500_00, currency),
            per_card_count=2,
            per_till=Money(5_000_00, currency),
            per_till_count=50,
            max_age=timedelta(hours=24),
            floor=zero(currency),
            enabled=enabled,
        )


@dataclass(frozen=True, slots=True)
class CardMemory:
    """What the till remembers of a card it has seen, by keyed hash. Balance None: never answered.

    ``touched``: it was used elsewhere after ``as_of``, so the balance is known to be another one by now. It is still
    the last that is known: the limits decide what may be accepted on it. ``ended``: it gave all away for good, or was
    deleted; nothing is taken from it and nothing put on it, until its host tells otherwise.
    """

    key: str
    last4: str
    programme: str
    face: str
    account_id: str
    balance: Money | None
    as_of: datetime
    pin_required: bool = False
    touched: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class CardExposure:
    """What the till has accepted offline on one card.

    Attributes:
        unsent_spends: Accepted and not yet booked by the host, any day: comes off the last known balance.
        today_amount: Accepted offline today, told to the host or not.
        today_count: How many of them.
        gone: Whether all its money may have been given away, or the card may have ended: nobody knows yet.
    """

    unsent_spends: Money
    today_amount: Money
    today_count: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class TillExposure:
    """What is waiting in the queue: sum of money at risk, count, and the oldest one's time."""

    amount: Money
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Accept:
    """Stand in. ``available`` is what the card was good for, ``as_of`` how old that knowledge is."""

    available: Money
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Don't. ``available`` is what would still go through, to be offered as part payment."""

    reason: Decline
    available: Money


def offline_verdict(
    verb: Verb,
    amount: Money,
    rule: VerbRule,
    limits: Limits,
    memory: CardMemory | None,
    card: CardExposure,
    till: TillExposure,
    *,
    pin: bool,
    now: datetime,
) -> Accept | Refuse:
    """Whether the till may accept ``amount`` on the issuer's behalf.

    Args:
        verb: What is asked.
        amount: How much, positive.
        rule: The backend's row for the verb.
        limits: The room.
        memory: Last known balance, or None for a card never seen.
        card: This card's own exposure.
        till: The queue.
        pin: Whether this card's calls carry a PIN block, which never rests on disk.
        now: Wall clock (UTC).
    """
    nothing = zero(amount.currency)
    if not limits.enabled:
        return Refuse(Decline.OFFLINE_OFF, nothing)
    if not rule.offline or verb not in (SPENDS | LOADS):
        return Refuse(Decline.OFFLINE_VERB, nothing)
    if pin:
        return Refuse(Decline.OFFLINE_PIN, nothing)
    if card.gone or (memory is not None and memory.ended):
        return Refuse(Decline.OFFLINE_BALANCE, nothing)
    if till.oldest is not None and now - till.oldest > limits.max_age:
        return Refuse(Decline.OFFLINE_TOO_OLD, nothing)
    if till.count >= limits.per_till_count:
        return Refuse(Decline.OFFLINE_TILL_COUNT, nothing)
    if card.today_count >= limits.per_card_count:
        return Refuse(Decline.OFFLINE_CARD_COUNT, nothing)
    rooms = [
        (limits.per_sale, Decline.OFFLINE_SALE_LIMIT),
        (limits.per_card_day - card.today_amount, Decline.OFFLINE_CARD_LIMIT),
        (limits.per_till - till.amount, Decline.OFFLINE_TILL_LIMIT),
    ]
    available = _available(limits, memory, card) if verb in SPENDS else None
    if available is not None:
        reason = Decline.OFFLINE_BALANCE if memory and memory.balance is not None else Decline.OFFLINE_UNKNOWN_CARD
        rooms.append((available, reason))
    room, reason = min(rooms, key=lambda pair: pair[0])
    if amount > room:
        return Refuse(reason, room if room.is_positive else nothing)
    return Accept(available if available is not None else room, memory.as_of if memory else None)


def _available(limits: Limits, memory: CardMemory | None, card: CardExposure) -> Money:
    known = memory.balance if memory is not None else None
    return (limits.floor if known is None else known) - card.unsent_spends
