"""The processes beside the till: a hand that swipes on command, and the least a reader can be.

    python -m tests.benchmarks.children hand  STAMPS SWIPES LINE LINE     swipes one line or the other as stdin says
    python -m tests.benchmarks.children floor STAMPS SWIPES LINE [FILE]   blocked in read(2); writes and syncs to FILE

Times are written into a file that all of them map: the hand's just before the bytes leave, the floor's as soon as the
read (or the sync) returns.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hardware.virtual.reader import VirtualReader
from tests.benchmarks.measure import Overwrite

A, B = b"A", b"B"
_SLOT = struct.Struct("q")
_SETTLE = 0.002
"""Between the command and the swipe: whoever gave the command is asleep again."""


class Stamps:
    """Three columns of nanoseconds: sent to A, sent to B, taken by the floor."""

    def __init__(self, path: Path, count: int) -> None:
        self.count = count
        if not path.exists():
            path.write_bytes(bytes(3 * count * _SLOT.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 3 * count * _SLOT.size)

    def put(self, column: int, index: int, value: int) -> None:
        """One time."""
        _SLOT.pack_into(self._map, (column * self.count + index) * _SLOT.size, value)

    def get(self, column: int, index: int) -> int:
        """One time; 0 when it was not written."""
        value: int = _SLOT.unpack_from(self._map, (column * self.count + index) * _SLOT.size)[0]
        return value


def _hand(stamps: Stamps, lines: list[str]) -> None:
    readers = [VirtualReader(Path(line)) for line in lines]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    done = [0, 0]
    stdin = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    while word := stdin.read(1):
        side = 0 if word == A else 1
        track = stdin.readline().decode().strip()
        time.sleep(_SETTLE)
        stamps.put(side, done[side], time.monotonic_ns())
        readers[side].swipe(track)
        done[side] += 1
    for reader in readers:
        reader.close()


def _floor(stamps: Stamps, line: str, file: str) -> None:
    write: Callable[[], None] = Overwrite(Path(file)) if file else lambda: None
    descriptor = os.open(line, os.O_RDONLY | os.O_NOCTTY)
    for index in range(stamps.count):
        data = os.read(descriptor, 4096)
        while not data.endswith(b"\r"):
            data += os.read(descriptor, 4096)
        write()
        stamps.put(2, index, time.monotonic_ns())


class Counter:
    """Both children, and the times they write. Lines: ``reader`` for the till, ``bare`` for the floor."""

    def __init__(self, folder: Path, swipes: int, *, synced: bool) -> None:
        self.swipes = swipes
        self.reader, bare = folder / "reader", folder / "bare"
        path = folder / "stamps"
        self.stamps = Stamps(path, swipes)
        me = [sys.executable, "-m", "tests.benchmarks.children"]
        self._hand = subprocess.Popen(
            [*me, "hand", str(path), str(swipes), str(self.reader), str(bare)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        assert self._hand.stdout is not None
        self._hand.stdout.readline()
        synced_to = [str(folder / "limit")] if synced else []
        self._floor = subprocess.Popen([*me, "floor", str(path), str(swipes), str(bare), *synced_to])

    def swipe(self, side: bytes, track: str) -> None:
        """The hand swipes; returns at once."""
        assert self._hand.stdin is not None
        self._hand.stdin.write(side + track.encode() + b"\n")

    def floor(self, index: int) -> int:
        """Nanoseconds from the last byte to the floor; 0 while it is not there."""
        taken = self.stamps.get(2, index)
        return taken - self.stamps.get(1, index) if taken else 0

    def close(self) -> None:
        """Both end."""
        assert self._hand.stdin is not None
        assert self._hand.stdout is not None
        self._hand.stdin.close()
        self._hand.wait(10)
        self._hand.stdout.close()
        self._floor.kill()
        self._floor.wait(10)


if __name__ == "__main__":
    role, where, count, *rest = sys.argv[1:]
    told = Stamps(Path(where), int(count))
    if role == "hand":
        _hand(told, rest)
    else:
        with suppress(OSError):  # the line goes when the hand has enough
            _floor(told, rest[0], rest[1] if len(rest) > 1 else "")
