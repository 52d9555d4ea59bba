"""A simulated barcode and QR scanner: scans by command, over a real pseudo terminal.

It sends what `hardware/scanners/lines.py` describes: the code, a CR. Everything else a real one may do is done with
`send`, `unplug` and `replug`.
"""

from hardware.virtual.device import VirtualDevice


class VirtualScanner(VirtualDevice):
    """A scanner that scans."""

    def scan(self, code: str) -> int:
        """Scan a code; return the number of bytes sent."""
        return self.send(code.encode("ascii") + b"\r")
