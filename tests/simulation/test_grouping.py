"""Messages that share a commit must come to what they would have come to one by one."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

import pytest

from app.domain import messages as m
from app.domain.till import Step
from tests.simulation.cashier import Cashier
from tests.simulation.days import draw_deed, draw_fault
from tests.simulation.deed import Deed
from tests.simulation.ground import Ground
from tests.simulation.runs import drained
from tests.simulation.world import MortalTerminal, Parts, World

CARDS = (("swedbankpay", "ordinary"), ("swedbankpay", "restricted"), ("parpay", "low"), ("dintero", "ordinary"))
QUEUE = tuple(Deed("balance", face=face, card=card) for face, card in CARDS)
QUEUE += (Deed("cut"), *(Deed("pay", face=face, card=card, amount=2_00) for face, card in CARDS))
QUEUE += (*(Deed("load", face=face, card=card, amount=3_00) for face, card in CARDS), Deed("join"), Deed("wait"))
HOST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class OneByOne(MortalTerminal):
    """Every message has a commit of its own."""

    def _keys(self, message: m.Message) -> set[str] | None:
        return None


class Counting(MortalTerminal):
    """Counts the messages that shared a commit."""

    shared = 0

    def _settle(self, group: Sequence[Step]) -> None:
        Counting.shared += len(group) - 1 if len(group) > 1 else 0
        super()._settle(group)


def told(lines: Iterable[str]) -> list[str]:
    """Records without their codes, which cover ids that a host drew by lot; each such id is its place among all."""
    places: dict[str, str] = {}
    bare = (re.sub(r',"(mac|head)":"[0-9a-f]+"', "", line) for line in lines)
    return [HOST_ID.sub(lambda found: places.setdefault(found[0], f"id {len(places)}"), line) for line in bare]


def story(ground: Ground, seed: int, deeds: Sequence[Deed], parts: Parts) -> list[str]:
    """The journal of a life without deaths, line by line."""
    world = World(ground, seed, parts)
    try:
        chance = random.Random(seed)
        world.line.spoil(*[draw_fault(chance) for _ in range(chance.randint(0, 2))] if seed else [])
        cashier = Cashier(world, deeds)
        world.run(lambda: cashier.done and drained(world), 900.0)
        return told(world.journal.export())
    finally:
        world.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_shared_commit_changes_no_record(seed: int, ground: Ground) -> None:
    chance = random.Random(seed)
    deeds = [*QUEUE, *(draw_deed(chance) for _ in range(8))]
    alone = story(ground, seed, deeds, Parts(terminal=OneByOne))
    together = story(ground, seed, deeds, Parts())
    assert together == alone


def test_a_queue_of_several_cards_shares_its_commits(ground: Ground) -> None:
    Counting.shared = 0
    story(ground, 0, QUEUE, Parts(terminal=Counting))
    assert Counting.shared >= len(CARDS)
