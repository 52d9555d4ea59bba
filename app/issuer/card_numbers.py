"""Making card numbers and their dates."""

import calendar
from datetime import date


def luhn_digit(body: str) -> str:
    """The digit that makes `body` pass the Luhn check when it is appended."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def last_day(year: int, month: int) -> date:
    """The last day of a month: cards are good until then."""
    return date(year, month, calendar.monthrange(year, month)[1])
