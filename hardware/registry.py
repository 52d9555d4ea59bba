"""The drivers by name. A new kind of device is one file and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from hardware.device import Driver, Kind
from hardware.errors import UnknownDriver
from hardware.readers import ascii as ascii_reader
from hardware.scanners import lines as line_scanner

DRIVERS: Mapping[str, Driver] = MappingProxyType(
    {driver.name: driver for driver in (ascii_reader.DRIVER, line_scanner.DRIVER)}
)


def driver(name: str, kind: Kind | None = None) -> Driver:
    """Return the driver of a name; with a kind, only if it is of that.

    Raises:
        UnknownDriver: there is none; the error carries the known names.
    """
    known = {found.name: found for found in DRIVERS.values() if kind in (None, found.kind)}
    if name not in known:
        raise UnknownDriver(name, tuple(known))
    return known[name]
