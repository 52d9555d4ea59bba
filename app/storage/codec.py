"""Records and rows as JSON text, and back, exactly.

A record is stored as its class name and one JSON object with a member per field; money is ``{"minor", "currency"}``, a
STAN is text, decimals are text, times are RFC 3339. What is decoded equals what was encoded.

Two refusals are the point of this file. Secrets are plain classes that nothing here can encode, so a card number put
into a field fails at once (:class:`SecretRefused`) instead of resting on disk. And a member or kind this version does
not know, written by a newer one, is an error (:class:`NewerSchema`) instead of being dropped in silence.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar, get_args

import msgspec

from app.domain import records
from app.domain.card import (
    CardRefused,
    CardSecret,
    Code,
    Expiry,
    Issued,
    IssuedBatch,
    IssuedSecret,
    IssuedToken,
    Pan,
    PinBlock,
    Track2,
    presented,
)
from app.domain.codes import CodeText
from app.domain.ids import TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.messages import TrackText
from app.domain.policy import CardMemory
from app.domain.records import Body, Record
from app.domain.sale import Sale
from app.domain.transaction import Transaction
from app.storage.errors import Damaged, Misuse, NewerSchema, SecretRefused

SECRETS = (Pan, Code, Track2, CardSecret, IssuedSecret, IssuedToken, IssuedBatch, PinBlock, TrackText, CodeText)
"""Never encoded."""

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(records.Body)}
"""The persisted name of each record body."""

T = TypeVar("T", Transaction, Sale, CardMemory, StopEntry)


def _refuse(value: object) -> object:
    if isinstance(value, SECRETS):
        raise SecretRefused(type(value).__name__)
    raise Misuse(f"{type(value).__name__} has no place in a record")


_ENCODER = msgspec.json.Encoder(enc_hook=_refuse)
_DECODERS: dict[type[Any], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (*KINDS.values(), Transaction, Sale, CardMemory, StopEntry)
}


def _encode(value: object) -> str:
    try:
        return _ENCODER.encode(value).decode()
    except (TypeError, UnicodeEncodeError):  # a dictionary with odd keys, half a surrogate pair
        raise Misuse(f"{type(value).__name__} holds what no record may hold") from None


def _encode_exactly(value: object) -> str:
    """Encodes and reads back at once (2 us): what the journal holds is what can be read again.

    This is also what stops raw bytes, which msgspec would take as Base64 without a word.
    """
    text = _encode(value)
    try:
        same = _DECODERS[type(value)].decode(text) == value
    except msgspec.MsgspecError:
        same = False
    if not same:
        raise Misuse(f"{type(value).__name__} does not survive its own encoding")
    return text


def _decode(kind: type[Any], text: str) -> Any:
    try:
        value = _DECODERS[kind].decode(text)
    except msgspec.MsgspecError as error:
        raise Damaged(f"{kind.__name__}: {_what(error)}") from None
    again = _encode(value)
    if again != text:
        _look_for_strangers(msgspec.json.decode(text), msgspec.json.decode(again), kind.__name__)
    return value


def _what(error: msgspec.MsgspecError) -> str:
    """Where it went wrong (``$.amount.minor``), without msgspec's words, which may quote values."""
    _, _, path = str(error).partition(" - at ")
    return path.strip("`") or type(error).__name__


def _look_for_strangers(stored: object, known: object, where: str) -> None:
    """Members of ``stored`` that decoding dropped. Members only ``known`` has are new ones with their defaults."""
    if isinstance(stored, dict) and isinstance(known, dict):
        for name, member in stored.items():
            if name not in known:
                raise NewerSchema(f"{where}.{name}")
            _look_for_strangers(member, known[name], f"{where}.{name}")
    elif isinstance(stored, list) and isinstance(known, list):
        for one, other in zip(stored, known, strict=True):
            _look_for_strangers(one, other, where)


def encode_body(body: Body) -> tuple[str, str]:
    """A record's kind and JSON text.

    Raises:
        Misuse: it is none of the journal's records.
        SecretRefused: something secret is in it.
    """
    kind = type(body).__name__
    if KINDS.get(kind) is not type(body):
        _refuse(body)
    return kind, _encode_exactly(body)


def decode_body(kind: str, text: str) -> Body:
    """A record's body.

    Raises:
        NewerSchema: a kind or member this version does not know.
        Damaged: no such record could have been written.
    """
    known = KINDS.get(kind)
    if known is None:
        raise NewerSchema(kind)
    body: Body = _decode(known, text)
    return body


