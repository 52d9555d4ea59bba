"""Writing answers: the vendor's names around what the desk answers.

Only three functions show a secret, each once: a card that was just made, a further code, another PIN.
"""

from datetime import datetime
from typing import Any

import msgspec

from app.issuer.faces.dintero.cards import Made
from app.issuer.faces.dintero.money import Moved
from app.issuer.faces.dintero.shelf import Code, Held, Secret, stamp
from app.issuer.faces.dintero.wire import Format

Json = dict[str, Any]

_CODES = {
    400: "BAD REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT FOUND",
    405: "METHOD NOT ALLOWED",
    409: "CONFLICT",
    413: "TOO LARGE",
    500: "INTERNAL ERROR",
}


def error(status: int, message: str) -> Json:
    """The one body of every refusal."""
    return {"error": {"message": message, "code": _CODES.get(status, _CODES[500])}}


def card(held: Held, now: datetime) -> Json:
    """A card without secrets."""
    kept = held.kept
    return {
        "id": kept.id,
        "card_id": kept.card_id,
        "type": kept.type,
        "status": held.status(now),
        "currency": kept.currency,
        "amount": kept.opening,
        "amount_funds": kept.funds,
        "amount_drawdown": kept.drawn,
        "amount_pending": held.reserved,
        "amount_reserved": held.reserved,
        "amount_balance": held.spendable + held.reserved,
        "amount_available": held.spendable,
        "customer_id": kept.customer_id,
        "name": kept.name,
        "originated_by": kept.originated_by,
        "metadata": kept.metadata,
        "active_from": stamp(kept.active_from),
        "expires_at": stamp(kept.expires_at),
        "created_at": stamp(kept.created_at),
        "created_by": kept.created_by,
        "pin": None if kept.pin_format is None else {"format": _format(kept.pin_format)},
        "tokens": [_masked(code) for code in kept.codes],
    }


def made(new: Made, now: datetime) -> Json:
    """A card that was just made: its code and PIN in clear."""
    answer = card(new.held, now) | {"card_token": code(new.code, new.secret)}
    del answer["tokens"]
    return answer | pin(new.pin)


def pin(secret: Secret | None) -> Json:
    """A PIN in clear."""
    if secret is None:
        return {}
    return {"pin": {"format": _format(secret.format), "pin": {"value": secret.value, "barcode_128": ""}}}


def code(kept: Code, secret: Secret) -> Json:
    """A code in clear."""
    return {
        "id": kept.id,
        "ref_id": kept.ref_id,
        "created_at": stamp(kept.created_at),
        "created_by": kept.created_by,
        "expires_in": kept.expires_in,
        "expires_after_transaction": kept.once,
        "metadata": kept.metadata,
        "format": _format(kept.format),
        "token": {"value": secret.value, "barcode_128": ""},
    }


def transaction(moved: Moved) -> Json:
    """A transaction. No balance: a till asks for it."""
    answer: Json = msgspec.to_builtins(moved)
    optional: Json = {"parent_id": None, "originated_by": None, "metadata": {}}
    return optional | answer | {"created_at": stamp(moved.created_at)}


def _format(wish: Format) -> Json:
    shown: Json = msgspec.to_builtins(wish)
    return {name: value for name, value in shown.items() if value is not None}


def _masked(kept: Code) -> Json:
    return {"expires_at": stamp(kept.expires_at), "masked_code": kept.mask, "format": _format(kept.format)}
