"""Adds the books up again from the postings, trusting no balance and no state.

Both stores hand over what they hold; the answer names every rule that does not hold, by entry or ledger
account, and never a card.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.issuer.books import Check, Entry
from app.issuer.ledger import Operation, Posting, State, reserved_account

# A broken ledger can break everywhere at once; the first hundred findings say enough.
_MAX_FAULTS = 100


def examine(entries: Iterable[Entry], postings: Iterable[tuple[int, Posting]], balances: Mapping[str, int]) -> Check:
    """Checks that every entry balances, balances equal their postings, and reservations are owed.

    Args:
        entries: every entry of the books.
        postings: every posting with the number of its entry.
        balances: the balances the store keeps beside them.
    """
    faults: list[str] = []
    per_entry: defaultdict[int, int] = defaultdict(int)
    turnover: defaultdict[int, int] = defaultdict(int)
    sums: defaultdict[str, int] = defaultdict(int)
    count = 0
    for number, posting in postings:
        count += 1
        per_entry[number] += posting.amount
        turnover[number] += max(posting.amount, 0)
        sums[posting.account] += posting.amount
    faults += [f"entry {number} is out of balance by {total}" for number, total in per_entry.items() if total]
    for account in sorted(sums.keys() | balances.keys()):
        if sums.get(account, 0) != balances.get(account, 0):
            faults.append(f"{account} says {balances.get(account, 0)}, its postings say {sums.get(account, 0)}")
        if account.startswith(("card:", "reserved:")) and sums.get(account, 0) < 0:
            faults.append(f"{account} is below zero")
    held: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.operation is Operation.AUTHORIZE:
            held[reserved_account(entry.account_id)] += entry.remaining.cancel
        moved = turnover.get(entry.number, 0)
        if entry.state is State.FAILED and moved:
            faults.append(f"entry {entry.number} failed and yet moved {moved}")
        if entry.state is not State.FAILED and moved < entry.amount:
            faults.append(f"entry {entry.number} of {entry.amount} moved {moved}")
    for account in sorted(held.keys() | {name for name in sums if name.startswith("reserved:")}):
        if held.get(account, 0) != sums.get(account, 0):
            faults.append(f"{account} holds {sums.get(account, 0)}, authorizations say {held.get(account, 0)}")
    return Check(count, tuple(faults[:_MAX_FAULTS]))
