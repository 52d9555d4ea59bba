"""The shape of a device: a pure object that turns bytes and time into events.

A device owns no port, no thread and no clock. The loop in `hardware.supervisor` gives it what arrived and
when, and asks how long it may sleep. So a driver is one file, and is tested with literal bytes and made-up
times.

A driver says which options it has; whoever draws a settings page or reads a configuration asks the driver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hardware.errors import OptionError
from hardware.events import DeviceEvent


class Device(Protocol):
    """What every driver builds."""

    def feed(self, data: bytes, now: float) -> Sequence[DeviceEvent]:
        """Take bytes as they came, in any pieces, and tell what they completed."""
        ...

    def tick(self, now: float) -> Sequence[DeviceEvent]:
        """Tell what became true by waiting; harmless at any time."""
        ...

    def deadline(self) -> float | None:
        """Return when `tick` must be called at the latest, or None when nothing is waited for."""
        ...

    def reset(self) -> None:
        """Forget what is half received: the line was cut or just opened."""
        ...


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial line is set: baud, data bits, parity (N, E, O) and stop bits."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a driver can be told: its name, its allowed words, the word used when nothing is said."""

    name: str
    choices: tuple[str, ...]
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Driver:
    """A kind of device: what it is called, how its line is set, what it can be told, and how one is made."""

    name: str
    title: str
    options: tuple[Option, ...]
    make: Callable[[str, Mapping[str, str]], Device]

    def complete(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return all options with defaults filled in.

        Raises:
            OptionError: an option is unknown, or its value is not among its choices.
        """
        known = {option.name: option for option in self.options}
        for name, value in given.items():
            if name not in known:
                raise OptionError(self.name, name, ", ".join(known))
            if value not in known[name].choices:
                raise OptionError(self.name, name, ", ".join(known[name].choices))
        return {option.name: given.get(option.name, option.default) for option in self.options}

    def build(self, reader: str, given: Mapping[str, str]) -> Device:
        """Make a device under a name that its events will carry."""
        return self.make(reader, self.complete(given))

    def line(self, given: Mapping[str, str]) -> LineSettings:
        """Return the line settings, from the options `baudrate` and `frame` (as in `8N1`)."""
        complete = self.complete(given)
        frame = complete["frame"]
        return LineSettings(int(complete["baudrate"]), int(frame[0]), frame[1], int(frame[2]))


LINE_OPTIONS = (
    Option(
        "baudrate",
        ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200"),
        "9600",
        "bits a second",
    ),
    Option("frame", ("8N1", "7E1", "7O1", "8E1", "8O1", "7N2", "8N2"), "8N1", "data bits, parity, stop bits"),
)
