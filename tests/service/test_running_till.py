"""A running till when its disk says no, when its threads stop, and when it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import read_journal
from app.domain import messages as m
from app.domain.effects import Commit
from app.domain.records import Record, StanSkipped
from app.domain.transaction import State
from app.domain.view import Lamp, NoticeKind, OutcomeBody, OutcomeKind, Screen, StopKind, StoppedBody
from app.issuer.faults import Fault, FaultPlan
from app.service.clock import SystemClock
from app.storage.errors import CommitUnknown, Damaged, DiskFailed, DiskFull, ReadOnly, StorageError
from tests.helpers.reconciling import HostEntry, reconcile
from tests.service.live import Live, live

TROUBLES = [
    (DiskFull(), StopKind.DISK_FULL),
    (ReadOnly(), StopKind.DISK_READ_ONLY),
    (DiskFailed(), StopKind.DISK_READ_ONLY),
    (Damaged(), StopKind.JOURNAL_DAMAGED),
    (CommitUnknown("IOERR_FSYNC", 1), StopKind.COMMIT_UNKNOWN),
]


def stopped(till: Live, kind: StopKind) -> None:
    view = till.screen(Screen.STOPPED)
    assert isinstance(view.body, StoppedBody)
    assert view.body.kind is kind


def agrees(till: Live) -> None:
    """Journal and host side by side, the till stopped."""
    journal = read_journal(till.data)
    try:
        rows = [row.transaction for row in journal.rows()]
        assert reconcile(rows, map(HostEntry.of, till.host.store.entries(0, 1_000))) == []
        assert journal.verify() == []
    finally:
        journal.close()


def test_a_day_with_real_threads_ends_where_the_host_ends(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        body = till.pay(30_00).body
        assert isinstance(body, OutcomeBody)
        assert body.kind is OutcomeKind.APPROVED
        assert till.balance() == 70_00
        till.say(m.ToggleLine())
        till.until(lambda view: view.strip.line is not Lamp.GOOD, "the line is cut")
        body = till.pay(5_00).body
        assert isinstance(body, OutcomeBody)
        assert body.kind is OutcomeKind.STORED
        assert till.balance() == 70_00
        till.say(m.ToggleLine())
        till.until(lambda view: not view.strip.queue.count, "the queue has drained")
        assert till.balance() == 65_00
        till.till.stop()
        agrees(till)


@pytest.mark.parametrize(("trouble", "kind"), TROUBLES, ids=lambda value: str(getattr(value, "code", "")))
def test_a_commit_that_fails_stops_selling_with_its_reason_and_goes_on_by_itself(
    trouble: StorageError, kind: StopKind, tmp_path: Path
) -> None:
    """Whether its rows are there after all is found out by opening the journal again, never assumed."""
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.journal.after_commit = trouble
        till.say(m.Start(m.Task.PAY), m.AmountEntered(till.settings.money("1.00")))
        stopped(till, kind)
        till.screen(Screen.HOME)
        assert len(till.journals) == 2, "opened again"
        till.pay(20_00)
        assert till.balance() == 70_00
        till.till.stop()
        agrees(till)


def test_a_full_disk_takes_no_money_and_selling_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.journal.fill_the_disk()
        till.may_open = DiskFull()
        till.say(*[m.AllowOffline(enabled=True)] * 400)  # what is free in the last pages is used up first
        stopped(till, StopKind.DISK_FULL)
        till.say(m.Start(m.Task.PAY), m.Tick(), till.track(), m.Confirm())
        assert till.balance() == 90_00
        till.may_open = None
        till.screen(Screen.HOME)
        till.pay(20_00)
        assert till.balance() == 70_00
        till.till.stop()
        agrees(till)


def test_a_commit_whose_end_is_unknown_is_compared_before_selling_goes_on(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.journal.refuse_commits()
        till.begin_pay_somehow()
        stopped(till, StopKind.COMMIT_UNKNOWN)
        till.screen(Screen.HOME)
        till.pay(20_00)
        assert till.balance() == 70_00
        till.till.stop()
        agrees(till)


def test_a_disk_that_stays_away_is_looked_for_until_it_is_back(tmp_path: Path) -> None:
    """The journal can't be opened for a while: the screen says so, and no thread ends."""
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.journal.after_commit = DiskFull()
        till.may_open = ReadOnly()
        till.begin_pay_somehow()
        stopped(till, StopKind.DISK_FULL)
        stopped_otherwise = till.until(
            lambda view: isinstance(view.body, StoppedBody) and view.body.kind is StopKind.DISK_READ_ONLY, "read-only"
        )
        assert stopped_otherwise.screen is Screen.STOPPED
        till.may_open = None
        till.screen(Screen.HOME)
        till.pay(20_00)
        till.till.stop()
        agrees(till)


def test_the_answer_that_came_while_the_disk_was_away_is_asked_for_again(tmp_path: Path) -> None:
    """The money call is out when the commit of its answer fails: booked once, and known once."""
    with live(tmp_path / "till") as till:
        dawdles = Fault(kind="delay", endpoint="*/purchase", when="after", seconds=1.0, next=1)
        till.host.faults.install(FaultPlan(faults=(dawdles,)))
        till.begin_pay(10_00)
        till.wait(lambda: any(entry.transaction_ref for entry in till.host.store.entries(0, 100)), "booked")
        till.journal.refuse_commits()
        stopped(till, StopKind.COMMIT_UNKNOWN)
        till.until(lambda view: view.screen is not Screen.STOPPED, "selling again")
        till.until(lambda view: [line.state for line in view.receipts] == [State.APPROVED], "known as booked")
        till.till.stop()
        agrees(till)
        assert till.balance() == 90_00


def test_what_is_known_of_the_line_survives_a_stop(tmp_path: Path) -> None:
    """The line was cut by hand when the disk failed: it is still cut when selling goes on, and the strip says so."""
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.say(m.ToggleLine())
        cut = till.until(lambda view: view.strip.line is not Lamp.GOOD, "the line is cut").strip.line
        till.journal.after_commit = DiskFull()
        till.begin_pay_somehow()
        stopped(till, StopKind.DISK_FULL)
        view = till.screen(Screen.HOME)
        assert view.strip.line is cut
        till.say(m.ToggleLine())
        till.until(lambda view: view.strip.line is Lamp.GOOD, "the line is back")


def test_a_clean_stop_keeps_the_queue(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.say(m.ToggleLine())
        till.until(lambda view: view.strip.line is not Lamp.GOOD, "the line is cut")
        till.pay(5_00)
        till.till.stop()
        journal = read_journal(till.data)
        assert [row.state for row in journal.open_transactions()] == [State.STORED]
        journal.close()
        assert till.balance() == 90_00


def test_a_journal_that_cannot_be_read_stops_selling_and_ends_no_thread(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        till.pay(10_00)
        till.journal.refuse_reading()
        till.begin_pay_somehow()
        stopped(till, StopKind.DISK_READ_ONLY)
        till.screen(Screen.HOME)
        till.pay(20_00)
        assert till.balance() == 70_00
        till.till.stop()
        agrees(till)


def test_numbers_left_out_at_this_start_are_told(tmp_path: Path) -> None:
    with live(tmp_path / "till") as till:
        till.till.stop()
        with till.reopened() as journal:
            journal.commit(Commit(records=(Record(SystemClock().now(), None, StanSkipped(1003)),)))
    with live(tmp_path / "till") as till:
        view = till.until(lambda view: view.notice is not None, "somebody is told")
        assert view.notice is not None
        assert (view.notice.kind, view.notice.count) == (NoticeKind.STAN_SKIPPED, 1003)
