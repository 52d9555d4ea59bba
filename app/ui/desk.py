"""What a screen is handed: the look, the clock, and the few callables by which it reaches the rest of the till."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from app.domain.messages import Message
from app.ui.look import Look

Send = Callable[[Message], None]
"""Takes a command. Called on the window's thread; must return at once."""
SignIn = Callable[[str, bytearray], None]
"""Takes an operator's id and the digits of the PIN (one byte 0-9 each). The receiver wipes the array; the answer comes
as a picture, because the comparison is slow on purpose."""
Clock = Callable[[], datetime]
"""The wall clock, always with a time zone."""


class PinSession(Protocol):
    """Where a customer's PIN lives while it is typed. The window passes each digit on and keeps none."""

    def digit(self, d: int, /) -> int:
        """Take one digit (0-9); returns how many are in."""

    def clear(self) -> int:
        """Forget all digits; returns 0."""

    def done(self) -> None:
        """Encrypt what is in and send it off."""

    def cancel(self) -> None:
        """Forget all digits and give up."""


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card of the training issuer, as its tray shows it.

    Attributes:
        id: By which the tray asks for it; tells nothing of the card.
        name: The contract's name for it (``ordinary``, ``pin`` ...): each programme has one of that name.
        last4: The end of its number or code.
        programme: What the cashier reads on it.
        pin: What its customer would enter; empty for a card without a PIN.
        scanned: Whether it is shown to the scanner instead of the reader.
    """

    id: str
    name: str
    last4: str
    programme: str = ""
    pin: str = field(default="", repr=False)
    scanned: bool = False


@dataclass(slots=True)
class Tray:
    """Demo cards that a training till's simulated devices can read, by id; empty on every other till."""

    cards: tuple[DemoCard, ...] = ()
    present: Callable[[str], None] = lambda _id: None


def utc_now() -> datetime:
    """The wall clock of the machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The tools of a screen."""

    look: Look
    send: Send
    pin: PinSession
    sign_in: SignIn
    now: Clock = utc_now
    tray: Tray = field(default_factory=Tray)
