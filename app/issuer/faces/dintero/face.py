"""The face as the host opens it: its account, its clients, its demo cards."""

import random
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.routing import BaseRoute

from app.issuer.books import Step, Store
from app.issuer.card_numbers import last_day
from app.issuer.faces.dintero.cards import Cards, fixed
from app.issuer.faces.dintero.gate import ADMIN, PAY, Caller, Client, Gate, Refused
from app.issuer.faces.dintero.hooks import Hooks
from app.issuer.faces.dintero.money import Wallets
from app.issuer.faces.dintero.routes import ROOT, Paths
from app.issuer.faces.dintero.shelf import DEFAULT_PREFIX, Held, Secret, Shelf
from app.issuer.faces.dintero.wire import Batch, Blank, NewCard
from app.issuer.ground import Ground

_CURRENCY = "NOK"
_PREFIX = "709913"
_GOOD_UNTIL = last_day(2031, 12)
_LONG_AGO = last_day(2024, 1)
_HOUSE = Caller("", "issuer", frozenset({ADMIN}))


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card of the training day, with what is printed on it."""

    name: str
    number: str = field(repr=False)
    balance: int
    pin: str = field(default="", repr=False)
    expired: bool = False
    blocked: bool = False
    active: bool = True

    @property
    def card_id(self) -> str:
        """Its maker's name for it."""
        return f"demo-{self.name}-{self.number[-4:]}"

    @property
    def code(self) -> str:
        """What is printed as a barcode: the vendor's prefix and the number."""
        return f"{DEFAULT_PREFIX}{self.number}"

    @property
    def ends(self) -> datetime:
        """When it ends."""
        day = _LONG_AGO if self.expired else _GOOD_UNTIL
        return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def demo_cards(seed: int) -> tuple[DemoCard, ...]:
    """The cards of a seed; none is limited to products.

    Each has two codes, as the vendor allows: 18 digits, so that a stripe can carry them, and the same behind the
    vendor's prefix, to be scanned.
    """

    def number(name: str) -> str:
        draw = random.Random(f"dintero/{seed}/{name}")  # noqa: S311 - made to be the same every time
        return f"{_PREFIX}{draw.randrange(10**12):012d}"

    draw = random.Random(f"dintero/{seed}/pin-code")  # noqa: S311 - as above
    return (
        DemoCard("ordinary", number("ordinary"), 10_000),
        DemoCard("pin", number("pin"), 50_000, pin=f"{draw.randrange(10_000):04d}"),
        DemoCard("low", number("low"), 500),
        DemoCard("zero", number("zero"), 0),
        DemoCard("expired", number("expired"), 10_000, expired=True),
        DemoCard("blocked", number("blocked"), 10_000, blocked=True),
        DemoCard("inactive", number("inactive"), 0, active=False),
    )


def _settings(store: Store) -> dict[str, str]:
    """The face's own keys, made once and kept with the books."""
    drawn = {
        "account_id": f"T{secrets.randbelow(10**8):08d}",
        "client_id": "stanchion-training-manager",
        "client_secret": secrets.token_urlsafe(24),
        "pay_client_id": "stanchion-training-payer",
        "pay_client_secret": secrets.token_urlsafe(24),
    }
    store.keep_settings({f"dintero_{name}": value for name, value in drawn.items()})
    kept = store.settings()
    return {name: kept[f"dintero_{name}"] for name in drawn}


class DinteroFace:
    """The wallets of one account."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._settings = _settings(ground.store)
        names = self._settings
        managing = Client(names["client_id"], names["client_secret"], frozenset({ADMIN}))
        paying = Client(names["pay_client_id"], names["pay_client_secret"], frozenset({PAY}))
        self.gate = Gate(names["account_id"], (managing, paying), ground.token_life)
        self._shelf = Shelf(names["account_id"], ground.card_key)
        self.hooks = Hooks(names["account_id"])
        self._wallets = Wallets(ground.store, self._shelf, self._now, self.hooks)
        self._cards = Cards(ground.store, self._shelf, self._wallets, self._now, self.hooks)
        self._demo = demo_cards(ground.seed)
        for card in self._demo:
            self._enter(card)

    def _now(self) -> datetime:
        now = self._ground.clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def routes(self) -> list[BaseRoute]:
        """Every path under ``/v1``."""
        return Paths(self.gate, self._cards, self._wallets, self.hooks, self._now, self._ground.books).routes()

    def contract(self, url: str) -> dict[str, str]:
        """What a till needs to know."""
        token_url = f"{url}{ROOT}/accounts/{self._settings['account_id']}/auth/token"
        return {"base_url": f"{url}{ROOT}", "token_url": token_url, **self._settings}

    def cards(self) -> list[dict[str, Any]]:
        """The demo cards and what they can spend now."""
        return [self._listed(card) for card in self._demo]

    def _listed(self, card: DemoCard) -> dict[str, Any]:
        found = self._find(card)
        return {
            "face": "dintero",
            "name": card.name,
            "number": card.number,
            "cvc": "",
            "expiry": f"{card.ends:%m/%y}",
            "track2": f"{card.number}={card.ends:%y%m}125",
            "pin": card.pin,
            "balance": found.spendable if found is not None else 0,
            "currency": _CURRENCY,
            "code": card.code,
            "products": [],
        }

    def _find(self, card: DemoCard) -> Held | None:
        try:
            return self._ground.store.run(lambda books: Step(self._shelf.by_id(books, card.card_id)))
        except Refused:
            return None

    def _enter(self, card: DemoCard) -> None:
        """Makes a demo card the books do not hold yet, and gives it the code that an older host did not."""
        with suppress(Refused):  # one that was deleted stays so: its id is used
            if self._find(card) is None:
                self._make(card)
            self._cards.also(card.card_id, fixed(card.code, DEFAULT_PREFIX))

    def _make(self, card: DemoCard) -> None:
        if not card.active:
            self._cards.batch(_HOUSE, Batch((Blank(card.card_id),)), (fixed(card.number),))
            return
        wish = NewCard(card_id=card.card_id, amount=card.balance, currency="NOK", expires_at=card.ends)
        pin: Secret | None = fixed(card.pin) if card.pin else None
        self._cards.create(_HOUSE, wish, fixed(card.number), pin)
        if card.blocked:
            self._cards.block(card.card_id)
