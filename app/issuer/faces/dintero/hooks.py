"""Hooks: who wants to be told, and telling them, signed.

A delivery is a POST of the wrapper `{account_id, event, event_delivery, wallet_transaction}` with the headers `event`,
`event-delivery` and `event-signature` (HMAC-SHA1 over the bytes, hexadecimal; absent where there is no secret). It is
tried five times at most; a redirect is a failure. All deliveries live on the host's loop and end with it.

Choices: the object's member is named for its event and holds the transaction and the `card_id`, or, for a card that was
made, its amount under the type `created`; the waits are 60 and then 120 seconds; a delivery that failed five times
deletes its subscription; subscriptions are kept in memory (they hold a secret) and addresses are this machine's own.
"""

import asyncio
import hashlib
import hmac
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec

from app.issuer.deliveries import Address, address, post
from app.issuer.faces.dintero.gate import Refused

EVENT = "wallet_transaction"
ATTEMPTS = 5
SCOPES = frozenset({"admin:hooks", "write:hooks", "read:hooks", "admin:wallets"})

_WAITS = (60.0, 120.0, 120.0, 120.0)
# Enough for a test or a tour; a simulated host serves no crowd.
_MAX_SUBSCRIPTIONS = 20
# What is not told by then is dropped: a receiver that is that far behind looks for itself.
_MAX_WAITING = 1_000


class _Secret(msgspec.Struct, frozen=True):
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    type: Literal["HMAC-SHA1"] = "HMAC-SHA1"


class _Config(msgspec.Struct, frozen=True, omit_defaults=True):
    url: Annotated[str, msgspec.Meta(max_length=1000)]
    content_type: Literal["application/json"] = "application/json"
    secret: _Secret | None = None
    insecure_ssl: Literal[0] = 0


class Wish(msgspec.Struct, frozen=True):
    """`POST hooks/subscriptions`."""

    config: _Config
    events: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=255)], ...], msgspec.Meta(min_length=1, max_length=50)
    ]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants to be told what."""

    id: str
    address: Address
    secret: str = field(repr=False)
    events: tuple[str, ...]
    active: bool

    def shown(self) -> dict[str, Any]:
        """The subscription without its secret."""
        return {
            "id": self.id,
            "config": {"url": self.address.url, "content_type": "application/json", "insecure_ssl": 0},
            "events": list(self.events),
            "active": self.active,
        }


class Hooks:
    """The subscriptions of one account. `say` may be called from the books' thread, the rest from the loop's."""

    def __init__(self, account_id: str) -> None:
        self.waits = _WAITS
        self._account_id = account_id
        self._subscriptions: dict[str, Subscription] = {}
        self._said: deque[dict[str, Any]] = deque(maxlen=_MAX_WAITING)
        self._tasks: set[asyncio.Task[None]] = set()

    def subscribe(self, wish: Wish) -> Subscription:
        """Adds a subscription and pings it.

        Raises:
            Refused: its address is not this machine's, or there are too many.
        """
        if len(self._subscriptions) >= _MAX_SUBSCRIPTIONS:
            raise Refused(409, "there are too many subscriptions")
        to = address(wish.config.url)
        if to is None:
            raise Refused(400, "config.url must be an http address on this machine")
        secret = wish.config.secret.value if wish.config.secret is not None else ""
        made = Subscription(str(uuid.uuid4()), to, secret, wish.events, wish.active)
        self._subscriptions[made.id] = made
        self._start(made, "ping", str(uuid.uuid4()), made.shown())
        return made

    def find(self, hook_id: str) -> Subscription:
        """One subscription. Raises ``Refused``."""
        found = self._subscriptions.get(hook_id)
        if found is None:
            raise Refused(404, "the subscription is not known")
        return found

    def forget(self) -> None:
        """Drops every subscription; what is under way ends by itself."""
        self._subscriptions.clear()

    def say(self, card_id: str, told: dict[str, Any]) -> None:
        """Notes that something happened to a card; it is told by the next `flush`."""
        if self._subscriptions:
            self._said.append({"card_id": card_id} | told)

    def flush(self) -> None:
        """Begins to tell what was said."""
        while self._said:
            told = self._said.popleft()
            for subscription in tuple(self._subscriptions.values()):
                if subscription.active and EVENT in subscription.events:
                    delivery = str(uuid.uuid4())
                    wrapper = {"account_id": self._account_id, "event": EVENT, "event_delivery": delivery, EVENT: told}
                    self._start(subscription, EVENT, delivery, wrapper)

    def _start(self, subscription: Subscription, event: str, delivery: str, body: dict[str, Any]) -> None:
        if len(self._tasks) >= _MAX_WAITING:
            return
        task = asyncio.create_task(self._deliver(subscription, event, delivery, msgspec.json.encode(body)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, subscription: Subscription, event: str, delivery: str, body: bytes) -> None:
        headers = {"User-Agent": "Dintero-Hook/1.0", "event": event, "event-delivery": delivery}
        if subscription.secret:
            headers["event-signature"] = sign(subscription.secret, body)
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(self.waits[attempt - 1])
            if await post(subscription.address, headers, body):
                return
        if event != "ping":
            self._subscriptions.pop(subscription.id, None)


def sign(secret: str, body: bytes) -> str:
    """HMAC-SHA1 over the bytes, in hexadecimal; the vendor's choice, and good enough for a MAC."""
    return hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
