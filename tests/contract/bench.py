"""A backend under test: the real client, the real issuer host, and what a test needs of both."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple

import pytest

from app.backends.base import Backend, Surroundings
from app.backends.registry import open_backend
from app.crypto.pinblock import PinBlockFormat, encrypt_pin_block
from app.domain.card import CLEAR_PIN, CardSecret, Expiry, IssuedBatch, IssuedSecret, IssuedToken, Pan, PinBlock
from app.domain.host import (
    HostApproved,
    HostListed,
    HostPrepared,
    HostReply,
    HostRequest,
    Original,
    Phase,
    StoredCard,
)
from app.domain.ids import OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.verb import READS, Verb
from app.issuer.books import Entry
from app.issuer.faces.gr4vy.cards import NewCard
from app.issuer.faces.gr4vy.face import Gr4vyFace
from app.issuer.faults import Fault, FaultPlan
from app.issuer.server import IssuerHost
from tests.contract.table import CODE_IS_PIN, ENDPOINTS, EXTRA, ONLY_REDEEMS, WITHOUT_LABELS
from tests.contract.witness import Witness
from tests.issuer.dintero.wallet import Clock, Wallet

SECONDS = 10.0
"""For calls that must succeed, however busy the machine is."""
SOON = 0.5
"""For calls whose answer never comes in time."""

_ORIGINALS = {
    Verb.CAPTURE: (Verb.AUTHORIZE,),
    Verb.CANCEL: (Verb.AUTHORIZE,),
    Verb.REVERSE: (Verb.RELOAD, Verb.REDEEM),
    Verb.REFUND: (Verb.REDEEM,),
}
"""What a verb takes back or goes on with: the first of these that the backend has."""


def nok(minor: int) -> Money:
    return Money(minor, Currency.NOK)


class Fresh(NamedTuple):
    """A card that was just made for one test."""

    account_id: str
    card: CardSecret
    pin: str = ""


class Bench(AbstractContextManager["Bench"]):
    """One backend at one host.

    Args:
        face: Which.
        surroundings: The till's clock and cut switch.
        extra: Settings beside those of the contract; ``EXTRA`` where None.
        host: For the issuer host.
    """

    def __init__(
        self,
        face: str,
        surroundings: Surroundings | None = None,
        *,
        extra: Mapping[str, object] | None = None,
        **host: Any,
    ) -> None:
        self.face = face
        self.host = IssuerHost("memory", 1, faces=(face,), **host)
        self.port = int(self.host.url.rpartition(":")[2])
        self._stans = itertools.count(1)
        self._numbers = itertools.count(1)
        settings = self.host.contract["faces"][face] | (EXTRA.get(face, {}) if extra is None else extra)
        named = [value for name, value in settings.items() if name.endswith(("_secret", "_pem"))]
        self.secrets: list[str] = [*named, "Bearer "]
        for demo in self.host.contract["cards"]:
            self.secrets += [demo["number"], demo["track2"]]
        self.witness: Witness | None = None
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

    def another(self, surroundings: Surroundings | None = None, *, port: int = 0) -> Backend:
        """A further till at the same host, or at another door to it, without a token yet. The caller closes it."""
        here, there = f":{self.port}/", f":{port or self.port}/"
        urls = ("base_url", "token_url")
        settings = {
            name: f"{value}/".replace(here, there).removesuffix("/") if name in urls else value
            for name, value in self._settings.items()
        }
        return open_backend(self.face, settings, surroundings)

    def another_with(self, **settings: object) -> Backend:
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

    def fresh(self, minor: int, customer: str = "") -> Fresh:
        """A new card with money on it, sold (to somebody) as a till sells one where it can."""
        rule = self.backend.capabilities.rule(Verb.ISSUE)
        if rule is None or rule.one_call:
            return self.printed(minor)
        made = self.send(self.request(Verb.ISSUE, phase=Phase.PREPARE, customer=customer))
        assert isinstance(made, HostPrepared), made
        assert made.issued is not None
        card = CardSecret(made.issued.pan, made.issued.expiry, made.issued.cvc)
        self.secrets.append(card.pan.reveal())
        new = Fresh(made.account_id, card, made.issued.pin)
        if minor:
            loaded = self.send(self.request(Verb.ISSUE, new, nok(minor)))
            assert isinstance(loaded, HostApproved), loaded
        return new

    def blank(self) -> Fresh:
        """A card that waits for its activation."""
        if Verb.MAKE_BLANKS not in self.backend.capabilities.verbs:
            return self.printed(0, active=False)
        made = self.send(self.request(Verb.MAKE_BLANKS, count=1))
        assert isinstance(made, HostApproved), made
        assert isinstance(made.issued, IssuedBatch)
        (blank,) = made.issued.cards
        self.secrets.append(blank.code)
        return Fresh(blank.label, CardSecret(blank.pan))

    def printed(self, minor: int, *, active: bool = True) -> Fresh:
        """A card that came from the printer, entered at the host."""
        face = self.host.further[self.face]
        assert isinstance(face, Gr4vyFace)
        number, pin = f"701337{next(self._numbers):013d}", "48213"
        face.enter(NewCard(number, pin, minor, active=active))
        self.secrets.append(number)
        return Fresh("", CardSecret(Pan(number)), pin)

    def kept(self, customer: str, minor: int) -> Fresh:
        """A card that a customer keeps at the backend, or that was sold to one where nothing is kept later."""
        if Verb.SAVE not in self.backend.capabilities.verbs:
            return self.fresh(minor, customer)
        new = self.fresh(minor)
        saved = self.send(self.request(Verb.SAVE, new, account_id="", customer=customer))
        assert isinstance(saved, HostApproved), saved
        return new._replace(account_id=saved.account_id)

    def customer(self) -> str:
        """Somebody nobody has met."""
        return f"customer-{uuid.uuid4().hex}"

    def expresses(self, name: str) -> None:
        """Skips a test of a kind of card that this vendor does not have."""
        there = any(card["name"] == name for card in self.host.contract["cards"])
        if not there or (name == "pin" and self.face in CODE_IS_PIN):
            pytest.skip(f"{self.face} has no such card")

    def has(self, verb: Verb) -> None:
        """Skips a test of what this vendor can't do."""
        if verb not in self.backend.capabilities.verbs:
            pytest.skip(f"{self.face} has no {verb.value}")

    def balance_of(self, new: Fresh) -> int:
        """What can be spent, as the host has it."""
        if self.face == "dintero":
            read = self.send(self.request(Verb.READ, new))
            assert isinstance(read, HostListed), read
            assert read.cards[0].balance is not None
            return read.cards[0].balance.minor
        return self.host.balance_of(new.card.pan.reveal())

    def listed(self, customer: str) -> tuple[StoredCard, ...]:
        """A customer's cards."""
        reply = self.send(self.request(Verb.LIST_CARDS, customer=customer))
        assert isinstance(reply, HostListed), reply
        return reply.cards

    def codes_of(self, card_id: str) -> int:
        """How many codes a card has: the vendor tells of all, the till's view of one does not."""
        wallet = Wallet(self.host, Clock())
        tokens: list[object] = wallet.read({"card_id": card_id})["tokens"]
        wallet.close()
        return len(tokens)

    def everything(self) -> list[StoredCard]:
        """All cards of the account, page by page."""
        found: list[StoredCard] = []
        more = ""
        for _ in range(100):
            page = self.send(self.request(Verb.LIST_ALL, more=more))
            assert isinstance(page, HostListed), page
            found += page.cards
            more = page.more
            if not more:
                return found
        raise AssertionError("the list has no end")

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
            "phase": Phase.PREPARE if verb in READS else Phase.MONEY,
            "verb": verb,
            "amount": amount or nok(0),
            "stan": Stan.from_count(next(self._stans)),
            "order_ref": OrderRef(str(uuid.uuid4())),
            "transaction_ref": TransactionRef(str(uuid.uuid4())),
            "terminal_id": TerminalId("0042"),
            "local_time": datetime.now(UTC),
            # as the till does: card data travel where the table asks for them, and nowhere else
            "card": new.card if new and rule.needs_card else None,
            "account_id": new.account_id if new else "",
            "pin_block": self.pin_block(new.card, new.pin) if new and new.pin and rule.needs_pin else None,
            "original": original,
            "want_balance": False,
        }
        return HostRequest(**(values | changes))

    def send(self, request: HostRequest, seconds: float = SECONDS) -> HostReply:
        reply = self.backend.send(request, seconds)
        self.secrets += _told(reply)
        return reply

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

    def settle(self) -> None:
        """Waits until no spoilt request is under way any more."""
        for _ in range(1_000):
            if not self.host.faults.under_way:
                return
            time.sleep(0.02)
        raise AssertionError("a spoilt request has no end")

    def at(self, verb: Verb) -> dict[str, str]:
        """Where a verb's call goes, for a fault."""
        method, _, endpoint = ENDPOINTS[self.face][verb].partition(" ")
        return {"method": method, "endpoint": endpoint}

    def booked(self, request: HostRequest) -> list[Entry]:
        """What stands in the host's books under this request's reference."""
        entries = self.host.store.entries(0, 10_000)
        own = "order_ref" if self.face in WITHOUT_LABELS else "transaction_ref"
        return [entry for entry in entries if getattr(entry, own) == request.transaction_ref]


def _told(reply: HostReply) -> list[str]:
    """What an answer told once. PINs are left out: four digits stand in every log by chance."""
    issued = reply.issued if isinstance(reply, HostApproved | HostPrepared) else None
    match issued:
        case IssuedBatch():
            return [card.code for card in issued.cards]
        case IssuedSecret():
            return [issued.pan.reveal()]
        case IssuedToken():
            return [issued.code, issued.url]
        case _:
            return []
