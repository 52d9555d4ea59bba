"""What is not settled of a card, and what that leaves of its balance: on its way, queued, in doubt, reserved.

One card may be known by two names: by the keyed hash of its number, and by its backend's own id where it was chosen
from a customer's list. Both are meant here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.domain.card import CardRef
from app.domain.flow import Job
from app.domain.job_bodies import StopEntry
from app.domain.money import Money, total
from app.domain.policy import CardExposure
from app.domain.till import Shelf
from app.domain.transaction import FINAL, State, Transaction
from app.domain.verb import LOADS, SPENDS, Verb

# Where a spend may have been booked although the till has not heard so: it comes off what a card is good for.
_MAY_BE_BOOKED = frozenset({State.SENT, State.UNKNOWN, State.ATTENTION})


def stored_key(face: str, account_id: str) -> str:
    """The key of a card of which nothing but its backend's id is known."""
    return f"{face}:{account_id}"


def _is(ref: CardRef, other: CardRef, account_id: str) -> bool:
    named = ref.account_id != "" and ref.account_id in (account_id, other.account_id)
    return other.key == ref.key or (named and other.face == ref.face)


def names(transaction: Transaction, ref: CardRef) -> bool:
    """Whether it is about this card."""
    return transaction.card is not None and _is(ref, transaction.card, transaction.account_id)


def takes_from(transaction: Transaction, ref: CardRef) -> bool:
    """Whether this card gives all its money away in it."""
    told = transaction.particulars
    by_id = ref.account_id != "" and ref.account_id in told.sources and ref.face == transaction.face
    return ref.key in told.source_keys or by_id


def has_business(ref: CardRef, open_ones: Iterable[Transaction]) -> bool:
    """Whether something of a card is not settled. What ends the card then would leave it to be refused."""
    return any((t.state not in FINAL or t.is_reservation) and (names(t, ref) or takes_from(t, ref)) for t in open_ones)


def may_end(job: Job, open_ones: Iterable[Transaction]) -> bool:
    """Whether the old card of a transfer may end with it: it gives all away, and nothing of it is still to be told."""
    return job.card is not None and job.amount == job.balance and not has_business(job.card.ref, open_ones)


def stop_entry(ref: CardRef, shelf: Shelf) -> StopEntry | None:
    """Why the shop takes a card no more, whichever of its names was stopped."""
    by_id = shelf.stopped(stored_key(ref.face, ref.account_id)) if ref.account_id else None
    return shelf.stopped(ref.key) or by_id


def ends_its_card(transaction: Transaction) -> bool:
    """Whether its card is no card afterwards."""
    return transaction.verb is Verb.DELETE or transaction.particulars.end_source


def exposure(ref: CardRef, stored: CardExposure, open_ones: Iterable[Transaction]) -> CardExposure:
    """What comes off the last known balance, besides what is ``stored``: online spends that may have been booked, and
    loads that are being taken off again. A card that may have given all away, or ended, is good for nothing.
    """
    doubtful = []
    gone = stored.gone
    for other in open_ones:
        may_be = other.state in _MAY_BE_BOOKED
        gone = gone or (may_be and (takes_from(other, ref) or (names(other, ref) and ends_its_card(other))))
        takes = may_be and (other.verb in SPENDS or other.verb is Verb.TRANSFER)
        if (takes or (other.verb in LOADS and other.state is State.REVERSING)) and names(other, ref):
            doubtful.append(other.amount)
    spends = stored.unsent_spends
    return replace(stored, unsent_spends=spends + total(doubtful, spends.currency), gone=gone)


def left_of(balance: Money, spent: Money) -> Money:
    """A balance less what was taken off it, never below nothing."""
    return max(balance - spent, replace(balance, minor=0))
