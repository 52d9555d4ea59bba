"""Hypothesis strategies: every record there is, and every legal life of a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from app.domain import records as r
from app.domain.ids import STAN_CYCLE, Stan
from app.domain.money import MAX_MINOR, Currency, Money
from app.domain.records import Record
from app.domain.transaction import TABLE, State, Transaction, apply
from app.domain.verb import Verb
from tests.storage.world import NOK, START, Till

MONEY = st.builds(Money, st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(Currency))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=ZONES | st.just(UTC))  # noqa: DTZ001 - the bounds of aware ones

st.register_type_strategy(Money, MONEY)
st.register_type_strategy(Stan, st.integers(1, STAN_CYCLE).map(Stan.from_count))
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))

BODIES: st.SearchStrategy[Any] = st.sampled_from(get_args(r.Body)).flatmap(st.from_type)
"""Any record, any values."""
AMOUNTS = st.integers(1, 10**7).map(lambda minor: Money(minor, NOK))


@st.composite
def pushes(draw: st.DrawFn, state: State) -> r.TransactionBody:
    """A record that the table accepts in a state."""
    kinds = sorted((kind for start, kind in TABLE if start is state), key=lambda kind: kind.__name__)
    kind = draw(st.sampled_from(kinds))
    if kind in (r.Approved, r.Refunded):
        return _with(draw(st.from_type(kind)), draw(AMOUNTS))
    body: r.TransactionBody = draw(st.from_type(kind))
    return body


def _with(body: r.TransactionBody, amount: Money) -> r.TransactionBody:
    """The record with money of the till's own currency: others are for the codec's tests."""
    match body:
        case r.Approved() | r.Refunded():
            return replace(body, amount=amount)
        case _:
            return body


def walk(data: st.DataObject, till: Till, steps: int) -> Transaction:
    """One legal life, some records to a commit, as long as the table and ``steps`` allow."""
    verb = data.draw(st.sampled_from(Verb))
    identity = till.opened(data.draw(st.integers(1, 10**5)), verb)
    told = till.kept[identity]
    for _ in range(steps):
        if not any(start is told.state for start, _ in TABLE):
            break
        bodies = [data.draw(pushes(told.state))]
        after = apply(told, Record(START, identity, bodies[0]))
        if any(start is after.state for start, _ in TABLE) and data.draw(st.booleans()):
            bodies.append(data.draw(pushes(after.state)))
        told = till.push(identity, *bodies)
    return told
