"""What every backend must do, whoever the vendor is: book once, say what is known, tell nobody a secret."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
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
    Phase,
)
from app.domain.verb import PLAIN, READS, RepeatRule, Verb
from tests.contract.bench import (
    CHECKS_CLOCKS,
    CODE_IS_PIN,
    ENDPOINTS,
    SECONDS,
    SOON,
    TOKENS,
    WITHOUT_ACCOUNTS,
    WITHOUT_LABELS,
    Bench,
    nok,
)

OPENING, AMOUNT = 50_000, 12_345

MONEY = (
    Verb.REDEEM,
    Verb.RELOAD,
    Verb.ISSUE,
    Verb.AUTHORIZE,
    Verb.CAPTURE,
    Verb.CANCEL,
    Verb.REVERSE,
    Verb.REFUND,
    Verb.ACTIVATE,
    Verb.CASH_OUT,
    Verb.TRANSFER,
    Verb.COMBINE,
)
WITHOUT_MONEY = READS | PLAIN
ELSEWHERE = {Verb.GIFT}
"""Tried in a file of its backend's own: the card it moves money to is nobody's here."""
AFTERWARDS = {
    Verb.REDEEM: OPENING - AMOUNT,
    Verb.RELOAD: OPENING + AMOUNT,
    Verb.ISSUE: OPENING + AMOUNT,
    Verb.AUTHORIZE: OPENING - AMOUNT,
    Verb.CAPTURE: OPENING - AMOUNT,
    Verb.CANCEL: OPENING,
    Verb.REVERSE: OPENING,
    Verb.REFUND: OPENING,
    Verb.ACTIVATE: AMOUNT,
    Verb.CASH_OUT: OPENING - AMOUNT,
    Verb.TRANSFER: OPENING - AMOUNT,
    Verb.COMBINE: OPENING + AMOUNT,
}
"""What can be spent after one of each: booked once, neither never nor twice."""


@dataclass(frozen=True)
class Mishap:
    """A fault on a money call: what the host is told to do, what the till must say, and what is in the books then.

    ``booked`` is None where the host may book it before or after the repeat arrives.
    """

    name: str
    fault: dict[str, Any]
    reply: HostSilent | HostNotSent | type[HostApproved]
    booked: bool | None
    seconds: float = SECONDS
    count: int = 1
    replayed: bool = field(default=False)


MISHAPS = (
    Mishap("lost request", {"kind": "lose_request"}, HostSilent(Cause.BROKEN), booked=False),
    Mishap("lost answer", {"kind": "lose_answer"}, HostSilent(Cause.BROKEN), booked=True),
    Mishap("late", {"kind": "delay", "seconds": 1.0}, HostSilent(Cause.TIMEOUT), booked=None, seconds=SOON),
    Mishap(
        "late answer",
        {"kind": "delay", "seconds": 1.0, "when": "after"},
        HostSilent(Cause.TIMEOUT),
        booked=True,
        seconds=SOON,
    ),
    Mishap("sent twice", {"kind": "repeat", "answer": "first"}, HostApproved, booked=True),
    Mishap(
        "sent twice, replay refused", {"kind": "repeat", "answer": "second"}, HostApproved, booked=True, replayed=True
    ),
    Mishap("noise", {"kind": "garble"}, HostSilent(Cause.UNREADABLE), booked=True),
    Mishap("truncated", {"kind": "truncate", "bytes": 40}, HostSilent(Cause.BROKEN), booked=True),
    Mishap("drip", {"kind": "drip", "seconds": 0.005}, HostSilent(Cause.TIMEOUT), booked=True, seconds=SOON),
    Mishap("503", {"kind": "status", "status": 503}, HostSilent(Cause.SERVER), booked=False),
    Mishap("503 afterwards", {"kind": "status", "status": 503, "when": "after"}, HostSilent(Cause.SERVER), booked=True),
    Mishap("busy", {"kind": "status", "status": 429}, HostNotSent(Cause.BUSY), booked=False),
    Mishap("token refused", {"kind": "status", "status": 401}, HostApproved, booked=True),
    Mishap(
        "token refused twice",
        {"kind": "status", "status": 401},
        HostNotSent(Cause.CONFIGURATION),
        booked=False,
        count=2,
    ),
)


def test_the_table_tests_every_verb_the_backend_has(bench: Bench) -> None:
    assert set(bench.backend.capabilities.verbs) <= {*MONEY, *WITHOUT_MONEY, *ELSEWHERE}


@pytest.mark.parametrize("verb", MONEY)
def test_a_verb_moves_its_amount_and_answers_with_the_account(bench: Bench, verb: Verb) -> None:
    new = bench.card_for(verb, OPENING)
    request = bench.ready(verb, new, AMOUNT)
    reply = bench.send(request)
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.account_id, reply.duplicate) == (nok(AMOUNT), new.account_id, False)
    assert reply.host_id
    assert bench.balance_of(new) == AFTERWARDS[verb]
    (entry,) = bench.booked(request)
    assert entry.amount == AMOUNT
    assert bench.face in WITHOUT_LABELS or (entry.stan, entry.terminal_id) == (request.stan.digits, "0042")


@pytest.mark.parametrize("verb", MONEY)
@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: str(mishap.name))
def test_a_mishap_on_the_line_moves_the_money_once(bench: Bench, verb: Verb, mishap: Mishap) -> None:
    new = bench.card_for(verb, OPENING)
    request = bench.ready(verb, new, AMOUNT)
    if bench.backend.capabilities.verbs[verb].repeat is RepeatRule.ONCE:
        pytest.skip("what may not be repeated is tried in a file of the vendor's own")
    bench.spoil(mishap.fault | {"endpoint": bench.endpoint(verb), "next": mishap.count})
    reply = bench.send(request, mishap.seconds)
    # a nonce that was used proves only that some copy has arrived
    wanted = HostSilent(Cause.UNREADABLE) if mishap.replayed and bench.refuses_replays else mishap.reply
    if isinstance(wanted, type):
        assert isinstance(reply, wanted)
    else:
        assert reply == replace(wanted, account_id=new.account_id)
    if mishap.booked is not None:
        assert len(bench.booked(request)) == mishap.booked
    # a till that was restarted meanwhile: no card data, no PIN
    again = bench.send(replace(request, repeat=True, card=None if mishap.booked else request.card))
    assert isinstance(again, HostApproved)
    if mishap.booked is not None and bench.tells_duplicates:
        assert again.duplicate == mishap.booked
    assert bench.balance_of(new) == AFTERWARDS[verb]
    (entry,) = bench.booked(request)
    assert entry.amount == AMOUNT
    assert bench.face in WITHOUT_LABELS or entry.stan == request.stan.digits


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
def test_a_preparation_that_fails_sends_no_money_call(
    running: Bench, bench: Bench, fault: dict[str, Any], preparation: str
) -> None:
    if preparation == "lookup" and bench.tells_balances:
        pytest.skip("this backend pays by the card's number")
    if bench.face not in TOKENS if preparation == "token" else bench.face in WITHOUT_ACCOUNTS:
        pytest.skip("this vendor needs no such preparation")
    new = bench.fresh(OPENING)
    till = running.another()
    request = bench.request(Verb.REDEEM, new, nok(AMOUNT), account_id="")
    bench.spoil(fault | {"endpoint": TOKENS[bench.face] if preparation == "token" else bench.endpoint(Verb.BALANCE)})
    reply = till.send(request, SOON)
    till.close()
    assert isinstance(reply, HostNotSent)
    assert bench.booked(request) == []
    assert bench.balance_of(new) == OPENING


def test_a_balance_tells_what_can_be_spent(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    reply = bench.send(bench.request(Verb.BALANCE, new, account_id="", phase=Phase.PREPARE))
    assert isinstance(reply, HostPrepared)
    assert (reply.account_id, reply.balance) == (new.account_id, nok(OPENING))


def test_the_receipt_learns_what_is_left(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    reply = bench.send(bench.request(Verb.REDEEM, new, nok(AMOUNT), want_balance=True))
    assert isinstance(reply, HostApproved)
    assert reply.balance == nok(OPENING - AMOUNT)


def test_a_receipt_without_a_balance_is_still_a_receipt(bench: Bench) -> None:
    new = bench.fresh(OPENING)
    bench.spoil({"kind": "lose_answer", "endpoint": bench.endpoint(Verb.BALANCE)})
    reply = bench.send(bench.request(Verb.REDEEM, new, nok(AMOUNT), want_balance=True))
    assert isinstance(reply, HostApproved)
    assert reply.balance == (nok(OPENING - AMOUNT) if bench.tells_balances else None)


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
    assert repeated.duplicate or not bench.tells_duplicates


def test_a_wrong_code_tells_no_balance(bench: Bench) -> None:
    card = bench.demo("ordinary")
    if not card.cvc:
        pytest.skip("cards of this face have no code of this kind to verify")
    wrong = f"{card.cvc[:-1]}{(int(card.cvc[-1]) + 1) % 10}"
    reply = bench.send(bench.request(Verb.BALANCE, card=bench.demo("ordinary", cvc=wrong), phase=Phase.PREPARE))
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
    new = bench.card_for(verb, OPENING)
    request = bench.ready(verb, new, AMOUNT)
    assert isinstance(bench.send(request), HostApproved)
    second = bench.request(verb, new, nok(AMOUNT), original=request.original)
    reply = bench.send(second)
    assert isinstance(reply, HostDeclined | HostRefused)
    assert reply.reason is Decline.NOTHING_LEFT
    assert bench.balance_of(new) == OPENING


def test_a_capture_is_undone_under_the_id_it_was_given(bench: Bench) -> None:
    new = bench.card_for(Verb.CAPTURE, OPENING)
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
def test_a_till_with_a_wrong_clock_is_told_so_and_books_nothing(face: str) -> None:
    off = [timedelta(hours=1)]
    around = Surroundings(now=lambda: datetime.now(UTC) + off[0])
    with Bench(face, around, max_skew=timedelta(minutes=5)) as bench:
        card = bench.demo("ordinary")
        request = bench.request(Verb.REDEEM, amount=nok(100), card=card)
        assert bench.send(request) == HostNotSent(Cause.CONFIGURATION)
        assert bench.booked(request) == []
        off[0] = timedelta(0)
        assert isinstance(bench.send(request), HostApproved)


@pytest.mark.parametrize("face", sorted(TOKENS))
def test_a_host_that_takes_none_of_its_own_tokens_is_a_matter_of_configuration(face: str) -> None:
    with Bench(face, token_life=timedelta(seconds=0)) as bench:
        card = bench.demo("ordinary")
        assert bench.send(bench.request(Verb.REDEEM, amount=nok(100), card=card)) == HostNotSent(Cause.CONFIGURATION)


@pytest.mark.parametrize("face", sorted(ENDPOINTS))
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


@pytest.mark.parametrize("face", sorted(ENDPOINTS))
def test_a_host_that_is_down_was_sent_nothing(face: str) -> None:
    with Bench(face) as bench:
        request = bench.request(Verb.REDEEM, amount=nok(100), card=bench.demo("ordinary"))
    other = bench.another()
    assert other.send(request, SECONDS) == HostNotSent(Cause.CONNECT)
    other.close()
