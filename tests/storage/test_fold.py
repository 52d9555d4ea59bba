from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.money import total
from app.domain.transaction import FINAL, WAITING, Transaction, fold
from app.domain.verb import LOADS, SPENDS
from app.storage.verify import What
from tests.storage.lives import walk
from tests.storage.world import NOK, Till, open_journal


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    till = Till(open_journal(tmp_path))
    yield till
    till.journal.close()


# one journal for all examples: what is true of one life must be true among hundreds of others
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_row_is_the_fold_of_its_records_after_every_legal_life(till: Till, data: st.DataObject) -> None:
    told = walk(data, till, steps=12)
    journal = till.journal
    assert journal.transaction(told.id) == told
    assert fold(journal.records_of(told.id)) == told
    assert (told in journal.open_transactions()) == told.is_open
    if told.state in FINAL and not told.secret_open:
        assert journal.unsealed(told.id) is None
    waiting = [known for known in till.kept.values() if known.state in WAITING and known.verb in SPENDS | LOADS]
    room = journal.till_exposure(NOK)
    assert (room.count, room.amount) == (len(waiting), total([known.amount for known in waiting], NOK))


def test_verify_agrees_with_many_random_lives(till: Till) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.data())
    def live(data: st.DataObject) -> None:
        walk(data, till, steps=10)

    live()
    assert till.journal.verify() == []
    report = till.journal.day_report()
    till.close_day("2026-03-03")
    closed = till.journal.closed_report(1)
    assert closed is not None
    assert (closed.verbs, closed.sales, closed.given_back, closed.carried) == (
        report.verbs, report.sales, report.given_back, report.carried,
    )  # fmt: skip


def test_a_walked_through_day_grows_the_same_figures_as_one_look(till: Till, tmp_path: Path) -> None:
    lives: list[Transaction] = []

    @settings(max_examples=40, deadline=None, database=None)
    @given(st.data())
    def live(data: st.DataObject) -> None:
        lives.append(walk(data, till, steps=8))
        till.journal.day_report()

    live()
    grown = till.journal.day_report()
    till.journal.close()
    till.journal = open_journal(tmp_path)
    assert till.journal.day_report() == grown
    assert lives


def test_findings_have_stable_names() -> None:
    assert What.ROW_DIFFERS.value == "row-differs"
