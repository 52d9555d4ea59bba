"""What is not settled of a card: on its way, queued, in doubt, reserved."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.flow import Job
from app.domain.transaction import FINAL, Transaction


def concerns(transaction: Transaction, key: str) -> bool:
    """Whether a transaction is about a card: as the one it names, or as one that gives its money away in it."""
    return (transaction.card is not None and transaction.card.key == key) or key in transaction.particulars.source_keys


def has_business(key: str, open_ones: Iterable[Transaction]) -> bool:
    """Whether something of a card is not settled. What ends the card then would leave it to be refused."""
    return any((t.state not in FINAL or t.is_reservation) and concerns(t, key) for t in open_ones)


def may_end(job: Job, open_ones: Iterable[Transaction]) -> bool:
    """Whether the old card of a transfer may end with it: it gives all away, and nothing of it is still to be told."""
    return job.card is not None and job.amount == job.balance and not has_business(job.card.ref.key, open_ones)
