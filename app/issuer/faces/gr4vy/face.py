"""The face as the host opens it: its key, its paths and its demo cards."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.routing import BaseRoute

from app.crypto.jwt import SigningKey
from app.issuer.card_numbers import luhn_digit
from app.issuer.faces.gr4vy.access import ACCOUNTS, Access
from app.issuer.faces.gr4vy.cards import CURRENCY, FACE, NewCard
from app.issuer.faces.gr4vy.counter import NUMBER_PREFIX, Counter
from app.issuer.faces.gr4vy.hooks import Hooks
from app.issuer.faces.gr4vy.routes import BASE_PATH, Routes
from app.issuer.faces.gr4vy.window import Window
from app.issuer.ground import Ground

_KEY = f"{FACE}_private_key"
_LONG_AGO = date(2024, 1, 31)
_SERVICE_CODE = "125"
BLANKS = 5
"""A handful: enough to see what a range is."""


class Gr4vyFace:
    """Serves the API for one host."""

    def __init__(self, ground: Ground) -> None:
        ground.store.keep_settings({_KEY: SigningKey.generate().pem()})
        self._pem = ground.store.settings()[_KEY]
        self.hooks = Hooks(ground.clock)
        self._counter = Counter(ground, self.hooks.say)
        key = SigningKey.from_pem(self._pem)
        access = Access(key.public, ground.clock, ground.max_skew)
        self._routes = Routes(self._counter, access, ground.books, self.hooks.flush)
        self._demo = _demo_cards(ground.seed)
        for card in (*self._demo.values(), *printed_row()):
            self.enter(card)

    def enter(self, card: NewCard) -> None:
        """Enters a card the books do not hold yet; for demo cards and tests."""
        self._counter.cards_in_books.enter(card, ACCOUNTS[0])

    def routes(self) -> list[BaseRoute]:
        """Every path of the face."""
        return self._routes.routes()

    def admin(self) -> list[BaseRoute]:
        """Who is told what: the vendor makes subscriptions in its dashboard."""
        return Window(self.hooks).routes()

    def contract(self, url: str) -> dict[str, str]:
        """What a till needs to know to call it. The key is the merchant's own, made here for the training day."""
        return {
            "base_url": f"{url}{BASE_PATH}",
            "private_key_pem": self._pem,
            "merchant_account_id": ACCOUNTS[0],
        }

    def cards(self) -> list[dict[str, Any]]:
        """The demo cards. All have a PIN; this vendor knows no card that is limited to products."""
        return [
            {
                "face": FACE,
                "name": name,
                "number": card.number,
                "cvc": "",
                "expiry": f"{card.expiry:%m/%y}",
                "track2": f"{card.number}={card.expiry:%y%m}{_SERVICE_CODE}000",
                "pin": card.pin,
                "balance": self._counter.cards_in_books.spendable(card.number),
                "currency": CURRENCY,
                "code": "",
                "products": [],
            }
            for name, card in self._demo.items()
        ]


def _demo_cards(seed: int) -> dict[str, NewCard]:
    plain = {name: _card(seed, name) for name in ("ordinary", "pin", "low", "zero", "expired", "blocked", "inactive")}
    return plain | {
        "ordinary": replace(plain["ordinary"], opening=10_000),
        "pin": replace(plain["pin"], opening=50_000),
        "low": replace(plain["low"], opening=500),
        "expired": replace(plain["expired"], opening=10_000, expiry=_LONG_AGO),
        "blocked": replace(plain["blocked"], opening=10_000, blocked=True),
        "inactive": replace(plain["inactive"], active=False),
    }


def printed_row() -> tuple[NewCard, ...]:
    """Cards from the press that wait to be sold: 701337900000000001 and so on, each with its check digit behind.

    The same at every host, and in no list: the contract names its demo cards exactly, so these are known by their rule.
    """
    bodies = [f"{NUMBER_PREFIX}9{place:011d}" for place in range(1, BLANKS + 1)]
    return tuple(NewCard(body + luhn_digit(body), f"9000{place}", active=False) for place, body in enumerate(bodies, 1))


def _card(seed: int, name: str) -> NewCard:
    """A card of a stream of its own, so that another card would leave the others as they are."""
    draw = random.Random(f"{FACE}/{seed}/{name}")  # noqa: S311 - made to be the same every time
    body = NUMBER_PREFIX + f"{draw.randrange(10**12):012d}"
    # A PIN that begins with 0 to 3 would be one of the vendor's simulator.
    return NewCard(body + luhn_digit(body), f"{draw.randrange(40_000, 100_000)}")
