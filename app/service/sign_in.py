"""Who may take the till: a PIN per person, kept as a salted slow hash (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.messages import Message, SignIn, SignInFailed
from app.domain.view import OperatorView

COST = 2**14
BLOCK = 8
PARALLEL = 1
"""16 MiB and some 40 ms a guess on a till: slow for a thief with the file, not felt by a cashier."""
FREE_TRIES = 3
FIRST_WAIT = 15
LONGEST_WAIT = 300
"""After three wrong PINs each further try waits, 15 s doubling to five minutes: ten thousand PINs take a month."""


def hash_pin(digits: bytes | bytearray, salt: bytes | None = None) -> str:
    """A PIN as it is kept: ``scrypt$cost$salt$hash``."""
    salt = salt if salt is not None else secrets.token_bytes(16)
    digest = _scrypt(digits, salt, COST)
    return f"scrypt${COST}${salt.hex()}${digest.hex()}"


def _scrypt(digits: bytes | bytearray, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(bytes(digits), salt=salt, n=cost, r=BLOCK, p=PARALLEL, maxmem=2**26)


def matches(kept: str, digits: bytes | bytearray) -> bool:
    """Whether these digits are the ones that were kept. A kept text of another form matches nothing."""
    parts = kept.split("$")
    if len(parts) != 4 or parts[0] != "scrypt" or not parts[1].isdigit():
        return False
    try:
        salt, wanted = bytes.fromhex(parts[2]), bytes.fromhex(parts[3])
        found = _scrypt(digits, salt, int(parts[1]))
    except ValueError:  # no hex, or a cost that scrypt does not take
        return False
    return hmac.compare_digest(found, wanted)


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    not_before: float = 0.0


class Gate:
    """Compares PINs. Called from the window's thread; what it found becomes a message, the digits never do."""

    def __init__(
        self,
        operators: tuple[OperatorView, ...],
        hashes: Mapping[str, str],
        post: Callable[[Message], None],
        ticks: Callable[[], float],
    ) -> None:
        self._operators = {operator.id: operator for operator in operators}
        self._hashes = hashes
        self._post = post
        self._ticks = ticks
        self._tries: dict[str, _Tries] = {}

    def sign_in(self, operator_id: str, digits: bytearray) -> None:
        """Compares, wipes the digits (one byte 0-9 each), and tells the till."""
        typed = bytearray(digit + 0x30 for digit in digits)
        tries = self._tries.setdefault(operator_id, _Tries())
        now = self._ticks()
        try:
            if now < tries.not_before:
                self._post(SignInFailed(round(tries.not_before - now) or 1))
                return
            operator = self._operators.get(operator_id)
            if operator is not None and matches(self._hashes.get(operator_id, ""), typed):
                self._tries.pop(operator_id)
                self._post(SignIn(operator.id, operator.role.value))
                return
            tries.failed += 1
            wait = 0
            if tries.failed >= FREE_TRIES:
                wait = min(FIRST_WAIT * 2 ** min(tries.failed - FREE_TRIES, 10), LONGEST_WAIT)
                tries.not_before = now + wait
            self._post(SignInFailed(wait))
        finally:
            typed[:] = bytes(len(typed))
            digits[:] = bytes(len(digits))
