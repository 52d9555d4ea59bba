"""What the vault remembers beside the money: stored cards, buyers, and what was answered under a key.

Each is a note of the books, as JSON. None holds a number or a PIN; the digits that every answer shows are kept.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from app.issuer.books import Books, Changes, Note, Step
from app.issuer.faces.gr4vy.bodies import Malformed, Problem
from app.issuer.faces.gr4vy.cards import FACE, Cards, Known, Typed

CARD, BUYER, HELD, REPLAY = (f"{FACE}.{name}" for name in ("card", "buyer", "held", "replay"))
MAX_HELD = 10
"""Cards a buyer may keep."""
KEY_LIFE = timedelta(hours=24)
_BUYERS = uuid.UUID("b2c7f0de-6a5e-4f5e-9a41-0a3a7a1f6c11")

Kept = TypeVar("Kept", bound=msgspec.Struct)


class NotFound(Exception):
    """There is no such thing for this account."""


class Duplicate(Exception):
    """This is there already, or this key was used for something else."""

    def __init__(self, resource_id: str = "") -> None:
        super().__init__("duplicate record")
        self.resource_id = resource_id


class Stored(msgspec.Struct, frozen=True):
    """A card in the vault. `account` is empty for one whose first try failed with `code`."""

    id: str
    account: str
    code: str
    bin: str
    sub_bin: str
    last4: str
    buyer: str
    created: datetime
    used: int = 0
    last_used: datetime | None = None


class Buyer(msgspec.Struct, frozen=True):
    """A person who keeps cards."""

    id: str
    external: str
    created: datetime


class Replay(msgspec.Struct, frozen=True):
    """What became of an idempotency key: `status` 0 while it is worked on. `made` is the id that was drawn for it."""

    at: datetime
    digest: str
    made: str
    status: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Stored cards, and the keys of the pages beside them."""

    cards: tuple[Stored, ...]
    more: str | None
    back: str | None


