"""What can be seen in a window: its named widgets, all its text, its picture. Secrets are seen by none of these."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QListWidget, QWidget

from app.ui.widgets import secret

NAMED = (
    "screen", "amount", "due", "balance", "outcome", "message", "message_code", "reader", "line", "backend",
    "queue_count", "queue_amount",
)  # fmt: skip
"""The object names of the contract."""
NO_BREAK = {"\u00a0": " ", "\u202f": " "}
PNG_QUALITY = 50
"""For PNG this is only how hard it is packed: flat colours pack well, and harder takes twice the time for 1 % less."""


class CannotSave(Exception):
    """The picture could not be written."""


def spoken(widget: QWidget) -> str:
    """The text of a widget; for one that paints by itself, what it tells a screen reader."""
    text = getattr(widget, "text", None)
    words = str(text()) if callable(text) else ""
    words = words or widget.accessibleName()
    return _plain(words)


def _plain(words: str) -> str:
    for sign, plain in NO_BREAK.items():
        words = words.replace(sign, plain)
    return words.strip()


def named(window: QWidget) -> dict[str, str]:
    """What each widget of the contract says now; empty where it is not to be seen."""
    said = dict.fromkeys(NAMED, "")
    for name in NAMED:
        found = [widget for widget in window.findChildren(QWidget, name) if widget.isVisible()]
        if found and not is_secret(found[0]):
            said[name] = spoken(found[0])
    return said


def is_secret(widget: QWidget) -> bool:
    """Whether it, or what it stands in, shows a secret."""
    while True:
        if widget.property("secret"):
            return True
        parent = widget.parentWidget()
        if parent is None:
            return False
        widget = parent


def visible_text(window: QWidget) -> list[dict[str, str]]:
    """All text that can be seen, in the order of the widgets."""
    lines = []
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not is_secret(widget):
            words = spoken(widget)
            around = widget.parentWidget()
            # a lamp and the label inside it say one thing once
            if words and (around is None or around.objectName() == "screen" or spoken(around) != words):
                lines.append({"name": widget.objectName(), "kind": type(widget).__name__, "text": words})
            if isinstance(widget, QAbstractButton) and widget.accessibleDescription():
                lines.append({"name": "", "kind": "why", "text": _plain(widget.accessibleDescription())})
            if isinstance(widget, QListWidget):
                lines += [{"name": "", "kind": "row", "text": row} for row in _rows(widget)]
    return lines


def _rows(listed: QListWidget) -> list[str]:
    """The rows of a list that stand on the screen, as a screen reader says them."""
    items = [listed.item(place) for place in range(listed.count())]
    seen = [item for item in items if listed.viewport().rect().intersects(listed.visualItemRect(item))]
    told = [str(item.data(Qt.ItemDataRole.AccessibleTextRole) or item.text()) for item in seen]
    return [_plain(words) for words in told if words]


def shoot(window: QWidget, path: Path, step: str) -> None:
    """A picture as ``path`` and the text in it as JSON beside it.

    Raises:
        CannotSave: one of them could not be written.
    """
    with secret.hidden():
        picture = window.grab()
    text = {"step": step, **named(window), "text": visible_text(window)}
    try:
        path.with_suffix(".json").write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CannotSave(str(error)) from error
    if not picture.save(str(path), "PNG", PNG_QUALITY):
        raise CannotSave(str(path))
