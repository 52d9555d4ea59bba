"""Cards as things: made, activated, listed, read, given further codes and another PIN, deleted."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as with_changes

from app.issuer.books import Books, Changes, Note, Step, Store
from app.issuer.faces.dintero.gate import LOOKS_UP, MANAGES, READS, Caller, Refused
from app.issuer.faces.dintero.hooks import Hooks
from app.issuer.faces.dintero.money import Wallets, check_pin
from app.issuer.faces.dintero.shelf import Code, Held, Kept, Secret, Shelf, draw_pin, stamp
from app.issuer.faces.dintero.wire import Activation, Batch, CodeWish, Format, Info, NewCard, NewCode, NewPin
from app.issuer.ledger import MAX_WRONG_PINS, CardAccount, Operation

# Cards of a batch belong to nobody's currency yet; this is the host's.
BATCH_CURRENCY = "NOK"

Page = tuple[list[Held], str | None]


@dataclass(frozen=True, slots=True)
class Made:
    """A card that was just made, with what is told this once."""

    held: Held
    code: Code
    secret: Secret
    pin: Secret | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A card to be made."""

    card_id: str
    currency: str
    type: str | None
    code: CodeWish
    pin: Secret | None
    secret: Secret | None = None
    active: bool = True


class Cards:
    """What callers do to cards. Every method may raise ``Refused``."""

    def __init__(self, store: Store, shelf: Shelf, wallets: Wallets, now: Callable[[], datetime], hooks: Hooks) -> None:
        self._store = store
        self._shelf = shelf
        self._wallets = wallets
        self._now = now
        self._hooks = hooks

    def _say(self, held: Held) -> None:
        """Tells of a card that came to be or into use."""
        moment = stamp(self._now())
        told = {"type": "created", "amount": held.kept.opening, "currency": held.kept.currency, "created_at": moment}
        self._hooks.say(held.kept.card_id, told)

    # -- making -------------------------------------------------------------------------------------------------------

    def create(self, caller: Caller, wish: NewCard, secret: Secret | None = None, pin: Secret | None = None) -> Made:
        """Makes one card; ``secret`` and ``pin`` instead of drawn ones are for demo cards."""
        caller.needs(MANAGES, "making cards")
        pin = pin or draw_pin(wish.pin)
        draft = Draft(wish.card_id, wish.currency, wish.type, wish.card_token or CodeWish(), pin, secret)

        def work(books: Books) -> Step[Made]:
            made, changes = self._make(books, caller, draft, books.next_account(), frozenset())
            held = made.held
            kept = with_changes(
                held.kept,
                opening=wish.amount,
                customer_id=wish.customer_id,
                name=wish.name,
                originated_by=wish.originated_by,
                metadata=wish.metadata or {},
                active_from=wish.active_from,
                expires_at=wish.expires_at,
            )
            held = replace(held, kept=kept)
            changes = Changes(held.account, notes=self._shelf.index(kept))
            if wish.amount:
                booked = self._wallets.deposit(books, held, wish.amount, kept.metadata, Operation.ISSUE)
                held = replace(held, kept=with_changes(kept, funds=wish.amount), spendable=wish.amount)
                others = changes.notes[1:]  # the first is the card itself, which the booking has written
                changes = replace(booked, account=held.account, notes=(*booked.notes, *others))
            return Step(replace(made, held=held), changes)

        made = self._store.run(work)
        self._say(made.held)
        return made

    def batch(self, caller: Caller, wish: Batch, given: tuple[Secret, ...] = ()) -> list[Made]:
        """Makes cards for the printer: inactive and empty. All or none. ``given`` codes are for demo cards."""
        caller.needs(MANAGES, "making cards")
        names = [blank.card_id for blank in wish.cards]
        if len(set(names)) != len(names):
            raise Refused(400, "cards must not name a card_id twice")
        code = (wish.options.card_token if wish.options is not None else None) or CodeWish()
        pin = wish.options.pin if wish.options is not None else None

        def work(books: Books) -> Step[list[Made]]:
            made: list[Made] = []
            notes: tuple[Note, ...] = ()
            taken: set[str] = set()
            first = books.next_account()
            for place, blank in enumerate(wish.cards):
                secret = given[place] if given else None
                draft = Draft(blank.card_id, BATCH_CURRENCY, blank.type, code, draw_pin(pin), secret, active=False)
                one, changes = self._make(books, caller, draft, first + place, frozenset(taken))
                taken.add(one.code.digest)
                notes += changes.notes
                made.append(one)
            return Step(made, Changes(accounts=tuple(one.held.account for one in made), notes=notes))

        blanks = self._store.run(work)
        for one in blanks:
            self._say(one.held)
        return blanks

    def _make(
        self, books: Books, caller: Caller, draft: Draft, number: int, taken: frozenset[str]
    ) -> tuple[Made, Changes]:
        self._shelf.free(books, draft.card_id)
        now = self._now()
        secret = draft.secret or self._shelf.draw_code(books, draft.code.format, taken)
        code = self._shelf.new_code(secret, caller, now, draft.card_id, draft.code, {})
        kept = Kept(
            number=number,
            id=str(uuid.uuid4()),
            card_id=draft.card_id,
            type=draft.type or "gift_card",
            currency=draft.currency,
            created_at=now,
            created_by=caller.client_id,
            pin_format=draft.pin.format if draft.pin is not None else None,
            codes=(code,),
        )
        pin = draft.pin.value if draft.pin is not None else ""
        account = self._shelf.account(number, kept.id, draft.currency, pin, active=draft.active)
        held = Held(self._shelf.owner, kept, account)
        return Made(held, code, secret, draft.pin), Changes(account, notes=self._shelf.index(kept))

    def activate(self, caller: Caller, card_id: str, wish: Activation) -> Held:
        """Puts a blank into use with its value; once."""
        caller.needs(MANAGES, "activating cards")

        def work(books: Books) -> Step[Held]:
            held = self._shelf.by_id(books, card_id)
            if held.account.active:
                raise Refused(409, "the card is active already")
            if wish.currency != held.kept.currency:
                raise Refused(400, "the card has another currency")
            kept = with_changes(
                held.kept,
                customer_id=wish.customer_id or held.kept.customer_id,
                name=wish.name or held.kept.name,
                originated_by=wish.originated_by or held.kept.originated_by,
                metadata=held.kept.metadata | (wish.metadata or {}),
                active_from=wish.active_from,
                expires_at=wish.expires_at,
            )
            held = replace(held, kept=kept, account=replace(held.account, active=True))
            changes = self._wallets.deposit(books, held, wish.amount, kept.metadata, Operation.DEPOSIT)
            kept = with_changes(kept, opening=wish.amount, funds=wish.amount)
            customer = self._shelf.customer(kept)
            after = replace(held, kept=kept, spendable=wish.amount)
            return Step(after, replace(changes, notes=(*changes.notes, *customer)))

        activated = self._store.run(work)
        self._say(activated)
        return activated

    # -- codes and PINs -----------------------------------------------------------------------------------------------

    def add_code(self, caller: Caller, card_id: str, wish: NewCode) -> tuple[Code, Secret]:
        """A further code that ends by itself."""
        caller.needs(MANAGES, "tokens")
        wanted = CodeWish(wish.format, wish.expires_in, wish.expires_after_transaction)

        def work(books: Books) -> Step[tuple[Code, Secret]]:
            held = self._shelf.by_id(books, card_id)
            secret = self._shelf.draw_code(books, wish.format)
            code = self._shelf.new_code(secret, caller, self._now(), wish.ref_id, wanted, wish.metadata or {})
            return Step((code, secret), self._shelf.add_code(held, code))

        return self._store.run(work)

    def also(self, card_id: str, secret: Secret) -> None:
        """Lets a card be known by one more code, once and for good; for demo cards."""

        def work(books: Books) -> Step[None]:
            held = self._shelf.by_id(books, card_id)
            if any(code.digest == self._shelf.digest("code", secret.value) for code in held.kept.codes):
                return Step(None)
            house = Caller("", held.kept.created_by, frozenset())
            code = self._shelf.new_code(secret, house, self._now(), f"{card_id}-code", CodeWish(), {})
            return Step(None, self._shelf.add_code(held, code))

        self._store.run(work)

    def rotate_pin(self, caller: Caller, card_id: str, wish: NewPin) -> Secret:
        """Another PIN, or a first one."""
        caller.needs(MANAGES, "PINs")
        pin = draw_pin(wish.pin)
        assert pin is not None

        def work(books: Books) -> Step[Secret]:
            held = self._shelf.by_id(books, card_id)
            digest = self._shelf.pin_digest(held.kept.id, pin.value)
            account = replace(held.account, pin_digest=digest, wrong_pins=0)
            return Step(pin, held.changes(with_changes(held.kept, pin_format=pin.format), account))

        return self._store.run(work)

    # -- reading ------------------------------------------------------------------------------------------------------

    def info(self, caller: Caller, wish: Info) -> Held:
        """What is on a card, by one of its codes. A PIN that is given is checked, and counts."""
        caller.needs(LOOKS_UP, "looking up cards")

        def work(books: Books) -> Step[Held | Refused]:
            held, code = self._shelf.by_code(books, wish.token)
            if code.expires_at is not None and code.expires_at <= self._now():
                raise Refused(400, "the token has expired")
            if not wish.pin or not held.account.pin_digest:
                return Step(held)
            if held.account.wrong_pins >= MAX_WRONG_PINS:
                raise Refused(400, "the card is blocked")
            account, refusal = check_pin(self._shelf, held, wish.pin)
            changes = Changes(account=account if account != held.account else None)
            return Step(replace(held, account=account) if refusal is None else refusal, changes)

        answer = self._store.run(work)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def read(self, caller: Caller, card_id: str, customer_id: str | None = None) -> Held:
        """One card; with a customer, only if it is theirs."""
        caller.needs(READS, "reading cards")
        held = self._store.run(lambda books: Step(self._shelf.by_id(books, card_id)))
        if customer_id is not None and held.kept.customer_id != customer_id:
            raise Refused(404, "the card is not known")
        return held

    def listed(self, caller: Caller, after: str, limit: int, *, deleted: bool) -> Page:
        """A page of the account's cards in the order they were made, and the key of the next."""
        caller.needs(READS, "reading cards")

        def work(books: Books) -> Step[Page]:
            found: list[Held] = []
            place = after
            while True:
                rows = books.notes("dintero.card", self._shelf.owner, place, limit + 1)
                for key, _ in rows:
                    held = self._shelf.by_number(books, key)
                    if held.kept.deleted and not deleted:
                        place = key
                    elif len(found) == limit:
                        return Step((found, place))
                    else:
                        found.append(held)
                        place = key
                if len(rows) <= limit:
                    return Step((found, None))

        return self._store.run(work)

    def of_customer(self, caller: Caller, customer_id: str) -> list[Held]:
        """A customer's cards that are of use."""
        caller.needs(READS, "reading cards")
        now = self._now()

        def work(books: Books) -> Step[list[Held]]:
            rows = books.notes("dintero.customer", self._shelf.customer_owner(customer_id))
            cards = [self._shelf.by_number(books, key) for key, _ in rows]
            return Step([held for held in cards if held.status(now) in ("unused", "used")])

        return self._store.run(work)

    def delete(self, caller: Caller, card_id: str) -> None:
        """Ends an empty card. Its id stays used."""
        caller.needs(MANAGES, "deleting cards")

        def work(books: Books) -> Step[None]:
            held = self._shelf.by_id(books, card_id)
            if held.spendable or held.reserved:
                raise Refused(409, "there is money on the card")
            account: CardAccount = replace(held.account, active=False)
            return Step(None, held.changes(with_changes(held.kept, deleted=True), account))

        self._store.run(work)

    def block(self, card_id: str) -> None:
        """Stops a card, as the issuer does on the telephone; the API has no call for it."""

        def work(books: Books) -> Step[None]:
            held = self._shelf.by_id(books, card_id)
            return Step(None, Changes(account=replace(held.account, blocked=True)))

        self._store.run(work)


def fixed(value: str, prefix: str | None = None) -> Secret:
    """A code that is given, for demo cards."""
    return Secret(value, Format(length=len(value.removeprefix(prefix or "")), prefix=prefix, numbers=True))
