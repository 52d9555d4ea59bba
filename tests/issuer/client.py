"""A till's side of the Swedbank Pay face, written from the vendor's pages and not from the host's code."""

import base64
import hashlib
import hmac
import itertools
import json
import ssl
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from app.issuer.server import IssuerHost

Json = dict[str, Any]

# Plain HTTP on loopback: loading the system's certificates for it would cost 25 ms per till.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

_STANS = itertools.count(1)


def sign_request(secret: str, method: str, path: str, user: str, nonce: str, sent_at: str, body: bytes) -> str:
    message = f"{method}\n{path}\n{user}\n{nonce}\n{sent_at}\n".encode() + body + b"\n"
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha512).digest()).decode()


def _client() -> httpx.Client:
    return httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)


@dataclass
class Till:
    """Signs and sends. `card(name)` are the demo cards of the host's contract."""

    contract: Json
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)
    )
    merchant: str = ""
    _token: str = ""

    @classmethod
    def at(cls, host: IssuerHost) -> Self:
        return cls(host.contract)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    @property
    def face(self) -> dict[str, str]:
        face: dict[str, str] = self.contract["faces"]["swedbankpay"]
        return face

    def card(self, name: str) -> Json:
        return next(card for card in self.contract["cards"] if card["name"] == name)

    def token(self) -> str:
        if not self._token:
            answer = self.http.post(
                self.face["token_url"],
                data={"grant_type": "client_credentials", "scope": "publicapi"},
                auth=(self.face["client_id"], self.face["client_secret"]),
            )
            assert answer.status_code == 200, answer.text
            self._token = answer.json()["access_token"]
        return self._token

    def headers(self, method: str, path: str, body: bytes, sent_at: str | None = None) -> dict[str, str]:
        nonce = str(uuid.uuid4())
        sent = "2026-01-02T03:04:05.678Z" if sent_at is None else sent_at
        digest = sign_request(self.face["hmac_secret"], method, path, self.face["hmac_user"], nonce, sent, body)
        headers = {
            "Authorization": f"Bearer {self.token()}",
            "Hmac": f"HmacSHA512 {self.face['hmac_user']}:{nonce}:{digest}",
            "Agreement-Merchant-Id": self.merchant or self.face["merchant_id"],
            "Session-Id": str(uuid.uuid4()),
            "Content-Type": "application/json",
        }
        if sent:
            headers["Transmission-Time"] = sent
        return headers

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str | None] | None = None,
        query: str = "",
    ) -> httpx.Response:
        """Sends signed bytes; `headers` replaces some after signing, None leaves one out."""
        url = self.face["base_url"] + path
        full: dict[str, str | None] = {**self.headers(method, urlsplit(url).path, body), **(headers or {})}
        kept = {name: value for name, value in full.items() if value is not None}
        return self.http.request(method, url + query, content=body, headers=kept)

    def post(self, path: str, body: Json) -> httpx.Response:
        return self.send("POST", path, json.dumps(body).encode())

    def get(self, path: str) -> httpx.Response:
        return self.send("GET", path)

    def identifier(self, card: Json, **more: Any) -> Json:
        return {"accountKey": card["number"], **more}

    def account(self, card: Json) -> str:
        answer = self.post("/payment-account/balance", {"accountIdentifier": self.identifier(card)})
        assert answer.status_code == 200, answer.text
        account_id: str = answer.json()["paymentAccount"]["accountSummary"]["accountId"]
        return account_id

    def balance(self, card: Json) -> int:
        answer = self.post("/payment-account/balance", {"accountIdentifier": self.identifier(card)})
        assert answer.status_code == 200, answer.text
        balance: int = answer.json()["paymentAccount"]["accountSummary"]["balance"]
        return balance

    def order(self, card: Json, amount: int, **more: Any) -> Json:
        return {
            "accountIdentifier": self.identifier(card),
            "amount": amount,
            "currency": "NOK",
            "merchant": {"merchantName": "Corner shop", "terminalId": "00012345"},
            "paymentOrderRef": str(uuid.uuid4()),
            "paymentTransactionRef": str(uuid.uuid4()),
            "stan": f"{next(_STANS):06d}",
            **more,
        }

    def pay(self, operation: str, card: Json, body: Json, account: str = "") -> httpx.Response:
        account = account or self.account(card)
        return self.post(f"/payment-account/{account}/payment/{operation}", body)

    def follow(self, operation: str, account: str, payment: str, **more: Any) -> httpx.Response:
        body = {"paymentOrderRef": str(uuid.uuid4()), "paymentTransactionRef": str(uuid.uuid4()), **more}
        return self.post(f"/payment-account/{account}/payment/{payment}/{operation}", body)

    def new_card(self, amount: int) -> Json:
        answer = self.post("/gift-card/get-new-gift-card", {"amount": amount})
        assert answer.status_code == 200, answer.text
        summary: Json = answer.json()["accountSummaryGiftCard"]
        return {"number": summary["accountKey"], "cvc": summary["cvc"], "expiry": summary["expiryDate"]}
