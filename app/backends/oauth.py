"""OAuth 2 client credentials (RFC 6749, section 4.4): one token for all lanes, fetched when it is needed.

The token call is preparatory and may be made twice; it is never signed. Whoever finds the token missing fetches it;
the other lanes wait for that one fetch, each no longer than its own deadline. A token that a host refused is fetched
anew once, however many lanes saw the refusal.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec

from app.backends.base import Deadline, HostError, NotSent, Silent
from app.backends.client import Answer, Call, HttpClient
from app.domain.host import Cause

MAX_TOKEN = 8192
"""Longest token taken: one header of it still fits into what common servers accept."""
MARGIN_SECONDS = 30.0
"""A token is not used in its last seconds, so that it does not end on its way."""
DEFAULT_LIFE = 300.0
"""For a host that does not say how long its token lives (``expires_in`` is only recommended)."""
MAX_LIFE = 86400.0


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who we are to the token endpoint.

    ``audience`` is what the token is for, with hosts that ask for it: they take JSON where RFC 6749 has a form.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    until: float


class TokenSource:
    """Gives the current token, fetching it when there is none."""

    def __init__(self, client: HttpClient, credentials: ClientCredentials, ticks: Callable[[], float]) -> None:
        self._client = client
        self._credentials = credentials
        self._ticks = ticks
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def token(self, deadline: Deadline, refused: str = "") -> str:
        """A token that is good now, and not the one a host has just ``refused``.

        Raises:
            NotSent: none could be had. The cause is that of the wire where the wire failed, else ``TOKEN``.
        """
        if not self._lock.acquire(timeout=max(deadline.left, 0.0)):
            raise NotSent(Cause.TOKEN)
        try:
            known = self._token
            if known is None or known.value == refused or self._ticks() >= known.until:
                self._token = None
                self._token = known = self._fetch(deadline)
            return known.value
        finally:
            self._lock.release()

    def _fetch(self, deadline: Deadline) -> _Token:
        who = self._credentials
        pair = base64.b64encode(f"{who.client_id}:{who.client_secret}".encode()).decode("ascii")
        asked = {"grant_type": "client_credentials"}
        asked |= {name: text for name, text in (("scope", who.scope), ("audience", who.audience)) if text}
        as_json = who.audience != ""
        call = Call(
            "POST",
            who.url,
            (
                ("Authorization", f"Basic {pair}"),
                ("Content-Type", "application/json" if as_json else "application/x-www-form-urlencoded"),
                ("Accept", "application/json"),
            ),
            msgspec.json.encode(asked) if as_json else urlencode(asked).encode("ascii"),
        )
        trouble: HostError
        try:
            return self._read(self._client.send(call, deadline, again=True))
        except NotSent as error:
            trouble = NotSent(error.cause)
        except Silent:
            trouble = NotSent(Cause.TOKEN)
        raise trouble

    def _read(self, answer: Answer) -> _Token:
        """The token in an answer.

        Raises:
            NotSent: there is none.
        """
        if answer.status == 429:
            raise NotSent(Cause.BUSY)
        fields = _object(answer.body) if answer.status == 200 else {}
        value, kind, life = fields.get("access_token"), fields.get("token_type", "Bearer"), fields.get("expires_in")
        usable = isinstance(value, str) and 0 < len(value) <= MAX_TOKEN and value.isascii() and value.isprintable()
        if not usable or str(kind).lower() != "bearer":
            raise NotSent(Cause.TOKEN)
        seconds = min(_seconds(life), MAX_LIFE)
        # a token shorter-lived than the margin is still good for half its life
        return _Token(str(value), self._ticks() + max(seconds - MARGIN_SECONDS, seconds / 2))


def _object(body: bytes) -> dict[str, object]:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _seconds(value: object) -> float:
    """``expires_in`` as hosts write it: a number, or its digits as text."""
    if isinstance(value, bool) or value is None:
        return DEFAULT_LIFE
    try:
        seconds = float(str(value))
    except ValueError:
        return DEFAULT_LIFE
    return seconds if 0 < seconds < float("inf") else DEFAULT_LIFE
