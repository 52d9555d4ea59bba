"""A slip as plain text of 42 columns: what an 80 mm printer takes, and what the file printer writes.

Pure: the lines of :mod:`app.ui.paper` and :mod:`app.ui.report_paper` in, text out. A line is never wider than
:data:`COLUMNS`; what does not fit goes on, by words where there are any. Control characters cannot get through (a
product's name must not be able to drive a printer). Of a card there is never more than its last four digits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import segno

from app.domain.card import Issued
from app.domain.receipt import Receipt
from app.domain.report import DayReport
from app.ui.paper import PaperLine, card_paper, paper
from app.ui.report_paper import report_paper

COLUMNS = 42
"""Font A of an 80 mm printer at 576 dots with 12 dots a column, less the margins every maker has (48 and 42 are the
two widths in use; 42 fits both)."""
LARGE = 3
"""Weight of the words that must be seen from afar: spaced out between stars."""
QUIET = 4
"""Modules of white around a code to scan (ISO/IEC 18004)."""
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_PLAIN = {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "•": "*", "…": "...", "\u2212": "-"}
"""Signs that printers' code pages lack, and what stands for them."""


def receipt_lines(receipt: Receipt) -> list[str]:
    """A receipt as text."""
    return slip(paper(receipt))


def report_lines(report: DayReport, store: str = "", terminal_id: str = "") -> list[str]:
    """An X or a Z as text; shop and till where they are known."""
    return slip(report_paper(report, store, terminal_id))


def card_lines(secret: Issued) -> list[str]:
    """A new card as text: the one print of its number, for the customer alone."""
    return slip(card_paper(secret))


def slip(lines: Iterable[PaperLine], columns: int = COLUMNS) -> list[str]:
    """Lines of paper as text, each at most ``columns`` wide."""
    text: list[str] = []
    for line in lines:
        text += _one(line, columns)
    return [part.rstrip() for part in text]


def width(text: str) -> int:
    """Columns a text takes: wide characters two, combining marks none."""
    return sum(_width(sign) for sign in text)


def plain(text: str) -> str:
    """Without anything a printer might take for an order, and without signs that it lacks."""
    signs = (_PLAIN.get(sign, sign) for sign in text)
    return "".join(" " if unicodedata.category(sign[0])[0] in "CZ" else sign for sign in signs)


def _width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _one(line: PaperLine, columns: int) -> list[str]:
    if line.is_rule:
        return ["-" * columns]
    if line.code:
        return _scannable(line.code, columns)
    left, right = plain(line.left), plain(line.right)
    if line.weight == LARGE and not right:
        return _large(left, columns)
    if not right:
        parts = _wrapped(left, columns)
        return [_centred(part, columns) for part in parts] if line.centred else parts
    if width(left) + 1 + width(right) <= columns:
        return [left + " " * (columns - width(left) - width(right)) + right]
    rights = _wrapped(right, columns)
    if len(rights) == 1 or " " in right:  # one long name that had to be cut is read on from the left
        rights = [" " * (columns - width(part)) + part for part in rights]
    return [*(_wrapped(left, columns) if left.strip() else []), *rights]


def _scannable(text: str, columns: int) -> list[str]:
    """A QR code (ISO/IEC 18004) in half blocks, two modules of a column above each other, which every printer's code
    page has (CP437, CP858). Nothing where it is wider than the paper: what it says stands above it in full.
    """
    code = segno.make(text, error="l", micro=False, boost_error=False)
    modules = [bytes(row) for row in code.matrix_iter(border=QUIET)]
    if len(modules) > columns:
        return []
    modules.append(bytes(len(modules)))  # an odd number of rows: the last one has nothing under it
    pairs = zip(modules[::2], modules[1::2], strict=False)
    return [_centred("".join(_HALVES[up, down] for up, down in zip(*pair, strict=True)), columns) for pair in pairs]


def _large(text: str, columns: int) -> list[str]:
    """``*** P E N D I N G ***`` with stars above and below; unspaced where that is too wide."""
    stars = "*" * columns
    spaced = "   ".join(" ".join(word) for word in text.split())
    room = columns - 8
    parts = [spaced] if width(spaced) <= room else _wrapped(text, room)
    return [stars, *(_centred(f"*** {part} ***", columns) for part in parts), stars]


def _centred(text: str, columns: int) -> str:
    return " " * ((columns - width(text)) // 2) + text


def _wrapped(text: str, columns: int) -> list[str]:
    """By words; a word that is too wide by itself is cut."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        candidate = f"{current} {word}" if current else word
        if width(candidate) <= columns:
            current = candidate
            continue
        if current:
            lines.append(current)
        *full, current = _cut(word, columns)
        lines += full
    return [*lines, current]


def _cut(word: str, columns: int) -> list[str]:
    pieces = [""]
    for sign in word:
        if width(pieces[-1]) + _width(sign) > columns:
            pieces.append("")
        pieces[-1] += sign
    return pieces
