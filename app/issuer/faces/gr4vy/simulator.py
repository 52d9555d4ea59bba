"""The vendor's simulator of a gift-card service: the PIN says what happens.

The first digit is the kind of answer (0 success, 1 to 3 errors), the last four digits pick the code. The balance is the
PIN read as a number.
"""

from app.issuer.ledger import Reason

INVALID_CARD = "invalid_gift_card"
UNKNOWN_ERROR = "unknown_error"

ENDINGS = {
    "0000": INVALID_CARD,
    "0001": "expired_card",
    "0002": "inactive_card",
    "0003": "invalid_service_credentials",
    "0004": "invalid_amount",
    "0005": "incorrect_currency",
    "0006": "insufficient_funds",
    "0007": "invalid_service_configuration",
    "0008": "operation_canceled",
    "0009": "service_error",
    "0010": "service_network_error",
}
MAX_PIN = 9
"""A leading 0 and the eight digits of the largest amount."""

CODES = {
    Reason.INSUFFICIENT_FUNDS: "insufficient_funds",
    Reason.CARD_BLOCKED: "suspected_fraud",
    Reason.CARD_INACTIVE: "inactive_card",
    Reason.CARD_EXPIRED: "expired_card",
    Reason.CURRENCY_MISMATCH: "incorrect_currency",
    Reason.BALANCE_LIMIT: "invalid_amount",
}
"""The ledger's reasons in the vendor's words; what is not here cannot happen to a card of this face."""


def simulate(pin: str) -> int | str:
    """The balance of a simulated card in minor units, or the code it fails with."""
    if not (pin.isascii() and pin.isdigit()) or pin[0] not in "0123":
        return INVALID_CARD
    if pin[0] == "0":
        return int(pin) if len(pin) <= MAX_PIN else INVALID_CARD
    return ENDINGS.get(pin[1:][-4:], UNKNOWN_ERROR)
