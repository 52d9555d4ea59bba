"""Requests drawn from the vendor's schema, good and spoiled: never a 5xx, always an answer the schema allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.issuer.server import IssuerHost
from tests.issuer.gr4vy import schema
from tests.issuer.gr4vy.merchant import Merchant

POSTS = [
    (path, schema.body_of(methods["post"]["requestBody"]))
    for path, methods in schema.EXTRACT["paths"].items()
    if "post" in methods
]
GETS = [(path, methods["get"]["parameters"]) for path, methods in schema.EXTRACT["paths"].items() if "get" in methods]
PAYERS = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in (
    "GiftCardTransactionCreate", "GiftCardTokenTransactionCreate")]}  # fmt: skip
SALE: dict[str, Any] = {
    "type": "object",
    "required": ["amount", "currency", "gift_cards"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 99_999_999},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "gift_cards": {"type": "array", "items": PAYERS},
        "intent": {"$ref": "#/components/schemas/TransactionIntent"},
        "external_identifier": {"type": "string", "minLength": 1, "maxLength": 200},
    },
}
"""What the page says of `POST /transactions`; the extract leaves it out."""
COUNT = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def made(host: IssuerHost) -> dict[str, str]:
    """Ids that are there."""
    with Merchant(host) as merchant:
        card = merchant.card(5000)
        paid = merchant.pay(card | {"amount": 100})
        target = paid["gift_card_redemptions"][0]["id"]
        refund = merchant.post(
            f"/transactions/{paid['id']}/refunds",
            {"amount": 1, "target_type": "gift-card-redemption", "target_id": target},
        )
        stored = merchant.stored(card)
        return {
            "gift_card_id": stored["id"],
            "transaction_id": paid["id"],
            "refund_id": refund.json()["id"],
            "target_id": target,
        }


def filled(path: str, made: dict[str, str], draw: st.DataObject) -> str:
    for name, value in made.items():
        odd = st.sampled_from([value, value.upper(), "0" * 36, "x", "%00", "..%2f"])
        path = path.replace(f"{{{name}}}", draw.draw(odd) if draw.draw(st.integers(0, 3)) == 0 else value)
    return path


@pytest.mark.parametrize(("path", "body"), [*POSTS, ("/transactions", SALE)])
@given(data=st.data())
@COUNT
def test_no_body_makes_the_face_stumble(
    merchant: Merchant, made: dict[str, str], path: str, body: dict[str, Any], data: st.DataObject
) -> None:
    value = data.draw(schema.spoiled(body))
    if isinstance(value, dict) and "target_id" in value and data.draw(st.booleans()):
        value["target_id"] = made["target_id"]
    keys = st.sampled_from(["", "", "one", "two", "a key, of sorts", "k" * 300])
    answer = merchant.post(filled(path, made, data), value, data.draw(keys))
    assert answer.status_code in (200, 201, 400, 404, 409)
    if answer.status_code == 400 and isinstance(value, dict):
        for secret in ("4123455541234561234", "01299"):
            assert secret not in answer.text


@pytest.mark.parametrize(("path", "parameters"), [*GETS, ("/transactions", [])])
@given(data=st.data())
@COUNT
def test_no_query_makes_the_face_stumble(
    merchant: Merchant, made: dict[str, str], path: str, parameters: list[Any], data: st.DataObject
) -> None:
    names = [one["name"] for one in parameters if one["in"] == "query"] or ["external_identifier", "cursor", "limit"]
    odd = st.text(max_size=12) | st.sampled_from(["", "1", "100", "desc", *made.values()])
    query = data.draw(st.dictionaries(st.sampled_from([*names, "x"]), odd, max_size=3))
    url = merchant.http.build_request("GET", "http://x", params=query).url.raw_path.decode().removeprefix("/")
    answer = merchant.get(filled(path, made, data) + url)
    assert answer.status_code in (200, 400, 404)


@given(st.binary(max_size=300))
@COUNT
def test_no_bytes_make_the_face_stumble(merchant: Merchant, raw: bytes) -> None:
    assert merchant.call("POST", "/transactions", raw=raw).status_code == 400


def test_the_judge_finds_what_is_wrong() -> None:
    good: dict[str, Any] = {"number": "4123455541234561", "pin": "1"}
    create = schema.SCHEMAS["GiftCardCreate"]
    assert schema.problems(good, create) == []
    spoilt: list[Any] = [good | {"x": 1}, good | {"number": "1"}, good | {"number": "x" * 16}, good | {"pin": ""}]
    for bad in [*spoilt, good | {"pin": 1}, good | {"buyer_id": "x"}, {}, []]:
        assert schema.problems(bad, create) != []
    assert schema.problems(1, {"type": "integer", "multipleOf": 2}) == ["$: the judge does not know multipleOf"]
    assert schema.problems(True, {"type": "integer"}) == ["$: is no integer"]
