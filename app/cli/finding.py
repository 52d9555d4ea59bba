"""What the doctor found: one thing looked at, how it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FAILED = 1
UNUSABLE = 2
IN_USE = 3
"""Exit codes, as every command has them."""


class State(StrEnum):
    """How it is. With ``WARN`` a till sells; with ``BAD`` it does not, or not as it should."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor.

    Attributes:
        check: What was looked at; one word that scripts may rely on.
        state: How it is.
        said: A sentence about it; never a secret.
        do: What to do, empty where nothing is to be done.
        code: What the command ends with because of it, when it is bad.
    """

    check: str
    state: State
    said: str
    do: str = ""
    code: int = FAILED


def good(check: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(check, State.GOOD, said)


def warn(check: str, said: str, do: str) -> Finding:
    """A till sells, but somebody should know."""
    return Finding(check, State.WARN, said, do)


def bad(check: str, said: str, do: str, code: int = FAILED) -> Finding:
    """A till does not sell like this."""
    return Finding(check, State.BAD, said, do, code)
