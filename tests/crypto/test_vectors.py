"""Every published row of this room gives its published answer; no kind is left out in silence."""

from collections import Counter

import pytest

from app.crypto import des, dukpt, mac, pinblock
from app.crypto.dukpt import AesUsage, TdesVariant
from app.crypto.pinblock import PinBlockError, PinBlockFault, PinBlockFormat
from tests.crypto.vectors import VECTORS, Vector, of_kind

COVERED = {
    "initial_key": 3,
    "transaction_key": 22,
    "next_ksn": 7,
    "encrypted_pin_block": 42,
    "encrypted_pin_block_static_key": 3,
    "clear_pin_block": 12,
    "pan_field": 3,
    "reject_on_decode": 6,
}
NOT_BUILT = {"tr31_unwrap": 4}  # loading keys from key blocks is the work of a key tool, not of a till


def _parametrize(kind: str) -> pytest.MarkDecorator:
    rows = of_kind(kind)
    return pytest.mark.parametrize("vector", rows, ids=[row.name for row in rows])


def _pin(vector: Vector) -> bytearray:
    return bytearray(vector.text("pin").encode())


def test_every_kind_of_vector_is_either_covered_or_named_as_not_built() -> None:
    assert Counter(vector.kind for vector in VECTORS) == {**COVERED, **NOT_BUILT}
    assert sum(COVERED.values()) == 98


@_parametrize("initial_key")
def test_initial_keys(vector: Vector) -> None:
    bdk, serial = vector.bytes_of("bdk"), vector.bytes_of("ksn")
    if vector.is_aes:
        data = dukpt.aes_derivation_data(len(bdk), AesUsage.INITIAL_KEY, serial)
        assert data == vector.bytes_of("derivation_data")
        assert dukpt.aes_initial_key(bdk, serial) == vector.bytes_of("expected")
    else:
        assert dukpt.tdes_initial_key(bdk, serial) == vector.bytes_of("expected")


def _check_aes_working_keys(vector: Vector, transaction_key: bytes, ksn: bytes) -> None:
    for field, usage in (
        ("pin_key", AesUsage.PIN_ENCRYPTION),
        ("mac_generation_key", AesUsage.MAC_GENERATION),
        ("data_encryption_key", AesUsage.DATA_ENCRYPTION),
    ):
        if vector.text(field):
            assert dukpt.aes_working_key(transaction_key, ksn, usage) == vector.bytes_of(field)


@_parametrize("transaction_key")
def test_aes_transaction_keys_and_the_keys_made_from_them(vector: Vector) -> None:
    ksn = vector.bytes_of("ksn")
    initial_key = dukpt.aes_initial_key(vector.bytes_of("bdk"), ksn[:8])
    assert initial_key == vector.bytes_of("initial_key")
    transaction_key = dukpt.aes_transaction_key(initial_key, ksn)
    assert transaction_key == vector.bytes_of("expected")
    _check_aes_working_keys(vector, transaction_key, ksn)


@_parametrize("next_ksn")
def test_a_counter_skips_what_has_too_many_ones_and_ends(vector: Vector) -> None:
    expected = vector.bytes_of("expected") if vector.text("expected") else None
    assert dukpt.tdes_next_ksn(vector.bytes_of("ksn")) == expected


