"""The parent's hand on a driven till, and a small disk of its own that can be filled, emptied and made read-only."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.shop import ROOT, SECONDS, Shop, surroundings

View = dict[str, Any]


class Counter:
    """A till in another process: say what the cashier does, wait for a picture."""

    def __init__(self, shop: Shop, config: Path, data: Path, *more: str, before: tuple[str, ...] = ()) -> None:
        self.view: View = {}
        self.views: list[View] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.faults.driven", str(config), str(data), *more],
            cwd=ROOT,
            env=surroundings(shop.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, wanted: Callable[[View], object]) -> View:
        """The first picture from here on that is wanted; the last one counts, too."""
        end = time.monotonic() + SECONDS
        while not (self.view and wanted(self.view)):
            line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            assert line, f"the till ended: {self._process.communicate()[1]}"
            self.view = json.loads(line)
            self.views.append(self.view)
            assert "failed" not in self.view, self.view
        return self.view

    def say(self, *words: object) -> None:
        """One line to the till."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def home(self) -> None:
        """Wait for the home screen, and for the line to be known."""
        self.until(lambda view: view["screen"] == "home" and view["line"] == "good")

    def pay(self, minor: int, track: str) -> View:
        """A payment to its outcome, or to the screen that says the till stopped; then home again."""
        self.say("pay", minor, track)
        view = self.until(lambda view: view["stopped"] or view["outcome"] not in ("", "checking"))
        if not view["stopped"]:
            self.say("confirm")
            self.until(lambda view: view["screen"] in ("home", "stopped"))
        return view

    def stop(self) -> tuple[int, str]:
        """A clean end: exit code and stderr."""
        if self._process.poll() is None:
            self.say("stop")
        return self._ended()

    def kill(self) -> None:
        """A hard death."""
        self._process.kill()
        self._ended()

    def _ended(self) -> tuple[int, str]:
        assert self._process.stderr is not None
        assert self._process.stdin is not None
        said = self._process.stderr.read()
        code = self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        self._process.stdin.close()
        self._process.stderr.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code, said


@contextmanager
def counter(shop: Shop, config: Path, data: Path, *more: str, before: tuple[str, ...] = ()) -> Iterator[Counter]:
    """A till that never outlives the block."""
    till = Counter(shop, config, data, *more, before=before)
    try:
        yield till
    finally:
        if till._process.poll() is None:
            till.kill()


class Disk:
    """A file system in memory, in a mount namespace that a keeper holds open. Needs no rights on the machine."""

    def __init__(self, place: Path, kilobytes: int) -> None:
        self.place = place
        place.mkdir()
        script = f'mount -t tmpfs -o size={kilobytes}k,mode=700 tmpfs "$1" && echo ready && exec cat'
        self._keeper = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", script, "sh", str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._keeper.stdout is not None
        self.made = self._keeper.stdout.readline() == "ready\n"

    @property
    def before(self) -> tuple[str, ...]:
        """What runs a command on this disk."""
        return (
            "nsenter",
            f"--target={self._keeper.pid}",
            "--user",
            "--mount",
            "--preserve-credentials",
            f"--wd={ROOT}",
        )

    def sh(self, script: str) -> str:
        """A line of shell on this disk; its output."""
        done = subprocess.run(
            [*self.before, "sh", "-c", script, "sh", str(self.place)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.stdout

    def fill(self, leave: int = 0) -> None:
        """No room any more but ``leave`` kilobytes."""
        free = int(self.sh('df -k --output=avail "$1" | tail -1'))
        self.sh(f'head -c {max(free - leave, 0) * 1024} /dev/zero > "$1/filler"')
        if not leave:
            self.sh('cat /dev/zero >> "$1/filler" 2>/dev/null')

    def free(self) -> None:
        """Room again."""
        self.sh('rm -f "$1/filler"')

    def read_only(self) -> None:
        """Nothing can be written any more; nothing may have a file open."""
        self.sh('mount -o remount,ro "$1"')

    def digests(self) -> str:
        """What lies there."""
        return self.sh('cd "$1" && find . -type f ! -name filler | sort | xargs -r sha256sum')

    def close(self) -> None:
        """Gone."""
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.close()
        self._keeper.wait(SECONDS)
        self._keeper.stdout.close()


def can_unshare() -> bool:
    """Whether this machine lets a process have mounts of its own (some containers do not)."""
    script = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if not os.access("/mnt", os.F_OK):
        return False
    try:
        return subprocess.run(script, capture_output=True, check=False, timeout=SECONDS).returncode == 0
    except OSError:
        return False
