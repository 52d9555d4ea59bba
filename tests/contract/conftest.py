"""One host per backend for the whole suite; tests make cards of their own and leave no fault behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from tests.contract.bench import Bench
from tests.contract.table import FACES
from tests.contract.witness import Witness, problems

LOGGERS = ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "app.backends")


@pytest.fixture(scope="session")
def benches() -> Iterator[Callable[[str], Bench]]:
    """The bench of a face, opened when it is first asked for."""
    opened: dict[str, Bench] = {}

    def bench_of(face: str) -> Bench:
        if face not in opened:
            bench = Bench(face)
            if face == "gr4vy":
                bench.witness = Witness(bench.host)
            opened[face] = bench.__enter__()
        return opened[face]

    yield bench_of
    for bench in opened.values():
        bench.__exit__(None, None, None)


@pytest.fixture(params=FACES)
def bench(
    request: pytest.FixtureRequest, benches: Callable[[str], Bench], caplog: pytest.LogCaptureFixture
) -> Iterator[Bench]:
    """A face's bench. Afterwards the books balance, no log of either side tells a secret, and where the vendor has a
    document both sides have kept to it.
    """
    running = benches(request.param)
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    before = len(running.secrets)
    yield running
    running.host.faults.clear()
    running.settle()
    check = running.host.store.check()
    assert check.balanced, check.faults
    if running.witness is not None:
        seen, running.witness.seen = running.witness.seen, []
        assert [(exchange.path, text) for exchange in seen for text in problems(exchange)] == []
    told = "\n".join(logging.Formatter().format(record) for record in caplog.get_records("call"))
    assert not [place for place, secret in enumerate(running.secrets) if secret and secret in told]
    del running.secrets[before:]
