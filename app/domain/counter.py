"""What the people at the counter command: keys, amounts, tenders, Enter and Esc.

A command that has no meaning on the screen that is open changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import cards, choosing, desk, job_cards, jobs, legs, selling
from app.domain import effects as e
from app.domain import messages as m
from app.domain import records as r
from app.domain.codes import tells_a_number
from app.domain.draft import Draft
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    CardsFlow,
    ChooseFlow,
    ConflictFlow,
    HomeFlow,
    JobFlow,
    JournalFlow,
    KeyCardFlow,
    LookingFlow,
    ManagerFlow,
    NewCardFlow,
    OutcomeFlow,
    PickProgrammeFlow,
    PinFirstFlow,
    PinFlow,
    QueueFlow,
    RangeFlow,
    ReceiptFlow,
    RefundFlow,
    ReportFlow,
    ReservationsFlow,
    SheetFlow,
    SignInFlow,
    StopListFlow,
    TenderFlow,
    VoidFlow,
)
from app.domain.ids import TransactionId
from app.domain.job import CARD_TASKS, ENDS, MORE_TASKS, PLANS
from app.domain.job_messages import TextEntered
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.offers import tells_nothing_without_pin, why_not, why_not_card
from app.domain.ranges import by_id
from app.domain.sales import free_the_counter, give_up_sale, go_home, show_unfinished, welcome
from app.domain.transaction import State
from app.domain.verb import BETWEEN, PLAIN, UNDOES, Verb
from app.domain.view import NoticeKind, Role, Why

MANAGER_TASKS = frozenset({Task.MANAGER, Task.X_REPORT, Task.JOURNAL})


def command(d: Draft, message: m.Message) -> None:
    """Signing in and the line work for everybody; the rest needs somebody who has the till."""
    match message:
        case m.SignIn(operator):
            _sign_in(d, operator)
        case m.SignInFailed(wait):
            if isinstance(d.till.flow, SignInFlow):
                d.go(replace(d.till.flow, failed=True, wait_seconds=wait))
        case m.Back() if isinstance(d.till.flow, SignInFlow) and d.till.operator is not None:
            go_home(d)
        case m.ToggleLine() if d.setup.training:
            _toggle_line(d)
        case _ if d.till.operator is None or isinstance(d.till.flow, SignInFlow):
            pass
        case _:
            _signed_in(d, message)


def _signed_in(d: Draft, message: m.Message) -> None:
    flow = d.till.flow
    match message:
        case _ if tells_a_number(_words(d, message), d.setup.programmes):
            d.notice(NoticeKind.NUMBER_TYPED)
        case m.Start(task):
            _start(d, task)
        case m.AmountEntered() if isinstance(flow, AmountFlow):
            selling.amount_entered(d, flow, message)
        case m.KeyCard():
            anywhere = isinstance(flow, HomeFlow | AmountFlow | AwaitCardFlow | OutcomeFlow | SheetFlow)
            if anywhere or choosing.wants_card(flow):
                d.go(KeyCardFlow(HomeFlow() if isinstance(flow, SheetFlow) else flow))
        case m.CardKeyed(card) if isinstance(flow, KeyCardFlow):
            cards.keyed(d, card, flow.back)
        case m.PickCard(second) if isinstance(flow, ConflictFlow):
            cards.chosen(d, flow, flow.second if second else flow.first)
        case m.TakePart(amount) if isinstance(flow, OutcomeFlow):
            legs.take_part(d, flow, amount)
        case m.AskTender():
            selling.ask_tender(d)
        case m.TakeTender() if isinstance(flow, TenderFlow):
            selling.take_tender(d, flow, message)
        case m.Refund(stan, amount) if isinstance(flow, RefundFlow):
            _refund(d, flow, stan, amount)
        case m.Confirm():
            _confirm(d)
        case m.Back():
            _back(d)
        case m.HandOver() if isinstance(flow, NewCardFlow):
            _hand_over(d, flow)
        case m.Decide(transaction_id, action, why) if not _busy(d):
            transaction = d.transaction(transaction_id)
            if transaction is not None:
                desk.decide(d, transaction, action, why)
        case _:
            if not choosing.answered(d, message):
                _office(d, message)


def _words(d: Draft, message: m.Message) -> str:
    """What somebody typed in words of their own; the numbers from which and to which a range runs are no such thing."""
    flow = d.till.flow
    match message:
        case TextEntered() if isinstance(flow, JobFlow) and flow.question in ENDS and not by_id(d, flow.job):
            return ""
        case TextEntered(text):
            return text
        case m.TakeTender(reference=text) | m.Decide(why=text) | m.AllowOffline(why=text):
            return text
        case _:
            return ""


def _office(d: Draft, message: m.Message) -> None:
    """Receipts, reports, the lock and the queue."""
    flow = d.till.flow
    match message:
        case m.PrintCopy(transaction_id) if d.transaction(transaction_id) is not None:
            copy = d.till.printed.get(transaction_id, 0) + 1
            d.till = replace(d.till, printed={**d.till.printed, transaction_id: copy})
            d.write(r.Printed(transaction_id, copy))
            d.effects.append(e.Print(transaction_id, copy))
        case m.ShowReceipt(transaction_id) if not _busy(d) and d.transaction(transaction_id) is not None:
            back = flow.back if isinstance(flow, ReceiptFlow) else flow
            d.go(ReceiptFlow(transaction_id, back))
        case m.Older(before) if isinstance(flow, JournalFlow):
            d.go(JournalFlow(before))
        case m.Lock() if _busy(d) and not isinstance(flow, NewCardFlow):
            d.notice(NoticeKind.CANT_NOW, why=Why.BUSY)
        case m.Lock():  # a new card that is not handed over yet is shown again to whoever signs in
            d.write(r.SignedOut(d.operator))
            d.till = replace(d.till, operator=None, flow=SignInFlow())
        case m.AllowOffline(enabled, why):
            if desk.is_manager(d):
                d.write(r.OfflineSwitched(enabled, d.operator, why))
                d.till = replace(d.till, limits=replace(d.till.limits, enabled=enabled))
            else:
                d.notice(NoticeKind.MANAGER_NEEDED)
        case m.CloseDay() if flow in (ReportFlow(0), ManagerFlow()):
            desk.close_day(d)
        case m.SendNow():
            d.effects.append(e.Hurry())
        case _:
            pass


def _sign_in(d: Draft, operator: str) -> None:
    flow = d.till.flow
    known = next((o for o in d.setup.operators if o.id == operator), None)
    if not isinstance(flow, SignInFlow) or known is None:
        return
    d.till = replace(d.till, operator=known)  # with the role the configuration gives, whatever the message claims
    d.write(r.SignedIn(d.operator, known.role.value))
    welcome(d)
    if known.role is Role.MANAGER and d.setup.keys_in_file:
        d.notice(NoticeKind.KEYS_IN_FILE)  # whoever can have it changed is told each time, not only at the start
    if flow.then is not None:
        _start(d, flow.then)


def _toggle_line(d: Draft) -> None:
    up = not d.till.line_up
    d.till = replace(d.till, line_up=up)
    d.write(r.LineSwitched(up))
    d.effects.append(e.SwitchLine(up))
    if up:
        d.effects.append(e.Hurry())
    d.notice(NoticeKind.LINE_BACK if up else NoticeKind.LINE_CUT)


def _busy(d: Draft) -> bool:
    """Money or a customer's PIN is under way, or a new card is not handed over: no other task may start."""
    return isinstance(d.till.flow, AskingFlow | PinFlow | PinFirstFlow | NewCardFlow | LookingFlow)


