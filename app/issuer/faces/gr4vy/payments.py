"""Transactions of gift cards, and giving back what they took.

A transaction is written down when all its cards have been tried; its refunds stand inside it. What a card books carries
`<transaction>/<card>` as its reference, so a host that died in between takes nothing twice.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from app.issuer.books import Books, Entry, Note, Step
from app.issuer.faces.gr4vy import bodies
from app.issuer.faces.gr4vy.bodies import Malformed, Payer, Problem
from app.issuer.faces.gr4vy.cards import FACE, Cards, Moved, Typed, merchant_id
from app.issuer.faces.gr4vy.hooks import NOT_REDEEMED, REDEEMED, REFUNDED, REVERSED
from app.issuer.faces.gr4vy.replies import Json, short_id, stamp
from app.issuer.faces.gr4vy.vault import NotFound, Stored, Vault
from app.issuer.ledger import Operation, PaymentOrder

TRANSACTION, BY_NAME, REFUND = (f"{FACE}.{name}" for name in ("transaction", "external", "refund"))
SPENT = "gift-card-redemption"


class Redemption(msgspec.Struct, frozen=True):
    """What one card paid. `entry` is its booking, empty where there is none."""

    id: str
    status: str
    amount: int
    card: str
    parts: tuple[str, str, str]
    entry: str = ""
    code: str = ""
    refunded: int = 0


class Refund(msgspec.Struct, frozen=True):
    """What was given back to one card."""

    id: str
    target: str
    amount: int
    reason: str | None
    external: str | None
    created: datetime


class Paid(msgspec.Struct, frozen=True):
    """A transaction."""

    id: str
    amount: int
    currency: str
    intent: str
    succeeded: bool
    buyer: str
    external: str | None
    created: datetime
    redemptions: tuple[Redemption, ...]
    refunds: tuple[Refund, ...] = ()


Finish = Callable[[Json], tuple[Note, ...]]
"""What is written beside an answer: what became of its idempotency key."""
Say = Callable[[str, str, Json], None]
"""Who is told what happened to a card: the merchant account, the event, and what it is about."""


class Payments:
    """Steps of the store. Called on the books' thread."""

    def __init__(self, cards: Cards, vault: Vault, say: Say) -> None:
        self._cards = cards
        self._vault = vault
        self._say = say
        self._store = cards.store

    # -- paying ------------------------------------------------------------------------------------------------------

    def prepare(self, account: str, payers: tuple[Payer, ...], buyer: str) -> list[Stored | Typed]:
        """The cards of a sale. Nothing has moved yet.

        Raises:
            NotFound: a stored card is not there.
            Malformed: a card is named twice, or another buyer's.
        """
        cards: list[Stored | Typed] = []
        seen: set[str] = set()
        for place, payer in enumerate(payers):
            card: Stored | Typed
            if payer.id is not None:
                card = self._vault.stored(account, str(payer.id))
                if buyer and card.buyer != buyer:
                    raise Malformed(Problem(f"/gift_cards/{place}/id", "is not a card of this buyer"))
                name = card.account or card.id
            else:
                card = Typed(payer.number or "", payer.pin or "")
                name = self._account_of(card) or "/".join(card.parts)
            if name in seen:
                raise Malformed(Problem(f"/gift_cards/{place}", "is in this sale already"))
            seen.add(name)
            cards.append(card)
        return cards

    def _account_of(self, card: Typed) -> str:
        wanted = self._cards.digest("card", card.number)
        found = self._store.run(lambda books: Step(books.account_of_card(wanted)))
        return found.account_id if found is not None else ""

    def pay(
        self, account: str, made: str, body: bodies.Transaction, cards: list[Stored | Typed], buyer: str, finish: Finish
    ) -> Json:
        """Redeems the cards of a sale one by one; when one fails, what was taken before it is given back."""
        external = body.external_identifier
        spent: list[Redemption] = []
        booked: list[Entry] = []
        failed = False
        for place, (card, payer) in enumerate(zip(cards, body.gift_cards or (), strict=True)):
            card_id = card.id if isinstance(card, Stored) else ""
            parts = (card.bin, card.sub_bin, card.last4) if isinstance(card, Stored) else card.parts
            own_id = str(uuid.uuid5(uuid.UUID(made), str(place)))
            if failed:
                spent.append(Redemption(own_id, "skipped", payer.amount, card_id, parts))
                continue
            moved = self._take(account, card, payer.amount, body.currency, f"{made}/{place}", external or "")
            failed = moved.code != ""
            entry = moved.entry.entry_id if moved.entry is not None else ""
            status = "failed" if failed else "succeeded"
            spent.append(Redemption(own_id, status, payer.amount, card_id, parts, entry, moved.code))
            if moved.entry is not None and not failed:
                booked.append(moved.entry)
        if failed:
            for entry_ in booked:
                self._cards.undo(entry_, f"{entry_.transaction_ref}/back")
            spent = [
                msgspec.structs.replace(one, refunded=one.amount) if one.status == "succeeded" else one for one in spent
            ]
        paid = Paid(
            made, body.amount, body.currency, body.intent, not failed, buyer, external, self._cards.now(), tuple(spent)
        )
        answer = transaction(paid, account)
        uses = [self._vault.used(account, one.card) for one in spent if one.card and one.status == "succeeded"]
        notes = [self._vault.keep(TRANSACTION, account, made, paid), *uses, *finish(answer)]
        if external:
            notes.append(Note(BY_NAME, f"{account} {_name(external)}", made, made))
        self._vault.write(*notes)
        for one in spent:
            for event in _events(one):
                self._say(account, event, _told(paid, one))
        return answer

    def _take(
        self, account: str, card: Stored | Typed, amount: int, currency: str, reference: str, label: str
    ) -> Moved:
        if isinstance(card, Stored):
            account_id, code = card.account, card.code
        else:
            before = self._store.run(lambda books: Step(books.entry_of_reference(merchant_id(account), reference)))
            known = self._cards.find(card, account) if before is None else None
            # work that is taken up again has tried this PIN before
            account_id = before.account_id if before is not None else ""
            code = known.code if known is not None else ""
            if known is not None and known.account is not None:
                account_id = known.account.account_id
        if not account_id:
            return Moved(None, code)
        order = PaymentOrder(Operation.PURCHASE, merchant_id(account), amount, currency)
        return self._cards.spend(account_id, order, reference, label)

    def find(self, account: str, made: str) -> Paid:
        """A transaction.

        Raises:
            NotFound: it is not there, or another account's.
        """
        found = self._vault.read(TRANSACTION, account, made, Paid)
        if found is None:
            raise NotFound
        return found

    def listed(self, account: str, external: str, wanted: Callable[[Paid], bool], cursor: str) -> list[Paid]:
        """Transactions behind a cursor that are wanted, in the order of their ids."""
        if external:
            owner = f"{account} {_name(external)}"
            ids = self._store.run(lambda books: Step(books.notes(BY_NAME, owner, cursor)))
            found = [self.find(account, made) for made, _ in ids]
        else:
            rows = self._store.run(lambda books: Step(books.notes(TRANSACTION, account, cursor)))
            found = [msgspec.json.decode(text, type=Paid) for _, text in rows]
        return [paid for paid in found if wanted(paid)]

    # -- giving back -------------------------------------------------------------------------------------------------

    def refund(self, account: str, made: str, paid: Paid, body: bodies.RefundOne, finish: Finish) -> Json:
        """Gives back part of what one card paid.

        Raises:
            Malformed: there is not that much left, or no gift card is named.
            NotFound: this transaction took nothing from such a card.
        """
        if body.target_type != SPENT:
            raise Malformed(Problem("/target_type", "there is no payment method to refund"))
        if body.target_id is None:
            raise Malformed(Problem("/target_id", "is required"))
        target = next((one for one in paid.redemptions if one.id == str(body.target_id)), None)
        if target is None:
            raise NotFound
        left = target.amount - target.refunded if target.status == "succeeded" else 0
        amount = left if body.amount is None else body.amount
        if not 0 < amount <= left:
            raise Malformed(Problem("/amount", "there is not that much left to refund"))
        refund = Refund(made, target.id, amount, body.reason, body.external_identifier, self._cards.now())
        return self._give(account, paid, target, refund, lambda after: finish(refund_of(after, refund)))

    def refund_all(self, account: str, made: str, paid: Paid, body: bodies.RefundAll, finish: Finish) -> Json:
        """Gives back all that is left, card by card."""
        parts: list[tuple[Redemption, Refund]] = []
        for place, one in enumerate(paid.redemptions):
            left = one.amount - one.refunded
            if one.status == "succeeded" and left:
                own_id = str(uuid.uuid5(uuid.UUID(made), str(place)))
                now = self._cards.now()
                parts.append((one, Refund(own_id, one.id, left, body.reason, body.external_identifier, now)))
        for target, refund in parts:
            self._give(account, self.find(account, paid.id), target, refund, lambda _after: ())
        answer = refunds_of(paid, [refund for _, refund in parts])
        self._vault.write(*finish(answer))
        return answer

    def _give(
        self,
        account: str,
        paid: Paid,
        target: Redemption,
        refund: Refund,
        finish: Callable[[Paid], tuple[Note, ...]],
    ) -> Json:
        def work(books: Books) -> Step[Paid]:
            spent = books.entry(target.entry)
            assert spent is not None  # a redemption that succeeded was booked
            after = msgspec.structs.replace(
                paid,
                refunds=(*paid.refunds, refund),
                redemptions=tuple(
                    msgspec.structs.replace(one, refunded=one.refunded + refund.amount) if one.id == target.id else one
                    for one in paid.redemptions
                ),
            )
            _, changes = self._cards.give_back(books, spent, refund.amount, refund.id, refund.external or "")
            notes = (
                self._vault.keep(TRANSACTION, account, paid.id, after),
                Note(REFUND, account, refund.id, paid.id),
                *finish(after),
            )
            return Step(after, replace(changes, notes=notes))

        given = self._store.run(work)
        self._say(account, REFUNDED, _told(given, target, refund))
        return refund_of(given, refund)

    def refund_by_id(self, account: str, refund_id: str) -> Json:
        """One refund.

        Raises:
            NotFound: it is not there.
        """
        made = self._store.run(lambda books: Step(books.note(REFUND, account, refund_id)))
        if made is None:
            raise NotFound
        paid = self.find(account, made)
        return next(refund_of(paid, refund) for refund in paid.refunds if refund.id == refund_id)


