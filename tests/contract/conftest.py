"""One host per backend and module; tests make cards of their own and leave no fault behind."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.contract.bench import ENDPOINTS, Bench


@pytest.fixture(scope="module", params=sorted(ENDPOINTS))
def running(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with Bench(request.param) as bench:
        yield bench


@pytest.fixture
def bench(running: Bench, caplog: pytest.LogCaptureFixture) -> Iterator[Bench]:
    """The module's bench. Afterwards the books balance and no log of either side tells a secret."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "app.backends"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield running
    running.host.faults.clear()
    check = running.host.store.check()
    assert check.balanced, check.faults
    told = "\n".join(logging.Formatter().format(record) for record in caplog.get_records("call"))
    assert not [place for place, secret in enumerate(running.secrets) if secret and secret in told]
