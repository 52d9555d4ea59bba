"""A backend under test: the real client, the real issuer host, and what a test needs of both.

What differs between vendors (where a verb's call goes) stands in one table per face; the suite itself knows none.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import pytest

from app.backends.base import Backend, Surroundings
from app.backends.providers.dintero import Dintero
from app.backends.providers.dintero_wire import Card
from app.backends.registry import open_backend
from app.crypto.pinblock import PinBlockFormat, encrypt_pin_block
from app.domain.card import CLEAR_PIN, CardSecret, Expiry, Pan, PinBlock
from app.domain.host import HostApproved, HostPrepared, HostReply, HostRequest, Original, Phase
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.verb import Verb
from app.issuer.books import Entry
from app.issuer.faces.gr4vy.cards import NewCard
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.faults import Fault, FaultPlan
from app.issuer.server import IssuerHost
from app.training import BESIDE

SECONDS = 10.0
"""For calls that must succeed, however busy the machine is."""
SOON = 0.5
"""For calls whose answer never comes in time."""

ENDPOINTS: Mapping[str, Mapping[Verb, str]] = {
    "swedbankpay": {
        Verb.BALANCE: "*/payment-account/balance",
        Verb.REDEEM: "*/payment/purchase",
        Verb.RELOAD: "*/payment/deposit",
        Verb.ISSUE: "*/payment/deposit",
        Verb.AUTHORIZE: "*/payment/authorize",
        Verb.CAPTURE: "*/capture",
        Verb.CANCEL: "*/cancel",
        Verb.REVERSE: "*/reversal",
        Verb.REFUND: "*/reversal",
    },
    "dintero": {
        Verb.BALANCE: "*/wallets/info",
        Verb.REDEEM: "*/wallets/transactions",
        Verb.CASH_OUT: "*/wallets/transactions",
        Verb.RELOAD: "*/wallets/transactions",
        Verb.ISSUE: "*/wallets/transactions",
        Verb.ACTIVATE: "*/activate",
        Verb.AUTHORIZE: "*/wallets/transactions",
        Verb.CAPTURE: "*/capture",
        Verb.CANCEL: "*/void",
        Verb.REVERSE: "*/wallets/transactions",
        Verb.REFUND: "*/wallets/transactions",
    },
    "parpay": {
        Verb.BALANCE: "*/balanceInquiry",
        Verb.REDEEM: "*/redeem",
        Verb.RELOAD: "*/reload",
        Verb.ISSUE: "*/reload",
        Verb.REVERSE: "*/refund",
        Verb.REFUND: "*/refund",
        Verb.TRANSFER: "*/balanceTransfer",
        Verb.COMBINE: "*/combine",
    },
    "gr4vy": {
        Verb.BALANCE: "*/gift-cards/balances",
        Verb.REDEEM: "*/transactions",
        Verb.ACTIVATE: "*/gift-cards/activations",
        Verb.SAVE: "*/gift-cards",
        Verb.REVERSE: "*/refunds",
        Verb.REFUND: "*/refunds",
    },
}
"""Where the money call of each verb goes, as a pattern for the host's fault plan."""

TOKENS: Mapping[str, str] = {"swedbankpay": "*/oauth/token", "dintero": "*/auth/token", "parpay": "*/oauth/token"}

CHECKS_CLOCKS = frozenset({"swedbankpay", "gr4vy"})
"""Faces whose calls carry a time."""
TELLS_DUPLICATES = frozenset({"swedbankpay", "parpay"})
"""Faces whose answer to a repeat differs from the first one."""
REFUSES_REPLAYS = frozenset({"swedbankpay"})
"""Faces that know the very bytes of a call again, by a nonce in them."""
TELLS_BALANCES = frozenset({"parpay"})
"""Faces that pay by the card's number and answer with what is left: nothing is looked up before or afterwards."""
ONLY_REDEEMS = frozenset({"parpay"})
"""Faces that take nothing back but a redeem."""

CODE_IS_PIN = frozenset({"gr4vy"})
"""Faces that know one code per card, printed on it: each card has it, and a wrong one is nobody's card."""
WITHOUT_ACCOUNTS = frozenset({"gr4vy"})
"""Faces that address a card by its number: nothing is looked up before a payment."""
WITHOUT_LABELS = frozenset({"gr4vy"})
"""Faces that are told neither STAN nor terminal; our reference stands where the others have the order's."""

