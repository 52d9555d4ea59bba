"""Moving money: starting a transaction on a card, putting it on the wire, and taking what comes back.

Each function works on a :class:`~app.domain.till.Draft`. The rules that matter stand here:

* a money call is recorded before it is sent, and sent only when its card's lane is free;
* "proven not sent" lets the offline policy decide; silence never does;
* a refusal of a repeat proves nothing unless the backend says it looks references up first;
* an approval of something abandoned is undone at once.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain import records as r
from app.domain.card import CardRef, CardSecret, EntryMode, IssuedSecret, PinRule
from app.domain.flow import AskingFlow, CardInHand, LookingFlow, OutcomeFlow, PinFlow
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    Original,
    Phase,
)
from app.domain.ids import Stan, TransactionId
from app.domain.money import Money
from app.domain.policy import Accept, CardMemory, offline_verdict
from app.domain.product import BasketLine, basket_total
from app.domain.records import SaleKind
from app.domain.sale import Sale, Tender
from app.domain.till import Draft
from app.domain.transaction import State, Transaction
from app.domain.verb import LOADS, SPENDS, UNDOES, RepeatRule, Verb

# Third digit of the service code (ISO/IEC 7813): 0, 3 and 5 demand a PIN, 6 and 7 ask for one where a pad is there.
_PIN_SERVICE = frozenset("03567")


# --- before a transaction -----------------------------------------------------------------------------------------


def needs_pin(card: CardInHand, known: bool) -> bool:
    """Whether this card's money calls carry a PIN block. ``known``: the host asked for one before."""
    rule = card.programme.pin
    if rule is PinRule.NEVER:
        return False
    if rule is PinRule.ALWAYS or known:
        return True
    return rule is PinRule.SERVICE_CODE and card.ref.pin_required


def asks_for_pin(service_code: str) -> bool:
    """Whether a service code demands or asks for a PIN."""
    return len(service_code) == 3 and service_code[2] in _PIN_SERVICE


def look_up(d: Draft, card: CardInHand) -> TransactionId:
    """Asks the host what is on a card: moves nothing, needs no STAN of its own, leaves no record."""
    ask = d.context.fresh.transaction_id()
    request = HostRequest(
        transaction_id=ask,
        face=card.ref.face,
        phase=Phase.PREPARE,
        verb=Verb.BALANCE,
        amount=d.nothing,
        stan=Stan.from_count(max(1, d.till.stan_count)),
        order_ref=d.context.fresh.order_ref(),
        transaction_ref=d.context.fresh.transaction_ref(),
        terminal_id=d.setup.terminal_id,
        local_time=d.context.local,
        card=card.secret,
        account_id=card.ref.account_id,
    )
    d.effects.append(e.Ask(request))
    return ask


def learn(d: Draft, card: CardInHand, answer: HostPrepared) -> CardInHand:
    """What a look-up told, remembered for the next time the line is down."""
    ref = replace(card.ref, account_id=answer.account_id, expiry=card.ref.expiry or answer.expiry)
    before = d.memory(ref.key)
    d.remember(
        CardMemory(
            key=ref.key,
            last4=ref.last4,
            programme=ref.programme,
            face=ref.face,
            account_id=answer.account_id,
            balance=answer.balance,
            as_of=d.context.now,
            pin_required=ref.pin_required or (before is not None and before.pin_required),
        )
    )
    return replace(card, ref=ref)


def start_leg(d: Draft, sale: Sale, card: CardInHand) -> None:
    """The card pays (or gets) its part of the sale: look first where the line allows, else decide from memory."""
    if d.line_up(card.ref.face):
        d.go(LookingFlow(look_up(d, card), card, d.context.now))
        return
    known = d.memory(card.ref.key)
    open_leg(d, sale, card, None, pin=needs_pin(card, bool(known and known.pin_required)))


