"""Opens a device of the till: its driver, its line, and the thread that serves both."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hardware.events import DeviceEvent
from hardware.link.serial_port import SerialLink
from hardware.registry import driver
from hardware.supervisor import DeviceThread, Supervisor


def open_device(
    name: str, kind: str, url: str, options: Mapping[str, str], sink: Callable[[DeviceEvent], None]
) -> DeviceThread:
    """A device that is not served yet.

    Args:
        name: What its events are told under.
        kind: The name of its driver.
        url: Device path or pyserial URL.
        options: What the driver is told.
        sink: Takes its events, in its own thread.

    Raises:
        UnknownDriver, OptionError: the configuration is of no use.
    """
    made = driver(kind)
    line = SerialLink(url, made.line(options))
    return DeviceThread(Supervisor(name, made.build(name, options), line, sink), name)
