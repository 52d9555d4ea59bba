"""What the face keeps beside the money: each card's names, codes, dates and metadata, as notes in the books.

Codes and PINs are kept as keyed digests and masks only. Notes of this face (the owner is the account, unless said):

    dintero.card      number of the card -> everything about it, as JSON
    dintero.id        digest of its `card_id` -> number
    dintero.account   its `id` (a UUID, and its account in the ledger) -> number
    dintero.code      digest of a code -> number
    dintero.customer  number -> number; the owner is account and digest of the customer
    dintero.moved     number of a transaction -> what the wire tells of it; the owner is the card's `id`
"""

import hashlib
import hmac
import secrets
import string
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import msgspec
from msgspec.structs import replace as with_changes

from app.issuer.books import Books, Changes, Note
from app.issuer.faces.dintero.gate import Caller, Refused
from app.issuer.faces.dintero.wire import MAX_PIN, MIN_PIN, CodeWish, Format, PinWish
from app.issuer.ledger import CardAccount, reserved_account, spendable_account

FACE = "dintero"
DEFAULT_PREFIX = "DINCARD:"

_SYMBOLS = "!#$%&*+-=?@"
# A short code may hit one that is taken; a format that gives no free one in so many draws has none.
_DRAWS = 32
# A till adds a code per visit at most; a card with more is being played with.
_MAX_CODES = 200
_MASK_KEEPS = 4


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a card, without the code."""

    id: str
    ref_id: str
    digest: str
    mask: str
    format: Format
    created_at: datetime
    created_by: str
    expires_in: int | None = None
    expires_at: datetime | None = None
    once: bool = False
    used: bool = False
    metadata: dict[str, str] = {}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A card as its note holds it. `funds` and `drawn` are what ever came and went, in minor units."""

    number: int
    id: str
    card_id: str
    type: str
    currency: str
    created_at: datetime
    created_by: str
    opening: int = 0
    funds: int = 0
    drawn: int = 0
    used: bool = False
    deleted: bool = False
    customer_id: str | None = None
    name: str | None = None
    originated_by: str | None = None
    metadata: dict[str, str] = {}
    active_from: datetime | None = None
    expires_at: datetime | None = None
    pin_format: Format | None = None
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A card with its account and what is on it."""

    owner: str
    kept: Kept
    account: CardAccount
    spendable: int = 0
    reserved: int = 0

    def status(self, now: datetime) -> str:
        """One word for a person; money is decided on the parts."""
        if self.kept.deleted:
            return "deleted"
        if self.account.blocked:
            return "blocked"
        if not self.account.active:
            return "inactive"
        if self.expired(now):
            return "expired"
        return "used" if self.kept.used else "unused"

    def expired(self, now: datetime) -> bool:
        """Whether no transaction of any kind is taken any more."""
        return self.kept.expires_at is not None and self.kept.expires_at <= now

    def changes(self, kept: Kept, account: CardAccount | None = None) -> Changes:
        """Writes the card again."""
        return Changes(account=account, notes=(self.note(kept),))

    def note(self, kept: Kept) -> Note:
        """The card's note with new contents."""
        return note_of(self.owner, kept)


@dataclass(frozen=True, slots=True)
class Secret:
    """What is told once: a code or a PIN, and its format."""

    value: str
    format: Format

    def __repr__(self) -> str:
        return "Secret(…)"


def number_key(number: int) -> str:
    """Numbers as keys that sort like numbers."""
    return f"{number:012d}"


def note_of(owner: str, kept: Kept) -> Note:
    """A card's note."""
    return Note("dintero.card", owner, number_key(kept.number), msgspec.json.encode(kept).decode())


