"""One exchange with Gr4vy: a token of its own, signed here, and what the bare status proves."""

from __future__ import annotations

import logging
import uuid

from app.backends.base import Deadline, NotSent, SettingsFault, Silent, Surroundings
from app.backends.client import Answer, Call, HttpClient
from app.backends.providers import gr4vy_wire as wire
from app.backends.providers.gr4vy_settings import FACE, Gr4vySettings
from app.backends.providers.gr4vy_verdict import REFUSED_STATUSES, is_running
from app.backends.reasons import is_2xx, is_html
from app.crypto.jwt import JwtError, SigningKey
from app.domain.host import Cause

CARDS_READ = "gift-cards.read"
CARDS_WRITE = "gift-cards.write"
PAID_READ = "transactions.read"
PAID_WRITE = "transactions.write"

TOKEN_SECONDS = 120
"""A token serves one call and its one repeat; this covers a till's clock that is a minute off."""
BACKDATE_SECONDS = 30
"""A till's clock that runs ahead of the host's is not turned away for ``nbf``."""
TURNED_AWAY = frozenset({425, 429})
"""The host says that it did not begin."""

_log = logging.getLogger(__name__)


class Link:
    """The way to one merchant account.

    Raises:
        SettingsFault: the key or the file of certificates can't be used.
    """

    def __init__(self, settings: Gr4vySettings, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self._base = settings.base_url.rstrip("/")
        try:
            self._key = SigningKey.from_pem(settings.private_key_pem)
        except JwtError:
            raise SettingsFault(FACE, "private_key_pem", "must be a P-521 private key in PEM") from None
        try:
            encrypted = settings.base_url.lower().startswith("https:")
            self._client = HttpClient(around, encrypted=encrypted, ca_file=settings.ca_file)
        except OSError as error:
            raise SettingsFault(FACE, "ca_file", "can't be read as certificates") from error

    def close(self) -> None:
        """Drops all connections."""
        self._client.close()

    def exchange(
        self,
        method: str,
        path: str,
        scopes: tuple[str, ...],
        deadline: Deadline,
        *,
        body: wire.Body | None = None,
        key: str = "",
        again: bool = False,
    ) -> Answer:
        """A signed call, made once more with a new token if the first one was not taken.

        Args:
            method: HTTP method.
            path: Path and query under the base address.
            scopes: What the token may do: what this call needs and no more.
            deadline: When everything must be over.
            body: What to send.
            key: Idempotency key, where the operation takes one.
            again: Whether it may be made twice when a kept-alive connection turns out to be closed.

        Returns:
            A 2xx, or one of the statuses that refuse.

        Raises:
            NotSent: it was not made, or turned away unread (401 twice, 425, 429).
            Silent: nobody knows.
        """
        content = wire.encode(body) if body is not None else b""
        answer = self._client.send(self._signed(method, path, scopes, content, key), deadline, again=again)
        if answer.status == 401:
            answer = self._client.send(self._signed(method, path, scopes, content, key), deadline, again=again)
        # the path holds ids and references, which are no secrets; a query may name a customer
        _log.debug("%s %s: %d in %d ms", method, path.partition("?")[0], answer.status, answer.milliseconds)
        if answer.status == 401:
            raise NotSent(Cause.CONFIGURATION)
        if answer.status in TURNED_AWAY:
            raise NotSent(Cause.BUSY)
        if is_running(answer):
            raise Silent(Cause.BUSY)
        if is_2xx(answer) or (answer.status in REFUSED_STATUSES and not is_html(answer)):
            return answer
        raise Silent(Cause.SERVER if answer.status >= 500 else Cause.UNREADABLE)

    def _signed(self, method: str, path: str, scopes: tuple[str, ...], content: bytes, key: str) -> Call:
        now = int(self._around.now().timestamp())
        claims = {
            "iss": "Stanchion",
            "iat": now - BACKDATE_SECONDS,
            "nbf": now - BACKDATE_SECONDS,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid.uuid4()),
            "scopes": list(scopes),
        }
        headers = [
            ("Authorization", f"Bearer {self._key.sign(claims)}"),
            ("x-gr4vy-merchant-account-id", self._settings.merchant_account_id),
            ("Accept", "application/json"),
        ]
        if content:
            headers.append(("Content-Type", "application/json"))
        if key:
            headers.append(("idempotency-key", key))
        return Call(method, self._base + path, tuple(headers), content)
