"""The chain over the records: each line's code covers the line and the code before it.

A changed, left out, inserted or reordered line breaks every code after it; a cut-off end is found by the witness.
SQLite's own checks miss two thirds of single flipped bits and all damage in the write-ahead log; this finds them.

The first code hangs on the stamp, so a journal can't be given to another terminal or environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.crypto.mac import equal, hmac_sha256
from app.storage.database import Store

_GENESIS = b"stanchion journal 1"


def genesis(key: bytes, stamp: tuple[tuple[str, str], ...]) -> bytes:
    """What stands in for the code before the first record."""
    return hmac_sha256(key, _join(_GENESIS, *(part.encode() for pair in stamp for part in pair)))


def link(key: bytes, before: bytes, seq: int, at: str, txn: str | None, kind: str, body: str) -> bytes:
    """A record's code: HMAC-SHA256 over the code before and the columns, each with its length in front."""
    return hmac_sha256(
        key, _join(before, seq.to_bytes(8, "big"), at.encode(), (txn or "").encode(), kind.encode(), body.encode())
    )


def broken_links(store: Store, key: bytes, stamp: tuple[tuple[str, str], ...], after: int) -> Iterator[int]:
    """Records after ``after`` whose code does not fit, or before which one is missing."""
    row = store.one("SELECT mac FROM record WHERE seq = ?", (after,)) if after else None
    before = row[0] if row else genesis(key, stamp)
    expected = after + 1
    sql = "SELECT seq, at, txn, kind, body, mac FROM record WHERE seq > ?"
    for seq, at, txn, kind, body, mac in store.pages(sql, after):
        if seq != expected or not equal(mac, link(key, before, seq, at, txn, kind, body)):
            yield seq
        before, expected = mac, seq + 1


def _join(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