_ORIGINALS = {
    Verb.CAPTURE: (Verb.AUTHORIZE,),
    Verb.CANCEL: (Verb.AUTHORIZE,),
    Verb.REVERSE: (Verb.RELOAD, Verb.REDEEM),
    Verb.REFUND: (Verb.REDEEM,),
}
"""What a verb takes back or goes on with: the first of these that the backend has."""


def nok(minor: int) -> Money:
    return Money(minor, Currency.NOK)


@dataclass(frozen=True)
class Fresh:
    """A card that was just made for one test."""

    account_id: str
    card: CardSecret
    pin: str = ""


class Bench(AbstractContextManager["Bench"]):
    """One backend at one host."""

    def __init__(self, face: str, surroundings: Surroundings | None = None, **host: Any) -> None:
        self.face = face
        self.host = IssuerHost("memory", 1, faces=(face,), **host)
        self._stans = itertools.count(1)
        self._numbers = itertools.count(1)
        settings = self.host.contract["faces"][face] | BESIDE.get(face, {})
        named = [value for name, value in settings.items() if name.endswith(("_secret", "_pem"))]
        self.secrets: list[str] = [*named, "Bearer "]
        for demo in self.host.contract["cards"]:
            self.secrets += [demo["number"], demo["track2"]]
        self._settings = settings
        self.backend = self.another(surroundings)

    def __enter__(self) -> Bench:
        self.host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.backend.close()
        self.host.stop()

    def another(self, surroundings: Surroundings | None = None) -> Backend:
        """A further till at the same host, without a token yet. The caller closes it."""
        return open_backend(self.face, self._settings, surroundings)

    def another_with(self, **settings: str) -> Backend:
        """A till that was told something else. The caller closes it."""
        return open_backend(self.face, self._settings | settings)

    # -- cards ---------------------------------------------------------------------------------------------------

    def demo(self, name: str, *, track2: bool = False, cvc: str | None = None) -> CardSecret:
        """A demo card, swiped or keyed."""
        found = next((card for card in self.host.contract["cards"] if card["name"] == name), None)
        if found is None:
            pytest.skip(f"this face has no card that is {name}")
        track = found["track2"] if track2 else ""
        code = found["pin" if self.face in CODE_IS_PIN else "cvc"]
        return CardSecret(Pan(found["number"]), Expiry.parse(found["expiry"]), code if cvc is None else cvc, track)

    def pin_of(self, name: str) -> str:
        found: str = next(card for card in self.host.contract["cards"] if card["name"] == name)["pin"]
        return found

    def pin_block(self, card: CardSecret, pin: str) -> PinBlock:
        if self.backend.capabilities.pin_in_clear:
            return PinBlock(pin.encode(), CLEAR_PIN)
        key = bytes.fromhex(self.host.contract["pin_key"]["key"])
        block = encrypt_pin_block(PinBlockFormat.ISO_0, key, bytearray(pin.encode()), card.pan.reveal())
        self.secrets.append(block.hex().upper())
        return PinBlock(block, 0)

    def fresh(self, minor: int) -> Fresh:
        """A new card with money on it, sold as a till sells one where it can."""
        if self.backend.capabilities.rule(Verb.ISSUE) is None:
            return self.printed(minor)
        made = self.send(self.request(Verb.ISSUE, phase=Phase.PREPARE))
        assert isinstance(made, HostPrepared), made
        assert made.issued is not None
        card = CardSecret(made.issued.pan, made.issued.expiry, made.issued.cvc)
        self.secrets.append(card.pan.reveal())
        new = Fresh(made.account_id, card, made.issued.pin)
        loaded = self.send(self.request(Verb.ISSUE, new, nok(minor)))
        assert isinstance(loaded, HostApproved), loaded
        return new

    def card_for(self, verb: Verb, minor: int) -> Fresh:
        """A card this verb can be tried on: one with money on it, or a blank. Skips what the backend can't do."""
        if self.backend.capabilities.rule(verb) is None:
            pytest.skip(f"this backend has no {verb.value}")
        if verb is not Verb.ACTIVATE:
            return self.fresh(minor)
        if not isinstance(self.backend, Dintero):
            return self.printed(0, active=False)
        made = self.backend.cards.batch((str(uuid.uuid4()),), self.backend.deadline(SECONDS))
        assert isinstance(made, tuple), made
        self.secrets.append(made[0].secret.code)
        return Fresh(made[0].card_id, CardSecret(made[0].secret.pan))

    def printed(self, minor: int, *, active: bool = True) -> Fresh:
        """A card that came from the printer, entered at the host."""
        face = self.host.further[self.face]
        assert isinstance(face, Gr4vyFace)
        number, pin = f"701337{next(self._numbers):013d}", "48213"
        face.enter(NewCard(number, pin, minor, active=active))
        self.secrets.append(number)
        return Fresh("", CardSecret(Pan(number), None, pin))

    def expresses(self, name: str) -> None:
        """Skips a test of a kind of card that this vendor does not have."""
        there = any(card["name"] == name for card in self.host.contract["cards"])
        if not there or (name == "pin" and self.face in CODE_IS_PIN):
            pytest.skip(f"{self.face} has no such card")

    @property
    def refuses_replays(self) -> bool:
        return self.face in REFUSES_REPLAYS

    @property
    def tells_balances(self) -> bool:
        return self.face in TELLS_BALANCES

    @property
    def tells_duplicates(self) -> bool:
        return self.face in TELLS_DUPLICATES

    def balance_of(self, new: Fresh) -> int:
        if isinstance(self.backend, Dintero):
            read = self.backend.cards.read(new.account_id, self.backend.deadline(SECONDS))
            assert isinstance(read, Card), read
            assert read.available is not None
            return read.available.minor
        return self.host.balance_of(new.card.pan.reveal())

    # -- requests ------------------------------------------------------------------------------------------------

    def request(
        self,
        verb: Verb,
        new: Fresh | None = None,
        amount: Money | None = None,
        *,
        original: Original | None = None,
        **changes: Any,
    ) -> HostRequest:
        rule = self.backend.capabilities.rule(verb)
        assert rule is not None
        values: dict[str, Any] = {
            "transaction_id": TransactionId(uuid.uuid4().hex),
            "face": self.face,
            "phase": Phase.MONEY,
            "verb": verb,
            "amount": amount or nok(0),
            "stan": Stan.from_count(next(self._stans)),
            "order_ref": OrderRef(str(uuid.uuid4())),
            "transaction_ref": TransactionRef(str(uuid.uuid4())),
            "terminal_id": TerminalId("0042"),
            "local_time": datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
            # as the till does: card data travel where the table asks for them, and nowhere else
            "card": new.card if new and rule.needs_card else None,
            "account_id": new.account_id if new else "",
            "pin_block": self.pin_block(new.card, new.pin) if new and new.pin and rule.needs_pin else None,
            "original": original,
            "want_balance": False,
        }
        return HostRequest(**(values | changes))

    def send(self, request: HostRequest, seconds: float = SECONDS) -> HostReply:
        return self.backend.send(request, seconds)

    def original(self, request: HostRequest, reply: HostReply) -> Original:
        """What an undo of this names."""
        assert isinstance(reply, HostApproved), reply
        return Original(
            reply.host_id, reply.account_id, request.stan, request.order_ref, request.transaction_ref, request.verb
        )

    def ready(self, verb: Verb, new: Fresh, minor: int) -> HostRequest:
        """A request of this verb that will succeed, its original booked where it names one."""
        if verb is Verb.COMBINE:
            return self.request(verb, new, nok(minor), card=None, source_ids=(self.fresh(minor).account_id,))
        known = self.backend.capabilities.verbs
        first = next((first for first in _ORIGINALS.get(verb, ()) if first in known), None)
        if first is Verb.RELOAD and self.face in ONLY_REDEEMS:
            first = Verb.REDEEM
        if first is None:
            return self.request(verb, new, nok(minor))
        opening = self.request(first, new, nok(minor))
        original = self.original(opening, self.send(opening))
        return self.request(verb, new, nok(minor), original=original)

    # -- the host ------------------------------------------------------------------------------------------------

    def spoil(self, *faults: Mapping[str, Any]) -> None:
        """Installs a fault plan."""
        self.host.faults.install(FaultPlan(1, tuple(Fault(**fault) for fault in faults)))

    def endpoint(self, verb: Verb) -> str:
        return ENDPOINTS[self.face][verb]

    def booked(self, request: HostRequest) -> list[Entry]:
        """What stands in the host's books under this request's reference."""
        entries = self.host.store.entries(0, 10_000)
        own = "order_ref" if self.face in WITHOUT_LABELS else "transaction_ref"
        return [entry for entry in entries if getattr(entry, own) == request.transaction_ref]
