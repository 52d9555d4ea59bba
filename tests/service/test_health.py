"""The lamp: one refused connection puts it out, one answer lights it, a single silence does nothing."""

from __future__ import annotations

import pytest

from app.domain.host import (
    Cause,
    Decline,
    HostDeclined,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostSilent,
    LineHealth,
)
from app.service.host_link import SILENCES_TO_DOWN, Health

ANSWERS: list[HostReply] = [
    HostPrepared("account", None),
    HostDeclined(Decline.INSUFFICIENT),
    HostRefused(Decline.NOT_FOUND, 404),
]


def up(milliseconds: int = 20) -> Health:
    health = Health()
    assert health.pinged(LineHealth(up=True, milliseconds=milliseconds)) is not None
    return health


@pytest.mark.parametrize("reply", ANSWERS, ids=lambda reply: type(reply).__name__)
def test_any_answer_says_the_line_is_up(reply: HostReply) -> None:
    assert Health().after(reply, 12) == LineHealth(up=True, milliseconds=12)


@pytest.mark.parametrize(
    "reply",
    [HostSilent(Cause.RESTART), HostDeclined(Decline.PIN_REQUIRED, 0), HostRefused(Decline.PIN_REQUIRED, 0)],
    ids=lambda reply: type(reply).__name__,
)
def test_what_the_client_answers_by_itself_says_nothing_about_the_line(reply: HostReply) -> None:
    down = Health()
    down.pinged(LineHealth(up=False, cause=Cause.CONNECT))
    for health in (up(), down):
        assert [health.after(reply, 0) for _ in range(SILENCES_TO_DOWN + 1)] == [None] * (SILENCES_TO_DOWN + 1)


@pytest.mark.parametrize("cause", [Cause.CONNECT, Cause.TLS, Cause.TOKEN, Cause.LINE_CUT])
def test_one_proof_that_the_host_was_not_reached_is_enough(cause: Cause) -> None:
    health = up()
    assert health.after(HostNotSent(cause), 5) == LineHealth(up=False, cause=cause)
    assert health.after(HostNotSent(cause), 5) is None, "said once"
    assert health.after(ANSWERS[0], 5) == LineHealth(up=True, milliseconds=5)


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.CONFIGURATION, Cause.LOOKUP])
def test_a_full_host_or_a_wrong_key_says_nothing_about_the_line(cause: Cause) -> None:
    assert up().after(HostNotSent(cause), 5) is None


@pytest.mark.parametrize("reply", [HostSilent(Cause.TIMEOUT), HostNotSent(Cause.TIMEOUT)], ids=["silent", "not sent"])
def test_silences_in_a_row_put_it_out(reply: HostReply) -> None:
    health = up()
    for _ in range(SILENCES_TO_DOWN - 1):
        assert health.after(reply, 20_000) is None
    assert health.after(reply, 20_000) == LineHealth(up=False, cause=Cause.TIMEOUT)


def test_an_answer_between_two_silences_starts_the_count_again() -> None:
    health = up()
    for _ in range(5):
        for _ in range(SILENCES_TO_DOWN - 1):
            assert health.after(HostSilent(Cause.BROKEN), 1) is None
        health.after(ANSWERS[0], 20)


def test_a_ping_that_fails_says_so_at_once_and_small_changes_of_speed_say_nothing() -> None:
    health = up(20)
    assert health.pinged(LineHealth(up=True, milliseconds=60)) is None
    assert health.pinged(LineHealth(up=True, milliseconds=900)) is not None
    assert health.pinged(LineHealth(up=False, cause=Cause.CONNECT)) is not None
    assert health.known == LineHealth(up=False, cause=Cause.CONNECT)
