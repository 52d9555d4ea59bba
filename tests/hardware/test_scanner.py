"""The serial scanner: whole, chopped and dirty; what is no code is refused with its reason, and nothing is guessed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hardware import registry
from hardware.device import Kind
from hardware.errors import OptionError, UnknownDriver
from hardware.events import (
    BadReadReason,
    BadScan,
    CodeScanned,
    DeviceEvent,
    ReaderNotice,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.frames.track import MAX_LINE_BYTES
from hardware.scanners.lines import LineScanner

CODE = "DINCARD:709913518630612593"
SIGNS = "".join(chr(sign) for sign in range(0x21, 0x7F))
CODES = st.text(SIGNS, min_size=4, max_size=200)
ENDINGS = {"line": b"\r", "cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "etx": b"\x03"}
MISCONFIGURED = ReaderStatus("front", ReaderState.MISCONFIGURED, StatusReason.SERIAL_SETTINGS)


class Run:
    """Feeds a scanner on a clock of its own and keeps what it told."""

    def __init__(self, options: Mapping[str, str] | None = None) -> None:
        device = registry.driver("lines", Kind.SCANNER).build("front", options or {})
        assert isinstance(device, LineScanner)
        self.device = device
        self.now = 100.0
        self.events: list[DeviceEvent] = []

    def feed(self, *pieces: bytes, gap: float = 0.0) -> Run:
        for piece in pieces:
            self.events += self.device.feed(piece, self.now)
            self.now += gap
        return self

    def pause(self, seconds: float = 5.0) -> Run:
        end = self.now + seconds
        due = self.device.deadline()
        while due is not None and due <= end:
            self.now = due
            self.events += self.device.tick(due)
            due = self.device.deadline()
        self.now = end
        return self


def codes(events: Iterable[DeviceEvent]) -> list[str]:
    return [event.code.text for event in events if isinstance(event, CodeScanned)]


def refused(run: Run, reason: BadReadReason) -> None:
    """Refused, once; and the next good code is read all the same."""
    assert run.events == [BadScan("front", reason)]
    run.pause().events.clear()
    assert codes(run.feed(b"OTHER-CODE-1\r").events) == ["OTHER-CODE-1"]


# --- whole, chopped, dirty


@given(CODES, st.sampled_from(sorted(ENDINGS)), st.data())
def test_any_cutting_gives_the_same_code(code: str, ending: str, data: st.DataObject) -> None:
    line = code.encode() + ENDINGS[ending]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(line)))) | {0, len(line)})
    at_once, in_pieces = Run({"terminator": ending}), Run({"terminator": ending})
    at_once.feed(line).pause()
    in_pieces.feed(*(line[start:end] for start, end in itertools.pairwise(cuts))).pause()
    assert codes(at_once.events) == [code]
    assert in_pieces.events == at_once.events


@given(st.lists(st.binary(max_size=80), max_size=12), st.data())
def test_any_bytes_give_the_same_events_however_they_are_cut(chunks: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(chunks)
    cut = data.draw(st.integers(0, len(stream)))
    runs = [Run() for _ in range(3)]
    runs[0].feed(stream)
    runs[1].feed(stream[:cut], stream[cut:])
    runs[2].feed(*(bytes([byte]) for byte in stream))
    told = [run.pause().events for run in runs]
    if len(stream) <= MAX_LINE_BYTES:  # a flood ends where the read ends that shows it
        assert told[0] == told[1] == told[2]
    assert codes(told[0]) == codes(told[1]) == codes(told[2])


@pytest.mark.parametrize(
    "line", [b"\r" + CODE.encode() + b"\r\n", CODE.encode() + b"\r\n\r\n", b"\x00\x00" + CODE.encode() + b"\n"]
)
def test_line_ends_and_breaks_around_a_code_are_nothing(line: bytes) -> None:
    assert Run().feed(line).pause().events == [CodeScanned("front", Run().feed(line).events[0].code, 100.0)]  # type: ignore[union-attr]  # it is one


@given(st.binary(min_size=1, max_size=40).filter(lambda noise: not set(noise) & set(b"\r\n\x03")))
def test_noise_in_front_is_refused_or_was_none(noise: bytes) -> None:
    """A code may be lost to a dirty line; it never comes out as another, unless the noise looks like a code's signs."""
    run = Run().feed(noise + CODE.encode() + b"\r").pause()
    if noise.strip(bytes(range(0x21)) + b"\x7f") == b"":
        assert codes(run.events) == [CODE]
    elif any(not 0x20 <= byte <= 0x7E for byte in noise.lstrip(bytes(range(0x20)) + b"\x7f")):
        assert codes(run.events) == []


