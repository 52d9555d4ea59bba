"""What can go wrong with a device, each as data: a code and a name, no bytes from the line."""

from hardware.events import StatusReason


class HardwareError(Exception):
    """Any failure of this room."""


class LinkLost(HardwareError):
    """The port could not be opened or went away. `reason` says how; the loop waits and opens it again."""

    def __init__(self, reason: StatusReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class BadLinkUrl(HardwareError):
    """The address of a port cannot be used at all: a configuration error, trying again does not help."""


class OptionError(HardwareError):
    """A driver was given an option it does not have, or a value it cannot use."""

    def __init__(self, driver: str, option: str, allowed: str) -> None:
        super().__init__(f"driver {driver!r}, option {option!r}: allowed are {allowed}")
        self.driver = driver
        self.option = option
        self.allowed = allowed


class UnknownDriver(HardwareError):
    """No driver of that name is registered."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no driver {name!r}; known are {', '.join(known)}")
        self.name = name
        self.known = known
