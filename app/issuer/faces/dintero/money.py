"""Transactions: drawdown, reservation, fund, capture and void, by the ledger's own rules.

The order of a check is always the same: the reference, the caller's scope, the code, the card, the PIN, the amount. A
reference is unique per card, so the books' merchant of an entry is account *and* card.
"""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec
from msgspec.structs import replace as with_changes

from app.issuer import ledger
from app.issuer.books import Books, Changes, Entry, Note, Step, Store
from app.issuer.faces.dintero.gate import MANAGES, PAYS, Caller, Refused
from app.issuer.faces.dintero.hooks import Hooks
from app.issuer.faces.dintero.shelf import Code, Held, Kept, Shelf, number_key
from app.issuer.faces.dintero.wire import FollowUp, Transaction
from app.issuer.ledger import Booking, Operation, Original, PaymentOrder, Reason, Refusal, State

_SENTENCES = {
    Reason.INSUFFICIENT_FUNDS: (400, "insufficient funds"),
    Reason.CARD_BLOCKED: (400, "the card is blocked"),
    Reason.CARD_INACTIVE: (400, "the card is not activated"),
    Reason.CURRENCY_MISMATCH: (400, "the card has another currency"),
    Reason.BALANCE_LIMIT: (400, "the amount is too high for this card"),
    Reason.NOTHING_TO_CAPTURE: (409, "there is not that much left to capture"),
    Reason.NOTHING_TO_CANCEL: (409, "there is nothing left to release"),
}
_OPERATIONS = {"drawdown": Operation.PURCHASE, "fund": Operation.DEPOSIT}
_TYPES = {
    Operation.PURCHASE: "drawdown",
    Operation.AUTHORIZE: "pending_capture",
    Operation.DEPOSIT: "fund",
    Operation.CAPTURE: "drawdown",
    Operation.CANCEL: "voided",
}


