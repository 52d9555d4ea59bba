"""Reading requests: lenient where the vendor's own tables and examples disagree, exact everywhere.

JSON numbers never become floats: whole ones stay integers of any size, the others `Decimal`. Every problem of
a request is collected with the name of its field, so one answer tells a programmer all of them. No problem
text repeats a value: it could be a card number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from app.issuer.ledger import MAX_AMOUNT
from app.issuer.orders import CardData

_DECODER = msgspec.json.Decoder(float_hook=Decimal)

# The vendor's columns are varchar 255.
MAX_TEXT = 255
# A basket of a thousand lines is no basket; the body limit of the server is near anyway.
MAX_PRODUCTS = 500

_UNITS = frozenset("LUGO")
_PAN = re.compile(r"[0-9]{8,19}")
_CVC = re.compile(r"[0-9]{3,4}")
_TRACK2 = re.compile(r"([0-9]{8,19})[=D]([0-9]{2})(0[1-9]|1[0-2])([0-9]*)")
_MONTH_YEAR = re.compile(r"(0[1-9]|1[0-2])/([0-9]{2})")
_ISO_DATE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-[0-9]{2}")
_PIN_BLOCK = re.compile(r"[0-9A-Fa-f]{16}")
_CURRENCY = re.compile(r"[A-Z]{3}")

NO_PIN_BLOCK = "000"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field."""

    name: str
    description: str


class Malformed(Exception):
    """The request cannot be understood; `problems` says why, field by field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("malformed request")
        self.problems = problems


class Fields:
    """One JSON object of a request. Unknown fields are ignored and null counts as absent."""

    def __init__(self, values: Mapping[str, object], problems: list[Problem], prefix: str = "") -> None:
        self._values = values
        self._problems = problems
        self._prefix = prefix

    @classmethod
    def read(cls, body: bytes) -> "Fields":
        """Decodes a body.

        Raises:
            Malformed: it is no JSON object in UTF-8.
        """
        try:
            values = _DECODER.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed((Problem("body", "must be a JSON object in UTF-8"),)) from error
        if not isinstance(values, dict):
            raise Malformed((Problem("body", "must be a JSON object in UTF-8"),))
        return cls(values, [])

    def finish(self) -> None:
        """Ends the reading.

        Raises:
            Malformed: something was wrong with a field.
        """
        if self._problems:
            raise Malformed(tuple(self._problems))

    def complain(self, name: str, description: str) -> None:
        """Notes a problem with a field."""
        self._problems.append(Problem(self._prefix + name, description))

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, *, required: bool = False) -> str:
        """A text; a whole number counts as its digits. Empty when absent."""
        value = self._values.get(name)
        if type(value) is int:
            value = str(value)
        if value is None or value == "":
            if required:
                self.complain(name, "is required")
            return ""
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            self.complain(name, f"must be text of at most {MAX_TEXT} characters")
            return ""
        return value

    def amount(self, name: str, *, required: bool = True, least: int = 1) -> int:
        """An amount in minor units: a whole JSON number, nothing else."""
        value = self._values.get(name)
        if value is None:
            if required:
                self.complain(name, "is required")
            return 0
        if type(value) is not int or not least <= value <= MAX_AMOUNT:
            self.complain(name, f"must be a whole number of minor units from {least} to {MAX_AMOUNT}")
            return 0
        return value

    def flag(self, name: str) -> bool:
        """A boolean: true or false, nothing else; false when absent."""
        value = self._values.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.complain(name, "must be true or false")
            return False
        return value

    def number(self, name: str, *, required: bool, most: int) -> Decimal | None:
        """A whole or decimal number from 0 to `most`, exactly as written."""
        value = self._values.get(name)
        if value is None:
            if required:
                self.complain(name, "is required")
            return None
        if type(value) is int or isinstance(value, Decimal):
            exact = Decimal(value)
            # The exponent is bounded so that nobody ever writes out a number of a billion digits.
            if exact.is_finite() and -12 <= int(exact.as_tuple().exponent) <= 0 and 0 <= exact <= most:
                return exact
        self.complain(name, f"must be a number from 0 to {most}")
        return None

    def object(self, *names: str, required: bool = False) -> "Fields":
        """A nested object under the first of these names that is there; an empty one when absent."""
        name = next((name for name in names if self.has(name)), names[0])
        value = self._values.get(name)
        if value is None:
            if required:
                self.complain(name, "is required")
            value = {}
        elif not isinstance(value, dict):
            self.complain(name, "must be an object")
            value = {}
        return Fields(value, self._problems, f"{self._prefix}{name}.")

    def objects(self, name: str) -> "list[Fields] | None":
        """A list of objects; None when absent."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > MAX_PRODUCTS:
            self.complain(name, f"must be a list of at most {MAX_PRODUCTS}")
            return None
        found: list[Fields] = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Fields(item, self._problems, f"{self._prefix}{name}[{index}]."))
            else:
                self.complain(f"{name}[{index}]", "must be an object")
        return found

    def currency(self, name: str) -> str:
        """An ISO 4217 code in capitals."""
        value = self.text(name, required=True)
        if value and not _CURRENCY.fullmatch(value):
            self.complain(name, "must be an ISO 4217 code")
        return value


