"""One host per module and store with both faces open; afterwards the books balance over both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.issuer.server import IssuerHost
from tests.issuer.dintero.wallet import Clock, Wallet


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[IssuerHost, Clock]]:
    database = "memory"
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path_factory.mktemp('issuer') / 'issuer.db'}"
    clock = Clock()
    with IssuerHost(database, seed=1, clock=clock, faces=("swedbankpay", "dintero")) as running:
        yield running, clock


@pytest.fixture
def wallet(opened: tuple[IssuerHost, Clock]) -> Iterator[Wallet]:
    """The client that may do everything."""
    host, clock = opened
    client = Wallet(host, clock)
    yield client
    client.close()
    host.faults.clear()
    check = host.store.check()
    assert check.balanced, check.faults


@pytest.fixture
def paying(wallet: Wallet) -> Iterator[Wallet]:
    """The client that may only pay."""
    client = wallet.paying()
    yield client
    client.close()


@pytest.fixture
def clock(opened: tuple[IssuerHost, Clock]) -> Clock:
    return opened[1]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'issuer.db'}"
