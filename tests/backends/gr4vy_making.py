"""Requests, answers and a backend for Gr4vy, written from the vendor's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.backends.base import Surroundings
from app.backends.providers.gr4vy import Gr4vy
from app.backends.providers.gr4vy_settings import Gr4vySettings
from app.crypto.jwt import SigningKey
from app.domain.card import CardSecret, Pan
from app.domain.host import HostRequest, Original, Phase
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.verb import Verb
from tests.backends.peer import Json, Received, Reply, reply

KEY = SigningKey.generate()
PAN = "4123455541234561234"
PIN = "01299"
REF = TransactionRef("6d8f2c1e-0000-4000-8000-00000000000b")
CARD_ID = "356d56e5-fe16-42ae-97ee-8d55d846ae2e"
PAID_ID = "7099948d-7286-47e4-aad8-b68f7eb44591"
SPENT_ID = "1a2b3c4d-7286-47e4-aad8-b68f7eb44592"
REFUND_ID = "6a1d4e46-14ed-4fe1-a45f-eff4e025d211"
PARTS = {"bin": "412345", "sub_bin": "554", "last4": "1234"}
SECONDS = 5.0

ORIGINAL = Original(
    host_id=f"{PAID_ID}/{SPENT_ID}",
    account_id="",
    stan=Stan("000041"),
    order_ref=OrderRef("6d8f2c1e-0000-4000-8000-000000000001"),
    transaction_ref=TransactionRef("6d8f2c1e-0000-4000-8000-000000000002"),
    verb=Verb.REDEEM,
)


def nok(minor: int) -> Money:
    return Money(minor, Currency.NOK)


def card() -> CardSecret:
    return CardSecret(Pan(PAN), None, PIN)


def request(verb: Verb = Verb.REDEEM, **changes: Any) -> HostRequest:
    undoing = verb in (Verb.REVERSE, Verb.REFUND)
    made = HostRequest(
        transaction_id=TransactionId("0" * 32),
        face="gr4vy",
        phase=Phase.MONEY,
        verb=verb,
        amount=nok(1299),
        stan=Stan("000042"),
        order_ref=OrderRef("6d8f2c1e-0000-4000-8000-00000000000a"),
        transaction_ref=REF,
        terminal_id=TerminalId("00101"),
        local_time=datetime.now(UTC),
        card=None if undoing else card(),
        original=ORIGINAL if undoing else None,
        want_balance=False,
    )
    return replace(made, **changes)


def settings(url: str, **changes: Any) -> Gr4vySettings:
    values: dict[str, Any] = {"base_url": url, "private_key_pem": KEY.pem(), "merchant_account_id": "default"}
    return Gr4vySettings(**(values | changes))


def backend(url: str, around: Surroundings | None = None, **changes: Any) -> Gr4vy:
    return Gr4vy(settings(url, **changes), around)


def redemption(status: str = "succeeded", amount: int = 1299, **changes: Any) -> Json:
    values: Json = {
        "type": "gift-card-redemption",
        "id": SPENT_ID,
        "status": status,
        "amount": amount,
        "refunded_amount": 0,
        "error_code": None,
        "gift_card": {"type": "gift-card", "id": None} | PARTS,
    }
    return values | changes


def transaction(outcome: str = "succeeded", *spent: Json, **changes: Any) -> Json:
    values: Json = {
        "type": "transaction",
        "id": PAID_ID,
        "external_identifier": REF,
        "intent": "capture",
        "intent_outcome": outcome,
        "status": "capture_succeeded",
        "amount": 1299,
        "currency": "NOK",
        "gift_card_redemptions": list(spent) or [redemption()],
    }
    return values | changes


def refund(status: str = "succeeded", **changes: Any) -> Json:
    values: Json = {
        "type": "refund",
        "id": REFUND_ID,
        "transaction_id": PAID_ID,
        "status": status,
        "currency": "NOK",
        "amount": 1299,
        "target_type": "gift-card-redemption",
        "target_id": SPENT_ID,
        "external_identifier": REF,
    }
    return values | changes


def summary(**changes: Any) -> Json:
    return {"type": "gift-card", "id": None, "balance": 1299, "currency": "NOK"} | PARTS | changes


def stored(**changes: Any) -> Json:
    service = {"type": "gift-card-service", "gift_card_service_definition_id": "new-service", "display_name": "Cards"}
    values: Json = {"type": "gift-card", "id": CARD_ID, "gift_card_service": service}
    return values | {"expiration_date": "2031-12-31T00:00:00.000+00:00"} | PARTS | changes


def listed(*items: Json, more: str | None = None) -> Reply:
    return reply({"items": list(items), "limit": 100, "next_cursor": more})


def error(status: int, code: str, message: str = "Generic error", **changes: Any) -> Reply:
    values = {"type": "error", "code": code, "status": status, "message": message, "details": []}
    return reply(values | changes, status)


def claims(received: Received) -> Json:
    """The claims of a request's token, its signature checked."""
    scheme, _, token = received.headers["authorization"].partition(" ")
    assert scheme == "Bearer"
    return KEY.public.verify(token)


Answer = Reply | Callable[[Received], Reply]
