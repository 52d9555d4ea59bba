"""Reading requests: **the one table of names**, amounts, and what is wrong with a field.

Names marked *documented* are the vendor's; the rest are ours until the vendor's schema is known. JSON numbers never
become floats. No problem text repeats a value: it could be a card number.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import msgspec

from app.issuer.ledger import MAX_AMOUNT

_DECODER = msgspec.json.Decoder(float_hook=Decimal)

MAX_TEXT = 200
"""No identifier is longer; the books' columns hold 255."""
MAX_SOURCES = 20
"""More cards than this are not combined at one counter."""
_MAX_DIGITS = 20

CURRENCY_OF_LOCATION = "NOK"
_NUMBER = re.compile(r"[0-9]{8,19}")
_PASSCODE = re.compile(r"[0-9]{3,12}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Name(NamedTuple):
    """How a field is written, and what else is read as the same thing."""

    write: str
    also: tuple[str, ...] = ()


CARD_NUMBER = Name("cardNumber", ("giftCardNumber", "number"))
PASSCODE = Name("passcode", ("pin", "epin"))
CARD_ID = Name("giftCardId", ("id", "uuid"))  # documented
AMOUNT = Name("amount")  # documented
CURRENCY = Name("currency")
FUNDING = Name("sourceTransactionId")  # documented
USER = Name("userId")  # documented, on the credit-card side
RECIPIENTS = (
    Name("recipientUserId", ("recipient_user_id",)),
    Name("recipientEmail", ("recipient_email",)),
    Name("recipientPhone", ("recipient_phone",)),
)
TRANSACTION = Name("transactionId", ("id",))
ORIGINAL = Name("originalTransactionId", ("transactionId",))
REQUEST = Name("requestId", ("referenceId", "orderId"))
TARGET = Name("targetGiftCardId", ("targetCardId",))
SOURCES = Name("sourceGiftCardIds", ("sourceCardIds",))
END_SOURCE = Name("isDeleteSourceCard")  # documented; deactivates, despite its name
PREFERRED = Name("isPreferred", ("preferred",))  # documented, on the credit-card side
STAN = Name("stan")
TERMINAL = Name("terminalId")
ORDER = Name("orderReference")


class Malformed(Exception):
    """The request cannot be understood; `errors` says why, field by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("malformed request")
        self.errors = errors


class Fields:
    """The JSON object of a request. Unknown fields are ignored and null counts as absent."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self._errors: dict[str, str] = {}

    @classmethod
    def read(cls, body: bytes) -> "Fields":
        """Decodes a body.

        Raises:
            Malformed: it is no JSON object in UTF-8.
        """
        try:
            values = _DECODER.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed({"body": "must be a JSON object in UTF-8"}) from error
        if not isinstance(values, dict):
            raise Malformed({"body": "must be a JSON object in UTF-8"})
        return cls(values)

    def finish(self) -> None:
        """Ends the reading.

        Raises:
            Malformed: something was wrong with a field.
        """
        if self._errors:
            raise Malformed(self._errors)

    def complain(self, name: Name, text: str) -> None:
        """Notes a problem with a field."""
        self._errors.setdefault(name.write, text)

    def has(self, name: Name) -> bool:
        """Whether the field is there and not null."""
        return self._value(name) is not None

    def _value(self, name: Name) -> object:
        return next((self._values[n] for n in (name.write, *name.also) if self._values.get(n) is not None), None)

    def text(self, name: Name, *, required: bool = False) -> str:
        """A text in one line; a whole number counts as its digits. Empty when absent."""
        value = self._value(name)
        if type(value) is int:
            value = str(value)
        if value is None or value == "":
            if required:
                self.complain(name, "is required")
            return ""
        if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
            self.complain(name, f"must be text of at most {MAX_TEXT} characters")
            return ""
        return value

    def _like(self, name: Name, pattern: re.Pattern[str], text: str) -> str:
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            self.complain(name, text)
            return ""
        return value

    def number(self) -> str:
        """A card number."""
        return self._like(CARD_NUMBER, _NUMBER, "must be 8 to 19 digits")

    def passcode(self, *, required: bool = False) -> str:
        """A passcode; in words that a till understands where it is missing."""
        value = self._like(PASSCODE, _PASSCODE, "must be 3 to 12 digits")
        if required and not self.has(PASSCODE):
            self.complain(PASSCODE, "the passcode is required")
        return value

    def currency(self) -> str:
        """An ISO 4217 code; the location's where none is named."""
        return self._like(CURRENCY, _CURRENCY, "must be an ISO 4217 code") or CURRENCY_OF_LOCATION

    def amount(self, *, required: bool = True, least: int = 1) -> int | None:
        """An amount in minor units, from decimal major units as text or number; None when absent."""
        value = self._value(AMOUNT)
        if value is None:
            if required:
                self.complain(AMOUNT, "is required")
            return None
        minor = _minor(value)
        if minor is None or not least <= minor <= MAX_AMOUNT:
            self.complain(AMOUNT, "must be an amount with at most two decimals")
            return None
        return minor

    def flag(self, name: Name, *, required: bool = False) -> bool:
        """A boolean: true or false, nothing else; false when absent."""
        value = self._value(name)
        if value is None and required:
            self.complain(name, "is required")
        if value is not None and not isinstance(value, bool):
            self.complain(name, "must be true or false")
        return value is True

    def ids(self, name: Name) -> tuple[str, ...]:
        """A list of ids that are all different."""
        value = self._value(name)
        entries = value if isinstance(value, list) else []
        if not 0 < len(entries) <= MAX_SOURCES or any(not isinstance(e, str) or len(e) > MAX_TEXT for e in entries):
            self.complain(name, f"must be a list of 1 to {MAX_SOURCES} ids")
            return ()
        if len(set(entries)) < len(entries):
            self.complain(name, "must all be different")
        return tuple(entries)

    def recipient(self) -> str:
        """Who gets it: exactly one of the three ways to say so."""
        given = [name for name in RECIPIENTS if self.has(name)]
        if len(given) != 1:
            self.complain(RECIPIENTS[0], "or recipientEmail or recipientPhone is required, and only one of them")
            return ""
        return self.text(given[0], required=True)


def _minor(value: object) -> int | None:
    if isinstance(value, str):
        if not 0 < len(value) <= _MAX_DIGITS or not value.isascii():
            return None
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _MAX_DIGITS:
        return None
    minor = exact.scaleb(2)
    return int(minor) if minor == minor.to_integral_value() else None
