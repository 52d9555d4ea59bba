"""The till's log: one file, bounded, and nothing in it that looks like a card.

Nobody logs a secret on purpose. This is the net below: digits in the length of a card number are cut down to their
last four on their way into the file, whoever wrote them.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
from contextlib import suppress
from pathlib import Path

_RUN = r"\d{9,37}(?:=\d{0,24})?"
_GROUPS = r"\d{4}(?:[ -]\d{4}){2,3}(?:[ -]?\d{1,7})?"
"""As people write card numbers. The lookarounds leave UUIDs and hashes whole: their groups hang together."""
_NUMBERS = re.compile(rf"(?<![0-9A-Fa-f-])(?:{_RUN}|{_GROUPS})(?![0-9A-Fa-f-])", re.ASCII)
MAX_BYTES = 1_000_000
BACKUPS = 3
"""Four files of a megabyte: weeks of a till, and no disk fills up with it."""


def redact(text: str) -> str:
    """The text with every run of digits that could be a card or a track cut to its last four."""
    return _NUMBERS.sub(lambda found: "…" + found.group().partition("=")[0][-4:], text)


class BoundedFile(logging.handlers.RotatingFileHandler):
    """The file and its older parts. A full disk stops the log and nothing else, and is silent: what the handler of the
    library would print on the terminal instead holds the arguments as they came, unredacted.
    """

    def close(self) -> None:
        """Closes the file, and gives up what it can't take any more."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Nothing: the line is lost."""
        del record


class RedactingFormatter(logging.Formatter):
    """Formats, then redacts: arguments and tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of the log."""
        return redact(super().format(record))


def set_up(path: Path) -> logging.Handler:
    """Starts logging to a file; the handler, to be closed with :func:`logging.shutdown`.

    Raises:
        OSError: the file can't be opened.
    """
    handler = BoundedFile(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8")
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # these two write whole requests when asked; they are never asked
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return handler
