"""Days drawn by lot, in their short form. The long one: ``python -m tests.simulation --seeds N``."""

import pytest

from tests.simulation.cashier import Cashier
from tests.simulation.days import day
from tests.simulation.deed import Deed
from tests.simulation.ground import Ground
from tests.simulation.world import World

DAYS = 120
PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
def test_any_day_ends_with_balanced_books(part: int, ground: Ground, tell: list[str]) -> None:
    deaths = 0
    for seed in range(part, DAYS, PARTS):
        outcome = day(ground, seed)
        deaths += outcome.deaths
        assert outcome.wrong == (), f"seed {seed}"
    tell.append(f"days by lot {part + 1} of {PARTS}: {DAYS // PARTS} days, {deaths} deaths, 0 with something wrong")


def test_a_queue_keeps_its_order_though_the_clock_is_set_back_and_the_till_starts_anew(ground: Ground) -> None:
    """Ids begin with the time; the order of a card's payments is the journal's."""
    world = World(ground, 1)
    pay = Deed("pay", amount=5_00)
    cashier = Cashier(world, [Deed("balance"), Deed("cut"), pay, Deed("clock", amount=6_000, sign=-1), pay])
    assert world.run(lambda: cashier.done, 120.0)
    stored = [row.stan.digits for row in world.terminal.book]
    assert len(stored) == 2
    world.die()
    assert world.run(lambda: not world.terminal.book.exposure().count and cashier.done, 600.0)
    assert [entry.stan for entry in ground.issuer.entries()] == stored
    world.close()


def test_a_day_on_a_real_file(ground: Ground) -> None:
    """And nothing on that disk holds a card's number."""
    outcome = day(ground, 5, disk="day")
    assert outcome.wrong == ()
    text = ground.shelf.text_on_disk("day")
    assert text
    assert not [card.name for card in ground.issuer.cards if card.number.encode() in text]
