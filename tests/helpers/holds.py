"""What must hold after every message, whatever people, hosts and lines do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection

from app.domain import effects as e
from app.domain import records as r
from app.domain import view as v
from app.domain.host import HostRequest
from app.domain.ids import TransactionId
from app.domain.job import PREPAID
from app.domain.records import SaleKind
from app.domain.sale import Sale
from app.domain.till import Book, Queue, Setup, Step, Till
from app.domain.transaction import ALARM_TRIES, FINAL, State, Transaction, fold
from app.domain.verb import UNDOES, RepeatRule, Verb
from tests.helpers.archive import MemoryArchive
from tests.helpers.backends import BANK, nok
from tests.helpers.ledger import ISSUED_CVC, PASSCODE, Books

CVC = "847"
_QUOTED = re.compile(r"'([^']*)'")
_TRACK = re.compile(r"(\d+)=")
PIN_BLOCKS = (PASSCODE.encode(), b"wrong")


class Holds:
    """Looks at each step once its commit is on disk."""

    def __init__(self, setup: Setup, archive: MemoryArchive, host: Books) -> None:
        self.setup = setup
        self.archive = archive
        self.host = host
        self.first_sent: dict[TransactionId, tuple[object, ...]] = {}

    def check(self, done: Step, till: Till, book: Book, view: v.TillView) -> None:
        for row in done.commit.transactions:
            assert fold(self.archive.life_of(row.id)) == row, "the row is the fold of its records"
        for effect in done.effects:
            if isinstance(effect, e.Send):
                self._check_send(effect.request)
        stans = [transaction.stan for transaction in book]
        assert len(stans) == len(set(stans)), "no two open transactions share a STAN"
        given = [row for row in done.commit.transactions if row.refunded is not None]
        assert all(row.refunded is not None and row.refunded <= row.amount for row in given), "refunds exceed"
        self._check_queue(book)
        self._check_job(till)
        self._check_secrets(done, view)
        touched = {row.sale_id for row in done.commit.transactions} | {sale.id for sale in done.commit.sales}
        for sale_id in touched - {None}:
            assert sale_id is not None
            self._check_drawer(self.archive.sales[sale_id])

    def _check_queue(self, book: Book) -> None:
        waiting = sorted((row for row in book if row.is_queued), key=lambda row: row.id)
        counted = Queue(
            count=len(waiting),
            amount=nok(sum(row.amount.minor for row in waiting)),
            oldest=waiting[0].opened_at if waiting else None,
            at_desk=len([row for row in book if row.at_desk]),
            alarm=any(row.tries >= ALARM_TRIES or row.overdue for row in waiting),
        )
        assert book.queue() == counted, "the figures that are kept are those that are counted"

    def _check_job(self, till: Till) -> None:
        """What a sale was opened for lives no longer than the sale waits for its tender."""
        if till.job is None:
            return
        assert till.sale is not None, "a job without its sale"
        assert not till.sale.closed
        assert till.sale.kind in PREPAID
        assert not self.archive.legs_of(till.sale.id), "the job is under way, and waits to be begun once more"

    def _check_send(self, request: HostRequest) -> None:
        life = self.archive.life_of(request.transaction_id)
        assert isinstance(life[-1].body, r.RequestSent | r.RepeatSent | r.ForwardSent), "recorded before it is sent"
        silent = any(isinstance(record.body, r.Silence) for record in life)
        assert request.repeat or not silent, "what may have arrived is marked as a repeat"
        rule = self.setup.rule(request.face, request.verb)
        assert rule is not None, "asked of a backend that has no such call"
        assert rule.repeat is not RepeatRule.ONCE or not silent, "what is made once went out a second time"
        same = (
            request.stan, request.order_ref, request.transaction_ref, request.amount, request.local_time,
            request.verb, request.original, request.customer, request.recipient, request.funding, request.source_ids,
            request.end_source, request.count,
        )  # fmt: skip
        assert self.first_sent.setdefault(request.transaction_id, same) == same, "a repeat keeps its references"

    # --- secrets

    def _check_secrets(self, done: Step, view: v.TillView) -> None:
        shown = f"{done!r}{view!r}"
        # the small host calls some accounts by their number, which a till may write down; a real one does not
        shown = re.sub("account_id='[^']*'", "", shown)
        secrets = {*self.host.accounts, BANK, CVC, ISSUED_CVC, *self.host.told}
        assert not secrets & set(_QUOTED.findall(shown)), "a secret is shown"
        assert not secrets & set(_TRACK.findall(shown)), "a track is shown"
        assert not any(repr(block) in shown for block in PIN_BLOCKS), "a PIN block is shown"

    # --- the drawer

    def _check_drawer(self, sale: Sale) -> None:
        told = [record.body for record in self.archive.records if isinstance(record.body, r.TenderTaken)]
        taken = list(itertools.accumulate(body.amount.minor for body in told if body.sale_id == sale.id))
        assert taken[-1:] == ([sale.tendered.minor] if taken else []), "the sale is the fold of its tenders"
        if sale.kind is SaleKind.CASH_OUT:
            assert all(so_far <= 0 for so_far in taken), "a payout that brought money in"
        else:
            assert not any(held.minor < 0 for held in sale.held().values()), "a tender went back twice"
        every = self.archive.legs_of(sale.id)
        if not sale.closed or any(leg.state not in FINAL or leg.state is State.CLOSED for leg in every):
            return  # somebody has still to speak, or a person has
        legs = [leg for leg in every if leg.verb not in UNDOES]
        problem = drawer_problem(sale, legs)
        assert not problem, f"{problem}: {sale} {legs}"


def on_cards(legs: Collection[Transaction]) -> int:
    """What the legs of a sale moved, less what was given back of them."""
    moved = [leg for leg in legs if leg.counts and leg.verb is not Verb.AUTHORIZE]
    return sum(leg.amount.minor - (leg.refunded.minor if leg.refunded else 0) for leg in moved)


def drawer_problem(sale: Sale, legs: Collection[Transaction]) -> str:
    """What is wrong with the drawer of a sale that has come to rest; nothing, where it agrees with its receipts."""
    held, moved = sale.tendered.minor, on_cards(legs)
    match sale.kind:
        case SaleKind.PAY:
            if moved + held > sale.due.minor:
                return "paid twice"
            return "given up with money in it" if sale.abandoned and (moved or held) else ""
        case SaleKind.RESERVE:
            return "a reservation is paid by nobody" if held else ""
        case SaleKind.CASH_OUT:
            return "" if -held == moved else "what left the card is not what the drawer paid"
        case _:
            return "" if held == moved else "drawer and card differ"
