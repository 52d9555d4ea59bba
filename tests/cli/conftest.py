"""One issuer host for the commands' tests, and a shop per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.shop import Shop, issuer


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with issuer(tmp_path_factory.mktemp("issuer")) as told:
        yield told


@pytest.fixture
def shop(tmp_path: Path, contract: dict[str, Any]) -> Shop:
    return Shop(tmp_path, contract)
