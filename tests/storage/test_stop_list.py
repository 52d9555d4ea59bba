"""The till's own list of cards it takes no more: a table that is the fold of its records, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import records as r
from app.domain.card import CardRef, EntryMode
from app.domain.effects import Commit, StopChange
from app.domain.job_bodies import StopEntry
from app.storage.database import _scripts, statements
from app.storage.errors import Misuse
from app.storage.verify import What
from tests.helpers.archive import MemoryArchive
from tests.storage.test_damage import edit, found
from tests.storage.world import NOK, WHO, Till, open_journal


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    till = Till(open_journal(tmp_path))
    yield till
    till.journal.close()


def card(name: str) -> CardRef:
    return CardRef(name * 64, "2345", "Demo", "swedbankpay", EntryMode.SWIPED, "12/29")


def commit_of(till: Till, *bodies: r.CardStopped | r.CardFreed) -> Commit:
    lines = tuple(r.Record(till.tick(), None, body) for body in bodies)
    changes = {change.key: change for line in lines if (change := StopChange.of(line)) is not None}
    return Commit(records=lines, stops=tuple(changes.values()))


def stopped(name: str, why: str = "reported stolen") -> r.CardStopped:
    return r.CardStopped(card(name), WHO, why)


def test_a_stopped_card_is_found_again_after_a_restart_until_it_is_freed(till: Till, tmp_path: Path) -> None:
    first, second = commit_of(till, stopped("a")), commit_of(till, stopped("b", "disputed"))
    till.journal.commit(first)
    till.journal.commit(second)
    till.journal.close()
    till.journal = open_journal(tmp_path)
    entry = StopEntry(card("a").key, "2345", "Demo", first.records[0].at, WHO, "reported stolen")
    assert till.journal.stopped(card("a").key) == entry
    assert [row.why for row in till.journal.stop_list()] == ["reported stolen", "disputed"]
    assert till.journal.stopped(card("c").key) is None
    till.journal.commit(commit_of(till, r.CardFreed(card("a"), WHO)))
    assert till.journal.stopped(card("a").key) is None
    assert [row.key for row in till.journal.stop_list()] == [card("b").key]
    assert till.journal.verify() == []


def test_a_card_that_is_stopped_again_stands_last_and_once(till: Till) -> None:
    till.journal.commit(commit_of(till, stopped("a", "lost"), stopped("b"), stopped("a", "stolen after all")))
    assert [row.why for row in till.journal.stop_list()] == ["reported stolen", "stolen after all"]
    assert till.journal.verify() == []


def test_the_list_changes_only_with_the_records_that_say_so(till: Till) -> None:
    whole = commit_of(till, stopped("a"))
    other = commit_of(till, stopped("b"))
    refused = (
        replace(whole, stops=()),
        replace(whole, records=()),
        replace(whole, stops=other.stops),
        replace(whole, stops=(StopChange(card("a").key, None),)),
        Commit(stops=whole.stops),
    )
    for wrong in refused:
        with pytest.raises(Misuse):
            till.journal.commit(wrong)
    assert till.journal.seq == 0
    assert till.journal.stop_list() == ()


NAMES = st.sampled_from("abc")
WORDS = st.lists(
    st.one_of(
        st.builds(stopped, NAMES, st.text(max_size=5)), NAMES.map(lambda name: r.CardFreed(card(name), WHO))
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=4))
def test_the_table_is_the_fold_however_words_and_commits_fall(till: Till, days: list[list[r.CardStopped]]) -> None:
    """The journal, the shelf the simulations use, and the checker each fold in their own way."""
    before = commit_of(till, *(r.CardFreed(card(name), WHO) for name in "abc"))
    till.journal.commit(before)
    shelf = MemoryArchive(NOK)
    for words in days:
        commit = commit_of(till, *words)
        till.journal.commit(commit)
        shelf.apply(commit)
    assert till.journal.verify() == []
    assert set(till.journal.stop_list()) == set(shelf.stop_list())
    for name in "abc":
        assert till.journal.stopped(card(name).key) == shelf.stopped(card(name).key)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM stop WHERE key LIKE 'a%'",
        "UPDATE stop SET body = replace(body, 'stolen', 'found') WHERE key LIKE 'a%'",
        "UPDATE stop SET body = '{}' WHERE key LIKE 'a%'",
        "UPDATE stop SET key = 'other' WHERE key LIKE 'a%'",
        "UPDATE stop SET seq = 99 WHERE key LIKE 'a%'",
        "INSERT INTO stop SELECT 77, 'other', body FROM stop WHERE key LIKE 'a%'",
    ],
)
def test_a_list_somebody_changed_is_found(tmp_path: Path, statement: str) -> None:
    till = Till(open_journal(tmp_path))
    till.journal.commit(commit_of(till, stopped("a"), stopped("b"), r.CardFreed(card("b"), WHO)))
    till.journal.close()
    edit(tmp_path, statement)
    assert found(tmp_path) == {What.STOP_DIFFERS}


def as_before_the_list(path: Path) -> None:
    """Takes a journal back to the schema that the first release made."""
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("stop", "card_account"):  # what later releases added goes with it
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name > '0002'")
    young = sqlite3.connect(":memory:")
    for statement in statements(dict(_scripts())["0001_journal"]):
        young.execute(statement)
    first = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite_%' ORDER BY name"
    assert connection.execute(first).fetchall() == young.execute(first).fetchall()
    connection.close()
    young.close()


def test_a_journal_from_before_the_list_gets_one_and_loses_nothing(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    done, waiting = till.approved(70), till.stored(30)
    head = till.journal.head()
    till.journal.close()
    as_before_the_list(tmp_path / "journal.db")
    till.journal = open_journal(tmp_path)
    assert till.journal.head() == head
    assert till.journal.verify() == []
    assert till.journal.transaction(done) == till.kept[done]
    assert till.journal.open_transactions() == (till.kept[waiting],)
    assert till.journal.unsealed(waiting) is not None
    till.journal.commit(commit_of(till, stopped("a")))
    till.journal.close()
    till.journal = open_journal(tmp_path)
    assert till.journal.stopped(card("a").key) is not None
    till.journal.close()
