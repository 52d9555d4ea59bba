"""The paths: let in, read, ask the books, answer.

The books are asked on the host's one thread for them, so requests are booked in the order in which they were read.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.issuer.faces.dintero import replies, wire
from app.issuer.faces.dintero.cards import Cards
from app.issuer.faces.dintero.gate import READS, Caller, Gate, Refused
from app.issuer.faces.dintero.hooks import SCOPES, Hooks, Wish
from app.issuer.faces.dintero.money import Wallets
from app.issuer.paths import REST

ROOT = "/v1"

# A batch of a hundred cards with names of 255 characters is 30 KB.
_MAX_BODY = 128 * 1024
_DEFAULT_PAGE, _LARGEST_PAGE = 10, 100
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

Result = TypeVar("Result")
Answer = tuple[int, Any]
Handler = Callable[[Request, Caller, bytes], Answer]


class Paths:
    """Serves the wallets of one account."""

    def __init__(
        self, gate: Gate, cards: Cards, wallets: Wallets, hooks: Hooks, now: Callable[[], Any], books: Executor
    ) -> None:
        self._gate = gate
        self._hooks = hooks
        self._cards = cards
        self._wallets = wallets
        self._now = now
        self._books = books

    def routes(self) -> list[BaseRoute]:
        """Every path of the face; what is none of them gets the vendor's error body, too."""
        wallets = f"{ROOT}/accounts/{{aid}}/wallets"
        hooks = f"{ROOT}/accounts/{{aid}}/hooks/subscriptions"
        card = f"{wallets}/cards/{{card:{REST}}}"
        customer = f"{wallets}/customers/{{customer}}/cards"
        return [
            Route(f"{ROOT}/accounts/{{aid}}/auth/token", self._token, methods=["POST"]),
            self._route("POST", f"{wallets}/info", self._info),
            self._route("POST", f"{wallets}/transactions", self._transact),
            self._route("POST", f"{wallets}/transactions/{{id}}/capture", self._capture),
            self._route("POST", f"{wallets}/transactions/{{id}}/void", self._void),
            self._route("POST", f"{wallets}/cards", self._create),
            self._route("GET", f"{wallets}/cards", self._list),
            self._route("POST", f"{wallets}/cards/batch", self._batch),
            self._route("POST", f"{card}/activate", self._activate),
            self._route("POST", f"{card}/tokens", self._add_code),
            self._route("POST", f"{card}/rotate-pin", self._rotate_pin),
            self._route("GET", f"{card}/transactions", self._history),
            self._route("GET", card, self._read),
            self._route("DELETE", card, self._delete),
            self._route("GET", customer, self._of_customer),
            self._route("GET", f"{customer}/{{card:{REST}}}", self._read),
            Route(f"{hooks}", partial(self._hook, self._subscribe), methods=["POST"]),
            Route(f"{hooks}/{{id}}", partial(self._hook, self._subscription), methods=["GET"]),
            Route(f"{ROOT}/{{rest:{REST}}}", self._nothing, methods=_METHODS),
        ]

    def _route(self, method: str, path: str, handler: Handler) -> Route:
        return Route(path, partial(self._serve, handler), methods=[method])

    async def _serve(self, handler: Handler, request: Request) -> Response:
        try:
            body = await _whole(request)
            caller = self._gate.check(request.path_params["aid"], request.headers)
            status, answer = await self._ask(lambda: handler(request, caller, body))
            self._hooks.flush()
        except Refused as refused:
            return _refusal(refused)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        return Response(status_code=status) if answer is None else _json(answer, status)

    async def _ask(self, question: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._books, question)

    async def _token(self, request: Request) -> Response:
        try:
            authorization = request.headers.get("authorization", "")
            granted = self._gate.grant(request.path_params["aid"], authorization, await _whole(request))
        except Refused as refused:
            return _refusal(refused)
        answer = {"access_token": granted.value, "token_type": "Bearer", "expires_in": granted.expires_in}
        return _json(answer, 200, {"Cache-Control": "no-store"})

    async def _hook(self, handler: Callable[[Request, bytes], Any], request: Request) -> Response:
        """Subscriptions are kept on the loop, beside the deliveries."""
        try:
            body = await _whole(request)
            self._gate.check(request.path_params["aid"], request.headers).needs(SCOPES, "hooks")
            return _json(handler(request, body), 200)
        except Refused as refused:
            return _refusal(refused)

    def _subscribe(self, _request: Request, body: bytes) -> Any:
        return self._hooks.subscribe(wire.read(body, Wish)).shown()

    def _subscription(self, request: Request, _body: bytes) -> Any:
        return self._hooks.find(request.path_params["id"]).shown()

    async def _nothing(self, _request: Request) -> Response:
        return _refusal(Refused(404, "there is nothing here"))

    # -- money --------------------------------------------------------------------------------------------------------

    def _info(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        return 200, replies.card(self._cards.info(caller, wire.read(body, wire.Info)), self._now())

    def _transact(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        return 200, replies.transaction(self._wallets.transact(caller, wire.read(body, wire.Transaction)))

    def _capture(self, request: Request, caller: Caller, body: bytes) -> Answer:
        wish = wire.read(body, wire.FollowUp)
        return 200, replies.transaction(self._wallets.capture(caller, request.path_params["id"], wish))

    def _void(self, request: Request, caller: Caller, body: bytes) -> Answer:
        wish = wire.read(body, wire.FollowUp)
        return 200, replies.transaction(self._wallets.void(caller, request.path_params["id"], wish))

    def _history(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        caller.needs(READS, "reading cards")
        page, after = self._wallets.history(request.path_params["card"], *_page(request))
        return 200, {"transactions": [replies.transaction(moved) for moved in page], "starting_after": after}

    # -- cards --------------------------------------------------------------------------------------------------------

    def _create(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        return 200, replies.made(self._cards.create(caller, wire.read(body, wire.NewCard)), self._now())

    def _batch(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        made = self._cards.batch(caller, wire.read(body, wire.Batch))
        return 200, {"cards": [replies.made(one, self._now()) for one in made]}

    def _activate(self, request: Request, caller: Caller, body: bytes) -> Answer:
        wish = wire.read(body, wire.Activation)
        return 200, replies.card(self._cards.activate(caller, request.path_params["card"], wish), self._now())

    def _add_code(self, request: Request, caller: Caller, body: bytes) -> Answer:
        wish = wire.read(body, wire.NewCode)
        return 200, replies.code(*self._cards.add_code(caller, request.path_params["card"], wish))

    def _rotate_pin(self, request: Request, caller: Caller, body: bytes) -> Answer:
        wish = wire.read(body, wire.NewPin)
        return 200, replies.pin(self._cards.rotate_pin(caller, request.path_params["card"], wish))

    def _read(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        held = self._cards.read(caller, request.path_params["card"], request.path_params.get("customer"))
        return 200, replies.card(held, self._now())

    def _list(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        after, limit = _page(request)
        deleted = request.query_params.get("include_deleted", "false") == "true"
        cards, more = self._cards.listed(caller, after, limit, deleted=deleted)
        return 200, {"cards": [replies.card(held, self._now()) for held in cards], "starting_after": more}

    def _of_customer(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        cards = self._cards.of_customer(caller, request.path_params["customer"])
        return 200, [replies.card(held, self._now()) for held in cards]

    def _delete(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        self._cards.delete(caller, request.path_params["card"])
        return 204, None


def _page(request: Request) -> tuple[str, int]:
    """Cursor and size of a page. Raises ``Refused``."""
    after, limit = request.query_params.get("starting_after", ""), request.query_params.get("limit", "")
    size = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 4 else _DEFAULT_PAGE if not limit else 0
    if not 1 <= size <= _LARGEST_PAGE:
        raise Refused(400, f"limit must be 1 to {_LARGEST_PAGE}")
    if not after.isascii() or len(after) > 64:
        raise Refused(400, "starting_after must come from an earlier answer")
    return after, size


async def _whole(request: Request) -> bytes:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > _MAX_BODY:
            raise Refused(413, "the request is too large")
    return bytes(parts)


def _json(value: object, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def _refusal(refused: Refused) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
    return _json(replies.error(refused.status, refused.message), refused.status, headers)