def decode_record(at: str, transaction_id: str | None, kind: str, text: str) -> Record:
    """A whole record from its columns. Raises like :func:`decode_body`."""
    return Record(decode_time(at), _transaction_id(transaction_id), decode_body(kind, text))


def _transaction_id(text: str | None) -> TransactionId | None:
    return None if text is None else TransactionId(text)


def encode_row(row: Transaction | Sale | CardMemory | StopEntry) -> str:
    """A row's JSON text. Raises like :func:`encode_body`.

    A transaction is the fold of records that were read back already: once more would cost every commit 10 us.
    """
    return _encode(row) if isinstance(row, Transaction) else _encode_exactly(row)


def decode_row(kind: type[T], text: str) -> T:
    """A row from its JSON text. Raises like :func:`decode_body`."""
    row: T = _decode(kind, text)
    return row


def encode_time(at: datetime) -> str:
    """A moment in UTC, fixed length, so that text order is time order.

    Raises:
        Misuse: it has no offset: nobody could tell when it was.
    """
    if at.tzinfo is None:
        raise Misuse("a record's time has no offset")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def decode_time(text: str) -> datetime:
    """The moment. Raises Damaged."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Damaged("a record's time") from None


# --- what is sealed -----------------------------------------------------------------------------------------------


class _Sealed(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="v", tag=1):
    """The plain text inside a sealed blob of one card. Exists between here and the cipher only."""

    issued: bool
    pan: str
    expiry: str = ""
    cvc: str = ""
    track2: str = ""
    code: str = ""
    pin: str = ""
    label: str = ""

    def __repr__(self) -> str:
        return "_Sealed(…)"


class _SealedToken(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="v", tag=2):
    """The same of something without a number."""

    code: str = ""
    pin: str = ""
    url: str = ""

    def __repr__(self) -> str:
        return "_SealedToken(…)"


class _SealedBatch(msgspec.Struct, forbid_unknown_fields=True, tag_field="v", tag=3):
    """The same of cards that were made together."""

    cards: list[_Sealed]

    def __repr__(self) -> str:
        return "_SealedBatch(…)"


_SEALED = msgspec.json.Decoder(_Sealed | _SealedToken | _SealedBatch)


def encode_secret(secret: CardSecret | Issued) -> bytes:
    """What is sealed of a card: for a card in hand never its CVC, for one just issued everything."""
    match secret:
        case IssuedToken():
            return msgspec.json.encode(_SealedToken(secret.code, secret.pin, secret.url))
        case IssuedBatch():
            return msgspec.json.encode(_SealedBatch([_issued(card) for card in secret.cards]))
        case IssuedSecret():
            return msgspec.json.encode(_issued(secret))
        case _:
            kept = secret.for_sealing()
            expiry = kept.expiry.mm_yy if kept.expiry else ""
            return msgspec.json.encode(_Sealed(issued=False, pan=kept.pan.reveal(), expiry=expiry, track2=kept.track2))


def _issued(card: IssuedSecret) -> _Sealed:
    return _Sealed(
        issued=True,
        pan=card.pan.reveal(),
        expiry=card.expiry.mm_yy if card.expiry else "",
        cvc=card.cvc,
        code=card.code,
        pin=card.pin,
        label=card.label,
    )


def decode_secret(plain: bytes) -> CardSecret | Issued:
    """The card again. Raises Damaged, without a word of the content."""
    try:
        return _opened(_SEALED.decode(plain))
    except (msgspec.MsgspecError, CardRefused):
        raise Damaged("a sealed card") from None


def _opened(kept: _Sealed | _SealedToken | _SealedBatch) -> CardSecret | Issued:
    match kept:
        case _SealedToken():
            return IssuedToken(kept.code, kept.pin, kept.url)
        case _SealedBatch():
            return IssuedBatch(tuple(_card(card) for card in kept.cards))
        case _:
            if kept.issued:
                return _card(kept)
            return CardSecret(presented(kept.pan), _expiry(kept), "", kept.track2)


def _card(kept: _Sealed) -> IssuedSecret:
    return IssuedSecret(presented(kept.pan), kept.cvc, _expiry(kept), kept.code, kept.pin, label=kept.label)


def _expiry(kept: _Sealed) -> Expiry | None:
    return Expiry.parse(kept.expiry) if kept.expiry else None
