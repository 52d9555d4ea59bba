"""Recordings: what a real device sent, kept with its pauses, so that its habits become tests.

One line per chunk as it was read: seconds since the first chunk, a space, the bytes in hexadecimal.

    0.000000 3b37303133
    0.010212 333630303030
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from hardware.device import Device
from hardware.errors import HardwareError
from hardware.events import DeviceEvent


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came in one read, and when."""

    at: float
    data: bytes = field(repr=False)


def write_chunk(file: TextIO, chunk: Chunk) -> None:
    """Append one chunk to a recording."""
    file.write(f"{chunk.at:.6f} {chunk.data.hex()}\n")


def read_recording(file: TextIO) -> tuple[Chunk, ...]:
    """Return a recording's chunks.

    Raises:
        HardwareError: a line is not a recording's, named by its number only.
    """
    return tuple(_chunks(file))


def replay(device: Device, recording: Sequence[Chunk]) -> list[DeviceEvent]:
    """Feed a recording to a device on its own time axis, waits included, and return all it told."""
    events: list[DeviceEvent] = []
    for chunk in recording:
        events += _wait_until(device, chunk.at)
        events += device.feed(chunk.data, chunk.at)
    return events + _wait_until(device, float("inf"))


def _wait_until(device: Device, time: float) -> list[DeviceEvent]:
    events: list[DeviceEvent] = []
    due = device.deadline()
    while due is not None and due <= time:
        events += device.tick(due)
        following = device.deadline()
        due = following if following is None or following > due else None  # a device that stands still is left alone
    return events


def _chunks(file: TextIO) -> Iterator[Chunk]:
    for number, line in enumerate(file, 1):
        at, _, data = line.strip().partition(" ")
        try:
            yield Chunk(float(at), bytes.fromhex(data))
        except ValueError:
            raise HardwareError(f"line {number} is not a line of a recording") from None