def _events(one: Redemption) -> tuple[str, ...]:
    """What a redemption is told as: nothing for a card whose turn never came."""
    if one.status == "succeeded":
        return (REDEEMED, REVERSED) if one.refunded else (REDEEMED,)
    return (NOT_REDEEMED,) if one.status == "failed" else ()


def _told(paid: Paid, one: Redemption, refund: Refund | None = None) -> Json:
    """The object of an event. Of the card no more than its id and its last four: a hook may end in a log."""
    return {
        "type": SPENT if refund is None else "refund",
        "id": one.id if refund is None else refund.id,
        "status": one.status,
        "amount": one.amount if refund is None else refund.amount,
        "external_identifier": paid.external if refund is None else refund.external,
        "transaction_id": paid.id,
        "transaction_external_identifier": paid.external,
        "gift_card": {"type": "gift-card", "id": one.card or None, "last4": one.parts[2]},
    }


def _name(external: str) -> str:
    return hashlib.sha256(external.encode("utf-8", "surrogatepass")).hexdigest()


def transaction(paid: Paid, account: str) -> Json:
    """The gift-card part of a Transaction."""
    took = paid.amount if paid.succeeded else 0
    return {
        "type": "transaction",
        "id": paid.id,
        "reconciliation_id": short_id(paid.id),
        "merchant_account_id": account,
        "external_identifier": paid.external,
        "intent": paid.intent,
        "intent_outcome": "succeeded" if paid.succeeded else "failed",
        "status": "capture_succeeded" if paid.succeeded else "authorization_failed",
        "multi_tender": len(paid.redemptions) > 1,
        "amount": paid.amount,
        "currency": paid.currency,
        "authorized_amount": took,
        "captured_amount": took,
        "refunded_amount": sum(refund.amount for refund in paid.refunds),
        "payment_method": None,
        "gift_card_service": None,
        "gift_card_redemptions": [redemption(one) for one in paid.redemptions],
        "created_at": stamp(paid.created),
        "updated_at": stamp(paid.refunds[-1].created if paid.refunds else paid.created),
    }


