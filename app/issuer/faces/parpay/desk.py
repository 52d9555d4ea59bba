"""What PAR Pay's face asks of the books where money moves. Each call is one step of the store.

The reference is looked up before anything else. A decline is an entry like any other (FAILED, no postings), so that a
repeat of it answers the same; what does not fit the books is `Denied` and writes nothing.
"""

from dataclasses import replace
from datetime import date

from app.issuer import ledger
from app.issuer.books import Books, Changes, Note, Step
from app.issuer.faces.parpay.counter import Counter, kept
from app.issuer.faces.parpay.demo import DemoCard
from app.issuer.faces.parpay.orders import (
    ASKS,
    CARD,
    COMBINED,
    ENDED,
    INACTIVE,
    OWNER,
    SAVED,
    USER,
    Denied,
    Done,
    Named,
    Order,
    Seen,
)
from app.issuer.ledger import Booking, CardAccount, Held, Operation, Original, PaymentOrder, Reason, Refusal, State
from app.issuer.orders import Labels


class ParDesk(Counter):
    """Answers the face where money moves."""

    def issue(self, order: Order, user: str) -> Done:
        """A new card with the amount on it, kept for the customer where one is named."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, Operation.ISSUE, order)
            if known is not None:
                return self.again(books, known, order)
            return self.new(books, Operation.ISSUE, order, user)

        return self.store.run(work)

    def pay(self, operation: Operation, order: Order, named: Named) -> Done:
        """PURCHASE takes off, DEPOSIT puts on."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, operation, order)
            if known is not None:
                if named.any and self.resolve(books, replace(named, user="")).account_id != known.account_id:
                    raise Denied(409, "requestId", "this reference was used for another card")
                return self.again(books, known, order)
            account = self.resolve(books, named)
            after, reason = self.may_use(books, account, named)
            wanted = PaymentOrder(operation, order.location, order.amount or 0, order.currency)
            decided: Booking | Refusal = (
                Refusal(reason)
                if reason is not None
                else ledger.open_payment(account, self.spendable(books, account), wanted, self.today())
            )
            return self.write(books, operation, order, after, decided, accounts=(after,))

        return self.store.run(work)

    def refund(self, order: Order, original_id: str) -> Done:
        """Gives back what was redeemed, to the card it came from."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, Operation.REVERSAL, order)
            if known is not None:
                if known.related != original_id:
                    raise Denied(409, "requestId", "this reference was used for another refund")
                return self.again(books, known, order)
            redeemed = books.entry(original_id)
            if redeemed is None or redeemed.merchant_id != order.location:
                raise Denied(404, "originalTransactionId", "there is no such transaction")
            account = books.account(redeemed.account_id)
            if account is None or redeemed.operation is not Operation.PURCHASE or redeemed.state is State.FAILED:
                raise Denied(409, "originalTransactionId", "only a redeem is refunded")
            left = redeemed.remaining
            amount = left.reversal if order.amount is None else order.amount
            if amount > left.reversal or left.reversal == 0:
                raise Denied(409, "amount", "there is nothing left to refund, or not that much left")
            original = Original(redeemed.operation, account.account_id, order.location, left)
            decided = ledger.reverse(original, self.spendable(books, account), amount)
            if not account.active:
                decided = Refusal(Reason.CARD_INACTIVE)
            step = self.write(books, Operation.REVERSAL, order, account, decided, related=original_id)
            if isinstance(decided, Refusal) or decided.original is None or step.changes.entry is None:
                return step
            state = ledger.state_after(redeemed.operation, decided.original)
            undone = replace(redeemed, remaining=decided.original, state=state, updated=step.changes.entry.created)
            entry = replace(step.changes.entry, payment_id=original_id)
            changes = replace(step.changes, entry=entry, updated=(undone,))
            return Step(replace(step.answer, entry=entry), changes)

        return self.store.run(work)

    def transfer(self, order: Order, named: Named, *, end_source: bool) -> Done:
        """Part or all of a card's balance to a card that is made for it."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, Operation.TRANSFER, order)
            if known is not None:
                return self.again(books, known, order)
            if not named.number or not named.passcode:
                missing = "passcode" if named.number else "cardNumber"
                raise Denied(400, missing, f"the {'passcode' if named.number else 'card number'} is required")
            source = self.resolve(books, named)
            spendable = self.spendable(books, source)
            after, reason = self.may_use(books, source, named)
            amount = order.amount or 0
            if reason is None and end_source and amount < spendable:
                raise Denied(422, "isDeleteSourceCard", "there is money left on the card: move all of it, or keep it")
            made = self.make(books, order)
            decided: Booking | Refusal = Refusal(reason) if reason is not None else Refusal(Reason.CURRENCY_MISMATCH)
            if reason is None and order.currency == source.currency:
                decided = ledger.transfer(Held(source, spendable), Held(made.account, 0), amount, self.today())
            if isinstance(decided, Refusal):
                return self.write(books, Operation.TRANSFER, order, after, decided, accounts=(after,))
            notes: tuple[Note, ...] = ()
            if end_source:
                after, notes = _ended(after, INACTIVE)
            written = self.write(
                books,
                Operation.TRANSFER,
                order,
                after,
                decided,
                accounts=(after, made.account),
                notes=notes,
                related=made.account.account_id,
            )
            return Step(replace(written.answer, made=replace(made, spendable=amount)), written.changes)

        return self.store.run(work)

    def combine(self, order: Order, user: str, target_id: str, source_ids: tuple[str, ...]) -> Done:
        """All that is on the sources to the target; the sources end. All of it or nothing."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, Operation.COMBINE, order)
            if known is not None:
                if known.account_id != target_id:
                    raise Denied(409, "requestId", "this reference was used for another card")
                return self.again(books, known, order)
            if target_id in source_ids:
                raise Denied(422, "sourceGiftCardIds", "a card is not combined with itself")
            target = self.resolve(books, Named(target_id, user=user))
            sources = tuple(self.resolve(books, Named(source_id, user=user)) for source_id in source_ids)
            for source in sources:
                if user and books.note(USER, source.account_id, user) != OWNER:
                    raise Denied(403, "sourceGiftCardIds", "only its owner puts a card into another")
            held = tuple(Held(source, self.spendable(books, source)) for source in sources)
            decided = ledger.combine(held, Held(target, self.spendable(books, target)), self.today())
            if isinstance(decided, Refusal):
                return self.write(books, Operation.COMBINE, order, target, decided)
            ended = [_ended(source, COMBINED) for source in sources]
            return self.write(
                books,
                Operation.COMBINE,
                order,
                target,
                decided,
                accounts=tuple(account for account, _ in ended),
                notes=tuple(note for _, notes in ended for note in notes),
                related=source_ids[0],
            )

        return self.store.run(work)

    def gift_new(self, order: Order, recipient: str) -> Done:
        """A new card for the recipient, paid for by a bank-card purchase."""

        def work(books: Books) -> Step[Done]:
            known = self.known(books, Operation.GIFT, order)
            if known is not None:
                return self.again(books, known, order)
            return self.new(books, Operation.GIFT, order, recipient)

        return self.store.run(work)

    def gift_saved(self, order: Order, user: str, card_id: str, recipient: str) -> Done:
        """The sender's card becomes the recipient's. No money moves; it is booked with nothing so that it is once."""

        def work(books: Books) -> Step[Done]:
            nothing = replace(order, amount=0)
            known = self.known(books, Operation.GIFT, nothing)
            if known is not None:
                if known.account_id != card_id:
                    raise Denied(409, "requestId", "this reference was used for another card")
                return self.again(books, known, nothing)
            account = self.resolve(books, Named(card_id, user=user))
            if books.note(USER, card_id, user) != OWNER:
                raise Denied(403, "giftCardId", "only its owner gives a card away")
            if recipient == user:
                raise Denied(422, "recipientUserId", "a card is not given to its owner")
            refused = ledger.card_refusal(account, self.today())
            decided = Refusal(refused) if refused is not None else Booking(0, (), ledger.Remaining())
            users = [name for name, _ in books.notes(USER, card_id)] if refused is None else []
            gone = [Note(USER, card_id, name, None) for name in users]
            gone += [Note(SAVED, name, card_id, None) for name in users]
            given = kept(card_id, recipient) if refused is None else ()
            return self.write(books, Operation.GIFT, nothing, account, decided, notes=(*gone, *given))

        return self.store.run(work)

    def look_up(self, named: Named) -> Seen | Reason:
        """What is on a card. A wrong passcode counts."""

        def work(books: Books) -> Step[Seen | Reason]:
            account = self.resolve(books, named)
            after, reason = self.prove(account, named)
            changes = Changes(accounts=(after,) if after != account else ())
            return Step(self.seen(books, account) if reason is None else reason, changes)

        return self.store.run(work)

    def enter(self, card: DemoCard, currency: str, location: str) -> None:
        """Enters a printed card with its first load, booked as it leaves the press whatever it becomes afterwards."""

        def work(books: Books) -> Step[None]:
            if books.account_of_card(self.digest("card", card.number)) is not None:
                return Step(None)
            account = self.numbered(books, card.number, card.passcode, card.expiry, currency)
            order = Order(location, card.balance, currency, Labels(description="opening load"))
            wanted = PaymentOrder(Operation.ISSUE, location, card.balance, currency)
            decided = ledger.open_payment(replace(account, expiry=date.max), 0, wanted, self.today())
            account = replace(account, active=card.active, blocked=card.blocked)
            notes = (Note(CARD, account.account_id, ASKS, "yes"),) if card.asks else ()
            written = self.write(books, Operation.ISSUE, order, account, decided, accounts=(account,), notes=notes)
            return Step(None, written.changes)

        self.store.run(work)


def _ended(account: CardAccount, word: str) -> tuple[CardAccount, tuple[Note, ...]]:
    """A card that may do nothing any more, and the word for how it came to that."""
    return replace(account, active=False), (Note(CARD, account.account_id, ENDED, word),)
