"""Gr4vy on the wire: the bodies we send, the parts a card is known by, and the paths.

Members are written as the vendor has them, and optional ones are left out where they say nothing: unknown members are
refused there, and so is a buyer beside another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from app.backends.base import NotSent
from app.backends.fields import Fields
from app.domain.card import CLEAR_PIN, CardSecret
from app.domain.host import Cause, HostRequest

CARD_SPENT = "gift-card-redemption"
"""The ``target_type`` without which a refund never reaches a gift card."""
MAX_CURSOR = 1000
SEPARATOR = "/"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Body(msgspec.Struct, frozen=True):
    """A JSON object we send. It may hold a number and a PIN, so it shows none."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class StoredItem(Body, frozen=True, omit_defaults=True):
    """A card by its id in the vault; with ``amount`` it pays."""

    id: str
    amount: int | None = None


class TypedItem(Body, frozen=True, omit_defaults=True):
    """A card by what is printed on it; with ``amount`` it pays."""

    number: str
    pin: str
    amount: int | None = None


class BalancesBody(Body, frozen=True):
    """``POST /gift-cards/balances``."""

    items: tuple[StoredItem | TypedItem, ...]


class CreateBody(Body, frozen=True, omit_defaults=True):
    """``POST /gift-cards``: into the vault."""

    number: str
    pin: str
    buyer_id: str = ""
    buyer_external_identifier: str = ""


class ActivateBody(Body, frozen=True, omit_defaults=True):
    """``POST /gift-cards/activations``. ``amount`` and ``currency`` go together or not at all, as do ``store`` and a
    buyer.
    """

    number: str
    pin: str = ""
    amount: int | None = None
    currency: str = ""
    external_identifier: str = ""
    store: bool = False
    buyer_id: str = ""
    buyer_external_identifier: str = ""


class IssueBody(Body, frozen=True):
    """``POST /gift-cards/issuances``: a virtual card, sent to its holder as an address."""

    theme: str
    amount: int
    currency: str
    external_identifier: str


class TransactionBody(Body, frozen=True, omit_defaults=True):
    """``POST /transactions`` with gift cards only: no payment method. ``intent`` capture takes at once.

    A buyer is the one who keeps the stored card that pays.
    """

    amount: int
    currency: str
    gift_cards: tuple[StoredItem | TypedItem, ...]
    external_identifier: str
    intent: str
    buyer_id: str = ""
    buyer_external_identifier: str = ""


class RefundBody(Body, frozen=True):
    """``POST /transactions/{id}/refunds``. The target is always named."""

    amount: int
    target_id: str
    external_identifier: str
    target_type: str = CARD_SPENT


class RefundAllBody(Body, frozen=True):
    """``POST /transactions/{id}/refunds/all``."""

    external_identifier: str


def encode(body: Body) -> bytes:
    """The bytes that are sent."""
    return msgspec.json.encode(body)


def is_id(text: str) -> bool:
    """Whether this can be an id of the vendor's: a UUID."""
    return _UUID.fullmatch(text) is not None


def segment(text: str) -> str:
    """A vault, transaction or refund id as one segment of a path.

    Raises:
        NotSent: it is no UUID.
    """
    if not is_id(text):
        raise NotSent(Cause.LOOKUP)
    return text.lower()


def query(**values: str | int) -> str:
    """A query string of the values that are there."""
    return "?" + urlencode({name: value for name, value in values.items() if value != ""}, quote_via=quote)


def buyer(customer: str) -> dict[str, str]:
    """A customer as the vendor names one: by its own id where it looks like one, else by ours."""
    if not customer:
        return {}
    return {"buyer_id" if is_id(customer) else "buyer_external_identifier": customer}


def pin_of(request: HostRequest) -> str:
    """The PIN in clear, as this wire wants it: keyed for this call, or printed on the card under a scratch field.

    Neither is ever written to disk. A block that is encrypted for somebody else is none.
    """
    block = request.pin_block
    if block is not None and block.format == CLEAR_PIN:
        return block.reveal().decode("utf-8", "replace")
    return request.card.cvc if request.card is not None else ""


def name_card(request: HostRequest, amount: int | None = None) -> StoredItem | TypedItem | None:
    """The card of a request: by vault id where there is one, else by number and PIN; None where neither is whole."""
    if request.account_id:
        return StoredItem(request.account_id, amount)
    pin = pin_of(request)
    if request.card is None or not pin:
        return None
    return TypedItem(request.card.pan.reveal(), pin, amount)


@dataclass(frozen=True, slots=True)
class Parts:
    """What an answer tells of a card's number: digits 1 to 6, 7 to 9 and the last four."""

    bin: str
    sub_bin: str
    last4: str

    @classmethod
    def of(cls, card: CardSecret) -> Parts:
        """The parts of a number we hold."""
        digits = card.pan.reveal()
        return cls(digits[:6], digits[6:9], digits[-4:])

    @classmethod
    def read(cls, fields: Fields) -> Parts:
        """The parts in an answer."""
        return cls(fields.text("bin"), fields.text("sub_bin"), fields.text("last4"))

    def __repr__(self) -> str:
        return f"Parts(…{self.last4})"  # together they hide three digits only


def is_this(fields: Fields, account_id: str, card: CardSecret | None) -> bool:
    """Whether a card in an answer is the one that was asked for. The order of a list is not documented."""
    if account_id:
        return fields.text("id").lower() == account_id.lower()
    return card is not None and Parts.read(fields) == Parts.of(card)


def spent_id(transaction_id: str, redemption_id: str) -> str:
    """The id under which the till knows a payment: what a refund needs of it, both UUIDs."""
    return f"{transaction_id}{SEPARATOR}{redemption_id}"


def spent_ids(host_id: str) -> tuple[str, str]:
    """Transaction and redemption of a payment.

    Raises:
        NotSent: it is not an id of ours.
    """
    transaction, _, redemption = host_id.partition(SEPARATOR)
    return segment(transaction), segment(redemption)


def cursor(fields: Fields) -> str:
    """The key of the page behind this one, ready for a query; empty at the end."""
    return quote(fields.text("next_cursor")[:MAX_CURSOR], safe="")
