"""A peer per test, and a backend that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.backends.providers.swedbankpay import SwedbankPay
from tests.backends import making
from tests.backends.peer import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as listening:
        yield listening


@pytest.fixture
def backend(peer: Peer) -> Iterator[SwedbankPay]:
    opened = making.backend(peer.url)
    yield opened
    opened.close()