def _start(d: Draft, task: Task) -> None:
    if _busy(d):
        return
    if task in MANAGER_TASKS and not desk.is_manager(d):
        d.go(SignInFlow(then=task))
        return
    if task in PLANS and task not in (Task.CAPTURE, Task.RELEASE):
        job_cards.start(d, task)
        return
    held = d.till.flow if isinstance(d.till.flow, SheetFlow) else None
    if held is not None and task in CARD_TASKS:
        why = why_not_card(task, held.card, d.standing(held.card, held.balance))
        by_id_only = held.card.secret is None and task is not Task.BALANCE
        needs_line = by_id_only or task is Task.ENTER_PIN
        if why in (Why.CARD_STOPPED, Why.NOT_AT_BACKEND) or (why is Why.LINE_DOWN and needs_line):
            d.notice(NoticeKind.CANT_NOW, why=why, task=task)
            return
    why = why_not(task, d.standing())
    if why is Why.NOT_AT_BACKEND or (why is not None and task in MORE_TASKS):
        d.notice(NoticeKind.CANT_NOW, why=why, task=task)
        return
    if task in (Task.PAY, Task.LOAD, Task.SELL) and not free_the_counter(d):
        show_unfinished(d, task)
        return
    match task:
        case Task.PAY | Task.LOAD:
            d.go(AmountFlow(task, held.card if held else None, held.balance if held else None))
        case Task.SELL:
            makers = d.setup.makers(Verb.ISSUE)
            d.go(ChooseFlow(task, makers) if len(makers) > 1 else AmountFlow(task))
        case Task.ENTER_PIN | Task.BALANCE if held is not None and _pin_comes_first(d, held):
            legs.first_the_pin(d, held.card, held)  # the balance is told to nobody without it
        case Task.RESERVATIONS:
            d.go(ReservationsFlow())
        case Task.STOP_LIST:
            d.go(StopListFlow())
        case Task.BALANCE:
            if held is not None:
                cards.show_sheet(d, held.card, back=held.back)
            else:
                show_unfinished(d, task)
        case Task.REFUND:
            d.go(RefundFlow())
        case Task.VOID:
            _start_void(d)
        case Task.QUEUE:
            d.go(QueueFlow())
        case Task.MANAGER:
            d.go(ManagerFlow())
        case Task.JOURNAL:
            d.go(JournalFlow())
        case Task.X_REPORT:
            d.go(ReportFlow(0))


