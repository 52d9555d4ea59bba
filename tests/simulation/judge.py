"""What must be true when the faults have stopped and the queue has drained. Each broken rule is one sentence."""

from __future__ import annotations

import re
from collections import defaultdict

from app.domain.card import Pan
from app.domain.ids import TransactionId
from app.domain.records import Approved, Stored
from app.domain.transaction import State, Transaction
from app.domain.verb import LOADS, Verb
from app.issuer.books import Entry
from app.issuer.ledger import State as EntryState
from tests.helpers.reconciling import BOOKED, HostEntry, reconcile
from tests.simulation.world import World

ON_THE_CARD = {Verb.REDEEM: -1, Verb.CAPTURE: -1, Verb.RELOAD: 1, Verb.ISSUE: 1}
LONG_DIGITS = re.compile(rb"(?<![0-9a-zA-Z])[0-9]{13,19}(?![0-9a-zA-Z])|70(?:1336|1337|4128)[0-9]{13}|709913[0-9]{12}")


def faults_of(world: World, *, thorough: bool = False) -> list[str]:
    """Every rule that does not hold at the end of a run."""
    wrong = [*world.wrong, *world.line.watch.wrong]
    rows = list(reversed(world.journal.last_transactions(1_000)))
    entries = world.ground.issuer.all_entries()
    check = world.ground.issuer.store.check()
    wrong += [f"the issuer's books: {fault}" for fault in check.faults]
    wrong += reconcile(rows, map(HostEntry.of, entries))
    wrong += _cards(world, rows, entries)
    wrong += _seen(world, {row.id: row for row in rows})
    wrong += _sales(world)
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
        if row.card is not None and row.card.key in accounts:
            wanted[accounts[row.card.key]] += _moved(row, by_id, attempts.get(row.transaction_ref))
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
        if seen.amount not in (row.amount.minor, row.asked.minor):
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
        if any(minor.minor < 0 for minor in sale.held().values()):
            wrong.append("a tender was given back twice")
        on_cards = [leg for leg in legs if leg.verb in LOADS and leg.state is State.APPROVED]
        loads = sum(leg.amount.minor for leg in on_cards)
        taken_off = sum(leg.refunded.minor for leg in on_cards if leg.refunded is not None)
        if sale.closed and any(leg.verb in LOADS for leg in legs):
            if sale.tendered.minor != loads - taken_off:
                wrong.append(f"the drawer holds {sale.tendered} for loads of {loads - taken_off}")
        elif sale.is_overpaid(legs):
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
