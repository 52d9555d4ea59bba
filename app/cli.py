"""The command line: `python -m app COMMAND`. Each room that is a command declares and runs itself."""

import argparse
from collections.abc import Sequence

from app.issuer import command as issuer


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="stanchion", description="A gift-card till.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    issuer_parser = commands.add_parser("issuer", help="run the simulated issuer host alone")
    issuer.add_arguments(issuer_parser)
    issuer_parser.set_defaults(run=issuer.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and answers its exit code (2 for a wrong call)."""
    parsed = build_parser().parse_args(arguments)
    code: int = parsed.run(parsed)
    return code
