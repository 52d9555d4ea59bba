"""Whose card a number is: a bank's, which is dropped at once, or one of the till's gift-card programmes."""

from __future__ import annotations

from app.domain.card import CardFault, CardRefused, Programme

# Ranges of the payment schemes: such a number is dropped at once, never stored, never sent (PCI DSS
# 3.3). Kept as text prefixes; 2221-2720 is Mastercard's second range.
_SCHEMES = ("3", "4", "51", "52", "53", "54", "55", "5019", "6011", "62", "64", "65")


def is_bank_card(digits: str) -> bool:
    """Whether a number lies in the range of a payment scheme."""
    return digits.startswith(_SCHEMES) or ("2221" <= digits[:4] <= "2720" and len(digits) >= 13)


def programmes_for(digits: str, programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    """The programmes a number may belong to, longest prefix first; more than one means the cashier picks.

    Raises:
        CardRefused: ``BANK_CARD`` for a scheme's number that no programme claims with six digits or more.
    """
    matches = [
        (len(prefix), programme)
        for programme in programmes
        for prefix in programme.prefixes
        if digits.startswith(prefix)
    ]
    longest = max((length for length, _ in matches), default=0)
    if is_bank_card(digits) and longest < 6:
        raise CardRefused(CardFault.BANK_CARD)
    found: list[Programme] = []
    for length, programme in matches:
        if length == longest and programme not in found:
            found.append(programme)
    return tuple(found)
