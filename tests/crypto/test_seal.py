"""Sealing: what goes in comes out, only with the key and the row it was bound to, and errors tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.seal import KEY_BYTES, SealError, SealFault, seal, unseal

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
KEY = bytes(range(32))

# NIST's GCM submission, case 16.
NIST_KEY = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
NIST_NONCE = bytes.fromhex("cafebabefacedbaddecaf888")
NIST_PLAIN = bytes.fromhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
NIST_AAD = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
NIST_CIPHER = bytes.fromhex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
)
NIST_TAG = bytes.fromhex("76fc6ece0f4e1768cddf8853bb2d551b")


def test_a_blob_built_from_the_published_answer_opens() -> None:
    assert unseal(NIST_KEY, b"\x01" + NIST_NONCE + NIST_CIPHER + NIST_TAG, NIST_AAD) == NIST_PLAIN


@given(KEYS, st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens_again(key: bytes, plain: bytes, aad: bytes) -> None:
    blob = seal(key, plain, aad)
    assert len(blob) == len(plain) + 29
    assert unseal(key, blob, aad) == plain


def test_two_seals_of_one_text_differ() -> None:
    assert seal(KEY, b"text", b"row") != seal(KEY, b"text", b"row")


@given(st.data())
def test_one_flipped_bit_anywhere_keeps_it_shut(data: st.DataObject) -> None:
    blob = bytearray(seal(KEY, b"7013369876543210123", b"row 1"))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealError) as caught:
        unseal(KEY, bytes(blob), b"row 1")
    assert caught.value.code is (SealFault.FORMAT if bit < 8 else SealFault.AUTHENTICATION)


def test_another_row_or_key_does_not_open_and_the_error_tells_no_content() -> None:
    blob = seal(KEY, b"7013369876543210123", b"row 1")
    for key, aad in ((KEY, b"row 2"), (bytes(32), b"row 1")):
        with pytest.raises(SealError) as caught:
            unseal(key, blob, aad)
        assert str(caught.value) == "authentication"
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


@given(st.binary(max_size=28))
def test_what_is_too_short_is_no_blob(blob: bytes) -> None:
    with pytest.raises(SealError) as caught:
        unseal(KEY, blob, b"")
    assert caught.value.code is SealFault.FORMAT


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
def test_only_256_bit_keys_are_taken(size: int) -> None:
    for action in (seal, unseal):
        with pytest.raises(SealError) as caught:
            action(bytes(size), bytes(64), b"")
        assert caught.value.code is SealFault.KEY_LENGTH
