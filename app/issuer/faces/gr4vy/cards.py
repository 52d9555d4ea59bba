"""The cards of this face in the books: who a card is, and the money that moves on it.

Every step that moves money carries a reference of its own (`<transaction>/<card>`), so work that was cut off and is
done again finds what it had booked.
"""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.issuer import ledger
from app.issuer.books import Books, Changes, Entry, Step
from app.issuer.faces.gr4vy.simulator import CODES, INVALID_CARD, simulate
from app.issuer.ground import Ground
from app.issuer.ledger import Booking, CardAccount, Operation, Original, PaymentOrder, Refusal, Remaining, State

FACE = "gr4vy"
CURRENCY = "NOK"
GOOD_UNTIL = date(2031, 12, 31)


@dataclass(frozen=True, slots=True)
class Typed:
    """A card by what is printed on it."""

    number: str = field(repr=False)
    pin: str = field(repr=False)

    @property
    def parts(self) -> tuple[str, str, str]:
        """Digits 1 to 6, 7 to 9 and the last four: what answers show."""
        return self.number[:6], self.number[6:9], self.number[-4:]


@dataclass(frozen=True, slots=True)
class Known:
    """A card as the books know it, or the code that says why not."""

    account: CardAccount | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be entered. An empty PIN is one that is not checked."""

    number: str = field(repr=False)
    pin: str = field(repr=False)
    opening: int = 0
    currency: str = CURRENCY
    expiry: date = GOOD_UNTIL
    active: bool = True
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """An attempt to move money: the entry, or the code of what forbade it."""

    entry: Entry | None
    code: str = ""


def merchant_id(account: str) -> str:
    """A merchant account's name in the books, apart from other faces' merchants."""
    return f"{FACE}/{account}"


class Cards:
    """Steps of the store. Called on the books' thread."""

    def __init__(self, ground: Ground) -> None:
        self.store = ground.store
        self._key = ground.card_key
        self._clock = ground.clock

    def now(self) -> datetime:
        """The host's time, cut to milliseconds as the wire has them."""
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The day by which cards expire."""
        return self._clock().date()

    def digest(self, purpose: str, *parts: str) -> bytes:
        """The keyed digest under which the books know a secret; numbers have one for all faces."""
        mac = hmac.new(self._key, purpose.encode(), hashlib.sha256)
        for part in parts:
            mac.update(b"\0" + part.encode("utf-8", "surrogatepass"))
        return mac.digest()

    def enter(self, card: NewCard, account: str, reference: str = "", label: str = "opening load") -> CardAccount:
        """Enters a card and, in the same commit, its first load. One that is there stays as it is."""

        def work(books: Books) -> Step[CardAccount]:
            known = books.account_of_card(self.digest("card", card.number))
            if known is not None:
                return Step(known)
            number = books.next_account()
            new = CardAccount(
                account_id=f"GV-{number}",
                number=number,
                card_digest=self.digest("card", card.number),
                last4=card.number[-4:],
                expiry=card.expiry,
                currency=card.currency,
                active=card.active,
                blocked=card.blocked,
                pin_digest=self.digest("pin", f"GV-{number}", card.pin) if card.pin else b"",
                face=FACE,
            )
            # The first load is booked on the card as it leaves the press, whatever it becomes afterwards.
            fresh = replace(new, active=True, blocked=False, expiry=date.max)
            order = PaymentOrder(Operation.ISSUE, merchant_id(account), card.opening, card.currency)
            booking = ledger.open_payment(fresh, 0, order, self.today())
            if isinstance(booking, Refusal):
                raise ValueError(f"a card cannot be issued so: {booking.reason}")
            entry = self._entry(books, new, order, booking, reference, label)
            return Step(new, Changes(account=new, entry=entry, postings=booking.postings))

        return self.store.run(work)

    def booked(self, account: str, reference: str) -> bool:
        """Whether this step of some work was done before."""
        found = self.store.run(lambda books: Step(books.entry_of_reference(merchant_id(account), reference)))
        return found is not None

    def meet(self, card: Typed, account: str) -> None:
        """Enters a card of the simulator when it is seen for the first time."""
        worth = simulate(card.pin)
        wanted = self.digest("card", card.number)
        if isinstance(worth, int) and self.store.run(lambda books: Step(books.account_of_card(wanted))) is None:
            self.enter(NewCard(card.number, card.pin, worth), account)

    def identify(self, books: Books, card: Typed) -> tuple[Known, CardAccount | None]:
        """Who a card is, and its account with the try at its PIN counted (None where nothing changed)."""
        account = books.account_of_card(self.digest("card", card.number))
        if account is None:
            worth = simulate(card.pin)
            return Known(None, worth if isinstance(worth, str) else INVALID_CARD), None
        if account.face != FACE:
            return Known(None, INVALID_CARD), None
        if not account.pin_digest:
            return Known(account), None
        if account.wrong_pins >= ledger.MAX_WRONG_PINS:
            return Known(None, CODES[ledger.Reason.CARD_BLOCKED]), None
        if not hmac.compare_digest(self.digest("pin", account.account_id, card.pin), account.pin_digest):
            return Known(None, INVALID_CARD), ledger.wrong_pin(account)
        cleared = replace(account, wrong_pins=0)
        return Known(cleared), cleared if cleared != account else None

    def find(self, card: Typed, account: str) -> Known:
        """Who a card is; a wrong PIN counts."""
        self.meet(card, account)

        def work(books: Books) -> Step[Known]:
            known, changed = self.identify(books, card)
            return Step(known, Changes(account=changed))

        return self.store.run(work)

    def by_number(self, card: Typed) -> Known:
        """Who a card is by its number alone: for activating what lies at a counter."""
        wanted = self.digest("card", card.number)
        account = self.store.run(lambda books: Step(books.account_of_card(wanted)))
        return Known(account) if account is not None and account.face == FACE else Known(None, INVALID_CARD)

    def spendable(self, number: str) -> int:
        """What the card with this number can spend (0 for one nobody knows)."""
        known = self.by_number(Typed(number, "")).account
        return self.worth(known.account_id)[1] if known is not None else 0

    def worth(self, account_id: str) -> tuple[CardAccount, int, str]:
        """An account, what it can spend, and the code of what forbids it to."""

        def work(books: Books) -> Step[tuple[CardAccount, int, str]]:
            account = books.account(account_id)
            assert account is not None  # accounts are never taken away
            refused = ledger.card_refusal(account, self.today())
            spendable = books.balance(ledger.spendable_account(account_id))
            return Step((account, spendable, CODES[refused] if refused is not None else ""))

        return self.store.run(work)

    def load(self, account_id: str, account: str, amount: int, currency: str, reference: str, label: str) -> Moved:
        """Activates a card with its first load; a reference that was used is answered from the books."""

        def work(books: Books) -> Step[Moved]:
            card = books.account(account_id)
            assert card is not None
            known = books.entry_of_reference(merchant_id(account), reference)
            if known is not None:
                return Step(Moved(known))
            if card.blocked or card.active:
                code = CODES[ledger.Reason.CARD_BLOCKED] if card.blocked else "unexpected_state"
                return Step(Moved(None, code))
            active = replace(card, active=True)
            order = PaymentOrder(Operation.DEPOSIT, merchant_id(account), amount, currency or card.currency)
            spendable = books.balance(ledger.spendable_account(account_id))
            booking = ledger.open_payment(active, spendable, order, self.today())
            if isinstance(booking, Refusal):
                return Step(Moved(None, CODES[booking.reason]))
            entry = self._entry(books, active, order, booking, reference, label)
            return Step(Moved(entry), Changes(account=active, entry=entry, postings=booking.postings))

        return self.store.run(work)

    def spend(self, account_id: str, order: PaymentOrder, reference: str, label: str) -> Moved:
        """Takes money off a card. A refusal is an entry like any other, without postings."""

        def work(books: Books) -> Step[Moved]:
            known = books.entry_of_reference(order.merchant_id, reference)
            if known is not None:
                return Step(Moved(known, CODES[known.reason] if known.reason is not None else ""))
            card = books.account(account_id)
            assert card is not None
            spendable = books.balance(ledger.spendable_account(account_id))
            decided = ledger.open_payment(card, spendable, order, self.today())
            booking = decided if isinstance(decided, Booking) else Booking(order.amount, (), Remaining())
            entry = self._entry(books, card, order, booking, reference, label)
            if isinstance(decided, Refusal):
                entry = replace(entry, state=State.FAILED, reason=decided.reason)
            code = CODES[decided.reason] if isinstance(decided, Refusal) else ""
            return Step(Moved(entry, code), Changes(entry=entry, postings=booking.postings))

        return self.store.run(work)

    def give_back(self, books: Books, spent: Entry, amount: int, reference: str, label: str) -> tuple[Entry, Changes]:
        """What giving back part of a payment changes. The caller has checked that this much is left.

        Raises:
            ValueError: it is not.
        """
        card = books.account(spent.account_id)
        assert card is not None
        original = Original(spent.operation, spent.account_id, spent.merchant_id, spent.remaining)
        booking = ledger.reverse(original, 0, amount)
        if isinstance(booking, Refusal) or booking.original is None:
            raise ValueError("there is not that much left to refund")
        order = PaymentOrder(Operation.REVERSAL, spent.merchant_id, amount, spent.currency)
        entry = self._entry(books, card, order, booking, reference, label)
        entry = replace(entry, payment_id=spent.entry_id, related=spent.entry_id)
        state = ledger.state_after(spent.operation, booking.original)
        before = replace(spent, remaining=booking.original, state=state, updated=entry.created)
        return entry, Changes(entry=entry, postings=booking.postings, updated=(before,))

    def undo(self, spent: Entry, reference: str) -> None:
        """Gives back all of a payment whose sale failed."""

        def work(books: Books) -> Step[None]:
            current = books.entry(spent.entry_id)
            assert current is not None
            if books.entry_of_reference(spent.merchant_id, reference) is not None or not current.remaining.reversal:
                return Step(None)
            _, changes = self.give_back(books, current, current.remaining.reversal, reference, spent.order_ref)
            return Step(None, changes)

        self.store.run(work)

    def _entry(
        self, books: Books, card: CardAccount, order: PaymentOrder, booking: Booking, reference: str, label: str
    ) -> Entry:
        number, now = books.next_entry(), self.now()
        return Entry(
            number=number,
            entry_id=f"GV-{number}",
            payment_id=f"GV-{number}",
            related="",
            account_id=card.account_id,
            merchant_id=order.merchant_id,
            operation=order.operation,
            state=State.OK,
            reason=None,
            amount=booking.amount,
            currency=order.currency,
            remaining=booking.remaining,
            order_ref=label[:255],
            transaction_ref=reference,
            stan="",
            terminal_id="",
            merchant_name="",
            description="",
            basket="",
            created=now,
            updated=now,
        )