def open_leg(d: Draft, sale: Sale, card: CardInHand, balance: Money | None, *, pin: bool) -> None:
    """Opens the transaction for as much as the card can give, and gets it ready or asks for the PIN."""
    rest = d.rest(sale) if sale.kind is SaleKind.PAY else sale.due
    amount = min(rest, balance) if sale.kind is SaleKind.PAY and balance is not None else rest
    if not amount.is_positive:
        d.go(OutcomeFlow(None, reason=Decline.INSUFFICIENT, card=card))
        return
    transaction = d.open(
        _verb_of(d, sale, card), amount, replace(card.ref, pin_required=pin), sale=sale, products=sale.basket
    )
    d.keep_secret(transaction.id, card.secret)
    if pin:
        d.go(PinFlow(transaction.id))
        d.effects.append(e.StartPin(transaction.id))
        return
    ready(d, transaction, pin=False)


def _verb_of(d: Draft, sale: Sale, card: CardInHand) -> Verb:
    if sale.kind is not SaleKind.PAY:
        return Verb.RELOAD
    # a basket may meet a card that pays for some products only: reserve, read the list, take what is allowed
    if sale.basket and d.setup.rule(card.ref.face, Verb.AUTHORIZE) and d.line_up(card.ref.face):
        return Verb.AUTHORIZE
    return Verb.REDEEM


def ready(d: Draft, transaction: Transaction, *, pin: bool) -> None:
    """Nothing more is needed: wait for the lane, or decide offline when the line is known to be down."""
    transaction = d.record(transaction.id, r.Ready(pin))
    d.go(AskingFlow(transaction.id, d.context.now))
    if d.line_up(transaction.face):
        d.effects.append(e.Enqueue(transaction.id, lane_of(transaction), interactive=True))
    else:
        decide_offline(d, transaction, Cause.LINE_CUT)


def lane_of(transaction: Transaction) -> str:
    """One lane per card: what keeps its transactions in order."""
    return transaction.card.key if transaction.card else transaction.id


def decide_offline(d: Draft, transaction: Transaction, cause: Cause) -> None:
    """The money call did not happen. Stand in for the issuer, or say no."""
    d.effects.append(e.Release(transaction.id))
    if transaction.verb in UNDOES or transaction.verb is Verb.CAPTURE:
        # an undo reports what must happen: it is queued whatever the limits
        d.record(transaction.id, r.Stored())
        d.effects.append(e.Enqueue(transaction.id, lane_of(transaction), urgent=True))
        show_outcome(d, transaction.id)
        return
    if transaction.abandoned or cause is Cause.CONFIGURATION:
        cancel(d, transaction, cause.value)
        return
    rule = d.setup.rule(transaction.face, transaction.verb)
    card = transaction.card
    if rule is None or card is None or transaction.pin:
        refuse_offline(d, transaction, Decline.OFFLINE_PIN if transaction.pin else Decline.OFFLINE_VERB, None)
        return
    verdict = offline_verdict(
        transaction.verb,
        transaction.amount,
        rule,
        d.till.limits,
        d.memory(card.key),
        d.context.shelf.card_exposure(card.key, d.till.business_day, d.setup.currency),
        d.book.exposure(),
        pin=card.pin_required,
        now=d.context.now,
    )
    if not isinstance(verdict, Accept):
        refuse_offline(d, transaction, verdict.reason, verdict.available)
        return
    transaction = d.record(transaction.id, r.Stored(verdict.available, verdict.as_of))
    d.effects.append(e.Enqueue(transaction.id, lane_of(transaction)))
    d.effects.append(e.Print(transaction.id))
    after_leg(d, transaction)


def refuse_offline(d: Draft, transaction: Transaction, reason: Decline, offered: Money | None) -> None:
    """The till itself says no. ``offered`` is what it would take."""
    transaction = d.record(transaction.id, r.Declined(reason))
    after_leg(d, transaction, offered)


def cancel(d: Draft, transaction: Transaction, reason: str) -> None:
    """Given up before anything was sent."""
    transaction = d.record(transaction.id, r.Cancelled(reason))
    after_leg(d, transaction)


# --- on the wire --------------------------------------------------------------------------------------------------


