"""A leg of a sale: from a card in hand to a transaction that is sent, stored, or refused by the till itself.

"Proven not sent" lets the offline policy decide; silence never does (see :mod:`app.domain.answers`).
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain import records as r
from app.domain.business import exposure
from app.domain.calls import enqueue, look_up, watched
from app.domain.card import CardRef, CardSecret, EntryMode, PinRule
from app.domain.draft import Draft
from app.domain.flow import (
    AskingFlow,
    AwaitCardFlow,
    CardInHand,
    Flow,
    LookingFlow,
    OutcomeFlow,
    PinFirstFlow,
    PinFlow,
    TenderFlow,
)
from app.domain.host import Cause, Decline
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.offers import pin_is_keyed, tells_nothing_without_pin
from app.domain.particulars import NONE, Particulars
from app.domain.policy import Accept, CardExposure, offline_verdict
from app.domain.records import SaleKind
from app.domain.sale import Sale
from app.domain.sales import after_leg
from app.domain.transaction import Transaction
from app.domain.undo import free_reservation, store_whatever_the_limits
from app.domain.verb import UNDOES, Verb
from app.domain.view import NoticeKind, Why

# Third digit of the service code (ISO/IEC 7813): 0, 3 and 5 demand a PIN, 6 and 7 ask for one where a pad is there.
_PIN_SERVICE = frozenset("03567")

PIN_TRIES = 3
"""After as many wrong PINs the host blocks the card; the till does not ask a fourth time in one sale."""

# --- before a transaction -----------------------------------------------------------------------------------------


def needs_pin(d: Draft, card: CardInHand, verb: Verb) -> bool:
    """Whether this call carries a PIN block: by the backend's table, the card's programme, its stripe, or because the
    host asked. A card that is known by the backend's id needs none, and a PIN that is printed on the card may have been
    keyed with it.
    """
    if card.secret is None:
        return False
    by_table = d.setup.rule(card.ref.face, verb)
    if by_table is not None and by_table.needs_pin:
        return not card.secret.cvc
    return _wants_pin(d, card)


def _wants_pin(d: Draft, card: CardInHand) -> bool:
    """Whether this very card carries a PIN block in each of its calls."""
    rule = card.programme.pin
    if rule is PinRule.NEVER:
        return False
    known = d.memory(card.ref.key)
    return rule is PinRule.ALWAYS or card.ref.pin_required or (known is not None and known.pin_required)


def as_written(d: Draft, card: CardInHand) -> CardRef:
    """What is written down of a card that goes into a transaction."""
    return replace(card.ref, pin_required=card.secret is not None and _wants_pin(d, card))


def first_the_pin(d: Draft, card: CardInHand, back: Flow) -> None:
    """The customer enters the PIN before anything is asked of the card; ``back`` is the screen that wanted it."""
    assert card.secret is not None
    token = d.context.fresh.transaction_id()
    d.go(PinFirstFlow(token, card, back))
    d.effects.append(e.StartPin(token, card.secret.pan, card.ref.face))


def first_the_pin_again(d: Draft, card: CardInHand, refused: Decline, back: Flow) -> bool:
    """After a wrong one the customer tries again, a few times. Whether it was that."""
    left = card.without_wrong_pin(refused)
    if left.tries == card.tries or left.tries >= PIN_TRIES:
        return False
    first_the_pin(d, left, back)
    return True


def asks_for_pin(service_code: str) -> bool:
    """Whether a service code demands or asks for a PIN."""
    return len(service_code) == 3 and service_code[2] in _PIN_SERVICE


def present(d: Draft, sale: Sale, card: CardInHand) -> None:
    """The card for the amount that stands. A load is paid for before anything is asked of the host."""
    verb = Verb.REDEEM if sale.kind is SaleKind.PAY else Verb.RELOAD
    if d.setup.rule(card.ref.face, verb) is None:  # said before anybody pays for it
        d.notice(NoticeKind.CANT_NOW, why=Why.NOT_AT_BACKEND, task=awaiting(sale).task)
        await_card(d, sale)
    elif d.is_stopped(card.ref):
        d.go(OutcomeFlow(None, reason=Decline.STOPPED_CARD, card=card, sale_id=sale.id))
    elif sale.kind is not SaleKind.PAY and sale.tendered < sale.due:
        d.go(TenderFlow(card))
    elif not d.line_up(card.ref.face):
        open_leg(d, sale, _with_account(d, card), None)
    elif tells_nothing_without_pin(card, d.setup) and card.pin is None:
        first_the_pin(d, card, awaiting(sale))
    else:
        d.go(LookingFlow(look_up(d, card), card, d.context.now))


def _with_account(d: Draft, card: CardInHand) -> CardInHand:
    """The account that an earlier look-up told: what is stored now is forwarded later without asking for it again."""
    known = d.memory(card.ref.key)
    if known is None or card.ref.account_id or known.face != card.ref.face:
        return card
    return replace(card, ref=replace(card.ref, account_id=known.account_id))


def open_leg(d: Draft, sale: Sale, card: CardInHand, balance: Money | None) -> None:
    """Opens the transaction for as much as the card can give, and gets it ready or asks for the PIN."""
    rest = d.rest(sale) if sale.kind is SaleKind.PAY else sale.due
    amount = min(rest, balance) if sale.kind is SaleKind.PAY and balance is not None else rest
    if not amount.is_positive:
        d.go(OutcomeFlow(None, reason=Decline.EMPTY, card=card, sale_id=sale.id))
        return
    verb = _verb_of(d, sale, card)
    pin = needs_pin(d, card, verb)
    transaction = d.open(
        verb,
        amount,
        as_written(d, card),
        sale=sale,
        products=sale.basket,
        particulars=Particulars(funding=sale.funding) if sale.funding else NONE,
    )
    if card.secret is not None:
        d.keep_secret(transaction.id, card.secret)
    if pin and d.line_up(card.ref.face):
        start_pin(d, transaction, card)
    else:  # a PIN can't be queued: with the line down the policy says so before the customer enters it
        ready(d, transaction, pin=False)


def start_pin(d: Draft, transaction: Transaction, card: CardInHand) -> None:
    """The PIN that was entered to have the card read goes with it, or the one that is printed on the card and was keyed
    with its number; else the customer enters it now.
    """
    if card.pin is not None:
        d.keep_pin(transaction.id, card.pin)
        ready(d, transaction, pin=True)
    elif pin_is_keyed(card, d.setup):
        ready(d, transaction, pin=False)
    else:
        ask_pin(d, transaction)


def _verb_of(d: Draft, sale: Sale, card: CardInHand) -> Verb:
    if sale.kind is not SaleKind.PAY:
        return Verb.RELOAD
    # a basket may meet a card that pays for some products only: reserve, read the list, take what is allowed
    if sale.basket and d.setup.rule(card.ref.face, Verb.AUTHORIZE) and d.line_up(card.ref.face):
        return Verb.AUTHORIZE
    return Verb.REDEEM


def ask_pin(d: Draft, transaction: Transaction, *, wrong_before: bool = False) -> None:
    """The customer enters a PIN for this one."""
    d.go(PinFlow(transaction.id, wrong_before))
    d.effects.append(e.StartPin(transaction.id))


def ready(d: Draft, transaction: Transaction, *, pin: bool, watch: bool = True) -> None:
    """Nothing more is needed: wait for the lane, or decide offline when the line is known to be down."""
    transaction = d.record(transaction.id, r.Ready(pin))
    if watch:
        d.go(AskingFlow(transaction.id, d.context.now))
    if d.line_up(transaction.face):
        enqueue(d, transaction, interactive=True)
    else:
        decide_offline(d, transaction, Cause.LINE_CUT)


# --- the till decides ---------------------------------------------------------------------------------------------


def decide_offline(d: Draft, transaction: Transaction, cause: Cause) -> None:
    """The money call did not happen. Stand in for the issuer, or say no."""
    if transaction.in_box and not transaction.abandoned and cause is not Cause.CONFIGURATION:
        # nothing is handed over before it is through: a box that is half done waits for the line
        d.effects.append(e.Release(transaction.id, again=True))
        return
    d.effects.append(e.Release(transaction.id))
    if transaction.verb in UNDOES:
        store_whatever_the_limits(d, transaction)
        after_leg(d, transaction)
        return
    if transaction.abandoned or cause is Cause.CONFIGURATION:
        cancel(d, transaction, cause.value)
        return
    if transaction.verb is Verb.CAPTURE:
        # the host holds the money reserved: only its taking waits
        store_whatever_the_limits(d, transaction)
        _accepted(d, transaction)
        return
    if transaction.verb is Verb.AUTHORIZE and not transaction.pin and not transaction.particulars.standing:
        transaction = _without_reserving(d, transaction)
    rule = d.setup.rule(transaction.face, transaction.verb)
    card = transaction.card
    if rule is None or card is None or not rule.offline or card.entry is EntryMode.STORED:
        refuse_offline(d, transaction, Decline.OFFLINE_VERB, None)  # no other card would do
        return
    if transaction.pin:
        refuse_offline(d, transaction, Decline.OFFLINE_PIN, None)
        return
    verdict = offline_verdict(
        transaction.verb,
        transaction.amount,
        rule,
        d.till.limits,
        d.memory(card.key),
        _exposure(d, card),
        d.book.exposure(),
        pin=card.pin_required or rule.needs_pin,
        now=d.context.now,
    )
    if not isinstance(verdict, Accept):
        refuse_offline(d, transaction, verdict.reason, verdict.available)
        return
    transaction = d.record(transaction.id, r.Stored(verdict.available, verdict.as_of))
    enqueue(d, transaction)
    _accepted(d, transaction)


def _accepted(d: Draft, transaction: Transaction) -> None:
    d.effects.append(e.Print(transaction.id))
    after_leg(d, d.transaction(transaction.id) or transaction)


def _exposure(d: Draft, card: CardRef) -> CardExposure:
    """What comes off the last known balance."""
    stored = d.context.shelf.card_exposure(card.key, d.till.business_day, d.setup.currency)
    return exposure(card, stored, d.open_transactions())


def _without_reserving(d: Draft, reserving: Transaction) -> Transaction:
    """The line fell before a reservation was sent: nobody can name allowed products now, so it is a plain payment."""
    sale = d.sale(reserving.sale_id)
    secret = d.secret(reserving.id)
    if sale is None or secret is None or d.setup.rule(reserving.face, Verb.REDEEM) is None:
        return reserving
    plain = d.open(Verb.REDEEM, reserving.asked, reserving.card, sale=sale, products=reserving.products)
    d.keep_secret(plain.id, secret)
    plain = d.record(plain.id, r.Ready(pin=False))
    if watched(d, reserving.id):
        d.go(AskingFlow(plain.id, d.context.now))
    d.record(reserving.id, r.Cancelled(Cause.LINE_CUT.value))
    return plain


def refuse_offline(d: Draft, transaction: Transaction, reason: Decline, offered: Money | None) -> None:
    """The till itself says no. ``offered`` is what it would take: only a payment is taken in part."""
    card = _still_in_hand(d, transaction)
    seen = watched(d, transaction.id)
    transaction = d.record(transaction.id, r.Declined(reason))
    after_leg(d, transaction)
    if seen and offered is not None and offered.is_positive and card is not None:
        d.go(OutcomeFlow(transaction.id, offered=offered, card=card))


def _still_in_hand(d: Draft, transaction: Transaction) -> CardInHand | None:
    """The card of a payment before the cashier, which lies there until the outcome is left."""
    sale = d.till.sale
    secret = d.secret(transaction.id)
    if transaction.card is None or not isinstance(secret, CardSecret):
        return None
    if sale is None or sale.id != transaction.sale_id or sale.kind is not SaleKind.PAY:
        return None
    programme = d.setup.programme(transaction.card.programme)
    return CardInHand(transaction.card, secret, programme, d.context.now) if programme else None


def take_part(d: Draft, flow: OutcomeFlow, amount: Money) -> None:
    """What was offered after a refusal is taken from the same card, as a leg of its own; the rest stays to pay."""
    sale = d.till.sale
    if sale is None or sale.closed or flow.card is None or flow.offered != amount:
        return
    open_leg(d, sale, flow.card, amount)


def cancel(d: Draft, transaction: Transaction, reason: str) -> None:
    """Given up before anything was sent."""
    transaction = d.record(transaction.id, r.Cancelled(reason))
    free_reservation(d, transaction)
    after_leg(d, transaction)


# --- once more ----------------------------------------------------------------------------------------------------


def ask_pin_again(d: Draft, declined: Transaction) -> bool:
    """The host wants a PIN, or another one: a new transaction with the same card, if its customer stands there."""
    card = declined.card
    secret = d.secret(declined.id)
    sale = d.sale(declined.sale_id)
    wrong = declined.reason == Decline.WRONG_PIN.value
    # without a sale nothing counts the tries: whoever means it begins again
    if card is None or sale is None or sale.closed or not isinstance(secret, CardSecret):
        return False
    tries = [leg for leg in d.legs(sale.id) if leg.card and leg.card.key == card.key and leg.pin]
    if not watched(d, declined.id) or wrong is not declined.pin or len(tries) >= PIN_TRIES:
        return False
    before = d.memory(card.key)
    if before is not None:
        d.remember(replace(before, pin_required=True))
    again = d.open(
        declined.verb,
        declined.asked,
        replace(card, pin_required=True),
        sale=sale,
        products=declined.products,
        particulars=declined.particulars,
    )
    d.keep_secret(again.id, secret)
    ask_pin(d, again, wrong_before=wrong)
    return True


def await_card(d: Draft, sale: Sale) -> None:
    """The amount stands: which card?"""
    d.go(awaiting(sale))


def awaiting(sale: Sale) -> AwaitCardFlow:
    """The screen that asks for a card."""
    return AwaitCardFlow(Task.PAY if sale.kind is SaleKind.PAY else Task.LOAD)
