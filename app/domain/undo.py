"""Making a transaction not have happened: struck out, abandoned, or taken back by an undo of its own.

Which of the three depends on what is known about the money. Nothing sent: it is cancelled. In doubt: it is marked
abandoned, and undone should it turn out approved. Booked: an undo with its own STAN names it.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain import effects as e
from app.domain import records as r
from app.domain.calls import enqueue, show_outcome
from app.domain.draft import Draft
from app.domain.flow import AskingFlow
from app.domain.host import Decline
from app.domain.money import Money, total, zero
from app.domain.transaction import FINAL, State, Transaction
from app.domain.verb import UNDOES, Verb


def take_back(d: Draft, leg: Transaction) -> None:
    """Makes a transaction not have happened, whatever it takes."""
    if leg.verb in UNDOES:
        return
    match leg.state:
        case State.OPEN | State.CARD_READ | State.READY:
            d.record(leg.id, r.Cancelled("given-up"))
            d.effects.append(e.Release(leg.id))
            free_reservation(d, leg)
        case State.STORED:
            d.record(leg.id, r.Voided())
            d.effects.append(e.Release(leg.id))
            free_reservation(d, leg)
        case State.SENT | State.UNKNOWN | State.FORWARDING if not leg.abandoned:
            d.record(leg.id, r.Abandoned())
        case State.APPROVED if leg.verb is not Verb.AUTHORIZE or free_to_release(d, leg):
            undo(d, leg)
        case _:
            pass


def free_to_release(d: Draft, reserved: Transaction) -> bool:
    """Whether it is a reservation that no capture is, or may be, taking the money of."""
    return reserved.is_reservation and not any(
        other.original == reserved.id and other.verb is Verb.CAPTURE and other.state not in FINAL
        for other in d.open_transactions()
    )


def free_reservation(d: Draft, capture: Transaction) -> None:
    """A capture that came to nothing leaves money reserved: release it, unless it was reserved to stand."""
    reserved = d.transaction(capture.original) if capture.verb is Verb.CAPTURE and capture.original else None
    if reserved is not None and free_to_release(d, reserved) and not reserved.particulars.standing:
        undo(d, reserved)


def undone_by(d: Draft, original: Transaction) -> Verb | None:
    """The verb that takes it back; None where its backend has none, or gave it no id that an undo could name."""
    rule = d.setup.rule(original.face, original.verb)
    return rule.undo if rule is not None and original.host_id else None


def undo(d: Draft, original: Transaction, *, interactive: bool = False) -> None:
    """Takes an approved transaction back by one of its own, with its own STAN, naming it."""
    verb = undone_by(d, original)
    amount = original.amount - original.refunded if original.refunded else original.amount
    amount -= pending_refunds(original, d.open_transactions())  # what one under way may bring back is not given twice
    if not amount.is_positive:
        return
    d.record(original.id, r.Voided())
    if verb is None:
        # this backend can't take it back: a person must
        d.record(original.id, r.UndoFailed(original.id, Decline.OTHER))
        return
    new = d.open(verb, amount, original.card, original=original, face=original.face)
    send_undo(d, new, interactive=interactive)


def send_undo(d: Draft, new: Transaction, *, interactive: bool) -> None:
    """On its way, or into the queue: an undo reports what must happen, so it is queued whatever the limits."""
    new = d.record(new.id, r.Ready(pin=False))
    if interactive:
        d.go(AskingFlow(new.id, d.context.now))
    if d.line_up(new.face):
        enqueue(d, new)
    else:
        store_whatever_the_limits(d, new)
        show_outcome(d, new.id)


def store_whatever_the_limits(d: Draft, transaction: Transaction) -> None:
    """For what finishes or takes back something the host already holds."""
    transaction = d.record(transaction.id, r.Stored())
    enqueue(d, transaction)


def pending_refunds(original: Transaction, others: Iterable[Transaction]) -> Money:
    """Refunds of it that are on their way, or may be: they must not be given a second time."""
    return total(
        [
            other.amount
            for other in others
            if other.original == original.id and other.verb is Verb.REFUND and other.state not in FINAL
        ],
        original.amount.currency,
    )


def still_refundable(original: Transaction, others: Iterable[Transaction]) -> Money:
    """What may still be given back, with refunds under way among the open ``others`` taken off."""
    left = original.refundable - pending_refunds(original, others)
    return left if left.is_positive else zero(left.currency)
