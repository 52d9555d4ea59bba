"""A hook is news that a card is worth looking at again: is it the vendor's, and what is it about?

A verifier reads one request over its exact bytes and answers with a :class:`Hook` or with why it is not believed. It
remembers nothing. Whether a hook is *new* is for whoever keeps them to say, in the same commit that keeps it: a hook
names the keys under which it counts as seen (``keys``), and one key that was seen before makes it a duplicate.

A hook moves no money and settles nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

MAX_BODY = 64 * 1024
"""A transaction is under 2 KB."""
MAX_TEXT = 255
"""Characters of each name that is kept of a hook: the longest card id either vendor allows."""
SKEW = timedelta(minutes=5)
"""How far the vendor's clock and ours may be apart."""

PING = "ping"
"""The event of a subscription that was just made: it says nothing of a card."""


class HookFault(StrEnum):
    """Why a hook is not believed."""

    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    OTHER_ACCOUNT = "other-account"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook that was verified.

    Attributes:
        face: Whose.
        event: The vendor's name for what happened.
        delivery: The vendor's name for this news, the same in each attempt to bring it; empty where it has none.
        account_id: The card, as the till knows it once the backend was asked; empty where the hook does not say.
        last4: The last four of its number, for a card the backend knows by nothing else.
        reference: The till's own transaction reference, where what happened carries one.
        keys: Under which it counts as seen. None for what may come as often as it likes.
    """

    face: str
    event: str
    delivery: str = ""
    account_id: str = ""
    last4: str = ""
    reference: str = ""
    keys: tuple[str, ...] = ()


class Verifier(Protocol):
    """Reads the hooks of one vendor's subscription. Safe to call from any thread."""

    @property
    def face(self) -> str:
        """Whose hooks."""

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hook | HookFault:
        """What a request says, or why it is not believed. Header names are in lower case; ``now`` is aware."""


def matches(given: str, wanted: Iterable[str]) -> bool:
    """Whether a signature is one of those wanted. How long it takes says nothing of how near a wrong one came."""
    text = given.strip().lower().encode()
    return any(hmac.compare_digest(text, one.encode()) for one in wanted)
