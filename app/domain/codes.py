"""Codes of cards: whose a code is, and which number it is, if it is one.

A number is told by its leading digits, a code by its prefix. A code without a prefix that anybody knows is the
cashier's to place, but never where it may be a bank card's number in disguise: written with signs between the digits,
or with a word around it. A prefix that a programme claims wins, as six digits do for a number: one code in thirty of
random digits would look like a bank card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.domain.card import MAX_PAN, MIN_PAN, CardFault, CardRefused, Code, Pan, Programme
from app.domain.schemes import is_bank_card, programmes_for
from app.domain.verb import Capabilities

_RUN = re.compile(r"[0-9]{13,19}")
"""Payment cards have 13 to 19 digits (ISO/IEC 7812)."""
_EXACTLY = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")
"""As many digits as a card has, and no more: a bank's own reference may be longer."""
_GROUPED = re.compile(r"(?<=[0-9])[ -](?=[0-9])")
"""What stands between the groups of a number as it is printed on a card."""
_TELLING = 4
"""Digits of a prefix from which on a run that begins with it is taken for a card of that programme."""
_DOUBLED = "0246813579"


class CodeText:
    """The signs of a code on their way from the scanner to the parser. Shown by nothing."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The signs, for the parser."""
        return self._text

    def __repr__(self) -> str:
        return "CodeText(…)"


def recognised(pan: Pan, programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    """The programmes a number or code may belong to: one, or several (or none) of which the cashier picks.

    Raises:
        CardRefused: it is a bank card, or a code where no programme has codes.
    """
    return _of_code(pan, programmes) if isinstance(pan, Code) else programmes_for(pan.reveal(), programmes)


def choices(pan: Pan, programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    """What the cashier may pick from where nothing was recognised."""
    return _with_codes(programmes) if isinstance(pan, Code) else programmes


def bare(pan: Pan, programme: Programme) -> Pan:
    """The number behind a programme's prefix, if it is one: so that a card is the same card scanned and swiped."""
    text = pan.reveal()
    if isinstance(pan, Code):
        for prefix in sorted(programme.code_prefixes, key=len, reverse=True):
            digits = text.removeprefix(prefix)
            if prefix and digits != text and digits.isdigit() and MIN_PAN <= len(digits) <= MAX_PAN:
                return Pan(digits)
    return pan


def misplaced(programmes: tuple[Programme, ...], backends: Mapping[str, Capabilities]) -> tuple[Programme, ...]:
    """Programmes with codes at a backend that knows cards by their numbers only."""
    return tuple(one for one in _with_codes(programmes) if not backends[one.face].codes)


def tells_a_number(words: str, programmes: tuple[Programme, ...]) -> bool:
    """Whether words that somebody typed hold a card's number: a bank's, proved by its check digit, or one of the
    till's own programmes. Words are written down and sent; a number must not be.
    """
    prefixes = tuple(p for programme in programmes for p in programme.prefixes if len(p) >= _TELLING)
    runs = _EXACTLY.findall(_GROUPED.sub("", words))
    return any((is_bank_card(run) and _passes_luhn(run)) or run.startswith(prefixes) for run in runs)


def _with_codes(programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    return tuple(programme for programme in programmes if programme.code_prefixes)


def _of_code(code: Code, programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    with_codes = _with_codes(programmes)
    if not with_codes:
        raise CardRefused(CardFault.NO_PROGRAMME)
    text = code.reveal()
    known = {prefix for programme in with_codes for prefix in programme.code_prefixes if text.startswith(prefix)}
    longest = max(known, key=len, default=None)
    if not longest and _may_be_bank_card(text):
        raise CardRefused(CardFault.BANK_CARD)
    return tuple(programme for programme in with_codes if longest in programme.code_prefixes)


def _may_be_bank_card(text: str) -> bool:
    """Digits with other signs than letters between them, or a number of a scheme inside that its check digit proves."""
    signs = "".join(sign for sign in text if sign.isalnum())
    if signs.isdigit():
        return is_bank_card(signs)
    return any(is_bank_card(run) and _passes_luhn(run) for run in _RUN.findall(text))


def _passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    backwards = digits[::-1]
    return sum(int(_DOUBLED[int(sign)] if place % 2 else sign) for place, sign in enumerate(backwards)) % 10 == 0
