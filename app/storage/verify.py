"""Checking a whole journal: the chain, the fold, the counters, the sealed cards and the witness.

Reads everything once, in pages, and changes nothing. A finding names what and where; nothing is repaired: what the
records say and what the rows say are both evidence, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.crypto.seal import SealError, unseal
from app.domain.effects import StopChange
from app.domain.ids import STAN_CYCLE, TransactionId
from app.domain.job_bodies import StopEntry
from app.domain.records import (
    CardFreed,
    CardStopped,
    DayClosed,
    Opened,
    Record,
    SaleClosed,
    SaleOpened,
    StanSkipped,
    TenderTaken,
)
from app.domain.sale import Sale
from app.domain.transaction import FINAL, Refused, Transaction, apply
from app.storage.chain import broken_links
from app.storage.codec import decode_body, decode_record, decode_row, decode_secret
from app.storage.database import Store
from app.storage.errors import NewerSchema, StorageError

MAX_FINDINGS = 1_000
"""A journal that is wrong from one place on would name every line after it; more than this tells nobody more."""


class What(StrEnum):
    """What is wrong. A sentence each on the screen and in ``journal verify``."""

    DATABASE = "database"
    CHAIN = "chain"
    UNREADABLE = "unreadable"
    NOT_A_LIFE = "not-a-life"
    ROW_MISSING = "row-missing"
    ROW_DIFFERS = "row-differs"
    ROW_WITHOUT_RECORDS = "row-without-records"
    SALE_DIFFERS = "sale-differs"
    STOP_DIFFERS = "stop-differs"
    COUNTER = "counter"
    STAN_TWICE = "stan-twice"
    SECRET_LEFT = "secret-left"  # noqa: S105 - a finding, not a secret
    SECRET_SHUT = "secret-shut"  # noqa: S105 - a finding, not a secret
    ROLLED_BACK = "rolled-back"
    FORKED = "forked"
    WITNESS_ABSENT = "witness-absent"
    WITNESS_DAMAGED = "witness-damaged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit.

    Attributes:
        seq: The record, or the first record of the transaction, where it is known.
        transaction_id: Whose.
        detail: Names of fields and states; never a secret.
    """

    what: What
    seq: int | None = None
    transaction_id: TransactionId | None = None
    detail: str = ""


def check(store: Store, mac_key: bytes, seal_key: bytes, stamp: tuple[tuple[str, str], ...]) -> list[Finding]:
    """Everything but the witness, which the open journal has compared already."""
    findings: list[Finding] = []
    parts: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: _pages(store),
        lambda: (Finding(What.CHAIN, seq) for seq in broken_links(store, mac_key, stamp, 0)),
        lambda: _counters(store),
        lambda: _lives(store),
        lambda: _rows(store, seal_key),
        lambda: _sales(store),
        lambda: _stops(store),
    )
    for part in parts:
        try:
            for finding in part():
                if len(findings) >= MAX_FINDINGS:
                    return findings
                findings.append(finding)
        except StorageError as error:  # a broken page ends one part, the others may still tell more
            findings.append(Finding(What.DATABASE, detail=str(error)))
    return findings


def _pages(store: Store) -> Iterator[Finding]:
    """SQLite's own check: finds little (a third of flipped bits), but names broken pages and indexes."""
    for (text,) in store.all("PRAGMA integrity_check(20)"):
        if text != "ok":
            yield Finding(What.DATABASE, detail=text)


