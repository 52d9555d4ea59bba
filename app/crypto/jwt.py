"""JSON Web Tokens signed with ES512: what a merchant shows instead of a password (RFC 7515, 7518 section 3.4, 7519).

    token = B64(header) "." B64(claims) "." B64(signature)          B64: base64url without padding

    header     {"alg":"ES512","typ":"JWT","kid":...}
    signature  ECDSA over P-521 with SHA-512 of the two texts before it, as R | S of 66 bytes each. Not DER.
    kid        RFC 7638: SHA-256 of {"crv":...,"kty":...,"x":...,"y":...}, members sorted, no spaces, as B64;
               x and y are 66 bytes each, zeros in front kept

The only algorithm is the one of the key. A header that names another one ("none", an HMAC keyed with the public key)
is refused before any key is touched; what a header says of itself never chooses how it is judged.

Vectors: RFC 7515 A.4 (a published signature is taken, its key signs what it checks) and RFC 7638 section 3.1.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from enum import Enum, unique
from typing import Any, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ALGORITHM = "ES512"
COORDINATE_BYTES = 66
"""521 bits, rounded up."""
MAX_TOKEN = 8192
"""A longer one fits into no common server's headers."""


@unique
class JwtFault(Enum):
    """Why a key or a token is of no use."""

    KEY = "key"
    FORMAT = "format"
    ALGORITHM = "algorithm"
    KEY_ID = "key-id"
    SIGNATURE = "signature"


class JwtError(Exception):
    """A key or a token that can't be used; ``code`` says why. Carries neither."""

    def __init__(self, code: JwtFault) -> None:
        super().__init__(code.value)
        self.code = code


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises:
        JwtError: FORMAT; also for a text that another text of the same bytes would be told apart from.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise JwtError(JwtFault.FORMAT) from None
    if b64(data) != text:
        raise JwtError(JwtFault.FORMAT)
    return data


def thumbprint(members: Mapping[str, str]) -> str:
    """Return the RFC 7638 SHA-256 thumbprint of a public key given by its required members."""
    canonical = json.dumps(dict(members), sort_keys=True, separators=(",", ":"))
    return b64(hashlib.sha256(canonical.encode()).digest())


class VerifyingKey:
    """The public half: tells whether a token was signed by the other."""

    __slots__ = ("_key", "kid")

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        if not isinstance(key.curve, ec.SECP521R1):
            raise JwtError(JwtFault.KEY)
        self._key = key
        self.kid = thumbprint(public_members(key))

    @classmethod
    def of_point(cls, x: bytes, y: bytes) -> Self:
        """Return the key of a point on P-521.

        Raises:
            JwtError: KEY, there is no such point.
        """
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP521R1())
        try:
            return cls(numbers.public_key())
        except ValueError:
            raise JwtError(JwtFault.KEY) from None

    def pem(self) -> str:
        """Return the key as SubjectPublicKeyInfo in PEM; no secret."""
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_bytes(serialization.Encoding.PEM, public).decode("ascii")

    def verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that names this key and was signed by it. Times are not judged here.

        Raises:
            JwtError: FORMAT, ALGORITHM, KEY_ID or SIGNATURE.
        """
        head, signed, signature = _parts(token)
        header = _object(unb64(head))
        if header.get("alg") != ALGORITHM:
            raise JwtError(JwtFault.ALGORITHM)
        if header.get("kid") != self.kid:
            raise JwtError(JwtFault.KEY_ID)
        self.check(signed, signature)
        return _object(unb64(signed.partition(".")[2]))

    def check(self, signed: str, signature: bytes) -> None:
        """Check the signature over ``header.payload`` as it stands in the token.

        Raises:
            JwtError: SIGNATURE.
        """
        if len(signature) != 2 * COORDINATE_BYTES:
            raise JwtError(JwtFault.SIGNATURE)
        r, s = (int.from_bytes(signature[at : at + COORDINATE_BYTES], "big") for at in (0, COORDINATE_BYTES))
        try:
            self._key.verify(encode_dss_signature(r, s), signed.encode("ascii"), ec.ECDSA(hashes.SHA512()))
        except InvalidSignature:
            raise JwtError(JwtFault.SIGNATURE) from None


class SigningKey:
    """The private half. Its ``repr`` shows the key's id only."""

    __slots__ = ("_key", "public")

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public = VerifyingKey(key.public_key())

    def __repr__(self) -> str:
        return f"SigningKey({self.public.kid})"

    @classmethod
    def generate(cls) -> Self:
        """Return a new key."""
        return cls(ec.generate_private_key(ec.SECP521R1()))

    @classmethod
    def from_pem(cls, pem: str) -> Self:
        """Return the key in a PEM without a passphrase, PKCS#8 or SEC1.

        Raises:
            JwtError: KEY, it is none, or none on P-521.
        """
        try:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise JwtError(JwtFault.KEY) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise JwtError(JwtFault.KEY)
        return cls(key)

    @property
    def kid(self) -> str:
        """The thumbprint by which the other side knows the key."""
        return self.public.kid

    def pem(self) -> str:
        """Return the key as PKCS#8 in PEM: a secret."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")

    def sign(self, claims: Mapping[str, object]) -> str:
        """Return a token of these claims."""
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": self.kid}
        signed = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, dict(claims)))
        return f"{signed}.{b64(self.signature(signed))}"

    def signature(self, signed: str) -> bytes:
        """Return R | S over ``header.payload``: 132 bytes."""
        r, s = decode_dss_signature(self._key.sign(signed.encode("ascii"), ec.ECDSA(hashes.SHA512())))
        return r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")


def public_members(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the members of a P-521 public key that its thumbprint covers."""
    numbers = key.public_numbers()
    x, y = (b64(value.to_bytes(COORDINATE_BYTES, "big")) for value in (numbers.x, numbers.y))
    return {"crv": "P-521", "kty": "EC", "x": x, "y": y}


def _parts(token: str) -> tuple[str, str, bytes]:
    """The header, what is signed, and the signature."""
    if len(token) > MAX_TOKEN or not token.isascii() or token.count(".") != 2:
        raise JwtError(JwtFault.FORMAT)
    signed, _, signature = token.rpartition(".")
    return signed.partition(".")[0], signed, unb64(signature)


def _object(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise JwtError(JwtFault.FORMAT) from None
    if not isinstance(values, dict):
        raise JwtError(JwtFault.FORMAT)
    return values
