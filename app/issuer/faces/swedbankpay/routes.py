"""The fourteen endpoints: authenticate, read, ask the desk, answer.

The books are asked on one thread of their own, so a slow disk never holds up the network, and the order in
which requests are booked is the order in which they were read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from app.issuer.auth import Authenticator, AuthRefusal, Caller, SignedRequest, TokenRefusal
from app.issuer.card_numbers import last_day
from app.issuer.desk import Desk
from app.issuer.faces.swedbankpay import replies
from app.issuer.faces.swedbankpay.replies import Json
from app.issuer.faces.swedbankpay.wire import Fields, Malformed, Problem, read_card, read_products
from app.issuer.ledger import Operation, PaymentOrder
from app.issuer.orders import (
    CardMissing,
    CardRefused,
    Labels,
    NewCard,
    Outcome,
    Posted,
    Target,
    Unknown,
)

BASE_PATH = "/payment-api/api/payments"
TOKEN_PATH = "/authorization/oauth/token"  # noqa: S105 - a path, not a password

# The largest honest request is a basket of 500 lines; this is twice that.
MAX_BODY = 256 * 1024

# New cards are good for three years, in the currency of every agreement of this host.
_CARD_LIFE = timedelta(days=3 * 365)
_CARD_PREFIX = "701336"
_CURRENCY = "NOK"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a JSON body."""

    status: int
    body: Json
    challenge: str = ""

    def response(self) -> Response:
        """The same as Starlette has it."""
        kind = "application/json" if self.status < 400 else "application/problem+json"
        headers = {"WWW-Authenticate": self.challenge} if self.challenge else None
        return Response(msgspec.json.encode(self.body), self.status, headers, kind)


