"""The step: one message in, one commit and its effects out.

Everything that happens at the till comes through here, and nothing else changes what the till knows. The function is
pure: the same state, message and context give the same step, which is what lets the simulator run a thousand crashed
days a minute and lets a test replay any of them.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain import cards, desk, legs
from app.domain import effects as e
from app.domain import messages as m
from app.domain import records as r
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    ConflictFlow,
    HomeFlow,
    JournalFlow,
    KeyCardFlow,
    LookingFlow,
    ManagerFlow,
    NewCardFlow,
    OutcomeFlow,
    PickProgrammeFlow,
    PinFlow,
    QueueFlow,
    ReceiptFlow,
    RefundFlow,
    ReportFlow,
    SheetFlow,
    SignInFlow,
    StoppedFlow,
    TenderFlow,
    VoidFlow,
)
from app.domain.host import (
    Cause,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
    Phase,
)
from app.domain.ids import TransactionId
from app.domain.messages import Task
from app.domain.money import Money
from app.domain.records import SaleKind, TenderKind
from app.domain.sale import Sale, Tender
from app.domain.till import Book, Context, Draft, Step, Till
from app.domain.transaction import State, Transaction
from app.domain.verb import UNDOES, Verb
from app.domain.view import NoticeKind, OperatorView, Role

MANAGER_TASKS = frozenset({Task.MANAGER, Task.X_REPORT, Task.JOURNAL})


def step(till: Till, book: Book, message: m.Message, context: Context) -> Step:
    """What one message leads to. Neither ``till`` nor ``book`` is changed."""
    d = Draft(till, book, context)
    if isinstance(till.flow, StoppedFlow):
        return d.finish()
    if not _news(d, message):
        _command(d, message)
    return d.finish()


# --- news ---------------------------------------------------------------------------------------------------------


def _news(d: Draft, message: m.Message) -> bool:
    match message:
        case m.CardSwiped(track2):
            cards.swiped(d, track2.reveal())
        case m.BadSwipe(fault):
            d.notice(NoticeKind.BAD_SWIPE, fault=fault)
        case m.ReaderChanged(state, name):
            d.till = replace(d.till, reader=state, reader_name=name or d.till.reader_name)
        case m.HostAnswered(transaction_id, reply):
            _answered(d, transaction_id, reply)
        case m.LaneFree(transaction_id):
            legs.send_next(d, transaction_id)
        case m.LaneWaited(transaction_id):
            waiting = d.transaction(transaction_id)
            if waiting is not None and waiting.state is State.READY:
                legs.decide_offline(d, waiting, Cause.LANE)
        case m.PinEntered(transaction_id, block):
            ready = d.transaction(transaction_id)
            if ready is not None and ready.state is State.CARD_READ:
                d.keep_pin(transaction_id, block)
                legs.ready(d, ready, pin=True)
        case m.PinCancelled(transaction_id):
            given_up = d.transaction(transaction_id)
            if given_up is not None and given_up.state is State.CARD_READ:
                legs.cancel(d, given_up, "pin-cancelled")
        case m.HealthChanged(face, health):
            d.till = replace(d.till, health={**d.till.health, face: health})
        case m.PrinterFailed():
            d.till = replace(d.till, printer_ok=False)
            d.notice(NoticeKind.PRINTER)
        case m.ClockMoved(seconds):
            d.write(r.ClockJumped(seconds))
            d.notice(NoticeKind.CLOCK, count=abs(seconds))
        case m.Tick():
            desk.tick(d)
        case m.Recovered():
            desk.recover(d)
        case _:
            return False
    return True


def _answered(d: Draft, transaction_id: TransactionId, reply: HostReply) -> None:
    flow = d.till.flow
    if isinstance(flow, SheetFlow) and flow.ask == transaction_id:
        _sheet_answered(d, flow, reply)
        return
    if isinstance(flow, LookingFlow) and flow.ask == transaction_id:
        _looked_up(d, flow, reply)
        return
    transaction = d.transaction(transaction_id)
    if transaction is None:
        return  # a look-up nobody waits for any more: it moved nothing
    if transaction.verb is Verb.ISSUE and transaction.state is State.OPEN:
        legs.card_created(d, transaction, reply)
    else:
        legs.answered(d, transaction, reply)


def _sheet_answered(d: Draft, flow: SheetFlow, reply: HostReply) -> None:
    match reply:
        case HostPrepared(_, balance):
            card = legs.learn(d, flow.card, reply)
            d.go(replace(flow, card=card, ask=None, balance=balance))
        case HostDeclined(reason) | HostRefused(reason):
            d.go(replace(flow, ask=None, refused=reason))
        case HostNotSent(cause) | HostSilent(cause):
            known = d.memory(flow.card.ref.key)
            d.go(replace(flow, ask=None, balance=known.balance if known else None, refused=cause))
        case _:
            d.go(replace(flow, ask=None, refused=Cause.MISMATCH))


def _looked_up(d: Draft, flow: LookingFlow, reply: HostReply) -> None:
    sale = d.till.sale
    if sale is None:
        d.go(HomeFlow())
        return
    known = d.memory(flow.card.ref.key)
    match reply:
        case HostPrepared(_, balance):
            card = legs.learn(d, flow.card, reply)
            legs.open_leg(d, sale, card, balance, pin=legs.needs_pin(card, bool(known and known.pin_required)))
        case HostDeclined(reason) | HostRefused(reason):
            d.go(OutcomeFlow(None, reason=reason, card=flow.card))
            if sale.kind is not SaleKind.PAY:
                legs.give_up_sale(d, sale)
        case _:
            # the look-up failed, which moved nothing: the money call may still get through, and policy stands behind it
            legs.open_leg(d, sale, flow.card, None, pin=legs.needs_pin(flow.card, bool(known and known.pin_required)))


# --- commands -----------------------------------------------------------------------------------------------------


def _command(d: Draft, message: m.Message) -> None:
    match message:
        case m.SignIn(operator, role):
            _sign_in(d, operator, role)
        case m.SignInFailed(wait):
            if isinstance(d.till.flow, SignInFlow):
                d.go(replace(d.till.flow, failed=True, wait_seconds=wait))
        case m.Back() if isinstance(d.till.flow, SignInFlow) and d.till.operator is not None:
            desk.go_home(d)
        case m.ToggleLine() if d.setup.training:
            d.till = replace(d.till, line_up=not d.till.line_up)
            d.write(r.LineSwitched(d.till.line_up))
            d.effects.append(e.SwitchLine(d.till.line_up))
            d.notice(NoticeKind.LINE_BACK if d.till.line_up else NoticeKind.LINE_CUT)
        case _ if d.till.operator is None or isinstance(d.till.flow, SignInFlow):
            pass  # nobody has the till: only signing in and the line do anything
        case _:
            _signed_in_command(d, message)


def _signed_in_command(d: Draft, message: m.Message) -> None:
    match message:
        case m.Start(task):
            _start(d, task)
        case m.AmountEntered():
            _amount(d, message)
        case m.KeyCard():
            if isinstance(d.till.flow, HomeFlow | AmountFlow | AwaitCardFlow | OutcomeFlow | SheetFlow):
                d.go(KeyCardFlow(HomeFlow() if isinstance(d.till.flow, SheetFlow) else d.till.flow))
        case m.CardKeyed(card):
            cards.keyed(d, card)
        case m.PickProgramme(name) if isinstance(d.till.flow, PickProgrammeFlow):
            cards.picked(d, d.till.flow, name)
        case m.PickCard(second) if isinstance(d.till.flow, ConflictFlow):
            flow = d.till.flow
            cards.chosen(d, flow, flow.second if second else flow.first)
        case m.AskTender():
            _ask_tender(d)
        case m.TakeTender(kind, amount):
            _take_tender(d, kind, amount)
        case m.Refund(stan, amount):
            _refund(d, stan, amount)
        case m.Confirm():
            _confirm(d)
        case m.Back():
            _back(d)
        case m.HandOver() if isinstance(d.till.flow, NewCardFlow):
            handed = d.till.flow.transaction_id
            d.record(handed, r.HandedOver())
            desk.go_home(d, handed)
        case m.Decide(transaction_id, action, why):
            transaction = d.transaction(transaction_id)
            if transaction is not None:
                desk.decide(d, transaction, action, why)
        case _:
            _office_command(d, message)


def _office_command(d: Draft, message: m.Message) -> None:
    """Receipts, reports, the lock and the queue."""
    match message:
        case m.PrintCopy(transaction_id):
            copy = d.till.printed.get(transaction_id, 0) + 1
            d.till = replace(d.till, printed={**d.till.printed, transaction_id: copy})
            d.write(r.Printed(transaction_id, copy))
            d.effects.append(e.Print(transaction_id, copy))
        case m.ShowReceipt(transaction_id):
            if not isinstance(d.till.flow, AskingFlow | PinFlow | NewCardFlow | LookingFlow):
                d.go(ReceiptFlow(transaction_id, d.till.flow))
        case m.Older(before) if isinstance(d.till.flow, JournalFlow):
            d.go(JournalFlow(before))
        case m.Lock():
            if not isinstance(d.till.flow, AskingFlow | PinFlow | NewCardFlow | LookingFlow):
                d.write(r.SignedOut(d.operator))
                d.till = replace(d.till, operator=None, flow=SignInFlow())
        case m.AllowOffline(enabled, why):
            if desk.is_manager(d):
                d.write(r.OfflineSwitched(enabled, d.operator, why))
                d.till = replace(d.till, limits=replace(d.till.limits, enabled=enabled))
            else:
                d.notice(NoticeKind.MANAGER_NEEDED)
        case m.CloseDay():
            desk.close_day(d)
        case m.SendNow():
            d.effects.append(e.Hurry())
        case _:
            pass  # a command that has no meaning on this screen changes nothing


def _sign_in(d: Draft, operator: str, role: str) -> None:
    flow = d.till.flow
    if not isinstance(flow, SignInFlow):
        return
    known = next((o for o in d.setup.operators if o.id == operator), None)
    if known is None:
        return
    d.till = replace(d.till, operator=OperatorView(known.id, known.name, Role(role)))
    d.write(r.SignedIn(d.operator, role))
    desk.go_home(d)
    if flow.then is not None:
        _start(d, flow.then)


def _busy(d: Draft) -> bool:
    """Money or a customer's PIN is under way, or a new card is not handed over: no other task may start."""
    return isinstance(d.till.flow, AskingFlow | PinFlow | NewCardFlow | LookingFlow)


