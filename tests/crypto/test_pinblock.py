"""PIN blocks beyond the vectors: round trips, a second opinion, short numbers, wiping, silent errors."""

import itertools
import traceback
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psec import pinblock as second_opinion

from app.crypto import pinblock
from app.crypto.pinblock import PinBlockError, PinBlockFault, PinBlockFormat

DIGITS = "0123456789"
PINS = st.text(DIGITS, min_size=4, max_size=12)
LONG_PANS = st.text(DIGITS, min_size=13, max_size=19)
PANS = st.text(DIGITS, min_size=1, max_size=19)
TDES_KEYS = st.binary(min_size=16, max_size=16) | st.binary(min_size=24, max_size=24)
AES_KEYS = st.sampled_from((16, 24, 32)).flatmap(lambda n: st.binary(min_size=n, max_size=n))
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PAN = "7013369876543210123"


def _digits(pin: str) -> bytearray:
    return bytearray(pin.encode())


@given(st.sampled_from(PinBlockFormat), st.data(), PINS, PANS)
def test_what_is_encrypted_is_decrypted_to_the_same_pin(
    block_format: PinBlockFormat, data: st.DataObject, pin: str, pan: str
) -> None:
    key = data.draw(AES_KEYS if block_format is PinBlockFormat.ISO_4 else TDES_KEYS)
    block = pinblock.encrypt_pin_block(block_format, key, _digits(pin), pan)
    assert pinblock.decrypt_pin_block(block_format, key, block, pan) == _digits(pin)


@given(PINS, LONG_PANS)
def test_formats_0_and_2_agree_with_another_implementation(pin: str, pan: str) -> None:
    ours = pinblock.encode(PinBlockFormat.ISO_0, _digits(pin), pan)
    assert ours == second_opinion.encode_pinblock_iso_0(pin, pan)
    assert pinblock.encode(PinBlockFormat.ISO_2, _digits(pin), "") == second_opinion.encode_pinblock_iso_2(pin)


@given(PINS, LONG_PANS)
def test_format_3_is_understood_both_ways_with_another_implementation(pin: str, pan: str) -> None:
    ours = bytes(pinblock.encode(PinBlockFormat.ISO_3, _digits(pin), pan))
    assert second_opinion.decode_pinblock_iso_3(ours, pan) == pin
    theirs = second_opinion.encode_pinblock_iso_3(pin, pan)
    assert pinblock.decode(PinBlockFormat.ISO_3, theirs, pan) == _digits(pin)


@given(AES_KEYS, PINS, PANS)
def test_format_4_is_understood_both_ways_with_another_implementation(key: bytes, pin: str, pan: str) -> None:
    ours = pinblock.encrypt_pin_block(PinBlockFormat.ISO_4, key, _digits(pin), pan)
    assert second_opinion.decipher_pinblock_iso_4(key, ours, pan) == pin
    theirs = second_opinion.encipher_pinblock_iso_4(key, pin, pan)
    assert pinblock.decrypt_pin_block(PinBlockFormat.ISO_4, key, theirs, pan) == _digits(pin)


@given(PINS, st.text(DIGITS, min_size=1, max_size=12))
def test_a_short_card_number_is_filled_with_zeros_from_the_left(pin: str, pan: str) -> None:
    short = pinblock.encode(PinBlockFormat.ISO_0, _digits(pin), pan)
    assert short == pinblock.encode(PinBlockFormat.ISO_0, _digits(pin), pan.rjust(13, "0"))


@given(st.sampled_from(PinBlockFormat), st.binary(max_size=20))
def test_any_bytes_decode_to_a_pin_or_are_refused_with_a_code(block_format: PinBlockFormat, block: bytes) -> None:
    with suppress(PinBlockError):
        pin = pinblock.decode(block_format, block, PAN)
        assert 4 <= len(pin) <= 12
        assert bytes(pin).isdigit()


@pytest.mark.parametrize("block_format", [PinBlockFormat.ISO_1, PinBlockFormat.ISO_3, PinBlockFormat.ISO_4])
def test_the_same_pin_twice_gives_two_blocks_where_the_fill_is_random(block_format: PinBlockFormat) -> None:
    blocks = {bytes(pinblock.encode(block_format, _digits("1234"), PAN)) for _ in range(20)}
    assert len(blocks) > 1