def _counters(store: Store) -> Iterator[Finding]:
    """Counts STANs and Zs again."""
    stan_count, skipped, z_number, day, day_start = 0, 0, 0, None, 0
    kinds = ", ".join(f"'{kind.__name__}'" for kind in (Opened, SaleOpened, DayClosed, StanSkipped))
    sql = f"SELECT seq, kind, body FROM record WHERE seq > ? AND kind IN ({kinds})"  # noqa: S608 - constant text
    for seq, kind, text in store.pages(sql):
        try:
            body = decode_body(kind, text)
        except (StorageError, NewerSchema):
            continue  # told by `_lives`
        match body:
            case Opened(stan=stan, business_day=opened_on):
                stan_count += (int(stan.digits) - 1 - stan_count) % STAN_CYCLE + 1
                day = day or opened_on
                if store.one("SELECT draw FROM txn WHERE seq = ?", (seq,)) not in ((stan_count,), None):
                    yield Finding(What.COUNTER, seq, detail=f"{stan} is draw {stan_count} by the records")
            case SaleOpened(business_day=opened_on):
                day = day or opened_on
            case StanSkipped(by):
                stan_count += by
                skipped = stan_count
            case DayClosed(number=number, next_day=next_day):
                if number != z_number + 1:
                    yield Finding(What.COUNTER, seq, detail=f"Z {number} after {z_number}")
                z_number, day, day_start = number, next_day, seq
            case _:
                pass
    told, counted = (
        store.one("SELECT skipped, z_number, business_day, day_start FROM till"),
        (skipped, z_number, day, day_start),
    )
    if told != counted:
        yield Finding(What.COUNTER, detail=f"{told} is {counted} by the records")
    twice = store.all("SELECT stan, business_day FROM txn GROUP BY stan, business_day HAVING count(*) > 1 LIMIT 20")
    for stan_text, on in twice:
        yield Finding(What.STAN_TWICE, detail=f"{stan_text} on {on}")


def _lives(store: Store) -> Iterator[Finding]:
    """Folds every transaction again and compares it with its row; records nobody has a row for."""
    for seq, txn in store.pages("SELECT seq, txn FROM record WHERE seq > ? AND kind = 'Opened' AND txn IS NOT NULL"):
        transaction_id = TransactionId(txn)
        lines = store.all(
            "SELECT at, txn, kind, body FROM record INDEXED BY record_txn WHERE txn = ? ORDER BY seq", (txn,)
        )
        try:
            told = _fold([decode_record(*line) for line in lines])
        except Refused as refused:
            yield Finding(What.NOT_A_LIFE, seq, transaction_id, str(refused))
            continue
        except StorageError as error:
            yield Finding(What.UNREADABLE, seq, transaction_id, str(error))
            continue
        row = store.one(
            "SELECT body, stan, business_day, sale, card, verb, state, amount, currency, offline, open FROM txn "
            "WHERE seq = ? AND id = ?",
            (seq, txn),
        )
        if row is None:
            yield Finding(What.ROW_MISSING, seq, transaction_id)
        elif differences := _differences(told, row):
            yield Finding(What.ROW_DIFFERS, seq, transaction_id, ", ".join(differences))
    strays = store.all(
        "SELECT min(seq), txn FROM record INDEXED BY record_txn WHERE txn IS NOT NULL GROUP BY txn "
        "HAVING sum(kind = 'Opened') = 0 LIMIT 20"
    )
    for seq, txn in strays:
        yield Finding(What.NOT_A_LIFE, seq, TransactionId(txn), "never opened")


def _fold(records: list[Record]) -> Transaction:
    told: Transaction | None = None
    for record in records:
        told = apply(told, record)
    assert told is not None, "the caller found an Opened"
    return told


def _differences(told: Transaction, row: tuple[object, ...]) -> list[str]:
    """Names of columns and fields in which a row is not the fold."""
    body, *columns = row
    expected = {
        "stan": told.stan.digits,
        "business_day": told.business_day,
        "sale": told.sale_id,
        "card": told.card.key if told.card else None,
        "verb": told.verb.value,
        "state": told.state.value,
        "amount": told.amount.minor,
        "currency": told.amount.currency.value,
        "offline": int(told.offline),
        "open": int(told.is_open),
    }
    wrong = [name for (name, value), column in zip(expected.items(), columns, strict=True) if value != column]
    try:
        kept = decode_row(Transaction, str(body))
    except StorageError as error:
        return [*wrong, error.detail]
    return wrong + [f"body.{name}" for name in Transaction.__slots__ if getattr(kept, name) != getattr(told, name)]


