"""Writing answers: the vendor's member names around what the books say. Nothing here knows a number or a PIN."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from app.issuer.faces.gr4vy.bodies import Problem
from app.issuer.faces.gr4vy.vault import Buyer, Stored

Json = dict[str, Any]

SERVICE: Json = {
    "type": "gift-card-service",
    "id": "0f6f7a52-3b6c-4f0e-8a57-7e1f3c0d9b21",
    "gift_card_service_definition_id": "mock-gift-card",
    "display_name": "Stanchion training cards",
}

ERRORS = {
    400: ("bad_request", "Generic error"),
    401: ("unauthorized", "No valid API authentication found"),
    403: ("forbidden", "Generic error"),
    404: ("not_found", "The resource could not be found"),
    405: ("method_not_allowed", "Method Not Allowed"),
    409: ("duplicate_record", "Generic error"),
    500: ("server_error", "Request could not be processed"),
}
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def error(status: int, message: str = "", problems: Sequence[Problem] = (), code: str = "") -> Json:
    """An error body: all five members, always."""
    known_code, known_message = ERRORS[status]
    return {
        "type": "error",
        "code": code or known_code,
        "status": status,
        "message": message or known_message,
        "details": [problem.detail() for problem in problems],
    }


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and an offset, as in the vendor's examples."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def end_of(day: str) -> str | None:
    """The last moment of an ISO date; None for none."""
    return stamp(datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)) if day else None


def short_id(long: str) -> str:
    """A UUID in base 62: the vendor's reconciliation ids."""
    number, text = uuid.UUID(long).int, ""
    while number:
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    return text.rjust(22, "0")


def buyer(person: Buyer, account: str) -> Json:
    """A buyer in full."""
    return {
        "type": "buyer",
        "id": person.id,
        "reconciliation_id": short_id(person.id),
        "merchant_account_id": account,
        "display_name": None,
        "external_identifier": person.external,
        "billing_details": None,
        "account_number": None,
        "created_at": stamp(person.created),
        "updated_at": stamp(person.created),
    }


def _uses(used: int, last: datetime | None) -> Json:
    moment = stamp(last) if last is not None else None
    return {"last_used_at": moment, "usage_count": used, "cit_last_used_at": moment, "cit_usage_count": used}


def card(stored: Stored, account: str, person: Buyer | None, expiry: str) -> Json:
    """A stored card. It has no balance and no currency."""
    return {
        "type": "gift-card",
        "id": stored.id,
        "merchant_account_id": account,
        "gift_card_service": SERVICE,
        "bin": stored.bin,
        "sub_bin": stored.sub_bin,
        "last4": stored.last4,
        "expiration_date": end_of(expiry),
        "buyer": buyer(person, account) if person is not None else None,
        "created_at": stamp(stored.created),
        "updated_at": stamp(stored.last_used or stored.created),
    } | _uses(stored.used, stored.last_used)


def summary(
    stored: Stored | None, parts: tuple[str, str, str], account: str, balance: tuple[str, int | None, str, str]
) -> Json:
    """A balance, or why there is none. `stored` is None for a card that was typed."""
    currency, minor, expiry, code = balance
    return {
        "type": "gift-card",
        "id": stored.id if stored is not None else None,
        "merchant_account_id": account,
        "bin": parts[0],
        "sub_bin": parts[1],
        "last4": parts[2],
        "currency": currency or None,
        "expiration_date": end_of(expiry),
        "balance": minor,
        "balance_error_code": code or None,
        "balance_raw_error_code": code.upper() or None,
        "balance_raw_error_message": code.replace("_", " ") or None,
    } | _uses(stored.used if stored is not None else 0, stored.last_used if stored is not None else None)


def issuance(
    made: str, account: str, url: str, amount: int, currency: str, external: str | None, now: datetime
) -> Json:
    """A virtual card: an address, no number."""
    return {
        "type": "gift-card-issuance",
        "id": made,
        "merchant_account_id": account,
        "gift_card_service": SERVICE,
        "gift_card_service_payment_issuance_id": short_id(made),
        "url": url,
        "amount": amount,
        "currency": currency,
        "external_identifier": external,
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }
