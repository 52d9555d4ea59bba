"""Faults over real connections: what the till sees, and what the books say afterwards."""

import json
from typing import Any

import httpx
import pytest

from app.issuer.faults import Fault as Line
from app.issuer.faults import FaultDesk, FaultPlan
from tests.issuer.client import Json, Till

PURCHASE = "*/payment/purchase"


def order_faults(till: Till, *faults: Json, seed: int = 1) -> None:
    answer = till.http.post(till.contract["admin_url"] + "/faults", json={"seed": seed, "faults": list(faults)})
    assert answer.status_code == 200, answer.text


class Counter:
    """A card, an order on it, and the account it belongs to."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.card = till.new_card(1_000)
        self.account = till.account(self.card)
        self.order = till.order(self.card, 100)

    def buy(self) -> httpx.Response:
        return self.till.pay("purchase", self.card, self.order, self.account)

    @property
    def balance(self) -> int:
        return self.till.balance(self.card)


@pytest.fixture
def counter(till: Till) -> Counter:
    return Counter(till)


def test_a_lost_request_was_never_booked(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "lose_request", "endpoint": PURCHASE, "next": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        counter.buy()
    assert counter.balance == 1_000
    assert counter.buy().json()["state"] == "OK"


def test_a_lost_answer_was_booked(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "lose_answer", "endpoint": PURCHASE, "next": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        counter.buy()
    assert counter.balance == 900
    assert counter.buy().json()["state"] == "DUPLICATE"
    assert counter.balance == 900


def test_a_lost_answer_may_hold_the_line_until_the_till_gives_up(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "lose_answer", "endpoint": PURCHASE, "next": 1, "seconds": 30})
    till.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        counter.buy()
    till.http.timeout = httpx.Timeout(20)
    assert counter.buy().json()["state"] == "DUPLICATE"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_changes_nothing_else(till: Till, counter: Counter, when: str) -> None:
    order_faults(till, {"kind": "delay", "endpoint": PURCHASE, "next": 1, "seconds": 0.05, "when": when})
    assert counter.buy().json()["state"] == "OK"
    assert counter.balance == 900


def test_an_answer_with_more_members_still_says_what_it_said(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "extend", "endpoint": PURCHASE, "next": 1})
    told = counter.buy().json()
    assert (told["state"], told["aNewMember"], told["a_new_object"]["amount"]) == ("OK", "a new word", 1)
    assert told["merchant"]["aNewMember"] == "a new word"
    assert counter.balance == 900


def test_an_answer_with_other_words_changes_the_members_that_are_named(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "reword", "endpoint": PURCHASE, "next": 1, "members": ["state", "merchantName"]})
    told = counter.buy().json()
    assert told["state"] == told["merchant"]["merchantName"] == "a word of next year"
    assert told["paymentTransactionRef"] == counter.order["paymentTransactionRef"]
    assert counter.buy().json()["state"] == "DUPLICATE"


@pytest.mark.parametrize(("answer", "status"), [("first", 200), ("second", 401)])
def test_a_request_served_twice_is_booked_once(till: Till, counter: Counter, answer: str, status: int) -> None:
    order_faults(till, {"kind": "repeat", "endpoint": PURCHASE, "next": 1, "answer": answer})
    # The copy carries the same nonce, so the gate refuses it before the books see it.
    assert counter.buy().status_code == status
    assert counter.balance == 900


def test_garbled_answers_keep_their_length_and_make_no_sense(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "garble", "endpoint": PURCHASE, "next": 1})
    answer = counter.buy()
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    with pytest.raises(ValueError):
        json.loads(answer.content)
    assert counter.balance == 900


@pytest.mark.parametrize("count", [0, 10, 1_000_000])
def test_truncated_answers_end_early(till: Till, counter: Counter, count: int) -> None:
    order_faults(till, {"kind": "truncate", "endpoint": PURCHASE, "next": 1, "bytes": count})
    with pytest.raises(httpx.RemoteProtocolError):
        counter.buy()
    assert counter.balance == 900


@pytest.mark.parametrize(("when", "balance"), [("before", 1_000), ("after", 900)])
@pytest.mark.parametrize("status", [401, 500, 503])
def test_error_statuses_before_or_after_booking(
    till: Till, counter: Counter, status: int, when: str, balance: int
) -> None:
    order_faults(till, {"kind": "status", "endpoint": PURCHASE, "next": 1, "status": status, "when": when})
    answer = counter.buy()
    assert answer.status_code == status
    assert "html" in answer.headers["content-type"]
    assert counter.balance == balance


def test_a_dripping_answer_arrives_whole(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "drip", "endpoint": PURCHASE, "next": 1, "seconds": 0.0001})
    assert counter.buy().json()["state"] == "OK"


def test_a_client_that_leaves_in_a_drip_is_no_trouble(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "drip", "endpoint": PURCHASE, "next": 1, "seconds": 60})
    url = httpx.URL(f"{till.face['base_url']}/payment-account/{counter.account}/payment/purchase")
    body = json.dumps(counter.order).encode()
    with till.http.stream("POST", url, content=body, headers=till.headers("POST", url.path, body)) as answer:
        assert answer.status_code == 200
    assert counter.balance == 900


def test_the_token_endpoint_can_fail_as_well(till: Till) -> None:
    order_faults(till, {"kind": "status", "endpoint": "*/oauth/token", "status": 500})
    with pytest.raises(AssertionError):
        till.token()
    till.http.delete(till.contract["admin_url"] + "/faults")
    assert till.token()


def test_the_plan_can_be_read_and_cleared(till: Till, counter: Counter) -> None:
    order_faults(till, {"kind": "delay", "endpoint": PURCHASE, "next": 1}, seed=9)
    counter.buy()
    url = till.contract["admin_url"] + "/faults"
    plan = till.http.get(url).json()
    assert (plan["seed"], plan["faults"][0]["fired"], plan["faults"][0]["seen"]) == (9, 1, 1)
    assert till.http.delete(url).json()["faults"] == []


@pytest.mark.parametrize(
    "plan",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"faults": [{"kind": "explode"}]}',
        b'{"faults": [{"kind": "delay", "seconds": 61}]}',
        b'{"faults": [{"kind": "delay", "sceonds": 1}]}',
        b'{"faults": [{"kind": "status", "status": 200}]}',
        b'{"faults": [{"kind": "delay", "probability": 2}]}',
    ],
)
def test_a_wrong_plan_is_refused_whole(till: Till, plan: bytes) -> None:
    answer = till.http.post(till.contract["admin_url"] + "/faults", content=plan)
    assert answer.status_code == 400
    assert answer.json()["message"]


def fired(plan: FaultPlan, count: int, path: str = "/x") -> list[int]:
    desk = FaultDesk()
    desk.install(plan)
    return [number for number in range(count) if desk.choose("POST", path) is not None]


def test_skip_and_next_count_matching_requests() -> None:
    plan = FaultPlan(faults=(Line("delay", endpoint="/x", skip=2, next=2),))
    assert fired(plan, 10) == [2, 3]
    assert fired(plan, 10, "/y") == []


def test_chance_comes_from_the_seed() -> None:
    def plan(seed: int) -> FaultPlan:
        return FaultPlan(seed=seed, faults=(Line("delay", probability=0.3),))

    assert fired(plan(1), 1_000) == fired(plan(1), 1_000)
    assert fired(plan(1), 1_000) != fired(plan(2), 1_000)
    assert 200 < len(fired(plan(1), 1_000)) < 400


def test_the_first_fault_that_fires_is_the_only_one() -> None:
    desk = FaultDesk()
    desk.install(FaultPlan(faults=(Line("delay", next=1), Line("garble", method="POST"), Line("drip"))))
    kinds: list[Any] = []
    for method in ("POST", "POST", "GET"):
        fault = desk.choose(method, "/x")
        assert fault is not None
        kinds.append(fault.kind)
    assert kinds == ["delay", "garble", "drip"]
