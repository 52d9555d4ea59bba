"""The bodies of requests, checked as they are read. Unknown members are ignored; null counts as left out.

An error names the member and what it should be, never what stood there: it could be a code.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec

from app.issuer.faces.dintero.gate import Refused
from app.issuer.ledger import MAX_AMOUNT

# The vendor's texts are 255 characters; what has no documented bound gets the same.
_MAX = 255
_MAX_METADATA = 50
MAX_BATCH = 100

Text = Annotated[str, msgspec.Meta(max_length=_MAX)]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX, pattern=r"\A\S(?:[\s\S]*\S)?\Z")]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Currency = Literal["NOK", "SEK", "DKK", "EUR", "USD"]
When = Annotated[datetime, msgspec.Meta(tz=True)]
Metadata = Annotated[dict[Text, Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=_MAX_METADATA)]
# Ten years: more than any passing code needs, and far from the end of the calendar.
Seconds = Annotated[int, msgspec.Meta(ge=1, le=10 * 366 * 86400)]

MIN_PIN, MAX_PIN = 4, 12
"""The vendor's minimum since November 2024, and the longest PIN of ISO 9564."""


class Format(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a code or a PIN is drawn. `length` does not count the prefix."""

    length: Annotated[int, msgspec.Meta(ge=1, le=64)] | None = None
    prefix: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    symbols: bool | None = None
    numbers: bool | None = None
    characters: bool | None = None
    barcode: bool | None = None


class PinWish(msgspec.Struct, frozen=True):
    """`pin` of a new card."""

    format: Format


class CodeWish(msgspec.Struct, frozen=True):
    """`card_token` of a new card."""

    format: Format | None = None
    expires_in: Seconds | None = None
    expires_after_transaction: bool | None = None


class NewCard(msgspec.Struct, frozen=True, kw_only=True):
    """`POST cards`."""

    card_id: Named
    amount: Amount
    currency: Currency
    customer_id: Named | None = None
    name: Text | None = None
    type: Literal["gift_card", "credit_note"] | None = None
    originated_by: Text | None = None
    metadata: Metadata | None = None
    active_from: When | None = None
    expires_at: When | None = None
    pin: PinWish | None = None
    card_token: CodeWish | None = None


class Blank(msgspec.Struct, frozen=True):
    """One card of a batch."""

    card_id: Named
    type: Literal["gift_card", "credit_note"] | None = None


class BatchOptions(msgspec.Struct, frozen=True):
    """What the cards of a batch share."""

    pin: PinWish | None = None
    card_token: CodeWish | None = None


class Batch(msgspec.Struct, frozen=True):
    """`POST cards/batch`."""

    cards: Annotated[tuple[Blank, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH)]
    options: BatchOptions | None = None


class Activation(msgspec.Struct, frozen=True):
    """`POST cards/{card_id}/activate`."""

    amount: Amount
    currency: Currency
    customer_id: Named | None = None
    name: Text | None = None
    originated_by: Text | None = None
    active_from: When | None = None
    expires_at: When | None = None
    metadata: Metadata | None = None


class NewCode(msgspec.Struct, frozen=True):
    """`POST cards/{card_id}/tokens`."""

    ref_id: Ref
    expires_in: Seconds
    metadata: Metadata | None = None
    format: Format | None = None
    expires_after_transaction: bool | None = None


class NewPin(msgspec.Struct, frozen=True):
    """`POST cards/{card_id}/rotate-pin`."""

    pin: PinWish


class Info(msgspec.Struct, frozen=True):
    """`POST info`."""

    token: Ref
    pin: Text | None = None

    def __repr__(self) -> str:
        return "Info(…)"


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """`POST transactions`."""

    ref_id: Ref
    amount: Amount
    currency: Currency
    token: Ref | None = None
    card_id: Ref | None = None
    pin: Text | None = None
    type: Literal["drawdown", "fund"]
    pending: bool | None = None
    originated_by: Text | None = None
    metadata: Metadata | None = None

    def __repr__(self) -> str:
        return "Transaction(…)"


class FollowUp(msgspec.Struct, frozen=True):
    """Capture, and void (which does not look at the amount)."""

    ref_id: Ref
    amount: Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT)] | None = None
    metadata: Metadata | None = None


Wish = TypeVar("Wish")


def read(body: bytes, kind: type[Wish]) -> Wish:
    """A body of this kind.

    Raises:
        Refused: 400.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Refused(400, _told(str(error))) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "the body must be a JSON object in UTF-8") from None


def _told(text: str) -> str:
    """What the decoder says of a member; only that of an unknown choice repeats the value, so it is said otherwise."""
    _, found, place = text.rpartition(" - at `$.")
    where = place.rstrip("`") if found else "the body"
    return f"{where} is not one of its values" if text.startswith("Invalid enum value") else text.replace("`$.", "`")
