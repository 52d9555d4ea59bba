"""The simulator's ground, for tests that look at one part of it."""

from collections.abc import Iterator

import pytest

from tests.simulation.ground import Ground


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    made = Ground()
    yield made
    made.close()
