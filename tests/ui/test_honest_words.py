"""No word on the screen says more than the till knows: what the pictures of whole days taught."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import HomeBody, OutcomeBody, PinBody, TaskView, Why
from app.ui.office_presenters import queue_row
from app.ui.office_text import Office, row_reason
from app.ui.presenters import receipt_text
from app.ui.text import Say, say
from tests.ui import office, samples
from tests.ui.window import Rig


@pytest.mark.parametrize("state", [State.UNKNOWN, State.FORWARDING])
def test_what_is_still_being_checked_is_not_called_approved(state: State) -> None:
    row = office.queue_row(1, state, 120_00, 3, unconfirmed=True)
    told = say(Office.UNCONFIRMED)
    assert told not in row_reason(row)
    assert told not in queue_row(row, samples.DAY, samples.NOW).under
    settled = replace(row, state=State.APPROVED)
    assert told in row_reason(settled)
    assert told in queue_row(settled, samples.DAY, samples.NOW).under


@pytest.mark.parametrize("state", [State.REVERSING, State.REVERSED])
def test_at_home_a_sale_that_was_given_up_is_not_called_paid(rig: Rig, state: State) -> None:
    rig.show(samples.picture("home", body=HomeBody(1, samples.nok(0), samples.line(1, Verb.REDEEM, 100_00, state))))
    said = " ".join(label.text() for label in rig.window.stack.findChildren(QLabel)).replace("\u00a0", " ")
    assert "Last: 100.00 NOK cancelled" in said


def test_a_pin_that_travels_as_it_is_is_not_called_encrypted(rig: Rig) -> None:
    for in_clear in (False, True):
        body = samples.BODIES["pin"][1]
        assert isinstance(body, PinBody)
        rig.show(samples.picture("pin", body=replace(body, in_clear=in_clear)))
        said = " ".join(label.text() for label in rig.window.stack.findChildren(QLabel) if label.isVisible())
        assert ("encrypted" in said) is not in_clear
        assert ("protected line" in said) is in_clear


def test_a_declined_payment_is_not_called_paid() -> None:
    declined = replace(samples.RECEIPTS[0], state=State.DECLINED)
    assert receipt_text(declined).words.endswith("declined")
    assert "paid" not in receipt_text(declined).words


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.ATTENTION])
def test_what_is_in_doubt_is_not_called_paid(state: State) -> None:
    line = replace(samples.RECEIPTS[0], state=state)
    assert receipt_text(line).words.endswith("asked for")
    row = office.queue_row(1, state, 120_00, 3)
    assert queue_row(row, samples.DAY, samples.NOW).title.endswith("asked for")


@pytest.mark.parametrize("name", ["outcome-declined", "outcome-checking"])
def test_where_nothing_moved_an_unknown_balance_is_no_news(rig: Rig, name: str) -> None:
    view = samples.picture(name)
    assert isinstance(view.body, OutcomeBody)
    rig.show(replace(view, body=replace(view.body, balance=None)))
    assert not rig.find("balance").isVisible()


def test_while_it_is_checked_nobody_says_that_all_is_still_to_pay(rig: Rig) -> None:
    view = samples.picture("outcome-checking")
    assert isinstance(view.body, OutcomeBody)
    rig.show(replace(view, body=replace(view.body, rest=view.body.amount, due=view.body.amount)))
    said = [label.text() for label in rig.window.findChildren(QLabel) if label.isVisible()]
    assert not any(say(wrong) in text for text in said for wrong in (Say.WORD_ALL_TO_PAY, Say.STILL_TO_PAY))


def test_after_a_card_is_sold_its_handing_over_comes_next(rig: Rig) -> None:
    view = samples.picture("outcome-loaded")
    assert isinstance(view.body, OutcomeBody)
    rig.show(replace(view, body=replace(view.body, verb=Verb.ISSUE)))
    assert any(
        button.text() == say(Say.SHOW_CARD) for button in rig.window.findChildren(type(rig.window.rail._buttons[None]))
    )


def test_f7_is_dimmed_with_the_rest_while_a_customer_is_busy(rig: Rig) -> None:
    busy = tuple(TaskView(task.task, Why.BUSY) for task in samples.picture("pin").tasks)
    rig.show(samples.picture("pin", tasks=busy))
    assert not rig.window.rail._buttons[None].isEnabled()
    rig.press(Qt.Key.Key_F7)
    assert rig.find("screen").property("screen") == "pin"
    assert not rig.window._more.isVisible()
