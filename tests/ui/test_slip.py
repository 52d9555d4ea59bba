"""What leaves the shop on paper: 42 columns, no order for a printer, and of a card never more than four digits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card import Issued, IssuedSecret, IssuedToken, Pan
from app.domain.ids import BusinessDay
from app.domain.money import Currency, Money
from app.domain.product import BasketLine
from app.domain.receipt import Receipt, ReceiptMark
from app.domain.records import Settlement, TenderKind
from app.domain.report import CarriedItem, DayReport, Line
from app.domain.transaction import State
from app.domain.verb import PLAIN, READS, Verb
from app.ui.paper import PaperLine
from app.ui.report_paper import report_paper
from app.ui.slip import COLUMNS, card_lines, plain, receipt_lines, report_lines, slip, width
from app.ui.widgets.receipt_paper import ReceiptPaper
from tests.ui import jobs, office, samples
from tests.ui.conftest import MakeRig

WORDS = st.text(max_size=80)
MONEY = st.integers(-(10**12), 10**12).map(lambda minor: Money(minor, Currency.NOK))
COUNTS = st.builds(Line, st.integers(0, 10**6), MONEY)
RATES = st.sampled_from([Decimal(0), Decimal("2.5"), Decimal(15), Decimal(25)])
BASKET = st.builds(BasketLine, st.just("1"), WORDS, MONEY, st.just(Decimal("1.250")), vat_rate=RATES)
PANS = st.text("0123456789", min_size=12, max_size=19)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    return Receipt(
        verb=draw(st.sampled_from(Verb)),
        mark=draw(st.sampled_from(ReceiptMark)),
        store=draw(WORDS),
        terminal_id=draw(WORDS),
        operator=draw(WORDS),
        at=datetime(2026, 11, 21, 11, 41, tzinfo=UTC),
        business_day=BusinessDay("2026-11-20"),
        stan="000057",
        reference="6f1c0d7e-7f4e-4a6e-9a93-3d9c2f4f5b01",
        host_id=draw(WORDS),
        amount=draw(MONEY),
        after=draw(st.none() | MONEY),
        before=draw(st.none() | MONEY),
        rest=draw(st.none() | MONEY),
        last4=draw(st.just("") | PANS),
        programme=draw(WORDS),
        keyed=draw(st.booleans()),
        expiry=draw(st.sampled_from(["", "12/28"])),
        original_stan=draw(st.sampled_from(["", "000044"])),
        lines=tuple(draw(st.lists(BASKET, max_size=3))),
        tenders=tuple(draw(st.lists(st.tuples(st.sampled_from(TenderKind), MONEY), max_size=2))),
        copy=draw(st.integers(0, 1000)),
        training=draw(st.booleans()),
        check=draw(st.sampled_from(["", "000057-KT"])),
        customer=draw(WORDS),
        recipient=draw(WORDS),
        count=draw(st.integers(0, 1000)),
    )


@st.composite
def reports(draw: st.DrawFn) -> DayReport:
    item = st.builds(
        CarriedItem,
        st.just("000044"),
        st.just(samples.DAY),
        st.sampled_from(Verb),
        st.sampled_from(State) | WORDS,
        MONEY,
    )
    return replace(
        office.REPORT,
        number=draw(st.integers(0, 10**6)),
        verbs=tuple(draw(st.lists(st.tuples(st.sampled_from(Verb), COUNTS), max_size=4))),
        sales=draw(COUNTS),
        given_back=draw(COUNTS),
        tenders=tuple(draw(st.lists(st.tuples(st.sampled_from(TenderKind), COUNTS), max_size=3))),
        settled=tuple(draw(st.lists(st.tuples(st.sampled_from(Settlement), COUNTS), max_size=3))),
        carried=tuple(draw(st.lists(item, max_size=4))),
        training=draw(st.booleans()),
    )


def assert_paper(lines: list[str]) -> None:
    for line in lines:
        assert width(line) <= COLUMNS, line
        assert line.isprintable(), ascii(line)


@given(receipts())
def test_a_receipt_never_leaves_the_paper(receipt: Receipt) -> None:
    assert_paper(receipt_lines(receipt))


@given(reports(), WORDS, WORDS)
def test_a_report_never_leaves_the_paper(report: DayReport, store: str, till: str) -> None:
    assert_paper(report_lines(report, store, till))


@pytest.mark.usefixtures("pseudo")
def test_a_longer_language_stays_on_the_paper_too() -> None:
    for receipt in (samples.RECEIPT, office.PENDING, *(jobs.slip(verb, 0, recipient=jobs.LONG) for verb in Verb)):
        assert_paper(receipt_lines(receipt))
    assert_paper(report_lines(office.REPORT, "Torgallmenningen", "2"))
    for secret in (samples.SECRET, jobs.PIN_ONLY, jobs.CODE_ONLY, jobs.ADDRESS, jobs.BATCH):
        assert_paper(card_lines(secret))


@given(st.lists(st.builds(PaperLine, WORDS, WORDS, st.integers(0, 3), st.booleans()), max_size=5))
def test_any_lines_fit(lines: list[PaperLine]) -> None:
    assert_paper(slip(lines))


@given(receipts(), PANS)
def test_of_a_card_there_are_never_more_than_four_digits(receipt: Receipt, pan: str) -> None:
    quiet = replace(receipt, store="", programme="", host_id="", operator="", terminal_id="", last4=pan, lines=())
    quiet = replace(quiet, customer="", recipient="", count=0)
    printed = "\n".join(receipt_lines(quiet))
    other = "\n".join(receipt_lines(replace(quiet, last4="")))
    masked = re.findall(r"\*{4} (\d*)", printed)
    assert masked == [pan[-4:]]
    five = {pan[start : start + 5] for start in range(len(pan) - 4)}
    assert not {digits for digits in five if digits in printed and digits not in other}


def test_a_product_s_name_cannot_drive_the_printer() -> None:
    line = replace(samples.RECEIPT.lines[0], description="Bun\x1b@\x1dV\x00\ncut\u202e")
    printed = receipt_lines(replace(samples.RECEIPT, lines=(line,)))
    assert_paper(printed)
    assert plain("a\x1bb\u00a0•") == "a b *"


def test_a_receipt_says_what_it_is_worth() -> None:
    printed = "\n".join(receipt_lines(office.PENDING))
    for words in (
        "*** C O P Y   2 ***",
        "*** P E N D I N G ***",
        "TRAINING",
        "Balance not known",
        "keyed by hand",
        "**** 0048",
        "000057-KT",
        "6f1c0d7e-7f4e-4a6e-9a93-3d9c2f4f5b01",
        "250.00 NOK",
    ):
        assert words in printed, words
    assert "Balance now" not in printed


def test_vat_is_split_by_rate_and_adds_up() -> None:
    printed = receipt_lines(samples.RECEIPT)
    rates = [line for line in printed if line.startswith("VAT")]
    assert rates == [
        f"{'VAT 15 % of 223.00':<{COLUMNS - 5}}29.09",
        f"{'VAT 25 % of 27.00':<{COLUMNS - 4}}5.40",
    ]
    assert sum(line.vat.minor for line in samples.RECEIPT.lines) == 2909 + 540


def test_a_report_keeps_loads_apart_and_names_what_is_open() -> None:
    printed = report_lines(office.REPORT, "Torgallmenningen", "2")
    text = "\n".join(printed)
    assert "X   R E P O R T" in text
    assert text.index("Gift cards taken as payment") < text.index("Loads: a debt, not turnover")
    for words in ("Offline, not sent", "Being checked", "Refused afterwards", "Declined, no money", "Written off"):
        assert words in text
    assert "2026-11-20 000044" in text
    head = "".join(re.findall(r"\b[0-9a-f]{8}\b", text))
    assert head == office.REPORT.head
    assert "1201 – 1467" in text
    assert "TRAINING" in text


def test_a_report_of_real_sales_says_that_training_is_left_out() -> None:
    real = "\n".join(report_lines(replace(office.REPORT, number=12, training=False)))
    assert "Z   R E P O R T   1 2" in real
    assert "Training is left out of these figures." in real
    assert "NO REAL MONEY" not in real


def test_the_screen_shows_the_lines_that_print() -> None:
    shown = [line.right for line in report_paper(office.REPORT) if line.right]
    printed = "\n".join(report_lines(office.REPORT))
    assert all(plain(amount) in printed for amount in shown)


def test_a_new_card_is_printed_whole_for_its_owner() -> None:
    text = "\n".join(card_lines(samples.SECRET))
    assert samples.SECRET.pan.reveal() in text.replace(" ", "")
    for value in (samples.SECRET.cvc, samples.SECRET.code, samples.SECRET.pin, "11/29"):
        assert value in text
    assert_paper(card_lines(samples.SECRET))


@pytest.mark.parametrize("verb", sorted(PLAIN | {Verb.GIFT}))
def test_what_moves_no_money_prints_none(verb: Verb) -> None:
    printed = "\n".join(receipt_lines(jobs.slip(verb, 0, customer="kari…", recipient="ka…@example.no")))
    for words in ("Amount", "Balance", "0.00", "NOK"):
        assert words not in printed, words
    assert "kari..." in printed
    assert "ka...@example.no" in printed
    assert "-" * COLUMNS + "\n" + "-" * COLUMNS not in printed


def test_every_verb_that_prints_has_a_title_of_its_own() -> None:
    titles = {verb: receipt_lines(jobs.slip(verb, 100))[2].strip() for verb in Verb if verb not in READS}
    assert "Gift card" not in titles.values()
    assert titles[Verb.TRANSFER] == "Moved to a new gift card"
    assert titles[Verb.CASH_OUT] == "Gift card paid out in cash"
    assert titles[Verb.AUTHORIZE] == "Reserved on gift card"
    given = [receipt_lines(jobs.slip(Verb.GIFT, minor))[2].strip() for minor in (0, 100)]
    assert given == ["Gift card given away", "Gift card as a gift"]


@pytest.mark.parametrize(
    ("undone", "title"),
    [
        (Verb.REDEEM, "Payment taken back"),
        (Verb.RELOAD, "Load taken back"),
        (Verb.ISSUE, "Sold card taken back"),
        (Verb.ACTIVATE, "Activation taken back"),
        (Verb.CASH_OUT, "Payout taken back"),
        (Verb.GIFT, "Taken back"),
        (None, "Taken back"),
    ],
)
def test_what_is_taken_back_is_called_by_its_name(undone: Verb | None, title: str) -> None:
    assert receipt_lines(jobs.slip(Verb.REVERSE, 100, undone=undone))[2].strip() == title


def test_what_is_undone_prints_only_the_money_that_comes_back() -> None:
    twice = ((TenderKind.CASH, samples.nok(20000)), (TenderKind.CASH, samples.nok(-20000)))
    sold = "\n".join(receipt_lines(jobs.slip(Verb.REVERSE, 20000, undone=Verb.ISSUE, tenders=twice)))
    assert re.search(r"Cash given back +200.00 NOK", sold)
    assert len(re.findall("Cash", sold)) == 1
    out = "\n".join(receipt_lines(jobs.slip(Verb.REVERSE, 20000, undone=Verb.CASH_OUT, tenders=twice[::-1])))
    assert re.search(r"Cash taken back +200.00 NOK", out)
    assert "given back" not in out


def test_a_service_s_long_number_has_lines_of_its_own(make_rig: MakeRig) -> None:
    first, second = "afea83a8-0edd-4686-aa3b-8093a5332076", "2553ae56-2a88-54bd-893b-d9ab03e7acee"
    slip = replace(samples.RECEIPT, host_id=f"{first}/{second}")
    lines = receipt_lines(slip)
    assert lines[lines.index("Service's no.") + 1 :][:2] == [first, second]
    paper = ReceiptPaper(make_rig().window.look)
    for host_id in (slip.host_id, "x" * 19 + " " + "y" * 60):
        paper.show_receipt(replace(slip, host_id=host_id, operator="A name that is longer than the paper is wide " * 2))
        white = paper.grab().toImage()
        edge = {white.pixelColor(x, y).name() for x in (2, 3, 4) for y in range(8, white.height() - 16)}
        assert len(edge) == 1, "nothing is drawn into the margin"


@pytest.mark.parametrize("verb", [Verb.AUTHORIZE, Verb.CASH_OUT])
def test_what_takes_no_payment_leaves_nothing_to_pay_on_paper(verb: Verb) -> None:
    held = jobs.slip(verb, 80000, rest=samples.nok(80000))
    assert "Still to pay" not in "\n".join(receipt_lines(held))


def test_a_long_name_that_is_cut_is_read_on_from_the_left() -> None:
    printed = card_lines(IssuedToken(url="https://cards.example/" + "x" * 50))
    at = next(place for place, line in enumerate(printed) if line.startswith("https://"))
    assert printed[at + 1].startswith("xxx")


def test_a_count_says_what_it_counts() -> None:
    hours = "\n".join(receipt_lines(jobs.slip(Verb.NEW_CODE, 0, count=24)))
    cards = "\n".join(receipt_lines(jobs.slip(Verb.MAKE_BLANKS, 0, count=50)))
    assert re.search(r"Good for hours +24", hours)
    assert re.search(r"Cards +50", cards)


def test_what_has_no_number_is_printed_whole_for_its_owner() -> None:
    pin, code, address = (" ".join(card_lines(s)) for s in (jobs.PIN_ONLY, jobs.CODE_ONLY, jobs.ADDRESS))
    assert "Y O U R   N E W   P I N" in pin
    assert jobs.PIN_ONLY.pin in pin
    assert "Y O U R   C O D E" in code
    assert jobs.CODE_ONLY.code in code
    assert jobs.ADDRESS.url in address.replace(" ", "")
    assert "once" in pin


def test_a_box_of_cards_is_printed_card_by_card_with_its_label() -> None:
    printed = "\n".join(card_lines(jobs.BATCH))
    for card in jobs.BATCH.cards:
        assert card.label in printed
        assert card.pan.reveal() in printed.replace(" ", "")
    assert printed.count("U N S O L D   C A R D") == len(jobs.BATCH.cards)
    assert "like money" not in printed


def modules(text: list[str]) -> list[list[int]]:
    """The code on a slip, read as a scanner would: each sign is two modules above each other."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    drawn = [line for line in text if line and set(line) <= set(halves)]
    left = min(len(line) - len(line.lstrip()) for line in drawn)
    right = max(map(len, drawn))
    rows = [[halves[sign] for sign in line.ljust(right)[left:]] for line in drawn]
    return [[pair[half] for pair in row] for row in rows for half in (0, 1)]


