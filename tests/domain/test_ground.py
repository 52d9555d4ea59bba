"""Money, numbers, cards and products: the small types that everything else trusts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card import (
    CardFault,
    CardRefused,
    CardSecret,
    Expiry,
    ExpiryRule,
    IssuedSecret,
    Pan,
    PinBlock,
    Profile,
    Programme,
    Track2,
)
from app.domain.ids import STAN_CYCLE, Fresh, Stan
from app.domain.money import MAX_MINOR, Currency, CurrencyMismatch, Money, total, zero
from app.domain.product import BasketLine, basket_total
from app.domain.schemes import is_bank_card, programmes_for

NOK = Currency.NOK
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


# --- money --------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_sums_are_exact_and_keep_their_currency(minors: list[int]) -> None:
    assert total([Money(minor, NOK) for minor in minors], NOK) == Money(sum(minors), NOK)


@pytest.mark.parametrize("wrong", [1.0, True, "1", None])
def test_money_is_whole_minor_units(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, NOK)  # type: ignore[arg-type]  # the wrong type is the test


def test_money_has_an_end() -> None:
    Money(MAX_MINOR, NOK)
    with pytest.raises(ValueError):
        Money(MAX_MINOR + 1, NOK)


def test_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, NOK) + Money(1, Currency.SEK)
    with pytest.raises(CurrencyMismatch):
        Money(1, NOK) - Money(1, Currency.SEK)
    with pytest.raises(CurrencyMismatch):
        assert Money(1, NOK) < Money(1, Currency.SEK)
    assert Money(1, NOK) != Money(1, Currency.SEK)


def test_nothing_is_no_amount() -> None:
    assert not zero(NOK)
    assert not zero(NOK).is_positive
    assert not Money(-1, NOK).is_positive
    assert (Currency.ISK.exponent, Currency.NOK.exponent) == (0, 2)


# --- numbers and references ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "digits"), [(1, "000001"), (STAN_CYCLE, "999999"), (STAN_CYCLE + 1, "000001")])
def test_a_stan_wraps_and_is_never_zero(count: int, digits: str) -> None:
    assert Stan.from_count(count).digits == digits


@pytest.mark.parametrize("wrong", ["000000", "1", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", ""])
def test_a_stan_is_six_plain_digits(wrong: str) -> None:
    with pytest.raises(ValueError):
        Stan(wrong)


def test_counting_starts_at_one() -> None:
    with pytest.raises(ValueError):
        Stan.from_count(0)


@given(st.binary(min_size=8, max_size=16))
def test_ids_replay_from_their_seed_and_never_repeat_within_it(seed: bytes) -> None:
    def draw() -> list[str]:
        fresh = Fresh(seed, NOW)
        return [fresh.transaction_id(), fresh.order_ref(), fresh.transaction_ref(), fresh.sale_id()]

    assert draw() == draw()
    assert len(set(draw())) == 4


def test_ids_sort_by_time_of_birth_and_are_version_seven() -> None:
    early = Fresh(b"b", NOW).transaction_id()
    late = Fresh(b"a", NOW.replace(second=1)).transaction_id()
    assert early < late
    assert len(early) == 32
    assert early[12] == "7"
    assert early[16] in "89ab"


# --- cards --------------------------------------------------------------------------------------------------------

CASES = {case["n"]: case for case in json.loads(Path("tests/vectors/malformed-cases.json").read_text())["cases"]}
ISO = Profile()
LENIENT = Profile(
    min_digits=13, max_digits=19, expiry=ExpiryRule.IGNORE, separator_required=False, expiry_required=False
)


def track_of(number: int) -> str:
    text: str = CASES[number]["text"]
    return text.removeprefix(";").split("?")[0]


@pytest.mark.parametrize(
    ("number", "profile", "fault"),
    [
        (18, ISO, CardFault.PAN_LENGTH),
        (18, LENIENT, CardFault.PAN_LENGTH),
        (19, ISO, CardFault.PAN_LENGTH),
        (19, LENIENT, CardFault.PAN_LENGTH),
        (20, ISO, CardFault.SEPARATOR),
        (21, ISO, CardFault.TRACK_UNREADABLE),
        (21, LENIENT, CardFault.TRACK_UNREADABLE),
        (22, Profile(expiry_required=True), CardFault.EXPIRY),
        (23, ISO, CardFault.EXPIRY),
    ],
)
def test_a_malformed_track_is_refused_with_its_reason(number: int, profile: Profile, fault: CardFault) -> None:
    with pytest.raises(CardRefused) as refused:
        Track2.parse(track_of(number), profile)
    assert refused.value.fault is fault
    assert "701336" not in f"{refused.value!r}{refused.value}"


@pytest.mark.parametrize("number", [20, 22, 23])
def test_what_a_profile_allows_is_taken_without_shifting_a_field(number: int) -> None:
    track = Track2.parse(track_of(number), LENIENT)
    assert track.pan.reveal() == track_of(number).split("=")[0]
    assert track.expiry is None


def test_a_short_card_is_taken_only_by_a_profile_that_says_so() -> None:
    short = Profile(min_digits=5, separator_required=False)
    assert Track2.parse(track_of(19), short).pan.reveal() == "12345"


def test_an_absent_expiry_leaves_no_service_code_behind() -> None:
    """ISO/IEC 7813: the second = stands in place of the expiry; what follows is the service code."""
    track = Track2.parse(track_of(22), Profile(service_code=True))
    assert track.expiry is None
    assert track.service_code == "201"


@pytest.mark.parametrize(
    ("rule", "digits", "expiry"),
    [
        (ExpiryRule.YYMM, "2012", Expiry(2020, 12)),
        (ExpiryRule.MMYY, "1220", Expiry(2020, 12)),
        (ExpiryRule.IGNORE, "9999", None),
        (ExpiryRule.YYMM, "0000", None),
    ],
)
def test_the_expiry_is_read_as_its_programme_writes_it(rule: ExpiryRule, digits: str, expiry: Expiry | None) -> None:
    track = Track2.parse(f"7013360000000000000={digits}125123", Profile(expiry=rule, service_code=True))
    assert track.expiry == expiry
    assert track.service_code == "125"


@given(st.text(alphabet="0123456789=:;<>?", max_size=45))
def test_no_track_ever_raises_anything_but_a_refusal(text: str) -> None:
    for profile in (ISO, LENIENT, Profile(min_digits=5, separator_required=False, service_code=True)):
        try:
            track = Track2.parse(text, profile)
        except CardRefused:
            continue
        assert track.reveal() == text
        assert text not in repr(track) or len(text) <= 4 + len("Track2(…)")


@pytest.mark.parametrize("text", ["12/30", "1230", "2030-12-31"])
def test_an_expiry_is_read_in_the_forms_people_and_hosts_write(text: str) -> None:
    assert Expiry.parse(text) == Expiry(2030, 12)
    assert Expiry.parse(text).mm_yy == "12/30"


FULL_WIDTH = "\uff11\uff12/\uff13\uff10"
SUPERSCRIPT = "\u00b2\u00b2-1-1"


@pytest.mark.parametrize(
    "text", ["13/30", "00/30", "123", "ab/cd", "", "2030-13-01", "1-2-3-4", FULL_WIDTH, SUPERSCRIPT]
)
def test_what_is_no_expiry_is_refused(text: str) -> None:
    with pytest.raises(CardRefused):
        Expiry.parse(text)


def test_nothing_secret_is_in_a_repr() -> None:
    pan = Pan("7013360000000001234")
    secrets = (
        pan, CardSecret(pan, Expiry(2030, 12), "847", "7013360000000001234=3012"), PinBlock(b"secret", 0),
        IssuedSecret(pan, "847", Expiry(2030, 12), "code99", "9876"), Track2.parse(f"{pan.reveal()}=3012", ISO),
    )  # fmt: skip
    shown = repr(secrets)
    for word in ("701336", "847", "secret", "code99", "9876", "3012"):
        assert word not in shown
    assert "…1234" in shown


def test_what_rests_on_disk_has_no_cvc() -> None:
    sealed = CardSecret(Pan("7013360000000001234"), Expiry(2030, 12), "847", "t").for_sealing()
    assert (sealed.cvc, sealed.track2) == ("", "t")


@pytest.mark.parametrize(
    ("digits", "bank"),
    [
        ("4111111111111111", True), ("5555555555554444", True), ("378282246310005", True),
        ("2221000000000009", True), ("2720990000000007", True), ("2220990000000007", False),
        ("2721000000000004", False), ("6011111111111117", True), ("7013360000000000000", False),
        ("5019000000000000", True), ("5600000000000000", False), ("6200000000000005", True), ("22215", False),
    ],
)  # fmt: skip
def test_a_schemes_ranges_are_known(digits: str, bank: bool) -> None:
    assert is_bank_card(digits) is bank


GIFT = Programme("Gift", "a", ("7013",))
LONG = Programme("Long", "b", ("701336",))
CLAIMED = Programme("Claimed", "c", ("411111",))
SHORT_CLAIM = Programme("Short", "d", ("4111",))
TWIN = Programme("Twin", "e", ("7013",))


def test_the_longest_prefix_wins_and_two_equal_ones_ask() -> None:
    assert programmes_for("7013360000000000000", (GIFT, LONG, TWIN)) == (LONG,)
    assert programmes_for("7013990000000000000", (GIFT, LONG, TWIN)) == (GIFT, TWIN)
    assert programmes_for("7999990000000000000", (GIFT, LONG)) == ()


def test_only_six_digits_or_more_win_over_a_scheme() -> None:
    assert programmes_for("4111110000000000", (CLAIMED, SHORT_CLAIM)) == (CLAIMED,)
    with pytest.raises(CardRefused) as refused:
        programmes_for("4111990000000000", (CLAIMED, SHORT_CLAIM))
    assert refused.value.fault is CardFault.BANK_CARD


# --- products -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gross", "rate", "vat"),
    [(125_00, "25", 25_00), (100_00, "25", 20_00), (115_00, "15", 15_00), (100, "0", 0), (3, "100", 2), (1, "25", 0)],
)
def test_vat_is_contained_and_rounded_half_up(gross: int, rate: str, vat: int) -> None:
    line = BasketLine("001", "Bread", Money(gross, NOK), vat_rate=Decimal(rate))
    assert line.vat == Money(vat, NOK)


def test_a_basket_comes_to_the_sum_of_its_lines() -> None:
    lines = (BasketLine("1", "a", Money(1, NOK)), BasketLine("2", "b", Money(2, NOK)))
    assert basket_total(lines, NOK) == Money(3, NOK)
    assert basket_total((), NOK) == zero(NOK)
