"""A card that is used elsewhere while its sheet lies open: seen by a hook, or by asking; quietly, and not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import messages as m
from app.domain import view as v
from app.domain.flow import AmountFlow, SheetFlow
from app.domain.freshness import POLL_EVERY, POLL_FOR, REFRESH_GAP
from app.domain.hook_messages import CardTouched, HooksHeard
from app.domain.host import Cause, Decline, HostNotSent, HostPrepared, HostRefused
from app.domain.messages import Task
from app.domain.view import NoticeKind
from tests.helpers.counter import ORDINARY, OTHER, Counter, nok

FACE = "swedbankpay"
STEP = timedelta(seconds=2)
"""What passes with each message of the counter."""


def hook(number: str = ORDINARY, *, last4: str = "", reference: str = "") -> CardTouched:
    """The small host's account ids are its numbers."""
    return CardTouched(FACE, number, last4, reference)


def hooked() -> Counter:
    counter = Counter()
    counter.say(HooksHeard(frozenset({FACE})))
    return counter


def sheet(counter: Counter) -> v.SheetBody:
    body = counter.view().body
    assert isinstance(body, v.SheetBody)
    return body


def used(counter: Counter, balance: int, number: str = ORDINARY) -> None:
    """Another till took something."""
    counter.host.accounts[number].balance = balance


def wait(counter: Counter, time: timedelta) -> None:
    """The counter's second after second."""
    for _ in range(time // STEP):
        counter.say(m.Tick())


def test_a_hook_brings_the_new_figure_and_nobody_waits_for_it() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    used(counter, 70_00)
    counter.hold = True
    counter.say(hook())
    during = sheet(counter)
    assert (during.balance, during.asking, during.as_of, during.used_elsewhere) == (nok(100_00), False, None, False)
    assert len(counter.wire) == 1
    counter.deliver()
    after = sheet(counter)
    assert (after.balance, after.as_of, after.used_elsewhere) == (nok(70_00), None, False)
    notice = counter.till.notice
    assert notice is not None
    assert (notice.kind, notice.amount) == (NoticeKind.BALANCE_CHANGED, nok(70_00))
    assert counter.host.sent == [], "a hook moves no money"
    assert not counter.archive.rows


def test_a_figure_that_stays_says_nothing() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick(), hook())
    assert sheet(counter).balance == nok(100_00)
    assert counter.till.notice is None


@pytest.mark.parametrize(
    "news",
    [
        hook(OTHER),
        replace(hook(), face="dintero"),
        replace(hook(), account_id=""),
        replace(hook(OTHER), last4=OTHER[-4:]),
    ],
)
def test_news_of_another_card_is_not_this_ones(news: CardTouched) -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    counter.hold = True
    counter.say(news, m.Tick(), m.Tick())
    assert not counter.wire


def test_a_card_without_an_id_is_known_by_its_last_four() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    used(counter, 5_00)
    counter.say(CardTouched(FACE, "", ORDINARY[-4:]))
    assert sheet(counter).balance == nok(5_00)


def test_a_burst_of_hooks_is_one_question_and_the_last_of_them_is_answered() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    counter.hold = True
    counter.say(hook())
    assert len(counter.wire) == 1
    for balance in (90_00, 80_00, 60_00):
        used(counter, balance)
        counter.say(hook())
    assert len(counter.wire) == 1, "one is under way"
    counter.deliver_one(HostPrepared(ORDINARY, nok(90_00)))
    counter.deliver()
    counter.say(m.Tick(), m.Tick())
    assert sheet(counter).balance == nok(60_00), "what came while it was asked is asked again"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["hook", "tick", "answer"]), max_size=40))
def test_whatever_comes_two_questions_are_never_closer_than_the_gap(events: list[str]) -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.hold = True
    asked = [counter.now - STEP]  # its answer took a step
    for event in events:
        before = len(counter.wire)
        if event == "answer" and counter.wire:
            counter.deliver_one()
        else:
            counter.step(hook() if event == "hook" else m.Tick())
        if len(counter.wire) > before:
            assert len(counter.wire) == 1, "one at a time"
            assert counter.now - asked[-1] >= REFRESH_GAP
            asked.append(counter.now)


def test_a_look_up_somebody_waits_for_is_not_doubled() -> None:
    counter = hooked()
    counter.hold = True
    counter.swipe(ORDINARY)
    counter.say(hook(), m.Tick(), m.Tick())
    assert len(counter.wire) == 1
    used(counter, 70_00)
    counter.deliver()
    counter.say(m.Tick(), m.Tick())
    assert sheet(counter).balance == nok(70_00)


def test_a_refresh_that_brings_nothing_leaves_the_figure_with_its_age() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    counter.hold = True
    counter.say(hook())
    counter.deliver_one(HostNotSent(Cause.TIMEOUT))
    body = sheet(counter)
    assert (body.balance, body.refused, body.used_elsewhere) == (nok(100_00), None, True)
    assert body.as_of is not None
    used(counter, 70_00)
    counter.hold = False
    wait(counter, REFRESH_GAP + STEP)
    assert sheet(counter).balance == nok(100_00), "a line that is slow is not asked every three seconds"
    wait(counter, POLL_EVERY)
    body = sheet(counter)
    assert (body.balance, body.as_of, body.used_elsewhere) == (nok(70_00), None, False)


@pytest.mark.parametrize("reason", [Decline.BLOCKED, Decline.WRONG_PIN])
def test_what_the_host_refuses_is_shown_and_never_asked_again_by_itself(reason: Decline) -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    counter.hold = True
    wait(counter, POLL_EVERY)
    counter.deliver_one(HostRefused(reason, 403))
    body = sheet(counter)
    assert (body.balance, body.refused) == (None, reason)
    counter.say(hook())
    wait(counter, POLL_FOR)
    assert not counter.wire, "a third wrong PIN would block a card"


