"""Codes: what is one, whose it is, and that no bank card comes in by it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card import CardFault, CardRefused, CardSecret, Code, IssuedSecret, Pan, Programme, presented
from app.domain.codes import CodeText, bare, choices, misplaced, recognised, tells_a_number
from app.domain.verb import Capabilities

GIFT = Programme("Gift", "swedbankpay", ("701336",))
WEB = Programme("Web", "dintero", ("709913",), code_prefixes=("DINCARD:",))
SHOP = Programme("Shop", "dintero", (), code_prefixes=("DINCARD:9", "shop-"))
ANY = Programme("Any", "dintero", (), code_prefixes=("",))
ALL = (GIFT, WEB, SHOP)
VISA = "4111111111111111"
PRINTABLE = "".join(chr(sign) for sign in range(0x21, 0x7F))
LETTERS = st.text(string.ascii_letters, min_size=8, max_size=64)


def fault_of(text: str, programmes: tuple[Programme, ...] = ALL) -> CardFault:
    with pytest.raises(CardRefused) as refused:
        recognised(presented(text), programmes)
    assert text not in str(refused.value)
    return refused.value.fault


def names(text: str, programmes: tuple[Programme, ...] = ALL) -> list[str]:
    return [programme.name for programme in recognised(presented(text), programmes)]


# --- what a code is


@given(st.text(PRINTABLE, min_size=8, max_size=64).filter(lambda text: not text.isdigit()))
def test_a_code_is_kept_sign_by_sign_and_shows_its_last_four(text: str) -> None:
    code = presented(text)
    assert isinstance(code, Code)
    assert (code.reveal(), code.last4) == (text, text[-4:])
    assert code == Code(text)
    assert hash(code) == hash(Code(text))
    for shown in (repr(code), str(code), f"{code}", repr(CardSecret(code)), repr(IssuedSecret(code)), repr([code])):
        assert text not in shown


@given(st.text(string.digits, min_size=5, max_size=19))
def test_what_is_all_digits_is_a_number(digits: str) -> None:
    assert type(presented(digits)) is Pan
    with pytest.raises(CardRefused):
        Code(digits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABCDEF7",
        "A" * 65,
        "ABCD EFGH",
        " ABCDEFGH",
        "ABCDEFGH\n",
        "ABCDEFG\x00",
        "ABCDEFGÅ",
        "\u0661" * 8,
        "\uff21" * 8,
    ],
)
def test_what_is_no_code_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(CardRefused) as refused:
        presented(text)
    assert refused.value.fault is CardFault.CODE
    assert not text or text not in str(refused.value)


def test_a_text_of_digits_of_no_length_is_refused_as_a_number() -> None:
    with pytest.raises(CardRefused) as refused:
        presented("1" * 20)
    assert refused.value.fault is CardFault.PAN_LENGTH


def test_what_a_scanner_read_is_shown_by_nothing() -> None:
    assert "DINCARD" not in f"{CodeText('DINCARD:12345678')!r}{[CodeText('DINCARD:12345678')]}"


# --- among words


@pytest.mark.parametrize(
    "words",
    [
        "4111111111111111",
        "card 4111 1111 1111 1111, lost",
        "4111-1111-1111-1111",
        "7013360000000000001",
        "7013 36000000000 01",
    ],
)
def test_a_number_is_found_among_words(words: str) -> None:
    assert tells_a_number(words, ALL)


@pytest.mark.parametrize(
    "words",
    [
        "", "anna", "+47 900 00 000", "004790000000", "kari@example.no", "reported lost on 2026-11-28",
        "4111111111111112",  # no bank's: the check digit is wrong
        "123456789012", "74537604221222124050000",  # a terminal's and an acquirer's reference
        "BOX1-0001", "41111111111111110000",
    ],
)  # fmt: skip
def test_what_people_type_is_no_number(words: str) -> None:
    assert not tells_a_number(words, ALL)


# --- whose it is


def test_the_longest_prefix_that_is_known_names_the_programme() -> None:
    assert names("DINCARD:123456789012345678") == ["Web"]
    assert names("DINCARD:9-shop-of-many-roads") == ["Shop"]
    assert names("shop-ABCDEF") == ["Shop"]
    assert names("7013360000000000001") == ["Gift"]
    assert names("709913000000000001") == ["Web"]


def test_small_and_capital_letters_differ() -> None:
    assert names("dincard:123456789012345678") == []
    assert names("Shop-ABCDEF") == []


def test_a_code_of_no_known_prefix_is_for_programmes_that_have_codes() -> None:
    code = Code("7H2KQ9XWPLMN")
    assert recognised(code, ALL) == ()
    assert choices(code, ALL) == (WEB, SHOP)
    assert choices(Pan("7099990000000001"), ALL) == ALL
    assert names("7H2KQ9XWPLMN", (*ALL, ANY)) == ["Any"], "an empty prefix is any beginning"
    assert names("DINCARD:123456789012345678", (*ALL, ANY)) == ["Web"], "and the shortest of all"


def test_two_programmes_of_one_prefix_are_both_offered() -> None:
    twin = Programme("Twin", "dintero", (), code_prefixes=("DINCARD:",))
    assert names("DINCARD:123456789012345678", (WEB, twin)) == ["Web", "Twin"]


def test_where_no_programme_has_codes_none_is_taken() -> None:
    assert fault_of("7H2KQ9XWPLMN", (GIFT,)) is CardFault.NO_PROGRAMME


def test_a_programme_with_codes_at_a_backend_without_is_found() -> None:
    backends = {"swedbankpay": Capabilities("swedbankpay", "S"), "dintero": Capabilities("dintero", "D", codes=True)}
    wrong = Programme("Wrong", "swedbankpay", ("701336",), code_prefixes=("X-",))
    assert misplaced((GIFT, WEB, wrong), backends) == (wrong,)


# --- bank cards


@pytest.mark.parametrize(
    "text",
    [
        VISA, "4111-1111-1111-1111", "4111.1111.1111.1111", ";4111111111111111=3012120", "%B4111111111111111^A/B^3012?",
        "card:4111111111111111", "4111111111111111X", "5555555555554444-", "378282246310005/30",
    ],
)  # fmt: skip
def test_a_bank_card_is_dropped_however_it_is_written(text: str) -> None:
    assert fault_of(text) is CardFault.BANK_CARD
    assert fault_of(text, (*ALL, ANY)) is CardFault.BANK_CARD


def test_a_prefix_that_is_known_wins_over_the_schemes() -> None:
    assert names(f"DINCARD:{VISA}") == ["Web"]


@given(LETTERS)
def test_words_are_no_bank_card(text: str) -> None:
    assert recognised(Code(text), ALL) in ((), (WEB,), (SHOP,))


def test_a_number_that_no_check_digit_proves_is_no_bank_card_inside_a_word() -> None:
    assert names("card4111111111111112") == []


# --- one card, scanned or swiped


@given(st.text(string.digits, min_size=5, max_size=19))
def test_a_number_behind_its_prefix_is_that_number(digits: str) -> None:
    assert bare(Code(f"DINCARD:{digits}"), WEB) == Pan(digits)
    assert bare(Pan(digits), WEB) == Pan(digits)


@pytest.mark.parametrize("text", ["DINCARD:12A4567", "DINCARD:12345678901234567890", "DINCARD:1234", "OTHER:12345678"])
def test_any_other_code_is_only_itself(text: str) -> None:
    assert bare(Code(text), WEB) == Code(text)
    assert bare(Code(text), ANY) == Code(text)
