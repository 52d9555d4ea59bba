"""A customer's cards: kept, shared, listed, preferred. No money moves here."""

from app.issuer import ledger
from app.issuer.books import Books, Changes, Note, Step
from app.issuer.faces.parpay.counter import Counter, kept
from app.issuer.faces.parpay.orders import OWNER, PREFERRED, SAVED, SHARED, USER, Denied, Named, Seen
from app.issuer.ledger import Reason


class Customers(Counter):
    """Answers the face about people and their cards."""

    def save(self, user: str, named: Named, *, preferred: bool) -> Seen | Reason:
        """Keeps a card for a customer. The same card again is the same answer."""

        def work(books: Books) -> Step[Seen | Reason]:
            account = self.resolve(books, named)
            after, reason = self.may_use(books, account, named)
            changed = (after,) if after != account else ()
            if reason is not None:
                return Step(reason, Changes(accounts=changed))
            owners = [name for name, role in books.notes(USER, account.account_id) if role == OWNER]
            if owners not in ([], [user]):
                raise Denied(409, "cardNumber", "another customer keeps this card")
            notes: tuple[Note, ...] = kept(account.account_id, user) if not owners else ()
            if preferred:
                notes += self._prefer(books, user, account.account_id)
            seen = self.seen(books, account, preferred=preferred or self._is_preferred(books, user, account.account_id))
            return Step(seen, Changes(accounts=changed, notes=notes))

        return self.store.run(work)

    def share(self, user: str, card_id: str, recipient: str) -> Seen | Reason:
        """Lets another customer use the same card and the same balance."""

        def work(books: Books) -> Step[Seen | Reason]:
            account = self.resolve(books, Named(card_id, user=user))
            if books.note(USER, card_id, user) != OWNER:
                raise Denied(403, "giftCardId", "only its owner shares a card")
            if recipient == user:
                raise Denied(422, "recipientUserId", "a card is not shared with its owner")
            refused = ledger.card_refusal(account, self.today())
            if refused is not None:
                return Step(refused)
            notes: tuple[Note, ...] = ()
            if books.note(USER, card_id, recipient) is None:
                notes = (Note(USER, card_id, recipient, SHARED), Note(SAVED, recipient, card_id, ""))
            return Step(self.seen(books, account, shared=True), Changes(notes=notes))

        return self.store.run(work)

    def cards(self, user: str) -> list[Seen]:
        """Every card a customer keeps or was given the use of."""

        def work(books: Books) -> Step[list[Seen]]:
            return Step([self._listed(books, user, card_id) for card_id, _ in books.notes(SAVED, user)])

        return self.store.run(work)

    def prefer(self, user: str, card_id: str, *, preferred: bool) -> Seen:
        """Sets the one card a customer pays with first, or takes that away again."""

        def work(books: Books) -> Step[Seen]:
            account = self.resolve(books, Named(card_id, user=user))
            if not user or books.note(SAVED, user, card_id) is None:
                raise Denied(404, "giftCardId", "this customer keeps no such card")
            notes = self._prefer(books, user, card_id) if preferred else (Note(SAVED, user, card_id, ""),)
            shared = books.note(USER, card_id, user) == SHARED
            return Step(self.seen(books, account, preferred=preferred, shared=shared), Changes(notes=notes))

        return self.store.run(work)

    def _listed(self, books: Books, user: str, card_id: str) -> Seen:
        account = self.resolve(books, Named(card_id))
        shared = books.note(USER, card_id, user) == SHARED
        return self.seen(books, account, preferred=self._is_preferred(books, user, card_id), shared=shared)

    @staticmethod
    def _is_preferred(books: Books, user: str, card_id: str) -> bool:
        return books.note(SAVED, user, card_id) == PREFERRED

    @staticmethod
    def _prefer(books: Books, user: str, card_id: str) -> tuple[Note, ...]:
        """One preferred card per customer: the flag leaves all others."""
        others = [other for other, value in books.notes(SAVED, user) if value == PREFERRED and other != card_id]
        return (*(Note(SAVED, user, other, "") for other in others), Note(SAVED, user, card_id, PREFERRED))
