"""What Dintero tells once and never again: another PIN, a further code, the codes of a box of unsold cards.

An answer that is lost takes its secret with it, and each verb makes up for that in its own way:

    ===========  ===========================================================================================
    rotate_pin   asked for again: the next PIN takes the place of the one nobody saw. Not before a copy that was held up
                 on the line has been dropped: it would make another PIN after the one that was told
    new_code     left to a person: its reference can't be answered twice, and the code nobody saw ends by itself
    make_blanks  looked for under the names we gave them; cards that are there have codes nobody knows, so they
                 are deleted and the box counts as not made
    ===========  ===========================================================================================

**Names of unsold cards** are ours and are typed by people: eight signs that follow from the request's reference, so
that each repeat says the same ones, and a number (``7F3A9C21-001``). Cards that somebody else made under such a name (a
chance of one in four thousand million per box) are older than the request, and are left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from app.backends.base import Deadline, HostError
from app.backends.fields import Fields
from app.backends.providers import dintero_wire as wire
from app.backends.providers.dintero_cards import NOT_YET, Cards
from app.backends.providers.dintero_link import Link, as_reply
from app.backends.providers.dintero_settings import MOST_BLANKS, DinteroSettings
from app.backends.providers.dintero_verdict import refusal
from app.backends.reasons import is_2xx
from app.domain.card import IssuedBatch, IssuedSecret, IssuedToken
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
)
from app.domain.money import zero

MAX_HOURS = 24 * 366
"""A code for longer than a year is a card."""
HELD_UP = timedelta(minutes=5)
"""A copy that was held up on the line for longer has been dropped by whoever held it."""
CLOCKS_APART = timedelta(days=1)
"""A till's clock may be off; one that is off by more is not signed in."""


def blank_ids(request: HostRequest) -> tuple[str, ...]:
    """The names of the cards that a request for a box asks for, the same on each repeat."""
    box = hashlib.sha256(request.transaction_ref.encode()).hexdigest()[:8].upper()
    return tuple(f"{box}-{number:03d}" for number in range(1, request.count + 1))


class Once:
    """The calls of one account whose answers hold a secret."""

    def __init__(self, settings: DinteroSettings, link: Link, cards: Cards, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._link = link
        self._cards = cards
        self._now = now

    def rotate_pin(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A new PIN in place of the old one, or for a card that had none."""
        if request.repeat and self._now() - request.local_time < HELD_UP:
            return HostNotSent(Cause.LOOKUP, request.account_id)
        answer = self._ask(request.account_id, "rotate-pin", wire.NewPin(wire.pin_format()), deadline)
        if not isinstance(answer, Fields):
            return answer
        pin = answer.object("pin").object("pin").text("value")
        return _told(request, request.account_id, IssuedToken(pin=pin) if pin else None)

    def new_code(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """A further code for one transaction within so many hours."""
        if not 0 < request.count <= MAX_HOURS:
            return HostDeclined(Decline.MALFORMED, 0, request.account_id)
        code = self._cards.code_format().format
        body = wire.NewToken(
            request.transaction_ref,
            request.count * 3600,
            expires_after_transaction=True,
            format=code,
            metadata=wire.metadata(request),
        )
        answer = self._ask(request.account_id, "tokens", body, deadline)
        if not isinstance(answer, Fields):
            return answer
        if answer.text("ref_id") not in ("", request.transaction_ref):
            return HostSilent(Cause.MISMATCH, request.account_id)
        value = answer.object("token").text("value")
        return _told(request, answer.text("id"), IssuedToken(code=value) if value else None)

    def _ask(
        self, card_id: str, name: str, body: wire.Body, deadline: Deadline
    ) -> Fields | HostRefused | HostNotSent | HostSilent:
        try:
            answer = self._link.manage("POST", f"/cards/{wire.segment(card_id)}/{name}", body, deadline)
        except HostError as error:
            return as_reply(error, card_id)
        if not is_2xx(answer):
            return refusal(answer, card_id, not_found=Decline.UNKNOWN_CARD)
        return Fields.read(answer.body) or HostSilent(Cause.UNREADABLE, card_id)

    # -- a box of unsold cards ----------------------------------------------------------------------------------------

    def blanks(self, request: HostRequest, deadline: Deadline) -> HostReply:
        """Makes cards for the printer: inactive, worth nothing, each with a code (and a PIN) that is told this once."""
        if not 0 < request.count <= MOST_BLANKS:
            return HostDeclined(Decline.MALFORMED, 0)
        ids = blank_ids(request)
        if request.repeat:
            found = self._cards.read(ids[0], deadline)
            if isinstance(found, wire.Card):
                return self._unmake(ids, found, request, deadline)
            if not (isinstance(found, HostRefused) and found.reason is Decline.UNKNOWN_CARD):
                return HostNotSent(found.cause if isinstance(found, HostNotSent) else Cause.LOOKUP)
        pin = wire.pin_format() if self._settings.new_cards_have_a_pin else None
        options = wire.BatchOptions(self._cards.code_format(), pin)
        body = wire.Batch(tuple(wire.NewCard(card_id, type="gift_card") for card_id in ids), options)
        try:
            answer = self._link.manage("POST", "/cards/batch", body, deadline)
        except HostError as error:
            return as_reply(error, "")
        if answer.status == 409 and not request.repeat:
            return HostSilent(Cause.UNREADABLE)  # a copy of this very request was here: its repeat finds the cards
        if not is_2xx(answer):
            return refusal(answer)
        fields = Fields.read(answer.body)
        made = tuple(self._blank(card) for card in (fields.objects("cards") if fields is not None else []))
        whole = [card for card in made if card is not None]
        if tuple(card.label for card in whole) != ids:
            return HostSilent(Cause.UNREADABLE)
        return HostApproved(ids[0], "", zero(request.amount.currency), issued=IssuedBatch(tuple(whole)))

    def _blank(self, card: Fields) -> IssuedSecret | None:
        return wire.issued(card, self._settings.code_prefix, label=card.text("card_id"))

    def _unmake(self, ids: tuple[str, ...], first: wire.Card, request: HostRequest, deadline: Deadline) -> HostReply:
        """Deletes a box whose codes were lost. The first goes last: while it is there, the work is not done."""
        somebody_elses = first.made_at is not None and first.made_at < request.local_time - CLOCKS_APART
        if somebody_elses or first.status not in NOT_YET:
            return HostRefused(Decline.REFERENCE_REUSED, 409)
        for card_id in reversed(ids):
            try:
                self._cards.delete_by_id(card_id, deadline)
            except HostError as error:  # whichever way it failed, the next repeat goes on here
                return HostNotSent(error.cause)
        return HostDeclined(Decline.TOLD_AND_LOST)


def _told(request: HostRequest, host_id: str, token: IssuedToken | None) -> HostReply:
    if token is None:
        return HostSilent(Cause.UNREADABLE, request.account_id)
    return HostApproved(host_id, request.account_id, zero(request.amount.currency), issued=token)
