"""Hooks: who wants to be told what happens to gift cards, and telling them, signed.

A delivery is a POST whose signature is HMAC-SHA256 over `{time stamp}.{body}`, hexadecimal, one per secret with commas
between (documented); headers in the guide's names or, where the subscription asks for it, the SDK's.

Choices. Subscriptions are ordered in the admin window, for the vendor makes them in its dashboard; they hold secrets,
so they are kept in memory, and addresses are this machine's own. The body is

    {"type": "event", "id", "event", "created_at", "merchant_account_id",
     "target": {"type": "gift-card-redemption" or "refund", "id", "status", "amount", "external_identifier",
                "transaction_id", "transaction_external_identifier", "gift_card": {"type", "id", "last4"}}}

with no more of a card than its vault id and its last four; a redemption goes by its transaction's external identifier.
Each attempt has a stamp of its own and the ID of the first. There are six, within a little more than an hour (the
vendor goes on for seven days); then the delivery is given up, and the subscription stays. What is refused here with a
400 was never begun, so this host has no failed refund to tell.
"""

import asyncio
import hashlib
import hmac
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from app.issuer.deliveries import Address, address, post
from app.issuer.faces.gr4vy.replies import Json, stamp

REDEEMED = "gift-card-redemption-succeeded"
NOT_REDEEMED = "gift-card-redemption-failed"
REFUNDED = "gift-card-refund-succeeded"
REVERSED = "gift-card-reversal-succeeded"
EVENTS = (REDEEMED, NOT_REDEEMED, REFUNDED, "gift-card-refund-failed", REVERSED)

ATTEMPTS = 6
_WAITS = (5.0, 30.0, 120.0, 600.0, 3600.0)
# Enough for a test or a tour; a simulated host serves no crowd.
_MAX_SUBSCRIPTIONS = 20
_MAX_SECRETS = 4
# What is not told by then is dropped: a receiver that is that far behind looks for itself.
_MAX_WAITING = 1_000

_NAMES = {
    "guide": ("X-Gr4vy-Webhook-Signatures", "X-Gr4vy-Webhook-Timestamp", "X-Gr4vy-Webhook-ID"),
    "sdk": ("X-Gr4vy-Signature", "X-Gr4vy-Timestamp", ""),
}

Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subscription as it is ordered."""

    url: Annotated[str, msgspec.Meta(max_length=1000)]
    secrets: Annotated[tuple[Secret, ...], msgspec.Meta(min_length=1, max_length=_MAX_SECRETS)]
    events: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=len(EVENTS))] = EVENTS
    merchant_account_id: str = "default"
    headers: Literal["guide", "sdk"] = "guide"

    def __repr__(self) -> str:
        return "Wish(…)"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants to be told what, and what signs it."""

    id: str
    address: Address
    secrets: tuple[str, ...] = field(repr=False)
    events: tuple[str, ...]
    account: str
    names: tuple[str, str, str]

    def shown(self) -> Json:
        """The subscription without its secrets."""
        return {
            "id": self.id,
            "url": self.address.url,
            "events": list(self.events),
            "merchant_account_id": self.account,
        }


class NotTaken(Exception):
    """A subscription that is not made, and why."""


class Hooks:
    """The subscriptions of the face. `say` may be called from the books' thread, the rest from the loop's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.waits: tuple[float, ...] = _WAITS
        self._now = now
        self._subscriptions: dict[str, Subscription] = {}
        self._said: deque[tuple[str, Json]] = deque(maxlen=_MAX_WAITING)
        self._tasks: set[asyncio.Task[None]] = set()

    def subscribe(self, wish: Wish) -> Subscription:
        """Adds a subscription.

        Raises:
            NotTaken: its address is not this machine's, it names an unknown event, or there are too many.
        """
        if len(self._subscriptions) >= _MAX_SUBSCRIPTIONS:
            raise NotTaken("there are too many subscriptions")
        to = address(wish.url)
        if to is None:
            raise NotTaken("url must be an http address on this machine")
        if not set(wish.events) <= set(EVENTS):
            raise NotTaken("there is no such event")
        names = _NAMES[wish.headers]
        made = Subscription(str(uuid.uuid4()), to, wish.secrets, wish.events, wish.merchant_account_id, names)
        self._subscriptions[made.id] = made
        return made

    def listed(self) -> list[Json]:
        """Every subscription."""
        return [one.shown() for one in self._subscriptions.values()]

    def forget(self) -> None:
        """Drops every subscription; what is under way ends by itself."""
        self._subscriptions.clear()

    def say(self, account: str, event: str, target: Json) -> None:
        """Notes that something happened to a card; it is told by the next `flush`."""
        if self._subscriptions:
            told = {"event": event, "created_at": stamp(self._now()), "merchant_account_id": account, "target": target}
            self._said.append((account, told))

    def flush(self) -> None:
        """Begins to tell what was said."""
        while self._said:
            account, told = self._said.popleft()
            for subscription in tuple(self._subscriptions.values()):
                if subscription.account == account and told["event"] in subscription.events:
                    self._start(subscription, {"type": "event", "id": str(uuid.uuid4())} | told)

    def _start(self, subscription: Subscription, body: dict[str, Any]) -> None:
        if len(self._tasks) >= _MAX_WAITING:
            return
        task = asyncio.create_task(self._deliver(subscription, msgspec.json.encode(body)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, subscription: Subscription, body: bytes) -> None:
        delivery = str(uuid.uuid4())
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(self.waits[attempt - 1])
            if await post(subscription.address, self._headers(subscription, delivery, body), body):
                return

    def _headers(self, subscription: Subscription, delivery: str, body: bytes) -> dict[str, str]:
        at = str(int(self._now().timestamp()))
        signatures, stamped, name = subscription.names
        signed = {
            "User-Agent": "Gr4vy-Webhook/1.0",
            signatures: ",".join(sign(secret, at, body) for secret in subscription.secrets),
            stamped: at,
        }
        return signed | ({name: delivery} if name else {})


def sign(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over `{time stamp}.{body}`, in hexadecimal."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
