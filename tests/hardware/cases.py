"""The malformed inputs of the vector file and the three ways they are fed: whole, byte by byte, dirty."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hardware import registry
from hardware.events import DeviceEvent
from hardware.readers.ascii import AsciiReader

_FILE = Path(__file__).parents[1] / "vectors" / "malformed-cases.json"
NOISE = bytes.fromhex("00FFF878")
BYTE_GAP = 0.010
QUIET = 10.0
T2 = "7013360000000000000=2012125123"
OTHER = "6035718888880528923=4912"


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the file. `gap` is the pause between its lines, where the row has one."""

    number: int
    data: bytes = field(repr=False)
    gap: float


def _load() -> dict[int, Case]:
    rows = json.loads(_FILE.read_text())["cases"]
    return {row["n"]: Case(row["n"], bytes.fromhex(row["bytes_hex"]), row.get("gap_ms", 0) / 1000) for row in rows}


CASES = _load()


def reader(options: Mapping[str, str] | None = None) -> AsciiReader:
    """A fresh reader by way of the registry."""
    device = registry.driver("ascii").build("reader", options or {})
    assert isinstance(device, AsciiReader)
    return device


class Run:
    """Feeds a device on its own clock and keeps what it told."""

    def __init__(self, device: AsciiReader) -> None:
        self.device = device
        self.now = 100.0
        self.events: list[DeviceEvent] = []

    def feed(self, pieces: Iterable[bytes], gap: float) -> None:
        for piece in pieces:
            self.events += self.device.feed(piece, self.now)
            self.now += gap

    def pause(self, seconds: float) -> None:
        """Let time pass, with a tick whenever the device asks for one."""
        end = self.now + seconds
        due = self.device.deadline()
        while due is not None and due <= end:
            self.now = due
            self.events += self.device.tick(due)
            due = self.device.deadline()
        self.now = end


def _lines(case: Case) -> list[bytes]:
    if not case.gap or case.number == 11:
        return [case.data]
    return [line + b"\r" for line in case.data.removesuffix(b"\r").split(b"\r")]


def whole(run: Run, case: Case) -> None:
    """Each line of the case in one read."""
    for line in _lines(case):
        run.feed([line], 0.0)
        run.pause(case.gap)


def byte_by_byte(run: Run, case: Case) -> None:
    """Each byte in a read of its own, 10 ms apart."""
    for line in _lines(case):
        run.feed((bytes([byte]) for byte in line), BYTE_GAP)
        run.pause(max(case.gap - BYTE_GAP, 0.0))


def dirty(run: Run, case: Case) -> None:
    """Line noise directly in front."""
    run.feed([NOISE], 0.0)
    whole(run, case)


Feeding = Callable[[Run, Case], None]
CLEAN_FEEDINGS: tuple[Feeding, ...] = (whole, byte_by_byte)
FEEDINGS: tuple[Feeding, ...] = (*CLEAN_FEEDINGS, dirty)


def told(number: int, feeding: Feeding, options: Mapping[str, str] | None = None) -> Run:
    """Run one case to its end, all waits included."""
    run = Run(reader(options))
    feeding(run, CASES[number])
    run.pause(QUIET)
    return run
