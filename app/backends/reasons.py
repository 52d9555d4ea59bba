"""What a host's own words mean in the till's, and whether it is the host that speaks at all.

Vendors document few errors and their texts are for people, so reasons are read from text, by one table, and that text
goes no further: the till has words of its own, and a stranger's text may quote a card number.
"""

from __future__ import annotations

import re

from app.backends.client import Answer
from app.domain.host import Decline

MAX_SAID = 2000
"""Characters of a host's explanation that are searched: a sentence, not a page."""

# First match wins, so what is narrow stands before what is wide. Searched in lower-case words: "insufficientFunds" and
# "Insufficient funds." are both "insufficient funds".
_REASONS: tuple[tuple[Decline, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (
            Decline.PIN_REQUIRED,
            r"\b(pin|pass ?code)\b( code| block)?( is)? (required|missing|needed)|\bneeds (its|a) pin|\bmissing pin",
        ),
        (
            Decline.WRONG_PIN,
            (
                r"\b(pin|pass ?code)\b( code)?( is| was)? (wrong|incorrect|invalid|false)"
                r"|\b(wrong|incorrect|invalid) (pin|pass ?code)\b"
            ),
        ),
        (Decline.WRONG_CVC, r"\b(cvc|cvv|security ?code|card verification)\b"),
        (Decline.INSUFFICIENT, r"\binsufficient\b|\bbalance( is)? too low|\bnot enough\b|\bno funds\b"),
        (Decline.NOTHING_LEFT, r"\bnothing (left )?to\b|\bnothing left\b|\bnot that much left|\bremaining \w+ amount"),
        (Decline.NOTHING_LEFT, r"\balready (been )?(captured|cancell?ed|reversed|refunded|given back)"),
        (
            Decline.UNKNOWN_CARD,
            r"\b(unknown|no such|invalid) (card|account)\b|\b(card|account)( is| was)? (unknown|not found)",
        ),
        (Decline.BLOCKED, r"\b(blocked|locked|stopped|lost|stolen)\b"),
        (Decline.INACTIVE, r"\binactive\b|\bnot (yet )?(active|activated)\b|\bnot been activated\b"),
        (Decline.EXPIRED, r"\bexpired\b"),
        (Decline.PRODUCT, r"\bproducts?\b.*\b(not|never|only)\b|\bmay not pay for\b"),
        (Decline.CURRENCY, r"\bcurrency\b"),
        (Decline.AMOUNT, r"\bamount\b|\bbalance limit\b|\btoo high\b"),
    )
)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def reason(texts: list[str], otherwise: Decline) -> Decline:
    """The till's own word for what a host said."""
    for text in texts:
        words = " ".join(_WORD.findall(text)).lower()
        for decline, pattern in _REASONS:
            if pattern.search(words):
                return decline
    return otherwise


def is_2xx(answer: Answer) -> bool:
    """Whether the host says that it did what it was asked, or at least answers."""
    return 200 <= answer.status < 300


def is_html(answer: Answer) -> bool:
    """Whether some portal or proxy answered in the host's place: its word about money counts for nothing."""
    return "html" in answer.content_type.lower() or answer.body.lstrip()[:1] == b"<"