@dataclass(frozen=True, slots=True)
class CardFields:
    """The card of a request, and whether it asked for a PIN block."""

    card: CardData
    asked_for_pin_block: bool


def read_card(fields: Fields, account_id: str = "") -> CardFields:
    """Reads an accountIdentifier; `account_id` is the one in the path, which the body may repeat."""
    repeated = fields.text("accountId")
    if account_id and repeated and repeated != account_id:
        fields.complain("accountId", "differs from the account in the path")
    pan = fields.text("accountKey")
    if pan and not _PAN.fullmatch(pan):
        fields.complain("accountKey", "must be 8 to 19 digits")
    cvc = fields.text("cvc") or fields.text("securityCode")
    if fields.has("cvc") or fields.has("securityCode"):
        cvc = cvc.zfill(3)  # as a JSON number it lost its leading zeros
        if not _CVC.fullmatch(cvc):
            fields.complain("cvc", "must be 3 or 4 digits")
    expiry = _read_expiry(fields)
    track2 = fields.text("track2")
    if track2:
        match = _TRACK2.fullmatch(track2)
        if match is None or len(track2) > 37:
            fields.complain("track2", "must be track 2 without its sentinels")
        else:
            if pan and pan != match[1]:
                fields.complain("track2", "carries another number than accountKey")
            pan = match[1]
            expiry = expiry or (2000 + int(match[2]), int(match[3]))
    block = fields.text("encryptedPin")
    asked = block == NO_PIN_BLOCK
    if asked:
        block = ""
    elif block and not _PIN_BLOCK.fullmatch(block):
        fields.complain("encryptedPin", "must be 000 or 16 hexadecimal digits")
        block = ""
    card = CardData(account_id or repeated, pan, cvc, expiry, bytes.fromhex(block))
    return CardFields(card, asked)


def _read_expiry(fields: Fields) -> tuple[int, int] | None:
    text = fields.text("expiryDate")
    if not text:
        return None
    if match := _MONTH_YEAR.fullmatch(text):
        return 2000 + int(match[2]), int(match[1])
    if match := _ISO_DATE.fullmatch(text):
        return int(match[1]), int(match[2])
    fields.complain("expiryDate", "must be MM/YY or YYYY-MM-DD")
    return None


def read_products(fields: Fields) -> list[dict[str, str]] | None:
    """Reads the basket of a purchase as it is kept in the books: exact numbers as text."""
    lines = fields.objects("products")
    if lines is None:
        return None
    basket: list[dict[str, str]] = []
    for line in lines:
        unit = line.text("unitOfMeasure", required=True).upper()
        if unit and unit not in _UNITS:
            line.complain("unitOfMeasure", "must be one of L, U, G and O")
        quantity = line.number("quantity", required=True, most=MAX_AMOUNT)
        rate = line.number("vatRate", required=False, most=100)
        entry = {
            "productId": line.text("productId", required=True),
            "amount": str(line.amount("amount", least=0)),
            "quantity": f"{quantity:f}" if quantity is not None else "",
            "unitOfMeasure": unit,
            "description": line.text("description"),
            "vatAmount": str(line.amount("vatAmount", required=False, least=0)),
            "vatRate": f"{rate:f}" if rate is not None else "",
        }
        basket.append(entry)
    return basket
