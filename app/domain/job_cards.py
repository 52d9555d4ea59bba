"""How a job gets its cards: from the sheet that is open, by a swipe, out of a customer's list; each is looked up first
where the job must know what is on it.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.calls import look_up
from app.domain.card import Code
from app.domain.codes import tells_a_number
from app.domain.draft import Draft
from app.domain.flow import CardInHand, Job, JobFlow, OutcomeFlow, PinFirstFlow, SheetFlow, SignInFlow
from app.domain.frame import Why
from app.domain.host import Cause, Decline, HostDeclined, HostNotSent, HostPrepared, HostRefused, HostReply, HostSilent
from app.domain.job import ENDS, MOST_SOURCES, PLANS, Question
from app.domain.jobs import advance, ask_from, text
from app.domain.legs import first_the_pin, first_the_pin_again
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.offers import tells_nothing_without_pin, why_not, why_not_card
from app.domain.ranges import by_id
from app.domain.remembering import is_foreign, learn
from app.domain.sales import free_the_counter, show_unfinished
from app.domain.view import NoticeKind

# --- beginning ----------------------------------------------------------------------------------------------------


def start(d: Draft, task: Task) -> None:
    """A task of ``job.PLANS``, from behind F7 or with the card whose sheet is open."""
    plan = PLANS[task]
    flow = d.till.flow
    held = flow if isinstance(flow, SheetFlow) and Question.CARD in plan.questions else None
    if held is not None:
        why = why_not_card(task, held.card, d.standing(held.card, held.balance))
    else:
        why = why_not(task, d.standing())
    if why is Why.MANAGER_ONLY and held is None:
        d.go(SignInFlow(then=task))
        return
    if why is not None:
        d.notice(NoticeKind.CANT_NOW, why=why, task=task)
        return
    if not free_the_counter(d):
        show_unfinished(d, task)
        return
    job = Job(task)
    if held is None:
        ask_from(d, job, 0)
        return
    customer = held.card.ref.customer if plan.stored else ""
    job = replace(job, programme=held.card.programme, customer=customer, from_sheet=True)
    if plan.look and not _is_known(held):
        _look(d, JobFlow(job, Question.CARD), held.card)
    else:
        ask_from(d, replace(job, card=held.card, balance=held.balance), 0)


def _is_known(held: SheetFlow) -> bool:
    """Whether the sheet has heard what is on its card, and what its backend calls it."""
    return held.ask is None and held.refused is None and held.card.ref.account_id != ""


def start_with(d: Draft, task: Task, original: Job) -> None:
    """A job about a reservation that was picked from the list."""
    ask_from(d, replace(original, task=task), 0)


# --- cards --------------------------------------------------------------------------------------------------------


def card(d: Draft, flow: JobFlow, shown: CardInHand) -> bool:
    """A card was swiped or keyed. Whether the job has a use for it; else it opens its own sheet."""
    if flow.question is Question.CARD:
        _card(d, flow, shown)
    elif flow.question is Question.SOURCES:
        _source(d, flow, shown)
    else:
        return _end_of_row(d, flow, shown)
    return True


def _end_of_row(d: Draft, flow: JobFlow, shown: CardInHand) -> bool:
    """The first or last card of a range was shown instead of typed: its number is the answer."""
    programme = flow.job.programme
    mine = programme is not None and shown.ref.face == programme.face and not by_id(d, flow.job)
    if flow.question not in ENDS or not mine or shown.secret is None or isinstance(shown.secret.pan, Code):
        return False
    text(d, flow, shown.secret.pan.reveal())
    return True


def label(d: Draft, said: str) -> bool:
    """A label was scanned that names an unsold card by its id. Whether a range had asked for one."""
    flow = d.till.flow
    wanted = isinstance(flow, JobFlow) and flow.question in ENDS and by_id(d, flow.job)
    if not isinstance(flow, JobFlow) or not wanted or tells_a_number(said, d.setup.programmes):
        return False
    text(d, flow, said)
    return True


def _card(d: Draft, flow: JobFlow, shown: CardInHand) -> None:
    job = flow.job
    why = why_not_card(job.task, shown, d.standing(shown))
    if why is not None:
        d.notice(NoticeKind.CANT_NOW, why=why, task=job.task)
    elif PLANS[job.task].look:
        _look(d, flow, shown)
    else:
        advance(d, flow, replace(job, card=shown, programme=shown.programme))


def chosen(d: Draft, job: Job, picked: CardInHand, balance: Money | None) -> None:
    """One of a customer's cards was picked for a job; ``balance`` is what the list told of it."""
    why = why_not_card(job.task, picked, d.standing(picked))
    if why is not None:
        d.notice(NoticeKind.CANT_NOW, why=why, task=job.task)
        return
    place = PLANS[job.task].questions.index(Question.CARD) + 1
    ask_from(d, replace(job, card=picked, balance=balance), place)


