"""Whatever is sent to Swedbank Pay's face, it answers in its own words: no 5xx, no secret of a card in any answer."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.issuer.server import IssuerHost
from tests.issuer.client import Json, Till
from tests.issuer.odd import HEADER_WORDS, IDS, VALUES

DEMO = ("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive", "restricted")
POSTS = (
    "gift-card/get-new-gift-card", "gift-card/pre-deposit", "payment-account/balance", "purchase", "authorize",
    "deposit", "credit", "capture", "cancel", "reversal", "ping",
)  # fmt: skip
OPENS = frozenset({"purchase", "authorize", "deposit", "credit", "payment-account/balance", "gift-card/pre-deposit"})
"""What is done to any card; the rest follows payments of the last one."""
NAMES = (
    "accountIdentifier", "simpleAccountIdentifier", "amount", "currency", "merchant", "paymentOrderRef",
    "paymentTransactionRef", "stan", "description", "products", "repeat", "cancelRemainingAuth", "orderRef",
    "transactionRef", "additionalData", "productId", "agreementMerchantId", "email", "msisdn",
)  # fmt: skip
CARD_NAMES = ("accountId", "accountKey", "cvc", "securityCode", "encryptedPin", "expiryDate", "track2")
LINE_NAMES = ("productId", "amount", "quantity", "unitOfMeasure", "vatAmount", "vatRate", "description")
COUNT = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def till(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    folder = tmp_path_factory.mktemp("fuzz")
    database = "memory" if request.param == "memory" else f"sqlite:///{folder / 'issuer.db'}"
    with IssuerHost(database, seed=5) as host, Till.at(host) as opened:
        yield opened
        check = host.store.check()
        assert check.balanced, check.faults


class Shelf:
    """What a body may name and find: accounts and payments that are there."""

    def __init__(self, till: Till) -> None:
        self.cards = [till.card(name) for name in DEMO] + [till.new_card(5_000)]
        self.accounts = [till.account(card) for card in self.cards]
        body = till.order(self.cards[-1], 500)
        self.payments = [
            till.pay(kind, self.cards[-1], body | {"paymentTransactionRef": f"R-{kind}"}, self.accounts[-1]).json()[
                "paymentId"
            ]
            for kind in ("purchase", "authorize", "deposit")
        ]


@pytest.fixture(scope="module")
def shelf(till: Till) -> Shelf:
    return Shelf(till)


def sensible(shelf: Shelf, draw: random.Random, place: int) -> Json:
    """A body in which nearly every field has a value that it may have: what gets furthest in."""
    card, account = shelf.cards[place], shelf.accounts[place]
    identifier: Json = {
        "accountId": account, "accountKey": card["number"], "cvc": card["cvc"], "track2": card.get("track2", ""),
        "encryptedPin": draw.choice(["000", "0" * 16, ""]), "expiryDate": "12/31",
    }  # fmt: skip
    if draw.random() < 0.9:
        del identifier["encryptedPin"]
    if not identifier["track2"] or draw.random() < 0.5:
        del identifier["track2"]
    expiry = card["expiry"]
    identifier["expiryDate"] = expiry if draw.random() < 0.9 else "12/31"
    line = {"productId": "001", "amount": 5, "quantity": 1.5, "unitOfMeasure": "U", "vatAmount": 1, "vatRate": 25}
    values: Json = {
        "accountIdentifier": identifier, "simpleAccountIdentifier": identifier, "amount": draw.randrange(1, 9),
        "currency": "NOK", "merchant": {"merchantName": "shop", "terminalId": "1"}, "paymentOrderRef": "O-1",
        "paymentTransactionRef": f"R-{draw.randrange(600)}", "orderRef": "O-2",
        "transactionRef": f"R-{draw.randrange(600)}", "stan": "000001", "description": "x", "products": [line],
        "repeat": draw.random() < 0.3, "cancelRemainingAuth": draw.random() < 0.5,
    }  # fmt: skip
    return {name: value for name, value in values.items() if draw.random() < 0.98}


def spoiled(body: Json, odd: Json, where: str) -> Json:
    """A body with odd values at its top, in its card or in its basket."""
    if where == "card":
        return body | {"accountIdentifier": body.get("accountIdentifier", {}) | odd}
    if where == "basket":
        return body | {"products": [dict.fromkeys(LINE_NAMES, 1) | odd]}
    if where == "merchant":
        return body | {"merchant": odd}
    return body | odd


def path_of(name: str, shelf: Shelf, draw: random.Random, odd_id: str, place: int = -1) -> str:
    if "/" in name or name == "ping":
        return f"/{name}"
    account = odd_id if draw.random() < 0.1 else shelf.accounts[place]
    if name in OPENS:
        return f"/payment-account/{quote(account, safe='')}/payment/{name}"
    payment = odd_id if draw.random() < 0.1 else draw.choice(shelf.payments)
    return f"/payment-account/{quote(account, safe='')}/payment/{quote(payment, safe='')}/{name}"


def judge(till: Till, answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    told = answer.json()
    if answer.status_code >= 400:
        assert told.get("message") or told.get("title") or told.get("error")
    for name in DEMO:
        card = till.card(name)
        assert card["number"] not in answer.text
        assert card["track2"] not in answer.text


@COUNT
@given(
    st.sampled_from(POSTS),
    st.integers(0, 2**32),
    st.sampled_from(["top", "card", "basket", "merchant"]),
    st.dictionaries(st.sampled_from(NAMES + CARD_NAMES + LINE_NAMES), VALUES, max_size=3),
    IDS,
)
def test_no_body_brings_the_face_down(
    till: Till, shelf: Shelf, name: str, seed: int, where: str, odd: Json, odd_id: str
) -> None:
    draw = random.Random(seed)
    place = draw.randrange(len(shelf.cards)) if name in OPENS else -1
    body = spoiled(sensible(shelf, draw, place), odd, where)
    judge(till, till.send("POST", path_of(name, shelf, draw, odd_id, place), json.dumps(body).encode()))


@COUNT
@given(st.sampled_from(POSTS), st.binary(max_size=80), IDS, st.integers(0, 2**32))
def test_no_bytes_bring_the_face_down(till: Till, shelf: Shelf, name: str, body: bytes, odd_id: str, seed: int) -> None:
    judge(till, till.send("POST", path_of(name, shelf, random.Random(seed), odd_id), body))


@COUNT
@given(st.sampled_from(["", "/transactions/{}", "/operations/{}"]), IDS, IDS, st.integers(0, 2**32))
def test_no_lookup_brings_the_face_down(
    till: Till, shelf: Shelf, tail: str, first: str, second: str, seed: int
) -> None:
    draw = random.Random(seed)
    account, payment = draw.choice([*shelf.accounts, first]), draw.choice([*shelf.payments, second])
    path = f"/payment-account/{quote(account, safe='')}/payment/{quote(payment, safe='')}"
    judge(till, till.get(path + tail.format(quote(second, safe=""))))


@COUNT
@given(HEADER_WORDS, HEADER_WORDS, HEADER_WORDS)
def test_no_header_lets_anybody_in_or_brings_the_face_down(till: Till, signed: str, token: str, sent_at: str) -> None:
    body = b'{"description":"x"}'
    for headers in (
        {"Hmac": signed},
        {"Hmac": f"HmacSHA512 {signed}"},
        {"Hmac": f"HmacSHA512 {till.face['hmac_user']}:{signed}:{token}"},
        {"Authorization": token},
        {"Authorization": f"Bearer {token}"},
        {"Transmission-Time": sent_at},
        {"Agreement-Merchant-Id": signed},
    ):
        answer = till.send("POST", "/ping", body, headers)
        assert answer.status_code in (400, 401, 403)
        judge(till, answer)
    basic = till.http.post(till.face["token_url"], content=signed.encode(), headers={"Authorization": f"Basic {token}"})
    assert basic.status_code in (400, 401)
