"""A job under way: its questions one by one, and back by one. What its answers lead to is in :mod:`job_end`.

Nothing is written down before that: an unfinished job is a few words on a screen. What costs money opens its sale then,
and waits for the tender in ``Till.job``.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import ranges, stored
from app.domain.business import may_end
from app.domain.card import Programme
from app.domain.draft import Draft
from app.domain.flow import (
    Flow,
    Job,
    JobFlow,
    ReservationsFlow,
    SheetFlow,
)
from app.domain.frame import Why
from app.domain.job import LONGEST_CODE_HOURS, PLANS, Question
from app.domain.job_end import finish
from app.domain.messages import Task
from app.domain.money import MAX_MINOR, Money
from app.domain.offers import is_manager
from app.domain.particulars import MAX_TEXT
from app.domain.sales import go_home
from app.domain.view import NoticeKind

_AT_MOST_BALANCE = frozenset({Task.TRANSFER, Task.CASH_OUT})


# --- one after the other ------------------------------------------------------------------------------------------


def ask_from(d: Draft, job: Job, place: int) -> None:
    """The first question from ``place`` on that is still open, or what the answers lead to."""
    questions = PLANS[job.task].questions
    for question in questions[place:]:
        if question is Question.PROGRAMME and job.programme is None:
            makers = makers_of(d, job.task)
            if len(makers) == 1:
                job = replace(job, programme=makers[0])
                continue
        if not _answered(job, question):
            _put(d, job, question)
            return
    if job.task in (Task.CUSTOMER, Task.ALL_CARDS):
        stored.open_list(d, job.programme, job.customer, None, before(d, job, None))
    else:
        finish(d, job)


def makers_of(d: Draft, task: Task) -> tuple[Programme, ...]:
    """The programmes a job may be about."""
    verb = PLANS[task].verb
    assert verb is not None, "a job that asks whose card it is asks a backend"
    return d.setup.makers(verb)


def _put(d: Draft, job: Job, question: Question) -> None:
    if question is Question.CARD and PLANS[job.task].stored:
        stored.open_list(d, job.programme, job.customer, job, before(d, job, question))
    else:
        d.go(JobFlow(job, question))


def _answered(job: Job, question: Question) -> bool:
    """Whether there is nothing to ask. What was typed is never taken as answered: going back shows it again."""
    match question:
        case Question.PROGRAMME:
            return job.programme is not None
        case Question.CARD:
            return job.card is not None
        case Question.CUSTOMER:
            return _by_its_card(job)
        case _:
            return False


def _by_its_card(job: Job) -> bool:
    """Whether the card itself says whose it is: it was chosen from its owner's list before the job began."""
    return PLANS[job.task].stored and job.from_sheet and job.card is not None and job.card.ref.customer != ""


def advance(d: Draft, flow: JobFlow, job: Job) -> None:
    """The question that was open is answered."""
    ask_from(d, job, PLANS[job.task].questions.index(flow.question) + 1)


def back(d: Draft, flow: JobFlow) -> None:
    """Esc: the question before, else the card's sheet, else home. Nothing has moved."""
    if flow.ask is not None:
        d.go(JobFlow(flow.job, flow.question))  # the look-up goes on; nobody waits for it any more
        return
    plan = PLANS[flow.job.task]
    earlier = plan.questions[: plan.questions.index(flow.question)]
    if plan.stored and not flow.job.from_sheet and earlier and earlier[-1] is Question.CARD:
        _put(d, replace(flow.job, card=None), Question.CARD)
        return
    leads_to = before(d, flow.job, flow.question)
    if leads_to is None:
        go_home(d)
    else:
        d.go(leads_to)


def before(d: Draft, job: Job, question: Question | None) -> Flow | None:
    """What was on the screen before a question (None: before all is answered); None where it was home."""
    questions = PLANS[job.task].questions
    end = questions.index(question) if question is not None else len(questions)
    for earlier in reversed(questions[:end]):
        if earlier is Question.CARD or (earlier is Question.CUSTOMER and _by_its_card(job)):
            continue  # a card that was shown lies on the counter: its sheet
        if earlier is not Question.PROGRAMME or (len(makers_of(d, job.task)) > 1 and not job.from_sheet):
            return JobFlow(job, earlier)
    if job.card is not None:
        return SheetFlow(job.card, balance=job.balance)
    return ReservationsFlow() if job.original is not None else None


