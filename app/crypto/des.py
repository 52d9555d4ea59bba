"""Triple DES, in one place.

`cryptography` moved `TripleDES` to its *decrepit* corner and deprecates every key that is not 24 bytes long.
PIN
blocks of formats 0 and 3 and the older DUKPT need it all the same, so this module, and no other, imports it:

    key given        key used by the cipher          keying option (NIST SP 800-67)
    8 bytes   A      A | A | A                       3: plain DES, one step inside DUKPT and the retail MAC
    16 bytes  A B    A | B | A                       2: the usual PIN key
    24 bytes  A B C  A | B | C                       1

Vector (FIPS 46 tradition): DES key 0123456789ABCDEF, clear text "Now is t" -> 3FA40E8A984D4815.
"""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK_BYTES = 8

_ZERO_IV = bytes(BLOCK_BYTES)


def expand_key(key: bytes) -> bytes:
    """Return the 24-byte form of an 8, 16 or 24-byte key.

    Raises:
        ValueError: the key has another length (the text names the length only).
    """
    match len(key):
        case 8:
            return bytes(key) * 3
        case 16:
            return bytes(key) + bytes(key[:8])
        case 24:
            return bytes(key)
        case length:
            raise ValueError(f"a DES key has 8, 16 or 24 bytes, not {length}")


def ecb_encrypt(key: bytes, data: bytes | bytearray) -> bytes:
    """Encrypt whole 8-byte blocks, each for itself."""
    return _run(key, modes.ECB(), data, encrypt=True)  # noqa: S305 - the mode ISO 9564 prescribes for one block


def ecb_decrypt(key: bytes, data: bytes | bytearray) -> bytes:
    """Decrypt whole 8-byte blocks, each for itself."""
    return _run(key, modes.ECB(), data, encrypt=False)  # noqa: S305 - as above


def cbc_encrypt(key: bytes, data: bytes | bytearray, iv: bytes = _ZERO_IV) -> bytes:
    """Encrypt whole blocks in a chain; DUKPT data and MACs start it from zeros."""
    return _run(key, modes.CBC(iv), data, encrypt=True)


def cbc_decrypt(key: bytes, data: bytes | bytearray, iv: bytes = _ZERO_IV) -> bytes:
    """Undo `cbc_encrypt`."""
    return _run(key, modes.CBC(iv), data, encrypt=False)


def _run(key: bytes, mode: modes.ECB | modes.CBC, data: bytes | bytearray, *, encrypt: bool) -> bytes:
    if len(data) % BLOCK_BYTES:
        raise ValueError(f"whole blocks of {BLOCK_BYTES} bytes are needed, not {len(data)} bytes")
    cipher = Cipher(TripleDES(expand_key(key)), mode)
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(data) + context.finalize()
