"""Which backends there are, and how one is opened from a table of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from app.backends.base import Backend, SettingsFault, Surroundings
from app.backends.providers.dintero import Dintero
from app.backends.providers.dintero_settings import FACE as DINTERO
from app.backends.providers.dintero_settings import DinteroSettings
from app.backends.providers.gr4vy import Gr4vy
from app.backends.providers.gr4vy_settings import FACE as GR4VY
from app.backends.providers.gr4vy_settings import Gr4vySettings
from app.backends.providers.parpay import ParPay
from app.backends.providers.parpay_settings import FACE as PAR_PAY
from app.backends.providers.parpay_settings import ParPaySettings
from app.backends.providers.swedbankpay import SwedbankPay
from app.backends.providers.swedbankpay_settings import FACE as SWEDBANK_PAY
from app.backends.providers.swedbankpay_settings import SwedbankPaySettings


@dataclass(frozen=True, slots=True)
class Provider:
    """One line of the table: the settings a provider declares, and how it is opened with them."""

    settings: type[Any]
    open: Callable[[Any, Surroundings], Backend]


PROVIDERS: Mapping[str, Provider] = {
    SWEDBANK_PAY: Provider(SwedbankPaySettings, SwedbankPay),
    DINTERO: Provider(DinteroSettings, Dintero),
    GR4VY: Provider(Gr4vySettings, Gr4vy),
    PAR_PAY: Provider(ParPaySettings, ParPay),
}


def open_backend(face: str, options: Mapping[str, object], surroundings: Surroundings | None = None) -> Backend:
    """Opens a backend. No byte is sent.

    Args:
        face: Its name, as configured and persisted.
        options: The fields of its settings by name.
        surroundings: The cut switch and the clocks; the machine's own where None.

    Raises:
        SettingsFault: there is no such backend, or a setting is unknown, missing or of no use. Names no value.
    """
    provider = PROVIDERS.get(face)
    if provider is None:
        raise SettingsFault(face, "face", f"must be one of: {', '.join(PROVIDERS)}")
    declared = {field.name: field for field in fields(provider.settings)}
    for name, value in options.items():
        if name not in declared:
            raise SettingsFault(face, name, "is not a setting of this backend")
        wanted = bool if isinstance(declared[name].default, bool) else str
        if type(value) is not wanted:
            raise SettingsFault(face, name, "must be true or false" if wanted is bool else "must be text")
    for name, field in declared.items():
        if field.default is MISSING and name not in options:
            raise SettingsFault(face, name, "is missing")
    return provider.open(provider.settings(**options), surroundings or Surroundings())
