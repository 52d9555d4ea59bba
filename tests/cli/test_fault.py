"""A mistake of our own ends the till with a sentence, and says nothing that an exception may carry."""

from __future__ import annotations

from pathlib import Path

from app.cli.till import ended_by


def test_a_fault_is_told_by_its_kind_and_never_by_its_text() -> None:
    said = ended_by(ValueError("5017670000000000019=3012"), Path("/data/till.log"))
    assert "ValueError" in said
    assert "/data/till.log" in said
    assert "5017670" not in said
    assert "\n" not in said
