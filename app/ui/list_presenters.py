"""From the till's picture to the rows of the lists behind F7: pure functions, testable without a window."""

from __future__ import annotations

from datetime import datetime

from app.domain.host import Cause, Decline, StoredCard
from app.domain.view import CardView, RangeRow, ReservationRow, StopEntry
from app.ui import format as fmt
from app.ui.list_text import USABLE, Lists, card_state
from app.ui.look import Shape
from app.ui.office_text import Office, say_part
from app.ui.sentences import CAUSES, DECLINES
from app.ui.text import Say, say
from app.ui.widgets.rows import RowText

MOST_DIGITS = 9
"""Rows that a digit chooses."""


def stored_name(card: StoredCard) -> str:
    """What a kept card is called: last four and title, or the service's id where it says neither."""
    last4 = fmt.masked(card.last4) if card.last4 else ""
    return " ".join(part for part in (last4, card.title) if part) or card.id


def stored_facts(card: StoredCard) -> str:
    """``preferred · Expires 12/28 · active``, as far as it is told."""
    preferred = say(Lists.PREFERRED) if card.preferred else ""
    expires = say(Say.EXPIRES, date=card.expiry) if card.expiry else ""
    return " · ".join(part for part in (preferred, expires, card_state(card.state)) if part)


def stored_shape(card: StoredCard) -> tuple[Shape, str]:
    """A star for the preferred one, a ring for one that something speaks against."""
    if card.state.lower() not in USABLE:
        return "off", "checking"
    return ("star", "primary") if card.preferred else ("none", "muted")


def stored_row(card: StoredCard, place: int) -> RowText:
    """A kept card: the digit that chooses it, its name, what is on it, what is known of it."""
    shape, role = stored_shape(card)
    return RowText(
        key=card.id,
        lead=str(place) if place <= MOST_DIGITS else "",
        title=stored_name(card),
        aside="",
        under=stored_facts(card),
        under_aside="",
        shape=shape,
        role=role,
        figure=say(Lists.NOT_KNOWN) if card.balance is None else fmt.money(card.balance),
        faint=card.balance is None,
    )


def card_name(card: CardView) -> str:
    """``•••• 0048 Winter Card``."""
    last4 = fmt.masked(card.last4) if card.last4 else ""
    return " ".join(part for part in (last4, card.programme) if part)


def reservation_row(row: ReservationRow, place: int, now: datetime) -> RowText:
    """Money that is held: since when, on which card, how much."""
    number = say(Office.PAYMENT_NO, stan=row.line.stan)
    card = card_name(row.card) if row.card else ""
    age = fmt.age(row.since, now)
    fresh = age == say(Say.AGE_NOW)
    held = say(Lists.HELD_NOW) if fresh else say(Lists.HELD_FOR, age=age)
    return RowText(
        key=row.line.transaction_id,
        lead=str(place) if place <= MOST_DIGITS else "",
        title=card or number,
        aside="",
        under=" · ".join((held, fmt.moment(row.since, now), *([number] if card else []))),
        under_aside=say(Lists.UNDER_WAY) if row.busy else "",
        shape="busy" if row.busy else "clock",
        role="information" if row.busy else "checking",
        figure=fmt.money(row.line.amount),
    )


def stop_row(entry: StopEntry, place: int, now: datetime) -> RowText:
    """A stopped card: which, since when, by whom, why."""
    last4 = fmt.masked(entry.last4) if entry.last4 else ""
    return RowText(
        key=entry.key,
        lead=str(place) if place <= MOST_DIGITS else "",
        title=" ".join(part for part in (last4, entry.programme) if part),
        aside=fmt.moment(entry.at, now),
        under=entry.why or say(Lists.STOP_NO_WHY),
        under_aside=entry.operator,
        shape="cross",
        role="declined",
    )


def range_row(row: RangeRow) -> RowText:
    """A card of a range that did not simply get its value, and why."""
    number = say(Office.PAYMENT_NO, stan=row.stan)
    shape: Shape = "clock" if row.checking else "cross"
    return RowText(
        key=row.transaction_id,
        lead="",
        title=fmt.masked(row.last4) if row.last4 else number,
        aside=number if row.last4 else "",
        under=range_reason(row),
        under_aside="",
        shape=shape,
        role="checking" if row.checking else "declined",
    )


def range_reason(row: RangeRow) -> str:
    """Why, in words with the code for support."""
    parts = [say(Lists.CHECKED)] if row.checking else []
    if row.reason is not None:
        parts.append(plain_reason(row.reason))
    return " ".join(parts)


def plain_reason(reason: Decline | Cause) -> str:
    """What happened and its code. Nothing about money: a list moves none, and a range says it beside the figures."""
    sentence = DECLINES[reason] if isinstance(reason, Decline) else CAUSES[reason]
    return f"{say_part(sentence)} ({sentence.code})"
