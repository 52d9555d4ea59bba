"""Bad input (issue 2, "done when" 7): each a clear sentence and the right exit code, and nothing lost.

The real commands in processes of their own, on real files, disks and terminals. Where a till must be selling while it
happens, it is driven without its window (:mod:`tests.faults.driven`), by the code that stands behind the window.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import tty
from pathlib import Path
from typing import Any

import pytest

from tests.faults.counter import Disk, can_unshare, counter
from tests.helpers.shop import ROOT, SECONDS, Shop, digests, surroundings

NEEDS_MOUNTS = pytest.mark.skipif(not can_unshare(), reason="no mounts of our own here (unshare -rm refused)")


@pytest.fixture(scope="session")
def sold(tmp_path_factory: pytest.TempPathFactory, contract: dict[str, Any]) -> Path:
    """The data directory of a till that sold: five payments, two of them in the queue."""
    shop = Shop(tmp_path_factory.mktemp("sold"), contract)
    with counter(shop, shop.config(), shop.data) as till:
        till.home()
        assert [till.pay(100, shop.track())["outcome"] for _ in range(3)] == ["approved"] * 3
        till.say("line")
        till.until(lambda view: view["line"] != "good")
        assert [till.pay(100, shop.track())["outcome"] for _ in range(2)] == ["stored"] * 2
        assert till.stop() == (0, "")
    return shop.data


@pytest.fixture
def used(shop: Shop, sold: Path) -> Shop:
    """A shop whose till has sold."""
    shutil.copytree(sold, shop.data)
    return shop


def refused(shop: Shop, code: int, *words: str, config: Path | None = None, command: str = "till") -> str:
    """A command that ends with a code and one sentence, and changes nothing."""
    before = digests(shop.data) if shop.data.exists() else {}
    arguments = ["--config", str(config or shop.config())] if command != "journal" else ["verify"]
    done = shop.run(command, *arguments, "--data", str(shop.data))
    said = done.stderr
    assert done.returncode == code, said
    assert said.startswith("stanchion: "), said
    assert said.count("\n") == 1, said
    assert [word for word in words if word not in said] == []
    assert (digests(shop.data) if shop.data.exists() else {}) == before
    return said


def rows(shop: Shop) -> list[str]:
    """The journal as it tells itself; nothing if it can't be read."""
    done = shop.run("journal", "list", "--json", "--data", str(shop.data))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def whole(shop: Shop) -> bool:
    """Whether the journal holds."""
    return shop.run("journal", "verify", "--data", str(shop.data)).returncode == 0


# --- configuration


@pytest.mark.parametrize("command", ["till", "sync"])
def test_a_configuration_with_a_wrong_key_is_refused(used: Shop, command: str) -> None:
    config = used.config(lambda table: table["till"].update(stoer="Shop"))
    refused(used, 2, "stoer", "till.toml", config=config, command=command)
    assert len(rows(used)) == 5


def test_the_journal_tells_itself_in_the_members_scripts_rely_on(used: Shop) -> None:
    told = [json.loads(row) for row in rows(used)]
    members = "seq stan business_day opened_at verb state amount currency card face terminal_id order_ref"
    members += " transaction_ref host_id original_stan offline tries reason"
    assert {tuple(row) for row in told} == {tuple(members.split())}
    assert sorted(row["state"] for row in told) == ["APPROVED"] * 3 + ["STORED"] * 2
    assert all(isinstance(row["stan"], str) and len(row["stan"]) == 6 and len(row["card"]) == 4 for row in told)


def test_one_transaction_is_shown_with_its_life_and_an_unknown_one_is_not_found(used: Shop) -> None:
    first = min(json.loads(row)["stan"] for row in rows(used))
    done = used.run("journal", "show", first, "--json", "--data", str(used.data))
    assert done.returncode == 0, done.stderr
    life = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert (life[0], life[-1]) == ("Opened", "Approved")
    done = used.run("journal", "show", "999999", "--data", str(used.data))
    assert (done.returncode, done.stdout) == (1, "")
    assert "999999" in done.stderr


