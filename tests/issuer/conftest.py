"""Hosts and tills for the issuer's tests: real HTTP on loopback, both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.issuer.server import IssuerHost
from tests.issuer.client import Till


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerHost]:
    """One host per module and store; tests use cards of their own and leave no fault behind."""
    database = "memory"
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path_factory.mktemp('issuer') / 'issuer.db'}"
    with IssuerHost(database, seed=1) as running:
        yield running


@pytest.fixture
def till(host: IssuerHost) -> Iterator[Till]:
    """A till of the module's host; afterwards the books must balance."""
    with Till.at(host) as till:
        yield till
    host.faults.clear()
    check = host.store.check()
    assert check.balanced, check.faults


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of a database that is not there yet."""
    return f"sqlite:///{tmp_path / 'issuer.db'}"
