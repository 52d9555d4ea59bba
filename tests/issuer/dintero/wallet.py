"""A till's side of the Dintero face, written from the vendor's pages and not from the host's code."""

from __future__ import annotations

import itertools
import ssl
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.issuer.server import IssuerHost

Json = dict[str, Any]

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_NAMES = itertools.count(1)


class Clock:
    """The host's time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def ahead(self, **parts: float) -> str:
        """A moment from now, as the wire has it."""
        return (self.now + timedelta(**parts)).isoformat().replace("+00:00", "Z")


class Wallet:
    """One API client of the host's account."""

    def __init__(self, host: IssuerHost, clock: Clock, client: tuple[str, str] | None = None) -> None:
        self.host = host
        self.clock = clock
        self.face: dict[str, str] = host.contract["faces"]["dintero"]
        self.account = self.face["account_id"]
        self.client = client or (self.face["client_id"], self.face["client_secret"])
        self.http = httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)
        self._token = ""

    def paying(self) -> Wallet:
        return Wallet(self.host, self.clock, (self.face["pay_client_id"], self.face["pay_client_secret"]))

    def close(self) -> None:
        self.http.close()

    def token_call(self, auth: tuple[str, str] | None = None, **changes: Any) -> httpx.Response:
        body = {
            "grant_type": "client_credentials",
            "audience": f"https://api.dintero.com/v1/accounts/{self.account}",
        }
        return self.http.post(self.face["token_url"], json=body | changes, auth=auth or self.client)

    def token(self) -> str:
        if not self._token:
            self._token = self.token_call().json()["access_token"]
        return self._token

    def call(
        self, method: str, path: str, body: object = None, *, account: str = "", token: str = ""
    ) -> httpx.Response:
        url = f"{self.face['base_url']}/accounts/{account or self.account}/wallets{path}"
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        if isinstance(body, bytes):
            return self.http.request(method, url, content=body, headers=headers)
        return self.http.request(method, url, json=body, headers=headers)

    def post(self, path: str, body: object) -> httpx.Response:
        return self.call("POST", path, body)

    def get(self, path: str) -> httpx.Response:
        return self.call("GET", path)

    def good(self, path: str, body: object) -> Json:
        answer = self.post(path, body)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    # -- what tests do all the time -----------------------------------------------------------------------------------

    def card(self, amount: int = 10_000, **more: Any) -> Json:
        body = {"card_id": f"card-{next(_NAMES)}", "amount": amount, "currency": "NOK"}
        return self.good("/cards", body | more)

    def blank(self, **options: Any) -> Json:
        body: Json = {"cards": [{"card_id": f"blank-{next(_NAMES)}", "type": "gift_card"}], "options": options}
        made: Json = self.good("/cards/batch", body)["cards"][0]
        return made

    def read(self, card: Json) -> Json:
        found: Json = self.get(f"/cards/{card['card_id']}").json()
        return found

    def amounts(self, card: Json) -> tuple[int, int]:
        """Available and balance."""
        found = self.read(card)
        return found["amount_available"], found["amount_balance"]

    def move(self, card: Json, amount: int, **changes: Any) -> httpx.Response:
        """A drawdown by code, or what the changes make of it; None leaves a member out."""
        body = {
            "ref_id": str(uuid.uuid4()),
            "amount": amount,
            "currency": "NOK",
            "type": "drawdown",
            "token": code_of(card),
        } | changes
        return self.post("/transactions", {name: value for name, value in body.items() if value is not None})

    def fund(self, card: Json, amount: int, **changes: Any) -> httpx.Response:
        return self.move(card, amount, **({"type": "fund", "token": None, "card_id": card["card_id"]} | changes))

    def reserve(self, card: Json, amount: int) -> str:
        answer = self.move(card, amount, pending=True)
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["id"]
        return found

    def follow(self, name: str, transaction: str, ref_id: str = "", **more: Any) -> httpx.Response:
        return self.post(f"/transactions/{transaction}/{name}", {"ref_id": ref_id or str(uuid.uuid4())} | more)


def code_of(card: Json) -> str:
    found: str = card["card_token"]["token"]["value"]
    return found


def pin_of(card: Json) -> str:
    found: str = card["pin"]["pin"]["value"]
    return found


def refused(answer: httpx.Response, status: int) -> bool:
    """Whether it was refused so, and says why (DH34)."""
    message = answer.json()["error"]["message"]
    assert isinstance(message, str)
    assert message
    return answer.status_code == status
