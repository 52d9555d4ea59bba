"""What becomes of one request: read, verified over its exact bytes, kept, and answered with a status.

======  ================================================================================================
status  when
======  ================================================================================================
204     it is kept, or was before (the vendor need not bring it again)
400     it is signed and makes no sense, or its time is not now
401     it is not signed, or not by whoever knows the secret
403     it is of another account
404     no backend of that name is received here
413     it is longer than any hook
503     it can't be kept now (a full disk): the vendor brings it again
======  ================================================================================================

No answer says more than that, and nothing of a body or a secret is ever told to anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from app.backends.hooks.base import Hook, HookFault, Verifier
from app.storage.errors import StorageError
from app.storage.hook_store import HookStore, Told

STATUSES: Mapping[HookFault, int] = {
    HookFault.TOO_LARGE: 413,
    HookFault.UNSIGNED: 401,
    HookFault.FORGED: 401,
    HookFault.UNREADABLE: 400,
    HookFault.STALE: 400,
    HookFault.OTHER_ACCOUNT: 403,
}
GOOD = 204
NO_SUCH_FACE = 404
NOT_NOW = 503


class Receiver:
    """Takes requests one after another: one thread at a time.

    Args:
        verifiers: Whose hooks are taken.
        store: Keeps them.
        now: Aware time.
        tell: Told of each hook that is new.
        trouble: Told when the store would not take something.
    """

    def __init__(
        self,
        verifiers: Iterable[Verifier],
        store: HookStore,
        now: Callable[[], datetime],
        tell: Callable[[Hook], None],
        trouble: Callable[[StorageError], None],
    ) -> None:
        self._verifiers = {verifier.face: verifier for verifier in verifiers}
        self._store = store
        self._now = now
        self._tell = tell
        self._trouble = trouble
        self._refused: Counter[str] = Counter()
        self._why: dict[str, HookFault] = {}

    @property
    def faces(self) -> tuple[str, ...]:
        """Whose hooks are taken."""
        return tuple(self._verifiers)

    def take(self, face: str, headers: Mapping[str, str], body: bytes) -> int:
        """One request; the status it is answered with. Header names are in lower case."""
        verifier = self._verifiers.get(face)
        if verifier is None:
            return NO_SUCH_FACE
        hook = verifier.read(headers, body, self._now())
        if isinstance(hook, HookFault):
            self._refused[face] += 1
            self._why[face] = hook
            return STATUSES[hook]
        told = Told(face, hook.event, hook.delivery, hook.account_id, hook.last4, hook.reference)
        try:
            is_new = self._store.take(told, hook.keys, self._now())
        except StorageError as error:
            self._trouble(error)
            return NOT_NOW
        if is_new:
            self._tell(hook)
        return GOOD

    def beat(self, address: str) -> None:
        """Says that a receiver is there, and writes down how many were refused since the last time."""
        try:
            for face, count in self._refused.items():
                self._store.refused(face, self._why[face].value, count, self._now())
            self._refused.clear()
            self._store.beat(self._verifiers, address, self._now())
        except StorageError as error:
            self._trouble(error)

    def close(self, address: str) -> None:
        """The receiver goes: what was counted is written, and the store is closed."""
        self.beat(address)
        try:
            self._store.leave()
        except StorageError as error:
            self._trouble(error)
        finally:
            self._store.close()
