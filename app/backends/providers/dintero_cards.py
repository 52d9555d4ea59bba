"""Dintero's cards as things: making, activating, reading, listing and deleting them, their codes and PINs.

Codes and PINs are told once, by the answer that made them. So a new card whose answer was lost is worth nothing to
anybody: it is empty, it is looked for under the id we gave it, deleted, and never asked for again.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass

from app.backends.base import Deadline, HostError, NotSent, Silent
from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers import dintero_wire as wire
from app.backends.providers.dintero_link import Link, as_reply
from app.backends.providers.dintero_settings import DinteroSettings
from app.backends.providers.dintero_verdict import refusal
from app.backends.reasons import is_2xx
from app.domain.card import IssuedSecret
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

MAX_BATCH = 100
"""The vendor names no limit; a hundred cards are one answer of some 40 KB and one box of blanks."""

NOT_YET = frozenset({"inactive", "created"})
"""A card waiting to be activated: the vendor's pages use both words for it."""

Trouble = HostRefused | HostNotSent | HostSilent


@dataclass(frozen=True, slots=True)
class Made:
    """A card of a batch: its id, and what is printed on it. The secrets hide themselves."""

    card_id: str
    secret: IssuedSecret


class Cards:
    """What is done to cards apart from moving money on them."""

    def __init__(self, settings: DinteroSettings, link: Link) -> None:
        self._settings = settings
        self._link = link

    def _code_format(self) -> wire.Formatted:
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
            self._code_format(),
            wire.pin_format() if self._settings.new_cards_have_a_pin else None,
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

    def read(self, card_id: str, deadline: Deadline) -> wire.Card | HostRefused | HostNotSent:
        """A card by its id."""
        try:
            answer = self._link.manage("GET", f"/cards/{wire.segment(card_id)}", None, deadline, again=True)
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
            request.amount.minor, request.amount.currency.value, request.terminal_id, wire.metadata(request)
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
            return HostSilent(Cause.LOOKUP, reply.account_id)
        if isinstance(found, wire.Card) and found.reference == request.transaction_ref:
            return self._activated(found, request, reply.account_id, duplicate=True)
        return reply

    def _activated(self, card: wire.Card, request: HostRequest, account_id: str, *, duplicate: bool) -> HostReply:
        """Whether it was us who activated a card: our reference stands in its metadata."""
        if card.reference != request.transaction_ref:
            return HostRefused(Decline.OTHER, 409, account_id) if duplicate else HostSilent(Cause.MISMATCH, account_id)
        if card.amount not in (None, request.amount):
            return HostSilent(Cause.MISMATCH, account_id)
        return HostApproved(
            card.host_id, account_id, request.amount, card.available, duplicate=duplicate, expiry=card.expiry
        )

    def delete(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Ends a card. It carries no reference, so a repeat looks first."""
        account_id = request.account_id
        if request.repeat:
            found = self.read(account_id, deadline)
            if isinstance(found, HostNotSent):
                return found
            if isinstance(found, HostRefused) and found.reason is Decline.UNKNOWN_CARD:
                return HostApproved(account_id, account_id, request.amount, duplicate=True)
        try:
            answer = self.delete_by_id(account_id, deadline)
        except HostError as error:
            return as_reply(error, account_id)
        if not is_2xx(answer):
            return refusal(answer, account_id, not_found=Decline.UNKNOWN_CARD)
        return HostApproved(account_id, account_id, request.amount)

    def delete_by_id(self, card_id: str, deadline: Deadline) -> Answer:
        """The bare deletion. Raises as the link does."""
        return self._link.manage("DELETE", f"/cards/{wire.segment(card_id)}", None, deadline)

    # -- many cards ---------------------------------------------------------------------------------------------------

    def of_customer(self, customer: str, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """The active cards of one customer, which come without pages. The balance may be missing."""
        try:
            found = self._link.pages(f"/customers/{wire.segment(customer)}/cards", "cards", deadline, paged=False)
        except HostError as error:
            return HostNotSent(error.cause)
        if isinstance(found, HostRefused):
            return found
        return HostListed(tuple(_stored(wire.read_card(fields)) for fields in found))

    def of_account(self, deadline: Deadline) -> HostListed | HostRefused | HostNotSent:
        """Every card of the account."""
        try:
            found = self._link.pages("/cards", "cards", deadline)
        except HostError as error:
            return HostNotSent(error.cause)
        if isinstance(found, HostRefused):
            return found
        return HostListed(tuple(_stored(wire.read_card(fields)) for fields in found))

    def batch(self, card_ids: tuple[str, ...], deadline: Deadline) -> tuple[Made, ...] | Trouble:
        """Makes cards for the printer: inactive, worth nothing, each with a code (and a PIN) that is told this once.

        Raises:
            ValueError: it is no batch: none, or more than ``MAX_BATCH``.
        """
        if not 0 < len(card_ids) <= MAX_BATCH:
            raise ValueError("a batch has 1 to 100 cards")
        pin = wire.pin_format() if self._settings.new_cards_have_a_pin else None
        options = wire.BatchOptions(self._code_format(), pin)
        body = wire.Batch(tuple(wire.NewCard(card_id, type="gift_card") for card_id in card_ids), options)
        try:
            answer = self._link.manage("POST", "/cards/batch", body, deadline)
        except HostError as error:
            return as_reply(error, "")
        if not is_2xx(answer):
            return refusal(answer)
        fields = Fields.read(answer.body)
        cards = fields.objects("cards") if fields is not None else []
        made = [(card.text("card_id"), wire.issued(card, self._settings.code_prefix)) for card in cards]
        read = tuple(Made(card_id, secret) for card_id, secret in made if secret is not None)
        if tuple(card.card_id for card in read) != card_ids:
            return HostSilent(Cause.UNREADABLE)
        return read

    # -- codes and PINs -----------------------------------------------------------------------------------------------

    def add_code(self, card_id: str, ref_id: str, seconds: int, deadline: Deadline, *, once: bool) -> str | Trouble:
        """A further code for a card that ends by itself, after so many seconds or (``once``) one transaction.

        Returns:
            The code: a secret.
        """
        body = wire.NewToken(ref_id, seconds, once, self._code_format().format)
        answer = self._secret(card_id, "tokens", body, deadline)
        if isinstance(answer, Fields):
            return answer.object("token").text("value") or HostSilent(Cause.UNREADABLE, card_id)
        return answer

    def rotate_pin(self, card_id: str, deadline: Deadline) -> str | Trouble:
        """A new PIN in place of the old one, or for a card that had none. A lost answer is mended by another.

        Returns:
            The PIN: a secret.
        """
        body = wire.NewPin(wire.pin_format())
        answer = self._secret(card_id, "rotate-pin", body, deadline)
        if isinstance(answer, Fields):
            return answer.object("pin").object("pin").text("value") or HostSilent(Cause.UNREADABLE, card_id)
        return answer

    def _secret(self, card_id: str, name: str, body: wire.Body, deadline: Deadline) -> Fields | Trouble:
        try:
            answer = self._link.manage("POST", f"/cards/{wire.segment(card_id)}/{name}", body, deadline)
        except HostError as error:
            return as_reply(error, card_id)
        if not is_2xx(answer):
            return refusal(answer, card_id, not_found=Decline.UNKNOWN_CARD)
        return Fields.read(answer.body) or HostSilent(Cause.UNREADABLE, card_id)


def _stored(card: wire.Card) -> StoredCard:
    return StoredCard(card.card_id, card.last4, card.title, card.available, card.expiry, state=card.status)
