"""Telling somebody on this machine by a POST: one attempt, in a few lines of HTTP of our own.

The host tells only addresses of this machine: a simulated host that could be made to call others would be a tool for
whoever reaches it.
"""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_SECONDS = 10.0
"""Both vendors ask for an answer within five."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to: host, port, and the path with its query."""

    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """As it was given."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}{self.path}"


def address(url: str) -> Address | None:
    """An http address on this machine; None for anything else."""
    try:
        parsed = urlsplit(url)
        host, port = parsed.hostname or "", parsed.port or 80
        local = parsed.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    path = (parsed.path or "/") + (f"?{parsed.query}" if parsed.query else "")
    # what stands in a request line may not end it
    good = local and path.isascii() and path.isprintable() and " " not in path
    return Address(host, port, path) if good else None


async def post(to: Address, headers: Mapping[str, str], body: bytes) -> bool:
    """One attempt; whether it was answered with 2xx. A redirect is none."""
    host = f"[{to.host}]" if ":" in to.host else to.host
    lines = [
        f"POST {to.path} HTTP/1.1",
        f"Host: {host}:{to.port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(to.host, to.port)
            try:
                writer.write("\r\n".join([*lines, "", ""]).encode() + body)
                await writer.drain()
                parts = (await reader.readline()).split()
            finally:
                writer.close()
    except (OSError, ValueError, TimeoutError):
        return False
    return len(parts) > 1 and parts[1].startswith(b"2") and len(parts[1]) == 3
