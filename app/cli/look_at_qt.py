"""``python -m app.cli.look_at_qt``: opens Qt as the till does and prints what it found as one line of JSON.

A process of its own, because a Qt without its system libraries ends the one it is in.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication, QRawFont

from app.ui.application import CHECKED_GLYPHS, FAMILY, make_application


def look() -> dict[str, str]:
    """Version, platform, the font in use, the one that is meant, and the signs it lacks."""
    application = make_application(sys.argv[:1])
    font = QRawFont.fromFont(application.font())
    return {
        "version": qVersion(),
        "platform": QGuiApplication.platformName(),
        "family": application.font().family(),
        "wanted": FAMILY,
        "missing": " ".join(sign for sign in CHECKED_GLYPHS if not font.supportsCharacter(ord(sign))),
    }


if __name__ == "__main__":
    print(json.dumps(look()))
