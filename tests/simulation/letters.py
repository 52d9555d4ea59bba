"""What must hold of the bytes on a line, whichever vendor's they are.

Each vendor writes the reference of a money call in a place of its own; one table says where. What is watched then knows
no vendor but for the two rules of a repeat that differ: Swedbank Pay wants it marked, Gr4vy is looked at first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.backends.client import Call

Json = dict[str, Any]
CARD_FIELDS = ("cardNumber", "passcode", "giftCardId", "token", "card_id", "pin", "accountIdentifier", "gift_cards")
"""Where a card is named: a repeat may name it otherwise (by its id, after a restart), everything else stays."""


@dataclass(frozen=True)
class Letter:
    """A call that moves money, as it passes.

    Attributes:
        reference: The till's own.
        body: Everything but the card and the mark of a repeat, the path included.
        marked: Whether it says of itself that it comes again, where the vendor has a word for it.
        looks: Where it must be looked for before it comes again; nowhere, where it need not.
    """

    reference: str
    body: Json
    marked: bool | None = None
    looks: frozenset[str] = frozenset()


def _swedbankpay(path: str, body: Json, _headers: Mapping[str, str]) -> Letter | None:
    if "/payment/" not in path:
        return None
    marked = body.pop("repeat", False)
    return Letter(body["paymentTransactionRef"], body, marked)


def _parpay(_path: str, body: Json, _headers: Mapping[str, str]) -> Letter | None:
    reference = body.get("requestId", "")
    return Letter(reference, body) if reference else None


def _gr4vy(path: str, body: Json, headers: Mapping[str, str]) -> Letter | None:
    if not path.endswith(("/transactions", "/refunds", "/activations", "/issuances")):
        return None
    body["key"] = headers.get("idempotency-key", "")
    for item in body.get("gift_cards", ()):
        body["paid"] = item["amount"]
    reference = body["external_identifier"]
    return Letter(reference, body, looks=frozenset({reference, path}))


def _dintero(path: str, body: Json, _headers: Mapping[str, str]) -> Letter | None:
    if path.endswith("/activate"):
        return Letter(body["metadata"]["transaction_ref"], body, looks=frozenset({path.removesuffix("/activate")}))
    if not path.endswith(("/wallets/transactions", "/capture", "/void", "/tokens")):
        return None
    body.pop("token", "")
    return Letter(body["ref_id"], body)


_VENDORS: tuple[tuple[str, Callable[[str, Json, Mapping[str, str]], Letter | None]], ...] = (
    ("/payment-api/", _swedbankpay),
    ("/parpay/", _parpay),
    ("/gr4vy/", _gr4vy),
    ("/v1/", _dintero),
)


def read(call: Call) -> Letter | None:
    """A money call, or None: a look-up, a token, a ping."""
    path = urlsplit(call.url).path
    vendor = next((read for root, read in _VENDORS if path.startswith(root)), None)
    if call.method != "POST" or vendor is None or not call.body.startswith(b"{"):
        return None
    headers = {name.lower(): value for name, value in call.headers}
    if "json" not in headers.get("content-type", ""):
        return None
    body: Json = json.loads(call.body)
    letter = vendor(path, body, headers)
    if letter is None:
        return None
    body["path"] = path
    for name in CARD_FIELDS:
        body.pop(name, None)
    return letter


@dataclass
class Watch:
    """Sees every letter that a till sends and that a host hears. It outlives tills.

    Attributes:
        once: References of calls that may not be sent again once one was not answered.
        wrong: Each broken rule as a sentence.
    """

    once: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    _silent: set[str] = field(default_factory=set)
    _looked_for: set[str] = field(default_factory=set)
    _bodies: dict[str, Json] = field(default_factory=dict)

    def unanswered(self, reference: str) -> None:
        """A call of this reference may have arrived, and nobody heard an answer."""
        self._silent.add(reference)
        self._looked_for.clear()

    def sent(self, call: Call) -> None:
        """What must hold of what a till puts on the line."""
        parts = urlsplit(call.url)
        if call.method == "GET":
            self._looked_for |= {*parse_qs(parts.query).get("external_identifier", (parts.path,))}
        letter = read(call)
        if letter is None or letter.reference not in self._silent:
            return
        if letter.reference in self.once:
            self.wrong.append(f"what is made once was sent again after silence: {parts.path}")
        if letter.marked is False:
            self.wrong.append("what may have arrived came again and was not marked as a repeat")
        if letter.looks and not letter.looks & self._looked_for:
            self.wrong.append(f"sent again without a look: {parts.path}")

    def heard(self, call: Call) -> None:
        """What must hold of all bytes that reach a host."""
        letter = read(call)
        if letter is None:
            return
        if letter.body.get("key", letter.reference) != letter.reference:
            self.wrong.append("a copy with another key than its first")
        known = self._bodies.setdefault(letter.reference, letter.body)
        if known != letter.body:
            self.wrong.append(f"two bodies under one reference: {known} and {letter.body}")
