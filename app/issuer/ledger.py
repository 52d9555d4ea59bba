"""The issuer's double-entry rules: pure functions from what the books say to what shall be booked.

Nothing here reads a clock, a file or a socket. A rule gets the card (or the payment) as the books hold it,
and an order, and answers with a `Booking` or a `Refusal`. The store writes a booking in one commit.

The chart of accounts (a posting above zero is a credit, below zero a debit; all in minor units)::

    card:<account id>          what the issuer owes the holder and the holder can spend
    reserved:<account id>      what the issuer owes the holder but an authorization holds back
    settlement:<merchant id>   what the issuer owes the merchant for goods paid with cards
    funds:<merchant id>        what the merchant owes the issuer for money taken for loads

    deposit A    funds -A, card +A              authorize A   card -A, reserved +A
    purchase A   card -A, settlement +A         capture c     reserved -c, settlement +c
    credit A     settlement -A, card +A         cancel        reserved -rest, card +rest
    reversal     the opposite of what it undoes, in whole or in part
    transfer A   card -A, another card +A       combine       each source card -rest, one card +all of them

The three remaining amounts follow `backends/swedbankpay.md` section 1.6: what may still be captured,
cancelled and reversed. They live on the payment, and a capture keeps its own remaining reversal as well,
because a reversal may name either.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from typing import NewType

Minor = NewType("Minor", int)
"""An amount in the currency's minor unit (100 kr = 10000)."""

# Twelve digits is what ISO 8583 gives an amount; it also keeps every sum far inside 64-bit columns.
MAX_AMOUNT = Minor(999_999_999_999)

# The face whose books these were before there were others.
FIRST_FACE = "swedbankpay"

MAX_WRONG_PINS = 3
MAX_WRONG_CVCS = 10


@unique
class Operation(StrEnum):
    """What was done; the text is what stands in the books and on the wire."""

    ISSUE = "Issue"
    PRE_DEPOSIT = "PreDeposit"
    PURCHASE = "Purchase"
    AUTHORIZE = "Authorize"
    DEPOSIT = "Deposit"
    CREDIT = "Credit"
    CAPTURE = "Capture"
    CANCEL = "Cancel"
    REVERSAL = "Reversal"
    TRANSFER = "Transfer"
    COMBINE = "Combine"
    GIFT = "Gift"


@unique
class State(StrEnum):
    """What became of an attempt. DUPLICATE is an answer, not a state of the books, so it is missing."""

    OK = "OK"
    FAILED = "FAILED"
    REVERSED = "REVERSED"


@unique
class Reason(StrEnum):
    """Why an order was not booked; the text is the name a face puts on the wire."""

    INSUFFICIENT_FUNDS = "insufficientFunds"
    CARD_BLOCKED = "cardBlocked"
    CARD_INACTIVE = "cardInactive"
    CARD_EXPIRED = "cardExpired"
    EXPIRY_MISMATCH = "expiryMismatch"
    CVC_WRONG = "cvcWrong"
    PIN_REQUIRED = "pinRequired"
    PIN_WRONG = "pinWrong"
    PIN_UNREADABLE = "pinBlockUnreadable"
    CURRENCY_MISMATCH = "currencyMismatch"
    PRODUCT_NOT_ALLOWED = "productNotAllowed"
    BALANCE_LIMIT = "balanceLimit"
    NOTHING_TO_CAPTURE = "nothingToCapture"
    NOTHING_TO_CANCEL = "nothingToCancel"
    NOTHING_TO_REVERSE = "nothingToReverse"
    CANCEL_INSTEAD = "cancelInstead"


EXHAUSTED = frozenset(
    {
        Reason.NOTHING_TO_CAPTURE,
        Reason.NOTHING_TO_CANCEL,
        Reason.NOTHING_TO_REVERSE,
        Reason.CANCEL_INSTEAD,
    }
)
"""Refusals that say the order does not fit the payment. They are conflicts, not declines of a card."""


@dataclass(frozen=True, slots=True)
class CardAccount:
    """A card as the books hold it: no number, no code and no PIN, only keyed digests of them.

    `expiry` is the last day the card may be used. `pin_digest` and `cvc_digest` are empty where the card has
    none. `products` lists what the card may pay for; empty means anything. A card belongs to one `face`, and no
    other finds it.
    """

    account_id: str
    number: int
    card_digest: bytes = field(repr=False)
    last4: str
    expiry: date
    currency: str
    instrument: str = "giftcard"
    active: bool = True
    blocked: bool = False
    cvc_digest: bytes = field(default=b"", repr=False)
    pin_digest: bytes = field(default=b"", repr=False)
    wrong_cvcs: int = 0
    wrong_pins: int = 0
    products: tuple[str, ...] = ()
    face: str = FIRST_FACE


