"""A till's side of the PAR Pay face, written from the vendor's page and not from the host's code."""

import itertools
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from app.issuer.server import IssuerHost
from tests.issuer.client import _client

Json = dict[str, Any]
_COUNT = itertools.count(1)

POSTS = (
    "virtual/issue", "reload", "redeem", "balanceInquiry", "balanceTransfer", "refund", "savegiftcard",
    "sharegiftcard", "gift", "combine",
)  # fmt: skip


def fresh(word: str) -> str:
    """A name nobody has used: a customer, a request, a bank-card purchase."""
    return f"{word}-{next(_COUNT)}"


@dataclass
class ParTill:
    contract: Json
    http: httpx.Client = field(default_factory=_client)
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
        face: dict[str, str] = self.contract["faces"]["parpay"]
        return face

    def card(self, name: str) -> Json:
        return next(c for c in self.contract["cards"] if c["name"] == name and c["face"] == "parpay")

    def ask_token(self, **changes: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": self.face["client_id"]}
        form |= {"client_secret": self.face["client_secret"]} | changes
        return self.http.post(self.face["token_url"], data=form)

    def token(self) -> str:
        if not self._token:
            self._token = self.ask_token().json()["access_token"]
        return self._token

    def send(self, method: str, path: str, body: Json | None = None, **headers: str | None) -> httpx.Response:
        """Sends a call; `headers` replaces some (underscores for dashes), None leaves one out."""
        full: dict[str, str | None] = {
            "Authorization": f"Bearer {self.token()}",
            "X-LocationId": self.face["location_id"],
        }
        full |= {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in full.items() if value is not None}
        return self.http.request(method, f"{self.face['base_url']}/giftcard/v1/{path}", json=body, headers=kept)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.send("POST", path, body)

    def good(self, path: str, **body: Any) -> Json:
        """A call that must succeed."""
        answer = self.post(path, **body)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def issue(self, amount: object = "100.00", **more: Any) -> Json:
        return self.good("virtual/issue", amount=amount, **more)

    def balance(self, card: Json) -> str:
        told: str = self.good("balanceInquiry", giftCardId=card["giftCardId"])["balance"]
        return told

    def status(self, card: Json) -> str:
        told: str = self.good("balanceInquiry", giftCardId=card["giftCardId"])["status"]
        return told

    def owned(self, user: str, amount: object = "100.00") -> Json:
        """A new card that a customer keeps."""
        return self.issue(amount, userId=user)

    def cards(self, user: str) -> list[Json]:
        answer = self.send("GET", f"giftcards?userId={user}")
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["giftCards"]
        return found

    def listed(self, user: str) -> list[str]:
        return [card["giftCardId"] for card in self.cards(user)]
