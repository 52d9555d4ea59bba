"""Hosts and tills of the PAR Pay face: real HTTP on loopback, both stores."""

from collections.abc import Iterator

import pytest

from app.issuer.server import IssuerHost
from tests.issuer.parpay.till import ParTill


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def par_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerHost]:
    """One host with both faces per module and store; tests use cards and customers of their own."""
    database = "memory"
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path_factory.mktemp('parpay') / 'issuer.db'}"
    with IssuerHost(database, seed=1, faces=("swedbankpay", "parpay")) as running:
        yield running


@pytest.fixture
def par(par_host: IssuerHost) -> Iterator[ParTill]:
    """A till of the module's host; afterwards the books must balance."""
    with ParTill.at(par_host) as till:
        yield till
    check = par_host.store.check()
    assert check.balanced, check.faults