def test_the_callers_pin_is_left_alone_and_wiped_in_place() -> None:
    pin = _digits("1234")
    pinblock.encrypt_pin_block(PinBlockFormat.ISO_3, KEY, pin, PAN)
    assert pin == b"1234"
    alias = pin
    pinblock.wipe(pin)
    assert alias == bytes(4)


@pytest.mark.parametrize(
    ("block_format", "key", "pin", "pan", "fill", "code"),
    [
        (PinBlockFormat.ISO_0, KEY, "123", PAN, None, PinBlockFault.PIN_LENGTH),
        (PinBlockFormat.ISO_0, KEY, "1234567890123", PAN, None, PinBlockFault.PIN_LENGTH),
        (PinBlockFormat.ISO_0, KEY, "12A4", PAN, None, PinBlockFault.PIN_DIGIT),
        (PinBlockFormat.ISO_0, KEY, "1234", "", None, PinBlockFault.PAN),
        (PinBlockFormat.ISO_3, KEY, "1234", "7" * 20, None, PinBlockFault.PAN),
        (PinBlockFormat.ISO_4, KEY, "1234", "70133６", None, PinBlockFault.PAN),  # noqa: RUF001 - a wide digit
        (PinBlockFormat.ISO_3, KEY, "1234", PAN, "ABCDEFABC", PinBlockFault.FILL),
        (PinBlockFormat.ISO_3, KEY, "1234", PAN, "ABCDEFABC9", PinBlockFault.FILL),
        (PinBlockFormat.ISO_4, KEY, "1234", PAN, "no hex at all!!!", PinBlockFault.FILL),
        (PinBlockFormat.ISO_0, KEY[:8], "1234", PAN, None, PinBlockFault.KEY_LENGTH),
        (PinBlockFormat.ISO_0, KEY * 2, "1234", PAN, None, PinBlockFault.KEY_LENGTH),
        (PinBlockFormat.ISO_4, KEY[:8], "1234", PAN, None, PinBlockFault.KEY_LENGTH),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_made(
    block_format: PinBlockFormat, key: bytes, pin: str, pan: str, fill: str | None, code: PinBlockFault
) -> None:
    with pytest.raises(PinBlockError) as caught:
        pinblock.encrypt_pin_block(block_format, key, _digits(pin), pan, fill)
    assert caught.value.code is code


def test_a_decimal_filler_is_refused_where_only_letters_may_stand() -> None:
    block = pinblock.encode(PinBlockFormat.ISO_3, _digits("1234"), PAN, "ABCDEFABCD")
    block[-1] ^= 0xD ^ 0x9
    with pytest.raises(PinBlockError) as caught:
        pinblock.decode(PinBlockFormat.ISO_3, block, PAN)
    assert caught.value.code is PinBlockFault.FILLER


def test_a_block_of_the_wrong_size_is_refused() -> None:
    for block_format, size in itertools.product(PinBlockFormat, (0, 7, 9, 15, 17)):
        with pytest.raises(PinBlockError) as caught:
            pinblock.decrypt_pin_block(block_format, KEY, bytes(size), PAN)
        assert caught.value.code is PinBlockFault.BLOCK_LENGTH


def test_the_wrong_card_number_shows_as_a_filler_or_digit_fault() -> None:
    block = pinblock.encrypt_pin_block(PinBlockFormat.ISO_0, KEY, _digits("1234"), PAN)
    with pytest.raises(PinBlockError) as caught:
        pinblock.decrypt_pin_block(PinBlockFormat.ISO_0, KEY, block, "7013369876543299123")
    assert caught.value.code is PinBlockFault.FILLER


def _error_of(call: Callable[[], object]) -> str:
    """What a log would show of the error, its causes included; empty when there is none."""
    try:
        call()
    except PinBlockError as error:
        shown = traceback.TracebackException.from_exception(error, limit=0)
        return "".join(shown.format())
    return ""


@given(st.sampled_from(PinBlockFormat), st.text(DIGITS + "ABCDEF", min_size=1, max_size=14), PANS)
def test_no_error_text_carries_a_digit_of_its_input(block_format: PinBlockFormat, pin: str, pan: str) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: pinblock.encrypt_pin_block(block_format, KEY, _digits(pin), pan, fill="5" * 9),
        lambda: pinblock.decrypt_pin_block(block_format, KEY, pin.encode().ljust(16, b"7"), pan),
        lambda: pinblock.decode(block_format, pin.encode().ljust(8, b"7"), pan),
    )
    for call in calls:
        told = _error_of(call)
        assert not any(character.isdigit() for character in told)
