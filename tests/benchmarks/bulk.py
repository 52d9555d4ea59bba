"""A journal of any size, in the time it takes to write it: the same rows and codes a till would have left, row by row.

Only for measuring. Each transaction is a payment that went well, five records long; every thousand a day is closed.
The journal's own check finds nothing wrong with it (the smallest size is checked by a test).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.backends.providers.swedbankpay_settings import FACE
from app.domain import records as r
from app.domain.card import CardRef, EntryMode
from app.domain.ids import BusinessDay, OperatorId, OrderRef, Stan, TransactionId, TransactionRef
from app.domain.transaction import Transaction, apply
from app.domain.verb import Verb
from app.storage import chain
from app.storage.codec import encode_body, encode_row, encode_time
from app.storage.journal import FILE, Journal, Stamp
from app.storage.vault import Key, Vault
from tests.benchmarks.shop import AMOUNT, TILL, WHO

PER_DAY = 1_000
CARDS = 5_000
BATCH = 50_000
_ID, _REF, _ORDER, _HOST = "f" * 32, "REF-" + "e" * 8, "ORD-" + "e" * 8, "HOST-" + "e" * 8
_STAN, _DAY, _KEY, _AT = "654321", "1970-06-05", "d" * 64, datetime(1970, 6, 5, 4, 3, 2, 123456, UTC)


@dataclass(frozen=True, slots=True)
class _Life:
    """The texts of a transaction whose changing parts are placeholders."""

    bodies: tuple[tuple[str, str], ...]
    row: str
    closed: tuple[str, str]


def _life() -> _Life:
    card = CardRef(_KEY, "4321", "Here", FACE, EntryMode.SWIPED, "12/31", "PP-1")
    opened = r.Opened(
        Verb.REDEEM,
        AMOUNT,
        Stan(_STAN),
        OrderRef(_ORDER),
        TransactionRef(_REF),
        TILL,
        BusinessDay(_DAY),
        _AT,
        OperatorId(WHO.id),
        None,
    )
    bodies = (
        opened,
        r.CardPresented(card),
        r.Ready(pin=False),
        r.RequestSent(),
        r.Approved(_HOST, "PP-1", AMOUNT, AMOUNT),
    )
    row: Transaction | None = None
    for body in bodies:
        row = apply(row, r.Record(_AT, TransactionId(_ID), body))
    assert row is not None
    closed = r.DayClosed(777_777, BusinessDay(_DAY), BusinessDay("1970-06-06"), OperatorId(WHO.id), "c" * 64)
    return _Life(tuple(encode_body(body) for body in bodies), encode_row(row), encode_body(closed))


def build(directory: Path, stamp: Stamp, count: int) -> None:
    """Makes the journal of a young directory, ``count`` transactions long."""
    vault = Vault.open(directory)
    Journal.open(directory, vault, stamp).close()
    connection = sqlite3.connect(directory / FILE, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    writer = _Writer(vault.key(Key.JOURNAL), stamp)
    rows = writer.rows(count)
    while writer.more:
        connection.execute("BEGIN")
        records, transactions = next(rows)
        connection.executemany("INSERT INTO record VALUES (?, ?, ?, NULL, ?, ?, ?)", records)
        connection.executemany(
            "INSERT INTO txn VALUES (?, ?, ?, ?, ?, NULL, ?, 'redeem', 'APPROVED', ?, 'NOK', 0, 0, ?, NULL)",
            transactions,
        )
        connection.execute("COMMIT")
    connection.execute(
        "UPDATE till SET z_number = ?, business_day = ?, day_start = ?", (writer.number, writer.day, writer.day_start)
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    Journal.open(directory, vault, stamp).close()  # its witness


class _Writer:
    """Makes the rows, and keeps count."""

    def __init__(self, key: bytes, stamp: Stamp) -> None:
        self._key = key
        self._head = chain.genesis(key, stamp.fields())
        self._seq = 0
        self._life = _life()
        self._at = encode_time(_AT)
        self.number = 0
        self.day_start = 0
        self.more = True

    @property
    def day(self) -> str:
        """The business day of the next transaction."""
        return (date(2000, 1, 1) + timedelta(days=self.number)).isoformat()

    def rows(self, count: int) -> Iterator[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
        """Batches of records and transaction rows."""
        records: list[tuple[object, ...]] = []
        transactions: list[tuple[object, ...]] = []
        for index in range(count):
            self._one(index, records, transactions)
            if (index + 1) % PER_DAY == 0:
                self._close_day(records)
            if len(transactions) == BATCH:
                self.more = index + 1 < count
                yield records, transactions
                records, transactions = [], []
        self.more = False
        yield records, transactions

    def _one(self, index: int, records: list[tuple[object, ...]], transactions: list[tuple[object, ...]]) -> None:
        identity = f"{index:012x}{'7' * 20}"
        stan = f"{index % 999_999 + 1:06d}"
        key = f"{index * 7919 % CARDS:064x}"
        at = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=index)).isoformat(timespec="microseconds")
        moment = ('"1970-06-05T04:03:02.123456Z"', '"' + at.replace("+00:00", "Z") + '"')
        swaps = (
            moment,
            (_STAN, stan),
            (_REF, f"REF-{index:08x}"),
            (_ORDER, f"ORD-{index:08x}"),
            (_HOST, f"HOST-{index:08x}"),
            (_KEY, key),
            (_DAY, self.day),
        )
        first = self._seq + 1
        for kind, body in self._life.bodies:
            self._append(records, identity, at, kind, _swapped(body, swaps))
        told = _swapped(self._life.row, ((_ID, identity), *swaps))
        transactions.append((first, identity, index + 1, stan, self.day, key, AMOUNT.minor, told))

    def _close_day(self, records: list[tuple[object, ...]]) -> None:
        kind, body = self._life.closed
        before = self.day
        self.number += 1
        swaps = (("777777", str(self.number)), (_DAY, before), ("1970-06-06", self.day), ("c" * 64, self._head.hex()))
        self._append(records, None, self._at, kind, _swapped(body, swaps))
        self.day_start = self._seq

    def _append(self, records: list[tuple[object, ...]], identity: str | None, at: str, kind: str, body: str) -> None:
        self._seq += 1
        self._head = chain.link(self._key, self._head, self._seq, at, identity, kind, body)
        records.append((self._seq, at, identity, kind, body, self._head))


def _swapped(text: str, swaps: tuple[tuple[str, str], ...]) -> str:
    for old, new in swaps:
        text = text.replace(old, new)
    return text
