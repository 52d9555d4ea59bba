"""The issuer's desk: what any face can ask of the books, in the host's own terms.

A face translates a vendor's words into these calls and the answers back. Each call is one step of the store:
find the account, look up the reference *before* anything that could count against the card, check the card,
let the ledger decide, write. A decline is an entry like any other (state FAILED, no postings), so that a
repeat of it answers the same. A refusal that is no decline (unknown, conflicting, incomplete) writes nothing.

The desk is also where card secrets stop: the books get keyed digests (HMAC-SHA256 under the host's own key),
never a number, a CVC or a PIN. A PIN has 10,000 values and the key lies beside the digests, so this keeps
secrets out of files and logs; it is no protection against someone who owns both.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from app.issuer import ledger
from app.issuer.books import Books, Changes, Entry, Step, Store
from app.issuer.card_numbers import luhn_digit
from app.issuer.digests import keyed_digest
from app.issuer.ledger import (
    Booking,
    CardAccount,
    Operation,
    Original,
    PaymentOrder,
    Reason,
    Refusal,
    Remaining,
    State,
)
from app.issuer.orders import (
    CardData,
    CardMissing,
    CardRefused,
    Conflict,
    Found,
    Labels,
    NewCard,
    OpenPinBlock,
    Outcome,
    Posted,
    Target,
    Unknown,
)

# Where the numbers of accounts and payments begin: texts that look like the vendor's own.
_FIRST_ACCOUNT = 2_053_657
_FIRST_ENTRY = 4_526_986

# A fresh number collides with one of n cards once in 10^12 / n draws; eight in a row do not happen.
_NUMBER_DRAWS = 8

_NOTHING_LEFT = {
    Operation.CAPTURE: Reason.NOTHING_TO_CAPTURE,
    Operation.CANCEL: Reason.NOTHING_TO_CANCEL,
    Operation.REVERSAL: Reason.NOTHING_TO_REVERSE,
}


class Desk:
    """Answers a face. `clock` gives aware UTC times; `draw` gives that many random decimal digits."""

    def __init__(
        self,
        store: Store,
        card_key: bytes,
        open_pin_block: OpenPinBlock,
        clock: Callable[[], datetime],
        draw: Callable[[int], str],
    ) -> None:
        self.store = store
        self._card_key = card_key
        self._open_pin_block = open_pin_block
        self._clock = clock
        self._draw = draw

    def now(self) -> datetime:
        """The host's time, cut to milliseconds as the wire has them."""
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def look_up(self, card: CardData) -> Found | Unknown | CardRefused | CardMissing:
        """Finds a card. Wrong codes count; a card blocked by them answers no more questions about them."""

        def work(books: Books) -> Step[Found | Unknown | CardRefused | CardMissing]:
            if not card.pan:
                return Step(CardMissing())
            account = self._resolve(books, card)
            if account is None:
                return Step(Unknown("account"))
            exhausted = (card.cvc and account.wrong_cvcs >= ledger.MAX_WRONG_CVCS) or (
                card.pin_block and account.wrong_pins >= ledger.MAX_WRONG_PINS
            )
            if exhausted:
                return Step(CardRefused(Reason.CARD_BLOCKED))
            after, reason = self._verify(account, card, pin_needed=False)
            changes = Changes(account=after if after != account else None)
            if reason is not None:
                return Step(CardRefused(reason), changes)
            return Step(Found(account, books.balance(ledger.spendable_account(account.account_id))), changes)

        return self.store.run(work)

    def issue(self, card: NewCard, merchant_id: str, labels: Labels) -> Posted:
        """Enters a card and, in the same commit, its first load."""

        def work(books: Books) -> Step[Posted]:
            number = books.next_account()
            account = CardAccount(
                account_id=f"PP-{_FIRST_ACCOUNT + number}",
                number=number,
                card_digest=self.digest("card", card.pan),
                last4=card.pan[-4:],
                expiry=card.expiry,
                currency=card.currency,
                active=card.active,
                blocked=card.blocked,
                products=card.products,
            )
            account = replace(
                account,
                cvc_digest=self.digest("cvc", account.account_id, card.cvc) if card.cvc else b"",
                pin_digest=self.digest("pin", account.account_id, card.pin) if card.pin else b"",
            )
            order = PaymentOrder(Operation.ISSUE, merchant_id, card.opening, card.currency)
            # The first load is booked on the card as it leaves the press, whatever it becomes afterwards.
            fresh = replace(account, active=True, blocked=False, expiry=date.max)
            booking = ledger.open_payment(fresh, 0, order, self._clock().date())
            if isinstance(booking, Refusal):
                raise ValueError(f"a card cannot be issued so: {booking.reason}")
            entry = self._entry(books, account, order.operation, merchant_id, booking, labels, card.currency)
            changes = Changes(account=account, entry=entry, postings=booking.postings)
            return Step(Posted(entry, account, card.opening), changes)

        return self.store.run(work)

    def fresh_number(self, prefix: str) -> str:
        """Draws a 19-digit card number nobody has, with a Luhn check digit."""
        for _ in range(_NUMBER_DRAWS):
            body = prefix + self._draw(18 - len(prefix))
            number = body + luhn_digit(body)
            if not self.knows(number):
                return number
        raise RuntimeError("no free card number was drawn")

    def fresh_cvc(self) -> str:
        """Draws a three-digit CVC."""
        return self._draw(3)

    def knows(self, pan: str) -> bool:
        """Whether a card with this number stands in the books."""
        return self.account_of(pan) is not None

    def account_of(self, pan: str) -> CardAccount | None:
        """The account of the card with this number."""
        wanted = self.digest("card", pan)
        return self.store.run(lambda books: Step(books.account_of_card(wanted)))

    def pay(self, order: PaymentOrder, card: CardData, labels: Labels) -> Outcome:
        """Opens a payment: purchase, authorize, deposit, credit or pre-deposit."""

        def work(books: Books) -> Step[Outcome]:
            account = self._resolve(books, card)
            if account is None:
                return Step(Unknown("account"))
            known = self._known(books, order.merchant_id, labels)
            if known is not None:
                same = (
                    known.operation is order.operation
                    and known.account_id == account.account_id
                    and (known.amount, known.currency) == (order.amount, order.currency)
                )
                return Step(self._repeated(books, known, account) if same else Conflict())
            if not card.pan:
                return Step(CardMissing())
            after, reason = account, ledger.card_refusal(account, self._clock().date())
            if reason is None:
                pin_needed = order.operation in (Operation.PURCHASE, Operation.AUTHORIZE)
                after, reason = self._verify(account, card, pin_needed=pin_needed)
            spendable = books.balance(ledger.spendable_account(account.account_id))
            decided: Booking | Refusal = (
                Refusal(reason)
                if reason is not None
                else ledger.open_payment(account, spendable, order, self._clock().date())
            )
            wanted = Booking(order.amount, (), Remaining())
            booking = decided if isinstance(decided, Booking) else wanted
            entry = self._entry(books, account, order.operation, order.merchant_id, booking, labels, order.currency)
            if isinstance(decided, Refusal):
                entry = replace(entry, state=State.FAILED, reason=decided.reason)
            changes = Changes(after if after != account else None, entry, booking.postings)
            return Step(self._posted(entry, after, spendable, changes), changes)

        return self.store.run(work)

    def capture(self, target: Target, amount: int, rest: bool, labels: Labels) -> Outcome:
        """Captures an authorization; `rest` releases what is not captured."""
        return self._follow_up(
            Operation.CAPTURE, target, amount, labels, lambda original, _: ledger.capture(original, amount, rest)
        )

    def cancel(self, target: Target, labels: Labels) -> Outcome:
        """Releases what an authorization still reserves."""
        return self._follow_up(Operation.CANCEL, target, None, labels, lambda original, _: ledger.cancel(original))

    def reverse(self, target: Target, amount: int, labels: Labels) -> Outcome:
        """Undoes a booked payment, or the capture named in its place."""
        return self._follow_up(
            Operation.REVERSAL,
            target,
            amount,
            labels,
            lambda original, spendable: ledger.reverse(original, spendable, amount),
        )

    def find(self, target: Target) -> Posted | Unknown:
        """An entry of this merchant on this account."""

        def work(books: Books) -> Step[Posted | Unknown]:
            entry, account = books.entry(target.entry_id), books.account(target.account_id)
            if account is None or entry is None or not _belongs(entry, target):
                return Step(Unknown("payment"))
            name = ledger.spendable_account(account.account_id)
            return Step(Posted(entry, account, books.balance(name)))

        return self.store.run(work)

    def digest(self, purpose: str, *parts: str | bytearray) -> bytes:
        """The keyed digest under which the books know a secret. A PIN comes as bytes its caller wipes."""
        return keyed_digest(self._card_key, purpose, *parts)

    def _resolve(self, books: Books, card: CardData) -> CardAccount | None:
        """The account all the card data agree on; None when there is none or they disagree."""
        found = [books.account(card.account_id)] if card.account_id else []
        if card.pan:
            found.append(books.account_of_card(self.digest("card", card.pan)))
        account = found[0] if found else None
        if account is None or account.face != ledger.FIRST_FACE:
            return None
        return account if all(one is not None and one.account_id == account.account_id for one in found) else None

    def _verify(self, account: CardAccount, card: CardData, *, pin_needed: bool) -> tuple[CardAccount, Reason | None]:
        """Checks expiry, CVC and PIN; answers the card with its tries counted, and what is wrong."""
        if card.expiry is not None and card.expiry != (account.expiry.year, account.expiry.month):
            return account, Reason.EXPIRY_MISMATCH
        if card.cvc and account.cvc_digest:
            if not hmac.compare_digest(self.digest("cvc", account.account_id, card.cvc), account.cvc_digest):
                return ledger.wrong_cvc(account), Reason.CVC_WRONG
            account = replace(account, wrong_cvcs=0)
        if not account.pin_digest:
            return account, None
        if not card.pin_block:
            return account, Reason.PIN_REQUIRED if pin_needed else None
        digits = self._open_pin_block(card.pan, card.pin_block)
        if digits is None:
            return account, Reason.PIN_UNREADABLE
        try:
            given = self.digest("pin", account.account_id, digits)
        finally:
            digits[:] = bytes(len(digits))
        if not hmac.compare_digest(given, account.pin_digest):
            return ledger.wrong_pin(account), Reason.PIN_WRONG
        return replace(account, wrong_pins=0), None

    def _follow_up(
        self,
        operation: Operation,
        target: Target,
        amount: int | None,
        labels: Labels,
        rule: Callable[[Original, int], Booking | Refusal],
    ) -> Outcome:
        def work(books: Books) -> Step[Outcome]:
            account = books.account(target.account_id)
            if account is None:
                return Step(Unknown("account"))
            known = self._known(books, target.merchant_id, labels)
            if known is not None:
                same = (
                    known.operation is operation
                    and known.account_id == target.account_id
                    and target.entry_id in (known.related, known.payment_id)
                    and amount in (None, known.amount)
                )
                return Step(self._repeated(books, known, account) if same else Conflict())
            named = payment = books.entry(target.entry_id)
            if named is not None and named.operation is Operation.CAPTURE and operation is Operation.REVERSAL:
                payment = books.entry(named.payment_id)
            if named is None or payment is None or not _belongs(payment, target):
                return Step(Unknown("payment"))
            if payment.payment_id != payment.entry_id:
                return Step(Unknown("payment"))  # a capture is not captured, a reversal not reversed
            if payment.state is State.FAILED:
                return Step(Conflict(_NOTHING_LEFT[operation]))
            spendable = books.balance(ledger.spendable_account(account.account_id))
            addressed = None if named is payment else named.remaining
            original = Original(payment.operation, account.account_id, target.merchant_id, payment.remaining, addressed)
            decided = rule(original, spendable)
            if isinstance(decided, Refusal) and decided.reason in ledger.EXHAUSTED:
                return Step(Conflict(decided.reason))
            booking = decided if isinstance(decided, Booking) else Booking(amount or 0, (), Remaining())
            entry = self._entry(books, account, operation, target.merchant_id, booking, labels, payment.currency)
            entry = replace(entry, payment_id=payment.entry_id, related=target.entry_id)
            if isinstance(decided, Refusal):
                entry = replace(entry, state=State.FAILED, reason=decided.reason)
            updated = self._updated(payment, named, booking, operation, entry.created)
            changes = Changes(entry=entry, postings=booking.postings, updated=updated)
            return Step(self._posted(entry, account, spendable, changes), changes)

        return self.store.run(work)

    @staticmethod
    def _updated(
        payment: Entry, named: Entry, booking: Booking, operation: Operation, now: datetime
    ) -> tuple[Entry, ...]:
        changed: list[Entry] = []
        pairs = [(payment, booking.original)]
        if named is not payment:
            pairs.append((named, booking.addressed))
        for entry, remaining in pairs:
            if remaining is None:
                continue
            state = entry.state
            if operation is Operation.REVERSAL:
                state = ledger.state_after(entry.operation, remaining)
            changed.append(replace(entry, remaining=remaining, state=state, updated=now))
        return tuple(changed)

    @staticmethod
    def _known(books: Books, merchant_id: str, labels: Labels) -> Entry | None:
        if not labels.transaction_ref:
            return None
        return books.entry_of_reference(merchant_id, labels.transaction_ref)

    @staticmethod
    def _repeated(books: Books, known: Entry, account: CardAccount) -> Posted:
        spendable = books.balance(ledger.spendable_account(account.account_id))
        return Posted(known, account, spendable, repeated=True)

    @staticmethod
    def _posted(entry: Entry, account: CardAccount, spendable: int, changes: Changes) -> Posted:
        holder = ledger.spendable_account(account.account_id)
        moved = sum(posting.amount for posting in changes.postings if posting.account == holder)
        return Posted(entry, account, spendable + moved)

    def _entry(
        self,
        books: Books,
        account: CardAccount,
        operation: Operation,
        merchant_id: str,
        booking: Booking,
        labels: Labels,
        currency: str,
    ) -> Entry:
        number = books.next_entry()
        now = self.now()
        entry_id = str(_FIRST_ENTRY + number)
        return Entry(
            number=number,
            entry_id=entry_id,
            payment_id=entry_id,
            related="",
            account_id=account.account_id,
            merchant_id=merchant_id,
            operation=operation,
            state=State.OK,
            reason=None,
            amount=booking.amount,
            currency=currency,
            remaining=booking.remaining,
            order_ref=labels.order_ref,
            transaction_ref=labels.transaction_ref,
            stan=labels.stan,
            terminal_id=labels.terminal_id,
            merchant_name=labels.merchant_name,
            description=labels.description,
            basket=labels.basket,
            created=now,
            updated=now,
        )


def _belongs(entry: Entry, target: Target) -> bool:
    return (entry.merchant_id, entry.account_id) == (target.merchant_id, target.account_id)
