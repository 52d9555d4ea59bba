"""Message authentication: HMACs for the web and the journal, CMAC and the retail MAC for payment keys."""

import base64
import hmac

from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

from app.crypto import des


def hmac_sha512_base64(key: bytes, message: bytes) -> str:
    """Return HMAC-SHA-512 (RFC 2104) as padded standard Base64: 88 characters.

    Vector (RFC 4231, case 2): key "Jefe", "what do ya want for nothing?" -> hex 164b7a7b fcf819e2 ...
    636e070a 38bce737.
    """
    return base64.b64encode(hmac.digest(key, message, "sha512")).decode("ascii")


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256: 32 bytes; the keyed hash under which a card number is found again.

    Vector (RFC 4231, case 2): 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843.
    """
    return hmac.digest(key, message, "sha256")


def equal(left: bytes, right: bytes) -> bool:
    """Compare two codes in a time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def aes_cmac(key: bytes, message: bytes) -> bytes:
    """Return AES-CMAC (RFC 4493): 16 bytes.

    Vector: key 2b7e151628aed2a6abf7158809cf4f3c, empty message -> bb1d6929e95937287fa37d129b756746.
    """
    code = CMAC(algorithms.AES(key))
    code.update(message)
    return code.finalize()


def retail_mac(key: bytes, message: bytes) -> bytes:
    """Return the ANSI X9.19 retail MAC (ISO 9797-1 algorithm 3): 8 bytes, often cut to 4.

        key = L | R (16 bytes); the message is padded with zeros to whole blocks

        h0 = 0,  hi = DES(L, hi-1 XOR block i),  MAC = DES(L, DES^-1(R, hn))

    A message of no bytes counts as one block of zeros. Vector (X9.24-1 A.4.2, row 1, MAC request key of KSN
    ..E00001):
    "4012345678909D987" -> 9CCC7817 (first four bytes).

    Raises:
        ValueError: the key has another length than 16.
    """
    if len(key) != 16:
        raise ValueError(f"a retail MAC key has 16 bytes, not {len(key)}")
    left, right = key[:8], key[8:]
    padded = message.ljust(max(-(-len(message) // des.BLOCK_BYTES), 1) * des.BLOCK_BYTES, b"\x00")
    last = des.cbc_encrypt(left, padded)[-des.BLOCK_BYTES :]
    return des.ecb_encrypt(left, des.ecb_decrypt(right, last))
