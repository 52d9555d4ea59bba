"""Whatever is asked of whichever backend, and whatever becomes of it on the line: done once, told as it is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.backends.base import Surroundings
from app.domain.host import (
    Cause,
    HostApproved,
    HostListed,
    HostNotSent,
    HostPrepared,
    HostRefused,
    HostReply,
    HostRequest,
    HostSilent,
)
from app.domain.verb import READS, RepeatRule, Verb
from tests.contract.bench import SECONDS, SOON, Bench
from tests.contract.errands import ERRANDS, Errand
from tests.contract.table import (
    ENDPOINTS,
    FACES,
    FRESH,
    REFUSES_REPLAYS,
    SAYS_REPEAT,
    TELLS_DUPLICATES,
    VOLATILE,
    WITHOUT_LABELS,
    WORDS,
)
from tests.contract.tap import Heard, Tap

ALL = [(face, name) for face in FACES for name in ERRANDS[face]]
READINGS = [(face, verb) for face in FACES for verb in ENDPOINTS[face] if verb in READS]
every_errand = pytest.mark.parametrize(
    ("bench", "name"), ALL, indirect=["bench"], ids=[f"{face}-{name}" for face, name in ALL]
)
every_reading = pytest.mark.parametrize(
    ("bench", "verb"), READINGS, indirect=["bench"], ids=[f"{face}-{verb.value}" for face, verb in READINGS]
)


SLOWLY = 1.0
"""For calls that wait together for an answer that comes later."""


def errand_of(bench: Bench, name: str) -> Errand:
    return ERRANDS[bench.face][name][1](bench)


def once(bench: Bench, verb: Verb) -> bool:
    return bench.backend.capabilities.verbs[verb].repeat is RepeatRule.ONCE


def after_restart(request: HostRequest) -> HostRequest:
    """The repeat of a till that was started anew: its PIN is gone, and of the card what rests sealed is left."""
    card = request.card.for_sealing() if request.card is not None else None
    return replace(request, repeat=True, pin_block=None, card=card)


def test_every_verb_of_every_table_is_an_errand_or_a_reading(bench: Bench) -> None:
    verbs = set(bench.backend.capabilities.verbs)
    assert {verb for verb, _ in ERRANDS[bench.face].values()} == verbs - READS
    assert set(ENDPOINTS[bench.face]) == verbs
    assert {verb for face, verb in READINGS if face == bench.face} == verbs & READS


@every_errand
def test_an_errand_is_done_once_and_tells_what_it_made(bench: Bench, name: str) -> None:
    errand = errand_of(bench, name)
    assert errand.times() == 0
    reply = bench.send(errand.request)
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.duplicate) == (errand.request.amount, False)
    assert errand.account_id in (None, reply.account_id)
    assert reply.host_id
    assert errand.times() == 1
    assert errand.sound()
    for secret in (secret for secret in bench.secrets if secret):
        assert secret not in repr((errand.request, reply))
    errand.works(reply)
    if errand.request.amount.is_positive and bench.face not in WITHOUT_LABELS:
        (entry,) = bench.booked(errand.request)
        labels = (entry.stan, entry.terminal_id)
        assert labels == (errand.request.stan.digits, "0042")


# -- a bad day for the line --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mishap:
    """A fault on a call: what the host is told to do, what the till must say, and what the host has done then.

    ``done`` is None where the host may do it before or after the repeat arrives.
    """

    name: str
    fault: dict[str, Any]
    reply: HostSilent | HostNotSent | type[HostApproved]
    done: bool | None
    count: int = 1
    replayed: bool = False


MISHAPS = (
    Mishap("lost request", {"kind": "lose_request"}, HostSilent(Cause.BROKEN), done=False),
    Mishap("lost answer", {"kind": "lose_answer"}, HostSilent(Cause.BROKEN), done=True),
    Mishap("sent twice", {"kind": "repeat", "answer": "first"}, HostApproved, done=True),
    Mishap("sent twice, second answer", {"kind": "repeat", "answer": "second"}, HostApproved, done=True, replayed=True),
    Mishap("noise", {"kind": "garble"}, HostSilent(Cause.UNREADABLE), done=True),
    Mishap("truncated", {"kind": "truncate", "bytes": 40}, HostSilent(Cause.BROKEN), done=True),
    Mishap("503", {"kind": "status", "status": 503}, HostSilent(Cause.SERVER), done=False),
    Mishap("503 afterwards", {"kind": "status", "status": 503, "when": "after"}, HostSilent(Cause.SERVER), done=True),
    Mishap("busy", {"kind": "status", "status": 429}, HostNotSent(Cause.BUSY), done=False),
    Mishap("token refused", {"kind": "status", "status": 401}, HostApproved, done=True),
    Mishap(
        "token refused twice",
        {"kind": "status", "status": 401},
        HostNotSent(Cause.CONFIGURATION),
        done=False,
        count=2,
    ),
)
SLOW = (
    Mishap("late", {"kind": "delay", "seconds": 2.0}, HostSilent(Cause.TIMEOUT), done=None),
    Mishap("late answer", {"kind": "delay", "seconds": 2.0, "when": "after"}, HostSilent(Cause.TIMEOUT), done=True),
    Mishap("drip", {"kind": "drip", "seconds": 0.05}, HostSilent(Cause.TIMEOUT), done=True),
)
BODY_FAULTS = frozenset({"garble", "truncate", "drip"})


def expected(bench: Bench, errand: Errand, mishap: Mishap) -> HostReply | type[HostReply]:
    if mishap.replayed and bench.face in REFUSES_REPLAYS:
        return HostSilent(Cause.UNREADABLE, errand.request.account_id)  # it proves only that some copy has arrived
    if mishap.replayed:
        return errand.replayed
    if errand.speechless and mishap.fault["kind"] in BODY_FAULTS:
        return HostApproved
    if isinstance(mishap.reply, type):
        return mishap.reply
    original = errand.request.original
    return replace(mishap.reply, account_id=original.account_id if original else errand.request.account_id)


@every_errand
@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: str(mishap.name))
def test_a_mishap_on_the_line_is_told_as_it_is_and_mended_as_the_table_says(
    bench: Bench, name: str, mishap: Mishap
) -> None:
    errand = errand_of(bench, name)
    bench.spoil(mishap.fault | bench.at(errand.request.verb) | {"next": mishap.count})
    told_and_mended(bench, errand, mishap, bench.send(errand.request))


@pytest.mark.parametrize("mishap", SLOW, ids=lambda mishap: str(mishap.name))
def test_a_slow_line_is_silence_and_is_mended_as_the_table_says(bench: Bench, mishap: Mishap) -> None:
    """All errands at once: each waits for an answer that comes too late, and they may as well wait together."""
    errands = [make(bench) for _, make in ERRANDS[bench.face].values()]
    till = bench.another(Surroundings(lanes=len(errands)))
    assert till.ping().up  # the token is there
    bench.spoil(*(mishap.fault | bench.at(verb) for verb in {errand.request.verb for errand in errands}))
    with ThreadPoolExecutor(len(errands)) as lanes:
        replies = list(lanes.map(lambda errand: till.send(errand.request, SLOWLY), errands))
    till.close()
    bench.host.faults.clear()
    for errand, reply in zip(errands, replies, strict=True):
        told_and_mended(bench, errand, mishap, reply)
    bench.settle()  # and what was late has come: it changes nothing any more
    for errand in errands:
        assert errand.times() in {errand.unseen, 1}


def told_and_mended(bench: Bench, errand: Errand, mishap: Mishap, reply: HostReply) -> None:
    request = errand.request
    wanted = expected(bench, errand, mishap)
    assert isinstance(reply, wanted) if isinstance(wanted, type) else reply == wanted, (request.verb, reply)
    if mishap.done is not None:
        # a line that doubles what may be doubled is found out by the person who gets two of it
        assert errand.times() == (mishap.done if mishap.fault["kind"] != "repeat" or not errand.anew else 1)
    if isinstance(reply, HostApproved | HostRefused) and (errand.anew or once(bench, request.verb)):
        return
    if once(bench, request.verb) and isinstance(reply, HostSilent):
        before = errand.times()
        assert bench.send(after_restart(request)) == HostSilent(Cause.RESTART, request.account_id)
        assert errand.times() == before or mishap.done is None
        return
    # the host has it: any till's repeat must do, even of one that was started anew. It has not: only this one's
    repeat = not (once(bench, request.verb) and isinstance(reply, HostNotSent))
    again = bench.send(after_restart(request) if mishap.done else replace(request, repeat=repeat))
    lost = mishap.done and not isinstance(reply, HostApproved)
    wanted_again = errand.lost if lost else (HostApproved, errand.lost) if mishap.done is None else HostApproved
    assert isinstance(again, wanted_again), (request.verb, again)
    if mishap.done is None:
        return
    if bench.face in TELLS_DUPLICATES and isinstance(again, HostApproved) and repeat:
        assert again.duplicate == (mishap.done and request.verb not in NO_REFERENCE)
    assert errand.times() == (errand.unseen if lost else 1)
    if isinstance(again, HostApproved):
        assert errand.sound()
        errand.works(again)


NO_REFERENCE = frozenset({Verb.SHARE, Verb.PREFER})
"""Said again, they are answered as if it were the first time."""


@every_errand
@pytest.mark.parametrize("kind", ["lose_answer", "status"])
def test_every_attempt_is_the_same_message_under_the_same_key(bench: Bench, name: str, kind: str) -> None:
    errand = errand_of(bench, name)
    request = errand.request
    bench.spoil({"kind": kind, "status": 401} | bench.at(request.verb) | {"next": 1})
    with Tap(bench.port) as tap:
        till = bench.another(port=tap.port)
        first = till.send(request, SECONDS)
        again = till.send(replace(request, repeat=True), SECONDS)
        till.close()
        attempts = [heard for heard in tap.heard() if is_call(bench, request.verb, heard)]
    copies = 1 if kind == "lose_answer" else 2
    assert isinstance(first, HostSilent if kind == "lose_answer" else HostApproved)
    if once(bench, request.verb):
        assert again == HostSilent(Cause.RESTART, request.account_id)
        assert len(attempts) == copies
    else:
        assert len(attempts) >= copies  # a repeat that looked first may have had no need to send
    assert len({key(bench, heard) for heard in attempts}) == 1
    for header in FRESH.get(bench.face, ()):
        assert len({heard.headers[header] for heard in attempts}) == len(attempts)


def is_call(bench: Bench, verb: Verb, heard: Heard) -> bool:
    """Whether this is the verb's own call, not one that prepares it."""
    method, _, pattern = ENDPOINTS[bench.face][verb].partition(" ")
    tail = pattern.rpartition("*")[2]
    # a box that was lost is deleted card by card
    return (
        heard.method == method and heard.path.partition("?")[0].endswith(tail) and verb is not Verb.MAKE_BLANKS
    ) or (verb is Verb.MAKE_BLANKS and heard.path.endswith("/batch"))


