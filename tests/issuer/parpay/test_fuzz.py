"""Whatever is sent to the face, it answers in its own words: no 5xx, and no secret of a card in any answer."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.issuer.server import IssuerHost
from tests.issuer.odd import VALUES
from tests.issuer.parpay.till import POSTS, Json, ParTill

NAMES = (
    "cardNumber", "passcode", "giftCardId", "amount", "currency", "sourceTransactionId", "userId", "recipientUserId",
    "recipientEmail", "originalTransactionId", "requestId", "targetGiftCardId", "sourceGiftCardIds",
    "isDeleteSourceCard", "isPreferred", "stan", "terminalId", "orderReference", "pin", "id", "number",
)  # fmt: skip
TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def till(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ParTill]:
    folder = tmp_path_factory.mktemp("fuzz")
    database = "memory" if request.param == "memory" else f"sqlite:///{folder / 'issuer.db'}"
    with IssuerHost(database, seed=5, faces=("parpay",)) as host, ParTill.at(host) as opened:
        for user in ("anna", "bo"):
            opened.owned(user)
        yield opened
        check = host.store.check()
        assert check.balanced, check.faults


def sensible(till: ParTill, draw: random.Random) -> Json:
    """A body in which every field has a value that it may have: what gets furthest in."""
    cards = [card["giftCardId"] for card in till.cards("anna") + till.cards("bo")]
    demo = till.card(draw.choice(("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive")))
    values: Json = {
        "cardNumber": demo["number"], "passcode": demo["pin"], "giftCardId": draw.choice(cards), "amount": "1.00",
        "currency": "NOK", "sourceTransactionId": f"CC-{draw.random()}", "userId": draw.choice(("anna", "bo")),
        "recipientUserId": draw.choice(("anna", "bo")),
        "originalTransactionId": f"PAR-{7_000_000 + draw.randrange(40)}",
        "requestId": f"R-{draw.randrange(40)}", "targetGiftCardId": draw.choice(cards),
        "sourceGiftCardIds": [draw.choice(cards)], "isDeleteSourceCard": draw.random() < 0.5, "isPreferred": True,
    }  # fmt: skip
    return {name: value for name, value in values.items() if draw.random() < 0.8}


@settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from((*POSTS, "giftcards")),
    st.integers(0, 2**32),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
)
def test_no_body_brings_the_face_down(till: ParTill, path: str, seed: int, odd: dict[str, Any]) -> None:
    body = sensible(till, random.Random(seed)) | odd
    method, url = "PATCH" if path == "giftcards" else "POST", f"{till.face['base_url']}/giftcard/v1/{path}"
    headers = {"Authorization": f"Bearer {till.token()}", "X-LocationId": till.face["location_id"]}
    answer = till.http.request(method, url, content=json.dumps(body), headers=headers)
    assert answer.status_code < 500
    told: Json = answer.json()
    if answer.status_code >= 400:
        assert told["errors"]
        assert told["message"]
    if answer.status_code >= 400 or path not in ("virtual/issue", "balanceTransfer"):
        for name in ("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive"):
            assert till.card(name)["number"] not in answer.text
        assert "passcode" not in told


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(POSTS), st.binary(max_size=60), TOKENS)
def test_no_bytes_and_no_token_bring_the_face_down(till: ParTill, path: str, body: bytes, token: str) -> None:
    url = f"{till.face['base_url']}/giftcard/v1/{path}"
    good = {"Authorization": f"Bearer {till.token()}", "X-LocationId": till.face["location_id"]}
    assert till.http.post(url, content=body, headers=good).status_code in (400, 422)
    forged = good | {"Authorization": f"Bearer {token}"}
    assert till.http.post(url, content=body, headers=forged).status_code == 401
    odd = {"Authorization": f"Basic {token}"}
    assert till.http.post(till.face["token_url"], content=body, headers=odd).status_code in (400, 401)
    cards = f"{till.face['base_url']}/giftcard/v1/giftcards"
    assert till.http.get(cards, params={"userId": token}, headers=good).status_code in (200, 400)
