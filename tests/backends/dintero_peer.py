"""A wallet host in the small: answers on sight unless the test has queued a reply, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.backends.base import Surroundings
from app.backends.providers.dintero import Dintero
from app.backends.providers.dintero_settings import DinteroSettings
from app.domain.card import CLEAR_PIN, CardSecret, Expiry, Pan, PinBlock
from app.domain.host import HostRequest, Original
from app.domain.verb import Verb
from tests.backends import making
from tests.backends.peer import Answering, Json, Peer, Received, Reply, reply

AID = "T12345678"
TOKEN = f"/v1/accounts/{AID}/auth/token"
WALLETS = f"/v1/accounts/{AID}/wallets"
CARD = "till-1-000041"
CODE = "001234567890123456"
SALE = "7c1c2f9e-0000-4000-8000-00000000000c"


def error(status: int, message: str, code: str = "") -> Reply:
    """A refusal as the vendor writes them."""
    return reply({"error": {"message": message} | ({"code": code} if code else {})}, status)


def told(status: str = "unused", available: int | None = 10_000, **changes: Any) -> Json:
    """A card."""
    card: Json = {
        "card_id": CARD,
        "id": "0d9f",
        "status": status,
        "currency": "NOK",
        "amount": 10_000,
        "amount_balance": 99_999,
        "amount_available": available,
        "expires_at": "2029-12-31T23:59:59Z",
        "tokens": [{"masked_code": "VOUCH:************3456", "format": {}}],
        "metadata": {},
    }
    return card | changes


_TYPES = {"capture": "drawdown", "void": "voided"}


def booked(**changes: Any) -> Callable[[Received], Reply]:
    """The answer to a money call."""

    def answer(received: Received) -> Reply:
        asked = received.json
        parts = received.path.split("/")
        named = _TYPES.get(parts[-1])
        kind = named or ("pending_capture" if asked.get("pending") else asked["type"])
        made = {"id": SALE, "ref_id": asked["ref_id"], "type": kind, "currency": "NOK"}
        made |= {"amount": asked.get("amount", 12345)} | ({"parent_id": parts[-2]} if named else {})
        return reply(made | changes)

    return answer


class Wallets(Peer):
    """Listens on loopback while the ``with`` lasts. ``history`` is what every card has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[Json] = []

    def __enter__(self) -> Wallets:
        super().__enter__()
        return self

    def calls(self, ending: str = "") -> list[Received]:
        with self._lock:
            return [item for item in self.received if item.path != TOKEN and item.path.endswith(ending)]

    def token_calls(self) -> list[Received]:
        with self._lock:
            return [item for item in self.received if item.path == TOKEN]

    def _choose(self, received: Received) -> Answering:
        if received.path == TOKEN:
            self._tokens_given += 1
            token = {"access_token": f"token-{self._tokens_given}", "token_type": "Bearer", "expires_in": 3600}
            return self.tokens.popleft() if self.tokens else reply(token)
        if self._queue:
            return self._queue.popleft()
        path = received.path.partition("?")[0].removeprefix(WALLETS)
        if path == "/info" or (received.method == "GET" and path == f"/cards/{CARD}"):
            return reply(told())
        if path.endswith("/transactions") and received.method == "GET":
            return reply({"transactions": self.history, "starting_after": None})
        if path == "/cards" and received.method == "GET":
            return reply({"cards": [], "starting_after": None})
        if path == "/cards":
            return reply(new_card(received))
        return booked() if path.startswith("/transactions") else error(404, "not found", "NOT FOUND")


def new_card(received: Received, code: str = CODE, **changes: Any) -> Json:
    """The answer to a new card: code and PIN in clear."""
    asked = received.json
    secrets: Json = {"card_token": {"id": "t", "token": {"value": code, "barcode_128": ""}}}
    if "pin" in asked:
        secrets["pin"] = {"format": {}, "pin": {"value": "0123", "barcode_128": ""}}
    return told(available=asked["amount"], card_id=asked["card_id"]) | secrets | changes


def settings(url: str, **changes: Any) -> DinteroSettings:
    values: dict[str, Any] = {
        "base_url": f"{url}/v1",
        "token_url": url + TOKEN,
        "account_id": AID,
        "client_id": "manager",
        "client_secret": "manager-secret",
        "pay_client_id": "payer",
        "pay_client_secret": "payer-secret",
    }
    return DinteroSettings(**(values | changes))


def backend(url: str, around: Surroundings | None = None, **changes: Any) -> Dintero:
    return Dintero(settings(url, **changes), around)


def card() -> CardSecret:
    return CardSecret(Pan(CODE), Expiry(2029, 12))


def pin(digits: str = "0123") -> PinBlock:
    return PinBlock(digits.encode(), CLEAR_PIN)


ORIGINAL = replace(making.ORIGINAL, host_id=SALE, account_id=CARD)

TAKES_CARD = frozenset({Verb.BALANCE, Verb.REDEEM, Verb.AUTHORIZE, Verb.CASH_OUT, Verb.RELOAD, Verb.ACTIVATE})


def request(verb: Verb = Verb.REDEEM, original: Original | None = None, **changes: Any) -> HostRequest:
    """A request with an account, a card where the verb takes one, and an original where it names one."""
    undoing = original or (ORIGINAL if verb in making.UNDOING else None)
    values: dict[str, Any] = {
        "face": "dintero",
        "account_id": CARD,
        "card": card() if verb in TAKES_CARD else None,
        "original": undoing,
    }
    return making.request(verb, **(values | changes))


def transaction(kind: str, amount: int, ref_id: str = "other", **changes: Any) -> Json:
    """One line of a card's history."""
    line: Json = {"id": f"id-{ref_id}", "ref_id": ref_id, "type": kind, "amount": amount, "currency": "NOK"}
    return line | changes
