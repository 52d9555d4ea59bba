"""A path nobody serves is answered in the words of the face below whose root it lies, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.issuer.server import IssuerHost
from tests.issuer.client import _client

FACES = ("swedbankpay", "dintero", "parpay", "gr4vy")
ROOTS: dict[str, tuple[str, str]] = {
    "swedbankpay": ("/payment-api/api/payments", "title"),
    "dintero": ("/v1", "error"),
    "parpay": ("/parpay", "errors"),
    "gr4vy": ("/gr4vy", "code"),
}
"""Where each face stands, and what all its refusals have."""


@pytest.fixture(scope="module")
def host() -> Iterator[tuple[IssuerHost, httpx.Client]]:
    with IssuerHost(faces=FACES) as running, _client() as client:
        yield running, client


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    "tail", ["/x", "/%0A", "/a%0Ab", "/%0D%0A", "/%00", "//", "/..%2f", "/%E2%80%A8", "/gift-cards/%0A/x", "/%FF"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_odd_path_is_refused_in_the_words_of_its_face(
    host: tuple[IssuerHost, httpx.Client], face: str, tail: str, method: str
) -> None:
    running, client = host
    root, member = ROOTS[face]
    answer = client.request(method, f"{running.url}{root}{tail}")
    assert answer.status_code in (401, 404, 405)
    said: dict[str, Any] = answer.json()
    assert member in said
