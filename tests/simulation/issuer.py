"""The issuer's real faces, rules and books, answered inside this process: no socket, no thread, no sleep."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Message

from app.backends.client import Answer, Call
from app.domain.card import CardSecret, Expiry, Pan
from app.issuer.auth import Authenticator, Credentials
from app.issuer.books import Entry
from app.issuer.demo import demo_cards
from app.issuer.desk import Desk
from app.issuer.faces.registry import FURTHER
from app.issuer.faces.swedbankpay.routes import BASE_PATH, TOKEN_PATH, SwedbankPayFace
from app.issuer.ground import Ground
from app.issuer.ledger import FIRST_FACE, CardAccount, spendable_account
from app.issuer.orders import Labels
from app.issuer.server import load_keys, pin_block_opener
from app.issuer.store import MemoryStore
from tests.simulation.stock import stock

ROOT = "http://127.0.0.1:1"
CREDENTIALS = Credentials("client", "client-secret", "user", "hmac-secret", ("Merchant",))
EVERYTHING = 100_000
"""More entries than any simulated life books."""
OPENED = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
"""When the demo cards were entered: before any till."""
FACES = (FIRST_FACE, *FURTHER)

P = ParamSpec("P")
T = TypeVar("T")


class Inline(Executor):
    """Runs what is submitted at once."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands on whatever was raised
            done.set_exception(error)
        return done


class Books(MemoryStore):
    """Books that every face holds on to, and that can be put back to the morning of the day."""

    def keep(self) -> None:
        """This is the morning."""
        self._morning = self._copied(vars(self))

    def restore(self) -> None:
        """It is the morning again."""
        vars(self).update(self._copied(self._morning))

    @staticmethod
    def _copied(state: dict[str, Any]) -> dict[str, Any]:
        """Copies of everything that changes: what lies in it never does, but for the notes of an owner."""
        parts: dict[str, Any] = {name: copy.copy(part) for name, part in state.items() if isinstance(part, dict | list)}
        parts.pop("_morning", None)
        parts["_notes"] = {owner: dict(notes) for owner, notes in parts["_notes"].items()}
        return parts


@dataclass(frozen=True)
class Card:
    """A demo card as the host's first line tells it, and as it lies at the counter."""

    face: str
    name: str
    number: str = field(repr=False)
    cvc: str = field(repr=False)
    expiry: str
    track2: str = field(repr=False)
    pin: str = field(repr=False)
    balance: int

    def keyed(self, code: str) -> CardSecret:
        """What a cashier keys who reads it off the card."""
        return CardSecret(Pan(self.number), Expiry.parse(self.expiry), code)


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
    """One host for many runs: :meth:`reset` gives it fresh books with the demo cards of all faces."""

    def __init__(self) -> None:
        self.store = Books()
        keys = load_keys(self.store, CREDENTIALS)
        self.pin_key = keys.pin_key
        self.now: Callable[[], datetime] = lambda: OPENED
        self._chance = random.Random(1)
        desk = Desk(self.store, keys.card_key, pin_block_opener(keys.pin_key), self._clock, self._draw)
        routes: list[BaseRoute] = []
        routes += SwedbankPayFace(desk, Authenticator(CREDENTIALS, clock=self._clock), Inline()).routes()
        for card in demo_cards(1):
            desk.issue(card.issued(), CREDENTIALS.merchants[0], Labels())
        life = timedelta(hours=1)
        ground = Ground(self.store, Inline(), keys.card_key, self._clock, self._draw, 1, life, None)
        further = {name: FURTHER[name](ground) for name in FURTHER}
        for face in further.values():
            routes += face.routes()
        self.faces = {FIRST_FACE: _first(), **{name: face.contract(ROOT) for name, face in further.items()}}
        told = [card for face in further.values() for card in face.cards()]
        names = ("face", "name", "number", "cvc", "expiry", "track2", "pin", "balance")
        self.cards = (
            *(
                Card(FIRST_FACE, c.name, c.number, c.cvc, f"{c.expiry:%m/%y}", c.track2, c.pin, c.balance)
                for c in demo_cards(1)
            ),
            *(Card(**{name: card[name] for name in names}) for card in told),
        )
        # each face enters its cards in the order in which it tells them; a printed row it does not tell comes after
        entered = self.store.accounts(0, EVERYTHING)
        self.account_of = {
            card.number: account.account_id
            for face in (FIRST_FACE, *FURTHER)
            for card, account in zip(
                (card for card in self.cards if card.face == face),
                (account for account in entered if account.face == face),
                strict=False,
            )
        }
        assert len(self.account_of) == len(self.cards)
        stock(further["dintero"])
        self.opening = len(self.all_entries())
        self.store.keep()
        self._app = Starlette(routes=routes)
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Ends the loop that carries the faces' coroutines."""
        self._loop.close()

    def _clock(self) -> datetime:
        return self.now()

    def _draw(self, digits: int) -> str:
        return "".join(self._chance.choice("0123456789") for _ in range(digits))

    def reset(self, now: Callable[[], datetime], seed: int) -> None:
        """Fresh books."""
        self.now = now
        self._chance = random.Random(seed)
        self.store.restore()

    def card(self, name: str, face: str = FIRST_FACE) -> Card:
        """A demo card."""
        return next(card for card in self.cards if (card.face, card.name) == (face, name))

    def spendable(self) -> dict[str, int]:
        """What every card can spend by the books, by account."""
        names = {account.account_id: spendable_account(account.account_id) for account in self.accounts()}
        balances = self.store.balances(list(names.values()))
        return {account_id: balances[name] for account_id, name in names.items()}

    def accounts(self) -> list[CardAccount]:
        """Every card in the books."""
        return list(self.store.accounts(0, EVERYTHING))

    def all_entries(self) -> list[Entry]:
        """The books, opening loads included."""
        return list(self.store.entries(0, EVERYTHING))

    def entries(self) -> list[Entry]:
        """What tills booked: everything but the opening loads."""
        return [entry for entry in self.all_entries() if entry.transaction_ref]

    def contract(self) -> dict[str, Any]:
        """What a till is told, as the host's first line has it."""
        return {
            "pin_key": {"format": 0, "key": self.pin_key.hex().upper()},
            "faces": self.faces,
            "cards": [{"face": card.face, "number": card.number} for card in self.cards],
        }

    def serve(self, call: Call) -> Answer:
        """One request, served to its end."""
        parts = urlsplit(call.url)
        caught = Caught()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": call.method,
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
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


def _first() -> dict[str, str]:
    return {
        "base_url": f"{ROOT}{BASE_PATH}",
        "token_url": f"{ROOT}{TOKEN_PATH}",
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "hmac_user": CREDENTIALS.hmac_user,
        "hmac_secret": CREDENTIALS.hmac_secret,
        "merchant_id": CREDENTIALS.merchants[0],
    }
