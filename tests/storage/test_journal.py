from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain import records as r
from app.domain.card import CardSecret, IssuedSecret, Pan
from app.domain.effects import Commit
from app.domain.host import Cause, Decline
from app.domain.ids import BusinessDay, Stan, TransactionId
from app.domain.particulars import Particulars
from app.domain.picture import Archive
from app.domain.policy import CardMemory
from app.domain.report import Line
from app.domain.sale import Sale, Tender
from app.domain.transaction import fold
from app.domain.verb import Verb
from app.domain.view import HourBar
from app.storage.errors import Absent, Mismatch, Misuse, SecretRefused, StanRefused
from app.storage.journal import Journal
from app.storage.vault import Vault
from tests.helpers.archive import MemoryArchive
from tests.storage.world import DAY, NOK, PAN, STAMP, START, TILL, WHO, Till, kroner, open_journal


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    till = Till(open_journal(tmp_path))
    yield till
    till.journal.close()


def reopen(till: Till, directory: Path) -> None:
    till.journal.close()
    till.journal = open_journal(directory)


def test_a_day_of_sales_reads_back_after_a_restart(till: Till, tmp_path: Path) -> None:
    paid, waiting = till.approved(120), till.stored(80)
    before = till.kept
    reopen(till, tmp_path)
    after = till.journal
    assert after.transaction(paid) == before[paid]
    assert after.open_transactions() == (before[waiting],)
    assert after.oldest_open() == before[waiting]
    assert fold(after.records_of(paid)) == before[paid]
    assert after.last_stan_count() == 2
    assert after.by_stan(Stan("000001")) == before[paid]
    assert after.by_stan(Stan("000001"), BusinessDay("2026-03-03")) is None
    assert after.business_day() == DAY
    assert [told.id for told in after.last_transactions(5)] == [waiting, paid]


def test_history_is_paged_by_key(till: Till) -> None:
    ids = [till.opened() for _ in range(7)]
    first, older = till.journal.page(None, 3)
    second, oldest = till.journal.page(older, 3)
    third, end = till.journal.page(oldest, 3)
    assert [told.id for told in first + second + third] == ids[::-1]
    assert end is None
    assert [row.transaction.id for row in till.journal.rows()] == ids


def test_a_row_as_json_has_the_members_scripts_rely_on(till: Till) -> None:
    till.approved()
    (row,) = till.journal.rows_before(None, 1)
    wanted = (
        "seq, stan, business_day, opened_at, verb, state, amount, currency, card, face, terminal_id, order_ref, "
        "transaction_ref, host_id, original_stan, offline, tries, reason"
    )
    told = row.as_json()
    assert list(told) == wanted.split(", ")
    assert (told["stan"], told["state"], told["amount"], told["card"]) == ("000001", "APPROVED", 10000, "2345")


def test_the_card_is_sealed_while_open_without_its_cvc_and_erased_when_settled(till: Till) -> None:
    identity = till.sent()
    secret = till.journal.unsealed(identity)
    assert isinstance(secret, CardSecret)
    assert (secret.pan.reveal(), secret.cvc) == (PAN, "")
    assert secret.expiry is not None
    till.push(identity, r.Silence(Cause.TIMEOUT))
    assert till.journal.unsealed(identity) is not None
    till.push(identity, r.Approved("host", "account", kroner(100)))
    assert till.journal.unsealed(identity) is None


def test_a_new_card_stays_sealed_whole_until_it_is_handed_over(till: Till) -> None:
    identity = till.sent(verb=Verb.ISSUE)
    issued = IssuedSecret(Pan(PAN), "456", None, "code", "1234")
    told = till.push(identity, r.Approved("host", "account", kroner(100)), secret=issued)
    assert told.is_open
    kept = till.journal.unsealed(identity)
    assert isinstance(kept, IssuedSecret)
    assert (kept.cvc, kept.code, kept.pin) == ("456", "code", "1234")
    till.push(identity, r.HandedOver())
    assert till.journal.unsealed(identity) is None
    assert till.journal.open_transactions() == ()


