"""The twelve endpoints and the token: let in, read, ask the desk, answer.

The books are asked on the host's one thread for them, in the order in which requests were read.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.issuer.faces.parpay import replies, wire
from app.issuer.faces.parpay.customers import Customers
from app.issuer.faces.parpay.demo import CURRENCY, demo_cards
from app.issuer.faces.parpay.desk import ParDesk
from app.issuer.faces.parpay.orders import FACE, INACTIVE, Denied, Done, Named, Order, Seen
from app.issuer.faces.parpay.replies import Json
from app.issuer.faces.parpay.tokens import Keys, Tokens
from app.issuer.faces.parpay.wire import Fields, Malformed
from app.issuer.ground import Ground
from app.issuer.ledger import Operation, Reason
from app.issuer.orders import Labels
from app.issuer.paths import REST

ROOT = "/parpay"
TOKEN_PATH = f"{ROOT}/oauth/token"
API = f"{ROOT}/giftcard/v1"

# The largest honest request is a combine of twenty ids.
MAX_BODY = 64 * 1024
_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in."""

    location: str
    body: bytes
    request: Request


Handler = Callable[[Call], Awaitable[Json]]


def load_keys(ground: Ground) -> Keys:
    """Reads the face's secrets from the books, after making those that are not there yet."""
    ground.store.keep_settings(
        {
            "parpay.client_id": "stanchion-par",
            "parpay.client_secret": secrets.token_urlsafe(24),
            "parpay.locations": "LOC-1001\nLOC-1002",
            "parpay.token_key": secrets.token_hex(32),
        }
    )
    kept = ground.store.settings()
    return Keys(
        kept["parpay.client_id"],
        kept["parpay.client_secret"],
        tuple(kept["parpay.locations"].split("\n")),
        bytes.fromhex(kept["parpay.token_key"]),
    )


