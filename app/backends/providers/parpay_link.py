"""One exchange with PAR Pay: token, location, and what the bare status proves."""

from __future__ import annotations

import logging

from app.backends.base import Deadline, HostError, NotSent, SettingsFault, Silent, Surroundings
from app.backends.client import Answer, Call, HttpClient
from app.backends.oauth import ClientCredentials, TokenSource
from app.backends.providers.parpay_settings import FACE, ParPaySettings
from app.backends.providers.parpay_verdict import REFUSED_STATUSES
from app.backends.providers.parpay_wire import Body
from app.backends.reasons import is_2xx
from app.domain.host import Cause, HostNotSent, HostSilent

_log = logging.getLogger(__name__)


class Link:
    """The way to one merchant location.

    Raises:
        SettingsFault: the file of certificates can't be used.
    """

    def __init__(self, settings: ParPaySettings, around: Surroundings) -> None:
        self._location = settings.location_id
        self._base = settings.base_url.rstrip("/")
        encrypted = any(url.lower().startswith("https:") for url in (settings.base_url, settings.token_url))
        try:
            self._client = HttpClient(around, encrypted=encrypted, ca_file=settings.ca_file)
        except OSError as error:
            raise SettingsFault(FACE, "ca_file", "can't be read as certificates") from error
        credentials = ClientCredentials(settings.token_url, settings.client_id, settings.client_secret)
        self._tokens = TokenSource(self._client, credentials, around.ticks)

    def close(self) -> None:
        """Drops all connections."""
        self._client.close()

    def exchange(self, method: str, path: str, body: Body | None, deadline: Deadline, *, again: bool = False) -> Answer:
        """A call, made once more with a new token if the first one was not taken.

        Returns:
            A 2xx, or one of the statuses that refuse.

        Raises:
            NotSent: it was not made, or turned away unread (401 twice, 429).
            Silent: nobody knows.
        """
        content = body.encode() if body is not None else b""
        token = self._tokens.token(deadline)
        answer = self._client.send(self._call(method, path, content, token), deadline, again=again)
        if answer.status == 401:
            token = self._tokens.token(deadline, refused=token)
            answer = self._client.send(self._call(method, path, content, token), deadline, again=again)
        # without its query: a customer's id is nobody's business in a log
        where = path.partition("?")[0].rpartition("/")[2]
        _log.debug("%s %s: %d in %d ms", method, where, answer.status, answer.milliseconds)
        if is_2xx(answer) or answer.status in REFUSED_STATUSES:
            return answer
        if answer.status == 401:
            raise NotSent(Cause.CONFIGURATION)
        if answer.status == 429:
            raise NotSent(Cause.BUSY)
        raise Silent(Cause.SERVER if answer.status >= 500 else Cause.UNREADABLE)

    def _call(self, method: str, path: str, content: bytes, token: str) -> Call:
        headers = [
            ("Authorization", f"Bearer {token}"),
            ("X-LocationId", self._location),
            ("Accept", "application/json"),
        ]
        if content:
            headers.append(("Content-Type", "application/json"))
        return Call(method, self._base + path, tuple(headers), content)


def as_reply(error: HostError, account_id: str) -> HostNotSent | HostSilent:
    """Trouble on the wire as the till's value."""
    reply = HostNotSent if isinstance(error, NotSent) else HostSilent
    return reply(error.cause, account_id)
