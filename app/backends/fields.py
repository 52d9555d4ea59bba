"""Reading a JSON object that came back from a host.

Hosts' tables say string where their examples say number, so text may come as a whole number and a whole number as its
digits. Nothing becomes a float. Unknown fields, and known ones of no use to us, are not looked at.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.domain.card import Expiry
from app.domain.money import MAX_MINOR, Currency, Money

MAX_LISTED = 1000
"""Most entries read of a list in an answer; a card limited to more products than this is not limited."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


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

    def text(self, name: str) -> str:
        """A text, or a whole number's digits."""
        value = self._values.get(name)
        if type(value) is int:
            return str(value)
        return value if isinstance(value, str) else ""

    def whole(self, name: str) -> int | None:
        """A whole number that may be an amount; fractions are no amounts."""
        value = self._values.get(name)
        if isinstance(value, str) and len(value) <= 16 and value.isascii() and value.lstrip("-").isdigit():
            value = int(value) if value.rfind("-") < 1 else None
        return value if type(value) is int and abs(value) <= MAX_MINOR else None

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def object(self, name: str) -> Fields:
        """A nested object; an empty one where there is none."""
        value = self._values.get(name)
        return Fields(value) if isinstance(value, dict) else Fields({})

    def objects(self, name: str) -> list[Fields]:
        """The objects of a list."""
        value = self._values.get(name)
        entries = value[:MAX_LISTED] if isinstance(value, list) else []
        return [Fields(entry) for entry in entries if isinstance(entry, dict)]

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self._values.get(name)
        entries = value[:MAX_LISTED] if isinstance(value, list) else []
        return tuple(str(entry) for entry in entries if type(entry) is int or isinstance(entry, str))

    def money(self, name: str, currency: str) -> Money | None:
        """An amount of a currency given by name; None where either is not understood."""
        minor = self.whole(name)
        return Money(minor, Currency(currency)) if minor is not None and currency in Currency.__members__ else None

    def expiry(self, name: str) -> Expiry | None:
        """A month and year, written MM/YY or YYYY-MM-DD."""
        try:
            return Expiry.parse(self.text(name))
        except ValueError:  # CardRefused is one; so are digits of other scripts
            return None

    def code(self, name: str) -> str:
        """A card verification code; one that came as a number has lost its leading zeros."""
        return self.text(name).zfill(3) if type(self._values.get(name)) is int else self.text(name)
