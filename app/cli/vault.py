"""``stanchion vault set NAME``: puts a secret of a backend or the PIN pad where the till will find it."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from app.paths import data_directory
from app.storage.errors import StorageError
from app.storage.vault import Vault

WHOLE_FILE = "_pem"
"""Names of values that are files of several lines end so."""
MAX_FILE = 64 * 1024
"""A private key in PEM has some hundred bytes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``set NAME`` or ``names``."""
    parser.add_argument("action", choices=("set", "names"))
    parser.add_argument("name", nargs="?", default="", help="such as swedbankpay.client_secret or pin.key")
    parser.add_argument("--data", type=Path, default=None, help="data directory (default: the production till's)")


def _piped(name: str) -> str:
    """The value from a pipe: its first line, or all of it where it is a file of its own."""
    return sys.stdin.read(MAX_FILE).strip() if name.endswith(WHOLE_FILE) else sys.stdin.readline().rstrip("\n")


def run(arguments: argparse.Namespace) -> int:
    """Reads the value from the terminal (or a pipe), never from the command line."""
    data = arguments.data or data_directory(training=False)
    if arguments.action == "set" and not arguments.name:
        print("stanchion vault set NAME: the name is missing.", file=sys.stderr)
        return 2
    if arguments.action == "names" and not data.exists():
        print(f"stanchion: there is no vault: {data} is not there.", file=sys.stderr)
        return 2
    try:
        vault = Vault.open(data, use_keyring=True, production=True)
        if arguments.action == "names":
            print("\n".join(vault.names()))
            return 0
        piped = not sys.stdin.isatty()
        if arguments.name.endswith(WHOLE_FILE) and not piped:
            print(f"stanchion: {arguments.name} has several lines: pipe its file in (< key.pem).", file=sys.stderr)
            return 2
        value = _piped(arguments.name) if piped else getpass.getpass(f"{arguments.name}: ")
        if not value:
            print(f"stanchion vault set {arguments.name}: no value came; nothing was changed.", file=sys.stderr)
            return 2
        vault.put(arguments.name, value)
    except ValueError as error:
        print(f"stanchion: {error}.", file=sys.stderr)
        return 2
    except StorageError as error:
        print(f"stanchion: the vault in {data} can't be used ({error}).", file=sys.stderr)
        return error.exit_code
    return 0
