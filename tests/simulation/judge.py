"""What must be true when the faults have stopped and the queue has drained. Each broken rule is one sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from app.domain.card import Pan
from app.domain.ids import TransactionId, TransactionRef
from app.domain.records import Approved, SaleKind, Stored
from app.domain.transaction import State, Transaction
from app.domain.verb import Verb
from app.issuer.books import Entry
from app.issuer.ledger import Operation
from app.issuer.ledger import State as EntryState
from tests.helpers.reconciling import BOOKED, NUMBERED_BY_OTHERS, HostEntry, reconcile
from tests.simulation.issuer import Issuer
from tests.simulation.promises import broken
from tests.simulation.world import World

ON_THE_CARD = {
    **dict.fromkeys((Verb.REDEEM, Verb.CAPTURE, Verb.CASH_OUT, Verb.TRANSFER), -1),
    **dict.fromkeys((Verb.RELOAD, Verb.ISSUE, Verb.ACTIVATE, Verb.GIFT), 1),
}
"""Which way each moves the card it is asked of; what it moves on others is told in :func:`_between`."""
LONG_DIGITS = re.compile(rb"(?<![0-9a-zA-Z])[0-9]{13,19}(?![0-9a-zA-Z])|70(?:1336|1337|4128)[0-9]{13}|709913[0-9]{12}")


def faults_of(world: World, *, thorough: bool = False) -> list[str]:
    """Every rule that does not hold at the end of a run."""
    wrong = [*world.wrong, *world.line.watch.wrong]
    rows = list(reversed(world.journal.last_transactions(1_000)))
    entries = with_references(rows, world.ground.issuer)
    check = world.ground.issuer.store.check()
    wrong += [f"the issuer's books: {fault}" for fault in check.faults]
    wrong += reconcile(rows, map(HostEntry.of, entries))
    wrong += _cards(world, rows, entries)
    wrong += _seen(world, {row.id: row for row in rows})
    wrong += _sales(world)
    wrong += broken(world, rows)
    wrong += _chain(world, thorough=thorough)
    wrong += _secrets(world, thorough=thorough)
    return wrong


def _cards(world: World, rows: list[Transaction], entries: list[Entry]) -> list[str]:
    """What the till thinks it moved on each card is what moved there, on every card of every face."""
    wanted: defaultdict[str, int] = defaultdict(int)
    attempts: dict[str, Entry] = {}
    for entry in entries:
        told = HostEntry.of(entry)
        if not told.reference:
            wanted[entry.account_id] += entry.amount  # what a card was made with
        elif not told.rest:
            attempts[told.reference] = entry
    accounts, wrong = _accounts(world, rows, attempts)
    by_id = {row.id: row for row in rows}
    for row in rows:
        booked = attempts.get(row.transaction_ref)
        own = booked.account_id if booked is not None else None
        account = accounts.get(row.card.key) if row.card is not None else own
        if account is not None:
            wanted[account] += _moved(row, by_id, booked)
    _between(rows, attempts, wanted)
    for account_id, found in world.ground.issuer.spendable().items():
        if found != wanted[account_id]:
            wrong.append(f"card {account_id}: {wanted[account_id]} by the till, {found} at the host")
    return wrong


def _accounts(world: World, rows: list[Transaction], attempts: dict[str, Entry]) -> tuple[dict[str, str], list[str]]:
    """Which account at the host each card of the till is: always the same one, of the face that the till asks."""
    issuer = world.ground.issuer
    accounts = {
        world.ground.shelf.vault.card_key(Pan(card.number)): issuer.account_of[card.number] for card in issuer.cards
    }
    faces = {account.account_id: account.face for account in issuer.accounts()}
    wrong = []
    for row in rows:
        entry = attempts.get(row.transaction_ref)
        if entry is None:
            continue
        if row.card is not None and accounts.setdefault(row.card.key, entry.account_id) != entry.account_id:
            wrong.append(f"{row.verb} {row.stan} was booked on another card")
        if faces[entry.account_id] != row.face:
            wrong.append(f"{row.verb} {row.stan} of {row.face} was booked at {faces[entry.account_id]}")
    return accounts, wrong


def _moved(row: Transaction, by_id: dict[TransactionId, Transaction], entry: Entry | None) -> int:
    """What it put on its card: by the till's word where it stands by one, by the host's where a person must decide."""
    in_doubt = row.state in (State.ATTENTION, State.CLOSED)
    booked = entry is not None and entry.state is not EntryState.FAILED
    if row.verb is Verb.AUTHORIZE:
        if in_doubt or row.state is State.REVERSING:
            return -entry.remaining.cancel if entry is not None else 0
        return -row.amount.minor if row.is_reservation else 0
    if not (booked if in_doubt else row.state in BOOKED):
        return 0
    sign = ON_THE_CARD.get(row.verb, 0)
    if row.verb in (Verb.REVERSE, Verb.REFUND) and row.original is not None:
        sign = -ON_THE_CARD.get(by_id[row.original].verb, 0)
    return sign * row.amount.minor


def _between(rows: list[Transaction], attempts: dict[str, Entry], wanted: defaultdict[str, int]) -> None:
    """What goes from card to card: to one that was made for it, or all of several to one, in the host's order."""
    by_reference = {row.transaction_ref: row for row in rows}
    for entry in sorted(attempts.values(), key=lambda entry: entry.number):
        row = by_reference.get(TransactionRef(HostEntry.of(entry).reference))
        if row is None or entry.state is EntryState.FAILED:
            continue
        if entry.operation is Operation.TRANSFER:
            wanted[entry.related] += entry.amount
        elif entry.operation is Operation.COMBINE:
            for source in row.particulars.sources:
                wanted[entry.account_id] += wanted.pop(source, 0)


