"""`python -m app issuer`: the issuer host as a command.

With `--json` the first line on stdout is the contract (one JSON object) and nothing else ever goes there; words
go to stderr. The command ends with 0 on SIGTERM or Ctrl-C, and, when it was started as a child with `--json` and a
pipe as its stdin, also when that pipe closes: a till that dies takes its issuer with it. It ends with 2 when
the call cannot be served.
"""

import argparse
import json
import os
import select
import signal
import socket
import stat
import sys
from contextlib import closing, suppress
from types import FrameType
from typing import TextIO

from app.issuer.server import IssuerHost

EXIT_GOOD = 0
EXIT_WRONG_CALL = 2

# What a parent writes to our stdin means nothing; it is read so that a full pipe never blocks the parent.
_STDIN_CHUNK = 4096


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="0 takes a free one (default)")
    parser.add_argument(
        "--database", default="memory", metavar="URL", help="memory (default), or sqlite:///PATH to keep the books"
    )
    parser.add_argument("--seed", type=int, default=1, help="which demo cards (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON with all a till needs")
    parser.add_argument("--no-admin", action="store_true", help="leave out /admin (check, transactions, faults)")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def run(arguments: argparse.Namespace, out: TextIO | None = None) -> int:
    """Runs the host until it is told to end; answers the exit code."""
    out = sys.stdout if out is None else out
    try:
        host = IssuerHost(
            arguments.database,
            arguments.seed,
            host=arguments.host,
            port=arguments.port,
            admin=not arguments.no_admin,
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"The issuer host cannot start: {error}\n")
        return EXIT_WRONG_CALL
    with host:
        if arguments.json:
            out.write(json.dumps(host.contract) + "\n")
        else:
            out.write(_describe(host))
        out.flush()
        _wait_for_the_end(watch_stdin=arguments.json)
    return EXIT_GOOD


def _describe(host: IssuerHost) -> str:
    contract = host.contract
    lines = [f"The issuer host listens on {contract['listening']}", "Demo cards (name, number, balance):"]
    lines += [
        f"  {card['name']:<11} {card['number']}  {card['balance'] / 100:>9.2f} {card['currency']}"
        for card in contract["cards"]
    ]
    lines += ["Credentials and everything else a till needs: --json", "Ctrl-C ends it.", ""]
    return "\n".join(lines)


def _wait_for_the_end(*, watch_stdin: bool) -> None:
    """Sleeps until SIGTERM, SIGINT or, if asked, the end of stdin."""
    reading, writing = socket.socketpair()
    with closing(reading), closing(writing):
        writing.settimeout(0)  # a wakeup descriptor must not block
        previous_wakeup = signal.set_wakeup_fd(writing.fileno())
        previous = {number: signal.signal(number, _noted) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            waiting = [reading.fileno()]
            if watch_stdin and _stdin_is_a_pipe():
                waiting.append(0)
            while True:
                ready, _, _ = select.select(waiting, [], [])
                if reading.fileno() in ready:
                    return
                if not os.read(0, _STDIN_CHUNK):
                    return
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(previous_wakeup)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """A signal that only wakes the wait."""


def _stdin_is_a_pipe() -> bool:
    with suppress(OSError):
        mode = os.fstat(0).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return False
