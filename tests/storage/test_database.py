"""How the one file is opened and cared for, and that no question costs more in a long journal."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.ids import BusinessDay, SaleId, Stan, TransactionId
from app.storage.database import RESERVE_BYTES, WAL_BYTES, Store, open_store, statements
from app.storage.errors import Absent, Misuse
from tests.storage.world import DAY, NOK, Till, open_journal


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "journal.db", create=True)
    yield store
    store.close()


def running(sql: str) -> Callable[[sqlite3.Connection], None]:
    def run(connection: sqlite3.Connection) -> None:
        connection.execute(sql)

    return run


def schema(store: Store) -> list[str]:
    return [row[0] for row in store.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")]


def test_it_is_opened_durable_exclusive_and_forgetful(store: Store) -> None:
    told = {
        name: store.all(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout", "trusted_schema")
    }
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 5_000,
        "trusted_schema": 0,
    }
    assert not store.path.with_name("journal.db-shm").exists(), "the WAL index is on the heap: a full disk can't kill"
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_opening_again_migrates_nothing_twice(tmp_path: Path, store: Store) -> None:
    first, applied = schema(store), store.all("SELECT name FROM _sqlite_migrations")
    store.close()
    again = open_store(tmp_path / "journal.db", create=False)
    assert schema(again) == first
    names = [("0001_journal",), ("0002_stop_list",), ("0003_card_account",)]
    assert again.all("SELECT name FROM _sqlite_migrations") == applied == names
    again.close()


def test_every_table_is_strict(store: Store) -> None:
    for sql in schema(store):
        if sql.startswith("CREATE TABLE"):
            assert "STRICT" in sql, sql


def test_a_missing_journal_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        open_store(tmp_path / "none.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_records_can_be_neither_changed_nor_deleted(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    till.approved()
    for sql in ("UPDATE record SET kind = 'x'", "DELETE FROM record"):
        with pytest.raises(Misuse):
            till.journal._store.commit(running(sql))
    assert till.journal.verify() == []
    till.journal.close()


def test_a_failed_write_rolls_everything_back(store: Store) -> None:
    def write(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO stamp VALUES ('a', 'b')")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.commit(write)
    assert store.all("SELECT * FROM stamp") == []
    store.commit(running("INSERT INTO stamp VALUES ('a', 'b')"))
    assert store.all("SELECT * FROM stamp") == [("a", "b")]


def test_the_log_is_grown_once_and_again_after_it_was_cut(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    wal = tmp_path / "journal.db-wal"
    till.journal.grow_wal()
    assert wal.stat().st_size >= WAL_BYTES
    grown, database = wal.stat().st_size, (tmp_path / "journal.db").stat().st_size
    till.journal.grow_wal()
    identity = till.approved()
    assert wal.stat().st_size == grown, "commits overwrite what is there"
    assert till.journal.tidy()
    assert wal.stat().st_size >= WAL_BYTES
    assert (tmp_path / "journal.db").stat().st_size < database + 100_000, "the filler never reaches the main file"
    assert till.journal.transaction(identity) == till.kept[identity]
    assert till.journal.verify() == []
    till.journal.close()


def test_growing_the_log_disturbs_no_commit_and_survives_a_reopening(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    before = till.approved()
    till.journal.grow_wal()
    after = till.approved()
    till.journal.close()
    till.journal = open_journal(tmp_path)
    assert [told.id for told in till.journal.last_transactions(2)] == [after, before]
    till.journal.close()


def test_a_reader_in_the_middle_of_a_query_puts_the_checkpoint_off(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    till.approved()
    till.journal._store.all("PRAGMA busy_timeout = 10")
    reader = till.journal.reader()
    reader._store._connection.execute("BEGIN")
    reader.open_count()
    till.approved()
    assert not till.journal.tidy()
    reader._store._connection.execute("COMMIT")
    assert till.journal.tidy()
    reader.close()
    till.journal.close()


def test_a_reserve_is_set_aside(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    assert (tmp_path / "reserve").stat().st_size == RESERVE_BYTES
    assert not journal.low_on_space
    journal.close()


def test_a_script_that_ends_in_the_middle_is_refused() -> None:
    assert len(list(statements("SELECT 1;\n-- a note; with a semicolon\nSELECT 2;\n"))) == 2
    with pytest.raises(Misuse):
        list(statements("SELECT 1;\nSELECT 2"))


# --- plans


def plans(journal: Till, ask: object) -> list[str]:
    """Plans of every statement that a call runs."""
    store = journal.journal._store
    ran: list[str] = []
    store._connection.set_trace_callback(ran.append)
    try:
        assert callable(ask)
        ask()
    finally:
        store._connection.set_trace_callback(None)
    told: list[str] = []
    for sql in ran:
        if sql.lstrip().upper().startswith(("SELECT", "UPDATE", "INSERT")):
            told += [row[3] for row in store.all(f"EXPLAIN QUERY PLAN {sql}")]
    return told


def test_no_question_looks_at_all_rows(tmp_path: Path) -> None:
    """SCAN is a walk over a table or index; only the partial index of open rows, and one-row tables, may be walked."""
    till = Till(open_journal(tmp_path))
    identity = till.approved()
    till.stored()
    journal = till.journal
    asked = {
        "open_transactions": journal.open_transactions,
        "oldest_open": journal.oldest_open,
        "open_count": journal.open_count,
        "transaction": lambda: journal.transaction(identity),
        "by_stan": lambda: journal.by_stan(Stan("000001")),
        "by_stan of a day": lambda: journal.by_stan(Stan("000001"), DAY),
        "page": lambda: journal.page(500, 50),
        "last_undoable": lambda: journal.last_undoable(DAY),
        "records_of": lambda: journal.records_of(identity),
        "unsealed": lambda: journal.unsealed(identity),
        "open_sales": journal.open_sales,
        "sale": lambda: journal.sale(SaleId("x")),
        "legs_of": lambda: journal.legs_of(SaleId("x")),
        "card_memory": lambda: journal.card_memory("x"),
        "stopped": lambda: journal.stopped("x"),
        "stop_list": journal.stop_list,
        "memory_of_account": lambda: journal.memory_of_account("swedbankpay", "x"),
        "made_here": lambda: journal.made_here("x", "y"),
        "card_exposure": lambda: journal.card_exposure("x", DAY, NOK),
        "till_exposure": lambda: journal.till_exposure(NOK),
        "stan_held": lambda: journal.stan_held(Stan("000009"), BusinessDay("2030-01-01")),
        "day_report": journal.day_report,
        "hours": lambda: journal.hours(DAY),
        "last_stan_count": journal.last_stan_count,
        "commit": till.approved,
        "nobody": lambda: journal.transaction(TransactionId("nobody")),
    }
    allowed = re.compile(r"SCAN (till|stop|CONSTANT ROW|(txn|sale) USING (COVERING )?INDEX (txn|sale)_open)")
    for name, ask in asked.items():
        for step in plans(till, ask):
            assert not step.startswith("SCAN") or allowed.fullmatch(step), f"{name}: {step}"
            assert "TEMP B-TREE" not in step or name in ("day_report", "hours", "by_stan"), f"{name}: {step}"
    journal.close()
