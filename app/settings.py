"""The configuration: one TOML file, unknown keys refused, amounts written as people write them.

Every part refuses keys it does not know: a typo must not become a default. Secrets do not stand in it: they lie in the
vault under the names of :data:`SECRET_FIELDS`. Only a training configuration may carry them inline, because a training
issuer makes new ones at will.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.domain.card import ExpiryRule, PinRule, Profile, Programme
from app.domain.money import Currency, Money
from app.domain.policy import Limits
from app.domain.product import BasketLine, Unit
from app.domain.view import OperatorView, Role

TRAINING = "training"
PRODUCTION = "production"
SECRET_FIELDS = frozenset({"client_secret", "hmac_secret", "key"})


class SettingsError(Exception):
    """The configuration can't be used. Says where and what, never a secret."""


class TillSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[till]``: who and where."""

    terminal_id: str
    store: str
    currency: Currency = Currency.NOK
    environment: Literal["production", "training"] = "production"
    escrow: str = ""
    theme: Literal["system", "light", "dark"] = "system"
    locale: str = "en_US"


class ReaderSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[reader]``: device path or pyserial URL, driver and its options."""

    url: str = ""
    driver: str = "ascii"
    options: dict[str, str] = {}


class PrinterSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[printer]``: a folder that slips are written to."""

    folder: str = ""


class OfflineSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[offline]``: the room for standing in. Amounts as "500.00"."""

    enabled: bool = False
    per_sale: str = "500.00"
    per_card_day: str = "500.00"
    per_card_count: int = 2
    per_till: str = "5000.00"
    per_till_count: int = 50
    max_age_hours: int = 24
    floor: str = "0"


class PinSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[pin]``: block format (ISO 9564-1: 0, 3 or 4); the key lies in the vault as ``pin.key``."""

    format: Literal[0, 3, 4] = 0
    key: str = ""


class ProgrammeSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[programme]]``: one gift-card programme."""

    name: str
    face: str
    prefixes: list[str]
    min_digits: int = 13
    max_digits: int = 19
    expiry: ExpiryRule = ExpiryRule.YYMM
    separator_required: bool = True
    expiry_required: bool = False
    service_code: bool = False
    track2_on_wire: bool = False
    pin: PinRule = PinRule.ON_REQUEST


class OperatorSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[operator]]``: who may sign in. ``pin_hash`` is made by ``stanchion hash-pin``."""

    id: str
    name: str
    role: Role
    pin_hash: str


class ProductSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``[[product]]``: a line of the basket."""

    id: str
    name: str
    price: str
    vat_rate: str = "25"
    unit: Unit = Unit.PIECE


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file."""

    till: TillSection
    reader: ReaderSection = ReaderSection()
    printer: PrinterSection = PrinterSection()
    offline: OfflineSection = OfflineSection()
    pin: PinSection = PinSection()
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
        try:
            minor = Decimal(text) * 10**currency.exponent
        except InvalidOperation:
            raise SettingsError(f'"{text}" is not an amount') from None
        if minor != minor.to_integral_value() or minor < 0:
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
        raise SettingsError(f"{where}: {error}") from None
    _check(settings, where)
    return settings


def _check(settings: Settings, where: str) -> None:
    if not settings.training:
        inline = [
            f"backend.{face}.{name}"
            for face, table in settings.backend.items()
            for name in table
            if name in SECRET_FIELDS
        ]
        inline += ["pin.key"] if settings.pin.key else []
        if inline:
            raise SettingsError(f"{where}: {inline[0]} is a secret: put it into the vault with `stanchion vault set`")
    for programme in settings.programme:
        if settings.backend and programme.face not in settings.backend:
            raise SettingsError(f"{where}: programme {programme.name} names a backend that is not configured")
        if not programme.prefixes or any(not prefix.isdigit() for prefix in programme.prefixes):
            raise SettingsError(f"{where}: programme {programme.name} needs prefixes of digits")
    if not settings.training and not settings.operator:
        raise SettingsError(f"{where}: nobody may sign in: add [[operator]]")
    ids = [operator.id for operator in settings.operator]
    if len(ids) != len(set(ids)):
        raise SettingsError(f"{where}: two operators have one id")
    try:
        settings.limits()
        settings.catalogue()
    except InvalidOperation:
        raise SettingsError(f"{where}: a vat_rate is no number") from None
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from None
