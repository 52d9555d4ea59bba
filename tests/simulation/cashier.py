"""The person at the counter: a list of deeds, and a hand that answers whatever the screen asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.crypto.pinblock import PinBlockFormat, encrypt_pin_block
from app.domain import flow as f
from app.domain import messages as m
from app.domain.card import CLEAR_PIN, CardSecret, Issued, Pan, PinBlock
from app.domain.ids import SaleId, TransactionId
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.product import BasketLine
from tests.contract.table import CLEAR_PINS
from tests.simulation.deed import Deed
from tests.simulation.issuer import Card
from tests.simulation.questions import answers, presented, programme_of, tendered
from tests.simulation.world import World

PACE = 0.7
"""Seconds between two movements of a hand."""
WITHOUT_TASK = {"capture": Task.RESERVATIONS, "release": Task.RESERVATIONS}
"""Deeds that begin with a list."""


class Cashier:
    """Works through deeds. A power cut ends the deed that was under way."""

    def __init__(self, world: World, deeds: Iterable[Deed]) -> None:
        self.world = world
        self.deeds = list(deeds)
        self.deed: Deed | None = None
        self._waited = 0
        self._swiped = 0
        self._leaves = False
        self._times: Counter[str] = Counter()
        self._life = world.life
        self._begun = False
        self._here = True
        world.after(PACE, self._move)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do, and the till stands at home."""
        return not self.deeds and self.deed is None and isinstance(self.world.terminal.till.flow, f.HomeFlow)

    def retire(self) -> None:
        """Somebody else takes over."""
        self._here = False

    def _say(self, *messages: m.Message) -> None:
        for message in messages:
            self.world.post(message)

    def _move(self) -> None:
        world = self.world
        if not self._here:
            return
        if world.life != self._life:
            self._life = world.life
            self.deed, self._begun, self._leaves = None, False, False
            self._times.clear()
        self._act(world.terminal.till.flow)
        world.after(PACE, self._move)

    def _act(self, flow: f.Flow) -> None:
        deed = self.deed
        if isinstance(flow, f.HomeFlow | f.QueueFlow) and (deed is None or self._begun):
            self._next()
            return
        patience = deed.patience if deed is not None else 60
        match flow:
            case (
                f.LookingFlow()
                | f.AskingFlow()
                | f.JobFlow(ask=str())
                | f.CardsFlow(ask=str())
                | f.SheetFlow(ask=str())
            ):
                self._waited += 1
                if self._waited > patience:
                    self._waited = 0
                    self._say(m.Back())
            case f.ChooseFlow(_, programmes) if deed is not None:
                name = programme_of(self.world, deed.face)
                self._say(m.PickProgramme(name) if name in {one.name for one in programmes} else m.Back())
            case f.PinFirstFlow(token, card) if card.secret is not None:
                self._enter_pin(token, card.secret)
            case f.AmountFlow() if deed is not None:
                lines = tuple(self._line(product) for product in deed.basket)
                amount = sum(line.amount.minor for line in lines) if lines else deed.amount
                self._say(m.AmountEntered(Money(amount, Currency.NOK), lines))
            case f.AwaitCardFlow() if deed is not None and self._swiped <= len(deed.then):
                face, name = ((deed.face, deed.card), *deed.then)[self._swiped]
                self._swiped += 1
                self._say(*presented(self.world, deed, face, name))
            case f.AwaitCardFlow(task):
                self._leaves = deed is not None and deed.leave
                self._say(m.AskTender() if task is Task.PAY and not self._leaves else m.Back())
            case f.OutcomeFlow() if self._leaves:
                self._say(m.Back())
            case f.TenderFlow():
                self._say(*tendered(self.world))
            case f.PinFlow(transaction_id):
                self._enter_pin(transaction_id, self.world.terminal.book.secret(transaction_id))
            case f.NewCardFlow():
                self._say(m.HandOver())
            case f.RefundFlow(found, _):
                self._refund(found)
            case f.RangeFlow(sale_id):
                self._watch_the_box(sale_id, patience)
            case f.VoidFlow() | f.OutcomeFlow() | f.ReportFlow() | f.ManagerFlow() | f.ReceiptFlow() | f.JournalFlow():
                self._say(m.Confirm())
            case _:
                said = answers(self.world, deed, flow, self._times) if deed is not None else None
                self._say(*((m.Back(),) if said is None else said))

    def _watch_the_box(self, sale_id: SaleId, patience: int) -> None:
        """Until every card of it is through, or for as long as the cashier cares to look."""
        self._waited += 1
        waits = any(row.sale_id == sale_id for row in self.world.terminal.book)
        if not waits or self._waited > patience:
            self._waited = 0
            self._say(m.Confirm())

    def _line(self, product: str) -> BasketLine:
        return next(line for line in self.world.setup.catalogue if line.product_id == product)

    def _next(self) -> None:
        self.deed, self._begun, self._waited, self._swiped, self._leaves = None, False, 0, 0, False
        self._times.clear()
        if not self.deeds:
            return
        self.deed = deed = self.deeds.pop(0)
        self._begun = True
        match deed.what:
            case "balance":
                self._say(*presented(self.world, deed, deed.face, deed.card))
            case "cut":
                self._say(*([m.ToggleLine()] if self.world.terminal.till.line_up else []))
            case "join":
                self._say(*([] if self.world.terminal.till.line_up else [m.ToggleLine()]))
            case "decide":
                desk = [row for row in self.world.terminal.book if row.at_desk]
                self._say(*[m.Decide(row.id, deed.action, "because") for row in desk[:1]])
            case "wait":
                pass
            case "clock":
                self.world.set_clock(deed.amount * deed.sign)
            case "z":
                self._say(m.Start(Task.X_REPORT), m.CloseDay(), m.Back(), m.Back())
            case _:
                self._say(m.Start(WITHOUT_TASK.get(deed.what) or Task(deed.what)))

    def _enter_pin(self, transaction_id: TransactionId, secret: CardSecret | Issued | None) -> None:
        deed = self.deed
        if not isinstance(secret, CardSecret) or deed is None:
            self._say(m.Back())
            return
        card = next(card for card in self.world.ground.issuer.cards if card.number == secret.pan.reveal())
        digits = bytearray((deed.pin or self._newest_pin(card) or "1234").encode())
        if card.face in CLEAR_PINS:
            block = PinBlock(bytes(digits), CLEAR_PIN)
        else:
            key = self.world.ground.issuer.pin_key
            block = PinBlock(encrypt_pin_block(PinBlockFormat.ISO_0, key, digits, card.number), 0)
        self._say(m.PinEntered(transaction_id, block))

    def _newest_pin(self, card: Card) -> str:
        """The one that was told last, or the one that came with the card."""
        return self.world.pins.get(self.world.ground.shelf.vault.card_key(Pan(card.number)), card.pin)

    def _refund(self, found: TransactionId | None) -> None:
        deed, journal = self.deed, self.world.journal
        if deed is None or (found is None and self._swiped):
            self._say(m.Back())
            return
        if found is None:
            self._swiped += 1
            newest = journal.last_transactions(20)
            stans = [row.stan.digits for row in newest if row.refundable.is_positive]
            self._say(m.Refund(stans[deed.stan % len(stans)] if stans else "1"))
            return
        row = journal.transaction(found)
        if row is not None:
            self._say(m.Refund(row.stan.digits, Money(deed.amount, Currency.NOK)))
