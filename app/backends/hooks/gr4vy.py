"""Gr4vy's hooks.

**Protocol** (documented unless marked). A POST whose signature is HMAC-SHA256, in hexadecimal, over the time stamp as
it stands in its header, a dot, and the exact bytes of the body; the key is the subscription's secret. While a secret is
rotated there are several signatures, separated by commas. The vendor's sources disagree about the headers' names:

    ====================================  =====================  =================
    guide (and what hosts really send)    SDK's readme           what
    ====================================  =====================  =================
    ``X-Gr4vy-Webhook-Signatures``        ``X-Gr4vy-Signature``  the signatures
    ``X-Gr4vy-Webhook-Timestamp``         ``X-Gr4vy-Timestamp``  Unix seconds
    ``X-Gr4vy-Webhook-ID``                (none)                 same in each retry
    ====================================  =====================  =================

What is not acknowledged within five seconds is tried again for up to seven days, at growing distances.

What follows from that, and what we decided:

    - Both families are read, the guide's first; a stamp counts with the signatures of its own family only.
    - Blanks around a signature are stood (the SDK does not). More signatures than a rotation has are refused unread.
    - A stamp may be five minutes old, and as far ahead: the SDK takes any stamp from the future, which would keep a
      stolen hook good for ever. Each attempt is taken to carry a stamp of its own (inferred).
    - The ID is not signed, so it is never the only key: the stamp and the body together are one, too, and a replay with
      another ID is a duplicate. Without an ID the body alone is one as well, so that a retry is told from news.
    - What stands in the body is not documented beyond the names of the events. ``target`` is taken to be the object,
      ``gift_card`` in it the card, and ``external_identifier`` the reference. A redemption may go by its transaction's,
      a refund may not: the sale may be another till's. An event that names no card is believed and says nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.backends.fields import Fields
from app.backends.hooks.base import MAX_BODY, MAX_TEXT, SKEW, Hook, HookFault, matches
from app.backends.providers.gr4vy_settings import FACE

TOLERANCE = SKEW
"""How old a stamp may be, and how far ahead."""
MAX_SIGNATURES = 8
"""A rotation has two; each costs a comparison."""
MAX_STAMP = 12
"""Digits of a stamp in seconds, for thirty thousand years."""

_FAMILIES = (
    ("x-gr4vy-webhook-signatures", "x-gr4vy-webhook-timestamp"),
    ("x-gr4vy-signature", "x-gr4vy-timestamp"),
)
_ID = "x-gr4vy-webhook-id"


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``{stamp}.{body}``, in hexadecimal."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Gr4vyVerifier:
    """The hooks of one merchant account's subscription.

    Attributes:
        secrets: What signs them; several while one takes the place of another.
        account_id: The merchant account; a hook of another one is refused.
        tolerance: How old a stamp may be, and how far ahead.
    """

    secrets: tuple[str, ...] = field(repr=False)
    account_id: str
    tolerance: timedelta = TOLERANCE

    @property
    def face(self) -> str:
        """Whose hooks."""
        return FACE

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hook | HookFault:
        """What a request says, or why it is not believed."""
        if len(body) > MAX_BODY:
            return HookFault.TOO_LARGE
        given, stamp = _signed_with(headers)
        if not given or not stamp:
            return HookFault.UNSIGNED
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= MAX_STAMP):
            return HookFault.FORGED
        signatures = given.split(",", MAX_SIGNATURES)
        wanted = [signature(secret, stamp, body) for secret in self.secrets]
        if len(signatures) > MAX_SIGNATURES or not any(matches(one, wanted) for one in signatures):
            return HookFault.FORGED
        if abs(now.timestamp() - int(stamp)) > self.tolerance.total_seconds():
            return HookFault.STALE
        fields = Fields.read(body)
        if fields is None:
            return HookFault.UNREADABLE
        return self._about(fields, headers.get(_ID, "").strip().lower(), stamp, body)

    def _about(self, fields: Fields, delivery: str, stamp: str, body: bytes) -> Hook | HookFault:
        target = fields.object("target")
        card = target.object("gift_card")
        keys = [_digest(stamp.encode(), body)]
        keys.append(f"id:{delivery}" if delivery else _digest(body))
        hook = Hook(
            face=FACE,
            event=fields.text("event"),
            delivery=delivery or fields.text("id"),
            account_id=card.text("id"),
            last4=card.text("last4")[-4:],
            reference=_reference(target),
            keys=tuple(keys),
        )
        named = (hook.event, hook.delivery, hook.account_id, hook.reference)
        if not hook.event or max(map(len, named)) > MAX_TEXT:
            return HookFault.UNREADABLE
        if fields.text("merchant_account_id") not in ("", self.account_id):
            return HookFault.OTHER_ACCOUNT
        return hook


def _signed_with(headers: Mapping[str, str]) -> tuple[str, str]:
    """Signatures and stamp of the first family that has signatures."""
    for signatures, stamp in _FAMILIES:
        if headers.get(signatures):
            return headers[signatures], headers.get(stamp, "")
    return "", ""


def _reference(target: Fields) -> str:
    own = target.text("external_identifier")
    return own or ("" if target.text("type") == "refund" else target.text("transaction_external_identifier"))


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b".".join(parts)).hexdigest()
