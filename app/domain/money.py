"""Money as integer minor units of one currency.

A balance of 123.45 kroner is ``Money(12345, Currency.NOK)``. Nothing here accepts a float: a float cannot hold
0.10, and a till that is one cent off is a till that nobody believes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

MAX_MINOR = 10**15
"""Largest amount in minor units. Far above any till, far below 2**53, where other people's JSON readers round."""


class Currency(StrEnum):
    """ISO 4217 codes the till can count in."""

    NOK = "NOK"
    SEK = "SEK"
    DKK = "DKK"
    EUR = "EUR"
    GBP = "GBP"
    USD = "USD"
    ISK = "ISK"

    @property
    def exponent(self) -> int:
        """How many decimal digits the minor unit has (ISO 4217): 2 for most, 0 for the Icelandic króna."""
        return 0 if self is Currency.ISK else 2


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: our own mistake, never the cashier's."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A signed amount.

    Attributes:
        minor: Amount in minor units (øre, cent).
        currency: What it is counted in.
    """

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        # bool is an int to Python and never an amount to a person
        if type(self.minor) is not int:
            raise TypeError("money is counted in whole minor units")
        if abs(self.minor) > MAX_MINOR:
            raise ValueError("amount out of range")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if other.currency is not self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other.minor

    @property
    def is_positive(self) -> bool:
        """Whether there is anything in it: the only amounts that may go to a host."""
        return self.minor > 0


def zero(currency: Currency) -> Money:
    """No money, in a currency."""
    return Money(0, currency)


def total(amounts: list[Money] | tuple[Money, ...], currency: Currency) -> Money:
    """The sum of amounts that are all in ``currency``; zero for none."""
    result = zero(currency)
    for amount in amounts:
        result += amount
    return result