def _tdes_row(vector: Vector) -> None:
    ksn = vector.bytes_of("ksn")
    initial_key = dukpt.tdes_initial_key(vector.bytes_of("bdk"), ksn)
    assert initial_key == vector.bytes_of("initial_key")
    key = dukpt.tdes_transaction_key(initial_key, ksn)
    assert key == vector.bytes_of("transaction_key")
    pin_key = dukpt.tdes_working_key(key, TdesVariant.PIN)
    assert pin_key == vector.bytes_of("pin_key")
    clear = pinblock.encode(PinBlockFormat.ISO_0, _pin(vector), vector.text("pan"))
    assert clear == vector.bytes_of("clear_pin_block")
    assert pinblock.encrypt_pin_block(
        PinBlockFormat.ISO_0, pin_key, _pin(vector), vector.text("pan")
    ) == vector.bytes_of("expected")
    message = vector.text("mac_data_ascii").encode()
    for field, variant in (
        ("mac_request", TdesVariant.MAC_REQUEST),
        ("mac_response", TdesVariant.MAC_RESPONSE),
    ):
        code = mac.retail_mac(dukpt.tdes_working_key(key, variant), message)
        assert code[:4] == vector.bytes_of(field)
    padded = message.ljust(24, b"\x00")
    data_key = dukpt.tdes_working_key(key, TdesVariant.DATA_REQUEST)
    assert des.cbc_encrypt(data_key, padded) == vector.bytes_of("data_request_cbc_zero_iv")
    assert des.cbc_decrypt(data_key, des.cbc_encrypt(data_key, padded)) == padded


def _aes_row(vector: Vector) -> None:
    ksn = vector.bytes_of("ksn")
    initial_key = dukpt.aes_initial_key(vector.bytes_of("bdk"), ksn[:8])
    assert initial_key == vector.bytes_of("initial_key")
    transaction_key = dukpt.aes_transaction_key(initial_key, ksn)
    assert transaction_key == vector.bytes_of("transaction_key")
    _check_aes_working_keys(vector, transaction_key, ksn)
    _format_4(vector, vector.bytes_of("pin_key"), vector.text("pin_field")[16:])


def _format_4(vector: Vector, key: bytes, tail: str) -> None:
    pan = vector.text("pan")
    assert pinblock.encode(PinBlockFormat.ISO_4, _pin(vector), pan, tail) == vector.bytes_of("pin_field")
    assert pinblock.pan_field(PinBlockFormat.ISO_4, pan) == vector.bytes_of("pan_field")
    block = pinblock.encrypt_pin_block(PinBlockFormat.ISO_4, key, _pin(vector), pan, tail)
    assert block == vector.bytes_of("expected")
    assert pinblock.decrypt_pin_block(PinBlockFormat.ISO_4, key, block, pan) == _pin(vector)


@_parametrize("encrypted_pin_block")
def test_dukpt_rows_from_the_base_key_to_the_pin_block(vector: Vector) -> None:
    if vector.is_aes:
        _aes_row(vector)
    else:
        _tdes_row(vector)


@_parametrize("encrypted_pin_block_static_key")
def test_format_4_under_a_static_key(vector: Vector) -> None:
    _format_4(vector, vector.bytes_of("key"), vector.text("random_tail"))


@_parametrize("clear_pin_block")
def test_clear_blocks_both_ways(vector: Vector) -> None:
    block_format, pan, fill = vector.block_format, vector.text("pan"), vector.text("fill") or None
    assert pinblock.encode(block_format, _pin(vector), pan, fill) == vector.bytes_of("expected")
    assert pinblock.decode(block_format, vector.bytes_of("expected"), pan) == _pin(vector)


@_parametrize("pan_field")
def test_pan_fields_of_format_4(vector: Vector) -> None:
    assert pinblock.pan_field(PinBlockFormat.ISO_4, vector.text("pan")) == vector.bytes_of("expected")


REJECTIONS = {
    "iso0-bad-ctl": PinBlockFault.CONTROL,
    "iso0-bad-lenF": PinBlockFault.PIN_LENGTH,
    "iso0-bad-len2": PinBlockFault.PIN_LENGTH,
    "iso0-bad-fill": PinBlockFault.FILLER,
    "iso0-bad-nan": PinBlockFault.PIN_DIGIT,
    "iso0-bad-short": PinBlockFault.BLOCK_LENGTH,
}


@_parametrize("reject_on_decode")
def test_damaged_blocks_are_refused_for_the_right_reason(vector: Vector) -> None:
    with pytest.raises(PinBlockError) as caught:
        pinblock.decode(PinBlockFormat.ISO_0, vector.bytes_of("input"), vector.text("pan"))
    assert caught.value.code is REJECTIONS[vector.name]
