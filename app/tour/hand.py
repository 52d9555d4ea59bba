"""The parent's end of a till: a process that is started, asked, killed, started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app.tour import wire

CHUNK = 65_536
ANSWER_SECONDS = 30.0
"""For what the till does at once, on a machine that has much else to do."""
WAIT_SECONDS = 15.0
"""For what the till must show: longer than a cashier would look at it."""
LEAVE_SECONDS = 30.0
"""A clean stop lets calls under way come home: one may take 20 s."""


class Stuck(Exception):
    """The till did not do as the script says. The text tells what it shows instead."""


@dataclass(frozen=True, slots=True)
class Command:
    """How a till is started.

    Attributes:
        config, data, reader: As ``stanchion till`` takes them.
        environment: Of the process; it decides the screen.
        errors: Where its stderr goes.
    """

    config: Path
    data: Path
    reader: Path
    environment: dict[str, str]
    errors: Path


class Hand:
    """One life of a till, from its start to its clean end or its murder."""

    def __init__(self, command: Command, theme: str) -> None:
        self._socket, theirs = socket.socketpair()
        self._lines = wire.Lines()
        arguments = [sys.executable, "-m", "app", "driven", "--channel", str(theirs.fileno())]
        arguments += ["--config", str(command.config), "--data", str(command.data)]
        arguments += ["--reader", str(command.reader), "--theme", theme]
        with theirs, command.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                arguments, env=command.environment, stderr=errors, pass_fds=[theirs.fileno()], start_new_session=True
            )

    def __enter__(self) -> Self:
        """The till is this block's."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """No till outlives its hand."""
        self._socket.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    # --- what a cashier does

    def press(self, *what: str) -> None:
        """Keys: the names of :data:`wire.KEY_NAMES`, everything else sign by sign."""
        keys = [key for word in what for key in ([word] if word in wire.KEY_NAMES else word)]
        self._ask({"do": "press", "keys": keys})

    def click(self, *labels: str) -> None:
        """A finger on buttons of the screen, each by what is written on it."""
        self._ask({"do": "click", "labels": list(labels)})

    def wait(self, want: dict[str, str], seconds: float = WAIT_SECONDS) -> dict[str, str]:
        """Until the window's named widgets say what is wanted (``driver.matches``); what they all say then."""
        answer = self._ask({"do": "wait", "want": want, "seconds": seconds}, seconds + ANSWER_SECONDS)
        said: dict[str, str] = answer["said"]
        return said

    def shoot(self, path: Path, step: str) -> None:
        """A picture, and its text beside it."""
        self._ask({"do": "shoot", "path": str(path), "step": step})

    # --- how it ends

    def leave(self) -> int:
        """Closes the window and waits for the end; the exit code.

        Raises:
            Stuck: it does not end.
        """
        self._ask({"do": "leave"})
        try:
            return self._process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Stuck("the till does not end when its window is closed") from None

    def kill(self) -> None:
        """SIGKILL: not a word of farewell.

        Raises:
            Stuck: it had ended before.
        """
        self._process.kill()
        if self._process.wait() != -signal.SIGKILL:
            raise Stuck("the till ended before it was killed")

    # --- the wire

    def _ask(self, told: wire.Told, seconds: float = ANSWER_SECONDS) -> wire.Told:
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(wire.encode(told))
            while True:
                data = self._socket.recv(CHUNK)
                if not data:
                    raise Stuck(f"the till is gone (exit code {self._process.wait(LEAVE_SECONDS)}) at {told}")
                answers = self._lines.feed(data)
                if answers:
                    break
        except OSError as error:
            raise Stuck(f"the till does not answer ({error}) at {told}") from None
        (answer,) = answers
        if not answer["ok"]:
            raise Stuck(f"{answer['why']}; the till shows {answer['said']}")
        return answer


def screen_environment(*, has_screen: bool, offscreen: Path) -> dict[str, str]:
    """The environment of a till: where there is no screen, one of 1280 x 800 that nobody sees."""
    environment = dict(os.environ)
    if not has_screen:
        environment["QT_QPA_PLATFORM"] = f"offscreen:configfile={offscreen}"
    return environment