def test_a_refused_commit_leaves_nothing_behind(till: Till) -> None:
    identity = till.sent()
    seq, head, told = till.journal.seq, till.journal.head(), till.kept[identity]
    line = r.Record(till.tick(), identity, r.Silence(Cause.TIMEOUT))
    stray = r.Record(till.tick(), TransactionId("00" * 16), r.Ready(pin=False))
    with pytest.raises(Misuse):
        till.journal.commit(Commit((line, stray), (told,)))
    with pytest.raises(Misuse):
        till.journal.commit(Commit((), (replace(told, id=TransactionId("11" * 16)),)))
    assert (till.journal.seq, till.journal.head()) == (seq, head)
    assert till.journal.transaction(identity) == told
    till.push(identity, r.Silence(Cause.TIMEOUT))


def test_a_secret_in_a_record_stops_the_commit(till: Till) -> None:
    with pytest.raises(SecretRefused) as caught:
        till.tell(r.SignedIn(Pan(PAN), "cashier"))  # type: ignore[arg-type]  # the mistake this is about
    assert PAN not in str(caught.value)
    assert till.journal.seq == 0


def test_a_stan_is_drawn_once(till: Till) -> None:
    identity = till.opened()
    again = replace(till.kept[identity], id=TransactionId("22" * 16))
    body = till.journal.records_of(identity)[0]
    assert isinstance(body.body, r.Opened)
    with pytest.raises(Misuse):
        till.journal.commit(Commit((replace(body, body=replace(body.body, stan=Stan("000002"))),), (again,)))
    with pytest.raises(StanRefused):
        till.journal.commit(Commit((replace(body, transaction_id=again.id),), (again,)))
    assert till.journal.last_stan_count() == 1


def test_a_stan_that_an_open_transaction_holds_is_passed_over_when_the_cycle_comes_round(till: Till) -> None:
    till.stored()
    till.tell(r.StanSkipped(999_997))
    till.approved()
    assert till.journal.by_stan(Stan("999999")) is not None
    assert till.journal.free_stan_count(BusinessDay("2026-03-05")) == 1_000_001
    with pytest.raises(StanRefused):
        till.opened()


def test_exposure_counts_what_was_accepted_and_not_taken_back(till: Till) -> None:
    key = "ab" * 31 + "23"
    struck, told = till.stored(50), till.stored(70)
    till.stored(30)
    till.push(struck, r.Voided())
    till.push(told, r.ForwardSent(), r.Approved("host", "account", kroner(70)))
    card = till.journal.card_exposure(key, DAY, NOK)
    assert (card.unsent_spends, card.today_amount, card.today_count) == (kroner(30), kroner(100), 2)
    assert till.journal.card_exposure(key, BusinessDay("2026-03-03"), NOK).unsent_spends == kroner(30)
    room = till.journal.till_exposure(NOK)
    assert (room.amount, room.count) == (kroner(30), 1)
    assert room.oldest is not None


def test_sales_and_memories_are_kept_as_they_stand(till: Till, tmp_path: Path) -> None:
    sale_id = till.fresh().sale_id()
    sale = Sale(sale_id, r.SaleKind.PAY, kroner(300), DAY, WHO, START)
    till.tell(r.SaleOpened(sale_id, r.SaleKind.PAY, kroner(300), DAY, WHO), sale=sale)
    leg = till.approved(200, sale=sale_id)
    sale = sale.take(Tender(r.TenderKind.CASH, kroner(100)))
    till.tell(r.TenderTaken(sale_id, r.TenderKind.CASH, kroner(100)), sale=sale)
    assert till.journal.sales(open_only=True) == (sale,)
    sale = replace(sale, closed=True)
    memory = CardMemory("ab", "2345", "Demo", "swedbankpay", "account", kroner(5), START)
    till.journal.commit(
        Commit((r.Record(till.tick(), None, r.SaleClosed(sale_id)),), sales=(sale,), memories=(memory,))
    )
    reopen(till, tmp_path)
    assert till.journal.sales(open_only=True) == ()
    assert till.journal.sale(sale_id) == sale
    assert [told.id for told in till.journal.legs_of(sale_id)] == [leg]
    assert till.journal.card_memory("ab") == memory
    assert till.journal.card_memory("cd") is None
    assert till.journal.memory_of_account("swedbankpay", "account") == memory
    assert till.journal.memory_of_account("dintero", "account") is None
    assert till.journal.memory_of_account("swedbankpay", "") is None
    nameless = replace(memory, key="ef", account_id="")
    moved = replace(memory, key="cd", touched=True)
    till.journal.commit(Commit((r.Record(till.tick(), None, r.SignedOut(WHO)),), memories=(nameless, moved)))
    assert till.journal.memory_of_account("swedbankpay", "account") == moved, "a card that was replaced"


