"""The shape of a device: a pure object that turns bytes and time into events.

A device owns no port, no thread and no clock. The loop in `hardware.supervisor` gives it what arrived and
when, and asks how long it may sleep. So a driver is one file, and is tested with literal bytes and made-up
times.

A driver says which options it has; whoever draws a settings page or reads a configuration asks the driver.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Protocol

from hardware.errors import OptionError
from hardware.events import DeviceEvent


class Device(Protocol):
    """What every driver builds."""

    @property
    def buffered(self) -> int:
        """How many bytes are held back; bounded, whatever arrives."""
        ...

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


@unique
class Kind(Enum):
    """What a device is for; the configuration has a section of its own for each."""

    READER = "reader"
    SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a driver can be told: its name, its allowed words, the word used when nothing is said.

    `form` is a regular expression for what is no choice among words, such as bytes in hex; then there are no choices.
    """

    name: str
    choices: tuple[str, ...]
    default: str
    meaning: str
    form: str = ""

    def allows(self, value: str) -> bool:
        """Return whether it can be told this."""
        return value in self.choices or bool(self.form and re.fullmatch(self.form, value))

    @property
    def allowed(self) -> str:
        """What it can be told, for a person."""
        return ", ".join(self.choices) or self.meaning


@dataclass(frozen=True, slots=True)
class Driver:
    """A kind of device: what it is called, how its line is set, what it can be told, and how one is made."""

    name: str
    title: str
    options: tuple[Option, ...]
    make: Callable[[str, Mapping[str, str]], Device]
    kind: Kind = Kind.READER

    def complete(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return all options with defaults filled in.

        Raises:
            OptionError: an option is unknown, or its value is not one it can be told.
        """
        known = {option.name: option for option in self.options}
        for name, value in given.items():
            if name not in known:
                raise OptionError(self.name, name, ", ".join(known))
            if not known[name].allows(value):
                raise OptionError(self.name, name, known[name].allowed)
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