def key(bench: Bench, heard: Heard) -> tuple[object, ...]:
    """All of a message that must be the same in each copy."""
    says = SAYS_REPEAT.get(bench.face)
    body = heard.body.replace(f',"{says}":true'.encode(), b"") if says else heard.body
    skipped = {*VOLATILE[bench.face], "content-length", "host"}
    headers = tuple(sorted((name, value) for name, value in heard.headers.items() if name not in skipped))
    return heard.method, heard.path, headers, body


# -- a host that has moved on ------------------------------------------------------------------------------------------


@every_errand
def test_members_nobody_told_of_change_nothing(bench: Bench, name: str) -> None:
    errand = errand_of(bench, name)
    bench.spoil({"kind": "extend"})
    till = bench.another()  # its token's answer has more members, too
    reply = till.send(errand.request, SECONDS)
    till.close()
    bench.host.faults.clear()
    assert isinstance(reply, HostApproved)
    assert (reply.amount, reply.duplicate) == (errand.request.amount, False)
    assert errand.times() == 1
    assert errand.sound()
    errand.works(reply)


@every_errand
def test_a_word_nobody_told_of_is_never_a_no(bench: Bench, name: str) -> None:
    errand = errand_of(bench, name)
    bench.spoil({"kind": "reword", "members": WORDS[bench.face]})
    reply = bench.send(errand.request)
    bench.host.faults.clear()
    assert isinstance(reply, HostApproved | HostSilent)
    assert errand.times() == 1
    if isinstance(reply, HostApproved):
        assert reply.amount == errand.request.amount
        errand.works(reply)
    elif not once(bench, errand.request.verb):
        assert isinstance(bench.send(after_restart(errand.request)), errand.lost)
        assert errand.times() == errand.unseen


