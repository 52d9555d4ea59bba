"""A number as a code to scan: a secret like the number itself, so a picture shows blocks."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look import CORNER, Look
from app.ui.widgets.secret import blocks

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


class QrCode(QWidget):
    """Black on white in every theme: readers want it so."""

    def __init__(self, look: Look, side: int = 174) -> None:
        super().__init__()
        self._look = look
        self._modules: tuple[tuple[int, ...], ...] = ()
        self.setFixedSize(side, side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("secret", True)  # noqa: FBT003 - Qt's signature

    def show_secret(self, text: str, name: str) -> None:
        """Draw ``text``; ``name`` tells a reader what it is."""
        self.setAccessibleName(name)
        code = segno.make(text, error="m", micro=False)
        self._modules = tuple(tuple(row) for row in code.matrix)
        self.update()

    def wipe(self) -> None:
        """Forget it."""
        self._modules = ()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Modules, or one block."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # noqa: FBT003 - Qt's signature
        if blocks():
            painter.setBrush(self._look.colour("paper_muted"))
            painter.drawRect(QRectF(self.rect()).adjusted(20, 20, -20, -20))
        elif self._modules:
            side = self.width() // (len(self._modules) + 2 * QUIET)
            offset = (self.width() - side * len(self._modules)) // 2
            for y, row in enumerate(self._modules):
                for x, dark in enumerate(row):
                    if dark:
                        painter.fillRect(offset + x * side, offset + y * side, side, side, QColor("#000000"))
        painter.end()
