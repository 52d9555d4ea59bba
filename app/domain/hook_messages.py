"""What vendors tell unasked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardTouched:
    """A backend told unasked that a card was used: here, at another till, in a web shop. It is worth looking at again.

    Attributes:
        face: Which backend.
        account_id: Its own id of the card, or empty where it did not say.
        last4: The last four of its number, for a card the backend knows by nothing else.
        reference: Of the till's transaction that did it, where one of some till's did.
    """

    face: str
    account_id: str
    last4: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class HooksHeard:
    """The backends whose hooks are being received now; of the others nothing comes unasked."""

    faces: frozenset[str]