@pytest.mark.parametrize(
    ("issued", "text"),
    [
        (IssuedSecret(Pan("7013360000000000001"), "123"), "7013360000000000001"),
        (IssuedSecret(Pan("7099130000000000019"), code="SHOP:7099130000000000019"), "SHOP:7099130000000000019"),
        (IssuedToken(code="DINCARD:9f8a7c6e-5d4b-4a2f"), "DINCARD:9f8a7c6e-5d4b-4a2f"),
        (IssuedToken(url="https://cards.invalid/" + "9f8a7c6e" * 4), "https://cards.invalid/" + "9f8a7c6e" * 4),
    ],
    ids=["number", "code", "further code", "address"],
)
def test_a_new_card_carries_a_code_to_scan(issued: Issued, text: str) -> None:
    lines = card_lines(issued)
    assert all(width(line) <= COLUMNS for line in lines)
    meant = [list(row) for row in segno.make(text, error="l", micro=False, boost_error=False).matrix]
    assert modules(lines)[: len(meant)] == meant


def test_what_is_too_long_to_scan_is_printed_all_the_same() -> None:
    url = "https://cards.invalid/" + "9f8a7c6e" * 20
    lines = card_lines(IssuedToken(url=url))
    assert not any(set("▀▄█") & set(line) for line in lines)
    assert url in "".join("".join(lines).split())