class Refused(Exception):
    """A request that gets an error answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("refused")
        self.answer = answer


def refuse(status: int, message: str, problems: tuple[Problem, ...] = ()) -> Refused:
    """A refusal with a problem body."""
    return Refused(Answer(status, replies.problem(status, message, problems)))


Handler = Callable[[Request, Caller, bytes], Awaitable[Answer]]


async def read_body(request: Request) -> bytes:
    """The whole body.

    Raises:
        Refused: it is larger than the host takes.
    """
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BODY:
            raise refuse(413, "the request is too large")
    return bytes(parts)


class SwedbankPayFace:
    """Serves the API for one desk. `books` is the thread that asks it."""

    def __init__(self, desk: Desk, authenticator: Authenticator, books: Executor) -> None:
        self._desk = desk
        self._authenticator = authenticator
        self._books = books

    def routes(self) -> list[Route]:
        """Every path of the face."""
        account = f"{BASE_PATH}/payment-account/{{account}}/payment"
        payment = f"{account}/{{payment}}"
        routes = [
            Route(TOKEN_PATH, self._token, methods=["POST"]),
            self._post(f"{BASE_PATH}/ping", self._ping),
            self._post(f"{BASE_PATH}/gift-card/get-new-gift-card", self._get_new),
            self._post(f"{BASE_PATH}/gift-card/pre-deposit", self._pre_deposit),
            self._post(f"{BASE_PATH}/payment-account/balance", self._balance),
            self._post(f"{payment}/capture", self._capture),
            self._post(f"{payment}/cancel", self._cancel),
            self._post(f"{payment}/reversal", self._reversal),
            self._get(f"{payment}/transactions/{{entry}}", self._get_transaction),
            self._get(f"{payment}/operations/{{entry}}", self._get_operation),
        ]
        opening = (Operation.PURCHASE, Operation.AUTHORIZE, Operation.DEPOSIT, Operation.CREDIT)
        routes += [self._post(f"{account}/{verb.value.lower()}", partial(self._pay, verb)) for verb in opening]
        return [*routes, self._get(payment, self._get_payment)]

    def _post(self, path: str, handler: Handler) -> Route:
        return Route(path, partial(self._serve, handler), methods=["POST"])

    def _get(self, path: str, handler: Handler) -> Route:
        return Route(path, partial(self._serve, handler), methods=["GET"])

    async def _ask(self, question: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._books, question)

    async def _serve(self, handler: Handler, request: Request) -> Response:
        """Lets a request in, hands it on, and turns every refusal into an answer."""
        try:
            body = await read_body(request)
            caller = self._authenticator.check(
                SignedRequest(
                    request.method,
                    request.scope["raw_path"],
                    request.scope["path"],
                    request.headers,
                    body,
                )
            )
            if isinstance(caller, AuthRefusal):
                problem = replies.problem(caller.status, caller.message)
                return Answer(caller.status, problem, caller.header).response()
            return (await handler(request, caller, body)).response()
        except Malformed as error:
            first = error.problems[0]
            message = f"{first.name} {first.description}"
            return Answer(400, replies.problem(400, message, error.problems)).response()
        except Refused as refused:
            return refused.answer.response()
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    async def _token(self, request: Request) -> Response:
        try:
            body = await read_body(request)
        except Refused as refused:
            return refused.answer.response()
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        granted = self._authenticator.grant(request.headers.get("authorization", ""), body)
        # RFC 6749 section 5.1: nobody may keep this answer.
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if isinstance(granted, TokenRefusal):
            if granted.status == 401:
                headers["WWW-Authenticate"] = "Basic"
            answer: Json = {"error": granted.error, "message": f"no token: {granted.error}"}
            return Response(msgspec.json.encode(answer), granted.status, headers, "application/json")
        answer = {
            "access_token": granted.value,
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "scope": "publicapi",
        }
        return Response(msgspec.json.encode(answer), 200, headers, "application/json")

    async def _ping(self, _request: Request, _caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body or b"{}")
        description = fields.text("description")
        fields.finish()
        now = replies.timestamp(self._desk.now())
        answer = {"state": "OK", "operation": "Ping", "description": description}
        return Answer(200, answer | dict.fromkeys(("created", "updated", "transmissionTime"), now))

    async def _get_new(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        amount = fields.amount("amount", least=0)
        for name in ("email", "msisdn"):
            fields.text(name)
        product = fields.text("productId")
        fields.finish()

        def issue() -> Json:
            pan, cvc = self._desk.fresh_number(_CARD_PREFIX), self._desk.fresh_cvc()
            end = (self._desk.now() + _CARD_LIFE).date()
            card = NewCard(pan, cvc, last_day(end.year, end.month), _CURRENCY, amount)
            return replies.new_card(self._desk.issue(card, caller.merchant_id, Labels(description=product)), pan, cvc)

        return Answer(200, await self._ask(issue))

    async def _pre_deposit(self, _request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        amount, currency = fields.amount("amount", least=0), fields.currency("currency")
        labels = Labels(
            order_ref=fields.text("orderRef", required=True),
            transaction_ref=fields.text("transactionRef"),
            description=fields.text("description"),
        )
        identifier = fields.object("simpleAccountIdentifier", "SimpleAccountIdentifier", required=True)
        identifier.text("accountKey", required=True)
        card = read_card(identifier).card
        fields.finish()
        order = PaymentOrder(Operation.PRE_DEPOSIT, caller.merchant_id, amount, currency)
        posted = _booked(await self._ask(lambda: self._desk.pay(order, card, labels)))
        if posted.entry.reason is not None:
            reason = posted.entry.reason
            sentence = replies.SENTENCES[reason]
            raise refuse(403, sentence, (Problem(reason.value, sentence),))
        payment_id = posted.entry.entry_id if amount else None
        return Answer(200, {"balance": posted.spendable, "paymentId": payment_id, "_links": []})

    async def _balance(self, _request: Request, _caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        card = read_card(fields.object("accountIdentifier", required=True)).card
        fields.finish()
        found = await self._ask(lambda: self._desk.look_up(card))
        if isinstance(found, CardRefused):
            sentence = replies.SENTENCES[found.reason]
            raise refuse(403, sentence, (Problem(found.reason.value, sentence),))
        if isinstance(found, CardMissing):
            raise _card_missing()
        if isinstance(found, Unknown):
            raise _unknown(found)
        return Answer(200, replies.balance(found))

    async def _pay(self, operation: Operation, request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        account_id = request.path_params["account"]
        card = read_card(fields.object("accountIdentifier", required=True), account_id)
        amount, currency = fields.amount("amount"), fields.currency("currency")
        basket = read_products(fields) if operation is Operation.PURCHASE else None
        labels = _read_labels(fields, basket, merchant_required=True)
        fields.flag("repeat")
        fields.finish()
        products = None if basket is None else tuple(line["productId"] for line in basket)
        order = PaymentOrder(operation, caller.merchant_id, amount, currency, products)
        posted = _booked(await self._ask(lambda: self._desk.pay(order, card.card, labels)))
        return self._payment_answer(posted, asked_for_pin_block=card.asked_for_pin_block)

    def _payment_answer(self, posted: Posted, *, asked_for_pin_block: bool = False) -> Answer:
        entry = posted.entry
        href = f"{BASE_PATH}/payment-account/{entry.account_id}/payment/{entry.entry_id}"
        now = self._desk.now()
        return Answer(200, replies.payment(posted, now, href, asked_for_pin_block=asked_for_pin_block))

    async def _capture(self, request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        amount, rest = fields.amount("amount"), fields.flag("cancelRemainingAuth")
        labels = _read_labels(fields)
        fields.finish()
        target = _target(request, caller)
        return await self._transaction_answer(caller, lambda: self._desk.capture(target, amount, rest, labels))

    async def _reversal(self, request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        amount = fields.amount("amount")
        labels = _read_labels(fields)
        fields.finish()
        target = _target(request, caller)
        return await self._transaction_answer(caller, lambda: self._desk.reverse(target, amount, labels))

    async def _cancel(self, request: Request, caller: Caller, body: bytes) -> Answer:
        fields = Fields.read(body)
        labels = _read_labels(fields)
        fields.finish()
        target = _target(request, caller)
        outcome = await self._ask(lambda: self._desk.cancel(target, labels))
        return Answer(200, replies.operation(_booked(outcome), self._desk.now()))

    async def _get_payment(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        found = await self._find(request, caller, request.path_params["payment"])
        if found.entry.entry_id != found.entry.payment_id:
            raise _unknown(Unknown("payment"))
        return self._payment_answer(found)

    async def _get_transaction(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        found = await self._follow_up_of(request, caller, (Operation.CAPTURE, Operation.REVERSAL))
        original = await self._original(caller, found)
        return Answer(200, replies.transaction(found, original, self._desk.now()))

    async def _get_operation(self, request: Request, caller: Caller, _body: bytes) -> Answer:
        found = await self._follow_up_of(request, caller, (Operation.CANCEL,))
        return Answer(200, replies.operation(found, self._desk.now()))

    async def _transaction_answer(self, caller: Caller, order: Callable[[], Outcome]) -> Answer:
        posted = _booked(await self._ask(order))
        original = await self._original(caller, posted)
        return Answer(200, replies.transaction(posted, original, self._desk.now()))

    async def _original(self, caller: Caller, posted: Posted) -> Posted | None:
        entry = posted.entry
        target = Target(caller.merchant_id, entry.account_id, entry.payment_id)
        found = await self._ask(lambda: self._desk.find(target))
        return found if isinstance(found, Posted) else None

    async def _follow_up_of(self, request: Request, caller: Caller, operations: tuple[Operation, ...]) -> Posted:
        found = await self._find(request, caller, request.path_params["entry"])
        named = request.path_params["payment"]
        if found.entry.operation not in operations or named not in (
            found.entry.payment_id,
            found.entry.related,
        ):
            raise _unknown(Unknown("payment"))
        return found

    async def _find(self, request: Request, caller: Caller, entry_id: str) -> Posted:
        target = Target(caller.merchant_id, request.path_params["account"], entry_id)
        found = await self._ask(lambda: self._desk.find(target))
        if isinstance(found, Unknown):
            raise _unknown(found)
        return found


def _read_labels(
    fields: Fields, basket: list[dict[str, str]] | None = None, *, merchant_required: bool = False
) -> Labels:
    """Reads what is written beside a booking."""
    merchant = fields.object("merchant", required=merchant_required)
    return Labels(
        order_ref=fields.text("paymentOrderRef", required=True),
        transaction_ref=fields.text("paymentTransactionRef", required=True),
        stan=fields.text("stan"),
        terminal_id=merchant.text("terminalId"),
        merchant_name=merchant.text("merchantName", required=merchant_required),
        description=fields.text("description"),
        basket="" if basket is None else msgspec.json.encode(basket).decode(),
    )


def _target(request: Request, caller: Caller) -> Target:
    return Target(caller.merchant_id, request.path_params["account"], request.path_params["payment"])


def _unknown(unknown: Unknown) -> Refused:
    return refuse(404, f"the {unknown.what} is not known")


def _card_missing() -> Refused:
    name = "accountIdentifier.accountKey"
    return refuse(400, f"{name} or track2 is required", (Problem(name, "or track2 is required"),))


def _booked(outcome: Outcome) -> Posted:
    """The posted attempt.

    Raises:
        Refused: nothing was written.
    """
    if isinstance(outcome, Posted):
        return outcome
    if isinstance(outcome, Unknown):
        raise _unknown(outcome)
    if isinstance(outcome, CardMissing):
        raise _card_missing()
    if outcome.reason is None:
        raise refuse(409, "this reference was used for something else")
    sentence = replies.SENTENCES[outcome.reason]
    raise refuse(409, sentence, (Problem(outcome.reason.value, sentence),))
