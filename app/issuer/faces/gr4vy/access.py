"""Who is calling: a token the merchant signed itself, what it may do, and for which account.

The header never chooses how it is judged: ES512 under the one key of the contract. `iss` is not looked at (the vendor's
sources disagree about it), and a repeated `jti` is let in (the official client repeats it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.crypto.jwt import JwtError, VerifyingKey

ACCOUNTS = ("default", "second")
ACCOUNT_HEADER = "x-gr4vy-merchant-account-id"
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a request is not let in: 401 or 403, and a sentence without secrets."""

    status: int
    message: str


class Access:
    """Judges requests. Safe to call from any thread."""

    def __init__(self, key: VerifyingKey, clock: Callable[[], datetime], skew: timedelta | None) -> None:
        self._key = key
        self._clock = clock
        self._skew = (SKEW if skew is None else skew).total_seconds()

    def check(self, headers: Mapping[str, str], scopes: tuple[str, ...]) -> str | Barred:
        """The merchant account a request is for, if its token is good and has every one of these scopes."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return Barred(401, "No valid API authentication found")
        try:
            claims = self._key.verify(token.strip())
        except JwtError as error:
            return Barred(401, f"No valid API authentication found: {error.code.value}")
        if not self._is_current(claims):
            return Barred(401, "No valid API authentication found: the token is not good now")
        if not all(_covers(claims.get("scopes"), scope) for scope in scopes):
            return Barred(403, "The token lacks a scope")
        account = headers.get(ACCOUNT_HEADER) or ACCOUNTS[0]
        if account not in ACCOUNTS:
            return Barred(403, "This merchant account is not known here")
        return account

    def _is_current(self, claims: Mapping[str, object]) -> bool:
        now = self._clock().timestamp()
        end, begin = claims.get("exp"), claims.get("nbf", 0)
        if not _is_time(end) or not _is_time(begin):
            return False
        return bool(now < end + self._skew and begin - self._skew <= now)  # type: ignore[operator]  # both are times


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53


def _covers(scopes: object, wanted: str) -> bool:
    """`*.read` and `*.write` stand for every scope that ends so; writing is not reading."""
    wildcard = "*." + wanted.rpartition(".")[2]
    return isinstance(scopes, list) and (wanted in scopes or wildcard in scopes)