def send_next(d: Draft, transaction_id: TransactionId) -> None:
    """The lane is free: record the attempt, then put it on the wire."""
    transaction = d.transaction(transaction_id)
    if transaction is None or transaction.state not in _SENT_AS:
        d.effects.append(e.Release(transaction_id))
        return
    repeat = transaction.silent > 0
    transaction = d.record(transaction_id, _SENT_AS[transaction.state]())
    d.effects.append(e.Send(money_call(d, transaction, repeat=repeat)))


_SENT_AS: dict[State, type[r.RequestSent | r.RepeatSent | r.ForwardSent]] = {
    State.READY: r.RequestSent,
    State.UNKNOWN: r.RepeatSent,
    State.STORED: r.ForwardSent,
    State.FORWARDING: r.ForwardSent,
}


def money_call(d: Draft, transaction: Transaction, *, repeat: bool) -> HostRequest:
    """The one message that moves money: same STAN, references, amount and local time however often it goes."""
    rule = d.setup.rule(transaction.face, transaction.verb)
    secret = d.secret(transaction.id) if rule is not None and rule.needs_card else None
    if isinstance(secret, IssuedSecret):
        secret = CardSecret(secret.pan, secret.expiry, secret.cvc)
    return HostRequest(
        transaction_id=transaction.id,
        face=transaction.face,
        phase=Phase.MONEY,
        verb=transaction.verb,
        amount=transaction.asked,
        stan=transaction.stan,
        order_ref=transaction.order_ref,
        transaction_ref=transaction.transaction_ref,
        terminal_id=transaction.terminal_id,
        local_time=transaction.local_time,
        repeat=repeat,
        card=secret,
        pin_block=d.pin(transaction.id),
        account_id=transaction.account_id,
        original=_original(d, transaction),
        products=transaction.products,
    )


def _original(d: Draft, transaction: Transaction) -> Original | None:
    original = d.transaction(transaction.original) if transaction.original else None
    if original is None:
        return None
    return Original(
        host_id=original.host_id,
        account_id=original.account_id,
        stan=original.stan,
        order_ref=original.order_ref,
        transaction_ref=original.transaction_ref,
        verb=original.verb,
    )


# --- what comes back ----------------------------------------------------------------------------------------------


def answered(d: Draft, transaction: Transaction, reply: HostReply) -> None:
    """The money call of a transaction was answered, or was not. Late news of a settled one changes nothing."""
    if transaction.state not in (State.SENT, State.UNKNOWN, State.FORWARDING):
        return
    match reply:
        case HostApproved():
            _approved(d, transaction, reply)
        case HostDeclined() | HostRefused():
            _declined(d, transaction, reply)
        case HostNotSent(cause, account_id):
            _not_sent(d, transaction, cause, account_id)
        case HostSilent(cause, account_id):
            silence(d, transaction, cause, account_id)
        case HostPrepared():
            silence(d, transaction, Cause.MISMATCH, "")


def _approved(d: Draft, transaction: Transaction, reply: HostApproved) -> None:
    d.effects.append(e.Release(transaction.id))
    transaction = d.record(
        transaction.id,
        r.Approved(
            reply.host_id, reply.account_id, reply.amount, reply.balance, reply.duplicate, reply.allowed_products
        ),
    )
    _remember_balance(d, transaction, reply.balance)
    if transaction.verb in UNDOES:
        undone(d, transaction)
        return
    if transaction.verb is Verb.CAPTURE and transaction.original:
        d.record(transaction.original, r.Captured(transaction.id))
    if transaction.abandoned:
        undo(d, transaction)
        return
    if transaction.verb is Verb.AUTHORIZE:
        _capture(d, transaction)
        return
    d.effects.append(e.Print(transaction.id))
    after_leg(d, transaction)


def _remember_balance(d: Draft, transaction: Transaction, balance: Money | None) -> None:
    card = transaction.card
    if card is None:
        return
    before = d.memory(card.key)
    if balance is None:
        if before is None or before.balance is None:
            return
        # not told: the last known one moved by what was just booked
        moved = -transaction.amount if transaction.verb in SPENDS | {Verb.CAPTURE} else d.nothing
        balance = before.balance + moved
    d.remember(
        CardMemory(
            key=card.key,
            last4=card.last4,
            programme=card.programme,
            face=card.face,
            account_id=transaction.account_id,
            balance=balance,
            as_of=d.context.now,
            pin_required=card.pin_required or (before is not None and before.pin_required),
        )
    )


