"""Where a tour leaves what it shows: a directory that says of itself that it is one, and is emptied only then."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import CannotStart

MARKER = ".stanchion-tour"
NAME = "tour-out"
WRONG = 2


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a tour's directory.

    Attributes:
        out: The directory itself; pictures and their texts lie in it.
    """

    out: Path

    @property
    def till(self) -> Path:
        """The till's data directory, journal and all."""
        return self.out / "till"

    @property
    def issuer(self) -> Path:
        """The issuer's books: the bank's, never the till's."""
        return self.out / "issuer"

    @property
    def receipts(self) -> Path:
        """Slips as they came out of the printer."""
        return self.out / "receipts"

    @property
    def errors(self) -> Path:
        """What tills said on stderr: empty on a good day."""
        return self.out / "errors.txt"

    @property
    def reconciliation(self) -> Path:
        """Both books side by side."""
        return self.out / "reconciliation.json"


def prepare(wanted: Path | None) -> Place:
    """An empty place.

    Args:
        wanted: Where; None is ``tour-out`` here, or a temporary directory where this one can't be written to.

    Raises:
        CannotStart: it holds something that no tour left there, or can't be written to.
    """
    if wanted is not None:
        return _emptied(wanted)
    here = Path.cwd() / NAME
    try:
        return _emptied(here)
    except CannotStart:
        if here.exists():
            raise
    return _emptied(Path(tempfile.mkdtemp(prefix="stanchion-tour-")))


def _emptied(out: Path) -> Place:
    place = Place(out.absolute())
    try:
        left = list(out.iterdir()) if out.exists() else []
        if left and not (out / MARKER).is_file():
            raise CannotStart(
                f"{out} holds something else than a tour. Nothing was removed. Name another place.", WRONG
            )
        for old in left:
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old.name != MARKER:
                old.unlink()
        for folder in (out, place.till, place.issuer, place.receipts):
            folder.mkdir(parents=True, exist_ok=True)
        (out / MARKER).write_text("A tour of Stanchion wrote this directory; the next one empties it.\n", "utf-8")
    except OSError as error:
        raise CannotStart(
            f"{out} can't be written to: {error.strerror}. Name another place with --out.", WRONG
        ) from None
    return place
