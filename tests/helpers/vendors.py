"""The vendors that send hooks, as the issuer host plays them: subscribed to, and paid at by somebody else's till."""

from __future__ import annotations

import ssl
import time
import uuid
from typing import Any

import httpx

from app.crypto.jwt import SigningKey
from app.issuer.server import IssuerHost

SECRETS = {"dintero": "dintero-says-so", "gr4vy": "gr4vy-says-so"}
"""What each signs its hooks with."""
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Vendors:
    """Both vendors' hosts, and a shop that buys there."""

    def __init__(self, host: IssuerHost) -> None:
        self.contract = host.contract
        self.http = httpx.Client(timeout=20, trust_env=False, verify=_NO_CERTIFICATES)
        face = self.contract["faces"]["dintero"]
        self.wallets = f"{face['base_url']}/accounts/{face['account_id']}"
        body = {
            "grant_type": "client_credentials",
            "audience": f"https://api.dintero.com/v1/accounts/{face['account_id']}",
        }
        token = self.http.post(face["token_url"], json=body, auth=(face["client_id"], face["client_secret"]))
        self.dintero = {"Authorization": f"Bearer {token.json()['access_token']}"}

    def card(self, face: str) -> dict[str, Any]:
        cards = self.contract["cards"]
        found: dict[str, Any] = next(c for c in cards if (c["face"], c["name"]) == (face, "ordinary"))
        return found

    def subscribe(self, faces: dict[str, str]) -> None:
        config = {"url": faces["dintero"], "secret": {"type": "HMAC-SHA1", "value": SECRETS["dintero"]}}
        wish = {"config": config, "events": ["wallet_transaction"]}
        made = self.http.post(f"{self.wallets}/hooks/subscriptions", json=wish, headers=self.dintero)
        assert made.status_code == 200, made.text
        order = {"url": faces["gr4vy"], "secrets": ["another", SECRETS["gr4vy"]]}
        assert self.http.post(f"{self.contract['admin_url']}/gr4vy/hooks", json=order).status_code == 201

    def pay_dintero(self, reference: str) -> None:
        body = {"ref_id": reference, "amount": 100, "currency": "NOK", "type": "drawdown"}
        token = {"token": self.card("dintero")["code"]}
        paid = self.http.post(f"{self.wallets}/wallets/transactions", json=body | token, headers=self.dintero)
        assert paid.status_code == 200, paid.text

    def pay_gr4vy(self, reference: str) -> None:
        face, card = self.contract["faces"]["gr4vy"], self.card("gr4vy")
        now = int(time.time())
        claims = {"iss": "t", "iat": now, "nbf": now, "exp": now + 60, "jti": str(uuid.uuid4()), "scopes": ["*.write"]}
        token = SigningKey.from_pem(face["private_key_pem"]).sign(claims)
        payer = {"number": card["number"], "pin": card["pin"], "amount": 100}
        sale = {"amount": 100, "currency": "NOK", "intent": "capture", "gift_cards": [payer]}
        body = sale | {"external_identifier": reference}
        headers = {"Authorization": f"Bearer {token}"}
        paid = self.http.post(f"{face['base_url']}/transactions", json=body, headers=headers)
        assert paid.status_code == 201, paid.text
