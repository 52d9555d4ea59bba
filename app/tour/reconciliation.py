"""Till and issuer side by side: what each says has moved, by STAN and reference, to the cent.

An amount is what became of a *card*: loaded and given back above zero, spent below. A reservation counts only as long
as it holds money. The books balance when every difference is zero, or is exactly what an open item at the repair desk
says that a person must settle. A day without rows proves nothing, and is a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.domain.ids import TransactionId
from app.domain.transaction import State, Transaction
from app.domain.verb import LOADS, UNDOES, Verb

STANDS = frozenset(
    {
        State.STORED, State.FORWARDING, State.APPROVED, State.REVERSING, State.REVERSED,
        State.ATTENTION, State.DISPUTED,
    }
)  # fmt: skip
"""Where the till has told a customer that money moved. What was taken back moved, and moved back by its undo."""
OPEN_DESK = frozenset({State.ATTENTION, State.DISPUTED})
"""Where a person must say where the money is. (What was approved after a restart is on the desk as well, but its money
is not in question, so it excuses no difference.)"""
FAILED = "FAILED"
LOADED = ("Deposit", "PreDeposit", "Issue", "Credit")


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two says of one transaction. ``desk`` is what stands open at the till's repair desk."""

    stan: str
    transaction_ref: str
    state: str
    amount: int
    desk: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Both, side by side; minor units. A state is empty where that side knows nothing of it."""

    stan: str
    transaction_ref: str
    till_state: str
    till_amount: int
    issuer_state: str
    issuer_amount: int
    difference: int
    desk: int | None

    @property
    def agrees(self) -> bool:
        """Nothing differs, or a person has exactly this on the desk."""
        return self.difference == 0 or (self.desk is not None and abs(self.difference) == self.desk)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The day."""

    rows: tuple[Row, ...]

    @property
    def agree(self) -> bool:
        """Whether there is something, and all of it agrees."""
        return bool(self.rows) and all(row.agrees for row in self.rows)

    @property
    def till_total(self) -> int:
        """What the till says has moved."""
        return sum(row.till_amount for row in self.rows)

    @property
    def issuer_total(self) -> int:
        """What the issuer says has moved."""
        return sum(row.issuer_amount for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """``reconciliation.json``."""
        return {
            "agree": self.agree,
            "till_total": self.till_total,
            "issuer_total": self.issuer_total,
            "rows": [asdict(row) for row in self.rows],
        }


def reconcile(till: Iterable[Side], issuer: Iterable[Side]) -> Reconciliation:
    """Lays both sides beside each other, by STAN and reference."""
    ours = {(side.stan, side.transaction_ref): side for side in till}
    theirs = {(side.stan, side.transaction_ref): side for side in issuer}
    rows = []
    for stan, reference in sorted(ours | theirs):
        none = Side(stan, reference, "", 0)
        here, there = ours.get((stan, reference), none), theirs.get((stan, reference), none)
        rows.append(
            Row(
                stan=stan,
                transaction_ref=reference,
                till_state=here.state,
                till_amount=here.amount,
                issuer_state=there.state,
                issuer_amount=there.amount,
                difference=here.amount - there.amount,
                desk=here.desk,
            )
        )
    return Reconciliation(tuple(rows))


def till_sides(transactions: Sequence[Transaction]) -> list[Side]:
    """What a journal says."""
    known = {transaction.id: transaction for transaction in transactions}
    return [
        Side(
            stan=told.stan.digits,
            transaction_ref=told.transaction_ref,
            state=told.state.value,
            amount=_moved(told, known) if told.state in STANDS else 0,
            desk=told.amount.minor if told.state in OPEN_DESK else None,
        )
        for told in transactions
    ]


def _moved(told: Transaction, known: Mapping[TransactionId, Transaction]) -> int:
    amount = told.amount.minor
    if told.verb is Verb.CANCEL:
        return 0  # what a cancelled reservation held is held no more: its own row says so
    if told.verb is Verb.AUTHORIZE:
        return -amount if told.state is State.APPROVED and not told.captured else 0
    if told.verb in UNDOES:
        original = known.get(told.original) if told.original else None
        return -amount if original is not None and original.verb in LOADS else amount
    return amount if told.verb in LOADS else -amount


def issuer_sides(entries: Sequence[Mapping[str, Any]], after: int) -> list[Side]:
    """What the issuer's books say of all that came after the entry with this number.

    The making of an empty new card has neither amount nor reference: no money, no row.
    """
    by_id = {entry["id"]: entry for entry in entries}
    return [
        Side(entry["stan"], entry["payment_transaction_ref"], entry["state"], _booked(entry, by_id))
        for entry in entries
        if entry["number"] > after and (entry["amount"] or entry["payment_transaction_ref"])
    ]


def _booked(entry: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> int:
    amount: int = entry["amount"]
    operation = entry["operation"]
    if entry["state"] == FAILED or operation == "Cancel":
        return 0
    if operation == "Authorize":
        held: int = entry["remaining_cancel"]
        return -held
    if operation == "Reversal":
        original = by_id.get(entry["payment_id"])
        return -amount if original is not None and original["operation"] in LOADED else amount
    return amount if operation in LOADED else -amount
