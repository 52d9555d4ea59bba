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


@dataclass(frozen=True)
class HostEntry:
    """One attempt as the host has it. ``amount`` is 0 where nothing was booked."""

    number: int
    reference: str
    stan: str
    account_id: str
    amount: int

    @classmethod
    def of(cls, entry: Entry) -> HostEntry:
        """From the books themselves."""
        amount = 0 if entry.state is EntryState.FAILED else entry.amount
        return cls(entry.number, entry.transaction_ref, entry.stan, entry.account_id, amount)

    @classmethod
    def told(cls, fields: Mapping[str, Any]) -> HostEntry:
        """From the host's admin window."""
        amount = 0 if fields["state"] == EntryState.FAILED.value else fields["amount"]
        return cls(fields["number"], fields["payment_transaction_ref"], fields["stan"], fields["account_id"], amount)


def reconcile(rows: Sequence[Transaction], host: Iterable[HostEntry]) -> list[str]:
    """Everything that does not agree. ``rows`` in the journal's order."""
    entries = {entry.reference: entry for entry in host if entry.reference}
    return [*_stans(rows, entries), *_one_by_one(rows, entries), *_stuck(rows), *_order(rows, entries)]


def _stans(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    twice = [stan for stan, count in Counter(row.stan.digits for row in rows).items() if count > 1]
    at_host = [stan for stan, count in Counter(entry.stan for entry in entries.values()).items() if count > 1]
    return [f"STAN {stan} was used twice" for stan in {*twice, *at_host}]


def _one_by_one(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    wrong = []
    for row in rows:
        entry = entries.get(row.transaction_ref)
        booked = entry.amount if entry is not None else 0
        if row.verb is Verb.CANCEL and booked:
            booked = row.amount.minor  # a cancel names no amount
        person = row.at_desk or row.state is State.CLOSED
        believed = row.amount.minor if row.state in BOOKED or (person and row.was_booked) else 0
        if entry is not None and entry.stan != row.stan.digits:
            wrong.append(f"{row.stan} is {entry.stan} at the host")
        if booked != believed and not person:
            wrong.append(f"{row.verb} {row.stan} {row.state}: {believed} at the till, {booked} at the host")
        if person and booked not in (0, row.amount.minor):
            wrong.append(f"{row.verb} {row.stan} at the desk with {row.amount}, {booked} at the host")
    known = {row.transaction_ref for row in rows}
    return wrong + [f"the host booked {ref} that the till does not know" for ref in entries if ref not in known]


def _stuck(rows: Sequence[Transaction]) -> list[str]:
    wrong = []
    for row in rows:
        others = [other for other in rows if other.original == row.id]
        person = any(other.at_desk for other in others)
        if row.is_reservation and not person:
            wrong.append(f"a reservation was left behind: {row.stan}")
        if row.state is State.REVERSED and not any(o.verb in UNDOES and o.state is State.APPROVED for o in others):
            wrong.append(f"reversed by nothing: {row.stan}")
        rests = row.state in BOOKED - {State.REVERSING} or row.state in NEVER | {State.CLOSED} or row.at_desk
        if not rests and not (row.state is State.REVERSING and person):
            wrong.append(f"stuck in {row.state}: {row.verb} {row.stan} ({row.reason})")
    return wrong


def _order(rows: Sequence[Transaction], entries: Mapping[str, HostEntry]) -> list[str]:
    """Per card the host books in the journal's order; what takes back or finishes goes ahead, in its own order."""
    place: dict[str, int] = {row.transaction_ref: index for index, row in enumerate(rows)}
    ahead: dict[str, bool] = {row.transaction_ref: row.verb in UNDOES or row.verb is Verb.CAPTURE for row in rows}
    last: dict[tuple[str, bool], int] = {}
    wrong = []
    for entry in sorted(entries.values(), key=lambda entry: entry.number):
        if entry.reference not in place:
            continue
        lane = (entry.account_id, ahead[entry.reference])
        if place[entry.reference] < last.get(lane, -1):
            wrong.append(f"the host booked {entry.stan} of a card after a later one")
        last[lane] = place[entry.reference]
    return wrong
