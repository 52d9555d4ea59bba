"""From what the till knows to what the screen shows. Pure: state in, picture out, no word of any language."""

from __future__ import annotations

from datetime import datetime

from app.domain import view as v
from app.domain.business import exposure, stop_entry
from app.domain.card import CardRef, Issued
from app.domain.desk import actions_for
from app.domain.flow import (
    AmountFlow,
    AskingFlow,
    AwaitCardFlow,
    CardInHand,
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
from app.domain.ids import TransactionId
from app.domain.messages import Task
from app.domain.money import MAX_MINOR, Money
from app.domain.offers import offered, tells_nothing_without_pin, why_not_card
from app.domain.paper import programme_of
from app.domain.picture_frame import Archive, Moment
from app.domain.picture_jobs import card_view, outcome_kind, reason_of
from app.domain.picture_outcome import OutcomePainter
from app.domain.policy import CardExposure, offline_verdict
from app.domain.records import SaleKind
from app.domain.transaction import State, Transaction
from app.domain.undo import still_refundable
from app.domain.verb import Verb

__all__ = ["Archive", "Moment", "Painter", "outcome_kind", "reason_of"]

ROWS_SHOWN = 50
"""Rows of the queue screen; ``more`` counts the others."""


class Painter(OutcomePainter):
    """Draws one picture."""

    def picture(self) -> v.TillView:
        """The whole picture."""
        till = self._till
        screen, body = self._body()
        return v.TillView(
            screen=screen,
            body=body,
            terminal_id=self._setup.terminal_id,
            store=self._setup.store,
            training=self._setup.training,
            currency=self._setup.currency,
            business_day=till.business_day,
            operator=till.operator,
            tasks=self._tasks(),
            strip=self._strip(),
            receipts=tuple(self._line(transaction) for transaction in till.receipts),
            offline=self._room(),
            notice=till.notice,
            line_cut=not till.line_up,
            more=self._more(),
        )

    # --- the big thing

    def _body(self) -> tuple[v.Screen, v.Body]:
        flow = self._till.flow
        match flow:
            case SignInFlow(then, failed, wait):
                return v.Screen.SIGN_IN, self._sign_in(then, failed=failed, wait=wait)
            case HomeFlow(last):
                return v.Screen.HOME, self._home(last)
            case SheetFlow():
                return v.Screen.SHEET, self._sheet(flow)
            case AmountFlow():
                return v.Screen.AMOUNT, self._amount(flow)
            case AwaitCardFlow(task):
                return v.Screen.AWAIT_CARD, self._await_card(task)
            case KeyCardFlow(back):
                meant_for = back.task if isinstance(back, AmountFlow | AwaitCardFlow) else None
                meant_for = back.job.task if isinstance(back, JobFlow) else meant_for
                amount = self._rest() if isinstance(back, AwaitCardFlow | OutcomeFlow) else None
                return v.Screen.KEY_CARD, v.KeyCardBody(meant_for, amount, self._keyed_kinds())
            case PickProgrammeFlow():
                names = tuple(programme.name for programme in flow.programmes)
                return v.Screen.PICK_PROGRAMME, v.PickProgrammeBody(flow.secret.pan.last4, names)
            case ConflictFlow(first, second, _):
                return v.Screen.CONFLICT, v.ConflictBody(card_view(first.ref), card_view(second.ref))
            case StoppedFlow(kind, detail):
                return v.Screen.STOPPED, v.StoppedBody(kind, detail)
            case _:
                return self._selling_body() or self._job_body() or self._office_body()

    def _keyed_kinds(self) -> tuple[v.KeyedKind, ...]:
        known = self._setup.capabilities
        return tuple(
            v.KeyedKind(p.name, p.prefixes, p.code_prefixes, known[p.face].printed, known[p.face].reads_expiry)
            for p in self._setup.programmes
        )

    def _selling_body(self) -> tuple[v.Screen, v.Body] | None:
        flow = self._till.flow
        match flow:
            case LookingFlow(_, card, since):
                return v.Screen.ASKING, self._looking(card, since)
            case AskingFlow(transaction_id, since):
                return v.Screen.ASKING, self._asking(self._get(transaction_id), since)
            case PinFlow(transaction_id, wrong):
                transaction = self._get(transaction_id)
                assert transaction.card is not None
                clear = self._setup.pin_in_clear(transaction.face)
                return v.Screen.PIN, v.PinBody(
                    transaction_id, transaction.amount, card_view(transaction.card), wrong, clear, transaction.verb
                )
            case OutcomeFlow():
                return v.Screen.OUTCOME, self._outcome(flow)
            case TenderFlow():
                return v.Screen.TENDER, self._tender()
            case NewCardFlow(transaction_id):
                return v.Screen.NEW_CARD, self._new_card(transaction_id)
            case _:
                return None

    def _office_body(self) -> tuple[v.Screen, v.Body]:
        flow = self._till.flow
        match flow:
            case RefundFlow(found, not_found):
                payment = self._get(found) if found else None
                line = self._line(payment) if payment else None
                left = still_refundable(payment, self._open) if payment else None
                return v.Screen.REFUND, v.RefundBody(line, left, not_found)
            case VoidFlow(transaction_id, _, _):
                transaction = self._get(transaction_id)
                card = card_view(transaction.card) if transaction.card else None
                return v.Screen.VOID, v.VoidBody(self._line(transaction), card)
            case QueueFlow():
                return v.Screen.QUEUE, self._queue()
            case ManagerFlow():
                return v.Screen.MANAGER, self._manager()
            case JournalFlow(before):
                rows, older = self._archive.page(before, ROWS_SHOWN)
                return v.Screen.JOURNAL, v.JournalBody(tuple(self._line(row) for row in rows), older)
            case ReportFlow(number):
                report = self._archive.closed_report(number) if number else None
                can_close = number == 0 and self._is_manager()
                return v.Screen.REPORT, v.ReportBody(number, report or self._archive.day_report(), can_close)
            case ReceiptFlow(transaction_id, _):
                transaction = self._get(transaction_id)
                copies = self._till.printed.get(transaction_id, 0)
                body = v.ReceiptBody(transaction_id, self._receipt(transaction, copies), copies)
                return v.Screen.RECEIPT, body
            case _:
                return v.Screen.HOME, self._home(None)

    def _sign_in(self, then: Task | None, *, failed: bool, wait: int) -> v.SignInBody:
        people = self._setup.operators
        pins = self._setup.demo_pins if self._setup.training else ()
        if then is not None:  # a manager was called for
            chosen = [i for i, person in enumerate(people) if person.role is v.Role.MANAGER]
            people = tuple(people[i] for i in chosen)
            pins = tuple(pins[i] for i in chosen) if pins else ()
        return v.SignInBody(people, pins, failed, wait)

    def _home(self, last: TransactionId | None) -> v.HomeBody:
        sales = self._archive.sales_today()
        return v.HomeBody(sales.count, sales.amount, self._line(self._get(last)) if last else None)

    def _stored_exposure(self, ref: CardRef) -> CardExposure:
        return self._archive.card_exposure(ref.key, self._till.business_day, self._setup.currency)

    def _good_for(self, card: CardInHand) -> Money | None:
        """What the card would pay now without the line: what the policy itself says. None where it may not at all."""
        rule = self._setup.rule(card.ref.face, Verb.REDEEM)
        if rule is None or not rule.offline or not self._till.limits.enabled or card.secret is None:
            return None
        known = self._archive.card_memory(card.ref.key)
        verdict = offline_verdict(
            Verb.REDEEM,
            Money(MAX_MINOR, self._setup.currency),
            rule,
            self._till.limits,
            known,
            exposure(card.ref, self._stored_exposure(card.ref), self._book),
            self._book.exposure(),
            pin=card.ref.pin_required,
            now=self._now,
        )
        return verdict.available

    def _sheet(self, flow: SheetFlow) -> v.SheetBody:
        ref = flow.card.ref
        stopped = stop_entry(ref, self._archive)
        standing = self._standing(flow.card, flow.balance)
        known = self._archive.card_memory(ref.key)
        unsent = self._stored_exposure(ref).unsent_spends
        fresh = flow.ask is None and flow.refused is None and self._up(ref.face) and not flow.late
        return v.SheetBody(
            card=card_view(ref),
            balance=flow.balance,
            as_of=None if fresh or known is None else known.as_of,
            asking=flow.ask is not None,
            unsent=unsent,
            available_offline=self._good_for(flow.card) if not self._up(ref.face) else None,
            refused=flow.refused,
            verbs=tuple(
                v.TaskView(task, why_not_card(task, flow.card, standing)) for task in offered(flow.card, standing)
            ),
            stopped=stopped.why if stopped is not None else None,
            pin_first=tells_nothing_without_pin(flow.card, self._setup) and flow.card.pin is None,
            stored=flow.card.secret is None,
            customer=ref.customer,
            used_elsewhere=not fresh and known is not None and known.touched,
        )

    def _amount(self, flow: AmountFlow) -> v.AmountBody:
        card = flow.card
        basket = flow.task is Task.PAY and bool(self._setup.catalogue)
        # what is due may be more than one card may pay offline; what is put on a card may not
        online = flow.task is Task.PAY or any(self._up(face) for face in self._setup.capabilities)
        limit = None if online else self._till.limits.per_sale
        # what is on a card of another currency is no amount that could be asked for here
        foreign = flow.balance is not None and flow.balance.currency is not self._setup.currency
        return v.AmountBody(
            task=flow.task,
            card=card_view(card.ref) if card else None,
            balance=None if foreign else flow.balance,
            limit=limit,
            suggested=None,
            basket_allowed=basket,
            catalogue=self._setup.catalogue if basket else (),
            programme=flow.programme,
        )

    def _await_card(self, task: Task) -> v.AwaitCardBody:
        sale = self._till.sale
        if sale is None:
            return v.AwaitCardBody(task, self._zero, self._zero, self._zero)
        rest = self._rest() or self._zero
        amount = rest if sale.kind is SaleKind.PAY else sale.due
        return v.AwaitCardBody(task, amount, sale.due, sale.due - amount)

    def _looking(self, card: CardInHand, since: datetime) -> v.AskingBody:
        sale = self._till.sale
        kind = Verb.REDEEM if sale is None or sale.kind is SaleKind.PAY else Verb.RELOAD
        title = self._setup.capabilities[card.ref.face].title
        amount = self._await_card(Task.PAY).amount
        return v.AskingBody(TransactionId(""), kind, amount, title, since, sent=False, abandoned=False)

    def _asking(self, transaction: Transaction, since: datetime) -> v.AskingBody:
        backend = self._setup.capabilities.get(transaction.face)
        return v.AskingBody(
            transaction_id=transaction.id,
            verb=transaction.verb,
            amount=transaction.amount,
            backend=backend.title if backend else transaction.face,
            since=since,
            sent=transaction.state is not State.READY and transaction.state is not State.OPEN,
            abandoned=transaction.abandoned,
        )

    def _new_card(self, transaction_id: TransactionId) -> v.NewCardBody:
        transaction = self._get(transaction_id)
        secret = self._book.secret(transaction_id) or self._archive.unsealed(transaction_id)
        assert isinstance(secret, Issued), "a new card is kept sealed until it is handed over"
        programme = programme_of(transaction, self._sale_of(transaction), self._setup)
        return v.NewCardBody(
            transaction_id, transaction.amount, programme, secret, confirmed=False, verb=transaction.verb
        )

    # --- the office

    def _queue(self) -> v.QueueBody:
        # a reservation that stands on purpose waits for nobody: it has a list of its own
        waiting = (t for t in self._open if t.at_desk or not (t.is_reservation and t.particulars.standing))
        listed = sorted(waiting, key=lambda t: (not t.at_desk, t.id))
        rows = tuple(self._row(t) for t in listed[:ROWS_SHOWN])
        return v.QueueBody(self._queue_totals(), rows, max(0, len(listed) - ROWS_SHOWN), self._till.sending)

    def _row(self, transaction: Transaction) -> v.QueueRow:
        return v.QueueRow(
            transaction_id=transaction.id,
            at=transaction.opened_at,
            verb=transaction.verb,
            last4=transaction.card.last4 if transaction.card else "",
            amount=transaction.amount,
            state=transaction.state,
            tries=transaction.tries,
            reason=transaction.reason,
            stan=transaction.stan.digits,
            face=transaction.face,
            business_day=transaction.business_day,
            overdue=transaction.overdue,
            at_desk=transaction.at_desk,
            unconfirmed=transaction.unconfirmed,
            actions=actions_for(transaction, self._setup.rule(transaction.face, transaction.verb)),
        )

    def _manager(self) -> v.ManagerBody:
        return v.ManagerBody(
            business_day=self._till.business_day,
            report=self._archive.day_report(),
            queue=self._queue_totals(),
            desk=tuple(self._row(t) for t in self._open if t.at_desk),
            hours=self._archive.hours(self._till.business_day),
            offline=self._room(),
            allowed=self._is_manager(),
        )