# --- answers ------------------------------------------------------------------------------------------------------


def programme(d: Draft, flow: JobFlow, name: str) -> None:
    """Whose card it is."""
    if flow.question is not Question.PROGRAMME:
        return
    chosen = next((p for p in makers_of(d, flow.job.task) if p.name == name), None)
    if chosen is not None:
        advance(d, flow, replace(flow.job, programme=chosen))


def text(d: Draft, flow: JobFlow, typed: str) -> None:
    """Something was typed. What is no answer is asked again."""
    said = " ".join(typed.split())
    job = _with_text(d, flow.job, flow.question, said) if said.isprintable() else None
    if job is not None and flow.question is Question.LAST and ranges.has_stopped(d, job):
        d.notice(NoticeKind.CANT_NOW, why=Why.CARD_STOPPED, task=job.task)
    elif job is None:
        d.go(replace(flow, wrong=True))
    else:
        advance(d, flow, job)


def _with_text(d: Draft, job: Job, question: Question, said: str) -> Job | None:
    short = 0 < len(said) <= MAX_TEXT
    match question:
        case Question.CUSTOMER if short:
            return replace(job, customer=said)
        case Question.RECIPIENT if short:
            return replace(job, recipient=said)
        case Question.REASON if short:
            return replace(job, reason=said)
        case Question.COUNT if said.isascii() and said.isdigit() and 0 < int(said) <= most_of(d, job):
            return replace(job, count=int(said))
        case Question.FIRST if ranges.is_end(d, job, said):
            return replace(job, first=said)
        case Question.LAST if ranges.cards(d, replace(job, last=said)):
            last = replace(job, last=said)
            return replace(last, count=len(ranges.cards(d, last)))
        case _:
            return None


def most_of(d: Draft, job: Job) -> int:
    """The largest count that is taken."""
    if job.task is Task.NEW_CODE:
        return LONGEST_CODE_HOURS
    backend = d.setup.capabilities.get(job.programme.face) if job.programme else None
    return backend.most_blanks if backend else 0


def amount(d: Draft, flow: JobFlow, told: Money) -> None:
    """How much; for a range, how much each."""
    if flow.question is not Question.AMOUNT or not told.is_positive or told.currency is not d.setup.currency:
        return
    job = flow.job
    most = most_amount(d, job)
    if most is not None and told > most:
        d.notice(NoticeKind.AMOUNT_TOO_LARGE, amount=most)
        return
    allowed = d.setup.cash_out_up_to or d.nothing
    if job.task is Task.CASH_OUT and told > allowed and not is_manager(d.till):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    advance(d, flow, replace(job, amount=told, end_source=False))


def most_amount(d: Draft, job: Job) -> Money | None:
    """The most that may be asked for, where something limits it."""
    if job.original is not None:
        reserved = d.transaction(job.original)
        return reserved.amount if reserved is not None else d.nothing
    if job.task is Task.RANGE:
        return Money(MAX_MINOR // max(1, job.count), d.setup.currency)
    return job.balance if job.task in _AT_MOST_BALANCE else None


def end_source(d: Draft, flow: JobFlow, *, end: bool) -> None:
    """Whether the old card ends: only one that has nothing left, and nothing still to be told of it, may."""
    if flow.job.task is Task.TRANSFER and flow.question is Question.CONFIRM:
        d.go(replace(flow, job=replace(flow.job, end_source=end and may_end(flow.job, d.open_transactions()))))


def drop_source(d: Draft, flow: JobFlow) -> None:
    """The last card that was put in is taken out again."""
    if flow.question is Question.SOURCES and flow.ask is None:
        d.go(replace(flow, job=replace(flow.job, sources=flow.job.sources[:-1])))


def confirm(d: Draft, flow: JobFlow) -> None:
    """Enter, where that is the answer."""
    sources = flow.question is Question.SOURCES and flow.job.sources and flow.ask is None
    if flow.question is Question.CONFIRM or sources:
        advance(d, flow, flow.job)
