"""A till without a window in a process of its own: ``python -m tests.faults.driven CONFIG DATA [READER]``.

It is opened by the very code behind the window (:mod:`app.bootstrap`). Lines on stdin are what a cashier does; each
new picture of the till is a line of JSON on stdout. Where no till opens, the sentence and the exit code are the
command's.

    pay MINOR TRACK2 | swipe TRACK2 | confirm | line | stop
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

from app.bootstrap import Place, Wish, start
from app.domain import messages as m
from app.domain.errors import CannotStart
from app.domain.money import Money
from app.domain.view import OutcomeBody, StoppedBody, TillView
from app.service.clock import SystemClock
from app.ui import slip


class ShiftedClock(SystemClock):
    """A machine whose wall clock is wrong; its monotonic one goes as it should."""

    def __init__(self, year: int) -> None:
        now = super().now()
        self._by = now.replace(year=year, day=min(now.day, 28)) - now if year else timedelta()

    def now(self) -> datetime:
        return super().now() + self._by

    def local(self) -> datetime:
        return super().local() + self._by


def told(view: TillView) -> dict[str, object]:
    """What the tests look at."""
    body = view.body
    outcome = body.kind.value if isinstance(body, OutcomeBody) else ""
    stopped = body.kind.value if isinstance(body, StoppedBody) else ""
    return {
        "screen": view.screen.value,
        "outcome": outcome,
        "stopped": stopped,
        "reader": view.strip.reader.value,
        "line": view.strip.line.value,
        "queue": view.strip.queue.count,
        "notice": str(view.notice.kind) if view.notice is not None else "",
        "receipts": len(view.receipts),
    }


class Driven:
    """One life."""

    def __init__(self, config: Path, data: Path, reader: str, year: int) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, object] = {}
        paper = (slip.receipt_lines, slip.card_lines, slip.report_lines)
        place = Place(data, reader)
        opened = start(Wish(place, config, None, paper, self._show, self._failed, clock=ShiftedClock(year)))
        self._till = opened.till

    def _show(self, view: TillView) -> None:
        now = told(view)
        self._currency = view.currency
        with self._lock:
            if now != self._last:
                self._last = now
                print(json.dumps(now), flush=True)

    def _failed(self, fault: BaseException) -> None:
        print(json.dumps({"failed": type(fault).__name__}), flush=True)

    def run(self) -> None:
        """Until ``stop`` or the end of stdin."""
        self._till.start()
        try:
            for line in sys.stdin:
                name, *rest = line.split()
                if name == "stop":
                    return
                for message in self._messages(name, rest):
                    self._till.post(message)
        finally:
            self._till.stop()

    def _messages(self, name: str, rest: list[str]) -> list[m.Message]:
        match name:
            case "pay":
                amount = Money(int(rest[0]), self._currency)
                return [m.Start(m.Task.PAY), m.AmountEntered(amount), m.CardSwiped(m.TrackText(rest[1]))]
            case "swipe":
                return [m.CardSwiped(m.TrackText(rest[0]))]
            case "confirm":
                return [m.Confirm()]
            case "line":
                return [m.ToggleLine()]
            case _:
                raise ValueError(name)


def main() -> int:
    """The exit code of the command line's contract."""
    config, data, *more = sys.argv[1:]
    reader, year = [*more, "", ""][:2]
    try:
        Driven(Path(config), Path(data), reader, int(year or 0)).run()
    except CannotStart as error:
        print(f"stanchion: {error.sentence}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
