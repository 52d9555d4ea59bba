"""The first thing a till does: what did the last life leave in doubt?"""

from __future__ import annotations

from app.domain import records as r
from app.domain.calls import ask_again, enqueue
from app.domain.draft import Draft
from app.domain.flow import HomeFlow
from app.domain.host import Cause
from app.domain.sales import settle, welcome
from app.domain.transaction import State
from app.domain.undo import free_to_release, undo
from app.domain.verb import UNDOES
from app.domain.view import NoticeKind


def recover(d: Draft, skipped: int = 0) -> None:
    """Puts every open transaction back on its road, then asks each open sale where it stands.

    Idempotent: a till that dies in here does the same again. There is one line for the cashier; what touches a
    customer's money comes before what a manager or an installer should know.

    Args:
        skipped: How many numbers were left out at this start.
    """
    doubtful = 0
    for transaction in d.open_transactions():  # in the journal's order: ids follow a clock that may have been set back
        match transaction.state:
            case State.READY if transaction.verb in UNDOES or transaction.in_box:
                enqueue(d, transaction)  # decided (or paid for), and not sent yet
            case State.OPEN | State.CARD_READ | State.READY:
                # no money call was under way: one that was is in SENT
                d.record(transaction.id, r.Cancelled(Cause.RESTART.value))
            case State.SENT | State.FORWARDING:
                ask_again(d, d.record(transaction.id, r.Silence(Cause.RESTART)))
                doubtful += 1
            case State.UNKNOWN if not transaction.unconfirmed and not transaction.abandoned:
                # whoever was told "checking" was told by a till that is gone
                ask_again(d, d.record(transaction.id, r.Silence(Cause.RESTART)))
                doubtful += 1
            case State.UNKNOWN:
                ask_again(d, transaction)
            case State.STORED:
                enqueue(d, transaction)
            case _:
                pass
    # only now: a capture that was given up above leaves its reservation free
    for transaction in d.open_transactions():
        if free_to_release(d, transaction) and not transaction.particulars.standing:
            undo(d, transaction)
    owed = d.nothing
    for sale in d.open_sales():
        settle(d, sale)
        owed += sale.tendered - (d.sale(sale.id) or sale).tendered
    if isinstance(d.till.flow, HomeFlow):
        welcome(d)  # a training till is nobody's to sign in to
    if owed.is_positive:
        d.notice(NoticeKind.TENDER_BACK, amount=owed)
    elif doubtful:
        d.notice(NoticeKind.RECOVERED, count=doubtful)
    elif skipped:
        d.notice(NoticeKind.STAN_SKIPPED, count=skipped)
    elif d.setup.keys_in_file:
        d.notice(NoticeKind.KEYS_IN_FILE)
