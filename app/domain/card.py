"""Gift cards: what a stripe says, whose card it is, and what may be told of it.

Track 2 (ISO/IEC 7813) without its sentinels is ``PAN = expiry service-code discretionary-data``. Gift cards take
liberties with it: 5 to 19 digits, an expiry that is absent, MMYY or filler, sometimes no separator at all. A
:class:`Profile` states which liberties one programme takes; nothing is guessed beyond it. Some cards carry a
:class:`Code` instead, to be scanned or keyed; it stands wherever a number stands.

The types that hold secrets (:class:`Pan`, :class:`Code`, :class:`Track2`, :class:`CardSecret`, :class:`IssuedSecret`)
are plain classes, not dataclasses: the journal's codec encodes dataclasses and refuses everything else, so a secret
can't slip into a record by being put in a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MIN_PAN, MAX_PAN = 5, 19
MIN_CODE, MAX_CODE = 8, 64
"""Shorter is guessed, longer is no code of a card: the longest we know (a prefix and a UUID) has 44 signs."""
MAX_TRACK2 = 37
"""ISO/IEC 7813: 40 characters on the stripe less start sentinel, end sentinel and LRC."""


class EntryMode(StrEnum):
    """How the card's number reached the till (ISO 8583 data element 22 in words)."""

    SWIPED = "swiped"
    SCANNED = "scanned"
    KEYED = "keyed"
    ISSUED = "issued"
    STORED = "stored"
    """Chosen from a list that a backend keeps: known by the backend's id, and there is no number."""


class ExpiryRule(StrEnum):
    """What the four digits after the separator mean in one programme."""

    YYMM = "yymm"
    MMYY = "mmyy"
    IGNORE = "ignore"


class PinRule(StrEnum):
    """When a card of a programme needs a PIN."""

    NEVER = "never"
    ALWAYS = "always"
    SERVICE_CODE = "service-code"
    ON_REQUEST = "on-request"


class CardFault(StrEnum):
    """Why a card can't be taken; each is a message of its own on the screen."""

    TRACK_UNREADABLE = "track-unreadable"
    PAN_LENGTH = "pan-length"
    EXPIRY = "expiry"
    SEPARATOR = "separator"
    BANK_CARD = "bank-card"
    NO_PROGRAMME = "no-programme"
    CODE = "code"
    CODE_UNREADABLE = "code-unreadable"


