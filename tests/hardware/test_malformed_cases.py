"""Cases 1 to 26 of the malformed inputs: whole, byte by byte and dirty; after each a good swipe must read.

Where a case is decided by what track 2 *means* (18, 19, 20, 22, 23) the reader's duty ends with handing the
characters over unchanged. Cases 27 to 30 belong to PIN pads.
"""

from collections.abc import Mapping

import pytest

from hardware.events import (
    BadRead,
    BadReadReason,
    CardConflict,
    CardRead,
    DeviceEvent,
    ReaderNotice,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.virtual.reader import stripe
from tests.hardware.cases import CASES, CLEAN_FEEDINGS, FEEDINGS, OTHER, T2, Feeding, Run, told

every_feeding = pytest.mark.parametrize("feeding", FEEDINGS)
MISCONFIGURED = ReaderStatus("reader", ReaderState.MISCONFIGURED, StatusReason.SERIAL_SETTINGS)
NO_END = {"terminator": "none"}
BARE = {"sentinels": "off"}
CHECKED = {"check_character": "on"}


def _tracks(events: list[DeviceEvent]) -> list[str]:
    return [event.track2.text for event in events if isinstance(event, CardRead)]


def _accepts(number: int, feeding: Feeding, track2: str = T2, options: Mapping[str, str] | None = None) -> Run:
    run = told(number, feeding, options)
    assert _tracks(run.events) == [track2]
    assert len(run.events) == 1
    _still_reads(run, options)
    return run


def _refuses(number: int, feeding: Feeding, reason: BadReadReason, options: Mapping[str, str] | None = None) -> None:
    run = told(number, feeding, options)
    assert run.events == [BadRead("reader", reason)]
    _still_reads(run, options)


def _ignores(number: int, feeding: Feeding) -> None:
    run = told(number, feeding)
    assert run.events == []
    _still_reads(run)


def _still_reads(run: Run, options: Mapping[str, str] | None = None) -> None:
    run.events.clear()
    run.feed([stripe(OTHER, with_check=options is CHECKED)], 0.0)
    run.pause(10.0)
    assert _tracks(run.events) == [OTHER]


@every_feeding
def test_01_an_error_letter_is_a_status_and_no_card(feeding: Feeding) -> None:
    _refuses(1, feeding, BadReadReason.READER_ERROR)


@every_feeding
def test_02_a_bad_track_1_does_not_spoil_a_good_track_2(feeding: Feeding) -> None:
    _accepts(2, feeding)


@every_feeding
def test_03_a_good_track_1_does_not_replace_a_bad_track_2(feeding: Feeding) -> None:
    _refuses(3, feeding, BadReadReason.READER_ERROR)


@every_feeding
def test_04_a_track_without_its_end_sentinel_may_be_cut_and_is_refused(feeding: Feeding) -> None:
    _refuses(4, feeding, BadReadReason.INCOMPLETE)


@every_feeding
def test_05_a_track_without_its_start_sentinel_is_refused(feeding: Feeding) -> None:
    _refuses(5, feeding, BadReadReason.INCOMPLETE)


@pytest.mark.parametrize("feeding", CLEAN_FEEDINGS)
def test_05_unless_the_reader_sends_no_sentinels(feeding: Feeding) -> None:
    _accepts(5, feeding, options=BARE)


@every_feeding
def test_06_noise_in_front_is_skipped(feeding: Feeding) -> None:
    _accepts(6, feeding)


@every_feeding
def test_07_a_frame_that_stops_is_dropped_at_the_deadline(feeding: Feeding) -> None:
    _refuses(7, feeding, BadReadReason.INCOMPLETE)


def test_07_a_frame_cut_by_a_lost_line_is_forgotten_without_a_word() -> None:
    run = told(25, FEEDINGS[0])
    run.feed([CASES[7].data], 0.0)
    run.device.reset()
    run.pause(10.0)
    assert run.events == []
    assert run.device.buffered == 0


@every_feeding
def test_08_the_same_card_twice_is_one_card(feeding: Feeding) -> None:
    _accepts(8, feeding)


@every_feeding
def test_09_a_different_card_right_after_is_a_conflict(feeding: Feeding) -> None:
    run = told(9, feeding)
    assert _tracks(run.events) == [T2]
    assert len(run.events) == 2
    conflict = run.events[1]
    assert isinstance(conflict, CardConflict)
    assert conflict.second.track2.text == "7013369000000000000=2012125123"
    _still_reads(run)


@every_feeding
def test_10_a_second_frame_within_the_swipe_is_track_3(feeding: Feeding) -> None:
    _accepts(10, feeding)


@every_feeding
def test_11_one_byte_at_a_time_is_the_same_card(feeding: Feeding) -> None:
    _accepts(11, feeding)


@every_feeding
@pytest.mark.parametrize("terminator", ["line", "cr", "crlf"])
def test_12_a_line_feed_after_the_return_is_swallowed(feeding: Feeding, terminator: str) -> None:
    _accepts(12, feeding, options={"terminator": terminator})


@every_feeding
@pytest.mark.parametrize("terminator", ["line", "crlf", "none"])
def test_13_a_line_feed_alone_ends_a_line(feeding: Feeding, terminator: str) -> None:
    _accepts(13, feeding, options={"terminator": terminator})


@every_feeding
def test_13_but_not_where_the_reader_ends_lines_with_a_return(feeding: Feeding) -> None:
    _refuses(13, feeding, BadReadReason.INCOMPLETE, options={"terminator": "cr"})


@every_feeding
def test_14_no_line_end_is_incomplete(feeding: Feeding) -> None:
    _refuses(14, feeding, BadReadReason.INCOMPLETE)


@every_feeding
def test_14_unless_the_reader_sends_none(feeding: Feeding) -> None:
    _accepts(14, feeding, options=NO_END)


@every_feeding
def test_15_a_right_check_character_is_verified_where_it_is_sent(feeding: Feeding) -> None:
    _accepts(15, feeding, options=CHECKED)


@every_feeding
def test_15_and_is_a_stray_character_where_it_is_not(feeding: Feeding) -> None:
    _accepts(15, feeding)


@every_feeding
def test_16_a_wrong_check_character_asks_for_another_swipe(feeding: Feeding) -> None:
    _refuses(16, feeding, BadReadReason.CHECK_CHARACTER, options=CHECKED)


@every_feeding
def test_16_only_where_the_reader_sends_check_characters(feeding: Feeding) -> None:
    _accepts(16, feeding)


@every_feeding
@pytest.mark.parametrize("options", [{}, NO_END, BARE, CHECKED], ids=str)
def test_17_wrong_serial_settings_are_a_fault_and_nothing_is_guessed(feeding: Feeding, options: dict[str, str]) -> None:
    run = told(17, feeding, options)
    assert run.events == [MISCONFIGURED]


@every_feeding
def test_17_a_good_swipe_afterwards_makes_the_reader_ready_again(feeding: Feeding) -> None:
    run = told(17, feeding)
    run.events.clear()
    run.feed([stripe(OTHER)], 0.0)
    assert run.events[0] == ReaderStatus("reader", ReaderState.READY)
    assert _tracks(run.events) == [OTHER]


@every_feeding
@pytest.mark.parametrize(
    ("number", "track2"),
    [
        (18, "70133600000000000000=2012125123"),
        (19, "12345"),
        (20, "125981562345623655"),
        (22, "7013360000000000000==2012125123"),
        (23, "7013360000000000000=2013125123"),
    ],
)
@pytest.mark.parametrize("options", [{}, NO_END], ids=str)
def test_18_19_20_22_23_characters_that_arrived_whole_are_handed_over_unchanged(
    feeding: Feeding, number: int, track2: str, options: dict[str, str]
) -> None:
    _accepts(number, feeding, track2, options)


@every_feeding
def test_21_a_letter_in_track_2_is_never_taken_for_a_digit(feeding: Feeding) -> None:
    _refuses(21, feeding, BadReadReason.CHARACTERS)


@every_feeding
def test_21_nor_where_no_sentinels_are_sent(feeding: Feeding) -> None:
    run = told(21, feeding, BARE)
    assert run.events == [BadRead("reader", BadReadReason.CHARACTERS)]


@every_feeding
def test_24_an_endless_line_is_cut_off_and_memory_stays_bounded(feeding: Feeding) -> None:
    _refuses(24, feeding, BadReadReason.TOO_LONG)


@every_feeding
def test_25_a_sign_on_text_is_no_card(feeding: Feeding) -> None:
    _ignores(25, feeding)


@every_feeding
def test_26_a_break_is_ignored(feeding: Feeding) -> None:
    _ignores(26, feeding)


@every_feeding
def test_26_and_remarked_on_when_it_goes_on(feeding: Feeding) -> None:
    run = Run(told(26, feeding).device)
    for _ in range(6):
        feeding(run, CASES[26])
        run.pause(1.0)
    notices = [event for event in run.events if isinstance(event, ReaderNotice)]
    assert len(notices) == len(run.events) == 1
    assert notices[0].count >= 64


def test_every_case_of_stripe_readers_has_a_test_here() -> None:
    words = {word for name in globals() if name.startswith("test_") for word in name.split("_")}
    assert {number for number in CASES if number <= 26} == {int(word) for word in words if word.isdigit()}
