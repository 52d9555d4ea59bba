"""Sealing: AES-256-GCM around what may lie on disk only while a transaction is open.

    | version 01 | nonce 12 | cipher text, as long as the plain text | tag 16 |

The nonce is random per seal: under one key the chance of a repeat stays below 2^-32 for 2^32 seals (NIST SP
800-38D, 8.3), far beyond a till's life. The associated data (row id, reference) is not stored: whoever opens
the blob must name the row it belongs to, so a blob moved to another row does not open.

Vector (NIST GCM submission, case 16): key FEFFE992..67308308 twice, nonce CAFEBABEFACEDBADDECAF888 -> tag
76FC6ECE0F4E1768CDDF8853BB2D551B.
"""

import os
from enum import Enum, unique

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
VERSION = 1

_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = 1 + _NONCE_BYTES


@unique
class SealFault(Enum):
    """Why a blob stays shut."""

    KEY_LENGTH = "key-length"
    FORMAT = "format"
    AUTHENTICATION = "authentication"


class SealError(Exception):
    """The blob did not open; `code` says why: not its shape, or not this key, row or content."""

    def __init__(self, code: SealFault) -> None:
        super().__init__(code.value)
        self.code = code


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return the sealed blob, 29 bytes longer than the plain text.

    Args:
        key: 32 bytes.
        plaintext: what to hide.
        aad: what the blob is bound to; needed again to open it.

    Raises:
        SealError: KEY_LENGTH.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return bytes([VERSION]) + nonce + _cipher(key).encrypt(nonce, plaintext, aad)


def unseal(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """Return the plain text of a blob made by `seal` with the same key and associated data.

    Raises:
        SealError: KEY_LENGTH, FORMAT (too short, unknown version) or AUTHENTICATION (changed, other key or
        row).
    """
    cipher = _cipher(key)
    if len(blob) < _HEAD_BYTES + _TAG_BYTES or blob[0] != VERSION:
        raise SealError(SealFault.FORMAT)
    try:
        return cipher.decrypt(blob[1:_HEAD_BYTES], blob[_HEAD_BYTES:], aad)
    except InvalidTag:
        raise SealError(SealFault.AUTHENTICATION) from None


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise SealError(SealFault.KEY_LENGTH)
    return AESGCM(key)
