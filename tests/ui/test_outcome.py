"""What the outcome and the last receipts say: nothing that was refused reads as paid, and Enter says where it leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from app.domain.host import Cause, Decline
from app.domain.records import SaleKind
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import OutcomeBody, OutcomeKind, SheetBody
from app.ui import format as fmt
from app.ui.paper import PaperLine
from app.ui.presenters import receipt_text
from app.ui.text import Say, say
from app.ui.widgets.buttons import TaskButton
from app.ui.widgets.receipt_paper import ReceiptPaper
from tests.ui import samples
from tests.ui.samples import nok, outcome
from tests.ui.window import Rig


def show(rig: Rig, body: OutcomeBody) -> None:
    rig.show(replace(samples.picture("outcome-approved"), body=body))


def enter_leads_to(rig: Rig) -> str:
    keys = [b for b in rig.window.findChildren(TaskButton) if b.isVisible() and b.key == say(Say.ENTER)]
    assert len(keys) == 1
    return keys[0].text()


def test_where_nothing_asks_any_more_nobody_is_told_to_wait(rig: Rig) -> None:
    waiting = outcome(OutcomeKind.CHECKING, reason=Cause.BROKEN, verb=Verb.ACTIVATE)
    show(rig, waiting)
    assert "asks again by itself" in rig.text("message")
    show(rig, replace(waiting, stuck=True))
    assert "asks again" not in rig.text("message")
    assert "decide: F8" in rig.text("message")


def test_a_name_that_is_longer_than_the_paper_goes_on_in_the_next_line(rig: Rig) -> None:
    paper = ReceiptPaper(rig.window.look)
    heights = []
    for length in (5, 30, 73):
        paper.show_lines((PaperLine("Service's no.", "7" * length),))
        heights.append(paper.height())
    assert heights == sorted(set(heights))


@pytest.mark.parametrize(
    ("body", "leads_to"),
    [
        (outcome(OutcomeKind.APPROVED), Say.NEXT_CUSTOMER),
        (outcome(OutcomeKind.APPROVED, rest=nok(100)), Say.GO_ON),
        (outcome(OutcomeKind.DECLINED, receipt=None, rest=nok(25000)), Say.NEXT_CUSTOMER),
        (outcome(OutcomeKind.DECLINED, receipt=None, rest=nok(100)), Say.GO_ON),
        (outcome(OutcomeKind.APPROVED, verb=Verb.ISSUE, sale_kind=SaleKind.ISSUE), Say.SHOW_CARD),
    ],
)
def test_enter_says_where_it_leads(rig: Rig, body: OutcomeBody, leads_to: Say) -> None:
    show(rig, body)
    assert enter_leads_to(rig) == say(leads_to)


def test_the_last_of_several_payments_says_that_all_is_paid(rig: Rig) -> None:
    show(rig, outcome(OutcomeKind.APPROVED, amount=nok(500), due=nok(15000)))
    assert "150.00" in rig.text("message")
    show(rig, outcome(OutcomeKind.APPROVED))
    assert "250.00" not in rig.text("message")


def test_an_empty_card_is_called_empty_and_its_balance_is_not_called_unknown(rig: Rig) -> None:
    show(rig, outcome(OutcomeKind.DECLINED, reason=Decline.EMPTY, balance=None, receipt=None, rest=nok(25000)))
    assert rig.text("message_code") == "D-17"
    assert not rig.find("balance").isVisible()


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELLED])
def test_what_was_refused_or_cancelled_does_not_read_as_paid(state: State) -> None:
    line = samples.picture("home").receipts[0]
    assert "paid" not in receipt_text(replace(line, verb=Verb.REDEEM, state=state)).words


def test_money_that_the_drawer_owes_is_said(rig: Rig) -> None:
    show(rig, outcome(OutcomeKind.DECLINED, sale_kind=SaleKind.LOAD, receipt=None, give_back=nok(20000)))
    assert "Give 200.00" in rig.text("message").replace("\N{NO-BREAK SPACE}", " ")


def test_what_was_taken_back_does_not_read_as_never_moved(rig: Rig) -> None:
    show(rig, outcome(OutcomeKind.CANCELLED, balance=None, receipt=None, give_back=nok(5000)))
    assert "No money" not in rig.text("message")
    assert not rig.find("balance").isVisible()


def test_an_amount_typed_to_be_paid_is_not_the_amount_of_a_load(rig: Rig) -> None:
    rig.show(samples.picture("amount-card"))
    rig.press("1", "0", "0", "0")
    rig.show(samples.picture("amount-load"))
    rig.press(Qt.Key.Key_Return)
    assert rig.sent == []


def test_an_expired_card_is_called_expired_whatever_is_on_it(rig: Rig) -> None:
    sheet = samples.picture("sheet")
    assert isinstance(sheet.body, SheetBody)
    rig.show(replace(sheet, body=replace(sheet.body, card=replace(sheet.body.card, expiry="01/24"))))
    assert rig.text("message_code") == "D-03"


def test_a_figure_that_is_known_to_be_old_says_so(rig: Rig) -> None:
    rig.show(samples.picture("sheet-remembered"))
    assert say(Say.USED_ELSEWHERE) not in rig.text("notes")
    rig.show(samples.picture("sheet-used-elsewhere"))
    assert say(Say.USED_ELSEWHERE) in rig.text("notes")


@pytest.mark.parametrize(("expiry", "over"), [("02/26", True), ("03/26", False), ("12/31", False), ("", False)])
def test_a_card_is_good_through_its_month(expiry: str, over: bool) -> None:
    assert fmt.is_over(expiry, datetime(2026, 3, 31, tzinfo=UTC)) is over
