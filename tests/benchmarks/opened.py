"""The processes of G9 and G11: a bare window, or the real till. Each says when it is painted and when it is ready.

    python -m tests.benchmarks.opened bare
    python -m tests.benchmarks.opened till CONFIG DATA READER

Lines on stdout: ``painted NANOSECONDS``, ``ready NANOSECONDS``, then one ``done`` per answered line on stdin: a number
is that many sales, ``end`` is the end. Its memory is read by whoever started it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QSocketNotifier
from PySide6.QtWidgets import QApplication, QMainWindow


def tell(word: str) -> None:
    """One line."""
    sys.stdout.write(f"{word} {time.monotonic_ns()}\n")
    sys.stdout.flush()


class Bare(QMainWindow):
    """The least a window is."""

    painted = False

    def event(self, event: QEvent) -> bool:
        """Tells its first paint."""
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self.painted:
            self.painted = True
            tell("painted")
            tell("ready")
        return done


def _bare() -> None:
    application = QApplication(["bare"])
    window = Bare()
    window.resize(1280, 800)
    window.show()
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(application.quit)
    application.exec()


def _till(config: str, data: str, reader: str) -> int:
    # only here: the bare window must not pay for the till's modules
    from app.cli import till  # noqa: PLC0415 - see above
    from tests.benchmarks.selling import Watch  # noqa: PLC0415 - see above

    arguments = argparse.Namespace(
        config=Path(config), data=Path(data), reader=reader, theme="light", resume=False, issuer=None, scanner=""
    )
    return till.run(arguments, Watch)


if __name__ == "__main__":
    code = 0
    if sys.argv[1] == "bare":
        _bare()
    else:
        code = _till(*sys.argv[2:])
    raise SystemExit(code)
