"""Every fault on every verb, then the till's repeat: whatever the line did, the money moved exactly once."""

import uuid

import httpx
import pytest

from tests.issuer.client import Json, Till

FAULTS: dict[str, Json] = {
    "lose_request": {"kind": "lose_request"},
    "lose_answer": {"kind": "lose_answer"},
    "late": {"kind": "delay", "seconds": 0.01},
    "served twice": {"kind": "repeat", "answer": "second"},
    "garble": {"kind": "garble"},
    "truncate": {"kind": "truncate", "bytes": 20},
    "500 before": {"kind": "status", "status": 500},
    "500 after": {"kind": "status", "status": 500, "when": "after"},
    "401 before": {"kind": "status", "status": 401},
    "401 after": {"kind": "status", "status": 401, "when": "after"},
    "drip": {"kind": "drip"},
}
# What each verb leaves of a card of 10,000 on which 4,000 are reserved and 1,000 were spent before.
VERBS = {
    "purchase": 4_900,
    "authorize": 4_900,
    "deposit": 5_100,
    "credit": 5_100,
    "capture": 5_000,
    "cancel": 9_000,
    "reversal": 5_100,
}


def attempt(till: Till, verb: str, card: Json, account: str, payments: dict[str, str], order: Json) -> httpx.Response:
    if verb in payments:
        return till.post(f"/payment-account/{account}/payment/{payments[verb]}/{verb}", order)
    return till.pay(verb, card, order, account)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS)
def test_money_moves_once(till: Till, verb: str, fault: str) -> None:
    card = till.new_card(10_000)
    account = till.account(card)
    held = till.pay("authorize", card, till.order(card, 4_000), account).json()["paymentId"]
    spent = till.pay("purchase", card, till.order(card, 1_000), account).json()["paymentId"]
    payments = {"capture": held, "cancel": held, "reversal": spent}
    order = till.order(card, 100, paymentTransactionRef=str(uuid.uuid4()))
    line = {"endpoint": f"*/{verb}", "next": 1, **FAULTS[fault]}
    assert till.http.post(till.contract["admin_url"] + "/faults", json={"faults": [line]}).status_code == 200
    states: list[str] = []
    for _ in range(3):  # one spoiled, one that finds out, and one that changes nothing any more
        try:
            answer = attempt(till, verb, card, account, payments, {**order, "repeat": bool(states)})
            states.append(answer.json()["state"])
        except (httpx.TransportError, ValueError, KeyError):
            states.append("silence")
    assert states[2] == "DUPLICATE"
    assert states.count("OK") <= 1
    assert till.balance(card) == VERBS[verb]
    rows = till.http.get(till.contract["admin_url"] + "/transactions").json()["transactions"]
    assert [row["stan"] for row in rows].count(order["stan"]) == 1
