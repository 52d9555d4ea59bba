"""G7: a queue goes home, each transaction by itself, durable on both sides and in order per card.

The yardstick stores nothing anywhere: one client in a loop, the same number of bytes, the same signature, the same
server. There is no batch endpoint at this backend, so the goal is the one for single calls.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

from app.backends.client import path_as_sent
from app.backends.providers import swedbankpay_wire as wire
from app.backends.providers.swedbankpay_settings import FACE
from app.domain.view import TillView
from app.service.clock import SystemClock
from app.service.lanes import PER_FACE
from tests.benchmarks.fill import queue
from tests.benchmarks.measure import Figure, Goal, Plan
from tests.benchmarks.rig import Issuer, running_till
from tests.benchmarks.shop import AMOUNT, open_journal

_YARDSTICK = "httpx.Client loop that stores nothing"
G7 = Goal(
    "G7",
    "drain one by one, 4 in flight, durable on both sides",
    _YARDSTICK,
    0.6,
    "Python on both sides of one machine's two cores: client, ledger and journal share what the loop has to itself",
    at_least=True,
)
G7_FAR = Goal(
    "G7", "the same at 40 ms round trip, 4 in flight", _YARDSTICK, None, "4 calls share a round trip", at_least=True
)
G7_FAR_16 = Goal(
    "G7", "the same at 40 ms round trip, 16 in flight", _YARDSTICK, 12, "16 calls share a round trip", at_least=True
)
BODY_BYTES = 600
CARDS = 100
SLOW_MS = 40


class Bare:
    """The loop: signed posts of the same size to the endpoint that stores nothing."""

    def __init__(self, contract: dict[str, Any], port: int | None = None) -> None:
        face = contract["faces"][FACE]
        here = f"http://127.0.0.1:{port}" if port else contract["listening"]
        self._face = face
        self._url = face["base_url"].replace(contract["listening"], here) + "/ping"
        self._path = path_as_sent(self._url)
        self._client = httpx.Client(trust_env=False)
        answer = self._client.post(
            face["token_url"].replace(contract["listening"], here),
            auth=(face["client_id"], face["client_secret"]),
            data={"grant_type": "client_credentials", "scope": "publicapi"},
        )
        self._token = answer.raise_for_status().json()["access_token"]
        told = json.dumps({"description": "x" * 250})
        self._body = told.ljust(BODY_BYTES).encode()

    def rate(self, count: int) -> float:
        """Posts a second."""
        started = time.perf_counter()
        for _ in range(count):
            self._post()
        return count / (time.perf_counter() - started)

    def _post(self) -> None:
        sent_at = wire.stamp(SystemClock().now())
        face = self._face
        signed = wire.hmac_header(face["hmac_secret"], face["hmac_user"], "POST", self._path, sent_at, self._body)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Hmac": signed,
            "Transmission-Time": sent_at,
            "Session-Id": str(uuid.uuid4()),
            "Agreement-Merchant-Id": face["merchant_id"],
            "Content-Type": "application/json",
        }
        answer = self._client.post(self._url, content=self._body, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"the endpoint that stores nothing answered {answer.status_code}")

    def close(self) -> None:
        """Drops the connection."""
        self._client.close()


class Slow:
    """The line with a delay."""

    def __init__(self, contract: dict[str, Any], milliseconds: int) -> None:
        port = contract["listening"].rpartition(":")[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.proxy", port, str(milliseconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Queue:
    """Tells when everything is gone, and how fast it went."""

    def __init__(self) -> None:
        self.gone = threading.Event()
        self.began = 0.0
        self.ended = 0.0
        self._seen = 0

    def show(self, view: TillView) -> None:
        """Each picture, in the terminal's thread."""
        count = view.strip.queue.count
        self._seen = max(self._seen, count)
        if self._seen and not count and not self.gone.is_set():
            self.ended = time.perf_counter()
            self.gone.set()


def drained(folder: Path, issuer: Issuer, count: int, *, port: int | None = None, lanes: int = PER_FACE) -> float:
    """Transactions a second, from the till's start to an empty queue. Checks both ledgers afterwards."""
    journal, vault = open_journal(folder)
    queue(journal, vault, issuer.accounts, count)
    before = _booked(issuer)
    journal.close()
    watch = Queue()
    till = running_till(folder, issuer.contract, watch.show, port=port, lanes=lanes)
    watch.began = time.perf_counter()
    till.start()
    if not watch.gone.wait(300 + count / 10):
        raise TimeoutError("the queue did not drain")
    till.stop()
    check(folder, issuer, count, before)
    return count / (watch.ended - watch.began)


def _booked(issuer: Issuer) -> int:
    """How many purchases the issuer has."""
    with sqlite3.connect(f"file:{issuer.database}?mode=ro", uri=True) as books:
        found: int = books.execute("SELECT count(*) FROM entry WHERE operation = 'Purchase'").fetchone()[0]
    books.close()
    return found


def check(folder: Path, issuer: Issuer, count: int, before: int) -> None:
    """Every one booked once, in order per card, and the books balance."""
    with sqlite3.connect(f"file:{issuer.database}?mode=ro", uri=True) as books:
        rows = books.execute(
            "SELECT account_id, stan, amount FROM entry WHERE operation = 'Purchase' ORDER BY number"
        ).fetchall()[before:]
        out_of_balance = books.execute("SELECT sum(amount) FROM posting").fetchone()[0]
    books.close()
    journal, _ = open_journal(folder)
    waiting = journal.open_count()
    journal.close()
    last: dict[str, str] = {}
    for account, stan, amount in rows:
        if amount != AMOUNT.minor or last.get(account, "") >= stan:
            raise RuntimeError("a card's payments were booked out of order, or twice")
        last[account] = stan
    if len(rows) != count or out_of_balance or waiting:
        raise RuntimeError(f"{len(rows)} of {count} booked, {waiting} still waiting, books off by {out_of_balance}")


def run_drain(plan: Plan) -> list[Figure]:
    """G7."""
    count = plan.pick(20, 1_500, 10_000)
    far = plan.pick(8, 300, 2_000)
    issuer = Issuer(plan.folder, CARDS)
    near: list[float] = []
    slow: dict[int, list[float]] = {4: [], 16: []}
    notes: list[str] = []
    try:
        for turn in range(min(plan.rounds, 3)):
            bare = Bare(issuer.contract)
            first = bare.rate(plan.pick(5, 400, 1000))
            ours = drained(plan.folder / f"drain-{turn}", issuer, count)
            second = bare.rate(plan.pick(5, 400, 1000))
            bare.close()
            near.append(ours / ((first + second) / 2))
            notes.append(f"{ours:.0f}/s to {(first + second) / 2:.0f}/s")
        line = Slow(issuer.contract, SLOW_MS)
        try:
            bare = Bare(issuer.contract, line.port)
            yardstick = bare.rate(plan.pick(3, 40, 100))
            bare.close()
            for lanes, values in slow.items():
                rate = drained(plan.folder / f"far-{lanes}", issuer, far, port=line.port, lanes=lanes)
                values.append(rate / yardstick)
        finally:
            line.close()
    finally:
        issuer.stop()
    return [
        Figure(G7, tuple(near), "; ".join(notes)),
        Figure(G7_FAR, tuple(slow[4]), f"yardstick {yardstick:.0f}/s"),
        Figure(G7_FAR_16, tuple(slow[16]), f"yardstick {yardstick:.0f}/s"),
    ]
