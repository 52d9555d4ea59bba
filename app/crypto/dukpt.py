"""Derived unique key per transaction: every PIN gets its own key, and a stolen device reveals no earlier one.

A device holds an *initial key* that the owner of the base derivation key (BDK) can compute again from the key
serial number (KSN). The KSN's counter picks one path down a tree: each set bit of the counter, highest first,
is one one-way step.

    TDES (ANSI X9.24-1)  KSN 10 bytes  | key set and device, 59 bits | counter, 21 bits |  at most 10 ones
    AES  (ANSI X9.24-3)  KSN 12 bytes  | BDK id 4 | derivation id 4  | counter 4        |  at most 16 ones

The limit on the ones bounds the work of one derivation, and is why a counter skips numbers when it advances.

    vectors   TDES  BDK 0123456789ABCDEFFEDCBA9876543210, KSN FFFF9876543210E00001
                    initial key     6AC292FAA1315B4D858AB3A3D7D5933A
                    transaction key
                    042666B49184CFA368DE9628D0397BC9
              AES   BDK FEDCBA9876543210F1F1F1F1F1F1F1F1, KSN 123456789012345600000001
                    initial key     1273671EA26AC29AFA4D1084127652A1
                    PIN key         AF8CB133A78F8DC2D1359F18527593FB
"""

from enum import Enum, IntEnum, unique

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.crypto import des

TDES_KSN_BYTES = 10
TDES_COUNTER_BITS = 21
TDES_COUNTER_ONES = 10
AES_KSN_BYTES = 12
AES_COUNTER_BITS = 32
AES_COUNTER_ONES = 16

_C0_MASK = bytes.fromhex("C0C0C0C000000000C0C0C0C000000000")


class DukptError(Exception):
    """A key or KSN that does not fit; the text names lengths and rules, never contents."""


@unique
class TdesVariant(Enum):
    """What a working key is for: the mask X9.24-1 lays over both halves of the transaction key."""

    PIN = bytes.fromhex("00000000000000FF")
    MAC_REQUEST = bytes.fromhex("000000000000FF00")
    MAC_RESPONSE = bytes.fromhex("00000000FF000000")
    DATA_REQUEST = bytes.fromhex("0000000000FF0000")
    DATA_RESPONSE = bytes.fromhex("000000FF00000000")


@unique
class AesUsage(IntEnum):
    """What a working key is for: the usage word of X9.24-3's derivation data."""

    KEY_ENCRYPTION = 0x0002
    PIN_ENCRYPTION = 0x1000
    MAC_GENERATION = 0x2000
    MAC_VERIFICATION = 0x2001
    MAC_BOTH_WAYS = 0x2002
    DATA_ENCRYPTION = 0x3000
    DATA_DECRYPTION = 0x3001
    DATA_BOTH_WAYS = 0x3002
    KEY_DERIVATION = 0x8000
    INITIAL_KEY = 0x8001


def tdes_initial_key(bdk: bytes, ksn: bytes) -> bytes:
    """Return a device's first key (16 bytes) from the BDK and any KSN of that device.

    left  = TDES(BDK,               first 8 bytes of the KSN, its 5 counter bits cleared)
    right = TDES(BDK XOR C0C0C0C0.., the same)
    """
    _check(bdk, ksn, TDES_KSN_BYTES, (16,))
    register = ksn[:7] + bytes([ksn[7] & 0xE0])
    return des.ecb_encrypt(bdk, register) + des.ecb_encrypt(_xor(bdk, _C0_MASK), register)


def tdes_transaction_key(initial_key: bytes, ksn: bytes) -> bytes:
    """Return the key of one KSN (16 bytes); working keys come from it by `tdes_working_key`.

    for each set counter bit, highest first:  register |= bit
    right' = DES(L, register XOR R) XOR R          the same step, under the key XOR C0.., gives left'
    """
    _check(initial_key, ksn, TDES_KSN_BYTES, (16,))
    number = int.from_bytes(ksn, "big")
    counter = _legal_counter(number, TDES_COUNTER_BITS, TDES_COUNTER_ONES)
    register = (number - counter) & (2**64 - 1)
    key = initial_key
    for bit in _bits_from_the_top(counter, TDES_COUNTER_BITS):
        register |= bit
        block = register.to_bytes(8, "big")
        key = _tdes_step(_xor(key, _C0_MASK), block) + _tdes_step(key, block)
    return key


def tdes_working_key(transaction_key: bytes, variant: TdesVariant) -> bytes:
    """Return the 16-byte key for one purpose; data keys are encrypted under themselves, half by half."""
    key = _xor(transaction_key, variant.value * 2)
    if variant in (TdesVariant.DATA_REQUEST, TdesVariant.DATA_RESPONSE):
        return des.ecb_encrypt(key, key[:8]) + des.ecb_encrypt(key, key[8:])
    return key


