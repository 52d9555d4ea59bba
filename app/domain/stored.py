"""Cards that a backend keeps: a customer's, or all of the account's. They are known by the backend's id, not by number.

A list is asked for past the lanes and moves nothing. What is chosen from it is a card in hand like any other, but
without a number: whatever needs one asks for the card itself.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import effects as e
from app.domain.card import CardRef, EntryMode, Programme
from app.domain.draft import Draft
from app.domain.flow import CardInHand, CardsFlow, Flow, Job
from app.domain.host import (
    Cause,
    Decline,
    HostDeclined,
    HostListed,
    HostNotSent,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    Phase,
    StoredCard,
)
from app.domain.ids import Stan, TransactionId
from app.domain.verb import Verb

MOST_LISTED = 1_000
"""Cards that a list may grow to: beyond that nobody finds one by looking."""


def open_list(d: Draft, programme: Programme | None, customer: str, job: Job | None, back: Flow | None) -> None:
    """Asks for the list and shows it growing. ``customer`` empty: all of the account's. ``back`` is where Esc leads."""
    assert programme is not None, "whose card it is was asked before"
    flow = CardsFlow(programme, customer, job, back=back)
    if not d.line_up(programme.face):
        d.go(replace(flow, refused=Cause.LINE_CUT if not d.till.line_up else Cause.CONNECT))
        return
    d.go(replace(flow, ask=_ask(d, flow, Verb.LIST_CARDS if customer else Verb.LIST_ALL)))


def more(d: Draft, flow: CardsFlow) -> None:
    """The next page; or the first one once more, where it was refused."""
    again = flow.refused is not None and not flow.cards
    if flow.ask is None and (flow.more or again) and len(flow.cards) < MOST_LISTED:
        verb = Verb.LIST_CARDS if flow.customer else Verb.LIST_ALL
        d.go(replace(flow, ask=_ask(d, flow, verb, page=flow.more), refused=None))


def details(d: Draft, flow: CardsFlow, card: StoredCard) -> None:
    """What else the backend knows of one card, where it can be asked; else what the list said."""
    face = flow.programme.face
    if d.setup.rule(face, Verb.READ) is None or not d.line_up(face):
        d.go(replace(flow, detailed=card))
    elif flow.ask is None:
        d.go(replace(flow, ask=_ask(d, flow, Verb.READ, card_id=card.id), asked_for=card.id, refused=None))


def _ask(d: Draft, flow: CardsFlow, verb: Verb, *, page: str = "", card_id: str = "") -> TransactionId:
    ask = d.context.fresh.transaction_id()
    request = HostRequest(
        transaction_id=ask,
        face=flow.programme.face,
        phase=Phase.PREPARE,
        verb=verb,
        amount=d.nothing,
        stan=Stan.from_count(max(1, d.till.stan_count)),
        order_ref=d.context.fresh.order_ref(),
        transaction_ref=d.context.fresh.transaction_ref(),
        terminal_id=d.setup.terminal_id,
        local_time=d.context.local,
        account_id=card_id,
        customer=flow.customer,
        more=page,
    )
    d.effects.append(e.Ask(request))
    return ask


def listed(d: Draft, flow: CardsFlow, reply: HostReply) -> None:
    """The answer to what the list asked last."""
    flow = replace(flow, ask=None)
    reason: Decline | Cause = Cause.MISMATCH
    match reply:
        case HostListed(cards, _) if flow.asked_for:
            found = next((card for card in cards if card.id == flow.asked_for), None)
            d.go(replace(flow, asked_for="", detailed=_completed(found, flow) if found else flow.detailed))
            return
        case HostListed(cards, key):
            known = {card.id for card in flow.cards}
            fresh = tuple(card for card in cards if card.id and card.id not in known)
            both = (*flow.cards, *fresh)[:MOST_LISTED]
            # a page that brings nothing new is the end, whatever key it brings
            d.go(replace(flow, cards=both, more=key if fresh else "", refused=None))
            return
        case HostDeclined(refused) | HostRefused(refused):
            reason = refused
        case HostNotSent(cause) | HostSilent(cause):
            reason = cause
        case _:
            pass
    d.go(replace(flow, asked_for="", refused=reason))


def _completed(card: StoredCard, flow: CardsFlow) -> StoredCard:
    """A backend that keeps cards but not their money tells no balance with the card: the list's stands."""
    before = next((known for known in flow.cards if known.id == card.id), None)
    if before is None or card.balance is not None:
        return card
    return replace(card, balance=before.balance, preferred=card.preferred or before.preferred)


def in_hand(d: Draft, flow: CardsFlow, card: StoredCard) -> CardInHand:
    """The chosen one. Its key is that of the card itself where this till has seen it, so that what is remembered of it,
    stopped or accepted offline holds for both; else it is made of the backend's id, which is no secret.
    """
    face = flow.programme.face
    seen = d.context.shelf.memory_of_account(face, card.id)
    ref = CardRef(
        key=seen.key if seen is not None else f"{face}:{card.id}",
        last4=card.last4[-4:],
        programme=flow.programme.name,
        face=face,
        entry=EntryMode.STORED,
        expiry=card.expiry,
        account_id=card.id,
        customer=flow.customer,
    )
    return CardInHand(ref, None, flow.programme, d.context.now)


def find(flow: CardsFlow, card_id: str) -> StoredCard | None:
    """A listed card by the backend's id."""
    return next((card for card in flow.cards if card.id == card_id), None)
