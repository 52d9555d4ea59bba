"""The Hmac header, against the vectors of the protocol page. The vendor's own published digest is not among them."""

from __future__ import annotations

import hashlib

import pytest

from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_wire import canonical, digest
from tests.backends.making import request
from tests.backends.peer import Peer

NONCE = "21a0213e-30eb-85ab-b355-a310d31af30e"
DATE = "2019-06-18T09:19:15.208257Z"
BALANCE = "/payment-api/api/payments/payment-account/balance"
PAYMENT = "/payment-api/api/payments/payment-account/PP-2053658/payment/4526987"
PING = "/payment-api/api/payments/ping"
BODY = b'{"accountIdentifier":{"accountKey":"7013360000000000000","cvc":"123"}}'
BERRIES = '{"description":"blåbær"}'.encode()
D2_NONCE = "00000000-0000-4000-8000-000000000001"

VECTORS = {
    "A": (
        ("secret", "POST", BALANCE, "user", NONCE, DATE, BODY),
        (196, "88c3c2ecab95c130b1fb31c012d97b39bd9e1d8541fad8b447066b9d11d26a35"),
        "G4sS817zxnXKs0H8eYLWjIt4ZqyEWX9z3LrtX47BnsQKIu6YGlzITC1dh9xET0hbCDYbopf6c7VjywIjg3enYw==",
    ),
    "B": (
        ("secret", "POST", BALANCE, "user", NONCE, "", BODY),
        (169, "82466b14c6001351fbec8aeae860d111368687d070404c2a6491e26659a1132a"),
        "P/qK/6lPFQtDVbkUnVcgvpjeVoMdvZiASCRTU4GRRGe1YQ8uuZTh94+c7JKo4iPuOEB1ASj6wBZZS8oBD6CSRA==",
    ),
    "C": (
        ("secret", "GET", PAYMENT, "user", NONCE, DATE, b""),
        (144, "3d37ccc34f0abd5af00b5eb95558baffcd4c5e4b88e27942810b3f8752bb3980"),
        "QKjNZCkuApRo2EpzTJrSIybL2Ypi7WE6juWz15ETn6Q1ozYmveCc/kjkCTiMaYs96PrR/QfZgSQTrYXV1+J18g==",
    ),
    "D2": (
        (
            "Systemtest",
            "POST",
            "/payment-api/api/payments/ping",
            "Systemtest",
            D2_NONCE,
            "2020-05-12T07:02:36.719Z",
            BERRIES,
        ),
        (136, "73d3c846cfd56c79fc83b05fc9f7cc18fa0ba798631f4b0088cf03b2076ca1ec"),
        "ypIny4bvKe6p8bSVaOVQLz+Ax18afG/4bw0kpInJA3x7v8n/qlzYVmfxSxEjMOVQM1BVXb++s065WCgME4UWqA==",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_signature_is_the_one_the_host_computes(name: str) -> None:
    (secret, *parts), (length, sha256), expected = VECTORS[name]
    method, path, user, nonce, date, body = parts
    message = canonical(str(method), str(path), str(user), str(nonce), str(date), bytes(body))  # type: ignore[arg-type]  # a row of mixed types
    assert len(message) == length
    assert hashlib.sha256(message).hexdigest() == sha256
    assert digest(str(secret), message) == expected


def test_the_bytes_and_the_path_that_are_signed_are_those_that_are_sent(peer: Peer, backend: SwedbankPay) -> None:
    backend.send(request(account_id="PP/20 5å;x", description="blåbær"), 5)
    received = peer.calls()[0]
    assert received.path == "/payment-api/api/payments/payment-account/PP%2F20%205%C3%A5%3Bx/payment/purchase"
    label, _, rest = received.headers["hmac"].partition(" ")
    user, nonce, signature = rest.rsplit(":", 2)
    assert (label, user) == ("HmacSHA512", "till")
    date = received.headers["transmission-time"]
    assert signature == digest("hmac-secret", canonical("POST", received.path, user, nonce, date, received.body))
