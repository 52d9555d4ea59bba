"""Answers to the questions of a job, and what is chosen from a list."""

from __future__ import annotations

from dataclasses import replace

from app.domain import cards, job_cards, jobs, stored
from app.domain import job_messages as j
from app.domain import messages as m
from app.domain.draft import Draft
from app.domain.flow import (
    AmountFlow,
    CardsFlow,
    ChooseFlow,
    Flow,
    Job,
    JobFlow,
    PickProgrammeFlow,
    ReservationsFlow,
    StopListFlow,
)
from app.domain.frame import Why
from app.domain.ids import TransactionId
from app.domain.job import Question
from app.domain.messages import Task
from app.domain.offers import is_manager
from app.domain.transaction import Transaction
from app.domain.undo import free_to_release
from app.domain.view import NoticeKind


def answered(d: Draft, message: m.Message) -> bool:
    """Takes the answer, if it is one to the question or list that is open; whether it was."""
    flow = d.till.flow
    match message, flow:
        case m.PickProgramme(name), _:
            _programme(d, name)
        case m.AmountEntered(amount), JobFlow():
            jobs.amount(d, flow, amount)
        case j.TextEntered(text), JobFlow():
            jobs.text(d, flow, text)
        case j.EndSource(end), JobFlow():
            jobs.end_source(d, flow, end=end)
        case j.DropSource(), JobFlow():
            jobs.drop_source(d, flow)
        case j.PickStored(card_id, details), CardsFlow():
            _pick_stored(d, flow, card_id, details=details)
        case j.MoreCards(), CardsFlow():
            stored.more(d, flow)
        case j.PickReservation(transaction_id, release), ReservationsFlow():
            _pick_reservation(d, transaction_id, release=release)
        case j.FreeCard(key), StopListFlow():
            _free_card(d, key)
        case _:
            return False
    return True


def wants_card(flow: Flow) -> bool:
    """Whether a job asks for a card that may be keyed."""
    return isinstance(flow, JobFlow) and flow.question in (Question.CARD, Question.SOURCES) and flow.ask is None


def _programme(d: Draft, name: str) -> None:
    """Whose card it is, or whose is sold."""
    flow = d.till.flow
    match flow:
        case PickProgrammeFlow():
            cards.picked(d, flow, name)
        case JobFlow():
            jobs.programme(d, flow, name)
        case ChooseFlow(task, programmes):
            chosen = next((p for p in programmes if p.name == name), None)
            if chosen is not None and d.line_up(chosen.face):
                d.go(AmountFlow(task, programme=name))
            elif chosen is not None:  # nothing is sold without its line: said before anybody pays
                d.notice(NoticeKind.CANT_NOW, why=Why.LINE_DOWN, task=task)
        case _:
            pass


def _pick_stored(d: Draft, flow: CardsFlow, card_id: str, *, details: bool) -> None:
    card = stored.find(flow, card_id)
    if card is None:
        return
    if details:
        stored.details(d, flow, card)
    elif flow.job is not None:
        job_cards.chosen(d, flow.job, stored.in_hand(d, flow, card), card.balance)
    else:
        cards.show_sheet(d, stored.in_hand(d, flow, card), back=replace(flow, ask=None, asked_for=""))


def _pick_reservation(d: Draft, transaction_id: TransactionId, *, release: bool) -> None:
    reserved = d.transaction(transaction_id)
    if reserved is None or not reserved.particulars.standing or not free_to_release(d, reserved):
        d.notice(NoticeKind.CANT_NOW, why=Why.BUSY)
        return
    task = Task.RELEASE if release else Task.CAPTURE
    if not release and reserved.card is not None and d.is_stopped(reserved.card):
        d.notice(NoticeKind.CANT_NOW, why=Why.CARD_STOPPED, task=task)  # a manager frees it, or it is let go
        return
    job_cards.start_with(d, task, Job(task, original=reserved.id, programme=d.setup.programme(_programme_of(reserved))))


def _programme_of(transaction: Transaction) -> str:
    return transaction.card.programme if transaction.card else ""


def _free_card(d: Draft, key: str) -> None:
    entry = d.context.shelf.stopped(key)
    if entry is None:
        return
    if not is_manager(d.till):
        d.notice(NoticeKind.MANAGER_NEEDED)
        return
    d.free_card(entry)
    d.notice(NoticeKind.CARD_FREED)
