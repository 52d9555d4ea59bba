"""Printed cards in a row get their value: a box of them, paid for at once.

Every card is a transaction of its own, all of them opened by the one step that follows the tender. So a till that dies
in the middle wakes up with the whole range in its journal: those that were on the wire are asked about, those that were
not go out then, and none goes out twice. What fails is named, and its money goes back.

Numbers in a row end in a check digit (ISO/IEC 7812-1, Luhn) where the first and the last one do; then the digits before
it count, else the whole number does. Backends that name unsold cards by ids count the digits at the end of the id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain import records as r
from app.domain.business import stored_key
from app.domain.calls import enqueue
from app.domain.card import CardRef, CardRefused, CardSecret, EntryMode, Pan, Programme
from app.domain.draft import Draft
from app.domain.flow import Job, RangeFlow
from app.domain.job import MOST_IN_RANGE
from app.domain.particulars import Particulars
from app.domain.sale import Sale
from app.domain.schemes import programmes_for
from app.domain.verb import Verb

MAX_ID = 64
"""Longest id of an unsold card: what fits on a label."""


@dataclass(frozen=True, slots=True)
class RangeCard:
    """One card of a range: a number of a programme, or an id."""

    last4: str
    programme: str
    pan: Pan | None = None
    card_id: str = ""


def by_id(d: Draft, job: Job) -> bool:
    """Whether the cards of this job's backend are named by ids."""
    backend = d.setup.capabilities.get(job.programme.face) if job.programme else None
    return backend is not None and backend.blanks_by_id


def is_end(d: Draft, job: Job, text: str) -> bool:
    """Whether this can be the first card of a range."""
    if by_id(d, job):
        return 0 < len(text) <= MAX_ID and text[-1:].isdigit() and text.isascii()
    return _programme_of(d, job, text.replace(" ", "")) is not None


def cards(d: Draft, job: Job) -> tuple[RangeCard, ...]:
    """The whole range, in order; empty where first and last are none of one row, or too many lie between."""
    if not is_end(d, job, job.first) or not is_end(d, job, job.last):
        return ()
    assert job.programme is not None
    if by_id(d, job):
        return tuple(
            RangeCard(card_id[-4:], job.programme.name, card_id=card_id) for card_id in _ids(job.first, job.last)
        )
    numbers = _numbers(job.first.replace(" ", ""), job.last.replace(" ", ""))
    found = [(number, _programme_of(d, job, number)) for number in numbers]
    row = tuple(RangeCard(number[-4:], own.name, Pan(number)) for number, own in found if own is not None)
    return row if len(row) == len(numbers) else ()


def _programme_of(d: Draft, job: Job, digits: str) -> Programme | None:
    """The programme of this job's backend whose number it is; None for any other number, and for a bank card."""
    assert job.programme is not None
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        found = programmes_for(digits, d.setup.programmes)
    except CardRefused:
        return None
    own = next((programme for programme in found if programme.face == job.programme.face), None)
    fits = own is not None and own.profile.min_digits <= len(digits) <= own.profile.max_digits
    return own if fits else None


def key_of(d: Draft, job: Job, card: RangeCard) -> str:
    """By what the till knows the card again."""
    assert job.programme is not None
    return d.context.card_key(card.pan) if card.pan else stored_key(job.programme.face, card.card_id)


def has_stopped(d: Draft, job: Job) -> bool:
    """Whether the shop takes one of them no more: a stolen box is sold to nobody."""
    return any(d.context.shelf.stopped(key_of(d, job, card)) is not None for card in cards(d, job))


def luhn(body: str) -> str:
    """The check digit of a number without one (ISO/IEC 7812-1, annex B)."""
    doubled = (int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(body)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def _numbers(first: str, last: str) -> tuple[str, ...]:
    checked = all(luhn(number[:-1]) == number[-1] for number in (first, last))
    bodies = _row(first[:-1], last[:-1]) if checked else _row(first, last)
    return tuple(body + luhn(body) for body in bodies) if checked else bodies


def _ids(first: str, last: str) -> tuple[str, ...]:
    stem, start = _split(first)
    other, end = _split(last)
    return tuple(f"{stem}{digits}" for digits in _row(start, end)) if stem == other else ()


def _split(card_id: str) -> tuple[str, str]:
    stem = card_id.rstrip("0123456789")
    return stem, card_id[len(stem) :]


def _row(first: str, last: str) -> tuple[str, ...]:
    """Numbers of one width, one after the other; at most a box of them."""
    count = int(last) - int(first) + 1
    if len(first) != len(last) or not 0 < count <= MOST_IN_RANGE:
        return ()
    return tuple(f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))


# --- on their way -------------------------------------------------------------------------------------------------


def launch(d: Draft, job: Job, sale: Sale) -> None:
    """Paid for: every card's transaction is opened by this one step, then they go out in order."""
    assert job.programme is not None
    assert job.amount is not None
    for card in cards(d, job):
        ref = CardRef(
            key=key_of(d, job, card),
            last4=card.last4,
            programme=card.programme,
            face=job.programme.face,
            entry=EntryMode.KEYED if card.pan else EntryMode.STORED,
            account_id=card.card_id,
        )
        leg = d.open(Verb.ACTIVATE, job.amount, ref, sale=sale, particulars=Particulars(count=job.count))
        if card.pan is not None:
            d.keep_secret(leg.id, CardSecret(card.pan))
        enqueue(d, d.record(leg.id, r.Ready(pin=False)))
    d.till = replace(d.till, sale=None)  # the counter is free while the box is worked through
    d.go(RangeFlow(sale.id))
