"""PIN blocks of ISO 9564-1: the PIN, its length and (mostly) the card number, mixed into one cipher block.

One column is one hexadecimal digit. N is the PIN's length (4..C), P a PIN digit, A a card number digit.

    format 0    PIN field  0 N P P P P P/F .. F F            then XOR with the PAN field
                PAN field  0 0 0 0 A A A A A A A A A A A A   the 12 rightmost digits left of the check digit
    format 1    1 N P P P P P/R .. R R                       R: digits 0..F unique to the transaction; no PAN
    format 2    2 N P P P P P/F .. F F                       a chip card's offline PIN; never sent online
    format 3    3 N P P P P P/R .. R R                       R: random A..F; then as format 0
    format 4    4 N P P P P P/A .. A A R R .. R R            16 bytes: A up to 16 digits, then 16 random
                M A A A .. A 0 0 .. 0                        PAN field: M = digits beyond 12, zeros at the end
                block = AES(K, AES(K, PIN field) XOR PAN field)

    vectors     0: PIN 1234, PAN 4012345678909                 041274EDCBA9876F
                3: PIN 1234, PAN 5544332211009966, ABCDEFABCD  34127799ECFFA25B
                4: PIN 1234, PAN 1234567890123456789, tail FF.., key 00112233445566778899AABBCCDDEEFF
                                                               28B41FDDD29B743E93124BD8E32D921E

A card number shorter than 13 digits fills its 12 places from the left with zeros. A card number whose 12
digits are all zero gives a format 0 block that is bound to no card: choose format 3 or 4, or other numbers.

PIN digits come and go as ASCII in a `bytearray` that the *caller* wipes; every buffer of our own is wiped
here. The cipher library returns immutable bytes and Python copies as it likes, so this shortens a PIN's life
and cannot promise its end. No error carries a digit, a block or a card number: only a code.
"""

import secrets
from enum import Enum, IntEnum, unique

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.crypto import des

PIN_MIN_DIGITS = 4
PIN_MAX_DIGITS = 12
PAN_MAX_DIGITS = 19

_AES_BLOCK_BYTES = 16
_FILL_F = 0xF
_FILL_A = 0xA
_ASCII_ZERO = 0x30


@unique
class PinBlockFormat(IntEnum):
    """The control digit a block begins with."""

    ISO_0 = 0
    ISO_1 = 1
    ISO_2 = 2
    ISO_3 = 3
    ISO_4 = 4


# What may stand between the PIN and the 16th digit, per format.
_FILLER_RANGE = {
    PinBlockFormat.ISO_0: (_FILL_F, _FILL_F),
    PinBlockFormat.ISO_1: (0, 0xF),
    PinBlockFormat.ISO_2: (_FILL_F, _FILL_F),
    PinBlockFormat.ISO_3: (_FILL_A, 0xF),
    PinBlockFormat.ISO_4: (_FILL_A, _FILL_A),
}


@unique
class PinBlockFault(Enum):
    """What was wrong, in a word that can be logged."""

    PIN_LENGTH = "pin-length"
    PIN_DIGIT = "pin-digit"
    PAN = "pan"
    FILL = "fill"
    KEY_LENGTH = "key-length"
    BLOCK_LENGTH = "block-length"
    CONTROL = "control"
    FILLER = "filler"


class PinBlockError(Exception):
    """A block, PIN or key that does not fit. `code` says how; FILLER mostly means the wrong card number."""

    def __init__(self, code: PinBlockFault) -> None:
        super().__init__(code.value)
        self.code = code


def wipe(buffer: bytearray) -> None:
    """Overwrite a buffer with zeros, in place; its length stays."""
    buffer[:] = bytes(len(buffer))


def encrypt_pin_block(
    block_format: PinBlockFormat, key: bytes, pin: bytearray, pan: str, fill: str | None = None
) -> bytes:
    """Return the encrypted block: 8 bytes under Triple DES, 16 under AES for format 4.

    Args:
        block_format: one of the five layouts above.
        key: 16 or 24 bytes of Triple DES, or 16, 24 or 32 bytes of AES for format 4.
        pin: 4 to 12 ASCII digits; the caller wipes it.
        pan: 1 to 19 digits; ignored by formats 1 and 2.
        fill: the random digits as hexadecimal text, for known answers; drawn here when None.

    Raises:
        PinBlockError: with the code of what does not fit.
    """
    _check_key(block_format, key)
    field = encode(block_format, pin, pan, fill)
    try:
        if block_format is not PinBlockFormat.ISO_4:
            return des.ecb_encrypt(key, field)
        inner = bytearray(_aes(key, field, encrypt=True))
        _xor_into(inner, pan_field(block_format, pan))
        return _aes(key, inner, encrypt=True)
    finally:
        wipe(field)


def decrypt_pin_block(block_format: PinBlockFormat, key: bytes, block: bytes, pan: str) -> bytearray:
    """Return the PIN's ASCII digits from an encrypted block; the caller wipes them.

    Raises:
        PinBlockError: with the code of what does not fit.
    """
    _check_key(block_format, key)
    if len(block) != _block_bytes(block_format):
        raise PinBlockError(PinBlockFault.BLOCK_LENGTH)
    if block_format is PinBlockFormat.ISO_4:
        inner = bytearray(_aes(key, block, encrypt=False))
        _xor_into(inner, pan_field(block_format, pan))
        clear = bytearray(_aes(key, inner, encrypt=False))
    else:
        clear = bytearray(des.ecb_decrypt(key, block))
    try:
        return decode(block_format, clear, pan)
    finally:
        wipe(clear)


