"""The one kind of thread: it handles what waits, ends cleanly, and never ends in silence."""

from __future__ import annotations

import threading

from app.service.worker import Worker

PATIENCE = 30.0


def made(seen: list[list[int]], *, batch: int = 1, broken: list[BaseException] | None = None) -> Worker[int]:
    return Worker(
        "w", seen.append, timeout=lambda: None, failed=(broken if broken is not None else []).append, batch=batch
    )


def test_what_was_posted_before_the_stop_is_handled() -> None:
    seen: list[list[int]] = []
    worker = made(seen)
    for number in range(100):
        worker.post(number)
    worker.start()
    worker.stop()
    assert [number for batch in seen for number in batch] == list(range(100))
    assert not worker.alive


def test_waiting_messages_come_in_batches_of_at_most_so_many() -> None:
    seen: list[list[int]] = []
    worker = made(seen, batch=7)
    for number in range(20):
        worker.post(number)
    worker.start()
    worker.stop()
    assert [len(batch) for batch in seen] == [7, 7, 6]


def test_it_is_called_with_nothing_when_the_time_is_up() -> None:
    woken = threading.Event()
    worker: Worker[int] = Worker(
        "w", lambda messages: woken.set() if not messages else None, timeout=lambda: 0.01, failed=lambda _: None
    )
    worker.start()
    assert woken.wait(PATIENCE)
    worker.stop()


def test_a_fault_is_reported_and_ends_it() -> None:
    told: list[BaseException] = []
    heard = threading.Event()

    def handle(_: list[int]) -> None:
        raise ZeroDivisionError

    def failed(fault: BaseException) -> None:
        told.append(fault)
        heard.set()

    worker: Worker[int] = Worker("w", handle, timeout=lambda: None, failed=failed)
    worker.start()
    worker.post(1)
    assert heard.wait(PATIENCE)
    worker.stop()
    assert [type(fault) for fault in told] == [ZeroDivisionError]
    assert not worker.alive


def test_it_may_be_stopped_twice_by_itself_and_before_it_began() -> None:
    made([]).stop()
    holder: list[Worker[int]] = []
    worker: Worker[int] = Worker("w", lambda _: holder[0].stop(), timeout=lambda: None, failed=lambda _: None)
    holder.append(worker)
    worker.start()
    worker.post(1)
    worker.stop()
    worker.stop()
    assert not worker.alive


def test_its_thread_is_no_daemon() -> None:
    """A daemon may die in the middle of a write."""
    assert not made([])._thread.daemon


def test_a_message_under_work_counts_as_backlog() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def handle(_: list[int]) -> None:
        inside.set()
        assert go_on.wait(PATIENCE)

    worker: Worker[int] = Worker("w", handle, timeout=lambda: None, failed=lambda _: None)
    worker.start()
    worker.post(1)
    assert inside.wait(PATIENCE)
    worker.post(2)
    assert worker.backlog == 2
    go_on.set()
    worker.stop()
