"""What a person must know before Enter: a sentence each, with a shape beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.look import Look, Shape
from app.ui.widgets.lamp import ShapeMark
from app.ui.widgets.parts import Text, column, empty, row

MARK = 22


class WarningList(QWidget):
    """Sentences below each other. Hidden while there is none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[tuple[str, Shape], ...] | None = None
        self._rows: QVBoxLayout = column()
        self.setLayout(self._rows)

    def show_sentences(self, sentences: Sequence[tuple[str, Shape]]) -> None:
        """Draw them, each with its shape (``warn`` or ``info``); equal ones cost nothing."""
        fresh = tuple(sentences)
        self.setVisible(bool(fresh))
        if fresh == self._shown:
            return
        self._shown = fresh
        empty(self._rows)
        for sentence, shape in fresh:
            role = "checking" if shape == "warn" else "information"
            line = row([ShapeMark(self._look, MARK, shape, role), Text(sentence, 16, wrap=True)], gap=1)
            line.setStretch(1, 1)
            holder = QWidget()
            holder.setLayout(line)
            self._rows.addWidget(holder)
        self.setAccessibleName(" ".join(sentence for sentence, _ in fresh))
