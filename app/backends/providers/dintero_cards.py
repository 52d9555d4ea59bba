"""Dintero's cards as things: making one, activating, reading, listing and deleting them.

Code and PIN of a new card are told once, by the answer that made it. So a card whose answer was lost is worth nothing
to anybody: it is empty, it is looked for under the id we gave it, deleted, and never asked for again.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace

from app.backends.base import Deadline, HostError, NotSent, Silent
from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers import dintero_wire as wire
from app.backends.providers.dintero_link import PAGE, Link, as_reply
from app.backends.providers.dintero_settings import DinteroSettings
from app.backends.providers.dintero_verdict import refusal
from app.backends.reasons import is_2xx
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    StoredCard,
)
from app.domain.money import zero

NOT_YET = frozenset({"inactive", "created"})
"""A card waiting to be activated: the vendor's pages use both words for it."""


class Cards:
    """What is done to cards apart from moving money on them."""

    def __init__(self, settings: DinteroSettings, link: Link) -> None:
        self._settings = settings
        self._link = link

    def code_format(self) -> wire.Formatted:
        """How the codes of new cards are to look."""
        return wire.code_format(self._settings.code_prefix, letters=self._settings.new_codes_have_letters)

    # -- a new card ---------------------------------------------------------------------------------------------------

    def new(self, request: HostRequest, deadline: Deadline) -> HostPrepared | HostRefused | HostNotSent:
        """An empty card of our naming. Asked for once; whatever goes wrong, no money moved."""
        card_id = str(uuid.uuid4())
        body = wire.NewCard(
            card_id,
            0,
            request.amount.currency.value,
            "gift_card",
            request.terminal_id,
            wire.metadata(request),
            self.code_format(),
            wire.pin_format() if self._settings.new_cards_have_a_pin else None,
            request.customer,
        )
        cause = Cause.UNREADABLE
        try:
            answer = self._link.manage("POST", "/cards", body, deadline)
        except NotSent as error:
            return HostNotSent(error.cause)
        except Silent as error:
            cause = error.cause
        else:
            if not is_2xx(answer):
                refused = refusal(answer)
                return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause)
            fields = Fields.read(answer.body)
            issued = wire.issued(fields, self._settings.code_prefix) if fields is not None else None
            if fields is not None and issued is not None:
                card = wire.read_card(fields)
                if card.card_id == card_id and not card.available:
                    return HostPrepared(card_id, card.available, card.expiry, issued)
                cause = Cause.MISMATCH
        self._forget(card_id, deadline)
        return HostNotSent(cause)

    def _forget(self, card_id: str, deadline: Deadline) -> None:
        """Looks whether a card whose answer was lost was made all the same, and deletes it: its code is lost too."""
        if isinstance(self.read(card_id, deadline), wire.Card):
            # an empty card that stays behind costs nothing but a line in the vendor's list
            with suppress(HostError):
                self.delete_by_id(card_id, deadline)

    # -- one card -----------------------------------------------------------------------------------------------------

    def read(self, card_id: str, deadline: Deadline, customer: str = "") -> wire.Card | HostRefused | HostNotSent:
        """A card by its id; with a customer, only if it is theirs."""
        try:
            whose = f"/customers/{wire.segment(customer)}" if customer else ""
            answer = self._link.manage("GET", f"{whose}/cards/{wire.segment(card_id)}", None, deadline, again=True)
        except HostError as error:
            return HostNotSent(error.cause, card_id)
        if not is_2xx(answer):
            refused = refusal(answer, card_id, not_found=Decline.UNKNOWN_CARD)
            return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause, card_id)
        fields = Fields.read(answer.body)
        if fields is None or fields.text("card_id") != card_id:
            return HostNotSent(Cause.UNREADABLE, card_id)
        return wire.read_card(fields)

    def activate(self, request: HostRequest, account_id: str, deadline: Deadline) -> HostReply:
        """Puts a printed card into use with its value. It carries no reference, so a repeat looks first."""
        if request.repeat:
            found = self.read(account_id, deadline)
            if not isinstance(found, wire.Card):
                return HostNotSent(Cause.LOOKUP, account_id)
            if found.status not in NOT_YET:
                return self._activated(found, request, account_id, duplicate=True)
        body = wire.Activation(
            request.amount.minor,
            request.amount.currency.value,
            request.terminal_id,
            wire.metadata(request),
            request.customer,
        )
        try:
            answer = self._link.manage("POST", f"/cards/{wire.segment(account_id)}/activate", body, deadline)
        except HostError as error:
            return as_reply(error, account_id)
        if not is_2xx(answer):
            return self._refused(refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD), request, deadline)
        fields = Fields.read(answer.body)
        if fields is None or fields.text("card_id") != account_id:
            return HostSilent(Cause.UNREADABLE, account_id)
        return self._activated(wire.read_card(fields), request, account_id, duplicate=False)

    def _refused(self, reply: HostRefused | HostSilent, request: HostRequest, deadline: Deadline) -> HostReply:
        """A card that can't be activated may be one that a copy of this very request has activated."""
        if isinstance(reply, HostSilent):
            return reply
        found = self.read(reply.account_id, deadline)
        if isinstance(found, HostNotSent):
            return HostSilent(Cause.UNKNOWN_STATE, reply.account_id)
        if isinstance(found, wire.Card) and found.reference == request.transaction_ref:
            return self._activated(found, request, reply.account_id, duplicate=True)
        if isinstance(found, wire.Card) and found.status not in NOT_YET:
            return HostRefused(Decline.ACTIVE_ALREADY, reply.status, reply.account_id)
        return reply

    def _activated(self, card: wire.Card, request: HostRequest, account_id: str, *, duplicate: bool) -> HostReply:
        """Whether it was us who activated a card: our reference stands in its metadata."""
        if card.reference != request.transaction_ref and duplicate:
            return HostRefused(Decline.ACTIVE_ALREADY, 409, account_id)
        if card.reference != request.transaction_ref:
            return HostSilent(Cause.MISMATCH, account_id)
        if card.amount not in (None, request.amount):
            return HostSilent(Cause.MISMATCH, account_id)
        return HostApproved(
            card.host_id, account_id, request.amount, card.available, duplicate=duplicate, expiry=card.expiry
        )

    def delete(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Ends a card. It carries no reference, so a repeat looks first; one that is gone is what was wanted."""
        account_id = request.account_id
        done = HostApproved(account_id, account_id, zero(request.amount.currency))
        gone = replace(done, duplicate=True)
        if request.repeat:
            found = self.read(account_id, deadline)
            if isinstance(found, HostNotSent):
                return found
            if isinstance(found, HostRefused) and found.reason is Decline.UNKNOWN_CARD:
                return gone
        try:
            answer = self.delete_by_id(account_id, deadline)
        except HostError as error:
            return as_reply(error, account_id)
        if is_2xx(answer):
            return done
        refused = refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD)
        return gone if isinstance(refused, HostRefused) and answer.status == 404 else refused

    def delete_by_id(self, card_id: str, deadline: Deadline) -> Answer:
        """The bare deletion. Raises as the link does."""
        return self._link.manage("DELETE", f"/cards/{wire.segment(card_id)}", None, deadline)

    # -- lists --------------------------------------------------------------------------------------------------------

    def one(self, request: HostRequest, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """One card as a list of one."""
        found = self.read(request.account_id, deadline, request.customer)
        return HostListed((_stored(found),)) if isinstance(found, wire.Card) else found

    def of_customer(self, customer: str, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """The active cards of one customer, which come without pages. The balance may be missing."""
        found = self._listed(f"/customers/{wire.segment(customer)}/cards", deadline)
        return HostListed(found.cards) if isinstance(found, HostListed) else found

    def of_account(self, more: str, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """A page of all cards of the account; ``more`` is its key, empty at first."""
        after = f"&starting_after={wire.segment(more)}" if more else ""
        return self._listed(f"/cards?limit={PAGE}{after}", deadline)

    def _listed(self, path: str, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        try:
            answer = self._link.manage("GET", path, None, deadline, again=True)
        except HostError as error:
            return HostNotSent(error.cause)
        if not is_2xx(answer):
            refused = refusal(answer)
            return refused if isinstance(refused, HostRefused) else HostNotSent(refused.cause)
        page = wire.entries(answer, "cards")
        if page is None:
            return HostNotSent(Cause.UNREADABLE)
        return HostListed(tuple(_stored(wire.read_card(fields)) for fields in page[0]), page[1])


def _stored(card: wire.Card) -> StoredCard:
    """A listed card. One that waits for its buyer is called by its id, which is the label printed on it."""
    title = card.title or (card.card_id if card.status in NOT_YET else "")
    return StoredCard(card.card_id, card.last4, title, card.available, card.expiry, state=card.status)
