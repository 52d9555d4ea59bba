"""Swedbank Pay on the wire: the signature, and the bodies we send.

**Signature.** Each request carries ``Hmac: HmacSHA512 user:nonce:digest``; the digest is Base64 of HMAC-SHA-512, under
the UTF-8 bytes of the API secret, over six lines that each end in one LF: method, path as sent, user, nonce, the text
of ``Transmission-Time`` (an empty line without it), and the body's exact bytes. The vendor's published example digest
(``oY5Q...``) does not follow from any reading of its own text; the vectors in the tests do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import msgspec

from app.backends.base import NotSent
from app.domain.card import CardSecret, PinBlock
from app.domain.host import Cause
from app.domain.product import BasketLine

MAX_ID = 255
"""The vendor's columns for ids and references are varchar 255."""


def canonical(method: str, path: str, user: str, nonce: str, sent_at: str, body: bytes) -> bytes:
    """The six lines that are signed."""
    head = "\n".join((method.upper(), path, user, nonce, sent_at, ""))
    return head.encode() + body + b"\n"


def digest(secret: str, message: bytes) -> str:
    """Base64 of HMAC-SHA-512 under the secret's UTF-8 bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha512)).decode("ascii")


def stamp(moment: datetime) -> str:
    """``Transmission-Time``: ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hmac_header(secret: str, user: str, method: str, path: str, sent_at: str, body: bytes) -> str:
    """The ``Hmac`` header of one attempt, with a nonce of its own."""
    nonce = str(uuid.uuid4())
    return f"HmacSHA512 {user}:{nonce}:{digest(secret, canonical(method, path, user, nonce, sent_at, body))}"


def segment(text: str) -> str:
    """An id as one segment of a path, escaped.

    Raises:
        NotSent: it can't be one: empty, too long, or a dot segment that would climb out of its place.
    """
    if not 0 < len(text) <= MAX_ID or text in (".", "..") or not text.isprintable():
        raise NotSent(Cause.LOOKUP)
    return quote(text, safe="")


class Body(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A JSON object we send; fields at their default are left out. It may hold card data, so it shows none."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class AccountIdentifier(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Whose money. Every number is text: 19 digits do not survive a double, and zeros lead."""

    account_id: str = ""
    account_key: str = ""
    cvc: str = ""
    encrypted_pin: str = ""
    expiry_date: str = ""
    track2: str = ""


class Merchant(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Where."""

    merchant_name: str
    terminal_id: str = ""


class Product(Body, frozen=True, omit_defaults=True, rename="camel"):
    """One line of a basket. ``quantity`` and ``vat_rate`` go out as JSON numbers, exactly as they are."""

    product_id: str
    amount: int
    quantity: Decimal
    unit_of_measure: str
    description: str = ""
    vat_amount: int | None = None
    vat_rate: Decimal | None = None


class BalanceBody(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Endpoint 3."""

    account_identifier: AccountIdentifier


class PaymentBody(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Endpoints 4 to 7. ``additional_data`` stands at the top level, as in every example of the vendor."""

    account_identifier: AccountIdentifier
    amount: int
    currency: str
    merchant: Merchant
    payment_order_ref: str
    payment_transaction_ref: str
    stan: str
    description: str = ""
    additional_data: str = ""
    products: tuple[Product, ...] = ()
    repeat: bool = False


class FollowUpBody(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Endpoints 8 to 10. A cancel has no amount; only a capture may release the rest of a reservation."""

    payment_order_ref: str
    payment_transaction_ref: str
    stan: str
    merchant: Merchant
    amount: int | None = None
    description: str = ""
    cancel_remaining_auth: bool = False
    repeat: bool = False


class NewCardBody(Body, frozen=True, rename="camel"):
    """Endpoint 1. The amount is always sent: 0 asks for an empty card."""

    amount: int
    agreement_merchant_id: str


class PreDepositBody(Body, frozen=True, omit_defaults=True, rename="camel"):
    """Endpoint 2. Its references are spelled unlike everybody else's."""

    amount: int
    currency: str
    order_ref: str
    transaction_ref: str
    simple_account_identifier: AccountIdentifier
    description: str = ""


class PingBody(Body, frozen=True, rename="camel"):
    """Endpoint 14."""

    description: str
    agreement_merchant_id: str


_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(body: Body) -> bytes:
    """The bytes that are signed and sent."""
    return _ENCODER.encode(body)


def identify(
    account_id: str, card: CardSecret | None, *, pin_block: PinBlock | None = None, expiry: bool = False
) -> AccountIdentifier:
    """The account by everything we hold about it."""
    pin = pin_block.reveal().hex().upper() if pin_block is not None else ""
    if card is None:
        return AccountIdentifier(account_id=account_id, encrypted_pin=pin)
    return AccountIdentifier(
        account_id=account_id,
        account_key=card.pan.reveal(),
        cvc=card.cvc,
        encrypted_pin=pin,
        expiry_date=card.expiry.mm_yy if expiry and card.expiry is not None else "",
        track2=card.track2,
    )


def product(line: BasketLine) -> Product:
    """A basket line as the vendor names its parts."""
    return Product(
        product_id=line.product_id,
        amount=line.amount.minor,
        quantity=line.quantity,
        unit_of_measure=line.unit.value,
        description=line.description,
        vat_amount=line.vat.minor,
        vat_rate=line.vat_rate,
    )
