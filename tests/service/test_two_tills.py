"""Two tills of one shop and one card: what the other takes is seen on the sheet that lies open, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.backends.hooks.registry import verifier_of
from app.domain import messages as m
from app.domain.card import CardSecret, Expiry, Pan
from app.domain.messages import Task
from app.domain.view import NoticeKind, Screen, SheetBody, TillView
from app.hooks.receiver import Receiver
from app.hooks.server import HookServer, listen
from app.issuer.server import IssuerHost
from app.settings import Settings, from_table
from app.storage.errors import DiskFull
from app.storage.hook_store import HookStore
from app.training import training_table
from tests.helpers.vendors import SECRETS, Vendors
from tests.service.live import Live

FACES = ("dintero", "gr4vy")


class FastClock:
    """A clock on which a quarter of a minute is a moment."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._begun = time.monotonic()
        self._wall = datetime.now(UTC)

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.ticks())

    def local(self) -> datetime:
        return self.now().astimezone()

    def ticks(self) -> float:
        return (time.monotonic() - self._begun) * self._speed


def settings_of(host: IssuerHost, *, hooks: bool) -> Settings:
    table: dict[str, Any] = training_table(host.contract)
    for options in table["backend"].values():
        options.pop("repeat_checked_first", None)
    if hooks:
        table["hooks"] = {"faces": list(FACES)}
    return from_table(table, "two tills")


@contextmanager
def counters(
    host: IssuerHost, folder: Path, *, hooks: bool, clock: Callable[[], FastClock] | None = None
) -> Iterator[tuple[Live, Live]]:
    """Ours and the neighbour's, started; a neighbour hears no hooks."""
    ours = Live(host, folder / "ours", settings_of(host, hooks=hooks), clock() if clock else None)
    theirs = Live(host, folder / "theirs", settings_of(host, hooks=False))
    for till in (ours, theirs):
        till.till.start()
    try:
        yield ours, theirs
    finally:
        for till in (ours, theirs):
            till.till.stop()
    assert not ours.broken + theirs.broken


@contextmanager
def receiving(host: IssuerHost, data: Path) -> Iterator[HookServer]:
    """The receiver on our directory, and both vendors told of it."""
    faces = host.contract["faces"]
    verifiers = [verifier_of(face, faces[face], (SECRETS[face],)) for face in FACES]
    receiver = Receiver(
        verifiers,
        HookStore.open(data),
        lambda: datetime.now(UTC),
        lambda _: None,
        lambda error: pytest.fail(str(error)),
    )
    with HookServer(receiver, listen("127.0.0.1", 0)) as server:
        vendors = Vendors(host)
        vendors.subscribe({face: server.address_of(face) for face in FACES})
        vendors.http.close()
        yield server


@pytest.fixture
def host() -> Iterator[IssuerHost]:
    with IssuerHost(faces=FACES) as running:
        yield running


def present(till: Live, face: str) -> None:
    """The face's ordinary card: swiped, or keyed with its PIN where the vendor asks for that."""
    card = next(c for c in till.host.contract["cards"] if (c["face"], c["name"]) == (face, "ordinary"))
    if face == "dintero":
        till.say(m.CardSwiped(m.TrackText(card["track2"])))
        return
    secret = CardSecret(Pan(card["number"]), Expiry.parse(card["expiry"]), card["pin"])
    till.say(m.KeyCard(), m.CardKeyed(secret))


def shows(balance: int) -> Callable[[TillView], bool]:
    def wanted(view: TillView) -> bool:
        body = view.body
        return isinstance(body, SheetBody) and body.balance is not None and body.balance.minor == balance

    return wanted


def pay(till: Live, face: str, amount: int) -> None:
    till.say(m.Start(Task.PAY), m.AmountEntered(till.settings.money(f"{amount / 100:.2f}")))
    till.screen(Screen.AWAIT_CARD)
    present(till, face)
    till.screen(Screen.OUTCOME)
    till.say(m.Confirm())
    till.screen(Screen.HOME)


def hears(till: Live) -> None:
    till.wait(lambda: till.till._terminal.till.hooked == frozenset(FACES), "the till hears the receiver")


@pytest.mark.parametrize("face", FACES)
def test_what_the_neighbour_takes_is_on_our_sheet_by_a_hook(host: IssuerHost, tmp_path: Path, face: str) -> None:
    with counters(host, tmp_path, hooks=True) as (ours, theirs), receiving(host, ours.data):
        hears(ours)
        present(ours, face)
        ours.until(shows(100_00), "what is on the card")
        pay(theirs, face, 30_00)
        view = ours.until(shows(70_00), "what the neighbour left")
        body = view.body
        assert isinstance(body, SheetBody)
        assert (body.as_of, body.used_elsewhere, body.asking) == (None, False, False)
        noticed = ours.until(lambda view: view.notice is not None, "why it changed").notice
        assert noticed is not None
        assert noticed.kind is NoticeKind.BALANCE_CHANGED


def test_a_remembered_card_is_marked_and_our_own_sale_marks_nothing(host: IssuerHost, tmp_path: Path) -> None:
    with counters(host, tmp_path, hooks=True) as (ours, theirs), receiving(host, ours.data):
        hears(ours)
        pay(ours, "dintero", 10_00)
        card = next(c for c in host.contract["cards"] if (c["face"], c["name"]) == ("dintero", "ordinary"))
        key = ours._bare.vault.card_key(Pan(card["number"]))

        def marked() -> bool:
            reader = ours.journal.reader()
            try:
                memory = reader.card_memory(key)
                return memory is not None and memory.touched
            finally:
                reader.close()

        store = HookStore.look(ours.data)
        ours.wait(lambda: store.newest() == 1, "our own hook came")
        assert not marked()
        pay(theirs, "dintero", 10_00)
        ours.wait(marked, "the neighbour's sale is known")
        assert store.newest() == 2
        store.close()


def test_a_till_that_stopped_for_its_disk_still_hears(host: IssuerHost, tmp_path: Path) -> None:
    with counters(host, tmp_path, hooks=True) as (ours, theirs), receiving(host, ours.data):
        hears(ours)
        ours.journal.after_commit = DiskFull()
        ours.begin_pay_somehow()
        ours.screen(Screen.STOPPED)
        ours.screen(Screen.HOME)
        hears(ours)
        present(ours, "dintero")
        ours.until(shows(100_00), "what is on the card")
        pay(theirs, "dintero", 5_00)
        ours.until(shows(95_00), "what the neighbour left")


@pytest.mark.parametrize("hooks", [False, True], ids=["none-configured", "nobody-receives"])
def test_without_a_receiver_the_till_asks_by_itself(host: IssuerHost, tmp_path: Path, hooks: bool) -> None:
    with counters(host, tmp_path, hooks=hooks, clock=lambda: FastClock(20)) as (ours, theirs):
        present(ours, "dintero")
        ours.until(shows(100_00), "what is on the card")
        pay(theirs, "dintero", 30_00)
        ours.until(shows(70_00), "what the neighbour left")