def encode(block_format: PinBlockFormat, pin: bytearray, pan: str, fill: str | None = None) -> bytearray:
    """Return the clear block (for format 4: the clear PIN field), which the caller wipes.

    Raises:
        PinBlockError: PIN_LENGTH, PIN_DIGIT, PAN or FILL.
    """
    if not PIN_MIN_DIGITS <= len(pin) <= PIN_MAX_DIGITS:
        raise PinBlockError(PinBlockFault.PIN_LENGTH)
    nibbles = bytearray((block_format, len(pin)))
    try:
        for character in pin:
            digit = character - _ASCII_ZERO
            if not 0 <= digit <= 9:
                raise PinBlockError(PinBlockFault.PIN_DIGIT)
            nibbles.append(digit)
        nibbles += _filler(block_format, len(pin), fill)
        block = _pack(nibbles)
    finally:
        wipe(nibbles)
    if block_format in (PinBlockFormat.ISO_0, PinBlockFormat.ISO_3):
        _xor_into(block, pan_field(block_format, pan))
    return block


def decode(block_format: PinBlockFormat, block: bytes | bytearray, pan: str) -> bytearray:
    """Return the PIN's ASCII digits from a clear block (for format 4: from the clear PIN field).

    Raises:
        PinBlockError: BLOCK_LENGTH, CONTROL, PIN_LENGTH, PIN_DIGIT, FILLER or PAN.
    """
    if len(block) != _block_bytes(block_format):
        raise PinBlockError(PinBlockFault.BLOCK_LENGTH)
    field = bytearray(block)
    try:
        if block_format in (PinBlockFormat.ISO_0, PinBlockFormat.ISO_3):
            _xor_into(field, pan_field(block_format, pan))
        nibbles = _unpack(field)
    finally:
        wipe(field)
    try:
        return _read(block_format, nibbles)
    finally:
        wipe(nibbles)


def pan_field(block_format: PinBlockFormat, pan: str) -> bytes:
    """Return the field that ties a block to a card: 8 bytes for formats 0 and 3, 16 for format 4.

    Raises:
        PinBlockError: PAN, when it is not 1 to 19 digits, or the format has no such field.
    """
    if not (pan.isascii() and pan.isdigit() and len(pan) <= PAN_MAX_DIGITS):
        raise PinBlockError(PinBlockFault.PAN)
    match block_format:
        case PinBlockFormat.ISO_0 | PinBlockFormat.ISO_3:
            return bytes.fromhex("0000" + pan[:-1][-12:].rjust(12, "0"))
        case PinBlockFormat.ISO_4:
            return bytes.fromhex(f"{max(len(pan) - 12, 0)}{pan.rjust(12, '0')}".ljust(32, "0"))
        case PinBlockFormat.ISO_1 | PinBlockFormat.ISO_2:
            raise PinBlockError(PinBlockFault.PAN)


def _read(block_format: PinBlockFormat, nibbles: bytearray) -> bytearray:
    control, length = nibbles[0], nibbles[1]
    if control != block_format:
        raise PinBlockError(PinBlockFault.CONTROL)
    if not PIN_MIN_DIGITS <= length <= PIN_MAX_DIGITS:
        raise PinBlockError(PinBlockFault.PIN_LENGTH)
    if any(digit > 9 for digit in nibbles[2 : 2 + length]):
        raise PinBlockError(PinBlockFault.PIN_DIGIT)
    filler = nibbles[2 + length : 16]
    lowest, highest = _FILLER_RANGE[block_format]
    if not all(lowest <= digit <= highest for digit in filler):
        raise PinBlockError(PinBlockFault.FILLER)
    return bytearray(digit + _ASCII_ZERO for digit in nibbles[2 : 2 + length])


def _filler(block_format: PinBlockFormat, pin_digits: int, fill: str | None) -> bytes:
    room = 14 - pin_digits
    match block_format:
        case PinBlockFormat.ISO_0 | PinBlockFormat.ISO_2:
            return bytes([_FILL_F]) * room
        case PinBlockFormat.ISO_1:
            return _given_or_random(fill, room, lowest=0)
        case PinBlockFormat.ISO_3:
            return _given_or_random(fill, room, lowest=_FILL_A)
        case PinBlockFormat.ISO_4:
            return bytes([_FILL_A]) * room + _given_or_random(fill, 16, lowest=0)


def _given_or_random(fill: str | None, count: int, lowest: int) -> bytes:
    if fill is None:
        return bytes(lowest + secrets.randbelow(16 - lowest) for _ in range(count))
    try:
        digits = bytes(int(digit, 16) for digit in fill)
    except ValueError:
        raise PinBlockError(PinBlockFault.FILL) from None
    if len(digits) != count or any(digit < lowest for digit in digits):
        raise PinBlockError(PinBlockFault.FILL)
    return digits


def _check_key(block_format: PinBlockFormat, key: bytes) -> None:
    allowed = (16, 24, 32) if block_format is PinBlockFormat.ISO_4 else (16, 24)
    if len(key) not in allowed:
        raise PinBlockError(PinBlockFault.KEY_LENGTH)


def _block_bytes(block_format: PinBlockFormat) -> int:
    return _AES_BLOCK_BYTES if block_format is PinBlockFormat.ISO_4 else des.BLOCK_BYTES


def _aes(key: bytes, block: bytes | bytearray, *, encrypt: bool) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - format 4 is defined on the bare block cipher
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(block) + context.finalize()


def _pack(nibbles: bytearray) -> bytearray:
    return bytearray(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))


def _unpack(packed: bytearray) -> bytearray:
    return bytearray(nibble for byte in packed for nibble in (byte >> 4, byte & 0xF))


def _xor_into(target: bytearray, other: bytes) -> None:
    for index, byte in enumerate(other):
        target[index] ^= byte
