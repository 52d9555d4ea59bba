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
from app.domain.verb import Verb
from app.storage.errors import CommitUnknown, StorageError
from tests.storage.world import TILL, WHO, Till, kroner, open_journal


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


def fail(directory: Path) -> None:
    """Sells on a disk that fails once (the parent sees to it): closes, opens again, asks, and does what is missing."""
    till = Till(open_journal(directory))
    for number in range(1, 100):
        commit = next_sale(till, number)
        try:
            till.journal.commit(commit)
        except CommitUnknown as error:
            till.journal.close()
            till.journal = open_journal(directory)
            there = till.journal.holds(commit, error.last_seq)
            say(error.code, there, till.journal.seq == error.last_seq + there, len(till.journal.verify()))
            if not there:
                till.journal.commit(commit)
    say("sold", till.journal.seq, till.journal.last_stan_count(), len(till.journal.verify()))
    till.journal.close()


def next_sale(till: Till, number: int) -> Commit:
    """What opens the ``number``-th transaction."""
    fresh = till.fresh()
    line = r.Record(till.tick(), fresh.transaction_id(), r.Opened(
        Verb.REDEEM, kroner(7), Stan.from_count(number), fresh.order_ref(), fresh.transaction_ref(), TILL, till.day,
        till.now, WHO,
    ))  # fmt: skip
    return Commit((line,), (apply(None, line),))


def cut(directory: Path) -> None:
    """A disk that fails in the middle of a commit: then closing, opening again, and asking what is there."""
    till = Till(open_journal(directory))
    till.approved()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = (directory / "journal.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 6_000, resource.RLIM_INFINITY))
    commit = next_sale(till, 2)
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
        {"sell": sell, "hold": hold, "fill": fill, "cut": cut, "fail": fail}[what](directory)
    except StorageError as error:
        say(error.code)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
