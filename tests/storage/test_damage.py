"""What is found when bytes, rows or whole files are not what was written. Nothing is ever repaired in silence."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain import records as r
from app.domain.ids import TransactionId
from app.domain.records import Record
from app.storage.errors import Damaged, KeyMissing, Misuse, NewerSchema, StorageError
from app.storage.journal import Journal
from app.storage.vault import Vault
from app.storage.verify import What
from app.storage.witness import RESUME_GAP, SOON
from tests.storage.world import PAN, STAMP, START, WHO, Till, open_journal


def a_day(directory: Path, sales: int = 6) -> None:
    till = Till(open_journal(directory))
    till.drawn = till.journal.seq * 1_000
    for _ in range(sales):
        till.approved()
    till.stored()
    till.journal.close()


def edit(directory: Path, *statements: str) -> None:
    """What somebody with a SQLite shell could do."""
    connection = sqlite3.connect(directory / "journal.db", isolation_level=None)
    for trigger in ("record_is_never_changed", "record_is_never_deleted"):
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0
    connection.close()


def found(directory: Path) -> set[What]:
    journal = open_journal(directory, check_last=0)
    findings = journal.verify()
    journal.close()
    assert all(PAN not in repr(finding) for finding in findings)
    return {finding.what for finding in findings}


STRAY = """INSERT INTO txn SELECT 999, 'x', 9, stan, 'd', sale, card, verb, state, amount, currency, 0, 0, body, NULL
           FROM txn LIMIT 1"""
EDITS: list[tuple[str, What]] = [
    ("UPDATE record SET body = replace(body, '10000', '90000') WHERE seq = 5", What.CHAIN),
    ("UPDATE record SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 5", What.CHAIN),
    ("UPDATE record SET txn = (SELECT txn FROM record WHERE seq = 8) WHERE seq = 2", What.CHAIN),
    ("DELETE FROM record WHERE seq = 7", What.CHAIN),
    ("UPDATE record SET kind = 'Declined' WHERE kind = 'Approved'", What.CHAIN),
    ("UPDATE stamp SET value = 'production' WHERE name = 'environment'", What.CHAIN),
    ("UPDATE txn SET amount = 1 WHERE seq = 1", What.ROW_DIFFERS),
    ("UPDATE txn SET open = 0, sealed = NULL WHERE open = 1", What.ROW_DIFFERS),
    ("UPDATE txn SET body = replace(body, 'host-1', 'host-2') WHERE seq = 1", What.ROW_DIFFERS),
    ("DELETE FROM txn WHERE seq = 1", What.ROW_MISSING),
    (STRAY, What.ROW_WITHOUT_RECORDS),
    ("UPDATE till SET skipped = 2", What.COUNTER),
    ("UPDATE txn SET draw = 99 WHERE open = 1", What.COUNTER),
    ("UPDATE txn SET sealed = zeroblob(61) WHERE open = 1", What.SECRET_SHUT),
    ("UPDATE txn SET sealed = (SELECT sealed FROM txn WHERE open = 1) WHERE seq = 1", What.SECRET_SHUT),
]


@pytest.mark.parametrize(("statement", "what"), EDITS, ids=[f"{what}-{i}" for i, (_, what) in enumerate(EDITS)])
def test_verify_finds_what_somebody_changed(tmp_path: Path, statement: str, what: What) -> None:
    a_day(tmp_path)
    edit(tmp_path, statement)
    if "stamp" in statement:
        journal = Journal.open(tmp_path, Vault.open(tmp_path), None, check_last=0)
        assert what in {finding.what for finding in journal.verify()}
        journal.close()
    else:
        assert what in found(tmp_path)


def test_a_whole_journal_has_no_findings(tmp_path: Path) -> None:
    a_day(tmp_path)
    assert found(tmp_path) == set()


def test_a_broken_chain_among_the_last_records_stops_the_start_and_changes_nothing(tmp_path: Path) -> None:
    a_day(tmp_path)
    edit(tmp_path, "UPDATE record SET body = replace(body, '10000', '90000') WHERE seq = 5")
    before = (tmp_path / "journal.db").read_bytes()
    with pytest.raises(Damaged):
        open_journal(tmp_path)
    assert (tmp_path / "journal.db").read_bytes() == before


def test_a_sale_that_was_changed_is_found(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    sale_id = till.fresh().sale_id()
    till.tell(r.SaleOpened(sale_id, r.SaleKind.PAY, till.kept[till.opened()].amount, till.day, WHO))
    till.journal.close()
    assert found(tmp_path) == {What.SALE_DIFFERS}


def test_single_flipped_bits_in_records_are_found(tmp_path: Path) -> None:
    """SQLite's own checks miss two thirds of these."""
    a_day(tmp_path)
    whole = (tmp_path / "journal.db").read_bytes()
    chance = random.Random(5)
    needles = [b"RequestSent", b"host-1", b'"minor":10000', b"account-1", b"2026-03-02T09"]
    for _ in range(40):
        needle = chance.choice(needles)
        places = [i for i in range(len(whole)) if whole.startswith(needle, i)]
        place = chance.choice(places) + chance.randrange(len(needle))
        torn = bytearray(whole)
        torn[place] ^= 1 << chance.randrange(8)
        (tmp_path / "journal.db").write_bytes(torn)
        try:
            assert found(tmp_path), (needle, place)
        except StorageError as error:
            assert isinstance(error, Damaged), error  # noqa: PT017 - either way of telling will do


def garbage(directory: Path) -> None:
    (directory / "journal.db").write_bytes(b"this is not a journal " * 500)


