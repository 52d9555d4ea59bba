"""G9 and G11: what a till costs before anybody has sold anything, beside a bare window in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from app.backends.providers.swedbankpay_settings import FACE
from app.domain.money import Currency
from app.storage.journal import Stamp
from app.training import training_settings
from hardware.virtual.reader import VirtualReader
from tests.benchmarks.bulk import build
from tests.benchmarks.measure import Figure, Goal, Plan, ratios
from tests.benchmarks.rig import Issuer
from tests.benchmarks.shop import TILL

_BARE = "a bare QMainWindow"
G9 = Goal("G9", "first paint", _BARE, 1.2, "Qt's own import, then the widgets and the domain's types")
G9_READY = Goal(
    "G9", "ready to swipe", _BARE, 2.2, "imports of store, cryptography and HTTP client, the journal's opening"
)
G9_LARGE = Goal("G9", "ready to swipe with years of sales", "the same on a young journal", 1.1, "a B-tree's depth")
G11 = Goal("G11", "memory when ready (RSS)", _BARE, 1.6, "modules: HTTP client, SQLite, cryptography, the screens")
G11_SHARE = Goal(
    "G11", "memory when ready (PSS)", _BARE, None, "what others share is divided: another Qt program makes both smaller"
)
G11_AFTER = Goal("G11", "memory after sales", "memory after the first 20", 1.05, "nothing is kept per sale")
STAMP = Stamp("training", TILL, Currency.NOK, ("Here",), (FACE,))
CARDS = 100
WARM = 20


class Process:
    """One window in a process of its own."""

    def __init__(self, *words: str) -> None:
        self.started = time.monotonic_ns()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.opened", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.painted = self._when("painted")
        self.ready = self._when("ready")

    def _when(self, word: str) -> float:
        """Microseconds since the start."""
        told, _, moment = self._line().partition(" ")
        if told != word:
            raise RuntimeError(f"the window said {told!r} instead of {word}")
        return (int(moment) - self.started) / 1000

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def sell(self, count: int) -> None:
        """So many sales."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        if self._line() != "done":
            raise RuntimeError("the till did not sell")

    def memory(self, kind: str = "Rss:") -> float:
        """Resident (or proportional) set size, MiB."""
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith(kind))
        return int(kilobytes) / 1024

    def close(self) -> None:
        """Its window closes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("end\n")
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def configuration(path: Path, issuer: Issuer) -> None:
    """A till for the issuer that runs, as a shop would write it down (secrets inline: it is a training one)."""
    table = issuer.contract["faces"][FACE]
    cashier = training_settings(issuer.contract).operator[0]
    lines = [
        "[till]",
        f'terminal_id = "{TILL}"',
        'store = "Bench"',
        'environment = "training"',
        f"[backend.{FACE}]",
        *(f'{name} = "{value}"' for name, value in table.items()),
        "repeat_checked_first = true",
        "[[programme]]",
        'name = "Here"',
        f'face = "{FACE}"',
        'prefixes = ["701336"]',
        'pin = "never"',
        "[[operator]]",
        'id = "1"',
        'name = "Cashier 1"',
        'role = "cashier"',
        f'pin_hash = "{cashier.pin_hash}"',
    ]
    path.write_text("\n".join(lines) + "\n")


def run_start(plan: Plan) -> list[Figure]:
    """G9 and G11."""
    folder = plan.folder / "g9"
    folder.mkdir()
    issuer = Issuer(folder, CARDS)
    config = folder / "till.toml"
    configuration(config, issuer)
    years = plan.pick(60, 100_000, 1_000_000)
    build(folder / "large", STAMP, years)
    build(folder / "young", STAMP, plan.pick(20, 1_000, 1_000))
    rounds = plan.pick(1, max(plan.rounds, 9), 15)
    columns: dict[str, list[float]] = {
        name: [] for name in ("bare", "painted", "ready", "large", "bare memory", "memory", "bare share", "share")
    }
    reader = VirtualReader(folder / "reader")
    try:
        for turn in range(rounds + 1):
            bare = Process("bare")
            young = Process("till", str(config), str(folder / "young"), str(reader.name))
            memory = bare.memory(), young.memory(), bare.memory("Pss:"), young.memory("Pss:")
            bare.close()
            young.close()
            large = Process("till", str(config), str(folder / "large"), str(reader.name))
            large.close()
            if turn or not plan.size:  # the first round finds cold caches
                taken = (bare.painted, young.painted, young.ready, large.ready, *memory)
                for column, value in zip(columns.values(), taken, strict=True):
                    column.append(value)
        after, sales = _after(plan, config, folder, str(reader.name))
    finally:
        reader.close()
        issuer.stop()
    note = f"bare {columns['bare'][0] / 1000:.0f} ms, painted {columns['painted'][0] / 1000:.0f} ms"
    note += f", ready {columns['ready'][0] / 1000:.0f} ms"
    size = f"bare {columns['bare memory'][0]:.0f} MiB, till {columns['memory'][0]:.0f} MiB"
    return [
        Figure(G9, ratios(columns["painted"], columns["bare"]), note),
        Figure(G9_READY, ratios(columns["ready"], columns["bare"]), note),
        Figure(G9_LARGE, ratios(columns["large"], columns["ready"]), f"{years:,} transactions"),
        Figure(G11, ratios(columns["memory"], columns["bare memory"]), size),
        Figure(G11_SHARE, ratios(columns["share"], columns["bare share"])),
        Figure(G11_AFTER, (after,), f"{sales:,} sales, online"),
    ]


def _after(plan: Plan, config: Path, folder: Path, reader: str) -> tuple[float, int]:
    """Memory after many sales to memory after a few."""
    sales = plan.pick(2, 1_000, 100_000)
    till = Process("till", str(config), str(folder / "young"), reader)
    try:
        till.sell(plan.pick(1, WARM, WARM))
        before = till.memory()
        till.sell(sales)
        return till.memory() / before, sales
    finally:
        till.close()
