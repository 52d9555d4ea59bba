"""Where the world meets the till: devices' events, the clock's jumps, and paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.card import CardFault
from app.domain.messages import (
    BadSwipe,
    CardSwiped,
    CodeScanned,
    Message,
    PrinterFailed,
    ReaderChanged,
    ReaderState,
    ScannerChanged,
)
from app.domain.receipt import Receipt
from app.service.clock import JUMP_SECONDS, JumpWatch, SystemClock
from app.service.peripherals import SCANNER, interpret
from app.service.printing import FilePrinter, Renderer
from hardware import events as hw
from tests.simulation.cashier import Cashier
from tests.simulation.deed import Deed
from tests.simulation.ground import Ground
from tests.simulation.world import World

TRACK = "7013360000000000001=3012120123"


def test_a_card_arrives_as_its_track_and_hides_it() -> None:
    message = interpret(hw.CardRead("r", hw.TrackData(TRACK), None, 1.0))
    assert isinstance(message, CardSwiped)
    assert message.track2.reveal() == TRACK
    assert "7013" not in repr(message)


def test_of_two_cards_the_second_is_told_as_a_swipe_of_its_own() -> None:
    second = hw.CardRead("r", hw.TrackData(TRACK), None, 1.0)
    message = interpret(hw.CardConflict("r", second))
    assert isinstance(message, CardSwiped)
    assert message.track2.reveal() == TRACK


@pytest.mark.parametrize("reason", list(hw.BadReadReason))
def test_every_bad_read_asks_for_another_swipe_and_says_why(reason: hw.BadReadReason) -> None:
    assert interpret(hw.BadRead("r", reason)) == BadSwipe(CardFault.TRACK_UNREADABLE, reason.value)


@pytest.mark.parametrize("state", list(hw.ReaderState))
def test_every_state_of_a_reader_has_a_lamp(state: hw.ReaderState) -> None:
    assert interpret(hw.ReaderStatus("r", state)) == ReaderChanged(ReaderState(state.value), "r")


def test_a_reader_that_never_was_there_is_missing_and_not_lost() -> None:
    status = hw.ReaderStatus("r", hw.ReaderState.LOST, hw.StatusReason.NOT_FOUND)
    assert interpret(status) == ReaderChanged(ReaderState.MISSING, "r")


def test_a_code_arrives_as_it_was_scanned_and_hides_itself() -> None:
    message = interpret(hw.CodeScanned(SCANNER, hw.CodeData("DINCARD:7099"), 1.0))
    assert isinstance(message, CodeScanned)
    assert message.code.reveal() == "DINCARD:7099"
    assert "DINCARD" not in repr(message)


@pytest.mark.parametrize("reason", list(hw.BadReadReason))
def test_every_bad_scan_asks_for_another_and_says_why(reason: hw.BadReadReason) -> None:
    assert interpret(hw.BadScan(SCANNER, reason)) == BadSwipe(CardFault.CODE_UNREADABLE, reason.value)


@pytest.mark.parametrize("state", list(hw.ReaderState))
def test_the_scanners_state_is_not_the_readers(state: hw.ReaderState) -> None:
    assert interpret(hw.ReaderStatus(SCANNER, state)) == ScannerChanged(ReaderState(state.value), SCANNER)
    missing = hw.ReaderStatus(SCANNER, hw.ReaderState.LOST, hw.StatusReason.NOT_FOUND)
    assert interpret(missing) == ScannerChanged(ReaderState.MISSING, SCANNER)


def test_remarks_for_diagnostics_are_no_messages() -> None:
    assert interpret(hw.ReaderNotice("r", hw.Notice.NOISE, 12)) is None


class TwoHands:
    """A clock whose wall hand is turned by hand."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
        self.at = 0.0

    def now(self) -> datetime:
        return self.wall

    def local(self) -> datetime:
        return self.wall

    def ticks(self) -> float:
        return self.at

    def both(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.at += seconds


@pytest.mark.parametrize("jump", [-7200, 86_400, JUMP_SECONDS, -JUMP_SECONDS])
def test_a_jump_is_told_once_with_its_seconds(jump: int) -> None:
    clock = TwoHands()
    watch = JumpWatch(clock)
    clock.both(500)
    assert watch.jumped() == 0
    clock.wall += timedelta(seconds=jump)
    assert watch.jumped() == jump
    clock.both(3)
    assert watch.jumped() == 0


def test_small_corrections_of_the_clock_say_nothing_until_they_add_up() -> None:
    clock = TwoHands()
    watch = JumpWatch(clock)
    told = []
    for _ in range(4):
        clock.wall += timedelta(seconds=JUMP_SECONDS // 2)
        told.append(watch.jumped())
    assert told == [0, JUMP_SECONDS, 0, JUMP_SECONDS]


def test_the_machines_clocks_have_a_zone_and_go_forwards() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.local().utcoffset() is not None
    assert clock.ticks() <= clock.ticks()


def slips(ground: Ground) -> list[Receipt]:
    """Real slips of a real sale."""
    world = World(ground, 1)
    kept: list[Receipt] = []
    print_receipt = world._printed

    def keep(slip: Receipt) -> None:
        kept.append(slip)
        print_receipt(slip)

    world._printed = keep  # type: ignore[method-assign]  # the next life's port
    world.begin()
    cashier = Cashier(world, [Deed("pay", amount=10_00), Deed("pay", amount=5_00)])
    world.run(lambda: cashier.done, 60.0)
    world.close()
    return kept


def printer(folder: Path, said: list[Message]) -> FilePrinter:
    paper = Renderer(
        lambda slip: [slip.stan, "Blåbær 10 €"], lambda secret: [repr(secret)], lambda report: [str(report.number)]
    )
    return FilePrinter(folder, paper, said.append, lambda fault: said.append(PrinterFailed(None)))


def test_each_slip_is_a_file_for_its_owner_alone(ground: Ground, tmp_path: Path) -> None:
    said: list[Message] = []
    made = printer(tmp_path / "paper", said)
    made.start()
    printed = slips(ground)
    for slip in printed:
        made.receipt(slip)
    made.stop()
    files = sorted((tmp_path / "paper").iterdir())
    assert len(files) == len(printed) == 2
    assert {path.read_text(encoding="utf-8") for path in files} == {f"{slip.stan}\nBlåbær 10 €\n" for slip in printed}
    assert (tmp_path / "paper").stat().st_mode & 0o077 == 0
    assert said == []


def test_paper_that_does_not_come_out_is_told_and_stops_nothing(ground: Ground, tmp_path: Path) -> None:
    said: list[Message] = []
    (tmp_path / "paper").write_text("a file where the folder should be")
    made = printer(tmp_path / "paper", said)
    made.start()
    for slip in slips(ground):
        made.receipt(slip)
    made.stop()
    assert [type(message) for message in said] == [PrinterFailed, PrinterFailed]
