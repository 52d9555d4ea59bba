"""Paying and giving back: GH24 to GH29, and what becomes of work that was cut off."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest

from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.server import IssuerHost
from tests.issuer.gr4vy.merchant import PIN, Merchant


def key() -> str:
    return str(uuid.uuid4())


def noted(merchant: Merchant, own: str) -> bool:
    """Waits until the face works on a key."""
    face = merchant.host.further["gr4vy"]
    assert isinstance(face, Gr4vyFace)
    pause = threading.Event()
    for _ in range(1000):  # ten seconds, far beyond what a busy machine needs
        if ("default", own) in face._routes._running:
            return True
        pause.wait(0.01)
    return False


def left(merchant: Merchant, card: dict[str, str]) -> int:
    return merchant.host.balance_of(card["number"])


def test_gh24_one_key_is_one_payment_whatever_became_of_it(merchant: Merchant) -> None:
    card, own = merchant.card(1000), key()
    order = merchant.sale(card | {"amount": 600}, external_identifier="S-1")
    first = merchant.post("/transactions", order, own)
    assert (first.status_code, first.json()["intent_outcome"]) == (201, "succeeded")
    again = merchant.post("/transactions", order, own)
    assert (again.status_code, again.content) == (201, first.content)
    assert left(merchant, card) == 400
    own = key()
    refused = merchant.post("/transactions", order, own)
    assert refused.json()["intent_outcome"] == "failed"
    assert refused.json()["gift_card_redemptions"][0]["error_code"] == "insufficient_funds"
    assert merchant.post("/transactions", order, own).content == refused.content
    other = merchant.post("/transactions", merchant.sale(card | {"amount": 1}), own)
    assert (other.status_code, other.json()["code"]) == (409, "duplicate_record")


def test_gh25_a_key_that_is_being_worked_on_is_a_conflict(merchant: Merchant) -> None:
    card, own = merchant.card(1000), key()
    order = merchant.sale(card | {"amount": 600})
    gate = threading.Event()
    merchant.host._books.submit(gate.wait, 30)  # the books are busy elsewhere
    answers: list[int] = []
    with Merchant(merchant.host) as other:
        first = threading.Thread(target=lambda: answers.append(other.post("/transactions", order, own).status_code))
        first.start()
        try:
            assert noted(merchant, own)
            second = merchant.post("/transactions", order, own)
        finally:
            gate.set()
            first.join()
    assert second.status_code == 409
    assert second.json()["code"] == "concurrent_request"
    assert answers == [201]
    assert left(merchant, card) == 400


def test_gh26_what_is_refused_leaves_its_key_free(merchant: Merchant) -> None:
    card, own = merchant.card(1000), key()
    order = merchant.sale(card | {"amount": 600})
    for wrong in (
        order | {"amount": 1},
        order | {"currency": "nok"},
        order | {"gift_cards": [{"id": str(uuid.uuid4()), "amount": 600}]},
        order | {"buyer_id": str(uuid.uuid4())},
    ):
        assert merchant.post("/transactions", wrong, own).status_code in (400, 404)
    assert merchant.post("/transactions", order, own).status_code == 201
    assert merchant.post("/transactions", order, "k" * 256).status_code == 400


def test_gh27_eleven_cards_or_one_twice_are_refused(merchant: Merchant) -> None:
    cards = [merchant.card() | {"amount": 1} for _ in range(11)]
    assert merchant.post("/transactions", merchant.sale(*cards)).status_code == 400
    typed = merchant.card()
    stored = merchant.stored(typed)
    for twice in ([typed, typed], [typed, {"id": stored["id"]}], [{"id": stored["id"]}] * 2):
        answer = merchant.post("/transactions", merchant.sale(*({**card, "amount": 1} for card in twice)))
        assert answer.status_code == 400
    assert left(merchant, typed) == 10_000
    assert len(merchant.pay(*cards[:10])["gift_card_redemptions"]) == 10


@pytest.mark.parametrize("pin", ["4", "10001"])
def test_gh28_when_a_card_fails_those_before_it_are_given_back(merchant: Merchant, pin: str) -> None:
    first, third = merchant.card(1000), merchant.card(1000)
    second = merchant.card(1000) | {"pin": pin}
    paid = merchant.pay(*(card | {"amount": 500} for card in (first, second, third)))
    assert paid["intent_outcome"] == "failed"
    told = [(spent["status"], spent["refunded_amount"]) for spent in paid["gift_card_redemptions"]]
    assert told == [("succeeded", 500), ("failed", 0), ("skipped", 0)]
    assert [left(merchant, card) for card in (first, third)] == [1000, 1000]
    assert paid["captured_amount"] == 0


def test_gh29_a_refund_names_its_card_or_gives_nothing_back(merchant: Merchant) -> None:
    card = merchant.card(1000)
    paid = merchant.pay(card | {"amount": 600})
    path = f"/transactions/{paid['id']}/refunds"
    target = paid["gift_card_redemptions"][0]["id"]
    assert merchant.post(path, {"amount": 100}).status_code == 400
    assert left(merchant, card) == 400
    named = {"target_type": "gift-card-redemption", "target_id": target}
    for wrong in (named | {"amount": 601}, named | {"amount": 0}, {"target_type": "gift-card-redemption"}):
        assert merchant.post(path, wrong).status_code == 400
    assert merchant.post(path, named | {"target_id": str(uuid.uuid4())}).status_code == 404
    own = key()
    part = merchant.post(path, named | {"amount": 200, "external_identifier": "R-1"}, own)
    assert (part.status_code, part.json()["status"], part.json()["amount"]) == (201, "succeeded", 200)
    assert merchant.post(path, named | {"amount": 200, "external_identifier": "R-1"}, own).content == part.content
    assert left(merchant, card) == 600
    rest = merchant.post(path, named)
    assert rest.json()["amount"] == 400
    assert merchant.post(path, named | {"amount": 1}).status_code == 400
    after = merchant.get(f"/transactions/{paid['id']}").json()
    assert after["gift_card_redemptions"][0]["refunded_amount"] == after["refunded_amount"] == 600
    refunds = merchant.get(path).json()["items"]
    assert [refund["id"] for refund in refunds] == [part.json()["id"], rest.json()["id"]]
    for at in (f"{path}/{part.json()['id']}", f"/refunds/{part.json()['id']}"):
        assert merchant.get(at).json() == part.json()
    elsewhere = merchant.pay(card | {"amount": 1})["id"]
    assert merchant.get(f"/transactions/{elsewhere}/refunds/{part.json()['id']}").status_code == 404


def test_everything_is_given_back_by_one_call(merchant: Merchant) -> None:
    cards = [merchant.card(1000) for _ in range(3)]
    paid = merchant.pay(*(card | {"amount": 500} for card in cards))
    path, own = f"/transactions/{paid['id']}/refunds/all", key()
    first = merchant.post(path, {}, own)
    assert [refund["amount"] for refund in first.json()["items"]] == [500] * 3
    assert merchant.post(path, {}, own).content == first.content
    assert [left(merchant, card) for card in cards] == [1000] * 3
    assert merchant.post(path, {}).json()["items"] == []
    assert merchant.post(path, None).status_code == 201
    assert merchant.post(f"/transactions/{uuid.uuid4()}/refunds/all", {}).status_code == 404


def test_a_card_of_another_buyer_does_not_pay(merchant: Merchant) -> None:
    stored = merchant.stored(merchant.card(), buyer_external_identifier="C-a")
    merchant.stored(merchant.card(), buyer_external_identifier="C-b")
    order = merchant.sale({"id": stored["id"], "amount": 1}, buyer_external_identifier="C-b")
    assert merchant.post("/transactions", order).status_code == 400
    assert (
        merchant.pay({"id": stored["id"], "amount": 1}, buyer_external_identifier="C-a")["intent_outcome"]
        == "succeeded"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method": {"method": "card"}},
        {"gift_cards": []},
        {"gift_cards": None},
        {"intent": "guess"},
        {"amount": 0, "gift_cards": []},
        {"amount": 100_000_000},
        {"amount": 0.5},
    ],
)
def test_a_sale_of_another_shape_is_refused(merchant: Merchant, changes: dict[str, object]) -> None:
    order = merchant.sale(merchant.card() | {"amount": 5}) | changes
    assert merchant.post("/transactions", order).status_code == 400


def test_members_nobody_told_us_of_are_left_alone_in_a_sale(merchant: Merchant) -> None:
    extras: dict[str, Any] = {
        "store": False,
        "async_capture": False,
        "allow_partial_authorization": False,
        "payment_source": "moto",
    }
    assert merchant.pay(merchant.card() | {"amount": 5}, **extras)["intent_outcome"] == "succeeded"


def test_transactions_are_found_by_what_they_are_known_by(merchant: Merchant) -> None:
    name, card = uuid.uuid4().hex, merchant.card()
    stored = merchant.stored(card)
    paid = merchant.pay({"id": stored["id"], "amount": 5}, external_identifier=name)
    for query in (f"external_identifier={name}", f"gift_card_id={stored['id']}"):
        found = merchant.get(f"/transactions?{query}&has_gift_card_redemptions=true").json()
        assert [item["id"] for item in found["items"]] == [paid["id"]]
        assert merchant.get(f"/transactions?{query}&has_gift_card_redemptions=false").json()["items"] == []
    assert paid["id"] in merchant.get(f"/transactions?gift_card_last4={card['number'][-4:]}&limit=100").text
    for wrong in ("gift_card_last4=1", "gift_card_id=1", "has_gift_card_redemptions=x", "limit=0"):
        assert merchant.get(f"/transactions?{wrong}").status_code == 400
    other = {"x-gr4vy-merchant-account-id": "second"}
    assert merchant.get(f"/transactions/{paid['id']}", **other).status_code == 404
    assert merchant.get(f"/transactions?external_identifier={name}", **other).json()["items"] == []


def test_a_host_that_was_restarted_is_the_same_host(tmp_path: Path) -> None:
    database, own = f"sqlite:///{tmp_path / 'issuer.db'}", key()
    with IssuerHost(database, faces=("gr4vy",)) as host, Merchant(host) as merchant:
        card = merchant.card(1000)
        stored = merchant.stored(card)
        order = merchant.sale({"id": stored["id"], "amount": 600})
        first = merchant.post("/transactions", order, own)
    with IssuerHost(database, faces=("gr4vy",)) as host, Merchant(host) as merchant:
        assert merchant.post("/transactions", order, own).content == first.content
        assert left(merchant, card) == 400
        assert merchant.get(f"/gift-cards/{stored['id']}").json()["usage_count"] == 1
        assert merchant.key.kid
    secrets = (card["number"].encode(), f'"{PIN}"'.encode())
    for file in tmp_path.iterdir():
        assert not any(secret in file.read_bytes() for secret in secrets)
