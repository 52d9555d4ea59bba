"""``stanchion hash-pin``: reads a PIN twice from the terminal and prints the line for ``[[operator]]``."""

from __future__ import annotations

import argparse
import getpass
import sys

from app.service.sign_in import hash_pin

SHORTEST, LONGEST = 4, 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: a PIN on a command line would be in the shell's history."""


def run(_arguments: argparse.Namespace) -> int:
    """Asks, compares, prints."""
    first = getpass.getpass("PIN: ")
    if not (first.isascii() and first.isdigit() and SHORTEST <= len(first) <= LONGEST):
        print(f"A PIN is {SHORTEST} to {LONGEST} digits.", file=sys.stderr)
        return 2
    if getpass.getpass("Again: ") != first:
        print("These were two different PINs.", file=sys.stderr)
        return 2
    print(f'pin_hash = "{hash_pin(first.encode())}"')
    return 0