def redemption(one: Redemption) -> Json:
    """A GiftCardRedemption."""
    return {
        "type": SPENT,
        "id": one.id,
        "status": one.status,
        "amount": one.amount,
        "refunded_amount": one.refunded,
        "gift_card_service_redemption_id": one.entry or None,
        "error_code": one.code or None,
        "raw_error_code": one.code.upper() or None,
        "raw_error_message": one.code.replace("_", " ") or None,
        "gift_card": {
            "type": "gift-card",
            "id": one.card or None,
            "bin": one.parts[0],
            "sub_bin": one.parts[1],
            "last4": one.parts[2],
        },
    }


def refund_of(paid: Paid, refund: Refund) -> Json:
    """A Refund."""
    return {
        "type": "refund",
        "id": refund.id,
        "transaction_id": paid.id,
        "payment_service_refund_id": None,
        "status": "succeeded",
        "currency": paid.currency,
        "amount": refund.amount,
        "reason": refund.reason,
        "target_type": SPENT,
        "target_id": refund.target,
        "reconciliation_id": short_id(refund.id),
        "external_identifier": refund.external,
        "transaction_reconciliation_id": short_id(paid.id),
        "transaction_external_identifier": paid.external,
        "created_at": stamp(refund.created),
        "updated_at": stamp(refund.created),
        "creator": None,
        "error_code": None,
        "raw_response_code": None,
        "raw_response_description": None,
        "settled_currency": None,
        "settled_amount": 0,
        "settled": False,
    }


def refunds_of(paid: Paid, refunds: list[Refund]) -> Json:
    """A page of Refunds that is the whole list."""
    items = [refund_of(paid, refund) for refund in refunds]
    return {"items": items, "limit": 100, "next_cursor": None, "previous_cursor": None}
