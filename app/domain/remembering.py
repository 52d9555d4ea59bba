"""What the till remembers of a card for the time when the line is down: told by a host, or reckoned from what was done.

What was told has the age of its telling. What was only reckoned keeps the age of what it was reckoned from, and is
reckoned downwards: money put on is not believed until it is told.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.business import ends_its_card, left_of
from app.domain.card import CardRef
from app.domain.draft import Draft
from app.domain.flow import CardInHand
from app.domain.host import HostPrepared
from app.domain.money import Money
from app.domain.policy import CardMemory
from app.domain.transaction import Transaction
from app.domain.verb import LOADS, SPENDS, UNDOES, Verb


def is_foreign(d: Draft, answer: HostPrepared) -> bool:
    """Whether a card is kept in a currency that this till does not count in."""
    return answer.balance is not None and answer.balance.currency is not d.setup.currency


def learn(d: Draft, card: CardInHand, answer: HostPrepared) -> CardInHand:
    """What a look-up told, remembered for the next time the line is down. A card of another currency is good for
    nothing then.
    """
    account_id = answer.account_id or card.ref.account_id
    ref = replace(card.ref, account_id=account_id, expiry=card.ref.expiry or answer.expiry)
    d.remember(_memory(d, ref, account_id, d.nothing if is_foreign(d, answer) else answer.balance))
    return replace(card, ref=ref)


def booked(d: Draft, transaction: Transaction, told: Money | None) -> None:
    """A transaction was booked: ``told`` is what its host says is left on the card it names."""
    card = transaction.card
    for key in transaction.particulars.source_keys:
        _end(d, key)
    if card is None:
        return
    if transaction.verb is Verb.DELETE and d.setup.only_forgets(transaction.face):
        kept = d.memory(card.key)
        if kept is not None:
            d.remember(replace(kept, account_id=""))  # its backend knows nothing by that name any more
        return
    if ends_its_card(transaction):
        _end(d, card.key)
        return
    account_id = card.account_id or transaction.account_id
    before = d.memory(card.key)
    if told is not None:
        rule = d.setup.rule(transaction.face, transaction.verb)
        # a passcode that this verb alone needs is no trait of the card
        alone = rule is not None and rule.needs_pin
        d.remember(_memory(d, replace(card, pin_required=card.pin_required and not alone), account_id, told))
    elif before is not None and before.balance is not None:
        d.remember(replace(before, balance=left_of(before.balance, _taken(d, transaction)), account_id=account_id))


def given_up(d: Draft, transaction: Transaction) -> None:
    """A person closed what no host would tell: for the till's own standing in, it is taken for booked."""
    card = transaction.card
    for key in transaction.particulars.source_keys:
        _end(d, key)
    before = d.memory(card.key) if card is not None else None
    if before is None or before.balance is None:
        return
    if ends_its_card(transaction):
        _end(d, before.key)
    else:
        d.remember(replace(before, balance=left_of(before.balance, _taken(d, transaction))))


def _memory(d: Draft, card: CardRef, account_id: str, balance: Money | None) -> CardMemory:
    before = d.memory(card.key)
    return CardMemory(
        key=card.key,
        last4=card.last4,
        programme=card.programme,
        face=card.face,
        account_id=account_id,
        balance=balance,
        as_of=d.context.now,
        pin_required=card.pin_required or (before is not None and before.pin_required),
    )


def _end(d: Draft, key: str) -> None:
    """It holds nothing any more, and nothing can be put on it: the till must not stand in for it."""
    before = d.memory(key)
    if before is not None:
        d.remember(replace(before, balance=d.nothing, as_of=d.context.now, touched=False, ended=True))


def _taken(d: Draft, transaction: Transaction) -> Money:
    """What it took off its card. A capture takes nothing that its reservation did not take before it."""
    original = d.transaction(transaction.original) if transaction.original else None
    takes_load_off = transaction.verb in UNDOES and original is not None and original.verb in LOADS
    takes = transaction.verb in SPENDS or transaction.verb is Verb.TRANSFER
    return transaction.amount if takes or takes_load_off else d.nothing
