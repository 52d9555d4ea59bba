"""Plays the day and lays the books side by side."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import read_journal, told_in_words
from app.domain.errors import CannotStart
from app.domain.transaction import Transaction
from app.issuer.faults import Fault
from app.tour import across, dintero, gr4vy, parpay
from app.tour.bank import Bank, Vain
from app.tour.config import to_toml
from app.tour.hand import Command, Stuck
from app.tour.place import Place
from app.tour.reconciliation import Reconciliation, issuer_sides, reconcile, till_sides
from app.tour.script import evening, killed, morning, noon
from app.tour.stage import Stage, Tell
from app.training import training_table
from hardware.virtual.reader import VirtualReader

CHAPTERS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("Swedbank Pay, morning", morning),
    ("PAR Pay", parpay.chapter),
    ("Gr4vy", gr4vy.chapter),
    ("Dintero", dintero.chapter),
    ("All four, and the line cut", across.chapter),
    ("Swedbank Pay, noon", noon),
    ("Swedbank Pay, killed", killed),
)
"""The first life of the till, which ends by SIGKILL; the evening is the second."""
SHOWN: dict[str, dict[str, str | bool]] = {
    "gr4vy": {"issuance_theme": "training"},
    "dintero": {"new_cards_have_a_pin": True},
}
"""What the day shows beyond a training till: cards that are an address, and new cards with a PIN."""
SLIP_OF_A_NEW_CARD = "*-new-card.txt"


class Failed(Exception):
    """The day did not go as the script says. The text is for people."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the day came to.

    Attributes:
        transactions: All of the till's.
        faults: What is wrong besides the books; empty on a good day.
    """

    shots: tuple[str, ...]
    reconciliation: Reconciliation
    transactions: tuple[Transaction, ...]
    faults: tuple[str, ...]
    seconds: float

    @property
    def duplicates(self) -> int:
        """How many the issuer had booked before the till heard of it."""
        return sum(transaction.duplicate for transaction in self.transactions)

    @property
    def good(self) -> bool:
        """Whether both agree to the cent and nothing else is wrong."""
        return self.reconciliation.agree and not self.faults


def play(place: Place, environment: dict[str, str], tell: Tell) -> Outcome:
    """The whole day.

    Raises:
        Failed: a till or the issuer did not do what the script says.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stanchion-tour-") as folder:
        work = Path(folder)
        with Bank(place.issuer / "issuer.db") as bank, VirtualReader(work / "reader") as reader:
            stage = Stage(place, bank, reader, _command(place, work, bank, environment), tell)
            opening = max((entry["number"] for entry in bank.entries()), default=0)
            try:
                code = _lives(stage, bank)
            except (Stuck, Vain) as error:
                raise Failed(f"{error}\n{_complaints(place.errors)}".rstrip()) from None
            _hand_over(place.receipts)
            entries, balanced = bank.entries(), bank.balanced()
    transactions, findings = _journal(place)
    result = reconcile(till_sides(transactions), issuer_sides(entries, opening))
    place.reconciliation.write_text(json.dumps(result.as_json(), indent=1) + "\n", encoding="utf-8")
    faults = [] if code == 0 else [f"the till ended with exit code {code}: something in it failed unseen"]
    faults += [line for line in _complaints(place.errors).splitlines() if line]
    faults += [] if balanced else ["the issuer's own books do not balance"]
    faults += (
        []
        if any(transaction.duplicate for transaction in transactions)
        else ["no answer was DUPLICATE: the day was easier than it should be"]
    )
    seconds = time.monotonic() - began
    return Outcome(tuple(stage.shots), result, tuple(transactions), (*faults, *findings), seconds)


def _journal(place: Place) -> tuple[list[Transaction], list[str]]:
    """All transactions of the ended till, and what its journal's own check finds wrong."""
    try:
        with told_in_words(place.till):
            journal = read_journal(place.till)
    except CannotStart as error:
        raise Failed(error.sentence) from None
    try:
        wrong = [f"journal: {finding.what} at record {finding.seq}" for finding in journal.verify()]
        return [row.transaction for row in journal.rows()], wrong
    finally:
        journal.close()


def _lives(stage: Stage, bank: Bank) -> int:
    """Two lives of one till; the exit code of the second. The first ends by SIGKILL."""
    with stage.life("light"):
        for title, play_it in CHAPTERS:
            stage.tell(title)
            play_it(stage)
    stage.tell("    killed with SIGKILL; the till starts again on the same journal")
    # while the till is dead and when it comes back, the host is not to be reached
    bank.spoil(Fault(kind="lose_request"))
    with stage.life("dark") as till:
        stage.tell("Swedbank Pay, evening")
        evening(stage)
        return till.leave()


def _command(place: Place, work: Path, bank: Bank, environment: dict[str, str]) -> Command:
    """The till's configuration: training on this bank. It carries the bank's keys, so it goes with the day."""
    table = training_table(bank.contract)
    table["printer"] = {"folder": str(place.receipts)}
    for face, settings in SHOWN.items():
        table["backend"][face] |= settings
    config = work / "till.toml"
    descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(to_toml(table))
    return Command(config, place.till, work / "reader", environment, place.errors)


def _hand_over(receipts: Path) -> None:
    """The slip with a new card's number leaves the shop with its customer; the others stay to be looked at."""
    for slip in receipts.glob(SLIP_OF_A_NEW_CARD):
        slip.unlink()


def _complaints(errors: Path) -> str:
    """What the tills said on stderr."""
    return errors.read_text(encoding="utf-8", errors="replace").strip() if errors.exists() else ""
