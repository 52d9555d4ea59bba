"""The other side of the day: the issuer host, with books of its own that no till can open.

It runs in the parent, so it lives on when a till is killed. Its database is the bank's: it holds card numbers as a bank
does, and stands outside every till's data directory.
"""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from app.issuer.faces.registry import ALL_FACES
from app.issuer.faults import Fault, FaultPlan
from app.issuer.ledger import FIRST_FACE
from app.issuer.server import IssuerHost

ANSWER_SECONDS = 10.0
PAGE = 1_000
MOST_PAGES = 100
"""A day of a hundred thousand transactions is not ours."""
LOOK_SECONDS = 0.01

Booked = dict[str, Any]
"""One entry of the issuer's books, as ``admin/transactions`` tells it."""


class Vain(Exception):
    """What should have come did not come in time. The text says what."""


class Bank:
    """The issuer host of one day, with every face it has: four vendors, one ledger."""

    def __init__(self, database: Path, seed: int = 1, faces: Sequence[str] = ALL_FACES) -> None:
        # what the server says about lines that were cut on purpose belongs on nobody's terminal
        logging.getLogger("uvicorn").addHandler(logging.NullHandler())
        self._host = IssuerHost(f"sqlite:///{database}", seed, faces=faces)
        self.contract = self._host.contract
        self._cards = {(card["face"], card["name"]): card for card in self.contract["cards"]}

    def __enter__(self) -> Self:
        """Begins to answer."""
        self._host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the books."""
        self._host.stop()

    def card(self, name: str, face: str = FIRST_FACE) -> dict[str, Any]:
        """A demo card of the contract, with all that is printed on it."""
        card: dict[str, Any] = self._cards[face, name]
        return card

    # --- the weather on the line

    def spoil(self, *faults: Fault) -> None:
        """From now on these faults, in this order, and no others."""
        self._host.faults.install(FaultPlan(faults=faults))

    def mend(self) -> None:
        """No faults."""
        self._host.faults.clear()

    # --- the books

    def entries(self) -> list[Booked]:
        """All that stands in the books, oldest first."""
        found: list[Booked] = []
        after = 0
        for _ in range(MOST_PAGES):
            page = self._get(f"/transactions?after={after}&limit={PAGE}")
            found += page["transactions"]
            if page["next"] is None:
                return found
            after = page["next"]
        raise Vain("the issuer's books have no end")

    def balanced(self) -> bool:
        """Whether every rule of the books holds."""
        return bool(self._get("/check")["balanced"])

    def wait_for(self, what: Callable[[Booked], bool], seconds: float = ANSWER_SECONDS) -> Booked:
        """The first entry that is like this, as soon as it is booked.

        Raises:
            Vain: none came in time.
        """
        until = time.monotonic() + seconds
        pause = threading.Event()
        while True:
            for entry in self.entries():
                if what(entry):
                    return entry
            if time.monotonic() > until:
                raise Vain("the issuer did not book it")
            pause.wait(LOOK_SECONDS)

    def _get(self, path: str) -> dict[str, Any]:
        admin = urlsplit(self.contract["admin_url"])
        connection = http.client.HTTPConnection(admin.hostname or "", admin.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", admin.path + path)
            told: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return told
