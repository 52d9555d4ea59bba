"""The till's look at the hooks' store: what a receiver took since the last look becomes messages.

    receiver --(hooks.db)--> look, once a second --CardTouched, HooksHeard--> terminal

The store is opened for each look and closed after it: a receiver that is started, stopped, killed or given a new file
is seen for what it is at the next look. Whatever is wrong with the store, the till sells on; it only hears nothing, and
so asks the backends itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from app.domain.hook_messages import CardTouched, HooksHeard
from app.domain.messages import Message
from app.service.clock import Clock
from app.service.worker import Worker
from app.storage.errors import Absent, InUse, StorageError
from app.storage.hook_store import HookStore, Told

LOOK_SECONDS = 1.0
"""A customer who pays at the next counter and comes over here takes longer."""
AT_ONCE = 500
"""Hooks read per look: more than a chain has in a second. What is left is read by the next look."""

log = logging.getLogger("stanchion.hooks")


class HookWatch:
    """What is new since the last look. Pure.

    What came before the first look is not news: no sheet was open then.
    """

    def __init__(self) -> None:
        self._after: int | None = None
        self._faces: frozenset[str] = frozenset()

    def since(self, newest: int) -> int:
        """The number after which to read. A store that counts anew is a new one, and read from its beginning."""
        if self._after is None:
            self._after = newest
        return self._after if self._after <= newest else 0

    def saw(self, told: Sequence[tuple[int, Told]], receiving: frozenset[str]) -> list[Message]:
        """The messages of a look; the same words about the same card count once."""
        if told:
            self._after = told[-1][0]
        named = [hook for _, hook in told if hook.account_id or hook.last4]
        touched = dict.fromkeys(CardTouched(h.face, h.account_id, h.last4, h.reference) for h in named)
        return [*self._heard(receiving), *touched]

    def blind(self) -> list[Message]:
        """The messages of a look that saw nothing: nobody receives."""
        return self._heard(frozenset())

    def _heard(self, receiving: frozenset[str]) -> list[Message]:
        if receiving == self._faces:
            return []
        self._faces = receiving
        return [HooksHeard(receiving)]


class HookWatcher:
    """Looks once a second, in a thread of its own."""

    def __init__(
        self,
        directory: Path,
        post: Callable[[Message], None],
        clock: Clock,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._directory = directory
        self._post = post
        self._clock = clock
        self._watch = HookWatch()
        self._wrong = ""
        self._worker: Worker[None] = Worker("hook-watch", self._look, timeout=lambda: LOOK_SECONDS, failed=failed)

    def start(self) -> None:
        """Begins; the first look is at once."""
        self._worker.start()
        self._worker.post(None)

    def stop(self) -> None:
        """Ends the thread."""
        self._worker.stop()

    def _look(self, _: list[None]) -> None:
        try:
            with closing(HookStore.look(self._directory)) as store:
                told = store.after(self._watch.since(store.newest()), AT_ONCE)
                messages = self._watch.saw(told, store.receiving(self._clock.now()))
            self._wrong = ""
        except InUse:
            return  # a write that takes long; the next look will see what it wrote
        except StorageError as error:
            if error.code != self._wrong and not isinstance(error, Absent):
                log.warning("the hooks' store can't be read: %s", error.code)
            self._wrong = error.code
            messages = self._watch.blind()
        for message in messages:
            self._post(message)
