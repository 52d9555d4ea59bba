"""Paper that may be longer than the screen, turned by the arrows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy

from app.ui.look import Look
from app.ui.widgets.receipt_paper import WIDTH, ReceiptPaper

BAR = 16
STEP_PX = 44
"""One press of an arrow."""


class PaperScroll(QScrollArea):
    """A strip of paper behind a window."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.paper = ReceiptPaper(look)
        self.setWidget(self.paper)
        self.setFixedWidth(WIDTH + BAR)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)

    def to_top(self) -> None:
        """Where reading begins."""
        self.verticalScrollBar().setValue(0)

    def key(self, key: int) -> bool:
        """Arrows and pages turn it."""
        bar = self.verticalScrollBar()
        moves = {
            int(Qt.Key.Key_Up): -STEP_PX,
            int(Qt.Key.Key_Down): STEP_PX,
            int(Qt.Key.Key_PageUp): -bar.pageStep(),
            int(Qt.Key.Key_PageDown): bar.pageStep(),
        }
        if key not in moves:
            return False
        bar.setValue(bar.value() + moves[key])
        return True
