"""Dintero's wallets on the wire: the bodies we send, and what a card and a transaction look like when they come back.

A card has three names: ``card_id`` is *ours* (chosen by whoever made the card, and used in paths), ``id`` is the host's
UUID, and the *token* is the secret on the card, with its prefix. The first is the till's account id; the last stays in
:class:`~app.domain.card.CardSecret`. Codes and PINs are text: zeros lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import msgspec

from app.backends.base import NotSent
from app.backends.client import Answer
from app.backends.fields import Fields
from app.domain.card import CLEAR_PIN, CardRefused, CardSecret, Code, Expiry, IssuedSecret, Pan, PinBlock
from app.domain.host import Cause, HostRequest
from app.domain.money import Money

MAX_ID = 255
CODE_DIGITS = 18
"""The vendor advises at least 16 symbols; 18 digits are still a number a stripe can carry."""
CODE_SIGNS = 16
"""With letters among them, the vendor's least is plenty, and somebody may have to key it."""
PIN_DIGITS = 4
"""The vendor's minimum, and what a customer remembers."""
_DIGITS_ONLY = (True, False, False)
_WITH_LETTERS = (True, False, True)
RESERVED = "dintero_"
"""Metadata of the vendor's own begin so; we write none but the one its gift-card guide tells us to."""


def segment(text: str) -> str:
    """An id as one segment of a path, escaped.

    Raises:
        NotSent: it can't be one: empty, too long, or a dot segment that would climb out of its place.
    """
    if not 0 < len(text) <= MAX_ID or text in (".", "..") or not text.isprintable():
        raise NotSent(Cause.LOOKUP)
    return quote(text, safe="")


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A JSON object we send; fields at their default are left out. It may hold a code, so it shows nothing."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Format(Body, frozen=True, omit_defaults=True):
    """How the host draws a code or a PIN. All classes are written out: what leaving one out means is not documented."""

    length: int
    numbers: bool
    symbols: bool
    characters: bool
    prefix: str = ""


class Formatted(Body, frozen=True, omit_defaults=True):
    """``pin`` and ``card_token`` of a new card."""

    format: Format


class NewCard(Body, frozen=True, omit_defaults=True):
    """``POST /cards``, and one entry of a batch. The amount is left out there only."""

    card_id: str
    amount: int | None = None
    currency: str = ""
    type: str = ""
    originated_by: str = ""
    metadata: dict[str, str] = {}
    card_token: Formatted | None = None
    pin: Formatted | None = None
    customer_id: str = ""


class BatchOptions(Body, frozen=True, omit_defaults=True):
    """What all cards of a batch share."""

    card_token: Formatted
    pin: Formatted | None = None


class Batch(Body, frozen=True):
    """``POST /cards/batch``."""

    cards: tuple[NewCard, ...]
    options: BatchOptions


class Activation(Body, frozen=True, omit_defaults=True):
    """``POST /cards/{card_id}/activate``."""

    amount: int
    currency: str
    originated_by: str = ""
    metadata: dict[str, str] = {}
    customer_id: str = ""


class Transaction(Body, frozen=True, omit_defaults=True):
    """``POST /transactions``: by token *or* by card id, never both. The type's default is unknown, so it is written."""

    ref_id: str
    amount: int
    currency: str
    type: str
    token: str = ""
    card_id: str = ""
    pin: str = ""
    pending: bool = False
    originated_by: str = ""
    metadata: dict[str, str] = {}


class FollowUp(Body, frozen=True, omit_defaults=True):
    """Capture, and void (which has no amount)."""

    ref_id: str
    amount: int | None = None
    metadata: dict[str, str] = {}


class Info(Body, frozen=True, omit_defaults=True):
    """``POST /info``: a POST that reads."""

    token: str
    pin: str = ""


class NewToken(Body, frozen=True, omit_defaults=True):
    """``POST /cards/{card_id}/tokens``."""

    ref_id: str
    expires_in: int
    expires_after_transaction: bool = False
    format: Format | None = None
    metadata: dict[str, str] = {}


class NewPin(Body, frozen=True):
    """``POST /cards/{card_id}/rotate-pin``."""

    pin: Formatted


def encode(body: Body) -> bytes:
    """The bytes that are sent."""
    return msgspec.json.encode(body)


def code_format(prefix: str, *, letters: bool) -> Formatted:
    """Codes the till makes, behind the account's prefix: digits, so that a stripe can carry them, or letters, too."""
    if letters:
        return Formatted(Format(CODE_SIGNS, *_WITH_LETTERS, prefix))
    return Formatted(Format(CODE_DIGITS, *_DIGITS_ONLY, prefix))