def _rows(store: Store, seal_key: bytes) -> Iterator[Finding]:
    """Rows without records, and sealed cards that should be gone or do not open."""
    for seq, txn, text, sealed in store.pages("SELECT seq, id, body, sealed FROM txn WHERE seq > ?"):
        transaction_id = TransactionId(txn)
        opened = store.one("SELECT 1 FROM record WHERE seq = ? AND txn = ? AND kind = 'Opened'", (seq, txn))
        if opened is None:
            yield Finding(What.ROW_WITHOUT_RECORDS, seq, transaction_id)
        if sealed is None:
            continue
        try:
            decode_secret(unseal(seal_key, sealed, txn.encode()))
            told = decode_row(Transaction, text)
        except (SealError, StorageError):
            yield Finding(What.SECRET_SHUT, seq, transaction_id)
            continue
        if told.state in FINAL and not told.secret_open:
            yield Finding(What.SECRET_LEFT, seq, transaction_id, told.state.value)


def _sales(store: Store) -> Iterator[Finding]:
    """Folds every sale again: what was due, what other tenders brought, whether it is over."""
    for seq, sale_id in store.pages("SELECT seq, sale FROM record WHERE seq > ? AND kind = 'SaleOpened'"):
        row = store.one("SELECT body, open FROM sale WHERE id = ?", (sale_id,))
        try:
            kept = decode_row(Sale, row[0]) if row else None
            lines = store.all(
                "SELECT kind, body FROM record INDEXED BY record_sale WHERE sale = ? ORDER BY seq", (sale_id,)
            )
            bodies = [decode_body(kind, text) for kind, text in lines]
        except StorageError as error:
            yield Finding(What.UNREADABLE, seq, detail=f"sale {sale_id}: {error}")
            continue
        opened = bodies[0]
        tenders = [(body.kind, body.amount) for body in bodies if isinstance(body, TenderTaken)]
        endings = [body for body in bodies if isinstance(body, SaleClosed)]
        fits = (
            kept is not None
            and isinstance(opened, SaleOpened)
            and (kept.kind, kept.due, kept.business_day) == (opened.kind, opened.due, opened.business_day)
            and [(tender.kind, tender.amount) for tender in kept.tenders] == tenders
            and (kept.closed, row is not None and row[1] == 0) == (bool(endings), bool(endings))
            and kept.abandoned == any(ending.abandoned for ending in endings)
        )
        if not fits:
            yield Finding(What.SALE_DIFFERS, seq, detail=f"sale {sale_id}")


def _stops(store: Store) -> Iterator[Finding]:
    """Folds the stop list again: who is on it, since when, by whom and why."""
    meant: dict[int, StopEntry] = {}
    places: dict[str, int] = {}
    kinds = ", ".join(f"'{kind.__name__}'" for kind in (CardStopped, CardFreed))
    sql = f"SELECT seq, at, txn, kind, body FROM record WHERE seq > ? AND kind IN ({kinds})"  # noqa: S608 - constant text
    for seq, *line in store.pages(sql):
        try:
            change = StopChange.of(decode_record(*line))
        except StorageError as error:
            yield Finding(What.UNREADABLE, seq, detail=str(error))
            continue
        assert change is not None, "these kinds change the list"
        meant.pop(places.pop(change.key, 0), None)
        if change.entry is not None:
            meant[seq], places[change.key] = change.entry, seq
    for seq, key, text in store.pages("SELECT seq, key, body FROM stop WHERE seq > ?"):
        entry = meant.pop(seq, None)
        try:
            fits = entry is not None and key == entry.key and decode_row(StopEntry, text) == entry
        except StorageError:
            fits = False
        if not fits:
            yield Finding(What.STOP_DIFFERS, seq)
    for seq in meant:
        yield Finding(What.STOP_DIFFERS, seq)