def test_a_transaction_is_known_by_its_card_and_reference(till: Till) -> None:
    told = till.journal.transaction(till.approved())
    assert told is not None
    assert told.card is not None
    key, reference = told.card.key, told.transaction_ref
    assert till.journal.made_here(key, reference)
    assert till.journal.made_here(key, reference.upper())
    assert not till.journal.made_here(key, "another")
    assert not till.journal.made_here("another", reference)


def test_cards_of_an_older_journal_are_found_by_their_account(till: Till, tmp_path: Path) -> None:
    memory = CardMemory("ab", "2345", "Demo", "swedbankpay", "account", kroner(5), START)
    till.journal.commit(Commit((r.Record(till.tick(), None, r.SignedOut(WHO)),), memories=(memory,)))
    till.journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as older:
        older.execute("DROP TABLE card_account")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '0003_card_account'")
        older.execute("""INSERT INTO card_memory VALUES ('no', 'no JSON'), ('odd', '{"account_id": "x"}')""")
        older.commit()
    till.journal = open_journal(tmp_path)
    assert till.journal.memory_of_account("swedbankpay", "account") == memory


def test_another_configuration_is_told_what_differs_and_changes_nothing(till: Till, tmp_path: Path) -> None:
    till.approved()
    till.journal.close()
    before = (tmp_path / "journal.db").read_bytes()
    with pytest.raises(Mismatch) as caught:
        open_journal(tmp_path, replace(STAMP, environment="production"))
    assert (caught.value.field, caught.value.stamped, caught.value.configured) == (
        "environment", "training", "production",
    )  # fmt: skip
    assert (tmp_path / "journal.db").read_bytes() == before
    till.journal = open_journal(tmp_path)


