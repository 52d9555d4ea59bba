"""The verbs of a gift card, and what a backend must say of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verb(StrEnum):
    """What can be done to a gift card. Names are persisted."""

    BALANCE = "balance"
    ISSUE = "issue"
    ACTIVATE = "activate"
    RELOAD = "reload"
    REDEEM = "redeem"
    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REVERSE = "reverse"
    REFUND = "refund"
    TRANSFER = "transfer"
    COMBINE = "combine"
    CASH_OUT = "cash_out"
    SAVE = "save"
    SHARE = "share"
    GIFT = "gift"
    LIST_CARDS = "list_cards"
    PREFER = "prefer"
    DELETE = "delete"


SPENDS = frozenset({Verb.REDEEM, Verb.AUTHORIZE, Verb.CASH_OUT})
"""Verbs that take money off the card."""
LOADS = frozenset({Verb.RELOAD, Verb.ISSUE})
"""Verbs that put money on a card; each needs a tender recorded before it is sent. Not turnover."""
UNDOES = frozenset({Verb.REVERSE, Verb.CANCEL, Verb.REFUND})
"""Verbs that name an original. They never need the card, and are queued whatever the limits."""


class RepeatRule(StrEnum):
    """What may be done when a call of a verb was not answered."""

    REPEATABLE = "repeatable"
    """The same reference again is safe: the host books it once."""
    QUERYABLE = "queryable"
    """The outcome can be looked up by our reference."""
    ONCE = "once"
    """Neither: after silence a person decides."""


@dataclass(frozen=True, slots=True)
class VerbRule:
    """One row of a backend's table.

    Attributes:
        repeat: What silence leads to.
        undo: The verb that takes it back, or None.
        offline: Whether the till may accept it while the line is down (the offline policy still decides).
        needs_card: Whether card data must travel with it.
        needs_pin: Whether it can't be done without a PIN block.
        partial: Whether part of the amount is normal (redeem).
        refusal_of_repeat_proves_not_booked: Whether a refusal answered to a *repeat* proves that the first copy was
            never booked (the host looks references up before it checks anything else).
    """

    repeat: RepeatRule
    undo: Verb | None = None
    offline: bool = False
    needs_card: bool = True
    needs_pin: bool = False
    partial: bool = False
    refusal_of_repeat_proves_not_booked: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one backend can do: the one table that buttons, recovery and offline policy read.

    Attributes:
        face: The backend's name as configured and persisted.
        title: What the cashier reads.
        verbs: A rule for each verb that exists there.
        batch: How many transactions one request may carry when a queue is forwarded (1: no batches).
        codes: Whether its cards may have codes with letters instead of numbers.
        pin_in_clear: Whether its wire wants a PIN's digits as they are (over TLS) instead of an encrypted block.
    """

    face: str
    title: str
    verbs: Mapping[Verb, VerbRule] = field(default_factory=dict)
    batch: int = 1
    codes: bool = False
    pin_in_clear: bool = False

    def rule(self, verb: Verb) -> VerbRule | None:
        """The rule of a verb, or None where the backend has no such call."""
        return self.verbs.get(verb)