def test_sync_tells_what_it_sent_and_what_remains(used: Shop) -> None:
    def nobody(table: dict[str, Any]) -> None:
        table["backend"]["swedbankpay"].update(base_url="http://127.0.0.1:9")

    for change, code, forwarded, remaining in ((nobody, 1, 0, 2), (None, 0, 2, 0)):
        done = used.run("sync", "--config", str(used.config(change)), "--data", str(used.data), "--json")
        assert done.returncode == code, done.stderr
        assert json.loads(done.stdout) == {
            "forwarded": forwarded,
            "declined": 0,
            "remaining": remaining,
            "amount_remaining": remaining * 100,
        }
    assert whole(used)


@pytest.mark.parametrize("command", ["till", "sync"])
def test_a_missing_configuration_is_refused(used: Shop, command: str) -> None:
    refused(used, 2, "none.toml", "No such file", config=used.folder / "none.toml", command=command)


@pytest.mark.parametrize(
    ("section", "change", "word"),
    [
        ("till", {"terminal_id": "TILL0002"}, "terminal_id"),
        ("till", {"currency": "SEK"}, "currency"),
        ("programme", {"name": "Other"}, "programmes"),
    ],
)
def test_the_journal_of_another_till_is_refused(used: Shop, section: str, change: dict[str, str], word: str) -> None:
    def other(table: dict[str, Any]) -> None:
        place = table[section]
        (place[0] if isinstance(place, list) else place).update(change)

    refused(used, 2, "belongs to another", word, "Nothing was changed", config=used.config(other))
    assert len(rows(used)) == 5


def test_training_and_real_money_never_share_a_journal(used: Shop) -> None:
    said = refused(used, 2, "environment", config=used.config(production=True))
    assert "training" in said


# --- disk


@NEEDS_MOUNTS
@pytest.mark.parametrize("leave", [0, 64])
def test_a_full_disk_at_the_start_is_told(shop: Shop, leave: int) -> None:
    disk = Disk(shop.folder / "disk", 8_000)
    try:
        disk.fill(leave)
        data = disk.place / "till"
        done = shop.run("till", "--config", str(shop.config()), "--data", str(data), before=disk.before)
        assert done.returncode == 1, done.stderr
        assert "is full" in done.stderr
        assert "Traceback" not in done.stderr
        disk.free()
        config = shop.config()
        with counter(shop, config, data, before=disk.before) as till:
            till.home()
            assert till.pay(100, shop.track())["outcome"] == "approved"
            assert till.stop()[0] == 0
    finally:
        disk.close()


@NEEDS_MOUNTS
def test_a_disk_that_fills_up_while_selling_stops_the_till_and_loses_nothing(shop: Shop) -> None:
    disk = Disk(shop.folder / "disk", 16_000)
    try:
        data = disk.place / "till"
        with counter(shop, shop.config(), data, before=disk.before) as till:
            disk.sh('mkdir -p "$1/till"')
            till.home()
            approved = 0
            assert till.pay(1, shop.track())["outcome"] == "approved"
            approved += 1
            disk.fill()
            for _ in range(400):
                view = till.pay(1, shop.track())
                if view["stopped"]:
                    break
                approved += view["outcome"] == "approved"
            assert till.view["stopped"] == "disk-full", till.view
            disk.free()
            till.until(lambda view: not view["stopped"])
            till.home()
            view = till.pay(1, shop.track())
            assert view["outcome"] == "approved"
            approved += 1
            assert till.stop()[0] == 0
        verified = shop.run("journal", "verify", "--data", str(data), before=disk.before)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        listed = shop.run("journal", "list", "--json", "--data", str(data), before=disk.before).stdout
        assert listed.count('"APPROVED"') >= approved  # one that was answered while the till stood is there as well
    finally:
        disk.close()


@NEEDS_MOUNTS
@pytest.mark.parametrize("command", ["till", "sync", "journal", "doctor"])
def test_a_read_only_data_directory_is_told(used: Shop, command: str) -> None:
    disk = Disk(used.folder / "disk", 16_000)
    try:
        disk.sh(f'cp -r "{used.data}" "$1/till"')
        disk.read_only()
        before = disk.digests()
        data = str(disk.place / "till")
        arguments = ["verify"] if command == "journal" else ["--config", str(used.config())]
        done = used.run(command, *arguments, "--data", data, before=disk.before)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "can't be written to" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert disk.digests() == before
    finally:
        disk.close()


