"""Requests, a backend and a peer for PAR Pay, as the tests of its client need them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.backends.base import Surroundings
from app.backends.providers.parpay import ParPay
from app.backends.providers.parpay_settings import ParPaySettings
from app.domain.card import CLEAR_PIN, CardSecret, Pan, PinBlock
from app.domain.host import HostRequest
from app.domain.verb import Verb
from tests.backends import making
from tests.backends.peer import TOKEN, Answering, Json, Peer, Received, reply

NUMBER = "6280001234567890123"
NEW_NUMBER = "6280009876543210987"
PASSCODE = "4711"
CARD_ID = "GC-1001"
USER = "anna"
BASE = "/par"


def answer(received: Received, **changes: Any) -> Json:
    """What a small PAR Pay host says to any call."""
    asked = json.loads(received.body) if received.body else {}
    name = received.path.partition("?")[0].rpartition("/")[2]
    said: Json = {"giftCardId": asked.get("giftCardId", CARD_ID), "balance": "76.55", "status": "Active"}
    if name == "giftcards" and received.method == "GET":
        return {"giftCards": []} | changes
    if name in ("reload", "redeem", "refund", "balanceTransfer", "gift", "combine", "issue"):
        said |= {"transactionId": "T-77", "requestId": asked.get("requestId")}
        if "amount" in asked:
            said["amount"] = asked["amount"]
    if name == "issue":
        said |= {"cardNumber": NEW_NUMBER, "passcode": PASSCODE, "balance": asked["amount"]}
    if name == "balanceTransfer":
        made = {"giftCardId": "GC-1002", "cardNumber": NEW_NUMBER, "passcode": PASSCODE, "balance": asked["amount"]}
        said |= {"newCard": made, "sourceBalance": "1.00"}
    return said | changes


class ParPeer(Peer):
    """The peer of all clients, answering as PAR Pay where nothing is queued."""

    def _choose(self, received: Received) -> Answering:
        if received.path == TOKEN or self._queue:
            return super()._choose(received)
        return reply(answer(received))


def card(*, passcode: str = "") -> CardSecret:
    return CardSecret(Pan(NUMBER), cvc=passcode)


def clear_pin(digits: str = PASSCODE) -> PinBlock:
    return PinBlock(digits.encode(), CLEAR_PIN)


ORIGINAL = replace(making.ORIGINAL, host_id="T-41", account_id=CARD_ID)


def request(verb: Verb = Verb.REDEEM, **changes: Any) -> HostRequest:
    """A request with a card where the verb takes one, and an original where it names one."""
    undoes = verb in (Verb.REVERSE, Verb.REFUND)
    by_id = verb in (Verb.SHARE, Verb.PREFER, Verb.LIST_CARDS, Verb.GIFT)
    values: dict[str, Any] = {
        "face": "parpay",
        "card": None if undoes or by_id else card(),
        "account_id": "",
        "original": ORIGINAL if undoes else None,
    }
    return replace(making.request(verb, **values), **changes)


def settings(url: str, **changes: Any) -> ParPaySettings:
    values: dict[str, Any] = {
        "base_url": url + BASE,
        "token_url": url + TOKEN,
        "client_id": "par-client",
        "client_secret": "par-secret",
        "location_id": "LOC-7",
    }
    return ParPaySettings(**(values | changes))


def backend(url: str, around: Surroundings | None = None, **changes: Any) -> ParPay:
    return ParPay(settings(url, **changes), around)
