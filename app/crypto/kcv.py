"""Key check values: three bytes that tell keys apart without telling the key.

    TDES   first 3 bytes of TDES(key, 00 00 00 00 00 00 00 00)          (ANSI X9.24-1)
    AES    first 3 bytes of CMAC(key, sixteen 00)                       (ANSI X9.24-1:2017, annex A)

Vector: TDES key 0123456789ABCDEFFEDCBA9876543210 -> 08D7B4. Three bytes tell 16 million keys apart: enough to
notice a wrong or a public key, never a proof of the right one.
"""

from app.crypto import des, mac

KCV_BYTES = 3

# Check values of keys that stand in standards, manuals and tests, each computed by its cipher. A till outside
# training refuses them. The keys themselves are named in the test that recomputes this table.
PUBLIC_TEST_KEY_KCVS = frozenset[str](
    {
        "05EF45",
        "08D7B4",
        "377822",
        "3F43B9",
        "410EDF",
        "53E107",
        "763CBC",
        "7AD386",
        "7B8358",
        "82E136",
        "8CA64D",
        "921105",
        "AF8C07",
        "BE7ED6",
        "CAAAAF",
        "D5D44F",
        "FF0BD7",
    }
)


def tdes_kcv(key: bytes) -> str:
    """Return the check value of an 8, 16 or 24-byte DES key as six hexadecimal digits."""
    return des.ecb_encrypt(key, bytes(des.BLOCK_BYTES))[:KCV_BYTES].hex().upper()


def aes_kcv(key: bytes) -> str:
    """Return the check value of a 16, 24 or 32-byte AES key as six hexadecimal digits."""
    return mac.aes_cmac(key, bytes(16))[:KCV_BYTES].hex().upper()


def is_public_test_key(key: bytes) -> bool:
    """Tell whether a key, under any cipher of its length, has the check value of a published test key."""
    found = set[str]()
    if len(key) in (8, 16, 24):
        found.add(tdes_kcv(key))
    if len(key) in (16, 24, 32):
        found.add(aes_kcv(key))
    return not PUBLIC_TEST_KEY_KCVS.isdisjoint(found)