def test_reading_commands_make_no_journal(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        Journal.open(tmp_path, Vault.open(tmp_path), None)
    assert not (tmp_path / "journal.db").exists()


def test_a_second_connection_reads_beside_the_writer(till: Till) -> None:
    identity = till.approved()
    reader = till.journal.reader()
    try:
        assert reader.transaction(identity) == till.kept[identity]
        other = till.approved()
        assert reader.transaction(other) == till.kept[other]
    finally:
        reader.close()


def test_the_report_counts_money_once_and_loads_apart(till: Till) -> None:
    till.approved(100)
    undone, unloaded = till.approved(40), till.approved(7, Verb.RELOAD)
    till.approved(500, Verb.RELOAD)
    kept, struck = till.stored(60), till.stored(10)
    doubt = till.sent(25)
    till.journal.day_report()  # the figures grow with the day: asking half-way changes nothing
    till.push(kept, r.ForwardSent(), r.Silence(Cause.TIMEOUT))
    told = till.stored(5)
    till.push(told, r.ForwardSent(), r.Approved("host", "account", kroner(5), duplicate=True))
    till.push(struck, r.Voided())
    for gone in (undone, unloaded):
        till.push(gone, r.Voided(), r.Undone(TransactionId("33" * 16)))
    till.approved(40, Verb.REVERSE)
    till.push(doubt, r.Silence(Cause.TIMEOUT))
    till.push(till.sent(9), r.Declined(Decline.INSUFFICIENT))
    report = till.journal.day_report()
    assert dict(report.verbs) == {
        Verb.REDEEM: Line(5, kroner(215)),
        Verb.RELOAD: Line(2, kroner(507)),
        Verb.REVERSE: Line(1, kroner(40)),
    }
    assert (report.sales, report.loads) == (Line(5, kroner(215)), Line(2, kroner(507)))
    assert (report.given_back, report.loads_back) == (Line(2, kroner(50)), Line(1, kroner(7)))
    assert (report.unsent, report.unknown, report.declined) == (
        Line(1, kroner(60)), Line(1, kroner(25)), Line(1, kroner(9)),
    )  # fmt: skip
    assert [(item.state, item.amount) for item in report.carried] == [
        ("FORWARDING", kroner(60)),
        ("UNKNOWN", kroner(25)),
    ]
    assert (report.number, report.business_day, report.training) == (0, DAY, True)
    assert report.head == till.journal.head()
    assert till.journal.sales_today() == Line(5, kroner(215 - 50)), "what was given back was not taken"


def test_a_cash_out_leaves_the_drawer_and_is_no_turnover(till: Till) -> None:
    till.approved(100)
    till.approved(30, Verb.CASH_OUT)
    put_back = till.approved(12, Verb.CASH_OUT)
    till.push(put_back, r.Voided(), r.Undone(TransactionId("33" * 16)))
    sale_id = till.fresh().sale_id()
    for amount in (500, -30, -12, 12):
        till.tell(r.TenderTaken(sale_id, r.TenderKind.CASH, kroner(amount)))
    report = till.journal.day_report()
    assert (report.sales, report.given_back) == (Line(1, kroner(100)), Line(0, kroner(0)))
    assert (report.paid_out, report.paid_out_back) == (Line(2, kroner(42)), Line(1, kroner(12)))
    assert report.tenders == ((r.TenderKind.CASH, Line(4, kroner(470))),), "what lies in the drawer more than before"
    assert dict(report.verbs)[Verb.CASH_OUT] == Line(2, kroner(42))
    assert till.journal.sales_today() == report.sales
    assert till.journal.hours(DAY) == (HourBar(9, kroner(100), kroner(0)),)
    till.close_day("2026-03-03")
    assert replace(report, number=1, last_seq=report.last_seq + 1, head="") == replace(
        till.journal.closed_report(1) or report, head=""
    )


def test_what_moves_from_card_to_card_is_neither_turnover_nor_load(till: Till) -> None:
    for verb in (Verb.TRANSFER, Verb.COMBINE):
        till.approved(60, verb)
    for verb in (Verb.SAVE, Verb.SHARE, Verb.DELETE, Verb.MAKE_BLANKS):
        till.approved(0, verb)
    till.approved(200, Verb.GIFT)
    till.approved(0, Verb.GIFT)
    report = till.journal.day_report()
    assert (report.sales, report.paid_out) == (Line(0, kroner(0)), Line(0, kroner(0)))
    assert report.loads == Line(1, kroner(200)), "the card that was given away was loaded long ago"
    assert dict(report.verbs) == {
        Verb.TRANSFER: Line(1, kroner(60)),
        Verb.COMBINE: Line(1, kroner(60)),
        Verb.GIFT: Line(2, kroner(200)),
        Verb.SAVE: Line(1, kroner(0)),
        Verb.SHARE: Line(1, kroner(0)),
        Verb.DELETE: Line(1, kroner(0)),
        Verb.MAKE_BLANKS: Line(1, kroner(0)),
    }


def test_tenders_and_what_people_settled_are_summed(till: Till) -> None:
    sale_id = till.fresh().sale_id()
    till.tell(
        r.TenderTaken(sale_id, r.TenderKind.CASH, kroner(100)), r.TenderTaken(sale_id, r.TenderKind.CASH, kroner(-30))
    )
    lost = till.stored(60)
    till.push(lost, r.ForwardSent(), r.Disputed(Decline.INSUFFICIENT), r.Closed(r.Settlement.WRITTEN_OFF, WHO, "gone"))
    report = till.journal.day_report()
    assert report.tenders == ((r.TenderKind.CASH, Line(2, kroner(70))),)
    assert report.settled == ((r.Settlement.WRITTEN_OFF, Line(1, kroner(60))),)
    assert report.disputed.count == 0


def test_open_items_carry_over_with_their_own_day_and_a_closed_day_stays_as_it_stood(till: Till) -> None:
    kept = till.stored(60)
    till.approved(100)
    till.close_day("2026-03-03")
    z = till.journal.closed_report(1)
    assert z is not None
    till.push(kept, r.ForwardSent(), r.Disputed(Decline.INSUFFICIENT))
    till.approved(5)
    x = till.journal.day_report()
    assert till.journal.closed_report(1) == z
    assert (z.number, z.unsent, z.disputed.count) == (1, Line(1, kroner(60)), 0)
    assert (x.business_day, x.disputed, x.sales) == ("2026-03-03", Line(1, kroner(60)), Line(1, kroner(5)))
    assert [item.business_day for item in x.carried] == [DAY]
    assert till.journal.z_number() == 1
    assert till.journal.closed_report(2) is None


def test_a_z_has_the_next_number_or_none(till: Till) -> None:
    with pytest.raises(Misuse):
        till.tell(r.DayClosed(2, DAY, DAY, WHO, ""))


def test_the_chart_shows_what_was_paid_and_loaded_by_hour(till: Till) -> None:
    till.approved(100)
    till.now = till.now.replace(hour=14)
    till.approved(50)
    till.stored(25)
    till.approved(500, Verb.RELOAD)
    till.push(till.sent(9), r.Declined(Decline.INSUFFICIENT))
    bars = (HourBar(9, kroner(100), kroner(0)), HourBar(14, kroner(75), kroner(500)))
    assert till.journal.hours(DAY) == bars
    till.close_day("2026-03-03")
    assert till.journal.hours(DAY) == bars
    assert till.journal.hours(BusinessDay("2026-03-03")) == ()
    assert till.journal.hours(BusinessDay("2020-01-01")) == ()


def test_only_the_very_last_movement_can_be_voided_never_the_customer_before(till: Till) -> None:
    assert till.journal.last_undoable(DAY) is None
    first = till.approved(1)
    till.push(till.sent(9), r.Declined(Decline.INSUFFICIENT))
    found = till.journal.last_undoable(DAY)
    assert found is not None
    assert found.id == first, "a decline moved nothing"
    assert till.journal.last_undoable(BusinessDay("2026-03-03")) is None
    second = till.approved(2)
    till.push(second, r.Refunded(TransactionId("44" * 16), kroner(1)))
    assert till.journal.last_undoable(DAY) is None
    third = till.approved(3)
    till.push(third, r.Voided())
    till.approved(3, Verb.REVERSE)
    assert till.journal.last_undoable(DAY) is None


def reserved(till: Till, *, standing: bool) -> TransactionId:
    identity = till.opened(80, Verb.AUTHORIZE, particulars=Particulars(standing=standing))
    till.card(identity)
    till.push(identity, r.Ready(pin=False), r.RequestSent(), r.Approved("host-1", "account-1", kroner(80)))
    return identity


@pytest.mark.parametrize("verb", [Verb.TRANSFER, Verb.COMBINE, Verb.GIFT])
def test_after_a_movement_without_a_way_back_there_is_nothing_to_void(till: Till, verb: Verb) -> None:
    till.approved(50)
    last = till.approved(20, verb)
    shelf = MemoryArchive(NOK)
    shelf.rows = dict(till.kept)
    for archive in (till.journal, shelf):
        assert archive.last_undoable(DAY) is None, "the payment before it is another customer's"
    again = till.approved(30)
    shelf.rows = dict(till.kept)
    for archive in (till.journal, shelf):
        found = archive.last_undoable(DAY)
        assert found is not None
        assert found.id == again != last


@pytest.mark.parametrize("standing", [True, False])
def test_a_reservation_made_on_purpose_is_a_movement_and_one_on_the_way_to_a_payment_is_none(
    till: Till, standing: bool
) -> None:
    before = till.approved(50)
    reserved(till, standing=standing)
    shelf = MemoryArchive(NOK)
    shelf.rows = dict(till.kept)
    for archive in (till.journal, shelf):
        found = archive.last_undoable(DAY)
        assert (found.id if found else None) == (None if standing else before)


def test_the_journal_is_the_archive_the_picture_reads(till: Till) -> None:
    archive: Archive = till.journal
    assert archive.open_sales() == ()


def test_the_terminal_is_stamped(till: Till) -> None:
    assert dict(STAMP.fields())["terminal_id"] == TILL
    assert till.journal.training
