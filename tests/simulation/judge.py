"""What must be true when the faults have stopped and the queue has drained. Each broken rule is one sentence."""

from __future__ import annotations

import re
from collections import defaultdict

from app.domain.records import Approved, Stored
from app.domain.transaction import State, Transaction
from app.domain.verb import LOADS, Verb
from app.issuer.books import Entry
from tests.helpers.reconciling import BOOKED, HostEntry, reconcile
from tests.simulation.world import World

ON_THE_CARD = {Verb.REDEEM: -1, Verb.CAPTURE: -1, Verb.RELOAD: 1, Verb.ISSUE: 1}
LONG_DIGITS = re.compile(rb"(?<![0-9a-zA-Z])[0-9]{13,19}(?![0-9a-zA-Z])|701336[0-9]{13}")


def faults_of(world: World, *, thorough: bool = False) -> list[str]:
    """Every rule that does not hold at the end of a run."""
    wrong = [*world.wrong, *world.line.wrong]
    rows = list(reversed(world.journal.last_transactions(1_000)))
    entries: dict[str, Entry] = {entry.transaction_ref: entry for entry in world.ground.issuer.entries()}
    check = world.ground.issuer.store.check()
    wrong += [f"the issuer's books: {fault}" for fault in check.faults]
    wrong += reconcile(rows, map(HostEntry.of, entries.values()))
    wrong += _cards(world, rows, entries)
    wrong += _seen(world, {row.id: row for row in rows})
    wrong += _sales(world)
    wrong += _chain(world, thorough=thorough)
    wrong += _secrets(world, thorough=thorough)
    return wrong


def _cards(world: World, rows: list[Transaction], entries: dict[str, Entry]) -> list[str]:
    """What the till thinks it moved on each card is what moved there."""
    moved: defaultdict[str, int] = defaultdict(int)
    unsure: set[str] = set()
    by_id = {row.id: row for row in rows}
    for row in rows:
        entry = entries.get(row.transaction_ref)
        account = entry.account_id if entry is not None else row.account_id
        if row.at_desk or row.state is State.CLOSED:
            unsure.add(account)
        if row.state not in BOOKED:
            continue
        verb = row.verb
        sign = ON_THE_CARD.get(verb, 0)
        if verb in (Verb.REVERSE, Verb.REFUND) and row.original is not None:
            sign = -ON_THE_CARD.get(by_id[row.original].verb, 0)
        moved[account] += sign * row.amount.minor
    wrong = []
    for card in world.ground.issuer.cards:
        known = world.ground.issuer.desk.account_of(card.number)
        assert known is not None
        held = sum(row.amount.minor for row in rows if row.is_reservation and row.account_id == known.account_id)
        wanted = card.balance + moved[known.account_id] - held
        found = world.ground.issuer.balance_of(card.number)
        if found != wanted and known.account_id not in unsure:
            wrong.append(f"card {card.name}: {wanted} by the till, {found} at the host")
    return wrong


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
        loads = sum(leg.amount.minor for leg in legs if leg.verb in LOADS and leg.state is State.APPROVED)
        taken_off = sum(leg.refunded.minor for leg in legs if leg.verb in LOADS and leg.refunded is not None)
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
