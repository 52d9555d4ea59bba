"""What the world does to a journal: kills, second tills, full, failing and read-only disks. Each in a real process."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.storage.errors import InUse
from tests.storage.world import Till, open_journal

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.storage.child"]


def namespaces() -> bool:
    """Whether this machine lets us mount a small disk of our own."""
    unshare = shutil.which("unshare")
    tried = [unshare or "", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return unshare is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0


def tracing() -> bool:
    """Whether strace may inject faults here."""
    strace = shutil.which("strace")
    tried = [
        strace or "",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fdatasync",
        "-e",
        "inject=fdatasync:error=EIO",
        "true",
    ]
    return strace is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0


needs_strace = pytest.mark.skipif(not tracing(), reason="no strace that may trace here")
needs_mount = pytest.mark.skipif(not namespaces(), reason="no user namespaces here")


def start(what: str, directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, what, str(directory)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def in_namespace(script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Runs a shell script with a mount table of its own; ``$DIR`` and ``$TILL`` are set."""
    settings = f'DIR="{directory}"; TILL="{" ".join(COMMAND)}"; '
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", settings + script],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def with_failing_sync(what: str, directory: Path, nth: int) -> subprocess.CompletedProcess[str]:
    """Runs a child whose ``nth`` fdatasync answers EIO."""
    inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync"]
    inject += ["-e", f"inject=fdatasync:error=EIO:when={nth}"]
    return subprocess.run(
        [*inject, *COMMAND, what, str(directory)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_kill_at_any_moment_loses_nothing_acknowledged_and_breaks_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    acknowledged = 0
    for life in range(8):
        child = start("sell", tmp_path)
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline().startswith("ready")
        time.sleep(chance.random() * 0.12)
        child.kill()
        told = [int(word) for word in child.stdout.read().split() if word.isdigit()]
        child.stdout.close()
        child.stdin.close()
        child.wait()
        acknowledged = max([acknowledged, *told[:-1]])  # the last number may be cut in the middle
        journal = open_journal(tmp_path)
        assert journal.seq >= acknowledged, f"life {life}"
        assert journal.verify() == [], f"life {life}"
        assert journal.rolled_back is None
        journal.close()
    assert acknowledged > 0


def test_a_second_till_is_turned_away_with_its_own_exit_code(tmp_path: Path) -> None:
    first = start("hold", tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline() == "ready 0\n"
    second = subprocess.run([*COMMAND, "hold", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (second.stdout, second.returncode) == ("in-use\n", 3)
    with pytest.raises(InUse):
        open_journal(tmp_path)
    first.communicate("")
    assert first.returncode == 0
    open_journal(tmp_path).close()


@needs_mount
def test_a_read_only_data_directory_is_named_and_left_alone(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    before = (tmp_path / "journal.db").read_bytes()
    done = in_namespace(
        'mount --bind "$DIR" "$DIR" && mount -o remount,bind,ro "$DIR" && exec $TILL hold "$DIR"', tmp_path
    )
    assert (done.stdout, done.returncode) == ("read-only\n", 2), done.stderr
    assert (tmp_path / "journal.db").read_bytes() == before


@needs_mount
def test_a_full_disk_is_refused_cleanly_and_the_reserve_lets_the_till_finish(tmp_path: Path) -> None:
    done = in_namespace('mount -t tmpfs -o size=4m none "$DIR" && exec $TILL fill "$DIR"', tmp_path)
    assert done.returncode == 0, done.stderr
    low, refused, history, again = done.stdout.splitlines()
    assert low == "low"
    code, seq, sold = refused.split()
    assert (code, seq) == ("disk-full", sold)
    assert history == "history 10"
    # what was acknowledged is there, the journal opens on the full disk, and knows that it is full
    assert again == f"again {sold} 0 True"


@needs_mount
def test_a_disk_that_is_full_from_the_start_is_named(tmp_path: Path) -> None:
    done = in_namespace('mount -t tmpfs -o size=16k none "$DIR" && exec $TILL hold "$DIR"', tmp_path)
    assert (done.stdout, done.returncode) == ("disk-full\n", 1), done.stderr


def test_a_commit_that_failed_half_way_is_unknown_until_the_journal_was_opened_again(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "cut", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, still, absent, present = done.stdout.splitlines()
    assert first.startswith("commit-unknown ")
    assert still == "still commit-unknown"
    assert absent == "holds False True 0"
    assert present == "holds True"


@needs_strace
@pytest.mark.parametrize("nth", [20, 37])
def test_a_sync_that_failed_leaves_one_answer_after_opening_again(tmp_path: Path, nth: int) -> None:
    """EIO from the commit's fdatasync: the row may be there or not; asked after a new start it is one of the two."""
    done = with_failing_sync("fail", tmp_path, nth)
    assert done.returncode == 0, done.stderr
    unknown, sold = done.stdout.splitlines()
    assert unknown in ("commit-unknown True True 0", "commit-unknown False True 0")
    assert sold == "sold 99 99 0"


@needs_strace
@pytest.mark.parametrize("nth", [1, 4, 7, 10])
def test_a_sync_that_fails_while_the_journal_is_made_is_named_and_the_next_start_makes_it(
    tmp_path: Path, nth: int
) -> None:
    done = with_failing_sync("hold", tmp_path, nth)
    assert (done.stdout, done.returncode) in [("disk-failed\n", 1), ("commit-unknown\n", 1)], done.stderr
    till = Till(open_journal(tmp_path))
    till.approved()
    assert till.journal.verify() == []
    till.journal.close()


def test_work_goes_on_after_a_clean_stop(tmp_path: Path) -> None:
    till = Till(open_journal(tmp_path))
    till.approved()
    till.journal.close()
    assert not (tmp_path / "journal.db-wal").exists()
    till.journal = open_journal(tmp_path)
    till.approved()
    assert till.journal.last_stan_count() == 2
    till.journal.close()
