"""Is there a screen to open a window on? Decided before Qt is imported: without one Qt ends the process."""

from __future__ import annotations

import os
import subprocess
import sys

PROBE_SECONDS = 20.0
"""A display over a slow network may take its time; past this nobody would work at it."""


def usable_display() -> bool:
    """Whether Qt can open a window here. A display that is named but dead is tried in a child, which Qt may abort."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return os.environ["QT_QPA_PLATFORM"].partition(":")[0] not in ("offscreen", "minimal")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    probe = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    try:
        found = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", probe], capture_output=True, timeout=PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return found.returncode == 0
