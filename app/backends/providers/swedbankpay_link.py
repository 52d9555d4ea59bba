"""One signed exchange with Swedbank Pay: token, signature, headers, and what the bare status proves."""

from __future__ import annotations

import logging
import re
import uuid

from app.backends.base import Deadline, NotSent, SettingsFault, Silent, Surroundings
from app.backends.client import Answer, Call, HttpClient, path_as_sent
from app.backends.oauth import ClientCredentials, TokenSource
from app.backends.providers import swedbankpay_wire as wire
from app.backends.providers.swedbankpay_settings import FACE, SwedbankPaySettings
from app.backends.providers.swedbankpay_verdict import REFUSED_STATUSES
from app.backends.reasons import is_2xx
from app.domain.host import Cause

SCOPE = "publicapi"

_REPLAYED = re.compile(rb"\bnonce\b.*\b(used|seen|known|before|again|duplicate)\b|\breplay", re.IGNORECASE | re.DOTALL)
"""How a host says that it has met this attempt's nonce before. Ours is new per attempt, so it has met the *attempt*:
the line sent a copy ahead, and that copy may have been booked."""
MAX_SAID = 2000
"""Bytes of a 401 that are searched."""

_log = logging.getLogger(__name__)


class Link:
    """The way to one merchant agreement.

    Raises:
        SettingsFault: the file of certificates can't be used.
    """

    def __init__(self, settings: SwedbankPaySettings, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self._base = settings.base_url.rstrip("/")
        encrypted = any(url.lower().startswith("https:") for url in (settings.base_url, settings.token_url))
        try:
            self._client = HttpClient(around, encrypted=encrypted, ca_file=settings.ca_file)
        except OSError as error:
            raise SettingsFault(FACE, "ca_file", "can't be read as certificates") from error
        credentials = ClientCredentials(settings.token_url, settings.client_id, settings.client_secret, SCOPE)
        self._tokens = TokenSource(self._client, credentials, around.ticks)

    def close(self) -> None:
        """Drops all connections."""
        self._client.close()

    def exchange(
        self, method: str, path: str, body: wire.Body | None, deadline: Deadline, *, again: bool = False
    ) -> Answer:
        """A signed call, made once more with a new token if the first one was not taken.

        Returns:
            A 2xx, or one of the statuses that refuse.

        Raises:
            NotSent: it was not made, or turned away unread (401 twice, 429).
            Silent: nobody knows. Also a 401 for a nonce that was used: then a copy of this very attempt arrived before.
        """
        content = wire.encode(body) if body is not None else b""
        url = self._base + path
        token = self._tokens.token(deadline)
        answer = self._client.send(self._signed(method, url, content, token), deadline, again=again)
        _refuse_replayed(answer)
        if answer.status == 401:
            token = self._tokens.token(deadline, refused=token)
            answer = self._client.send(self._signed(method, url, content, token), deadline, again=again)
            _refuse_replayed(answer)
        _log.debug(
            "%s %s: %d in %d ms",
            method,
            path.rpartition("/")[2] if body else "lookup",
            answer.status,
            answer.milliseconds,
        )
        if is_2xx(answer) or answer.status in REFUSED_STATUSES:
            return answer
        if answer.status == 401:
            raise NotSent(Cause.CONFIGURATION)
        if answer.status == 429:
            raise NotSent(Cause.BUSY)
        raise Silent(Cause.SERVER if answer.status >= 500 else Cause.UNREADABLE)

    def _signed(self, method: str, url: str, content: bytes, token: str) -> Call:
        """One attempt: nonce, time, session and so the signature are its own."""
        settings = self._settings
        sent_at = wire.stamp(self._around.now())
        path = path_as_sent(url)
        headers = [
            ("Authorization", f"Bearer {token}"),
            ("Hmac", wire.hmac_header(settings.hmac_secret, settings.hmac_user, method, path, sent_at, content)),
            ("Transmission-Time", sent_at),
            ("Session-Id", str(uuid.uuid4())),
            ("Agreement-Merchant-Id", settings.merchant_id),
            ("Accept", "application/problem+json, application/json"),
        ]
        if content:
            headers.append(("Content-Type", "application/json"))
        return Call(method, url, tuple(headers), content)


def _refuse_replayed(answer: Answer) -> None:
    """A 401 proves "not processed", but for one reason.

    Raises:
        Silent: it was given because the host had this attempt already.
    """
    if answer.status == 401 and _REPLAYED.search(answer.body[:MAX_SAID]):
        raise Silent(Cause.UNREADABLE)
