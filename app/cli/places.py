"""Which till a command means when nobody says, and the issuer host that a training till needs beside it."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

from app.domain.errors import CannotStart
from app.issuer.child import IssuerChild
from app.paths import data_directory

ISSUER_BYTES = 256 << 10
"""What a young issuer's database takes, with something to spare."""


def existing_data(given: Path | None) -> Path:
    """The named data directory; else the production till's where it has a journal, else the training till's."""
    if given is not None:
        return given
    production = data_directory(training=False)
    return production if (production / "journal.db").exists() else data_directory(training=True)


def training_issuer(data: Path) -> IssuerChild:
    """Starts the issuer host of a training till, which keeps its books beside the journal.

    Raises:
        CannotStart: the directory can't be made or written to. Tried here, because the child could only say so in words
            of its own and end.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data) as file:
            file.write(bytes(ISSUER_BYTES))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CannotStart(
                f"The disk of {data} is full. Nothing was lost. Make room, then start again.", 1
            ) from None
        raise CannotStart(
            f"The data directory {data} can't be written to ({error.strerror}). Nothing was changed. "
            "Give this user the right to, or name another with --data.",
            2,
        ) from None
    return IssuerChild(data / "issuer.db")
