"""Two books side by side: agreeing to the cent, and every way not to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.host import Decline
from app.domain.ids import BusinessDay, OperatorId, OrderRef, Stan, TerminalId, TransactionId, TransactionRef
from app.domain.money import Currency, Money
from app.domain.records import Settlement
from app.domain.transaction import State, Transaction
from app.domain.verb import PLAIN, Verb
from app.tour.reconciliation import Side, issuer_sides, reconcile, till_sides


def entry(number: int, operation: str, amount: int, **told: Any) -> dict[str, Any]:
    plain = {
        "number": number,
        "id": f"E{number}",
        "payment_id": f"E{number}",
        "operation": operation,
        "state": "OK",
        "amount": amount,
        "remaining_cancel": 0,
        "stan": f"{number:06d}",
        "payment_transaction_ref": f"ref-{number}",
        "payment_order_ref": f"order-{number}",
        "face": "swedbankpay",
    }
    return {**plain, **told}


def paid(stan: str = "000001", amount: int = -100, desk: int | None = None) -> Side:
    return Side(stan, f"ref-{stan}", "APPROVED", amount, desk)


def payment(**told: Any) -> Transaction:
    """A payment of 60.00 that was approved."""
    amount = Money(60_00, Currency.NOK)
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    booked = Transaction(
        id=TransactionId("a" * 32),
        verb=Verb.REDEEM,
        state=State.APPROVED,
        asked=amount,
        amount=amount,
        stan=Stan("000007"),
        business_day=BusinessDay("2026-03-01"),
        opened_at=at,
        local_time=at,
        order_ref=OrderRef("order"),
        transaction_ref=TransactionRef("ref"),
        terminal_id=TerminalId("TILL0001"),
        operator=OperatorId("1"),
        sale_id=None,
        face="swedbankpay",
    )
    return replace(booked, **told)


def undo_of(original: Transaction) -> Transaction:
    return replace(
        original,
        id=TransactionId("b" * 32),
        verb=Verb.REVERSE,
        state=State.APPROVED,
        original=original.id,
        transaction_ref=TransactionRef("undo"),
    )


def test_the_same_on_both_sides_agrees() -> None:
    result = reconcile([paid(), paid("000002", 500)], [paid(), paid("000002", 500)])
    assert result.agree
    assert (result.till_total, result.issuer_total) == (400, 400)


def test_a_day_without_rows_proves_nothing() -> None:
    assert not reconcile([], []).agree


@pytest.mark.parametrize("theirs", [[], [paid(amount=-99)], [paid(), paid("000002")]])
def test_one_cent_one_missing_or_one_too_many_disagrees(theirs: list[Side]) -> None:
    assert not reconcile([paid()], theirs).agree


def test_totals_that_agree_by_chance_excuse_no_row() -> None:
    result = reconcile([paid(), paid("000002", -200)], [paid(amount=-200), paid("000002", -100)])
    assert result.till_total == result.issuer_total
    assert not result.agree


def test_a_stan_used_again_under_another_reference_is_another_row() -> None:
    ours, theirs = Side("000001", "a", "APPROVED", -1), Side("000001", "b", "OK", -1)
    result = reconcile([ours], [theirs])
    assert len(result.rows) == 2
    assert not result.agree


@pytest.mark.parametrize(("desk", "agrees"), [(100, True), (99, False), (None, False)])
def test_an_open_item_excuses_a_difference_of_exactly_its_amount(desk: int | None, *, agrees: bool) -> None:
    assert reconcile([paid(desk=desk)], []).agree is agrees


def test_the_file_has_the_contract_s_form() -> None:
    told = reconcile([paid()], [paid()]).as_json()
    assert set(told) == {"agree", "till_total", "issuer_total", "rows"}
    assert set(told["rows"][0]) == {
        "stan", "transaction_ref", "till_state", "till_amount", "issuer_state", "issuer_amount", "difference", "desk",
    }  # fmt: skip


# --- what each side says ------------------------------------------------------------------------------------------


def test_a_payment_spends_and_what_is_given_back_comes_back() -> None:
    taken_back = payment(state=State.REVERSED)
    assert [side.amount for side in till_sides([taken_back, undo_of(taken_back)])] == [-60_00, 60_00]


@pytest.mark.parametrize(
    ("state", "amount", "desk"),
    [
        (State.APPROVED, -60_00, None),
        (State.STORED, -60_00, None),
        (State.DISPUTED, -60_00, 60_00),
        (State.ATTENTION, -60_00, 60_00),
        (State.DECLINED, 0, None),
        (State.CANCELLED, 0, None),
        (State.UNKNOWN, 0, None),
    ],
)
def test_what_the_till_told_the_customer_counts(state: State, amount: int, desk: int | None) -> None:
    (side,) = till_sides([payment(state=state)])
    assert (side.amount, side.desk) == (amount, desk)


def test_a_load_taken_off_again_spends() -> None:
    load = payment(verb=Verb.RELOAD, state=State.REVERSED)
    assert [side.amount for side in till_sides([load, undo_of(load)])] == [60_00, -60_00]


def test_a_reservation_counts_while_it_holds() -> None:
    held = payment(verb=Verb.AUTHORIZE)
    assert [side.amount for side in till_sides([held, replace(held, captured=True)])] == [-60_00, 0]


def test_the_issuer_s_books_as_sides() -> None:
    entries = [
        entry(1, "Issue", 10_000, payment_transaction_ref="", stan=""),
        entry(2, "Purchase", 100, state="REVERSED"),
        entry(3, "Reversal", 100, payment_id="E2"),
        entry(4, "Deposit", 500),
        entry(5, "Reversal", 50, payment_id="E4"),
        entry(6, "Purchase", 70, state="FAILED"),
        entry(7, "Authorize", 300, remaining_cancel=20),
        entry(8, "Capture", 280, payment_id="E7"),
        entry(9, "Issue", 0, payment_transaction_ref="", stan=""),
        entry(10, "Transfer", 40),
        entry(11, "Combine", 60),
        entry(12, "Gift", 25),
    ]
    sides = issuer_sides(entries, after=1)
    assert [side.amount for side in sides] == [-100, 100, 500, -50, 0, -20, -280, -40, 60, 25]


def test_money_that_nobody_here_asked_for_is_a_row() -> None:
    strange = entry(2, "Purchase", 100, payment_transaction_ref="", stan="")
    result = reconcile([], issuer_sides([strange], after=1))
    assert not result.agree
    assert result.rows[0].difference == 100


@pytest.mark.parametrize(
    ("verb", "moved"),
    [
        (Verb.RELOAD, 60_00),
        (Verb.ISSUE, 60_00),
        (Verb.ACTIVATE, 60_00),
        (Verb.GIFT, 60_00),
        (Verb.COMBINE, 60_00),
        (Verb.REDEEM, -60_00),
        (Verb.CAPTURE, -60_00),
        (Verb.CASH_OUT, -60_00),
        (Verb.TRANSFER, -60_00),
    ],
)
def test_what_becomes_of_the_card_in_hand_and_what_an_undo_makes_of_it(verb: Verb, moved: int) -> None:
    done = payment(verb=verb)
    assert [side.amount for side in till_sides([done, undo_of(done)])] == [moved, -moved]


@pytest.mark.parametrize("verb", sorted(PLAIN))
def test_what_moves_no_money_is_a_row_of_zero_that_no_issuer_need_know(verb: Verb) -> None:
    nothing = Money(0, Currency.NOK)
    result = reconcile(till_sides([payment(verb=verb, amount=nothing, asked=nothing)]), [])
    assert result.agree
    assert result.rows[0].till_amount == 0


@pytest.mark.parametrize(
    ("how", "amount"),
    [
        (Settlement.WENT_THROUGH, 60_00),
        (Settlement.MONEY_GIVEN_BACK, 0),
        (Settlement.OTHER_TENDER, 0),
        (Settlement.WRITTEN_OFF, 0),
    ],
)
def test_what_a_person_closed_counts_by_their_word_and_excuses_nothing(how: Settlement, amount: int) -> None:
    closed = payment(verb=Verb.ACTIVATE, state=State.CLOSED, reason=how.value)
    (side,) = till_sides([closed])
    assert (side.amount, side.desk) == (amount, None)
    booked = [replace(side, state="OK", amount=60_00)]
    assert reconcile([side], booked).agree is (amount != 0)


def test_the_same_attempt_booked_twice_is_one_row_that_differs() -> None:
    twice = reconcile([paid()], [paid(), paid()])
    assert [(row.till_amount, row.issuer_amount) for row in twice.rows] == [(-100, -200)]
    assert not twice.agree


def test_an_entry_without_a_stan_is_matched_by_its_reference() -> None:
    (row,) = reconcile([paid()], [replace(paid(), stan="")]).rows
    assert (row.stan, row.agrees) == ("000001", True)
    unknown = reconcile([paid()], [replace(paid(), stan="", transaction_ref="other")])
    assert len(unknown.rows) == 2
    assert not unknown.agree


def test_where_each_face_keeps_our_reference() -> None:
    entries = [
        entry(1, "Purchase", 100, face="gr4vy", stan="", payment_order_ref="ours", payment_transaction_ref="T1/0"),
        entry(2, "Gift", 0, face="parpay", stan=""),
        entry(3, "Capture", 70, face="dintero"),
        entry(4, "Cancel", 30, face="dintero", stan="000003", payment_transaction_ref="ref-3-rest"),
        entry(5, "Issue", 500, face="gr4vy", stan="", payment_transaction_ref="", payment_order_ref="opening load"),
    ]
    sides = issuer_sides(entries, after=0)
    assert [side.transaction_ref for side in sides] == ["ours", "ref-2", "ref-3", "ref-3", "opening load"]
    assert [row.issuer_amount for row in reconcile([], sides).rows] == [500, -100, 0, -70]


def test_a_disputed_sale_is_a_difference_with_its_item() -> None:
    disputed = payment(state=State.DISPUTED, reason=Decline.INSUFFICIENT.value)
    ours = till_sides([disputed])
    theirs = [replace(ours[0], state="FAILED", amount=0, desk=None)]
    result = reconcile(ours, theirs)
    assert result.agree
    assert result.rows[0].difference == -60_00
