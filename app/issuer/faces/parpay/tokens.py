"""Bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256 under a key of the host's own."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote

import msgspec

ISSUER = "stanchion-parpay"
_HEADER = {"alg": "HS256", "typ": "JWT"}
_MAX_FIELDS = 20  # of a token request's form
_MAX_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class Keys:
    """What the host hands to a shop, and what it keeps."""

    client_id: str
    client_secret: str = field(repr=False)
    locations: tuple[str, ...]
    token_key: bytes = field(repr=False)


class Tokens:
    """Hands out tokens and checks them. Safe to call from any thread: it keeps nothing."""

    def __init__(self, keys: Keys, life: timedelta, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._life = life
        self._clock = clock

    @property
    def seconds(self) -> int:
        """How long a token lives."""
        return int(self._life.total_seconds())

    def grant(self, authorization: str, body: bytes) -> tuple[str, str]:
        """A token, or an empty text and the OAuth2 error (RFC 6749 section 5.2)."""
        try:
            form = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
        except ValueError:
            return "", "invalid_request"
        if form.get("grant_type") != "client_credentials":
            return "", "unsupported_grant_type" if "grant_type" in form else "invalid_request"
        pairs = _basic(authorization) if authorization else [(form.get("client_id", ""), form.get("client_secret", ""))]
        if not any(self._is_client(*pair) for pair in pairs):
            return "", "invalid_client"
        now = int(self._clock().timestamp())
        claims = {"iss": ISSUER, "sub": self._keys.client_id, "iat": now, "exp": now + self.seconds}
        signed = f"{_encode(msgspec.json.encode(_HEADER))}.{_encode(msgspec.json.encode(claims))}"
        return f"{signed}.{self._sign(signed)}", ""

    def is_good(self, authorization: str) -> bool:
        """Whether a request carries a token of ours that has not ended."""
        scheme, _, token = authorization.partition(" ")
        signed, _, signature = token.strip().rpartition(".")
        if scheme.lower() != "bearer" or len(token) > _MAX_TOKEN or not token.isascii():
            return False
        if not hmac.compare_digest(signature, self._sign(signed)):
            return False
        head, claims = (_decode(part) for part in signed.split(".", 1)) if signed.count(".") == 1 else ({}, {})
        end = claims.get("exp")
        ours = head == _HEADER and claims.get("iss") == ISSUER and claims.get("sub") == self._keys.client_id
        return ours and isinstance(end, int) and self._clock().timestamp() < end

    def knows(self, location: str) -> bool:
        """Whether it is one of the merchant's locations."""
        return location in self._keys.locations

    def _sign(self, signed: str) -> str:
        return _encode(hmac.digest(self._keys.token_key, signed.encode(), hashlib.sha256))

    def _is_client(self, client_id: str, client_secret: str) -> bool:
        same = hmac.compare_digest(client_id.encode("utf-8", "replace"), self._keys.client_id.encode())
        return same & hmac.compare_digest(client_secret.encode("utf-8", "replace"), self._keys.client_secret.encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(part: str) -> Mapping[str, object]:
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return {}
    return values if isinstance(values, dict) else {}


def _basic(authorization: str) -> list[tuple[str, str]]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return []
    client_id, _, client_secret = text.partition(":")
    # RFC 6749 section 2.3.1 has both form-encoded before they are joined; many clients leave that out.
    return [(client_id, client_secret), (unquote(client_id), unquote(client_secret))]
