"""Pictures of the till for every selling screen, as the service would send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.card import Expiry, IssuedSecret, Pan
from app.domain.host import Cause, Decline
from app.domain.ids import BusinessDay, TransactionId
from app.domain.messages import ReaderState, Task
from app.domain.money import Currency, Money
from app.domain.product import BasketLine, Unit
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.records import SaleKind, TenderKind
from app.domain.transaction import State
from app.domain.verb import Printed, Verb
from app.domain.view import (
    AmountBody,
    AskingBody,
    AwaitCardBody,
    BackendLamp,
    Body,
    CardView,
    ConflictBody,
    HomeBody,
    KeyCardBody,
    KeyedKind,
    Lamp,
    NewCardBody,
    Notice,
    NoticeKind,
    OfflineRoom,
    OperatorView,
    OutcomeBody,
    OutcomeKind,
    PickProgrammeBody,
    PinBody,
    QueueTotals,
    ReceiptLine,
    Role,
    Screen,
    SheetBody,
    Strip,
    TaskView,
    TenderBody,
    TillView,
    Why,
)

NOW = datetime(2026, 11, 21, 11, 41, tzinfo=UTC)
DAY = BusinessDay("2026-11-21")
CARD = CardView("0048", "Stanchion Gift Card", "swedbankpay", "12/28", keyed=False)
OTHER_CARD = CardView("7713", "Winter Card", "swedbankpay", "", keyed=True)


def nok(minor: int) -> Money:
    return Money(minor, Currency.NOK)


def line(
    number: int, verb: Verb, minor: int, state: State = State.APPROVED, minutes: int = 0, *, offline: bool = False
) -> ReceiptLine:
    at = NOW - timedelta(minutes=minutes)
    return ReceiptLine(TransactionId(f"{number:032x}"), at, verb, nok(minor), state, offline, f"{number:06d}")


RECEIPTS = (
    line(57, Verb.REDEEM, 25000, minutes=2),
    line(56, Verb.RELOAD, 50000, minutes=10),
    line(55, Verb.REDEEM, 8000, State.STORED, minutes=21, offline=True),
    line(54, Verb.REDEEM, 129900, minutes=34),
    line(53, Verb.REFUND, 4500, minutes=51),
    line(52, Verb.ISSUE, 100000, minutes=75),
    line(51, Verb.REDEEM, 1250, State.DISPUTED, minutes=90),
)
QUEUE = QueueTotals(3, nok(125000), NOW - timedelta(minutes=4), at_desk=1)
EMPTY_QUEUE = QueueTotals(0, nok(0), None)
ROOM = OfflineRoom(True, nok(425000), nok(500000), 48, 50, nok(50000))
TASKS = (
    *(TaskView(t) for t in (Task.BALANCE, Task.PAY, Task.LOAD, Task.SELL, Task.REFUND)),
    TaskView(Task.VOID, Why.NOTHING_TO_VOID),
    TaskView(Task.QUEUE),
    TaskView(Task.MANAGER, Why.MANAGER_ONLY),
    TaskView(Task.JOURNAL),
    TaskView(Task.X_REPORT, Why.MANAGER_ONLY),
)
CATALOGUE = (
    BasketLine("0101", "Filter coffee", nok(3900)),
    BasketLine("0102", "Cinnamon bun", nok(4500), vat_rate=Decimal(15)),
    BasketLine("0103", "Open sandwich", nok(8900), vat_rate=Decimal(15)),
    BasketLine("0201", "Wool socks", nok(19900)),
    BasketLine("0202", "Paraffin", nok(2890), Decimal(1), Unit.LITRE),
    BasketLine("0301", "Newspaper", nok(4900), vat_rate=Decimal(0)),
)
RECEIPT = Receipt(
    verb=Verb.REDEEM,
    mark=ReceiptMark.FINAL,
    store="Torgallmenningen",
    terminal_id="2",
    operator="Ingrid",
    at=NOW,
    business_day=DAY,
    stan="000057",
    reference="6f1c0d7e-7f4e-4a6e-9a93-3d9c2f4f5b01",
    host_id="8827310",
    amount=nok(25000),
    after=nok(31550),
    before=nok(56550),
    rest=None,
    last4="0048",
    programme="Stanchion Gift Card",
    keyed=False,
    expiry="12/28",
    lines=(
        BasketLine("0103", "Open sandwich", nok(17800), Decimal(2), vat_rate=Decimal(15)),
        BasketLine("0102", "Cinnamon bun", nok(4500), vat_rate=Decimal(15)),
        BasketLine("0101", "Filter coffee", nok(2700)),
    ),
    training=True,
)
TID = TransactionId("0" * 31 + "1")


def outcome(kind: OutcomeKind, **changes: object) -> OutcomeBody:
    body = OutcomeBody(
        transaction_id=TID,
        kind=kind,
        sale_kind=SaleKind.PAY,
        verb=Verb.REDEEM,
        amount=nok(25000),
        balance=nok(31550),
        due=nok(25000),
        rest=nok(0),
        reason=None,
        offered=None,
        card=CARD,
        receipt=RECEIPT,
    )
    # a test's own keywords: a wrong name is an error at once
    return replace(body, **changes)  # type: ignore[arg-type]


SHEET_VERBS = (
    TaskView(Task.PAY),
    TaskView(Task.LOAD),
    TaskView(Task.REFUND),
    TaskView(Task.SELL, Why.LINE_DOWN),
)
SECRET = IssuedSecret(Pan("9578102500001234567"), "731", Expiry(2029, 11), "KX7Q-PLM2", "4821")

KINDS = (
    KeyedKind("Stanchion Gift Card", ("701336",), (), Printed.CVC, reads_expiry=True),
    KeyedKind("Meal Card", ("704128",), (), Printed.PASSCODE, reads_expiry=False),
    KeyedKind("City Card", ("701337",), (), Printed.PIN, reads_expiry=False),
    KeyedKind("Web Card", ("709913",), ("DINCARD:",), Printed.NOTHING, reads_expiry=False),
)

BODIES: Mapping[str, tuple[Screen, Body]] = {
    "home": (Screen.HOME, HomeBody(14, nok(412350), RECEIPTS[0])),
    "home-quiet": (Screen.HOME, HomeBody(0, nok(0))),
    "sheet": (Screen.SHEET, SheetBody(CARD, nok(56550), None, False, nok(0), None, None, SHEET_VERBS)),
    "sheet-remembered": (
        Screen.SHEET,
        SheetBody(CARD, nok(56550), NOW - timedelta(hours=3), False, nok(8000), nok(48550), None, SHEET_VERBS),
    ),
    "sheet-used-elsewhere": (
        Screen.SHEET,
        SheetBody(
            CARD, nok(56550), NOW - timedelta(hours=3), False, nok(0), None, None, SHEET_VERBS, used_elsewhere=True
        ),
    ),
    "sheet-asking": (Screen.SHEET, SheetBody(CARD, None, None, True, nok(0), None, None, SHEET_VERBS)),
    "sheet-refused": (
        Screen.SHEET,
        SheetBody(OTHER_CARD, None, None, False, nok(0), None, Decline.BLOCKED, ()),
    ),
    "amount": (Screen.AMOUNT, AmountBody(Task.PAY, None, None, nok(1000000), None, True, CATALOGUE)),
    "amount-card": (Screen.AMOUNT, AmountBody(Task.PAY, CARD, nok(56550), None, nok(25000), True, CATALOGUE)),
    "amount-load": (Screen.AMOUNT, AmountBody(Task.LOAD, CARD, nok(56550), nok(500000), None, False)),
    "await-card": (Screen.AWAIT_CARD, AwaitCardBody(Task.PAY, nok(25000), nok(25000), nok(0))),
    "await-card-rest": (Screen.AWAIT_CARD, AwaitCardBody(Task.PAY, nok(8000), nok(25000), nok(17000))),
    "key-card": (Screen.KEY_CARD, KeyCardBody(Task.PAY, nok(25000))),
    "key-card-four": (Screen.KEY_CARD, KeyCardBody(Task.PAY, nok(25000), KINDS)),
    "pick-programme": (
        Screen.PICK_PROGRAMME,
        PickProgrammeBody("0048", ("Stanchion Gift Card", "Winter Card", "Torget Centre Card")),
    ),
    "conflict": (Screen.CONFLICT, ConflictBody(CARD, OTHER_CARD)),
    "pin": (Screen.PIN, PinBody(TID, nok(25000), CARD)),
    "pin-again": (Screen.PIN, PinBody(TID, nok(25000), CARD, wrong_before=True)),
    "asking": (
        Screen.ASKING,
        AskingBody(TID, Verb.REDEEM, nok(25000), "Swedbank Pay", NOW - timedelta(seconds=2), True, False),
    ),
    "asking-long": (
        Screen.ASKING,
        AskingBody(TID, Verb.REDEEM, nok(25000), "Swedbank Pay", NOW - timedelta(seconds=11), True, False),
    ),
    "asking-abandoned": (
        Screen.ASKING,
        AskingBody(TID, Verb.REDEEM, nok(25000), "Swedbank Pay", NOW - timedelta(seconds=14), True, True),
    ),
    "outcome-approved": (Screen.OUTCOME, outcome(OutcomeKind.APPROVED)),
    "outcome-part": (
        Screen.OUTCOME,
        outcome(OutcomeKind.APPROVED, amount=nok(17000), balance=nok(0), rest=nok(8000)),
    ),
    "outcome-stored": (
        Screen.OUTCOME,
        outcome(
            OutcomeKind.STORED,
            balance=None,
            receipt=replace(RECEIPT, mark=ReceiptMark.PENDING, after=None, check="000057-KT"),
        ),
    ),
    "outcome-declined": (
        Screen.OUTCOME,
        outcome(
            OutcomeKind.DECLINED,
            balance=nok(4000),
            rest=nok(25000),
            reason=Decline.INSUFFICIENT,
            offered=nok(4000),
            receipt=None,
        ),
    ),
    "outcome-blocked": (
        Screen.OUTCOME,
        outcome(OutcomeKind.DECLINED, balance=None, rest=nok(25000), reason=Decline.BLOCKED, receipt=None),
    ),
    "outcome-checking": (
        Screen.OUTCOME,
        outcome(
            OutcomeKind.CHECKING,
            balance=None,
            reason=Cause.TIMEOUT,
            receipt=replace(RECEIPT, mark=ReceiptMark.CHECKING, after=None),
        ),
    ),
    "outcome-loaded": (
        Screen.OUTCOME,
        outcome(OutcomeKind.APPROVED, sale_kind=SaleKind.LOAD, verb=Verb.RELOAD, balance=nok(81550), receipt=None),
    ),
    "tender": (
        Screen.TENDER,
        TenderBody(SaleKind.PAY, nok(25000), nok(8000), (TenderKind.CASH, TenderKind.BANK_CARD, TenderKind.OTHER)),
    ),
    "tender-load": (
        Screen.TENDER,
        TenderBody(SaleKind.LOAD, nok(50000), nok(50000), (TenderKind.CASH, TenderKind.BANK_CARD)),
    ),
    "new-card": (Screen.NEW_CARD, NewCardBody(TID, nok(50000), "Stanchion Gift Card", SECRET, confirmed=False)),
}


def picture(name: str, **changes: object) -> TillView:
    """The whole picture of one of :data:`BODIES`."""
    screen, body = BODIES[name]
    view = TillView(
        screen=screen,
        body=body,
        terminal_id="2",
        store="Torgallmenningen",
        training=True,
        currency=Currency.NOK,
        business_day=DAY,
        operator=OperatorView("ingrid", "Ingrid", Role.CASHIER),
        tasks=TASKS,
        strip=Strip(
            ReaderState.READY,
            "/dev/ttyUSB0",
            Lamp.GOOD,
            (BackendLamp("swedbankpay", "Swedbank Pay", Lamp.GOOD, 180),),
            QUEUE,
        ),
        receipts=RECEIPTS,
        offline=ROOM,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def stormy(name: str) -> TillView:
    """The same on a bad day: line cut, slow backend, reader gone, a notice up."""
    strip = Strip(
        ReaderState.LOST,
        "/dev/ttyUSB0",
        Lamp.BAD,
        (BackendLamp("swedbankpay", "Swedbank Pay", Lamp.WARN, 1830),),
        replace(QUEUE, count=17, amount=nok(1734550), alarm=True),
        printer=Lamp.BAD,
    )
    room = replace(ROOM, amount_left=nok(41500), count_left=5)
    return picture(name, strip=strip, line_cut=True, offline=room, notice=Notice(NoticeKind.LINE_CUT, 1))
