"""A receiver in this process, with a clock that is moved by hand, and requests as both vendors send them."""

from __future__ import annotations

import json
import socket
import ssl
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from app.backends.hooks import dintero, gr4vy
from app.backends.hooks.base import Hook
from app.hooks.receiver import Receiver
from app.hooks.server import HookServer, listen
from app.storage.errors import StorageError
from app.storage.hook_store import HookStore, News, Told

SECRET = "a-secret-nobody-knows"
ACCOUNT = "T12345678"
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Door:
    """The receiver, and who knocks."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
        self.told: list[Hook] = []
        self.troubles: list[StorageError] = []
        self.ended: list[bool] = []
        self.http = httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)
        self.open()

    def open(self) -> None:
        verifiers = (dintero.DinteroVerifier((SECRET,), ACCOUNT), gr4vy.Gr4vyVerifier((SECRET,), "default"))
        self.store = HookStore.open(self.data)
        receiver = Receiver(verifiers, self.store, lambda: self.now, self.told.append, self.troubles.append)
        self.server = HookServer(receiver, listen("127.0.0.1", 0), lambda: self.ended.append(True))
        self.server.start()

    def restart(self) -> None:
        """As a person does it."""
        self.server.stop()
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.server.stop()

    # --- looking

    @property
    def kept(self) -> list[Told]:
        with closing(HookStore.look(self.data)) as store:
            return [told for _, told in store.after(0, 10_000)]

    @property
    def news(self) -> list[News]:
        with closing(HookStore.look(self.data)) as store:
            return store.news()

    # --- knocking

    def post(self, face: str, headers: dict[str, str], body: bytes) -> int:
        return self.http.post(self.server.address_of(face), headers=headers, content=body).status_code

    def raw(self, *parts: bytes, wait: bool = True) -> bytes:
        """Bytes as they are, and whatever comes back until the connection ends."""
        address = urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as line:
            try:
                for part in parts:
                    line.sendall(part)
                answer = b""
                while wait and (more := line.recv(65_536)):
                    answer += more
            except ConnectionError:
                return b""
            return answer


def of_dintero(delivery: str = "", **changes: Any) -> tuple[dict[str, str], bytes]:
    """A signed hook of Dintero's."""
    told = {"id": "tx", "card_id": "card-1", "ref_id": "our-ref"} | changes
    key = delivery or str(uuid.uuid4())
    wrapper = {"account_id": ACCOUNT, "event": "wallet_transaction", "event_delivery": key, "wallet_transaction": told}
    body = json.dumps(wrapper).encode()
    signed = {"event": "wallet_transaction", "event-delivery": key, "event-signature": dintero.signature(SECRET, body)}
    return signed, body


def of_gr4vy(now: datetime, delivery: str = "", *, age: int = 0, **changes: Any) -> tuple[dict[str, str], bytes]:
    """A signed hook of Gr4vy's."""
    card = {"type": "gift-card", "id": None, "last4": "4321"}
    target = {"type": "gift-card-redemption", "external_identifier": "our-ref", "gift_card": card}
    event = {"event": "gift-card-redemption-succeeded", "merchant_account_id": "default", "target": target}
    body = json.dumps({"type": "event", "id": str(uuid.uuid4())} | event | changes).encode()
    stamp = str(int((now - timedelta(seconds=age)).timestamp()))
    headers = {"X-Gr4vy-Webhook-Signatures": gr4vy.signature(SECRET, stamp, body), "X-Gr4vy-Webhook-Timestamp": stamp}
    return headers | {"X-Gr4vy-Webhook-ID": delivery or str(uuid.uuid4())}, body
