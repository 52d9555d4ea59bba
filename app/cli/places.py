"""Which till a command means when nobody says."""

from __future__ import annotations

from pathlib import Path

from app.paths import data_directory


def existing_data(given: Path | None) -> Path:
    """The named data directory; else the production till's where it has a journal, else the training till's."""
    if given is not None:
        return given
    production = data_directory(training=False)
    return production if (production / "journal.db").exists() else data_directory(training=True)
