"""Planted mistakes: each is one that a till of this kind has been shipped with. The judge must find every one.

They live here, in the parts of the harness, and not as switches in the product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.host import Decline, HostDeclined, HostReply, HostRequest, HostSilent
from app.domain.ids import TransactionId, TransactionRef
from app.domain.till import Step
from app.domain.verb import Capabilities, RepeatRule
from app.service.lanes import Lanes
from app.service.terminal import merged
from tests.simulation.backend import WiredBackend
from tests.simulation.issuer import FACES
from tests.simulation.world import MortalTerminal, Parts, When


class EffectsFirst(MortalTerminal):
    """Sends and prints before the commit is on disk."""

    def _settle(self, group: Sequence[Step]) -> None:
        if not group:
            return
        for taken in group:
            for effect in taken.effects:
                self._do(effect)
        commit = merged([taken.commit for taken in group])
        if not commit.is_empty:
            self._store.commit(commit)
            self.world.dies(When.AFTER_EFFECTS)


class NewReference(WiredBackend):
    """Thinks of a repeat as a new try."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        if request.repeat:
            request = replace(request, transaction_ref=TransactionRef(f"0{request.transaction_ref[1:]}"), repeat=False)
        return super().send(request, timeout)


class NoRepeatFlag(WiredBackend):
    """Sends the same again and forgets to say so."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        return super().send(replace(request, repeat=False), timeout)


class SilenceIsNo(WiredBackend):
    """Takes no answer for a refusal."""

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        reply = super().send(request, timeout)
        return HostDeclined(Decline.OTHER) if isinstance(reply, HostSilent) else reply


class AlwaysAgain(WiredBackend):
    """Believes that every call may be sent again, and sends it as if it were the first."""

    @property
    def capabilities(self) -> Capabilities:
        table = super().capabilities
        verbs = {verb: replace(rule, repeat=RepeatRule.REPEATABLE) for verb, rule in table.verbs.items()}
        return replace(table, verbs=verbs)

    def send(self, request: HostRequest, timeout: float) -> HostReply:
        rule = super().capabilities.rule(request.verb)
        once = rule is not None and rule.repeat is RepeatRule.ONCE
        return super().send(replace(request, repeat=False) if once else request, timeout)


class AtItsWord(WiredBackend):
    """Takes every refusal of a repeat for proof that nothing was booked."""

    @property
    def capabilities(self) -> Capabilities:
        table = super().capabilities
        sure = {verb: replace(rule, refusal_of_repeat_proves_not_booked=True) for verb, rule in table.verbs.items()}
        return replace(table, verbs=sure)


class NoLanes(Lanes):
    """Every transaction has a lane of its own."""

    def submit(
        self, transaction_id: TransactionId, face: str, lane: str, now: float, *, urgent: bool, interactive: bool
    ) -> None:
        super().submit(transaction_id, face, transaction_id, now, urgent=urgent, interactive=interactive)


@dataclass(frozen=True)
class Planted:
    """A mistake, and where it shows: at these backends, on our host's promises or on the vendor's ``bare`` word."""

    parts: Parts
    faces: tuple[str, ...] = FACES
    bare: bool = False


PLANTED: Mapping[str, Planted] = {
    "effects before the commit": Planted(Parts(terminal=EffectsFirst)),
    "a new reference on a repeat": Planted(Parts(backend=NewReference)),
    # the other two are told nothing that would make a repeat another message
    "no repeat flag": Planted(Parts(backend=NoRepeatFlag), ("swedbankpay", "gr4vy")),
    "silence is a refusal": Planted(Parts(backend=SilenceIsNo)),
    "what is made once is sent again": Planted(Parts(backend=AlwaysAgain), ("parpay",), bare=True),
    "two in flight on one card": Planted(Parts(lanes=NoLanes)),
}

RARE: Mapping[str, Parts] = {"a refused repeat was never booked": Parts(backend=AtItsWord)}
"""Mistakes that only a cell of its own shows: the first copy comes late, with the PIN that its repeat has lost."""
