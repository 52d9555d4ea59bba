"""One suite for every driver there is: through real ports, under any bytes, with the cable pulled."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import __main__ as tool
from hardware import registry
from hardware.device import Driver, Kind
from hardware.events import (
    BadRead,
    BadScan,
    CardRead,
    CodeScanned,
    DeviceEvent,
    ReaderState,
    ReaderStatus,
    StatusReason,
)
from hardware.link.base import Link
from hardware.link.memory import MemoryLink
from hardware.link.serial_port import SerialLink
from hardware.supervisor import DeviceThread, Supervisor
from hardware.virtual.device import VirtualDevice
from hardware.virtual.reader import VirtualReader, stripe
from hardware.virtual.scanner import VirtualScanner
from tests.hardware.cases import OTHER, T2

PATIENCE = 20.0  # a bound for a hung test; nothing is measured with it
HELD = 256  # bytes a device may hold back


@dataclass(frozen=True)
class Subject:
    """A driver, what its device sends for two different cards, and how it is simulated."""

    name: str
    first: bytes
    second: bytes
    plugged: Callable[[Path], VirtualDevice]

    @property
    def driver(self) -> Driver:
        return registry.driver(self.name)


SUBJECTS = (
    Subject("ascii", stripe(T2), stripe(OTHER), VirtualReader),
    Subject("lines", b"DINCARD:709913518630612593\r", b"VOUCH:7H2K-q9XW\r", VirtualScanner),
)
every_device = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)


def content(event: DeviceEvent) -> str:
    """What was read, as far as the event is a read."""
    match event:
        case CardRead():
            return event.track2.text
        case CodeScanned():
            return event.code.text
        case _:
            return ""


def is_bad(event: DeviceEvent) -> bool:
    return isinstance(event, BadRead | BadScan)


class Till:
    """A device thread whose events are taken one by one."""

    def __init__(self, subject: Subject, link: Link) -> None:
        self._events = queue.Queue[DeviceEvent](maxsize=1000)
        device = subject.driver.build("front", {})
        self.thread = DeviceThread(Supervisor("front", device, link, self._events.put_nowait), "device-front")

    def next(self) -> DeviceEvent:
        return self._events.get(timeout=PATIENCE)

    def until(self, wanted: Callable[[DeviceEvent], bool]) -> DeviceEvent:
        while not wanted(event := self.next()):
            pass
        return event

    def status(self, state: ReaderState, reason: StatusReason = StatusReason.NONE) -> None:
        self.until(lambda event: event == ReaderStatus("front", state, reason))


@contextmanager
def running(subject: Subject, link: Link) -> Iterator[Till]:
    till = Till(subject, link)
    till.thread.start()
    try:
        yield till
    finally:
        till.thread.stop()


@contextmanager
def connected(subject: Subject, folder: Path) -> Iterator[tuple[Till, VirtualDevice]]:
    with (
        subject.plugged(folder / "device") as device,
        running(subject, SerialLink(str(device.name), subject.driver.line({}))) as till,
    ):
        till.status(ReaderState.READY)
        yield till, device


def test_the_suite_knows_every_driver() -> None:
    assert {subject.name for subject in SUBJECTS} == set(registry.DRIVERS)
    assert {subject.driver.kind for subject in SUBJECTS} == set(Kind)


@every_device
def test_a_driver_declares_its_options_and_takes_each_word_of_them(subject: Subject) -> None:
    assert len({option.name for option in subject.driver.options}) == len(subject.driver.options)
    for option in subject.driver.options:
        assert option.allows(option.default)
        assert option.allowed
        for choice in option.choices:
            subject.driver.build("any", {option.name: choice})
    assert (subject.driver.line({}).baudrate, subject.driver.line({}).parity) == (9600, "N")


@every_device
@pytest.mark.parametrize("piece", [0, 1, 7], ids=["whole", "single-bytes", "sevens"])
def test_what_is_read_arrives_through_a_real_port(subject: Subject, tmp_path: Path, piece: int) -> None:
    with connected(subject, tmp_path) as (till, device):
        device.send(subject.first, piece=piece, gap=0.002)
        event = till.next()
        assert content(event) in subject.first.decode()
        shown = f"{event!r} {event}"
        assert all(part not in shown for part in (T2, "DINCARD"))


@every_device
def test_half_of_it_is_given_up_while_the_port_is_silent(subject: Subject, tmp_path: Path) -> None:
    with connected(subject, tmp_path) as (till, device):
        device.send(subject.first[:14])
        assert is_bad(till.next())


@every_device
def test_an_unplugged_device_comes_back_under_its_name(subject: Subject, tmp_path: Path) -> None:
    with connected(subject, tmp_path) as (till, device):
        device.send(subject.first[:9])
        device.unplug()
        till.status(ReaderState.LOST, StatusReason.UNPLUGGED)
        device.replug()
        till.status(ReaderState.READY)
        device.send(subject.second)
        assert content(till.next()) in subject.second.decode(), "half of the first was forgotten"


@every_device
def test_a_missing_device_is_told_and_found_when_it_is_plugged_in(subject: Subject, tmp_path: Path) -> None:
    with subject.plugged(tmp_path / "device") as device:
        device.unplug()
        with running(subject, SerialLink(str(device.name), subject.driver.line({}))) as till:
            till.status(ReaderState.LOST, StatusReason.NOT_FOUND)
            device.replug()
            till.status(ReaderState.READY)


@every_device
def test_a_link_in_memory_carries_it_as_a_port_does(subject: Subject) -> None:
    link = MemoryLink()
    with running(subject, link) as till:
        till.status(ReaderState.READY)
        link.put(subject.first)
        assert content(till.next()) in subject.first.decode()
        link.unplug()
        till.status(ReaderState.LOST, StatusReason.UNPLUGGED)


@every_device
@given(pieces=st.lists(st.binary(max_size=400), max_size=12))
def test_no_bytes_make_it_grow_or_fail_and_a_clean_read_follows(subject: Subject, pieces: list[bytes]) -> None:
    device = subject.driver.build("front", {})
    now = 10.0
    for piece in pieces:
        device.feed(piece, now)
        now += 0.001
        assert device.buffered <= HELD
    for _ in range(5):  # whatever it waits for
        due = device.deadline()
        now = max(now, due or now) + 2.0
        device.tick(now)
    assert device.deadline() is None
    told = [event for event in device.feed(subject.first, now) if content(event)]
    assert [content(event) in subject.first.decode() for event in told] == [True]


@every_device
def test_the_tool_tells_of_it_without_its_content(
    subject: Subject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [
        tool.describe(event)
        for device in [subject.driver.build("front", {})]
        for event in (*device.feed(subject.first, 1.0), *device.feed(b"HALF-OF;", 5.0), *device.tick(9.0))
    ]
    assert len(told) == 2
    assert all(part not in " ".join(told) for part in (T2, "7099135186"))
    code = tool.main(["probe", str(tmp_path / "none"), "--driver", subject.name, "--seconds", "0.1"])
    assert code == 1
    assert "not-found" in capsys.readouterr().out
