"""The issuer's real face, rules and books, answered inside this process: no socket, no thread, no sleep."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.types import Message

from app.backends.client import Answer, Call
from app.issuer.auth import Authenticator, Credentials
from app.issuer.books import Entry
from app.issuer.demo import DemoCard, demo_cards
from app.issuer.desk import Desk
from app.issuer.faces.swedbankpay.routes import BASE_PATH, TOKEN_PATH, SwedbankPayFace
from app.issuer.ledger import spendable_account
from app.issuer.orders import Labels
from app.issuer.server import load_keys, pin_block_opener
from app.issuer.store import MemoryStore

ROOT = "http://127.0.0.1:1"
CREDENTIALS = Credentials("client", "client-secret", "user", "hmac-secret", ("Merchant",))
EVERYTHING = 100_000
"""More entries than any simulated life books."""

P = ParamSpec("P")
T = TypeVar("T")


class Inline(Executor):
    """Runs what is submitted at once."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Caught:
    """One answer on its way out."""

    status: int = 0
    content_type: str = ""
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.content_type = dict(message["headers"]).get(b"content-type", b"").decode()
        else:
            self.body += message.get("body", b"")


class Issuer:
    """One host for many runs: :meth:`reset` gives it fresh books with the demo cards."""

    def __init__(self) -> None:
        self.cards: tuple[DemoCard, ...] = demo_cards(1)
        self.store = MemoryStore()
        keys = load_keys(self.store, CREDENTIALS)
        self.pin_key = keys.pin_key
        self.now: Callable[[], datetime] = lambda: datetime.max.replace(tzinfo=UTC)
        self._chance = random.Random(1)
        self.desk = Desk(self.store, keys.card_key, pin_block_opener(keys.pin_key), self._clock, self._draw)
        gate = Authenticator(CREDENTIALS, clock=self._clock)
        face = SwedbankPayFace(self.desk, gate, Inline())
        self._app = Starlette(routes=face.routes())
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Ends the loop that carries the face's coroutines."""
        self._loop.close()

    def _clock(self) -> datetime:
        return self.now()

    def _draw(self, digits: int) -> str:
        return "".join(self._chance.choice("0123456789") for _ in range(digits))

    def reset(self, now: Callable[[], datetime], seed: int) -> None:
        """Fresh books."""
        self.now = now
        self._chance = random.Random(seed)
        self.store = MemoryStore()
        self.desk.store = self.store
        for card in self.cards:
            self.desk.issue(card.issued(), CREDENTIALS.merchants[0], Labels())

    def card(self, name: str) -> DemoCard:
        return next(card for card in self.cards if card.name == name)

    def balance_of(self, number: str) -> int:
        account = self.desk.account_of(number)
        assert account is not None
        return self.store.balances([spendable_account(account.account_id)])[spendable_account(account.account_id)]

    def entries(self) -> list[Entry]:
        """What tills booked: everything but the opening loads."""
        return [entry for entry in self.store.entries(0, EVERYTHING) if entry.transaction_ref]

    def contract(self) -> dict[str, Any]:
        """What a till is told, as the host's first line has it."""
        return {
            "pin_key": {"format": 0, "key": self.pin_key.hex().upper()},
            "faces": {
                "swedbankpay": {
                    "base_url": f"{ROOT}{BASE_PATH}",
                    "token_url": f"{ROOT}{TOKEN_PATH}",
                    "client_id": CREDENTIALS.client_id,
                    "client_secret": CREDENTIALS.client_secret,
                    "hmac_user": CREDENTIALS.hmac_user,
                    "hmac_secret": CREDENTIALS.hmac_secret,
                    "merchant_id": CREDENTIALS.merchants[0],
                }
            },
            "cards": [{"face": "swedbankpay", "number": card.number} for card in self.cards],
        }

    def serve(self, call: Call) -> Answer:
        """One request, served to its end."""
        path = urlsplit(call.url).path
        caught = Caught()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": call.method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in call.headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 1),
            "scheme": "http",
        }
        waiting: list[Message] = [{"type": "http.request", "body": call.body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        self._loop.run_until_complete(self._app(scope, receive, caught.send))
        return Answer(caught.status, caught.content_type, bytes(caught.body), 5)