# -- what only reads ---------------------------------------------------------------------------------------------------


def reading(bench: Bench, verb: Verb) -> HostRequest:
    if verb not in (Verb.LIST_CARDS, Verb.READ):
        return bench.request(verb, bench.fresh(100))
    customer = bench.customer()
    new = bench.kept(customer, 100)
    return bench.request(verb, new, customer=customer if verb is Verb.LIST_CARDS else "")


TROUBLES: tuple[dict[str, Any], ...] = (
    {"kind": "lose_request"},
    {"kind": "lose_answer"},
    {"kind": "delay", "seconds": 1.0},
    {"kind": "garble"},
    {"kind": "truncate", "bytes": 10},
    {"kind": "drip", "seconds": 0.01},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 401},
)


@every_reading
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_reading_that_fails_was_not_sent_and_moved_nothing(bench: Bench, verb: Verb, trouble: dict[str, Any]) -> None:
    asked = reading(bench, verb)
    before = bench.host.store.check().postings
    bench.spoil(trouble | bench.at(verb))
    failed = bench.send(asked, SOON)
    assert isinstance(failed, HostNotSent)
    bench.host.faults.clear()
    found = bench.send(asked)
    assert isinstance(found, HostListed | HostPrepared)
    assert bench.host.store.check().postings == before