def _start(d: Draft, task: Task) -> None:
    if _busy(d):
        return
    if task in MANAGER_TASKS and not desk.is_manager(d):
        d.go(SignInFlow(then=task))
        return
    held = d.till.flow if isinstance(d.till.flow, SheetFlow) else None
    if task in (Task.PAY, Task.LOAD, Task.SELL) and not _leave_sale(d):
        return
    match task:
        case Task.PAY | Task.LOAD:
            d.go(AmountFlow(task, held.card if held else None, held.balance if held else None))
        case Task.SELL:
            d.go(AmountFlow(task))
        case Task.BALANCE:
            if held is not None:
                cards.show_sheet(d, held.card)
            else:
                desk.go_home(d)
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


def _leave_sale(d: Draft) -> bool:
    """Whether a new sale may begin: one with money in it must be finished or taken back first."""
    sale = d.till.sale
    if sale is None or sale.closed:
        return True
    if any(leg.counts for leg in d.legs(sale.id)) or sale.tendered.is_positive:
        desk.go_home(d)
        return False
    legs.give_up_sale(d, sale)
    return True


def _start_void(d: Draft) -> None:
    last = d.context.shelf.last_undoable(d.till.business_day)
    if last is None:
        d.notice(NoticeKind.NOTHING_TO_VOID)
        return
    d.go(VoidFlow(last.id, sale=False, back=HomeFlow()))