@NEEDS_MOUNTS
def test_a_newcomer_on_a_full_or_read_only_disk_hears_one_sentence(shop: Shop) -> None:
    disk = Disk(shop.folder / "disk", 8_000)
    data = str(disk.place / "till")
    try:
        disk.fill()
        done = shop.run("till", "--data", data, before=disk.before)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert "is full" in done.stderr
        disk.free()
        disk.read_only()
        done = shop.run("till", "--data", data, before=disk.before)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "can't be written to" in done.stderr
    finally:
        disk.close()


@pytest.mark.parametrize("command", ["till", "doctor"])
@pytest.mark.parametrize("data", ["/proc/till", "/dev/null", "/dev/null/till"])
def test_a_data_directory_that_can_not_be_made_is_told(shop: Shop, command: str, data: str) -> None:
    for config in ((), ("--config", str(shop.config()))):
        done = shop.run(command, *config, "--data", data)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "can't be written to" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["sync", "journal", "vault"])
def test_a_command_that_reads_makes_no_directory(shop: Shop, command: str) -> None:
    words = {"sync": (), "journal": ("list",), "vault": ("names",)}[command]
    done = shop.run(command, *words, "--data", str(shop.data))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert not shop.data.exists()


# --- what lies on the disk


def test_a_journal_of_garbage_is_told_and_left_alone(used: Shop) -> None:
    (used.data / "journal.db").write_bytes(os.urandom(40_000))
    refused(used, 1, "is damaged", "Nothing was changed")
    refused(used, 1, "is damaged", command="sync")
    refused(used, 1, "is damaged", command="journal")


