"""What becomes of a hook that arrives: kept once, or refused with a number and nothing else."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.backends.hooks import gr4vy
from app.storage.errors import DiskFull
from app.storage.hook_store import Told
from tests.hooks.door import SECRET, Door, of_dintero, of_gr4vy

KEPT = Told("dintero", "wallet_transaction", "d-1", "card-1", "", "our-ref")


def test_both_vendors_hooks_are_kept_with_what_a_till_can_use(door: Door) -> None:
    assert door.post("dintero", *of_dintero("d-1")) == 204
    assert door.post("gr4vy", *of_gr4vy(door.now, "g-1")) == 204
    assert door.kept == [KEPT, Told("gr4vy", "gift-card-redemption-succeeded", "g-1", "", "4321", "our-ref")]
    assert [hook.face for hook in door.told] == ["dintero", "gr4vy"]


def test_a_duplicate_is_answered_like_the_first_and_kept_once_over_a_restart(door: Door) -> None:
    dintero, other = of_dintero(), of_gr4vy(door.now)
    for _ in range(2):
        assert door.post("dintero", *dintero) == 204
        assert door.post("gr4vy", *other) == 204
        door.restart()
    door.now += timedelta(days=6)
    again = of_gr4vy(door.now, other[0]["X-Gr4vy-Webhook-ID"])
    assert door.post("gr4vy", *again) == 204, "the vendor goes on for seven days, each attempt with a stamp of its own"
    assert len(door.kept) == 2
    assert len(door.told) == 2


def test_a_window_that_has_passed_stays_shut_after_a_restart(door: Door) -> None:
    hook = of_gr4vy(door.now)
    door.now += timedelta(seconds=301)
    assert door.post("gr4vy", *hook) == 400
    door.restart()
    assert door.post("gr4vy", *hook) == 400
    assert door.post("gr4vy", *of_gr4vy(door.now, age=-301)) == 400
    assert door.kept == []


def test_a_forgery_is_refused_and_counted_and_no_row_is_made_for_it(door: Door) -> None:
    headers, body = of_gr4vy(door.now)
    assert door.post("gr4vy", headers, body + b" ") == 401
    assert door.post("gr4vy", {}, body) == 401
    assert door.post("dintero", headers, body) == 401, "signed for another door"
    headers, body = of_dintero()
    assert door.post("dintero", headers | {"event": "card_deleted"}, body) == 401
    assert door.kept == []
    door.restart()
    assert [(news.face, news.refused, news.taken) for news in door.news] == [("dintero", 2, 0), ("gr4vy", 2, 0)]
    assert all(news.why in ("forged", "unsigned") for news in door.news)


def test_another_accounts_hook_is_refused(door: Door) -> None:
    assert door.post("gr4vy", *of_gr4vy(door.now, merchant_account_id="second")) == 403


def test_a_signed_body_that_makes_no_sense_is_refused(door: Door) -> None:
    stamp = str(int(door.now.timestamp()))
    for body in (b"[]", b"{}", b"\xff\xfe", b'{"event": ' + b"[" * 5000):
        signed = {"X-Gr4vy-Signature": gr4vy.signature(SECRET, stamp, body), "X-Gr4vy-Timestamp": stamp}
        assert door.post("gr4vy", signed, body) == 400


def test_a_hook_that_can_not_be_kept_is_asked_for_again_and_not_forgotten(door: Door) -> None:
    hook = of_dintero("d-1")
    door.store._all("PRAGMA query_only = ON")
    assert door.post("dintero", *hook) == 503
    assert len(door.troubles) == 1
    door.store._all("PRAGMA query_only = OFF")
    assert door.post("dintero", *hook) == 204
    assert door.kept == [KEPT]
    door.store._all("PRAGMA max_page_count = 1")
    answers = [door.post("dintero", *of_dintero()) for _ in range(200)]
    assert set(answers) == {204, 503}
    assert isinstance(door.troubles[-1], DiskFull)
    door.store._all("PRAGMA max_page_count = 100000")


def test_many_at_once_in_any_order_are_each_kept_once(door: Door) -> None:
    hooks = [("dintero", of_dintero(str(number))) for number in range(20)]
    hooks += [("gr4vy", of_gr4vy(door.now)) for _ in range(20)]
    arriving = hooks * 3
    random.Random(7).shuffle(arriving)
    with ThreadPoolExecutor(8) as vendors:
        answers = list(vendors.map(lambda sent: door.post(sent[0], *sent[1]), arriving))
    assert set(answers) == {204}
    assert len(door.kept) == 40
    assert len({told.delivery for told in door.kept}) == 40


def test_nothing_secret_is_kept_or_said(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    secret = "9578123456789012345"
    door.post("dintero", *of_dintero(token=secret, pin="4821"))
    headers, body = of_dintero(token=secret)
    door.post("dintero", headers, body + b" ")
    door.restart()
    on_disk = b"".join(path.read_bytes() for path in door.data.iterdir() if path.is_file())
    assert secret.encode() not in on_disk
    assert SECRET.encode() not in on_disk
    said = "".join(capfd.readouterr()) + repr(door.told)
    assert secret not in said
    assert SECRET not in said


def test_the_till_sees_that_a_receiver_is_there_and_when_it_goes(door: Door) -> None:
    assert door.store.receiver(door.now) == (("dintero", "gr4vy"), door.server.url)
    door.server.stop()
    store = door.store.look(door.data)
    assert store.receiving(door.now) == frozenset()
    store.close()
    assert door.ended == [True]
    door.open()
