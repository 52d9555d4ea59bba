"""The last question of a job is answered: what goes out, and what must be paid first."""

from __future__ import annotations

from dataclasses import replace

from app.domain import ranges
from app.domain import records as r
from app.domain.card import CardSecret
from app.domain.draft import Draft
from app.domain.flow import HomeFlow, Job, TenderFlow
from app.domain.job import PLANS, PREPAID, Plan
from app.domain.legs import as_written, needs_pin, ready, start_pin
from app.domain.messages import Task
from app.domain.money import Money, total
from app.domain.particulars import Particulars
from app.domain.sale import Sale
from app.domain.sales import free_the_counter, go_home, open_sale
from app.domain.undo import undo
from app.domain.verb import Verb
from app.domain.view import NoticeKind


def finish(d: Draft, job: Job) -> None:
    """Does it, asks for it, or first has it paid."""
    plan = PLANS[job.task]
    match job.task:
        case Task.STOP:
            _stop(d, job)
        case Task.CAPTURE:
            _capture(d, job)
        case Task.RELEASE:
            _release(d, job)
        case _ if plan.sale is None:
            launch(d, job, None)
        case _:
            _sell(d, job, plan)


def _sell(d: Draft, job: Job, plan: Plan) -> None:
    each = job.amount or d.nothing
    due = total([each] * job.count, each.currency) if job.task is Task.RANGE else each
    assert plan.sale is not None
    sale = open_sale(d, plan.sale, due, programme=job.programme.name if job.programme else "")
    if plan.sale in PREPAID:
        d.till = replace(d.till, job=job)
        d.go(TenderFlow())
    else:
        launch(d, job, sale)


def paid(d: Draft, sale: Sale) -> None:
    """The tender is complete: now the backend is asked."""
    job = d.till.job
    if job is None:
        return
    d.till = replace(d.till, job=None)
    if job.task is Task.RANGE:
        ranges.launch(d, job, sale)
    else:
        launch(d, job, sale)


def launch(d: Draft, job: Job, sale: Sale | None) -> None:
    """Opens the transaction with all that was answered, and gets it ready or asks for the PIN."""
    plan = PLANS[job.task]
    assert plan.verb is not None
    held = job.card
    pin = held is not None and needs_pin(d, held, plan.verb)
    transaction = d.open(
        plan.verb,
        _moves(d, job),
        as_written(d, held) if held is not None else None,
        sale=sale,
        face=job.programme.face if job.programme else "",
        particulars=_particulars(job, sale),
    )
    if held is not None and isinstance(held.secret, CardSecret):
        d.keep_secret(transaction.id, held.secret)
    if pin and held is not None and d.line_up(transaction.face):
        start_pin(d, transaction, held)
    else:
        ready(d, transaction, pin=False)


def _moves(d: Draft, job: Job) -> Money:
    """How much: what was typed, what lies on the sources of a combine, or nothing."""
    if job.task is Task.COMBINE:
        return total([balance for _, balance in job.sources if balance is not None], d.setup.currency)
    return job.amount or d.nothing


def _particulars(job: Job, sale: Sale | None) -> Particulars:
    sources = [held for held, _ in job.sources]
    return Particulars(
        customer=job.customer,
        recipient=job.recipient,
        funding=sale.funding if sale is not None else "",
        end_source=job.end_source,
        sources=tuple(held.ref.account_id for held in sources),
        source_keys=tuple(held.ref.key for held in sources),
        standing=job.task is Task.RESERVE,
        count=job.count,
    )


def _stop(d: Draft, job: Job) -> None:
    assert job.card is not None
    d.stop_card(job.card.ref, job.reason)
    d.notice(NoticeKind.CARD_STOPPED)
    d.go(HomeFlow())


# --- reservations -------------------------------------------------------------------------------------------------


def _capture(d: Draft, job: Job) -> None:
    """Takes what was reserved, or part of it: a payment of its own day. What is left over is released with it."""
    reserved = d.transaction(job.original) if job.original else None
    if reserved is None or not reserved.is_reservation or job.amount is None:
        go_home(d)
        return
    if not free_the_counter(d):
        go_home(d)
        return
    sale = open_sale(d, r.SaleKind.PAY, job.amount)
    capture = d.open(Verb.CAPTURE, job.amount, reserved.card, sale=sale, original=reserved, face=reserved.face)
    ready(d, capture, pin=False)


def _release(d: Draft, job: Job) -> None:
    reserved = d.transaction(job.original) if job.original else None
    if reserved is None or not reserved.is_reservation:
        go_home(d)
        return
    undo(d, reserved, interactive=True)
