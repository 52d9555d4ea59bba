"""The doctor on the machine: interpreter, Qt, disk, clock, devices. Nothing here knows a backend or a key."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.cli.display import PROBE_SECONDS, usable_display
from app.cli.finding import UNUSABLE, Finding, bad, good, warn
from app.service.clock import astray
from app.settings import Settings
from hardware.device import Kind, LineSettings
from hardware.errors import BadLinkUrl, LinkLost, OptionError, UnknownDriver
from hardware.events import StatusReason
from hardware.link.serial_port import SerialLink, list_serial_ports
from hardware.registry import driver

OLDEST_PYTHON = (3, 11)
LITTLE_BYTES = 16 << 20
"""Below this a till should not begin a day: journal log (4.6 MB), reserve (1 MB), the program's own logs (4 MB)."""
SOME_BYTES = 200 << 20
"""Below this somebody should make room soon: a year of a busy till is about as much."""
CLOCK_WARN, CLOCK_BAD = timedelta(seconds=30), timedelta(minutes=5)
"""How far the till's clock may be from a host's: signed calls carry the time, and hosts allow some minutes."""


def interpreter() -> Iterator[Finding]:
    """Python."""
    said = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}."
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield bad("python", said, f"Install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer.")
    else:
        yield good("python", said)


def screen() -> Iterator[Finding]:
    """Qt, a display to open a window on, and the font."""
    shown = usable_display()
    surroundings = dict(os.environ) if shown else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "app.cli.look_at_qt"]
    try:
        looked = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False, env=surroundings
        )
        found = json.loads(looked.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        yield bad(
            "qt", "Qt can't be started here.", "Run ./packaging/run once: it says which system library is missing."
        )
        return
    yield good("qt", f"Qt {found['version']}.")
    if shown:
        yield good("screen", f"A window can be opened ({found['platform']}).")
    else:
        yield warn(
            "screen",
            "There is no screen to open a window on.",
            "Start the till from a desktop session (DISPLAY or WAYLAND_DISPLAY set). sync, journal and tour need none.",
        )
    if found["family"] != found["wanted"] or found["missing"]:
        lacks = f", which lacks {found['missing']}" if found["missing"] else ""
        said = f"The font is {found['family']} instead of {found['wanted']}{lacks}."
        yield warn("fonts", said, "Install Stanchion again: resources/fonts is not complete.")
    else:
        yield good("fonts", f"{found['family']} is bundled and has every sign the till writes.")


def disk(data: Path) -> Iterator[Finding]:
    """The data directory: there, writable, private, with room."""
    there, trouble = _try_to_write(data)
    if trouble is not None and trouble.errno == errno.ENOSPC:
        yield bad("data", f"The disk of {there} is full.", "Make room on that disk.")
        return
    if trouble is not None:
        do = "Give this user the right to write there, or name another with --data."
        yield bad("data", f"{there} can't be written to ({trouble.strerror}).", do, UNUSABLE)
        return
    if not data.exists():
        yield good("data", f"{data} is not there yet; the first start makes it.")
    elif data.stat().st_mode & 0o077:
        yield warn("data", f"{data} can be looked into by other users.", f"chmod 700 {data}")
    else:
        yield good("data", f"{data} is writable, and its owner's alone.")
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:.1f} GB are free." if free >= 10**9 else f"{free / 1e6:.0f} MB are free."
    if free < LITTLE_BYTES:
        yield bad("disk", said, "Make room: a till that can't write stops selling.")
    elif free < SOME_BYTES:
        yield warn("disk", said, "Make room soon.")
    else:
        yield good("disk", said)


def _try_to_write(folder: Path) -> tuple[Path, OSError | None]:
    """The nearest directory that exists on the way to a folder, and what the system says to a file in it.

    Tried, not asked: root may do anything by its rights, and still nothing on a read-only or full disk.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"stanchion")
    except OSError as error:
        return there, error
    return there, None


def clock(now: datetime) -> Iterator[Finding]:
    """The machine's own clock, by itself."""
    said = f"It is {now:%Y-%m-%d %H:%M:%S} ({now:%z} from UTC)."
    if not astray(now, None):
        yield good("clock", said)
    else:
        yield bad(
            "clock",
            f"{said} That can't be right.",
            "Set the clock and let it be kept by NTP (timedatectl set-ntp true). Sales keep their order meanwhile.",
        )


