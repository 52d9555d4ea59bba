"""The page of verbs says what the tables say and what was heard on the wire: no cell is empty, and it is of today."""

from __future__ import annotations

import pytest

from app.backends.registry import PROVIDERS
from app.domain.verb import Verb
from tests.structure.verb_runs import FACES, Backend
from tests.structure.verb_table import COLUMNS, PAGE, UNUSED, backends, page, rows, ways


@pytest.fixture(scope="module")
def every() -> tuple[Backend, ...]:
    return backends()


def test_the_page_is_of_today(every: tuple[Backend, ...]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(every), "run python -m tests.structure.verb_table"


def test_no_cell_is_empty(every: tuple[Backend, ...]) -> None:
    empty = [
        f"{backend.face} {row.verb}: {column}"
        for backend in every
        for row in rows(backend)
        for column, cell in zip(COLUMNS, row.cells, strict=True)
        if not cell.strip()
    ]
    assert empty == []


def test_every_verb_a_backend_offers_has_a_row_and_was_heard_on_the_wire(every: tuple[Backend, ...]) -> None:
    assert {backend.face for backend in every} == set(PROVIDERS) == set(FACES)
    for backend in every:
        assert {row.verb for row in rows(backend)} == set(backend.rules)
        assert set(backend.calls) == set(backend.rules)
        assert [verb for verb, calls in backend.calls.items() if not calls] == []
        assert set(backend.shipped) <= set(backend.rules), "what is shipped offers no more than everything"


def test_every_verb_can_be_reached_from_the_window() -> None:
    assert [verb for verb in Verb if not ways(verb)] == []


def test_every_route_of_a_face_has_somebody_who_calls_it_or_a_reason(every: tuple[Backend, ...]) -> None:
    unexplained = [f"{backend.face} {route}" for backend in every for route in backend.unused if route not in UNUSED]
    assert unexplained == []


def test_no_token_counts_as_the_call_of_a_verb(every: tuple[Backend, ...]) -> None:
    heard = [call.route for backend in every for calls in backend.calls.values() for call in calls]
    assert not [route for route in heard if route.endswith("/token")]
    tokens = [call for backend in every for calls in backend.beside.values() for call in calls if "token" in call.path]
    assert {call.method for call in tokens} == {"POST"}
