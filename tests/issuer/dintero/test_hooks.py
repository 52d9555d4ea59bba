"""Row DH35: hooks are signed over their bytes, tried five times at most, and a redirect is a failure."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.backends.hooks import Hook, HookFault, HookVerifier
from app.issuer.faces.dintero.face import DinteroFace
from tests.issuer.dintero.wallet import Json, Wallet, refused

SECONDS = 10


@dataclass
class Told:
    """One delivery as it arrived."""

    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Takes hooks and answers what the test says."""

    daemon_threads = True

    def __init__(self) -> None:
        self.told: queue.Queue[Told] = queue.Queue()
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks?till=7"

    def next(self) -> Told:
        return self.told.get(timeout=SECONDS)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.put(Told({name.lower(): text for name, text in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield listening
        listening.shutdown()
        thread.join(SECONDS)


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


def test_dh35_what_happens_to_a_card_is_told_signed_and_believed_once(wallet: Wallet, receiver: Receiver) -> None:
    made = subscribe(wallet, subscription(receiver))
    assert "local-secret" not in str(made)
    clock = wallet.clock
    verifier = HookVerifier("local-secret", wallet.account, clock)
    ping = receiver.next()
    assert verifier.take(ping.headers, ping.body) == Hook("ping", "")
    card = wallet.card()
    created = receiver.next()
    believed = verifier.take(created.headers, created.body)
    assert isinstance(believed, Hook)
    assert believed.card_id == card["card_id"]
    paid = wallet.move(card, 100, ref_id="hooked").json()
    told = receiver.next()
    believed = verifier.take(told.headers, told.body)
    assert isinstance(believed, Hook)
    assert (believed.card_id, believed.transaction_id) == (card["card_id"], paid["id"])
    assert verifier.take(told.headers, told.body) is HookFault.DUPLICATE
    assert verifier.take(told.headers, told.body[:-1] + b" ") is HookFault.FORGED
    assert card["card_token"]["token"]["value"].encode() not in created.body + told.body
    assert told.headers["user-agent"].startswith("Dintero-Hook/")
    # a repeat moves nothing, so it is no news
    assert wallet.move(card, 100, ref_id="hooked").status_code == 200
    held = wallet.reserve(card, 100)
    after = receiver.next()
    assert verifier.take(after.headers, after.body) == Hook(
        "wallet_transaction", after.headers["event-delivery"], card["card_id"], held
    )


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
    verifier = HookVerifier("local-secret", wallet.account, lambda: datetime(2026, 6, 15, tzinfo=UTC))
    assert verifier.take(ping.headers, ping.body) is HookFault.UNSIGNED


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