def pin_format() -> Formatted:
    """PINs the till has drawn."""
    return Formatted(Format(PIN_DIGITS, *_DIGITS_ONLY))


def token_of(card: CardSecret, prefix: str) -> str:
    """The whole code of a card in hand. One that was scanned or keyed as a code is whole already; what a stripe says,
    or a person keys, in digits alone lacks the account's prefix.
    """
    return card.pan.reveal() if isinstance(card.pan, Code) else prefix + card.pan.reveal()


def pin_of(block: PinBlock | None) -> str:
    """The PIN as this wire wants it.

    Raises:
        NotSent: it was encrypted for another kind of host; nobody here can open it.
    """
    if block is None:
        return ""
    if block.format != CLEAR_PIN:
        raise NotSent(Cause.CONFIGURATION)
    return block.reveal().decode("ascii")


def metadata(request: HostRequest) -> dict[str, str]:
    """What ties a transaction to the till's own books, and a give-back to its sale."""
    texts = {
        "order_ref": request.order_ref,
        "transaction_ref": request.transaction_ref,
        "stan": request.stan.digits,
        "terminal_id": request.terminal_id,
        "description": request.description,
        "sale": request.original.host_id if request.original is not None else "",
        # the guide's own example: a card sold by a checkout names the checkout's transaction
        f"{RESERVED}transaction_id": request.funding,
    }
    return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the host tells it. ``available`` is what can be spent now; None where it is not told."""

    card_id: str
    host_id: str
    status: str
    currency: str
    available: Money | None
    amount: Money | None
    expiry: str
    reference: str
    last4: str
    title: str
    made_at: datetime | None


def read_card(fields: Fields) -> Card:
    """Reads a card; what is missing is empty. Both the opening and the available amount may be."""
    currency = fields.text("currency").upper()
    masks = [token.text("masked_code") for token in fields.objects("tokens")]
    expiry = _expiry(fields.text("expires_at"))
    return Card(
        card_id=fields.text("card_id"),
        host_id=fields.text("id"),
        status=fields.text("status").lower(),
        currency=currency,
        available=fields.money("amount_available", currency),
        amount=fields.money("amount", currency),
        expiry=expiry.mm_yy if expiry is not None else "",
        reference=fields.object("metadata").text("transaction_ref"),
        last4="".join(sign for sign in (masks[0] if masks else "") if sign.isalnum())[-4:],
        title=fields.text("name"),
        made_at=_moment(fields.text("created_at")),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _expiry(text: str) -> Expiry | None:
    try:
        return Expiry.parse(text.partition("T")[0])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction as the host tells it, or tells it again in a card's history."""

    id: str
    ref_id: str
    type: str
    amount: int | None
    currency: str
    parent_id: str
    sale: str


def read_booked(fields: Fields) -> Booked:
    """Reads a transaction; what is missing is empty."""
    return Booked(
        id=fields.text("id"),
        ref_id=fields.text("ref_id"),
        type=fields.text("type").lower(),
        amount=fields.whole("amount"),
        currency=fields.text("currency").upper(),
        parent_id=fields.text("parent_id"),
        sale=fields.object("metadata").text("sale"),
    )


def issued(fields: Fields, prefix: str, *, label: str = "") -> IssuedSecret | None:
    """The secrets of a card that was just made, which are told once; None where they can't be read."""
    code = fields.object("card_token").object("token").text("value")
    pin = fields.object("pin").object("pin").text("value")
    expiry = _expiry(fields.text("expires_at"))
    digits = code.removeprefix(prefix)
    try:
        pan = Pan(digits) if digits.isascii() and digits.isdigit() else Code(code)
    except CardRefused:
        return None
    return IssuedSecret(pan, expiry=expiry, code=code, pin=pin, label=label)


def entries(answer: Answer, name: str) -> tuple[list[Fields], str] | None:
    """The objects of a list and the key of its next page. A bare array is a list of one page; None is no list."""
    fields = Fields.read(answer.body)
    if fields is None:
        wrapped = Fields.read(b'{"all":' + answer.body + b"}")
        if wrapped is None or not answer.body.lstrip().startswith(b"["):
            return None
        return wrapped.objects("all"), ""
    if not fields.has(name):
        return None
    return fields.objects(name), fields.text("starting_after")
