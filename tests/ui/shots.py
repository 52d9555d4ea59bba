"""Pictures of every screen for looking at: ``python -m tests.ui.shots FOLDER [name ...]``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt

from app.domain.view import TillView
from app.ui.application import make_application
from app.ui.text import PseudoTranslator
from app.ui.theme import DARK, LIGHT
from tests.ui import jobs, lists, office, samples
from tests.ui.window import Rig, settle

SIZES = ((1280, 800), (1024, 600))
PICTURES: dict[str, Callable[[str], TillView]] = {
    **dict.fromkeys(samples.BODIES, samples.picture),
    **dict.fromkeys(office.BODIES, office.office),
    **dict.fromkeys(lists.BODIES, lists.lists),
    **dict.fromkeys(jobs.BODIES, jobs.job),
    **dict.fromkeys(jobs.SLIP, lambda name: jobs.job(jobs.SLIP[name][0])),
    "more": lambda _name: samples.picture("home", more=jobs.MORE),
}
PRESSED: dict[str, tuple[Qt.Key | str, ...]] = {
    "more": (Qt.Key.Key_F7,),
    **{name: (keys,) for name, (_, keys) in jobs.SLIP.items()},
}
"""Keys that lead to what is shown."""


def main(folder: Path, names: list[str]) -> None:
    application = make_application(["shots"])
    folder.mkdir(parents=True, exist_ok=True)
    translator = PseudoTranslator()
    for language in ("en", "xx"):
        if language == "xx":
            application.installTranslator(translator)
        for theme in (LIGHT, DARK):
            for size in SIZES:
                rig = Rig(theme, size)
                for name in names or PICTURES:
                    rig.show(PICTURES[name](name))
                    rig.press(*PRESSED.get(name, ()))
                    settle()
                    path = folder / f"{name}-{language}-{theme.name}-{size[0]}.png"
                    assert rig.window.grab().save(str(path))
                rig.close()
    application.removeTranslator(translator)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