def _pin_comes_first(d: Draft, held: SheetFlow) -> bool:
    """Whether the backend could be asked now, and tells nothing of the card without the PIN that is still to enter."""
    card = held.card
    return tells_nothing_without_pin(card, d.setup) and card.pin is None and d.line_up(card.ref.face)


def _start_void(d: Draft) -> None:
    last = d.context.shelf.last_undoable(d.till.business_day)
    if last is None:
        d.notice(NoticeKind.NOTHING_TO_VOID)
        return
    d.go(VoidFlow(last.id, sale=False, back=HomeFlow()))


def _refund(d: Draft, flow: RefundFlow, stan: str, amount: Money | None) -> None:
    if amount is None:
        desk.find_refund(d, stan)
        return
    found = d.transaction(flow.found) if flow.found else None
    if found is not None and found.stan.digits == stan.zfill(6) and amount.currency is d.setup.currency:
        desk.refund(d, found, amount)


def _hand_over(d: Draft, flow: NewCardFlow) -> None:
    """The customer has the number. Whoever hands a card over has seen that it was booked."""
    transaction = d.record(flow.transaction_id, r.HandedOver())
    if transaction.unconfirmed and transaction.state is State.APPROVED:
        d.record(transaction.id, r.Kept(d.operator))
    go_home(d, transaction.id)


def _confirm(d: Draft) -> None:
    """Enter."""
    flow = d.till.flow
    match flow:
        case OutcomeFlow(transaction_id):
            selling.leave_outcome(d, transaction_id)
        case VoidFlow(transaction_id, whole_sale, _):
            transaction = d.transaction(transaction_id)
            if whole_sale and d.till.sale is not None:
                give_up_sale(d, d.till.sale)
                d.go(OutcomeFlow(transaction_id, cancelled=True))
            elif transaction is not None:
                desk.void(d, transaction)
        case SheetFlow(card):
            unknown = tells_nothing_without_pin(card, d.setup) and card.pin is None
            _start(d, Task.ENTER_PIN if unknown else Task.PAY)
        case JobFlow():
            jobs.confirm(d, flow)
        case RangeFlow():
            go_home(d)
        case ReceiptFlow(_, back):
            d.go(back)
        case ReportFlow() | JournalFlow():
            d.go(ManagerFlow())
        case QueueFlow() | ManagerFlow():
            go_home(d)
        case _:
            pass


def _back(d: Draft) -> None:
    """Esc: always safe."""
    flow = d.till.flow
    match flow:
        case AskingFlow(transaction_id):
            _stop_asking(d, transaction_id)
        case VoidFlow(_, _, HomeFlow()):
            go_home(d)
        case KeyCardFlow(back) | ReceiptFlow(_, back) | PickProgrammeFlow(back=back) | VoidFlow(_, _, back):
            d.go(back)
        case ConflictFlow(back=back) | PinFirstFlow(back=back):
            d.go(back)
        case CardsFlow(back=back) | SheetFlow(back=back) if back is not None:
            d.go(back)
        case JobFlow():
            jobs.back(d, flow)
        case PinFlow(transaction_id):
            transaction = d.transaction(transaction_id)
            if transaction is not None and transaction.state is State.CARD_READ:
                legs.cancel(d, transaction, "pin-cancelled")
        case OutcomeFlow() | AwaitCardFlow() | LookingFlow() | TenderFlow():
            selling.leave(d)
        case NewCardFlow():
            pass  # the customer's only copy of the number: it is left by handing it over
        case ReportFlow() | JournalFlow():
            d.go(ManagerFlow())
        case _:
            go_home(d)


def _stop_asking(d: Draft, transaction_id: TransactionId) -> None:
    transaction = d.transaction(transaction_id)
    if transaction is None:
        return
    begun = transaction.state not in (State.OPEN, State.READY)
    if transaction.verb in UNDOES or (transaction.verb in PLAIN | BETWEEN and begun):
        # what is given back is given back, and what moves no money of the counter's is not undone by walking away: it
        # goes on without being watched
        d.go(OutcomeFlow(transaction_id))
    elif selling.abandon(d, transaction):
        d.go(OutcomeFlow(transaction_id, cancelled=not begun))
