"""The table: what fits is applied, what does not changes nothing, and every state can be reached and explained."""

from __future__ import annotations

import typing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import records as r
from app.domain.card import CardRef, EntryMode
from app.domain.host import Cause, Decline
from app.domain.ids import BusinessDay, OperatorId, OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.transaction import FINAL, IN_DOUBT, TABLE, WAITING, Refused, State, Transaction, apply, fold
from app.domain.verb import Verb

NOK = Currency.NOK
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ME, OTHER = TransactionId("1" * 32), TransactionId("2" * 32)
WHO = OperatorId("kari")
CARD = CardRef("key", "1234", "Gift", "face", EntryMode.SWIPED)
HUNDRED = Money(100_00, NOK)

BODIES: tuple[r.TransactionBody, ...] = (
    r.Opened(
        Verb.REDEEM, HUNDRED, Stan("000001"), OrderRef("o"), TransactionRef("t"), TerminalId("T1"),
        BusinessDay("2026-03-02"), NOW, WHO,
    ),
    r.CardPresented(CARD), r.Ready(False), r.Cancelled("given-up"), r.RequestSent(),
    r.Approved("h", "a", HUNDRED, None), r.Declined(Decline.BLOCKED), r.NotSent(Cause.CONNECT),
    r.Silence(Cause.TIMEOUT), r.RepeatSent(), r.Stuck("blocked"), r.Stored(), r.ForwardSent(),
    r.HeldBack(Cause.CONNECT), r.Disputed(Decline.BLOCKED), r.Overdue(), r.Abandoned(), r.Voided(), r.Undone(OTHER),
    r.UndoFailed(OTHER, Decline.OTHER), r.Refunded(OTHER, Money(1, NOK)), r.Captured(OTHER), r.Kept(WHO),
    r.HandedOver(), r.Retried(WHO), r.Closed(r.Settlement.WRITTEN_OFF, WHO, "gone"),
)  # fmt: skip
BY_KIND = {type(body): body for body in BODIES}


def record(body: r.Body, after: int = 0) -> r.Record:
    return r.Record(NOW + timedelta(seconds=after), ME, body)


def shortest_lives() -> dict[State, tuple[r.Record, ...]]:
    """A shortest life to each state, found by walking the table."""
    lives: dict[State, tuple[r.Record, ...]] = {}
    edge: list[tuple[State | None, tuple[r.Record, ...]]] = [(None, ())]
    while edge:
        state, life = edge.pop(0)
        for (source, kind), target in TABLE.items():
            if source is state and target not in lives:
                lives[target] = (*life, record(BY_KIND[kind], len(life)))
                edge.append((target, lives[target]))
    return lives


LIVES = shortest_lives()


def test_every_kind_of_record_has_an_example_here() -> None:
    assert set(BY_KIND) == set(typing.get_args(r.TransactionBody))


def test_every_state_can_be_reached() -> None:
    assert set(LIVES) == set(State)


def test_every_kind_of_record_is_used_by_the_table() -> None:
    assert {kind for _, kind in TABLE} == set(BY_KIND)


@pytest.mark.parametrize("state", [None, *State], ids=str)
def test_a_pair_that_is_not_in_the_table_is_refused_and_changes_nothing(state: State | None) -> None:
    before = fold(LIVES[state]) if state else None
    as_it_was = repr(before)
    for kind, body in BY_KIND.items():
        if (state, kind) in TABLE:
            assert apply(before, record(body)).state is TABLE[state, kind]
        else:
            with pytest.raises(Refused) as refused:
                apply(before, record(body))
            assert (refused.value.state, refused.value.kind) == (state, kind.__name__)
            assert repr(before) == as_it_was


def test_a_record_of_the_till_itself_fits_no_transaction() -> None:
    for body in (r.SignedOut(WHO), r.LineSwitched(True), r.Printed(ME, 1)):
        with pytest.raises(Refused):
            apply(fold(LIVES[State.OPEN]), record(body))
    with pytest.raises(Refused):
        fold([])
    with pytest.raises(Refused):
        apply(None, r.Record(NOW, None, BODIES[0]))


def test_money_is_in_doubt_in_five_states_and_only_there() -> None:
    assert {state.value for state in IN_DOUBT} == {"SENT", "UNKNOWN", "FORWARDING", "REVERSING", "ATTENTION"}
    assert {state.value for state in WAITING} == {"STORED", "FORWARDING"}
    assert not FINAL & IN_DOUBT


