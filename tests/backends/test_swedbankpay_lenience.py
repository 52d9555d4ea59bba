"""Whatever JSON a host answers with, the verdict is a reply and never an exception, and never a wrong approval."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backends.client import Answer
from app.backends.fields import Fields
from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_verdict import verdict
from app.domain.host import HostApproved, HostDeclined, HostPrepared, HostRefused, HostSilent, Phase
from app.domain.ids import OrderRef, TransactionRef
from app.domain.verb import Verb
from tests.backends.making import ORDER, REF, SECONDS, nok, request
from tests.backends.peer import ACCOUNT, Peer, balance, reply

NAMES = (
    "state",
    "paymentId",
    "paymentOrderRef",
    "paymentTransactionRef",
    "amount",
    "currency",
    "allowedProductIds",
    "problems",
    "message",
    "_links",
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
GOOD = {
    "state": "OK",
    "paymentId": "1",
    "paymentOrderRef": ORDER,
    "paymentTransactionRef": REF,
    "amount": 12345,
    "currency": "NOK",
}


def judged(body: bytes, status: int = 200) -> object:
    return verdict(Answer(status, "application/json", body), request(), ACCOUNT, "paymentId")


# the first draw of a text builds tables of all of Unicode, which takes its time on a busy machine
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING), st.sampled_from((200, 201, 400, 403, 404, 409)))
def test_any_answer_is_judged(changes: dict[str, Any], status: int) -> None:
    reply_ = judged(json.dumps(GOOD | changes).encode(), status)
    assert isinstance(reply_, HostApproved | HostDeclined | HostRefused | HostSilent)
    if isinstance(reply_, HostApproved):
        assert status < 400
        assert reply_.amount == nok(12345)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_judged(body: bytes) -> None:
    assert isinstance(judged(body), HostSilent)


@pytest.mark.parametrize(
    "value", ["9" * 5000, "1" + "0" * 30, "1e400", "-1e-400", "0.1", "-0", '"\\ud800"', "[" * 900 + "]" * 900]
)
@pytest.mark.parametrize("name", NAMES)
def test_numbers_and_nesting_beyond_reason_are_judged(name: str, value: str) -> None:
    others = {key: text for key, text in GOOD.items() if key != name}
    body = json.dumps(others)[:-1] + f', "{name}": {value}}}'
    assert isinstance(judged(body.encode()), HostApproved | HostSilent)


@pytest.mark.parametrize(
    ("expiry", "read"),
    [
        ("2029-12-31", "12/29"),
        ("12/29", "12/29"),
        ("2029-13-01", ""),
        ("²-1-1", ""),
        (1229, "12/29"),
        (None, ""),
        ("", ""),
    ],
)
def test_an_expiry_is_read_as_written_or_not_at_all(expiry: object, read: str) -> None:
    fields = Fields.read(json.dumps({"expiryDate": expiry}).encode())
    assert fields is not None
    found = fields.expiry("expiryDate")
    assert (found.mm_yy if found else "") == read


def test_ids_need_not_be_uuids(peer: Peer, backend: SwedbankPay) -> None:
    sent = request(order_ref=OrderRef("order 7"), transaction_ref=TransactionRef("7/2"))
    assert isinstance(backend.send(sent, SECONDS), HostApproved)


def test_a_new_cards_number_need_not_pass_luhn_and_keeps_every_digit(peer: Peer, backend: SwedbankPay) -> None:
    summary = {"accountKey": 7013360000000001001, "cvc": "007", "expiryDate": "2029-11-30", "balance": 0}
    peer.then(reply({"accountSummaryGiftCard": summary}), reply(balance(minor=0)))
    made = backend.send(request(Verb.ISSUE, phase=Phase.PREPARE, card=None, account_id=""), SECONDS)
    assert isinstance(made, HostPrepared)
    assert made.issued is not None
    assert made.issued.pan.reveal() == "7013360000000001001"
