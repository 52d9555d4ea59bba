"""The host's own window: check the books, list them, and order faults. Loopback only, no credentials.

===================== ========================================================================================
`GET check`           `{"balanced": true, "postings": n}`; where it is false, `faults` names what does not add up
`GET transactions`    what stands in the books, oldest first, `?after=<number>&limit=<n>`:
                      `{"transactions": [...], "next": <number or null>}`; failed attempts carry a `reason`.
                      Gr4vy is told no STAN; our reference stands in `payment_order_ref` there
`GET accounts`        every card account: id, last four, balance, reserved, blocked, wrong tries; paged alike
`GET faults`          the fault plan in force and what fired; `POST faults` sets one, `DELETE faults` clears it
`gr4vy/hooks`         who is told of Gr4vy's cards, which that vendor orders in its dashboard (its face says how)
===================== ========================================================================================
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.issuer.books import Books, Entry, Step, Store
from app.issuer.faults import FaultDesk, FaultPlan
from app.issuer.ledger import CardAccount, reserved_account, spendable_account

ADMIN_PATH = "/admin"

# A page of the books: a day of a shop fits into one, and no answer grows without an end.
_MAX_PAGE = 10_000

# A plan of a hundred faults is far below this.
_MAX_PLAN = 64 * 1024

Result = TypeVar("Result")
Endpoint = Callable[[Request], Awaitable[Response]]


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _card(books: Books, account_id: str) -> tuple[str, str]:
    """The face a card belongs to and its last four; empty for none."""
    account = books.account(account_id)
    return ("", "") if account is None else (account.face, account.last4)


def _transaction(entry: Entry, card: tuple[str, str]) -> dict[str, Any]:
    face, last4 = card
    return {
        "number": entry.number,
        "id": entry.entry_id,
        "payment_id": entry.payment_id,
        "account_id": entry.account_id,
        "face": face,
        "card": last4,
        "merchant_id": entry.merchant_id,
        "operation": entry.operation.value,
        "state": entry.state.value,
        "reason": entry.reason.value if entry.reason is not None else "",
        "amount": entry.amount,
        "currency": entry.currency,
        "remaining_capture": entry.remaining.capture,
        "remaining_cancel": entry.remaining.cancel,
        "remaining_reversal": entry.remaining.reversal,
        "payment_order_ref": entry.order_ref,
        "payment_transaction_ref": entry.transaction_ref,
        "stan": entry.stan,
        "terminal_id": entry.terminal_id,
        "created": entry.created.isoformat(),
        "updated": entry.updated.isoformat(),
    }


def _account(account: CardAccount, balance: int, reserved: int) -> dict[str, Any]:
    return {
        "number": account.number,
        "account_id": account.account_id,
        "card": account.last4,
        "balance": balance,
        "reserved": reserved,
        "currency": account.currency,
        "expiry": account.expiry.isoformat(),
        "active": account.active,
        "blocked": account.blocked,
        "wrong_pins": account.wrong_pins,
        "wrong_cvcs": account.wrong_cvcs,
        "products": list(account.products),
    }


class Admin:
    """The routes under `/admin`. `books` is the thread that asks the store."""

    def __init__(self, store: Store, faults: FaultDesk, books: Executor) -> None:
        self._store = store
        self._faults = faults
        self._books = books

    def routes(self) -> list[Route]:
        """Every path of the window."""
        return [
            Route(f"{ADMIN_PATH}/check", local_only(self._check), methods=["GET"]),
            Route(f"{ADMIN_PATH}/transactions", local_only(self._transactions), methods=["GET"]),
            Route(f"{ADMIN_PATH}/accounts", local_only(self._accounts), methods=["GET"]),
            Route(f"{ADMIN_PATH}/faults", local_only(self._fault_plan), methods=["GET", "POST", "DELETE"]),
        ]

    async def _ask(self, question: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._books, question)

    async def _check(self, _request: Request) -> Response:
        check = await self._ask(self._store.check)
        told: dict[str, Any] = {"balanced": check.balanced, "postings": check.postings}
        return _json(told if check.balanced else {**told, "faults": list(check.faults)})

    async def _transactions(self, request: Request) -> Response:
        page = _page(request)
        if page is None:
            return _json({"message": "after and limit must be whole numbers"}, 400)
        after, limit = page

        def read() -> dict[str, Any]:
            entries = self._store.entries(after, limit)
            wanted = {entry.account_id for entry in entries}
            cards = self._store.run(lambda books: Step({name: _card(books, name) for name in wanted}))
            rows = [_transaction(entry, cards[entry.account_id]) for entry in entries]
            return {"transactions": rows, "next": entries[-1].number if len(entries) == limit else None}

        return _json(await self._ask(read))

    async def _accounts(self, request: Request) -> Response:
        page = _page(request)
        if page is None:
            return _json({"message": "after and limit must be whole numbers"}, 400)
        after, limit = page

        def read() -> dict[str, Any]:
            accounts = self._store.accounts(after, limit)
            names = [spendable_account(account.account_id) for account in accounts]
            names += [reserved_account(account.account_id) for account in accounts]
            held = self._store.balances(names)
            rows = [
                _account(
                    account,
                    held[spendable_account(account.account_id)],
                    held[reserved_account(account.account_id)],
                )
                for account in accounts
            ]
            return {"accounts": rows, "next": accounts[-1].number if len(accounts) == limit else None}

        return _json(await self._ask(read))

    async def _fault_plan(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._faults.clear()
        elif request.method == "POST":
            body = bytearray()
            async for part in request.stream():
                body += part
                if len(body) > _MAX_PLAN:
                    return _json({"message": "the fault plan is too large"}, 413)
            try:
                self._faults.install(msgspec.json.decode(body, type=FaultPlan))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                return _json({"message": f"no fault plan: {error}"}, 400)
        return _json(self._faults.report())


def local_only(endpoint: Endpoint) -> Endpoint:
    """Lets only this machine in, whatever address the host listens on."""

    async def guarded(request: Request) -> Response:
        client = request.client
        if client is None or not ipaddress.ip_address(client.host).is_loopback:
            return _json({"message": "from this machine only"}, 403)
        return await endpoint(request)

    return guarded


def _page(request: Request) -> tuple[int, int] | None:
    texts = request.query_params.get("after", "0"), request.query_params.get("limit", str(_MAX_PAGE))
    if not all(text.isascii() and text.isdigit() and len(text) <= 18 for text in texts):
        return None
    after, limit = (int(text) for text in texts)
    return after, min(max(limit, 1), _MAX_PAGE)
