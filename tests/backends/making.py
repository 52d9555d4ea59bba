"""Requests and backends as the tests of this room need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.backends.base import Surroundings
from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_settings import SwedbankPaySettings
from app.domain.card import CardSecret, Expiry, Pan, PinBlock
from app.domain.host import HostRequest, Original, Phase
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.product import BasketLine, Unit
from app.domain.verb import Verb
from tests.backends.peer import ACCOUNT, BASE, TOKEN

PAN = "7013361234567890123"
CVC = "091"
TRACK2 = "7013361234567890123=2912125123"
BLOCK = bytes.fromhex("0A1B2C3D4E5F6071")
ORDER = OrderRef("6d8f2c1e-0000-4000-8000-00000000000a")
REF = TransactionRef("6d8f2c1e-0000-4000-8000-00000000000b")
SECONDS = 5.0


def nok(minor: int) -> Money:
    return Money(minor, Currency.NOK)


def card(*, track2: str = "") -> CardSecret:
    return CardSecret(Pan(PAN), Expiry(2029, 12), CVC, track2)


def pin_block() -> PinBlock:
    return PinBlock(BLOCK, 0)


ORIGINAL = Original(
    host_id="4526000",
    account_id=ACCOUNT,
    stan=Stan("000041"),
    order_ref=OrderRef("6d8f2c1e-0000-4000-8000-000000000001"),
    transaction_ref=TransactionRef("6d8f2c1e-0000-4000-8000-000000000002"),
    verb=Verb.REDEEM,
)

LINE = BasketLine("001", "1x banana", nok(12345), Decimal("13.370"), Unit.LITRE, Decimal("25.5"))

UNDOING = (Verb.CAPTURE, Verb.CANCEL, Verb.REVERSE, Verb.REFUND)


def request(verb: Verb = Verb.REDEEM, **changes: Any) -> HostRequest:
    """A request with an account, a card where the verb takes one, and an original where it names one."""
    made = HostRequest(
        transaction_id=TransactionId("0" * 32),
        face="swedbankpay",
        phase=Phase.PREPARE if verb is Verb.BALANCE else Phase.MONEY,
        verb=verb,
        amount=nok(0 if verb is Verb.BALANCE else 12345),
        stan=Stan("000042"),
        order_ref=ORDER,
        transaction_ref=REF,
        terminal_id=TerminalId("00101"),
        local_time=datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
        card=None if verb in UNDOING else card(),
        account_id=ACCOUNT,
        original=ORIGINAL if verb in UNDOING else None,
        want_balance=False,
    )
    return replace(made, **changes)


def settings(url: str, **changes: Any) -> SwedbankPaySettings:
    values: dict[str, Any] = {
        "base_url": url + BASE,
        "token_url": url + TOKEN,
        "client_id": "systemtest",
        "client_secret": "oauth-secret",
        "hmac_user": "till",
        "hmac_secret": "hmac-secret",
        "merchant_id": "SystemtestGC",
        "merchant_name": "Test Merchant 101",
    }
    return SwedbankPaySettings(**(values | changes))


def backend(url: str, around: Surroundings | None = None, **changes: Any) -> SwedbankPay:
    return SwedbankPay(settings(url, **changes), around)
