"""What comes back from a host, and what it proves.

* a refusal of a first copy proves "not booked"; of a repeat it proves nothing unless the backend looks references up
  before it checks anything else, or gave its word on this very reference;
* silence is asked again with the same references, never anew;
* an approval of something abandoned, or of a leg whose sale was paid otherwise meanwhile, is undone at once;
* a refusal of what the till (or the cashier) let go of as good is money missing: a person must see it.
"""

from __future__ import annotations

from app.domain import effects as e
from app.domain import records as r
from app.domain.calls import is_made_once, show_outcome, watched
from app.domain.card import CardRef, CardSecret, EntryMode, IssuedSecret
from app.domain.draft import Draft
from app.domain.flow import OutcomeFlow
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostSilent,
)
from app.domain.legs import ask_pin_again, cancel, decide_offline, ready
from app.domain.product import BasketLine, basket_total
from app.domain.records import SaleKind
from app.domain.remembering import booked
from app.domain.sales import after_leg, give_tenders_back, pay_out, take_payout_back
from app.domain.transaction import State, Transaction
from app.domain.undo import free_reservation, take_back, undo
from app.domain.verb import LOADS, UNDOES, Verb

SILENT_ON_PAPER = frozenset({Verb.PREFER})
"""A star on a list is no receipt."""


def answered(d: Draft, transaction: Transaction, reply: HostReply) -> None:
    """The money call of a transaction was answered, or was not. Late news of a settled one changes nothing."""
    if transaction.state not in (State.SENT, State.UNKNOWN, State.FORWARDING):
        return
    match reply:
        case HostApproved() if _is_ours(transaction, reply):
            _approved(d, transaction, reply)
        case HostDeclined() | HostRefused():
            _declined(d, transaction, reply)
        case HostNotSent(cause, account_id):
            _not_sent(d, transaction, cause, account_id)
        case HostSilent(cause, account_id):
            _silence(d, transaction, cause, account_id)
        case _:
            _silence(d, transaction, Cause.MISMATCH, "")


# --- approved -----------------------------------------------------------------------------------------------------


def _is_ours(transaction: Transaction, reply: HostApproved) -> bool:
    """Less than asked may be booked, never more, nothing, or another currency: such an answer is not believed.

    What moves no money says so. A combine moves what lies there, which the till may have reckoned differently.
    """
    asked = transaction.asked
    if reply.amount.currency is not asked.currency or reply.amount.minor < 0:
        return False
    if transaction.verb is Verb.COMBINE:
        return True
    return reply.amount <= asked and reply.amount.is_positive == asked.is_positive


def _approved(d: Draft, transaction: Transaction, reply: HostApproved) -> None:
    d.effects.append(e.Release(transaction.id))
    if reply.issued is not None:
        d.keep_secret(transaction.id, reply.issued)  # told this once: sealed by the same commit that books it
    transaction = d.record(
        transaction.id,
        r.Approved(
            reply.host_id,
            reply.account_id,
            reply.amount,
            reply.balance,
            reply.duplicate,
            reply.allowed_products,
            issued=reply.issued is not None,
        ),
    )
    booked(d, transaction, reply.balance)
    if transaction.verb in UNDOES:
        _undone(d, transaction)
        return
    reserved = d.transaction(transaction.original) if transaction.original else None
    if transaction.verb is Verb.CAPTURE and reserved is not None and reserved.is_reservation:
        d.record(reserved.id, r.Captured(transaction.id))
    if transaction.abandoned or _not_wanted(d, transaction):
        undo(d, transaction)
        after_leg(d, d.transaction(transaction.id) or transaction)
        return
    if transaction.verb is Verb.AUTHORIZE and not transaction.particulars.standing:
        _capture(d, transaction)
        return
    sale = d.sale(transaction.sale_id)
    if transaction.verb is Verb.CASH_OUT and sale is not None:
        pay_out(d, sale, transaction.amount)
    if transaction.verb not in SILENT_ON_PAPER and not transaction.in_box:  # a box is one slip, at its end
        d.effects.append(e.Print(transaction.id))
    after_leg(d, transaction)


