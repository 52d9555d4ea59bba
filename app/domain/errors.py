"""Errors that more than one room must know by name: what stops a program. A refusal is a value, not an error."""

from __future__ import annotations


class CannotStart(Exception):
    """Why there is no till.

    Attributes:
        sentence: What is wrong and what to do, for whoever started the program; never a secret.
        exit_code: 1 for what lies on the disk, 2 for how it was called or configured, 3 when another till is there.
    """

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code
