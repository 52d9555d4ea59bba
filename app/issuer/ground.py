"""What every face stands on, and what the host asks of each."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from starlette.routing import BaseRoute

from app.issuer.books import Store


@dataclass(frozen=True, slots=True)
class Ground:
    """The one ledger and the host's own means, as a face is handed them.

    Attributes:
        store: the books; a face's own settings are kept there too, under names that begin with the face.
        books: the one thread that asks the store.
        card_key: the key of the digests under which the books know card numbers and codes.
        clock: aware UTC time.
        draw: that many random decimal digits.
        seed: which demo cards to issue.
        token_life: how long a bearer token is good for.
        max_skew: how far a signed time may be off; None turns the check off.
    """

    store: Store
    books: Executor
    card_key: bytes = field(repr=False)
    clock: Callable[[], datetime]
    draw: Callable[[int], str]
    seed: int
    token_life: timedelta
    max_skew: timedelta | None


class Face(Protocol):
    """One vendor's API over the books."""

    def routes(self) -> list[BaseRoute]:
        """Every path of the face, under a root of its own."""

    def contract(self, url: str) -> dict[str, str]:
        """What a till needs to know to call it; `url` is the host's root. Secrets included."""

    def cards(self) -> list[dict[str, Any]]:
        """Its demo cards as the contract lists them, with what they can spend now."""


@runtime_checkable
class Windowed(Protocol):
    """A face with paths of its own in the admin window: what its vendor has no API for."""

    def admin(self) -> list[BaseRoute]:
        """Those paths. Each lets only this machine in."""


OpenFace = Callable[[Ground], Face]
Faces = Mapping[str, OpenFace]
