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
    ROTATE_PIN = "rotate_pin"
    NEW_CODE = "new_code"
    MAKE_BLANKS = "make_blanks"
    READ = "read"
    LIST_ALL = "list_all"


SPENDS = frozenset({Verb.REDEEM, Verb.AUTHORIZE, Verb.CASH_OUT})
"""Verbs that take money off the card."""
LOADS = frozenset({Verb.RELOAD, Verb.ISSUE, Verb.ACTIVATE, Verb.GIFT})
"""Verbs that put money on a card; each needs a tender recorded before it is sent. Not turnover."""
BETWEEN = frozenset({Verb.TRANSFER, Verb.COMBINE})
"""Verbs that move money from card to card: the drawer has no part in them, and nothing takes them back."""
PLAIN = frozenset({Verb.SAVE, Verb.SHARE, Verb.PREFER, Verb.DELETE, Verb.ROTATE_PIN, Verb.NEW_CODE, Verb.MAKE_BLANKS})
"""Verbs that change something at the backend and move no money: their amount is zero. (So is a gift's that gives a
stored card away.)"""
MAKES = frozenset({Verb.ISSUE, Verb.TRANSFER, Verb.ROTATE_PIN, Verb.NEW_CODE, Verb.MAKE_BLANKS})
"""Verbs that make something to be handed over: an approval that shows none is a person's to look into."""
READS = frozenset({Verb.BALANCE, Verb.LIST_CARDS, Verb.LIST_ALL, Verb.READ})
"""Verbs that change nothing: asked past the lanes, never written down."""
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
        needs_customer: Whether the backend's id of a person must travel with it.
        needs_funding: Whether it names the bank-card purchase that pays for it.
        one_call: For an issue: the card and its money are made by one call, so there is no empty card first.
        partial: Whether part of the amount is normal (redeem).
        refusal_of_repeat_proves_not_booked: Whether a refusal answered to a *repeat* proves that the first copy was
            never booked (the host looks references up before it checks anything else).
    """

    repeat: RepeatRule
    undo: Verb | None = None
    offline: bool = False
    needs_card: bool = True
    needs_pin: bool = False
    needs_customer: bool = False
    needs_funding: bool = False
    one_call: bool = False
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
        blanks_by_id: Whether unsold printed cards are named by ids of ours (BOX1-0001), not by their numbers.
        most_blanks: How many unsold cards one call may make; 0 where it makes none.
        codes: Whether its cards may have codes with letters instead of numbers.
        keeps_references: Whether what it keeps for a customer only names the card: deleting it ends nothing, and the
            card in hand stays good.
        pin_in_clear: Whether its wire wants a PIN's digits as they are (over TLS) instead of an encrypted block.
    """

    face: str
    title: str
    verbs: Mapping[Verb, VerbRule] = field(default_factory=dict)
    batch: int = 1
    blanks_by_id: bool = False
    most_blanks: int = 0
    codes: bool = False
    pin_in_clear: bool = False
    keeps_references: bool = False

    def rule(self, verb: Verb) -> VerbRule | None:
        """The rule of a verb, or None where the backend has no such call."""
        return self.verbs.get(verb)
