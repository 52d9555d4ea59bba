"""Pictures of the till for every screen of the further verbs, as the service would send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QLabel, QWidget

from app.domain.card import IssuedBatch, IssuedSecret, IssuedToken, Pan
from app.domain.host import Cause, Decline
from app.domain.job import CARD_TASKS, MORE_TASKS, Question
from app.domain.messages import Task
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.records import SaleKind, TenderKind
from app.domain.verb import Verb
from app.domain.view import (
    AmountBody,
    AskingBody,
    AwaitCardBody,
    Body,
    CardView,
    ConfirmBody,
    NewCardBody,
    OutcomeBody,
    OutcomeKind,
    PickProgrammeBody,
    PinBody,
    QuestionBody,
    Screen,
    SheetBody,
    SourceRow,
    SourcesBody,
    TaskView,
    TenderBody,
    TillView,
    Warn,
    Why,
)
from app.ui.widgets.buttons import TaskButton
from tests.ui import samples
from tests.ui.samples import CARD, NOW, OTHER_CARD, RECEIPT, TID, nok, outcome, picture
from tests.ui.window import Rig, settle

PAR = "PAR Pay"
DINTERO = "Dintero"
PAR_CARD = CardView("7713", "Torget Centre Card", "parpay", "12/28", keyed=False)
STORED = CardView("0204", "Torget Centre Card", "parpay", "", keyed=False)
KARI = "kari.nordmann@example.no"
LONG = "a.very.long.name.indeed.of.somebody.with.many.names@department.company.example.com"
WHYS = {
    Task.TRANSFER: Why.NOTHING_ON_IT,
    Task.SHARE: Why.STORED_ONLY,
    Task.GIFT: Why.STORED_ONLY,
    Task.PREFER: Why.STORED_ONLY,
    Task.ACTIVATE: Why.CARD_ONLY,
    Task.NEW_PIN: Why.MANAGER_ONLY,
    Task.DELETE: Why.MANAGER_ONLY,
    Task.NEW_CODE: Why.LINE_DOWN,
    Task.STOP_LIST: None,
    Task.RESERVATIONS: Why.NO_RESERVATION,
    Task.RANGE: Why.MANAGER_ONLY,
    Task.BLANKS: Why.MANAGER_ONLY,
    Task.ALL_CARDS: Why.MANAGER_ONLY,
}
MORE = tuple(TaskView(task, WHYS.get(task)) for task in MORE_TASKS)
ALL_DIM = tuple(TaskView(task, Why.STORED_ONLY) for task in MORE_TASKS)


def views(*tasks: Task, why: Why | None = None) -> tuple[TaskView, ...]:
    return tuple(TaskView(task, why or WHYS.get(task)) for task in tasks)


EVERYTHING = views(*(task for task in CARD_TASKS if task is not Task.ENTER_PIN))
FOURTEEN = views(
    Task.PAY, Task.LOAD, Task.BALANCE, Task.ACTIVATE, Task.TRANSFER, Task.COMBINE, Task.SAVE, Task.SHARE, Task.GIFT,
    Task.RESERVE, Task.CASH_OUT, Task.NEW_PIN, Task.DELETE, Task.STOP,
)  # fmt: skip
PIN_VERBS = (
    TaskView(Task.ENTER_PIN),
    *views(Task.PAY, Task.LOAD, Task.BALANCE, Task.RESERVE, Task.CASH_OUT, Task.NEW_PIN, Task.NEW_CODE, Task.DELETE),
    TaskView(Task.STOP),
)
SHEET = SheetBody(PAR_CARD, nok(56550), None, False, nok(0), None, None, FOURTEEN)

BATCH = IssuedBatch(
    tuple(
        IssuedSecret(Pan(f"9578102500001{n:06d}"), code=f"KX7Q-PL{n:02d}", pin=f"{4821 + n}", label=f"BOX1-{n:04d}")
        for n in range(1, 51)
    )
)
PIN_ONLY = IssuedToken(pin="482193")
CODE_ONLY = IssuedToken(code="KX7Q-PLM2-88QD")
ADDRESS = IssuedToken(url="https://cards.example.com/gift/2f9c1b7e-4a6e-4f60-9a93-3d9c2f4f5b01?lang=nb")


def given_out(secret: IssuedSecret | IssuedToken | IssuedBatch, verb: Verb, minor: int = 0) -> NewCardBody:
    return NewCardBody(TID, nok(minor), "Torget Centre Card", secret, confirmed=False, verb=verb)


def slip(verb: Verb, minor: int, **changes: object) -> Receipt:
    base = replace(
        RECEIPT, verb=verb, amount=nok(minor), before=None, after=None, rest=None, lines=(), last4="7713",
        programme="Torget Centre Card",
    )  # fmt: skip
    # a test's own keywords: a wrong name is an error at once
    return replace(base, **changes)  # type: ignore[arg-type]


def deed(verb: Verb, kind: OutcomeKind = OutcomeKind.APPROVED, minor: int = 0, **changes: object) -> OutcomeBody:
    """An outcome of one of the further verbs: no sale stands behind it unless it says so."""
    known: dict[str, object] = {
        "verb": verb, "amount": nok(minor), "balance": None, "due": nok(minor), "sale_kind": None, "card": PAR_CARD,
        "tender_possible": False, "receipt": slip(verb, minor) if kind is OutcomeKind.APPROVED else None,
    }  # fmt: skip
    return outcome(kind, **(known | changes))


def question(task: Task, asked: Question, backend: str = PAR, **changes: object) -> tuple[Screen, Body]:
    body = QuestionBody(task, asked, backend, most=200, numbers=backend != DINTERO)
    # likewise
    return Screen.QUESTION, replace(body, **changes)  # type: ignore[arg-type]


SOURCES = (
    SourceRow(replace(OTHER_CARD, last4="5520"), nok(10000)),
    SourceRow(replace(PAR_CARD, last4="3301"), nok(2550)),
    SourceRow(replace(PAR_CARD, last4="9912"), None),
)

BODIES: Mapping[str, tuple[Screen, Body]] = {
    "sheet-many": (Screen.SHEET, SHEET),
    "sheet-pin": (
        Screen.SHEET,
        replace(SHEET, balance=None, pin_first=True, verbs=PIN_VERBS, card=replace(CARD, programme="Dintero Gift")),
    ),
    "sheet-stored": (
        Screen.SHEET,
        replace(SHEET, card=STORED, stored=True, customer="kari-nordmann-0041", balance=nok(120000)),
    ),
    "sheet-stopped": (
        Screen.SHEET,
        replace(
            SHEET, stopped="Reported stolen by its owner on the telephone", verbs=(
                *views(Task.PAY, Task.LOAD, why=Why.CARD_STOPPED), TaskView(Task.BALANCE),
                *views(Task.TRANSFER, Task.COMBINE, Task.SAVE, why=Why.CARD_STOPPED),
            ),
        ),
    ),
    "sheet-offline": (
        Screen.SHEET,
        replace(
            SHEET, as_of=NOW - timedelta(hours=3), unsent=nok(8000), available_offline=nok(48550),
            verbs=(*views(Task.PAY, Task.LOAD), *(replace(v, why=Why.LINE_DOWN) for v in FOURTEEN[2:13]), FOURTEEN[13]),
        ),
    ),
    "amount-transfer": (
        Screen.AMOUNT, AmountBody(Task.TRANSFER, PAR_CARD, nok(56550), nok(56550), nok(56550), False),
    ),
    "amount-activate": (Screen.AMOUNT, AmountBody(Task.ACTIVATE, PAR_CARD, None, None, None, False)),
    "amount-range": (Screen.AMOUNT, AmountBody(Task.RANGE, None, None, None, None, False)),
    "amount-capture": (Screen.AMOUNT, AmountBody(Task.CAPTURE, CARD, None, nok(80000), nok(80000), False)),
    "amount-cash-out": (Screen.AMOUNT, AmountBody(Task.CASH_OUT, CARD, nok(2550), nok(2550), nok(2550), False)),
    "await-transfer": (Screen.AWAIT_CARD, AwaitCardBody(Task.TRANSFER, nok(0), nok(0), nok(0))),
    "await-stop": (Screen.AWAIT_CARD, AwaitCardBody(Task.STOP, nok(0), nok(0), nok(0))),
    "await-reserve": (Screen.AWAIT_CARD, AwaitCardBody(Task.RESERVE, nok(80000), nok(80000), nok(0))),
    "pick-sold": (Screen.PICK_PROGRAMME, PickProgrammeBody("", ("Stanchion Gift Card", "Torget Centre Card"))),
    "pick-customer": (
        Screen.PICK_PROGRAMME,
        PickProgrammeBody("", ("Torget Centre Card", "Dintero Gift", "Gr4vy Vault"), Task.CUSTOMER),
    ),
    "pin-to-see": (Screen.PIN, PinBody(TID, nok(0), CARD)),
    "question-customer": question(Task.SAVE, Question.CUSTOMER, card=PAR_CARD, most=64),
    "question-list": question(Task.CUSTOMER, Question.CUSTOMER, most=64, suggested="kari-nordmann-0041"),
    "question-share": question(Task.SHARE, Question.RECIPIENT, card=STORED),
    "question-gift": question(Task.GIFT, Question.RECIPIENT, card=STORED, suggested=KARI),
    "question-wrong": question(Task.GIFT_NEW, Question.RECIPIENT, wrong=True, suggested="kari"),
    "question-reason": question(Task.STOP, Question.REASON, card=PAR_CARD),
    "question-first-id": question(Task.RANGE, Question.FIRST, DINTERO, suggested="BOX1-0001", most=64),
    "question-last": question(Task.RANGE, Question.LAST, "Swedbank Pay", numbers=True, wrong=True, most=19),
    "question-hours": question(Task.NEW_CODE, Question.COUNT, DINTERO, card=CARD, most=744, suggested="24"),
    "question-blanks": question(Task.BLANKS, Question.COUNT, DINTERO, most=500),
    "sources-none": (Screen.SOURCES, SourcesBody(PAR_CARD, nok(56550), (), nok(0), asking=False, most=20)),
    "sources-asking": (Screen.SOURCES, SourcesBody(PAR_CARD, nok(56550), SOURCES[:1], nok(10000), True, 20)),
    "sources-some": (Screen.SOURCES, SourcesBody(PAR_CARD, nok(56550), SOURCES, nok(12550), False, 20)),
    "confirm-transfer": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.TRANSFER, PAR, PAR_CARD, nok(56550), nok(56550), end_source=True, end_possible=True,
            warnings=(Warn.BALANCE_MOVES, Warn.SOURCE_ENDS, Warn.NO_UNDO),
        ),
    ),
    "confirm-transfer-part": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.TRANSFER, PAR, PAR_CARD, nok(56550), nok(20000), end_source=False,
            warnings=(Warn.BALANCE_MOVES, Warn.NO_UNDO),
        ),
    ),
    "confirm-combine": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.COMBINE, PAR, PAR_CARD, nok(56550), nok(12550), sources=SOURCES,
            warnings=(Warn.SOURCES_END, Warn.NO_UNDO),
        ),
    ),
    "confirm-share": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.SHARE, PAR, STORED, nok(120000), customer="kari-nordmann-0041", recipient=KARI,
            warnings=(Warn.BOTH_USE_IT,),
        ),
    ),
    "confirm-gift": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.GIFT, PAR, STORED, nok(120000), customer="kari-nordmann-0041", recipient=LONG,
            warnings=(Warn.LEAVES_OWNER, Warn.NO_UNDO),
        ),
    ),
    "confirm-delete": (
        Screen.CONFIRM,
        ConfirmBody(Task.DELETE, DINTERO, CARD, nok(2550), warnings=(Warn.CARD_ENDS, Warn.NO_UNDO)),
    ),
    "confirm-new-pin": (
        Screen.CONFIRM,
        ConfirmBody(Task.NEW_PIN, DINTERO, CARD, nok(2550), warnings=(Warn.OLD_PIN_DIES, Warn.TOLD_ONCE)),
    ),
    "confirm-range": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.RANGE, "Swedbank Pay", amount=nok(1000000), each=nok(20000), first="9578102500000048",
            last="9578102500000543", count=50, warnings=(Warn.EACH_IS_ONE,),
        ),
    ),
    "confirm-blanks": (
        Screen.CONFIRM, ConfirmBody(Task.BLANKS, DINTERO, count=50, warnings=(Warn.TOLD_ONCE,)),
    ),
    "confirm-release": (
        Screen.CONFIRM,
        ConfirmBody(Task.RELEASE, "Swedbank Pay", CARD, amount=nok(80000), warnings=(Warn.RESERVATION_ENDS,)),
    ),
    "confirm-cash-out": (
        Screen.CONFIRM,
        ConfirmBody(
            Task.CASH_OUT, DINTERO, CARD, nok(2550), nok(2550), warnings=(Warn.CASH_FROM_DRAWER, Warn.NO_UNDO),
        ),
    ),
    "asking-transfer": (
        Screen.ASKING, AskingBody(TID, Verb.TRANSFER, nok(20000), PAR, NOW - timedelta(seconds=11), True, False),
    ),
    "tender-gift": (
        Screen.TENDER,
        TenderBody(SaleKind.GIFT, nok(50000), nok(50000), (TenderKind.BANK_CARD,), True, True),
    ),
    "tender-wanted": (
        Screen.TENDER,
        TenderBody(
            SaleKind.ACTIVATE, nok(50000), nok(50000), (TenderKind.CASH, TenderKind.BANK_CARD), reference_wanted=True,
        ),
    ),
    "outcome-transfer": (
        Screen.OUTCOME, deed(Verb.TRANSFER, minor=20000, balance=nok(36550), new_card=True),
    ),
    "outcome-combine": (Screen.OUTCOME, deed(Verb.COMBINE, minor=12550, balance=nok(69100))),
    "outcome-save": (Screen.OUTCOME, deed(Verb.SAVE, customer="kari-nordmann-0041")),
    "outcome-share": (Screen.OUTCOME, deed(Verb.SHARE, recipient=KARI)),
    "outcome-gift": (Screen.OUTCOME, deed(Verb.GIFT, recipient=LONG)),
    "outcome-gift-new": (
        Screen.OUTCOME, deed(Verb.GIFT, minor=50000, recipient=KARI, sale_kind=SaleKind.GIFT, due=nok(50000)),
    ),
    "outcome-pin": (Screen.OUTCOME, deed(Verb.ROTATE_PIN, new_card=True)),
    "outcome-cash-out": (
        Screen.OUTCOME,
        deed(Verb.CASH_OUT, minor=2550, balance=nok(0), give_back=nok(2550), sale_kind=SaleKind.CASH_OUT),
    ),
    "outcome-reserve": (
        Screen.OUTCOME, deed(Verb.AUTHORIZE, minor=80000, balance=nok(20000), sale_kind=SaleKind.RESERVE),
    ),
    "outcome-save-declined": (
        Screen.OUTCOME, deed(Verb.SAVE, OutcomeKind.DECLINED, reason=Decline.UNKNOWN_CARD),
    ),
    "outcome-share-checking": (
        Screen.OUTCOME,
        deed(
            Verb.SHARE, OutcomeKind.CHECKING, reason=Cause.TIMEOUT, recipient=KARI,
            receipt=slip(Verb.SHARE, 0, mark=ReceiptMark.CHECKING, recipient="ka…@example.no"),
        ),
    ),
    "new-card-transfer": (
        Screen.NEW_CARD,
        given_out(IssuedSecret(Pan("9578102500001234567"), pin="4821"), Verb.TRANSFER, 20000),
    ),
    "new-pin": (Screen.NEW_CARD, given_out(PIN_ONLY, Verb.ROTATE_PIN)),
    "new-code": (Screen.NEW_CARD, given_out(CODE_ONLY, Verb.NEW_CODE)),
    "new-address": (Screen.NEW_CARD, given_out(ADDRESS, Verb.ISSUE, 50000)),
    "new-batch": (Screen.NEW_CARD, given_out(BATCH, Verb.MAKE_BLANKS)),
}  # fmt: skip


def job(name: str, **changes: object) -> TillView:
    """The whole picture of one of :data:`BODIES`."""
    screen, body = BODIES[name]
    home = picture("home", more=MORE)
    view = replace(home, screen=screen, body=body)
    return replace(view, **changes)  # type: ignore[arg-type]


SLIP = {"slip-needed": ("tender-gift", "b"), "slip-wanted": ("tender-wanted", "b")}
"""The second step of a bank card, and the key that leads to it."""


def shown(rig: Rig, name: str) -> None:
    """The screen as if it had just been opened."""
    base, keys = SLIP.get(name, (name, ""))
    rig.show(samples.picture("home"))
    rig.show(job(base))
    rig.press(keys)
    rig.sent.clear()
    settle()


def middle(rig: Rig) -> QWidget:
    """The screen in front."""
    widget = rig.window.stack.currentWidget()
    assert widget is not None
    return widget


def button(rig: Rig, key: str) -> TaskButton:
    """The one button in the middle with that key printed on it."""
    (found,) = [b for b in middle(rig).findChildren(TaskButton) if b.isVisible() and b.key == key]
    return found


def texts(rig: Rig) -> str:
    """Every text that can be seen."""
    return "\n".join(label.text() for label in rig.window.findChildren(QLabel) if label.isVisible())
