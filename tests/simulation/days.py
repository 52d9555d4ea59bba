"""Whole days drawn by lot from a seed: a dozen deeds, a line that misbehaves at random, up to four deaths."""

from __future__ import annotations

import random
from dataclasses import replace

from app.domain.effects import Commit
from app.domain.ids import STAN_CYCLE
from app.domain.messages import DeskAction
from app.domain.records import Record, StanSkipped
from tests.contract.table import ENDPOINTS
from tests.simulation.cashier import Cashier
from tests.simulation.deed import Deed
from tests.simulation.ground import Ground
from tests.simulation.issuer import FACES
from tests.simulation.recipe import ROOTS
from tests.simulation.runs import BUSY_SECONDS, FAULTS, Outcome, dead_or_done, drained, quiet
from tests.simulation.stock import KARI, OLA
from tests.simulation.wire import Fault
from tests.simulation.world import Death, Parts, When, World

DEEDS = 12
DEATHS = 4
CARDS = ("ordinary", "ordinary", "ordinary", "pin", "low", "zero", "expired", "blocked", "inactive")
WHAT = (
    ("pay",) * 6
    + ("load",) * 3
    + ("sell", "void", "void", "refund", "refund", "balance", "cut", "join", "decide", "decide", "z", "clock")
)
FURTHER = (
    "transfer", "combine", "save", "share", "gift", "gift-new", "prefer", "delete", "activate", "range", "reserve",
    "reserve", "capture", "release", "cash-out", "new-pin", "new-code", "blanks", "customer", "all-cards", "stop",
)  # fmt: skip
BEHIND_F7 = 0.3
"""How many deeds are of those: a day at a counter is one of payments still."""
ON_THE_SHEET = ("", "", "pay", "load", "transfer", "cash-out", "delete", "gift", "share")
AMOUNTS = (1_00, 5_00, 12_50, 60_00, 150_00, 600_00)
BASKETS = (("001",), ("001", "100"), ("100",), ("7854", "300"))
BARE = 0.3
"""How many days are spent on the vendors' bare word."""
PLACES = ("*", "*", *ROOTS.values(), *sorted({place for places in ENDPOINTS.values() for place in places.values()}))


def day(ground: Ground, seed: int, parts: Parts | None = None, *, disk: str = "", thorough: bool = True) -> Outcome:
    """One day and its quiet end."""
    chance = random.Random(seed)
    bare, first = chance.random() < BARE, chance.choice(FACES)
    world = World(ground, seed, parts, bare=bare, first=first, disk=disk)
    try:
        if chance.random() < 0.2:  # the counter of numbers is about to begin anew
            near = STAN_CYCLE - chance.randrange(12)
            world.journal.commit(Commit(records=(Record(world.clock.now(), None, StanSkipped(near)),)))
            world.begin()
        cashier = Cashier(world, [draw_deed(chance) for _ in range(DEEDS)])
        world.line.spoil(*[draw_fault(chance) for _ in range(chance.randint(0, 3))])
        for _ in range(chance.randint(0, DEATHS)):
            world.death = Death(world.commits + chance.randint(1, 25), chance.choice(list(When)))
            deaths = world.deaths
            world.run(lambda deaths=deaths: dead_or_done(world, cashier, deaths), BUSY_SECONDS)  # type: ignore[misc]  # bound
            if chance.random() < 0.3:
                world.line.spoil(*[draw_fault(chance) for _ in range(chance.randint(0, 3))])
        world.death = None
        world.run(lambda: cashier.done and drained(world), BUSY_SECONDS)
        wrong = tuple(quiet(world, cashier, thorough=thorough))
        return Outcome(wrong, world.deaths, world.commits, sum(row.at_desk for row in world.terminal.book))
    finally:
        world.close()


def draw_deed(chance: random.Random) -> Deed:
    """Something to do."""
    what = chance.choice(FURTHER if chance.random() < BEHIND_F7 else WHAT)
    face, card = draw_card(chance)
    basket = chance.choice(BASKETS) if what == "pay" and chance.random() < 0.25 else ()
    return Deed(
        what,
        face=face,
        card=card,
        then=tuple(draw_card(chance) for _ in range(chance.choice((0, 0, 0, 1, 2)))),
        amount=chance.choice(AMOUNTS),
        basket=basket,
        patience=chance.choice((0, 1, 5, 60)),
        stan=chance.randrange(8),
        pin=chance.choice(("", "", "0000")),
        sign=chance.choice((1, -1)),
        action=chance.choice(list(DeskAction)),
        keyed=chance.random() < 0.2,
        customer=chance.choice((OLA, OLA, KARI)),
        recipient=chance.choice((KARI, KARI, OLA)),
        count=chance.randint(1, 4),
        end=chance.random() < 0.3,
        sheet=chance.choice(ON_THE_SHEET) if what in ("customer", "all-cards", "balance") else "",
        details=chance.random() < 0.2,
    )


def draw_card(chance: random.Random) -> tuple[str, str]:
    """A card of some backend."""
    face, name = chance.choice(FACES), chance.choice(CARDS)
    return face, "restricted" if face == FACES[0] and chance.random() < 0.1 else name


def draw_fault(chance: random.Random) -> Fault:
    """Something that goes wrong now and then, until it is taken away."""
    kind = chance.choice(FAULTS[1:])
    probability = chance.choice((0.05, 0.2, 0.5, 1.0))
    return replace(kind, endpoint=chance.choice(PLACES), next=None, probability=probability)
