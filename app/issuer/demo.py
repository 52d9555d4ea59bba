"""The demo cards: the same seed gives the same cards, and no real scheme ever issued one of them.

The numbers begin with 701336, the gift-card prefix of the vendor's own examples, have 19 digits, pass Luhn and
end in a digit of their own each, so that a cashier can tell them apart. Balances are in minor units of NOK.
"""

import random
from dataclasses import dataclass, field
from datetime import date

from app.issuer.card_numbers import last_day, luhn_digit
from app.issuer.orders import NewCard

CURRENCY = "NOK"
_PREFIX = "701336"
_SERVICE_CODE = "125"
_GOOD_UNTIL = last_day(2031, 12)
_LONG_AGO = last_day(2024, 1)
_PRODUCTS = ("001", "7854")
# One number in ten has the wanted last digit, so a hundred draws fail once in 38,000 seeds and cards.
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card of the training day, with everything printed on it and everything behind it."""

    name: str
    number: str = field(repr=False)
    cvc: str = field(repr=False)
    expiry: date
    track2: str = field(repr=False)
    pin: str = field(repr=False)
    balance: int
    active: bool
    blocked: bool
    products: tuple[str, ...]

    def issued(self) -> NewCard:
        """The card as it is entered into the books."""
        return NewCard(
            pan=self.number,
            cvc=self.cvc,
            expiry=self.expiry,
            currency=CURRENCY,
            opening=self.balance,
            pin=self.pin,
            active=self.active,
            blocked=self.blocked,
            products=self.products,
        )


def demo_cards(seed: int) -> tuple[DemoCard, ...]:
    """The eight cards of a seed, in the order of the contract."""
    return (
        _card(seed, "ordinary", 10_000),
        _card(seed, "pin", 50_000, with_pin=True),
        _card(seed, "low", 500),
        _card(seed, "zero", 0),
        _card(seed, "expired", 10_000, expiry=_LONG_AGO),
        _card(seed, "blocked", 10_000, blocked=True),
        _card(seed, "inactive", 0, active=False),
        _card(seed, "restricted", 10_000, products=_PRODUCTS),
    )


_NAMES = ("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive", "restricted")


def _card(
    seed: int,
    name: str,
    balance: int,
    *,
    expiry: date = _GOOD_UNTIL,
    with_pin: bool = False,
    active: bool = True,
    blocked: bool = False,
    products: tuple[str, ...] = (),
) -> DemoCard:
    # Its own stream per card, so that a ninth card would leave the eight as they are.
    draw = random.Random(f"{seed}/{name}")  # noqa: S311 - made to be the same every time
    number = _number(draw, str(_NAMES.index(name) + 1))
    # Never 000: that text in encryptedPin has a meaning of its own, and a CVC should not look like it.
    cvc = f"{draw.randrange(1, 1000):03d}"
    pin = f"{draw.randrange(10_000):04d}" if with_pin else ""
    track2 = f"{number}={expiry:%y%m}{_SERVICE_CODE}{draw.randrange(1000):03d}"
    return DemoCard(name, number, cvc, expiry, track2, pin, balance, active, blocked, products)


def _number(draw: random.Random, last_digit: str) -> str:
    for _ in range(_DRAWS):
        body = _PREFIX + f"{draw.randrange(10**12):012d}"
        if luhn_digit(body) == last_digit:
            return body + last_digit
    raise RuntimeError("no demo number with the wanted last digit was drawn")