class CardRefused(ValueError):
    """The card as read can't be used. Carries the reason, never the card."""

    def __init__(self, fault: CardFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Pan:
    """A primary account number: 5 to 19 digits of text. Shows its last four and nothing else."""

    __slots__ = ("_text",)

    def __init__(self, digits: str) -> None:
        if not (MIN_PAN <= len(digits) <= MAX_PAN) or not (digits.isascii() and digits.isdigit()):
            raise CardRefused(CardFault.PAN_LENGTH)
        self._text = digits

    def reveal(self) -> str:
        """The whole number, for the wire, the seal and the keyed hash; for nothing else."""
        return self._text

    @property
    def last4(self) -> str:
        """What paper and screen may show."""
        return self._text[-4:]

    def __repr__(self) -> str:
        return f"Pan(…{self.last4})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pan) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Code(Pan):
    """What a holder presents that is no bare number: 8 to 64 printable ASCII signs without blanks, not all digits.

    It stands wherever a number stands, and hides itself as one does. Small and capital letters differ.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not (MIN_CODE <= len(text) <= MAX_CODE) or any(not "!" <= sign <= "~" for sign in text) or text.isdigit():
            raise CardRefused(CardFault.CODE)
        self._text = text

    def __repr__(self) -> str:
        return f"Code(…{self.last4})"


def presented(text: str) -> Pan:
    """What was scanned or keyed, or rests sealed: a number where it is all digits, else a code.

    Raises:
        CardRefused: it is neither.
    """
    return Pan(text) if text.isascii() and text.isdigit() else Code(text)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Month and year a card ends, as printed. No secret by itself."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 2000 <= self.year <= 2099):
            raise CardRefused(CardFault.EXPIRY)

    @property
    def mm_yy(self) -> str:
        """As people and most hosts write it: ``12/20``."""
        return f"{self.month:02d}/{self.year % 100:02d}"

    @classmethod
    def parse(cls, text: str) -> Expiry:
        """Reads ``MM/YY``, ``MMYY`` as keyed, or ISO ``YYYY-MM-DD`` as hosts answer.

        Raises:
            CardRefused: it is none of these, or the month is not a month.
        """
        digits = text.replace("/", "").replace(" ", "")
        parts = text.split("-")
        if not text.isascii():  # other scripts have digits, too
            raise CardRefused(CardFault.EXPIRY)
        if len(parts) == 3 and all(part.isdigit() for part in parts):
            return cls(int(parts[0]), int(parts[1]))
        if len(digits) != 4 or not digits.isdigit():
            raise CardRefused(CardFault.EXPIRY)
        return cls(2000 + int(digits[2:]), int(digits[:2]))


@dataclass(frozen=True, slots=True)
class Profile:
    """How one programme encodes its stripes.

    Attributes:
        min_digits: Shortest number.
        max_digits: Longest number.
        expiry: What follows the separator.
        separator_required: Whether a stripe without ``=`` is refused (some programmes write the bare number).
        expiry_required: Whether ``==`` (an absent expiry, ISO/IEC 7813) is refused.
        service_code: Whether the service code means something. Most gift cards carry arbitrary digits there.
        track2_on_wire: Whether the backend demands the track itself, not number and expiry.
    """

    min_digits: int = 13
    max_digits: int = 19
    expiry: ExpiryRule = ExpiryRule.YYMM
    separator_required: bool = True
    expiry_required: bool = False
    service_code: bool = False
    track2_on_wire: bool = False


class Track2:
    """A parsed track 2. Its text is shown by nothing."""

    __slots__ = ("_text", "expiry", "pan", "service_code")

    def __init__(self, text: str, pan: Pan, expiry: Expiry | None, service_code: str) -> None:
        self._text = text
        self.pan = pan
        self.expiry = expiry
        self.service_code = service_code

    def reveal(self) -> str:
        """The track without sentinels, for the wire and the seal."""
        return self._text

    def __repr__(self) -> str:
        return f"Track2(…{self.pan.last4})"

    @classmethod
    def parse(cls, text: str, profile: Profile) -> Track2:
        """Reads a track without sentinels by one programme's rules. Fields are never shifted or corrected.

        Raises:
            CardRefused: with the reason the cashier is told.
        """
        if not text or len(text) > MAX_TRACK2 or any(not "0" <= c <= "?" for c in text):
            raise CardRefused(CardFault.TRACK_UNREADABLE)
        digits, separator, rest = text.partition("=")
        if not digits.isdigit():
            raise CardRefused(CardFault.TRACK_UNREADABLE)
        if not profile.min_digits <= len(digits) <= profile.max_digits:
            raise CardRefused(CardFault.PAN_LENGTH)
        if not separator and profile.separator_required:
            raise CardRefused(CardFault.SEPARATOR)
        expiry, rest = _split_expiry(rest, profile)
        service = "" if rest.startswith("=") or len(rest) < 3 else rest[:3]
        return cls(text, Pan(digits), expiry, service if profile.service_code else "")


def _split_expiry(rest: str, profile: Profile) -> tuple[Expiry | None, str]:
    if rest == "" or rest.startswith("="):
        if profile.expiry_required:
            raise CardRefused(CardFault.EXPIRY)
        return None, rest[1:]
    field = rest[:4]
    if profile.expiry is ExpiryRule.IGNORE or field == "0000":
        return None, rest[4:]
    if len(field) != 4 or not field.isdigit():
        raise CardRefused(CardFault.EXPIRY)
    month_first = field if profile.expiry is ExpiryRule.MMYY else field[2:] + field[:2]
    return Expiry.parse(month_first), rest[4:]


class CardSecret:
    """Everything secret about a card in hand. Lives in memory between reader and backend, sealed while money is open.

    A CVC is in memory only; :meth:`for_sealing` leaves it out, and the track too unless the profile demands it.
    """

    __slots__ = ("cvc", "expiry", "pan", "track2")

    def __init__(self, pan: Pan, expiry: Expiry | None = None, cvc: str = "", track2: str = "") -> None:
        self.pan = pan
        self.expiry = expiry
        self.cvc = cvc
        self.track2 = track2

    def for_sealing(self) -> CardSecret:
        """The part that may rest sealed on disk: number, expiry, and the track where it was kept for the wire."""
        return CardSecret(self.pan, self.expiry, "", self.track2)

    def __repr__(self) -> str:
        return f"CardSecret(…{self.pan.last4})"


class IssuedSecret:
    """A card we just issued: the one secret that is shown, printed once, and erased when it is handed over.

    ``label`` is what may be written on its outside: the id of an unsold card, which is no secret.
    """

    __slots__ = ("code", "cvc", "expiry", "label", "pan", "pin")

    def __init__(
        self, pan: Pan, cvc: str = "", expiry: Expiry | None = None, code: str = "", pin: str = "", *, label: str = ""
    ) -> None:
        self.pan = pan
        self.cvc = cvc
        self.expiry = expiry
        self.code = code
        self.pin = pin
        self.label = label

    def __repr__(self) -> str:
        return f"IssuedSecret(…{self.pan.last4})"


class IssuedToken:
    """Something without a number that a backend told this once: another PIN, a further code, an address of a card."""

    __slots__ = ("code", "pin", "url")

    def __init__(self, code: str = "", pin: str = "", url: str = "") -> None:
        self.code = code
        self.pin = pin
        self.url = url

    def __repr__(self) -> str:
        return "IssuedToken(…)"


class IssuedBatch:
    """Unsold cards that were made together, each told this once."""

    __slots__ = ("cards",)

    def __init__(self, cards: tuple[IssuedSecret, ...]) -> None:
        self.cards = cards

    def __repr__(self) -> str:
        return f"IssuedBatch({len(self.cards)})"


Issued = IssuedSecret | IssuedToken | IssuedBatch
"""What a till holds for a customer, sealed, until it is handed over."""


CLEAR_PIN = -1
"""``PinBlock.format`` where a backend's wire wants the digits as they are: then the block *is* the digits."""


class PinBlock:
    """An encrypted PIN block on its way to the host. Never written anywhere."""

    __slots__ = ("_block", "format")

    def __init__(self, block: bytes, block_format: int) -> None:
        self._block = block
        self.format = block_format

    def reveal(self) -> bytes:
        """The encrypted bytes, for the wire."""
        return self._block

    def __repr__(self) -> str:
        return "PinBlock(…)"


@dataclass(frozen=True, slots=True)
class CardRef:
    """What may be written down about a card.

    Attributes:
        key: Keyed hash (HMAC-SHA256, hex) of the number: finds the card again, can't be turned back without the key.
        last4: For paper and screen.
        programme: Name of the gift-card programme it belongs to.
        face: Backend that keeps its money.
        entry: How it was read.
        expiry: Month and year as ``MM/YY``, or empty.
        account_id: The backend's own id of the account, once known; no secret, lets a repeat do without the number.
        pin_required: Whether this card's money calls carry a PIN block (and so can't be queued).
        customer: Whose stored card it is, at backends that ask for it.
    """

    key: str
    last4: str
    programme: str
    face: str
    entry: EntryMode
    expiry: str = ""
    account_id: str = ""
    pin_required: bool = False
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """One gift-card programme the till takes.

    Attributes:
        name: What the cashier reads.
        face: Backend name.
        prefixes: Leading digits of its cards; six digits or more win over the list of bank schemes.
        profile: How its stripes are written.
        pin: When its cards need a PIN.
        code_prefixes: What its cards' codes begin with (``DINCARD:``); small and capital letters differ. An empty one
            is any beginning. None at all: it has no codes.
    """

    name: str
    face: str
    prefixes: tuple[str, ...]
    profile: Profile = Profile()
    pin: PinRule = PinRule.ON_REQUEST
    code_prefixes: tuple[str, ...] = ()
