"""What the client asked and the face answered, held against the vendor's own document (Gr4vy's OpenAPI extract).

It stands between the faults and the face, so it sees what the host would have said on a good day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.issuer.faces.gr4vy.routes import BASE_PATH
from app.issuer.server import IssuerHost
from tests.issuer.gr4vy import schema
from tests.issuer.gr4vy.test_fuzz import SALE

SEARCH = {"external_identifier", "has_gift_card_redemptions", "gift_card_id", "gift_card_last4", "cursor", "limit"}
"""What the vendor's page says of `GET /transactions`; the extract leaves it out."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes


class Witness:
    """Remembers every exchange of a host."""

    def __init__(self, host: IssuerHost) -> None:
        self.seen: list[Exchange] = []
        injector: Any = host._server.config.app
        self._app: ASGIApp = injector._app
        injector._app = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, told = bytearray(), bytearray()
        status = 0

        async def heard() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def said(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            told.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, heard, said)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        path, query = scope["path"], scope["query_string"].decode()
        self.seen.append(Exchange(scope["method"], path, query, headers, bytes(asked), status, bytes(told)))


def problems(exchange: Exchange) -> list[str]:
    """What the vendor's document does not allow: in the request, whatever became of it, and in its answer."""
    path = exchange.path.removeprefix(BASE_PATH)
    operation = schema.operation(exchange.method, path)
    return _asked(exchange, path, operation) + _told(exchange, operation)


def _asked(exchange: Exchange, path: str, operation: schema.Json | None) -> list[str]:
    query = {name for name, _ in parse_qsl(exchange.query)}
    if operation is None:
        if (exchange.method, path) == ("POST", "/transactions"):
            return schema.problems(json.loads(exchange.body), _sale())
        searches = exchange.method == "GET" and path.startswith("/transactions")
        return [] if searches and query <= SEARCH else [f"{exchange.method} {path}?{exchange.query} is not known"]
    parameters = operation.get("parameters", [])
    found = [f"?{name} is not known" for name in query - {one["name"] for one in parameters if one["in"] == "query"}]
    takes_key = any(one["name"] == "idempotency-key" for one in parameters)
    if "idempotency-key" in exchange.headers and not takes_key:
        found.append("takes no idempotency-key")
    wanted = schema.body_of(operation.get("requestBody", {}))
    if wanted is None:
        return found + ([f"{path} takes no body"] if exchange.body else [])
    return found + schema.problems(json.loads(exchange.body), wanted)


def _sale() -> schema.Json:
    """The sale of the fuzz, and the buyer of a stored card."""
    buyer = {"buyer_id": {"type": "string", "format": "uuid"}, "buyer_external_identifier": {"type": "string"}}
    return SALE | {"properties": SALE["properties"] | buyer, "additionalProperties": False}


def _told(exchange: Exchange, operation: schema.Json | None) -> list[str]:
    if exchange.status >= 500:
        return [f"answers {exchange.status}"]
    if exchange.status >= 400:
        return schema.problems(json.loads(exchange.answer), schema.SCHEMAS[f"Error{exchange.status}"])
    if operation is None:
        told = json.loads(exchange.answer)
        sales = told.get("items", [told])
        spent = [one for sale in sales for one in sale["gift_card_redemptions"]]
        return [text for one in spent for text in schema.problems(one, schema.SCHEMAS["GiftCardRedemption"])]
    response = operation["responses"].get(str(exchange.status))
    if response is None:
        return [f"{exchange.status} is no answer"]
    wanted = schema.body_of(response)
    if wanted is None:
        return ["has a body"] if exchange.answer else []
    return schema.problems(json.loads(exchange.answer), wanted)
