"""What is in the basket: lines with quantity, unit and VAT, as the backends ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.money import Currency, Money, total


class Unit(StrEnum):
    """Units of measure Swedbank Pay names (page "purchase")."""

    LITRE = "L"
    PIECE = "U"
    GRAM = "G"
    NONE = "O"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of a basket.

    Attributes:
        product_id: The issuer's product identifier; leading zeros matter.
        description: What the cashier and the receipt call it.
        amount: Line total, VAT included.
        quantity: How much of ``unit``; exact decimal.
        unit: Unit of measure.
        vat_rate: Percent, exact decimal.
    """

    product_id: str
    description: str
    amount: Money
    quantity: Decimal = Decimal(1)
    unit: Unit = Unit.PIECE
    vat_rate: Decimal = Decimal(25)

    @property
    def vat(self) -> Money:
        """VAT contained in the line, rounded half up to the minor unit."""
        gross = Decimal(self.amount.minor)
        share = (gross * self.vat_rate / (100 + self.vat_rate)).quantize(Decimal(1), rounding="ROUND_HALF_UP")
        return Money(int(share), self.amount.currency)


def basket_total(lines: tuple[BasketLine, ...], currency: Currency) -> Money:
    """What the basket comes to, VAT included."""
    return total([line.amount for line in lines], currency)