def tdes_next_ksn(ksn: bytes) -> bytes | None:
    """Return the KSN of the next transaction, or None when the key set is used up (1,048,575 keys)."""
    return _next(ksn, TDES_KSN_BYTES, TDES_COUNTER_BITS, TDES_COUNTER_ONES)


def aes_initial_key(bdk: bytes, initial_key_id: bytes) -> bytes:
    """Return a device's first key, as long as the BDK, from the BDK and the first 8 bytes of its KSN."""
    _check(bdk, initial_key_id, 8, (16, 24, 32))
    return _aes_derive(bdk, AesUsage.INITIAL_KEY, initial_key_id)


def aes_transaction_key(initial_key: bytes, ksn: bytes) -> bytes:
    """Return the derivation key of one KSN; working keys come from it by `aes_working_key`."""
    _check(initial_key, ksn, AES_KSN_BYTES, (16, 24, 32))
    counter = _legal_counter(int.from_bytes(ksn, "big"), AES_COUNTER_BITS, AES_COUNTER_ONES)
    register = 0
    key = initial_key
    for bit in _bits_from_the_top(counter, AES_COUNTER_BITS):
        register |= bit
        key = _aes_derive(key, AesUsage.KEY_DERIVATION, ksn[4:8] + register.to_bytes(4, "big"))
    return key


def aes_working_key(transaction_key: bytes, ksn: bytes, usage: AesUsage) -> bytes:
    """Return the key for one purpose, as long as the transaction key."""
    _check(transaction_key, ksn, AES_KSN_BYTES, (16, 24, 32))
    return _aes_derive(transaction_key, usage, ksn[4:])


def aes_derivation_data(key_bytes: int, usage: AesUsage, context: bytes, block: int = 1) -> bytes:
    """Return the 16 bytes that are encrypted to make a key.

    01 | block | usage 2 | algorithm 2 (2, 3, 4: AES-128, -192, -256) | key bits 2 | context 8
    """
    algorithm = {16: 2, 24: 3, 32: 4}[key_bytes]
    head = bytes([1, block])
    return head + b"".join(word.to_bytes(2, "big") for word in (usage, algorithm, key_bytes * 8)) + context


def aes_next_ksn(ksn: bytes) -> bytes | None:
    """Return the KSN of the next transaction, or None when the key set is used up (2,448,023,842 keys)."""
    return _next(ksn, AES_KSN_BYTES, AES_COUNTER_BITS, AES_COUNTER_ONES)


def _tdes_step(key: bytes, block: bytes) -> bytes:
    left, right = key[:8], key[8:]
    return _xor(des.ecb_encrypt(left, _xor(block, right)), right)


def _aes_derive(parent: bytes, usage: AesUsage, context: bytes) -> bytes:
    size = len(parent)
    data = b"".join(aes_derivation_data(size, usage, context, block) for block in range(1, -(-size // 16) + 1))
    encryptor = Cipher(algorithms.AES(parent), modes.ECB()).encryptor()  # noqa: S305 - X9.24-3 prescribes it
    return (encryptor.update(data) + encryptor.finalize())[:size]


def _next(ksn: bytes, ksn_bytes: int, counter_bits: int, most_ones: int) -> bytes | None:
    if len(ksn) != ksn_bytes:
        raise DukptError(f"a KSN has {ksn_bytes} bytes here, not {len(ksn)}")
    number = int.from_bytes(ksn, "big")
    counter = number & ((1 << counter_bits) - 1)
    # With all ones in use the next number would have one too many until the lowest one carries: jump there.
    following = counter + (1 if counter.bit_count() < most_ones else counter & -counter)
    if following >= 1 << counter_bits:
        return None
    return (number - counter + following).to_bytes(ksn_bytes, "big")


def _legal_counter(number: int, counter_bits: int, most_ones: int) -> int:
    counter = number & ((1 << counter_bits) - 1)
    if counter == 0:
        raise DukptError("counter 0 belongs to the initial key and is never used for a transaction")
    if counter.bit_count() > most_ones:
        raise DukptError(f"a counter has at most {most_ones} ones, not {counter.bit_count()}")
    return counter


def _bits_from_the_top(counter: int, counter_bits: int) -> list[int]:
    return [1 << place for place in reversed(range(counter_bits)) if counter >> place & 1]


def _check(key: bytes, serial: bytes, serial_bytes: int, key_lengths: tuple[int, ...]) -> None:
    if len(key) not in key_lengths:
        raise DukptError(f"the key has {len(key)} bytes, not one of {key_lengths}")
    if len(serial) != serial_bytes:
        raise DukptError(f"the serial number has {len(serial)} bytes, not {serial_bytes}")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
