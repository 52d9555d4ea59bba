"""The connections under the requests, so that a fault can close one without an answer.

ASGI has no word for "drop the line". uvicorn tells a protocol when its connection is made and lost; the
protocol below notes the transport under the client's address, which every request of it carries.
"""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Peer = tuple[str, int]


class Wires:
    """The open connections of one server. Used on the server's loop only; holds one entry per connection."""

    def __init__(self) -> None:
        self._transports: dict[Peer, asyncio.Transport] = {}

    def opened(self, peer: Peer, transport: asyncio.Transport) -> None:
        """Notes a connection."""
        self._transports[peer] = transport

    def closed(self, peer: Peer) -> None:
        """Forgets a connection."""
        self._transports.pop(peer, None)

    def cut(self, scope: Scope) -> None:
        """Drops the connection of this request at once; what was not sent yet is lost."""
        transport = self._of(scope)
        if transport is not None:
            transport.abort()

    def hang_up(self, scope: Scope) -> None:
        """Closes the connection of this request after what was sent."""
        transport = self._of(scope)
        if transport is not None:
            transport.close()

    def _of(self, scope: Scope) -> asyncio.Transport | None:
        client = scope.get("client")
        return None if client is None else self._transports.get((client[0], client[1]))


def protocol_for(wires: Wires) -> type[asyncio.Protocol]:
    """uvicorn's own HTTP protocol, made to report its connections to `wires`."""

    class ReportingProtocol(H11Protocol):
        """An HTTP connection that can be dropped from above."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
            super().connection_made(transport)
            if self.client is not None:
                wires.opened(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                wires.closed(self.client)
            super().connection_lost(exc)

    return ReportingProtocol
