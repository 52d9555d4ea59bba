"""What happens to a card is told to whoever was entered in the admin window: signed, stamped, and not for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.backends.hooks.base import Hook, HookFault
from app.backends.hooks.gr4vy import Gr4vyVerifier
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.faces.gr4vy.hooks import ATTEMPTS, EVENTS
from app.issuer.server import IssuerHost
from tests.issuer.gr4vy.merchant import Json, Merchant
from tests.issuer.receiver import Receiver, Told, receiving

SECRET = "local-secret"
VERIFIER = Gr4vyVerifier((SECRET,), "default")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture(autouse=True)
def hurried(host: IssuerHost) -> Iterator[None]:
    face = host.further["gr4vy"]
    assert isinstance(face, Gr4vyFace)
    face.hooks.waits = (0.01,) * (ATTEMPTS - 1)
    yield
    face.hooks.forget()


def orders(merchant: Merchant) -> str:
    return f"{merchant.contract['admin_url']}/gr4vy/hooks"


def order(merchant: Merchant, receiver: Receiver, **changes: Any) -> Json:
    answer = merchant.http.post(orders(merchant), json={"url": receiver.url, "secrets": [SECRET]} | changes)
    assert answer.status_code == 201, answer.text
    assert SECRET not in answer.text
    made: Json = answer.json()
    return made


def read(told: Told, verifier: Gr4vyVerifier = VERIFIER) -> Hook:
    found = verifier.read(told.headers, told.body, datetime.now(UTC))
    assert isinstance(found, Hook), found
    return found


def events(receiver: Receiver, count: int) -> set[str]:
    return {read(receiver.next()).event for _ in range(count)}


def test_a_payment_is_told_with_its_card_and_reference_and_nothing_secret(
    merchant: Merchant, receiver: Receiver
) -> None:
    order(merchant, receiver)
    card = merchant.card()
    stored = merchant.stored(card)
    merchant.pay({"id": stored["id"], "amount": 100}, external_identifier="our-sale")
    told = receiver.next()
    found = read(told)
    assert (found.event, found.account_id) == ("gift-card-redemption-succeeded", stored["id"])
    assert (found.last4, found.reference) == (card["number"][-4:], "our-sale")
    assert found.delivery == told.headers["x-gr4vy-webhook-id"]
    assert card["number"][:9].encode() not in told.body
    assert card["pin"].encode() not in told.body
    changed = told.body.replace(b"100", b"200")
    assert VERIFIER.read(told.headers, changed, datetime.now(UTC)) is HookFault.FORGED
    merchant.pay(card | {"amount": 100})
    found = read(receiver.next())
    assert (found.account_id, found.last4) == ("", card["number"][-4:]), "a card that is not stored has no id"


def test_a_refund_is_told_under_its_own_reference(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver, events=["gift-card-refund-succeeded"])
    paid = merchant.pay(merchant.card() | {"amount": 300}, external_identifier="our-sale")
    target = {"target_type": "gift-card-redemption", "target_id": paid["gift_card_redemptions"][0]["id"]}
    body = {"amount": 100, "external_identifier": "our-refund"} | target
    assert merchant.post(f"/transactions/{paid['id']}/refunds", body).status_code == 201
    found = read(receiver.next())
    assert (found.event, found.reference) == ("gift-card-refund-succeeded", "our-refund")
    assert merchant.post(f"/transactions/{paid['id']}/refunds/all", {}).status_code == 201
    assert read(receiver.next()).reference == ""


def test_a_sale_that_fails_tells_of_what_was_given_back(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver)
    rich, poor, third = merchant.card(), merchant.card(50), merchant.card()
    merchant.pay(rich | {"amount": 100}, poor | {"amount": 100}, third | {"amount": 100})
    kinds = {"gift-card-redemption-succeeded", "gift-card-reversal-succeeded", "gift-card-redemption-failed"}
    assert events(receiver, 3) == kinds
    assert receiver.told.empty(), "a card whose turn never came is no news"


def test_a_repeat_with_its_key_is_no_news(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver)
    card = merchant.card()
    first = merchant.pay(card | {"amount": 100}, key="once-only", external_identifier="first")
    again = merchant.pay(card | {"amount": 100}, key="once-only", external_identifier="first")
    assert first == again
    merchant.pay(card | {"amount": 100}, external_identifier="second")
    assert [read(receiver.next()).reference for _ in range(2)] == ["first", "second"]


def test_while_secrets_change_there_is_a_signature_of_each(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver, secrets=["new", "old"])
    merchant.pay(merchant.card() | {"amount": 100})
    told = receiver.next()
    assert told.headers["x-gr4vy-webhook-signatures"].count(",") == 1
    for secret in ("new", "old"):
        read(told, Gr4vyVerifier((secret,), "default"))
    assert VERIFIER.read(told.headers, told.body, datetime.now(UTC)) is HookFault.FORGED


def test_the_other_family_of_headers_is_sent_where_it_is_ordered(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver, headers="sdk")
    merchant.pay(merchant.card() | {"amount": 100})
    told = receiver.next()
    assert {"x-gr4vy-signature", "x-gr4vy-timestamp"} <= set(told.headers)
    assert "x-gr4vy-webhook-id" not in told.headers
    read(told)


def test_another_account_hears_of_its_own_cards_only(merchant: Merchant, receiver: Receiver) -> None:
    order(merchant, receiver, merchant_account_id="second")
    card = merchant.card()
    merchant.pay(card | {"amount": 100})
    second = {"x-gr4vy-merchant-account-id": "second"}
    assert merchant.post("/transactions", merchant.sale(card | {"amount": 100}), **second).status_code == 201
    read(receiver.next(), Gr4vyVerifier((SECRET,), "second"))
    assert receiver.told.empty()


@pytest.mark.parametrize("status", [302, 500])
def test_a_bounded_number_of_attempts_with_one_id_each_stamped(
    merchant: Merchant, receiver: Receiver, status: int
) -> None:
    order(merchant, receiver)
    receiver.status = status
    merchant.pay(merchant.card() | {"amount": 100})
    tries = [receiver.next() for _ in range(ATTEMPTS)]
    assert len({(told.headers["x-gr4vy-webhook-id"], told.body) for told in tries}) == 1
    assert all(read(told) for told in tries)
    receiver.status = 204
    merchant.pay(merchant.card() | {"amount": 100})
    last = receiver.next()
    assert last.headers["x-gr4vy-webhook-id"] != tries[0].headers["x-gr4vy-webhook-id"], "no seventh, and it goes on"


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://192.0.2.1/hooks"},
        {"url": "https://127.0.0.1/"},
        {"url": "http://127.0.0.1:1/a b"},
        {"secrets": []},
        {"secrets": ["s"] * 5},
        {"secrets": [""]},
        {"events": ["gift-card-eaten"]},
        {"headers": "mine"},
        {"unknown": 1},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_without_its_secret(
    merchant: Merchant, receiver: Receiver, changes: Json
) -> None:
    body = {"url": receiver.url, "secrets": [SECRET]} | changes
    answer = merchant.http.post(orders(merchant), json=body)
    assert answer.status_code == 400
    assert SECRET not in answer.text
    assert merchant.http.get(orders(merchant)).json() == {"subscriptions": []}


def test_orders_are_listed_and_dropped_and_bounded(merchant: Merchant, receiver: Receiver) -> None:
    for _ in range(20):
        order(merchant, receiver)
    full = merchant.http.post(orders(merchant), json={"url": receiver.url, "secrets": [SECRET]})
    assert full.status_code == 400
    assert merchant.http.post(orders(merchant), content=b"x" * 20_000).status_code == 413
    assert merchant.http.post(orders(merchant), content=b"\xff").status_code == 400
    listed = merchant.http.get(orders(merchant))
    assert len(listed.json()["subscriptions"]) == 20
    assert listed.json()["subscriptions"][0]["events"] == list(EVENTS)
    assert SECRET not in listed.text
    assert merchant.http.delete(orders(merchant)).json() == {"subscriptions": []}
    merchant.pay(merchant.card() | {"amount": 100})
    assert receiver.told.empty()


def test_without_the_window_nobody_orders() -> None:
    with IssuerHost(faces=("gr4vy",), admin=False) as host:
        answer = httpx.post(f"{host.url}/admin/gr4vy/hooks", content=json.dumps({}), trust_env=False)
    assert answer.status_code == 404
