"""A till's journal and a host's books side by side. Each broken rule is one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.transaction import State, Transaction
from app.domain.verb import UNDOES, Verb
from app.issuer.books import Entry
from app.issuer.ledger import State as EntryState

BOOKED = frozenset({State.APPROVED, State.REVERSING, State.REVERSED})
NEVER = frozenset({State.DECLINED, State.CANCELLED})


NUMBERED_BY_OTHERS = "GV-"
"""Accounts of Gr4vy: that face is told neither STAN nor our reference as its own; ours stands where others have the
order's."""
REST = "-rest"
"""Dintero: a capture is followed by the release of what it left reserved, under its reference and this."""


@dataclass(frozen=True)
class HostEntry:
    """One attempt as the host has it, under the till's own reference.

    ``amount`` is 0 where nothing was booked, ``stan`` empty where the vendor keeps none. ``rest``: it is no attempt of
    its own, but the second half of one.
    """

    number: int
    reference: str
    stan: str
    account_id: str
    amount: int
    rest: bool = False

    @classmethod
    def of(cls, entry: Entry) -> HostEntry:
        """From the books themselves."""
        amount = 0 if entry.state is EntryState.FAILED else entry.amount
        references = entry.transaction_ref, entry.order_ref
        return cls._read(entry.number, references, entry.stan, entry.account_id, amount)

    @classmethod
    def told(cls, fields: Mapping[str, Any]) -> HostEntry:
        """From the host's admin window."""
        amount = 0 if fields["state"] == EntryState.FAILED.value else fields["amount"]
        references = fields["payment_transaction_ref"], fields["payment_order_ref"]
        return cls._read(fields["number"], references, fields["stan"], fields["account_id"], amount)

    @classmethod
    def _read(cls, number: int, references: tuple[str, str], stan: str, account_id: str, amount: int) -> HostEntry:
        ours, order = references
        if account_id.startswith(NUMBERED_BY_OTHERS) and ours:
            ours = order
        rest = ours.endswith(REST)
        return cls(number, ours.removesuffix(REST), stan, account_id, amount, rest)


def reconcile(rows: Sequence[Transaction], host: Iterable[HostEntry]) -> list[str]:
    """Everything that does not agree. ``rows`` in the journal's order."""
    told = [entry for entry in host if entry.reference]
    attempts = [entry for entry in told if not entry.rest]
    entries = {entry.reference: entry for entry in attempts}
    twice = [f"{reference} stands twice at the host" for reference in _twice(entry.reference for entry in attempts)]
    known = {row.transaction_ref for row in rows}
    strange = {entry.reference for entry in told} - known
    twice += [f"the host booked {reference} that the till does not know" for reference in strange]
    return [*twice, *_stans(rows, entries), *_one_by_one(rows, entries), *_stuck(rows), *_order(rows, entries)]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _stans(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    at_host = _twice(entry.stan for entry in entries.values() if entry.stan)
    return [f"STAN {stan} was used twice" for stan in {*_twice(row.stan.digits for row in rows), *at_host}]


def _one_by_one(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    wrong = []
    for row in rows:
        entry = entries.get(row.transaction_ref)
        booked = entry.amount if entry is not None else 0
        if row.verb is Verb.CANCEL and booked:
            booked = row.amount.minor  # a cancel names no amount
        if entry is not None and entry.stan not in ("", row.stan.digits):
            wrong.append(f"{row.stan} is {entry.stan} at the host")
        if booked not in _believed(row):
            told = " or ".join(map(str, _believed(row)))
            wrong.append(f"{row.verb} {row.stan} {row.state}: {told} at the till, {booked} at the host")
    return wrong


def _believed(row: Transaction) -> tuple[int, ...]:
    """What a host may have booked by the till's word. In doubt is only what a person was told of, in just that sum."""
    amount = row.amount.minor
    if row.state in BOOKED or (row.state is State.ATTENTION and row.was_booked):
        return (amount,)
    return (0, amount) if row.state in (State.ATTENTION, State.CLOSED) else (0,)


def _stuck(rows: Sequence[Transaction]) -> list[str]:
    wrong = []
    for row in rows:
        others = [other for other in rows if other.original == row.id]
        person = any(other.at_desk for other in others)
        if row.is_reservation and not row.particulars.standing and not person:
            wrong.append(f"a reservation was left behind: {row.stan}")
        if row.state is State.REVERSED and not any(o.verb in UNDOES and o.state is State.APPROVED for o in others):
            wrong.append(f"reversed by nothing: {row.stan}")
        rests = row.state in BOOKED - {State.REVERSING} or row.state in NEVER | {State.CLOSED} or row.at_desk
        if not rests and not (row.state is State.REVERSING and person):
            wrong.append(f"stuck in {row.state}: {row.verb} {row.stan} ({row.reason})")
    return wrong


def _order(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    """Per card the host books in the journal's order; what takes back or finishes goes ahead, in its own order.

    A card that was chosen from a list is another one than the same in hand: a till need not know that they are one.
    What a person was told of holds up nothing any more, so it may have come whenever it liked.
    """
    known: dict[str, Transaction] = {
        row.transaction_ref: row for row in rows if row.state not in (State.ATTENTION, State.CLOSED)
    }
    place: dict[str, int] = {row.transaction_ref: index for index, row in enumerate(rows)}
    ahead: dict[str, bool] = {row.transaction_ref: row.verb in UNDOES or row.verb is Verb.CAPTURE for row in rows}
    last: dict[tuple[str, bool], int] = {}
    wrong = []
    for entry in sorted(entries.values(), key=lambda entry: entry.number):
        if entry.reference not in known:
            continue
        card = known[entry.reference].card
        lane = (card.key if card is not None else entry.account_id, ahead[entry.reference])
        if place[entry.reference] < last.get(lane, -1):
            wrong.append(f"the host booked {entry.stan} of a card after a later one")
        last[lane] = place[entry.reference]
    return wrong