def _not_wanted(d: Draft, transaction: Transaction) -> bool:
    """Whether its sale was given up, or paid otherwise, while this was in doubt."""
    sale = d.sale(transaction.sale_id)
    if sale is None:
        return False
    if transaction.verb is Verb.AUTHORIZE and transaction.unconfirmed and not transaction.particulars.standing:
        return True  # a reservation on the way to a payment, whose sale ended with the crash
    return sale.abandoned or (sale.kind is SaleKind.PAY and sale.is_overpaid(d.legs(sale.id)))


def _capture(d: Draft, reserved: Transaction) -> None:
    """The reservation stands: take what the card may pay for and is still due, and release the rest with it."""
    sale = d.sale(reserved.sale_id)
    allowed = allowed_lines(reserved.products, reserved.allowed_products)
    amount = min(reserved.amount, basket_total(allowed, d.setup.currency)) if allowed else d.nothing
    if sale is not None:
        amount = min(amount, d.rest(sale))
    watch = watched(d, reserved.id)
    if not amount.is_positive or not reserved.host_id:  # without a name it can't be taken from
        undo(d, reserved)
        if watch:
            reason = Decline.PRODUCT if reserved.host_id else Decline.OTHER
            d.go(OutcomeFlow(reserved.id, reason=reason, restricted_to=reserved.allowed_products))
        after_leg(d, reserved)
        return
    capture = d.open(Verb.CAPTURE, amount, reserved.card, sale=sale, original=reserved, products=allowed)
    ready(d, capture, pin=False, watch=watch)


def allowed_lines(lines: tuple[BasketLine, ...], allowed: tuple[str, ...]) -> tuple[BasketLine, ...]:
    """The lines a card may pay for; all of them where it names none."""
    return tuple(line for line in lines if line.product_id in allowed) if allowed else lines


def _undone(d: Draft, done: Transaction) -> None:
    """An undo was booked: its original is reversed, or was given back in part."""
    original = d.transaction(done.original) if done.original else None
    d.effects.append(e.Print(done.id))
    show_outcome(d, done.id)
    if original is None:
        return
    if done.verb is not Verb.REFUND and original.state is State.REVERSING:
        original = d.record(original.id, r.Undone(done.id))
    elif original.state is State.APPROVED:
        original = d.record(original.id, r.Refunded(done.id, done.amount))
    sale = d.sale(original.sale_id)
    if sale is not None and original.verb in LOADS:
        give_tenders_back(d, sale, done.amount)  # a load that was taken off again is owed by the drawer
    elif sale is not None and original.verb is Verb.CASH_OUT:
        take_payout_back(d, sale, done.amount)
    after_leg(d, original)


# --- declined -----------------------------------------------------------------------------------------------------


def _declined(d: Draft, transaction: Transaction, reply: HostDeclined | HostRefused) -> None:
    d.effects.append(e.Release(transaction.id))
    certain = _is_certain(d, transaction, reply)
    if transaction.verb in UNDOES:
        _undo_refused(d, transaction, reply, certain=certain)
        return
    if not certain or _was_let_go(d, transaction):
        transaction = d.record(transaction.id, r.Stuck(reply.reason.value))
    elif transaction.state is State.FORWARDING and not transaction.abandoned:
        transaction = d.record(transaction.id, r.Disputed(reply.reason, reply.status))
    else:
        transaction = d.record(transaction.id, r.Declined(reply.reason, reply.status))
        free_reservation(d, transaction)
        if reply.reason in (Decline.PIN_REQUIRED, Decline.WRONG_PIN) and ask_pin_again(d, transaction):
            return
    after_leg(d, transaction)


def _is_certain(d: Draft, transaction: Transaction, reply: HostDeclined | HostRefused) -> bool:
    """Whether it proves "not booked".

    A first copy that is refused was not booked. A repeat that is refused may be refused *because* the first copy took
    the money, unless the host looks references up before anything else. A plain decline (200, FAILED) of a repeat is
    the host's word on this very reference, but not when the repeat went without the PIN or CVC that the first copy had:
    those die with the life of the till in which they were entered. A refusal without a status is our own client's,
    which could not ask the host: it says nothing of a copy that may be there. And a host that finds our reference used
    for something else has found something.
    """
    rule = d.setup.rule(transaction.face, transaction.verb)
    if transaction.silent == 0:
        return True
    if reply.status == 0 or reply.reason is Decline.REFERENCE_REUSED:
        return False
    if rule is not None and rule.refusal_of_repeat_proves_not_booked:
        return True
    secret = d.secret(transaction.id)
    keyed = transaction.card is not None and transaction.card.entry is EntryMode.KEYED
    without_cvc = keyed and not (isinstance(secret, CardSecret) and secret.cvc)
    without_pin = transaction.pin and d.pin(transaction.id) is None
    return isinstance(reply, HostDeclined) and not without_cvc and not without_pin


