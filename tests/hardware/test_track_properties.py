"""The framer under any cutting, any rubbish and any length: the same answer, bounded memory, no guess."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hardware.events import BadRead, BadReadReason, CardConflict, CardRead, DeviceEvent, ReaderNotice
from hardware.frames.track import MAX_LINE_BYTES, Terminator, TrackFramer, TrackProfile, check_character
from hardware.virtual.reader import stripe
from tests.hardware.cases import CASES, OTHER, T2, Run, reader

MAGSTRIPE = json.loads((Path(__file__).parents[1] / "vectors" / "magstripe-vectors.json").read_text())["vectors"]
FIVE_BIT = "0123456789:<=>"
TRACKS = st.text(FIVE_BIT, min_size=1, max_size=37)
NAMES = st.text("ABCXYZ ^/0123456789", min_size=2, max_size=76)


@pytest.mark.parametrize("vector", MAGSTRIPE, ids=[vector["text"][:12] for vector in MAGSTRIPE])
def test_check_characters_of_the_vectors(vector: dict[str, str]) -> None:
    assert check_character(vector["text"]) == vector["lrc_char"]


@pytest.mark.parametrize("vector", [v for v in MAGSTRIPE if v["track"] == 2], ids=lambda vector: vector["text"][:12])
def test_a_reader_that_sends_check_characters_reads_the_vectors(vector: dict[str, str]) -> None:
    run = Run(reader({"check_character": "on"}))
    run.feed([(vector["text"] + vector["lrc_char"] + "\r").encode()], 0.0)
    assert [type(event) for event in run.events] == [CardRead]


@given(TRACKS, st.one_of(st.just(""), NAMES), st.booleans(), st.data())
def test_any_cutting_gives_the_same_events(track2: str, track1: str, checked: bool, data: st.DataObject) -> None:
    line = stripe(track2, track1, with_check=checked)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(line)))) | {0, len(line)})
    pieces = [line[start:end] for start, end in itertools.pairwise(cuts)]
    options = {"check_character": "on" if checked else "off"}
    at_once, in_pieces = Run(reader(options)), Run(reader(options))
    at_once.feed([line], 0.0)
    in_pieces.feed(pieces, 0.0)
    at_once.pause(5.0)
    in_pieces.pause(5.0)
    assert in_pieces.events == at_once.events
    (read,) = at_once.events
    assert isinstance(read, CardRead)
    assert read.track2.text == track2
    assert (read.track1.text if read.track1 else "") == track1


@given(st.lists(st.binary(max_size=80), max_size=12), st.data())
def test_any_bytes_give_the_same_events_however_they_are_cut(chunks: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(chunks)
    cut = data.draw(st.integers(0, len(stream)))
    runs = [Run(reader()) for _ in range(3)]
    runs[0].feed([stream], 0.0)
    runs[1].feed([stream[:cut], stream[cut:]], 0.0)
    runs[2].feed((bytes([byte]) for byte in stream), 0.0)
    for run in runs:
        run.pause(5.0)
    told = [[event for event in run.events if not isinstance(event, CardRead)] for run in runs[:2]]
    if all(byte < 0x80 for byte in stream):  # a burst of high bytes ends where the read ends that shows it
        assert told[0] == told[1]
        assert _cards(runs[0].events) == _cards(runs[1].events) == _cards(runs[2].events)


@given(st.binary(max_size=60).filter(lambda noise: not any(byte in b";%+?\r\n\x03" for byte in noise)))
def test_noise_in_front_never_changes_the_card(noise: bytes) -> None:
    run = Run(reader())
    run.feed([noise + stripe(T2)], 0.0)
    run.pause(5.0)
    high = sum(byte >= 0x80 for byte in noise)
    assert _cards(run.events) == ([T2] if high < 8 else [])


@given(st.integers(1, len(stripe(T2)) - 1))
def test_a_swipe_cut_anywhere_is_never_a_card(cut: int) -> None:
    run = Run(reader())
    run.feed([stripe(T2)[:cut]], 0.0)
    run.pause(5.0)
    assert run.events == [BadRead("reader", BadReadReason.INCOMPLETE)]


@given(
    st.integers(1, len(stripe(T2)) - 1),
    st.sampled_from([{}, {"check_character": "on"}, {"terminator": "none"}]),
)
def test_one_lost_byte_is_noticed_or_was_no_matter(lost: int, options: dict[str, str]) -> None:
    checked = options.get("check_character") == "on"
    line = stripe(T2, with_check=checked)
    run = Run(reader(options))
    run.feed([line[:lost] + line[lost + 1 :]], 0.0)
    run.pause(5.0)
    if checked and 0 < lost <= len(T2) and T2[lost - 1] != "0":  # a 0 has the value 0 and escapes any XOR
        assert _cards(run.events) == []
    assert len(run.events) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b";" + b"7" * 38 + b"?\r", BadReadReason.TOO_LONG),
        (b";?\r", BadReadReason.NO_TRACK_2),
        (b"%" + b"A" * 77 + b"?\r", BadReadReason.TOO_LONG),
        (b"%b7?\r", BadReadReason.CHARACTERS),
        (b"%B70133600", BadReadReason.INCOMPLETE),
        (b"+0159133600000000000=978?\r", BadReadReason.NO_TRACK_2),
        (b";7013\xb3600=4912?\r", BadReadReason.CHARACTERS),
    ],
)
def test_what_no_track_2_can_be_is_refused_with_its_reason(line: bytes, reason: BadReadReason) -> None:
    run = Run(reader())
    run.feed([line], 0.0)
    run.pause(5.0)
    assert run.events == [BadRead("reader", reason)]


def test_a_flood_without_any_track_is_noise_and_not_a_bad_read() -> None:
    run = Run(reader())
    run.feed([b"U" * 5000, b"U" * 5000], 0.001)
    assert [type(event) for event in run.events] == [ReaderNotice]
    run.feed([stripe(T2)], 0.0)
    assert _cards(run.events) == [T2]


def test_a_swipe_right_behind_a_flood_is_read() -> None:
    run = Run(reader())
    run.feed([b"%" + b"7" * 600 + b"\r" + stripe(T2)], 0.0)
    run.pause(5.0)
    assert [type(event) for event in run.events] == [BadRead]  # one swipe, and it was overlong
    run.feed([b"U" * 600 + stripe(T2)], 0.0)
    assert _cards(run.events) == [T2]


@pytest.mark.parametrize(("length", "cards"), [(MAX_LINE_BYTES, [T2]), (MAX_LINE_BYTES + 1, [])])
def test_a_line_may_be_as_long_as_its_bound_and_no_longer(length: int, cards: list[str]) -> None:
    line = stripe(T2, ending=b"").rjust(length, b"U") + b"\r"
    for pieces in ([line], [line[at : at + 1] for at in range(len(line))]):
        run = Run(reader())
        run.feed(pieces, 0.0)
        assert _cards(run.events) == cards


def test_an_error_letter_comes_without_a_check_character() -> None:
    run = Run(reader({"check_character": "on"}))
    run.feed([b"%E?" + stripe(T2, with_check=True)], 0.0)
    assert _cards(run.events) == [T2]


def test_a_card_has_three_tracks_and_a_fourth_frame_is_another_card() -> None:
    run = Run(reader())
    run.feed([stripe(T2), b";0159133600000000000=978?\r", b"+12?\r", stripe(OTHER)], 0.010)
    assert [type(event) for event in run.events] == [CardRead, CardConflict]


def test_a_track_2_that_has_begun_in_time_may_end_late() -> None:
    run = Run(reader())
    run.feed([b"%B7013360000000000000^GIFT/CARD^2012125123?\r"], 0.0)
    run.pause(0.190)
    for byte in stripe(T2):
        run.feed([bytes([byte])], 0.0)
        run.pause(0.008)  # 1200 baud
        run.events += run.device.tick(run.now)  # a wake-up for another reason
    assert _cards(run.events) == [T2]
    assert len(run.events) == 1


def test_a_doubled_start_sentinel_is_noise() -> None:
    run = Run(reader())
    run.feed([b";" + stripe(T2)], 0.0)
    assert _cards(run.events) == [T2]


def test_a_check_character_that_looks_like_a_sentinel_is_taken_by_its_place() -> None:
    tracks = {check_character(f";{number}?"): str(number) for number in range(1000, 9999)}
    for looks_like in ";=?":
        run = Run(reader({"check_character": "on"}))
        run.feed([stripe(tracks[looks_like], with_check=True)], 0.0)
        assert _cards(run.events) == [tracks[looks_like]]


@given(TRACKS, st.one_of(st.just(""), NAMES), st.sampled_from(["line", "cr", "lf", "crlf"]))
def test_the_short_way_of_a_clean_swipe_tells_what_the_long_way_tells(track2: str, track1: str, ending: str) -> None:
    line = stripe(track2, track1, ending={"lf": b"\n", "crlf": b"\r\n"}.get(ending, b"\r"))
    short, long = (TrackFramer(TrackProfile(Terminator(ending))) for _ in range(2))
    in_pieces = [finding for piece in (line[:3], line[3:]) for finding in long.feed(piece, 7.0)]
    assert short.feed(line, 7.0) == in_pieces
    assert short.deadline() == long.deadline()


def test_a_lost_start_or_end_is_never_a_card() -> None:
    for damaged in (b";" + T2.encode() + b"\r", T2.encode() + b"?\r", b"?" + T2.encode() + b";\r"):
        run = Run(reader())
        run.feed([damaged], 0.0)
        run.pause(5.0)
        assert run.events == [BadRead("reader", BadReadReason.INCOMPLETE)]


def test_a_cut_track_2_does_not_make_a_track_3_the_card() -> None:
    run = Run(reader())
    run.feed([b";70133600000;0159133600000000000=978?\r"], 0.0)
    run.pause(5.0)
    assert run.events == [BadRead("reader", BadReadReason.INCOMPLETE)]


def test_a_reader_that_ends_each_track_with_its_own_return() -> None:
    run = Run(reader())
    run.feed([b"%E?\r"], 0.0)
    run.pause(0.05)
    run.feed([stripe(T2)], 0.0)
    run.pause(5.0)
    assert _cards(run.events) == [T2]
    assert len(run.events) == 1


def test_track_1_alone_asks_for_another_swipe_after_the_window() -> None:
    run = Run(reader())
    run.feed([b"%B7013360000000000000^GIFT/CARD^2012125123?\r"], 0.0)
    assert run.events == []
    run.pause(0.21)
    assert run.events == [BadRead("reader", BadReadReason.NO_TRACK_2)]


def test_a_good_track_2_is_told_at_once_and_nothing_is_waited_for() -> None:
    run = Run(reader())
    run.feed([stripe(T2)], 0.0)
    assert _cards(run.events) == [T2]
    assert run.device.deadline() is None


def test_the_same_card_counts_again_after_a_while() -> None:
    run = Run(reader())
    for pause in (1.0, 1.0, 0.0):
        run.feed([stripe(T2)], 0.0)
        run.pause(pause)
    assert _cards(run.events) == [T2, T2]


def test_another_card_after_a_while_is_a_plain_read() -> None:
    run = Run(reader())
    run.feed([stripe(T2)], 0.0)
    run.pause(2.0)
    run.feed([stripe(OTHER)], 0.0)
    assert _cards(run.events) == [T2, OTHER]


def test_what_was_read_is_hidden_and_not_kept() -> None:
    run = Run(reader())
    run.feed([b"%B7013360000000000000^GIFT^2012?" + stripe(T2)], 0.0)
    (read,) = run.events
    shown = f"{read!r} {read} {[read]}"
    assert "701336" not in shown
    assert T2 not in _attributes(run.device)


def _attributes(thing: object, depth: int = 4) -> str:
    """All text an object still holds, its own objects included."""
    if depth == 0 or not type(thing).__module__.startswith("hardware"):
        return repr(thing)
    names = getattr(thing, "__dict__", None) or {n: getattr(thing, n) for n in getattr(thing, "__slots__", ())}
    return " ".join(_attributes(value, depth - 1) for value in names.values())


class AnythingOnTheWire(RuleBasedStateMachine):
    """Rubbish, swipes, half swipes, pauses in any order: memory is bounded and a clean swipe always reads."""

    def __init__(self) -> None:
        super().__init__()
        self.run_ = Run(reader())
        self.clean = 0

    @rule(data=st.binary(min_size=1, max_size=400))
    def rubbish(self, data: bytes) -> None:
        self.run_.feed([data], 0.001)

    @rule(number=st.sampled_from(sorted(CASES)[:26]), size=st.integers(1, 40))
    def malformed(self, number: int, size: int) -> None:
        data = CASES[number].data
        self.run_.feed((data[at : at + size] for at in range(0, len(data), size)), 0.005)

    @rule(seconds=st.floats(0.0, 3.0))
    def quiet(self, seconds: float) -> None:
        self.run_.pause(seconds)

    @rule()
    def lost_line(self) -> None:
        self.run_.device.reset()

    @rule()
    def clean_swipe(self) -> None:
        self.run_.pause(2.0)
        self.run_.events.clear()
        self.clean += 1
        track2 = f"60357188888805{self.clean:05}=4912"
        self.run_.feed([stripe(track2)], 0.0)
        assert _cards(self.run_.events) == [track2]

    @invariant()
    def memory_is_bounded(self) -> None:
        assert self.run_.device.buffered <= MAX_LINE_BYTES

    @invariant()
    def every_card_is_in_the_five_bit_set(self) -> None:
        for event in self.run_.events:
            read = event.second if isinstance(event, CardConflict) else event
            if isinstance(read, CardRead):
                assert 1 <= len(read.track2.text) <= 37
                assert set(read.track2.text) <= set(FIVE_BIT)


TestAnythingOnTheWire = AnythingOnTheWire.TestCase


def _cards(events: list[DeviceEvent]) -> list[str]:
    return [event.track2.text for event in events if isinstance(event, CardRead)]
