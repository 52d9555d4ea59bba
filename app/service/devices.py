"""Opens a device of the till: its driver, its line, and the thread that serves both."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.service.peripherals import READER, SCANNER
from hardware.device import Kind
from hardware.events import DeviceEvent
from hardware.link.serial_port import SerialLink
from hardware.registry import driver
from hardware.supervisor import DeviceThread, Supervisor

Open = Callable[[Callable[[DeviceEvent], None]], DeviceThread]
"""Given where its events go: a device that is not served yet."""

_KINDS = {READER: Kind.READER, SCANNER: Kind.SCANNER}


def ready(name: str, driver_name: str, url: str, options: Mapping[str, str]) -> Open | None:
    """A device that can be opened; None where it has no address.

    Args:
        name: What it is, and what its events are told under: ``READER`` or ``SCANNER``.
        driver_name: Its driver.
        url: Device path or pyserial URL.
        options: What the driver is told.

    Raises:
        UnknownDriver, OptionError: the configuration is of no use, whether or not there is an address.
    """
    kind = driver(driver_name, _KINDS[name])
    settings = kind.line(options)

    def opened(sink: Callable[[DeviceEvent], None]) -> DeviceThread:
        return DeviceThread(Supervisor(name, kind.build(name, options), SerialLink(url, settings), sink), name)

    return opened if url else None
