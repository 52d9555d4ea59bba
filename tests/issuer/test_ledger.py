"""The rules by themselves: what balances, and what a restricted, closed or empty card may do."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.issuer import ledger
from app.issuer.ledger import (
    Booking,
    CardAccount,
    Held,
    Operation,
    Original,
    PaymentOrder,
    Posting,
    Reason,
    Refusal,
    Remaining,
)

TODAY = date(2026, 6, 15)
CARD = CardAccount("PP-1", 1, b"digest", "1234", date(2026, 6, 15), "NOK")
OPENING = (
    Operation.ISSUE,
    Operation.PRE_DEPOSIT,
    Operation.PURCHASE,
    Operation.AUTHORIZE,
    Operation.DEPOSIT,
    Operation.CREDIT,
)
AMOUNTS = st.integers(0, ledger.MAX_AMOUNT)


@given(st.sampled_from(OPENING), AMOUNTS, AMOUNTS)
def test_every_opening_balances_or_is_refused(operation: Operation, spendable: int, amount: int) -> None:
    decided = ledger.open_payment(CARD, spendable, PaymentOrder(operation, "M", amount, "NOK"), TODAY)
    if isinstance(decided, Refusal):
        assert decided.reason in (Reason.INSUFFICIENT_FUNDS, Reason.BALANCE_LIMIT)
        return
    assert ledger.balanced(decided.postings)
    moved = sum(posting.amount for posting in decided.postings if posting.account == "card:PP-1")
    assert 0 <= spendable + moved <= ledger.MAX_AMOUNT
    assert abs(moved) == amount


@given(AMOUNTS, AMOUNTS, st.booleans(), AMOUNTS)
def test_what_follows_never_moves_more_than_remains(held: int, part: int, rest: bool, back: int) -> None:
    original = Original(Operation.AUTHORIZE, "PP-1", "M", Remaining(held, held, 0))
    captured = ledger.capture(original, part, rest)
    if isinstance(captured, Refusal):
        assert part > held
        return
    assert captured.original is not None
    assert ledger.balanced(captured.postings)
    released = sum(posting.amount for posting in captured.postings if posting.account == "card:PP-1")
    assert released == (held - part if rest else 0)
    assert captured.original.cancel + part + released == held
    undone = ledger.reverse(replace(original, remaining=captured.original), 0, back)
    if isinstance(undone, Booking):
        assert back <= part


HELD = st.lists(AMOUNTS, min_size=1, max_size=4)


def held(number: int, spendable: int, **changes: Any) -> Held:
    return Held(replace(CARD, account_id=f"PP-{number}", number=number, **changes), spendable)


@given(HELD, AMOUNTS)
def test_what_is_combined_is_all_on_one_card_or_all_where_it_was(spendable: list[int], target: int) -> None:
    sources = tuple(held(number, amount) for number, amount in enumerate(spendable, 2))
    decided = ledger.combine(sources, held(1, target), TODAY)
    if isinstance(decided, Refusal):
        assert target + sum(spendable) > ledger.MAX_AMOUNT
        return
    assert decided.amount == sum(spendable)
    assert ledger.balanced(decided.postings)
    assert {posting.account for posting in decided.postings} <= {f"card:PP-{n}" for n in range(1, 6)}
    for number, amount in enumerate(spendable, 2):
        left = amount + sum(p.amount for p in decided.postings if p.account == f"card:PP-{number}")
        assert left == 0


@given(AMOUNTS, AMOUNTS)
def test_a_transfer_moves_no_more_than_there_is_and_nothing_of_a_merchants(spendable: int, amount: int) -> None:
    decided = ledger.transfer(held(1, spendable), held(2, 0), amount, TODAY)
    assert isinstance(decided, Refusal) == (amount > spendable)
    if isinstance(decided, Booking):
        assert {posting.account for posting in decided.postings} <= {"card:PP-1", "card:PP-2"}
        assert ledger.balanced(decided.postings)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"blocked": True}, Reason.CARD_BLOCKED),
        ({"active": False}, Reason.CARD_INACTIVE),
        ({"expiry": date(2026, 6, 14)}, Reason.CARD_EXPIRED),
        ({"currency": "EUR"}, Reason.CURRENCY_MISMATCH),
    ],
)
def test_one_card_that_may_not_take_part_ends_it_for_all(changes: dict[str, Any], reason: Reason) -> None:
    good, bad = held(1, 100), held(2, 100, **changes)
    assert ledger.combine((good, bad), held(3, 0), TODAY) == Refusal(reason)
    assert ledger.transfer(good, bad, 1, TODAY) == Refusal(reason)
    assert ledger.transfer(bad, good, 1, TODAY) == Refusal(reason)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (replace(CARD, blocked=True), Reason.CARD_BLOCKED),
        (replace(CARD, active=False), Reason.CARD_INACTIVE),
        (replace(CARD, expiry=date(2026, 6, 14)), Reason.CARD_EXPIRED),
        (replace(CARD, blocked=True, active=False, expiry=date(2020, 1, 1)), Reason.CARD_BLOCKED),
        (CARD, None),
    ],
)
def test_closed_cards_take_no_new_payment(card: CardAccount, reason: Reason | None) -> None:
    assert ledger.card_refusal(card, TODAY) == reason


def test_a_booking_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="balance"):
        Booking(1, (Posting("a", 1), Posting("b", -2)), Remaining())


def test_tries_block_at_their_limit() -> None:
    card = CARD
    for tries in range(1, 4):
        card = ledger.wrong_pin(card)
        assert (card.wrong_pins, card.blocked) == (tries, tries == 3)
    card = CARD
    for tries in range(1, 11):
        card = ledger.wrong_cvc(card)
        assert (card.wrong_cvcs, card.blocked) == (tries, tries == 10)
