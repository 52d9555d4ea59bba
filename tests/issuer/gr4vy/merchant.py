"""A merchant of the face, written from the vendor's pages; answers and taken requests are held to the extract."""

from __future__ import annotations

import itertools
import json
import ssl
import time
import uuid
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from app.crypto.jwt import SigningKey
from app.issuer.faces.gr4vy.cards import NewCard
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.server import IssuerHost
from tests.issuer.gr4vy import schema

Json = dict[str, Any]

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_NUMBERS = itertools.count(1)
PIN = "48213"
ALL = ("*.read", "*.write")


class Merchant:
    """Signs, sends and checks."""

    def __init__(self, host: IssuerHost) -> None:
        self.host = host
        self.contract = host.contract
        self.key = SigningKey.from_pem(self.contract["faces"]["gr4vy"]["private_key_pem"])
        self.base: str = self.contract["faces"]["gr4vy"]["base_url"]
        self.http = httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)
        self.seen: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def token(self, *scopes: str, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": "sdk", "iat": now, "nbf": now, "exp": now + 3600, "jti": str(uuid.uuid4())}
        return self.key.sign(claims | {"scopes": list(scopes or ALL)} | changes)

    def call(
        self, method: str, path: str, body: Any = None, *, headers: Json | None = None, raw: bytes | None = None
    ) -> httpx.Response:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        full: Json = {
            "Authorization": f"Bearer {self.token()}",
            "Content-Type": "application/json",
        } | (headers or {})
        kept = {name: value for name, value in full.items() if value is not None}
        answer = self.http.request(method, self.base + path, content=content, headers=kept)
        self._check(method, urlsplit(path).path, body, answer)
        return answer

    def _check(self, method: str, path: str, body: Any, answer: httpx.Response) -> None:
        self.seen.append(answer.text)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/json"
            said = answer.json()
            assert {"type", "code", "status", "message", "details"} <= set(said), said
            name = f"Error{answer.status_code}"
            assert schema.problems(said, schema.SCHEMAS[name]) == []
            return
        operation = schema.operation(method, path)
        if operation is None:
            return
        response = operation["responses"].get(str(answer.status_code))
        assert response is not None, f"{answer.status_code} is no answer to {method} {path}"
        wanted = schema.body_of(response)
        if wanted is None:
            assert answer.content == b""
        else:
            assert schema.problems(answer.json(), wanted) == []
        request = schema.body_of(operation.get("requestBody", {}))
        if request is not None:
            assert schema.problems(body, request) == []

    def post(self, path: str, body: Any, key: str = "", **headers: Any) -> httpx.Response:
        return self.call("POST", path, body, headers=headers | ({"idempotency-key": key} if key else {}))

    def get(self, path: str, **headers: Any) -> httpx.Response:
        return self.call("GET", path, headers=headers)

    # -- cards -------------------------------------------------------------------------------------------------------

    def card(self, minor: int = 10_000, **changes: Any) -> Json:
        """A card from the printer, as it is typed."""
        number = changes.pop("number", f"701337{next(_NUMBERS):013d}")
        face = self.host.further["gr4vy"]
        assert isinstance(face, Gr4vyFace)
        face.enter(NewCard(number, PIN, minor, **changes))
        return {"number": number, "pin": PIN}

    def demo(self, name: str) -> Json:
        found = next(card for card in self.contract["cards"] if (card["face"], card["name"]) == ("gr4vy", name))
        return {"number": found["number"], "pin": found["pin"]}

    def stored(self, card: Json, **buyer: str) -> Json:
        answer = self.post("/gift-cards", card | buyer)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def balance(self, card: Json) -> Json:
        answer = self.post("/gift-cards/balances", {"items": [card]})
        assert answer.status_code == 200, answer.text
        (summary,) = answer.json()["items"]
        found: Json = summary
        return found

    def sale(self, *cards: Json, **changes: Any) -> Json:
        total = sum(card["amount"] for card in cards)
        return {"amount": total, "currency": "NOK", "intent": "capture", "gift_cards": list(cards)} | changes

    def pay(self, *cards: Json, key: str = "", **changes: Any) -> Json:
        answer = self.post("/transactions", self.sale(*cards, **changes), key)
        assert answer.status_code == 201, answer.text
        for spent in answer.json()["gift_card_redemptions"]:
            assert schema.problems(spent, schema.SCHEMAS["GiftCardRedemption"]) == []
        paid: Json = answer.json()
        return paid