class Moved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A transaction as the wire tells it."""

    id: str
    ref_id: str
    amount: int
    currency: str
    type: str
    created_at: datetime
    created_by: str
    parent_id: str = ""
    originated_by: str = ""
    metadata: dict[str, str] = {}


class Wallets:
    """Moves money for callers. `now` gives aware UTC time."""

    def __init__(self, store: Store, shelf: Shelf, now: Callable[[], datetime], hooks: Hooks) -> None:
        self._store = store
        self._shelf = shelf
        self._now = now
        self._hooks = hooks

    def run(self, work: Callable[[Books], Step[Moved | Refused]]) -> Moved:
        """Runs a piece of work whose refusal may be written down (a wrong PIN).

        Raises:
            Refused: that refusal, or one that wrote nothing.
        """
        written: list[str] = []

        def noted(books: Books) -> Step[Moved | Refused]:
            step = work(books)
            if step.changes.entry is not None:
                written.append(self._shelf.by_account(books, step.changes.entry.account_id).kept.card_id)
            return step

        answer = self._store.run(noted)
        if isinstance(answer, Refused):
            raise answer
        for card_id in written:  # a repeat writes nothing, and is no news
            self._hooks.say(card_id, msgspec.to_builtins(answer))
        return answer

    # -- drawdown and fund --------------------------------------------------------------------------------------------

    def transact(self, caller: Caller, wish: Transaction) -> Moved:
        """Books a drawdown, a reservation or a fund.

        Raises:
            Refused: it does not.
        """
        if (wish.token is None) == (wish.card_id is None):
            raise Refused(400, "one of token and card_id must be given, and not both")
        if wish.pending and wish.type == "fund":
            raise Refused(400, "only a drawdown may be pending")
        caller.needs(PAYS, "transactions")
        if wish.type == "fund" or wish.card_id is not None:
            caller.needs(MANAGES, "a fund, or a transaction by card_id")
        operation = Operation.AUTHORIZE if wish.pending else _OPERATIONS[wish.type]

        def work(books: Books) -> Step[Moved | Refused]:
            held, code = self._card(books, wish)
            known = books.entry_of_reference(self._space(held), wish.ref_id)
            if known is not None:
                same = (known.operation, known.amount, known.currency) == (operation, wish.amount, wish.currency)
                return Step(self._again(books, held, known, same=same))
            now = self._now()
            self._check(held, code, operation, now)
            account = held.account
            if code is not None and operation is not Operation.DEPOSIT and account.pin_digest:
                account, refusal = check_pin(self._shelf, held, wish.pin)
                if refusal is not None:
                    return Step(refusal, Changes(account=account if account != held.account else None))
            order = PaymentOrder(operation, self._shelf.owner, wish.amount, wish.currency)
            booking = _booked(ledger.open_payment(account, held.spendable, order, now.date()))
            moved = self._moved(caller, wish.ref_id, booking.amount, wish.currency, operation, now, wish.metadata or {})
            moved = with_changes(moved, originated_by=wish.originated_by or "")
            kept = _after(held.kept, operation, booking.amount, code)
            return self._write(books, replace(held, account=account), kept, operation, booking, moved)

        return self.run(work)

    def _card(self, books: Books, wish: Transaction) -> tuple[Held, Code | None]:
        if wish.token is not None:
            return self._shelf.by_code(books, wish.token)
        return self._shelf.by_id(books, wish.card_id or ""), None

    def _check(self, held: Held, code: Code | None, operation: Operation, now: datetime) -> None:
        if code is not None and code.expires_at is not None and code.expires_at <= now:
            raise Refused(400, "the token has expired")
        if code is not None and code.used:
            raise Refused(400, "the token was for one transaction")
        if held.account.blocked:
            raise Refused(*_SENTENCES[Reason.CARD_BLOCKED])
        if held.expired(now):
            raise Refused(400, "the card has expired")
        early = held.kept.active_from is not None and now < held.kept.active_from
        if early and operation is not Operation.DEPOSIT:
            raise Refused(400, "the card is not active yet")

    # -- what follows a reservation -----------------------------------------------------------------------------------

    def capture(self, caller: Caller, transaction_id: str, wish: FollowUp) -> Moved:
        """Takes what was reserved, or a part of it. Raises ``Refused``."""

        def rule(original: Original) -> Booking | Refusal:
            amount = original.remaining.capture if wish.amount is None else wish.amount
            nothing = Refusal(Reason.NOTHING_TO_CAPTURE)
            return nothing if original.remaining.capture == 0 else ledger.capture(original, amount, cancel_rest=False)

        return self._follow(caller, transaction_id, wish, Operation.CAPTURE, rule)

    def void(self, caller: Caller, transaction_id: str, wish: FollowUp) -> Moved:
        """Releases what is left of a reservation. Raises ``Refused``."""
        wish = with_changes(wish, amount=None)
        return self._follow(caller, transaction_id, wish, Operation.CANCEL, ledger.cancel)

    def _follow(
        self,
        caller: Caller,
        transaction_id: str,
        wish: FollowUp,
        operation: Operation,
        rule: Callable[[Original], Booking | Refusal],
    ) -> Moved:
        caller.needs(PAYS, "transactions")

        def work(books: Books) -> Step[Moved | Refused]:
            payment = books.entry(transaction_id)
            if payment is None or not payment.merchant_id.startswith(f"{self._shelf.owner}/"):
                raise Refused(404, "the transaction is not known")
            held = self._shelf.by_account(books, payment.account_id)
            known = books.entry_of_reference(payment.merchant_id, wish.ref_id)
            if known is not None:
                same = (known.operation, known.related) == (operation, transaction_id)
                return Step(self._again(books, held, known, same=same and wish.amount in (None, known.amount)))
            if payment.operation is not Operation.AUTHORIZE:
                raise Refused(409, "the transaction is not pending")
            now = self._now()
            if operation is Operation.CAPTURE and held.expired(now):
                raise Refused(400, "the card has expired")
            original = Original(payment.operation, held.kept.id, self._shelf.owner, payment.remaining)
            booking = _booked(rule(original))
            moved = self._moved(
                caller, wish.ref_id, booking.amount, payment.currency, operation, now, wish.metadata or {}
            )
            moved = with_changes(moved, parent_id=transaction_id)
            kept = _after(held.kept, operation, booking.amount, None)
            assert booking.original is not None
            updated = replace(payment, remaining=booking.original, updated=now)
            step = self._write(books, held, kept, operation, booking, moved)
            return Step(step.answer, replace(step.changes, updated=(updated,)))

        return self.run(work)

    # -- an activation is a booking without a transaction -------------------------------------------------------------

    def deposit(self, books: Books, held: Held, amount: int, metadata: dict[str, str], what: Operation) -> Changes:
        """The value a card is made or activated with. Raises ``Refused``."""
        order = PaymentOrder(what, self._shelf.owner, amount, held.account.currency)
        now = self._now()
        booking = _booked(ledger.open_payment(held.account, held.spendable, order, now.date()))
        labels = metadata if what is Operation.DEPOSIT else metadata | {"transaction_ref": ""}
        moved = Moved(
            id=str(uuid.uuid4()),
            ref_id=labels.get("transaction_ref", ""),
            amount=amount,
            currency=held.account.currency,
            type=_TYPES[Operation.DEPOSIT],
            created_at=now,
            created_by="",
            metadata=metadata,
        )
        kept = with_changes(held.kept, opening=amount, funds=amount)
        changes = self._write(books, held, kept, what, booking, moved).changes
        # it has no line in the history: only transactions do
        return replace(changes, notes=tuple(note for note in changes.notes if note.kind != "dintero.moved"))

    # -- the history --------------------------------------------------------------------------------------------------

    def history(self, card_id: str, after: str, limit: int) -> tuple[list[Moved], str | None]:
        """A page of a card's transactions, oldest first, and the key of the next. Raises ``Refused``."""

        def work(books: Books) -> Step[tuple[list[Moved], str | None]]:
            held = self._shelf.by_id(books, card_id)
            rows = books.notes("dintero.moved", held.kept.id, after, limit + 1)
            page = [msgspec.json.decode(text, type=Moved) for _, text in rows[:limit]]
            return Step((page, rows[limit - 1][0] if len(rows) > limit else None))

        return self._store.run(work)

    # -- writing ------------------------------------------------------------------------------------------------------

    def _again(self, books: Books, held: Held, known: Entry, *, same: bool) -> Moved:
        text = books.note("dintero.moved", held.kept.id, number_key(known.number))
        if not same or text is None:
            raise Refused(409, "this ref_id was used for something else")
        return msgspec.json.decode(text, type=Moved)

    def _space(self, held: Held) -> str:
        return f"{self._shelf.owner}/{held.kept.id}"

    def _moved(
        self,
        caller: Caller,
        ref_id: str,
        amount: int,
        currency: str,
        operation: Operation,
        now: datetime,
        metadata: dict[str, str],
    ) -> Moved:
        return Moved(
            str(uuid.uuid4()), ref_id, amount, currency, _TYPES[operation], now, caller.client_id, metadata=metadata
        )

    def _write(
        self, books: Books, held: Held, kept: Kept, operation: Operation, booking: Booking, moved: Moved
    ) -> Step[Moved | Refused]:
        number = books.next_entry()
        labels = moved.metadata
        entry = Entry(
            number=number,
            entry_id=moved.id,
            payment_id=moved.parent_id or moved.id,
            related=moved.parent_id,
            account_id=held.kept.id,
            merchant_id=self._space(held),
            operation=operation,
            state=State.OK,
            reason=None,
            amount=booking.amount,
            currency=moved.currency,
            remaining=booking.remaining,
            order_ref=labels.get("order_ref", "")[:255],
            transaction_ref=moved.ref_id[:255],
            stan=labels.get("stan", "")[:255],
            terminal_id=labels.get("terminal_id", moved.originated_by)[:255],
            merchant_name="",
            description=labels.get("description", ""),
            basket="",
            created=moved.created_at,
            updated=moved.created_at,
        )
        told = Note("dintero.moved", held.kept.id, number_key(number), msgspec.json.encode(moved).decode())
        changes = Changes(held.account, entry, booking.postings, notes=(held.note(kept), told))
        return Step(moved, changes)


def check_pin(shelf: Shelf, held: Held, pin: str | None) -> tuple[ledger.CardAccount, Refused | None]:
    """The card with its tries counted, and what is wrong with the PIN."""
    account = held.account
    if not pin:
        return account, Refused(403, "this card needs its pin")
    if hmac.compare_digest(shelf.pin_digest(held.kept.id, pin), account.pin_digest):
        return replace(account, wrong_pins=0), None
    return ledger.wrong_pin(account), Refused(403, "wrong pin")


def _booked(decided: Booking | Refusal) -> Booking:
    if isinstance(decided, Refusal):
        raise Refused(*_SENTENCES[decided.reason])
    return decided


def _after(kept: Kept, operation: Operation, amount: int, code: Code | None) -> Kept:
    """The card's sums after a booking, and a passing code that has served."""
    if operation is Operation.DEPOSIT:
        kept = with_changes(kept, funds=kept.funds + amount)
    elif operation in (Operation.PURCHASE, Operation.CAPTURE):
        kept = with_changes(kept, drawn=kept.drawn + amount, used=True)
    if code is None or not code.once:
        return kept
    codes = tuple(with_changes(one, used=True) if one.id == code.id else one for one in kept.codes)
    return with_changes(kept, codes=codes)
