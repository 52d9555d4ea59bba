"""Options, names, recordings and the probe: what is refused, and that nothing shows a card."""

import io
import re
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import __main__ as tool
from hardware import registry
from hardware.device import LineSettings
from hardware.errors import HardwareError, OptionError, UnknownDriver
from hardware.events import BadRead, BadReadReason, CardRead
from hardware.link.replay import Chunk, read_recording, replay, write_chunk
from hardware.virtual.reader import VirtualReader, stripe
from tests.hardware.cases import T2

DRIVER = registry.driver("ascii")


def test_a_driver_declares_its_options_and_their_defaults() -> None:
    assert DRIVER.line({}) == LineSettings(9600, 8, "N", 1)
    assert DRIVER.line({"frame": "7E1", "baudrate": "1200"}) == LineSettings(1200, 7, "E", 1)
    for option in DRIVER.options:
        assert option.default in option.choices
        for choice in option.choices:
            DRIVER.build("any", {option.name: choice})


def test_an_unknown_option_value_or_driver_is_refused_by_name() -> None:
    with pytest.raises(OptionError, match="terminator"):
        DRIVER.build("front", {"terminator": "semaphore"})
    with pytest.raises(OptionError, match="colour"):
        DRIVER.line({"colour": "red"})
    with pytest.raises(UnknownDriver) as caught:
        registry.driver("telepathy")
    assert caught.value.known == ("ascii", "lines")


@given(st.lists(st.tuples(st.floats(0, 1e4), st.binary(max_size=40)), max_size=20))
def test_a_recording_comes_back_as_it_was_written(chunks: list[tuple[float, bytes]]) -> None:
    file = io.StringIO()
    for at, data in chunks:
        write_chunk(file, Chunk(at, data))
    file.seek(0)
    read = read_recording(file)
    assert [chunk.data for chunk in read] == [data for _, data in chunks]
    assert [chunk.at for chunk in read] == pytest.approx([at for at, _ in chunks], abs=1e-6)


def test_a_damaged_recording_is_refused_by_line_number_only() -> None:
    with pytest.raises(HardwareError, match=r"^line 2 is not a line of a recording$"):
        read_recording(io.StringIO("0.0 3b\n0.1 ;7013360000000000000\n"))


def test_a_replay_keeps_the_pauses() -> None:
    line = stripe(T2)
    bursts = [Chunk(0.010 * number, line[at : at + 6]) for number, at in enumerate(range(0, len(line), 6))]
    (read,) = replay(DRIVER.build("front", {}), bursts)
    assert isinstance(read, CardRead)
    torn = [Chunk(0.0, line[:10]), Chunk(2.0, line[10:])]
    incomplete = BadRead("front", BadReadReason.INCOMPLETE)
    assert replay(DRIVER.build("front", {}), torn) == [incomplete, incomplete]


def test_no_event_shows_its_card() -> None:
    for event in replay(DRIVER.build("front", {}), [Chunk(0.0, stripe(T2)), Chunk(0.5, stripe("5" * 19))]):
        assert not re.search(r"\d{4}", tool.describe(event))
        assert "7013" not in repr(event)
        assert "5555" not in repr(event)
    assert "7013" not in repr(Chunk(0.0, stripe(T2)))


def test_the_shape_of_bytes_keeps_the_pattern_and_hides_the_card() -> None:
    assert tool.shape(b"%B70^AB?;70=20?\xe6\r") == r"'%X99^XX?;99=99?X\r'"


class SlowSwipes:
    """Swipes again and again from another thread until the tool has ended."""

    def __init__(self, reader: VirtualReader) -> None:
        self._reader = reader
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._swipe)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _swipe(self) -> None:
        number = 0
        while not self._done.wait(0.05):
            number += 1
            self._reader.swipe(f"7013369876543{number:06}=4912")


def test_probe_tells_states_and_kinds_but_no_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with VirtualReader(tmp_path / "reader") as reader, SlowSwipes(reader):
        code = tool.main(["probe", str(reader.name), "--seconds", "60", "--count", "2"])
    shown = capsys.readouterr().out
    assert code == 0
    assert "reader ready" in shown
    assert "track 2 whole, 24 characters" in shown
    assert "7013" not in shown


def test_probe_of_a_missing_reader_fails_and_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert tool.main(["probe", str(tmp_path / "none"), "--seconds", "0.1"]) == 1
    assert "not-found" in capsys.readouterr().out


def test_probe_of_an_address_that_cannot_work_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["probe", "spy:///dev/null", "--seconds", "5"]) == 1
    assert "bad-address" in capsys.readouterr().out


def test_probe_without_a_port_lists_ports(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["probe"]) == 0
    assert capsys.readouterr().out


def test_record_shows_shapes_and_keeps_bytes_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "recording"
    with VirtualReader(tmp_path / "reader") as reader, SlowSwipes(reader):
        assert tool.main(["record", str(reader.name), "--seconds", "60", "--count", "1"]) == 0
        masked = capsys.readouterr()
        assert tool.main(["record", str(reader.name), "--count", "3", "--out", str(out)]) == 0
    kept = capsys.readouterr()
    assert "7013" not in masked.out + kept.out
    assert masked.err == ""
    assert "WARNING" in kept.err
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open() as file:
        assert any(isinstance(event, CardRead) for event in replay(DRIVER.build("x", {}), read_recording(file)))


def test_a_recording_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "there"
    out.write_text("kept")
    assert tool.main(["record", str(tmp_path / "reader"), "--seconds", "0.1", "--out", str(out)]) == 2
    assert out.read_text() == "kept"
    assert "exists already" in capsys.readouterr().err


def test_a_wrong_option_of_the_tool_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["probe", "loop://", "--option", "terminator=never"]) == 2
    assert "terminator" in capsys.readouterr().err
