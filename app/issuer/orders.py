"""What a face says to the desk and what the desk answers (see `desk.py`).

Secrets on their way through (`CardData`, `NewCard`) hide themselves in every repr.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from app.issuer.books import Entry
from app.issuer.ledger import CardAccount, Reason

OpenPinBlock = Callable[[str, bytes], bytearray | None]
"""Opens a PIN block for a card number; None when it holds no PIN under the host's key."""


@dataclass(frozen=True, slots=True)
class CardData:
    """What a request says about a card. Empty means not said; `expiry` is (year, month)."""

    account_id: str = ""
    pan: str = field(default="", repr=False)
    cvc: str = field(default="", repr=False)
    expiry: tuple[int, int] | None = None
    pin_block: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be entered into the books. `opening` is its first load, in minor units."""

    pan: str = field(repr=False)
    cvc: str = field(repr=False)
    expiry: date
    currency: str
    opening: int = 0
    pin: str = field(default="", repr=False)
    active: bool = True
    blocked: bool = False
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """What a request wants written beside a booking. Empty means not said."""

    order_ref: str = ""
    transaction_ref: str = ""
    stan: str = ""
    terminal_id: str = ""
    merchant_name: str = ""
    description: str = ""
    basket: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a follow-up acts on: a payment, or one of its captures where a reversal names that instead."""

    merchant_id: str
    account_id: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class Posted:
    """The attempt stands in the books, booked or FAILED; `repeated` means it already did."""

    entry: Entry
    account: CardAccount
    spendable: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A card account and what it can spend."""

    account: CardAccount
    spendable: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such "account" or "payment" for this merchant."""

    what: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The order does not fit the payment, or reuses a reference for something else (`reason` None)."""

    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class CardRefused:
    """The card data do not prove the card; nothing about it is said."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class CardMissing:
    """The request names neither a card number nor a track."""


Outcome = Posted | Unknown | Conflict | CardMissing
