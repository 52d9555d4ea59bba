"""Who may talk to a host now: whatever happens in whatever order, these rules hold."""

from __future__ import annotations

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.domain.ids import TransactionId
from app.domain.messages import LaneFree, LaneWaited
from app.service.lanes import FIRST_DELAY, JITTER, LANE_WAIT_SECONDS, LONGEST_DELAY, PER_FACE, Backoff, Lanes

FACES = ("one", "two")
CARDS = ("a", "b", "c", "d", "e", "f", "g")


def made(per_face: int = PER_FACE) -> Lanes:
    return Lanes(random.Random(1), per_face)


def put(
    lanes: Lanes, name: str, lane: str = "card", *, at: float = 0.0, urgent: bool = False, who: bool = False
) -> None:
    lanes.submit(TransactionId(name), "one", lane, at, urgent=urgent, interactive=who)


def turns(lanes: Lanes, now: float) -> list[str]:
    return [turn.transaction_id for turn in lanes.due(now) if isinstance(turn, LaneFree)]


def done(lanes: Lanes, name: str, now: float, *, again: bool = False) -> None:
    lanes.release(TransactionId(name), now, again=again)


def test_one_card_goes_one_by_one_in_its_order() -> None:
    lanes = made()
    for name in ("first", "second", "third"):
        put(lanes, name)
    for name in ("first", "second", "third"):
        assert turns(lanes, 0.0) == [name]
        assert turns(lanes, 0.0) == []
        done(lanes, name, 0.0)
    assert len(lanes) == 0


def test_a_card_that_fails_holds_up_itself_and_nobody_else() -> None:
    lanes = made()
    put(lanes, "bad", "a")
    put(lanes, "behind", "a")
    put(lanes, "other", "b")
    assert turns(lanes, 0.0) == ["bad", "other"]
    done(lanes, "bad", 1.0, again=True)
    done(lanes, "other", 1.0)
    put(lanes, "next", "b", at=1.0)
    assert turns(lanes, 1.0) == ["next"]
    later = lanes.next_at()
    assert later is not None
    assert turns(lanes, later) == ["bad"], "the head is tried again before what stands behind it"


def test_reversals_go_first_and_keep_their_order() -> None:
    """Two refunds given while the line was down once went out the wrong way round."""
    lanes = made()
    put(lanes, "payment")
    put(lanes, "undo 1", urgent=True)
    put(lanes, "undo 2", urgent=True)
    assert turns(lanes, 0.0) == ["undo 1"]
    done(lanes, "undo 1", 0.0, again=True)
    assert turns(lanes, LONGEST_DELAY) == ["undo 1"]
    done(lanes, "undo 1", LONGEST_DELAY)
    assert turns(lanes, LONGEST_DELAY) == ["undo 2"]
    done(lanes, "undo 2", LONGEST_DELAY)
    assert turns(lanes, LONGEST_DELAY) == ["payment"]


def test_a_reversal_that_came_meanwhile_goes_before_what_failed() -> None:
    lanes = made()
    put(lanes, "payment")
    assert turns(lanes, 0.0) == ["payment"]
    put(lanes, "undo", urgent=True)
    done(lanes, "payment", 0.0, again=True)
    assert turns(lanes, 0.0) == ["undo"]


def test_a_host_is_asked_by_a_few_at_a_time() -> None:
    lanes = made(per_face=2)
    for card in CARDS:
        put(lanes, card, card)
    assert turns(lanes, 0.0) == ["a", "b"]
    done(lanes, "a", 0.0)
    assert turns(lanes, 0.0) == ["c"]


def test_a_cashier_is_given_an_answer_when_the_lane_is_not() -> None:
    lanes = made()
    put(lanes, "slow")
    assert turns(lanes, 0.0) == ["slow"]
    put(lanes, "customer", at=1.0, who=True)
    assert lanes.due(1.0 + LANE_WAIT_SECONDS - 0.01) == []
    assert lanes.next_at() == 1.0 + LANE_WAIT_SECONDS
    assert lanes.due(1.0 + LANE_WAIT_SECONDS) == [LaneWaited(TransactionId("customer"))]
    done(lanes, "slow", 20.0)
    assert turns(lanes, 20.0) == [], "what was given back is not sent"


def test_a_line_that_comes_back_is_used_at_once() -> None:
    lanes = made()
    put(lanes, "waiting")
    assert turns(lanes, 0.0) == ["waiting"]
    done(lanes, "waiting", 0.0, again=True)
    lanes.set_open("one", 0.1, is_open=False)
    assert lanes.next_at() is None
    assert turns(lanes, 10_000.0) == []
    lanes.set_open("one", 10_000.0, is_open=True)
    assert turns(lanes, 10_000.0) == ["waiting"]


