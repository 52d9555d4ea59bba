"""Pictures of the till for every screen of the back office, as the service would send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.host import Cause, Decline
from app.domain.ids import BusinessDay, TransactionId
from app.domain.messages import DeskAction
from app.domain.receipt import ReceiptMark
from app.domain.records import Settlement, TenderKind
from app.domain.report import CarriedItem, DayReport, Line
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import (
    Body,
    HourBar,
    JournalBody,
    ManagerBody,
    OperatorView,
    QueueBody,
    QueueRow,
    QueueTotals,
    ReceiptBody,
    RefundBody,
    ReportBody,
    Role,
    Screen,
    SignInBody,
    StopKind,
    StoppedBody,
    TillView,
    VoidBody,
    Why,
)
from tests.ui.samples import CARD, DAY, EMPTY_QUEUE, NOW, RECEIPT, RECEIPTS, ROOM, line, nok, picture

CLOSING = (DeskAction.OTHER_TENDER, DeskAction.MONEY_GIVEN_BACK, DeskAction.WRITTEN_OFF)
PEOPLE = (
    OperatorView("ingrid", "Ingrid", Role.CASHIER),
    OperatorView("jonas", "Jonas", Role.CASHIER),
    OperatorView("maja", "Maja-Kristine Nordahl", Role.MANAGER),
)


def queue_row(number: int, state: State, minor: int, minutes: int, **changes: object) -> QueueRow:
    row = QueueRow(
        transaction_id=TransactionId(f"{number:032x}"),
        at=NOW - timedelta(minutes=minutes),
        verb=Verb.REDEEM,
        last4="0048",
        amount=nok(minor),
        state=state,
        tries=0,
        reason="",
        stan=f"{number:06d}",
        face="swedbankpay",
        business_day=DAY,
        overdue=False,
        at_desk=False,
        unconfirmed=False,
        actions=(),
    )
    # a test's own keywords: a wrong name is an error at once
    return replace(row, **changes)  # type: ignore[arg-type]


DISPUTED = queue_row(
    51, State.DISPUTED, 1250, 90, at_desk=True, tries=2, reason=Decline.INSUFFICIENT.value,
    actions=(DeskAction.RETRY, *CLOSING),
)  # fmt: skip
ATTENTION = queue_row(
    44, State.ATTENTION, 129900, 1500, at_desk=True, tries=6, reason=Cause.MISMATCH.value, last4="7713",
    business_day=BusinessDay("2026-11-20"), actions=(DeskAction.RETRY, *CLOSING),
)  # fmt: skip
ONCE = queue_row(
    43, State.ATTENTION, 20000, 1400, verb=Verb.ACTIVATE, at_desk=True, tries=1, reason=Cause.BROKEN.value,
    last4="2019", face="gr4vy", actions=(DeskAction.WENT_THROUGH, *CLOSING),
)  # fmt: skip
UNCONFIRMED = queue_row(
    49, State.APPROVED, 4500, 200, at_desk=True, unconfirmed=True, tries=1,
    actions=(DeskAction.KEEP, DeskAction.REVERSE),
)  # fmt: skip
STORED = queue_row(55, State.STORED, 8000, 21, actions=(DeskAction.REVERSE,))
ROWS = (
    DISPUTED,
    ATTENTION,
    UNCONFIRMED,
    queue_row(53, State.FORWARDING, 25000, 34, tries=3, reason=Cause.BROKEN.value, last4="9912"),
    STORED,
    queue_row(56, State.STORED, 50000, 10, verb=Verb.RELOAD, last4="3301", overdue=True, actions=(DeskAction.REVERSE,)),
    *(queue_row(60 + n, State.STORED, 9900 + n, 9 - n, actions=(DeskAction.REVERSE,)) for n in range(6)),
)
TOTALS = QueueTotals(17, nok(1734550), NOW - timedelta(minutes=25), at_desk=3, alarm=False)
REPORT = DayReport(
    number=0,
    business_day=DAY,
    verbs=(
        (Verb.REDEEM, Line(41, nok(1834550))),
        (Verb.RELOAD, Line(6, nok(250000))),
        (Verb.ISSUE, Line(3, nok(300000))),
        (Verb.REFUND, Line(1, nok(4500))),
        (Verb.REVERSE, Line(2, nok(12900))),
        (Verb.TRANSFER, Line(1, nok(50000))),
        (Verb.CASH_OUT, Line(2, nok(6100))),
        (Verb.SHARE, Line(3, nok(0))),
    ),
    sales=Line(41, nok(1834550)),
    loads=Line(9, nok(550000)),
    tenders=((TenderKind.CASH, Line(7, nok(208900))), (TenderKind.BANK_CARD, Line(7, nok(402500)))),
    given_back=Line(3, nok(17400)),
    loads_back=Line(1, nok(50000)),
    paid_out=Line(2, nok(6100)),
    paid_out_back=Line(0, nok(0)),
    unsent=Line(17, nok(1734550)),
    unknown=Line(1, nok(129900)),
    disputed=Line(1, nok(1250)),
    declined=Line(4, nok(88000)),
    settled=((Settlement.WRITTEN_OFF, Line(1, nok(2500))),),
    carried=(
        CarriedItem("000044", BusinessDay("2026-11-20"), Verb.REDEEM, "ATTENTION", nok(129900)),
        CarriedItem("000051", DAY, Verb.REDEEM, "DISPUTED", nok(1250)),
        CarriedItem("000055", DAY, Verb.REDEEM, "STORED", nok(8000)),
    ),
    first_seq=1201,
    last_seq=1467,
    head="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    training=True,
)
QUIET = replace(
    REPORT, verbs=(), sales=Line(0, nok(0)), loads=Line(0, nok(0)), tenders=(), given_back=Line(0, nok(0)),
    loads_back=Line(0, nok(0)), paid_out=Line(0, nok(0)), unsent=Line(0, nok(0)), unknown=Line(0, nok(0)),
    disputed=Line(0, nok(0)), declined=Line(0, nok(0)), settled=(), carried=(),
)  # fmt: skip
HOURS = tuple(
    HourBar(hour, nok(paid), nok(loaded))
    for hour, paid, loaded in ((8, 64000, 0), (9, 210000, 50000), (10, 480550, 100000), (11, 820000, 300000),
                               (12, 260000, 100000))
)  # fmt: skip
JOURNAL = tuple(
    line(57 - n, verb, 25000 + 1750 * n, state, n * 37, offline=state is State.STORED)
    for n, (verb, state) in enumerate(
        (
            (Verb.REDEEM, State.APPROVED),
            (Verb.RELOAD, State.APPROVED),
            (Verb.REDEEM, State.STORED),
            (Verb.REDEEM, State.DECLINED),
            (Verb.REFUND, State.APPROVED),
            (Verb.ISSUE, State.APPROVED),
            (Verb.REDEEM, State.DISPUTED),
            (Verb.REDEEM, State.REVERSED),
            (Verb.REVERSE, State.APPROVED),
            (Verb.REDEEM, State.UNKNOWN),
            (Verb.REDEEM, State.CANCELLED),
            (Verb.REDEEM, State.CLOSED),
            (Verb.REDEEM, State.APPROVED),
        )
    )
)
TID = RECEIPTS[0].transaction_id
PENDING = replace(RECEIPT, mark=ReceiptMark.PENDING, after=None, before=None, check="000057-KT", copy=2, keyed=True)

BODIES: Mapping[str, tuple[Screen, Body]] = {
    "sign-in": (Screen.SIGN_IN, SignInBody(PEOPLE, ("1111", "2222", "9999"))),
    "sign-in-wrong": (Screen.SIGN_IN, SignInBody(PEOPLE, ("1111", "2222", "9999"), failed=True)),
    "sign-in-wait": (Screen.SIGN_IN, SignInBody(PEOPLE, (), failed=True, wait_seconds=30)),
    "refund": (Screen.REFUND, RefundBody(None, None)),
    "refund-found": (Screen.REFUND, RefundBody(RECEIPTS[0], nok(17000))),
    "void": (Screen.VOID, VoidBody(RECEIPTS[0], CARD)),
    "void-offline": (Screen.VOID, VoidBody(RECEIPTS[2], None)),
    "queue": (Screen.QUEUE, QueueBody(TOTALS, ROWS, 5, None)),
    "queue-sending": (
        Screen.QUEUE,
        QueueBody(replace(TOTALS, alarm=True), (STORED, *ROWS[3:]), 0, (12, 17)),
    ),
    "queue-empty": (Screen.QUEUE, QueueBody(EMPTY_QUEUE, (), 0, None)),
    "manager": (
        Screen.MANAGER,
        ManagerBody(DAY, REPORT, TOTALS, (DISPUTED, ATTENTION, UNCONFIRMED), HOURS, ROOM, allowed=True),
    ),
    "manager-calm": (
        Screen.MANAGER,
        ManagerBody(DAY, QUIET, EMPTY_QUEUE, (), (), replace(ROOM, enabled=False), allowed=True),
    ),
    "report-x": (Screen.REPORT, ReportBody(0, REPORT, can_close=True)),
    "report-z": (Screen.REPORT, ReportBody(12, replace(REPORT, number=12, training=False), can_close=False)),
    "journal": (Screen.JOURNAL, JournalBody(JOURNAL, 1140)),
    "journal-empty": (Screen.JOURNAL, JournalBody((), None)),
    "receipt": (Screen.RECEIPT, ReceiptBody(TID, RECEIPT, 0)),
    "receipt-pending": (Screen.RECEIPT, ReceiptBody(TID, PENDING, 2)),
    "stopped": (Screen.STOPPED, StoppedBody(StopKind.JOURNAL_OLD, "journal 1467, witness 1502")),
    "stopped-full": (Screen.STOPPED, StoppedBody(StopKind.DISK_FULL)),
}


def office(name: str, **changes: object) -> TillView:
    """The whole picture of one of :data:`BODIES`: a manager at the till, nobody where somebody must sign in."""
    screen, body = BODIES[name]
    operator = None if screen in (Screen.SIGN_IN, Screen.STOPPED) else PEOPLE[2]
    home = picture("home")
    whys = {Screen.SIGN_IN: Why.SIGN_IN_FIRST, Screen.STOPPED: Why.STOPPED}
    tasks = tuple(replace(task, why=whys.get(screen)) for task in home.tasks)
    queue = body.totals if isinstance(body, QueueBody) else EMPTY_QUEUE if name == "manager-calm" else TOTALS
    strip = replace(home.strip, queue=queue)
    view = replace(home, screen=screen, body=body, operator=operator, tasks=tasks, strip=strip)
    return replace(view, **changes)  # type: ignore[arg-type]