class Vault:
    """Steps of the store. Called on the books' thread."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._store = cards.store

    def keep(self, kind: str, owner: str, key: str, value: msgspec.Struct | None) -> Note:
        """A note as it is written."""
        return Note(kind, owner, key, None if value is None else msgspec.json.encode(value).decode())

    def read(self, kind: str, owner: str, key: str, shape: type[Kept]) -> Kept | None:
        """A note as it was written."""
        text = self._store.run(lambda books: Step(books.note(kind, owner, key)))
        return None if text is None else msgspec.json.decode(text, type=shape)

    def write(self, *notes: Note) -> None:
        """Writes notes in one commit."""
        self._store.run(lambda _books: Step(None, Changes(notes=notes)))

    # -- buyers ------------------------------------------------------------------------------------------------------

    def buyer(self, account: str, buyer_id: uuid.UUID | None, external: str | None) -> str:
        """The id of the buyer a request names, empty where it names none; a new name makes one.

        Raises:
            NotFound: there is no buyer with this id.
        """
        if buyer_id is not None:
            if self.read(BUYER, account, str(buyer_id), Buyer) is None:
                raise NotFound
            return str(buyer_id)
        if external is None:
            return ""
        made = _buyer_id(account, external)
        if self.read(BUYER, account, made, Buyer) is None:
            self.write(self.keep(BUYER, account, made, Buyer(made, external, self._cards.now())))
        return made

    def known_buyer(self, account: str, external: str) -> str | None:
        """The id of a buyer by the merchant's own name for it; None where there is none."""
        made = _buyer_id(account, external)
        return made if self.person(account, made) is not None else None

    def person(self, account: str, buyer_id: str) -> Buyer | None:
        """A buyer."""
        return self.read(BUYER, account, buyer_id, Buyer) if buyer_id else None

    # -- cards -------------------------------------------------------------------------------------------------------

    def store_card(self, account: str, card: Typed, known: Known, buyer: str) -> Stored:
        """Stores a card that was tried.

        Raises:
            Duplicate: this buyer has it already.
            Malformed: this buyer has as many as one may.
        """
        held = self.held(account, buyer)
        account_id = known.account.account_id if known.account is not None else ""
        same = [one for one in held if account_id and one.account == account_id]
        if same:
            raise Duplicate(same[0].id)
        self.room(account, buyer)
        made = Stored(str(uuid.uuid4()), account_id, known.code, *card.parts, buyer, self._cards.now())
        holding = Note(HELD, f"{account} {buyer}", made.id, made.id)
        self.write(self.keep(CARD, account, made.id, made), holding)
        return made

    def stored_once(self, account: str, card: Typed, known: Known, buyer: str) -> Stored:
        """Stores a card, or finds it stored."""
        try:
            return self.store_card(account, card, known, buyer)
        except Duplicate as there:
            return self.stored(account, there.resource_id)

    def room(self, account: str, buyer: str) -> None:
        """Raises `Malformed` where a buyer keeps as many cards as one may."""
        if buyer and len(self.held(account, buyer)) >= MAX_HELD:
            said = "has stored the maximum of 10 gift cards"
            raise Malformed(Problem("/buyer_id", said, type="max_gift_cards_reached"))

    def held(self, account: str, buyer: str) -> list[Stored]:
        """The cards of one buyer, or those of nobody."""

        def work(books: Books) -> Step[list[str | None]]:
            ids = books.notes(HELD, f"{account} {buyer}")
            return Step([books.note(CARD, account, card_id) for card_id, _ in ids])

        return [msgspec.json.decode(text, type=Stored) for text in self._store.run(work) if text]

    def stored(self, account: str, card_id: str) -> Stored:
        """One card.

        Raises:
            NotFound: it is not there, or another account's.
        """
        found = self.read(CARD, account, card_id, Stored)
        if found is None:
            raise NotFound
        return found

    def forget(self, account: str, card_id: str) -> None:
        """Takes a card out.

        Raises:
            NotFound: it is not there.
        """
        card = self.stored(account, card_id)
        holding = Note(HELD, f"{account} {card.buyer}", card_id, None)
        self.write(self.keep(CARD, account, card_id, None), holding)

    def used(self, account: str, card_id: str) -> Note:
        """One more use of a card, to be written with what it was used for."""
        card = self.stored(account, card_id)
        after = msgspec.structs.replace(card, used=card.used + 1, last_used=self._cards.now())
        return self.keep(CARD, account, card_id, after)

    def page(self, account: str, buyer: str, cursor: str, limit: int) -> Page:
        """A page of the vault; `cursor` is the id before its first."""
        if buyer:
            everything = self.held(account, buyer)
            cards = [card for card in everything if card.id > cursor][: limit + 1]
        else:
            rows = self._store.run(lambda books: Step(books.notes(CARD, account, cursor, limit + 1)))
            cards = [msgspec.json.decode(text, type=Stored) for _, text in rows]
        more = cards[limit - 1].id if len(cards) > limit else None
        return Page(tuple(cards[:limit]), more, None)

    def balance(self, account: str, card: Typed | Stored) -> tuple[str, int | None, str, str]:
        """Currency, balance, expiry (ISO date) and error code of a card: what a summary says of it."""
        if isinstance(card, Stored):
            known_id, code = card.account, card.code
        else:
            known = self._cards.find(card, account)
            known_id, code = (known.account.account_id if known.account is not None else ""), known.code
        if not known_id:
            return "", None, "", code
        found, spendable, refused = self._cards.worth(known_id)
        return found.currency, None if refused else spendable, found.expiry.isoformat(), refused

    # -- keys --------------------------------------------------------------------------------------------------------

    def begin(self, account: str, place: str, key: str, body: bytes) -> Replay:
        """What is known of a key, after noting it where it is new or has outlived its day. An empty key is always new.

        Raises:
            Duplicate: it was used with another body.
        """
        now = self._cards.now()
        digest = self._cards.digest("gr4vy-replay", place, body.decode("utf-8", "replace")).hex()
        fresh = Replay(now, digest, str(uuid.uuid4()))
        if not key:
            return fresh
        known = self.read(REPLAY, account, self._name(key), Replay)
        if known is not None and now - known.at < KEY_LIFE:
            if known.digest != digest:
                raise Duplicate
            return known
        self.write(self.keep(REPLAY, account, self._name(key), fresh))
        return fresh

    def end(self, account: str, key: str, replay: Replay, status: int, body: bytes) -> tuple[Note, ...]:
        """The answer of a key, to be written with what it did; nothing where there is no key."""
        if not key:
            return ()
        done = msgspec.structs.replace(replay, status=status, body=body.decode())
        return (self.keep(REPLAY, account, self._name(key), done),)

    def release(self, account: str, key: str) -> None:
        """Forgets a key whose request was refused: it may be used again at once."""
        if key:
            self.write(self.keep(REPLAY, account, self._name(key), None))

    def _name(self, key: str) -> str:
        return self._cards.digest("gr4vy-key", key).hex()


def _buyer_id(account: str, external: str) -> str:
    return str(uuid.uuid5(_BUYERS, f"{account} {external.encode('utf-8', 'surrogatepass').hex()}"))
