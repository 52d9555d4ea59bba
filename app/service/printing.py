"""The file printer: each slip becomes a text file in a folder, which stands for the paper that leaves the shop.

A print never changes a sale. What does not come out is told to the till, and can be printed again from the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.card import Issued
from app.domain.ids import TransactionId
from app.domain.messages import Message, PrinterFailed
from app.domain.receipt import Receipt
from app.domain.report import DayReport
from app.service.worker import Worker


@dataclass(frozen=True, slots=True)
class Renderer:
    """Where words are made: handed in, because the service knows none."""

    receipt: Callable[[Receipt], list[str]]
    card: Callable[[Issued], list[str]]
    report: Callable[[DayReport], list[str]]


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    lines: Callable[[], list[str]]


class FilePrinter:
    """Writes slips in the order they were made, in a thread of its own."""

    def __init__(
        self,
        folder: Path,
        renderer: Renderer,
        post: Callable[[Message], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._folder = folder
        self._renderer = renderer
        self._post = post
        self._worker: Worker[_Job] = Worker("printer", self._print, timeout=lambda: None, failed=failed)

    def start(self) -> None:
        """Begins."""
        self._worker.start()

    def stop(self) -> None:
        """Prints what is waiting, then ends."""
        self._worker.stop()

    def receipt(self, slip: Receipt) -> None:
        """One receipt."""
        copy = f"-copy{slip.copy}" if slip.copy else ""
        name = f"{slip.business_day}-{slip.stan}-{slip.verb}-{slip.mark}{copy}.txt"
        self._worker.post(_Job(name, lambda: self._renderer.receipt(slip)))

    def card(self, slip: Receipt, secret: Issued) -> None:
        """A new card with its receipt: the only print of its number."""
        name = f"{slip.business_day}-{slip.stan}-new-card.txt"
        self._worker.post(_Job(name, lambda: [*self._renderer.receipt(slip), "", *self._renderer.card(secret)]))

    def report(self, report: DayReport) -> None:
        """An X or a Z."""
        name = f"{report.business_day}-z{report.number}.txt" if report.number else f"{report.business_day}-x.txt"
        self._worker.post(_Job(name, lambda: self._renderer.report(report)))

    def _print(self, jobs: list[_Job]) -> None:
        for job in jobs:
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                text = "\n".join(job.lines()) + "\n"
                (self._folder / job.name).write_text(text, encoding="utf-8")
            except OSError:
                self._post(PrinterFailed(TransactionId("")))
