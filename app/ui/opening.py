"""The one late door of the program: everything but the window's frame is read after its first paint.

Reading the HTTP client, the store and the cryptography costs as much as all of Qt, and the twenty screens half as much
again. Whoever opens a till should see it open first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.view import Screen, TillView
from app.ui.desk import Desk, PinSession, Send, SignIn
from app.ui.screens.base import ScreenWidget


@dataclass(frozen=True, slots=True)
class OpenTill:
    """An open till as the window sees it: where commands, operators' PINs and customers' PINs go, and how it ends."""

    send: Send
    sign_in: SignIn
    pin: PinSession
    start: Callable[[], None]
    stop: Callable[[], None]
    titles: Mapping[str, str]
    """What the cards of each backend are called."""
    without_log: str
    """Why no log is written; empty where one is. A till sells without a log; it does not sell without a journal."""


def open_till(
    data: Path,
    reader: str,
    config: Path | None,
    contract: Callable[[], dict[str, Any]] | None,
    show: Callable[[TillView], None],
    failed: Callable[[BaseException], None],
    *,
    resume: bool,
    scanner: str = "",
) -> OpenTill:
    """Imports the rest of the program and opens the till; see :func:`app.bootstrap.start`.

    Raises:
        CannotStart: with a sentence and an exit code.
    """
    from app import bootstrap  # noqa: PLC0415 - the exception that tests/structure counts
    from app.ui import slip  # noqa: PLC0415 - likewise

    place = bootstrap.Place(data, reader, resume, scanner)
    paper = (slip.receipt_lines, slip.card_lines, slip.report_lines)
    opened = bootstrap.start(bootstrap.Wish(place, config, contract, paper, show, failed))
    till = opened.till
    log = bootstrap.keep_log(data)
    return OpenTill(till.post, opened.gate.sign_in, till.pin, till.start, till.stop, till.titles, log)


def build_screen(screen: Screen, desk: Desk) -> ScreenWidget:
    """The widget of a screen, made when it is first shown; the first of them reads all screens."""
    from app.ui.screens import registry  # noqa: PLC0415 - likewise

    return registry.build(screen, desk)
