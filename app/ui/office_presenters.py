"""From the till's picture to what the back office says: pure functions, testable without a window."""

from __future__ import annotations

from datetime import datetime

from app.domain.ids import BusinessDay
from app.domain.report import DayReport
from app.domain.transaction import State
from app.domain.view import QueueRow, ReceiptLine
from app.ui import format as fmt
from app.ui.look import Shape
from app.ui.office_text import STATES, Office, reason_sentence, say_part, tries
from app.ui.presenters import money_words, receipt_text
from app.ui.text import say
from app.ui.widgets.rows import RowText


def queue_row(row: QueueRow, today: BusinessDay, now: datetime) -> RowText:
    """``12:20  80.00 NOK paid   21 min · 3 tries``; below it card, reason in words, and the day if it is another."""
    shape: Shape = "clock"
    role = "checking"
    if row.at_desk:
        shape, role = "warn", "declined" if row.state is State.DISPUTED else "checking"
    elif row.state is State.FORWARDING:
        shape, role = "busy", "information"
    sentence = reason_sentence(row.reason)
    if row.unconfirmed and row.state is State.APPROVED:
        why = say(Office.UNCONFIRMED)
    else:
        why = say_part(sentence) if sentence is not None else say(STATES[row.state])
    under = [fmt.masked(row.last4)] if row.last4 else []
    return RowText(
        key=row.transaction_id,
        lead=fmt.clock(row.at),
        title=money_words(row.verb, row.amount, row.state),
        aside=f"{fmt.age(row.at, now)} · {tries(row.tries)}",
        under=" · ".join([*under, why]),
        under_aside=say(Office.OF_DAY, day=row.business_day) if row.business_day != today else "",
        shape=shape,
        role=role,
    )


def journal_row(line: ReceiptLine, now: datetime) -> RowText:
    """One transaction of the past: when, what moved, where it stands, its number."""
    words = receipt_text(line)
    standing = say(STATES[line.state])
    if line.offline and line.state is not State.STORED:
        standing = f"{standing} · {say(Office.OFFLINE_MARK)}"
    return RowText(
        key=line.transaction_id,
        lead=fmt.moment(line.at, now),
        title=words.words,
        aside=say(Office.PAYMENT_NO, stan=line.stan),
        under=standing,
        under_aside="",
        shape=words.shape,
        role=words.role,
    )


def difference_count(report: DayReport) -> int:
    """How many items the till and the service may not agree about: refused afterwards, and in doubt."""
    return report.disputed.count + report.unknown.count