@every_reading
@pytest.mark.parametrize("other", ["extend", "reword", "once 401"])
def test_a_reading_survives_a_host_that_has_moved_on(bench: Bench, verb: Verb, other: str) -> None:
    asked = reading(bench, verb)
    plain = bench.send(asked)
    if other == "once 401":
        bench.spoil({"kind": "status", "status": 401} | bench.at(verb) | {"next": 1})
    else:
        bench.spoil({"kind": other, "members": WORDS[bench.face] if other == "reword" else ()})
    found = bench.send(asked)
    if isinstance(plain, HostListed):
        assert isinstance(found, HostListed)
        assert [(card.id, card.balance) for card in found.cards] == [(card.id, card.balance) for card in plain.cards]
        assert found.more == plain.more
    else:
        assert found == plain


@every_reading
def test_a_reading_is_answered_whatever_its_phase(bench: Bench, verb: Verb) -> None:
    asked = reading(bench, verb)
    for phase in type(asked.phase):
        for repeat in (False, True):
            assert isinstance(bench.send(replace(asked, phase=phase, repeat=repeat)), HostListed | HostPrepared)


def test_every_card_of_an_account_is_listed_once_page_by_page(bench: Bench) -> None:
    bench.has(Verb.LIST_ALL)
    if bench.face == "gr4vy":
        made = {bench.kept(bench.customer(), 0).account_id for _ in range(103)}
    else:
        boxes = [bench.send(bench.request(Verb.MAKE_BLANKS, count=100)) for _ in range(2)]
        made = {card.label for box in boxes for card in box.issued.cards}  # type: ignore[union-attr]
    found = [card.id for card in bench.everything()]
    assert len(found) == len(set(found))
    assert made <= set(found)
