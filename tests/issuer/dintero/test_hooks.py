"""Row DH35: hooks are signed over their bytes, tried five times at most, and a redirect is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.backends.hooks.base import Hook, HookFault
from app.backends.hooks.dintero import DinteroVerifier
from app.issuer.faces.dintero.face import DinteroFace
from tests.issuer.dintero.wallet import Json, Wallet, refused
from tests.issuer.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


def subscription(receiver: Receiver, secret: str = "local-secret") -> Json:
    config = {"url": receiver.url, "content_type": "application/json", "insecure_ssl": 0}
    signed = {"secret": {"type": "HMAC-SHA1", "value": secret}} if secret else {}
    return {"config": config | signed, "events": ["wallet_transaction"]}


def subscribe(wallet: Wallet, body: Json) -> Json:
    url = f"{wallet.face['base_url']}/accounts/{wallet.account}/hooks/subscriptions"
    answer = wallet.http.post(url, json=body, headers={"Authorization": f"Bearer {wallet.token()}"})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def read(wallet: Wallet, hook: Json) -> int:
    url = f"{wallet.face['base_url']}/accounts/{wallet.account}/hooks/subscriptions/{hook['id']}"
    return wallet.http.get(url, headers={"Authorization": f"Bearer {wallet.token()}"}).status_code


@pytest.fixture
def wallet(wallet: Wallet) -> Iterator[Wallet]:
    face = wallet.host.further["dintero"]
    assert isinstance(face, DinteroFace)
    face.hooks.waits = (0.01, 0.01, 0.01, 0.01)
    yield wallet
    face.hooks.forget()


def test_dh35_what_happens_to_a_card_is_told_signed(wallet: Wallet, receiver: Receiver) -> None:
    made = subscribe(wallet, subscription(receiver))
    assert "local-secret" not in str(made)
    verifier = DinteroVerifier(("local-secret",), wallet.account)

    def believed() -> tuple[str, str]:
        told = receiver.next()
        found = verifier.read(told.headers, told.body, wallet.clock())
        assert isinstance(found, Hook), found
        assert found.keys == (told.headers["event-delivery"],)
        assert verifier.read(told.headers, told.body[:-1] + b" ", wallet.clock()) is HookFault.FORGED
        assert told.headers["user-agent"].startswith("Dintero-Hook/")
        assert card["card_token"]["token"]["value"].encode() not in told.body
        return found.account_id, found.reference

    ping = receiver.next()
    assert verifier.read(ping.headers, ping.body, wallet.clock()) == Hook("dintero", "ping")
    card = wallet.card()
    assert believed() == (card["card_id"], "")
    assert wallet.move(card, 100, ref_id="hooked").status_code == 200
    assert believed() == (card["card_id"], "hooked")
    # a repeat moves nothing, so it is no news
    assert wallet.move(card, 100, ref_id="hooked").status_code == 200
    assert wallet.move(card, 100, ref_id="other", pending=True).status_code == 200
    assert believed() == (card["card_id"], "other")


@pytest.mark.parametrize("status", [302, 500])
def test_dh35_five_attempts_with_one_key_and_then_no_more(wallet: Wallet, receiver: Receiver, status: int) -> None:
    made = subscribe(wallet, subscription(receiver))
    receiver.next()
    assert read(wallet, made) == 200
    receiver.status = status
    wallet.card()
    tries = [receiver.next() for _ in range(5)]
    assert len({(told.headers["event-delivery"], told.body) for told in tries}) == 1
    wallet.card()  # the subscription ends with its fifth failure; a delivery begun before it may still be under way
    for _ in range(200):
        if read(wallet, made) == 404:
            break
    assert read(wallet, made) == 404


def test_without_a_secret_a_hook_is_unsigned_and_not_believed(wallet: Wallet, receiver: Receiver) -> None:
    subscribe(wallet, subscription(receiver, secret=""))
    ping = receiver.next()
    assert "event-signature" not in ping.headers
    verifier = DinteroVerifier(("local-secret",), wallet.account)
    assert verifier.read(ping.headers, ping.body, datetime(2026, 6, 15, tzinfo=UTC)) is HookFault.UNSIGNED


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/hooks",
        "https://127.0.0.1/hooks",
        "http://example.org/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:1/a b",
        "ftp://127.0.0.1/",
        "nonsense",
    ],
)
def test_a_simulated_host_tells_only_this_machine(wallet: Wallet, url: str) -> None:
    address = f"{wallet.face['base_url']}/accounts/{wallet.account}/hooks/subscriptions"
    body = {"config": {"url": url}, "events": ["wallet_transaction"]}
    headers = {"Authorization": f"Bearer {wallet.token()}"}
    assert refused(wallet.http.post(address, json=body, headers=headers), 400)


def test_who_only_pays_subscribes_to_nothing(wallet: Wallet, paying: Wallet, receiver: Receiver) -> None:
    address = f"{wallet.face['base_url']}/accounts/{wallet.account}/hooks/subscriptions"
    headers = {"Authorization": f"Bearer {paying.token()}"}
    assert refused(paying.http.post(address, json=subscription(receiver), headers=headers), 403)
    assert read(wallet, {"id": "unknown"}) == 404