def test_back_off_doubles_within_its_bounds() -> None:
    backoff = Backoff(random.Random(2))
    for tries in range(1, 60):
        base = min(FIRST_DELAY * 2 ** (tries - 1), LONGEST_DELAY)
        for _ in range(20):
            assert base * (1 - JITTER) <= backoff.delay(tries) <= base * (1 + JITTER)


class AnyOrder(RuleBasedStateMachine):
    """Lanes beside a model that is too simple to be wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes = Lanes(random.Random(3), 3)
        self.now = 0.0
        self.count = 0
        self.lane_of: dict[str, str] = {}
        self.face_of: dict[str, str] = {}
        self.urgent: set[str] = set()
        self.flying: set[str] = set()
        self.open = dict.fromkeys(FACES, True)
        self.sent: dict[str, list[str]] = {}

    @rule(card=st.sampled_from(CARDS), urgent=st.booleans(), who=st.booleans())
    def submit(self, card: str, urgent: bool, who: bool) -> None:
        self.count += 1
        name = f"{self.count:04d}"
        face = FACES[CARDS.index(card) % 2]
        self.lanes.submit(TransactionId(name), face, card, self.now, urgent=urgent, interactive=who)
        self.lane_of[name], self.face_of[name] = card, face
        if urgent:
            self.urgent.add(name)

    @rule(which=st.integers(0, 20))
    def submit_again(self, which: int) -> None:
        """What is known is not queued twice."""
        if self.lane_of:
            name = sorted(self.lane_of)[which % len(self.lane_of)]
            self.lanes.submit(
                TransactionId(name), self.face_of[name], self.lane_of[name], self.now, urgent=False, interactive=False
            )

    @rule(which=st.integers(0, 20), again=st.booleans())
    def comes_back(self, which: int, again: bool) -> None:
        if self.flying:
            name = sorted(self.flying)[which % len(self.flying)]
            self.flying.discard(name)
            self.lanes.release(TransactionId(name), self.now, again=again)
            if not again:
                self._forget(name)

    @rule(which=st.integers(0, 20))
    def is_struck_out(self, which: int) -> None:
        waiting = sorted(set(self.lane_of) - self.flying)
        if waiting:
            name = waiting[which % len(waiting)]
            self.lanes.release(TransactionId(name), self.now, again=False)
            self._forget(name)

    @rule(face=st.sampled_from(FACES), is_open=st.booleans())
    def line(self, face: str, is_open: bool) -> None:
        self.lanes.set_open(face, self.now, is_open=is_open)
        self.open[face] = is_open

    @rule()
    def hurry(self) -> None:
        self.lanes.hurry(self.now)

    @rule(seconds=st.sampled_from((0.0, 0.4, 3.0, 9.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        end = self.now + seconds
        for _ in range(200):  # each turn takes something out: more than that is a circle
            at = self.lanes.next_at()
            if at is None or at > end:
                break
            self.now = max(self.now, at)
            self._due()
        self.now = end
        self._due()

    def _due(self) -> None:
        for turn in self.lanes.due(self.now):
            name = turn.transaction_id
            assert name in self.lane_of, "only what was submitted"
            assert name not in self.flying, "one turn at a time"
            if isinstance(turn, LaneWaited):
                self._forget(name)
                continue
            lane = self.lane_of[name]
            assert self.open[self.face_of[name]], "nothing goes to a line that is down"
            assert not any(self.lane_of[other] == lane for other in self.flying), "one in flight per lane"
            ahead = [
                other
                for other, its in self.lane_of.items()
                if its == lane
                and other != name
                and (other in self.urgent, -int(other)) > (name in self.urgent, -int(name))
            ]
            assert not ahead, "urgent first, then in the order they came"
            self.flying.add(name)
        assert self.lanes.due(self.now) == [], "nothing is due twice"

    def _forget(self, name: str) -> None:
        del self.lane_of[name], self.face_of[name]
        self.urgent.discard(name)
        self.flying.discard(name)

    @invariant()
    def nothing_is_lost_or_made_up(self) -> None:
        assert len(self.lanes) == len(self.lane_of)

    @invariant()
    def a_few_per_face(self) -> None:
        for face in FACES:
            assert sum(self.face_of[name] == face for name in self.flying) <= 3

    def teardown(self) -> None:
        """When all lines are up and everything is answered, everything gets its turn."""
        for face in FACES:
            self.lanes.set_open(face, self.now, is_open=True)
            self.open[face] = True
        for _ in range(2 * len(self.lane_of) + 2):
            for name in sorted(self.flying):
                self.lanes.release(TransactionId(name), self.now, again=False)
                self._forget(name)
            self.now += LONGEST_DELAY * (1 + JITTER)
            self._due()
        assert not self.lane_of, "nothing waits for ever"
        assert self.lanes.next_at() is None


AnyOrder.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
test_any_order = AnyOrder.TestCase
