"""Whatever is asked of whichever backend: both books say the same of it, and one cent of difference is seen.

The till's side is what its client was told, the issuer's what stands in its own books: real calls, real HTTP.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.host import HostApproved, HostRequest
from app.domain.ids import BusinessDay, OperatorId, TransactionId
from app.domain.transaction import State, Transaction
from app.tour.reconciliation import Side, issuer_sides, reconcile, till_sides
from tests.contract.bench import Bench
from tests.contract.errands import ERRANDS
from tests.contract.table import FACES

ALL = [(face, name) for face in FACES for name in ERRANDS[face]]
ORIGINAL = TransactionId("0" * 32)


@pytest.fixture(scope="module", params=FACES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with Bench(request.param) as opened:
        yield opened


def books(bench: Bench) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{bench.host.contract['admin_url']}/transactions") as answer:
        told: list[dict[str, Any]] = json.load(answer)["transactions"]
    return told


def journal(request: HostRequest, reply: HostApproved) -> list[Transaction]:
    """What a till would have written down of it."""
    done = Transaction(
        id=request.transaction_id,
        verb=request.verb,
        state=State.APPROVED,
        asked=request.amount,
        amount=reply.amount,
        stan=request.stan,
        business_day=BusinessDay("2026-03-01"),
        opened_at=request.local_time,
        local_time=request.local_time,
        order_ref=request.order_ref,
        transaction_ref=request.transaction_ref,
        terminal_id=request.terminal_id,
        operator=OperatorId("1"),
        sale_id=None,
        face=request.face,
        original=ORIGINAL if request.original is not None else None,
    )
    if request.original is None:
        return [done]
    before = replace(
        done,
        id=ORIGINAL,
        verb=request.original.verb,
        stan=request.original.stan,
        transaction_ref=request.original.transaction_ref,
        captured=True,  # what is still reserved of it stands in the issuer's row alone, and is compared below
    )
    return [before, done]


def sides(bench: Bench, name: str) -> tuple[list[Side], list[Side]]:
    """Till and issuer of one errand and what it names; what made the cards ready is nobody's transaction."""
    opening = max(entry["number"] for entry in books(bench))
    errand = ERRANDS[bench.face][name][1](bench)
    reply = bench.send(errand.request)
    assert isinstance(reply, HostApproved)
    ours = till_sides(journal(errand.request, reply))
    mine = {side.transaction_ref for side in ours}
    theirs = issuer_sides(books(bench), opening)
    return ours, [side for side in theirs if side.transaction_ref in mine]


@pytest.mark.parametrize(("bench", "name"), ALL, indirect=["bench"])
def test_both_books_say_the_same_and_a_difference_is_seen(bench: Bench, name: str) -> None:
    ours, theirs = sides(bench, name)
    result = reconcile(ours, theirs)
    assert result.agree, result.rows
    assert len(result.rows) == len(ours)
    assert all(row.stan for row in result.rows)
    assert all(row.issuer_state for row in result.rows if row.till_amount)
    for place, side in enumerate(theirs):
        others = theirs[:place] + theirs[place + 1 :]
        assert not reconcile(ours, [*others, replace(side, amount=side.amount + 1)]).agree, "a cent"
        if side.amount:
            assert not reconcile(ours, others).agree, "one less"
            assert not reconcile(ours, [*theirs, side]).agree, "one twice"
            unknown = [one for one in ours if one.transaction_ref != side.transaction_ref]
            assert not reconcile(unknown, theirs).agree, "one that the till does not know"