class Shelf:
    """Finds and makes cards. Every method that takes books runs inside a piece of work."""

    def __init__(self, owner: str, key: bytes) -> None:
        self.owner = owner
        self._key = key

    def digest(self, purpose: str, *parts: str) -> str:
        """The keyed digest under which a code or an id is found."""
        mac = hmac.new(self._key, f"dintero.{purpose}".encode(), hashlib.sha256)
        for part in parts:
            mac.update(b"\0" + part.encode("utf-8", "surrogatepass"))
        return mac.hexdigest()

    # -- finding ------------------------------------------------------------------------------------------------------

    def by_number(self, books: Books, key: str) -> Held:
        """The card with this number; it must be there."""
        text = books.note("dintero.card", self.owner, key)
        assert text is not None
        kept = msgspec.json.decode(text, type=Kept)
        account = books.account(kept.id)
        assert account is not None
        spendable, reserved = spendable_account(kept.id), reserved_account(kept.id)
        return Held(self.owner, kept, account, books.balance(spendable), books.balance(reserved))

    def by_id(self, books: Books, card_id: str) -> Held:
        """The card with this `card_id`.

        Raises:
            Refused: 404.
        """
        return self._found(books, "dintero.id", self.digest("id", card_id), "the card")

    def by_account(self, books: Books, account_id: str) -> Held:
        """The card that has this account in the ledger.

        Raises:
            Refused: 404.
        """
        return self._found(books, "dintero.account", account_id, "the card")

    def by_code(self, books: Books, value: str) -> tuple[Held, Code]:
        """The card with this code on it, and which of its codes it is; whether it still serves is not looked at.

        Raises:
            Refused: 404.
        """
        digest = self.digest("code", value)
        held = self._found(books, "dintero.code", digest, "no such card: the token")
        return held, next(code for code in held.kept.codes if code.digest == digest)

    def _found(self, books: Books, kind: str, key: str, what: str) -> Held:
        number = books.note(kind, self.owner, key)
        held = self.by_number(books, number) if number is not None else None
        if held is None or held.kept.deleted:
            raise Refused(404, f"{what} is not known")
        return held

    # -- making -------------------------------------------------------------------------------------------------------

    def free(self, books: Books, card_id: str) -> None:
        """Lets pass a `card_id` nobody has.

        Raises:
            Refused: 409.
        """
        if books.note("dintero.id", self.owner, self.digest("id", card_id)) is not None:
            raise Refused(409, "this card_id is used")

    def account(self, number: int, kept_id: str, currency: str, pin: str, *, active: bool) -> CardAccount:
        """The card's account in the ledger. When it ends is the note's to say, to the second."""
        return CardAccount(
            account_id=kept_id,
            number=number,
            card_digest=bytes.fromhex(self.digest("card", kept_id)),
            last4="",
            expiry=date.max,
            currency=currency,
            active=active,
            pin_digest=self.pin_digest(kept_id, pin),
            face=FACE,
        )

    def pin_digest(self, kept_id: str, pin: str) -> bytes:
        """How the books know a PIN; empty for none."""
        return bytes.fromhex(self.digest("pin", kept_id, pin)) if pin else b""

    def index(self, kept: Kept) -> tuple[Note, ...]:
        """Every note of a new card."""
        key = number_key(kept.number)
        notes = [
            note_of(self.owner, kept),
            Note("dintero.id", self.owner, self.digest("id", kept.card_id), key),
            Note("dintero.account", self.owner, kept.id, key),
        ]
        notes += [Note("dintero.code", self.owner, code.digest, key) for code in kept.codes]
        return (*notes, *self.customer(kept))

    def customer(self, kept: Kept) -> tuple[Note, ...]:
        """The note under which a customer's card is found."""
        if kept.customer_id is None:
            return ()
        key = number_key(kept.number)
        return (Note("dintero.customer", self.customer_owner(kept.customer_id), key, key),)

    def customer_owner(self, customer_id: str) -> str:
        """Under which owner a customer's cards stand."""
        return f"{self.owner}/{self.digest('customer', customer_id)}"

    def draw_code(self, books: Books, wish: Format | None, taken: frozenset[str] = frozenset()) -> Secret:
        """A code nobody has. `taken` are digests of the same batch.

        Raises:
            Refused: 400; the format has none left.
        """
        for _ in range(_DRAWS):
            secret = _default_code() if wish is None or wish.length is None else _drawn(wish, wish.length)
            digest = self.digest("code", secret.value)
            if digest not in taken and books.note("dintero.code", self.owner, digest) is None:
                return secret
        raise Refused(400, "card_token.format leaves no free code")

    def new_code(
        self, secret: Secret, caller: Caller, now: datetime, ref_id: str, wish: CodeWish, metadata: dict[str, str]
    ) -> Code:
        """A code as it is kept."""
        seconds = wish.expires_in
        return Code(
            id=str(uuid.uuid4()),
            ref_id=ref_id,
            digest=self.digest("code", secret.value),
            mask=_masked(secret),
            format=secret.format,
            created_at=now,
            created_by=caller.client_id,
            expires_in=seconds,
            expires_at=None if seconds is None else now + timedelta(seconds=seconds),
            once=bool(wish.expires_after_transaction),
            metadata=metadata,
        )

    def add_code(self, held: Held, code: Code) -> Changes:
        """Writes a further code.

        Raises:
            Refused: 409 where its reference is used, or the card has too many.
        """
        if any(known.ref_id == code.ref_id for known in held.kept.codes):
            raise Refused(409, "this ref_id is used")
        if len(held.kept.codes) >= _MAX_CODES:
            raise Refused(409, "the card has too many tokens")
        kept = with_changes(held.kept, codes=(*held.kept.codes, code))
        index = Note("dintero.code", self.owner, code.digest, number_key(kept.number))
        return replace(held.changes(kept), notes=(held.note(kept), index))


def draw_pin(wish: PinWish | None) -> Secret | None:
    """A PIN as wished.

    Raises:
        Refused: 400; it would be too short or too long.
    """
    if wish is None:
        return None
    length = wish.format.length if wish.format.length is not None else MIN_PIN
    if not MIN_PIN <= length <= MAX_PIN:
        raise Refused(400, f"pin.format.length must be {MIN_PIN} to {MAX_PIN}")
    return _drawn(wish.format, length)


def _drawn(wish: Format, length: int) -> Secret:
    classes = ((wish.numbers, string.digits), (wish.characters, string.ascii_letters), (wish.symbols, _SYMBOLS))
    letters = "".join(letters for wanted, letters in classes if wanted) or string.digits
    drawn = "".join(secrets.choice(letters) for _ in range(length))
    return Secret(f"{wish.prefix or ''}{drawn}", with_changes(wish, length=length))


def _default_code() -> Secret:
    return Secret(f"{DEFAULT_PREFIX}{uuid.uuid4()}", Format(length=36, prefix=DEFAULT_PREFIX))


def _masked(secret: Secret) -> str:
    prefix = secret.format.prefix or ""
    body = secret.value.removeprefix(prefix)
    hidden, shown = (body[:-_MASK_KEEPS], body[-_MASK_KEEPS:]) if len(body) > 2 * _MASK_KEEPS else (body, "")
    return prefix + "".join("-" if sign == "-" else "*" for sign in hidden) + shown


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as the vendor writes it."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
