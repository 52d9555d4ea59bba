"""A till that nobody configured: one programme for each vendor the issuer serves, told apart by their numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from app.backends.registry import open_backend
from app.domain.card import Code
from app.domain.codes import recognised
from app.domain.schemes import programmes_for
from app.issuer.faces.registry import ALL_FACES
from app.issuer.server import IssuerHost
from app.training import training_settings


@pytest.fixture(scope="module")
def contract() -> Iterator[dict[str, Any]]:
    with IssuerHost(faces=ALL_FACES) as host:
        yield host.contract


def test_each_vendor_has_a_backend_that_opens_and_a_programme_a_cashier_can_name(contract: dict[str, Any]) -> None:
    settings = training_settings(contract)
    assert tuple(settings.backend) == ALL_FACES
    assert tuple(programme.face for programme in settings.programme) == ALL_FACES
    names = [programme.name for programme in settings.programme]
    assert len(set(names)) == len(names)
    assert not set(names) & set(ALL_FACES), "names for people, not for programs"
    for face, table in settings.backend.items():
        backend = open_backend(face, dict(table))
        assert backend.face == face
        assert backend.ping().up
        backend.close()


def test_a_cards_number_names_its_programme(contract: dict[str, Any]) -> None:
    programmes = training_settings(contract).programmes()
    for card in contract["cards"]:
        found = programmes_for(card["number"], programmes)
        assert [programme.face for programme in found] == [card["face"]]
        if card["code"]:
            assert [programme.face for programme in recognised(Code(card["code"]), programmes)] == [card["face"]]
    assert [programme.code_prefixes for programme in programmes] == [(), (), (), ("DINCARD:",)]
    prefixes = [prefix for programme in programmes for prefix in programme.prefixes]
    assert all(len(prefix) >= 6 for prefix in prefixes)
    assert not any(one.startswith(other) for one, other in itertools.permutations(prefixes, 2))


@pytest.mark.parametrize("face", ALL_FACES)
def test_an_issuer_of_one_vendor_makes_a_till_of_one(face: str) -> None:
    with IssuerHost(faces=(face,)) as host:
        settings = training_settings(host.contract)
    assert list(settings.backend) == [face]
    assert [programme.face for programme in settings.programme] == [face]
