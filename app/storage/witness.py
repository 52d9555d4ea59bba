"""The witness: a small file outside the database that remembers how far the journal had come.

A journal that was rolled back (an old copy restored, its log deleted, a cloned disk) is whole in itself: its chain
holds. Only something kept elsewhere can tell that it once was longer. The witness is written at every Z, at stop and at
least every :data:`EVERY` records; its place should be another disk. Who holds both the key and the witness is not seen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.crypto.mac import equal, hmac_sha256
from app.storage.errors import Damaged
from app.storage.files import make_directory, remove_leftovers, translated, write_whole

EVERY = 100
"""Records between two witnesses: what a restored copy may lack unseen, about sixteen sales."""
SOON = 50
"""After as many a quiet moment is taken for the next one, so that no sale has to wait for its three syncs."""
RESUME_GAP = 1_000
"""STANs left out after a roll-back: more than were ever drawn between two witnesses."""

_FILE = "witness.json"
_MAX_FILE = 4_096


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was true when it was written.

    Attributes:
        seq: The last record; records have no holes, so this is also their count.
        head: Its mac, hex.
        stan_count: How many STANs were drawn.
        terminal_id: Whose journal.
        at: When, UTC; for people.
    """

    seq: int
    head: str
    stan_count: int
    terminal_id: str
    at: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    witness: Witness
    mac: str


def save(place: Path, key: bytes, witness: Witness) -> None:
    """Writes the witness whole. Raises ReadOnly, DiskFull or DiskFailed: then the old one stands."""
    make_directory(place)
    write_whole(place / _FILE, msgspec.json.encode(_File(witness, _mac(key, witness))), replace=True)


def load(place: Path, key: bytes) -> Witness | None:
    """The witness, or None where there is none.

    Raises:
        Damaged: it is not what was written, or was written with another key.
    """
    path = place / _FILE
    remove_leftovers(place, _FILE)
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise translated(error, path) from error
    try:
        kept = msgspec.json.decode(content, type=_File)
    except msgspec.MsgspecError:
        raise Damaged(_FILE) from None
    if not equal(kept.mac.encode(), _mac(key, kept.witness).encode()):
        raise Damaged(_FILE)
    return kept.witness


def now() -> str:
    """The moment for :attr:`Witness.at`."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _mac(key: bytes, witness: Witness) -> str:
    return hmac_sha256(key, b"stanchion witness 1" + msgspec.json.encode(witness)).hex()
