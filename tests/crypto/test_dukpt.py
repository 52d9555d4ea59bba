"""Key derivation beyond the vectors: the counter against brute force, limits, and silence in errors."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import dukpt
from app.crypto.dukpt import AesUsage, DukptError, TdesVariant

BDK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
TDES_HEAD = int("FFFF9876543210E00000", 16)


def _tdes_ksn(counter: int) -> bytes:
    return (TDES_HEAD | counter).to_bytes(10, "big")


@given(st.integers(1, 2**21 - 1).filter(lambda n: n.bit_count() <= 10))
def test_the_next_counter_is_the_next_number_with_few_enough_ones(counter: int) -> None:
    following = next((n for n in range(counter + 1, 2**21) if n.bit_count() <= 10), None)
    expected = None if following is None else _tdes_ksn(following)
    assert dukpt.tdes_next_ksn(_tdes_ksn(counter)) == expected


@given(st.sets(st.integers(0, 31), min_size=16, max_size=16).map(lambda ones: sum(1 << n for n in ones)))
def test_a_full_aes_counter_carries_its_lowest_one(counter: int) -> None:
    ksn = bytes(8) + counter.to_bytes(4, "big")
    following = dukpt.aes_next_ksn(ksn)
    if following is None:
        assert counter == 0xFFFF0000
    else:
        value = int.from_bytes(following[8:], "big")
        assert value > counter
        assert value.bit_count() <= 16
        assert following[:8] == ksn[:8]


@pytest.mark.parametrize("counter", [0, 2**21 - 1, 0b11111111111])
def test_an_illegal_tdes_counter_makes_no_key(counter: int) -> None:
    with pytest.raises(DukptError):
        dukpt.tdes_transaction_key(BDK, _tdes_ksn(counter))


@pytest.mark.parametrize("counter", [0, 0x1FFFF, 2**32 - 1])
def test_an_illegal_aes_counter_makes_no_key(counter: int) -> None:
    with pytest.raises(DukptError):
        dukpt.aes_transaction_key(BDK, bytes(8) + counter.to_bytes(4, "big"))


def test_keys_for_different_purposes_differ() -> None:
    tdes = dukpt.tdes_transaction_key(dukpt.tdes_initial_key(BDK, _tdes_ksn(1)), _tdes_ksn(1))
    assert len({dukpt.tdes_working_key(tdes, variant) for variant in TdesVariant}) == len(TdesVariant)
    aes = dukpt.aes_transaction_key(BDK, bytes(11) + b"\x01")
    keys = {dukpt.aes_working_key(aes, bytes(11) + b"\x01", usage) for usage in AesUsage}
    assert len(keys) == len(AesUsage)


def test_an_aes_192_key_is_cut_from_two_blocks() -> None:
    key = dukpt.aes_initial_key(BDK + BDK[:8], bytes(8))
    assert len(key) == 24


@pytest.mark.parametrize("size", [0, 9, 11, 13])
def test_sizes_are_checked_and_errors_tell_sizes_only(size: int) -> None:
    secret = b"\xa5" * size
    calls: tuple[Callable[[], object], ...] = (
        lambda: dukpt.tdes_initial_key(BDK, secret),
        lambda: dukpt.tdes_initial_key(secret, _tdes_ksn(1)),
        lambda: dukpt.aes_initial_key(BDK, secret),
        lambda: dukpt.aes_transaction_key(secret, bytes(12)),
        lambda: dukpt.tdes_next_ksn(secret),
        lambda: dukpt.aes_next_ksn(secret),
    )
    for call in calls:
        with pytest.raises(DukptError) as caught:
            call()
        assert "a5" not in str(caught.value).lower()
