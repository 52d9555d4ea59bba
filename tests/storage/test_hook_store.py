"""The hooks' own store: nothing is taken twice, in any order and over any restart, and no till is harmed by it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.storage import hook_store
from app.storage.errors import Absent, Damaged, DiskFull, InUse, NewerSchema, ReadOnly, StorageError
from app.storage.hook_store import FILE, REMEMBERED, SILENT, HookStore, News, Told

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TOLD = Told("gr4vy", "gift-card-redemption-succeeded", "d1", "card", "4321", "ours")


@contextmanager
def opened(folder: Path) -> Iterator[HookStore]:
    with closing(HookStore.open(folder)) as store:
        yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HookStore]:
    with opened(tmp_path) as made:
        yield made


def test_a_hook_is_kept_once_and_read_by_number(store: HookStore) -> None:
    assert store.newest() == 0
    assert store.take(TOLD, ("a",), NOW)
    assert not store.take(TOLD, ("a",), NOW)
    assert store.take(Told("dintero", "wallet_transaction"), ("a",), NOW), "each vendor has keys of its own"
    assert [(seq, told.face) for seq, told in store.after(0, 10)] == [(1, "gr4vy"), (2, "dintero")]
    assert store.after(0, 1) == [(1, TOLD)]
    assert store.after(2, 10) == []
    assert store.newest() == 2


def test_every_key_of_a_duplicate_is_remembered_too(store: HookStore) -> None:
    """A retry is stamped anew; a replay of that very retry, under an ID of its own, is no news either."""
    assert store.take(TOLD, ("stamp-1", "id:1"), NOW)
    assert not store.take(TOLD, ("stamp-2", "id:1"), NOW)
    assert not store.take(TOLD, ("stamp-2", "id:forged"), NOW)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["gr4vy", "dintero"]),
            st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3, unique=True),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_any_order_of_duplicates_over_any_restart(arriving: list[tuple[str, list[str], bool]]) -> None:
    seen: set[tuple[str, str]] = set()
    kept = 0
    with tempfile.TemporaryDirectory() as folder:
        store = HookStore.open(Path(folder))
        for face, keys, restart in arriving:
            if restart:
                store.close()
                store = HookStore.open(Path(folder))
            named = {(face, key) for key in keys}
            assert store.take(Told(face, "e"), keys, NOW) is not bool(named & seen)
            kept += not named & seen
            seen |= named
        assert len(store.after(0, 100)) == kept == store.newest()
        store.close()


def test_keys_and_hooks_are_forgotten_after_the_vendors_have_given_up(store: HookStore) -> None:
    store.take(TOLD, ("a",), NOW)
    store.beat(["gr4vy"], "", NOW + REMEMBERED)
    assert not store.take(TOLD, ("a",), NOW + REMEMBERED)
    store.beat(["gr4vy"], "", NOW + REMEMBERED + timedelta(seconds=1))
    assert store.after(0, 10) == []
    assert store.newest() == 1, "a number is never used twice"
    assert store.take(TOLD, ("a",), NOW + REMEMBERED + timedelta(seconds=1))
    assert store.newest() == 2


def test_what_is_kept_is_bounded(store: HookStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_store, "MAX_HOOKS", 5)
    monkeypatch.setattr(hook_store, "MAX_KEYS", 8)
    for number in range(20):
        assert store.take(TOLD, (f"k{number}",), NOW)
    assert [seq for seq, _ in store.after(0, 100)] == [16, 17, 18, 19, 20]
    assert not store.take(TOLD, ("k12",), NOW)
    assert store.take(TOLD, ("k11",), NOW), "the oldest is forgotten first"


def fill(store: HookStore) -> None:
    for number in range(1000):
        store.take(TOLD, (f"k{number}",), NOW)


def test_a_full_disk_keeps_nothing_and_forgets_nothing(store: HookStore) -> None:
    store.take(TOLD, ("a",), NOW)
    store._all("PRAGMA max_page_count = 1")
    with pytest.raises(DiskFull):
        fill(store)
    kept = store.newest()
    store._all("PRAGMA max_page_count = 100000")
    assert not store.take(TOLD, ("a",), NOW)
    assert store.take(TOLD, (f"k{kept - 1}",), NOW), "what was refused was not seen"


def test_a_ping_is_counted_and_not_kept(store: HookStore) -> None:
    for _ in range(2):
        assert store.take(Told("dintero", "ping"), (), NOW)
    assert store.after(0, 10) == []
    assert store.news() == [News("dintero", NOW, "ping", 2, 0, "", None)]


def test_what_came_and_what_was_not_believed_is_told_per_backend(store: HookStore) -> None:
    later = NOW + timedelta(minutes=1)
    store.refused("gr4vy", "forged", 3, NOW)
    store.take(TOLD, ("a",), NOW)
    store.take(TOLD, ("a",), later)
    store.refused("gr4vy", "stale", 1, later)
    store.refused("dintero", "unsigned", 2, NOW)
    assert store.news() == [
        News("dintero", None, "", 0, 2, "unsigned", NOW),
        News("gr4vy", later, TOLD.event, 1, 4, "stale", later),
    ]


def test_a_receiver_is_there_while_it_says_so(store: HookStore, tmp_path: Path) -> None:
    assert store.receiving(NOW) == frozenset()
    store.beat(["gr4vy", "dintero"], "http://127.0.0.1:1", NOW)
    with closing(HookStore.look(tmp_path)) as other:
        assert other.receiving(NOW + SILENT) == {"gr4vy", "dintero"}
        assert other.receiver(NOW) == (("dintero", "gr4vy"), "http://127.0.0.1:1")
        assert other.receiving(NOW + SILENT + timedelta(seconds=1)) == frozenset()
        assert other.receiving(NOW - timedelta(hours=1)) == frozenset(), "a clock that was set back proves nothing"
        store.leave()
        assert other.receiving(NOW) == frozenset()


# --- whoever looks ------------------------------------------------------------------------------------------------


def test_looking_makes_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        HookStore.look(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with opened(tmp_path) as store:
        store.take(TOLD, ("a",), NOW)
    before = (tmp_path / FILE).read_bytes()
    with closing(HookStore.look(tmp_path)) as other:
        assert other.after(0, 10) == [(1, TOLD)]
        with pytest.raises(ReadOnly):
            other.take(TOLD, ("b",), NOW)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_that_is_being_made_is_no_store_yet(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(Absent):
        HookStore.look(tmp_path)
    with opened(tmp_path) as store:
        assert store.newest() == 0


def test_a_look_does_not_wait_for_a_long_write(store: HookStore, tmp_path: Path) -> None:
    store.take(TOLD, ("a",), NOW)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InUse):
            HookStore.look(tmp_path)
        other.execute("ROLLBACK")
    with closing(HookStore.look(tmp_path)) as looking:
        assert looking.newest() == 1


_DIES_WRITING = """
import os, signal, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("PRAGMA journal_mode = TRUNCATE")
c.execute("PRAGMA cache_size = 2")
c.execute("BEGIN IMMEDIATE")
for n in range(5000):
    c.execute("UPDATE face SET event = ?", (str(n) * 50,))
    c.execute("INSERT INTO seen (at, key) VALUES (1, randomblob(200))")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_receiver_left_half_written_is_rolled_back_by_whoever_looks_next(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.take(TOLD, ("a",), NOW)
    died = subprocess.run([sys.executable, "-c", _DIES_WRITING, str(tmp_path / FILE)], check=False)
    assert died.returncode == -9
    assert (tmp_path / f"{FILE}-journal").stat().st_size > 0, "it died in the middle of a write"
    with closing(HookStore.look(tmp_path)) as other:
        assert other.news() == [News("gr4vy", NOW, TOLD.event, 1, 0, "", None)]
    with opened(tmp_path) as store:
        assert not store.take(TOLD, ("a",), NOW)


def test_nobody_else_may_read_it_and_no_memory_is_shared(store: HookStore, tmp_path: Path) -> None:
    store.take(TOLD, ("a",), NOW)
    names = {path.name for path in tmp_path.iterdir()}
    assert names <= {FILE, f"{FILE}-journal"}, "no log, and no mapped index beside it"
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in names)


@pytest.mark.parametrize(
    "content", [b"not a database at all, and longer than a header" * 40, b"SQLite format 3\0" + b"x" * 200]
)
def test_a_file_that_is_no_store_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    for way in (HookStore.open, HookStore.look):
        with pytest.raises(Damaged):
            way(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(Damaged):
        HookStore.open(tmp_path)


def test_a_newer_version_is_told(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("PRAGMA user_version = 2")
    for way in (HookStore.open, HookStore.look):
        with pytest.raises(NewerSchema):
            way(tmp_path)


def test_a_link_somewhere_else_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    (tmp_path / "till").mkdir()
    (tmp_path / "till" / FILE).symlink_to(elsewhere)
    with pytest.raises(StorageError):
        HookStore.open(tmp_path / "till")
    assert elsewhere.read_bytes() == b""


def test_two_receivers_share_what_they_have_seen(store: HookStore, tmp_path: Path) -> None:
    with opened(tmp_path) as second:
        assert store.take(TOLD, ("a",), NOW)
        assert not second.take(TOLD, ("a",), NOW)
        assert second.take(TOLD, ("b",), NOW)
        assert not store.take(TOLD, ("b",), NOW)