def half(directory: Path) -> None:
    content = (directory / "journal.db").read_bytes()
    (directory / "journal.db").write_bytes(content[: len(content) // 2])


def gone_but_its_log(directory: Path) -> None:
    (directory / "journal.db").unlink()
    (directory / "journal.db-wal").write_bytes(bytes(5_000))


@pytest.mark.parametrize("harm", [garbage, half, gone_but_its_log], ids=lambda harm: harm.__name__)
def test_a_damaged_file_is_named_and_never_overwritten(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    a_day(tmp_path, sales=40)
    harm(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("journal.db")}
    with pytest.raises((Damaged, KeyMissing)):
        open_journal(tmp_path)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("journal.db")}
    assert {name: content for name, content in after.items() if name in before} == before


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    a_day(tmp_path)
    connection = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('stanchion', '9999_later', '')"
    )
    connection.close()
    with pytest.raises(NewerSchema):
        open_journal(tmp_path)


def copy(directory: Path, to: Path) -> None:
    to.mkdir()
    shutil.copy2(directory / "journal.db", to / "journal.db")


def test_an_old_copy_put_back_is_seen_and_no_stan_is_used_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    a_day(data, sales=2)
    copy(data, tmp_path / "backup")
    a_day(data, sales=3)
    shutil.copy2(tmp_path / "backup" / "journal.db", data / "journal.db")
    till = Till(open_journal(data))
    seen = till.journal.rolled_back
    assert seen is not None
    assert (seen.forked, seen.stan_count, seen.witness.stan_count) == (False, 3, 7)
    assert {finding.what for finding in till.journal.verify()} == {What.ROLLED_BACK}
    assert not till.journal.write_witness(), "the witness is the only proof"
    with pytest.raises(Misuse):
        till.journal.resume(Record(START, None, r.StanSkipped(seen.skip - 1)))
    till.journal.resume(Record(START, None, r.StanSkipped(seen.skip)))
    assert till.journal.last_stan_count() == 7 + RESUME_GAP
    till.drawn = 10_000
    till.approved()
    till.journal.close()
    again = open_journal(data)
    assert again.rolled_back is None
    assert again.verify() == []
    again.close()


def test_another_journal_that_grew_as_long_is_seen(tmp_path: Path) -> None:
    data = tmp_path / "data"
    a_day(data, sales=2)
    copy(data, tmp_path / "backup")
    a_day(data, sales=3)
    shutil.copy2(tmp_path / "backup" / "journal.db", data / "journal.db")
    (data / "escrow").rename(tmp_path / "kept")
    till = Till(open_journal(data), drawn=777)
    for _ in range(6):
        till.approved(5)
    till.journal.close()
    shutil.rmtree(data / "escrow")
    (tmp_path / "kept").rename(data / "escrow")
    journal = open_journal(data)
    assert journal.rolled_back is not None
    assert journal.rolled_back.forked
    journal.close()


def test_a_deleted_journal_beside_its_witness_does_not_start_counting_anew(tmp_path: Path) -> None:
    a_day(tmp_path)
    (tmp_path / "journal.db").unlink()
    journal = open_journal(tmp_path)
    assert journal.rolled_back is not None
    journal.close()


def test_a_changed_witness_is_told(tmp_path: Path) -> None:
    a_day(tmp_path)
    path = tmp_path / "escrow" / "witness.json"
    path.write_text(path.read_text().replace('"stan_count":7', '"stan_count":3'))
    assert found(tmp_path) == {What.WITNESS_DAMAGED}


def test_a_witness_is_written_at_least_every_hundred_records_and_missed_when_gone(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    for _ in range(21):
        till.approved()
    assert (tmp_path / "escrow" / "witness.json").exists()
    till.journal.close()
    (tmp_path / "escrow" / "witness.json").unlink()
    assert found(tmp_path) == {What.WITNESS_ABSENT}


def test_a_quiet_moment_is_good_for_a_witness_before_a_sale_has_to_wait_for_one(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    while till.journal.seq < SOON:
        assert not till.journal.witness_due
        till.approved()
    assert '"seq":0,' in (tmp_path / "escrow" / "witness.json").read_text(), "no commit wrote another than the first"
    assert till.journal.witness_due
    assert till.journal.write_witness()
    assert not till.journal.witness_due
    till.journal.close()


def test_a_z_writes_the_witness(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    till.approved()
    till.close_day("2026-03-03")
    assert (
        f'"seq":{till.journal.seq},"head":"{till.journal.head()}"' in (tmp_path / "escrow" / "witness.json").read_text()
    )
    till.journal.close()


def test_a_place_for_the_witness_that_is_gone_stops_no_sale(tmp_path: Path) -> None:
    escrow = tmp_path / "stick"
    journal = Journal.open(tmp_path / "data", Vault.open(tmp_path / "data"), STAMP, escrow=escrow)
    shutil.rmtree(escrow)
    escrow.write_text("a file where the folder should be")
    till = Till(journal)
    for _ in range(21):
        till.approved()
    assert journal.witness_problem == "read-only"
    escrow.unlink()
    assert journal.write_witness()
    assert journal.witness_problem == ""
    journal.close()


def test_a_sealed_card_moved_to_another_row_does_not_open(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    first, second = till.sent(), till.sent()
    till.journal.close()
    edit(tmp_path, f"UPDATE txn SET sealed = (SELECT sealed FROM txn WHERE id = '{first}') WHERE id = '{second}'")
    journal = open_journal(tmp_path)
    with pytest.raises(Damaged):
        journal.unsealed(second)
    assert journal.unsealed(TransactionId("nobody")) is None
    journal.close()
