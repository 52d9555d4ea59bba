"""Reading requests: exactly what the vendor's schema allows, every constraint where it stands there.

No problem text repeats a value or an unknown name: either could be a card number.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

MAX_AMOUNT = 99_999_999
MAX_BALANCES = 100
"""The schema has no bound; an older page says 10 by default, changeable."""
MAX_CARDS = 10

Number = Annotated[str, msgspec.Meta(min_length=16, max_length=19, pattern=r"\A[0-9]+\Z")]
Pin = Annotated[str, msgspec.Meta(min_length=1)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Text200 = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text300 = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Text100 = Annotated[str, msgspec.Meta(max_length=100)]


class Create(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GiftCardCreate`."""

    number: Number
    pin: Pin
    buyer_id: UUID | None = None
    buyer_external_identifier: Text200 | None = None

    def __repr__(self) -> str:
        return "Create(…)"


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card of a balance request: `{number, pin}` or `{id}`."""

    number: Number | None = None
    pin: Pin | None = None
    id: UUID | None = None

    def __repr__(self) -> str:
        return "Card(…)"


class Payer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card of a transaction: as above, with what it pays."""

    amount: Amount
    number: Number | None = None
    pin: Pin | None = None
    id: UUID | None = None

    def __repr__(self) -> str:
        return "Payer(…)"


class Balances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GiftCardBalanceRequest`."""

    items: Annotated[tuple[Card, ...], msgspec.Meta(max_length=MAX_BALANCES)]


class Activation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GiftCardActivationCreate`."""

    number: Number
    pin: Pin | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    external_identifier: Text200 | None = None
    store: bool = False
    buyer_id: UUID | None = None
    buyer_external_identifier: Text200 | None = None

    def __repr__(self) -> str:
        return "Activation(…)"


class Issuance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GiftCardIssuanceCreate`."""

    theme: Text200
    amount: Amount
    currency: Currency
    external_identifier: Text200 | None = None


class Transaction(msgspec.Struct, frozen=True):
    """The gift-card part of `TransactionCreate`; other members are not read."""

    amount: Amount
    currency: Currency
    gift_cards: tuple[Payer, ...] | None = None
    payment_method: msgspec.Raw = msgspec.Raw(b"null")
    intent: Annotated[str, msgspec.Meta(pattern=r"\A(authorize|capture)\Z")] = "authorize"
    buyer_id: UUID | None = None
    buyer_external_identifier: Text200 | None = None
    external_identifier: Text200 | None = None


class RefundOne(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`TransactionRefundCreate`."""

    amount: Amount | None = None
    target_type: Annotated[str, msgspec.Meta(pattern=r"\A(payment-method|gift-card-redemption)\Z")] = "payment-method"
    target_id: UUID | None = None
    reason: Text100 | None = None
    external_identifier: Text300 | None = None


class RefundAll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`TransactionRefundAllCreate`."""

    reason: Text100 | None = None
    external_identifier: Text300 | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `location` is body, query, path or header; `type` may be a gift-card error code."""

    pointer: str
    message: str
    location: str = "body"
    type: str = "value_error"

    def detail(self) -> dict[str, str]:
        """The same as the vendor has it."""
        return {"location": self.location, "pointer": self.pointer, "message": self.message, "type": self.type}


class Malformed(Exception):
    """The request cannot be understood."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("malformed request")
        self.problems = problems


Body = TypeVar("Body")
_PLACE = re.compile(r" - at `([^`]*)`\Z")
_UNKNOWN = re.compile(r"unknown field `.*`", re.DOTALL)


def read(body: bytes, kind: type[Body]) -> Body:
    """Decodes a body.

    Raises:
        Malformed: it is not of this kind.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Malformed(_problem(str(error))) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed(Problem("", "must be a JSON object in UTF-8")) from None


def _problem(said: str) -> Problem:
    """What msgspec says, with its `$.items[0].pin` as a JSON pointer."""
    said = _UNKNOWN.sub("a member that is not known here", said)
    found = _PLACE.search(said)
    place = found[1] if found else "$"
    pointer = re.sub(r"[.\[]", "/", place.removeprefix("$")).replace("]", "")
    return Problem(pointer, _PLACE.sub("", said))


def one_buyer(body: Create | Activation | Transaction) -> None:
    """Raises `Malformed` where a buyer is named twice."""
    if body.buyer_id is not None and body.buyer_external_identifier is not None:
        raise Malformed(Problem("/buyer_id", "excludes buyer_external_identifier"))


def one_name(card: Card | Payer, pointer: str) -> None:
    """Raises `Malformed` where a card is not named in exactly one way."""
    typed = card.number is not None or card.pin is not None
    if typed == (card.id is not None) or (typed and (card.number is None or card.pin is None)):
        raise Malformed(Problem(pointer, "needs either number and pin, or id"))


def activation(body: Activation) -> None:
    """Raises `Malformed` for what the schema cannot say about an activation."""
    if (body.amount is None) != (body.currency is None):
        raise Malformed(Problem("/currency", "goes together with amount"))
    named = body.buyer_id is not None or body.buyer_external_identifier is not None
    if body.store and body.pin is None:
        raise Malformed(Problem("/pin", "is required to store the card"))
    if named and not body.store:
        raise Malformed(Problem("/store", "must be true for a buyer"))
    one_buyer(body)


def transaction(body: Transaction) -> tuple[Payer, ...]:
    """The cards that pay. Raises `Malformed` for what the schema cannot say."""
    one_buyer(body)
    if bytes(body.payment_method) != b"null":
        raise Malformed(Problem("/payment_method", "this host takes gift cards only"))
    cards = body.gift_cards or ()
    if not cards:
        raise Malformed(Problem("/gift_cards", "is required without a payment_method"))
    if len(cards) > MAX_CARDS:
        raise Malformed(Problem("/gift_cards", "holds at most 10 cards", type="max_gift_cards_reached"))
    for place, card in enumerate(cards):
        one_name(card, f"/gift_cards/{place}")
    if body.intent == "capture" and body.amount == 0:
        raise Malformed(Problem("/amount", "must be above 0 to capture"))
    if sum(card.amount for card in cards) != body.amount:
        raise Malformed(Problem("/gift_cards", "must add up to the amount without a payment_method"))
    return cards


def whole(values: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    """A whole number of a query.

    Raises:
        Malformed: it is none, or out of bounds.
    """
    text = str(values.get(name, default))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise Malformed(Problem(f"/{name}", f"must be a whole number from {least} to {most}", "query"))
    return int(text)


def uuid(text: str, name: str, location: str = "path") -> str:
    """A UUID of a path or query, in lower case.

    Raises:
        Malformed: it is none.
    """
    try:
        return str(UUID(text)) if len(text) == 36 else _no_uuid(name, location)
    except ValueError:
        return _no_uuid(name, location)


def _no_uuid(name: str, location: str) -> str:
    raise Malformed(Problem(f"/{name}", "must be a UUID", location))
