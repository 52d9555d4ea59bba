"""PAR Pay on the wire: **the one table of names**, the paths, amounts, and a reader for what comes back.

The vendor publishes its paths and a handful of field names (marked *documented* below); the bodies are a house contract
that awaits the vendor's schema. When that is known, this file changes and nothing else does.

Amounts are decimal major units as text with two places ("123.45"), or whole minor units where the settings say so. They
are read from text or number by decimal arithmetic; what is no whole number of minor units is no amount.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from app.domain.card import CardRefused, Pan
from app.domain.money import MAX_MINOR, Currency, Money

ISSUE = "/giftcard/v1/virtual/issue"
RELOAD = "/giftcard/v1/reload"
REDEEM = "/giftcard/v1/redeem"
BALANCE = "/giftcard/v1/balanceInquiry"
TRANSFER = "/giftcard/v1/balanceTransfer"
REFUND = "/giftcard/v1/refund"
SAVE = "/giftcard/v1/savegiftcard"
SHARE = "/giftcard/v1/sharegiftcard"
GIFT = "/giftcard/v1/gift"
COMBINE = "/giftcard/v1/combine"
CARDS = "/giftcard/v1/giftcards"

MAX_LISTED = 1000
"""Most saved cards read of one customer: nobody scrolls further."""
MAX_DIGITS = 20
"""Characters of an amount that are looked at: 15 digits of minor units, a sign, a point and a currency sign."""


class Name(NamedTuple):
    """How a field is written, and what else is read as the same thing."""

    write: str
    also: tuple[str, ...] = ()


# What a field is called. "documented" are the vendor's own names; the rest are ours.
CARD_NUMBER = Name("cardNumber", ("giftCardNumber", "number"))
PASSCODE = Name("passcode", ("pin", "epin"))
CARD_ID = Name("giftCardId", ("id", "uuid"))  # documented
AMOUNT = Name("amount")  # documented
CURRENCY = Name("currency")
FUNDING = Name("sourceTransactionId")  # documented
USER = Name("userId")  # documented, on the credit-card side
RECIPIENT_USER = Name("recipientUserId", ("recipient_user_id",))
RECIPIENT_EMAIL = Name("recipientEmail", ("recipient_email",))
RECIPIENT_PHONE = Name("recipientPhone", ("recipient_phone",))
TRANSACTION = Name("transactionId", ("id",))
ORIGINAL = Name("originalTransactionId")
REQUEST = Name("requestId", ("referenceId", "orderId"))
TARGET = Name("targetGiftCardId", ("targetCardId",))
SOURCES = Name("sourceGiftCardIds", ("sourceCardIds",))
END_SOURCE = Name("isDeleteSourceCard")  # documented; deactivates, despite its name
PREFERRED = Name("isPreferred", ("preferred",))  # documented, on the credit-card side
BALANCE_LEFT = Name("balance", ("remainingBalance",))
STATUS = Name("status")
NEW_CARD = Name("newCard", ("card", "giftCard"))
CARDS_LISTED = Name("giftCards", ("giftcards", "cards"))
SOURCE_BALANCE = Name("sourceBalance")
EXPIRY = Name("expiryDate")
CARD_NAME = Name("name")
LAST4 = Name("lastFour", ("last4",))
DUPLICATE = Name("duplicate")
STAN = Name("stan")
TERMINAL = Name("terminalId")
ORDER = Name("orderReference")

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Body:
    """A JSON object we send. Empty fields are left out. It may hold card data, so it shows none."""

    __slots__ = ("_fields",)

    def __init__(self) -> None:
        self._fields: dict[str, object] = {}

    def put(self, name: Name, value: object) -> Body:
        """Adds a field unless it is empty."""
        if value not in ("", None):
            self._fields[name.write] = value
        return self

    def encode(self) -> bytes:
        """The bytes that go out."""
        return msgspec.json.encode(self._fields)

    def __repr__(self) -> str:
        return "Body(…)"


def query(name: Name, value: str) -> str:
    """One field as the query of a GET."""
    return "?" + urlencode({name.write: value})


def amount_text(amount: Money, *, minor_units: bool) -> object:
    """An amount as it is written."""
    if minor_units:
        return amount.minor
    return f"{Decimal(amount.minor).scaleb(-amount.currency.exponent):.2f}"


def amount_of(value: object, currency: Currency, *, minor_units: bool) -> Money | None:
    """An amount as it was read, from text or number; None where it is none. A currency sign before it is dropped."""
    if isinstance(value, str):
        text = value.strip().lstrip("$€£").strip()
        if not text or len(text) > MAX_DIGITS or not text.isascii():
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_DIGITS:
        return None
    minor = exact if minor_units else exact.scaleb(currency.exponent)
    if minor != minor.to_integral_value() or abs(minor) > MAX_MINOR:
        return None
    return Money(int(minor), currency)


class Fields:
    """A JSON object that came back. Reading a field never fails: what is missing or odd is ``None`` or empty."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, object]) -> None:
        self._values = values

    @classmethod
    def read(cls, body: bytes) -> Fields | None:
        """The object in a body, or None where there is none."""
        try:
            values = _DECODER.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return cls(values) if isinstance(values, dict) else None

    def value(self, name: Name) -> object:
        """What stands under the first of a field's names that is there."""
        return next((self._values[n] for n in (name.write, *name.also) if self._values.get(n) is not None), None)

    def raw(self, name: str) -> object:
        """What stands under exactly this name."""
        return self._values.get(name)

    def has(self, name: Name) -> bool:
        """Whether the field is there and not null."""
        return self.value(name) is not None

    def text(self, name: Name) -> str:
        """A text, or a whole number's digits (ids may be 64-bit numbers)."""
        value = self.value(name)
        return str(value) if type(value) is int else value if isinstance(value, str) else ""

    def flag(self, name: Name) -> bool:
        """Whether it says true."""
        return self.value(name) is True

    def object(self, name: Name) -> Fields:
        """A nested object; an empty one where there is none."""
        value = self.value(name)
        return Fields(value) if isinstance(value, dict) else Fields({})

    def objects(self, name: Name) -> list[Fields]:
        """The objects of a list."""
        value = self.value(name)
        entries = value[:MAX_LISTED] if isinstance(value, list) else []
        return [Fields(entry) for entry in entries if isinstance(entry, dict)]

    def money(self, name: Name, otherwise: Currency, *, minor_units: bool) -> Money | None:
        """An amount in the currency the object names, else in that of the location."""
        told = self.text(CURRENCY).upper()
        if told and told not in Currency.__members__:
            return None
        return amount_of(self.value(name), Currency(told) if told else otherwise, minor_units=minor_units)

    def pan(self) -> Pan | None:
        """A whole card number."""
        try:
            return Pan(self.text(CARD_NUMBER))
        except CardRefused:
            return None

    def last4(self) -> str:
        """The last four digits of a number that may be masked."""
        digits = self.text(LAST4) or self.text(CARD_NUMBER)
        return digits[-4:] if digits[-4:].isdigit() else ""
