"""The one kind of thread the till has: a bounded inbox, a loop, an end.

This is the only place that catches everything: a fault in a loop must become a report and a stop, never a silent
thread that is gone. No thread is a daemon, because a daemon may die in the middle of a write.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

INBOX = 10_000
"""Messages a worker may have waiting. A till makes a few a second; a forwarding run is bounded by its lanes."""
JOIN_SECONDS = 30.0
"""How long a stop waits for a thread: longer than the longest host call, which has a deadline of its own."""

log = logging.getLogger("stanchion.worker")


class _End:
    """What is put in an inbox to end its worker."""


_END = _End()


class Worker(Generic[T]):
    """Runs ``handle`` on batches of messages in a thread of its own.

    Args:
        name: Of the thread.
        handle: Takes what was waiting (never more than ``batch``; empty after a timeout).
        timeout: How long to wait for a message before ``handle`` is called with none.
        failed: Told when ``handle`` raised; the worker has ended then.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[list[T]], None],
        *,
        timeout: Callable[[], float | None],
        failed: Callable[[BaseException], None],
        batch: int = 1,
    ) -> None:
        self._handle = handle
        self._timeout = timeout
        self._failed = failed
        self._batch = batch
        self._inbox: queue.Queue[T | _End] = queue.Queue(INBOX)
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def post(self, message: T) -> None:
        """Puts a message in the inbox; blocks while it is full (the sender slows down to our pace)."""
        self._inbox.put(message)

    def stop(self) -> None:
        """Handles what is waiting, then ends. Safe to call twice, and from the worker itself."""
        self._inbox.put(_END)
        if self._thread is not threading.current_thread() and self._thread.ident is not None:
            self._thread.join(JOIN_SECONDS)

    @property
    def backlog(self) -> int:
        """Messages that are not handled yet: those that wait and those under work."""
        return self._inbox.unfinished_tasks

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while True:
                messages, last = self._take()
                if messages or not last:
                    self._handle(messages)
                    for _ in messages:
                        self._inbox.task_done()
                if last:
                    return
        except BaseException as fault:  # noqa: BLE001 - see the module's first lines
            log.critical("worker %s ended by %s", self._thread.name, type(fault).__name__)
            self._failed(fault)

    def _take(self) -> tuple[list[T], bool]:
        """What is waiting, and whether the end was asked for."""
        messages: list[T] = []
        wait = self._timeout()
        try:
            first = self._inbox.get(timeout=wait) if wait is None or wait > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return messages, False
        while not isinstance(first, _End):
            messages.append(first)
            if len(messages) >= self._batch:
                return messages, False
            try:
                first = self._inbox.get_nowait()
            except queue.Empty:
                return messages, False
        return messages, True
