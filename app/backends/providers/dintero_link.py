"""One exchange with Dintero: which of the two clients asks, its token, and what the bare status proves."""

from __future__ import annotations

import logging

from app.backends.base import Deadline, HostError, NotSent, SettingsFault, Silent, Surroundings
from app.backends.client import Answer, Call, HttpClient
from app.backends.fields import Fields
from app.backends.oauth import ClientCredentials, TokenSource
from app.backends.providers import dintero_wire as wire
from app.backends.providers.dintero_settings import FACE, DinteroSettings
from app.backends.providers.dintero_verdict import REFUSED_STATUSES, refusal
from app.backends.reasons import is_2xx
from app.domain.host import Cause, HostNotSent, HostRefused, HostSilent

PAGE = 100
"""The vendor's largest page."""
MAX_PAGES = 50
"""5,000 transactions are more than any gift card sees."""

_log = logging.getLogger(__name__)


class Link:
    """The way to one account.

    Raises:
        SettingsFault: the file of certificates can't be used.
    """

    def __init__(self, settings: DinteroSettings, around: Surroundings) -> None:
        self._root = f"{settings.base_url.rstrip('/')}/accounts/{settings.account_id}/wallets"
        encrypted = any(url.lower().startswith("https:") for url in (settings.base_url, settings.token_url))
        try:
            self._client = HttpClient(around, encrypted=encrypted, ca_file=settings.ca_file)
        except OSError as error:
            raise SettingsFault(FACE, "ca_file", "can't be read as certificates") from error

        def source(client_id: str, client_secret: str) -> TokenSource:
            who = ClientCredentials(settings.token_url, client_id, client_secret, audience=settings.audience)
            return TokenSource(self._client, who, around.ticks)

        self._paying = source(settings.pay_client_id, settings.pay_client_secret)
        self._managing = source(settings.client_id, settings.client_secret) if settings.manages else None

    def close(self) -> None:
        """Drops all connections."""
        self._client.close()

    @property
    def manages(self) -> bool:
        """Whether calls other than paying may be made."""
        return self._managing is not None

    def pay(self, path: str, body: wire.Body, deadline: Deadline, *, again: bool = False) -> Answer:
        """A POST of the client that only pays. Raises as ``manage`` does."""
        return self._exchange(self._paying, "POST", path, wire.encode(body), deadline, again=again)

    def manage(
        self, method: str, path: str, body: wire.Body | None, deadline: Deadline, *, again: bool = False
    ) -> Answer:
        """A call of the client that sells, made once more with a new token if the first one was not taken.

        Returns:
            A 2xx, or one of the statuses that refuse.

        Raises:
            NotSent: it was not made, or turned away unread (401 twice, 429).
            Silent: nobody knows.
        """
        if self._managing is None:
            raise NotSent(Cause.CONFIGURATION)
        content = wire.encode(body) if body is not None else b""
        return self._exchange(self._managing, method, path, content, deadline, again=again)

    def pages(self, path: str, name: str, deadline: Deadline) -> list[Fields] | HostRefused:
        """Every entry of a list, page by page.

        Raises:
            NotSent: it could not be read, or has no end. Reading moves no money, so this is never silence.
        """
        found: list[Fields] = []
        after = ""
        for _ in range(MAX_PAGES):
            query = f"&starting_after={wire.segment(after)}" if after else ""
            try:
                answer = self.manage("GET", f"{path}?limit={PAGE}{query}", None, deadline, again=True)
            except Silent as error:
                raise NotSent(error.cause) from None
            if not is_2xx(answer):
                refused = refusal(answer)
                if isinstance(refused, HostSilent):
                    raise NotSent(refused.cause)
                return refused
            page = wire.entries(answer, name)
            if page is None:
                raise NotSent(Cause.UNREADABLE)
            found += page[0]
            after = page[1]
            if not after:
                return found
        raise NotSent(Cause.LOOKUP)

    def _exchange(
        self, tokens: TokenSource, method: str, path: str, content: bytes, deadline: Deadline, *, again: bool
    ) -> Answer:
        token = tokens.token(deadline)
        answer = self._client.send(self._call(method, path, content, token), deadline, again=again)
        if answer.status == 401:
            token = tokens.token(deadline, refused=token)
            answer = self._client.send(self._call(method, path, content, token), deadline, again=again)
        # of the path only its first word: the rest may name a card
        _log.debug(
            "%s %s: %d in %d ms", method, path.partition("?")[0].split("/")[1], answer.status, answer.milliseconds
        )
        if is_2xx(answer) or answer.status in REFUSED_STATUSES:
            return answer
        if answer.status == 401:
            raise NotSent(Cause.CONFIGURATION)
        if answer.status == 429:
            raise NotSent(Cause.BUSY)
        raise Silent(Cause.SERVER if answer.status >= 500 else Cause.UNREADABLE)

    def _call(self, method: str, path: str, content: bytes, token: str) -> Call:
        headers = [("Authorization", f"Bearer {token}"), ("Accept", "application/json")]
        if content:
            headers.append(("Content-Type", "application/json"))
        return Call(method, self._root + path, tuple(headers), content)


def as_reply(error: HostError, account_id: str) -> HostNotSent | HostSilent:
    """Trouble on the wire as the till's value."""
    reply = HostNotSent if isinstance(error, NotSent) else HostSilent
    return reply(error.cause, account_id)
