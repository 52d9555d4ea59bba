"""Looks for card secrets in bytes, in every form in which a program might leave one behind.

A number of a card is long enough to be looked for as it is. A CVC or a PIN has three or four digits, which stand in
many places by chance: it is found where it stands as a number of its own in text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

WINDOW = 10
"""Digits of a number in a row that nobody may keep; the last four alone may be shown."""
TEXT = re.compile(rb"[\x20-\x7e]{8,}")
"""A run of text among bytes: shorter ones come about by chance."""


def forms(number: str) -> Iterator[tuple[str, bytes]]:
    """A long number as text, as the text of text, as packed digits and as a machine's integer."""
    for start in range(len(number) - WINDOW + 1):
        yield "digits", number[start : start + WINDOW].encode()
    for encoding in ("utf-16-le", "utf-16-be"):
        yield encoding, number.encode(encoding)
    yield "hex of digits", number.encode().hex().encode()
    yield "hex of digits", number.encode().hex().upper().encode()
    yield "base64", base64.b64encode(number.encode()).rstrip(b"=")[:-1]
    digits = number if len(number) % 2 == 0 else number[:-1]
    yield "packed", bytes.fromhex(digits)
    yield "packed", bytes.fromhex(number[1:] if len(number) % 2 else "0" + number[:-1])
    if len(number) > 15:
        for order in ("little", "big"):
            yield "integer", int(number).to_bytes(8, order)


def found_in(content: bytes, numbers: Iterable[str], codes: Iterable[str]) -> list[str]:
    """In which forms a number or a code stands there. The answer names no secret."""
    found = [f"number in {form}" for number in numbers for form, data in forms(number) if data in content]
    text = b"\n".join(TEXT.findall(content))
    for code in codes:
        if re.search(rb"(?<![0-9A-Za-z.,:+-])" + code.encode() + rb"(?![0-9A-Za-z.,:+-])", text):
            found.append(f"code of {len(code)} digits")
    return found


def search(folder: Path, numbers: Iterable[str], codes: Iterable[str]) -> dict[str, list[str]]:
    """All files of a folder in which something was found, and what."""
    numbers, codes = list(numbers), list(codes)
    looked = {path: found_in(path.read_bytes(), numbers, codes) for path in sorted(folder.rglob("*")) if path.is_file()}
    assert looked, "an empty folder proves nothing"
    return {str(path.relative_to(folder)): found for path, found in looked.items() if found}