@dataclass(frozen=True, slots=True)
class Remaining:
    """What may still be captured, cancelled and reversed, in minor units."""

    capture: int = 0
    cancel: int = 0
    reversal: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of a booking: credit above zero, debit below."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Booking:
    """What an accepted order changes.

    `remaining` belongs to the new entry, `original` to the payment it acts on and `addressed` to the capture
    named in place of that payment (each None when there is none).
    """

    amount: int
    postings: tuple[Posting, ...]
    remaining: Remaining
    original: Remaining | None = None
    addressed: Remaining | None = None

    def __post_init__(self) -> None:
        if sum(posting.amount for posting in self.postings) != 0:
            raise ValueError("a booking must balance")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is booked."""

    reason: Reason


def spendable_account(account_id: str) -> str:
    """The name of the ledger account that holds what can be spent."""
    return f"card:{account_id}"


def reserved_account(account_id: str) -> str:
    """The name of the ledger account that holds what authorizations keep back."""
    return f"reserved:{account_id}"


def settlement_account(merchant_id: str) -> str:
    """The name of the ledger account that holds what the merchant has earned."""
    return f"settlement:{merchant_id}"


def funds_account(merchant_id: str) -> str:
    """The name of the ledger account that holds what the merchant took for loads."""
    return f"funds:{merchant_id}"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """An order that opens a payment. `products` are the ids rung up, None where none were named."""

    operation: Operation
    merchant_id: str
    amount: int
    currency: str
    products: tuple[str, ...] | None = None


def _transfer(source: str, target: str, amount: int) -> tuple[Posting, ...]:
    if amount == 0:
        return ()
    return (Posting(source, -amount), Posting(target, amount))


def card_refusal(card: CardAccount, today: date) -> Reason | None:
    """What forbids any new payment on this card, or None."""
    if card.blocked:
        return Reason.CARD_BLOCKED
    if not card.active:
        return Reason.CARD_INACTIVE
    if card.expiry < today:
        return Reason.CARD_EXPIRED
    return None


def _products_refused(card: CardAccount, order: PaymentOrder) -> bool:
    """A restricted card pays only for what its list names.

    A purchase without a basket proves nothing, so it is refused as well; an authorization is how a till
    learns the list before it rings up, so it passes.
    """
    if not card.products or order.operation is not Operation.PURCHASE:
        return False
    return not order.products or any(product not in card.products for product in order.products)


def open_payment(card: CardAccount, spendable: int, order: PaymentOrder, today: date) -> Booking | Refusal:
    """Decides issue, pre-deposit, purchase, authorize, deposit and credit; a gift of a new card is a load, too."""
    refused = card_refusal(card, today)
    if refused is not None:
        return Refusal(refused)
    if order.currency != card.currency:
        return Refusal(Reason.CURRENCY_MISMATCH)
    if _products_refused(card, order):
        return Refusal(Reason.PRODUCT_NOT_ALLOWED)
    amount = order.amount
    holder = spendable_account(card.account_id)
    settlement = settlement_account(order.merchant_id)
    if order.operation in (Operation.PURCHASE, Operation.AUTHORIZE):
        if amount > spendable:
            return Refusal(Reason.INSUFFICIENT_FUNDS)
        if order.operation is Operation.PURCHASE:
            return Booking(amount, _transfer(holder, settlement, amount), Remaining(reversal=amount))
        reserved = reserved_account(card.account_id)
        return Booking(amount, _transfer(holder, reserved, amount), Remaining(capture=amount, cancel=amount))
    if spendable + amount > MAX_AMOUNT:
        return Refusal(Reason.BALANCE_LIMIT)
    source = settlement if order.operation is Operation.CREDIT else funds_account(order.merchant_id)
    return Booking(amount, _transfer(source, holder, amount), Remaining(reversal=amount))


@dataclass(frozen=True, slots=True)
class Original:
    """A booked payment as a follow-up sees it.

    `addressed` is set when the follow-up named a capture of this payment: it is that capture's own remaining.
    """

    operation: Operation
    account_id: str
    merchant_id: str
    remaining: Remaining
    addressed: Remaining | None = None


def capture(original: Original, amount: int, cancel_rest: bool) -> Booking | Refusal:
    """Moves `amount` of a reservation to the merchant; `cancel_rest` releases what is left of it."""
    left = original.remaining
    if original.operation is not Operation.AUTHORIZE or amount > left.capture:
        return Refusal(Reason.NOTHING_TO_CAPTURE)
    reserved = reserved_account(original.account_id)
    postings = _transfer(reserved, settlement_account(original.merchant_id), amount)
    rest = left.capture - amount
    after = Remaining(rest, left.cancel - amount, left.reversal + amount)
    if cancel_rest:
        postings += _transfer(reserved, spendable_account(original.account_id), rest)
        after = replace(after, capture=0, cancel=0)
    return Booking(amount, postings, Remaining(reversal=amount), after)


def cancel(original: Original) -> Booking | Refusal:
    """Releases everything an authorization still holds back."""
    left = original.remaining
    if original.operation is not Operation.AUTHORIZE or left.cancel == 0:
        return Refusal(Reason.NOTHING_TO_CANCEL)
    postings = _transfer(reserved_account(original.account_id), spendable_account(original.account_id), left.cancel)
    return Booking(left.cancel, postings, Remaining(), replace(left, capture=0, cancel=0))


def reverse(original: Original, spendable: int, amount: int) -> Booking | Refusal:
    """Undoes `amount` of a booked payment; a load can only be undone while the money is still there."""
    left = original.remaining
    limit = left.reversal
    if original.addressed is not None:
        limit = min(limit, original.addressed.reversal)
    elif original.operation is Operation.AUTHORIZE and left.reversal == 0:
        return Refusal(Reason.CANCEL_INSTEAD)
    if amount > limit:
        return Refusal(Reason.NOTHING_TO_REVERSE)
    holder = spendable_account(original.account_id)
    settlement = settlement_account(original.merchant_id)
    after = replace(left, reversal=left.reversal - amount)
    addressed = original.addressed
    if addressed is not None:
        addressed = replace(addressed, reversal=addressed.reversal - amount)
    if original.operation in (Operation.PURCHASE, Operation.AUTHORIZE):
        return Booking(amount, _transfer(settlement, holder, amount), Remaining(), after, addressed)
    if amount > spendable:
        return Refusal(Reason.INSUFFICIENT_FUNDS)
    target = settlement if original.operation is Operation.CREDIT else funds_account(original.merchant_id)
    return Booking(amount, _transfer(holder, target, amount), Remaining(), after, addressed)


@dataclass(frozen=True, slots=True)
class Held:
    """A card and what it can spend."""

    card: CardAccount
    spendable: int


def transfer(source: Held, target: Held, amount: int, today: date) -> Booking | Refusal:
    """Moves money from one card to another. No merchant is in it, and only another transfer takes it back."""
    return _gather(((source, amount),), target, today)


def combine(sources: tuple[Held, ...], target: Held, today: date) -> Booking | Refusal:
    """Moves all that is on several cards to one of its own; one card that may not take part ends it for all."""
    return _gather(tuple((source, source.spendable) for source in sources), target, today)


def _gather(parts: tuple[tuple[Held, int], ...], target: Held, today: date) -> Booking | Refusal:
    postings: tuple[Posting, ...] = ()
    for held in (*(source for source, _ in parts), target):
        refused = card_refusal(held.card, today)
        if refused is not None:
            return Refusal(refused)
        if held.card.currency != target.card.currency:
            return Refusal(Reason.CURRENCY_MISMATCH)
    holder = spendable_account(target.card.account_id)
    for source, amount in parts:
        if amount > source.spendable:
            return Refusal(Reason.INSUFFICIENT_FUNDS)
        postings += _transfer(spendable_account(source.card.account_id), holder, amount)
    total = sum(amount for _, amount in parts)
    if target.spendable + total > MAX_AMOUNT:
        return Refusal(Reason.BALANCE_LIMIT)
    return Booking(total, postings, Remaining())


def state_after(operation: Operation, remaining: Remaining) -> State:
    """REVERSED when nothing of a booked payment is left standing, else OK.

    An authorization that still reserves something stands, whatever became of its captures.
    """
    if remaining.reversal == 0 and remaining.cancel == 0 and operation is not Operation.CANCEL:
        return State.REVERSED
    return State.OK


def wrong_pin(card: CardAccount) -> CardAccount:
    """The card after one more wrong PIN; the third in a row blocks it."""
    tries = card.wrong_pins + 1
    return replace(card, wrong_pins=tries, blocked=card.blocked or tries >= MAX_WRONG_PINS)


def wrong_cvc(card: CardAccount) -> CardAccount:
    """The card after one more wrong CVC; the tenth in a row blocks it."""
    tries = card.wrong_cvcs + 1
    return replace(card, wrong_cvcs=tries, blocked=card.blocked or tries >= MAX_WRONG_CVCS)


def balanced(postings: Iterable[Posting]) -> bool:
    """Whether these lines add up to zero."""
    return sum(posting.amount for posting in postings) == 0
