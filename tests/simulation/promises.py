"""What a till has promised besides money on cards: what it told once, what lies in the drawer, who keeps which card.

The host is asked as any till would ask it, on a line without faults, when everything is over.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import replace

from app.backends.providers.dintero_once import blank_ids
from app.domain.card import CLEAR_PIN, CardSecret, IssuedBatch, IssuedSecret, IssuedToken, Pan, PinBlock
from app.domain.host import Cause, HostListed, HostPrepared, HostReply, HostRequest, Phase, StoredCard
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.records import Opened, SaleKind, Silence
from app.domain.sale import Sale
from app.domain.transaction import FINAL, State, Transaction
from app.domain.verb import MAKES, UNDOES, Verb
from app.issuer.ledger import MAX_WRONG_PINS
from tests.helpers.holds import drawer_problem
from tests.simulation.backend import WiredBackend
from tests.simulation.wire import Line
from tests.simulation.world import World

SURE = FINAL - {State.CLOSED}
"""Where a till says for certain whether something was done; of what was closed a person said it."""
NOTHING = Money(0, Currency.NOK)
CUSTOMERS = frozenset({Verb.SAVE, Verb.SHARE, Verb.GIFT, Verb.DELETE})
"""Verbs that change who keeps a card."""
SECONDS = 20.0


class Asker:
    """Asks one backend, after all faults."""

    def __init__(self, world: World, face: str) -> None:
        self._world = world
        self._face = face
        self._line = Line(world.ground.issuer, random.Random(0))
        # on the full credentials: what is asked here is asked by whoever looks into it
        self._backend = WiredBackend(world.ground.patterns[False][face], self._line, lambda: world.clock.at)

    def ask(self, verb: Verb, card: CardSecret | None = None, *, pin: str = "", **more: str) -> HostReply:
        world = self._world
        request = HostRequest(
            transaction_id=TransactionId("asked"),
            face=self._face,
            phase=Phase.PREPARE,
            verb=verb,
            amount=NOTHING,
            stan=Stan.from_count(1),
            order_ref=OrderRef(str(uuid.UUID(int=1))),
            transaction_ref=TransactionRef(str(uuid.UUID(int=1))),
            terminal_id=TerminalId("TILL0001"),
            local_time=world.clock.now(),
            card=card,
            pin_block=PinBlock(pin.encode(), CLEAR_PIN) if pin else None,
            account_id=more.get("account_id", ""),
            customer=more.get("customer", ""),
            more=more.get("more", ""),
        )
        return self._backend.send(request, SECONDS)

    def kept_by(self, customer: str) -> tuple[StoredCard, ...]:
        """A customer's cards."""
        found = self.ask(Verb.LIST_CARDS, customer=customer)
        return found.cards if isinstance(found, HostListed) else ()

    def all_ids(self) -> set[str]:
        """Every card of the account."""
        ids: set[str] = set()
        more = ""
        for _ in range(20):
            found = self.ask(Verb.LIST_ALL, more=more)
            assert isinstance(found, HostListed), found
            ids |= {card.id for card in found.cards}
            more = found.more
            if not more:
                break
        return ids


def broken(world: World, rows: list[Transaction]) -> list[str]:
    """Every promise that was not kept. ``rows`` in the journal's order."""
    rules = (_told_once, _standing, _sealed, _people, _preferred, _boxes)
    return [*_drawers(world), *(wrong for rule in rules for wrong in rule(world, rows))]


# --- what is told once --------------------------------------------------------------------------------------------


def _told_once(world: World, rows: list[Transaction]) -> list[str]:
    """It was put before somebody, or stands at the desk; and it is good for what it was made for."""
    wrong = []
    newest = {(row.verb, row.card.key if row.card else row.id): row.id for row in rows if row.state is State.APPROVED}
    for row in rows:
        if row.verb not in MAKES or row.state is not State.APPROVED:
            continue
        secret = world.told.get(row.id)
        if secret is None:
            if not row.at_desk:
                wrong.append(f"{row.verb} {row.stan} was approved and nobody was told what it made")
        elif row.verb is not Verb.ROTATE_PIN or newest[row.verb, row.card.key if row.card else row.id] == row.id:
            wrong += _tried(world, row)
    return wrong