def _capture(d: Draft, reserved: Transaction) -> None:
    """The reservation stands: take what the card may pay for, and release the rest with it."""
    allowed = allowed_lines(reserved.products, reserved.allowed_products)
    amount = min(reserved.amount, basket_total(allowed, d.setup.currency)) if allowed else d.nothing
    if not amount.is_positive:
        undo(d, reserved)
        d.go(OutcomeFlow(reserved.id, reason=Decline.PRODUCT, restricted_to=reserved.allowed_products))
        return
    capture = d.open(Verb.CAPTURE, amount, reserved.card, sale=d.sale(reserved.sale_id), original=reserved)
    ready(d, capture, pin=False)


def allowed_lines(lines: tuple[BasketLine, ...], allowed: tuple[str, ...]) -> tuple[BasketLine, ...]:
    """The lines a card may pay for; all of them where it names none."""
    return tuple(line for line in lines if line.product_id in allowed) if allowed else lines


def _declined(d: Draft, transaction: Transaction, reply: HostDeclined | HostRefused) -> None:
    rule = d.setup.rule(transaction.face, transaction.verb)
    proves = rule is not None and rule.refusal_of_repeat_proves_not_booked
    # A first copy that is refused was not booked. A repeat that is refused may be refused *because* the first copy
    # took the money, unless the host looks references up before anything else. A plain decline (200, FAILED) of a
    # repeat is the host's word on this very reference, but not when the repeat went without the PIN or CVC it had.
    keyed = transaction.card is not None and transaction.card.entry is EntryMode.KEYED
    stripped = transaction.unconfirmed and (transaction.pin or keyed)
    certain = transaction.silent == 0 or proves or (isinstance(reply, HostDeclined) and not stripped)
    d.effects.append(e.Release(transaction.id))
    if transaction.verb in UNDOES:
        _undo_refused(d, transaction, reply.reason)
        return
    if not certain or _walked_away(d, transaction):
        transaction = d.record(transaction.id, r.Stuck(reply.reason.value))
    elif transaction.state is State.FORWARDING:
        transaction = d.record(
            transaction.id,
            r.Declined(reply.reason, reply.status) if transaction.abandoned else r.Disputed(reply.reason, reply.status),
        )
    else:
        transaction = d.record(transaction.id, r.Declined(reply.reason, reply.status))
    if transaction.verb is Verb.CAPTURE and transaction.state is State.DECLINED and transaction.original:
        reserved = d.transaction(transaction.original)
        if reserved is not None and reserved.state is State.APPROVED:
            undo(d, reserved)
    if reply.reason is Decline.PIN_REQUIRED and transaction.state is State.DECLINED:
        _ask_pin_again(d, transaction)
        return
    after_leg(d, transaction)


def _walked_away(d: Draft, transaction: Transaction) -> bool:
    """Whether the sale was let go as "checking": a refusal now is money missing, which a person must see."""
    sale = d.sale(transaction.sale_id)
    return (
        transaction.state is State.UNKNOWN
        and not transaction.abandoned
        and not transaction.unconfirmed
        and sale is not None
        and sale.kind is SaleKind.PAY
        and (d.till.sale is None or d.till.sale.id != sale.id)
    )


def _ask_pin_again(d: Draft, declined: Transaction) -> None:
    """The host wants a PIN: a new transaction with the same card, which now is known to need one."""
    card = declined.card
    secret = d.secret(declined.id)
    sale = d.sale(declined.sale_id)
    flow = d.till.flow
    watching = isinstance(flow, AskingFlow) and flow.transaction_id == declined.id
    if card is None or sale is None or declined.pin or not isinstance(secret, CardSecret) or not watching:
        after_leg(d, declined)
        return
    before = d.memory(card.key)
    if before is not None:
        d.remember(replace(before, pin_required=True))
    again = d.open(
        declined.verb, declined.asked, replace(card, pin_required=True), sale=sale, products=declined.products
    )
    d.keep_secret(again.id, secret)
    d.go(PinFlow(again.id))
    d.effects.append(e.StartPin(again.id))


