"""Dintero's hooks.

**Protocol** (documented). A POST with the headers ``event``, ``event-delivery`` (a GUID) and ``event-signature``; the
last is HMAC-SHA1, in hexadecimal, over the exact bytes of the body. The body is ``account_id``, ``event``,
``event_delivery`` and one member for the object; a ping's body is the subscription itself. No time is signed. A
delivery is tried five times, which is over within ten minutes whichever of the vendor's two pages is right.

What follows from that, and what we decided:

    - Only the body is signed, so nothing else is believed: the duplicate key is the ``event_delivery`` *in* the body,
      and headers that say otherwise make it a forgery.
    - A delivery seen before is a duplicate for as long as it is remembered. An older one can only be told by a time in
      its object: ``created_at``, where it stands there, must lie inside the window.
    - An unsigned hook is refused: a subscription without a secret is of no use to a till.
    - The object of ``wallet_transaction`` could not be read anywhere: it is taken to be the member of that name, with
      ``card_id`` and, where the till made the transaction, its ``ref_id``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.backends.fields import Fields
from app.backends.hooks.base import MAX_BODY, MAX_TEXT, PING, SKEW, Hook, HookFault, matches
from app.backends.providers.dintero_settings import FACE

WINDOW = timedelta(hours=1)
"""How old a hook may be that tells its age: the vendor's own attempts are over long before."""

_REST = "-rest"
"""Our client's ending for the second half of a capture: the same transaction of the till."""


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA1 over the raw bytes, in hexadecimal: the vendor's choice, and good enough for a MAC."""
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


@dataclass(frozen=True, slots=True)
class DinteroVerifier:
    """The hooks of one account's subscription.

    Attributes:
        secrets: What the subscription was made with; several while one takes the place of another.
        account_id: Whose hooks.
        window: How old a hook may be that tells its age.
    """

    secrets: tuple[str, ...] = field(repr=False)
    account_id: str
    window: timedelta = WINDOW

    @property
    def face(self) -> str:
        """Whose hooks."""
        return FACE

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hook | HookFault:
        """What a request says, or why it is not believed."""
        if len(body) > MAX_BODY:
            return HookFault.TOO_LARGE
        given = headers.get("event-signature", "")
        if not given:
            return HookFault.UNSIGNED
        if not matches(given, [signature(secret, body) for secret in self.secrets]):
            return HookFault.FORGED
        fields = Fields.read(body)
        if fields is None:
            return HookFault.UNREADABLE
        event = headers.get("event", "")
        if event == PING and not fields.has("event_delivery"):
            return Hook(FACE, PING)
        return self._signed(fields, event, headers.get("event-delivery", "").lower(), now)

    def _signed(self, fields: Fields, event: str, delivery: str, now: datetime) -> Hook | HookFault:
        """Everything below is said by signed bytes; the headers may only agree."""
        told = fields.object(fields.text("event"))
        hook = Hook(
            face=FACE,
            event=fields.text("event"),
            delivery=fields.text("event_delivery").lower(),
            account_id=told.text("card_id"),
            reference=told.text("ref_id").removesuffix(_REST),
        )
        named = (hook.event, hook.delivery, hook.account_id, hook.reference)
        if not hook.event or not hook.delivery or max(map(len, named)) > MAX_TEXT:
            return HookFault.UNREADABLE
        if event not in ("", hook.event) or delivery not in ("", hook.delivery):
            return HookFault.FORGED
        if fields.text("account_id") != self.account_id:
            return HookFault.OTHER_ACCOUNT
        at = _time(told.text("created_at"))
        if at is not None and not now - self.window <= at <= now + SKEW:
            return HookFault.STALE
        return Hook(FACE, hook.event, hook.delivery, hook.account_id, "", hook.reference, (hook.delivery,))


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
