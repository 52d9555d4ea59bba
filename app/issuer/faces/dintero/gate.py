"""Who is calling: API clients, their scopes, and the tokens they fetch for one account."""

import base64
import binascii
import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

ADMIN, WRITE, READ, PAY = "admin:wallets", "write:wallets", "read:wallets", "write:wallets:/transactions"
MANAGES = frozenset({ADMIN, WRITE})
READS = frozenset({ADMIN, READ})
PAYS = frozenset({ADMIN, WRITE, PAY})
LOOKS_UP = frozenset({ADMIN, WRITE, READ, PAY})

# As the vendor writes it, whichever host is asked.
_AUDIENCE = "https://api.dintero.com/v1/accounts/"
_ACCOUNT = re.compile(r"[PT]\d{8}", re.ASCII)

# Tokens of a client live an hour; a client that asks for a thousand an hour loses its oldest.
_MAX_TOKENS = 1_000


class Refused(Exception):
    """A request that gets an error answer. The message is for people and holds no secret."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Client:
    """An API client and what it may do."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that proved itself."""

    account_id: str
    client_id: str
    scopes: frozenset[str]

    def needs(self, allowed: frozenset[str], what: str) -> None:
        """Lets pass who has one of these scopes.

        Raises:
            Refused: 403.
        """
        if not self.scopes & allowed:
            raise Refused(403, f"the client's scope does not cover {what}")


@dataclass(frozen=True, slots=True)
class Granted:
    """A bearer token and its life in seconds."""

    value: str = field(repr=False)
    expires_in: int


class _Wish(msgspec.Struct, frozen=True):
    grant_type: str
    audience: str


class Gate:
    """Hands out tokens and knows them again. Safe to call from any thread."""

    def __init__(
        self,
        account_id: str,
        clients: tuple[Client, ...],
        token_life: timedelta,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account_id = account_id
        self._clients = {client.client_id: client for client in clients}
        self._token_life = token_life.total_seconds()
        self._ticks = ticks
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, tuple[float, Client]] = OrderedDict()

    def add(self, client: Client) -> None:
        """A further client."""
        self._clients[client.client_id] = client

    def grant(self, owner: str, authorization: str, body: bytes) -> Granted:
        """Answers a token call.

        Raises:
            Refused: the client, the body or the audience is not good.
        """
        client = self._basic(authorization)
        if client is None:
            raise Refused(401, "the client is not known")
        try:
            wish = msgspec.json.decode(body, type=_Wish)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Refused(400, "the body must be JSON with grant_type and audience") from None
        if wish.grant_type != "client_credentials":
            raise Refused(400, "the grant_type must be client_credentials")
        if owner != self._account_id or wish.audience != f"{_AUDIENCE}{self._account_id}":
            raise Refused(403, "the client has no access to this account")
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[token] = (self._ticks() + self._token_life, client)
            while len(self._tokens) > _MAX_TOKENS:
                self._tokens.popitem(last=False)
        return Granted(token, int(self._token_life))

    def check(self, account_id: str, headers: Mapping[str, str]) -> Caller:
        """Who makes this call.

        Raises:
            Refused: 401 without a good token, 400 and 403 for an account that is none or another's.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        client = self._holder(token.strip()) if scheme.lower() == "bearer" else None
        if client is None:
            raise Refused(401, "the bearer token is missing, unknown or expired")
        if not _ACCOUNT.fullmatch(account_id):
            raise Refused(400, "the account id must be P or T and eight digits")
        if account_id != self._account_id:
            raise Refused(403, "the token is for another account")
        return Caller(account_id, client.client_id, client.scopes)

    def _holder(self, token: str) -> Client | None:
        with self._lock:
            end, client = self._tokens.get(token, (0.0, None))
            if client is not None and self._ticks() >= end:
                del self._tokens[token]
                return None
            return client

    def _basic(self, authorization: str) -> Client | None:
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        client_id, _, secret = text.partition(":")
        client = self._clients.get(client_id)
        if client is None or not hmac.compare_digest(secret.encode(), client.client_secret.encode()):
            return None
        return client
