"""The loop's body: one commit, then the effects; and nothing more once the store has said no."""

from __future__ import annotations

from app.domain import effects as e
from app.domain import messages as m
from app.domain.effects import Commit, StopChange
from app.domain.flow import AwaitCardFlow, StoppedFlow
from app.domain.job_bodies import StopEntry
from app.domain.messages import Task
from app.domain.money import Currency, Money
from app.domain.transaction import State
from app.domain.view import StopKind, StoppedBody
from app.service.terminal import TICK_SECONDS, StoreFailed, merged
from tests.simulation.cashier import Cashier
from tests.simulation.deed import Deed
from tests.simulation.ground import Ground
from tests.simulation.world import MortalTerminal, Parts, World
from tests.storage.world import START

PAY = (m.Start(Task.PAY), m.AmountEntered(Money(10_00, Currency.NOK)))


class Full:
    """A store with no room."""

    def __init__(self, kind: StopKind = StopKind.DISK_FULL) -> None:
        self.asked = 0
        self._kind = kind

    def commit(self, commit: Commit) -> None:
        self.asked += 1
        raise StoreFailed(self._kind, "no room")


class Watching(MortalTerminal):
    """Looks at the journal when an effect runs: what it reports must be there."""

    said: list[str]

    def _do(self, effect: e.Effect) -> None:
        match effect:
            case e.Send(request):
                row = self._archive.transaction(request.transaction_id)
                self.said.append(f"send {row.state if row else None}")
            case e.Print(transaction_id):
                row = self._archive.transaction(transaction_id)
                self.said.append(f"print {row.state if row else None}")
            case _:
                pass
        super()._do(effect)


def test_effects_find_their_commit_on_disk(ground: Ground) -> None:
    world = World(ground, 1, Parts(terminal=Watching))
    assert isinstance(world.terminal, Watching)
    world.terminal.said = []
    cashier = Cashier(world, [Deed("pay", amount=10_00)])
    world.run(lambda: cashier.done, 60.0)
    assert world.terminal.said == [f"send {State.SENT}", f"print {State.APPROVED}"]
    world.close()


def test_a_store_that_fails_stops_selling_and_is_asked_no_more(ground: Ground) -> None:
    world = World(ground, 1)
    world.run(lambda: False, 1.0)
    before = world.journal.seq
    store = world.terminal._store = Full()
    world.terminal.handle([*PAY, *PAY])
    assert isinstance(world.terminal.till.flow, StoppedFlow)
    assert store.asked == 1
    world.terminal.handle([*PAY, m.Confirm(), m.Back(), m.Recovered(), m.Tick()])
    assert store.asked == 1
    assert world.journal.seq == before
    assert world.view is not None
    assert isinstance(world.view.body, StoppedBody)
    assert world.view.body.kind is StopKind.DISK_FULL
    world.close()


def test_no_effect_of_a_commit_that_failed_runs(ground: Ground) -> None:
    """The payment is ready and its lane is free; the commit that says so fails, and no byte leaves."""
    world = World(ground, 1)
    cashier = Cashier(world, [Deed("pay", amount=10_00)])
    world.run(lambda: isinstance(world.terminal.till.flow, AwaitCardFlow), 60.0)
    world.terminal._store = Full(StopKind.COMMIT_UNKNOWN)
    world.run(lambda: isinstance(world.terminal.till.flow, StoppedFlow), 60.0)
    world.run(lambda: False, 60.0)
    assert not world.flying
    assert not ground.issuer.entries()
    assert not world.seen
    assert not cashier.done
    world.close()


def test_messages_that_only_change_the_picture_write_nothing(ground: Ground) -> None:
    world = World(ground, 1)
    world.run(lambda: False, 1.0)
    before = world.journal.seq
    world.terminal.handle([m.Start(Task.QUEUE), m.Back(), m.Start(Task.BALANCE)])
    assert world.journal.seq == before
    world.close()


def test_it_never_waits_longer_than_a_tick(ground: Ground) -> None:
    world = World(ground, 1)
    world.terminal.handle([])
    assert 0.0 <= world.terminal.wait() <= TICK_SECONDS
    world.close()


def test_several_steps_in_one_commit_keep_all_records_and_the_last_rows(ground: Ground) -> None:
    world = World(ground, 1)
    commits: list[Commit] = []

    class Keeping:
        def commit(self, commit: Commit) -> None:
            commits.append(commit)
            world.journal.commit(commit)

    world.terminal._store = Keeping()
    cashier = Cashier(world, [Deed("pay", amount=10_00), Deed("load", amount=5_00)])
    world.run(lambda: cashier.done, 60.0)
    one = merged(commits)
    assert one.records == tuple(record for commit in commits for record in commit.records)
    assert {row.id: row for row in one.transactions} == {
        row.id: row for row in reversed(world.journal.last_transactions(50))
    }
    assert {sale.id for sale in one.sales if not sale.closed} == set()
    world.close()


def test_of_several_words_on_one_card_the_last_is_committed() -> None:
    entry = StopEntry("key", "2345", "Demo", START, "anna", "lost")
    words = (StopChange("key", entry), StopChange("other", entry), StopChange("key", None))
    assert set(merged([Commit(stops=(word,)) for word in words]).stops) == {words[1], words[2]}