def with_references(rows: list[Transaction], issuer: Issuer) -> list[Entry]:
    """The books, with our references where a face keeps none: Gr4vy's card service is told nothing but an amount."""
    entries = issuer.all_entries()
    sold = [row for row in rows if row.face == "gr4vy" and row.verb is Verb.ISSUE]
    sold.sort(key=lambda row: row.state not in BOOKED)  # what was approved is booked; of the rest it may be
    for place in range(issuer.opening, len(entries)):
        entry = entries[place]
        if entry.operation is not Operation.ISSUE or not entry.account_id.startswith(NUMBERED_BY_OTHERS):
            continue
        row = next((row for row in sold if row.asked.minor == entry.amount), None)
        reference = row.transaction_ref if row is not None else "nobody's"
        entries[place] = replace(entry, transaction_ref=f"{entry.entry_id}/0", order_ref=reference)
        if row is not None:
            sold.remove(row)
    return entries


def _seen(world: World, rows: dict[str, Transaction]) -> list[str]:
    """What was printed or shown as done is in the journal, with its amount."""
    wrong = []
    for seen in world.seen:
        row = rows.get(seen.transaction_id)
        if row is None:
            wrong.append(f"{seen.stan} was shown and is not in the journal")
            continue
        bodies = [record.body for record in world.journal.records_of(row.id)]
        kinds = Approved | Stored if not seen.settled else Approved
        if row.stan.digits != seen.stan or not any(isinstance(body, kinds) for body in bodies):
            wrong.append(f"{seen.stan} was shown as done and the journal does not say so")
        if seen.amount not in (row.amount.minor * seen.count, row.asked.minor * seen.count):
            wrong.append(f"{seen.stan} was shown with {seen.amount}")
    return wrong


def _sales(world: World) -> list[str]:
    """No sale is paid twice, and one that was given up holds no money."""
    wrong = []
    rows = {row.sale_id for row in world.journal.last_transactions(1_000) if row.sale_id is not None}
    for sale_id in rows:
        sale, legs = world.journal.sale(sale_id), world.journal.legs_of(sale_id)
        assert sale is not None
        if any(leg.at_desk or leg.state is State.CLOSED for leg in legs):
            continue
        if sale.kind is not SaleKind.CASH_OUT and any(minor.minor < 0 for minor in sale.held().values()):
            wrong.append("a tender was given back twice")
        if sale.kind is not SaleKind.PAY:
            continue
        if sale.is_overpaid(legs):
            wrong.append("a sale was paid twice")
        elif sale.abandoned and (sale.on_cards(legs).minor or sale.tendered.minor):
            wrong.append("a sale was given up with money in it")
    return wrong


def _chain(world: World, *, thorough: bool) -> list[str]:
    return [f"journal: {finding}" for finding in world.journal.verify()] if thorough else []


def _secrets(world: World, *, thorough: bool) -> list[str]:
    """No number, track or CVC in what was written, whatever happened."""
    if not thorough:
        return []
    texts = "\n".join(world.journal.export()).encode()
    texts += b"\n".join(str(row).encode() for row in world.journal._store.all("SELECT body FROM txn"))
    wrong = ["a card number in the journal" for card in world.ground.issuer.cards if card.number.encode() in texts]
    if LONG_DIGITS.search(texts):
        wrong.append("a long number in the journal")
    return wrong
