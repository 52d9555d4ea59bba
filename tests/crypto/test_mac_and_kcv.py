"""Message codes and check values: answers of the RFCs and standards, and a table of keys nobody may use."""

import base64

import pytest

from app.crypto import kcv, mac

JEFE, QUESTION = b"Jefe", b"what do ya want for nothing?"
CMAC_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
CMAC_TEXT = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
# The signed request of the gift-card provider's documentation, with the six lines its rules ask for.
SIGNED_LINES = (
    "POST",
    "/payment-api/api/payments/payment-account/balance",
    "user",
    "21a0213e-30eb-85ab-b355-a310d31af30e",
    "2019-06-18T09:19:15.208257Z",
    '{"accountIdentifier":{"accountKey":"7013360000000000000","cvc":"123"}}',
)

PUBLIC_TDES_KEYS = (
    "0123456789ABCDEFFEDCBA9876543210",  # the base key of X9.24-1
    "6AC292FAA1315B4D858AB3A3D7D5933A",  # its initial key
    "FEDCBA98765432100123456789ABCDEF",
    "0123456789ABCDEF0123456789ABCDEF",
    "0123456789ABCDEF",
    "0123456789ABCDEFFEDCBA98765432100123456789ABCDEF",
    "11111111111111111111111111111111",
    "00000000000000000000000000000000",
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
)
PUBLIC_AES_KEYS = (
    "FEDCBA9876543210F1F1F1F1F1F1F1F1",  # the base key of X9.24-3
    "FEDCBA9876543210F1F1F1F1F1F1F1F1FEDCBA9876543210F1F1F1F1F1F1F1F1",
    "1273671EA26AC29AFA4D1084127652A1",  # their initial keys
    "CE9CE0C101D1138F97FB6CAD4DF045A7083D4EAE2D35A31789D01CCF0949550F",
    "00112233445566778899AABBCCDDEEFF",
    "000102030405060708090A0B0C0D0E0F",  # FIPS 197
    "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
    "2B7E151628AED2A6ABF7158809CF4F3C",  # SP 800-38A
    "00000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
)


def test_hmac_answers_of_rfc_4231() -> None:
    assert mac.hmac_sha256(JEFE, QUESTION).hex() == ("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    assert base64.b64decode(mac.hmac_sha512_base64(JEFE, QUESTION)).hex() == (
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    )


def test_the_digest_of_a_signed_request() -> None:
    message = "".join(f"{line}\n" for line in SIGNED_LINES).encode()
    assert len(message) == 196
    assert mac.hmac_sha512_base64(b"secret", message) == (
        "G4sS817zxnXKs0H8eYLWjIt4ZqyEWX9z3LrtX47BnsQKIu6YGlzITC1dh9xET0hbCDYbopf6c7VjywIjg3enYw=="
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
        (64, "51f0bebf7e3b9d92fc49741779363cfe"),
    ],
)
def test_cmac_answers_of_rfc_4493(size: int, expected: str) -> None:
    assert mac.aes_cmac(CMAC_KEY, CMAC_TEXT[:size]).hex() == expected


def test_codes_are_compared_whole() -> None:
    assert mac.equal(b"same", b"same")
    assert not mac.equal(b"same", b"sama")
    assert not mac.equal(b"same", b"sam")


def test_a_retail_mac_needs_a_double_length_key() -> None:
    with pytest.raises(ValueError, match="not 24"):
        mac.retail_mac(bytes(24), b"")
    assert mac.retail_mac(CMAC_KEY, b"") == mac.retail_mac(CMAC_KEY, bytes(8))


def test_check_values_are_the_published_ones() -> None:
    assert kcv.tdes_kcv(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")) == "08D7B4"
    assert kcv.tdes_kcv(bytes.fromhex("0123456789ABCDEF")) == "D5D44F"
    assert kcv.aes_kcv(CMAC_KEY) == mac.aes_cmac(CMAC_KEY, bytes(16)).hex().upper()[:6]


def test_the_table_of_public_keys_is_exactly_these_keys() -> None:
    values = {kcv.tdes_kcv(bytes.fromhex(key)) for key in PUBLIC_TDES_KEYS}
    values |= {kcv.aes_kcv(bytes.fromhex(key)) for key in PUBLIC_AES_KEYS}
    assert values == kcv.PUBLIC_TEST_KEY_KCVS


def test_a_public_key_is_known_and_another_is_not() -> None:
    for key in PUBLIC_TDES_KEYS + PUBLIC_AES_KEYS:
        assert kcv.is_public_test_key(bytes.fromhex(key))
    assert not kcv.is_public_test_key(bytes.fromhex("8F14C2A95D0E73B6E1427A9C3B58D06F"))
    assert not kcv.is_public_test_key(b"")
