"""The one late import of the program: everything but the window is read after the window's first paint.

Reading the HTTP client, the store and the cryptography costs as much as all of Qt. Whoever opens a till should see it
open first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.ui import slip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.bootstrap import Opened
    from app.domain.view import TillView


def open_till(
    data: Path,
    reader: str,
    config: Path | None,
    contract: Callable[[], dict[str, Any]] | None,
    show: Callable[[TillView], None],
    failed: Callable[[BaseException], None],
    *,
    resume: bool,
) -> Opened:
    """Imports the rest of the program and opens the till; see :func:`app.bootstrap.start`.

    Raises:
        CannotStart: with a sentence and an exit code.
    """
    from app import bootstrap  # noqa: PLC0415 - the exception that tests/structure counts

    place = bootstrap.Place(data, reader, resume)
    paper = (slip.receipt_lines, slip.card_lines, slip.report_lines)
    return bootstrap.start(bootstrap.Wish(place, config, contract, paper, show, failed))
