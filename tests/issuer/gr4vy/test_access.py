"""Who is let in: GH17 to GH22."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from typing import Any

import pytest

from app.crypto.jwt import SigningKey, b64
from tests.issuer.gr4vy.merchant import Merchant

PLACES = (
    ("POST", "/gift-cards", ("gift-cards.write",)),
    ("GET", "/gift-cards", ("gift-cards.read",)),
    ("GET", "/gift-cards/{id}", ("gift-cards.read",)),
    ("DELETE", "/gift-cards/{id}", ("gift-cards.write",)),
    ("POST", "/gift-cards/balances", ("gift-cards.read",)),
    ("POST", "/gift-cards/activations", ("gift-cards.write",)),
    ("POST", "/gift-cards/issuances", ("gift-cards.write",)),
    ("GET", "/buyers/gift-cards", ("gift-cards.read",)),
    ("POST", "/transactions", ("transactions.write",)),
    ("GET", "/transactions", ("transactions.read",)),
    ("GET", "/transactions/{id}", ("transactions.read",)),
    ("POST", "/transactions/{id}/refunds", ("transactions.write",)),
    ("GET", "/transactions/{id}/refunds", ("transactions.read",)),
    ("GET", "/transactions/{id}/refunds/{id}", ("transactions.read",)),
    ("POST", "/transactions/{id}/refunds/all", ("transactions.write", "gift-cards.write")),
    ("GET", "/refunds/{id}", ("transactions.read",)),
)
EVERY = {"gift-cards.read", "gift-cards.write", "transactions.read", "transactions.write", "embed"}


def status(merchant: Merchant, token: str | None, method: str = "GET", path: str = "/gift-cards") -> int:
    headers = {"Authorization": None if token is None else f"Bearer {token}"}
    body: dict[str, str] | None = {} if method == "POST" else None
    return merchant.call(method, path.replace("{id}", str(uuid.uuid4())), body, headers=headers).status_code


@pytest.mark.parametrize(("method", "path", "scopes"), PLACES)
def test_gh17_each_place_asks_for_its_own_scopes(
    merchant: Merchant, method: str, path: str, scopes: tuple[str, ...]
) -> None:
    assert status(merchant, None, method, path) == 401
    assert status(merchant, merchant.token(*scopes), method, path) not in (401, 403)
    assert status(merchant, merchant.token(*(EVERY - {scopes[0]})), method, path) == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer nonsense", "Bearer a.b.c"])
def test_gh17_no_token_is_401(merchant: Merchant, header: str) -> None:
    answer = merchant.get("/gift-cards", Authorization=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_gh18_wildcards_are_expanded_and_writing_is_not_reading(merchant: Merchant) -> None:
    assert status(merchant, merchant.token("*.read")) == 200
    assert status(merchant, merchant.token("*.read"), "POST") == 403
    assert status(merchant, merchant.token("*.write"), "POST") == 400
    assert status(merchant, merchant.token("*.write")) == 403
    for odd in ("*", "*.*", "read", "gift-cards", ""):
        assert status(merchant, merchant.token(odd)) == 403
    assert status(merchant, merchant.token(scopes="*.read")) == 403
    assert status(merchant, merchant.token(scopes=None, scope=["*.read"])) == 403


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"exp": -3600}, False),
        ({"exp": -60}, True),
        ({"nbf": 3600}, False),
        ({"nbf": 60}, True),
        ({"exp": None}, False),
        ({"exp": "soon"}, False),
        ({"exp": True}, False),
        ({"nbf": 10**400}, False),
    ],
)
def test_gh19_stale_and_early_tokens_are_refused_beyond_the_skew(
    merchant: Merchant, changes: dict[str, Any], good: bool
) -> None:
    now = int(time.time())
    values = {name: now + value if type(value) is int and value < 10**9 else value for name, value in changes.items()}
    assert (status(merchant, merchant.token(**values)) == 200) is good


def test_gh19_gh20_forged_tokens_are_refused(merchant: Merchant) -> None:
    claims = b64(json.dumps({"scopes": ["*.read"], "exp": int(time.time()) + 60}).encode())

    def unsigned(algorithm: str) -> str:
        return b64(json.dumps({"alg": algorithm, "typ": "JWT", "kid": merchant.key.kid}).encode()) + "." + claims

    signed = unsigned("HS256")
    mac = b64(hmac.digest(merchant.key.public.pem().encode(), signed.encode(), "sha256"))
    stranger = SigningKey.generate()
    for token in (unsigned("none") + ".", f"{signed}.{mac}", stranger.sign({"scopes": ["*.read"], "exp": 2**40})):
        assert status(merchant, token) == 401


def test_gh21_one_token_is_taken_six_times(merchant: Merchant) -> None:
    token = merchant.token("*.read")
    assert [status(merchant, token) for _ in range(6)] == [200] * 6


def test_gh22_the_scheme_may_be_in_lower_case(merchant: Merchant) -> None:
    assert merchant.get("/gift-cards", Authorization=f"bearer {merchant.token()}").status_code == 200
