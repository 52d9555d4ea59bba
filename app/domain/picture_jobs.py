"""The screens behind F7: questions of a job, and the lists one chooses from."""

from __future__ import annotations

from dataclasses import replace

from app.domain import view as v
from app.domain.business import may_end
from app.domain.card import CardRef, EntryMode
from app.domain.flow import (
    CardsFlow,
    ChooseFlow,
    Job,
    JobFlow,
    PinFirstFlow,
    RangeFlow,
    ReservationsFlow,
    StopListFlow,
)
from app.domain.host import Cause, Decline
from app.domain.ids import SaleId, TransactionId
from app.domain.job import LONGEST_CODE_HOURS, MOST_SOURCES, PLANS, Question
from app.domain.messages import Task
from app.domain.money import Money, total
from app.domain.particulars import MAX_TEXT
from app.domain.picture_frame import FramePainter
from app.domain.records import SaleKind
from app.domain.transaction import FINAL, State, Transaction
from app.domain.verb import UNDOES, Verb

PROBLEMS_SHOWN = 20
"""Cards of a range that failed, listed; ``more`` counts the others."""

WARNINGS = {
    Task.TRANSFER: (v.Warn.BALANCE_MOVES, v.Warn.TOLD_ONCE, v.Warn.NO_UNDO),
    Task.COMBINE: (v.Warn.SOURCES_END, v.Warn.NO_UNDO),
    Task.SHARE: (v.Warn.BOTH_USE_IT, v.Warn.NO_UNDO),
    Task.GIFT: (v.Warn.LEAVES_OWNER, v.Warn.NO_UNDO),
    Task.DELETE: (v.Warn.CARD_ENDS, v.Warn.NO_UNDO),
    Task.NEW_PIN: (v.Warn.OLD_PIN_DIES, v.Warn.TOLD_ONCE),
    Task.BLANKS: (v.Warn.TOLD_ONCE,),
    Task.RANGE: (v.Warn.EACH_IS_ONE,),
    Task.CASH_OUT: (v.Warn.CASH_FROM_DRAWER,),
    Task.RELEASE: (v.Warn.RESERVATION_ENDS,),
}
"""What a person must know before Enter. Where a backend does have a way back, ``NO_UNDO`` is left out."""


def card_view(ref: CardRef) -> v.CardView:
    """A card as a screen may show it."""
    keyed, scanned = ref.entry is EntryMode.KEYED, ref.entry is EntryMode.SCANNED
    return v.CardView(ref.last4, ref.programme, ref.face, ref.expiry, keyed, scanned)


def reason_of(transaction: Transaction) -> Decline | Cause | None:
    """The persisted reason as one of the codes the screen has sentences for."""
    for codes in (Decline, Cause):
        if transaction.reason in codes.__members__.values():
            return codes(transaction.reason)
    return None


def outcome_kind(transaction: Transaction) -> v.OutcomeKind:
    """Which of the outcomes a state is to a cashier."""
    match transaction.state:
        case State.APPROVED:
            return v.OutcomeKind.APPROVED
        case State.REVERSED | State.REVERSING:
            return v.OutcomeKind.CANCELLED
        case State.STORED | State.FORWARDING if not transaction.abandoned:
            return v.OutcomeKind.STORED
        case State.DECLINED | State.DISPUTED:
            return v.OutcomeKind.DECLINED
        case State.CANCELLED | State.CLOSED:
            return v.OutcomeKind.CANCELLED
        case _:
            return v.OutcomeKind.CHECKING


