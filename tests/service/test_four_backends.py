"""One till, four backends, a reader and a scanner on real lines: the card picks the backend, and its money is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain import messages as m
from app.domain.card import CardSecret, Pan, presented
from app.domain.messages import ReaderState, Task
from app.domain.money import Currency, Money
from app.domain.verb import Printed
from app.domain.view import KeyCardBody, NoticeKind, OutcomeBody, OutcomeKind, PinBody, Screen, SheetBody, TillView
from app.issuer.faces.registry import ALL_FACES
from app.service.peripherals import READER, SCANNER
from hardware.frames.swipe import SWIPE_WINDOW_SECONDS
from hardware.virtual.reader import VirtualReader
from hardware.virtual.scanner import VirtualScanner
from tests.service.live import Live, live


class Shop:
    """A till with its devices."""

    def __init__(self, till: Live, reader: VirtualReader, scanner: VirtualScanner) -> None:
        self.till = till
        self.reader = reader
        self.scanner = scanner

    def pay(self, minor: int) -> None:
        self.till.say(m.Start(Task.PAY), m.AmountEntered(Money(minor, Currency.NOK)))
        self.till.screen(Screen.AWAIT_CARD)

    def swipe(self, name: str, face: str) -> None:
        time.sleep(SWIPE_WINDOW_SECONDS * 1.5)  # what follows sooner is another track of the card before
        self.reader.swipe(self.till.card(name, face)["track2"])

    def pin_pad(self, *, again: bool) -> PinBody:
        def asked(view: TillView) -> bool:
            return isinstance(view.body, PinBody) and view.body.wrong_before is again

        body = self.till.until(asked, "the PIN pad").body
        assert isinstance(body, PinBody)
        return body

    def outcome(self) -> OutcomeBody:
        body = self.till.screen(Screen.OUTCOME).body
        assert isinstance(body, OutcomeBody)
        return body


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("four")
    with VirtualReader(folder / "reader") as reader, VirtualScanner(folder / "scanner") as scanner:
        devices = {READER: ("ascii", reader.name), SCANNER: ("lines", scanner.name)}
        with live(folder / "till", ALL_FACES, devices) as till:
            till.until(
                lambda view: (view.strip.reader, view.strip.scanner) == (ReaderState.READY, ReaderState.READY),
                "reader and scanner are ready",
            )
            yield Shop(till, reader, scanner)


@pytest.fixture(autouse=True)
def at_home(shop: Shop) -> Iterator[None]:
    yield
    for _ in range(3):
        shop.till.say(m.Back())
    shop.till.screen(Screen.HOME)


@pytest.mark.parametrize(
    ("face", "title"), [("swedbankpay", "Gift card"), ("parpay", "Meal card"), ("dintero", "Web card")]
)
def test_a_swiped_card_is_paid_with_at_its_own_backend(shop: Shop, face: str, title: str) -> None:
    before = {name: shop.till.balance(face=name) for name in ALL_FACES}
    shop.pay(7_00)
    shop.swipe("ordinary", face)
    outcome = shop.outcome()
    assert outcome.kind is OutcomeKind.APPROVED
    assert outcome.card is not None
    assert (outcome.card.face, outcome.card.programme) == (face, title)
    assert outcome.receipt is not None
    assert not outcome.receipt.scanned
    after = {name: shop.till.balance(face=name) for name in ALL_FACES}
    assert after == before | {face: before[face] - 7_00}


def test_a_scanned_code_pays_at_its_own_backend_and_says_so(shop: Shop) -> None:
    before = shop.till.balance(face="dintero")
    shop.pay(3_00)
    shop.scanner.scan(shop.till.card(face="dintero")["code"])
    outcome = shop.outcome()
    assert outcome.kind is OutcomeKind.APPROVED
    assert outcome.receipt is not None
    assert outcome.receipt.scanned
    assert shop.till.balance(face="dintero") == before - 3_00


@pytest.mark.parametrize("face", ["swedbankpay", "parpay", "dintero"])
def test_a_pin_goes_to_each_backend_as_its_wire_wants_it(shop: Shop, face: str) -> None:
    card = shop.till.card("pin", face)
    shop.pay(5_00)
    shop.swipe("pin", face)
    wrong = "".join(str(9 - int(digit)) for digit in card["pin"])
    for pin in (wrong, card["pin"]):
        body = shop.pin_pad(again=pin != wrong)
        assert body.in_clear is (face != "swedbankpay")
        for digit in pin:
            shop.till.till.pin.digit(int(digit))
        shop.till.till.pin.done()
    assert shop.outcome().kind is OutcomeKind.APPROVED
    assert shop.till.balance("pin", face) == card["balance"] - 5_00
    kept = b"".join(path.read_bytes() for path in shop.till.data.rglob("*") if path.is_file())
    assert len(card["pin"]) == 4
    for secret in (card["number"], card["code"] or card["number"]):
        assert secret.encode() not in kept


@pytest.mark.parametrize("face", ["gr4vy", "parpay"])
def test_what_is_printed_on_a_keyed_card_travels_with_it_and_rests_nowhere(shop: Shop, face: str) -> None:
    """The PIN of Gr4vy, the passcode of PAR Pay: no pad opens, because the cashier has keyed it already."""
    card = shop.till.card("pin", face)
    if face == "parpay":  # the till knows already that this card asks for it
        shop.pay(2_00)
        shop.till.say(shop.till.track("pin", face))  # not by the reader, which drops the same card at once again
        shop.till.screen(Screen.PIN)
        shop.till.till.pin.cancel()
        shop.outcome()
        shop.till.say(m.Back(), m.Back())
        shop.till.screen(Screen.HOME)
    shop.pay(2_00)
    shop.till.say(m.KeyCard(), m.CardKeyed(CardSecret(Pan(card["number"]), None, card["pin"])))
    outcome = shop.outcome()
    assert outcome.kind is OutcomeKind.APPROVED
    assert outcome.receipt is not None
    assert outcome.receipt.keyed
    assert shop.till.balance("pin", face) == card["balance"] - 2_00
    kept = b"".join(path.read_bytes() for path in shop.till.data.rglob("*") if path.is_file())
    assert card["number"].encode() not in kept
    if len(card["pin"]) > 4:  # four digits may stand anywhere by chance
        assert card["pin"].encode() not in kept


def test_a_wrong_pin_of_a_keyed_card_is_told_and_nothing_is_taken(shop: Shop) -> None:
    card = shop.till.card("low", "gr4vy")
    shop.pay(2_00)
    shop.till.say(m.KeyCard(), m.CardKeyed(CardSecret(Pan(card["number"]), None, "99999")))
    assert shop.outcome().kind is OutcomeKind.DECLINED
    assert shop.till.balance("low", "gr4vy") == card["balance"]


def test_a_keyed_code_pays_as_a_scanned_one_does(shop: Shop) -> None:
    before = shop.till.card("low", "dintero")
    shop.pay(1_00)
    shop.till.say(m.KeyCard(), m.CardKeyed(CardSecret(presented(before["code"]))))
    outcome = shop.outcome()
    assert outcome.kind is OutcomeKind.APPROVED
    assert outcome.card is not None
    assert outcome.card.keyed
    assert shop.till.balance("low", "dintero") == before["balance"] - 1_00


def test_the_form_knows_what_each_backend_reads(shop: Shop) -> None:
    shop.till.say(m.KeyCard())
    body = shop.till.screen(Screen.KEY_CARD).body
    assert isinstance(body, KeyCardBody)
    assert [(kind.programme, kind.printed, kind.reads_expiry, kind.code_prefixes) for kind in body.kinds] == [
        ("Gift card", Printed.CVC, True, ()),
        ("Meal card", Printed.PASSCODE, False, ()),
        ("City card", Printed.PIN, False, ()),
        ("Web card", Printed.NOTHING, False, ("DINCARD:",)),
    ]


def test_a_scanned_code_at_home_opens_its_card(shop: Shop) -> None:
    card = shop.till.card("low", "dintero")
    shop.scanner.scan(card["code"])
    view = shop.till.until(
        lambda view: isinstance(view.body, SheetBody) and not view.body.asking, "the sheet with its balance"
    )
    assert isinstance(view.body, SheetBody)
    assert (view.body.balance, view.body.card.scanned) == (Money(card["balance"], Currency.NOK), True)


def test_a_scanner_that_is_unplugged_is_told_and_comes_back(shop: Shop) -> None:
    shop.scanner.unplug()
    shop.till.until(lambda view: view.strip.scanner in (ReaderState.LOST, ReaderState.MISSING), "no scanner")
    shop.scanner.replug()
    shop.till.until(lambda view: view.strip.scanner is ReaderState.READY, "a scanner again")
    assert shop.till.view is not None
    assert shop.till.view.strip.reader is ReaderState.READY


def test_a_broken_scan_is_told_and_a_bank_card_is_dropped(shop: Shop) -> None:
    shop.scanner.send(b"GAVE:bl\xc3\xa5b\xc3\xa6r\r")
    view = shop.till.until(lambda view: view.notice is not None and view.notice.kind is NoticeKind.BAD_SWIPE, "told")
    shop.scanner.scan("4111111111111111")
    view = shop.till.until(lambda view: view.notice is not None and view.notice.kind is NoticeKind.CARD_REFUSED, "told")
    assert view.screen is Screen.HOME
