"""`python -m app issuer`: the issuer host as a command.

With `--json` the first line on stdout is the contract (one JSON object) and nothing else ever goes there; words
go to stderr. The command ends with 0 on SIGTERM or Ctrl-C, and, when it was started as a child with `--json` and a
pipe as its stdin, also when that pipe closes: a till that dies takes its issuer with it. It ends with 2 when
the call cannot be served. `--check` adds up the books of a database and ends with 0, or with 1 when they differ.
"""

import argparse
import json
import os
import select
import signal
import socket
import stat
import sys
from contextlib import ExitStack, closing, suppress
from types import FrameType, TracebackType
from typing import Self, TextIO

from app.issuer.faces.registry import ALL_FACES
from app.issuer.server import IssuerHost
from app.issuer.store import open_store

EXIT_GOOD = 0
EXIT_DIFFERENCES = 1
EXIT_WRONG_CALL = 2

# What a parent writes to our stdin means nothing; it is read so that a full pipe never blocks the parent.
_STDIN_CHUNK = 4096
_STDIN = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="0 takes a free one (default)")
    parser.add_argument(
        "--database", default="memory", metavar="URL", help="memory (default), or sqlite:///PATH to keep the books"
    )
    parser.add_argument("--seed", type=int, default=1, help="which demo cards (default: %(default)s)")
    parser.add_argument(
        "--faces",
        type=_names,
        default=ALL_FACES,
        metavar="A,B",
        help=f"APIs to serve (default: {', '.join(ALL_FACES)})",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON with all a till needs")
    parser.add_argument("--check", action="store_true", help="add up the books and end (0: they balance)")
    parser.add_argument("--no-admin", action="store_true", help="leave out /admin (check, transactions, faults)")


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",")))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Runs the host until it is told to end; answers the exit code."""
    out = sys.stdout if out is None else out
    try:
        if arguments.check:
            return _check(arguments.database, out, as_json=arguments.json)
        host = IssuerHost(
            arguments.database,
            arguments.seed,
            host=arguments.host,
            port=arguments.port,
            admin=not arguments.no_admin,
            faces=arguments.faces,
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"The issuer host cannot start: {error}\n")
        return EXIT_WRONG_CALL
    # The signals are caught before anybody is told that we are here.
    with _Ending(watch_stdin=arguments.json) as ending, host:
        out.write(json.dumps(host.contract) + "\n" if arguments.json else _describe(host))
        out.flush()
        ending.wait()
    return EXIT_GOOD


def _check(database: str, out: TextIO, *, as_json: bool) -> int:
    """Adds up the books of a database nobody needs to serve for it."""
    with closing(open_store(database, must_exist=True)) as store:
        check = store.check()
    if as_json:
        verdict = {"balanced": check.balanced, "postings": check.postings, "faults": list(check.faults)}
        out.write(json.dumps(verdict) + "\n")
    else:
        out.writelines(f"{fault}\n" for fault in check.faults)
        out.write(f"{check.postings} postings, {'balanced' if check.balanced else 'NOT BALANCED'}\n")
    return EXIT_GOOD if check.balanced else EXIT_DIFFERENCES


def _describe(host: IssuerHost) -> str:
    contract = host.contract
    lines = [f"The issuer host listens on {contract['listening']}", "Demo cards (face, name, number, balance):"]
    lines += [
        f"  {card['face']:<12} {card['name']:<11} {card['number']:<19} {card['balance'] / 100:>9.2f} {card['currency']}"
        for card in contract["cards"]
    ]
    lines += ["Credentials and everything else a till needs: --json", "Ctrl-C ends it.", ""]
    return "\n".join(lines)


class _Ending:
    """Catches SIGTERM and SIGINT from its beginning, and knows the end of stdin if asked to."""

    def __init__(self, *, watch_stdin: bool) -> None:
        self._watch_stdin = watch_stdin
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        reading, writing = socket.socketpair()
        self._waiting = reading
        for end in (reading, writing):
            self._undo.enter_context(closing(end))
        writing.settimeout(0)  # a wakeup descriptor must not block
        self._undo.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(writing.fileno()))
        for number in (signal.SIGTERM, signal.SIGINT):
            self._undo.callback(signal.signal, number, signal.signal(number, _noted))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    def wait(self) -> None:
        """Sleeps until the end comes."""
        waiting = [self._waiting.fileno()]
        if self._watch_stdin and _stdin_is_a_pipe():
            waiting.append(_STDIN)
        while True:
            ready, _, _ = select.select(waiting, [], [])
            if self._waiting.fileno() in ready or not os.read(_STDIN, _STDIN_CHUNK):
                return


def _noted(_number: int, _frame: FrameType | None) -> None:
    """A signal that only wakes the wait."""


def _stdin_is_a_pipe() -> bool:
    with suppress(OSError):
        mode = os.fstat(_STDIN).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return False
