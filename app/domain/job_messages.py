"""Commands of the screens behind F7: answers to questions, choices from lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.ids import TransactionId


@dataclass(frozen=True, slots=True)
class TextEntered:
    """The answer to the question that is open: a customer, a recipient, a reason, a first or last number, a count.

    Its repr hides it: it may be a number of a card, or somebody's name.
    """

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndSource:
    """Whether the card that gives its money away ends with it."""

    end: bool


@dataclass(frozen=True, slots=True)
class DropSource:
    """Take the last of the cards that are to be combined off the list again."""


@dataclass(frozen=True, slots=True)
class PickStored:
    """One of the listed cards, by the backend's id: open its sheet, or (``details``) ask what else is known of it."""

    card_id: str
    details: bool = False


@dataclass(frozen=True, slots=True)
class MoreCards:
    """The next page of the list of cards."""


@dataclass(frozen=True, slots=True)
class PickReservation:
    """A reservation from the list: capture it, or (``release``) let it go."""

    transaction_id: TransactionId
    release: bool = False


@dataclass(frozen=True, slots=True)
class FreeCard:
    """Take a card off the stop list."""

    key: str
