"""PAR Pay's cards apart from the money on them: looked at, made empty, and kept for people."""

from __future__ import annotations

from app.backends.base import Deadline, HostError
from app.backends.client import Answer
from app.backends.providers import parpay_wire as wire
from app.backends.providers.parpay_bodies import name_card, name_recipient, passcode_of, read_expiry, read_issued
from app.backends.providers.parpay_link import Link, as_reply
from app.backends.providers.parpay_verdict import refusal
from app.backends.reasons import is_2xx
from app.domain.card import CardSecret
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    StoredCard,
)
from app.domain.money import Currency, zero
from app.domain.verb import Verb


class Cards:
    """The calls of one location that book nothing."""

    def __init__(self, link: Link, *, minor_units: bool) -> None:
        self._link = link
        self._minor = minor_units

    # -- preparatory calls: whatever goes wrong, no money moved ------------------------------------------------------

    def balance(self, request: HostRequest, deadline: Deadline) -> HostPrepared | HostRefused | HostNotSent:
        """What is on a card."""
        passcode = passcode_of(request)
        body = name_card(request, passcode)
        if body is None:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        # with a passcode it is a try at it, and is made once
        return self._inquire(body, request.account_id, request.amount.currency, deadline, again=not passcode)

    def look_up(
        self, card: CardSecret, currency: Currency, deadline: Deadline
    ) -> HostPrepared | HostRefused | HostNotSent:
        """The id of a card in hand, by its number."""
        body = wire.Body().put(wire.CARD_NUMBER, card.pan.reveal())
        return self._inquire(body, "", currency, deadline, again=True)

    def _inquire(
        self, body: wire.Body, account_id: str, currency: Currency, deadline: Deadline, *, again: bool
    ) -> HostPrepared | HostRefused | HostNotSent:
        try:
            answer = self._link.exchange("POST", wire.BALANCE, body, deadline, again=again)
        except HostError as error:
            return HostNotSent(error.cause, account_id)
        if not is_2xx(answer):
            return _not_had(answer, account_id)
        fields = wire.Fields.read(answer.body)
        if fields is None or not fields.has(wire.BALANCE_LEFT):
            return HostNotSent(Cause.UNREADABLE, account_id)
        balance = fields.money(wire.BALANCE_LEFT, currency, minor_units=self._minor)
        return HostPrepared(fields.text(wire.CARD_ID) or account_id, balance, read_expiry(fields))

    def new(self, request: HostRequest, deadline: Deadline) -> HostPrepared | HostNotSent:
        """An empty card. The call is sent once and never again."""
        nothing = zero(request.amount.currency)
        body = wire.Body().put(wire.AMOUNT, wire.amount_text(nothing, minor_units=self._minor))
        body.put(wire.CURRENCY, nothing.currency.value).put(wire.USER, request.customer)
        try:
            answer = self._link.exchange("POST", wire.ISSUE, body, deadline)
        except HostError as error:
            return HostNotSent(error.cause)
        if not is_2xx(answer):
            return HostNotSent(Cause.CONFIGURATION)
        fields = wire.Fields.read(answer.body) or wire.Fields({})
        issued = read_issued(fields)
        if issued is None:
            return HostNotSent(Cause.UNREADABLE)
        balance = fields.money(wire.BALANCE_LEFT, nothing.currency, minor_units=self._minor)
        account_id = fields.text(wire.CARD_ID)
        if balance is not None and (balance or balance.currency is not nothing.currency):
            return HostNotSent(Cause.MISMATCH, account_id)
        return HostPrepared(account_id, balance, read_expiry(fields), issued)

    def of_customer(self, request: HostRequest, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """A customer's cards, own and shared."""
        path = wire.CARDS + wire.query(wire.USER, request.customer)
        try:
            answer = self._link.exchange("GET", path, None, deadline, again=True)
        except HostError as error:
            return HostNotSent(error.cause)
        if not is_2xx(answer):
            return _not_had(answer, "", not_found=Decline.NOT_FOUND)
        fields = wire.Fields.read(answer.body)
        if fields is None or not fields.has(wire.CARDS_LISTED):
            return HostNotSent(Cause.UNREADABLE)
        cards = fields.objects(wire.CARDS_LISTED)
        return HostListed(tuple(self._stored(card, request.amount.currency) for card in cards))

    def _stored(self, card: wire.Fields, currency: Currency) -> StoredCard:
        return StoredCard(
            id=card.text(wire.CARD_ID),
            last4=card.last4(),
            title=card.text(wire.CARD_NAME),
            balance=card.money(wire.BALANCE_LEFT, currency, minor_units=self._minor),
            expiry=read_expiry(card),
            preferred=card.flag(wire.PREFERRED),
            state=card.text(wire.STATUS),
        )

    # -- a customer's cards: no money moves, and what was said may be said again --------------------------------------

    def save(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Keeps a card for a customer, proven by its passcode. A repeat that has lost it can only look."""
        card, passcode = request.card, passcode_of(request)
        if request.repeat and not passcode:
            return self._kept(request, deadline)
        if card is None or not passcode:
            return HostDeclined(Decline.PIN_REQUIRED, 0, request.account_id)
        body = wire.Body().put(wire.USER, request.customer)
        body.put(wire.CARD_NUMBER, card.pan.reveal()).put(wire.PASSCODE, passcode)
        return self._said("POST", wire.SAVE, body, request, deadline)

    def _kept(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Whether the customer keeps this card."""
        account_id = request.account_id
        if not account_id and request.card is not None:
            found = self.look_up(request.card, request.amount.currency, deadline)
            account_id = found.account_id if isinstance(found, HostPrepared) else ""
        listed = self.of_customer(request, deadline) if account_id else HostNotSent(Cause.LOOKUP)
        if not isinstance(listed, HostListed):
            return HostNotSent(listed.cause if isinstance(listed, HostNotSent) else Cause.LOOKUP, account_id)
        if account_id in [one.id for one in listed.cards]:
            return HostApproved(account_id, account_id, zero(request.amount.currency), duplicate=True)
        return HostDeclined(Decline.PIN_REQUIRED, 0, account_id)

    def share_or_prefer(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Lets somebody else use a card as well, or makes it the one its customer pays with first."""
        body = wire.Body().put(wire.USER, request.customer).put(wire.CARD_ID, request.account_id)
        if request.verb is Verb.SHARE:
            return self._said("POST", wire.SHARE, name_recipient(body, request.recipient), request, deadline)
        return self._said("PATCH", wire.CARDS, body.put(wire.PREFERRED, value=True), request, deadline)

    def _said(self, method: str, path: str, body: wire.Body, request: HostRequest, deadline: Deadline) -> HostReply:
        try:
            answer = self._link.exchange(method, path, body, deadline)
        except HostError as error:
            return as_reply(error, request.account_id)
        if not is_2xx(answer):
            return refusal(answer, request.account_id, not_found=Decline.UNKNOWN_CARD)
        fields = wire.Fields.read(answer.body)
        account_id = fields.text(wire.CARD_ID) if fields is not None else ""
        if not account_id:
            return HostSilent(Cause.UNREADABLE, request.account_id)
        if request.account_id not in ("", account_id):
            return HostSilent(Cause.MISMATCH, request.account_id)
        return HostApproved(account_id, account_id, zero(request.amount.currency))


def _not_had(
    answer: Answer, account_id: str, *, not_found: Decline = Decline.UNKNOWN_CARD
) -> HostRefused | HostNotSent:
    refused = refusal(answer, account_id, not_found=not_found)
    return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause, account_id)
