"""A host that dies between any two commits: the same key goes on where it stopped, and no money moves twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.issuer.books import Answer, Books, Step, Store
from app.issuer.faces.gr4vy.cards import NewCard
from app.issuer.faces.gr4vy.counter import Counter
from app.issuer.ground import Ground
from app.issuer.sql_store import SqlStore
from app.issuer.store import MemoryStore

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
NUMBERS = ("7013370000000000018", "7013370000000000026")
PIN = "48213"


class Died(Exception):
    """The host is gone; what was not committed is lost."""


class Mortal:
    """A store whose host dies before a step of one's choice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.steps_left = -1

    def run(self, work: Callable[[Books], Step[Answer]]) -> Answer:
        if self.steps_left == 0:
            raise Died
        self.steps_left -= 1
        return self._store.run(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with closing(MemoryStore() if request.param == "memory" else SqlStore("sqlite://")) as opened:
        yield opened


def counter_on(store: Any, now: datetime = NOW) -> Counter:
    with ThreadPoolExecutor(1) as books:  # nobody asks it here: the counter is called as its thread would
        ground = Ground(store, books, b"card key", lambda: now, lambda count: "7" * count, 1, timedelta(0), None)
        return Counter(ground, lambda *_: None)


def order(*amounts: int, currency: str = "NOK") -> bytes:
    cards = [{"number": number, "pin": PIN, "amount": amount} for number, amount in zip(NUMBERS, amounts, strict=False)]
    sale = {"amount": sum(amounts), "currency": currency, "intent": "capture", "gift_cards": cards}
    return json.dumps(sale).encode()


def worked(store: Store, work: Callable[[Counter], Any]) -> tuple[int, Any]:
    """Lets the host die before step 0, 1, 2 ... of the work, again and again, until it comes through."""
    mortal = Mortal(store)
    for step in range(200):
        mortal.steps_left = step
        try:
            return step, work(counter_on(mortal))
        except Died:
            continue
    raise AssertionError("it never came through")


def entered(store: Store, *openings: int) -> Counter:
    counter = counter_on(store)
    for number, opening in zip(NUMBERS, openings, strict=False):
        counter.cards_in_books.enter(NewCard(number, PIN, opening), "default")
    return counter


def spendable(counter: Counter) -> list[int]:
    return [counter.cards_in_books.spendable(number) for number in NUMBERS]


@pytest.mark.parametrize(
    ("openings", "outcome", "left"),
    [((1000, 1000), "succeeded", [400, 700]), ((1000, 10), "failed", [1000, 10]), ((10, 1000), "failed", [10, 1000])],
)
def test_a_sale(store: Store, openings: tuple[int, int], outcome: str, left: list[int]) -> None:
    counter = entered(store, *openings)
    steps, answer = worked(store, lambda host: host.pay("default", order(600, 300), "key"))
    assert steps > 5
    assert answer["intent_outcome"] == outcome
    assert counter.pay("default", order(600, 300), "key") == answer
    assert spendable(counter) == left
    assert store.check().faults == ()


def test_giving_back(store: Store) -> None:
    counter = entered(store, 1000, 1000)
    paid = counter.pay("default", order(600, 300), "pay")
    target = paid["gift_card_redemptions"][0]["id"]
    body = json.dumps({"target_type": "gift-card-redemption", "target_id": target, "amount": 200}).encode()
    worked(store, lambda host: host.refund("default", paid["id"], body, "back"))
    assert spendable(counter) == [600, 700]
    worked(store, lambda host: host.refund_all("default", paid["id"], b"{}", "all"))
    assert spendable(counter) == [1000, 1000]
    assert len(counter.refunds("default", paid["id"])["items"]) == 3
    assert store.check().faults == ()


def test_an_activation(store: Store) -> None:
    counter = counter_on(store)
    counter.cards_in_books.enter(NewCard(NUMBERS[0], PIN, active=False), "default")
    body = json.dumps({"number": NUMBERS[0], "pin": PIN, "amount": 500, "currency": "NOK", "store": True}).encode()
    worked(store, lambda host: host.activate("default", body, "key"))
    assert counter.cards_in_books.spendable(NUMBERS[0]) == 500
    assert len(counter.cards("default", {})["items"]) == 1
    assert store.check().faults == ()


def test_an_issuance(store: Store) -> None:
    body = json.dumps({"theme": "t", "amount": 500, "currency": "NOK", "external_identifier": "S-1"}).encode()
    worked(store, lambda host: host.issue("default", body, "key"))
    (entry,) = store.entries(0, 10)
    assert (entry.amount, entry.order_ref) == (500, "S-1")
    assert store.check().faults == ()


def test_a_key_lives_for_a_day(store: Store) -> None:
    counter = entered(store, 1000, 1000)
    first = counter.pay("default", order(100), "key")
    assert counter_on(store, NOW + timedelta(hours=23)).pay("default", order(100), "key") == first
    assert counter_on(store, NOW + timedelta(hours=24)).pay("default", order(100), "key") != first
    assert spendable(counter) == [800, 1000]
