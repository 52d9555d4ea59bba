"""Look at a reader or a scanner without a till: `python -m hardware probe [URL]` or `record URL [--out FILE]`.

    probe             lists the serial ports
    probe URL         opens one and tells how it is and what kind of reads arrive, never their content
    record URL        shows the shape of each burst: how long, how soon, every digit as 9
    record URL --out  writes the bytes to a new file for replay; such a file holds card data

Ends after --seconds, after --count reads or bursts, or on Ctrl-C.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import TextIO

from hardware import registry
from hardware.device import Driver
from hardware.errors import HardwareError
from hardware.events import (
    BadRead,
    BadScan,
    CardConflict,
    CardRead,
    CodeScanned,
    DeviceEvent,
    ReaderNotice,
    ReaderState,
    ReaderStatus,
)
from hardware.link.replay import Chunk, write_chunk
from hardware.link.serial_port import SerialLink, list_serial_ports
from hardware.supervisor import Supervisor

WARNING = (
    "WARNING: the file will hold card numbers and tracks in clear. Use demonstration cards only,\n"
    "keep the file off shared disks, and delete it when the driver works.\n"
)
_SHAPE = str.maketrans("012345678", "9" * 9)


def say(text: str) -> None:
    """Write a line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def describe(event: DeviceEvent) -> str:
    """Return one event in words that hold no card data."""
    match event:
        case CardRead(_, track2, track1, _):
            first = "with" if track1 else "without"
            return f"card: track 2 whole, {len(track2.text)} characters, {first} track 1"
        case CardConflict():
            return "another card right after the last one"
        case BadRead(_, reason):
            return f"bad read: {reason.value}"
        case CodeScanned(_, code, _):
            return f"code: whole, {len(code.text)} signs"
        case BadScan(_, reason):
            return f"bad scan: {reason.value}"
        case ReaderNotice(_, notice, count):
            return f"{notice.value}: {count} bytes"
        case ReaderStatus(_, state, reason):
            return f"reader {state.value} ({reason.value})"


def shape(data: bytes) -> str:
    """Return bytes with digits as 9 and letters as X: a pattern shows and a card does not."""
    text = data.decode("latin-1").translate(_SHAPE)
    return ascii("".join("X" if character.isalpha() else character for character in text))


class Recorder:
    """A device that tells nothing and hands each burst on; see `hardware.device.Device`."""

    def __init__(self, take: Callable[[Chunk], None]) -> None:
        self._take = take
        self._first: float | None = None

    @property
    def buffered(self) -> int:
        """Nothing is held back."""
        return 0

    def feed(self, data: bytes, now: float) -> Sequence[DeviceEvent]:
        """Hand a burst on with its time since the first."""
        if self._first is None:
            self._first = now
        self._take(Chunk(now - self._first, data))
        return ()

    def tick(self, now: float) -> Sequence[DeviceEvent]:
        """Nothing ever waits."""
        del now
        return ()

    def deadline(self) -> float | None:
        """Nothing ever waits."""
        return None

    def reset(self) -> None:
        """There is nothing to forget."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; 0 good, 1 the reader was never ready or is set wrongly, 2 a wrong call."""
    options = _parser().parse_args(arguments)
    if options.command == "probe" and options.url is None:
        for name in list_serial_ports() or ["no serial port found"]:
            say(name)
        return 0
    try:
        driver = registry.driver(options.driver)
        given = dict(pair.partition("=")[::2] for pair in options.option)
        ending = Ending(options.seconds, options.count)
        link = SerialLink(options.url, driver.line(given))
        if options.command == "probe":
            return _probe(driver, given, link, ending)
        return _record(link, options.out, ending)
    except HardwareError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except FileExistsError:
        sys.stderr.write(f"{options.out} exists already; recordings are never overwritten\n")
        return 2


class Ending:
    """When to stop looking: after so many seconds, after so many reads or bursts (0: any number), or on Ctrl-C."""

    def __init__(self, seconds: float, count: int) -> None:
        self._seconds = seconds
        self._left = count
        self._stop: Callable[[], None] | None = None

    def one_more(self) -> None:
        """Count a read or a burst."""
        self._left -= 1
        if self._left == 0 and self._stop is not None:
            self._stop()

    def run(self, supervisor: Supervisor) -> None:
        """Serve in this thread until the end."""

        def interrupted(number: int, frame: FrameType | None) -> None:
            del number, frame
            supervisor.stop()

        self._stop = supervisor.stop
        before = signal.signal(signal.SIGINT, interrupted)
        timer = threading.Timer(self._seconds, supervisor.stop)
        timer.start()
        try:
            supervisor.run()
        finally:
            timer.cancel()
            timer.join()
            signal.signal(signal.SIGINT, before)


def _probe(driver: Driver, given: dict[str, str], link: SerialLink, ending: Ending) -> int:
    states: list[ReaderState] = []

    def tell(event: DeviceEvent) -> None:
        say(describe(event))
        if isinstance(event, ReaderStatus):
            states.append(event.state)
        elif not isinstance(event, ReaderNotice):
            ending.one_more()

    ending.run(Supervisor("probe", driver.build("probe", given), link, tell))
    return 0 if ReaderState.READY in states and states[-1] is not ReaderState.MISCONFIGURED else 1


def _record(link: SerialLink, out: Path | None, ending: Ending) -> int:
    file: TextIO | None = None
    if out is not None:
        sys.stderr.write(WARNING)
        file = os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii")

    def take(chunk: Chunk) -> None:
        if file is not None:
            write_chunk(file, chunk)
            file.flush()
        say(f"{chunk.at:10.6f}  {len(chunk.data):4} bytes  {shape(chunk.data)}")
        ending.one_more()

    def tell(event: DeviceEvent) -> None:
        say(describe(event))

    with file or nullcontext():
        ending.run(Supervisor("record", Recorder(take), link, tell))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hardware", description="Look at a reader without a till.")
    commands = parser.add_subparsers(dest="command", required=True)
    probe = commands.add_parser("probe", help="list ports, or tell how one reader is")
    probe.add_argument("url", nargs="?", help="a port or any pyserial URL")
    record = commands.add_parser("record", help="show the shape of what a reader sends, or keep it")
    record.add_argument("url", help="a port or any pyserial URL")
    record.add_argument("--out", type=Path, help="keep the bytes in this new file: CARD DATA IN CLEAR")
    for command in (probe, record):
        command.add_argument("--driver", default="ascii", help="the kind of device: ascii (default), lines")
        command.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="a driver option")
        command.add_argument("--seconds", type=float, default=60.0, help="how long to look")
        command.add_argument("--count", type=int, default=0, help="end after so many reads or bursts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
