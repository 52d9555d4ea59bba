"""What every backend must do, whoever the vendor is: say no for the right reason, and be right about money to the cent.

That whatever is asked is done once, and what becomes of it on a bad line, is in ``test_every_errand.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.backends.base import Surroundings
from app.domain.host import (
    Cause,
    Decline,
    HostApproved,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostSilent,
)
from app.domain.verb import RepeatRule, Verb
from tests.contract.bench import SECONDS, SOON, Bench, nok
from tests.contract.errands import AMOUNT, ERRANDS, OPENING
from tests.contract.table import (
    CHECKS_CLOCKS,
    CODE_IS_PIN,
    FACES,
    REASONS,
    TELLS_BALANCES,
    TELLS_DUPLICATES,
    TOKENS,
    WITHOUT_ACCOUNTS,
)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lose_request"},
        {"kind": "lose_answer"},
        {"kind": "delay", "seconds": 1.0},
        {"kind": "garble"},
        {"kind": "truncate", "bytes": 40},
        {"kind": "drip", "seconds": 0.005},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 401},
    ],
    ids=str,
)
@pytest.mark.parametrize("preparation", ["token", "lookup"])
def test_a_preparation_that_fails_sends_no_money_call(bench: Bench, fault: dict[str, Any], preparation: str) -> None:
    by_number = bench.face in TELLS_BALANCES | WITHOUT_ACCOUNTS
    if bench.face not in TOKENS if preparation == "token" else by_number:
        pytest.skip("this vendor needs no such preparation")
    new = bench.fresh(OPENING)
    till = bench.another()
    request = bench.request(Verb.REDEEM, new, nok(AMOUNT), account_id="")
    bench.spoil(fault | ({"endpoint": TOKENS[bench.face]} if preparation == "token" else bench.at(Verb.BALANCE)))
    reply = till.send(request, SOON)
    till.close()
    assert isinstance(reply, HostNotSent)
    assert bench.booked(request) == []
    assert bench.balance_of(new) == OPENING


def test_a_balance_tells_what_can_be_spent(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    reply = bench.send(bench.request(Verb.BALANCE, new, account_id=""))
    assert isinstance(reply, HostPrepared)
    assert (reply.account_id, reply.balance) == (new.account_id, nok(OPENING))


def test_the_receipt_learns_what_is_left(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    reply = bench.send(bench.request(Verb.REDEEM, new, nok(AMOUNT), want_balance=True))
    assert isinstance(reply, HostApproved)
    assert reply.balance == nok(OPENING - AMOUNT)


def test_a_receipt_without_a_balance_is_still_a_receipt(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    bench.spoil({"kind": "lose_answer"} | bench.at(Verb.BALANCE))
    reply = bench.send(bench.request(Verb.REDEEM, new, nok(AMOUNT), want_balance=True))
    assert isinstance(reply, HostApproved)
    assert reply.balance == (nok(OPENING - AMOUNT) if bench.face in TELLS_BALANCES else None)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("low", Decline.INSUFFICIENT),
        ("zero", Decline.INSUFFICIENT),
        ("expired", Decline.EXPIRED),
        ("blocked", Decline.BLOCKED),
        ("inactive", Decline.INACTIVE),
        ("restricted", Decline.PRODUCT),
        ("pin", Decline.PIN_REQUIRED),
    ],
)
def test_a_card_that_may_not_pay_is_declined_for_its_reason(bench: Bench, name: str, reason: Decline) -> None:
    bench.expresses(name)
    request = bench.request(Verb.REDEEM, amount=nok(AMOUNT), card=bench.demo(name))
    reply = bench.send(request)
    assert isinstance(reply, HostDeclined | HostRefused)
    assert reply.reason is reason
    again = bench.send(replace(request, repeat=True, account_id=reply.account_id))
    assert again == reply


@pytest.mark.parametrize("name", ["low", "blocked", "expired", "inactive"])
def test_a_reason_nobody_told_of_is_still_a_no(bench: Bench, name: str) -> None:
    bench.expresses(name)
    request = bench.request(Verb.REDEEM, amount=nok(AMOUNT), card=bench.demo(name))
    bench.spoil({"kind": "reword", "members": REASONS[bench.face]})
    assert isinstance(bench.send(request), HostDeclined | HostRefused)
    assert not [entry for entry in bench.booked(request) if entry.reason is None]


@pytest.mark.parametrize("minor", [1, 9, 10, 99, 101, 1_005, 99_999_999])
def test_amounts_are_exact_to_the_cent(bench: Bench, minor: int) -> None:
    """Put on and taken off again; 1005 is where binary fractions begin to lie (10.05)."""
    loads = Verb.RELOAD if Verb.RELOAD in bench.backend.capabilities.verbs else Verb.ACTIVATE
    new = bench.blank() if loads is Verb.ACTIVATE else bench.fresh(0)
    for verb, left in ((loads, minor), (Verb.REDEEM, 0)):
        request = bench.request(verb, new, nok(minor))
        reply = bench.send(request)
        assert isinstance(reply, HostApproved)
        assert reply.amount == nok(minor)
        assert [entry.amount for entry in bench.booked(request)] == [minor]
        assert bench.balance_of(new) == left


def test_a_swiped_card_pays_and_no_log_tells_its_track(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    card = bench.demo("ordinary", track2=True)
    assert isinstance(bench.send(bench.request(Verb.REDEEM, amount=nok(5), card=card)), HostApproved)
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}, "the loggers must be listening"
    assert card.track2 not in caplog.text
    assert card.pan.reveal() not in caplog.text


def test_a_pin_is_taken_and_a_wrong_one_refused(bench: Bench) -> None:
    bench.expresses("pin")
    card, pin = bench.demo("pin"), bench.pin_of("pin")
    wrong = f"{(int(pin[0]) + 1) % 10}{pin[1:]}"
    refused = bench.send(bench.request(Verb.REDEEM, amount=nok(100), card=card, pin_block=bench.pin_block(card, wrong)))
    assert isinstance(refused, HostDeclined | HostRefused)
    assert refused.reason is Decline.WRONG_PIN
    request = bench.request(Verb.REDEEM, amount=nok(100), card=card, pin_block=bench.pin_block(card, pin))
    assert isinstance(bench.send(request), HostApproved)
    repeated = bench.send(replace(request, repeat=True, pin_block=None, card=None, account_id=refused.account_id))
    assert isinstance(repeated, HostApproved)
    assert repeated.duplicate or bench.face not in TELLS_DUPLICATES


def test_a_wrong_code_tells_no_balance(bench: Bench) -> None:
    card = bench.demo("ordinary")
    if not card.cvc:
        pytest.skip("cards of this face have no code of this kind to verify")
    wrong = f"{card.cvc[:-1]}{(int(card.cvc[-1]) + 1) % 10}"
    reply = bench.send(bench.request(Verb.BALANCE, card=bench.demo("ordinary", cvc=wrong)))
    assert isinstance(reply, HostRefused)
    assert reply.reason is (Decline.UNKNOWN_CARD if bench.face in CODE_IS_PIN else Decline.WRONG_CVC)


def test_a_card_nobody_knows_is_refused_before_any_money_call(bench: Bench) -> None:
    card = bench.demo("ordinary")
    last = (int(card.pan.reveal()[-1]) + 1) % 10
    code = card.cvc if bench.face in CODE_IS_PIN else ""
    stranger = type(card)(type(card.pan)(card.pan.reveal()[:-1] + str(last)), None, code)
    reply = bench.send(bench.request(Verb.REDEEM, amount=nok(100), card=stranger))
    assert isinstance(reply, HostDeclined if bench.face in WITHOUT_ACCOUNTS else HostRefused)
    assert reply.reason is Decline.UNKNOWN_CARD


def test_a_reference_used_for_something_else_is_refused(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    request = bench.request(Verb.REDEEM, new, nok(AMOUNT))
    bench.send(request)
    reply = bench.send(replace(request, amount=nok(AMOUNT + 1), repeat=True))
    assert reply == HostRefused(Decline.REFERENCE_REUSED, 409, new.account_id)
    assert bench.balance_of(new) == OPENING - AMOUNT


@pytest.mark.parametrize("verb", [Verb.REVERSE, Verb.REFUND, Verb.CANCEL])
def test_what_was_undone_is_not_undone_again(bench: Bench, verb: Verb) -> None:
    bench.has(verb)
    new = bench.fresh(OPENING)
    request = bench.ready(verb, new, AMOUNT)
    assert isinstance(bench.send(request), HostApproved)
    second = bench.request(verb, new, nok(AMOUNT), original=request.original)
    reply = bench.send(second)
    assert isinstance(reply, HostDeclined | HostRefused)
    assert reply.reason is Decline.NOTHING_LEFT
    assert bench.balance_of(new) == OPENING


def test_a_capture_is_undone_under_the_id_it_was_given(bench: Bench) -> None:
    bench.has(Verb.CAPTURE)
    new = bench.fresh(OPENING)
    capture = bench.ready(Verb.CAPTURE, new, AMOUNT)
    original = bench.original(capture, bench.send(capture))
    reply = bench.send(bench.request(Verb.REVERSE, new, nok(AMOUNT), original=original))
    assert isinstance(reply, HostApproved)
    assert bench.balance_of(new) == OPENING


def test_a_refund_may_be_of_a_part(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    request = bench.ready(Verb.REFUND, new, AMOUNT)
    reply = bench.send(replace(request, amount=nok(345)))
    assert isinstance(reply, HostApproved)
    assert reply.amount == nok(345)
    assert bench.balance_of(new) == OPENING - AMOUNT + 345


def test_twenty_payments_of_a_whole_balance_and_exactly_one_is_booked(bench: Bench) -> None:
    new = bench.fresh(AMOUNT)
    requests = [bench.request(Verb.REDEEM, new, nok(AMOUNT)) for _ in range(20)]
    replies: list[HostReply] = []

    def lane(mine: int) -> None:
        for request in requests[mine::4]:
            replies.append(bench.send(request, 30))

    lanes = [threading.Thread(target=lane, args=(mine,)) for mine in range(4)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    assert [isinstance(reply, HostApproved) for reply in replies].count(True) == 1
    refused = [reply for reply in replies if isinstance(reply, HostDeclined | HostRefused)]
    assert [reply.reason for reply in refused] == [Decline.INSUFFICIENT] * 19
    assert bench.balance_of(new) == 0


def test_the_lamp_is_green_and_then_red(bench: Bench) -> None:
    assert bench.backend.ping().up
    bench.spoil({"kind": "status", "status": 503})
    assert not bench.backend.ping().up


@pytest.mark.parametrize("face", sorted(CHECKS_CLOCKS))
@pytest.mark.parametrize("hours", [1, -1])
def test_a_till_with_a_wrong_clock_is_told_so_and_does_nothing(face: str, hours: int) -> None:
    off = [timedelta(0)]
    around = Surroundings(now=lambda: datetime.now(UTC) + off[0])
    with Bench(face, around, max_skew=timedelta(minutes=5)) as bench:
        for _, make in ERRANDS[face].values():
            errand = make(bench)
            account = errand.request.original.account_id if errand.request.original else errand.request.account_id
            off[0] = timedelta(hours=hours)
            assert bench.send(errand.request) == HostNotSent(Cause.CONFIGURATION, account)
            off[0] = timedelta(0)
            assert errand.times() == 0
            assert isinstance(bench.send(errand.request), HostApproved)


@pytest.mark.parametrize("face", FACES)
def test_a_host_that_promises_nothing_is_sent_no_second_copy(face: str) -> None:
    """With a vendor's own promises only, and no house promise of ours, every ONCE verb goes to a person."""
    with Bench(face, extra={}) as bench:
        table = bench.backend.capabilities.verbs
        for verb in (verb for verb, rule in table.items() if rule.repeat is RepeatRule.ONCE):
            makes: list[Callable[[Bench], Any]] = [make for known, make in ERRANDS[face].values() if known is verb]
            for errand in (make(bench) for make in makes):
                bench.spoil({"kind": "lose_answer"} | bench.at(verb) | {"next": 1})
                account = errand.request.original.account_id if errand.request.original else errand.request.account_id
                assert bench.send(errand.request) == HostSilent(Cause.BROKEN, account)
                again = bench.send(replace(errand.request, repeat=True))
                assert again == HostSilent(Cause.RESTART, errand.request.account_id)
                (fault,) = bench.host.faults._armed
                assert (fault.seen, errand.times()) == (1, 1)


