"""A till in a process of its own, for what can't be done to this one: ``python -m tests.storage.child WHAT DIR``.

Says one line per event on stdout; ends with the exit code of the storage error it met.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from app.domain import records as r
from app.domain.effects import Commit
from app.domain.ids import Stan
from app.domain.transaction import apply
from app.storage.errors import CommitUnknown, StorageError
from tests.storage.world import Till, kroner, open_journal


def say(*words: object) -> None:
    print(*words, flush=True)


def sell(directory: Path) -> None:
    """Sells until it is killed; says each commit's last record once the commit has returned."""
    till = Till(open_journal(directory))
    till.drawn = till.journal.seq * 1_000
    say("ready", till.journal.seq)
    while True:
        till.approved(100)
        say(till.journal.seq)
        till.stored(50)
        say(till.journal.seq)


def hold(directory: Path) -> None:
    """Keeps the journal until stdin closes."""
    journal = open_journal(directory)
    say("ready", journal.seq)
    sys.stdin.read()
    journal.close()


def fill(directory: Path) -> None:
    """Sells on a small disk until nothing goes any more; then closes, frees, and sells again."""
    till = Till(open_journal(directory))
    sold = 0
    try:
        while sold < 5_000:
            till.opened(100)
            sold += 1
            if till.journal.low_on_space:
                say("low")
                break
        while sold < 10_000:
            till.opened(100)
            sold += 1
    except StorageError as error:
        say(error.code, till.journal.seq, sold)
        say("history", len(till.journal.last_transactions(10)))
    till.journal.close()
    try:
        journal = open_journal(directory)
    except StorageError as error:
        say("again", error.code)
    else:
        say("again", journal.seq, len(journal.verify()), journal.low_on_space)
        journal.close()


def cut(directory: Path) -> None:
    """A disk that fails in the middle of a commit: then closing, opening again, and asking what is there."""
    till = Till(open_journal(directory))
    till.approved()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = (directory / "journal.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 6_000, resource.RLIM_INFINITY))
    fresh = till.fresh()
    body = till.journal.records_of(next(iter(till.kept)))[0].body
    assert isinstance(body, r.Opened)
    line = r.Record(till.tick(), fresh.transaction_id(), r.Opened(
        body.verb, kroner(7), Stan.from_count(2), fresh.order_ref(), fresh.transaction_ref(), body.terminal_id,
        body.business_day, body.local_time, body.operator,
    ))  # fmt: skip
    commit = Commit((line,), (apply(None, line),))
    after = 0
    try:
        till.journal.commit(commit)
    except CommitUnknown as error:
        after = error.last_seq
        say(error.code, after)
    try:
        till.journal.commit(commit)
    except CommitUnknown as error:
        say("still", error.code)
    till.journal.close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal = open_journal(directory)
    say("holds", journal.holds(commit, after), journal.seq == after, len(journal.verify()))
    journal.commit(commit)
    say("holds", journal.holds(commit, after))
    journal.close()


def main() -> int:
    what, directory = sys.argv[1], Path(sys.argv[2])
    try:
        {"sell": sell, "hold": hold, "fill": fill, "cut": cut}[what](directory)
    except StorageError as error:
        say(error.code)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
