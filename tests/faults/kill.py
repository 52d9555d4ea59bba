"""``python -m tests.faults.kill --kills 200``: SIGKILL at random moments of a day, until nothing is left to kill.

A real issuer host with all its faces and a real till that knows them all, each a process, HTTP between them and a
journal on a disk. A driver works through a day by what the till shows, with cards of every backend, and kills it at
moments drawn from the seed; the next life finds what the last one left. A quiet life ends it, and then journal, books,
receipts and everything that was ever shown are laid side by side.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.bootstrap import Place, read_journal
from app.domain import messages as m
from app.domain import view as v
from app.domain.card import CardSecret, Expiry, Pan
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.product import BasketLine
from app.domain.records import Approved, Stored, TenderKind
from app.domain.transaction import Transaction
from app.storage.journal import Journal
from tests.contract.table import CODE_IS_PIN
from tests.faults.every_face import MONEY, EveryFace, configure
from tests.faults.till_process import live
from tests.helpers.reconciling import HostEntry, reconcile

LONGEST_LIFE = 1.2
"""Seconds: a life is a few sales long."""
QUIET_SECONDS = 60.0
"""How long the last life may take to drain: the back-off is hurried."""
PATIENCE = 0.25
"""Seconds without a new picture before the driver does its next thing anyway."""
START_SECONDS = 30.0
WHAT = ("pay",) * 8 + ("basket", "basket", "load", "load", "sell", "void", "refund", "cut", "cut")
TROUBLES = (
    {"kind": "delay", "seconds": 0.06, "probability": 0.4},
    {"kind": "delay", "seconds": 0.06, "probability": 0.3, "when": "after"},
    {"kind": "lose_answer", "probability": 0.06},
    {"kind": "status", "probability": 0.06, "when": "after"},
)
PLAN = {"faults": [{**trouble, "endpoint": place} for place in MONEY.values() for trouble in TROUBLES]}
"""The host dawdles, so that many kills meet a call on the wire."""
DOWN = (v.Lamp.BAD, v.Lamp.OFF)
CARDS = ("ordinary", "ordinary", "low")
SELLERS = ("swedbankpay", "parpay", "dintero")
"""Backends that sell new cards; the first of the configuration does."""


@dataclass
class Figures:
    """What came of it."""

    kills: int = 0
    lives: int = 0
    transactions: int = 0
    booked: int = 0
    shown: int = 0
    receipts: int = 0
    at_desk: int = 0
    states_at_death: dict[str, int] = field(default_factory=dict)
    booked_at: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One sentence."""
        return (
            f"{self.kills} kills in {self.lives} lives: {self.transactions} transactions, {self.booked} booked at the "
            f"host {self.booked_at}, {self.shown} outcomes shown, {self.receipts} receipts, {self.at_desk} at the "
            f"desk, in the air when killed: {self.states_at_death}; {len(self.wrong)} wrong"
        )


class Till:
    """One life of the till, as its parent sees it."""

    def __init__(self, data: Path, config: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.till_process"])
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=live, args=(theirs, data, config))
        self._process.start()
        theirs.close()
        self.view: v.TillView | None = None
        self.trouble = ""

    def say(self, *messages: m.Message) -> None:
        """Commands; to a dead till they are lost, as keys are."""
        for message in messages:
            try:
                self._pipe.send(message)
            except OSError:
                return

    def look(self, seconds: float) -> list[v.TillView]:
        """The pictures that came, waiting at most this long for the first."""
        seen: list[v.TillView] = []
        try:
            while self._pipe.poll(seconds if not seen else 0):
                got = self._pipe.recv()
                if isinstance(got, v.TillView):
                    self.view = got
                    seen.append(got)
                elif got != "stopped":
                    self.trouble = str(got)
        except (EOFError, OSError):
            pass
        return seen

    def kill(self) -> list[v.TillView]:
        """SIGKILL; what it had shown before is still in the pipe."""
        self._process.kill()
        self._process.join()
        seen = self.look(0)
        self._end()
        return seen

    def terminate(self) -> int:
        """SIGTERM, and its exit code."""
        self._process.terminate()
        self._process.join()
        self.look(0)
        self._end()
        return self._process.exitcode or 0

    def _end(self) -> None:
        self._pipe.close()


