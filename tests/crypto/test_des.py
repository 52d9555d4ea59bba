"""Triple DES: known answers, one way to write a key, and no use of what the library is about to remove."""

import warnings

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.utils import CryptographyDeprecationWarning
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import des

KEY = bytes.fromhex("0123456789ABCDEF")


def test_single_des_gives_its_classic_answer() -> None:
    assert des.ecb_encrypt(KEY, b"Now is t").hex().upper() == "3FA40E8A984D4815"


def test_the_three_lengths_are_one_cipher() -> None:
    block = bytes(range(8))
    assert des.ecb_encrypt(KEY, block) == des.ecb_encrypt(KEY * 2, block) == des.ecb_encrypt(KEY * 3, block)


@pytest.mark.parametrize("size", [8, 16, 24])
def test_no_key_length_draws_the_librarys_warning(size: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        des.cbc_encrypt(bytes(range(size)), bytes(16))


@pytest.mark.parametrize("size", [8, 16])
def test_the_library_does_warn_of_short_keys_so_the_expansion_is_needed(size: int) -> None:
    with pytest.warns(CryptographyDeprecationWarning, match="24-byte keys"):
        TripleDES(bytes(range(size)))


@given(st.sampled_from((8, 16, 24)).flatmap(lambda n: st.binary(min_size=n, max_size=n)), st.data())
def test_both_modes_round_trip(key: bytes, data: st.DataObject) -> None:
    clear = data.draw(st.integers(0, 6).flatmap(lambda n: st.binary(min_size=8 * n, max_size=8 * n)))
    iv = data.draw(st.binary(min_size=8, max_size=8))
    assert des.ecb_decrypt(key, des.ecb_encrypt(key, clear)) == clear
    assert des.cbc_decrypt(key, des.cbc_encrypt(key, clear, iv), iv) == clear


@pytest.mark.parametrize("size", [0, 7, 15, 17, 25])
def test_other_key_lengths_are_refused_by_length(size: int) -> None:
    with pytest.raises(ValueError, match=f"not {size}$"):
        des.ecb_encrypt(bytes(size), bytes(8))


def test_half_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="not 12 bytes"):
        des.ecb_encrypt(KEY, bytes(12))
