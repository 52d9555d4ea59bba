"""What many runs share, because it is dear to make: the host's code, keys, settings, a young journal."""

from __future__ import annotations

import random

from app.backends.base import Backend
from app.domain.ids import TerminalId
from app.settings import Settings
from app.storage.journal import Stamp
from app.training import training_settings
from tests.simulation.backend import WiredBackend, pattern
from tests.simulation.issuer import FACES, OPENED, Issuer
from tests.simulation.store import Shelf
from tests.simulation.wire import Line


class Ground:
    """One host with all its faces, and tills that know them all.

    Attributes:
        patterns: Each backend as it is opened on what our own host promises, and (``True``) on the vendors' bare word.
        commits: How many each scenario makes in peace, once somebody has looked.
        lit: The calls of each ping that was answered, its token's included: by face and ``bare``.
    """

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.settings: Settings = training_settings(self.issuer.contract())
        self.patterns = {
            bare: {face: pattern(face, self.issuer.faces[face], bare=bare) for face in FACES} for bare in (False, True)
        }
        self.commits: dict[str, int] = {}
        self.issuer.reset(lambda: OPENED, 0)
        self.lit = {
            (face, bare): self._lamp(backend)
            for bare, backends in self.patterns.items()
            for face, backend in backends.items()
        }
        programmes = tuple(programme.name for programme in self.settings.programmes())
        self.shelf = Shelf(Stamp("training", TerminalId("TILL0001"), self.settings.till.currency, programmes, FACES))

    def _lamp(self, backend: Backend) -> frozenset[str]:
        wired = WiredBackend(backend, Line(self.issuer, random.Random(0)), lambda: 0.0)
        health = wired.ping()
        assert health.up, (wired.face, health)
        return frozenset(wired.wire.walked)

    def close(self) -> None:
        for backends in self.patterns.values():
            for backend in backends.values():
                backend.close()
        self.issuer.close()
        self.shelf.close()