def test_every_state_that_is_not_final_can_end() -> None:
    ends = set(FINAL)
    for _ in State:
        ends |= {source for (source, _), target in TABLE.items() if target in ends and source is not None}
    assert ends == set(State)


def test_nothing_leaves_declined_cancelled_reversed_and_closed() -> None:
    over = {State.DECLINED, State.CANCELLED, State.REVERSED, State.CLOSED}
    assert not [pair for pair in TABLE if pair[0] in over]


def test_no_silence_and_no_not_sent_ever_declines() -> None:
    """What nobody answered is never taken for a no."""
    for (_, kind), target in TABLE.items():
        if kind in (r.Silence, r.NotSent, r.HeldBack):
            assert target in (State.READY, State.UNKNOWN, State.STORED, State.FORWARDING)


@given(st.lists(st.sampled_from(BODIES[1:]), max_size=40))
def test_the_fold_is_the_sum_of_its_steps(bodies: list[r.TransactionBody]) -> None:
    life = [record(BODIES[0])]
    now: Transaction = apply(None, life[0])
    for count, body in enumerate(bodies, 1):
        try:
            now = apply(now, record(body, count))
        except Refused:
            continue
        life.append(record(body, count))
    assert fold(life) == now
    assert now.tries == sum(isinstance(told.body, r.RequestSent | r.RepeatSent | r.ForwardSent) for told in life)
    assert now.silent == sum(isinstance(told.body, r.Silence) for told in life)
    assert now.asked == HUNDRED
    assert now.stan == Stan("000001")
    if now.state in (State.DECLINED, State.CANCELLED, State.CLOSED, State.REVERSED):
        assert not now.is_open


def test_the_state_diagram_can_be_drawn_from_the_table() -> None:
    drawn = [f"{source or '[*]'} --> {target} : {kind.__name__}" for (source, kind), target in TABLE.items()]
    assert len(set(drawn)) == len(TABLE)
    assert "[*] --> OPEN : Opened" in drawn


def life(*bodies: r.TransactionBody, verb: Verb = Verb.REDEEM) -> Transaction:
    opened = BODIES[0]
    assert isinstance(opened, r.Opened)
    first = r.Opened(
        verb, opened.amount, opened.stan, opened.order_ref, opened.transaction_ref, opened.terminal_id,
        opened.business_day, opened.local_time, opened.operator,
    )  # fmt: skip
    told = (first, r.CardPresented(CARD), r.Ready(False), *bodies)
    return fold([record(body, count) for count, body in enumerate(told)])


def test_an_approval_after_a_restart_is_unconfirmed_unless_it_was_accepted_offline_or_is_an_undo() -> None:
    told = (r.RequestSent(), r.Silence(Cause.RESTART), r.Approved("h", "a", HUNDRED))
    assert life(*told).unconfirmed
    assert life(*told).at_desk
    assert not life(*told, verb=Verb.REVERSE).unconfirmed
    stored = (r.Stored(), r.ForwardSent(), r.Silence(Cause.RESTART), r.Approved("h", "a", HUNDRED))
    assert not life(*stored).unconfirmed


def test_a_new_card_that_got_stuck_keeps_its_number() -> None:
    stuck = life(r.RequestSent(), r.Silence(Cause.TIMEOUT), r.Stuck("timeout"), verb=Verb.ISSUE)
    assert stuck.secret_open
    booked = (r.Retried(WHO), r.Approved("h", "a", HUNDRED))
    again = life(r.RequestSent(), r.Silence(Cause.TIMEOUT), r.Stuck("timeout"), *booked, verb=Verb.ISSUE)
    assert again.secret_open
    assert again.is_open


def test_what_may_be_given_back_shrinks_with_each_refund() -> None:
    booked = (r.RequestSent(), r.Approved("h", "a", HUNDRED))
    assert life(*booked).refundable == HUNDRED
    assert life(*booked, r.Refunded(OTHER, Money(30_00, NOK))).refundable == Money(70_00, NOK)
    assert not life(*booked, verb=Verb.AUTHORIZE).refundable
    assert not life(r.RequestSent()).refundable


def test_a_booked_one_that_can_not_be_undone_is_known_to_have_been_booked() -> None:
    booked = (r.RequestSent(), r.Approved("", "a", HUNDRED), r.Voided(), r.UndoFailed(OTHER, Decline.OTHER))
    assert life(*booked).was_booked
    assert not life(r.RequestSent(), r.Silence(Cause.TIMEOUT), r.Stuck("timeout")).was_booked