def clock_beside(host: datetime, face: str) -> Iterator[Finding]:
    """The machine's clock beside a host's."""
    apart = abs(datetime.now(UTC) - host)
    said = f"This clock and that of {face} are {apart.total_seconds():.0f} s apart."
    do = "Let NTP keep the clock (timedatectl set-ntp true): hosts refuse calls whose time is too far off."
    if apart > CLOCK_BAD:
        yield bad("clock", said, do)
    elif apart > CLOCK_WARN:
        yield warn("clock", said, do)
    else:
        yield good("clock", said)


def printer(folder: Path) -> Iterator[Finding]:
    """The folder slips are written to."""
    there, trouble = _try_to_write(folder)
    if trouble is not None:
        said = f"Slips can't be written to {folder} ({trouble.strerror})."
        yield bad("printer", said, "Name another folder as [printer] folder.")
    elif there == folder:
        yield good("printer", f"Slips are written to {folder}.")
    else:
        yield good("printer", f"Slips will be written to {folder}; the first one makes it.")


_DEVICE = {
    StatusReason.NOT_FOUND: ("is not there", "Plug the {name} in, or name its port as [{name}] url."),
    StatusReason.NO_PERMISSION: (
        "may not be opened by this user",
        "Add the user to the group that owns the port (Debian: adduser USER dialout), and sign in again.",
    ),
    StatusReason.BUSY: ("is held by another program", "Close it: a modem manager, a terminal, or another till."),
}


def reader(settings: Settings) -> Iterator[Finding]:
    """The card reader: its settings, then its port."""
    told = settings.reader
    line = yield from _line("reader", told.driver, Kind.READER, told.options)
    if line is None:
        return
    if not told.url:
        found = ", ".join(list_serial_ports())
        seen = f"These ports are there: {found}." if found else "No serial port is there."
        do = "Name one as [reader] url, best by its stable name in /dev/serial/by-id, or start with --reader."
        yield warn("reader", f"No reader is configured; cards can be keyed by hand. {seen}", do)
        return
    yield _port("reader", told.url, line)


def scanner(settings: Settings) -> Iterator[Finding]:
    """The scanner, if the shop has one: its settings, then its port."""
    told = settings.scanner
    line = yield from _line("scanner", told.driver, Kind.SCANNER, told.options)
    if line is None:
        return
    if told.url:
        yield _port("scanner", told.url, line)
        return
    if any(programme.code_prefixes for programme in settings.programme):
        do = "Name its port as [scanner] url, or let codes be keyed (K)."
        yield warn("scanner", "Cards with codes are taken, and no scanner is configured.", do)
    else:
        yield good("scanner", "None is configured; none of the programmes has codes.")


def _line(
    name: str, driver_name: str, kind: Kind, options: Mapping[str, str]
) -> Generator[Finding, None, LineSettings | None]:
    try:
        return driver(driver_name, kind).line(options)
    except (OptionError, UnknownDriver) as error:
        yield bad(name, f"The {name}'s settings can't be used: {error}.", f"Correct [{name}].", UNUSABLE)
        return None


def _port(name: str, url: str, line: LineSettings) -> Finding:
    link = SerialLink(url, line)
    try:
        link.open()
    except LinkLost as lost:
        what, do = _DEVICE.get(lost.reason, ("can't be opened", "Look at its cable, and at the system's log."))
        return bad(name, f"{url} {what}.", do.format(name=name))
    except BadLinkUrl as error:
        return bad(name, f"{url}: {error}.", f"Correct [{name}] url.", UNUSABLE)
    finally:
        link.release()
    return good(name, f"{url} is there and opens.")
