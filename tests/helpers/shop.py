"""A shop with real processes: the issuer host, a configuration in a file, and the commands as a person calls them.

Nothing here is read by a till's own code: what a test breaks, it breaks on the disk or in the environment.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from app.issuer.child import IssuerChild
from app.settings import SECRET_FIELDS
from app.training import training_settings

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
"""Longest a command may take here; a bound, not a measure."""
POLL = 0.02
WORSE = ("good", "warn", "bad")
"""The doctor's states, in this order."""

Change = Callable[[dict[str, Any]], object]


def until(done: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Waits for a condition; whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(POLL)
    return done()


def digests(directory: Path) -> dict[str, str]:
    """What lies in a directory, file by file."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command: no screen, no desktop, a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TZ")}
    return {
        **kept,
        "HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **more,
    }


class Shop:
    """One folder with a home, configurations and data directories; the issuer of the test run behind it."""

    def __init__(self, folder: Path, contract: Mapping[str, Any]) -> None:
        self.folder = folder
        self.contract = contract
        self.data = folder / "till"
        self.home = folder / "home"
        self.home.mkdir()

    def track(self, name: str = "ordinary") -> str:
        """The stripe of a demo card."""
        found: str = next(card["track2"] for card in self.contract["cards"] if card["name"] == name)
        return found

    def config(self, change: Change | None = None, *, production: bool = False) -> Path:
        """A configuration on the issuer; production's secrets lie in the vault of :attr:`data`."""
        table: dict[str, Any] = msgspec.to_builtins(training_settings(dict(self.contract)))
        table["reader"]["url"] = ""
        if production:
            table["till"]["environment"] = "production"
            secrets = {
                f"{face}.{name}": options.pop(name)
                for face, options in table["backend"].items()
                for name in SECRET_FIELDS & set(options)
            }
            del table["pin"]["key"]
            for name, value in secrets.items():
                done = self.run("vault", "set", name, "--data", str(self.data), typed=f"{value}\n")
                assert done.returncode == 0, done.stderr
        if change is not None:
            change(table)
        path = self.folder / "till.toml"
        path.write_text(toml(table), encoding="utf-8")
        return path

    def command(self, *arguments: str, before: tuple[str, ...] = ()) -> list[str]:
        """A command line; ``before`` is what runs it (``unshare``, ``sh -c``)."""
        return [*before, sys.executable, "-m", "app", *arguments]

    def run(
        self, *arguments: str, typed: str = "", before: tuple[str, ...] = (), **more: str
    ) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            self.command(*arguments, before=before),
            cwd=ROOT,
            env=surroundings(self.home, **more),
            input=typed,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @contextmanager
    def running(self, *arguments: str, before: tuple[str, ...] = (), **more: str) -> Iterator[subprocess.Popen[str]]:
        """``till`` until the block ends, which it never outlives."""
        process = subprocess.Popen(
            self.command("till", *arguments, before=before),
            cwd=ROOT,
            env=surroundings(self.home, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def opened(self, process: subprocess.Popen[str], data: Path | None = None) -> bool:
        """Waits until a till has its journal and writes its log: it is open then, or has ended."""
        log = (data or self.data) / "till.log"
        return until(lambda: log.exists() or process.poll() is not None) and process.poll() is None

    def stopped(self, process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit code and stderr after a signal."""
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)
        return process.returncode, said

    def doctor(self, *arguments: str) -> tuple[int, list[dict[str, str]]]:
        """Exit code of ``doctor --json``, and its lines."""
        done = self.run("doctor", "--json", "--data", str(self.data), *arguments)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def findings(self, *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
        """The same with one line per check: the worst, the later one of two."""
        code, lines = self.doctor(*arguments)
        lines.sort(key=lambda line: WORSE.index(line["state"]))
        return code, {line["check"]: line for line in lines}


def toml(table: Mapping[str, Any]) -> str:
    """A table as TOML, for the few kinds of values a configuration has."""
    lines: list[str] = []
    _section(lines, "", table)
    return "\n".join(lines) + "\n"


def _section(lines: list[str], name: str, table: Mapping[str, Any]) -> None:
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    lists = {
        key: value for key, value in table.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    lines += [f"{key} = {json.dumps(value)}" for key, value in table.items() if key not in inner and key not in lists]
    for key, value in inner.items():
        lines.append(f"[{name}{key}]")
        _section(lines, f"{name}{key}.", value)
    for key, rows in lists.items():
        for row in rows:
            lines.append(f"[[{name}{key}]]")
            _section(lines, f"{name}{key}.", row)


@contextmanager
def issuer(folder: Path) -> Iterator[dict[str, Any]]:
    """The contract of a running issuer host."""
    child = IssuerChild(folder / "issuer.db")
    try:
        yield child.contract()
    finally:
        child.stop()