class JobPainter(FramePainter):
    """Draws what stands between a task behind F7 and its outcome."""

    def _job_body(self) -> tuple[v.Screen, v.Body] | None:
        flow = self._till.flow
        match flow:
            case PinFirstFlow(token, card, _):
                clear = self._setup.pin_in_clear(card.ref.face)
                return v.Screen.PIN, v.PinBody(token, self._zero, card_view(card.ref), card.tries > 0, clear)
            case ChooseFlow(task, programmes):
                return v.Screen.PICK_PROGRAMME, v.PickProgrammeBody("", tuple(p.name for p in programmes), task)
            case JobFlow():
                return self._question(flow)
            case CardsFlow():
                return v.Screen.CARDS, self._cards(flow)
            case ReservationsFlow():
                return v.Screen.RESERVATIONS, self._reservations()
            case StopListFlow():
                return v.Screen.STOP_LIST, v.StopListBody(self._stopped(), self._is_manager())
            case RangeFlow(sale_id):
                return v.Screen.RANGE, self._range(sale_id)
            case _:
                return None

    # --- the questions

    def _question(self, flow: JobFlow) -> tuple[v.Screen, v.Body]:
        job = flow.job
        if flow.ask is not None and flow.question is Question.CARD and flow.since is not None:
            verb = PLANS[job.task].verb or Verb.BALANCE
            title = self._title(flow.looked.ref.face if flow.looked else "")
            body = v.AskingBody(TransactionId(""), verb, self._zero, title, flow.since, sent=False, abandoned=False)
            return v.Screen.ASKING, body
        match flow.question:
            case Question.PROGRAMME:
                asked = PLANS[job.task].verb
                names = tuple(p.name for p in self._setup.makers(asked)) if asked is not None else ()
                return v.Screen.PICK_PROGRAMME, v.PickProgrammeBody("", names, job.task)
            case Question.CARD:
                amount = job.amount or self._zero
                return v.Screen.AWAIT_CARD, v.AwaitCardBody(job.task, amount, amount, self._zero)
            case Question.AMOUNT:
                return v.Screen.AMOUNT, self._how_much(job)
            case Question.SOURCES:
                return v.Screen.SOURCES, self._sources(flow)
            case Question.CONFIRM:
                return v.Screen.CONFIRM, self._confirm(job)
            case _:
                return v.Screen.QUESTION, self._typed(flow)

    def _title(self, face: str) -> str:
        backend = self._setup.capabilities.get(face)
        return backend.title if backend else face

    def _backend(self, job: Job) -> str:
        return self._title(job.programme.face) if job.programme else self._title(job.card.ref.face if job.card else "")

    def _how_much(self, job: Job) -> v.AmountBody:
        limit = None
        if job.task is Task.CASH_OUT and not self._is_manager():
            limit = self._setup.cash_out_up_to or self._zero
        reserved = self._get(job.original).amount if job.original else None
        whole = job.balance if job.task in (Task.TRANSFER, Task.CASH_OUT) else reserved
        return v.AmountBody(
            task=job.task,
            card=card_view(job.card.ref) if job.card else None,
            balance=job.balance,
            limit=limit,
            suggested=whole,
            basket_allowed=False,
            programme=job.programme.name if job.programme else "",
        )

    def _typed(self, flow: JobFlow) -> v.QuestionBody:
        job, question = flow.job, flow.question
        backend = self._setup.capabilities.get(job.programme.face) if job.programme else None
        most, suggested = MAX_TEXT, ""
        match question:
            case Question.COUNT if job.task is Task.NEW_CODE:
                most, suggested = LONGEST_CODE_HOURS, str(job.count or 24)
            case Question.COUNT:
                most, suggested = (backend.most_blanks if backend else 0), str(job.count or "")
            case Question.CUSTOMER:
                suggested = job.customer
            case Question.RECIPIENT:
                suggested = job.recipient
            case Question.FIRST:
                suggested = job.first
            case Question.LAST:
                suggested = job.last
            case _:
                pass
        return v.QuestionBody(
            task=job.task,
            question=question,
            backend=self._backend(job),
            card=card_view(job.card.ref) if job.card else None,
            most=most,
            wrong=flow.wrong,
            numbers=not (backend is not None and backend.blanks_by_id),
            suggested=suggested,
        )

    def _rows(self, job: Job) -> tuple[v.SourceRow, ...]:
        return tuple(v.SourceRow(card_view(card.ref), balance) for card, balance in job.sources)

    def _sum(self, job: Job) -> Money:
        return total([balance for _, balance in job.sources if balance is not None], self._setup.currency)

    def _sources(self, flow: JobFlow) -> v.SourcesBody:
        job = flow.job
        assert job.card is not None
        return v.SourcesBody(
            target=card_view(job.card.ref),
            target_balance=job.balance,
            sources=self._rows(job),
            total=self._sum(job),
            asking=flow.ask is not None,
            most=MOST_SOURCES,
        )

    def _confirm(self, job: Job) -> v.ConfirmBody:
        amount = self._sum(job) if job.task is Task.COMBINE else job.amount
        each = None
        if job.task is Task.RANGE and job.amount is not None:
            each, amount = job.amount, total([job.amount] * job.count, job.amount.currency)
        reserved = self._get(job.original) if job.original else None
        if reserved is not None:
            amount = reserved.amount
        card = job.card.ref if job.card else (reserved.card if reserved is not None else None)
        return v.ConfirmBody(
            task=job.task,
            backend=self._backend(job),
            card=card_view(card) if card is not None else None,
            balance=job.balance,
            amount=amount,
            each=each,
            customer=job.customer,
            recipient=job.recipient,
            sources=self._rows(job),
            first=self._end(job, job.first),
            last=self._end(job, job.last),
            count=job.count,
            end_source=job.end_source if job.task is Task.TRANSFER else None,
            end_possible=job.task is Task.TRANSFER and may_end(job, self._book),
            warnings=self._warnings(job),
        )

    def _end(self, job: Job, text: str) -> str:
        backend = self._setup.capabilities.get(job.programme.face) if job.programme else None
        return text if backend is not None and backend.blanks_by_id else text[-4:]

    def _warnings(self, job: Job) -> tuple[v.Warn, ...]:
        verb = PLANS[job.task].verb
        face = job.programme.face if job.programme else ""
        rule = self._setup.rule(face, verb) if verb is not None else None
        undone = rule is not None and rule.undo is not None
        told = [warn for warn in WARNINGS.get(job.task, ()) if warn is not v.Warn.NO_UNDO or not undone]
        if verb is Verb.DELETE and self._setup.only_forgets(face):
            told = [v.Warn.KEPT_NO_MORE]
        if job.end_source:
            told.insert(1, v.Warn.SOURCE_ENDS)
        return tuple(told)

    # --- the lists

    def _stopped(self) -> tuple[v.StopEntry, ...]:
        """The stop list with people's names: the journal knows them by id."""
        names = {operator.id: operator.name for operator in self._setup.operators}
        entries = self._archive.stop_list()
        return tuple(replace(entry, operator=names.get(entry.operator, entry.operator)) for entry in entries)

    def _cards(self, flow: CardsFlow) -> v.CardsBody:
        return v.CardsBody(
            backend=self._title(flow.programme.face),
            customer=flow.customer,
            task=flow.job.task if flow.job else None,
            cards=flow.cards,
            more=bool(flow.more),
            asking=flow.ask is not None,
            refused=flow.refused,
            detailed=flow.detailed,
        )

    def _reservations(self) -> v.ReservationsBody:
        standing = self._reserved()
        busy = {t.original for t in self._open if t.original and t.state not in FINAL}
        rows = tuple(
            v.ReservationRow(
                self._line(reserved),
                card_view(reserved.card) if reserved.card else None,
                reserved.opened_at,
                reserved.id in busy,
            )
            for reserved in standing
        )
        return v.ReservationsBody(rows, total([reserved.amount for reserved in standing], self._setup.currency))

    def _range(self, sale_id: SaleId) -> v.RangeBody:
        sale = self._archive.sale(sale_id)
        legs = [leg for leg in self._archive.legs_of(sale_id) if leg.verb not in UNDOES]
        legs = [self._book.get(leg.id) or leg for leg in legs]
        done = [leg for leg in legs if leg.state is State.APPROVED]
        waiting = [leg for leg in legs if leg.state not in FINAL]
        shown = tuple(
            v.RangeRow(
                leg.id,
                leg.card.last4 if leg.card else "",
                leg.stan.digits,
                reason_of(leg),
                leg.state not in FINAL,
            )
            for leg in legs
            if leg.state not in (State.APPROVED, State.READY, State.SENT)
        )
        owed = sale.given_back if sale is not None and sale.kind is SaleKind.RANGE else self._zero
        return v.RangeBody(
            count=len(legs),
            done=len(done),
            refused=len(legs) - len(done) - len(waiting),
            waiting=len(waiting),
            each=legs[0].asked if legs else self._zero,
            given_back=owed if owed.is_positive else None,
            problems=shown[:PROBLEMS_SHOWN],
            more=max(0, len(shown) - PROBLEMS_SHOWN),
            over=not waiting,
        )