def _source(d: Draft, flow: JobFlow, shown: CardInHand) -> None:
    job = flow.job
    assert job.card is not None, "the target comes before the sources"
    if shown.ref.key in {job.card.ref.key, *(held.ref.key for held, _ in job.sources)}:
        d.notice(NoticeKind.SAME_CARD)
    elif shown.ref.face != job.card.ref.face or d.is_stopped(shown.ref) or len(job.sources) >= MOST_SOURCES:
        d.notice(NoticeKind.SOURCE_REFUSED)
    elif d.has_business(shown.ref):
        d.notice(NoticeKind.CANT_NOW, why=Why.BUSY, task=job.task)  # what is still to be told of it would find it empty
    else:
        _look(d, flow, shown)


def _look(d: Draft, flow: JobFlow, shown: CardInHand) -> None:
    if tells_nothing_without_pin(shown, d.setup) and shown.pin is None:
        first_the_pin(d, shown, flow)
    else:
        d.go(replace(flow, ask=look_up(d, shown), looked=shown, since=d.context.now, wrong=False))


def looked_up(d: Draft, flow: JobFlow, reply: HostReply) -> None:
    """What is on the card that was just shown. Nothing moved either way."""
    held = flow.looked
    assert held is not None, "a look-up is for a card"
    plan = PLANS[flow.job.task]
    reason: Decline | Cause = Cause.MISMATCH
    match reply:
        case HostPrepared() if is_foreign(d, reply):
            held, reason = learn(d, held, reply), Decline.CURRENCY
        case HostPrepared(_, balance):
            _learned(d, flow, learn(d, held, reply), balance)
            return
        case HostDeclined(refused) | HostRefused(refused):
            reason = refused
        case HostNotSent(cause) | HostSilent(cause):
            reason = cause
        case _:
            pass
    if isinstance(reason, Decline) and first_the_pin_again(d, held, reason, JobFlow(flow.job, flow.question)):
        return
    if flow.question is Question.SOURCES:
        if isinstance(reason, Cause):  # nothing is known against the card
            d.notice(NoticeKind.CANT_NOW, why=Why.LINE_DOWN, task=flow.job.task)
        else:
            d.notice(NoticeKind.SOURCE_REFUSED)
        d.go(JobFlow(flow.job, flow.question))
    else:
        d.go(OutcomeFlow(None, reason=reason, card=held, verb=plan.verb))


def _learned(d: Draft, flow: JobFlow, held: CardInHand, balance: Money | None) -> None:
    job = flow.job
    if d.is_stopped(held.ref):  # by the name that its backend just told
        d.notice(NoticeKind.CANT_NOW, why=Why.CARD_STOPPED, task=job.task)
        d.go(JobFlow(job, flow.question))
        return
    if flow.question is Question.SOURCES:
        if held.ref.account_id:
            job = replace(job, sources=(*job.sources, (held, balance)))
        else:  # sources are named by the backend's id, and there is none
            d.notice(NoticeKind.SOURCE_REFUSED)
        d.go(JobFlow(job, flow.question))
        return
    why = why_not_card(job.task, held, d.standing(held, balance))
    verb = PLANS[job.task].verb
    rule = d.setup.rule(held.ref.face, verb) if verb is not None else None
    if rule is not None and not rule.needs_card and not held.ref.account_id:
        # named by the backend's id alone, and there is none: it could be neither sent nor asked about
        d.notice(NoticeKind.CANT_NOW, why=Why.STORED_ONLY, task=job.task)
        d.go(JobFlow(job, flow.question))
        return
    if why is Why.NOTHING_ON_IT:
        d.go(OutcomeFlow(None, reason=Decline.EMPTY, card=held, verb=PLANS[job.task].verb))
        return
    advance(d, flow, replace(job, card=held, balance=balance, programme=held.programme))


def pin_entered(d: Draft, flow: PinFirstFlow, held: CardInHand) -> bool:
    """The PIN that a job's card needs before anything can be asked of it. Whether a job wanted it."""
    if not isinstance(flow.back, JobFlow):
        return False
    d.go(flow.back)
    card(d, flow.back, held)
    return True