class Day:
    """The driver: one endless day at one till, whatever happens to it."""

    def __init__(self, data: Path, config: Path, contract: dict[str, Any], seed: int) -> None:
        self.data = data
        self.config = config
        self.contract = contract
        self.chance = random.Random(seed)
        self.figures = Figures()
        self.seen: dict[tuple[str, int, bool], None] = {}
        self.cards = {(card["face"], card["name"]): card for card in contract["cards"]}
        self.products: tuple[BasketLine, ...] = ()
        self._what = ""
        self._face = ""
        self._swiped = False
        self._asked = False

    def life(self, seconds: float) -> None:
        """A till for this long, then SIGKILL."""
        till = Till(self.data, self.config)
        self.figures.lives += 1
        self._what, self._swiped, self._asked = "", False, False
        started = time.monotonic()
        while till.view is None and not till.trouble and time.monotonic() - started < START_SECONDS:
            self._note(till.look(PATIENCE))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not till.trouble:
            self._note(till.look(min(left, PATIENCE)))
            if till.view is not None and time.monotonic() < end:
                till.say(*self._answer(till.view))
        self._note(till.kill())
        if till.trouble:
            self.figures.wrong.append(till.trouble)
        self.figures.kills += 1

    def quiet(self) -> None:
        """A life without trouble, until nothing is left to send and every backend has been paid at once more."""
        till = Till(self.data, self.config)
        end = time.monotonic() + QUIET_SECONDS
        calm = 0
        left = list(MONEY)
        while time.monotonic() < end and calm < 4 and not till.trouble:
            self._note(till.look(PATIENCE))
            view = till.view
            if view is None:
                continue
            home = view.screen is v.Screen.HOME
            calm = calm + 1 if home and not view.strip.queue.count and view.strip.line not in DOWN else 0
            if calm > 1 and left:
                calm, self._face = 0, left.pop()
                self._what, self._swiped = "pay", False
                till.say(m.Start(Task.PAY))
            else:
                till.say(m.SendNow(), *(() if home else self._answer(view)))
        code = till.terminate()
        if code or till.trouble:
            self.figures.wrong.append(f"the last life ended with {code} {till.trouble}")

    def _note(self, views: list[v.TillView]) -> None:
        for view in views:
            body = view.body
            done = (v.OutcomeKind.APPROVED, v.OutcomeKind.STORED)
            if isinstance(body, v.OutcomeBody) and body.transaction_id is not None and body.kind in done:
                self.seen[body.transaction_id, body.amount.minor, body.kind is done[0]] = None
            if isinstance(body, v.AmountBody):
                self.products = body.catalogue or self.products

    def _answer(self, view: v.TillView) -> tuple[m.Message, ...]:
        """What a cashier does on this screen."""
        match view.screen:
            case v.Screen.HOME:
                return self._begin(view)
            case v.Screen.AMOUNT:
                return (self._amount(),)
            case v.Screen.AWAIT_CARD if not self._swiped:
                self._swiped = True
                return self._card()
            case v.Screen.AWAIT_CARD:
                paying = isinstance(view.body, v.AwaitCardBody) and view.body.task is Task.PAY
                return (m.AskTender() if paying else m.Back(),)
            case v.Screen.TENDER:
                return (m.TakeTender(TenderKind.CASH, Money(9_999_00, Currency.NOK)),)
            case v.Screen.OUTCOME | v.Screen.VOID | v.Screen.RECEIPT:
                return (m.Confirm(),)
            case v.Screen.NEW_CARD:
                return (m.HandOver(),)
            case v.Screen.REFUND:
                return self._refund(view)
            case v.Screen.ASKING:
                return ()
            case _:
                return (m.Back(),)

    def _begin(self, view: v.TillView) -> tuple[m.Message, ...]:
        self._swiped, self._asked = False, False
        self._what = self.chance.choice(WHAT)
        if self._what == "cut" or (view.strip.line is v.Lamp.OFF and self.chance.random() < 0.4):
            return (m.ToggleLine(),)
        return (m.Start(Task.PAY if self._what == "basket" else Task(self._what)),)

    def _card(self) -> tuple[m.Message, ...]:
        """A card of some backend, swiped; where its PIN is printed on it, keyed with it."""
        face = self._face or self.chance.choice(tuple(MONEY))
        restricted = self._what == "basket" and (face, "restricted") in self.cards
        card = self.cards[face, "restricted" if restricted else self.chance.choice(CARDS)]
        if face not in CODE_IS_PIN:
            return (m.CardSwiped(m.TrackText(card["track2"])),)
        return m.KeyCard(), m.CardKeyed(CardSecret(Pan(card["number"]), Expiry.parse(card["expiry"]), card["pin"]))

    def _amount(self) -> m.Message:
        lines = tuple(line for line in self.products if line.product_id in ("001", "100"))
        if self._what == "basket" and lines:
            return m.AmountEntered(Money(sum(line.amount.minor for line in lines), Currency.NOK), lines)
        return m.AmountEntered(Money(self.chance.choice((1_00, 2_50, 5_00, 11_00)), Currency.NOK))

    def _refund(self, view: v.TillView) -> tuple[m.Message, ...]:
        booked = [line.stan for line in view.receipts if line.state.value == "APPROVED"]
        if self._asked or not booked:
            return (m.Back(),)
        self._asked = True
        stan = self.chance.choice(booked)
        return (m.Refund(stan), m.Refund(stan, Money(1_00, Currency.NOK)))

    # --- the end

    def reconcile(self) -> Figures:
        """Journal, host, receipts and screens side by side."""
        journal = read_journal(self.data)
        try:
            self._compare(journal)
        finally:
            journal.close()
        return self.figures

    def _compare(self, journal: Journal) -> None:
        figures = self.figures
        rows = [row.transaction for row in journal.rows()]
        told = _ask(f"{self.contract['admin_url']}/transactions")["transactions"]
        host = [HostEntry.told(entry) for entry in told if entry["payment_transaction_ref"]]
        figures.transactions, figures.booked = len(rows), sum(entry.amount > 0 for entry in host)
        figures.shown, figures.at_desk = len(self.seen), sum(row.at_desk for row in rows)
        booked = {entry.reference for entry in host if entry.amount}
        figures.booked_at = dict(Counter(row.face for row in rows if row.transaction_ref in booked))
        figures.wrong += reconcile(rows, host)
        figures.wrong += [f"journal: {finding}" for finding in journal.verify()]
        if not _ask(f"{self.contract['admin_url']}/check")["balanced"]:
            figures.wrong.append("the host's books do not balance")
        by_id = {row.id: row for row in rows}
        for transaction_id, amount, settled in self.seen:
            row = next((row for key, row in by_id.items() if key == transaction_id), None)
            figures.wrong += self._was_shown(journal, row, transaction_id, amount, settled=settled)
        stans = {row.stan.digits for row in rows}
        for slip in Place(self.data).receipts.glob("*.txt"):
            figures.receipts += 1
            if not stans & set(slip.name.split("-")):
                figures.wrong.append(f"a receipt that the journal does not know: {slip.name}")

    @staticmethod
    def _was_shown(
        journal: Journal, row: Transaction | None, transaction_id: str, amount: int, *, settled: bool
    ) -> list[str]:
        if row is None:
            return [f"{transaction_id} was shown and is not in the journal"]
        kinds = Approved if settled else Approved | Stored
        if not any(isinstance(record.body, kinds) for record in journal.records_of(row.id)):
            return [f"{row.stan} was shown as done and the journal does not say so"]
        return [] if amount in (row.amount.minor, row.asked.minor) else [f"{row.stan} was shown with {amount}"]

    def state_at_death(self) -> None:
        """What the kill left in the air, for the figures."""
        with tempfile.TemporaryDirectory() as place:  # a copy: opening the journal itself would tidy it up
            copy = Path(place) / "till"
            shutil.copytree(self.data, copy)
            journal = read_journal(copy)
            for row in journal.open_transactions():
                name = row.state.value
                self.figures.states_at_death[name] = self.figures.states_at_death.get(name, 0) + 1
            journal.close()


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def _plan(contract: dict[str, Any], method: str, plan: dict[str, Any] | None = None) -> None:
    body = json.dumps(plan).encode() if plan is not None else None
    request = urllib.request.Request(f"{contract['admin_url']}/faults", body, method=method)
    urllib.request.urlopen(request, timeout=30).close()


def run(kills: int, seed: int, directory: Path) -> Figures:
    """The whole day."""
    issuer = EveryFace(directory / "host" / "issuer.db")
    try:
        contract = issuer.contract()
        config = configure(directory / "till.toml", contract, random.Random(seed).choice(SELLERS))
        day = Day(directory / "till", config, contract, seed)
        _plan(contract, "POST", PLAN | {"seed": seed})
        chance = random.Random(seed)
        for _ in range(kills):
            day.life(chance.uniform(0.0, LONGEST_LIFE))
            day.state_at_death()
        _plan(contract, "DELETE")
        day.quiet()
        return day.reconcile()
    finally:
        issuer.stop()


def main() -> int:
    """Reads the command line and kills."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stanchion-kill-") as directory:
        figures = run(given.kills, given.seed, Path(directory))
    for line in figures.wrong:
        print(line)
    print(f"{figures.line()}, {time.monotonic() - started:.0f} s")
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
