"""Calls to a backend: asking what is on a card, and putting the one message that moves money on the wire.

A money call is recorded before it is sent, and sent only when its card's lane is free.
"""

from __future__ import annotations

from app.domain import effects as e
from app.domain import records as r
from app.domain.card import CardSecret, IssuedSecret
from app.domain.draft import Draft
from app.domain.flow import AskingFlow, CardInHand, OutcomeFlow, PinFlow
from app.domain.host import Decline, HostRequest, Original, Phase
from app.domain.ids import Stan, TransactionId
from app.domain.transaction import State, Transaction
from app.domain.verb import UNDOES, RepeatRule, Verb

_SENT_AS: dict[State, type[r.RequestSent | r.RepeatSent | r.ForwardSent]] = {
    State.READY: r.RequestSent,
    State.UNKNOWN: r.RepeatSent,
    State.STORED: r.ForwardSent,
    State.FORWARDING: r.ForwardSent,
}


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
        pin_block=card.pin,
        account_id=card.ref.account_id,
        customer=card.ref.customer,
    )
    d.effects.append(e.Ask(request))
    return ask


def lane_of(transaction: Transaction) -> str:
    """One lane per card: what keeps its transactions in order."""
    return transaction.card.key if transaction.card else transaction.id


def enqueue(d: Draft, transaction: Transaction, *, interactive: bool = False) -> None:
    """Waits for its card's lane. An undo goes before other work of the card, never before its original."""
    urgent = transaction.verb in UNDOES or transaction.verb is Verb.CAPTURE
    d.effects.append(e.Enqueue(transaction.id, lane_of(transaction), urgent=urgent, interactive=interactive))


def is_made_once(d: Draft, transaction: Transaction) -> bool:
    """Whether this may not be sent again once it was not answered."""
    rule = d.setup.rule(transaction.face, transaction.verb)
    return rule is None or rule.repeat is RepeatRule.ONCE


def ask_again(d: Draft, transaction: Transaction) -> None:
    """What was not answered waits for its lane once more, or for a person where it is made once."""
    if is_made_once(d, transaction):
        d.record(transaction.id, r.Stuck(transaction.reason))
    else:
        enqueue(d, transaction)


def send_next(d: Draft, transaction_id: TransactionId) -> None:
    """The lane is free: record the attempt, then put it on the wire."""
    transaction = d.transaction(transaction_id)
    if transaction is None or transaction.state not in _SENT_AS:
        d.effects.append(e.Release(transaction_id))
        return
    once = is_made_once(d, transaction)
    if once and transaction.silent > 0:  # whatever brought it here, there is no second copy of it
        d.record(transaction_id, r.Stuck(transaction.reason))
        d.effects.append(e.Release(transaction_id))
        show_outcome(d, transaction_id)
        return
    # what the repair desk sends round again after a refusal is a message the host has seen, too; of what is made once
    # a refused copy was no copy
    refused_before = transaction.reason in Decline.__members__.values() and not once
    repeat = transaction.silent > 0 or refused_before
    transaction = d.record(transaction_id, _SENT_AS[transaction.state]())
    d.effects.append(e.Send(_money_call(d, transaction, repeat=repeat)))


def _money_call(d: Draft, transaction: Transaction, *, repeat: bool) -> HostRequest:
    """The one message that moves money: same STAN, references, amount and local time however often it goes."""
    rule = d.setup.rule(transaction.face, transaction.verb)
    secret = d.secret(transaction.id) if rule is not None and rule.needs_card else None
    if isinstance(secret, IssuedSecret):
        secret = CardSecret(secret.pan, secret.expiry, secret.cvc)
    told = transaction.particulars
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
        card=secret if isinstance(secret, CardSecret) else None,
        pin_block=d.pin(transaction.id),
        account_id=transaction.account_id,
        original=_original(d, transaction),
        products=transaction.products,
        source_ids=told.sources,
        customer=told.customer or (transaction.card.customer if transaction.card else ""),
        recipient=told.recipient,
        funding=told.funding,
        end_source=told.end_source,
        count=told.count,
        want_balance=not transaction.offline,  # its receipt was printed when it was accepted
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


def watched(d: Draft, transaction_id: TransactionId) -> bool:
    """Whether the cashier waits for this one. News of any other must not take the screen away."""
    flow = d.till.flow
    return isinstance(flow, AskingFlow | PinFlow) and flow.transaction_id == transaction_id


def show_outcome(d: Draft, transaction_id: TransactionId) -> None:
    """The outcome screen, if the cashier was waiting for this one."""
    if watched(d, transaction_id):
        d.go(OutcomeFlow(transaction_id))
