"""What each endpoint does, on the books' thread: bodies and queries in, answers out.

An idempotency key is looked up first, and its answer is written in the same commit as what it did. Whatever is refused
leaves the key free.
"""

import secrets
from collections.abc import Callable

import msgspec

from app.issuer.faces.gr4vy import bodies, replies
from app.issuer.faces.gr4vy.bodies import Malformed, Problem
from app.issuer.faces.gr4vy.cards import Cards, Known, NewCard, Typed
from app.issuer.faces.gr4vy.payments import Finish, Paid, Payments, Say, refunds_of, transaction
from app.issuer.faces.gr4vy.replies import Json
from app.issuer.faces.gr4vy.simulator import simulate
from app.issuer.faces.gr4vy.vault import Duplicate, NotFound, Replay, Stored, Vault
from app.issuer.ground import Ground

DEFAULT_PAGE, LARGEST_PAGE = 20, 100
MAX_CURSOR = 1000
NUMBER_PREFIX = "701337"
_SORTS = ("last_used_at", "usage_count", "cit_last_used_at", "cit_usage_count")
_DRAWS = 8
"""A fresh number meets one of n cards once in 10^12 / n draws; eight in a row do not happen."""


class Counter:
    """The endpoints' work for one ground. `say` is told what happened to cards."""

    def __init__(self, ground: Ground, say: Say) -> None:
        self.cards_in_books = Cards(ground)
        self._draw = ground.draw
        self._vault = Vault(self.cards_in_books)
        self._payments = Payments(self.cards_in_books, self._vault, say)

    # -- the vault ---------------------------------------------------------------------------------------------------

    def create(self, account: str, body: bytes) -> Json:
        """`POST /gift-cards`."""
        asked = bodies.read(body, bodies.Create)
        bodies.one_buyer(asked)
        buyer = self._vault.buyer(account, asked.buyer_id, asked.buyer_external_identifier)
        typed = Typed(asked.number, asked.pin)
        known = self.cards_in_books.find(typed, account)
        return self._card(account, self._vault.store_card(account, typed, known, buyer))

    def cards(self, account: str, query: dict[str, str]) -> Json:
        """`GET /gift-cards`."""
        limit = bodies.whole(query, "limit", DEFAULT_PAGE, 1, LARGEST_PAGE)
        buyer = self._buyer(account, query)
        if buyer is None:
            return {"items": [], "limit": limit, "next_cursor": None, "previous_cursor": None}
        page = self._vault.page(account, buyer, _cursor(query), limit)
        items = [self._card(account, card) for card in page.cards]
        return {"items": items, "limit": limit, "next_cursor": page.more, "previous_cursor": None}

    def card(self, account: str, card_id: str) -> Json:
        """`GET /gift-cards/{id}`."""
        return self._card(account, self._vault.stored(account, card_id))

    def delete(self, account: str, card_id: str) -> None:
        """`DELETE /gift-cards/{id}`."""
        self._vault.forget(account, card_id)

    def balances(self, account: str, body: bytes) -> Json:
        """`POST /gift-cards/balances`. A stored card that is not there is a 404 before any is tried."""
        asked = bodies.read(body, bodies.Balances)
        cards: list[Typed | Stored] = []
        for place, item in enumerate(asked.items):
            bodies.one_name(item, f"/items/{place}")
            typed = Typed(item.number or "", item.pin or "")
            cards.append(self._vault.stored(account, str(item.id)) if item.id is not None else typed)
        return {"items": [self._summary(account, card) for card in cards]}

    def buyers_cards(self, account: str, query: dict[str, str]) -> Json:
        """`GET /buyers/gift-cards`."""
        sort, order = query.get("sort_by", ""), query.get("order_by", "desc")
        if "sort_by" in query and sort not in _SORTS:
            raise Malformed(Problem("/sort_by", "is not known", "query"))
        if order not in ("asc", "desc"):
            raise Malformed(Problem("/order_by", "must be asc or desc", "query"))
        buyer = self._buyer(account, query)
        held = self._vault.held(account, buyer) if buyer else []
        if "usage_count" in sort:
            held.sort(key=lambda card: card.used, reverse=order == "desc")
        elif sort:
            held.sort(key=lambda card: card.last_used or card.created, reverse=order == "desc")
        return {"items": [self._summary(account, card) for card in held]}

    # -- cards that are sold -----------------------------------------------------------------------------------------

    def activate(self, account: str, body: bytes, key: str) -> Json:
        """`POST /gift-cards/activations`."""
        asked = bodies.read(body, bodies.Activation)
        bodies.activation(asked)

        def work(replay: Replay) -> Json:
            typed = Typed(asked.number, asked.pin or "")
            buyer = self._vault.buyer(account, asked.buyer_id, asked.buyer_external_identifier)
            known = self._printed(account, typed)
            if known.account is None:
                raise _refused(known.code)
            own_id, now = known.account.account_id, self.cards_in_books.now()
            stored = Stored(replay.made, own_id, "", *typed.parts, buyer, now)
            if asked.store:
                self._vault.room(account, buyer)
            amount, label = asked.amount or 0, asked.external_identifier or ""
            loaded = self.cards_in_books.load(own_id, account, amount, asked.currency or "", f"{replay.made}/0", label)
            if loaded.code:
                raise _refused(loaded.code)
            if asked.store:
                stored = self._vault.stored_once(account, typed, known, buyer)
            answer = self._card(account, stored)
            self._vault.write(*self._finish(account, key, replay)(answer))
            return answer

        return self._keyed(account, "activations", key, body, work)

    def _printed(self, account: str, typed: Typed) -> Known:
        """A printed card. Its PIN is looked at where it is named; a simulated one is entered as not active yet."""
        cards = self.cards_in_books
        if typed.pin and isinstance(simulate(typed.pin), int):
            cards.enter(NewCard(typed.number, typed.pin, active=False), account)
        return cards.find(typed, account) if typed.pin else cards.by_number(typed)

    def issue(self, account: str, body: bytes, key: str) -> Json:
        """`POST /gift-cards/issuances`."""
        asked = bodies.read(body, bodies.Issuance)

        def work(replay: Replay) -> Json:
            reference = f"{replay.made}/0"
            if not self.cards_in_books.booked(account, reference):
                card = NewCard(self._fresh_number(), f"0{self._draw(5)}", asked.amount, asked.currency)
                self.cards_in_books.enter(card, account, reference, asked.external_identifier or "")
            url = f"https://cards.stanchion.invalid/{secrets.token_urlsafe(24)}"
            now, external = self.cards_in_books.now(), asked.external_identifier
            answer = replies.issuance(replay.made, account, url, asked.amount, asked.currency, external, now)
            self._vault.write(*self._finish(account, key, replay)(answer))
            return answer

        return self._keyed(account, "issuances", key, body, work)

    # -- paying and giving back --------------------------------------------------------------------------------------

    def pay(self, account: str, body: bytes, key: str) -> Json:
        """`POST /transactions`."""
        asked = bodies.read(body, bodies.Transaction)
        payers = bodies.transaction(asked)

        def work(replay: Replay) -> Json:
            buyer = self._vault.buyer(account, asked.buyer_id, asked.buyer_external_identifier)
            cards = self._payments.prepare(account, payers, buyer)
            return self._payments.pay(account, replay.made, asked, cards, buyer, self._finish(account, key, replay))

        return self._keyed(account, "transactions", key, body, work)

    def transactions(self, account: str, query: dict[str, str]) -> Json:
        """`GET /transactions`."""
        limit = bodies.whole(query, "limit", DEFAULT_PAGE, 1, LARGEST_PAGE)
        wanted = _wanted(query)
        found = self._payments.listed(account, query.get("external_identifier", ""), wanted, _cursor(query))
        more = found[limit - 1].id if len(found) > limit else None
        items = [transaction(paid, account) for paid in found[:limit]]
        return {"items": items, "limit": limit, "next_cursor": more, "previous_cursor": None}

    def transaction(self, account: str, made: str) -> Json:
        """`GET /transactions/{id}`."""
        return transaction(self._payments.find(account, made), account)

    def refund(self, account: str, made: str, body: bytes, key: str) -> Json:
        """`POST /transactions/{id}/refunds`."""
        asked = bodies.read(body, bodies.RefundOne)

        def work(replay: Replay) -> Json:
            paid = self._payments.find(account, made)
            return self._payments.refund(account, replay.made, paid, asked, self._finish(account, key, replay))

        return self._keyed(account, f"refunds {made}", key, body, work)

    def refund_all(self, account: str, made: str, body: bytes, key: str) -> Json:
        """`POST /transactions/{id}/refunds/all`. No body and null are an empty one."""
        empty = body.strip() in (b"", b"null")
        asked = bodies.RefundAll() if empty else bodies.read(body, bodies.RefundAll)

        def work(replay: Replay) -> Json:
            paid = self._payments.find(account, made)
            return self._payments.refund_all(account, replay.made, paid, asked, self._finish(account, key, replay))

        return self._keyed(account, f"refunds all {made}", key, body, work)

    def refunds(self, account: str, made: str) -> Json:
        """`GET /transactions/{id}/refunds`."""
        paid = self._payments.find(account, made)
        return refunds_of(paid, list(paid.refunds))

    def refund_of(self, account: str, refund_id: str, made: str) -> Json:
        """`GET /refunds/{id}`, also below its transaction."""
        found = self._payments.refund_by_id(account, refund_id)
        if made and found["transaction_id"] != made:
            raise NotFound
        return found

    # -- keys --------------------------------------------------------------------------------------------------------

    def _keyed(self, account: str, place: str, key: str, body: bytes, work: Callable[[Replay], Json]) -> Json:
        replay = self._vault.begin(account, place, key, body)
        if replay.status:
            answer: Json = msgspec.json.decode(replay.body)
            return answer
        try:
            return work(replay)
        except (Malformed, NotFound, Duplicate):
            self._vault.release(account, key)
            raise

    def _finish(self, account: str, key: str, replay: Replay) -> Finish:
        return lambda answer: self._vault.end(account, key, replay, 201, msgspec.json.encode(answer))

    # -- parts of answers --------------------------------------------------------------------------------------------

    def _buyer(self, account: str, query: dict[str, str]) -> str | None:
        """The buyer a list is about: empty for all, None for one that is not there."""
        external, buyer_id = query.get("buyer_external_identifier"), query.get("buyer_id")
        if external is not None and buyer_id is not None:
            raise Malformed(Problem("/buyer_id", "excludes buyer_external_identifier", "query"))
        if buyer_id is not None:
            wanted = bodies.uuid(buyer_id, "buyer_id", "query")
            return wanted if self._vault.person(account, wanted) is not None else None
        if external is None:
            return ""
        return self._vault.known_buyer(account, external)

    def _card(self, account: str, card: Stored) -> Json:
        expiry = self.cards_in_books.worth(card.account)[0].expiry.isoformat() if card.account else ""
        return replies.card(card, account, self._vault.person(account, card.buyer), expiry)

    def _summary(self, account: str, card: Typed | Stored) -> Json:
        balance = self._vault.balance(account, card)
        if isinstance(card, Stored):
            return replies.summary(card, (card.bin, card.sub_bin, card.last4), account, balance)
        return replies.summary(None, card.parts, account, balance)

    def _fresh_number(self) -> str:
        for _ in range(_DRAWS):
            number = NUMBER_PREFIX + self._draw(13)
            if self.cards_in_books.by_number(Typed(number, "")).account is None:
                return number
        raise RuntimeError("no free card number was drawn")


