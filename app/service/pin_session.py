"""The customer's PIN, from the first key to the encrypted block: digits in one bytearray that is wiped, nothing else.

On-screen PIN entry is software PIN entry: defensible for the closed-loop PIN of a gift card whose issuer accepts it,
and for nothing else (PCI PIN). Digits never become a str or a log line; what leaves is an ISO 9564-1 block. Some wires
want the digits themselves, protected by TLS alone: for those the block *is* the digits, and like any other it hides
itself, stays in memory and dies with its transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.crypto.kcv import is_public_test_key
from app.crypto.pinblock import PinBlockFormat, encrypt_pin_block, wipe
from app.domain.card import CLEAR_PIN, Pan, PinBlock
from app.domain.ids import TransactionId
from app.domain.messages import Message, PinCancelled, PinEntered

SHORTEST = 4
LONGEST = 12
"""ISO 9564-1: a PIN has 4 to 12 digits."""


class PinKeyRefused(ValueError):
    """A published test key was configured outside training."""


class PinSession:
    """One customer at a time. Called from the window's thread, opened from the terminal's."""

    def __init__(
        self, post: Callable[[Message], None], key: bytes, block_format: PinBlockFormat, *, training: bool
    ) -> None:
        if not training and is_public_test_key(key):
            raise PinKeyRefused
        self._post = post
        self._key = key
        self._format = block_format
        self._lock = threading.Lock()
        self._digits = bytearray()
        self._open: tuple[TransactionId, Pan, bool] | None = None

    def __repr__(self) -> str:
        return "PinSession(…)"

    def open(self, transaction_id: TransactionId, pan: Pan, in_clear: bool) -> None:
        """Listens for this customer. Digits of an earlier one are wiped.

        Args:
            transaction_id: What the PIN is for.
            pan: The card's number, which an encrypted block is bound to.
            in_clear: Whether this card's backend wants the digits as they are.
        """
        with self._lock:
            wipe(self._digits)
            self._digits.clear()
            self._open = (transaction_id, pan, in_clear)

    def digit(self, digit: int) -> int:
        """One key; how many digits are in. A thirteenth is not taken."""
        with self._lock:
            if self._open is not None and 0 <= digit <= 9 and len(self._digits) < LONGEST:
                self._digits.append(0x30 + digit)  # the encoder takes ASCII digits
            return len(self._digits)

    def clear(self) -> int:
        """The customer starts over; no digits are in."""
        with self._lock:
            wipe(self._digits)
            self._digits.clear()
            return 0

    def done(self) -> None:
        """Makes the block at once and sends it on its way. Too few digits change nothing."""
        with self._lock:
            if self._open is None or len(self._digits) < SHORTEST:
                return
            transaction_id, pan, in_clear = self._open
            try:
                block = self._block(pan, in_clear=in_clear)
            finally:  # also where the number and the format don't go together
                wipe(self._digits)
                self._digits.clear()
                self._open = None
        self._post(PinEntered(transaction_id, block))

    def _block(self, pan: Pan, *, in_clear: bool) -> PinBlock:
        if in_clear:
            return PinBlock(bytes(self._digits), CLEAR_PIN)
        return PinBlock(encrypt_pin_block(self._format, self._key, self._digits, pan.reveal()), self._format.value)

    def cancel(self) -> None:
        """The customer gave up."""
        with self._lock:
            wipe(self._digits)
            self._digits.clear()
            opened, self._open = self._open, None
        if opened is not None:
            self._post(PinCancelled(opened[0]))
