"""The step: one message in, one commit and its effects out.

Everything that happens at the till comes through here, and nothing else changes what the till knows. The function is
pure: the same state, message and context give the same step, which is what lets the simulator run a thousand crashed
days a minute and lets a test replay any of them.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import answers, cards, counter, desk, freshness, job_cards, legs, stored
from app.domain import messages as m
from app.domain import records as r
from app.domain.calls import send_next
from app.domain.draft import Draft
from app.domain.flow import CardsFlow, JobFlow, LookingFlow, OutcomeFlow, PinFirstFlow, SheetFlow, StoppedFlow
from app.domain.hook_messages import CardTouched, HooksHeard
from app.domain.host import (
    Cause,
    Decline,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostSilent,
)
from app.domain.ids import TransactionId
from app.domain.records import SaleKind
from app.domain.recovery import recover
from app.domain.remembering import is_foreign, learn
from app.domain.sale import Sale
from app.domain.sales import go_home, settle
from app.domain.till import Book, Context, Step, Till
from app.domain.transaction import State
from app.domain.verb import Verb
from app.domain.view import NoticeKind


def step(till: Till, book: Book, message: m.Message, context: Context) -> Step:
    """What one message leads to. Neither ``till`` nor ``book`` is changed."""
    d = Draft(till, book, context)
    if isinstance(till.flow, StoppedFlow):
        return d.finish()
    if not _news(d, message):
        counter.command(d, message)
    return d.finish()


# --- news ---------------------------------------------------------------------------------------------------------


def _news(d: Draft, message: m.Message) -> bool:
    match message:
        case m.CardSwiped(track2):
            cards.swiped(d, track2.reveal())
        case m.CodeScanned(code):
            cards.scanned(d, code.reveal())
        case m.BadSwipe(fault):
            d.notice(NoticeKind.BAD_SWIPE, fault=fault)
        case m.ReaderChanged(state, name):
            d.till = replace(d.till, reader=state, reader_name=name or d.till.reader_name)
        case m.ScannerChanged(state, name):
            d.till = replace(d.till, scanner=state, scanner_name=name or d.till.scanner_name)
        case m.HostAnswered(transaction_id, reply):
            _answered(d, transaction_id, reply)
        case m.LaneFree(transaction_id):
            send_next(d, transaction_id)
        case m.LaneWaited(transaction_id):
            waiting = d.transaction(transaction_id)
            if waiting is not None and waiting.state is State.READY:
                legs.decide_offline(d, waiting, Cause.LANE)
        case m.PinEntered(transaction_id, block):
            flow = d.till.flow
            ready = d.transaction(transaction_id)
            if isinstance(flow, PinFirstFlow) and flow.token == transaction_id:
                cards.pin_entered(d, flow, block)
            elif ready is not None and ready.state is State.CARD_READ:
                d.keep_pin(transaction_id, block)
                legs.ready(d, ready, pin=True)
        case m.PinCancelled(transaction_id):
            flow = d.till.flow
            given_up = d.transaction(transaction_id)
            if isinstance(flow, PinFirstFlow) and flow.token == transaction_id:
                d.go(flow.back)
            elif given_up is not None and given_up.state is State.CARD_READ:
                legs.cancel(d, given_up, "pin-cancelled")
        case m.HealthChanged(face, health):
            d.till = replace(d.till, health={**d.till.health, face: health})
        case CardTouched():
            freshness.touched(d, message)
        case HooksHeard(faces):
            d.till = replace(d.till, hooked=faces)
        case m.PrinterFailed():
            d.till = replace(d.till, printer_ok=False)
            d.notice(NoticeKind.PRINTER)
        case m.ClockMoved(seconds):
            d.write(r.ClockJumped(seconds))
            d.notice(NoticeKind.CLOCK, count=abs(seconds))
        case m.Tick():
            desk.tick(d)
        case m.Recovered(skipped):
            recover(d, skipped)
        case _:
            return False
    return True


def _answered(d: Draft, transaction_id: TransactionId, reply: HostReply) -> None:
    flow = d.till.flow
    if isinstance(flow, SheetFlow) and flow.ask == transaction_id:
        _sheet_answered(d, flow, reply)
        return
    if isinstance(flow, SheetFlow) and flow.quiet == transaction_id:
        freshness.refreshed(d, flow, reply)
        return
    if isinstance(flow, LookingFlow) and flow.ask == transaction_id:
        _looked_up(d, flow, reply)
        return
    if isinstance(flow, JobFlow) and flow.ask == transaction_id:
        job_cards.looked_up(d, flow, reply)
        return
    if isinstance(flow, CardsFlow) and flow.ask == transaction_id:
        stored.listed(d, flow, reply)
        return
    transaction = d.transaction(transaction_id)
    if transaction is None:
        return  # a look-up nobody waits for any more: it moved nothing
    if transaction.verb is Verb.ISSUE and transaction.state is State.OPEN:
        answers.card_created(d, transaction, reply)
    else:
        answers.answered(d, transaction, reply)


def _sheet_answered(d: Draft, flow: SheetFlow, reply: HostReply) -> None:
    match reply:
        case HostPrepared(_, balance):
            card = learn(d, flow.card, reply)
            d.go(replace(flow, card=card, ask=None, balance=balance))
        case HostDeclined(reason) | HostRefused(reason):
            d.go(replace(flow, card=flow.card.without_wrong_pin(reason), ask=None, refused=reason))
        case HostNotSent(cause) | HostSilent(cause):
            known = d.memory(flow.card.ref.key)
            d.go(replace(flow, ask=None, balance=known.balance if known else None, refused=cause))
        case _:
            d.go(replace(flow, ask=None, refused=Cause.MISMATCH))


def _looked_up(d: Draft, flow: LookingFlow, reply: HostReply) -> None:
    sale = d.till.sale
    if sale is None:
        go_home(d)
        return
    match reply:
        case HostPrepared() if is_foreign(d, reply):
            learn(d, flow.card, reply)
            _refused(d, flow, sale, Decline.CURRENCY)
        case HostPrepared(_, balance):
            known = learn(d, flow.card, reply)
            if d.is_stopped(known.ref):  # it was stopped by the name that its backend just told
                d.go(OutcomeFlow(None, reason=Decline.STOPPED_CARD, card=known, sale_id=sale.id))
            else:
                legs.open_leg(d, sale, known, balance)
        case HostDeclined(reason) | HostRefused(reason):
            _refused(d, flow, sale, reason)
        case _:
            # the look-up failed, which moved nothing: the money call may still get through, and policy stands behind it
            legs.open_leg(d, sale, flow.card, None)


def _refused(d: Draft, flow: LookingFlow, sale: Sale, reason: Decline) -> None:
    """The card was refused before anything was opened for it."""
    if legs.first_the_pin_again(d, flow.card, reason, legs.awaiting(sale)):
        return
    d.go(OutcomeFlow(None, reason=reason, card=flow.card, sale_id=sale.id))
    if sale.kind is not SaleKind.PAY:
        settle(d, sale)
