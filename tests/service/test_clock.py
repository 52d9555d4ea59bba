"""A wrong clock is noticed where it can be, and nothing else depends on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.service.clock import JUMP_SECONDS, astray

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("year", [1970, 1999, 2024, 2038, 2040, 9999])
def test_a_year_outside_the_life_of_the_program_shows(year: int) -> None:
    assert astray(NOW.replace(year=year), None) != 0


def test_a_clock_behind_its_own_journal_shows_by_how_much() -> None:
    assert astray(NOW, NOW + timedelta(hours=2)) == -7200


@pytest.mark.parametrize("last", [None, NOW - timedelta(days=300), NOW, NOW + timedelta(seconds=JUMP_SECONDS)])
def test_a_clock_that_may_be_right_is_left_alone(last: datetime | None) -> None:
    assert astray(NOW, last) == 0
