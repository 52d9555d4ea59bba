"""The command line: ``python -m app COMMAND``.

Each command is a module with ``add_arguments`` and ``run``. Only the module that was asked for is imported: a till
shows its window before anybody has read a web framework, and the issuer host needs no Qt.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from app import __version__
from app.cli.display import usable_display

COMMANDS = {
    "till": "open the cashier's window (training without --config)",
    "issuer": "run the simulated issuer host alone",
    "tour": "drive a real till through a scripted day and reconcile it",
    "hooks": "receive what the backends tell unasked",
    "sync": "send what is queued",
    "journal": "list, show, verify or export the journal",
    "doctor": "check everything a till needs",
    "hash-pin": "make an operator's pin_hash",
    "vault": "put a secret into the vault",
    "driven": "",
}
"""What there is, in the order of the help. Each is the module of that name (``-`` as ``_``) in this room. One without
words is called by another command, not by people."""

WRONG_CALL = 2
NO_SCREEN = 69


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and answers its exit code (2 for a wrong call)."""
    _hold_standard_streams()
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our output has seen enough (``journal list | head``); the rest goes nowhere, without a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    return code


def _hold_standard_streams() -> None:
    """Descriptors 0 to 2 that came closed are opened on nothing.

    Else the next file or socket gets the number, and whatever a library prints lands in it: in a journal, say.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in ("-h", "--help"):
        print(_help())
        return 0
    if given and given[0] == "--version":
        print(f"stanchion {__version__}")
        return 0
    if not given:
        given = ["till"] if usable_display() else ["tour"]
    elif given[0].startswith("-"):
        given = ["till", *given]
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        print(f"stanchion: there is no command {name!r}\n\n{_help()}", file=sys.stderr)
        return WRONG_CALL
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"stanchion {name}", description=COMMANDS[name] or None)
    module.add_arguments(parser)
    options = parser.parse_args(rest)
    if name == "till" and not os.environ.get("QT_QPA_PLATFORM") and not usable_display():
        # Qt would end the process without a word of ours
        print(
            "stanchion: There is no screen to open the till's window on. Nothing was changed. Start it from a desktop "
            "session (DISPLAY or WAYLAND_DISPLAY set), or see it without one: stanchion tour.",
            file=sys.stderr,
        )
        return NO_SCREEN
    code: int = module.run(options)
    return code


def _help() -> str:
    lines = [f"  {name:<9} {what}" for name, what in COMMANDS.items() if what]
    return "\n".join(
        [
            "usage: stanchion [COMMAND] [options]",
            "",
            "A gift-card till. Without a command: till, or tour where there is no screen.",
            "",
            *lines,
            "",
            "stanchion COMMAND --help tells its options.",
        ]
    )