def _amount(d: Draft, message: m.AmountEntered) -> None:
    flow = d.till.flow
    if not isinstance(flow, AmountFlow) or not message.amount.is_positive:
        return
    kind = {Task.PAY: SaleKind.PAY, Task.LOAD: SaleKind.LOAD, Task.SELL: SaleKind.ISSUE}[flow.task]
    sale = Sale(
        id=d.context.fresh.sale_id(),
        kind=kind,
        due=message.amount,
        business_day=d.till.business_day,
        operator=d.operator,
        opened_at=d.context.now,
        basket=message.basket,
    )
    d.till = replace(d.till, sale=sale)
    d.write(r.SaleOpened(sale.id, kind, sale.due, sale.business_day, sale.operator))
    d.put_sale(sale)
    if kind is SaleKind.ISSUE:
        d.go(TenderFlow())
    elif flow.card is not None:
        cards.present(d, flow.card)
    else:
        d.go(AwaitCardFlow(flow.task))


def _ask_tender(d: Draft) -> None:
    flow = d.till.flow
    sale = d.till.sale
    if isinstance(flow, AskingFlow):
        transaction = d.transaction(flow.transaction_id)
        if transaction is None or transaction.original or not _abandon(d, transaction):
            return
    if sale is not None and sale.kind is SaleKind.PAY and isinstance(flow, AskingFlow | OutcomeFlow | AwaitCardFlow):
        d.go(TenderFlow())