@given(st.integers(1, len(CODE)))
def test_a_code_cut_anywhere_is_never_a_code(cut: int) -> None:
    run = Run().feed(CODE.encode()[:cut]).pause()
    assert codes(run.events) == []
    assert run.events == ([BadScan("front", BadReadReason.INCOMPLETE)] if cut >= 4 else [])


def test_a_scanner_without_a_line_end_ends_a_code_by_a_pause() -> None:
    run = Run({"terminator": "none"}).feed(b"DINCARD:", b"7099135186", b"30612593", gap=0.010)
    assert run.events == []
    assert codes(run.pause(0.2).events) == [CODE]
    assert codes(run.pause(2.0).feed(b"ANOTHER-1", b"", gap=0.01).pause().events) == [CODE, "ANOTHER-1"]


def test_single_bytes_with_pauses_between_are_one_code() -> None:
    assert codes(Run().feed(*(bytes([byte]) for byte in CODE.encode() + b"\r"), gap=0.010).events) == [CODE]


# --- what the scanner is set to send around a code


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"prefix": "02"}, b"\x02" + CODE.encode() + b"\r"),
        ({"prefix": "02", "terminator": "etx"}, b"\x02" + CODE.encode() + b"\x03"),
        ({"suffix": "09"}, CODE.encode() + b"\t\r"),
        ({"prefix": "4142", "suffix": "5A"}, b"AB" + CODE.encode() + b"Z\n"),
        ({"aim_id": "on"}, b"]Q1" + CODE.encode() + b"\r"),
        ({"aim_id": "on", "prefix": "24"}, b"$]C1" + CODE.encode() + b"\r\n"),
        ({}, b"  " + CODE.encode() + b" \r"),
    ],
)
def test_what_is_put_around_a_code_is_taken_off(options: dict[str, str], line: bytes) -> None:
    assert codes(Run(options).feed(line).events) == [CODE]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"prefix": "02"}, CODE.encode() + b"\r"),
        ({"suffix": "09"}, CODE.encode() + b"\r"),
        ({"prefix": "4142"}, b"B" + CODE.encode() + b"\r"),
        ({"aim_id": "on"}, CODE.encode() + b"\r"),
        ({"aim_id": "on"}, b"]1Q" + CODE.encode() + b"\r"),
        ({"prefix": "4142", "suffix": "4243"}, b"ABC\r"),
    ],
)
def test_a_line_that_lacks_a_part_was_cut_and_is_refused(options: dict[str, str], line: bytes) -> None:
    assert Run(options).feed(line).events == [BadScan("front", BadReadReason.INCOMPLETE)]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("prefix", "2"), ("prefix", "GG"), ("prefix", "02" * 9), ("suffix", "0D"), ("suffix", "090a"), ("suffix", "03"),
        ("prefix", "02\n"), ("aim_id", "yes"), ("terminator", "semaphore"), ("sentinels", "on"),
    ],
)  # fmt: skip
def test_an_option_of_no_use_is_refused_by_name(option: str, value: str) -> None:
    with pytest.raises(OptionError, match=option):
        Run({option: value})


def test_a_scanner_is_no_reader_and_a_reader_no_scanner() -> None:
    for name, kind in (("lines", Kind.READER), ("ascii", Kind.SCANNER)):
        with pytest.raises(UnknownDriver) as caught:
            registry.driver(name, kind)
        assert name not in caught.value.known


# --- what is no code


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"DINCARD:\x1d7099\r", BadReadReason.CHARACTERS),
        ("GAVE:blåbær".encode() + b"\r", BadReadReason.CHARACTERS),
        ("BEGIN:VCARD Ærø Øystein".encode() + b"\r", BadReadReason.CHARACTERS),
        (b"\xff\xf8x" + CODE.encode() + b"\r", BadReadReason.CHARACTERS),
        (b"https://example.org/" + b"a" * 300 + b"\r", BadReadReason.TOO_LONG),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(line: bytes, reason: BadReadReason) -> None:
    refused(Run().feed(line), reason)


