"""What the face says to its desk and what the desk answers. Numbers and passcodes hide themselves in every repr."""

from dataclasses import dataclass, field

from app.issuer.books import Entry
from app.issuer.ledger import CardAccount
from app.issuer.orders import Labels

FACE = "parpay"

# Kinds of notes (see `books.Note`).
USER = "parpay.user"
"""Owner: a card. Key: a customer. Value: `OWNER` or `SHARED`."""
SAVED = "parpay.saved"
"""Owner: a customer. Key: a card. Value: `PREFERRED` or empty."""
CARD = "parpay.card"
"""Owner: a card. Key: `ASKS` (it wants its passcode) or `ENDED` (value: the word for how it ended)."""
FUNDING = "parpay.funding"
"""Owner: a location. Key: a bank-card purchase. Value: the transaction it paid for."""

OWNER, SHARED, PREFERRED = "owner", "shared", "preferred"
ASKS, ENDED = "asks", "ended"
COMBINED, INACTIVE = "Combined", "Inactive"


class Denied(Exception):
    """A request that is turned away; nothing was written. The status, the field it is about, and a sentence."""

    def __init__(self, status: int, name: str, text: str) -> None:
        super().__init__("denied")
        self.status = status
        self.name = name
        self.text = text


@dataclass(frozen=True, slots=True)
class Named:
    """How a request names a card. Empty means not said."""

    card_id: str = ""
    number: str = field(default="", repr=False)
    passcode: str = field(default="", repr=False)
    user: str = ""

    @property
    def any(self) -> bool:
        """Whether it names one at all."""
        return bool(self.card_id or self.number)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for at a location. `amount` None means all there is."""

    location: str
    amount: int | None
    currency: str
    labels: Labels
    funding: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A card that was just made, or is shown again to who asked for it."""

    account: CardAccount
    spendable: int
    number: str = field(repr=False)
    passcode: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The attempt stands in the books, booked or FAILED; `repeated` means it already did."""

    entry: Entry
    account: CardAccount
    spendable: int
    repeated: bool = False
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A card as a customer or a till sees it."""

    account: CardAccount
    spendable: int
    status: str
    preferred: bool = False
    shared: bool = False
