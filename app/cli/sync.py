"""``stanchion sync``: a till without a window that sends what is queued, and says what came of it."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bootstrap import Place, Wish, read_journal, start, told_in_words
from app.cli.places import existing_data, training_issuer
from app.domain.errors import CannotStart
from app.domain.ids import TransactionId
from app.domain.messages import SendNow
from app.domain.transaction import State, Transaction
from app.domain.view import TillView
from app.settings import load
from app.storage.journal import Journal
from app.ui import slip

STALLED_SECONDS = 15.0
"""Without any progress for this long the line is not there: the queue stays, and the exit code says so."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--config", type=Path, help="configuration file; without one the training till's queue is sent")
    parser.add_argument("--data", type=Path, help="data directory")
    parser.add_argument("--json", action="store_true", help="the result as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Sends until nothing is left or nothing moves; 1 when anything remains."""
    data = existing_data(arguments.data)
    try:
        with told_in_words(data):
            if arguments.config is not None:
                load(arguments.config)  # a wrong configuration is told even where nothing waits
            waiting = _waiting(data)
        if waiting:
            _send(arguments, data, len(waiting))
        with told_in_words(data):
            return _tell(data, waiting, as_json=arguments.json)
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code


def _to_send(transaction: Transaction) -> bool:
    """A till that was killed left what was on the wire in SENT; recovery asks for it again."""
    return transaction.is_queued or transaction.state is State.SENT


def _waiting(data: Path) -> list[TransactionId]:
    journal = read_journal(data)
    try:
        return [transaction.id for transaction in journal.open_transactions() if _to_send(transaction)]
    finally:
        journal.close()


def _send(arguments: argparse.Namespace, data: Path, total: int) -> None:
    child = training_issuer(data) if arguments.config is None else None
    try:
        _forward(Wanted(data, arguments.config, child.contract if child is not None else None), total)
    finally:
        if child is not None:
            child.stop()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which till is to send: its directory, its configuration or else its training issuer's contract."""

    data: Path
    config: Path | None
    contract: Callable[[], dict[str, Any]] | None


def _forward(wanted: Wanted, total: int) -> None:
    news = threading.Event()
    left = [total]
    broken: list[BaseException] = []

    def show(view: TillView) -> None:
        if view.strip.queue.count != left[0]:
            left[0] = view.strip.queue.count
            print(f"{total - left[0]} of {total} sent", file=sys.stderr)
            news.set()

    def failed(fault: BaseException) -> None:
        broken.append(fault)
        news.set()

    paper = (slip.receipt_lines, slip.card_lines, slip.report_lines)
    opened = start(Wish(Place(wanted.data), wanted.config, wanted.contract, paper, show, failed))
    opened.till.start()
    try:
        opened.till.post(SendNow())
        while left[0] and not broken and news.wait(STALLED_SECONDS):
            news.clear()
    finally:
        opened.till.stop()


def _tell(data: Path, waiting: list[TransactionId], *, as_json: bool) -> int:
    journal = read_journal(data)
    try:
        told = _count(journal, waiting)
    finally:
        journal.close()
    if as_json:
        print(json.dumps(told))
    else:
        print(
            f"forwarded {told['forwarded']}, declined {told['declined']}, "
            f"remaining {told['remaining']} ({told['amount_remaining']} in minor units)"
        )
    return 1 if told["remaining"] else 0


def _count(journal: Journal, waiting: list[TransactionId]) -> dict[str, int]:
    before = [found for found in map(journal.transaction, waiting) if found is not None]
    open_now = [transaction for transaction in journal.open_transactions() if _to_send(transaction)]
    return {
        "forwarded": sum(t.state in (State.APPROVED, State.REVERSED) for t in before),
        "declined": sum(t.state in (State.DECLINED, State.DISPUTED, State.ATTENTION) for t in before),
        "remaining": len(open_now),
        "amount_remaining": sum(transaction.amount.minor for transaction in open_now),
    }
