"""Which vendors have hooks, and how their verifier is made from what a till was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.backends.base import SettingsFault
from app.backends.hooks.base import Verifier
from app.backends.hooks.dintero import DinteroVerifier
from app.backends.hooks.gr4vy import Gr4vyVerifier
from app.backends.providers.dintero_settings import FACE as DINTERO
from app.backends.providers.gr4vy_settings import FACE as GR4VY

_MADE: Mapping[str, tuple[str, Callable[[tuple[str, ...], str], Verifier]]] = {
    DINTERO: ("account_id", DinteroVerifier),
    GR4VY: ("merchant_account_id", Gr4vyVerifier),
}
"""By face: which of the backend's settings names the account, and what verifies its hooks."""


def has_hooks(face: str) -> bool:
    """Whether a vendor sends hooks at all."""
    return face in _MADE


def verifier_of(face: str, options: Mapping[str, object], secrets: tuple[str, ...]) -> Verifier:
    """The verifier of a configured backend.

    Args:
        face: Its name.
        options: Its table of settings.
        secrets: What its hooks are signed with; any one of them will do.

    Raises:
        SettingsFault: it has no hooks, its account is not named, or there is no secret. Names no value.
    """
    if face not in _MADE:
        raise SettingsFault(face, "hooks", f"do not exist; only these backends send any: {', '.join(_MADE)}")
    field, make = _MADE[face]
    account = options.get(field)
    if not isinstance(account, str) or not account:
        raise SettingsFault(face, field, "is missing")
    if not secrets or not all(secrets):
        raise SettingsFault(face, "hook_secret", "is missing")
    return make(secrets, account)
