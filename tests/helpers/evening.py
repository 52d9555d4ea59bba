"""The end of any day: all faults stop, everything due is tried, and then till, host and drawer must agree.

* Every difference between till and host stands at the repair desk, or a person closed it;
* nothing is open but what a person must decide or asked for (a reservation that stands);
* what lies in the drawer is what the sales say.
"""

from __future__ import annotations

from app.domain import messages as m
from app.domain.flow import NewCardFlow, SignInFlow
from app.domain.host import LineHealth
from app.domain.transaction import FINAL, State, Transaction
from app.domain.verb import UNDOES
from tests.helpers.counter import MANAGER, Counter
from tests.helpers.holds import drawer_problem

BOOKED = frozenset({State.APPROVED, State.REVERSING, State.REVERSED})


def evening(counter: Counter) -> None:
    """Calms down, and balances."""
    calm_down(counter)
    nothing_is_stuck(counter)
    books_balance(counter)
    drawer_agrees(counter)


def calm_down(counter: Counter) -> None:
    counter.host.moods.clear()
    for face in counter.setup.capabilities:
        counter.say(m.HealthChanged(face, LineHealth(True, 40)))
    counter.deliver()
    if not counter.till.line_up:
        counter.join()
    counter.restart(None)
    counter.sign_in(MANAGER)
    # ten rounds settle everything a host can settle; each new card that was not handed over takes one more
    for _ in range(10 + sum(row.secret_open for row in counter.book)):
        written, flow = len(counter.archive.records), counter.flow
        counter.retry()
        counter.say(m.HandOver() if isinstance(counter.flow, NewCardFlow) else m.Back())
        if (len(counter.archive.records), counter.flow) == (written, flow):
            break  # a round that changed nothing is followed by none that does
    assert not isinstance(counter.flow, SignInFlow)


def nothing_is_stuck(counter: Counter) -> None:
    for row in counter.book:
        waits_for_another = (row.state is State.REVERSING or row.is_reservation) and any(
            other.original == row.id and other.at_desk for other in counter.book
        )
        stands = row.is_reservation and row.particulars.standing
        assert row.at_desk or waits_for_another or stands, f"stuck: {row}"
    assert not any(lane.flying for lane in counter.lanes.values())


def books_balance(counter: Counter) -> None:
    rows = counter.archive.rows.values()
    for row in rows:
        booking = counter.host.bookings.get(row.transaction_ref)
        at_host = booking.amount if booking else 0
        at_till = row.amount.minor if is_booked(row) else 0
        person = row.at_desk or row.state is State.CLOSED
        assert at_host == at_till or person, f"{at_host} at the host, {at_till} at the till: {row}"
    known = {row.transaction_ref for row in rows}
    assert set(counter.host.bookings) <= known, "the host knows of something the till does not"
    assert counter.host.total() - counter.host.moved() == counter.opened_with, "money came from nowhere, or went there"
    assert not any(account.balance < 0 for account in counter.host.accounts.values()), "a card below zero"


def is_booked(row: Transaction) -> bool:
    return row.state in BOOKED or (row.state in (State.ATTENTION, State.CLOSED) and row.was_booked)


def drawer_agrees(counter: Counter) -> None:
    for sale in counter.archive.sales.values():
        every = counter.archive.legs_of(sale.id)
        legs = [leg for leg in every if leg.verb not in UNDOES]
        desk = any(leg.state not in FINAL or leg.state is State.CLOSED for leg in every)
        if sale.closed and not desk:
            problem = drawer_problem(sale, legs)
            assert not problem, f"{problem}: {sale} {legs}"