def _tried(world: World, row: Transaction) -> list[str]:
    asker = Asker(world, row.face)
    good = False
    match world.told[row.id]:
        case IssuedSecret() as card:
            found = asker.ask(Verb.BALANCE, CardSecret(card.pan, card.expiry, card.cvc), pin=card.pin)
            good = isinstance(found, HostPrepared) and found.balance is not None and found.balance >= NOTHING
        case IssuedBatch(cards=cards):
            looks = [asker.ask(Verb.BALANCE, CardSecret(card.pan), pin=card.pin) for card in cards]
            ids = [look.account_id for look in looks if isinstance(look, HostPrepared)]
            good = ids == [card.label for card in cards] and len(ids) == row.particulars.count
        case IssuedToken(url=url) if url:
            good = True  # an address opens nothing here; the books show its card
        case IssuedToken(code=code) if code:
            found = asker.ask(Verb.BALANCE, CardSecret(Pan(code)))
            good = isinstance(found, HostPrepared) and found.account_id == row.account_id
        case IssuedToken(pin=pin) if pin:
            good = _pin_is_good(world, row, asker, pin)
    return [] if good else [f"what {row.verb} {row.stan} told is good for nothing"]


def _pin_is_good(world: World, row: Transaction, asker: Asker, pin: str) -> bool:
    """Whether it opens its card, unless somebody has tried wrong ones since, or the line made another copy: a line
    that doubles what may be doubled is found out by the person who gets two of it.
    """
    issuer, key = world.ground.issuer, world.ground.shelf.vault.card_key
    number = next(card.number for card in issuer.cards if row.card and key(Pan(card.number)) == row.card.key)
    account = next(account for account in issuer.accounts() if account.account_id == issuer.account_of[number])
    doubled = any(path.endswith("/rotate-pin") for path in world.line.strays)
    if doubled or account.wrong_pins >= MAX_WRONG_PINS:
        return True
    return isinstance(asker.ask(Verb.BALANCE, CardSecret(Pan(number)), pin=pin), HostPrepared)


def _sealed(world: World, rows: Iterable[Transaction]) -> list[str]:
    """A card rests sealed while its transaction needs it, and not a moment longer."""
    needed = {row.id for row in rows if row.state not in FINAL or row.secret_open}
    kept = {str(row[0]) for row in world.journal._store.all("SELECT id FROM txn WHERE sealed IS NOT NULL")}
    return [f"a secret was left behind: {found}" for found in kept - needed]


def _standing(world: World, rows: Iterable[Transaction]) -> list[str]:
    """A reservation that was made to stand ends by a capture, or because somebody let it go who was told of it."""
    wrong = []
    for row in rows:
        if row.verb is not Verb.AUTHORIZE or row.abandoned or row.id in world.let_go:
            continue
        bodies = [record.body for record in world.journal.records_of(row.id)]
        opened = bodies[0]
        if any(isinstance(body, Silence) and body.cause is Cause.RESTART for body in bodies):
            continue  # the till that asked for it died, and told nobody
        stood = isinstance(opened, Opened) and opened.particulars.standing
        if stood and row.state in (State.REVERSING, State.REVERSED):
            wrong.append(f"a reservation was released, and nobody asked for it: {row.stan}")
    return wrong


# --- the drawer ---------------------------------------------------------------------------------------------------


def _drawers(world: World) -> list[str]:
    wrong = []
    for sale in world.journal.sales(open_only=False):
        legs = [leg for leg in world.journal.legs_of(sale.id) if leg.verb not in UNDOES]
        wrong += [f"{sale.kind}: {problem}" for problem in _drawer(sale, legs)]
    return wrong


