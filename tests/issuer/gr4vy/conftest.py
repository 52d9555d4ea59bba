"""A host with this face, on either store; after each test the books balance and no answer told a number or a PIN."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from app.issuer.server import IssuerHost
from tests.issuer.gr4vy.merchant import Merchant


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerHost]:
    database = "memory"
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path_factory.mktemp('gr4vy') / 'issuer.db'}"
    with IssuerHost(database, seed=1, faces=("swedbankpay", "gr4vy")) as running:
        yield running


@pytest.fixture
def merchant(host: IssuerHost) -> Iterator[Merchant]:
    with Merchant(host) as merchant:
        yield merchant
    check = host.store.check()
    assert check.balanced, check.faults
    for told in merchant.seen:  # GH3
        assert '"pin"' not in told.replace('"/pin"', "")
        assert "701337000000000" not in told
        assert not told or json.loads(told) is not None