def _refused(code: str) -> Malformed:
    """A card's own error, where the vendor does not say: the type of a detail."""
    return Malformed(Problem("/number", code.replace("_", " "), type=code))


def _cursor(query: dict[str, str]) -> str:
    cursor = query.get("cursor", "")
    if len(cursor) > MAX_CURSOR or not cursor.isascii():
        raise Malformed(Problem("/cursor", "is not one of ours", "query"))
    return cursor


def _wanted(query: dict[str, str]) -> Callable[[Paid], bool]:
    """The filters of a list of transactions."""
    with_cards, last4 = query.get("has_gift_card_redemptions", "true"), query.get("gift_card_last4", "")
    if with_cards not in ("true", "false"):
        raise Malformed(Problem("/has_gift_card_redemptions", "must be true or false", "query"))
    if last4 and len(last4) != 4:
        raise Malformed(Problem("/gift_card_last4", "must be 4 characters", "query"))
    card = bodies.uuid(query["gift_card_id"], "gift_card_id", "query") if "gift_card_id" in query else ""

    def wanted(paid: Paid) -> bool:
        if with_cards == "false":
            return False  # whatever was paid here was paid with gift cards
        return any((not card or one.card == card) and (not last4 or one.parts[2] == last4) for one in paid.redemptions)

    return wanted