def _not_sent(d: Draft, transaction: Transaction, cause: Cause, account_id: str) -> None:
    if transaction.state is State.SENT:
        transaction = d.record(transaction.id, r.NotSent(cause, account_id))
        decide_offline(d, transaction, cause)
        return
    if transaction.state is State.FORWARDING and transaction.silent > 0:
        d.record(transaction.id, r.HeldBack(cause))
    else:
        # STORED again, or still UNKNOWN: not having reached the host now proves nothing about an earlier copy
        d.record(transaction.id, r.NotSent(cause, account_id))
    d.effects.append(e.Release(transaction.id, again=True))


def silence(d: Draft, transaction: Transaction, cause: Cause, account_id: str) -> None:
    """Sent, and nothing readable came back: ask again with the same references, never anew."""
    transaction = d.record(transaction.id, r.Silence(cause, account_id))
    rule = d.setup.rule(transaction.face, transaction.verb)
    if rule is None or rule.repeat is RepeatRule.ONCE:
        d.effects.append(e.Release(transaction.id))
        transaction = d.record(transaction.id, r.Stuck(cause.value))
    else:
        d.effects.append(e.Release(transaction.id, again=True))
    if isinstance(d.till.flow, AskingFlow) and d.till.flow.transaction_id == transaction.id:
        show_outcome(d, transaction.id)


# --- what follows -------------------------------------------------------------------------------------------------


def show_outcome(d: Draft, transaction_id: TransactionId, offered: Money | None = None) -> None:
    """The outcome screen, if the cashier was waiting for this one."""
    flow = d.till.flow
    if isinstance(flow, AskingFlow | PinFlow) and flow.transaction_id == transaction_id:
        d.go(OutcomeFlow(transaction_id, offered=offered))


def after_leg(d: Draft, transaction: Transaction, offered: Money | None = None) -> None:
    """A transaction came to rest: does its sale?"""
    sale = d.sale(transaction.sale_id)
    show_outcome(d, transaction.id, offered)
    if sale is None or sale.closed:
        return
    if sale.kind is SaleKind.PAY:
        _settle_pay(d, sale)
    elif transaction.counts:
        close_sale(d, sale)
    elif transaction.state in (State.DECLINED, State.CANCELLED):
        give_up_sale(d, sale)


def _settle_pay(d: Draft, sale: Sale) -> None:
    if not d.rest(sale).is_positive:
        close_sale(d, sale)
        return
    if d.till.sale is not None:
        return  # in front of the cashier: more cards, other tenders
    legs = d.legs(sale.id)
    if any(leg.state in (State.SENT, State.UNKNOWN, State.ATTENTION) for leg in legs):
        return
    if any(leg.counts for leg in legs) or sale.tendered.is_positive:
        d.till = replace(d.till, sale=sale)  # left over from before a restart: put before the cashier again
    else:
        give_up_sale(d, sale)


def close_sale(d: Draft, sale: Sale) -> None:
    """Paid in full."""
    d.write(r.SaleClosed(sale.id))
    d.put_sale(replace(sale, closed=True))


def give_up_sale(d: Draft, sale: Sale) -> None:
    """Nothing came of it: tenders go back to the customer, approved legs are undone, latest first."""
    for leg in reversed(d.legs(sale.id)):
        take_back(d, leg)
    for tender in sale.tenders:
        if tender.amount.is_positive:
            back = Tender(tender.kind, -tender.amount)
            d.write(r.TenderTaken(sale.id, back.kind, back.amount))
            sale = sale.take(back)
    d.write(r.SaleClosed(sale.id, abandoned=True))
    d.put_sale(replace(sale, closed=True, abandoned=True))