def _was_let_go(d: Draft, transaction: Transaction) -> bool:
    """Whether goods or cash went over the counter on its account: accepted offline, or left as "checking"."""
    if transaction.state is not State.UNKNOWN or transaction.abandoned:
        return False
    if transaction.offline:
        return True
    sale = d.sale(transaction.sale_id)
    in_front = sale is not None and d.till.sale is not None and d.till.sale.id == sale.id
    return (
        sale is not None
        and sale.kind is SaleKind.PAY
        and not sale.closed
        and not in_front
        and not transaction.unconfirmed
    )


def _undo_refused(d: Draft, refused: Transaction, reply: HostDeclined | HostRefused, *, certain: bool) -> None:
    original = d.transaction(refused.original) if refused.original else None
    if not certain:
        d.record(refused.id, r.Stuck(reply.reason.value))
    elif original is not None and original.state is State.REVERSING:
        d.record(refused.id, r.Declined(reply.reason, reply.status))
        d.record(original.id, r.UndoFailed(refused.id, reply.reason))
    elif refused.offline:
        # a refund that the customer was promised while the line was down
        promised = r.Stuck(reply.reason.value) if refused.state is State.UNKNOWN else None
        d.record(refused.id, promised or r.Disputed(reply.reason, reply.status))
    else:
        d.record(refused.id, r.Declined(reply.reason, reply.status))
        sale = d.sale(original.sale_id) if original is not None else None
        if original is not None and sale is not None and sale.abandoned:
            take_back(d, original)  # its sale was given up meanwhile, and left this much to the refund
    after_leg(d, d.transaction(refused.id) or refused)


# --- nothing known ------------------------------------------------------------------------------------------------


def _not_sent(d: Draft, transaction: Transaction, cause: Cause, account_id: str) -> None:
    if transaction.state is State.SENT:
        transaction = d.record(transaction.id, r.NotSent(cause, account_id))
        decide_offline(d, transaction, cause)
        return
    if transaction.state is State.FORWARDING and transaction.silent > 0:
        transaction = d.record(transaction.id, r.HeldBack(cause))
    else:
        # STORED again, or still UNKNOWN: not having reached the host now proves nothing about an earlier copy
        transaction = d.record(transaction.id, r.NotSent(cause, account_id))
    if transaction.state is State.STORED and transaction.abandoned:
        transaction = d.record(transaction.id, r.Voided())  # voided while on its way, and it never got there
        d.effects.append(e.Release(transaction.id))
        free_reservation(d, transaction)
        after_leg(d, transaction)
    else:
        d.effects.append(e.Release(transaction.id, again=True))


def _silence(d: Draft, transaction: Transaction, cause: Cause, account_id: str) -> None:
    """Sent, and nothing readable came back: ask again with the same references, never anew."""
    transaction = d.record(transaction.id, r.Silence(cause, account_id))
    once = is_made_once(d, transaction)
    if once:
        transaction = d.record(transaction.id, r.Stuck(cause.value))
    d.effects.append(e.Release(transaction.id, again=not once))
    show_outcome(d, transaction.id)


# --- a new card ---------------------------------------------------------------------------------------------------


def card_created(d: Draft, transaction: Transaction, reply: HostReply) -> None:
    """The empty new card came, or did not: money is still where it was."""
    sale = d.sale(transaction.sale_id)
    sold = sale.programme if sale is not None else ""
    programme = sold or next((p.name for p in d.setup.programmes if p.face == transaction.face), "")
    if not isinstance(reply, HostPrepared) or reply.issued is None:
        reason = reply.reason.value if isinstance(reply, HostDeclined | HostRefused) else ""
        cause = reply.cause.value if isinstance(reply, HostNotSent | HostSilent) else ""
        cancel(d, transaction, reason or cause or Cause.LOOKUP.value)
        return
    d.keep_secret(transaction.id, reply.issued)
    transaction = d.record(
        transaction.id, r.CardPresented(_issued_ref(d, reply.issued, programme, transaction.face, reply.account_id))
    )
    ready(d, transaction, pin=False, watch=watched(d, transaction.id))


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
