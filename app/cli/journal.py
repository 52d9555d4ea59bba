"""``stanchion journal``: reads the journal while no till runs on it. Changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from app.bootstrap import read_journal, told_in_words
from app.cli.places import existing_data
from app.domain.errors import CannotStart
from app.domain.ids import Stan
from app.settings import load
from app.storage.codec import encode_body
from app.storage.journal import Journal
from app.storage.queries import Row

NOT_FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and where."""
    parser.add_argument("action", choices=("list", "show", "verify", "export"))
    parser.add_argument("stan", nargs="?", default="", help="for show: the STAN on the receipt")
    parser.add_argument("--config", type=Path, help="configuration file, for where the witness lies")
    parser.add_argument("--data", type=Path, help="data directory (default: this user's till)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Reads; exit code 1 where something does not hold or was not found, 3 while a till runs."""
    data = existing_data(arguments.data)
    try:
        with told_in_words(data):
            escrow = load(arguments.config).till.escrow if arguments.config is not None else ""
            journal = read_journal(data, escrow=escrow)
            try:
                return _ACTIONS[arguments.action](journal, arguments)
            finally:
                journal.close()
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code


def _list(journal: Journal, arguments: argparse.Namespace) -> int:
    for row in journal.rows():
        told = row.as_json()
        print(json.dumps(told) if arguments.json else _line(row))
    return 0


def _line(row: Row) -> str:
    t = row.transaction
    amount = f"{t.amount.minor / 10**t.amount.currency.exponent:.{t.amount.currency.exponent}f} {t.amount.currency}"
    card = f"••••{t.card.last4}" if t.card else ""
    waiting = " offline" if t.offline else ""
    return f"{t.business_day} {t.stan} {t.verb:<9} {t.state:<10} {amount:>14} {card:<9}{waiting} {t.reason}".rstrip()


def _show(journal: Journal, arguments: argparse.Namespace) -> int:
    try:
        found = journal.by_stan(Stan(arguments.stan.zfill(6)))
    except ValueError:
        found = None
    if found is None:
        print(f"stanchion: no transaction has the STAN {arguments.stan or '(none given)'}.", file=sys.stderr)
        return NOT_FOUND
    for record in journal.records_of(found.id):
        kind, body = encode_body(record.body)
        told = {"at": record.at.isoformat(), "kind": kind, **json.loads(body)}
        print(json.dumps(told) if arguments.json else f"{told['at']}  {kind:<14} {body}")
    return 0


def _verify(journal: Journal, arguments: argparse.Namespace) -> int:
    findings = journal.verify()
    for finding in findings:
        told = {"what": finding.what.value, "seq": finding.seq, "detail": finding.detail}
        print(json.dumps(told) if arguments.json else f"{finding.what}: record {finding.seq}: {finding.detail}")
    if not findings and not arguments.json:
        print(f"{journal.seq} records: chain, fold, counters and witness hold. Head {journal.head()}")
    return NOT_FOUND if findings else 0


def _export(journal: Journal, _arguments: argparse.Namespace) -> int:
    for line in journal.export():
        print(line)
    return 0


_ACTIONS = {"list": _list, "show": _show, "verify": _verify, "export": _export}
