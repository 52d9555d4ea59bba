"""What a receiver keeps becomes messages, once; and whatever is wrong with the store, a till goes on."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.hook_messages import CardTouched, HooksHeard
from app.domain.messages import Message
from app.service import hook_watch
from app.service.clock import SystemClock
from app.service.hook_watch import HookWatch, HookWatcher
from app.storage.hook_store import FILE, SILENT, HookStore, Told

PATIENCE = 30.0
TOLD = Told("dintero", "wallet_transaction", "d", "card-1", "", "ref")
TOUCHED = CardTouched("dintero", "card-1", "", "ref")
DINTERO = HooksHeard(frozenset({"dintero"}))
NOBODY = HooksHeard(frozenset())


def rows(first: int, *told: Told) -> list[tuple[int, Told]]:
    return list(enumerate(told, first))


def test_what_came_before_the_first_look_is_no_news() -> None:
    watch = HookWatch()
    assert watch.since(41) == 41
    assert watch.saw([], frozenset()) == []
    assert watch.since(43) == 41
    assert watch.saw(rows(42, TOLD, TOLD), frozenset()) == [TOUCHED], "the same words count once"
    assert watch.since(43) == 43


def test_a_store_that_counts_anew_is_read_from_its_beginning() -> None:
    watch = HookWatch()
    watch.since(500)
    assert watch.since(0) == 0
    assert watch.since(2) == 0
    assert watch.saw(rows(1, TOLD), frozenset()) == [TOUCHED]
    assert watch.since(2) == 1


def test_who_is_received_is_told_when_it_changes() -> None:
    watch = HookWatch()
    assert watch.saw([], DINTERO.faces) == [DINTERO]
    assert watch.saw([], DINTERO.faces) == []
    assert watch.blind() == [NOBODY]
    assert watch.blind() == []


def test_a_hook_that_names_no_card_is_no_message() -> None:
    watch = HookWatch()
    watch.since(0)
    told = [Told("dintero", "wallet_transaction"), Told("gr4vy", "e", "", "", "4321", "r2"), TOLD]
    assert watch.saw(rows(1, *told), frozenset()) == [CardTouched("gr4vy", "", "4321", "r2"), TOUCHED]
    assert watch.since(3) == 3


# --- the thread ---------------------------------------------------------------------------------------------------


class Watched:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.messages: queue.Queue[Message] = queue.Queue()
        self.broken: list[BaseException] = []
        self.watcher = HookWatcher(data, self.messages.put, SystemClock(), self.broken.append)
        self.key = 0

    def next(self) -> Message:
        return self.messages.get(timeout=PATIENCE)

    @contextmanager
    def receiver(self) -> Iterator[HookStore]:
        store = HookStore.open(self.data)
        store.beat(["dintero"], "", datetime.now(UTC))
        try:
            yield store
            store.leave()
        finally:
            store.close()

    def take(self, store: HookStore, told: Told = TOLD) -> None:
        self.key += 1
        assert store.take(told, (str(self.key),), datetime.now(UTC))


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(hook_watch, "LOOK_SECONDS", 0.01)
    made = Watched(tmp_path)
    made.watcher.start()
    yield made
    made.watcher.stop()
    assert made.broken == []


def test_a_receiver_that_comes_is_heard_and_missed_when_it_goes(watched: Watched) -> None:
    with watched.receiver() as store:
        assert watched.next() == DINTERO
        watched.take(store)
        assert watched.next() == TOUCHED
    assert watched.next() == NOBODY


def test_a_receiver_that_was_killed_is_missed_after_three_beats(watched: Watched) -> None:
    with watched.receiver() as store:
        assert watched.next() == DINTERO
        store.beat(["dintero"], "", datetime.now(UTC) - SILENT - timedelta(seconds=1))
        assert watched.next() == NOBODY
        store.beat(["dintero"], "", datetime.now(UTC))
        assert watched.next() == DINTERO
    assert watched.next() == NOBODY


def test_more_than_one_look_reads_is_read_by_the_next(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_watch, "AT_ONCE", 3)
    with watched.receiver() as store:
        assert watched.next() == DINTERO
        for number in range(10):
            watched.take(store, Told("dintero", "e", "", f"card-{number}"))
        assert [watched.next() for _ in range(10)] == [CardTouched("dintero", f"card-{n}") for n in range(10)]


@pytest.mark.parametrize("content", [b"", b"rubbish that is no database" * 50])
def test_a_store_that_can_not_be_read_is_nobody_and_no_fault(watched: Watched, content: bytes) -> None:
    with watched.receiver():
        assert watched.next() == DINTERO
    assert watched.next() == NOBODY
    (watched.data / FILE).write_bytes(content)
    with pytest.raises(queue.Empty):
        watched.messages.get(timeout=0.1)
    (watched.data / FILE).unlink()
    with watched.receiver() as store:
        assert watched.next() == DINTERO
        watched.take(store)
        assert watched.next() == TOUCHED, "a new store is heard from its first hook"
    assert watched.next() == NOBODY
