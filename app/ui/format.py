"""Amounts, times and card numbers as people read them. Integers in, text out; no float on the way.

Separators come from the locale (``QLocale``) and nothing else does: the currency stands as its ISO code after the
amount, as on the receipt.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QLocale

from app.domain.card import IssuedSecret
from app.domain.money import Currency, Money
from app.ui.text import Say, say

SPACE = "\u00a0"
"""Between amount and currency, so that a line never breaks there."""


def amount(money: Money, locale: QLocale | None = None) -> str:
    """``1,250.00``: digits in groups of three, decimals of the currency; a minus only where a sum is below zero."""
    where = locale or QLocale()
    exponent = money.currency.exponent
    digits = f"{abs(money.minor):0{exponent + 1}d}"
    whole, part = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    text = where.groupSeparator().join([whole, *groups])
    if part:
        text += where.decimalPoint() + part
    return f"{where.negativeSign()}{text}" if money.minor < 0 else text


def money(value: Money, locale: QLocale | None = None) -> str:
    """``1,250.00 NOK``."""
    return f"{amount(value, locale)}{SPACE}{value.currency.value}"


def decimal(value: Decimal, locale: QLocale | None = None) -> str:
    """A quantity or a rate as short as it is exact: ``15``, ``2.5``; never in powers of ten."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", (locale or QLocale()).decimalPoint())


def typed(digits: str, currency: Currency, locale: QLocale | None = None) -> str:
    """An amount while it is typed, digit by digit from the right: ``"2500"`` reads ``25.00``."""
    return amount(Money(int(digits or "0"), currency), locale)


def number_on(secret: IssuedSecret) -> str:
    """The number of a new card in groups of four; nothing where it has a code instead."""
    number = secret.pan.reveal()
    if number == secret.code:
        return ""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def masked(last4: str) -> str:
    """``•••• 1234``."""
    return f"••••{SPACE}{last4}"


def short(text: str, most: int = 28) -> str:
    """A name or an address that may be long: its beginning, and dots."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def clock(at: datetime) -> str:
    """Time of day here: ``12:41``."""
    return at.astimezone().strftime("%H:%M")


def date(at: datetime) -> str:
    """``2026-11-21``: read the same everywhere."""
    return at.astimezone().strftime("%Y-%m-%d")


def moment(at: datetime, now: datetime) -> str:
    """A time today, or date and time on another day."""
    local = at.astimezone()
    return clock(at) if local.date() == now.astimezone().date() else f"{date(at)} {clock(at)}"


def age(at: datetime, now: datetime) -> str:
    """How long ago: ``4 min``, ``3 h``, ``2 d``; ``now`` under a minute. A clock set back reads as ``now``."""
    seconds = int((now - at).total_seconds())
    if seconds < 60:
        return say(Say.AGE_NOW)
    if seconds < 3600:
        return say(Say.AGE_MINUTES, n=seconds // 60)
    if seconds < 48 * 3600:
        return say(Say.AGE_HOURS, n=seconds // 3600)
    return say(Say.AGE_DAYS, n=seconds // 86400)


def is_over(expiry: str, now: datetime) -> bool:
    """Whether a card that is good through ``MM/YY`` is past it; one without an expiry never is."""
    month, _, year = expiry.partition("/")
    return bool(year) and (2000 + int(year), int(month)) < (now.year, now.month)


def seconds_of(milliseconds: int) -> str:
    """``1.8 s`` from milliseconds, for a lamp."""
    tenths = (milliseconds + 50) // 100
    return f"{tenths // 10}{QLocale().decimalPoint()}{tenths % 10}{SPACE}s"
