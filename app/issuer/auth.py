"""Who is calling: OAuth2 client credentials and the signed request of the Swedbank Pay face.

A signed request carries `Hmac: HmacSHA512 <user>:<nonce>:<digest>`. The digest is the standard Base64 of
HMAC-SHA-512 over six parts, each followed by one line feed: method, path, user, nonce, the text of
`Transmission-Time` (empty when absent) and the exact body bytes. Host, query string, bearer token and
`Agreement-Merchant-Id` are not covered, so they are checked by other means.

Choices where the vendor is silent: the path is tried as received first and percent-decoded second; the user
may contain colons (the header is split from the right); nonces are opaque and a nonce seen before under the
same user is refused (the last 100,000 are remembered, until the process ends); the clock check is off unless
`max_skew` is set.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote

SCOPE = "publicapi"
_LABEL = "HmacSHA512"

# A hundred bytes each: ten megabytes hold a busy day of a chain of tills. Only a client that signs with the
# right secret gets a nonce in here, so a stranger cannot push the old ones out.
_MAX_NONCES = 100_000

# Tokens of one client live an hour; a client that asks for a thousand an hour loses its oldest.
_MAX_TOKENS = 1_000

_MAX_NONCE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the host hands to a shop: two key pairs and the agreements they may act for."""

    client_id: str
    client_secret: str = field(repr=False)
    hmac_user: str
    hmac_secret: str = field(repr=False)
    merchants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came off the wire; `raw_path` is before and `path` after percent-decoding."""

    method: str
    raw_path: bytes
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that proved itself: for which merchant agreement it acts."""

    merchant_id: str


@dataclass(frozen=True, slots=True)
class AuthRefusal:
    """Why a request is not let in: an HTTP status and a sentence without secrets."""

    status: int
    message: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and its life in seconds."""

    value: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """An OAuth2 error code (RFC 6749 section 5.2) and its HTTP status."""

    status: int
    error: str


def canonical(method: str, path: bytes, user: str, nonce: str, sent_at: str, body: bytes) -> bytes:
    """The bytes that are signed: six parts, each followed by one line feed."""
    texts = (method.upper().encode(), path, user.encode(), nonce.encode(), sent_at.encode())
    return b"".join(part + b"\n" for part in (*texts, body))


def sign(secret: str, message: bytes) -> str:
    """The Base64 of HMAC-SHA-512 under the UTF-8 bytes of the secret."""
    return base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha512)).decode("ascii")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode())


class Authenticator:
    """Hands out tokens and verifies signed requests. Safe to call from any thread.

    Args:
        credentials: whom to let in.
        token_life: how long a token is good for.
        max_skew: how far `Transmission-Time` may be from the host's clock; None turns the check off.
        clock: aware UTC time, for the skew.
        ticks: monotonic seconds, for the life of tokens.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        token_life: timedelta = timedelta(hours=1),
        max_skew: timedelta | None = None,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._token_life = token_life
        self._max_skew = max_skew
        self._clock = clock
        self._ticks = ticks
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, float] = OrderedDict()
        self._nonces: OrderedDict[tuple[str, str], None] = OrderedDict()

    def grant(self, authorization: str, body: bytes) -> Token | TokenRefusal:
        """Answers a token request: client authentication by Basic or in the form."""
        try:
            form = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20))
        except ValueError:
            return TokenRefusal(400, "invalid_request")
        if form.get("grant_type") != "client_credentials":
            return TokenRefusal(400, "unsupported_grant_type" if "grant_type" in form else "invalid_request")
        client = self._basic(authorization) if authorization else _form_client(form)
        if client is None or not self._is_client(*client):
            return TokenRefusal(401, "invalid_client")
        if form.get("scope", SCOPE).split() != [SCOPE]:
            return TokenRefusal(400, "invalid_scope")
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[token] = self._ticks() + self._token_life.total_seconds()
            while len(self._tokens) > _MAX_TOKENS:
                self._tokens.popitem(last=False)
        return Token(token, int(self._token_life.total_seconds()))

    def check(self, request: SignedRequest) -> Caller | AuthRefusal:
        """Verifies token, signature, nonce, time and agreement, in this order."""
        headers = request.headers
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._token_is_good(token.strip()):
            return AuthRefusal(401, "the bearer token is missing, unknown or expired", "Bearer")
        refusal = self._check_signature(request)
        if refusal is not None:
            return refusal
        merchant = headers.get("agreement-merchant-id", "")
        if not merchant:
            return AuthRefusal(400, "the header Agreement-Merchant-Id is missing")
        if merchant not in self._credentials.merchants:
            return AuthRefusal(403, "this merchant agreement is not known here")
        return Caller(merchant)

    def _check_signature(self, request: SignedRequest) -> AuthRefusal | None:
        label, _, rest = request.headers.get("hmac", "").partition(" ")
        parts = rest.rsplit(":", 2)
        if label != _LABEL or len(parts) != 3:
            return AuthRefusal(401, f"the header Hmac must read '{_LABEL} user:nonce:digest'")
        user, nonce, digest = parts
        if not user or not nonce or len(nonce) > _MAX_NONCE_LENGTH:
            return AuthRefusal(401, "the header Hmac carries no user or no usable nonce")
        sent_at = request.headers.get("transmission-time", "")
        good = any(
            _same(
                digest,
                sign(
                    self._credentials.hmac_secret,
                    canonical(request.method, path, user, nonce, sent_at, request.body),
                ),
            )
            for path in (request.raw_path, request.path.encode())
        )
        if not good or not _same(user, self._credentials.hmac_user):
            return AuthRefusal(401, "the signature does not match the request")
        if not self._time_is_good(sent_at):
            return AuthRefusal(401, "Transmission-Time is too far from the host's clock")
        if not self._nonce_is_fresh(user, nonce):
            return AuthRefusal(401, "this nonce was used before")
        return None

    def _token_is_good(self, token: str) -> bool:
        with self._lock:
            end = self._tokens.get(token)
            if end is None:
                return False
            if self._ticks() < end:
                return True
            del self._tokens[token]
            return False

    def _nonce_is_fresh(self, user: str, nonce: str) -> bool:
        with self._lock:
            if (user, nonce) in self._nonces:
                return False
            self._nonces[user, nonce] = None
            while len(self._nonces) > _MAX_NONCES:
                self._nonces.popitem(last=False)
            return True

    def _time_is_good(self, sent_at: str) -> bool:
        if self._max_skew is None:
            return True
        try:
            moment = datetime.fromisoformat(sent_at)
        except ValueError:
            return False
        return moment.tzinfo is not None and abs(moment - self._clock()) <= self._max_skew

    def _is_client(self, client_id: str, client_secret: str) -> bool:
        known = self._credentials
        return _same(client_id, known.client_id) & _same(client_secret, known.client_secret)

    def _basic(self, authorization: str) -> tuple[str, str] | None:
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        client_id, colon, client_secret = text.partition(":")
        if not colon:
            return None
        # RFC 6749 section 2.3.1 has both form-encoded before they are joined; many clients leave that out.
        plain = (client_id, client_secret)
        return plain if self._is_client(*plain) else (unquote(client_id), unquote(client_secret))


def _form_client(form: Mapping[str, str]) -> tuple[str, str] | None:
    if "client_id" not in form or "client_secret" not in form:
        return None
    return form["client_id"], form["client_secret"]