def test_a_truncated_journal_is_told_and_left_alone(used: Shop) -> None:
    journal = used.data / "journal.db"
    journal.write_bytes(journal.read_bytes()[: journal.stat().st_size // 2])
    refused(used, 1, "is damaged")


def test_a_flipped_byte_in_a_record_is_told_and_left_alone(used: Shop) -> None:
    journal = used.data / "journal.db"
    content = bytearray(journal.read_bytes())
    content[content.index(b'Opened{"verb":"redeem"') + len('Opened{"verb":"')] ^= 1
    journal.write_bytes(content)
    refused(used, 1, "is damaged", "record")
    refused(used, 1, "is damaged", command="journal")


def test_a_journal_that_is_gone_while_its_log_is_there_is_not_made_anew(used: Shop) -> None:
    (used.data / "journal.db").unlink()
    (used.data / "journal.db-wal").write_bytes(b"sales")
    refused(used, 1, "is damaged", "its log is not")


def test_a_newer_journal_is_told_and_left_alone(used: Shop) -> None:
    connection = sqlite3.connect(used.data / "journal.db")
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('stanchion', '0999_later', '2031-01-01')"
    )
    connection.commit()
    connection.close()
    refused(used, 2, "newer version")


def test_a_journal_older_than_its_witness_stops_and_resumes_a_thousand_numbers_later(used: Shop) -> None:
    old = used.folder / "old"
    shutil.copytree(used.data, old)
    config = used.config()
    with counter(used, config, used.data) as till:
        till.home()
        assert till.pay(100, used.track())["outcome"] == "approved"
        assert till.stop()[0] == 0
    last = max(row_stan(row) for row in rows(used))
    shutil.copyfile(old / "journal.db", used.data / "journal.db")
    refused(used, 1, "older than its witness", "--resume", config=config)
    assert used.run("journal", "verify", "--data", str(used.data)).returncode == 1
    arguments = ("--config", str(config), "--data", str(used.data))
    with used.running(*arguments, "--resume") as window:
        assert used.opened(window)
        assert used.stopped(window)[0] == 0
    with counter(used, config, used.data) as till:
        till.home()
        assert till.pay(100, used.track())["outcome"] == "approved"
        assert till.stop()[0] == 0
    assert max(row_stan(row) for row in rows(used)) >= last + 1000
    assert whole(used)


def row_stan(row: str) -> int:
    """The STAN of a listed line; a number only here, to say how far apart two are."""
    return int(row.partition('"stan": "')[2][:6])


# --- keys


def test_a_missing_vault_is_told_and_not_made_anew(used: Shop) -> None:
    (used.data / "vault").unlink()
    refused(used, 2, "vault lacks a key")


def test_a_vault_that_others_can_read_is_refused_in_production_and_warned_of_in_training(shop: Shop) -> None:
    config = shop.config(production=True)
    (shop.data / "vault").chmod(0o644)
    refused(shop, 2, "can be read by others", "chmod 600", config=config)
    code, told = shop.findings("--config", str(shop.config()))
    assert (code, told["vault"]["state"]) == (0, "warn")


# --- clock


@pytest.mark.parametrize("year", [1999, 2040])
def test_a_wrong_clock_is_told_and_sales_keep_their_order(used: Shop, year: int) -> None:
    before = rows(used)
    with counter(used, used.config(), used.data, "", str(year)) as till:
        till.until(lambda view: view["notice"] == "clock")
        till.home()
        assert till.pay(100, used.track())["outcome"] == "approved"
        assert till.stop()[0] == 0
    after = rows(used)
    assert len(after) == len(before) + 1
    assert [row_stan(row) for row in after] == sorted(row_stan(row) for row in after)
    assert whole(used)


# --- reader


def test_a_reader_that_is_missing_is_shown_and_works_when_it_comes(shop: Shop) -> None:
    name = shop.folder / "reader"
    with counter(shop, shop.config(), shop.data, str(name)) as till:
        till.until(lambda view: view["reader"] == "missing" and view["screen"] == "home")
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        name.symlink_to(os.ttyname(theirs))
        try:
            till.until(lambda view: view["reader"] == "ready")
            os.write(ours, f";{shop.track()}?\r\n".encode())
            till.until(lambda view: view["screen"] == "sheet")
            assert till.stop()[0] == 0
        finally:
            os.close(ours)
            os.close(theirs)


def test_a_window_opens_without_its_reader(shop: Shop) -> None:
    arguments = ("--config", str(shop.config()), "--data", str(shop.data), "--reader", "/dev/no-such-reader")
    with shop.running(*arguments) as till:
        assert shop.opened(till)
        assert shop.stopped(till) == (0, "")


# --- processes


def test_a_second_till_on_one_directory_ends_with_3_and_leaves_the_first_alone(used: Shop) -> None:
    config = used.config()
    arguments = ("--config", str(config), "--data", str(used.data))
    with used.running(*arguments) as first:
        assert used.opened(first)
        for command in (("till", *arguments), ("sync", *arguments), ("journal", "list", "--data", str(used.data))):
            done = used.run(*command)
            assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
            assert "Another till is using" in done.stderr
        assert first.poll() is None
        assert used.stopped(first) == (0, "")
    assert whole(used)


def test_a_second_training_till_ends_with_3_too_and_the_first_keeps_its_issuer(shop: Shop) -> None:
    arguments = ("--data", str(shop.data))
    with shop.running(*arguments) as first:
        assert shop.opened(first)
        done = shop.run("till", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
        assert first.poll() is None
        assert shop.stopped(first) == (0, "")
    code, told = shop.findings()
    assert (code, told["journal"]["state"], told["backend"]["state"]) == (0, "good", "good")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_till_cleanly_and_keeps_its_queue(used: Shop, number: signal.Signals) -> None:
    # a line that leads nowhere: what is queued stays queued
    config = used.config(lambda table: table["backend"]["swedbankpay"].update(token_url="http://127.0.0.1:9/token"))
    before = rows(used)
    with used.running("--config", str(config), "--data", str(used.data)) as till:
        assert used.opened(till)
        assert used.stopped(till, number) == (0, "")
    after = rows(used)
    assert len(after) == len(before) == 5
    assert sum('"STORED"' in row for row in after) == 2
    assert whole(used)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_harm_nothing(used: Shop, closed: str) -> None:
    arguments = ("--config", str(used.config()), "--data", str(used.data))
    before = ("sh", "-c", f'exec "$@" {closed}', "sh")
    with used.running(*arguments, before=before) as till:
        assert used.opened(till)
        assert used.stopped(till)[0] == 0
    assert whole(used)


def test_a_reader_of_our_output_that_has_seen_enough_gets_no_traceback(used: Shop) -> None:
    command = used.command("journal", "export", "--data", str(used.data))
    done = subprocess.run(
        ["sh", "-c", '"$@" | head -c 10', "sh", *command],
        cwd=ROOT,
        env=surroundings(used.home),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (len(done.stdout), done.stderr) == (10, "")
