"""The drivers by name. A new kind of device is one file and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from hardware.device import Driver
from hardware.errors import UnknownDriver
from hardware.readers import ascii as ascii_reader

DRIVERS: Mapping[str, Driver] = MappingProxyType({driver.name: driver for driver in (ascii_reader.DRIVER,)})


def driver(name: str) -> Driver:
    """Return the driver of a name.

    Raises:
        UnknownDriver: there is none; the error carries the known names.
    """
    if name not in DRIVERS:
        raise UnknownDriver(name, tuple(DRIVERS))
    return DRIVERS[name]
