"""The demo cards of PAR Pay. Like all of them: the same for a seed, Luhn, 19 digits, and of no real scheme.

The vendor's cards are not known to be restricted to products, so there is no such card here. Each has its passcode;
only `pin` asks for it when it is used by number.
"""

import random
from dataclasses import dataclass, field
from datetime import date

from app.issuer.card_numbers import last_day, luhn_digit

PREFIX = "704128"
CURRENCY = "NOK"
_GOOD_UNTIL = last_day(2031, 12)
_LONG_AGO = last_day(2024, 1)
# One number in ten has the wanted last digit, so a thousand draws do not fail.
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card of the training day."""

    name: str
    number: str = field(repr=False)
    passcode: str = field(repr=False)
    expiry: date
    track2: str = field(repr=False)
    balance: int
    active: bool = True
    blocked: bool = False
    asks: bool = False


def demo_cards(seed: int) -> tuple[DemoCard, ...]:
    """The seven cards of a seed, in the order of the contract."""
    return (
        _card(seed, 1, "ordinary", 10_000),
        _card(seed, 2, "pin", 50_000, asks=True),
        _card(seed, 3, "low", 500),
        _card(seed, 4, "zero", 0),
        _card(seed, 5, "expired", 10_000, expiry=_LONG_AGO),
        _card(seed, 6, "blocked", 10_000, blocked=True),
        _card(seed, 7, "inactive", 0, active=False),
    )


def _card(
    seed: int,
    last_digit: int,
    name: str,
    balance: int,
    *,
    expiry: date = _GOOD_UNTIL,
    active: bool = True,
    blocked: bool = False,
    asks: bool = False,
) -> DemoCard:
    draw = random.Random(f"parpay/{seed}/{name}")  # noqa: S311 - made to be the same every time
    number = next(found for found in (_number(draw) for _ in range(_DRAWS)) if found.endswith(str(last_digit)))
    passcode = f"{draw.randrange(10_000):04d}"
    track2 = f"{number}={expiry:%y%m}120{draw.randrange(1000):03d}"
    return DemoCard(name, number, passcode, expiry, track2, balance, active, blocked, asks)


def _number(draw: random.Random) -> str:
    body = PREFIX + f"{draw.randrange(10**12):012d}"
    return body + luhn_digit(body)
