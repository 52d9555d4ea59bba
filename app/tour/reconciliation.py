"""Till and issuer side by side: what each says has moved, by STAN and reference, to the cent.

An amount is what became of *one card*: the card that the transaction was made with. Put on it is above zero, taken off
it below. Each side says so from its own books: the till from its verb and its state, the issuer from the operation that
it booked.

    ==============================================  ===========================================  =====================
    till                                            issuer                                       amount
    ==============================================  ===========================================  =====================
    reload, issue, activate, gift of a new card     Deposit, Issue, Gift (Credit, PreDeposit)    above zero
    redeem, capture, cash_out                       Purchase, Capture                            below zero
    reverse, refund of what was spent               Reversal; Dintero: Deposit (a *fund*)        above zero
    reverse, refund of what was loaded              Reversal; Dintero: Purchase (a *drawdown*)   below zero
    authorize                                       Authorize                                    below zero, and only
                                                                                                 what is still held
    cancel                                          Cancel                                       zero: what is held no
                                                                                                 more left its own row
    transfer                                        Transfer                                     below zero: the card in
                                                                                                 hand gives
    combine                                         Combine                                      above zero: the card in
                                                                                                 hand gets
    save, share, prefer, delete, a stored card      nothing, or a Gift of zero                   zero
    given away, new PIN, extra code, blanks
    ==============================================  ===========================================  =====================

So a transfer and a combine stand here by the card in hand alone. The other half (the new card, the cards that end) has
no transaction of its own at either side; that nothing is lost between cards is what the issuer's own books prove when
they balance.

**Who knows what.** Swedbank Pay and Dintero are told our STAN and our reference, and PAR Pay of whatever moves money.
Gr4vy is told our reference alone (its ``external_identifier``), which stands where the others have the order's, and PAR
Pay's gift of a stored card carries no STAN: an entry without a STAN is matched by its reference. Dintero's second half
of a capture, which releases the rest, belongs to the capture. A reference that was booked twice is one row with both
amounts in it, and differs.

The books balance when every difference is zero, or is exactly what an open item at the repair desk says that a person
must settle. What a person closed there counts by their word: it moved where they say that it went through, else it did
not. A day without rows proves nothing, and is a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domain.ids import TransactionId
from app.domain.records import Settlement
from app.domain.transaction import State, Transaction
from app.domain.verb import LOADS, UNDOES, Verb
from app.issuer.ledger import Operation
from app.issuer.ledger import State as Booked

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
PUT_ON = LOADS | {Verb.COMBINE}
"""Verbs of the till after which more is on the card in hand."""
LOADED = frozenset(
    {
        Operation.DEPOSIT, Operation.PRE_DEPOSIT, Operation.ISSUE, Operation.CREDIT, Operation.GIFT, Operation.COMBINE,
    }
)  # fmt: skip
"""Operations of the issuer after which more is on the card they were booked on."""
GR4VY, DINTERO = "gr4vy", "dintero"
REST = "-rest"
"""Our Dintero client's ending for the second half of a capture."""


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
    """Lays both sides beside each other, by STAN and reference; by reference alone where a backend knows no STAN."""
    ours = _by_name(till)
    stans = {reference: stan for stan, reference in ours}
    theirs = _by_name(side if side.stan else replace(side, stan=stans.get(side.transaction_ref, "")) for side in issuer)
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


def _by_name(sides: Iterable[Side]) -> dict[tuple[str, str], Side]:
    """Each under its STAN and reference. What is said twice under one name counts twice."""
    named: dict[tuple[str, str], Side] = {}
    for side in sides:
        name = (side.stan, side.transaction_ref)
        before = named.get(name)
        if before is not None:
            states = before.state if side.state in before.state.split("+") else f"{before.state}+{side.state}"
            side = replace(before, state=states, amount=before.amount + side.amount)
        named[name] = side
    return named


# --- the till -----------------------------------------------------------------------------------------------------


def till_sides(transactions: Sequence[Transaction]) -> list[Side]:
    """What a journal says."""
    known = {transaction.id: transaction for transaction in transactions}
    return [
        Side(
            stan=told.stan.digits,
            transaction_ref=told.transaction_ref,
            state=told.state.value,
            amount=_moved(told, known) if _stands(told) else 0,
            desk=told.amount.minor if told.state in OPEN_DESK else None,
        )
        for told in transactions
    ]


def _stands(told: Transaction) -> bool:
    """Whether the till has told a customer that it moved, or a person has told the till."""
    return told.state in STANDS or (told.state is State.CLOSED and told.reason == Settlement.WENT_THROUGH.value)


def _moved(told: Transaction, known: Mapping[TransactionId, Transaction]) -> int:
    amount = told.amount.minor
    match told.verb:
        case Verb.CANCEL:
            return 0
        case Verb.AUTHORIZE:
            return -amount if told.state is State.APPROVED and not told.captured else 0
        case verb if verb in UNDOES:
            original = known.get(told.original) if told.original else None
            return -amount if original is not None and original.verb in PUT_ON else amount
        case verb:
            return amount if verb in PUT_ON else -amount


# --- the issuer ---------------------------------------------------------------------------------------------------


def issuer_sides(entries: Sequence[Mapping[str, Any]], after: int) -> list[Side]:
    """What the issuer's books say of all that came after the entry with this number.

    The making of an empty new card has neither amount nor reference: no money, no row.
    """
    by_id = {entry["id"]: entry for entry in entries}
    return [
        Side(entry["stan"], our_reference(entry), entry["state"], _booked(entry, by_id))
        for entry in entries
        if entry["number"] > after and (entry["amount"] or entry["payment_transaction_ref"])
    ]


def our_reference(entry: Mapping[str, Any]) -> str:
    """The till's reference of what an entry was booked for, wherever this face's API has room for it."""
    reference: str = entry["payment_transaction_ref"]
    if entry["face"] == GR4VY:
        reference = entry["payment_order_ref"]  # its own reference names a step of the host's work
    if entry["face"] == DINTERO and entry["operation"] == Operation.CANCEL:
        reference = reference.removesuffix(REST)
    return reference


def _booked(entry: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> int:
    amount: int = entry["amount"]
    operation = Operation(entry["operation"])
    if entry["state"] == Booked.FAILED:
        return 0
    match operation:
        case Operation.CANCEL:
            return 0
        case Operation.AUTHORIZE:
            held: int = entry["remaining_cancel"]
            return -held
        case Operation.REVERSAL:
            original = by_id.get(entry["payment_id"])
            return -amount if original is not None and original["operation"] in LOADED else amount
        case _:
            return amount if operation in LOADED else -amount
