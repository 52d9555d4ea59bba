"""The endpoints: authenticate, read, ask the books, answer.

The books are asked on one thread of their own, so the order in which requests are booked is the order in which they
were read. A key that is being worked on is noted on the network's loop, before that thread is asked.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.issuer.faces.gr4vy import bodies, replies
from app.issuer.faces.gr4vy.access import Access, Barred
from app.issuer.faces.gr4vy.bodies import Malformed, Problem
from app.issuer.faces.gr4vy.counter import Counter
from app.issuer.faces.gr4vy.replies import Json
from app.issuer.faces.gr4vy.vault import Duplicate, NotFound
from app.issuer.paths import REST

BASE_PATH = "/gr4vy"
MAX_BODY = 256 * 1024
MAX_KEY = 255
KEY_HEADER = "idempotency-key"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CARDS_READ, CARDS_WRITE = "gift-cards.read", "gift-cards.write"
PAID_READ, PAID_WRITE = "transactions.read", "transactions.write"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was let in."""

    account: str
    path: dict[str, str]
    query: dict[str, str]
    body: bytes
    key: str

    def id(self, name: str) -> str:
        """A UUID of the path."""
        return bodies.uuid(self.path[name], name)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `keyed` ones take an idempotency key."""

    scopes: tuple[str, ...]
    status: int
    work: Callable[[Asked], Json | None]
    keyed: bool = False


class Concurrent(Exception):
    """A request with this key is being worked on."""


class TooLarge(Exception):
    """A body beyond what this host reads."""


class Routes:
    """Serves the API. `books` is the thread that asks the counter; `told` is called on the loop when it is done."""

    def __init__(self, counter: Counter, access: Access, books: Executor, told: Callable[[], None]) -> None:
        self._access = access
        self._books = books
        self._told = told
        self._running: set[tuple[str, str]] = set()
        self._paths = _operations(counter)

    def routes(self) -> list[BaseRoute]:
        """Every path, and one that answers for all others in the vendor's words."""
        made: list[BaseRoute] = [
            Route(BASE_PATH + path, partial(self._serve, operations), methods=list(METHODS))
            for path, operations in self._paths.items()
        ]
        return [*made, Route(f"{BASE_PATH}/{{rest:{REST}}}", partial(self._serve, {}), methods=list(METHODS))]

    async def _serve(self, operations: dict[str, Operation], request: Request) -> Response:
        """Lets a request in, hands it on, and turns every refusal into an answer."""
        try:
            operation = operations.get(request.method)
            if operation is None:
                return _not_served(operations)
            body = await _read_body(request)
            account = self._access.check(request.headers, operation.scopes)
            if isinstance(account, Barred):
                return _json(replies.error(account.status, account.message))
            asked = Asked(account, request.path_params, _query(request), body, _key(request, operation))
            answer = await self._ask(operation, asked)
            return Response(status_code=204) if answer is None else _json(answer, operation.status)
        except Malformed as error:
            return _json(replies.error(400, "Request failed validation", error.problems))
        except NotFound:
            return _json(replies.error(404))
        except Duplicate as error:
            named = {"resource_id": error.resource_id} if error.resource_id else {}
            return _json(replies.error(409) | named)
        except Concurrent:
            return _json(replies.error(409, "A request with this key is running", code="concurrent_request"))
        except TooLarge:
            return _json(replies.error(400, "The request is too large"))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    async def _ask(self, operation: Operation, asked: Asked) -> Json | None:
        running = (asked.account, asked.key)
        if asked.key and running in self._running:
            raise Concurrent
        loop = asyncio.get_running_loop()
        if asked.key:
            self._running.add(running)
        # a client that leaves does not end the work, so the key is free only when the work is done
        work = loop.run_in_executor(self._books, operation.work, asked)
        work.add_done_callback(lambda _done: self._done(running))
        return await asyncio.shield(work)

    def _done(self, running: tuple[str, str]) -> None:
        self._running.discard(running)
        self._told()


