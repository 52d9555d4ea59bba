"""The numbers and references by which money is found again.

A STAN (ISO 8583 data element 11) is six digits of text, unique per till and business day, unchanged in repeats and
new for a reversal. Order and transaction references are UUIDs of ours that bind phases and identify an attempt.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

TransactionId = NewType("TransactionId", str)
"""Time-ordered id of one journal transaction (32 hex digits)."""
SaleId = NewType("SaleId", str)
OrderRef = NewType("OrderRef", str)
"""Binds the phases of one payment: kept across authorize, capture, cancel and reversal."""
TransactionRef = NewType("TransactionRef", str)
"""Identifies one payment attempt at the host: the same in each repeat of it."""
TerminalId = NewType("TerminalId", str)
OperatorId = NewType("OperatorId", str)
BusinessDay = NewType("BusinessDay", str)
"""ISO date of the day a sale is counted on; turns over at the Z, not at midnight."""

STAN_CYCLE = 999_999
"""STANs run 000001 to 999999 and start again; 000000 is never used (ISO 8583)."""


@dataclass(frozen=True, slots=True, order=True)
class Stan:
    """Systems trace audit number: exactly six digits, never 000000."""

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 6 or not self.digits.isascii() or not self.digits.isdigit() or self.digits == "000000":
            raise ValueError("a STAN is six digits, 000001 to 999999")

    def __str__(self) -> str:
        return self.digits

    @classmethod
    def from_count(cls, count: int) -> Stan:
        """The ``count``-th STAN of a till's life, counting from 1 and wrapping after 999999."""
        if count < 1:
            raise ValueError("STANs are counted from 1")
        return cls(f"{(count - 1) % STAN_CYCLE + 1:06d}")


class Fresh:
    """New ids drawn from one seed, so that a step stays a pure function of its input.

    The shell hands each step a seed from the operating system's randomness; the simulator hands it a number, and the
    whole history replays to the letter.
    """

    __slots__ = ("_drawn", "_milliseconds", "_seed")

    def __init__(self, seed: bytes, now: datetime) -> None:
        self._seed = seed
        self._milliseconds = round(now.timestamp() * 1000)
        self._drawn = 0

    def _draw(self) -> bytes:
        self._drawn += 1
        return hashlib.sha256(self._seed + self._drawn.to_bytes(4, "big")).digest()

    def transaction_id(self) -> TransactionId:
        """An id that sorts by time of birth (RFC 9562 version 7 layout), so that inserts go to the end of the index."""
        raw = self._milliseconds.to_bytes(6, "big") + self._draw()[:10]
        number = int.from_bytes(raw, "big")
        number = number & ~(0xF000 << 64) | 0x7000 << 64
        number = number & ~(0xC000 << 48) | 0x8000 << 48
        return TransactionId(f"{number:032x}")

    def sale_id(self) -> SaleId:
        """An id for a sale, time-ordered like a transaction's."""
        return SaleId(self.transaction_id())

    def order_ref(self) -> OrderRef:
        """A new reference for what the customer buys."""
        return OrderRef(str(uuid.UUID(bytes=self._draw()[:16], version=4)))

    def transaction_ref(self) -> TransactionRef:
        """A new reference for one attempt to move money."""
        return TransactionRef(str(uuid.UUID(bytes=self._draw()[:16], version=4)))
