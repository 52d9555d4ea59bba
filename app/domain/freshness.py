"""The figure on a card's sheet is as good as the moment it was told: another till may use the card meanwhile.

Where the backend's hooks are received, each one that names the card on the sheet leads to another look-up, and the
backend is left alone otherwise. Where they are not, it is asked every so often while the sheet lies open. Either way
quietly: the old figure stands until the new one comes, nobody waits, and nothing is asked while the host is being asked
anyway. A hook moves no money and settles nothing.

    touched   the card was used, and the figure is older than that
    quiet     a look-up is under way that nobody waits for
    late      the last such look-up brought nothing: the figure is shown with its age

What was refused by the host (a wrong PIN, a blocked card) is never asked again by itself: a third try blocks a card.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.calls import look_up
from app.domain.draft import Draft
from app.domain.flow import SheetFlow
from app.domain.hook_messages import CardTouched
from app.domain.host import Decline, HostDeclined, HostPrepared, HostRefused, HostReply
from app.domain.remembering import learn
from app.domain.view import NoticeKind

REFRESH_GAP = timedelta(seconds=3)
"""Least time between two look-ups of one card: a burst of hooks about it (our own among them) is one question."""
POLL_EVERY = timedelta(seconds=15)
"""Without hooks: as often as the line is pinged, so a shop's tills together ask no more than a few times a second."""
POLL_FOR = timedelta(minutes=5)
"""A sheet that nobody has touched for so long is one that somebody walked away from."""


def touched(d: Draft, news: CardTouched) -> None:
    """A backend's hook says that a card was used."""
    flow = d.till.flow
    if isinstance(flow, SheetFlow) and _is_this(flow, news):
        d.go(replace(flow, touched=d.context.now))
        refresh(d)
    memory = d.context.shelf.memory_of_account(news.face, news.account_id) if news.account_id else None
    memory = d.memory(memory.key) if memory is not None else None
    if memory is None or memory.balance is None or memory.touched:
        return
    if not (news.reference and d.context.shelf.made_here(memory.key, news.reference)):
        d.remember(replace(memory, touched=True))


def _is_this(flow: SheetFlow, news: CardTouched) -> bool:
    """By the account; by the last four where a backend names a card by nothing else. A mistake costs a look-up."""
    ref = flow.card.ref
    same_account = news.account_id != "" and ref.account_id == news.account_id
    same_digits = news.last4 != "" and ref.last4 == news.last4
    return ref.face == news.face and (same_account or same_digits)


def refresh(d: Draft) -> None:
    """Asks again what is on the card of the open sheet, if it is time to. Called with each tick."""
    flow = d.till.flow
    if not isinstance(flow, SheetFlow):
        return
    now = d.context.now
    if flow.asked is None or flow.shown is None:
        d.go(replace(flow, asked=now, shown=now))
    elif _may_ask(d, flow) and _is_due(d, flow, flow.asked, flow.shown):
        d.go(replace(flow, quiet=look_up(d, flow.card), asked=now))


def _may_ask(d: Draft, flow: SheetFlow) -> bool:
    idle = flow.ask is None and flow.quiet is None
    return idle and not isinstance(flow.refused, Decline) and d.line_up(flow.card.ref.face)


def _is_due(d: Draft, flow: SheetFlow, asked: datetime, shown: datetime) -> bool:
    since = d.context.now - asked
    if flow.touched is not None and not flow.late:
        return since >= REFRESH_GAP or since < timedelta(0)
    told_unasked = flow.card.ref.face in d.till.hooked and not flow.late and flow.refused is None
    if told_unasked or d.context.now - shown >= POLL_FOR:
        return False
    return since >= POLL_EVERY or since < timedelta(0)


def refreshed(d: Draft, flow: SheetFlow, reply: HostReply) -> None:
    """What came of a quiet look-up. One that brought nothing leaves the figure, and lets its age show."""
    before = flow.balance
    flow = replace(flow, quiet=None)
    match reply:
        case HostPrepared(_, balance) if balance is not None:
            card = learn(d, flow.card, reply)
            # used once more while it was asked: the answer may be older than that
            again = flow.touched if flow.touched and flow.asked and flow.touched > flow.asked else None
            d.go(replace(flow, card=card, balance=balance, refused=None, late=False, touched=again))
            if before is not None and balance != before:
                d.notice(NoticeKind.BALANCE_CHANGED, amount=balance)
        case HostDeclined(reason) | HostRefused(reason):
            card = flow.card.without_wrong_pin(reason)
            d.go(replace(flow, card=card, balance=None, refused=reason, late=False, touched=None))
        case _:
            d.go(replace(flow, late=True))