@pytest.mark.parametrize("face", sorted(TOKENS))
def test_a_host_that_takes_none_of_its_own_tokens_is_a_matter_of_configuration(face: str) -> None:
    with Bench(face, token_life=timedelta(seconds=0)) as bench:
        card = bench.demo("ordinary")
        assert bench.send(bench.request(Verb.REDEEM, amount=nok(100), card=card)) == HostNotSent(Cause.CONFIGURATION)


@pytest.mark.parametrize("face", FACES)
def test_a_cut_line_books_nothing_and_comes_back(face: str) -> None:
    cut = threading.Event()
    with Bench(face, Surroundings(cut=cut.is_set)) as bench:
        request = bench.request(Verb.REDEEM, amount=nok(100), card=bench.demo("ordinary"))
        cut.set()
        assert bench.send(request) == HostNotSent(Cause.LINE_CUT)
        assert bench.backend.ping().cause is Cause.LINE_CUT
        cut.clear()
        reply = bench.send(request)
        assert isinstance(reply, HostApproved)
        assert not reply.duplicate


@pytest.mark.parametrize("face", FACES)
def test_a_host_that_is_down_was_sent_nothing(face: str) -> None:
    with Bench(face) as bench:
        request = bench.request(Verb.REDEEM, amount=nok(100), card=bench.demo("ordinary"))
    other = bench.another()
    assert other.send(request, SECONDS) == HostNotSent(Cause.CONNECT)
    other.close()