def _abandon(d: Draft, transaction: Transaction) -> bool:
    """The cashier gives up on a transaction under way. What is in doubt will be undone if it turns out approved."""
    if transaction.state in (State.SENT, State.UNKNOWN, State.FORWARDING, State.READY):
        legs.take_back(d, transaction)
        return True
    return False


def _take_tender(d: Draft, kind: TenderKind, amount: Money) -> None:
    flow = d.till.flow
    sale = d.till.sale
    if not isinstance(flow, TenderFlow) or sale is None or not amount.is_positive:
        return
    rest = d.rest(sale) if sale.kind is SaleKind.PAY else sale.due - sale.tendered
    amount = min(amount, rest)  # change is the drawer's business
    if not amount.is_positive:
        return
    sale = sale.take(Tender(kind, amount))
    d.write(r.TenderTaken(sale.id, kind, amount))
    d.put_sale(sale)
    if sale.kind is SaleKind.PAY:
        paid = [leg for leg in d.legs(sale.id) if leg.counts]
        if not d.rest(sale).is_positive:
            legs.close_sale(d, sale)
            d.go(OutcomeFlow(paid[-1].id) if paid else HomeFlow())
        else:
            d.go(AwaitCardFlow(Task.PAY))
        return
    if (sale.due - sale.tendered).is_positive:
        return  # the load is not paid for yet
    if sale.kind is SaleKind.ISSUE:
        _issue(d, sale)
    elif flow.card is not None:
        legs.start_leg(d, sale, flow.card)


def _issue(d: Draft, sale: Sale) -> None:
    """Paid for: ask the backend for an empty card, then put the money on it."""
    face = next((f for f, c in d.setup.capabilities.items() if c.rule(Verb.ISSUE)), None)
    if face is None or not d.line_up(face):
        d.go(OutcomeFlow(None, reason=Cause.LINE_CUT))
        legs.give_up_sale(d, sale)
        return
    transaction = d.open(Verb.ISSUE, sale.due, None, sale=sale, face=face)
    d.go(AskingFlow(transaction.id, d.context.now))
    d.effects.append(
        e.Ask(
            HostRequest(
                transaction_id=transaction.id,
                face=face,
                phase=Phase.PREPARE,
                verb=Verb.ISSUE,
                amount=d.nothing,
                stan=transaction.stan,
                order_ref=transaction.order_ref,
                transaction_ref=transaction.transaction_ref,
                terminal_id=transaction.terminal_id,
                local_time=transaction.local_time,
            )
        )
    )


