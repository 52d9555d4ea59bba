"""The configuration: one TOML file, unknown keys refused, amounts written as people write them.

Every part refuses keys it does not know: a typo must not become a default. Secrets do not stand in it: they lie in the
vault under the names of :data:`SECRET_FIELDS`. Only a training configuration may carry them inline, because a training
issuer makes new ones at will.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from app.domain.card import ExpiryRule, PinRule, Profile, Programme
from app.domain.money import Currency, Money
from app.domain.policy import Limits
from app.domain.product import BasketLine, Unit
from app.domain.view import OperatorView, Role

TRAINING = "training"
PRODUCTION = "production"
HOOK_SECRETS = ("hook_secret", "hook_secret_old")
"""What a backend signs its hooks with, and what it did before: both are good until the old one is taken out. For
whoever receives hooks; a backend's client has no use for them."""
SECRET_FIELDS = frozenset(
    {"client_secret", "hmac_secret", "key", "pay_client_secret", "private_key_pem", *HOOK_SECRETS}
)

Name = Annotated[str, msgspec.Meta(pattern=r"\A\S(.*\S)?\Z", max_length=60)]
"""What stands on screens and receipts: not empty, no blanks around it, short enough for a line."""
Identifier = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._-]{1,32}\Z")]
"""What travels to hosts and lies in the journal."""
Locale = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}(_[A-Z]{2})?\Z")]
Prefix = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,19}\Z")]
CodePrefix = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{0,32}\Z")]
"""What a card's code begins with, exactly; empty for any beginning."""
PinHash = Annotated[str, msgspec.Meta(pattern=r"\Ascrypt\$[0-9]{1,8}\$[0-9a-f]{32}\$[0-9a-f]{128}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 31)]
Host = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._:-]{1,253}\Z")]
"""A name or an address of this machine."""
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Digits = Annotated[int, msgspec.Meta(ge=8, le=19)]
"""ISO/IEC 7812: a card number has at most 19 digits; below 8 no programme could tell its cards apart."""

_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
_RATE = re.compile(r"\d{1,2}(\.\d{1,2})?", re.ASCII)


class SettingsError(Exception):
    """The configuration can't be used. Says where and what, never a secret."""


class TillSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[till]``: who and where."""

    terminal_id: Identifier
    store: Name
    currency: Currency = Currency.NOK
    environment: Literal["production", "training"] = "production"
    escrow: str = ""
    theme: Literal["system", "light", "dark"] = "system"
    locale: Locale = "en_US"
    cash_out_up_to: str = "0"


class ReaderSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[reader]``: device path or pyserial URL, driver and its options."""

    url: str = ""
    driver: str = "ascii"
    options: dict[str, str] = {}


class ScannerSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[scanner]``: the same for a barcode and QR scanner; no address, no scanner."""

    url: str = ""
    driver: str = "lines"
    options: dict[str, str] = {}


class PrinterSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[printer]``: a folder that slips are written to."""

    folder: str = ""


class OfflineSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[offline]``: the room for standing in. Amounts as "500.00"."""

    enabled: bool = False
    per_sale: str = "500.00"
    per_card_day: str = "500.00"
    per_card_count: Count = 2
    per_till: str = "5000.00"
    per_till_count: Count = 50
    max_age_hours: Hours = 24
    floor: str = "0"


class PinSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[pin]``: block format (ISO 9564-1: 0, 3 or 4); the key lies in the vault as ``pin.key``."""

    format: Literal[0, 3, 4] = 0
    key: str = ""


class ProgrammeSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[programme]]``: one gift-card programme."""

    name: Name
    face: str
    prefixes: list[Prefix] = []
    code_prefixes: list[CodePrefix] = []
    min_digits: Digits = 13
    max_digits: Digits = 19
    expiry: ExpiryRule = ExpiryRule.YYMM
    separator_required: bool = True
    expiry_required: bool = False
    service_code: bool = False
    track2_on_wire: bool = False
    pin: PinRule = PinRule.ON_REQUEST


class HooksSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[hooks]``: whose hooks are received, and where ``stanchion hooks`` listens for them."""

    faces: list[str] = []
    host: Host = "127.0.0.1"
    port: Port = 8455


class OperatorSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[operator]]``: who may sign in. ``pin_hash`` is made by ``stanchion hash-pin``."""

    id: Identifier
    name: Name
    role: Role
    pin_hash: PinHash


class ProductSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[product]]``: a line of the basket."""

    id: Identifier
    name: Name
    price: str
    vat_rate: str = "25"
    unit: Unit = Unit.PIECE


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file."""

    till: TillSection
    reader: ReaderSection = ReaderSection()
    scanner: ScannerSection = ScannerSection()
    printer: PrinterSection = PrinterSection()
    offline: OfflineSection = OfflineSection()
    pin: PinSection = PinSection()
    hooks: HooksSection = HooksSection()
    backend: dict[str, dict[str, bool | str]] = {}
    programme: list[ProgrammeSection] = []
    operator: list[OperatorSection] = []
    product: list[ProductSection] = []

    @property
    def training(self) -> bool:
        """Whether nothing here is real money."""
        return self.till.environment == TRAINING

    def money(self, text: str) -> Money:
        """ "500.00" in the till's currency.

        Raises:
            SettingsError: it is no amount.
        """
        currency = self.till.currency
        if not _AMOUNT.fullmatch(text):
            raise SettingsError(f'"{text}" is not an amount; write it like "500.00"')
        minor = Decimal(text) * 10**currency.exponent
        if minor != minor.to_integral_value():
            raise SettingsError(f'"{text}" is not an amount in {currency}')
        return Money(int(minor), currency)

    def limits(self) -> Limits:
        """The room for offline acceptance."""
        told = self.offline
        return Limits(
            per_sale=self.money(told.per_sale),
            per_card_day=self.money(told.per_card_day),
            per_card_count=told.per_card_count,
            per_till=self.money(told.per_till),
            per_till_count=told.per_till_count,
            max_age=timedelta(hours=told.max_age_hours),
            floor=self.money(told.floor),
            enabled=told.enabled,
        )

    def programmes(self) -> tuple[Programme, ...]:
        """The gift-card programmes."""
        return tuple(
            Programme(
                name=told.name,
                face=told.face,
                prefixes=tuple(told.prefixes),
                profile=Profile(
                    min_digits=told.min_digits,
                    max_digits=told.max_digits,
                    expiry=told.expiry,
                    separator_required=told.separator_required,
                    expiry_required=told.expiry_required,
                    service_code=told.service_code,
                    track2_on_wire=told.track2_on_wire,
                ),
                pin=told.pin,
                code_prefixes=tuple(told.code_prefixes),
            )
            for told in self.programme
        )

    def operators(self) -> tuple[OperatorView, ...]:
        """Who may sign in."""
        return tuple(OperatorView(told.id, told.name, told.role) for told in self.operator)

    def catalogue(self) -> tuple[BasketLine, ...]:
        """What can be rung up."""
        return tuple(
            BasketLine(told.id, told.name, self.money(told.price), unit=told.unit, vat_rate=Decimal(told.vat_rate))
            for told in self.product
        )


def load(path: Path) -> Settings:
    """Reads a configuration file.

    Raises:
        SettingsError: it can't be read, is no TOML, has an unknown or wrong key, or contradicts itself.
    """
    try:
        with path.open("rb") as file:
            told = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    return from_table(told, str(path))


def from_table(told: dict[str, Any], where: str) -> Settings:
    """Checks a table that was read.

    Raises:
        SettingsError: as :func:`load`.
    """
    try:
        settings = msgspec.convert(told, Settings, strict=True)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {_plainly(str(error))}") from None
    for problem in _problems(settings):
        raise SettingsError(f"{where}: {problem}")
    return settings


def _plainly(text: str) -> str:
    """A validation error as a person reads it: where first, in the words of the file; never the value itself."""
    said, _, path = text.partition(" - at `$")
    # a pattern tells a newcomer nothing, and the value that missed it may be a hash
    said = re.sub(r"^Expected `str` matching regex .*", "not written in the form that belongs here", said, flags=re.S)
    said = re.sub(r"^Object contains unknown field `(.*)`$", r"there is no key `\1` here", said, flags=re.S)
    said = re.sub(r"^Object missing required field `(.*)`$", r"the key `\1` is missing", said, flags=re.S)
    said = said.replace("Expected", "expected").replace("got", "found").replace("Invalid enum value", "there is no")
    place = path.rstrip("`").lstrip(".").replace("[...]", "")
    return f"{place}: {said}" if place else said


def _problems(settings: Settings) -> Iterator[str]:
    """What contradicts itself, worst first."""
    if not settings.training:
        yield from (
            f"{name} is a secret: put it into the vault with `stanchion vault set`" for name in _inline(settings)
        )
        if not settings.backend:
            yield "there is no backend: add [backend.NAME]"
        if not settings.programme:
            yield "no card would be taken: add [[programme]]"
        if not settings.operator:
            yield "nobody may sign in: add [[operator]]"
    for programme in settings.programme:
        if programme.face not in settings.backend:
            yield f"programme {programme.name} names the backend {programme.face}, which is not configured"
        if programme.min_digits > programme.max_digits:
            yield f"programme {programme.name}: min_digits is above max_digits"
        yield from _no_ranges(programme)
    for face in settings.hooks.faces:
        if face not in settings.backend:
            yield f"hooks.faces names the backend {face}, which is not configured"
    yield from _twice("hooks.faces names a backend twice:", settings.hooks.faces)
    yield from _twice("two programmes are named", [programme.name for programme in settings.programme])
    yield from _twice("two operators have the id", [operator.id for operator in settings.operator])
    yield from _twice("two products have the id", [product.id for product in settings.product])
    yield from _no_amounts(settings)


def _no_ranges(programme: ProgrammeSection) -> Iterator[str]:
    """A programme that no card could belong to, or prefixes that tell nothing."""
    name = programme.name
    if not programme.prefixes and not programme.code_prefixes:
        yield f"programme {name}: no card would be known; name its prefixes, or its code_prefixes"
    yield from _twice(f"programme {name} names a prefix twice:", programme.prefixes)
    yield from _twice(f"programme {name} names a code prefix twice:", programme.code_prefixes)
    for prefix in programme.code_prefixes:
        if prefix.isdigit():
            yield f"programme {name}: the code prefix {prefix} is digits alone, which tell a number: see prefixes"


def _inline(settings: Settings) -> list[str]:
    found = [
        f"backend.{face}.{name}" for face, table in settings.backend.items() for name in table if name in SECRET_FIELDS
    ]
    return found + (["pin.key"] if settings.pin.key else [])


def _twice(said: str, names: list[str]) -> Iterator[str]:
    yield from (f"{said} {name}" for name, count in Counter(names).items() if count > 1)


def _no_amounts(settings: Settings) -> Iterator[str]:
    """Amounts and rates that are none. Each is text in the file, so that no float comes near money."""
    told = settings.offline
    amounts = [("till.cash_out_up_to", settings.till.cash_out_up_to)]
    amounts += [(f"offline.{name}", getattr(told, name)) for name in ("per_sale", "per_card_day", "per_till", "floor")]
    amounts += [(f"product {product.id}: price", product.price) for product in settings.product]
    for name, text in amounts:
        try:
            settings.money(text)
        except SettingsError as error:
            yield f"{name}: {error}"
    for product in settings.product:
        if not _RATE.fullmatch(product.vat_rate):
            yield f'product {product.id}: vat_rate "{product.vat_rate}" is not a percentage; write it like "25"'
