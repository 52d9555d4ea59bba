"""What a vendor tells us unasked: is it the vendor's, is it new, what is it about.

Dintero's hooks (documented): a POST with ``event``, ``event-delivery`` (a GUID) and ``event-signature`` headers; the
last is HMAC-SHA1, in hexadecimal, over the exact bytes of the body. The body is ``account_id``, ``event``,
``event_delivery`` and one member for the object; a ping's body is the subscription itself. No time is signed.

What follows from that, and what we decided:

    - Only the body is signed, so nothing else is believed: the duplicate key is the ``event_delivery`` *in* the body,
      and headers that say otherwise make it a forgery.
    - A delivery seen before is a duplicate for as long as it is remembered, which is the replay window. An older one
      can only be told by a time in its object: ``created_at``, where it stands there, must lie inside the window.
    - An unsigned hook is refused: a subscription without a secret is of no use to a till.

A hook moves no money and settles nothing: it says that a card is worth looking at again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.backends.fields import Fields

MAX_BODY = 64 * 1024
"""A transaction is under 2 KB."""
MAX_REMEMBERED = 10_000
"""A busy day of a chain; at 36 characters each under a megabyte."""
WINDOW = timedelta(hours=1)
"""The vendor's five attempts are over within ten minutes, whichever of its two pages is right."""
SKEW = timedelta(minutes=5)
"""How far the vendor's clock may be ahead of ours."""


class HookFault(StrEnum):
    """Why a hook is not believed."""

    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    OTHER_ACCOUNT = "other-account"
    STALE = "stale"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook that was verified. ``card_id`` is empty where it names none."""

    event: str
    delivery: str
    card_id: str = ""
    transaction_id: str = ""


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA1 over the raw bytes, in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


@dataclass(slots=True)
class HookVerifier:
    """Takes the hooks of one account's subscription. One thread at a time.

    Attributes:
        secret: What the subscription was made with.
        account_id: Whose hooks.
        now: Aware time.
        window: How long a delivery is remembered, and how old one may be that tells its age.
    """

    secret: str = field(repr=False)
    account_id: str
    now: Callable[[], datetime]
    window: timedelta = WINDOW
    _seen: OrderedDict[str, datetime] = field(default_factory=OrderedDict, repr=False)

    def take(self, headers: Mapping[str, str], body: bytes) -> Hook | HookFault:
        """What a request says, or why it is not believed. Header names are in lower case."""
        if len(body) > MAX_BODY:
            return HookFault.TOO_LARGE
        given = headers.get("event-signature", "")
        if not given:
            return HookFault.UNSIGNED
        if not hmac.compare_digest(given.lower().encode(), signature(self.secret, body).encode()):
            return HookFault.FORGED
        fields = Fields.read(body)
        if fields is None:
            return HookFault.UNREADABLE
        event = headers.get("event", "")
        if event == "ping" and not fields.has("event_delivery"):
            return Hook("ping", "")
        return self._signed(fields, event, headers.get("event-delivery", ""))

    def _signed(self, fields: Fields, event: str, delivery: str) -> Hook | HookFault:
        """Everything below is said by signed bytes; the headers may only agree."""
        hook = _read(fields)
        if not hook.event or not hook.delivery:
            return HookFault.UNREADABLE
        if event not in ("", hook.event) or delivery.lower() not in ("", hook.delivery):
            return HookFault.FORGED
        if fields.text("account_id") != self.account_id:
            return HookFault.OTHER_ACCOUNT
        now = self.now()
        told = _time(fields.object(hook.event).text("created_at"))
        if told is not None and not now - self.window <= told <= now + SKEW:
            return HookFault.STALE
        self._forget(now)
        if hook.delivery in self._seen:
            return HookFault.DUPLICATE
        self._seen[hook.delivery] = now
        return hook

    def _forget(self, now: datetime) -> None:
        while self._seen:
            oldest, seen = next(iter(self._seen.items()))
            if len(self._seen) < MAX_REMEMBERED and now - seen <= self.window + SKEW:
                return
            del self._seen[oldest]


def _read(fields: Fields) -> Hook:
    event = fields.text("event")
    told = fields.object(event)
    return Hook(event, fields.text("event_delivery").lower(), told.text("card_id"), told.text("id"))


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
