"""Where things lie on this machine."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_NAME = "stanchion"


def data_directory(*, training: bool) -> Path:
    """The till's data: one folder for training, one for production, never shared."""
    return platformdirs.user_data_path(_NAME, appauthor=False) / ("training" if training else "production")


def receipts_directory(data: Path) -> Path:
    """Where the file printer's slips go: beside the data directory, never in it, for paper leaves the shop."""
    return data.with_name(data.name + "-receipts")


def log_file(data: Path) -> Path:
    """The till's log."""
    return data / "till.log"