class ParPayFace:
    """Serves the API over the one ledger."""

    def __init__(self, ground: Ground) -> None:
        self._books = ground.books
        self._keys = load_keys(ground)
        self._tokens = Tokens(self._keys, ground.token_life, ground.clock)
        means = (ground.store, ground.card_key, ground.clock, ground.draw)
        self._desk = ParDesk(*means)
        self._customers = Customers(*means)
        self._cards = demo_cards(ground.seed)
        for card in self._cards:
            self._desk.enter(card, CURRENCY, self._keys.locations[0])

    def contract(self, url: str) -> dict[str, str]:
        """What a till needs to know; secrets included."""
        return {
            "base_url": f"{url}{ROOT}",
            "token_url": f"{url}{TOKEN_PATH}",
            "client_id": self._keys.client_id,
            "client_secret": self._keys.client_secret,
            "location_id": self._keys.locations[0],
        }

    def cards(self) -> list[dict[str, Any]]:
        """The demo cards with what they can spend now."""
        listed = []
        for card in self._cards:
            seen = self._desk.look_up(Named(number=card.number))
            listed.append(
                {
                    "face": FACE,
                    "name": card.name,
                    "number": card.number,
                    "cvc": "",
                    "expiry": f"{card.expiry:%m/%y}",
                    "track2": card.track2,
                    "pin": card.passcode,
                    "balance": seen.spendable if isinstance(seen, Seen) else card.balance,
                    "currency": CURRENCY,
                    "code": "",
                    "products": [],
                }
            )
        return listed

    def routes(self) -> list[BaseRoute]:
        """Every path of the face. What lies beside them under its root is answered in its own words."""
        posts: dict[str, Handler] = {
            "virtual/issue": self._issue,
            "reload": partial(self._pay, Operation.DEPOSIT),
            "redeem": partial(self._pay, Operation.PURCHASE),
            "balanceInquiry": self._balance,
            "balanceTransfer": self._transfer,
            "refund": self._refund,
            "savegiftcard": self._save,
            "sharegiftcard": self._share,
            "gift": self._gift,
            "combine": self._combine,
        }
        served: list[BaseRoute] = [Route(TOKEN_PATH, self._token, methods=["POST"])]
        served += [Route(f"{API}/{name}", partial(self._serve, run), methods=["POST"]) for name, run in posts.items()]
        served.append(Route(f"{API}/giftcards", partial(self._serve, self._list), methods=["GET"]))
        served.append(Route(f"{API}/giftcards", partial(self._serve, self._prefer), methods=["PATCH"]))
        known = {TOKEN_PATH, f"{API}/giftcards", *(f"{API}/{name}" for name in posts)}

        async def beside(request: Request) -> Response:
            status, text = (405, "this method is not served here") if request.url.path in known else (404, "unknown")
            return _json(replies.error({"path": text}), status)

        return [*served, Route(f"{ROOT}/{{rest:{REST}}}", beside, methods=_ALL)]

    async def _serve(self, handler: Handler, request: Request) -> Response:
        """Lets a request in, hands it on, and turns every refusal into an answer."""
        try:
            body = await _read_body(request)
            if not self._tokens.is_good(request.headers.get("authorization", "")):
                told = replies.error({"authorization": "the bearer token is missing, unknown or expired"})
                return _json(told, 401, {"WWW-Authenticate": "Bearer"})
            location = request.headers.get("x-locationid", "")
            if not location:
                raise Denied(400, "X-LocationId", "is required")
            if not self._tokens.knows(location):
                raise Denied(403, "X-LocationId", "this location is not known here")
            return _json(await handler(Call(location, body, request)))
        except Malformed as error:
            return _json(replies.error(error.errors), 400)
        except Denied as denied:
            return _json(replies.error({denied.name: denied.text}), denied.status)
        except _Declined as declined:
            return _json(replies.declined(declined.reason), 422)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    async def _ask(self, question: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._books, question)

    async def _token(self, request: Request) -> Response:
        try:
            body = await _read_body(request)
        except Denied as denied:
            return _json(replies.error({denied.name: denied.text}), denied.status)
        token, wrong = self._tokens.grant(request.headers.get("authorization", ""), body)
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if wrong:
            status = 401 if wrong == "invalid_client" else 400
            return _json({"error": wrong, "message": f"no token: {wrong}"}, status, headers)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self._tokens.seconds}
        return _json(answer, headers=headers)

    # -- money -------------------------------------------------------------------------------------------------------

    async def _issue(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        order = _order(fields, call, least=0, funding=fields.text(wire.FUNDING))
        user = fields.text(wire.USER)
        fields.finish()
        return replies.issued(_booked(await self._ask(lambda: self._desk.issue(order, user))))

    async def _pay(self, operation: Operation, call: Call) -> Json:
        fields = Fields.read(call.body)
        funding = fields.text(wire.FUNDING) if operation is Operation.DEPOSIT else ""
        order, named = _order(fields, call, funding=funding), _named(fields)
        fields.finish()
        return replies.done(_booked(await self._ask(lambda: self._desk.pay(operation, order, named))))

    async def _refund(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        order, original = _order(fields, call, required=False), fields.text(wire.ORIGINAL, required=True)
        fields.finish()
        return replies.done(_booked(await self._ask(lambda: self._desk.refund(order, original))))

    async def _transfer(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        order, named, end = _order(fields, call), _named(fields), fields.flag(wire.END_SOURCE)
        fields.finish()
        made = _booked(await self._ask(lambda: self._desk.transfer(order, named, end_source=end)))
        return replies.transferred(made, "Active" if made.account.active else INACTIVE)

    async def _combine(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        # what is moved is what is there, whatever amount a till may have reckoned
        order, user = replace(_order(fields, call, required=False), amount=None), fields.text(wire.USER)
        target, sources = fields.text(wire.TARGET, required=True), fields.ids(wire.SOURCES)
        fields.finish()
        made = await self._ask(lambda: self._desk.combine(order, user, target, sources))
        return replies.combined(_booked(made), sources)

    async def _gift(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        card_id, recipient = fields.text(wire.CARD_ID), fields.recipient()
        user = fields.text(wire.USER, required=True)
        if card_id:
            order = _order(fields, call, required=False)
            fields.finish()
            made = await self._ask(lambda: self._desk.gift_saved(order, user, card_id, recipient))
        else:
            order = _order(fields, call, funding=fields.text(wire.FUNDING, required=True))
            fields.finish()
            made = await self._ask(lambda: self._desk.gift_new(order, recipient))
        return replies.gifted(_booked(made), recipient)

    # -- no money ----------------------------------------------------------------------------------------------------

    async def _balance(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        named = _named(fields)
        fields.finish()
        return replies.balance(_allowed(await self._ask(lambda: self._desk.look_up(named))))

    async def _save(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        user, preferred = fields.text(wire.USER, required=True), fields.flag(wire.PREFERRED)
        named = Named(number=fields.number(), passcode=fields.passcode(required=True))
        fields.finish()
        return replies.card(_allowed(await self._ask(lambda: self._customers.save(user, named, preferred=preferred))))

    async def _share(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        user, card_id = fields.text(wire.USER, required=True), fields.text(wire.CARD_ID, required=True)
        recipient = fields.recipient()
        fields.finish()
        seen = _allowed(await self._ask(lambda: self._customers.share(user, card_id, recipient)))
        return {wire.CARD_ID.write: seen.account.account_id, "recipientUserId": recipient, "status": "Shared"}

    async def _list(self, call: Call) -> Json:
        fields = Fields(call.request.query_params)
        user = fields.text(wire.USER, required=True)
        fields.finish()
        return {"giftCards": [replies.card(seen) for seen in await self._ask(lambda: self._customers.cards(user))]}

    async def _prefer(self, call: Call) -> Json:
        fields = Fields.read(call.body)
        user, card_id = fields.text(wire.USER, required=True), fields.text(wire.CARD_ID, required=True)
        preferred = fields.flag(wire.PREFERRED, required=True)
        fields.finish()
        return replies.card(await self._ask(lambda: self._customers.prefer(user, card_id, preferred=preferred)))


class _Declined(Exception):
    """The card may not: the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__("declined")
        self.reason = reason


def _booked(done: Done) -> Done:
    if done.entry.reason is not None:
        raise _Declined(done.entry.reason)
    return done


def _allowed(seen: Seen | Reason) -> Seen:
    if isinstance(seen, Reason):
        raise _Declined(seen)
    return seen


def _order(fields: Fields, call: Call, *, required: bool = True, least: int = 1, funding: str = "") -> Order:
    labels = Labels(
        order_ref=fields.text(wire.ORDER),
        transaction_ref=fields.text(wire.REQUEST),
        stan=fields.text(wire.STAN),
        terminal_id=fields.text(wire.TERMINAL),
    )
    amount = fields.amount(required=required, least=least)
    return Order(call.location, amount, fields.currency(), labels, funding)


def _named(fields: Fields) -> Named:
    return Named(fields.text(wire.CARD_ID), fields.number(), fields.passcode(), fields.text(wire.USER))


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, "application/json")


async def _read_body(request: Request) -> bytes:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BODY:
            raise Denied(413, "body", "the request is too large")
    return bytes(parts)
