"""Answers to the questions behind F7: what the hand at the counter says to whatever the screen asks."""

from __future__ import annotations

from collections import Counter

from app.domain import flow as f
from app.domain import job_messages as j
from app.domain import messages as m
from app.domain.host import Decline
from app.domain.job import Question
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.records import SaleKind, TenderKind
from app.issuer.faces.gr4vy.face import printed_row
from tests.simulation.deed import Deed
from tests.simulation.issuer import Card
from tests.simulation.stock import BOX
from tests.simulation.world import World

MORE_THAN_ENOUGH = Money(9_999_00, Currency.NOK)
TRIES = 2
"""So often a question is answered; whoever is asked a third time gives up."""
FREE_SLIP = "CC-{}-{}"
"""What a bank terminal calls a purchase: no two are called the same."""

Said = tuple[m.Message, ...]
BACK: Said = (m.Back(),)


def answers(world: World, deed: Deed, flow: f.Flow, times: Counter[str]) -> Said | None:
    """What is said; None where this is no question of a job. ``times`` counts what was answered for this deed."""
    match flow:
        case f.JobFlow(job, question):
            times[question] += 1
            tries = len(deed.then) + TRIES if question is Question.SOURCES else TRIES
            return _answer(world, deed, job, question, times) if times[question] <= tries else BACK
        case f.CardsFlow():
            return _from_list(world, deed, flow, times)
        case f.ReservationsFlow():
            times["reservation"] += 1
            standing = [row for row in world.terminal.book if row.is_reservation and row.particulars.standing]
            if not standing or times["reservation"] > 1:
                return BACK
            return (j.PickReservation(standing[0].id, deed.what == "release"),)
        case f.SheetFlow(ask=None):
            return _from_sheet(deed, flow, times)
        case _:
            return None


def _answer(world: World, deed: Deed, job: f.Job, question: Question, times: Counter[str]) -> Said:
    match question:
        case Question.PROGRAMME:
            return (m.PickProgramme(programme_of(world, deed.face)),)
        case Question.CARD:
            return presented(world, deed, deed.face, deed.card) if times[question] == 1 else BACK
        case Question.SOURCES:
            place = times[question] - 1
            return presented(world, deed, *deed.then[place]) if place < len(deed.then) else (m.Confirm(),)
        case Question.AMOUNT:
            return (m.AmountEntered(Money(deed.amount, Currency.NOK)),)
        case Question.CUSTOMER:
            return (j.TextEntered(deed.customer),)
        case Question.RECIPIENT:
            return (j.TextEntered(deed.recipient),)
        case Question.COUNT:
            return (j.TextEntered(str(deed.count)),)
        case Question.REASON:
            return (j.TextEntered("lost in the street"),)
        case Question.FIRST:
            return (j.TextEntered(end_of_row(world, deed, 1)),)
        case Question.LAST:
            return (j.TextEntered(end_of_row(world, deed, deed.count)),)
        case Question.CONFIRM:
            return (*([j.EndSource(True)] if deed.end and job.task is Task.TRANSFER else []), m.Confirm())


def _from_list(world: World, deed: Deed, flow: f.CardsFlow, times: Counter[str]) -> Said:
    """Asks again once, looks closer where that is wanted, and takes the card of this deed, else the first."""
    if (flow.refused is not None and not flow.cards) or flow.more:
        times["more"] += 1
        if times["more"] <= TRIES:
            return (j.MoreCards(),)
    if not flow.cards:
        return BACK
    last4 = world.ground.issuer.card(deed.card, deed.face).number[-4:]
    card = next((card for card in flow.cards if card.last4 == last4), flow.cards[0])
    if deed.details and flow.detailed is None:
        times["details"] += 1
        return (j.PickStored(card.id, details=True),) if times["details"] <= TRIES else BACK
    times["stored"] += 1
    wanted = flow.job is not None or deed.sheet
    return (j.PickStored(card.id),) if wanted and times["stored"] == 1 else BACK


def _from_sheet(deed: Deed, flow: f.SheetFlow, times: Counter[str]) -> Said:
    """The PIN first, where nothing is told without; then what is to be done with the card."""
    times["sheet"] += 1
    if flow.refused is Decline.PIN_REQUIRED and flow.card.pin is None and times["sheet"] == 1:
        return (m.Confirm(),)
    times["begun"] += 1
    return (m.Start(Task(deed.sheet)),) if deed.sheet and times["begun"] == 1 else BACK


def presented(world: World, deed: Deed, face: str, name: str) -> Said:
    """Swiped; or keyed, with the code that is printed on it."""
    card: Card = world.ground.issuer.card(name, face)
    if deed.keyed:
        return (m.KeyCard(), m.CardKeyed(card.keyed(deed.pin or card.pin)))
    return (m.CardSwiped(m.TrackText(card.track2)),)


def tendered(world: World) -> Said:
    """Cash; but a gift is paid for by a bank card, by the name of its slip."""
    sale = world.terminal.till.sale
    if sale is not None and sale.kind is SaleKind.GIFT:
        slip = FREE_SLIP.format(world.life, round(world.clock.at * 1000))
        return (m.TakeTender(TenderKind.BANK_CARD, MORE_THAN_ENOUGH, slip),)
    return (m.TakeTender(TenderKind.CASH, MORE_THAN_ENOUGH),)


def programme_of(world: World, face: str) -> str:
    """What a backend's cards are called here."""
    return next(programme.name for programme in world.setup.programmes if programme.face == face)


def end_of_row(world: World, deed: Deed, place: int) -> str:
    """The first or last card of a box: an id, or the number that is printed on it."""
    if world.setup.capabilities[deed.face].blanks_by_id:
        return BOX[min(place, len(BOX)) - 1]
    row = printed_row() if deed.face == "gr4vy" else ()
    return row[place - 1].number if place <= len(row) else "0"
