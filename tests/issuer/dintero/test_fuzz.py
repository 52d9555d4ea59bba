"""Whatever is sent to Dintero's face, it answers in its own words: no 5xx, and no secret that was told before."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.issuer.server import IssuerHost
from tests.issuer.dintero.wallet import Clock, Json, Wallet, code_of, pin_of
from tests.issuer.odd import HEADER_WORDS, IDS, VALUES

POSTS = (
    "/cards", "/cards/batch", "/cards/{card}/activate", "/cards/{card}/tokens", "/cards/{card}/rotate-pin", "/info",
    "/transactions", "/transactions/{transaction}/capture", "/transactions/{transaction}/void",
)  # fmt: skip
GETS = (
    "/cards", "/cards/{card}", "/cards/{card}/transactions", "/customers/{customer}/cards",
    "/customers/{customer}/cards/{card}",
)  # fmt: skip
NAMES = (
    "card_id", "amount", "currency", "type", "customer_id", "name", "originated_by", "metadata", "active_from",
    "expires_at", "pin", "card_token", "cards", "options", "ref_id", "expires_in", "expires_after_transaction",
    "format", "token", "pending", "length", "prefix", "numbers", "symbols", "characters",
)  # fmt: skip
TELLS = ("/cards", "/cards/batch", "/cards/{card}/tokens", "/cards/{card}/rotate-pin")
"""Answers that tell a secret, once: one of its own, never one that was there."""
COUNT = settings(
    max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Shelf:
    """What is there to be named, and the secrets that must not come back."""

    def __init__(self, wallet: Wallet) -> None:
        pin = {"format": {"length": 6, "numbers": True}}
        self.wallet = wallet
        self.cards = [wallet.card(10**6, customer_id="anna"), wallet.card(pin=pin), wallet.card(0), wallet.blank()]
        self.spare = wallet.card()  # another PIN for one of those would have wrong PINs block it
        self.secrets = [code_of(card) for card in self.cards] + [pin_of(self.cards[1])]
        self.secrets += [card["code"] for card in wallet.host.contract["cards"] if card["face"] == "dintero"]


@pytest.fixture(scope="module")
def fuzzed(opened: tuple[IssuerHost, Clock]) -> Iterator[tuple[Wallet, Shelf]]:
    wallet = Wallet(*opened)
    yield wallet, Shelf(wallet)
    wallet.close()
    check = opened[0].store.check()
    assert check.balanced, check.faults


def sensible(path: str, shelf: Shelf, draw: random.Random) -> Json:
    """A body in which nearly every member has a value that it may have: what gets furthest in."""
    pays = path == "/transactions"
    card = draw.choice(shelf.cards)
    form = {"length": draw.randrange(4, 9), "numbers": True, "prefix": "P:"}
    by_code = draw.random() < 0.5
    values: Json = {
        "card_id": f"fuzz-{draw.random()}", "amount": draw.randrange(1, 4), "currency": "NOK",
        "type": draw.choice(["drawdown", "fund"]) if pays else "gift_card", "customer_id": draw.choice(["anna", "bo"]),
        "name": "x", "originated_by": "till", "metadata": {"stan": "1"}, "active_from": "2026-01-01T00:00:00Z",
        "expires_at": "2031-01-01T00:00:00Z", "pin": {"format": form}, "card_token": {"format": form},
        "cards": [{"card_id": f"fuzz-{draw.random()}", "type": "gift_card"}], "options": {"pin": {"format": form}},
        "ref_id": f"R-{draw.randrange(600)}", "expires_in": 60, "expires_after_transaction": draw.random() < 0.5,
        "format": form, "pending": draw.random() < 0.3,
    }  # fmt: skip
    if pays or path == "/info":
        values |= {"token": code_of(card)} if by_code or not pays else {"card_id": card["card_id"]}
        values["pin"] = pin_of(card) if card.get("pin") and draw.random() < 0.9 else "123456"
        if by_code:
            del values["card_id"]
    return {name: value for name, value in values.items() if draw.random() < 0.97}


def filled(path: str, shelf: Shelf, draw: random.Random, odd: str) -> str:
    def choose(*good: str) -> str:
        return quote(odd if draw.random() < 0.1 else draw.choice(good), safe="")

    cards = [card["card_id"] for card in shelf.cards]
    if path.endswith("/rotate-pin"):
        cards = [shelf.spare["card_id"]]
    elif path.endswith("/activate") and draw.random() < 0.8:
        cards = [shelf.wallet.blank()["card_id"]]
    held = shelf.wallet.reserve(shelf.cards[0], 5) if "{transaction}" in path else ""
    return path.format(card=choose(*cards), transaction=choose(held), customer=choose("anna", "nobody"))


def judge(shelf: Shelf, answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]
    for secret in shelf.secrets:
        assert secret not in answer.text


@COUNT
@given(st.sampled_from(POSTS), st.integers(0, 2**32), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3), IDS)
def test_no_body_brings_the_face_down(
    fuzzed: tuple[Wallet, Shelf], path: str, seed: int, odd: dict[str, Any], odd_id: str
) -> None:
    wallet, shelf = fuzzed
    draw = random.Random(seed)
    body = json.dumps(sensible(path, shelf, draw) | odd).encode()
    answer = wallet.call("POST", filled(path, shelf, draw, odd_id), body)
    judge(shelf, answer)
    if path not in TELLS:
        assert '"value"' not in answer.text


@COUNT
@given(st.sampled_from(POSTS), st.binary(max_size=80), IDS, st.integers(0, 2**32))
def test_no_bytes_bring_the_face_down(
    fuzzed: tuple[Wallet, Shelf], path: str, body: bytes, odd_id: str, seed: int
) -> None:
    wallet, shelf = fuzzed
    judge(shelf, wallet.call("POST", filled(path, shelf, random.Random(seed), odd_id), body))


@COUNT
@given(
    st.sampled_from(GETS),
    st.dictionaries(st.sampled_from(["limit", "starting_after", "include_deleted", "includes", "x"]), IDS, max_size=3),
    IDS,
    st.integers(0, 2**32),
)
def test_no_query_brings_the_face_down(
    fuzzed: tuple[Wallet, Shelf], path: str, query: dict[str, str], odd_id: str, seed: int
) -> None:
    wallet, shelf = fuzzed
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    judge(shelf, wallet.get(f"{filled(path, shelf, random.Random(seed), odd_id)}?{asked}"))


@COUNT
@given(IDS, st.integers(0, 2**32))
def test_no_deletion_brings_the_face_down(fuzzed: tuple[Wallet, Shelf], odd_id: str, seed: int) -> None:
    wallet, shelf = fuzzed
    draw = random.Random(seed)
    name = draw.choice([odd_id, wallet.card(draw.randrange(2))["card_id"]])
    answer = wallet.call("DELETE", f"/cards/{quote(name, safe='')}")
    judge(shelf, answer)
    assert answer.status_code in (204, 400, 404, 409)


@COUNT
@given(HEADER_WORDS, IDS, VALUES)
def test_no_token_lets_anybody_in_or_brings_the_face_down(
    fuzzed: tuple[Wallet, Shelf], word: str, account: str, odd: Any
) -> None:
    wallet, shelf = fuzzed
    barred = wallet.call("POST", "/info", {"token": shelf.secrets[0]}, token=word)
    assert barred.status_code == 401
    judge(shelf, barred)
    elsewhere = wallet.call("GET", "/cards", account=quote(account, safe=""))
    assert elsewhere.status_code in (400, 403, 404)
    judge(shelf, elsewhere)
    good = {"grant_type": "client_credentials", "audience": f"https://api.dintero.com/v1/accounts/{wallet.account}"}
    bodies = [json.dumps(good | {name: odd}).encode() for name in good]
    answers = [wallet.http.post(wallet.face["token_url"], content=body, auth=wallet.client) for body in bodies]
    for answer in (*answers, wallet.token_call(auth=(word, word))):
        assert answer.status_code in (400, 401, 403)
        judge(shelf, answer)
