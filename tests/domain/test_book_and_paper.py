"""The open transactions in memory, and a transaction as a slip of paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.effects import Commit
from app.domain.ids import Stan, TransactionId
from app.domain.money import Money, zero
from app.domain.paper import check_code, receipt_of
from app.domain.receipt import ReceiptMark
from app.domain.till import Book
from app.domain.transaction import State, Transaction, fold
from app.domain.verb import Verb
from tests.domain.test_transaction import BODIES, NOK, record
from tests.helpers.archive import MemoryArchive
from tests.helpers.counter import setup

BASE = fold([record(BODIES[0])])


def row(number: int, state: State, *, verb: Verb = Verb.REDEEM, stan: int = 0) -> Transaction:
    return replace(BASE, id=TransactionId(f"{number:032x}"), stan=Stan(f"{stan or number:06d}"), state=state, verb=verb)


def put(book: Book, *rows: Transaction) -> None:
    book.apply(Commit(transactions=rows), {})


def test_the_queue_is_summed_as_it_comes_and_goes() -> None:
    book = Book(NOK)
    put(book, row(1, State.STORED), row(2, State.STORED), row(3, State.FORWARDING, verb=Verb.REVERSE))
    assert (book.exposure().amount, book.exposure().count) == (Money(200_00, NOK), 2)
    put(book, row(1, State.FORWARDING))
    assert book.exposure().count == 2
    put(book, row(1, State.APPROVED), row(2, State.DISPUTED))
    assert (book.exposure().amount, book.exposure().count, book.exposure().oldest) == (zero(NOK), 0, None)


def test_the_oldest_stays_the_oldest_when_the_desk_sends_it_round_again() -> None:
    book = Book(NOK)
    old = replace(row(1, State.DISPUTED), opened_at=BASE.opened_at.replace(hour=1))
    put(book, old, row(2, State.STORED))
    put(book, replace(old, state=State.FORWARDING))
    assert book.exposure().oldest == old.opened_at


def test_a_settled_one_does_not_free_the_number_of_an_open_one() -> None:
    """After the wrap an old payment may have the number of a young one; a refund of it touches it again."""
    book = Book(NOK)
    put(book, row(9, State.STORED, stan=1))
    put(book, row(1, State.APPROVED, stan=1))
    assert book.holds(Stan("000001"))
    put(book, row(9, State.APPROVED, stan=1))
    assert not book.holds(Stan("000001"))


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (State.APPROVED, ReceiptMark.FINAL),
        (State.STORED, ReceiptMark.PENDING),
        (State.FORWARDING, ReceiptMark.PENDING),
        (State.DECLINED, ReceiptMark.DECLINED),
        (State.UNKNOWN, ReceiptMark.CHECKING),
        (State.ATTENTION, ReceiptMark.CHECKING),
    ],
)
def test_a_receipt_says_how_it_stands(state: State, mark: ReceiptMark) -> None:
    slip = receipt_of(replace(BASE, state=state, transaction_ref=REF), None, MemoryArchive(NOK), setup(), 0)
    assert slip.mark is mark
    assert bool(slip.check) == (mark is ReceiptMark.PENDING)
    assert slip.training


REF = type(BASE.transaction_ref)("0a1b2c3d-0000-4000-8000-000000000000")


def test_the_balance_before_is_what_after_and_amount_say() -> None:
    booked = replace(BASE, state=State.APPROVED, balance=Money(40_00, NOK))
    slip = receipt_of(booked, None, MemoryArchive(NOK), setup(), 2)
    assert (slip.before, slip.after, slip.copy) == (Money(140_00, NOK), Money(40_00, NOK), 2)
    unknown = receipt_of(replace(booked, balance=None), None, MemoryArchive(NOK), setup(), 0)
    assert (unknown.before, unknown.after) == (None, None)


def test_a_check_code_is_the_stan_and_two_letters_of_the_reference() -> None:
    stored = replace(BASE, transaction_ref=REF)
    assert check_code(stored) == check_code(stored)
    assert check_code(stored).startswith("000001-")
    assert check_code(stored) != check_code(replace(stored, transaction_ref=type(REF)("1b" + REF[2:])))