def _refund(d: Draft, stan: str, amount: Money | None) -> None:
    flow = d.till.flow
    if not isinstance(flow, RefundFlow):
        return
    if amount is None:
        desk.find_refund(d, stan)
        return
    found = d.transaction(flow.found) if flow.found else None
    if found is not None and found.stan.digits == stan.zfill(6):
        desk.refund(d, found, amount)


def _confirm(d: Draft) -> None:
    """Enter."""
    flow = d.till.flow
    match flow:
        case OutcomeFlow():
            _leave_outcome(d, flow)
        case VoidFlow(transaction_id, whole_sale, _):
            transaction = d.transaction(transaction_id)
            if whole_sale and d.till.sale is not None:
                legs.give_up_sale(d, d.till.sale)
                d.go(OutcomeFlow(transaction_id, cancelled=True))
            elif transaction is not None:
                desk.void(d, transaction)
        case SheetFlow():
            _start(d, Task.PAY)
        case ReceiptFlow(_, back):
            d.go(back)
        case ReportFlow() | JournalFlow():
            d.go(ManagerFlow())
        case QueueFlow() | ManagerFlow():
            desk.go_home(d)
        case _:
            pass


def _leave_outcome(d: Draft, flow: OutcomeFlow) -> None:
    sale = d.till.sale
    if sale is not None and sale.kind is SaleKind.PAY and not sale.closed:
        in_doubt = [leg for leg in d.legs(sale.id) if leg.state in (State.SENT, State.UNKNOWN) and not leg.abandoned]
        paid = any(leg.counts for leg in d.legs(sale.id)) or sale.tendered.is_positive
        if paid and not in_doubt:
            d.go(AwaitCardFlow(Task.PAY))  # part is paid: the rest is asked for
            return
        if in_doubt:
            # the sale waits for its answer in the background; the picture says so in the strip
            d.till = replace(d.till, sale=None)
        else:
            legs.give_up_sale(d, sale)
    elif sale is not None:
        d.till = replace(d.till, sale=None)
    desk.go_home(d, flow.transaction_id)


def _back(d: Draft) -> None:
    """Esc: always safe."""
    flow = d.till.flow
    match flow:
        case AskingFlow(transaction_id):
            transaction = d.transaction(transaction_id)
            if transaction is not None and transaction.verb not in UNDOES and _abandon(d, transaction):
                d.go(OutcomeFlow(transaction_id, cancelled=transaction.state is State.READY))
        case KeyCardFlow(back) | ReceiptFlow(_, back) | PickProgrammeFlow(back=back) | VoidFlow(_, _, back):
            d.go(back)
        case ConflictFlow(back=back):
            d.go(back)
        case PinFlow(transaction_id):
            transaction = d.transaction(transaction_id)
            if transaction is not None and transaction.state is State.CARD_READ:
                legs.cancel(d, transaction, "pin-cancelled")
        case OutcomeFlow() | AwaitCardFlow() | LookingFlow() | TenderFlow():
            _leave_selling(d)
        case NewCardFlow():
            pass  # the customer's only copy of the number: it is left by handing it over
        case ReportFlow() | JournalFlow():
            d.go(ManagerFlow())
        case _:
            desk.go_home(d)


def _leave_selling(d: Draft) -> None:
    """Out of a sale. With money in it the cashier is asked first; without, it never was."""
    sale = d.till.sale
    flow = d.till.flow
    if sale is None or sale.closed:
        desk.go_home(d)
        return
    paid = [leg for leg in d.legs(sale.id) if leg.counts]
    if paid and sale.kind is SaleKind.PAY:
        if isinstance(flow, TenderFlow | LookingFlow | AwaitCardFlow):
            d.go(OutcomeFlow(paid[-1].id))
        else:
            d.go(VoidFlow(paid[-1].id, sale=True, back=flow))
        return
    legs.give_up_sale(d, sale)
    desk.go_home(d)