def take_back(d: Draft, leg: Transaction) -> TransactionId | None:
    """Makes a transaction not have happened, whatever it takes; the undo's id where one was opened."""
    if leg.verb in UNDOES:
        return None
    match leg.state:
        case State.OPEN | State.CARD_READ | State.READY:
            d.record(leg.id, r.Cancelled("given-up"))
            d.effects.append(e.Release(leg.id))
        case State.STORED:
            d.record(leg.id, r.Voided())
            d.effects.append(e.Release(leg.id))
        case State.SENT | State.UNKNOWN | State.FORWARDING if not leg.abandoned:
            d.record(leg.id, r.Abandoned())
        case State.APPROVED if not (leg.verb is Verb.AUTHORIZE and leg.captured):
            return undo(d, leg)
        case _:
            pass
    return None


def undo(d: Draft, original: Transaction, *, interactive: bool = False) -> TransactionId | None:
    """Takes an approved transaction back by one of its own, with its own STAN, naming it."""
    rule = d.setup.rule(original.face, original.verb)
    if rule is None or rule.undo is None:
        return None
    d.record(original.id, r.Voided())
    amount = original.refundable if original.refunded else original.amount
    new = d.open(rule.undo, amount, original.card, original=original, face=original.face)
    new = d.record(new.id, r.Ready(pin=False))
    if interactive:
        d.go(AskingFlow(new.id, d.context.now))
    if d.line_up(new.face):
        d.effects.append(e.Enqueue(new.id, lane_of(new), urgent=True))
    else:
        decide_offline(d, new, Cause.LINE_CUT)
    return new.id


def undone(d: Draft, done: Transaction) -> None:
    """An undo was booked: its original is reversed, or was given back in part."""
    original = d.transaction(done.original) if done.original else None
    if original is not None:
        if original.state is State.REVERSING:
            d.record(original.id, r.Undone(done.id))
        elif original.state is State.APPROVED:
            d.record(original.id, r.Refunded(done.id, done.amount))
        _drawer_gives_back(d, original, done.amount)
    d.effects.append(e.Print(done.id))
    show_outcome(d, done.id)


def _drawer_gives_back(d: Draft, original: Transaction, amount: Money) -> None:
    """A load that was taken off the card again is owed to the customer by the drawer."""
    sale = d.sale(original.sale_id)
    if original.verb not in LOADS or sale is None or not sale.tenders:
        return
    back = Tender(sale.tenders[0].kind, -amount)
    d.write(r.TenderTaken(sale.id, back.kind, back.amount))
    d.put_sale(sale.take(back))


def _undo_refused(d: Draft, refused: Transaction, reason: Decline) -> None:
    if refused.state is State.UNKNOWN or refused.state is State.SENT or refused.state is State.FORWARDING:
        d.record(refused.id, r.Declined(reason))
    original = d.transaction(refused.original) if refused.original else None
    if original is not None and original.state is State.REVERSING:
        d.record(original.id, r.UndoFailed(refused.id, reason))
    show_outcome(d, refused.id)


def card_created(d: Draft, transaction: Transaction, reply: HostReply) -> None:
    """The empty new card came, or did not: money is still where it was."""
    if transaction.state is not State.OPEN:
        return
    if not isinstance(reply, HostPrepared) or reply.issued is None:
        reason = reply.reason.value if isinstance(reply, HostDeclined | HostRefused) else ""
        cause = reply.cause.value if isinstance(reply, HostNotSent | HostSilent) else ""
        cancel(d, transaction, reason or cause or Cause.LOOKUP.value)
        return
    issued = reply.issued
    programme = next(p for p in d.setup.programmes if p.face == transaction.face)
    ref = _issued_ref(d, issued, programme.name, transaction.face, reply.account_id)
    d.keep_secret(transaction.id, issued)
    transaction = d.record(transaction.id, r.CardPresented(ref))
    ready(d, transaction, pin=False)


def _issued_ref(d: Draft, issued: IssuedSecret, programme: str, face: str, account_id: str) -> CardRef:
    """What may be written down about a card we just issued."""
    return CardRef(
        key=d.context.card_key(issued.pan),
        last4=issued.pan.last4,
        programme=programme,
        face=face,
        entry=EntryMode.ISSUED,
        expiry=issued.expiry.mm_yy if issued.expiry else "",
        account_id=account_id,
    )