@pytest.mark.parametrize("spare", [0, 1])
def test_a_line_may_be_as_long_as_its_bound_and_no_longer(spare: int) -> None:
    line = b"A" * (MAX_LINE_BYTES + spare) + b"\r"
    for pieces in ([line], [line[at : at + 1] for at in range(len(line))]):
        run = Run().feed(*pieces)
        assert codes(run.events) == ([] if spare else ["A" * MAX_LINE_BYTES])


def test_a_flood_is_told_once_and_the_code_behind_it_is_read() -> None:
    run = Run().feed(*[b"U" * 500] * 20).feed(b"\r" + CODE.encode() + b"\r")
    assert [type(event) for event in run.events] == [BadScan, CodeScanned]


def test_crosstalk_is_noise_that_diagnostics_are_told_of() -> None:
    run = Run()
    for _ in range(40):
        run.feed(b"\x00x\xfe").pause(0.5)
    assert [type(event) for event in run.events] == [ReaderNotice]


@pytest.mark.parametrize("odd", [0, 1], ids=["7E1", "7O1"])
@pytest.mark.parametrize("ending", [b"\r", b"\r\n", b"\n"])
def test_a_parity_bit_that_is_read_as_data_is_a_matter_of_settings(odd: int, ending: bytes) -> None:
    as_read = bytes(byte | ((byte.bit_count() + odd) % 2) << 7 for byte in CODE.encode() + ending)
    run = Run().feed(as_read).pause()
    run.feed(as_read).pause()
    assert run.events == [MISCONFIGURED], "told once, and no code"
    assert codes(run.feed(CODE.encode() + b"\r").events) == [CODE]
    assert run.events[1] == ReaderStatus("front", ReaderState.READY)


# --- once


def test_the_same_code_again_at_once_is_one_scan() -> None:
    run = Run()
    for _ in range(20):  # a scanner that reads for ever
        run.feed(CODE.encode() + b"\r").pause(0.5)
    assert codes(run.events) == [CODE]
    assert run.device.double_scans == 19
    assert codes(run.pause(2.0).feed(CODE.encode() + b"\r").events) == [CODE, CODE]


def test_another_code_at_once_is_told_too() -> None:
    assert codes(Run().feed(b"CODE-OF-ONE\rCODE-OF-TWO\r").events) == ["CODE-OF-ONE", "CODE-OF-TWO"]


def test_a_line_that_was_cut_off_is_forgotten_and_what_was_read_is_remembered() -> None:
    run = Run().feed(CODE.encode() + b"\r", b"HALF-A-CO")
    run.device.reset()
    assert codes(run.feed(CODE.encode() + b"\r").events) == [CODE]
    assert run.device.double_scans == 1


def test_what_was_scanned_is_hidden_and_not_kept() -> None:
    run = Run().feed(CODE.encode() + b"\r")
    (event,) = run.events
    assert "DINCARD" not in f"{event!r} {event} {[event]}"
    assert "DINCARD" not in repr({name: getattr(run.device, name) for name in vars(run.device)})
    assert run.device.buffered == 0


class AnythingOnTheWire(RuleBasedStateMachine):
    """Rubbish, codes, half codes, pauses in any order: memory is bounded and a clean code always reads."""

    def __init__(self) -> None:
        super().__init__()
        self.run_ = Run()
        self.clean = 0

    @rule(data=st.binary(min_size=1, max_size=400))
    def rubbish(self, data: bytes) -> None:
        self.run_.feed(data, gap=0.001)

    @rule(cut=st.integers(1, len(CODE)))
    def half_a_code(self, cut: int) -> None:
        self.run_.feed(CODE.encode()[:cut], gap=0.001)

    @rule(seconds=st.floats(0.0, 3.0))
    def quiet(self, seconds: float) -> None:
        self.run_.pause(seconds)

    @rule()
    def lost_line(self) -> None:
        self.run_.device.reset()

    @rule()
    def clean_code(self) -> None:
        self.run_.pause(2.0)
        self.run_.events.clear()
        self.clean += 1
        self.run_.feed(f"CLEAN-{self.clean:06}\r".encode())
        assert codes(self.run_.events) == [f"CLEAN-{self.clean:06}"]

    @invariant()
    def bounded(self) -> None:
        assert self.run_.device.buffered <= MAX_LINE_BYTES


TestAnythingOnTheWire = AnythingOnTheWire.TestCase
