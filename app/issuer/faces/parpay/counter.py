"""What every order of PAR Pay's face needs of the books: finding a card, proving it, making one, writing it down."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.issuer import ledger
from app.issuer.books import Books, Changes, Entry, Note, Step, Store
from app.issuer.card_numbers import last_day, luhn_digit
from app.issuer.digests import keyed_digest
from app.issuer.faces.parpay.demo import PREFIX
from app.issuer.faces.parpay.orders import (
    ASKS,
    CARD,
    ENDED,
    FACE,
    FUNDING,
    INACTIVE,
    OWNER,
    SAVED,
    USER,
    Denied,
    Done,
    Made,
    Named,
    Order,
    Seen,
)
from app.issuer.ledger import Booking, CardAccount, Operation, PaymentOrder, Reason, Refusal, Remaining, State

# A number drawn anew collides with one of n cards once in 10^12 / n draws; eight in a row do not happen.
_NUMBER_DRAWS = 8
_FIRST_CARD = 100_000
_FIRST_ENTRY = 7_000_000
_CARD_LIFE = timedelta(days=3 * 365)


class Counter:
    """The common part of the face's desk. `clock` gives aware UTC times; `draw` that many random decimal digits.

    The books hold no number and no passcode, yet a card that was made must be shown again to a till that missed the
    answer: both are drawn from the host's own key and the request's reference, and so can be drawn again.
    """

    def __init__(
        self, store: Store, card_key: bytes, clock: Callable[[], datetime], draw: Callable[[int], str]
    ) -> None:
        self.store = store
        self._card_key = card_key
        self._clock = clock
        self._draw = draw

    def now(self) -> datetime:
        """The host's time, cut to milliseconds."""
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The host's day."""
        return self._clock().date()

    def digest(self, purpose: str, *parts: str) -> bytes:
        """The keyed digest under which the books know a secret."""
        return keyed_digest(self._card_key, purpose, *parts)

    @staticmethod
    def spendable(books: Books, account: CardAccount) -> int:
        """What a card can spend."""
        return books.balance(ledger.spendable_account(account.account_id))

    # -- cards -------------------------------------------------------------------------------------------------------

    def resolve(self, books: Books, named: Named) -> CardAccount:
        """The card a request names.

        Raises:
            Denied: there is none, or it is not this customer's.
        """
        found: list[CardAccount | None] = []
        if named.number:
            found.append(books.account_of_card(self.digest("card", named.number)))
        if named.card_id:
            found.append(books.account(named.card_id))
        if not found:
            raise Denied(400, "cardNumber", "cardNumber or giftCardId is required")
        account = found[0]
        if account is None or account.face != FACE or found[-1] != account:
            raise Denied(404, "giftCardId" if named.card_id else "cardNumber", "there is no such card")
        if named.card_id and named.user and books.note(USER, account.account_id, named.user) is None:
            raise Denied(403, "giftCardId", "the card is neither this customer's nor shared with them")
        return account

    def may_use(self, books: Books, account: CardAccount, named: Named) -> tuple[CardAccount, Reason | None]:
        """The card with its tries counted, and what forbids a payment on it."""
        refused = ledger.card_refusal(account, self.today())
        if refused is not None:
            return account, refused
        # a customer's own saved card was proven when it was saved
        saved = named.card_id != "" and named.user != ""
        if not saved and not named.passcode and books.note(CARD, account.account_id, ASKS) is not None:
            return account, Reason.PIN_REQUIRED
        return self.prove(account, named)

    def prove(self, account: CardAccount, named: Named) -> tuple[CardAccount, Reason | None]:
        """The card with its tries counted, and what is wrong with a passcode that was given."""
        if not named.passcode:
            return account, None
        if account.wrong_pins >= ledger.MAX_WRONG_PINS:
            return account, Reason.CARD_BLOCKED
        given = self.digest("pin", account.account_id, named.passcode)
        if not hmac.compare_digest(given, account.pin_digest):
            return ledger.wrong_pin(account), Reason.PIN_WRONG
        return replace(account, wrong_pins=0), None

    def seen(self, books: Books, account: CardAccount, *, preferred: bool = False, shared: bool = False) -> Seen:
        """A card with its balance and the word for its state."""
        refused = ledger.card_refusal(account, self.today())
        word = {Reason.CARD_BLOCKED: "Blocked", Reason.CARD_EXPIRED: "Expired", None: "Active"}.get(refused, INACTIVE)
        status = books.note(CARD, account.account_id, ENDED) or word
        return Seen(account, self.spendable(books, account), status, preferred, shared)

    def numbered(self, books: Books, number: str, passcode: str, expiry: date, currency: str) -> CardAccount:
        """A new account for a card with this number and passcode."""
        count = books.next_account()
        account_id = f"GC-{_FIRST_CARD + count}"
        return CardAccount(
            account_id=account_id,
            number=count,
            card_digest=self.digest("card", number),
            last4=number[-4:],
            expiry=expiry,
            currency=currency,
            pin_digest=self.digest("pin", account_id, passcode),
            face=FACE,
        )

    def make(self, books: Books, order: Order) -> Made:
        """A new, empty card. The same order would make the same number again."""
        seed = order.labels.transaction_ref or self._draw(24)
        for attempt in range(_NUMBER_DRAWS):
            number = self._number(order.location, seed, attempt)
            if books.account_of_card(self.digest("card", number)) is None:
                end = (self.now() + _CARD_LIFE).date()
                passcode = self._passcode(number)
                expiry = last_day(end.year, end.month)
                return Made(self.numbered(books, number, passcode, expiry, order.currency), 0, number, passcode)
        raise RuntimeError("no free card number was drawn")

    def _made_before(self, account: CardAccount, spendable: int, order: Order) -> Made | None:
        """The card that an earlier copy of this order made."""
        for attempt in range(_NUMBER_DRAWS):
            number = self._number(order.location, order.labels.transaction_ref, attempt)
            if self.digest("card", number) == account.card_digest:
                return Made(account, spendable, number, self._passcode(number))
        return None

    def _number(self, location: str, seed: str, attempt: int) -> str:
        drawn = int.from_bytes(self.digest("parpay.number", location, seed, str(attempt)))
        body = f"{PREFIX}{drawn % 10**12:012d}"
        return body + luhn_digit(body)

    def _passcode(self, number: str) -> str:
        return f"{int.from_bytes(self.digest('parpay.passcode', number)) % 10_000:04d}"

    # -- writing -----------------------------------------------------------------------------------------------------

    def known(self, books: Books, operation: Operation, order: Order) -> Entry | None:
        """The attempt this order repeats.

        Raises:
            Denied: its reference was used for something else.
        """
        reference = order.labels.transaction_ref
        entry = books.entry_of_reference(order.location, reference) if reference else None
        if entry is None:
            return None
        same = entry.operation is operation and order.amount in (None, entry.amount)
        if not same or entry.currency != order.currency:
            raise Denied(409, "requestId", "this reference was used for something else")
        return entry

    def again(self, books: Books, entry: Entry, order: Order) -> Step[Done]:
        """The answer to a repeat: what stands in the books, and the card it made."""
        account = books.account(entry.account_id)
        if account is None:
            raise RuntimeError("an entry without its card")
        made = None
        target = books.account(entry.related) if entry.related else None
        if target is not None and entry.operation in (Operation.TRANSFER, Operation.ISSUE):
            made = self._made_before(target, self.spendable(books, target), order)
        return Step(Done(entry, account, self.spendable(books, account), repeated=True, made=made))

    def new(self, books: Books, operation: Operation, order: Order, user: str) -> Step[Done]:
        """A new card with the amount on it, kept for a customer where one is named."""
        made = self.make(books, order)
        wanted = PaymentOrder(operation, order.location, order.amount or 0, order.currency)
        decided = ledger.open_payment(made.account, 0, wanted, self.today())
        account_id = made.account.account_id
        notes = kept(account_id, user) if user else ()
        written = self.write(
            books, operation, order, made.account, decided, accounts=(made.account,), notes=notes, related=account_id
        )
        return Step(replace(written.answer, made=replace(made, spendable=written.answer.spendable)), written.changes)

    def write(
        self,
        books: Books,
        operation: Operation,
        order: Order,
        account: CardAccount,
        decided: Booking | Refusal,
        *,
        accounts: Sequence[CardAccount] = (),
        notes: Sequence[Note] = (),
        related: str = "",
    ) -> Step[Done]:
        """The entry of an attempt, booked or not, with everything that belongs into its commit."""
        booking = decided if isinstance(decided, Booking) else Booking(order.amount or 0, (), Remaining())
        number, now = books.next_entry(), self.now()
        entry_id = f"PAR-{_FIRST_ENTRY + number}"
        labels = order.labels
        entry = Entry(
            number=number,
            entry_id=entry_id,
            payment_id=entry_id,
            related=related,
            account_id=account.account_id,
            merchant_id=order.location,
            operation=operation,
            state=State.OK if isinstance(decided, Booking) else State.FAILED,
            reason=decided.reason if isinstance(decided, Refusal) else None,
            amount=booking.amount,
            currency=order.currency,
            remaining=booking.remaining,
            order_ref=labels.order_ref,
            transaction_ref=labels.transaction_ref,
            stan=labels.stan,
            terminal_id=labels.terminal_id,
            merchant_name=labels.merchant_name,
            description=labels.description,
            basket="",
            created=now,
            updated=now,
        )
        if order.funding and isinstance(decided, Booking):
            if books.note(FUNDING, order.location, order.funding) is not None:
                raise Denied(409, "sourceTransactionId", "this purchase has paid for something already")
            notes = (*notes, Note(FUNDING, order.location, order.funding, entry_id))
        holder = ledger.spendable_account(account.account_id)
        moved = sum(posting.amount for posting in booking.postings if posting.account == holder)
        changes = Changes(
            entry=entry,
            postings=booking.postings,
            accounts=tuple(one for one in accounts if one != books.account(one.account_id)),
            notes=tuple(notes),
        )
        return Step(Done(entry, account, self.spendable(books, account) + moved), changes)


def kept(account_id: str, user: str) -> tuple[Note, ...]:
    """A card becomes a customer's own."""
    return Note(USER, account_id, user, OWNER), Note(SAVED, user, account_id, "")
