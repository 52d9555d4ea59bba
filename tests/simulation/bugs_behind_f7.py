"""Planted mistakes with the further verbs. As in ``bugs.py``, none is a switch in the product; each must be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from app.backends.providers.dintero_once import HELD_UP
from app.domain import messages as m
from app.domain.host import HostApproved, HostReply, HostRequest, HostSilent, Phase
from app.domain.ids import TransactionRef
from app.domain.records import Record, SaleKind, TenderTaken
from app.domain.till import Step
from app.domain.verb import Capabilities, RepeatRule, Verb
from tests.simulation.backend import WiredBackend
from tests.simulation.world import MortalTerminal, Parts


class BoxAnew(WiredBackend):
    """Begins a box of cards from the start, whatever was on the wire when the till died."""

    @property
    def capabilities(self) -> Capabilities:
        table = super().capabilities
        verbs = dict(table.verbs)
        if Verb.ACTIVATE in verbs:
            verbs[Verb.ACTIVATE] = replace(verbs[Verb.ACTIVATE], repeat=RepeatRule.REPEATABLE)
        return replace(table, verbs=verbs)

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        in_box = request.verb is Verb.ACTIVATE and request.count > 0
        return super().send(replace(request, repeat=False) if in_box else request, timeout)


class TenderKept(MortalTerminal):
    """Keeps what was taken for an activation that was declined."""

    def _settle(self, group: Sequence[Step]) -> None:
        super()._settle([self._kept(step) for step in group])

    def _kept(self, step: Step) -> Step:
        sales = {sale.id: sale for sale in step.commit.sales if sale.kind is SaleKind.ACTIVATE}
        if not sales:
            return step
        given = {
            sale.id: replace(sale, tenders=tuple(one for one in sale.tenders if one.amount.is_positive))
            for sale in sales.values()
        }
        records = tuple(record for record in step.commit.records if not self._is_back(record, sales))
        changed = tuple(given.get(sale.id, sale) for sale in step.commit.sales)
        return replace(step, commit=replace(step.commit, records=records, sales=changed))

    @staticmethod
    def _is_back(record: Record, sales: Mapping[Any, object]) -> bool:
        body = record.body
        return isinstance(body, TenderTaken) and body.sale_id in sales and not body.amount.is_positive


class TransferAnew(WiredBackend):
    """Thinks of a repeated transfer as a new one."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        if request.verb is Verb.TRANSFER and request.repeat:
            request = replace(request, transaction_ref=TransactionRef(f"0{request.transaction_ref[1:]}"), repeat=False)
        return super().send(request, timeout)


class NothingStands(MortalTerminal):
    """Takes every reservation it finds at its start for one that was left behind."""

    def handle(self, messages: Sequence[m.Message]) -> None:
        if any(isinstance(message, m.Recovered) for message in messages):
            for row in list(self.book):
                if row.is_reservation:
                    self.book._put(replace(row, particulars=replace(row.particulars, standing=False)))
        super().handle(messages)


class SilenceIsYes(WiredBackend):
    """Takes no answer for a yes, where ``verb`` is asked for."""

    verb: ClassVar[Verb]

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        reply = super().send(request, timeout)
        if isinstance(reply, HostSilent) and request.verb is self.verb and request.phase is Phase.MONEY:
            return HostApproved("H1", request.account_id, request.amount)
        return reply


class PaidOnSilence(SilenceIsYes):
    """The drawer pays, whether the host has answered or not."""

    verb = Verb.CASH_OUT


class GoneOnSilence(SilenceIsYes):
    """A card that was to be deleted is gone, whether the host has answered or not."""

    verb = Verb.DELETE


class SavedOnSilence(SilenceIsYes):
    """A card is the customer's, whether the host has answered or not."""

    verb = Verb.SAVE


class PinAtOnce(WiredBackend):
    """Asks for another PIN as soon as one was not answered, though the first copy may be on the line still."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        if request.verb is Verb.ROTATE_PIN:
            request = replace(request, local_time=request.local_time - HELD_UP - timedelta(seconds=1))
        return super().send(request, timeout)


@dataclass(frozen=True)
class Hidden:
    """A mistake, the backends at which it shows, and parts of the names of the scenarios in which it does."""

    parts: Parts
    faces: tuple[str, ...]
    scenarios: tuple[str, ...]
    bare: bool = False


HIDDEN: Mapping[str, Hidden] = {
    "a box begins anew after a crash": Hidden(Parts(backend=BoxAnew), ("gr4vy", "dintero"), ("range",)),
    "a declined activation keeps its tender": Hidden(Parts(terminal=TenderKept), ("gr4vy", "dintero"), ("activat",)),
    "a transfer is repeated anew": Hidden(Parts(backend=TransferAnew), ("parpay",), ("transfer",)),
    "recovery releases what was reserved to stand": Hidden(
        Parts(terminal=NothingStands), ("swedbankpay", "dintero"), ("reserve",)
    ),
    "cash is paid out on silence": Hidden(Parts(backend=PaidOnSilence), ("dintero",), ("cash out",)),
    "a card is deleted on silence": Hidden(Parts(backend=GoneOnSilence), ("gr4vy", "dintero"), ("delete",)),
    "a card is saved on silence": Hidden(Parts(backend=SavedOnSilence), ("parpay", "gr4vy"), ("save",)),
    "a lost PIN is replaced at once": Hidden(Parts(backend=PinAtOnce), ("dintero",), ("a new PIN",)),
}
