"""A field that takes typed digits, or the signs of a code, and nothing else: no paste, no other text, no swipe.

They live in a bytearray that is zeroed by :meth:`DigitField.wipe`; the accessible name tells how many there are, never
which. It is marked secret, so a picture shows blocks.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.card_text import Card
from app.ui.look import CORNER, Look, fitting, font
from app.ui.text import Say, say
from app.ui.widgets.secret import blocks, paint_blocks

PAD = 16


class DigitField(QWidget):
    """One field.

    Args:
        look: Colours.
        name: What it is, for readers.
        hint: Shown while it is empty.
        most: How many digits, or signs, it takes.
        group: Digits between gaps; 0 for none.
        dots: Draw dots instead of digits (a CVC).
        between: Character drawn between groups.
    """

    chosen = Signal()
    """Clicked: digits shall go here now."""

    def __init__(
        self, look: Look, name: str, hint: str, most: int, *, group: int = 0, dots: bool = False, between: str = " "
    ) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._hint = hint
        self._most = most
        self._group = group
        self._dots = dots
        self._between = between
        self._digits = bytearray()
        self._active = False
        self.setProperty("secret", True)  # noqa: FBT003 - Qt's signature
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.touch + 12)
        self._changed()

    @property
    def count(self) -> int:
        """How many digits are in."""
        return len(self._digits)

    @property
    def full(self) -> bool:
        """Whether it takes no more."""
        return len(self._digits) >= self._most

    @property
    def is_number(self) -> bool:
        """Whether nothing but digits is in; so it is when it is empty."""
        return not self._digits or self._digits.isdigit()

    def begins(self, text: str) -> bool:
        """Whether what is in begins so."""
        return self._digits.startswith(text.encode("ascii"))

    def activate(self, on: bool) -> None:
        """Whether typed digits go here."""
        self._active = on
        self.update()

    def rename(self, name: str, hint: str, most: int) -> None:
        """It asks for something else now. What is in stays, as far as it fits."""
        self._name, self._hint, self._most = name, hint, most
        while len(self._digits) > most:
            self.delete()
        self._changed()

    def type(self, digit: int) -> None:
        """One more digit; a full field ignores it."""
        self.put(str(digit))

    def put(self, sign: str) -> None:
        """One more printable ASCII sign; a full field ignores it."""
        if not self.full:
            self._digits += sign.encode("ascii")
            self._changed()

    def put_before(self, text: str) -> None:
        """Sets a text before what is in, unless it stands there already or there is no room for it."""
        if not self.begins(text) and len(self._digits) + len(text) <= self._most:
            self._digits[:0] = text.encode("ascii")
            self._changed()

    def delete(self) -> None:
        """The last digit away."""
        if self._digits:
            self._digits[-1] = 0
            del self._digits[-1]
            self._changed()

    def wipe(self) -> None:
        """All digits zeroed and gone."""
        for index in range(len(self._digits)):
            self._digits[index] = 0
        self._digits.clear()
        self._changed()

    def take(self) -> str:
        """The digits, for the one object that is made of them; the field is empty afterwards."""
        digits = self._digits.decode("ascii")
        self.wipe()
        return digits

    def copy(self) -> str:
        """The digits, for an answer that may have to be mended: the field keeps them until it is wiped."""
        return self._digits.decode("ascii")

    def _changed(self) -> None:
        typed = Say.TYPED_OF if self.is_number else Card.TYPED_SIGNS
        self.setAccessibleName(f"{self._name}: {say(typed, n=len(self._digits))}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line."""
        return QSize(200, self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Digits shall go here."""
        self.chosen.emit()

    def _shown(self) -> str:
        text = "•" * len(self._digits) if self._dots else self._digits.decode("ascii")
        if not self._group or not self.is_number:
            return text
        return self._between.join(text[i : i + self._group] for i in range(0, len(text), self._group))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Box, digits or hint, and a caret where digits go."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setBrush(self._look.colour("panel"))
        painter.setPen(QPen(self._look.colour("primary" if self._active else "hairline"), 3 if self._active else 1))
        painter.drawRoundedRect(box, CORNER, CORNER)
        inner = box.adjusted(PAD, 0, -PAD, 0)
        caret = inner.left()
        if not self._digits:
            painter.setFont(font(16))
            painter.setPen(self._look.colour("muted"))
            painter.drawText(inner.adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._hint)
        elif blocks():
            paint_blocks(painter, self._look, inner, len(self._digits), 20)
            caret += len(self._digits) * 14
        else:
            width = int(inner.width()) - 6
            painter.setFont(fitting(self._shown(), width, (20, 16, 14)))
            painter.setPen(self._look.colour("ink"))
            # of what is too long even so, the end is of interest: that is where somebody types
            shown = painter.fontMetrics().elidedText(self._shown(), Qt.TextElideMode.ElideLeft, width)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, shown)
            caret += painter.fontMetrics().horizontalAdvance(shown) + 2
        if self._active:
            painter.fillRect(QRectF(caret, box.center().y() - 14, 2, 28), self._look.colour("primary"))
        painter.end()
