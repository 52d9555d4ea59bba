"""The one late import of the program: everything but the window is read after the window's first paint.

Reading the HTTP client, the store and the cryptography costs as much as all of Qt. Whoever opens a till should see it
open first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.view import TillView
from app.ui import slip
from app.ui.desk import PinSession, Send, SignIn


@dataclass(frozen=True, slots=True)
class OpenTill:
    """An open till as the window sees it: where commands, operators' PINs and customers' PINs go, and how it ends."""

    send: Send
    sign_in: SignIn
    pin: PinSession
    start: Callable[[], None]
    stop: Callable[[], None]


def open_till(
    data: Path,
    reader: str,
    config: Path | None,
    contract: Callable[[], dict[str, Any]] | None,
    show: Callable[[TillView], None],
    failed: Callable[[BaseException], None],
    *,
    resume: bool,
) -> OpenTill:
    """Imports the rest of the program and opens the till; see :func:`app.bootstrap.start`.

    Raises:
        CannotStart: with a sentence and an exit code.
    """
    from app import bootstrap  # noqa: PLC0415 - the exception that tests/structure counts

    place = bootstrap.Place(data, reader, resume)
    paper = (slip.receipt_lines, slip.card_lines, slip.report_lines)
    opened = bootstrap.start(bootstrap.Wish(place, config, contract, paper, show, failed))
    till = opened.till
    return OpenTill(till.post, opened.gate.sign_in, till.pin, till.start, till.stop)