def _operations(counter: Counter) -> dict[str, dict[str, Operation]]:
    """Every path with its methods."""
    read, write, paid, pay = (CARDS_READ,), (CARDS_WRITE,), (PAID_READ,), (PAID_WRITE,)
    one_paid = "/transactions/{transaction_id}"
    return {
        "/gift-cards": {
            "POST": Operation(write, 201, lambda asked: counter.create(asked.account, asked.body)),
            "GET": Operation(read, 200, lambda asked: counter.cards(asked.account, asked.query)),
        },
        "/gift-cards/balances": {
            "POST": Operation(read, 200, lambda asked: counter.balances(asked.account, asked.body)),
        },
        "/gift-cards/activations": {
            "POST": Operation(
                write, 201, lambda asked: counter.activate(asked.account, asked.body, asked.key), keyed=True
            ),
        },
        "/gift-cards/issuances": {
            "POST": Operation(
                write, 201, lambda asked: counter.issue(asked.account, asked.body, asked.key), keyed=True
            ),
        },
        "/gift-cards/{gift_card_id}": {
            "GET": Operation(read, 200, lambda asked: counter.card(asked.account, asked.id("gift_card_id"))),
            "DELETE": Operation(write, 204, lambda asked: counter.delete(asked.account, asked.id("gift_card_id"))),
        },
        "/buyers/gift-cards": {
            "GET": Operation(read, 200, lambda asked: counter.buyers_cards(asked.account, asked.query)),
        },
        "/transactions": {
            "POST": Operation(pay, 201, lambda asked: counter.pay(asked.account, asked.body, asked.key), keyed=True),
            "GET": Operation(paid, 200, lambda asked: counter.transactions(asked.account, asked.query)),
        },
        one_paid: {
            "GET": Operation(paid, 200, lambda asked: counter.transaction(asked.account, asked.id("transaction_id"))),
        },
        f"{one_paid}/refunds": {
            "POST": Operation(
                pay,
                201,
                lambda asked: counter.refund(asked.account, asked.id("transaction_id"), asked.body, asked.key),
                keyed=True,
            ),
            "GET": Operation(paid, 200, lambda asked: counter.refunds(asked.account, asked.id("transaction_id"))),
        },
        f"{one_paid}/refunds/all": {
            "POST": Operation(
                (*pay, *write),
                201,
                lambda asked: counter.refund_all(asked.account, asked.id("transaction_id"), asked.body, asked.key),
                keyed=True,
            ),
        },
        f"{one_paid}/refunds/{{refund_id}}": {
            "GET": Operation(
                paid,
                200,
                lambda asked: counter.refund_of(asked.account, asked.id("refund_id"), asked.id("transaction_id")),
            ),
        },
        "/refunds/{refund_id}": {
            "GET": Operation(paid, 200, lambda asked: counter.refund_of(asked.account, asked.id("refund_id"), "")),
        },
    }


async def _read_body(request: Request) -> bytes:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BODY:
            raise TooLarge
    return bytes(parts)


def _query(request: Request) -> dict[str, str]:
    """The query's members; the first of a name counts."""
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, value)
    return values


def _key(request: Request, operation: Operation) -> str:
    key = request.headers.get(KEY_HEADER, "") if operation.keyed else ""
    if len(key) > MAX_KEY:
        raise Malformed(Problem(f"/{KEY_HEADER}", "must be at most 255 characters", "header"))
    return key


def _not_served(operations: dict[str, Operation]) -> Response:
    """A path nobody knows, or one that is asked in another way (RFC 9110 wants to know in which it may be)."""
    answer = _json(replies.error(405 if operations else 404))
    if operations:
        answer.headers["Allow"] = ", ".join(sorted(operations))
    return answer


def _json(body: Json, status: int = 0) -> Response:
    """An answer; an error's own status where none is given."""
    headers = {"WWW-Authenticate": "Bearer"} if body.get("status") == 401 else None
    return Response(msgspec.json.encode(body), status or int(body["status"]), headers, "application/json")
