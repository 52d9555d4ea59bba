"""The issuer host as a child of a training till: started with it, ended by the end of its stdin."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STOP_SECONDS = 10.0
"""How long a child may take to close its database before it is killed."""


class IssuerFailed(Exception):
    """The child ended before it said where it listens."""


class IssuerChild:
    """A running ``issuer --json``. :meth:`contract` waits for its first line."""

    def __init__(self, database: Path, *, seed: int = 1, faces: Sequence[str] = ()) -> None:
        """Starts it.

        Args:
            database: Where its books lie.
            seed: Which demo cards it issues.
            faces: Which vendors' APIs it serves; all of them where none is named.
        """
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # a till's data directory: its owner's
        command = [sys.executable, "-m", "app", "issuer", "--json", "--seed", str(seed)]
        command += ["--database", f"sqlite:///{database}"]
        command += ["--faces", ",".join(faces)] if faces else []
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._contract: dict[str, Any] | None = None

    def contract(self) -> dict[str, Any]:
        """The contract line.

        Raises:
            IssuerFailed: there is none.
        """
        if self._contract is None:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            if not line:
                raise IssuerFailed(f"the training issuer ended with {self._process.wait(STOP_SECONDS)}")
            self._contract = json.loads(line)
        return self._contract

    def stop(self) -> None:
        """Closes its stdin and waits for its end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
