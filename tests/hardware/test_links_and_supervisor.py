"""Real ports behind pseudo terminals: swipes arrive, cables are pulled and put back, a stop never waits."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware import registry
from hardware.device import LineSettings
from hardware.errors import BadLinkUrl, LinkLost
from hardware.events import (
    BadRead,
    CardConflict,
    CardRead,
    DeviceEvent,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.link.base import Link
from hardware.link.memory import MemoryLink
from hardware.link.posix import WakePipe
from hardware.link.serial_port import SerialLink
from hardware.supervisor import DeviceThread, Supervisor
from hardware.virtual.reader import VirtualReader, stripe
from tests.hardware.cases import OTHER, T2

PATIENCE = 20.0  # a bound for a hung test; nothing is measured with it
LINE = LineSettings()
CONNECTING = ReaderStatus("front", ReaderState.CONNECTING)
READY = ReaderStatus("front", ReaderState.READY)
UNPLUGGED = ReaderStatus("front", ReaderState.LOST, StatusReason.UNPLUGGED)
NOT_FOUND = ReaderStatus("front", ReaderState.LOST, StatusReason.NOT_FOUND)


class Till:
    """A device thread whose events are taken one by one."""

    def __init__(self, link: Link) -> None:
        self._events = queue.Queue[DeviceEvent](maxsize=1000)
        device = registry.driver("ascii").build("front", {})
        self.thread = DeviceThread(Supervisor("front", device, link, self._events.put_nowait), "reader-front")

    def next(self) -> DeviceEvent:
        return self._events.get(timeout=PATIENCE)

    def until(self, wanted: Callable[[DeviceEvent], bool]) -> list[DeviceEvent]:
        """Take events up to and including the wanted one."""
        taken = [self.next()]
        while not wanted(taken[-1]):
            taken.append(self.next())
        return taken

    def card(self) -> str:
        event = self.next()
        assert isinstance(event, CardRead)
        return event.track2.text


@contextmanager
def running(link: Link) -> Iterator[Till]:
    till = Till(link)
    till.thread.start()
    try:
        yield till
    finally:
        till.thread.stop()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[VirtualReader]:
    with VirtualReader(tmp_path / "reader") as plugged:
        yield plugged


@contextmanager
def connected(reader: VirtualReader) -> Iterator[Till]:
    with running(SerialLink(str(reader.name), LINE)) as till:
        assert till.next() == CONNECTING
        assert till.next() == READY
        yield till


def test_a_swipe_arrives_through_a_real_port(reader: VirtualReader) -> None:
    with connected(reader) as till:
        reader.swipe(T2, track1="B7013360000000000000^GIFT/CARD^2012125123")
        event = till.next()
        assert isinstance(event, CardRead)
        assert event.track2.text == T2
        assert event.track1 is not None
        assert event.reader == "front"


def test_a_swipe_in_single_bytes_with_pauses_arrives(reader: VirtualReader) -> None:
    with connected(reader) as till:
        reader.send(stripe(T2), piece=1, gap=0.002)
        assert till.card() == T2


def test_half_a_swipe_is_given_up_while_the_port_is_silent(reader: VirtualReader) -> None:
    with connected(reader) as till:
        reader.send(stripe(T2)[:14])
        assert isinstance(till.next(), BadRead)


@pytest.mark.parametrize("under_way", [b"", stripe(T2)[:14]], ids=["idle", "mid-frame"])
def test_an_unplugged_reader_comes_back_under_its_name(reader: VirtualReader, under_way: bytes) -> None:
    with connected(reader) as till:
        reader.swipe(T2)
        assert till.card() == T2
        reader.send(under_way)
        reader.unplug()
        assert till.next() == UNPLUGGED
        reader.replug()
        assert till.until(lambda event: event == READY)[:-1] in ([], [NOT_FOUND])
        reader.swipe(OTHER)
        second = till.next()  # a conflict or a read: that depends on how long the port was away
        read = second.second if isinstance(second, CardConflict) else second
        assert isinstance(read, CardRead)
        assert read.track2.text == OTHER


def test_three_unpluggings_in_a_row(reader: VirtualReader) -> None:
    with connected(reader) as till:
        for _ in range(3):
            reader.unplug()
            till.until(lambda event: isinstance(event, ReaderStatus) and event.state is ReaderState.LOST)
            reader.replug()
            till.until(lambda event: event == READY)
        reader.swipe(T2)
        assert till.card() == T2


def test_a_missing_reader_is_told_once_and_found_when_it_is_plugged_in(tmp_path: Path) -> None:
    with VirtualReader(tmp_path / "reader") as reader:
        reader.unplug()
        with running(SerialLink(str(reader.name), LINE)) as till:
            assert till.next() == CONNECTING
            assert till.next() == NOT_FOUND
            reader.replug()
            assert till.next() == READY
            reader.swipe(T2)
            assert till.card() == T2


def test_a_port_held_by_another_is_told_as_busy(reader: VirtualReader) -> None:
    with connected(reader), running(SerialLink(str(reader.name), LINE)) as second:
        assert second.next() == CONNECTING
        assert second.next() == ReaderStatus("front", ReaderState.LOST, StatusReason.BUSY)


def test_a_stop_ends_every_kind_of_wait(reader: VirtualReader, tmp_path: Path) -> None:
    with connected(reader):
        pass  # waiting for bytes
    with connected(reader):
        reader.send(b";70")  # waiting with a deadline
    with running(SerialLink(str(tmp_path / "nothing"), LINE)) as till:
        assert till.next() == CONNECTING
        assert till.next() == NOT_FOUND  # waiting to open again
    with running(MemoryLink()) as till:
        assert till.next() == CONNECTING
    with running(SerialLink("loop://", LINE)) as till:
        assert till.next() == CONNECTING  # a URL without a descriptor


def test_stopping_twice_or_before_the_start_is_harmless(reader: VirtualReader) -> None:
    till = Till(SerialLink(str(reader.name), LINE))
    till.thread.start()
    till.thread.stop()
    till.thread.stop()
    never_started = Till(MemoryLink())
    never_started.thread.stop()


def test_no_thread_and_no_descriptor_is_left_behind(reader: VirtualReader) -> None:
    def use() -> None:
        with connected(reader):
            reader.swipe(T2)

    use()
    threads, descriptors = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        use()
    assert threading.active_count() == threads
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_a_reader_behind_a_socket_is_read_and_its_end_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with running(SerialLink(f"socket://127.0.0.1:{port}", LINE)) as till:
            assert till.next() == CONNECTING
            peer, _ = server.accept()
            with peer:
                assert till.next() == READY
                peer.sendall(stripe(T2))
                assert till.card() == T2
            assert till.next() == UNPLUGGED


def test_a_url_without_a_descriptor_is_read_in_slices() -> None:
    link = SerialLink("loop://", LINE)
    link.open()
    try:
        assert link.read(0.0) == b""
        assert link._port is not None
        link._port.write(stripe(T2))
        received = b""
        while len(received) < len(stripe(T2)):
            received += link.read(0.1)
        assert received == stripe(T2)
    finally:
        link.release()


@pytest.mark.parametrize("url", ["spy:///dev/null", "nosuchscheme://x"])
def test_an_address_that_can_never_work_is_a_configuration_error(url: str) -> None:
    link = SerialLink(url, LINE)
    with pytest.raises(BadLinkUrl):
        link.open()
    link.release()


def test_an_address_that_can_never_work_ends_the_loop_with_a_word() -> None:
    with running(SerialLink("nosuchscheme://x", LINE)) as till:
        assert till.next() == CONNECTING
        assert till.next() == ReaderStatus("front", ReaderState.MISCONFIGURED, StatusReason.BAD_ADDRESS)


def test_reading_a_link_that_is_not_open_is_a_lost_link() -> None:
    link = SerialLink("loop://", LINE)
    with pytest.raises(LinkLost):
        link.read(0.0)
    link.close()
    link.release()


def test_a_file_that_is_no_port_is_refused_without_a_crash(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    link = SerialLink(str(plain), LINE)
    with pytest.raises(LinkLost) as caught:
        link.open()
    assert caught.value.reason is StatusReason.FAILED
    link.release()


def test_a_memory_link_carries_a_swipe_and_an_unplugging() -> None:
    link = MemoryLink()
    with running(link) as till:
        assert [till.next(), till.next()] == [CONNECTING, READY]
        link.put(stripe(T2))
        assert till.card() == T2
        link.unplug()
        assert till.next() == UNPLUGGED
        link.put(b"lost")
        link.replug()
        till.until(lambda event: event == READY)


def test_a_wake_pipe_survives_many_wakes_and_its_own_end() -> None:
    pipe = WakePipe()
    for _ in range(100_000):
        pipe.wake()
    assert pipe.wait(None) is False
    assert pipe.wait(0.0) is False
    pipe.close()
    pipe.close()
    pipe.wake()


def test_a_virtual_line_nobody_reads_loses_bytes_and_does_not_block(reader: VirtualReader) -> None:
    sent = sum(reader.send(b"7" * 4096) for _ in range(64))
    assert sent < 64 * 4096
    reader.unplug()
    assert reader.send(b"x") == 0
    assert not reader.name.exists()
    reader.unplug()
    reader.replug()
    reader.replug()
    assert reader.name.resolve().exists()