def test_without_hooks_the_host_is_asked_while_the_sheet_lies_open() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    used(counter, 70_00)
    wait(counter, POLL_EVERY - STEP)
    assert sheet(counter).balance == nok(100_00)
    wait(counter, 2 * STEP)
    assert sheet(counter).balance == nok(70_00)
    used(counter, 60_00)
    wait(counter, POLL_EVERY + STEP)
    assert sheet(counter).balance == nok(60_00)


@pytest.mark.parametrize("counter", [Counter(), hooked()], ids=["alone", "hooked"])
def test_a_balance_that_was_not_to_be_had_is_asked_for_again(counter: Counter) -> None:
    counter.hold = True
    counter.swipe(ORDINARY)
    counter.deliver_one(HostNotSent(Cause.TIMEOUT))
    assert sheet(counter).refused is Cause.TIMEOUT
    counter.hold = False
    wait(counter, POLL_EVERY + STEP)
    body = sheet(counter)
    assert (body.balance, body.refused, body.as_of) == (nok(100_00), None, None)


def test_with_hooks_it_is_not() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.hold = True
    wait(counter, POLL_FOR)
    assert not counter.wire
    counter.say(HooksHeard(frozenset()))
    counter.swipe(ORDINARY)
    wait(counter, POLL_EVERY + STEP)
    assert len(counter.wire) == 1, "a receiver that is gone is noticed"


def test_a_sheet_that_somebody_walked_away_from_is_asked_about_no_more() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    wait(counter, POLL_FOR)
    counter.hold = True
    wait(counter, POLL_FOR)
    assert not counter.wire
    counter.hold = False
    used(counter, 70_00)
    counter.say(hook())
    assert sheet(counter).balance == nok(70_00), "news is news, however long it lies there"
    counter.say(m.Start(Task.BALANCE))
    used(counter, 60_00)
    wait(counter, POLL_EVERY + STEP)
    assert sheet(counter).balance == nok(60_00), "whoever touches it begins anew"


def test_no_question_is_asked_on_any_other_screen_or_with_the_line_down() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    counter.cut()
    counter.hold = True
    counter.say(hook())
    wait(counter, POLL_FOR)
    assert not counter.wire
    body = sheet(counter)
    assert body.used_elsewhere, "the remembered figure does not pretend to be fresh"
    assert body.as_of is not None
    counter.say(m.Start(Task.PAY))
    assert isinstance(counter.flow, AmountFlow)
    counter.join()
    counter.say(hook())
    wait(counter, POLL_EVERY + STEP)
    assert not counter.wire


def test_an_answer_that_comes_when_the_sheet_is_gone_changes_nothing() -> None:
    counter = hooked()
    counter.swipe(ORDINARY)
    counter.say(m.Tick(), m.Tick())
    counter.hold = True
    counter.say(hook())
    counter.esc()
    before = counter.till
    counter.deliver()
    assert counter.till == before


def test_the_same_card_once_more_begins_anew() -> None:
    counter = Counter()
    counter.swipe(ORDINARY)
    wait(counter, POLL_FOR)
    counter.swipe(ORDINARY)
    flow = counter.flow
    assert isinstance(flow, SheetFlow)
    assert flow.shown == counter.now - STEP or flow.shown == counter.now


# --- what is remembered -------------------------------------------------------------------------------------------


def seen(counter: Counter) -> None:
    counter.swipe(ORDINARY)
    counter.esc()


def test_a_remembered_card_gets_no_new_figure_and_does_not_pretend_to_be_fresh() -> None:
    counter = hooked()
    seen(counter)
    (before,) = counter.archive.memories.values()
    counter.say(hook())
    (after,) = counter.archive.memories.values()
    assert after == replace(before, touched=True)
    records = len(counter.archive.records)
    counter.say(hook(), hook())
    assert len(counter.archive.records) == records
    counter.cut()
    counter.swipe(ORDINARY)
    body = sheet(counter)
    assert (body.balance, body.as_of, body.used_elsewhere) == (nok(100_00), before.as_of, True)
    assert body.available_offline == nok(100_00), "the limits decide, as with any last known balance"
    counter.esc()
    counter.join()
    counter.swipe(ORDINARY)
    (again,) = counter.archive.memories.values()
    assert not again.touched


def test_a_card_nobody_remembers_is_not_remembered_for_a_hook() -> None:
    counter = hooked()
    counter.say(hook(), CardTouched(FACE, "", "0001"), CardTouched("", "", ""))
    assert counter.archive.memories == {}


def test_the_tills_own_transactions_make_no_figure_old() -> None:
    counter = hooked()
    leg = counter.pay(10_00, ORDINARY)
    counter.say(hook(reference=leg.transaction_ref), hook(reference=leg.transaction_ref.upper()))
    (memory,) = counter.archive.memories.values()
    assert (memory.balance, memory.touched) == (nok(90_00), False)
    counter.say(hook(reference="another-tills"))
    (memory,) = counter.archive.memories.values()
    assert memory.touched


def test_an_estimate_is_as_old_as_what_it_was_made_of() -> None:
    counter = hooked()
    seen(counter)
    counter.say(hook(reference="another-tills"))
    counter.cut()
    counter.pay(10_00, ORDINARY)
    counter.enter()
    counter.host.tell_balance = False
    counter.join()
    counter.retry()
    (memory,) = counter.archive.memories.values()
    assert (memory.balance, memory.touched) == (nok(90_00), True)