def _drawer(sale: Sale, legs: list[Transaction]) -> list[str]:
    """A sale at rest agrees with its receipts. One in doubt keeps what was taken for it, and has paid nothing out."""
    if any(leg.state is State.CLOSED for leg in legs):
        return []  # a person has spoken
    doubtful = [leg for leg in legs if leg.state not in FINAL]
    if not doubtful:
        problem = drawer_problem(sale, legs)
        open_still = [] if sale.closed else ["everybody has spoken, and it is open"]
        return [*open_still, *([problem] if problem else [])]
    if sale.kind is SaleKind.CASH_OUT and not any(leg.was_booked for leg in legs):
        return ["cash was paid for what nobody knows"] if sale.tendered.minor else []
    taken_for_it = sale.kind not in (SaleKind.PAY, SaleKind.RESERVE, SaleKind.CASH_OUT)
    if taken_for_it and not sale.closed and sale.tendered != sale.due:
        return [f"{sale.tendered} are held for {sale.due} in doubt"]
    return []


# --- people and their cards ---------------------------------------------------------------------------------------


def _people(world: World, rows: list[Transaction]) -> list[str]:
    """Who keeps a card by the till's word keeps it at the host; what is in doubt is a person's to look into."""
    wrong = []
    told: dict[tuple[str, str, str], bool | None] = {}
    for row in rows:
        if row.verb not in CUSTOMERS or row.card is None:
            continue
        for customer, keeps in _changes(row):
            key = row.face, customer, row.card.last4
            if row.state is State.APPROVED:
                told[key] = keeps
            elif row.state not in SURE or key not in told:
                told[key] = False if row.state in SURE and row.verb is Verb.SAVE else None
    for (face, customer, last4), kept in told.items():
        if kept is None:
            continue
        found = [card.last4 for card in Asker(world, face).kept_by(customer)].count(last4)
        if found != kept:
            wrong.append(f"{customer} keeps …{last4} {found} times, and by the till {int(kept)}")
    return wrong


def _changes(row: Transaction) -> list[tuple[str, bool]]:
    """Who keeps the card after it, and who no more."""
    particulars, owner = row.particulars, row.card.customer if row.card else ""
    match row.verb:
        case Verb.SAVE:
            return [(particulars.customer, True)]
        case Verb.SHARE:
            return [(particulars.recipient, True)]
        case Verb.GIFT:
            return [(particulars.customer, False), (particulars.recipient, True)]
        case _:
            return [(owner, False)] if owner else []


def _preferred(world: World, rows: list[Transaction]) -> list[str]:
    """The card that was made the first of its customer is marked so, as long as they keep it."""
    newest = {(row.face, row.particulars.customer): row for row in rows if row.verb is Verb.PREFER}
    wrong = []
    for (face, customer), row in newest.items():
        if row.state is not State.APPROVED:
            continue
        marks = [card.preferred for card in Asker(world, face).kept_by(customer) if card.id == row.account_id]
        if marks not in ([], [True]):
            wrong.append(f"{customer} prefers a card by the till, and not at the host: {row.stan}")
    return wrong


def _boxes(world: World, rows: list[Transaction]) -> list[str]:
    """Unsold cards that were made are there; of those that were not, none is: their codes would be lost."""
    made = [row for row in rows if row.verb is Verb.MAKE_BLANKS and row.state in SURE]
    gone = [row for row in rows if row.verb is Verb.DELETE and row.state is State.APPROVED and row.card is not None]
    if not made and not gone:
        return []
    wrong = []
    for face in {row.face for row in (*made, *gone)}:
        there = Asker(world, face).all_ids()
        for row in (row for row in made if row.face == face):
            ids = set(blank_ids(_request_of(world, row)))
            wanted = ids if row.state is State.APPROVED else set()
            if ids & there != wanted:
                wrong.append(f"of the box of {row.stan} {len(ids & there)} are there, and by the till {len(wanted)}")
        wrong += [
            f"{row.stan} was deleted and is there" for row in gone if row.face == face and row.account_id in there
        ]
    return wrong


def _request_of(world: World, row: Transaction) -> HostRequest:
    asked = HostRequest(
        row.id, row.face, Phase.MONEY, row.verb, row.asked, row.stan, row.order_ref, row.transaction_ref,
        row.terminal_id, row.local_time,
    )  # fmt: skip
    return replace(asked, count=row.particulars.count)
